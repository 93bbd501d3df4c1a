/* Within the feed stage: a date as a feed writes it. */
#ifndef FEED_DATE_H
#define FEED_DATE_H

#include "base/clock.h"
#include "base/sv.h"
#include "base/zone.h"

/* What 05/11/2025 stands for. */
enum date_order { ORDER_UNKNOWN, DAY_FIRST, MONTH_FIRST };

struct date {
    int64_t time;            /* ms since 1970, whole seconds; TIME_NONE when it cannot be read, or can in two ways */
    bool either;             /* in two ways: */
    int64_t day_first, month_first; /* else TIME_NONE */
    enum date_order numbers; /* what its numbers tell of its feed's order: 25/11/2025 is DAY_FIRST */
    enum date_order weekday; /* what its weekday tells, where it can be read in two ways */
};

/* RFC 822 with its usual errors, RFC 3339, W3CDTF and ISO 8601, asctime, date(1), JavaScript, epochs of seconds to microseconds, and
 * what people write in the languages of date_words.c. A time without a zone is the zone's (NULL: UTC), a date without a time is midnight, a
 * month without a day its first. Nothing is invented: an impossible day is no date, and neither is one with a word that nobody knows.
 * Numbers with dots have the day first, those with four digits in front the year. Pure and linear in the text. */
struct date date_read(struct sv text, const struct zone *);

#endif
