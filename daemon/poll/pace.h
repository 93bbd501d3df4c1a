/* How long until a feed is asked again. Pure: spans of time in ms, and chance from a seed. */
#ifndef POLL_PACE_H
#define POLL_PACE_H

#include "poll/poll.h"

struct pace {
    int64_t interval, min_interval, max_interval;
};

/* A feed's own chance: the same seed and id, the same sequence, in whatever order other feeds are asked. */
uint64_t pace_seed(uint64_t seed, struct sv id);

/* After a good poll: the interval, give or take a tenth, within min_interval and max_interval. */
int64_t pace_good(const struct pace *, uint64_t *chance);

#define PACE_GONE -2
#define PACE_UNSAID -1
/* After `failures` in a row (this one included): the interval doubled with each, to a day, and never less than min_interval.
 * `retry_after` is what the server said (RFC 9110, 10.2.3), or PACE_UNSAID: not earlier than that, though not later than a week;
 * or PACE_GONE (410): a week. */
int64_t pace_failed(const struct pace *, unsigned failures, int64_t retry_after, uint64_t *chance);

/* When the state from the store says to ask next, from now; TIME_NONE when there is no such time, it has passed, or it is too
 * far away to be true (the wall clock was wrong, then or now). */
int64_t pace_kept(const struct pace *, const struct poll_state *, int64_t wall);

/* For one of `count` feeds that should all be asked now: a moment in a while that grows with their number (10 feeds: 2 s, and
 * never above a minute or the interval). */
int64_t pace_spread(const struct pace *, size_t count, uint64_t *chance);

#endif
