#include "publish/config.h"

#include <stdio.h>
#include <stdlib.h>

#include "publish/options.h"

#define QUEUE_KBYTES "65536"

static bool set(rd_kafka_conf_t *conf, const char *name, const char *value, char *error)
{
    return rd_kafka_conf_set(conf, name, value, error, PUBLISH_ERROR) == RD_KAFKA_CONF_OK;
}

rd_kafka_conf_t *config_producer(const struct publish_options *options, const char *brokers, char error[PUBLISH_ERROR])
{
    static const char *const fixed[][2] = {
        {"client.id", "newswatchd"},       {"queue.buffering.max.kbytes", QUEUE_KBYTES}, {"log.queue", "true"},
        {"enable.idempotence", "true"},    {"acks", "all"},                              {"message.timeout.ms", "0"},
        {"log.connection.close", "false"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    bool good = !brokers || set(conf, "bootstrap.servers", brokers, error);
    for (size_t i = 0; good && i < sizeof fixed / sizeof *fixed; i++)
        good = set(conf, fixed[i][0], fixed[i][1], error);
    for (size_t i = 0; good && i < options->option_count; i++) {
        char *name = sv_cstr(options->options[i].name);
        char *value = sv_cstr(options->options[i].value);
        good = set(conf, name, value, error);
        free(name);
        free(value);
    }
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
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
