/* The Kafka sink: librdkafka's idempotent producer, its events served on the caller's loop. */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "publish/answers.h"
#include "publish/config.h"
#include "publish/embedded.h"
#include "publish/sink.h"

#define PURGE_WAIT (5 * MS_SECOND) /* a report that is missed leaves its alert unsure */
#define PATIENCE (3 * MS_SECOND)   /* for what is in flight when a producer has come to its end */
#define LOOK_AGAIN 100
#define SOON MS_MINUTE             /* a producer that lives for less waits before it is replaced */
#define PAUSE_FIRST MS_SECOND
#define PAUSE_MOST (30 * MS_SECOND)

enum link { LINK_UNKNOWN, LINK_UP, LINK_DOWN };

struct kafka {
    struct sink sink;
    rd_kafka_conf_t *conf;   /* to make a producer of, again after a fatal error */
    struct embedded *embedded;
    rd_kafka_t *producer;    /* NULL between two */
    rd_kafka_queue_t *queue;
    unsigned producers;      /* so many there have been */
    bool armed;
    size_t pending;
    enum link link;
    int64_t now;
    int64_t started;         /* this producer was */
    bool unsure;             /* it has left a message whose fate is unknown */
    bool ending;             /* it sends nothing more, and lives until end_by at most */
    int64_t end_by;
    int64_t start_at, pause; /* of the next one */
    char why[PUBLISH_ERROR]; /* what a connection failed of last; that all brokers are down does not say it */
};

/* ---- Events ---- */

static void tell_link(struct kafka *k, bool up, const char *reason)
{
    enum link now = up ? LINK_UP : LINK_DOWN;
    if (k->link == now)
        return;
    k->link = now;
    if (up)
        k->why[0] = '\0';
    k->sink.handlers.connected(k->sink.handlers.context, up, reason);
}

static void on_delivery(struct kafka *k, rd_kafka_event_t *event)
{
    const rd_kafka_message_t *m;
    FAULT("answered");
    while ((m = rd_kafka_event_message_next(event))) {
        enum publish_outcome outcome = answers_judge(m->err, rd_kafka_message_status(m));
        bool placed = outcome == PUBLISH_DELIVERED && m->offset >= 0;
        k->pending--;
        k->unsure |= outcome == PUBLISH_UNSURE;
        if (outcome == PUBLISH_DELIVERED)
            tell_link(k, true, NULL);
        const struct publish_report report = {
            .row = (int64_t)(intptr_t)m->_private,
            .outcome = outcome,
            .partition = placed ? m->partition : -1,
            .offset = placed ? m->offset : -1,
            .reason = outcome == PUBLISH_DELIVERED ? NULL : rd_kafka_err2str(m->err),
        };
        k->sink.handlers.report(k->sink.handlers.context, &report);
    }
}

/* Errors are news of the connection; whether one was fatal is asked of the producer itself. */
static void on_error(struct kafka *k, rd_kafka_event_t *event)
{
    rd_kafka_resp_err_t error = rd_kafka_event_error(event);
    char room[PUBLISH_ERROR];
    const char *text = publish_public(rd_kafka_event_error_string(event), room, sizeof room);
    log_debug("Kafka: %s", text);
    k->sink.handlers.trouble(k->sink.handlers.context, text);
    if (error != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        snprintf(k->why, sizeof k->why, "%s", text);
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || error == RD_KAFKA_RESP_ERR__AUTHENTICATION)
        tell_link(k, false, k->why[0] ? k->why : text);
}

static void serve_queue(struct kafka *k, int wait_ms)
{
    rd_kafka_event_t *event;
    while ((event = rd_kafka_queue_poll(k->queue, wait_ms))) {
        const char *facility, *text;
        char room[PUBLISH_ERROR];
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
                log_debug("librdkafka: %s: %s", facility, publish_public(text, room, sizeof room));
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
    k->armed = k->unsure = k->ending = false;
    k->started = k->now;
    k->producers++;
    return true;
}

/* Everything that is pending is reported, if it was not acknowledged in the very last moment as not sent or as unsure. */
static void stop_producer(struct kafka *k)
{
    if (!k->producer)
        return;
    rd_kafka_queue_io_event_enable(k->queue, -1, NULL, 0);
    rd_kafka_purge(k->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    int64_t until = clock_monotonic(&clock_system) + PURGE_WAIT;
    while (k->pending && clock_monotonic(&clock_system) < until)
        serve_queue(k, 20);
    rd_kafka_queue_destroy(k->queue);
    rd_kafka_destroy_flags(k->producer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    k->producer = NULL;
    k->queue = NULL;
    k->pending = 0;
    k->ending = false;
}

static void look_for_its_end(struct kafka *k)
{
    if (!k->producer || k->ending)
        return;
    /* To another attempt of the same producer the broker would not see that it is one: so it ends with a message that is unsure. */
    k->ending = k->unsure || rd_kafka_fatal_error(k->producer, NULL, 0);
    k->end_by = k->now + PATIENCE;
}

/* A gap is no fault of the producer: it ends so that nothing overtakes a message that was not taken. But where it is not known whether
 * that was written, the producer may have been fenced or forgotten. */
static void end_producer(struct kafka *k)
{
    char reason[PUBLISH_ERROR] = "whether an alert was written is not known";
    bool soon = k->now - k->started < SOON;
    rd_kafka_resp_err_t error = rd_kafka_fatal_error(k->producer, reason, sizeof reason);
    stop_producer(k);
    k->start_at = k->now;
    if (error == RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE && !k->unsure) {
        log_debug("Kafka: a new producer takes over: %s", reason);
        return;
    }
    k->pause = !soon ? 0 : !k->pause ? PAUSE_FIRST : k->pause * 2 < PAUSE_MOST ? k->pause * 2 : PAUSE_MOST;
    k->start_at += k->pause;
    k->sink.handlers.trouble(k->sink.handlers.context, reason);
    if (k->pause <= PAUSE_FIRST)
        log_warning("Kafka: the producer gave up (%s); a new one takes over", reason);
    else
        tell_link(k, false, reason);
}

/* ---- The sink ---- */

static void kafka_serve(struct sink *s, int64_t now)
{
    struct kafka *k = (struct kafka *)s;
    k->now = now;
    if (k->producer && !k->armed) {
        static const uint64_t one = 1;
        rd_kafka_queue_io_event_enable(k->queue, s->event, &one, sizeof one);
        k->armed = true;
    }
    /* The fd tells only that an empty queue got something: it is emptied to the last event. */
    if (k->producer)
        serve_queue(k, 0);
    sink_flush_late(s);
    look_for_its_end(k);
}

static int64_t kafka_tend(struct sink *s, int64_t now)
{
    struct kafka *k = (struct kafka *)s;
    char error[PUBLISH_ERROR];
    k->now = now;
    look_for_its_end(k);
    if (k->ending && k->pending && now < k->end_by) {
        rd_kafka_purge(k->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
        return LOOK_AGAIN;
    }
    if (k->ending)
        end_producer(k);
    if (k->producer)
        return -1;
    if (now < k->start_at)
        return k->start_at - now;
    if (start_producer(k, error)) {
        sink_wake(s); /* to be armed */
        return -1;
    }
    tell_link(k, false, error);
    k->start_at = now + PAUSE_MOST;
    return PAUSE_MOST;
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
    if (!k->producer || k->ending)
        return false;
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
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL || error == RD_KAFKA_RESP_ERR__FATAL)
        return false;
    sink_report_late(s, row, answers_judge_local(error), rd_kafka_err2str(error));
    return true;
}

static size_t kafka_pending(const struct sink *s)
{
    return ((const struct kafka *)s)->pending;
}

static unsigned kafka_producer(const struct sink *s)
{
    const struct kafka *k = (const struct kafka *)s;
    return k->embedded ? 0 : k->producers; /* the mock broker refuses no batches */
}

static const char *kafka_address(const struct sink *s)
{
    const struct kafka *k = (const struct kafka *)s;
    return k->embedded ? embedded_address(k->embedded) : NULL;
}

static void kafka_free(struct sink *s)
{
    struct kafka *k = (struct kafka *)s;
    stop_producer(k);
    embedded_free(&k->embedded);
    if (k->conf)
        rd_kafka_conf_destroy(k->conf);
    free(k);
}

/* ---- Making one ---- */

struct sink *sink_kafka_new(const struct publish_options *options, char error[PUBLISH_ERROR])
{
    static const struct sink_class class = {kafka_send,    kafka_serve,   kafka_tend, kafka_pending,
                                            kafka_producer, kafka_address, kafka_free};
    struct kafka *k = xcalloc(1, sizeof *k);
    k->sink.class = &class;
    k->now = clock_monotonic(&clock_system);
    bool good = options->sink != PUBLISH_EMBEDDED || (k->embedded = embedded_new(options->topic, error));
    if (good) {
        char *brokers = k->embedded ? xstrdup(embedded_address(k->embedded)) : sv_cstr(options->target);
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
