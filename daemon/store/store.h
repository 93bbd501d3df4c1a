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
};
int store_feed_load(struct store *, struct sv id, struct arena *, struct store_feed *); /* 1: known; 0: not; -1: an error */
bool store_feed_save(struct store *, struct sv id, const struct store_feed *); /* all but body and trust */
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
/* Forget some of the keys that were not seen for longer than STORE_SEEN_KEPT; a bounded number at a time. So a feed whose last
 * success is longer ago than that must be met as one that was never polled: its old items would come back as new. */
#define STORE_SEEN_KEPT (60 * MS_DAY)
bool store_tidy(struct store *, int64_t now);

/* The outbox. Rows are numbered upwards and never reused. */
bool store_outbox_add(struct store *, const struct message *, int64_t now);
/* The first row after `after`, into the arena, and when it was added. 1: there is one; 0: none; -1: an error. */
int store_outbox_next(struct store *, int64_t after, struct arena *, int64_t *row, struct message *, int64_t *added);
bool store_outbox_remove(struct store *, int64_t row);
/* The broker refused it for good: it stays, but is not offered again; counted. */
bool store_outbox_refuse(struct store *, int64_t row, struct sv reason);
struct store_outbox {
    size_t waiting, refused;
    int64_t oldest; /* when the oldest waiting one was added; TIME_NONE */
};
bool store_outbox_count(struct store *, struct store_outbox *);

const char *store_library(void); /* "SQLite/3.40.1" */

#endif
