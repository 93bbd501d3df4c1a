/* Dates as people write them: each number, word and sign takes its place, in whatever order they come. */
#include "feed/date_parts.h"
#include "feed/date_tokens.h"

struct reader {
    const struct date_token *at;
    struct date_parts *p;
    const struct zone *zone;   /* knows abbreviations of its own */
    const struct date_word *maybe; /* a word that is a month or a weekday, such as "mar" */
    int era;                   /* the year that the next number counts from */
    bool fresh;                /* a time of day has just been read */
    bool expects_time;
    bool wrong;
};

static bool is_sign(const struct date_token *t, char sign) { return t->kind == DATE_SIGN && t->sign == sign; }
static bool is_number(const struct date_token *t, unsigned digits_most) { return t->kind == DATE_NUMBER && t->digits <= digits_most; }
static enum date_role role_of(const struct date_token *t) { return t->kind == DATE_WORD && t->word ? (enum date_role)t->word->role : WORD_PLAIN; }
static bool has_month(const struct reader *r) { return r->p->month || r->maybe; }
static bool has_date(const struct reader *r) { return r->p->day && has_month(r); }

/* ---- Years ---- */

/* RFC 5322, 4.3: two digits are 1950 to 2049, three count from 1900. Thailand's years are 543 ahead. */
static void set_year(struct reader *r, const struct date_token *t)
{
    int year = t->digits > 4 ? 0 : (int)t->value;
    if (r->era)
        year = year > 0 && year < 1000 ? r->era + year : 0;
    else if (t->digits == 2)
        year += year < 50 ? 2000 : 1900;
    else if (t->digits == 3)
        year += 1900;
    else if (t->digits != 4)
        year = 0;
    r->wrong |= r->p->year || year == 0;
    r->p->year = year;
    r->era = 0;
}

/* ---- Times of day ---- */

static void set_time(struct reader *r, int64_t hour, int64_t minute, int64_t second)
{
    struct date_parts *p = r->p;
    r->wrong |= p->has_time || hour > 24 || minute > 59 || second > 60;
    p->hour = (int)hour, p->minute = (int)minute, p->second = (int)second;
    p->has_time = r->fresh = true;
    r->expects_time = false;
}

/* hh:mm[:ss[.fraction]], or with the same sign all through hh.mm[.ss]. Moves behind it. */
static void read_time(struct reader *r, char sign)
{
    const struct date_token *t = r->at;
    int64_t second = 0;
    r->wrong |= t[2].digits > 2;
    r->at += 3;
    if (is_sign(r->at, sign) && is_number(r->at + 1, 2) && !r->at[1].spaced) {
        second = r->at[1].value;
        r->at += 2;
        bool point = is_sign(r->at, '.') || is_sign(r->at, ',') || (is_sign(r->at, ':') && r->at[1].digits == 3);
        r->at += point && r->at[1].kind == DATE_NUMBER && !r->at[1].spaced ? 2 : 0; /* no outlet publishes to the millisecond */
    }
    set_time(r, t->value, t[2].value, second);
}

static bool begins_time(const struct date_token *t, char sign)
{
    return is_number(t, 2) && is_sign(t + 1, sign) && !t[1].spaced && is_number(t + 2, 2) && !t[2].spaced;
}

/* "3 pm", "3pm": but before "am" may stand a day. */
static bool is_hour(const struct reader *r, const struct date_token *t)
{
    enum date_role role = role_of(t + 1);
    bool sure = role == WORD_AM || role == WORD_PM, maybe = role == WORD_MAYBE_AM || role == WORD_MAYBE_PM;
    return !r->p->has_time && t->digits <= 2 && t->value >= 1 && t->value <= 12 && (sure || (maybe && (!t[1].spaced || has_date(r))));
}

/* Behind an hour: "15h05", "15 Uhr 05". A minute with a unit of its own comes as it is. */
static void read_hour(struct reader *r)
{
    int64_t hour = r->at->value, minute = 0;
    r->at += 2;
    if (is_number(r->at, 2) && r->at->digits == 2 && role_of(r->at + 1) != WORD_MINUTE && !is_sign(r->at + 1, '.')) {
        minute = r->at->value;
        r->at++;
    }
    set_time(r, hour, minute, 0);
}

/* ---- Numbers ---- */

/* A number with a unit behind it. false: it has none. */
static bool read_with_unit(struct reader *r)
{
    const struct date_token *t = r->at;
    struct date_parts *p = r->p;
    switch (role_of(t + 1)) {
    case WORD_YEAR: set_year(r, t); break;
    case WORD_MONTH:
        r->wrong |= has_month(r) || t->value < 1 || t->value > 12;
        p->month = (int)t->value;
        break;
    case WORD_DAY:
        r->wrong |= p->day || t->value < 1 || t->value > 31;
        p->day = (int)t->value;
        break;
    case WORD_HOUR:
        if (t->digits > 2 || p->has_time)
            return false;
        read_hour(r);
        return true;
    case WORD_MINUTE:
    case WORD_SECOND:
        if (!r->fresh || t->digits > 2)
            return false;
        *(role_of(t + 1) == WORD_MINUTE ? &p->minute : &p->second) = (int)t->value;
        r->at += 2;
        return true; /* and stays fresh */
    default: return false;
    }
    r->at += 2;
    r->fresh = false;
    return true;
}

/* Three numbers with the same sign between. Blanks may stand at it, but for "-", which is a dash then. */
static bool is_group(const struct date_token *t)
{
    char sign = t[1].kind == DATE_SIGN ? t[1].sign : 0;
    bool joined = !t[1].spaced && !t[2].spaced && !t[3].spaced && !t[4].spaced;
    return (sign == '.' || sign == '/' || (sign == '-' && joined)) && is_number(t + 2, 2) && is_sign(t + 3, sign) && is_number(t + 4, 4);
}

/* Day and month, of which the numbers may tell which is which. */
static void set_day_and_month(struct reader *r, const struct date_token *first, const struct date_token *second, char sign)
{
    struct date_parts *p = r->p;
    int64_t day = first->value, month = second->value;
    if (sign != '.') {
        p->either = day <= 12 && month <= 12 && day != month;
        p->numbers = p->either ? ORDER_UNKNOWN : day > 12 && month <= 12 ? DAY_FIRST : month > 12 && day <= 12 ? MONTH_FIRST : ORDER_UNKNOWN;
    }
    if (p->numbers == MONTH_FIRST)
        day = second->value, month = first->value;
    r->wrong |= day < 1 || day > 31 || month < 1 || month > 12;
    p->day = (int)day, p->month = (int)month;
}

static void read_group(struct reader *r)
{
    const struct date_token *t = r->at;
    struct date_parts *p = r->p;
    char sign = t[1].sign;
    bool iso = sign == '-' && t[5].kind == DATE_WORD && !t[5].spaced && sv_eq(t[5].text, SV("t")); /* 25-11-05T09:01 */
    bool year_first = t->digits == 4 || (t->digits == 2 && (iso || t->value > 31) && t[4].digits == 2);
    r->wrong |= has_month(r) || p->day || (year_first ? t[4].digits > 2 : t->digits > 2 || t[4].digits % 2 != 0);
    r->at += 5;
    if (year_first) {
        set_year(r, t);
        p->month = (int)t[2].value, p->day = (int)t[4].value;
    } else {
        set_year(r, t + 4);
        set_day_and_month(r, t, t + 2, sign);
    }
    r->wrong |= p->day == 0 || p->month == 0 || (is_sign(r->at, sign) && r->at[1].kind == DATE_NUMBER && !r->at[1].spaced && !begins_time(r->at + 1, ':'));
}

/* 11/2025 and 2025/11. */
static bool read_month_and_year(struct reader *r)
{
    const struct date_token *t = r->at, *year = t->digits == 4 ? t : t + 2, *month = t->digits == 4 ? t + 2 : t;
    bool sign = is_sign(t + 1, '/') || is_sign(t + 1, '.') || is_sign(t + 1, '-');
    if (!sign || t[1].spaced || t[2].spaced || !is_number(year, 4) || year->digits != 4 || !is_number(month, 2) || has_month(r) || r->p->day || r->p->year)
        return false;
    set_year(r, year);
    r->wrong |= month->value < 1 || month->value > 12;
    r->p->month = (int)month->value;
    r->at += 3;
    return true;
}

/* YYYYMMDD, YYYYMMDDhhmm, YYYYMMDDhhmmss */
static void read_packed(struct reader *r, int64_t value, unsigned digits)
{
    struct date_parts *p = r->p;
    int64_t clock = digits == 8 ? 0 : digits == 12 ? value % 10000 * 100 : value % 1000000;
    int64_t date = digits == 8 ? value : digits == 12 ? value / 10000 : value / 1000000;
    r->wrong |= p->year || has_month(r) || p->day;
    p->year = (int)(date / 10000), p->month = (int)(date / 100 % 100), p->day = (int)(date % 100);
    r->wrong |= p->month == 0 || p->day == 0;
    if (digits > 8)
        set_time(r, clock / 10000, clock / 100 % 100, clock % 100);
}

/* A number by itself: by what is still missing. */
static void read_plain(struct reader *r)
{
    const struct date_token *t = r->at++;
    struct date_parts *p = r->p;
    r->fresh = false;
    if (r->era) {
        set_year(r, t);
    } else if (t->digits == 8 || t->digits == 12 || t->digits == 14) {
        read_packed(r, t->value, t->digits);
    } else if (is_hour(r, t)) {
        set_time(r, t->value, 0, 0);
    } else if (t->digits <= 2 && !p->day) {
        r->wrong |= t->value < 1 || t->value > 31;
        p->day = (int)t->value;
    } else if (t->digits == 4 && p->year && has_date(r) && !p->has_time) {
        set_time(r, t->value / 100, t->value % 100, 0);
    } else if (t->digits == 4 || (has_date(r) && t->digits > 1)) {
        set_year(r, t);
    } else {
        r->wrong = true;
    }
}

static void set_offset(struct reader *r, int64_t east)
{
    struct date_parts *p = r->p;
    r->wrong |= p->zone == ZONE_OFFSET && p->east != east;
    p->zone = ZONE_OFFSET;
    p->east = east;
    p->rule = NULL;
}

/* An offset that lost its plus, which is a blank in URLs: "5 Nov 2025 09:01:00 0300", "09:01:00 03:00". */
static bool read_lost_plus(struct reader *r)
{
    const struct date_token *t = r->at;
    bool colon = t->digits == 2 && begins_time(t, ':');
    int64_t hours = colon ? t->value : t->value / 100, minutes = colon ? t[2].value : t->value % 100;
    bool behind_all = r->fresh && t->spaced && r->p->year && r->p->zone == ZONE_NONE;
    if (!behind_all || !(colon || t->digits == 4) || hours > 14 || minutes > 45 || minutes % 15)
        return false;
    r->at += colon ? 3 : 1;
    r->fresh = false;
    set_offset(r, hours * MS_HOUR + minutes * MS_MINUTE);
    return true;
}

static void read_number(struct reader *r)
{
    const struct date_token *t = r->at;
    if (read_lost_plus(r))
        return;
    if (begins_time(t, ':'))
        read_time(r, ':');
    else if (begins_time(t, '.') && (has_date(r) || (r->expects_time && !is_group(t))) && !r->p->has_time)
        read_time(r, '.');
    else if (is_group(t))
        read_group(r), r->fresh = false;
    else if (!read_with_unit(r) && !read_month_and_year(r))
        read_plain(r);
}

/* ---- Zones ---- */

static void set_named(struct reader *r, int64_t east, const char *rule)
{
    struct date_parts *p = r->p;
    r->wrong |= p->zone == ZONE_NAME && (p->east != east || p->rule != rule);
    if (p->zone == ZONE_OFFSET)
        return;
    p->zone = ZONE_NAME;
    p->east = east;
    p->rule = rule;
}

/* "-5" is an offset behind GMT, or where nothing follows; else it may be a dash before a day. */
static bool may_be_short(const struct reader *r, const struct date_token *behind)
{
    return r->at->sign == '+' || r->p->zone == ZONE_NAME || behind->kind == DATE_END || is_sign(behind, ')');
}

/* ±hhmm, ±hh:mm, ±hmm, ±hh, ±h. false: the sign is a dash. */
static bool read_offset(struct reader *r)
{
    const struct date_token *sign = r->at, *t = sign + 1;
    bool plus = sign->sign == '+';
    if (!(plus || sign->sign == '-') || !(r->p->has_time || r->p->zone == ZONE_NAME) || !is_number(t, 4) || (t->spaced && !plus))
        return false;
    int64_t hours = t->value, minutes = 0;
    bool colon = t->digits <= 2 && is_sign(t + 1, ':') && is_number(t + 2, 2) && !t[2].spaced;
    if (colon)
        minutes = t[2].value;
    else if (t->digits > 2)
        hours = t->value / 100, minutes = t->value % 100;
    bool good = hours <= 15 && minutes <= 59 && (colon || t->digits > 2 || may_be_short(r, t + 1));
    if (!good && !plus)
        return false;
    r->wrong |= !good;
    r->at += colon ? 4 : 2;
    set_offset(r, (plus ? 1 : -1) * (hours * MS_HOUR + minutes * MS_MINUTE));
    return true;
}

/* A zone by its name. Where the feed's own zone calls an offset so, that is meant. RFC 5322, 4.3: of a military letter nobody knows
 * what it meant, it is UTC; J is none, but local time. */
static bool read_zone(struct reader *r, bool fresh)
{
    const struct date_token *t = r->at;
    const struct date_zone *known = t->word ? t->word->zone : NULL;
    bool means_more = t->word && (t->word->month || t->word->days || t->word->role);
    int64_t east;
    bool sure = fresh && (t->capital || (has_date(r) && r->p->year)); /* of a word that means something else too */
    if (fresh && t->capital && t->spaced && t->text.n == 1) {
        if (t->text.p[0] != 'j')
            set_named(r, 0, NULL);
    } else if (means_more && !(sure && known)) {
        return false;
    } else if (t->text.n >= 3 && zone_abbreviation(r->zone, t->text, &east)) {
        set_named(r, east, NULL);
    } else if (known) {
        set_named(r, known->minutes * MS_MINUTE, known->rule);
    } else {
        return false;
    }
    r->at++;
    return true;
}

/* ---- Words ---- */

static void set_half(struct reader *r, enum date_role role)
{
    enum date_half half = role == WORD_AM || role == WORD_MAYBE_AM ? HALF_AM : role == WORD_NOON ? HALF_NOON : role == WORD_NIGHT ? HALF_NIGHT : HALF_PM;
    r->wrong |= r->p->half && r->p->half != half;
    r->p->half = half;
}

static bool time_ahead(const struct date_token *t)
{
    t += is_sign(t, '.');
    return begins_time(t, ':') || role_of(t + 1) == WORD_HOUR;
}

/* What a word does by its role. false: it is a month or a weekday, or nothing. */
static bool play_role(struct reader *r, const struct date_token *t, bool fresh)
{
    enum date_role role = role_of(t);
    switch (role) {
    case WORD_PLAIN: return false;
    case WORD_AM:
    case WORD_PM:
    case WORD_NOON:
    case WORD_NIGHT:
        set_half(r, role);
        r->fresh = fresh; /* a zone may follow */
        return true;
    case WORD_MAYBE_AM:
    case WORD_MAYBE_PM:
        if (!fresh && !time_ahead(r->at))
            return !t->word->days;
        set_half(r, role);
        r->fresh = fresh;
        return true;
    case WORD_BEFORE_TIME: r->expects_time = true; return true;
    case WORD_MONTH_NUMBER:
        r->wrong |= !is_number(r->at, 2) || has_month(r) || r->at->value < 1 || r->at->value > 12;
        r->p->month = (int)r->at->value;
        r->at += r->at->kind != DATE_END;
        return true;
    case WORD_DAY_NUMBER:
        r->wrong |= !is_number(r->at, 1) || r->at->value < 2 || r->at->value > 7;
        r->p->weekdays |= r->wrong ? 0 : 1u << (r->at->value - 1);
        r->at += r->at->kind != DATE_END;
        return true;
    case WORD_ERA: r->era = t->word->value; return true;
    case WORD_SKIP: return true;
    default: return !t->word->days; /* a unit without its number: 月 in parentheses is Monday */
    }
}

static void read_word(struct reader *r)
{
    const struct date_token *t = r->at;
    bool fresh = r->fresh;
    r->fresh = false;
    if (read_zone(r, fresh))
        return;
    r->at++;
    if (!t->word)
        r->wrong = true;
    else if (play_role(r, t, fresh))
        return;
    else if (t->word->month && t->word->days && !r->p->month && !r->maybe)
        r->maybe = t->word;
    else if (t->word->days)
        r->p->weekdays |= t->word->days;
    else if (!r->p->month)
        r->p->month = t->word->month;
    else
        r->wrong |= r->p->month != t->word->month;
}

/* ---- The whole ---- */

/* What stands in parentheses says again in words which zone it is: "GMT+0100 (CET)". */
static void skip_parenthesis(struct reader *r)
{
    while (r->at->kind != DATE_END && !is_sign(r->at, ')'))
        r->at++;
}

static void read_sign(struct reader *r)
{
    bool known = r->p->zone != ZONE_NONE && r->p->has_time;
    if (read_offset(r))
        r->fresh = false;
    else if (r->at->sign == '(' && known)
        skip_parenthesis(r);
    else
        r->wrong |= !strchr(",.;:-/|()[]\"@~_*", r->at++->sign);
}

/* A word that may be a month or a weekday is the month when no other word is. */
static void settle_maybe(struct reader *r)
{
    if (r->maybe && !r->p->month)
        r->p->month = r->maybe->month;
    else if (r->maybe)
        r->p->weekdays |= r->maybe->days;
}

bool date_words_read(struct sv text, const struct zone *zone, struct date_parts *p)
{
    struct date_tokens tokens;
    struct reader r = {.p = p, .zone = zone};
    if (!date_tokens(text, &tokens))
        return false;
    for (r.at = tokens.list; r.at->kind != DATE_END && !r.wrong;)
        switch (r.at->kind) {
        case DATE_NUMBER: read_number(&r); break;
        case DATE_WORD: read_word(&r); break;
        default: read_sign(&r); break;
        }
    settle_maybe(&r);
    if (tokens.thai && p->year > 2400 && p->year < 2700)
        p->year -= 543;
    return !r.wrong && !r.era && p->year && p->month;
}
