/* What is asked of the brokers. Each question blocks for half a second at most. Private to this folder. */
#ifndef PUBLISH_READBACK_BROKER_H
#define PUBLISH_READBACK_BROKER_H

#include <librdkafka/rdkafka.h>

#include "base/sv.h"

#define BROKER_TEXT 256
#define BROKER_EARLIEST (-2) /* Kafka's numbers, in the place of a time */
#define BROKER_LATEST (-1)

enum broker_answer {
    BROKER_ANSWERS,
    BROKER_NOT_NOW,    /* of this topic: a leader is missing, say; `text` tells */
    BROKER_SILENT,     /* of none: no broker answers */
    BROKER_REFUSES,    /* the topic is missing, or it may not be seen */
};

/* How many partitions the topic has; each has a leader. */
enum broker_answer broker_partitions(rd_kafka_t *, rd_kafka_topic_t *, int32_t *count, char text[BROKER_TEXT]);
/* The first offset at or behind a time (wall ms), or one of the above, of each partition. BROKER_LATEST: there is none;
 * BROKER_EARLIEST: the records do not say their time. */
enum broker_answer broker_offsets(rd_kafka_t *, const char *topic, int32_t count, int64_t time, int64_t *offsets, char text[BROKER_TEXT]);
/* The cluster's id, malloc'ed, or NULL; after an answer of broker_partitions. */
char *broker_cluster(rd_kafka_t *);

enum broker_policy { POLICY_PENDING, POLICY_KEPT, POLICY_COMPACTED, POLICY_UNKNOWN, POLICY_NOT_NOW };
/* Is the topic compacted? Asked now, answered on the queue. */
void broker_ask_policy(rd_kafka_t *, const char *topic, rd_kafka_queue_t *);
enum broker_policy broker_policy(rd_kafka_queue_t *, char text[BROKER_TEXT]);

#endif
