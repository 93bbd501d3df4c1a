/* What librdkafka is configured with: ours, and the operator's options. Private to this folder. */
#ifndef PUBLISH_CONFIG_H
#define PUBLISH_CONFIG_H

#include <librdkafka/rdkafka.h>

#include "publish/publish.h"

/* Of a producer; `brokers` may be NULL. NULL with a reason in `error`. Its sockets are closed hard: what a process that died
 * had not sent is thrown away, not written to the topic after its successor has read it. */
rd_kafka_conf_t *config_producer(const struct publish_options *, const char *brokers, char error[PUBLISH_ERROR]);

/* Of a consumer without a group, that reads all that stands on a topic. The operator's options hold where they concern the
 * connection; those of how to consume do not. NULL with a reason in `error`. */
rd_kafka_conf_t *config_consumer(const struct publish_options *, const char *brokers, char error[PUBLISH_ERROR]);

#endif
