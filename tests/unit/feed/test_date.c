#include <stdio.h>

#include "feed/date.h"
#include "reading.h"

struct row {
    const char *text, *time; /* NULL: cannot be read */
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char text[TIME_TEXT];
        int64_t time = date_read(sv_of(rows[i].text), NULL).time;
        const char *got = time == TIME_NONE ? "unread" : time_rfc3339(time, text);
        if (strcmp(got, rows[i].time ? rows[i].time : "unread") != 0)
            fail_msg("\"%s\": %s instead of %s", rows[i].text, got, rows[i].time ? rows[i].time : "unread");
    }
}
#define CHECK(rows) check(rows, sizeof rows / sizeof *rows)

static void rfc_822_is_read(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Wed, 05 Nov 2025 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:02 +0300", "2025-11-05T06:01:02Z"},
        {"Wed, 05 Nov 2025 09:01:02 -0530", "2025-11-05T14:31:02Z"},
        {"5 Nov 2025 09:01 EST", "2025-11-05T14:01:00Z"},
        {"Wednesday, 5 November 2025 09:01:02 PDT", "2025-11-05T16:01:02Z"},
        {"Sun, 29 Feb 2004 23:59:59 UT", "2004-02-29T23:59:59Z"},
        {"Thu, 31 Dec 98 23:00:00 Z", "1998-12-31T23:00:00Z"},
    };
    CHECK(rows);
}

static void rfc_822_with_its_usual_errors_is_read(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Mon, 05 Nov 2025 09:01:00 GMT", "2025-11-05T09:01:00Z"}, /* it was a Wednesday */
        {"05 Nov 25 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 5 Nov 2025 9:01 GMT", "2025-11-05T09:01:00Z"},
        {"Wed,05 Nov 2025 09:01:00 GMT", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00", "2025-11-05T09:01:00Z"},
        {"Wed, 05 Nov 2025", "2025-11-05T00:00:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 GMT+0300", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 09:01:00 +03:00", "2025-11-05T06:01:00Z"},
        {"Wed, 05 Nov 2025 24:00:00 GMT", "2025-11-06T00:00:00Z"},
        {"Nov 5, 2025 9:01 pm", "2025-11-05T21:01:00Z"},
        {"5 November 2025 - 09:01", "2025-11-05T09:01:00Z"},
        {"Wed Nov  5 09:01:00 2025", "2025-11-05T09:01:00Z"},
        {"Wed Nov  5 09:01:00 EST 2025", "2025-11-05T14:01:00Z"},
        {"  Wed, 05 Nov 2025 09:01:00 GMT\n", "2025-11-05T09:01:00Z"},
        {"Tue, 2 Sept 2025 10:00:00 CEST", "2025-09-02T08:00:00Z"},
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
        {"2025-11-05T09:01:02-0800", "2025-11-05T17:01:02Z"},
        {"2025-11-05T09:01:02+05", "2025-11-05T04:01:02Z"},
        {"2025-11-05T09:01:02.123456Z", "2025-11-05T09:01:02Z"},
        {"2025-11-05T09:01Z", "2025-11-05T09:01:00Z"},
        {"2025-11-05 09:01:02", "2025-11-05T09:01:02Z"},
        {"2025-11-05 09:01:02 +0100", "2025-11-05T08:01:02Z"},
        {"2025-11-05", "2025-11-05T00:00:00Z"},
        {"2025-11", "2025-11-01T00:00:00Z"},
        {"2025", "2025-01-01T00:00:00Z"},
        {"20251105T090102Z", "2025-11-05T09:01:02Z"},
        {"2025/11/05 09:01", "2025-11-05T09:01:00Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"}, /* a leap second */
    };
    CHECK(rows);
}

static void what_is_no_date_is_not_invented(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"", NULL},
        {"yesterday", NULL},
        {"2025-13-05T09:01:02Z", NULL},
        {"2025-02-29", NULL},
        {"2025-11-31", NULL},
        {"Wed, 32 Nov 2025 09:01:00 GMT", NULL},
        {"Wed, 05 Foo 2025 09:01:00 GMT", NULL},
        {"Wed, 05 Nov 2025 25:01:00 GMT", NULL},
        {"Wed, 05 Nov 2025 09:61:00 GMT", NULL},
        {"05/11", NULL},
        {"12", NULL},
        {"99999999999999999999", NULL},
        {"Wed, 05 Nov 2025 09:01:00 +9999", NULL},
        {"\xD0\xB2\xD1\x87\xD0\xB5\xD1\x80\xD0\xB0", NULL},
        {"2025-11-05T", "2025-11-05T00:00:00Z"},
    };
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_822_is_read),
        cmocka_unit_test(rfc_822_with_its_usual_errors_is_read),
        cmocka_unit_test(rfc_3339_and_its_shorter_forms_are_read),
        cmocka_unit_test(what_is_no_date_is_not_invented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
