/* timezone: an offset, or a zone's name, whose file is read from the system's tz database. */
#include "conf/parser.h"
#include "conf/value.h"

#define ZONES "/usr/share/zoneinfo"

static bool is_left_out(struct sv name)
{
    return sv_starts(name, SV("posix/")) || sv_starts(name, SV("right/")) || sv_find(name, SV(".")) >= 0;
}

/* The names of the zones that there are, in two levels: no other is likely to be meant. `not` may be the name of a folder. */
static size_t zone_names(struct conf_parser *p, struct sv not, struct arena *a, struct sv **names)
{
    static const char *const patterns[] = {ZONES "/*", ZONES "/*/*"};
    struct sv *paths[2];
    size_t counts[2] = {0, 0}, count = 0;
    char error[300];
    for (size_t i = 0; i < 2; i++)
        if (!p->reader->glob(p->reader->context, patterns[i], a, &paths[i], &counts[i], error, sizeof error))
            counts[i] = 0;
    *names = arena_array(a, counts[0] + counts[1], sizeof **names);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < counts[i]; k++) {
            struct sv name = sv_from(paths[i][k], sizeof ZONES);
            if (!is_left_out(name) && !sv_eq(name, not))
                (*names)[count++] = name;
        }
    return count;
}

/* A city without its continent, another case, a blank in place of "_", a slip of the finger. */
static struct sv likely_zone(struct sv name, const struct sv *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *slash = memrchr(names[i].p, '/', names[i].n);
        struct sv city = slash ? sv_range(slash + 1, names[i].p + names[i].n) : names[i];
        if (sv_eq_nocase(names[i], name) || sv_eq_nocase(city, name))
            return names[i];
    }
    return sv_nearest(name, names, count);
}

static void tell_unknown_zone(struct conf_parser *p, struct span where, struct sv name)
{
    struct arena scratch = {0};
    struct sv *names;
    size_t count = zone_names(p, name, &scratch, &names);
    struct sv near = likely_zone(name, names, count);
    if (count == 0)
        parser_error(p, where, "'%.*s': there are no time zones in " ZONES ": install tzdata, or write an offset such as \"+03:00\"", SV_ARG(name));
    else if (near.p)
        parser_error(p, where, "there is no time zone '%.*s'; did you mean \"%.*s\"?", SV_ARG(name), SV_ARG(near));
    else
        parser_error(p, where, "there is no time zone '%.*s' in " ZONES ": a name is such as \"Europe/Moscow\"", SV_ARG(name));
    arena_free(&scratch);
}

/* NULL: told. */
static const struct zone *read_zone_file(struct conf_parser *p, struct span where, struct sv name)
{
    char error[300];
    const char *wrong;
    buf_clear(&p->text);
    if (!p->reader->read(p->reader->context, arena_printf(&p->conf->arena, ZONES "/%.*s", SV_ARG(name)), &p->text, error, sizeof error)) {
        tell_unknown_zone(p, where, name);
        return NULL;
    }
    const struct zone *zone = zone_parse(&p->conf->arena, buf_view(&p->text), &wrong);
    if (!zone)
        parser_error(p, where, ZONES "/%.*s: %s", SV_ARG(name), wrong);
    return zone;
}

void read_timezone(struct conf_parser *p, void *target)
{
    struct polling *s = target;
    struct sv name = SV_NONE;
    int64_t east;
    read_text(p, want_either, "a time zone", value_timezone, &name, &s->where[TIMEZONE]);
    if (!name.p)
        return;
    const struct zone *zone = table_get(&p->zones, name);
    if (!zone)
        zone = value_offset(name, &east) ? zone_fixed(&p->conf->arena, east) : read_zone_file(p, s->where[TIMEZONE], name);
    if (!zone)
        return;
    table_put(&p->zones, name, (void *)(uintptr_t)zone);
    s->timezone = name;
    s->zone = zone;
    s->given |= 1u << TIMEZONE;
}
