#include "publish/embedded.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>

#define PARTITIONS 4

struct embedded {
    rd_kafka_t *host;
    rd_kafka_mock_cluster_t *cluster;
};

static bool make_topic(struct embedded *e, struct sv topic, char *error)
{
    char name[256];
    snprintf(name, sizeof name, "%.*s", SV_ARG(topic));
    rd_kafka_resp_err_t made = rd_kafka_mock_topic_create(e->cluster, name, PARTITIONS, 1);
    if (made)
        snprintf(error, PUBLISH_ERROR, "the embedded broker cannot have the topic '%s': %s", name, rd_kafka_err2str(made));
    return !made;
}

static bool start(struct embedded *e, char *error)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "2", error, PUBLISH_ERROR);
    e->host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, PUBLISH_ERROR);
    if (!e->host) {
        rd_kafka_conf_destroy(conf);
        return false;
    }
    e->cluster = rd_kafka_mock_cluster_new(e->host, 1);
    if (!e->cluster)
        snprintf(error, PUBLISH_ERROR, "the embedded broker cannot be started");
    return e->cluster != NULL;
}

struct embedded *embedded_new(struct sv topic, char error[PUBLISH_ERROR])
{
    struct embedded *e = xcalloc(1, sizeof *e);
    if (!start(e, error) || (topic.n && !make_topic(e, topic, error)))
        embedded_free(&e);
    return e;
}

const char *embedded_address(const struct embedded *e)
{
    return rd_kafka_mock_cluster_bootstraps(e->cluster);
}

void embedded_free(struct embedded **e)
{
    if (!*e)
        return;
    if ((*e)->cluster)
        rd_kafka_mock_cluster_destroy((*e)->cluster);
    if ((*e)->host)
        rd_kafka_destroy((*e)->host);
    free(*e);
    *e = NULL;
}
