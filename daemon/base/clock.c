#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/fault.h"

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * MS_SECOND + t.tv_nsec / 1000000;
}

static int64_t system_wall(const struct clock *c)
{
    (void)c;
    return read_clock(CLOCK_REALTIME) + fault_clock();
}

static int64_t system_monotonic(const struct clock *c)
{
    (void)c;
    return read_clock(CLOCK_MONOTONIC);
}

const struct clock clock_system = {system_wall, system_monotonic};

/* Both conversions count 400-year eras from 1 March, so that the leap day is a year's last (Hinnant, chrono-compatible
 * low-level date algorithms). */
int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = (unsigned)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

char *time_rfc3339(int64_t ms, char out[TIME_TEXT])
{
    out[0] = '\0';
    if (ms == TIME_NONE)
        return out;
    int64_t days = ms / MS_DAY - (ms % MS_DAY < 0), year;
    int64_t rest = ms - days * MS_DAY;
    unsigned month, day;
    civil_from_days(days, &year, &month, &day);
    if (year < 0 || year > 9999)
        return out;
    int n = snprintf(out, TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u", (unsigned)year, month, day, (unsigned)(rest / MS_HOUR),
                     (unsigned)(rest / MS_MINUTE % 60), (unsigned)(rest / MS_SECOND % 60));
    if (rest % MS_SECOND)
        n += snprintf(out + n, TIME_TEXT - (size_t)n, ".%03u", (unsigned)(rest % MS_SECOND));
    snprintf(out + n, TIME_TEXT - (size_t)n, "Z");
    return out;
}

char *time_span(int64_t ms, char out[TIME_TEXT])
{
    static const struct {
        int64_t ms;
        const char *name;
    } units[] = {{MS_DAY, "d"}, {MS_HOUR, "h"}, {MS_MINUTE, "min"}, {MS_SECOND, "s"}, {1, "ms"}};
    if (ms < 0)
        ms = 0;
    unsigned i = 0;
    while (i < 4 && ms < units[i].ms)
        i++;
    int n = snprintf(out, TIME_TEXT, "%lld %s", (long long)(ms / units[i].ms), units[i].name);
    int64_t rest = ms % units[i].ms;
    if (i < 3 && rest >= units[i + 1].ms)
        snprintf(out + n, TIME_TEXT - (size_t)n, " %lld %s", (long long)(rest / units[i + 1].ms), units[i + 1].name);
    return out;
}
