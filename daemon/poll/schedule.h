/* Who may be asked now: feeds by the time they are due, a queue for each host, one transfer to a host at a time, and a bound on
 * all transfers. Pure: times are whatever the caller counts in (monotonic ms), and nothing here knows what a transfer is. */
#ifndef POLL_SCHEDULE_H
#define POLL_SCHEDULE_H

#include "base/sv.h"

struct schedule;
struct schedule_host;

struct link {
    struct link *next, *previous;
};

/* A feed's place in the schedule, a member of the feed itself. Zeroed: in none. Its members are the schedule's. */
struct place {
    struct link link; /* in the host's queue */
    enum { PLACE_NONE, PLACE_RESTS, PLACE_WAITS, PLACE_ASKS } state;
    int64_t due;
    uint64_t order; /* among those due at the same time: who came first */
    size_t at;      /* in the heap */
    struct schedule_host *host;
};

struct schedule *schedule_new(unsigned most_at_once);
void schedule_free(struct schedule **); /* its places are simply forgotten */

/* Put a new place in; `host` is copied. Take it out again, whatever it is doing. */
void schedule_add(struct schedule *, struct place *, struct sv host, int64_t due);
void schedule_remove(struct schedule *, struct place *);
/* Another time for a place that rests or waits; one that is asking takes its time from schedule_done. */
void schedule_move(struct schedule *, struct place *, int64_t due);

/* The next place that may be asked now, or NULL; it and its host are busy until schedule_done. Hosts take turns; the places of
 * one host come in the order in which they were due. */
struct place *schedule_take(struct schedule *, int64_t now);
void schedule_done(struct schedule *, struct place *, int64_t due);
/* How long schedule_take will return NULL, if nothing changes: 0 when it may return one now, -1 for ever. */
int64_t schedule_wait(const struct schedule *, int64_t now);

/* For how long the earliest of those who rest has been due; 0 when none is. */
int64_t schedule_late(const struct schedule *, int64_t now);

size_t schedule_asking(const struct schedule *);
size_t schedule_waiting(const struct schedule *); /* due, but their host is busy or there is no room */

#endif
