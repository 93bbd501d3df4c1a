/* What a topic can still tell: marks held against what the brokers say now, and against what is read. Pure. Private to this folder. */
#ifndef PUBLISH_READBACK_EVIDENCE_H
#define PUBLISH_READBACK_EVIDENCE_H

#include "publish/readback.h"

#define EVIDENCE_TEXT 320

struct evidence_partition {
    int64_t low, end;          /* of what it holds */
    int64_t mark;              /* 0 without one: it is newer than the marks */
    bool has_event;            /* the record before `next` is this one; at first: before `mark`, as recorded */
    struct digest event;
    bool unproved;             /* that record has not been read yet: it stands at mark - 1, if the topic is still the one it was */
    int64_t from, next;        /* reading began there; all before `next` was read */
    bool missing;              /* offsets were passed over without a record */
};

struct evidence {
    struct evidence_partition *partitions; /* by number */
    size_t count;
    bool trusted;              /* the marks are this topic's; else the reading begins by time */
    uint64_t records;
    char doubt[EVIDENCE_TEXT]; /* the first there was; "" for none */
};

enum evidence_step {
    EVIDENCE_GOOD,
    EVIDENCE_MADE_AGAIN,       /* it is another topic than that of the marks: begin anew by time (the doubt is noted) */
};

/* Take the marks to the partitions, whose low and end are known, and say where to begin. `cluster` is the one that answers now. */
void evidence_begin(struct evidence *, const struct readback_request *, struct sv cluster);
/* Not trusted: begin at these offsets, the first at which one of our rows can stand. */
void evidence_begin_by_time(struct evidence *, const int64_t *offsets);
/* A record (`event` NULL: of another kind), or the end, was come to. */
enum evidence_step evidence_record(struct evidence *, int32_t partition, int64_t offset, const struct digest *event);
void evidence_reached(struct evidence *, int32_t partition, int64_t next);
/* The brokers say the offset that was to be read is not there any more; low and end are new. Reading goes on at `next`. */
enum evidence_step evidence_lost(struct evidence *, int32_t partition, int64_t low, int64_t end);
/* The end as it is now. */
enum evidence_step evidence_end(struct evidence *, int32_t partition, int64_t end);
/* A partition that came since. */
void evidence_add_partition(struct evidence *);
/* May something be written that could not be read? */
void evidence_unreadable(struct evidence *, const char *why);
/* Offsets were passed over. Where a topic is compacted they were records; else a transaction's marks, and the mark's record cannot
 * be one. `unknown`: why it cannot be told. */
bool evidence_has_gaps(const struct evidence *);
enum evidence_step evidence_gaps(struct evidence *, bool compacted, const char *unknown);
void evidence_doubt(struct evidence *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
