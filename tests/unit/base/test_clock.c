/* Times as text, dates as days, log lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"

static void times_are_written_as_rfc_3339(void **state)
{
    (void)state;
    static const struct { int64_t ms; const char *text; } cases[] = {
        {0, "1970-01-01T00:00:00Z"}, {1, "1970-01-01T00:00:00.001Z"}, {-1, "1969-12-31T23:59:59.999Z"}, {951782400000, "2000-02-29T00:00:00Z"},
        {1762333260123, "2025-11-05T09:01:00.123Z"}, {253402300799999, "9999-12-31T23:59:59.999Z"}, {253402300800000, ""},
        {-62167219200000, "0000-01-01T00:00:00Z"}, {-62167219200001, ""}, {TIME_NONE, ""}, {INT64_MAX, ""}, {INT64_MIN + 1, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TIME_TEXT];
        assert_string_equal(time_rfc3339(cases[i].ms, text), cases[i].text);
    }
}

static void days_agree_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -1000000; day < 3000000; day += 89) {
        int64_t year;
        unsigned month, of_month;
        time_t seconds = (time_t)day * 86400;
        struct tm t;
        civil_from_days(day, &year, &month, &of_month);
        gmtime_r(&seconds, &t);
        assert_int_equal(year, (int64_t)t.tm_year + 1900);
        assert_int_equal(month, t.tm_mon + 1);
        assert_int_equal(of_month, t.tm_mday);
        assert_int_equal(days_from_civil(year, month, of_month), day);
    }
}

static void lengths_of_time_are_for_people(void **state)
{
    (void)state;
    static const struct { int64_t ms; const char *text; } cases[] = {
        {-5, "0 ms"}, {0, "0 ms"}, {350, "350 ms"}, {1000, "1 s"}, {5999, "5 s"}, {60000, "1 min"}, {61000, "1 min 1 s"}, {2 * MS_HOUR, "2 h"},
        {3 * MS_HOUR + 20 * MS_MINUTE + 5000, "3 h 20 min"}, {MS_DAY + MS_MINUTE, "1 d"}, {8 * MS_DAY + 23 * MS_HOUR, "8 d 23 h"},
        {INT64_MAX, "106751991167 d 7 h"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TIME_TEXT];
        assert_string_equal(time_span(cases[i].ms, text), cases[i].text);
    }
}

static enum log_level last_level;
static char last_line[200];
static const char *last_field;

static void keep_line(enum log_level level, const struct log_field *fields, const char *message)
{
    last_level = level;
    last_field = fields ? fields->name : NULL;
    snprintf(last_line, sizeof last_line, "%s", message);
}

static void a_log_line_is_one_line(void **state)
{
    (void)state;
    log_set_sink(keep_line);
    log_write(LOG_LEVEL_WARNING, LOG_FIELDS({"FEED", SV("bbc")}), "from %s", "the\nnet\x1B[31m\x7F");
    assert_string_equal(last_line, "from the?net?[31m?");
    assert_string_equal(last_field, "FEED");
    assert_int_equal(last_level, LOG_LEVEL_WARNING);
    log_debug("not wanted");
    assert_string_equal(last_line, "from the?net?[31m?");
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("wanted");
    assert_string_equal(last_line, "wanted");
    assert_null(last_field);
    log_set_sink(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_written_as_rfc_3339),
        cmocka_unit_test(days_agree_with_the_c_library),
        cmocka_unit_test(lengths_of_time_are_for_people),
        cmocka_unit_test(a_log_line_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
