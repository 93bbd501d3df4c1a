/* What the tests of dates share: tables of texts and what they mean. */
#ifndef DATING_H
#define DATING_H

#include <stdio.h>

#include "feed/date.h"
#include "reading.h"

struct row {
    const char *text, *time; /* NULL: cannot be read */
};

static inline void check_dates(const struct row *rows, size_t n, const struct zone *zone)
{
    for (size_t i = 0; i < n; i++) {
        char text[TIME_TEXT];
        struct date date = date_read(sv_of(rows[i].text), zone);
        const char *got = date.either ? "either" : date.time == TIME_NONE ? "unread" : time_rfc3339(date.time, text);
        if (strcmp(got, rows[i].time ? rows[i].time : "unread") != 0)
            fail_msg("\"%s\": %s instead of %s", rows[i].text, got, rows[i].time ? rows[i].time : "unread");
    }
}
#define CHECK(rows) check_dates(rows, sizeof rows / sizeof *rows, NULL)
#define CHECK_IN(zone, rows) check_dates(rows, sizeof rows / sizeof *rows, zone)

#endif
