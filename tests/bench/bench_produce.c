/* bench_produce BROKERS TOPIC COUNT BYTES [RATE]: what no delivery can do without, an idempotent producer with the daemon's own
 * settings, and nothing behind it: no store, no feeds. As fast as it can; or RATE messages a second, and then it prints for each when it
 * was handed over and when it was acknowledged, in microseconds since 1970. */
#include <librdkafka/rdkafka.h>
#include <time.h>

#include "alerts.h"
#include "publish/config.h"

struct times {
    int64_t sent, acknowledged;
};

static rd_kafka_t *producer;
static rd_kafka_queue_t *queue;
static struct times *times;
static unsigned acknowledged;

static void fail(const char *what)
{
    fprintf(stderr, "bench_produce: %s\n", what);
    exit(1);
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void serve(int wait_ms)
{
    rd_kafka_event_t *event;
    const rd_kafka_message_t *m;
    for (; (event = rd_kafka_queue_poll(queue, wait_ms)); wait_ms = 0) {
        int64_t at = now();
        while ((m = rd_kafka_event_message_next(event))) {
            if (m->err)
                fail(rd_kafka_err2str(m->err));
            times[(intptr_t)m->_private].acknowledged = at;
            acknowledged++;
        }
        rd_kafka_event_destroy(event);
    }
}

static rd_kafka_resp_err_t send_one(const struct message *m, const char *topic, unsigned i)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(m->header_count);
    for (size_t h = 0; h < m->header_count; h++)
        rd_kafka_header_add(headers, m->headers[h].name.p, (ssize_t)m->headers[h].name.n, m->headers[h].value.p, (ssize_t)m->headers[h].value.n);
    rd_kafka_resp_err_t error = rd_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(m->key.p, m->key.n),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)m->value.p, m->value.n), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE((void *)(intptr_t)i),
        RD_KAFKA_V_END);
    if (error)
        rd_kafka_headers_destroy(headers);
    return error;
}

static void send_all(struct alerts *alerts, const char *topic, unsigned count, unsigned rate)
{
    int64_t began = now();
    for (unsigned i = 0; i < count; i++) {
        for (int64_t left; rate && (left = began + (int64_t)i * 1000000 / rate - now()) > 0;)
            serve(left > 1000 ? (int)(left / 1000) : 0);
        struct message m = alerts_make(alerts, i);
        times[i].sent = now();
        for (rd_kafka_resp_err_t error; (error = send_one(&m, topic, i)) != RD_KAFKA_RESP_ERR_NO_ERROR; serve(10))
            if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL)
                fail(rd_kafka_err2str(error));
        if (i % 100 == 0)
            serve(0);
    }
    while (acknowledged < count)
        serve(1000);
}

int main(int argc, char **argv)
{
    static struct alerts alerts;
    char error[PUBLISH_ERROR];
    if (argc < 5) {
        fputs("usage: bench_produce BROKERS TOPIC COUNT BYTES [RATE]\n", stderr);
        return 2;
    }
    unsigned count = (unsigned)atoi(argv[3]), rate = argc > 5 ? (unsigned)atoi(argv[5]) : 0;
    alerts_init(&alerts, argv[2], (size_t)atol(argv[4]));
    times = xcalloc(count, sizeof *times);
    rd_kafka_conf_t *conf = config_producer(&(struct publish_options){0}, argv[1], error);
    producer = conf ? rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error) : NULL;
    if (!producer)
        fail(error);
    queue = rd_kafka_queue_get_main(producer);
    send_all(&alerts, argv[2], count, rate);
    for (unsigned i = 0; rate && i < count; i++)
        printf("%" PRId64 " %" PRId64 "\n", times[i].sent, times[i].acknowledged);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(producer);
    free(alerts.value);
    free(times);
    return 0;
}
