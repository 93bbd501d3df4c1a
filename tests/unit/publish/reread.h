/* Topics on a broker within the process, and a read-back of them; driven by its fd alone, as the loop drives it. */
#ifndef REREAD_H
#define REREAD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "publish/readback.h"

#define GUARD (60 * MS_SECOND) /* a test that waits for longer has failed */
#define SETTLE 100
#define MARKS_MOST 16
#define FETCH 1 /* Kafka's numbers of requests */
#define LIST_OFFSETS 2
#define METADATA 3

struct reread {
    rd_kafka_t *producer; /* hosts the cluster, and is the other writers */
    rd_kafka_mock_cluster_t *cluster;
    const char *address;
    struct readback *readback;
    /* The last result, copied. */
    unsigned results, words;
    char topic[256], reason[512], doubt[512], id[64], what[512];
    enum readback_end end;
    struct readback_mark marks[MARKS_MOST];
    size_t mark_count, found_count;
    int64_t *found;
    uint64_t records;
    char error[PUBLISH_ERROR];
};

static inline void reread_done(void *context, const struct readback_result *result)
{
    struct reread *r = context;
    r->results++;
    snprintf(r->topic, sizeof r->topic, "%.*s", SV_ARG(result->topic));
    snprintf(r->reason, sizeof r->reason, "%s", result->reason ? result->reason : "");
    snprintf(r->doubt, sizeof r->doubt, "%s", result->doubt ? result->doubt : "");
    snprintf(r->id, sizeof r->id, "%.*s", SV_ARG(result->cluster));
    r->end = result->end;
    r->records = result->records;
    assert_true(result->mark_count <= MARKS_MOST);
    r->mark_count = result->mark_count;
    if (result->mark_count)
        memcpy(r->marks, result->marks, result->mark_count * sizeof *r->marks);
    free(r->found);
    r->found = xmalloc((result->found_count + 1) * sizeof *r->found);
    r->found_count = result->found_count;
    if (result->found_count)
        memcpy(r->found, result->found, result->found_count * sizeof *r->found);
    assert_int_equal(result->end == READBACK_TAKES_NONE, result->reason != NULL);
}

static inline void reread_progress(void *context, struct sv topic, uint64_t read, uint64_t of, const char *what)
{
    struct reread *r = context;
    (void)topic;
    assert_true(read <= of);
    r->words++;
    snprintf(r->what, sizeof r->what, "%s", what);
}

static inline void reread_connect(struct reread *r, const char *address, const struct publish_option *options, size_t count)
{
    const struct publish_options o = {PUBLISH_BROKERS, sv_of(address), SV_NONE, options, count, 0};
    const struct readback_handlers handlers = {reread_done, reread_progress, r};
    r->readback = readback_new(&o, &handlers, r->error);
    if (!r->readback)
        fail_msg("%s", r->error);
    readback_set_settle(r->readback, SETTLE);
}

/* Quick to find a broker again. */
static const struct publish_option reread_quick[] = {{{"reconnect.backoff.ms", 20}, {"20", 2}}, {{"reconnect.backoff.max.ms", 24}, {"200", 3}}};

static inline void reread_open(struct reread *r, int brokers)
{
    memset(r, 0, sizeof *r);
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "2", error, sizeof error);
    char number[16];
    snprintf(number, sizeof number, "%d", brokers);
    rd_kafka_conf_set(conf, "test.mock.num.brokers", number, error, sizeof error);
    rd_kafka_conf_set(conf, "enable.idempotence", "true", error, sizeof error);
    rd_kafka_conf_set(conf, "linger.ms", "1", error, sizeof error);
    r->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    assert_non_null(r->producer);
    r->cluster = rd_kafka_handle_mock_cluster(r->producer);
    assert_non_null(r->cluster);
    r->address = rd_kafka_mock_cluster_bootstraps(r->cluster);
    reread_connect(r, r->address, reread_quick, 2);
}

static inline void reread_close(struct reread *r)
{
    readback_free(&r->readback);
    readback_free(&r->readback);
    rd_kafka_destroy(r->producer);
    free(r->found);
}

/* Event number n: its digest, and how it is spelt. */
static inline struct digest event_of(int64_t n)
{
    struct digest d;
    for (size_t i = 0; i < sizeof d.bytes; i++)
        d.bytes[i] = (unsigned char)((uint64_t)n * 0x9E3779B97F4A7C15u >> (i % 8 * 8)) ^ (unsigned char)i;
    return d;
}

static inline const char *id_of(int64_t n)
{
    static char text[33];
    return digest_hex(event_of(n), text);
}

/* A record as it is given: NULL for none of its header or value. */
static inline void write_raw(struct reread *r, const char *topic, int32_t partition, const char *id, const char *type, const void *value, size_t size)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(2);
    if (id)
        rd_kafka_header_add(headers, "ce_id", -1, id, -1);
    if (type)
        rd_kafka_header_add(headers, "content-type", -1, type, -1);
    rd_kafka_resp_err_t error = rd_kafka_producev(r->producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE((void *)(uintptr_t)value, size), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    assert_int_equal(error, RD_KAFKA_RESP_ERR_NO_ERROR);
}

static inline void write_event(struct reread *r, const char *topic, int32_t partition, int64_t n)
{
    write_raw(r, topic, partition, id_of(n), "application/json", "{}", 2);
}

static inline void write_foreign(struct reread *r, const char *topic, int32_t partition)
{
    write_raw(r, topic, partition, NULL, NULL, "another's", 9);
}

static inline void write_all(struct reread *r)
{
    assert_int_equal(rd_kafka_flush(r->producer, GUARD), RD_KAFKA_RESP_ERR_NO_ERROR);
}

/* Rows first to last, whose events have the same numbers. */
static inline struct readback_request request_of(const char *topic, const struct readback_mark *marks, size_t mark_count, int64_t first, int64_t last)
{
    struct readback_request q = {.topic = sv_of(topic), .marks = marks, .mark_count = mark_count, .open = true};
    q.row_count = (size_t)(last - first + 1);
    q.rows = xmalloc((q.row_count + 1) * sizeof *q.rows);
    for (size_t i = 0; i < q.row_count; i++)
        q.rows[i] = (struct readback_row){event_of(first + (int64_t)i), first + (int64_t)i};
    return q;
}

static inline void reread_wait(struct reread *r, unsigned results)
{
    int64_t until = clock_monotonic(&clock_system) + GUARD;
    while (r->results < results) {
        struct pollfd fd = {readback_fd(r->readback), POLLIN, 0};
        if (clock_monotonic(&clock_system) > until)
            fail_msg("%u results of %u; %s", r->results, results, r->what);
        if (poll(&fd, 1, 200) > 0)
            readback_serve(r->readback);
    }
}

static inline void reread_run(struct reread *r, const struct readback_request *q)
{
    readback_add(r->readback, q);
    assert_true(readback_is_busy(r->readback, q->topic));
    reread_wait(r, r->results + 1);
    assert_false(readback_is_busy(r->readback, q->topic));
}

static inline bool was_found(const struct reread *r, int64_t row)
{
    for (size_t i = 0; i < r->found_count; i++)
        if (r->found[i] == row)
            return true;
    return false;
}

#define assert_says(text, part)                                     \
    do {                                                            \
        if (!strstr(text, part))                                    \
            fail_msg("\"%s\" does not say \"%s\"", text, part);     \
    } while (0)

#endif
