/* What survives a restart: feeds' states, keys of seen items, the outbox. One SQLite file in WAL mode; one process at a time. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/clock.h"
#include "base/facts.h"
#include "base/hash.h"
#include "base/message.h"

struct store;

#define STORE_ERROR 512 /* room for an error text */

/* Open or create DIR/newswatchd.db (DIR is created, mode 0750, when its parent exists). NULL with a reason in `error`: held by another
 * process (with its pid), corrupt, from a newer version, read-only, no space, no right. Nothing is overwritten then. */
struct store *store_open(const char *dir, char error[STORE_ERROR]);
void store_close(struct store **);

/* Writing. All of a turn of the loop goes into one transaction, which store_commit ends. A feed's round trip stands between
 * store_begin and store_end, which keeps or drops it alone. Every writer returns false on an error: store_error tells. */
bool store_begin(struct store *);
bool store_end(struct store *, bool keep);
bool store_commit(struct store *);   /* true when nothing was open; on false the whole turn is rolled back */
const char *store_error(const struct store *);

/* Many looks in a row cost less between these two, and see one state. Nothing is written in between. */
void store_read_begin(struct store *);
void store_read_end(struct store *);

/* Feeds, by id. */
struct store_feed {
    struct sv url, etag, last_modified, error;
    int64_t next, last_success, last_full; /* ms, TIME_NONE */
    unsigned failures;
    struct sv body;  /* what tells that a body is the last one again; SV_NONE */
    struct sv trust; /* in its guids, as the history wrote it; SV_NONE: in full */
    bool forgotten;  /* loaded only: it was away for so long that keys of its items may be forgotten. It must be met as one that was never
                      * polled: its old items would come back as new */
};
int store_feed_load(struct store *, struct sv id, struct arena *, struct store_feed *); /* 1: known; 0: not; -1: an error */
bool store_feed_save(struct store *, struct sv id, const struct store_feed *); /* all but body, trust and forgotten */
bool store_feed_remember(struct store *, struct sv id, struct sv body, struct sv trust); /* these two, of a feed that is saved */

/* Keys of items that were seen, by outlet. After an error a key counts as not seen: better one alert too many. */
struct store_key {
    int64_t day;       /* last seen, days since 1970 */
    struct facts facts; /* of the item that was last seen under it, or of the first when it is shared */
    bool has_facts;    /* false: recorded under the first schema */
    bool shared;       /* different items had it: it tells nothing */
    bool tracked;      /* the revisions of its item are recorded, as keys of their own */
};
int store_key_load(struct store *, struct sv outlet, const struct digest *, struct store_key *); /* 1: seen; 0: not; -1: an error */
/* The day never goes back. */
bool store_key_save(struct store *, struct sv outlet, const struct digest *, const struct store_key *);
/* A minute's housekeeping, each part of it in bounded steps: keys that were not seen for longer than `keep` are forgotten, free pages are
 * given back to the disk, the log is worked in. Then store_is_untidy: there is more of it, so come again soon.
 * The clock may jump: what ages a key is not the clock alone but also days on which keys were written, so that a clock that is a year ahead
 * for an hour makes nothing older than by a day; see store_feed.forgotten for what comes after. */
bool store_tidy(struct store *, int64_t now, int64_t keep);
bool store_is_untidy(const struct store *);

/* Is the database still the one that was opened? false: it was removed or replaced under us, and store_error tells what to do. Commits
 * and tidy-ups look by themselves: what is written to a file without a name is gone at the next start. */
bool store_check(struct store *);
uint64_t store_size(struct store *); /* bytes that are in use in the file: what is free in it, and its log, left out */

/* ---- The outbox ----
 * Rows are numbered upwards and never reused. All rows of one topic are a lane, and each call for a lane costs the same however much waits. */
bool store_outbox_add(struct store *, const struct message *, int64_t now);
/* The topic's first waiting row after `after` (SV_NONE: any topic's), into the arena, and when it was added. 1: there is one; 0: none; -1: an error. */
int store_outbox_next(struct store *, struct sv topic, int64_t after, struct arena *, int64_t *row, struct message *, int64_t *added);
/* A row's message, waiting or refused, into the arena. 1: it is there; 0: not; -1: an error. */
int store_outbox_load(struct store *, int64_t row, struct arena *, struct message *);
/* It was delivered: it goes, and with a dead letter the refused alert that it stands for. */
bool store_outbox_remove(struct store *, int64_t row);
/* The broker refused it for good: it stays, but is not offered again; counted. A dead letter goes: the alert that it stood for stays, and
 * the reason is put behind its own. */
bool store_outbox_refuse(struct store *, int64_t row, struct sv reason);
/* A message that stands for a refused row: when it is delivered, both are done. Nothing is added when that row is gone or has one. */
bool store_outbox_dead_letter(struct store *, int64_t refused_row, const struct message *, int64_t now);
/* The operator's. 1: done; 0: there is no such row (retry: none that was refused); -1: an error. A dead letter that stands for the row goes too. */
int store_outbox_retry(struct store *, int64_t row); /* it waits again, at its old place in the order */
int store_outbox_drop(struct store *, int64_t row);  /* a dead letter's: the alert that it stands for too */
/* Against a full disk: the oldest rows go, refused ones too, until the outbox holds no more than `bytes`. Those that are `spared` (may be NULL) stay.
 * A bounded number a call: ask store_outbox_count whether that was all. */
bool store_outbox_trim(struct store *, uint64_t bytes, bool (*spared)(void *context, int64_t row), void *context, size_t *dropped);

struct store_outbox {
    size_t waiting; /* dead letters among them */
    size_t refused; /* those without a dead letter that waits */
    uint64_t bytes; /* of all rows, as store_row.size */
    int64_t oldest; /* when the oldest waiting one was added; TIME_NONE */
};
bool store_outbox_count(struct store *, struct store_outbox *);

/* Rows after `after`, at most `most` of them, in order. Strings live during the call of `row` only, which leaves the store alone. */
struct store_row {
    int64_t row;
    struct sv event, topic, key;
    int64_t added;
    uint64_t size;      /* bytes: all of the message, and what its row costs */
    struct sv refused;  /* why; SV_NONE: it waits */
    int64_t stands_for; /* of a dead letter: the refused row; else 0 */
};
bool store_outbox_list(struct store *, int64_t after, size_t most, void (*row)(void *context, const struct store_row *), void *context);

/* Ids of the topic's waiting rows after `after`: how many were written to `out`, fewer than `most` at the end only; -1: an error.
 * Rows whose event is no 32 hexadecimal digits, which we never write, are left out. */
struct store_id {
    int64_t row;
    struct digest event;
};
int store_outbox_ids(struct store *, struct sv topic, int64_t after, struct store_id *out, size_t most);

/* ---- Lanes ----
 * A lane is open while rows of it may be in flight. Its marks tell where on the topic these can stand at the earliest. */
struct store_mark {
    int32_t partition;
    int64_t offset;      /* rows in flight stand here or later */
    struct digest event; /* of the record just before, when that is ours */
    bool has_event;
};
struct store_lane {
    struct sv topic;
    bool open;
    size_t waiting, refused; /* rows */
    uint64_t bytes;          /* of both */
    int64_t oldest;          /* when the first waiting one was added; TIME_NONE */
};
/* Each lane that is open or has rows, by topic. As store_outbox_list. */
bool store_lanes(struct store *, void (*lane)(void *context, const struct store_lane *), void *context);
struct store_lane_state {
    bool open;
    struct sv cluster; /* SV_NONE: none was recorded */
    struct store_mark *marks;
    size_t mark_count;
};
int store_lane_load(struct store *, struct sv topic, struct arena *, struct store_lane_state *); /* 1: known; 0: not; -1: an error */
/* From here on rows of it may be in flight; these marks take the place of those before. */
bool store_lane_open(struct store *, struct sv topic, struct sv cluster, const struct store_mark *, size_t count);
bool store_lane_close(struct store *, struct sv topic); /* nothing of it is in flight */
/* One mark of a lane; `event` may be NULL. */
bool store_mark(struct store *, struct sv topic, int32_t partition, int64_t offset, const struct digest *event);

/* ---- Counters, for as long as the store lives ---- */
enum store_counter { STORE_DELIVERED, STORE_DOUBTFUL, STORE_DROPPED, STORE_DEAD_LETTERS, STORE_COUNTERS }; /* doubtful: possibly doubled */
bool store_count_add(struct store *, enum store_counter, uint64_t n);
bool store_counts(struct store *, uint64_t counts[STORE_COUNTERS]);

const char *store_library(void); /* "SQLite/3.40.1" */

#endif
