/* One topic that is read back: its steps, taken on the read-back's thread. Private to this folder. */
#ifndef PUBLISH_READBACK_TOPIC_H
#define PUBLISH_READBACK_TOPIC_H

#include <librdkafka/rdkafka.h>

#include "publish/readback.h"

struct reading;

/* Questions have a connection of their own: on the consumer's they would stand behind what is fetched. */
struct reading_brokers {
    rd_kafka_t *asker, *consumer;
    rd_kafka_queue_t *queue;     /* to which records come, of all topics */
};

struct reading_result {
    struct readback_result told; /* what `done` is told; its parts are owned here */
    char *topic, *cluster, *reason, *doubt;
    struct readback_mark *marks;
    int64_t *found;
};
void reading_result_free(struct reading_result *);

/* The request is copied, its rows are taken. `settle`: ms. */
struct reading *reading_new(const struct readback_request *, int64_t settle);
void reading_prepare(struct reading *);          /* sorts the rows: first of all, on the thread */
/* Go on, as far as is possible now. Blocks for half a second at most when a broker hangs. true: no broker answers at all, so others
 * need not ask either. */
bool reading_step(struct reading *, const struct reading_brokers *);
int64_t reading_due(const struct reading *);   /* monotonic ms: when to step again; a step is due as well behind each record */
bool reading_owns(const struct reading *, const rd_kafka_topic_t *);
void reading_take(struct reading *, const rd_kafka_message_t *); /* a record, or an error, of its topic */
bool reading_is_done(const struct reading *);
struct reading_result *reading_result(struct reading *);        /* when done */
/* What is told every few seconds. */
const char *reading_topic(const struct reading *);
bool reading_has_begun(const struct reading *);
void reading_progress(const struct reading *, uint64_t *read, uint64_t *of, char *what, size_t size);
/* Stop and let go of the topic; before those brokers' handles are destroyed. */
void reading_free(struct reading **);

#endif
