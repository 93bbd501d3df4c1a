/* A lane: all that goes to one topic, in the outbox's order. Private to this folder. Times are monotonic ms. */
#ifndef PUBLISH_LANE_H
#define PUBLISH_LANE_H

#include "publish/keys.h"
#include "publish/publish.h"

#define LANE_RETRY_FIRST 1000
#define LANE_RETRY_MOST 30000

struct lane {
    struct sv topic;
    bool open;
    bool closing, unsure;  /* it is told closed when nothing is in flight; some of it may have been written */
    bool dry;              /* `next` had no more */
    bool told;             /* that the topic takes nothing */
    int64_t cursor;        /* every row up to here is under way or gone, or has come back */
    int64_t back;          /* the first row that has come back; 0: none has */
    int64_t retry_at, retry_after;
    int64_t alone_until;   /* rows up to here are sent one at a time: one of them made the broker refuse a batch */
    bool alone;            /* the row in flight is sent so */
    struct keys keys;
    unsigned producer;     /* of whom they are */
    size_t in_flight, bytes;
    size_t most;           /* bytes in flight: batches that are larger were refused */
    size_t refused, refused_bytes; /* in batches, since the cursor went back last */
    int64_t since;         /* rows have had no acknowledgement since then; -1: none waits for one */
    char reason[256];      /* why, as far as it was told; empty: it was not */
};

struct lane *lane_new(struct sv topic);
void lane_free(struct lane *);

void lane_open(struct lane *);
void lane_rewind(struct lane *); /* an open one: from its first row on again, once what is in flight was heard of */
/* Send nothing more; what is in flight is awaited. */
void lane_close(struct lane *, bool unsure, const char *reason);

/* May its next row be sent? If not, but after a while, `*wait` becomes that, where it was longer or -1. */
bool lane_is_ready(struct lane *, int64_t now, int64_t *wait);
/* Must this row wait for those in flight? `producer`: see publish_producer. */
bool lane_must_wait(struct lane *, int64_t row, uint64_t key, unsigned producer);
void lane_sent(struct lane *, int64_t row, uint64_t key, size_t bytes, int64_t now);
/* A report of what was sent: PUBLISH_DELIVERED and PUBLISH_REFUSED are final; in all other cases the row has come back, and the lane has
 * drawn its consequences. */
enum publish_outcome lane_reported(struct lane *, const struct publish_report *, uint64_t key, size_t bytes, int64_t now);

#endif
