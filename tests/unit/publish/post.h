/* An outbox in memory, and a courier that carries it; driven by the courier's fd alone, as the loop drives it. */
#ifndef POST_H
#define POST_H

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
#include "base/buf.h"
#include "publish/courier.h"

#define ROWS_MOST 2000
#define GUARD (30 * MS_SECOND) /* a test that waits for longer has failed */

#define WINDOW ((size_t)16 << 20)

enum row_state { WAITING, DELIVERED, REFUSED };
struct place {
    int32_t partition;
    int64_t offset;
};

struct post {
    struct arena arena;
    struct message messages[ROWS_MOST + 1]; /* row 1 is the first */
    enum row_state states[ROWS_MOST + 1];
    unsigned reports[ROWS_MOST + 1];
    struct place places[ROWS_MOST + 1];
    int64_t count;
    size_t delivered, refused, asked;
    unsigned ups, downs;
    unsigned closed, unsure; /* how often a lane was told so */
    bool stays_closed;
    bool spread;         /* each message has another key, so that none waits for another */
    bool hurries;        /* what takes its time is made to be over */
    size_t window;
    char reason[256], why[256]; /* of a refusal or a lost connection; of a lane's being closed */
    bool unreadable;     /* next says that the outbox cannot be read */
    bool keeps;          /* rows stay under way: the store has not committed yet */
    struct courier *courier;
    int64_t ahead;       /* of the monotonic clock */
    char error[PUBLISH_ERROR];
};

static inline int64_t post_now(const struct post *p)
{
    return clock_monotonic(&clock_system) + p->ahead;
}

static inline int post_next(void *context, struct sv topic, int64_t after, struct arena *arena, int64_t *row, struct message *m)
{
    struct post *p = context;
    (void)arena;
    p->asked++;
    if (p->unreadable)
        return -1;
    for (*row = after + 1; *row <= p->count; ++*row)
        if ((p->states[*row] == WAITING || (p->keeps && p->states[*row] == DELIVERED)) && sv_eq(p->messages[*row].topic, topic)) {
            *m = p->messages[*row];
            return 1;
        }
    return 0;
}

static inline void post_settle(struct post *p, int64_t row, enum row_state state)
{
    assert_true(row >= 1 && row <= p->count);
    p->reports[row]++;
    p->states[row] = state;
    p->delivered += state == DELIVERED;
    p->refused += state == REFUSED;
    if (!p->keeps)
        courier_forget(p->courier, row);
}

static inline void post_delivered(void *context, struct sv topic, int64_t row, struct sv event, int32_t partition, int64_t offset)
{
    struct post *p = context;
    assert_true(sv_eq(topic, p->messages[row].topic) && sv_eq(event, p->messages[row].id));
    assert_true((partition >= 0) == (offset >= 0));
    p->places[row] = (struct place){partition, offset};
    post_settle(context, row, DELIVERED);
}

static inline void post_refused(void *context, struct sv topic, int64_t row, const char *reason)
{
    struct post *p = context;
    assert_non_null(reason);
    assert_true(sv_eq(topic, p->messages[row].topic));
    snprintf(p->reason, sizeof p->reason, "%s", reason);
    post_settle(context, row, REFUSED);
}

/* As one who reads back and finds nothing: the lane is opened again at once, unless it is to stay closed. */
static inline void post_closed(void *context, struct sv topic, bool unsure, const char *reason)
{
    struct post *p = context;
    assert_true(reason && *reason);
    snprintf(p->why, sizeof p->why, "%s", reason);
    p->closed++;
    p->unsure += unsure;
    assert_false(courier_is_open(p->courier, topic));
    if (!p->stays_closed)
        courier_open(p->courier, topic);
}

static inline void post_connected(void *context, bool up, const char *reason)
{
    struct post *p = context;
    p->ups += up;
    p->downs += !up;
    if (!up) {
        assert_non_null(reason);
        snprintf(p->reason, sizeof p->reason, "%s", reason);
    }
}

static inline bool post_try(struct post *p, enum publish_sink sink, const char *target, const struct publish_option *options, size_t count)
{
    const struct publish_options o = {sink, sv_of(target), SV("news.alerts"), options, count, 0};
    const struct courier_handlers handlers = {post_next, post_delivered, post_refused, post_closed, post_connected, p};
    p->courier = courier_new(&o, &handlers, p->window ? p->window : WINDOW, p->error);
    if (p->courier)
        courier_open(p->courier, SV("news"));
    return p->courier != NULL;
}

/* Quick to find a broker again. */
static const struct publish_option quick[] = {{{"reconnect.backoff.ms", 20}, {"20", 2}}, {{"reconnect.backoff.max.ms", 24}, {"200", 3}}};

static inline void post_open(struct post *p, enum publish_sink sink, const char *target)
{
    memset(p, 0, sizeof *p);
    if (!post_try(p, sink, target, quick, sink == PUBLISH_FILE ? 0 : 2))
        fail_msg("%s", p->error);
}

static inline void post_close(struct post *p)
{
    courier_free(&p->courier);
    courier_free(&p->courier);
    arena_free(&p->arena);
}

static inline void post_to(struct post *p, struct sv topic, struct sv value)
{
    assert_true(p->count < ROWS_MOST);
    static struct message_header headers[] = {{{"ce_id", 5}, {"0123", 4}}, {{"empty", 5}, {"", 0}}, {{"rules", 5}, {"a,b", 3}}};
    p->messages[++p->count] = (struct message){SV("0123"), topic, p->spread ? value : SV("outlet"), value, headers, 3};
    if (p->courier)
        courier_added(p->courier, topic);
}

static inline void post_message(struct post *p, struct sv value)
{
    post_to(p, SV("news"), value);
}

/* Rows whose values are their numbers. */
static inline void post_rows(struct post *p, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        post_message(p, sv_of(arena_printf(&p->arena, "%lld", (long long)p->count + 1)));
}

/* Until so many are delivered and refused in all. */
static inline void post_run(struct post *p, size_t delivered, size_t refused)
{
    int64_t until = clock_monotonic(&clock_system) + GUARD, left;
    while (p->delivered < delivered || p->refused < refused) {
        int64_t wait = courier_pump(p->courier, post_now(p));
        if ((left = until - clock_monotonic(&clock_system)) <= 0)
            fail_msg("%zu delivered, %zu refused, %zu under way; last reason: %s", p->delivered, p->refused, courier_under_way(p->courier), p->reason);
        struct pollfd fd = {courier_fd(p->courier), POLLIN, 0};
        bool hurry = p->hurries && wait >= 500;
        if (poll(&fd, 1, hurry ? 1 : (int)(wait < 0 || wait > left ? left : wait)) > 0)
            courier_serve(p->courier, post_now(p));
        else if (hurry)
            p->ahead += wait;
    }
    assert_int_equal(p->delivered, delivered);
    assert_int_equal(p->refused, refused);
}

/* Until `*what` has come to `most`. */
static inline void post_run_until(struct post *p, const unsigned *what, unsigned most)
{
    int64_t until = clock_monotonic(&clock_system) + GUARD;
    while (*what < most) {
        courier_pump(p->courier, post_now(p));
        struct pollfd fd = {courier_fd(p->courier), POLLIN, 0};
        if (clock_monotonic(&clock_system) > until)
            fail_msg("%u downs, %u closed", p->downs, p->closed);
        if (*what < most && poll(&fd, 1, 100) > 0)
            courier_serve(p->courier, post_now(p));
    }
}

/* Until the broker is said to be lost so often. */
static inline void post_run_down(struct post *p, unsigned downs)
{
    post_run_until(p, &p->downs, downs);
}

/* Until a lane was told closed so often. */
static inline void post_run_closed(struct post *p, unsigned closed)
{
    post_run_until(p, &p->closed, closed);
}

/* Until what is under way is reported; nothing more is sent. */
static inline void post_run_idle(struct post *p)
{
    int64_t until = clock_monotonic(&clock_system) + GUARD;
    while (courier_under_way(p->courier)) {
        struct pollfd fd = {courier_fd(p->courier), POLLIN, 0};
        if (clock_monotonic(&clock_system) > until)
            fail_msg("%zu rows are still under way", courier_under_way(p->courier));
        if (poll(&fd, 1, 100) > 0)
            courier_serve(p->courier, post_now(p));
    }
}

/* ---- A broker that makes mistakes when it is told to ---- */

struct broker {
    rd_kafka_t *host;
    rd_kafka_mock_cluster_t *cluster;
    const char *address;
};

#define PRODUCE 0 /* Kafka's number of that request */

static inline void broker_open(struct broker *b)
{
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "2", error, sizeof error);
    b->host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    assert_non_null(b->host);
    b->cluster = rd_kafka_mock_cluster_new(b->host, 1);
    assert_non_null(b->cluster);
    b->address = rd_kafka_mock_cluster_bootstraps(b->cluster);
}

static inline void broker_close(struct broker *b)
{
    rd_kafka_mock_cluster_destroy(b->cluster);
    rd_kafka_destroy(b->host);
}

/* All that a topic holds, as "1 2 3": one partition's values in their order (all keys are the same). `see` is shown each message. */
static inline const char *topic_of(const char *address, const char *topic, void (*see)(const rd_kafka_message_t *))
{
    static struct buf text;
    char error[256];
    buf_clear(&text);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", address, error, sizeof error);
    rd_kafka_conf_set(conf, "group.id", "test", error, sizeof error);
    rd_kafka_conf_set(conf, "enable.partition.eof", "true", error, sizeof error);
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
    for (int i = 0; i < 4; i++) /* as many as the mock broker makes */
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    int ends = 0;
    for (size_t seen = 0; ends < 4;) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(consumer, GUARD);
        assert_non_null(m);
        ends += m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        if (!m->err) {
            buf_printf(&text, "%s%.*s", seen++ ? " " : "", (int)m->len, (const char *)m->payload);
            if (see)
                see(m);
        }
        rd_kafka_message_destroy(m);
    }
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return buf_cstr(&text);
}

static inline const char *numbers(unsigned from, unsigned to)
{
    static struct buf text;
    buf_clear(&text);
    for (unsigned i = from; i <= to; i++)
        buf_printf(&text, "%s%u", i > from ? " " : "", i);
    return buf_cstr(&text);
}

#define assert_says(text, part)                                     \
    do {                                                            \
        if (!strstr(text, part))                                    \
            fail_msg("\"%s\" does not say \"%s\"", text, part);     \
    } while (0)

#endif
