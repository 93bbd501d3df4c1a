/* Time, injected: whoever needs to know what time it is holds a struct clock. Milliseconds everywhere. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define TIME_NONE INT64_MIN /* a time that is not known */
#define MS_SECOND 1000ll
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

struct clock {
    int64_t (*wall)(const struct clock *);      /* since 1970-01-01T00:00:00Z; may jump */
    int64_t (*monotonic)(const struct clock *); /* since some start; never goes back */
};

extern const struct clock clock_system;

static inline int64_t clock_wall(const struct clock *c) { return c->wall(c); }
static inline int64_t clock_monotonic(const struct clock *c) { return c->monotonic(c); }

/* RFC 3339 in UTC; with milliseconds only where they are not zero. Returns `out`; "" for TIME_NONE and beyond year 9999. */
#define TIME_TEXT 32
char *time_rfc3339(int64_t ms, char out[TIME_TEXT]);

/* A proleptic Gregorian date to days since 1970-01-01, and back. month 1 to 12, day from 1. */
int64_t days_from_civil(int64_t year, unsigned month, unsigned day);
void civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day);
static inline bool year_is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/* A length of time for people: "350 ms", "5 s", "2 min", "3 h 20 min". */
char *time_span(int64_t ms, char out[TIME_TEXT]);

#endif
