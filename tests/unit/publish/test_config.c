/* What librdkafka is configured with, beside what test_options holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "publish/config.h"

#define GUARD_MS 30000

static const char *value_of(rd_kafka_conf_t *conf, const char *name)
{
    static char value[256];
    size_t size = sizeof value;
    assert_int_equal(rd_kafka_conf_get(conf, name, value, &size), RD_KAFKA_CONF_OK);
    return value;
}

static rd_kafka_conf_t *consumer(const struct publish_option *options, size_t count)
{
    char error[PUBLISH_ERROR] = "";
    const struct publish_options o = {.options = options, .option_count = count};
    rd_kafka_conf_t *conf = config_consumer(&o, "127.0.0.1:1", error);
    if (!conf)
        fail_msg("%s", error);
    return conf;
}

#define OPTION(name, value) {{name, sizeof name - 1}, {value, sizeof value - 1}}

static void the_consumer_takes_the_options_of_the_connection(void **state)
{
    (void)state;
    static const struct publish_option options[] = {OPTION("security.protocol", "sasl_ssl"), OPTION("sasl.mechanisms", "PLAIN"),
        OPTION("socket.timeout.ms", "3000"), OPTION("compression.type", "zstd"), OPTION("reconnect.backoff.max.ms", "123")};
    rd_kafka_conf_t *conf = consumer(options, sizeof options / sizeof *options);
    assert_string_equal(value_of(conf, "bootstrap.servers"), "127.0.0.1:1");
    assert_string_equal(value_of(conf, "security.protocol"), "sasl_ssl");
    assert_string_equal(value_of(conf, "sasl.mechanisms"), "PLAIN");
    assert_string_equal(value_of(conf, "socket.timeout.ms"), "3000");
    assert_string_equal(value_of(conf, "reconnect.backoff.max.ms"), "123");
    rd_kafka_conf_destroy(conf);
}

static void the_consumer_is_what_it_must_be_whatever_the_options_say(void **state)
{
    (void)state;
    static const struct publish_option options[] = {OPTION("group.id", "x"), OPTION("group.instance.id", "x"), OPTION("isolation.level", "read_committed"),
        OPTION("fetch.min.bytes", "1000000"), OPTION("fetch.wait.max.ms", "300000"), OPTION("fetch.message.max.bytes", "1"), OPTION("message.max.bytes", "900000000"),
        OPTION("session.timeout.ms", "3600000"), OPTION("auto.offset.reset", "latest"), OPTION("receive.message.max.bytes", "1000"), OPTION("client.rack", "r"),
        OPTION("allow.auto.create.topics", "false"), OPTION("debug", "all"), OPTION("enable.partition.eof", "false"), OPTION("topic.blacklist", ".*")};
    rd_kafka_conf_t *conf = consumer(options, sizeof options / sizeof *options);
    assert_string_equal(value_of(conf, "isolation.level"), "read_uncommitted");
    assert_string_equal(value_of(conf, "enable.partition.eof"), "true");
    assert_string_equal(value_of(conf, "fetch.wait.max.ms"), "100");
    assert_string_equal(value_of(conf, "fetch.min.bytes"), "1");
    assert_string_equal(value_of(conf, "receive.message.max.bytes"), "100000000");
    char text[256];
    size_t size = sizeof text;
    assert_true(rd_kafka_conf_get(conf, "group.id", text, &size) != RD_KAFKA_CONF_OK || text[0] == '\0');
    char error[256];
    rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (!handle)
        fail_msg("%s", error);
    rd_kafka_destroy(handle);
}

static void the_consumer_receives_more_where_the_operator_s_brokers_send_more(void **state)
{
    (void)state;
    static const struct publish_option option = OPTION("receive.message.max.bytes", "300000000");
    rd_kafka_conf_t *conf = consumer(&option, 1);
    assert_string_equal(value_of(conf, "receive.message.max.bytes"), "300000000");
    rd_kafka_conf_destroy(conf);
}

static void an_option_that_is_wrong_is_told(void **state)
{
    (void)state;
    static const struct publish_option option = OPTION("security.protocol", "carrier-pigeon");
    const struct publish_options o = {.options = &option, .option_count = 1};
    char error[PUBLISH_ERROR] = "";
    assert_null(config_consumer(&o, "x", error));
    assert_non_null(strstr(error, "carrier-pigeon"));
}

/* Of the sockets of this process the one that is connected to the port. */
static int socket_to(in_port_t port)
{
    for (int fd = 3; fd < 256; fd++) {
        struct sockaddr_in peer;
        socklen_t size = sizeof peer;
        if (getpeername(fd, (struct sockaddr *)&peer, &size) == 0 && peer.sin_family == AF_INET && peer.sin_port == port)
            return fd;
    }
    return -1;
}

static void the_producer_s_sockets_throw_away_what_they_have_not_sent(void **state)
{
    (void)state;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 4), 0);
    getsockname(listener, (struct sockaddr *)&address, &size);
    char brokers[64], error[PUBLISH_ERROR] = "";
    snprintf(brokers, sizeof brokers, "127.0.0.1:%u", ntohs(address.sin_port));
    const struct publish_options none = {0};
    rd_kafka_conf_t *conf = config_producer(&none, brokers, error);
    assert_non_null(conf);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    assert_non_null(producer);
    assert_int_equal(poll(&(struct pollfd){listener, POLLIN, 0}, 1, GUARD_MS), 1);
    int accepted = accept(listener, NULL, NULL);
    int fd = socket_to(address.sin_port);
    assert_true(fd >= 0);
    struct linger linger = {0};
    size = sizeof linger;
    assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &size), 0);
    assert_true(linger.l_onoff == 1 && linger.l_linger == 0);
    close(accepted);
    close(listener);
    rd_kafka_destroy(producer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_consumer_takes_the_options_of_the_connection),
        cmocka_unit_test(the_consumer_is_what_it_must_be_whatever_the_options_say),
        cmocka_unit_test(the_consumer_receives_more_where_the_operator_s_brokers_send_more),
        cmocka_unit_test(an_option_that_is_wrong_is_told),
        cmocka_unit_test(the_producer_s_sockets_throw_away_what_they_have_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
