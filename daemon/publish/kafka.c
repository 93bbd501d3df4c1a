/* The Kafka sink: librdkafka's idempotent producer, its events served on the caller's loop; for trying out, with
 * librdkafka's own mock broker inside the process. */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "publish/config.h"
#include "publish/sink.h"

#define PURGE_WAIT_MS 5000 /* a report that is missed leaves its alert behind until the next start */
#define PARTITIONS 4 /* of the embedded broker's topic */

enum link { LINK_UNKNOWN, LINK_UP, LINK_DOWN };

/* A topic that takes no messages: it is missing, or the right to write it. */
struct closed_topic {
    struct closed_topic *next;
    char name[];
};

struct kafka {
    struct sink sink;
    rd_kafka_conf_t *conf;  /* to make a producer of, again after a fatal error */
    rd_kafka_t *producer;
    rd_kafka_queue_t *queue;
    bool armed;
    size_t pending;
    enum link link;
    struct closed_topic *closed;
    /* The embedded broker. */
    rd_kafka_t *host;
    rd_kafka_mock_cluster_t *cluster;
};

/* ---- Events ---- */

static void tell_link(struct kafka *k, bool up, const char *reason)
{
    enum link now = up ? LINK_UP : LINK_DOWN;
    if (k->link == now)
        return;
    k->link = now;
    k->sink.handlers.connected(k->sink.handlers.context, up, reason);
}

/* What the broker will say of the same bytes every time. */
static enum publish_outcome outcome_of(rd_kafka_resp_err_t error)
{
    switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        return PUBLISH_DELIVERED;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
        return PUBLISH_REFUSED;
    default:
        return PUBLISH_FAILED;
    }
}

/* What befalls the producer as a whole is told by those who see to that. */
static bool is_of_topic(const struct kafka *k, rd_kafka_resp_err_t error)
{
    return error != RD_KAFKA_RESP_ERR__PURGE_QUEUE && error != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT && error != RD_KAFKA_RESP_ERR__FATAL &&
           !rd_kafka_fatal_error(k->producer, NULL, 0);
}

/* The topics are told one by one, as the connection is: once when one stops taking messages, once when it takes them again. */
static void tell_topic(struct kafka *k, const char *topic, rd_kafka_resp_err_t error, enum publish_outcome outcome)
{
    struct closed_topic **at = &k->closed;
    while (*at && strcmp((*at)->name, topic) != 0)
        at = &(*at)->next;
    struct closed_topic *known = *at;
    if (outcome == PUBLISH_FAILED && !known && is_of_topic(k, error)) {
        *at = xcalloc(1, sizeof **at + strlen(topic) + 1);
        strcpy((*at)->name, topic);
        log_write(LOG_LEVEL_WARNING, LOG_FIELDS({"TOPIC", sv_of(topic)}, {"ERROR", sv_of(rd_kafka_err2str(error))}),
                  "Kafka: topic %s: %s; its alerts are kept and tried again", topic, rd_kafka_err2str(error));
    } else if (outcome == PUBLISH_DELIVERED && known) {
        *at = known->next;
        free(known);
        log_write(LOG_LEVEL_NOTICE, LOG_FIELDS({"TOPIC", sv_of(topic)}), "Kafka: topic %s takes alerts again", topic);
    }
}

static void on_delivery(struct kafka *k, rd_kafka_event_t *event)
{
    const rd_kafka_message_t *m;
    FAULT("answered");
    while ((m = rd_kafka_event_message_next(event))) {
        k->pending--;
        if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            tell_link(k, true, NULL);
        enum publish_outcome outcome = outcome_of(m->err);
        tell_topic(k, rd_kafka_topic_name(m->rkt), m->err, outcome);
        if (outcome == PUBLISH_REFUSED) /* the broker judges batches */
            outcome = PUBLISH_BATCH_REFUSED;
        sink_report(&k->sink, (int64_t)(intptr_t)m->_private, outcome, m->err ? rd_kafka_err2str(m->err) : NULL);
    }
}

/* Errors are news of the connection; whether one was fatal is asked of the producer itself. */
static void on_error(struct kafka *k, rd_kafka_event_t *event)
{
    rd_kafka_resp_err_t error = rd_kafka_event_error(event);
    const char *text = rd_kafka_event_error_string(event);
    log_debug("Kafka: %s", text);
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || error == RD_KAFKA_RESP_ERR__AUTHENTICATION)
        tell_link(k, false, text);
}

static void serve_queue(struct kafka *k, int wait_ms)
{
    rd_kafka_event_t *event;
    while ((event = rd_kafka_queue_poll(k->queue, wait_ms))) {
        const char *facility, *text;
        int level;
        switch (rd_kafka_event_type(event)) {
        case RD_KAFKA_EVENT_DR:
            on_delivery(k, event);
            break;
        case RD_KAFKA_EVENT_ERROR:
            on_error(k, event);
            break;
        case RD_KAFKA_EVENT_LOG:
            if (rd_kafka_event_log(event, &facility, &text, &level) == 0)
                log_debug("librdkafka: %s: %s", facility, text);
            break;
        default:
            break;
        }
        rd_kafka_event_destroy(event);
    }
}

/* ---- A producer's life ---- */

static bool start_producer(struct kafka *k, char *error)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_dup(k->conf);
    k->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, PUBLISH_ERROR);
    if (!k->producer) {
        rd_kafka_conf_destroy(conf);
        return false;
    }
    rd_kafka_set_log_queue(k->producer, NULL);
    k->queue = rd_kafka_queue_get_main(k->producer);
    k->armed = false;
    return true;
}

/* Everything that is pending is reported as failed, if it was not acknowledged in the very last moment. */
static void stop_producer(struct kafka *k)
{
    if (!k->producer)
        return;
    rd_kafka_queue_io_event_enable(k->queue, -1, NULL, 0);
    rd_kafka_purge(k->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    int64_t until = clock_monotonic(&clock_system) + PURGE_WAIT_MS;
    while (k->pending && clock_monotonic(&clock_system) < until)
        serve_queue(k, 20);
    rd_kafka_queue_destroy(k->queue);
    rd_kafka_destroy_flags(k->producer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    k->producer = NULL;
    k->queue = NULL;
}

/* librdkafka 2.0.2 can raise a fatal error after a timeout and a retry: a new producer takes over, and what was pending is
 * sent again by the caller. */
static void restart_producer(struct kafka *k)
{
    char reason[PUBLISH_ERROR] = "";
    rd_kafka_fatal_error(k->producer, reason, sizeof reason);
    log_warning("Kafka: the producer gave up (%s); a new one takes over", reason);
    stop_producer(k);
    if (!start_producer(k, reason)) {
        log_error("Kafka: no producer can be made: %s", reason);
        abort(); /* systemd starts us anew, and the outbox has everything */
    }
    sink_wake(&k->sink);
}

/* ---- The sink ---- */

static void kafka_serve(struct sink *s)
{
    struct kafka *k = (struct kafka *)s;
    if (!k->armed) {
        static const uint64_t one = 1;
        rd_kafka_queue_io_event_enable(k->queue, s->event, &one, sizeof one);
        k->armed = true;
    }
    /* The fd tells only that an empty queue got something: it is emptied to the last event. */
    serve_queue(k, 0);
    sink_flush_late(s);
    if (rd_kafka_fatal_error(k->producer, NULL, 0)) {
        restart_producer(k);
        kafka_serve(s);
    }
}

static rd_kafka_headers_t *headers_of(const struct message *m)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(m->header_count);
    for (size_t i = 0; i < m->header_count; i++)
        rd_kafka_header_add(headers, m->headers[i].name.p, (ssize_t)m->headers[i].name.n, m->headers[i].value.p, (ssize_t)m->headers[i].value.n);
    return headers;
}

static bool kafka_send(struct sink *s, int64_t row, const struct message *m)
{
    struct kafka *k = (struct kafka *)s;
    rd_kafka_headers_t *headers = headers_of(m);
    char topic[256];
    snprintf(topic, sizeof topic, "%.*s", SV_ARG(m->topic));
    rd_kafka_resp_err_t error = rd_kafka_producev(
        k->producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(m->key.p, m->key.n),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)m->value.p, m->value.n), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_OPAQUE((void *)(intptr_t)row), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        k->pending++;
        FAULT("produced");
        return true;
    }
    rd_kafka_headers_destroy(headers);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return false;
    tell_topic(k, topic, error, outcome_of(error));
    sink_report_late(s, row, outcome_of(error), rd_kafka_err2str(error));
    return true;
}

static size_t kafka_pending(const struct sink *s)
{
    return ((const struct kafka *)s)->pending;
}

static const char *kafka_address(const struct sink *s)
{
    const struct kafka *k = (const struct kafka *)s;
    return k->cluster ? rd_kafka_mock_cluster_bootstraps(k->cluster) : NULL;
}

static void kafka_free(struct sink *s)
{
    struct kafka *k = (struct kafka *)s;
    stop_producer(k);
    for (struct closed_topic *c; (c = k->closed); free(c))
        k->closed = c->next;
    if (k->cluster)
        rd_kafka_mock_cluster_destroy(k->cluster);
    if (k->host)
        rd_kafka_destroy(k->host);
    if (k->conf)
        rd_kafka_conf_destroy(k->conf);
    free(k);
}

/* ---- Making one ---- */

static bool start_broker(struct kafka *k, struct sv topic, char *error)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "2", error, PUBLISH_ERROR);
    k->host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, PUBLISH_ERROR);
    if (!k->host) {
        rd_kafka_conf_destroy(conf);
        return false;
    }
    k->cluster = rd_kafka_mock_cluster_new(k->host, 1);
    if (!k->cluster) {
        snprintf(error, PUBLISH_ERROR, "the embedded broker cannot be started");
        return false;
    }
    char name[256];
    snprintf(name, sizeof name, "%.*s", SV_ARG(topic));
    rd_kafka_resp_err_t made = topic.n ? rd_kafka_mock_topic_create(k->cluster, name, PARTITIONS, 1) : RD_KAFKA_RESP_ERR_NO_ERROR;
    if (made)
        snprintf(error, PUBLISH_ERROR, "the embedded broker cannot have the topic '%s': %s", name, rd_kafka_err2str(made));
    return !made;
}

struct sink *sink_kafka_new(const struct publish_options *options, char error[PUBLISH_ERROR])
{
    static const struct sink_class class = {kafka_send, kafka_serve, kafka_pending, kafka_address, kafka_free};
    struct kafka *k = xcalloc(1, sizeof *k);
    k->sink.class = &class;
    bool good = options->sink != PUBLISH_EMBEDDED || start_broker(k, options->topic, error);
    if (good) {
        char *brokers = k->cluster ? xstrdup(rd_kafka_mock_cluster_bootstraps(k->cluster)) : sv_cstr(options->target);
        k->conf = config_producer(options, brokers, error);
        good = k->conf && start_producer(k, error);
        free(brokers);
    }
    if (!good) {
        kafka_free(&k->sink);
        return NULL;
    }
    return &k->sink;
}

bool publish_check(const struct publish_options *options, char error[PUBLISH_ERROR])
{
    if (options->sink == PUBLISH_FILE)
        return true;
    struct kafka *k = xcalloc(1, sizeof *k);
    k->conf = config_producer(options, NULL, error);
    bool good = k->conf && start_producer(k, error);
    kafka_free(&k->sink);
    return good;
}
