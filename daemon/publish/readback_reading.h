/* Within a topic's reading: what its two halves share, the questions (readback_topic.c) and what is consumed (readback_take.c). */
#ifndef PUBLISH_READBACK_READING_H
#define PUBLISH_READBACK_READING_H

#include "publish/readback_broker.h"
#include "publish/readback_evidence.h"
#include "publish/readback_record.h"
#include "publish/readback_topic.h"

#define READING_WAIT 100 /* ms between attempts, at first */

enum stage {
    FIND,    /* how many partitions, and their ends */
    PLACE,   /* where to begin by time */
    READ,
    POLICY,  /* as READ, and there were gaps: is it compacted? */
    DONE,
};

struct place {
    bool consuming;
    bool lost;             /* its next offset is not there, the brokers say */
    int64_t target;        /* to be read up to */
};

struct reading {
    struct readback_request request;
    int64_t settle;
    char *topic, *recorded; /* the request's, as C strings */
    struct wanted wanted;
    struct evidence evidence;
    struct place *places;  /* as many as the evidence has partitions */
    enum stage stage;
    char *cluster;         /* that answers now */
    rd_kafka_topic_t *rkt, *asked; /* the consumer's, the asker's */
    rd_kafka_queue_t *policies;
    enum broker_policy policy; /* POLICY_PENDING: not asked yet, or not answered */
    int64_t due, wait;
    int64_t answered_at;   /* since when the brokers have answered; INT64_MAX: they do not now */
    int64_t ours_at;       /* when a record of ours was read last; 0: none was */
    int64_t asked_at;      /* when the ends were asked for that are the targets */
    int64_t moved_at, stall;
    bool begun, again, distrusted, unreadable;
    char text[BROKER_TEXT]; /* what it waits for; "" when it does not */
    char why[BROKER_TEXT];  /* it may not be read; whether it is compacted is not known */
    enum readback_end end;
};

/* What a piece of evidence says: go on, or begin anew. */
void reading_check(struct reading *, enum evidence_step);
/* Were the targets asked for when all that was in flight had had its time to arrive? Then they stay, however fast others write. */
bool reading_is_decisive(const struct reading *);
bool reading_is_read(const struct reading *);              /* up to the targets */
int64_t reading_next_question(const struct reading *, int64_t now); /* when the ends are to be asked for */

#endif
