/* What librdkafka is configured with: ours, and the operator's options. Private to this folder. */
#ifndef PUBLISH_CONFIG_H
#define PUBLISH_CONFIG_H

#include <librdkafka/rdkafka.h>

#include "publish/publish.h"

/* Of a producer; `brokers` may be NULL. NULL with a reason in `error`. */
rd_kafka_conf_t *config_producer(const struct publish_options *, const char *brokers, char error[PUBLISH_ERROR]);

#endif
