/* Reading back: which waiting rows are on their topic already. After a crash, a kill, an unsure end nobody else can tell: the
 * acknowledgement may have been lost, or the request that a stopped broker holds may be written yet. A thread with a consumer
 * of its own reads each topic from its marks to an end that has stood still for a settle time. */
#ifndef PUBLISH_READBACK_H
#define PUBLISH_READBACK_H

#include "base/hash.h"
#include "publish/publish.h"

struct readback;

/* Of a partition: the offset from which our rows, if they are in flight, stand at the earliest; and the event of the record
 * just before it, if that is ours. */
struct readback_mark {
    int32_t partition;
    int64_t offset;
    struct digest event;
    bool has_event;
};

struct readback_row {
    struct digest event;       /* what the event's id spells in hexadecimal */
    int64_t row;               /* above 0 */
};

struct readback_request {
    struct sv topic, cluster;  /* the cluster's id as recorded with the marks; SV_NONE: none is */
    const struct readback_mark *marks;
    size_t mark_count;
    bool open;                 /* false: no row can be in flight. Only the ends are asked for (a survey), without a settle time. */
    struct readback_row *rows; /* malloc'ed; theirs is the read-back's from readback_add on. NULL when there are none. */
    size_t row_count;
    int64_t since;             /* wall ms: no row is older. Where to begin when the marks are worth nothing; 0: at the beginning. */
};

enum readback_end {
    READBACK_SETTLED,
    READBACK_TAKES_NONE,       /* the topic is missing, has no partition, or may not be seen: `reason` says which. What was in flight
                                  is as unknown as before: ask again later, as before. */
};

/* Lives during the call of `done` only. */
struct readback_result {
    struct sv topic;
    enum readback_end end;
    const char *reason;        /* NULL when settled */
    struct sv cluster;         /* SV_NONE: the brokers are too old to have one */
    const struct readback_mark *marks; /* the ends read up to: one for each partition there is */
    size_t mark_count;
    const int64_t *found;      /* rows that are on the topic, in no order */
    size_t found_count;
    const char *doubt;         /* why the rows that were not found may be on the topic, or have been; NULL: they are not */
    uint64_t records;          /* read in all */
};

struct readback_handlers {
    void (*done)(void *context, const struct readback_result *);
    /* When reading begins, and every 10 s: so many records of about so many (0: not known yet), and what it does or waits for. */
    void (*progress)(void *context, struct sv topic, uint64_t read, uint64_t of, const char *what);
    void *context;
};

/* Connects when something is added, and lets go of the brokers when it was idle for a while. NULL with a reason in `error`. */
struct readback *readback_new(const struct publish_options *, const struct readback_handlers *, char error[PUBLISH_ERROR]);
/* Topics are independent of each other; one is not added again while it is busy. It is tried until an answer comes. */
void readback_add(struct readback *, const struct readback_request *);
int readback_fd(const struct readback *);      /* readable when readback_serve has work */
void readback_serve(struct readback *);        /* handlers are called from here only; they may add, but not free */
bool readback_is_busy(const struct readback *, struct sv topic); /* added, and `done` was not told yet */
/* For tests: how long an end must have stood still, ms, for what is added from now on. */
void readback_set_settle(struct readback *, int64_t ms);
/* Gives up what is under way, without a word. Takes a second at most, also when a broker hangs. */
void readback_free(struct readback **);

#endif
