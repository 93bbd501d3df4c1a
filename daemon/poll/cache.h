/* Conditional requests (RFC 9110, 13; RFC 9111, 4.3): what to send of what is remembered, and what to remember. Pure. */
#ifndef POLL_CACHE_H
#define POLL_CACHE_H

#include "poll/head.h"

struct cache_validators {
    struct sv etag, last_modified; /* for If-None-Match and If-Modified-Since; both SV_NONE: ask unconditionally */
};

/* None when they belong to another URL, and once a day, lest a server that answers 304 by mistake silences a feed. */
struct cache_validators cache_ask(const struct poll_state *, struct sv url, int64_t wall);

/* The state after a poll of `url` that was answered with `head`; `error` is why it failed, SV_NONE when it did not. `next` stays
 * as it was. The views are those of the arguments. */
struct poll_state cache_settle(const struct poll_state *before, struct sv url, const struct head *, struct sv error, int64_t wall);

#endif
