/* RFC 3339, W3CDTF, ISO 8601 (extended and basic, weeks and days of the year), xsd:date with a zone. */
#include "base/ascii.h"
#include "feed/date_parts.h"

struct cursor {
    const char *p, *end;
};


static size_t digits_ahead(const struct cursor *c)
{
    size_t n = 0;
    while (c->p + n < c->end && ascii_is_digit(c->p[n]))
        n++;
    return n;
}

/* Exactly n digits. */
static bool number(struct cursor *c, size_t n, int *value)
{
    if (n > (size_t)(c->end - c->p))
        return false;
    for (*value = 0; n; n--, c->p++) {
        if (!ascii_is_digit(*c->p))
            return false;
        *value = *value * 10 + (*c->p - '0');
    }
    return true;
}

static bool take(struct cursor *c, char wanted)
{
    bool there = c->p < c->end && ascii_lower(*c->p) == wanted;
    c->p += there;
    return there;
}

/* "-", U+2212 too, or "+": -1, 1; 0 for neither. */
static int sign(struct cursor *c)
{
    if (take(c, '+'))
        return 1;
    if (take(c, '-'))
        return -1;
    if (c->end - c->p >= 3 && memcmp(c->p, "\xE2\x88\x92", 3) == 0)
        return c->p += 3, -1;
    return 0;
}

/* ---- Dates ---- */

static void set_day(struct date_parts *p, int64_t days)
{
    int64_t year;
    unsigned month, day;
    civil_from_days(days, &year, &month, &day);
    p->year = (int)year, p->month = (int)month, p->day = (int)day;
}

static bool day_of_year(struct date_parts *p, int day)
{
    if (day < 1 || day > 365 + year_is_leap(p->year))
        return false;
    set_day(p, days_from_civil(p->year, 1, 1) + day - 1);
    return true;
}

/* Weeks begin on Monday; the first is that of 4 January. */
static int64_t first_week(int year)
{
    int64_t fourth = days_from_civil(year, 1, 4);
    return fourth - ((fourth + 3) % 7 + 7) % 7;
}

static bool week_date(struct cursor *c, struct date_parts *p, bool extended)
{
    int week, day = 1;
    if (!number(c, 2, &week))
        return false;
    if (extended ? take(c, '-') : digits_ahead(c) > 0)
        if (!number(c, 1, &day))
            return false;
    int64_t monday = first_week(p->year) + 7 * (week - 1);
    if (week < 1 || monday >= first_week(p->year + 1) || day < 1 || day > 7)
        return false;
    set_day(p, monday + day - 1);
    return true;
}

/* Behind "YYYY-". *whole: a time may follow. */
static bool extended_date(struct cursor *c, struct date_parts *p, bool *whole)
{
    int value;
    if (take(c, 'w'))
        return week_date(c, p, true);
    size_t n = digits_ahead(c);
    if (n == 3)
        return number(c, 3, &value) && day_of_year(p, value);
    if (n < 1 || n > 2)
        return false;
    number(c, n, &p->month);
    if (!take(c, '-'))
        return *whole = false, true;
    n = digits_ahead(c);
    return n >= 1 && n <= 2 && number(c, n, &p->day) && p->day > 0;
}

static bool basic_date(struct cursor *c, struct date_parts *p, bool *whole)
{
    int value;
    if (take(c, 'w'))
        return week_date(c, p, false);
    switch (digits_ahead(c)) {
    case 0: p->month = 1; return *whole = false, true;
    case 3: return number(c, 3, &value) && day_of_year(p, value);
    case 4: return number(c, 2, &p->month) && number(c, 2, &p->day) && p->day > 0;
    default: return false;
    }
}

/* ---- Times ---- */

/* The decimals of an hour, a minute or a second (`unit`, in ms), to whole seconds. */
static void fraction(struct cursor *c, struct date_parts *p, int64_t unit)
{
    int64_t ms = 0;
    for (; c->p < c->end && ascii_is_digit(*c->p); c->p++) {
        unit /= 10;
        ms += unit * (*c->p - '0');
    }
    p->minute += (int)(ms / MS_MINUTE);
    p->second += (int)(ms % MS_MINUTE / MS_SECOND);
}

static bool time_of_day(struct cursor *c, struct date_parts *p, bool hour_will_do)
{
    int64_t unit = MS_HOUR;
    if (!number(c, 2, &p->hour))
        return false;
    p->has_time = true;
    bool extended = take(c, ':');
    if (extended || digits_ahead(c) > 0) {
        unit = MS_MINUTE;
        if (!number(c, 2, &p->minute))
            return false;
        if (extended ? take(c, ':') : digits_ahead(c) > 0) {
            unit = MS_SECOND;
            if (!number(c, 2, &p->second))
                return false;
        }
    } else if (!hour_will_do) {
        return false;
    }
    if (c->end - c->p >= 2 && (*c->p == '.' || *c->p == ',') && ascii_is_digit(c->p[1])) {
        c->p++;
        fraction(c, p, unit);
    }
    return true;
}

/* Z, ±hh, ±hhmm, ±hh:mm. Behind a date alone ±hh:mm only, by the quarter: 2025-11-05-09:01 is a time that lost its T. */
static bool offset(struct cursor *c, struct date_parts *p)
{
    int hours, minutes = 0;
    if (take(c, 'z'))
        return p->zone = ZONE_OFFSET, true;
    int direction = sign(c);
    if (!direction || !number(c, 2, &hours))
        return false;
    bool colon = take(c, ':');
    if ((colon || digits_ahead(c) > 0) && !number(c, 2, &minutes))
        return false;
    p->zone = ZONE_OFFSET;
    p->east = direction * (hours * MS_HOUR + minutes * MS_MINUTE);
    return hours <= 15 && minutes <= 59 && (p->has_time || (colon && minutes % 15 == 0));
}

static void skip_blanks(struct cursor *c)
{
    while (c->p < c->end && *c->p == ' ')
        c->p++;
}

/* RFC 9557 and java.time: [Europe/Berlin] behind the offset. */
static void skip_suffix(struct cursor *c)
{
    if (c->p < c->end && *c->p == '[' && c->end[-1] == ']')
        c->p = c->end;
}

bool date_iso(struct sv text, struct date_parts *p)
{
    struct cursor c = {text.p, text.p + text.n};
    bool whole = true;
    if (!number(&c, 4, &p->year))
        return false;
    if (!(take(&c, '-') ? extended_date(&c, p, &whole) : basic_date(&c, p, &whole)))
        return false;
    if (c.p == c.end)
        return true;
    if (!whole)
        return false;
    bool marked = take(&c, 't');
    if (marked || *c.p == ' ') {
        skip_blanks(&c);
        if (c.p == c.end)
            return true; /* a T and no time */
        if (ascii_is_digit(*c.p) && !time_of_day(&c, p, marked))
            return false;
        skip_blanks(&c);
        if (c.p == c.end)
            return true;
    }
    if (!offset(&c, p))
        return false;
    skip_suffix(&c);
    return c.p == c.end;
}
