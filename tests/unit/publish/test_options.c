/* Which of librdkafka's options may be set, and what is said of the others. */
#include "post.h"

static char error[PUBLISH_ERROR];

static bool allowed(const char *name, const char *value)
{
    error[0] = '\0';
    return publish_check_option(name, value, error, sizeof error);
}

static void options_of_librdkafka_may_be_set(void **state)
{
    (void)state;
    static const char *const good[][2] = {
        {"compression.type", "zstd"}, {"linger.ms", "50"},          {"security.protocol", "SASL_SSL"}, {"sasl.mechanisms", "SCRAM-SHA-512"},
        {"sasl.password", "x y\"z"},  {"message.max.bytes", "2000000"}, {"debug", "broker,msg"},      {"client.id", "mine"},
        {"queue.buffering.max.ms", "5"}, {"partitioner", "murmur2_random"}, {"request.timeout.ms", "5000"},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!allowed(good[i][0], good[i][1]))
            fail_msg("%s: %s", good[i][0], error);
}

static void librdkafka_says_itself_what_is_wrong(void **state)
{
    (void)state;
    assert_false(allowed("compression.tpye", "zstd"));
    assert_says(error, "No such configuration property: \"compression.tpye\"");
    assert_false(allowed("compression.type", "bzip2"));
    assert_says(error, "Invalid value \"bzip2\" for configuration property \"compression.");
    assert_false(allowed("linger.ms", "soon"));
    assert_says(error, "nvalid value");
    assert_false(allowed("linger.ms", "-1"));
    assert_says(error, "outside allowed range");
    assert_null(strchr(error, '\n'));
}

static void what_delivery_stands_on_is_denied_with_a_reason(void **state)
{
    (void)state;
    static const char *const denied[][3] = {
        {"enable.idempotence", "false", "always on"},    {"acks", "1", "always 'all'"},
        {"request.required.acks", "1", "always 'all'"},  {"message.timeout.ms", "1000", "never times out"},
        {"delivery.timeout.ms", "1000", "never times out"}, {"transactional.id", "x", "transactions"},
        {"plugin.library.paths", "/tmp/x.so", "no code"}, {"test.mock.num.brokers", "3", "write  embedded;"},
        {"test.mock.broker.rtt", "3", "write  embedded;"}, {"bootstrap.servers", "a:1", "write  brokers"},
        {"metadata.broker.list", "a:1", "write  brokers"}, {"enable.gapless.guarantee", "true", "nothing overtakes"},
        {"retries", "3", "until it is delivered"},       {"message.send.max.retries", "3", "until it is delivered"},
        {"queue.buffering.max.messages", "9", "window"}, {"queue.buffering.max.kbytes", "9", "window"},
        {"log.queue", "false", ""},                      {"delivery.report.only.error", "true", ""},
        {"dr_cb", "x", ""},                              {"enabled_events", "0", ""},
    };
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
        assert_false(allowed(denied[i][0], denied[i][1]));
        assert_says(error, denied[i][0]);
        assert_says(error, "cannot be set: ");
        assert_says(error, denied[i][2]);
    }
}

static bool go_together(const struct publish_option *options, size_t count)
{
    const struct publish_options o = {PUBLISH_BROKERS, SV("127.0.0.1:1"), SV("news.alerts"), options, count, 0};
    error[0] = '\0';
    return publish_check(&o, error);
}

#define OPTION(name, value) {{name, sizeof name - 1}, {value, sizeof value - 1}}

static void options_that_do_not_go_together_are_found(void **state)
{
    (void)state;
    static const struct publish_option flight[] = {OPTION("max.in.flight", "10")}, retries[] = {OPTION("retries", "0")},
                                       tls[] = {OPTION("security.protocol", "ssl"), OPTION("ssl.ca.location", "/nowhere/ca.pem")},
                                       good[] = {OPTION("compression.type", "lz4"), OPTION("max.in.flight", "5")};
    assert_false(go_together(flight, 1));
    assert_says(error, "max.in.flight");
    assert_false(go_together(retries, 1));
    assert_says(error, "retries");
    assert_false(go_together(tls, 2));
    assert_says(error, "ssl.ca.location");
    if (!go_together(good, 2))
        fail_msg("%s", error);
    assert_true(go_together(NULL, 0));
}

static void the_library_tells_its_version(void **state)
{
    (void)state;
    assert_true(strncmp(publish_library(), "librdkafka/", 11) == 0 && publish_library()[11] >= '0' && publish_library()[11] <= '9');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_of_librdkafka_may_be_set),
        cmocka_unit_test(librdkafka_says_itself_what_is_wrong),
        cmocka_unit_test(what_delivery_stands_on_is_denied_with_a_reason),
        cmocka_unit_test(options_that_do_not_go_together_are_found),
        cmocka_unit_test(the_library_tells_its_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
