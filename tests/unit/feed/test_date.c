/* Dates of the standards, with the errors that feeds make in them. */
#include "dating.h"

static void rfc_822_is_read(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Wed, 05 Nov 2025 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:02 +0300", "2025-11-05T06:01:02Z"},
        {"Wed, 05 Nov 2025 09:01:02 -0530", "2025-11-05T14:31:02Z"},
        {"Wed, 05 Nov 2025 09:01 +0100", "2025-11-05T08:01:00Z"},
        {"5 Nov 2025 09:01 EST", "2025-11-05T14:01:00Z"},
        {"Wednesday, 5 November 2025 09:01:02 PDT", "2025-11-05T16:01:02Z"},
        {"Sun, 29 Feb 2004 23:59:59 UT", "2004-02-29T23:59:59Z"},
        {"Thu, 31 Dec 98 23:00:00 Z", "1998-12-31T23:00:00Z"},
        {"Sat, 01 Jan 2000 00:00:00 CST", "2000-01-01T06:00:00Z"},
        {"Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"},
        {"WED, 05 NOV 2025 09:01:00 gmt", "2025-11-05T09:01:00Z"},
    };
    CHECK(rows);
}

static void rfc_822_with_its_usual_errors_is_read(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Mon, 05 Nov 2025 09:01:00 GMT", "2025-11-05T09:01:00Z"}, /* it was a Wednesday */
        {"05 Nov 25 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"05 Nov 49 09:01:00 GMT", "2049-11-05T09:01:00Z"},
        {"05 Nov 50 09:01:00 GMT", "1950-11-05T09:01:00Z"},
        {"05 Nov 125 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 5 Nov 2025 9:01 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 5 Nov 2025 9:1:2 GMT", "2025-11-05T09:01:02Z"},
        {"Wed,05 Nov 2025 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed 05 Nov 2025 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed , 05  Nov\t2025 \n 09:01:00   GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 05-Nov-2025 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wednesday, 05-Nov-25 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov, 2025, 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, Nov 05 2025 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 2025 Nov 05 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00.123 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 0901 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 09.01.02 GMT", "2025-11-05T09:01:02Z"},
        {"Wed, 05 Nov 2025T09:01:00Z", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025", "2025-11-05T00:00:00Z"},
        {"Nov 2025", "2025-11-01T00:00:00Z"},
        {"Wed, 05 Nov 2025 24:00:00 GMT", "2025-11-06T00:00:00Z"},
        {"5 November 2025 - 09:01", "2025-11-05T09:01:00Z"},
        {"09:01 05-Nov-25", "2025-11-05T09:01:00Z"},
        {"  Wed, 05 Nov 2025 09:01:00 GMT\n", "2025-11-05T09:01:00Z"},
        {"Tue, 2 Sept 2025 10:00:00 CEST", "2025-09-02T08:00:00Z"},
        {"Thur, 6 Nov. 2025 10:00:00 CET", "2025-11-06T09:00:00Z"},
        {"November, 05 Nov 2025 09:01:00 +0530", "2025-11-05T03:31:00Z"},
        {"[05/Nov/2025:09:01:00 +0100]", "2025-11-05T08:01:00Z"},
    };
    CHECK(rows);
}

static void zones_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Wed, 05 Nov 2025 09:01:00 GMT+0300", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 GMT +03:00", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 UTC+3", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 UTC-3", "2025-11-05T12:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 (GMT+7)", "2025-11-05T02:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 +03:00", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 +03", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 -5", "2025-11-05T14:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 +530", "2025-11-05T03:31:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 + 0300", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 \xE2\x88\x92" "0300", "2025-11-05T12:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00+0300", "2025-11-05T06:01:00Z"},
        /* two zones: the offset is what counts, whichever comes first */
        {"Wed, 05 Nov 2025 09:01:00 +0000 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 +0300 GMT", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 EST -0500", "2025-11-05T14:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 GMT UTC", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 +0100 (CET)", "2025-11-05T08:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 +0100 (so sagt man)", "2025-11-05T08:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 (MSK)", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 +0000 +0300", NULL},
        {"Wed, 05 Nov 2025 09:01:00 EST JST", NULL},
        /* military letters: RFC 5322, 4.3 */
        {"Wed, 05 Nov 2025 09:01:00 A", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 Y", "2025-11-05T09:01:00Z"},
        /* of the hour in summer and winter */
        {"Jul 5, 2025 3:05 PM ET", "2025-07-05T19:05:00Z"},
        {"Nov 5, 2025 3:05 PM ET", "2025-11-05T20:05:00Z"},
        {"3:05 PM PT, Nov 5, 2025", "2025-11-05T23:05:00Z"},
        {"3:05 p.m. PT, Nov 5, 2025", "2025-11-05T23:05:00Z"},
        {"15:05 GMT - 5 November 2025", "2025-11-05T15:05:00Z"}, /* a dash */
        {"5 Nov 2025 15:05 MSK", "2025-11-05T12:05:00Z"},
        {"5 Nov 2025 15:05 XYZ", NULL},
        {"Wed, 05 Nov 2025 09:01:00 +9999", NULL},
        {"Wed, 05 Nov 2025 09:01:00 +0360", NULL},
    };
    CHECK(rows);
}

static void an_offset_that_lost_its_plus_is_one(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Wed, 05 Nov 2025 09:01:00 0300", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 0000", "2025-11-05T09:01:00Z"},
        {"2025-11-05T09:01:00 05:30", "2025-11-05T03:31:00Z"},
        {"2025-11-05 09:01 0800", "2025-11-05T01:01:00Z"},
        /* these are none */
        {"Wed Nov  5 09:01:00 2025", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 1500", NULL},
        {"Wed, 05 Nov 2025 09:01:00 0307", NULL},
        {"Wed, 05 Nov 2025 09:01:00 +0200 0300", NULL},
    };
    CHECK(rows);
}

static void a_year_of_two_digits_comes_first_before_a_t(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"25-11-05T09:01:00+00:00", "2025-11-05T09:01:00Z"},
        {"05-11-25 09:01:00", "either"},
        {"25-11-2005T09:01:00", "2005-11-25T09:01:00Z"},
    };
    CHECK(rows);
}

static void twelve_hours_are_told_apart(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Nov 5, 2025 9:01 pm", "2025-11-05T21:01:00Z"},      {"Nov 5, 2025 9:01PM", "2025-11-05T21:01:00Z"},
        {"Nov 5, 2025 12:01 AM", "2025-11-05T00:01:00Z"},     {"Nov 5, 2025 12:01 PM", "2025-11-05T12:01:00Z"},
        {"Nov 5, 2025 9:01 a.m.", "2025-11-05T09:01:00Z"},    {"Nov 5, 2025 at 9:01 p. m.", "2025-11-05T21:01:00Z"},
        {"Nov 5, 2025 @ 9 pm", "2025-11-05T21:00:00Z"},       {"9pm, Nov 5, 2025", "2025-11-05T21:00:00Z"},
        {"2025-11-05 PM 9:01", "2025-11-05T21:01:00Z"},       {"2025-11-05 AM 12:01", "2025-11-05T00:01:00Z"},
        {"Nov 5, 2025 21:01 PM", "2025-11-05T21:01:00Z"},     {"Nov 5 2025 09:01:00:123PM", "2025-11-05T21:01:00Z"},
        {"Nov 5, 2025 9:01 AM PM", NULL},
    };
    CHECK(rows);
}

static void rfc_3339_and_its_shorter_forms_are_read(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"2025-11-05T09:01:02Z", "2025-11-05T09:01:02Z"},
        {"2025-11-05t09:01:02z", "2025-11-05T09:01:02Z"},
        {"2025-11-05T09:01:02+03:00", "2025-11-05T06:01:02Z"},
        {"2025-11-05T09:01:02\xE2\x88\x92" "03:00", "2025-11-05T12:01:02Z"},
        {"2025-11-05T09:01:02-0800", "2025-11-05T17:01:02Z"},
        {"2025-11-05T09:01:02+05", "2025-11-05T04:01:02Z"},
        {"2025-11-05T09:01:02.1Z", "2025-11-05T09:01:02Z"},
        {"2025-11-05T09:01:02.12345678901234567890+01:00", "2025-11-05T08:01:02Z"},
        {"2025-11-05T09:01:02,5Z", "2025-11-05T09:01:02Z"},
        {"2025-11-05T09:01Z", "2025-11-05T09:01:00Z"},
        {"2025-11-05T09:01.5Z", "2025-11-05T09:01:30Z"},
        {"2025-11-05T09Z", "2025-11-05T09:00:00Z"},
        {"2025-11-05T24:00Z", "2025-11-06T00:00:00Z"},
        {"2025-12-31T24:00:00Z", "2026-01-01T00:00:00Z"},
        {"2025-11-05 09:01:02", "2025-11-05T09:01:02Z"},
        {"2025-11-05 09:01:02 +0100", "2025-11-05T08:01:02Z"},
        {"2025-11-05T09:01:02 GMT", "2025-11-05T09:01:02Z"},
        {"2025-11-05T09:01:02+00:00Z", "2025-11-05T09:01:02Z"},
        {"2025-11-05T09:01:02+01:00[Europe/Paris]", "2025-11-05T08:01:02Z"},
        {"2025-11-05 T 09:01", "2025-11-05T09:01:00Z"},
        {"2025-11-5T9:01:02Z", "2025-11-05T09:01:02Z"},
        {"2025-11-05-09:01:02", "2025-11-05T09:01:02Z"},
        {"2025-11-05-09:01", "2025-11-05T09:01:00Z"},
        {"2025-11-05", "2025-11-05T00:00:00Z"},
        {"2025-11-05Z", "2025-11-05T00:00:00Z"},
        {"2025-11-05+01:00", "2025-11-04T23:00:00Z"},
        {"2025-11-05T", "2025-11-05T00:00:00Z"},
        {"2025-11", "2025-11-01T00:00:00Z"},
        {"2025", "2025-01-01T00:00:00Z"},
        {"2025/11/05 09:01", "2025-11-05T09:01:00Z"},
        {"2025.11.05", "2025-11-05T00:00:00Z"},
        {"2025/11", "2025-11-01T00:00:00Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"}, /* a leap second */
    };
    CHECK(rows);
}

static void iso_8601_has_basic_forms_weeks_and_days_of_the_year(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"20251105T090102Z", "2025-11-05T09:01:02Z"}, {"20251105T0901+0300", "2025-11-05T06:01:00Z"}, {"20251105T090102.5-01", "2025-11-05T10:01:02Z"},
        {"20251105", "2025-11-05T00:00:00Z"},         {"20251105T09Z", "2025-11-05T09:00:00Z"},       {"20251105090102", "2025-11-05T09:01:02Z"},
        {"202511050901", "2025-11-05T09:01:00Z"},     {"2025-W45-3", "2025-11-05T00:00:00Z"},         {"2025W453", "2025-11-05T00:00:00Z"},
        {"2025-W45", "2025-11-03T00:00:00Z"},         {"2025-W45-3T09:01Z", "2025-11-05T09:01:00Z"},  {"2025-W01-1", "2024-12-30T00:00:00Z"},
        {"2020-W53-7", "2021-01-03T00:00:00Z"},       {"2026-W53-5", "2027-01-01T00:00:00Z"},         {"2025-W53-1", NULL},
        {"2025-W00-1", NULL},                         {"2025-W45-8", NULL},                           {"2025-309", "2025-11-05T00:00:00Z"},
        {"2025309", "2025-11-05T00:00:00Z"},          {"2024-366", "2024-12-31T00:00:00Z"},           {"2025-366", NULL},
        {"2025-000", NULL},                           {"2025-309T09:01:00Z", "2025-11-05T09:01:00Z"}, {"20251305T090102Z", NULL},
        {"2025-11T09:01Z", NULL},                     {"202511", NULL},
    };
    CHECK(rows);
}

static void clocks_of_programs_are_read(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Wed Nov  5 09:01:00 2025", "2025-11-05T09:01:00Z"},           /* asctime */
        {"Wed Nov  5 09:01:00 EST 2025", "2025-11-05T14:01:00Z"},
        {"Wed Nov  5 09:01:00 CET 2025", "2025-11-05T08:01:00Z"},       /* date */
        {"Wed Nov  5 09:01:00 AM CET 2025", "2025-11-05T08:01:00Z"},
        {"Wed  5 Nov 09:01:00 UTC 2025", "2025-11-05T09:01:00Z"},
        {"Wed Nov 05 09:01:00 -0500 2025", "2025-11-05T14:01:00Z"},     /* Ruby */
        {"Wed Nov 05 2025 09:01:00 GMT+0100 (CET)", "2025-11-05T08:01:00Z"},
        {"Wed Nov 05 2025 09:01:00 GMT+0100 (Central European Standard Time)", "2025-11-05T08:01:00Z"},
        {"1762333260", "2025-11-05T09:01:00Z"},
        {"1762333260.987", "2025-11-05T09:01:00Z"},
        {"1762333260123", "2025-11-05T09:01:00Z"},
        {"1762333260123.5", "2025-11-05T09:01:00Z"},
        {"1762333260123456", "2025-11-05T09:01:00Z"},
        {"1762333260123456789", "2025-11-05T09:01:00Z"},
        {"946684800", "2000-01-01T00:00:00Z"},
        {"1762333260.", NULL},
        {"17623332601", NULL},
        {"99999999999999999999", NULL},
    };
    CHECK(rows);
}

static void a_date_without_a_zone_is_in_the_zone_that_is_set(void **state)
{
    (void)state;
    struct arena a = {0};
    static const struct row rows[] = {
        {"Wed, 05 Nov 2025 09:01:00", "2025-11-05T14:01:00Z"},  {"2025-07-05T09:01:00", "2025-07-05T13:01:00Z"},
        {"5 November 2025", "2025-11-05T05:00:00Z"},            {"Wed, 05 Nov 2025 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"2025-11-05T09:01:00Z", "2025-11-05T09:01:00Z"},       {"1762333260", "2025-11-05T09:01:00Z"},
        {"2025-11-05-09:01", "2025-11-05T14:01:00Z"},           /* a time, no offset */
        {"Wed, 05 Nov 2025 09:01:00 J", "2025-11-05T14:01:00Z"}, {"Wed, 05 Nov 2025 09:01:00 A", "2025-11-05T09:01:00Z"},
    };
    static const struct row shanghai[] = {{"Wed Nov 05 09:01:00 CST 2025", "2025-11-05T01:01:00Z"}, {"Wed, 05 Nov 2025 09:01:00 CST", "2025-11-05T01:01:00Z"},
                                          {"Wed, 05 Nov 2025 09:01:00 EST", "2025-11-05T14:01:00Z"}, {"05 Nov 2025 09:01", "2025-11-05T01:01:00Z"}};
    CHECK_IN(zone_posix(&a, SV("EST5EDT,M3.2.0,M11.1.0")), rows);
    CHECK_IN(zone_posix(&a, SV("CST-8")), shanghai);
    arena_free(&a);
}

static void what_is_no_date_is_not_invented(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"", NULL}, {"   ", NULL}, {"yesterday", NULL}, {"2025-13-05T09:01:02Z", NULL}, {"2025-02-29", NULL}, {"2025-11-31", NULL}, {"2025-11-00", NULL},
        {"0000-00-00 00:00:00", NULL}, {"Wed, 32 Nov 2025 09:01:00 GMT", NULL}, {"Wed, 00 Nov 2025 09:01:00 GMT", NULL},
        {"Wed, 05 Foo 2025 09:01:00 GMT", NULL}, {"Foo, 05 Nov 2025 09:01:00 GMT", NULL}, {"Wed, 05 Nov 2025 25:01:00 GMT", NULL},
        {"Wed, 05 Nov 2025 24:01:00 GMT", NULL}, {"Wed, 05 Nov 2025 09:61:00 GMT", NULL}, {"Wed, 05 Nov 2025 09:01:61 GMT", NULL},
        {"Wed, 05 Nov 2025 09:01:00 GMT and more", NULL}, {"2025-11-05T09:01:00Z garbage", NULL}, {"2025-11-05?", NULL}, {"5 Nov", NULL}, {"Nov 2025 09:01", NULL}, {"05/11", NULL},
        {"05/11 2025", NULL}, {"12", NULL}, {"09:01", NULL}, {"Wednesday", NULL}, {"5 Nov 2025 6 Dec 2025", NULL}, {"5 Nov Dec 2025", NULL},
        {"5 Nov 2025 2561", NULL}, {"5 6 Nov 2025", NULL}, {"5 Nov 5", NULL}, {"5 Nov 2025 09:01 10:02", NULL}, {"11 05 2025", NULL}, {"2025/13/05", NULL},
        {"1.2.3.4", NULL}, {"<b>5 Nov 2025</b>", NULL}, {"5 Nov 2025 \xF0\x9F\x98\x80", NULL}, {"\xD0\xB2\xD1\x87\xD0\xB5\xD1\x80\xD0\xB0", NULL},
        {"5 Nov 2025 \xFF", NULL},
    };
    CHECK(rows);
}

static void what_is_too_long_is_no_date(void **state)
{
    (void)state;
    char text[300] = "5 Nov 2025";
    struct row row = {text, "2025-11-05T00:00:00Z"};
    memset(text + 10, ' ', 189);
    memcpy(text + 190, "09:01", 6);
    row.time = "2025-11-05T09:01:00Z";
    check_dates(&row, 1, NULL);
    memset(text + 195, '-', 20);
    row.time = NULL;
    check_dates(&row, 1, NULL);
    memset(text + 10, ',', 150); /* short enough, but of too many pieces */
    text[160] = '\0';
    check_dates(&row, 1, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_822_is_read),
        cmocka_unit_test(rfc_822_with_its_usual_errors_is_read),
        cmocka_unit_test(zones_are_read_as_they_are_written),
        cmocka_unit_test(an_offset_that_lost_its_plus_is_one),
        cmocka_unit_test(a_year_of_two_digits_comes_first_before_a_t),
        cmocka_unit_test(twelve_hours_are_told_apart),
        cmocka_unit_test(rfc_3339_and_its_shorter_forms_are_read),
        cmocka_unit_test(iso_8601_has_basic_forms_weeks_and_days_of_the_year),
        cmocka_unit_test(clocks_of_programs_are_read),
        cmocka_unit_test(a_date_without_a_zone_is_in_the_zone_that_is_set),
        cmocka_unit_test(what_is_no_date_is_not_invented),
        cmocka_unit_test(what_is_too_long_is_no_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
