/* When and how to ask: the schedule, the queue of each host, conditional requests, transfers. Runs on the caller's libev loop. */
#ifndef POLL_POLL_H
#define POLL_POLL_H

#include "base/clock.h"
#include "base/sv.h"

struct ev_loop;
struct poll;

/* A feed as the configuration wants it. Views must live until the next poll_set has returned. */
struct poll_feed {
    struct sv id, url;
    int64_t interval, min_interval, max_interval; /* ms */
    int64_t timeout, connect_timeout;             /* ms */
    uint64_t max_size;                            /* bytes, decoded */
    struct sv user_agent;                         /* SV_NONE: the program's own */
    void *user;                                   /* handed back with every call */
};

/* What is remembered of a feed from poll to poll, and across restarts. Views; poll keeps copies of its own. */
struct poll_state {
    struct sv url;             /* that the validators belong to: another URL makes them void */
    struct sv etag, last_modified; /* byte for byte as received; SV_NONE when there is none */
    int64_t next;              /* wall clock; TIME_NONE: never polled */
    int64_t last_success;      /* wall clock; TIME_NONE: never */
    int64_t last_full;         /* wall clock of the last 200: once a day a feed is asked without validators */
    unsigned failures;         /* in a row */
    struct sv error;           /* of the last one; SV_NONE when the last poll was well */
};

struct poll_response {
    long status;               /* HTTP; 0 when there was none */
    struct sv content_type;    /* SV_NONE when absent */
    struct sv url;             /* after redirects */
    int64_t started, ended;    /* wall clock */
    uint64_t bytes;            /* decoded */
    bool not_modified;         /* 304 */
    struct sv error;           /* why it failed, one line for people; SV_NONE when it did not: then it was 200 or 304 */
};

struct poll_handlers {
    /* A body begins (2xx). */
    void (*begin)(void *user, const struct poll_response *);
    /* A piece of it. false: stop the transfer (end is called all the same). */
    bool (*data)(void *user, const char *bytes, size_t n);
    /* The transfer is over, well or not. The return: NULL, or why what came is no feed (then it counts as a failure and
     * the old validators stay). */
    const char *(*end)(void *user, const struct poll_response *);
    /* Its new state, to be stored with what the body brought; `before`: what it was. */
    void (*settled)(void *user, const struct poll_state *state, const struct poll_state *before);
};

struct poll_options {
    struct ev_loop *loop;
    const struct clock *clock;
    unsigned transfers;        /* most at a time */
    uint64_t seed;             /* for jitter: the same seed, the same schedule */
    const char *version;       /* for the user agent */
    const char *ca_file;       /* NULL: the system's certificates */
};

struct poll *poll_new(const struct poll_options *, const struct poll_handlers *);
/* From now on these feeds, by id: a known one keeps its state and its place in the schedule (a transfer under way goes on with
 * the settings it began with), one that is not named is dropped (its transfer is cancelled without a call), a new one takes
 * its state from `state_of` (which fills `*state`, or returns false). At a start feeds are spread out, never all at once. */
void poll_set(struct poll *, const struct poll_feed *feeds, size_t count, bool (*state_of)(void *user, struct poll_state *state));
/* Put a feed's state back, after it could not be stored. */
void poll_restore(struct poll *, struct sv id, const struct poll_state *);
/* Each feed once, now, whatever the schedule says (for --once); politeness to hosts stays. */
void poll_all_now(struct poll *);
/* While paused no transfer begins, and feeds grow overdue; those under way go on. Behind a long pause they are spread as at a start. */
void poll_pause(struct poll *, bool paused);
/* No new transfers; cancel those under way without a call. */
void poll_stop(struct poll *);
size_t poll_in_flight(const struct poll *);  /* transfers under way */
size_t poll_waiting(const struct poll *);    /* feeds due that wait for their host or for room */
void poll_free(struct poll **);
/* "libcurl/7.88.1 …", for --version. */
const char *poll_library(void);

#endif
