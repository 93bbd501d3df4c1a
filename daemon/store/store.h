/* What survives a restart: feeds' states, seen items, the outbox. One SQLite file in WAL mode; one process at a time. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/clock.h"
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

/* Feeds, by id. */
struct store_feed {
    struct sv url, etag, last_modified, error;
    int64_t next, last_success, last_full; /* ms, TIME_NONE */
    unsigned failures;
};
int store_feed_load(struct store *, struct sv id, struct arena *, struct store_feed *); /* 1: known; 0: not; -1: an error */
bool store_feed_save(struct store *, struct sv id, const struct store_feed *);

/* Seen items, by outlet and digest of the item's id. After an error it counts as not seen: better one alert too many. */
bool store_seen(struct store *, struct sv outlet, struct digest);
/* Record it; `*fresh` tells whether it was new. `now`: when it was last seen. */
bool store_see(struct store *, struct sv outlet, struct digest, int64_t now, bool *fresh);
/* Forget some of the items that were not seen for longer than STORE_SEEN_KEPT; a bounded number at a time. So a feed whose last
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
