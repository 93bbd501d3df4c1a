/* Dates: cut into numbers, words and times of day, then each takes its place. */
#include "feed/date.h"

#include <ctype.h>

struct parts {
    int year, month, day; /* 0: not given */
    int hour, minute, second;
    int offset;           /* minutes east of UTC */
    bool has_time, has_zone, afternoon, forenoon;
    bool wrong;
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Up to `most` digits; returns how many there were. */
static size_t digits(struct sv s, size_t most, int *value)
{
    size_t n = 0;
    for (*value = 0; n < s.n && n < most && is_digit(s.p[n]); n++)
        *value = *value * 10 + (s.p[n] - '0');
    return n;
}

static size_t count_digits(struct sv s)
{
    size_t n = 0;
    while (n < s.n && is_digit(s.p[n]))
        n++;
    return n;
}

static size_t count_letters(struct sv s)
{
    size_t n = 0;
    while (n < s.n && is_letter(s.p[n]))
        n++;
    return n;
}

/* ---- Words ---- */

static int month_of(struct sv word)
{
    static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                         "july",    "august",   "september", "october", "november", "december"};
    if (word.n < 3)
        return 0;
    for (int i = 0; i < 12; i++)
        if (sv_starts_nocase(sv_of(months[i]), word) || (i == 8 && sv_eq_nocase(word, SV("sept"))))
            return i + 1;
    return 0;
}

static bool is_weekday(struct sv word)
{
    static const char *const days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    for (int i = 0; word.n >= 2 && i < 7; i++)
        if (sv_starts_nocase(sv_of(days[i]), word))
            return true;
    return false;
}

/* RFC 822's zones and those that feeds write besides; minutes east. The single letters but Z mean nothing (RFC 5322, 4.3). */
static bool zone_of(struct sv word, int *minutes)
{
    static const struct {
        const char *name;
        int minutes;
    } zones[] = {
        {"UT", 0},     {"UTC", 0},    {"GMT", 0},    {"Z", 0},      {"WET", 0},    {"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300},
        {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"AKST", -540}, {"AKDT", -480}, {"HST", -600}, {"BST", 60},  {"WEST", 60},
        {"CET", 60},   {"CEST", 120}, {"MEZ", 60},   {"MESZ", 120}, {"EET", 120},  {"EEST", 180}, {"MSK", 180},  {"IST", 330},  {"SGT", 480},
        {"HKT", 480},  {"JST", 540},  {"KST", 540},  {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780}, {"BRT", -180}, {"ART", -180},
    };
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (sv_eq_nocase(word, sv_of(zones[i].name)))
            return *minutes = zones[i].minutes, true;
    *minutes = 0;
    return word.n == 1;
}

static size_t take_word(struct sv s, struct parts *p)
{
    size_t n = count_letters(s);
    struct sv word = sv_head(s, n);
    int month = month_of(word), minutes;
    if (month && !p->month)
        p->month = month;
    else if (sv_eq_nocase(word, SV("pm")))
        p->afternoon = true;
    else if (sv_eq_nocase(word, SV("am")))
        p->forenoon = true;
    else if (p->has_time && zone_of(word, &minutes))
        p->offset += minutes, p->has_zone = true;
    else if (!is_weekday(word) && !sv_eq_nocase(word, SV("T")) && !sv_eq_nocase(word, SV("at")) && !sv_eq_nocase(word, SV("of")) &&
             !zone_of(word, &minutes) && !month)
        p->wrong = true;
    return n;
}

/* ---- Numbers ---- */

/* hh:mm[:ss[.fraction]] */
static size_t take_time(struct sv s, struct parts *p)
{
    size_t n = digits(s, 2, &p->hour);
    n++; /* the colon */
    size_t m = digits(sv_from(s, n), 2, &p->minute);
    p->wrong |= m == 0;
    n += m;
    if (n + 1 < s.n && s.p[n] == ':' && is_digit(s.p[n + 1])) {
        n += 1 + digits(sv_from(s, n + 1), 2, &p->second);
        if (n + 1 < s.n && (s.p[n] == '.' || s.p[n] == ',') && is_digit(s.p[n + 1]))
            n += 1 + count_digits(sv_from(s, n + 1)); /* no outlet publishes to the millisecond */
    }
    p->has_time = true;
    return n;
}

/* ±hh:mm, ±hhmm, ±hh, ±hmm */
static size_t take_offset(struct sv s, struct parts *p)
{
    int first, minutes = 0;
    size_t n = digits(sv_from(s, 1), 4, &first);
    if (n > 2) {
        minutes = first % 100;
        first /= 100;
    }
    n++;
    if (n <= 3 && n + 1 < s.n && s.p[n] == ':' && is_digit(s.p[n + 1]))
        n += 1 + digits(sv_from(s, n + 1), 2, &minutes);
    p->wrong |= first > 15 || minutes > 59;
    p->offset += (s.p[0] == '-' ? -1 : 1) * (first * 60 + minutes);
    p->has_zone = true;
    return n;
}

/* YYYY-MM-DD, YYYY/MM/DD, YYYY-MM, YYYYMMDD, YYYY */
static size_t take_year_first(struct sv s, size_t length, struct parts *p)
{
    size_t n = digits(s, 4, &p->year);
    if (length == 8) {
        digits(sv_from(s, 4), 2, &p->month);
        digits(sv_from(s, 6), 2, &p->day);
        return 8;
    }
    char separator = n < s.n ? s.p[n] : 0;
    if ((separator != '-' && separator != '/' && separator != '.') || count_digits(sv_from(s, n + 1)) == 0)
        return n;
    n += 1 + digits(sv_from(s, n + 1), 2, &p->month);
    if (n < s.n && s.p[n] == separator && count_digits(sv_from(s, n + 1)) > 0)
        n += 1 + digits(sv_from(s, n + 1), 2, &p->day);
    else
        p->day = 1;
    return n;
}

static size_t take_number(struct sv s, struct parts *p)
{
    size_t n = count_digits(s);
    int value;
    if (n <= 2 && n < s.n && s.p[n] == ':' && !p->has_time)
        return take_time(s, p);
    if ((n == 4 || n == 8) && !p->year && !p->day)
        return take_year_first(s, n, p);
    digits(s, 4, &value);
    if (n <= 2 && !p->day)
        p->day = value;
    else if ((n == 4 || n == 2) && !p->year)
        p->year = n == 4 ? value : value + (value < 50 ? 2000 : 1900); /* RFC 5322, 4.3 */
    else
        p->wrong = true;
    return n;
}

/* ---- The whole ---- */

static size_t take(struct sv s, struct parts *p)
{
    if (is_digit(s.p[0]))
        return take_number(s, p);
    if (is_letter(s.p[0]))
        return take_word(s, p);
    if ((s.p[0] == '+' || s.p[0] == '-') && p->has_time && s.n > 1 && is_digit(s.p[1]))
        return take_offset(s, p);
    p->wrong |= (unsigned char)s.p[0] >= 0x80;
    return 1; /* punctuation */
}

static int64_t assemble(struct parts *p)
{
    static const int month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (p->year && p->month && !p->day)
        p->day = 1;
    if (p->afternoon && p->hour < 12)
        p->hour += 12;
    if (p->forenoon && p->hour == 12)
        p->hour = 0;
    bool leap = p->year % 4 == 0 && (p->year % 100 != 0 || p->year % 400 == 0);
    if (p->wrong || !p->year || p->month < 1 || p->month > 12 || p->day < 1 || p->day > month_days[p->month - 1] ||
        (p->month == 2 && p->day == 29 && !leap))
        return TIME_NONE;
    bool midnight = p->hour == 24 && p->minute == 0 && p->second == 0;
    if ((p->hour > 23 && !midnight) || p->minute > 59 || p->second > 60)
        return TIME_NONE;
    int64_t days = days_from_civil(p->year, (unsigned)p->month, (unsigned)p->day);
    return days * MS_DAY + p->hour * MS_HOUR + (p->minute - p->offset) * MS_MINUTE + p->second * MS_SECOND;
}

int64_t feed_date(struct sv text)
{
    struct parts p = {0};
    struct sv rest = sv_trim(text);
    if (rest.n == 0 || rest.n > 100)
        return TIME_NONE;
    if (count_digits(rest) == 4 && rest.n == 4) { /* a year alone */
        digits(rest, 4, &p.year);
        p.month = 1;
    } else {
        while (rest.n)
            rest = sv_from(rest, take(rest, &p));
        if (!p.month && p.year) /* a year is enough only when it stands alone */
            p.wrong = true;
    }
    return assemble(&p);
}
