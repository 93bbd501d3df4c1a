/* One document under way: its bytes become items, what its history does not know is held against the rules, and items and alerts are
 * recorded together. A body that is the last one again is not read at all. It knows neither the loop nor the schedule. */
#ifndef ROUND_H
#define ROUND_H

#include "poll/poll.h"
#include "setup.h"
#include "store/store.h"

struct round;

/* An item whose alerts went into the outbox, for the log. Views that live as long as the round and its feed's settings. */
struct news {
    struct sv feed, outlet, url, rules, title;
    bool updated; /* a known item whose text has changed */
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
/* The body is over; `complete`: it came to its end. NULL, or why it was no feed, in one line. */
const char *round_end(struct round *, bool complete);
bool round_truncated(const struct round *);                   /* the document was cut off */
bool round_unchanged(const struct round *);                   /* it was the last one again, and was not read */
/* What of a document that was read is lost, cut off or beyond a limit, in one line; "" when nothing is. Lives as long as the round. */
const char *round_losses(struct round *);
bool round_is_first(const struct round *);                    /* of its feed, so that what is old gave no alert */
size_t round_items(const struct round *);
size_t round_matched(const struct round *);                   /* once it is recorded */
/* Within the store's open transaction, behind the feed's state: remember the items and put their alerts into the outbox; `told` hears of
 * each item that had any. false when the store refused. */
bool round_record(struct round *, int64_t now, void (*told)(void *context, const struct news *), void *context);
void round_free(struct round **);

#endif
