/* One document under way: its bytes become items, what the store has not seen is held against the rules, and state, items and
 * alerts are recorded together. It knows neither the loop nor the schedule. */
#ifndef ROUND_H
#define ROUND_H

#include "poll/poll.h"
#include "setup.h"
#include "store/store.h"

struct round;

/* An item whose alerts went into the outbox, for the log. Views that live as long as the round and its feed's settings. */
struct news {
    struct sv feed, outlet, url, rules, title;
};

/* What all rounds share; it outlives them. */
struct round_tools {
    struct store *store;
    const struct clock *clock;
};

struct round *round_new(const struct round_tools *, const struct setup *, const struct conf_feed *, const struct poll_response *);
/* Go on under another setup, after a reload: what comes now is matched by its rules. */
void round_adopt(struct round *, const struct setup *, const struct conf_feed *);
bool round_data(struct round *, const char *bytes, size_t n); /* false: no more is wanted */
const char *round_end(struct round *);                        /* NULL, or why it was no feed, in one line */
bool round_truncated(const struct round *);                   /* the document was cut off */
bool round_is_first(const struct round *);                    /* of its feed, so that what is old gave no alert */
size_t round_items(const struct round *);
size_t round_matched(const struct round *);
/* Within the store's open transaction: remember the items and put their alerts into the outbox; `told` hears of each item that
 * had any. false when the store refused. */
bool round_record(const struct round *, int64_t now, void (*told)(void *context, const struct news *), void *context);
void round_free(struct round **);

#endif
