/* A date: the commonest form in one go, numbers since 1970, ISO 8601, and everything else word by word. */
#include "feed/date.h"

#include "base/ascii.h"
#include "feed/date_parts.h"

/* ---- RFC 822 as most feeds write it, without looking up words: "Wed, 05 Nov 2025 09:01:00 GMT" ---- */

static uint32_t three_letters(const char *p)
{
    return (uint32_t)(unsigned char)(p[0] | 32) << 16 | (uint32_t)(unsigned char)(p[1] | 32) << 8 | (unsigned char)(p[2] | 32);
}

/* Which of the names, three letters each, from 1; 0: none. */
static int name_of(const char *p, const char *names, int count)
{
    uint32_t wanted = three_letters(p);
    for (int i = 0; i < count; i++)
        if (three_letters(names + 3 * i) == wanted)
            return i + 1;
    return 0;
}

static bool two_digits(const char *p, int *value)
{
    *value = (p[0] - '0') * 10 + (p[1] - '0');
    return ascii_is_digit(p[0]) && ascii_is_digit(p[1]);
}

/* What RFC 822 names. A zone that is set may call something else "CST": then the words' reader asks it. */
static bool common_zone(struct sv s, const struct zone *zone, struct date_parts *p)
{
    static const signed char hours_east[] = {0, 0, -5, -4, -6, -5, -7, -6, -8, -7};
    int hours, minutes, name;
    p->zone = ZONE_OFFSET;
    if (s.n == 3 && (name = name_of(s.p, "gmtutcestedtcstcdtmstmdtpstpdt", 10)) != 0) {
        p->east = hours_east[name - 1] * MS_HOUR;
        return name <= 2 || !zone;
    }
    if (s.n != 5 || (s.p[0] != '+' && s.p[0] != '-') || !two_digits(s.p + 1, &hours) || !two_digits(s.p + 3, &minutes) || hours > 15 || minutes > 59)
        return false;
    p->east = (s.p[0] == '-' ? -1 : 1) * (hours * MS_HOUR + minutes * MS_MINUTE);
    return true;
}

/* " Nov 2025 09:01:00 GMT", and without the seconds. */
static bool common_rest(struct sv s, const struct zone *zone, struct date_parts *p)
{
    const char *t = s.p;
    int century;
    if (s.n < 19 || t[0] != ' ' || t[4] != ' ' || t[9] != ' ' || t[12] != ':')
        return false;
    bool seconds = t[15] == ':';
    p->month = name_of(t + 1, "janfebmaraprmayjunjulaugsepoctnovdec", 12);
    p->has_time = true;
    if (!p->month || !two_digits(t + 5, &century) || !two_digits(t + 7, &p->year) || !two_digits(t + 10, &p->hour) || !two_digits(t + 13, &p->minute) ||
        (seconds && (s.n < 22 || !two_digits(t + 16, &p->second))) || t[seconds ? 18 : 15] != ' ')
        return false;
    p->year += 100 * century;
    return common_zone(sv_from(s, seconds ? 19 : 16), zone, p);
}

static bool common_rfc_822(struct sv s, const struct zone *zone, struct date_parts *p)
{
    if (s.n > 5 && !ascii_is_digit(s.p[0])) {
        if (s.p[3] != ',' || s.p[4] != ' ' || !name_of(s.p, "montuewedthufrisatsun", 7))
            return false;
        s = sv_from(s, 5);
    }
    size_t n = 0;
    for (; n < s.n && n < 2 && ascii_is_digit(s.p[n]); n++)
        p->day = p->day * 10 + (s.p[n] - '0');
    return p->day && common_rest(sv_from(s, n), zone, p);
}

/* ---- Numbers since 1970 ---- */

/* Seconds, milliseconds, microseconds or nanoseconds, told by their length; a fraction may follow. TIME_NONE: it is none of them.
 * Twelve digits that begin as years do are YYYYMMDDhhmm: as milliseconds they would be long ago. */
static int64_t epoch(struct sv s)
{
    size_t n = 0, i;
    int64_t value = 0;
    for (; n < s.n && n < 20 && ascii_is_digit(s.p[n]); n++)
        if (n < 18)
            value = value * 10 + (s.p[n] - '0');
    for (i = n + 1; i < s.n && (s.p[n] == '.' || s.p[n] == ',') && ascii_is_digit(s.p[i]);)
        i++;
    if (s.n > n && (i < s.n || i == n + 1))
        return TIME_NONE;
    switch (n) {
    case 9: case 10: return value * MS_SECOND;
    case 12: if (s.p[0] < '3') return TIME_NONE; /* fall through */
    case 13: return value / 1000 * MS_SECOND;
    case 15: case 16: return value / 1000000 * MS_SECOND;
    case 18: return value / 1000000000 * MS_SECOND;
    case 19: return value / 100000000 * MS_SECOND;
    default: return TIME_NONE;
    }
}

/* ---- The whole ---- */

static bool is_day(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && year_is_leap(year));
}

/* To the hours of a whole day. false: nobody can tell. */
static bool apply_half(struct date_parts *p)
{
    switch (p->half) {
    case HALF_NONE: break;
    case HALF_AM: p->hour = p->hour == 12 ? 0 : p->hour; break;
    case HALF_NIGHT: if (p->hour == 12) return false; /* fall through */
    case HALF_PM: p->hour += p->hour < 12 ? 12 : 0; break;
    case HALF_NOON: p->hour += p->hour < 4 ? 12 : 0; break;
    }
    return true;
}

static int64_t to_utc(const struct date_parts *p, const struct zone *zone, int64_t local)
{
    if (p->zone == ZONE_NONE)
        return zone_utc(zone, local);
    if (!p->rule)
        return local - p->east;
    struct arena scratch = {0};
    int64_t utc = zone_utc(zone_posix(&scratch, sv_of(p->rule)), local);
    arena_free(&scratch);
    return utc;
}

static unsigned weekday_bit(int64_t days)
{
    return 1u << ((days + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}

/* The day comes first, or the month; a weekday that fits one reading alone tells which. */
static void set_both(struct date *date, const struct date_parts *p, const struct zone *zone, int64_t clock)
{
    int64_t a = days_from_civil(p->year, (unsigned)p->month, (unsigned)p->day), b = days_from_civil(p->year, (unsigned)p->day, (unsigned)p->month);
    bool fits_a = p->weekdays & weekday_bit(a), fits_b = p->weekdays & weekday_bit(b);
    date->either = true;
    date->day_first = to_utc(p, zone, a * MS_DAY + clock);
    date->month_first = to_utc(p, zone, b * MS_DAY + clock);
    date->weekday = fits_a == fits_b ? ORDER_UNKNOWN : fits_a ? DAY_FIRST : MONTH_FIRST;
}

static void assemble(struct date *date, struct date_parts *p, const struct zone *zone)
{
    if (!p->day && !p->has_time)
        p->day = 1; /* the readers see to it that it was not given */
    if (!p->year || !is_day(p->year, p->month, p->day) || !apply_half(p))
        return;
    bool midnight = p->hour == 24 && p->minute == 0 && p->second == 0;
    if ((p->hour > 23 && !midnight) || p->minute > 59 || p->second > 60)
        return;
    int64_t clock = p->hour * MS_HOUR + p->minute * MS_MINUTE + p->second * MS_SECOND;
    date->numbers = p->numbers;
    if (p->either)
        set_both(date, p, zone, clock);
    else
        date->time = to_utc(p, zone, days_from_civil(p->year, (unsigned)p->month, (unsigned)p->day) * MS_DAY + clock);
}

struct date date_read(struct sv text, const struct zone *zone)
{
    struct date date = {.time = TIME_NONE, .day_first = TIME_NONE, .month_first = TIME_NONE};
    struct date_parts parts = {0};
    text = sv_trim(text);
    if (text.n == 0)
        return date;
    bool read = common_rfc_822(text, zone, &parts);
    if (!read && ascii_is_digit(text.p[0])) {
        date.time = epoch(text);
        if (date.time != TIME_NONE)
            return date;
        parts = (struct date_parts){0};
        read = date_iso(text, &parts);
    }
    if (!read) {
        parts = (struct date_parts){0};
        read = date_words_read(text, zone, &parts);
    }
    if (read)
        assemble(&date, &parts, zone);
    return date;
}
