/* A zone is a list of changes, and a rule for the years after the last of them. */
#include "base/zone.h"

#include "base/ascii.h"
#include "base/clock.h"

#define OFFSET_MOST (26 * MS_HOUR)             /* RFC 8536, 3.2: less than this both ways */
#define SECONDS_MOST (1ll << 50)               /* times beyond are brought to it: they stand for "since ever" */

struct change {
    int64_t from; /* local: from when on the new offset counts. The later of the two clocks' readings at the change */
    int64_t east;
};

struct rule_day {
    enum { BY_MONTH, BY_DAY, BY_DAY_WITHOUT_LEAP } kind;
    int month, week, day;
    int64_t time; /* of the clock from before the change */
};

struct named {
    struct sv name;
    int64_t east;
};

struct rule {
    struct named standard, summer;
    struct rule_day start, end; /* of summer */
    bool has_summer;
};

struct zone {
    int64_t first; /* the offset before any change */
    struct change *changes;
    size_t change_count;
    bool has_rule;
    struct rule rule;
    struct named *names; /* the latest first */
    size_t name_count;
};

/* ---- POSIX rules ---- */

static bool take(struct sv *s, char c)
{
    bool there = s->n && s->p[0] == c;
    if (there)
        *s = sv_from(*s, 1);
    return there;
}

static bool take_number(struct sv *s, int most, int *value)
{
    size_t n = 0;
    for (*value = 0; n < s->n && n < 3 && ascii_is_digit(s->p[n]); n++)
        *value = *value * 10 + (s->p[n] - '0');
    *s = sv_from(*s, n);
    return n > 0 && *value <= most;
}

static bool take_name(struct sv *s, struct sv *name)
{
    bool quoted = take(s, '<');
    size_t n = 0;
    while (n < s->n && (ascii_is_letter(s->p[n]) || (quoted && (ascii_is_digit(s->p[n]) || s->p[n] == '+' || s->p[n] == '-'))))
        n++;
    *name = sv_head(*s, n);
    *s = sv_from(*s, n);
    return n >= 3 && (!quoted || take(s, '>'));
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct sv *s, int hours_most, int64_t *ms)
{
    bool negative = take(s, '-');
    int hour, minute = 0, second = 0;
    if (!negative)
        take(s, '+');
    if (!take_number(s, hours_most, &hour) || (take(s, ':') && (!take_number(s, 59, &minute) || (take(s, ':') && !take_number(s, 59, &second)))))
        return false;
    *ms = (negative ? -1 : 1) * (hour * MS_HOUR + minute * MS_MINUTE + second * MS_SECOND);
    return true;
}

/* ,Mm.w.d[/time] or ,Jn[/time] or ,n[/time] */
static bool take_rule_day(struct sv *s, struct rule_day *d)
{
    bool good;
    if (!take(s, ','))
        return false;
    if (take(s, 'M')) {
        d->kind = BY_MONTH;
        good = take_number(s, 12, &d->month) && d->month && take(s, '.') && take_number(s, 5, &d->week) && d->week && take(s, '.') &&
               take_number(s, 6, &d->day);
    } else {
        d->kind = take(s, 'J') ? BY_DAY_WITHOUT_LEAP : BY_DAY;
        good = take_number(s, 365, &d->day) && (d->kind == BY_DAY || d->day);
    }
    d->time = 2 * MS_HOUR;
    return good && (!take(s, '/') || take_time(s, 167, &d->time));
}

static bool parse_rule(struct sv s, struct rule *r)
{
    int64_t west;
    if (!take_name(&s, &r->standard.name) || !take_time(&s, 24, &west))
        return false;
    r->standard.east = -west;
    if (s.n == 0)
        return true;
    if (!take_name(&s, &r->summer.name))
        return false;
    r->has_summer = true;
    r->summer.east = r->standard.east + MS_HOUR;
    if (s.n && s.p[0] != ',') {
        if (!take_time(&s, 24, &west))
            return false;
        r->summer.east = -west;
    }
    return take_rule_day(&s, &r->start) && take_rule_day(&s, &r->end) && s.n == 0;
}

/* What the clock from before the change shows then. */
static int64_t day_of_rule(const struct rule_day *d, int64_t year)
{
    int64_t day;
    if (d->kind == BY_MONTH) {
        int64_t first = days_from_civil(year, (unsigned)d->month, 1), next = days_from_civil(year + d->month / 12, (unsigned)(d->month % 12 + 1), 1);
        int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
        day = first + (d->day - weekday + 7) % 7 + 7 * (d->week - 1);
        if (day >= next)
            day -= 7; /* the fifth is the last */
    } else {
        bool behind_leap_day = d->kind == BY_DAY_WITHOUT_LEAP && (!year_is_leap(year) || d->day < 60);
        day = days_from_civil(year, 1, 1) + d->day - behind_leap_day;
    }
    return day * MS_DAY + d->time;
}

static int64_t positive(int64_t ms) { return ms > 0 ? ms : 0; }

static int64_t east_by_rule(const struct rule *r, int64_t local)
{
    if (!r->has_summer)
        return r->standard.east;
    int64_t year, longer = r->summer.east - r->standard.east;
    unsigned month, day;
    civil_from_days(local / MS_DAY - (local % MS_DAY < 0), &year, &month, &day);
    int64_t start = day_of_rule(&r->start, year) + positive(longer), end = day_of_rule(&r->end, year) + positive(-longer);
    bool summer = start < end ? local >= start && local < end : local >= start || local < end;
    return summer ? r->summer.east : r->standard.east;
}

/* ---- TZif ---- */

struct block {
    size_t times, types, letters, leaps, standards, universals; /* how many there are of each */
    size_t time_size;
    const unsigned char *data;
};

static int64_t big_endian(const unsigned char *p, size_t n)
{
    uint64_t value = p[0] & 0x80 ? ~0ull : 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | p[i];
    return (int64_t)value;
}

/* A header and its data. Returns the length of both, 0 when they are not there. */
static size_t read_block(struct sv file, size_t time_size, struct block *b)
{
    const unsigned char *p = (const unsigned char *)file.p;
    size_t counts[6];
    if (file.n < 44 || memcmp(p, "TZif", 4) != 0)
        return 0;
    for (size_t i = 0; i < 6; i++) {
        counts[i] = (size_t)big_endian(p + 20 + 4 * i, 4) & 0xFFFFFFFF;
        if (counts[i] > file.n) /* no product below overflows */
            return 0;
    }
    *b = (struct block){.universals = counts[0], .standards = counts[1], .leaps = counts[2], .times = counts[3], .types = counts[4],
                        .letters = counts[5], .time_size = time_size, .data = p + 44};
    size_t length = 44 + b->times * (time_size + 1) + b->types * 6 + b->letters + b->leaps * (time_size + 4) + b->standards + b->universals;
    return length <= file.n ? length : 0;
}

struct types {
    struct named list[256];
    size_t count;
};

static bool read_types(const struct block *b, struct arena *a, struct types *types)
{
    const unsigned char *p = b->data + b->times * (b->time_size + 1), *letters = p + b->types * 6;
    types->count = b->types;
    for (size_t i = 0; i < b->types; i++, p += 6) {
        size_t at = p[5];
        types->list[i].east = big_endian(p, 4) * MS_SECOND;
        if (at >= b->letters || types->list[i].east >= OFFSET_MOST || types->list[i].east <= -OFFSET_MOST)
            return false;
        size_t n = strnlen((const char *)letters + at, b->letters - at);
        types->list[i].name = sv_dup(a, (struct sv){(const char *)letters + at, n});
    }
    return true;
}

static bool read_changes(struct zone *z, const struct block *b, const struct types *types, struct arena *a)
{
    const unsigned char *times = b->data, *kinds = b->data + b->times * b->time_size;
    int64_t before = z->first = types->list[0].east, last = INT64_MIN;
    z->changes = arena_array(a, b->times, sizeof *z->changes);
    z->change_count = b->times;
    for (size_t i = 0; i < b->times; i++) {
        int64_t at = big_endian(times + i * b->time_size, b->time_size);
        if (kinds[i] >= b->types || (i && at <= last))
            return false;
        last = at;
        at = at > SECONDS_MOST ? SECONDS_MOST : at < -SECONDS_MOST ? -SECONDS_MOST : at;
        struct change *c = &z->changes[i];
        c->east = types->list[kinds[i]].east;
        c->from = at * MS_SECOND + (c->east > before ? c->east : before);
        if (i && c->from < c[-1].from) /* two changes within hours of each other */
            c->from = c[-1].from;
        before = c->east;
    }
    return true;
}

static void add_name(struct zone *z, struct named named)
{
    for (size_t i = 0; i < z->name_count; i++)
        if (sv_eq(z->names[i].name, named.name))
            return;
    if (named.name.n)
        z->names[z->name_count++] = named;
}

static void collect_names(struct zone *z, const struct block *b, const struct types *types, struct arena *a)
{
    const unsigned char *kinds = b->data + b->times * b->time_size;
    bool done[256] = {false};
    z->names = arena_array(a, types->count + 2, sizeof *z->names);
    if (z->has_rule) {
        add_name(z, z->rule.standard);
        add_name(z, z->rule.summer);
    }
    for (size_t i = b->times; i-- > 0;)
        if (!done[kinds[i]]) {
            done[kinds[i]] = true;
            add_name(z, types->list[kinds[i]]);
        }
    add_name(z, types->list[0]);
}

/* The rule between two line feeds behind the data; none at all is allowed. */
static bool read_footer(struct zone *z, struct sv footer, struct arena *a)
{
    struct sv line;
    if (!take(&footer, '\n') || !sv_split(&footer, '\n', &line) || !footer.p)
        return false;
    z->has_rule = line.n > 0;
    return !z->has_rule || parse_rule(sv_dup(a, line), &z->rule);
}

const struct zone *zone_parse(struct arena *a, struct sv file, const char **wrong)
{
    struct zone *z = arena_zalloc(a, sizeof *z);
    struct block b;
    struct types types;
    *wrong = "it is no time zone (a TZif file)";
    size_t length = read_block(file, 4, &b);
    if (!length)
        return NULL;
    bool newer = file.p[4] >= '2'; /* then the same follows with times of 64 bits, and a footer */
    if (newer) {
        file = sv_from(file, length);
        length = read_block(file, 8, &b);
    }
    if (length && b.leaps) {
        *wrong = "its clock counts leap seconds";
        return NULL;
    }
    if (!length || b.types == 0 || b.types > 256 || !read_types(&b, a, &types) || !read_changes(z, &b, &types, a) ||
        (newer && !read_footer(z, sv_from(file, length), a)))
        return NULL;
    collect_names(z, &b, &types, a);
    *wrong = NULL;
    return z;
}

const struct zone *zone_posix(struct arena *a, struct sv text)
{
    struct zone *z = arena_zalloc(a, sizeof *z);
    if (!parse_rule(sv_dup(a, text), &z->rule))
        return NULL;
    z->has_rule = true;
    z->names = arena_array(a, 2, sizeof *z->names);
    add_name(z, z->rule.standard);
    add_name(z, z->rule.summer);
    return z;
}

const struct zone *zone_fixed(struct arena *a, int64_t east)
{
    struct zone *z = arena_zalloc(a, sizeof *z);
    z->first = east;
    return z;
}

const struct zone *zone_copy(struct arena *a, const struct zone *zone)
{
    if (!zone)
        return NULL;
    struct zone *z = arena_alloc(a, sizeof *z);
    *z = *zone;
    z->changes = arena_array(a, z->change_count, sizeof *z->changes);
    z->names = arena_array(a, z->name_count, sizeof *z->names);
    for (size_t i = 0; i < z->change_count; i++)
        z->changes[i] = zone->changes[i];
    for (size_t i = 0; i < z->name_count; i++)
        z->names[i] = (struct named){sv_dup(a, zone->names[i].name), zone->names[i].east};
    z->rule.standard.name = z->rule.summer.name = SV_NONE; /* they are among the names */
    return z;
}

/* ---- Use ---- */

int64_t zone_utc(const struct zone *z, int64_t local)
{
    if (!z)
        return local;
    size_t low = 0, high = z->change_count; /* the first change that is still to come */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->changes[middle].from <= local)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == z->change_count && z->has_rule)
        return local - east_by_rule(&z->rule, local);
    return local - (low ? z->changes[low - 1].east : z->first);
}

bool zone_abbreviation(const struct zone *z, struct sv name, int64_t *east)
{
    for (size_t i = 0; z && i < z->name_count; i++)
        if (sv_eq_nocase(z->names[i].name, name))
            return *east = z->names[i].east, true;
    return false;
}
