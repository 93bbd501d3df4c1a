#include "publish/config.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "publish/options.h"

#define RECEIVE_LEAST 100000000 /* a record that a topic holds must be readable; librdkafka's own default */
#define RECEIVE_DEFAULT "100000000"
#define WINDOW ((size_t)16 << 20) /* unless told otherwise */
#define QUEUE_BEYOND ((size_t)64 << 20) /* that librdkafka's queue has above the window: the window alone is what bounds it */

static bool set(rd_kafka_conf_t *conf, const char *name, const char *value, char *error)
{
    return rd_kafka_conf_set(conf, name, value, error, PUBLISH_ERROR) == RD_KAFKA_CONF_OK;
}

struct setting {
    const char *name, *value;
};

static bool set_all(rd_kafka_conf_t *conf, const struct setting *settings, size_t count, char *error)
{
    for (size_t i = 0; i < count; i++)
        if (!set(conf, settings[i].name, settings[i].value, error))
            return false;
    return true;
}

/* The operator's options, but for those that `skips` matches. */
static bool set_options(rd_kafka_conf_t *conf, const struct publish_options *options, bool (*skips)(const char *), char *error)
{
    bool good = true;
    for (size_t i = 0; good && i < options->option_count; i++) {
        char *name = sv_cstr(options->options[i].name);
        char *value = sv_cstr(options->options[i].value);
        good = (skips && skips(name)) || set(conf, name, value, error);
        free(name);
        free(value);
    }
    return good;
}

/* Closed with a reset: the kernel forgets what it has not sent, also when the process was killed. */
static int open_socket(int domain, int type, int protocol, void *opaque)
{
    (void)opaque;
    static const struct linger at_once = {1, 0};
    int fd = socket(domain, type | SOCK_CLOEXEC, protocol);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return fd;
}

rd_kafka_conf_t *config_producer(const struct publish_options *options, const char *brokers, char error[PUBLISH_ERROR])
{
    char kbytes[24];
    snprintf(kbytes, sizeof kbytes, "%zu", ((options->window ? options->window : WINDOW) + QUEUE_BEYOND) >> 10);
    const struct setting fixed[] = {
        {"client.id", "newswatchd"},
        {"log.queue", "true"},
        {"log.connection.close", "false"},
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"message.timeout.ms", "0"},
        /* After a message that is not taken nothing goes to its partition before the courier has seen it. */
        {"enable.gapless.guarantee", "true"},
        {"max.in.flight.requests.per.connection", "1"},
        {"queue.buffering.max.messages", "10000000"},
        {"queue.buffering.max.kbytes", kbytes},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    bool good = !brokers || set(conf, "bootstrap.servers", brokers, error);
    good = good && set_all(conf, fixed, sizeof fixed / sizeof *fixed, error) && set_options(conf, options, NULL, error);
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
    rd_kafka_conf_set_socket_cb(conf, open_socket);
    if (good)
        return conf;
    rd_kafka_conf_destroy(conf);
    return NULL;
}

/* What would make the consumer another one than it must be: in a group, reading less, from somewhere else. */
static bool is_of_consuming(const char *name)
{
    static const char *const patterns[] = {
        "group.*", "session.timeout.ms", "heartbeat.interval.ms", "max.poll.interval.ms", "coordinator.*", "partition.assignment.strategy",
        "auto.*", "enable.auto.*", "enable.partition.eof", "offset.store.*", "consume.*", "isolation.level", "check.crcs", "fetch.*",
        "max.partition.fetch.bytes", "queued.*", "message.max.bytes", "message.copy.max.bytes", "client.rack", "debug", "statistics.interval.ms",
        "topic.blacklist", "log_level",
    };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (fnmatch(patterns[i], name, 0) == 0)
            return true;
    return false;
}

rd_kafka_conf_t *config_consumer(const struct publish_options *options, const char *brokers, char error[PUBLISH_ERROR])
{
    /* A stalled connection is given up sooner than by a producer, for which that may cost a fatal error. */
    static const struct setting defaults[] = {
        {"client.id", "newswatchd"}, {"socket.timeout.ms", "10000"}, {"reconnect.backoff.max.ms", "2000"}, {"log.connection.close", "false"},
    };
    /* All that stands there, of transactions under way too, which would hold up a reader of what is committed. The queue is bounded
     * for all partitions together. A fetch that waits for records holds up the questions that stand behind it on its connection. A
     * topic that the brokers would make for a producer they make for us. */
    static const struct setting fixed[] = {
        {"isolation.level", "read_uncommitted"}, {"enable.partition.eof", "true"},       {"enable.auto.commit", "false"},
        {"auto.commit.enable", "false"},
        {"auto.offset.reset", "error"},          {"fetch.wait.max.ms", "100"},           {"fetch.error.backoff.ms", "100"},
        {"fetch.message.max.bytes", "524288"},   {"fetch.max.bytes", "2097152"},         {"queued.max.messages.kbytes", "16384"},
        {"queued.min.messages", "100000"},        {"allow.auto.create.topics", "true"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    bool good = !brokers || set(conf, "bootstrap.servers", brokers, error);
    good = good && set_all(conf, defaults, sizeof defaults / sizeof *defaults, error) && set_options(conf, options, is_of_consuming, error) &&
           set_all(conf, fixed, sizeof fixed / sizeof *fixed, error);
    char most[32] = "";
    size_t size = sizeof most;
    if (good && rd_kafka_conf_get(conf, "receive.message.max.bytes", most, &size) == RD_KAFKA_CONF_OK && strtoll(most, NULL, 10) < RECEIVE_LEAST)
        good = set(conf, "receive.message.max.bytes", RECEIVE_DEFAULT, error);
    if (good)
        return conf;
    rd_kafka_conf_destroy(conf);
    return NULL;
}

const char *publish_library(void)
{
    static char text[64];
    snprintf(text, sizeof text, "librdkafka/%s", rd_kafka_version_str());
    return text;
}

/* A name that librdkafka knows and that is nearly this one. It lists them only as a table for people: a line each, the name
 * first, then a |. */
static void propose_option(const char *name, char *error, size_t error_size)
{
    char *table = NULL;
    size_t size, count = 0, capacity = 0, n = strlen(error);
    FILE *out = open_memstream(&table, &size);
    if (!out)
        return;
    rd_kafka_conf_properties_show(out);
    fclose(out);
    struct sv rest = sv_of(table), line, word, *names = NULL;
    while (sv_split(&rest, '\n', &line))
        if (sv_split(&line, ' ', &word) && sv_starts(sv_trim(line), SV("|"))) {
            names = xgrow(names, count, &capacity, sizeof *names);
            names[count++] = word;
        }
    struct sv near = sv_nearest(sv_of(name), names, count);
    if (near.p)
        snprintf(error + n, error_size - n, "; did you mean '%.*s'?", SV_ARG(near));
    free(names);
    free(table);
}

bool publish_check_option(const char *name, const char *value, char *error, size_t error_size)
{
    const char *denied = option_denied(name);
    if (denied) {
        snprintf(error, error_size, "'%s' cannot be set: %s", name, denied);
        return false;
    }
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, name, value, error, error_size);
    if (result == RD_KAFKA_CONF_UNKNOWN)
        propose_option(name, error, error_size);
    rd_kafka_conf_destroy(conf);
    if (result != RD_KAFKA_CONF_OK)
        error[strcspn(error, "\n")] = '\0'; /* some of its words end a line */
    return result == RD_KAFKA_CONF_OK;
}
