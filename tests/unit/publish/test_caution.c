/* What is known of librdkafka's faults, and what of its words is not shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>

#include <cmocka.h>

#include "base/sv.h"
#include "publish/publish.h"

static void a_part_of_a_token_is_not_repeated(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"Unrecognized sasl.oauthbearer.config beginning at: a=s3cret", "Unrecognized sasl.oauthbearer.config beginning at (hidden)"},
        {"Failed: Invalid sasl.oauthbearer.config: non-integral 'lifeSeconds': s3cret", "Failed: Invalid sasl.oauthbearer.config: non-integral 'lifeSeconds' (hidden)"},
        {"Invalid sasl.oauthbearer.config: '\"' cannot appear in scope: \"s3: cret", "Invalid sasl.oauthbearer.config: '\"' cannot appear in scope (hidden)"},
        {"Invalid sasl.oauthbearer.config: must not be empty", "Invalid sasl.oauthbearer.config: must not be empty"},
        {"1/1 brokers are down", "1/1 brokers are down"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char room[512];
        assert_string_equal(publish_public(texts[i][0], room, sizeof room), texts[i][1]);
    }
}

static void scram_is_warned_of_where_the_library_needs_it(void **state)
{
    (void)state;
    int major = 0, minor = 0, patch = 0;
    assert_true(sscanf(publish_library(), "librdkafka/%d.%d.%d", &major, &minor, &patch) == 3);
    bool old = major * 10000 + minor * 100 + patch < 20601;
    assert_true((publish_caution("sasl.mechanism", "SCRAM-SHA-512") != NULL) == old);
    assert_true((publish_caution("sasl.mechanisms", "scram-sha-256") != NULL) == old);
    assert_null(publish_caution("sasl.mechanism", "PLAIN"));
    assert_null(publish_caution("client.id", "SCRAM-SHA-512"));
}

static const char *check(const char *mechanism, const char *config, bool unsecured)
{
    const struct publish_option options[] = {
        {SV("sasl.mechanism"), sv_of(mechanism)}, {SV("sasl.oauthbearer.config"), sv_of(config)}, {SV("enable.sasl.oauthbearer.unsecure.jwt"), SV("true")},
    };
    const struct publish_options o = {.options = options, .option_count = unsecured ? 3 : 2};
    return publish_check_token(&o);
}

static void a_token_is_made_of_what_librdkafka_knows(void **state)
{
    (void)state;
    static const char *const good[] = {"principal=a", "  scope=x,y  principal=a ", "principal=a lifeSeconds=60 extension_b=c principalClaimName=d scopeClaimName=e"};
    static const char *const bad[] = {"", " ", "scope=a", "principal=", "principal", "principal=a b=c", "principal=a lifeSeconds=x", "principal=a lifeSeconds=0",
                                      "principal=\"a", "principal=a lifeSeconds=-1", "Principal=a"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_null(check("OAUTHBEARER", good[i], true));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_non_null(check("OAUTHBEARER", bad[i], true));
        assert_null(check("PLAIN", bad[i], true));
    }
    assert_non_null(check("OAUTHBEARER", "principal=a", false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_of_a_token_is_not_repeated),
        cmocka_unit_test(scram_is_warned_of_where_the_library_needs_it),
        cmocka_unit_test(a_token_is_made_of_what_librdkafka_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
