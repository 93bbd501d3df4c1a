#include "conf/value.h"

struct unit {
    struct sv name;
    int64_t size;
};

static const struct unit durations[] = {
    {SV("w"), 7 * 86400000ll}, {SV("d"), 86400000ll}, {SV("h"), 3600000}, {SV("m"), 60000}, {SV("s"), 1000}, {SV("ms"), 1},
};
static const struct unit sizes[] = {{SV("g"), 1ll << 30}, {SV("m"), 1ll << 20}, {SV("k"), 1 << 10}, {SV(""), 1}};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Digits, and what stands behind them. */
static bool split_number(struct sv v, int64_t *number, struct sv *unit, bool *overflow)
{
    size_t i = 0;
    *number = 0;
    *overflow = false;
    for (; i < v.n && is_digit(v.p[i]); i++)
        if (__builtin_mul_overflow(*number, 10, number) || __builtin_add_overflow(*number, v.p[i] - '0', number))
            *overflow = true;
    *unit = sv_from(v, i);
    return i > 0;
}

static const char *value_with_unit(struct sv v, const struct unit *units, size_t count, int64_t *result, const char *form)
{
    int64_t number;
    struct sv name;
    bool overflow;
    if (!split_number(v, &number, &name, &overflow))
        return form;
    for (size_t i = 0; i < count; i++)
        if (sv_eq(name, units[i].name))
            return overflow || __builtin_mul_overflow(number, units[i].size, result) ? "it is too large" : NULL;
    return form;
}

const char *value_duration(struct sv v, int64_t *ms)
{
    return value_with_unit(v, durations, COUNT(durations), ms, "a duration is a whole number and a unit (ms s m h d w), as in 10m");
}

const char *value_size(struct sv v, uint64_t *bytes)
{
    int64_t size = 0;
    const char *wrong = value_with_unit(v, sizes, COUNT(sizes), &size, "a size is a whole number and a unit (k m g), as in 64k");
    *bytes = (uint64_t)size;
    return wrong;
}

const char *value_number(struct sv v, int64_t least, int64_t most, int64_t *number)
{
    bool negative = v.n && v.p[0] == '-', signed_ = negative || (v.n && v.p[0] == '+'), overflow;
    struct sv rest;
    if (!split_number(sv_from(v, signed_), number, &rest, &overflow) || rest.n)
        return "a whole number is expected";
    if (negative)
        *number = -*number;
    return overflow || *number < least || *number > most ? "the number is out of range" : NULL;
}

const char *value_id(struct sv v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!((v.p[i] >= 'a' && v.p[i] <= 'z') || is_digit(v.p[i]) || v.p[i] == '_' || v.p[i] == '-'))
            return "an id holds lower-case letters, digits, '_' and '-' only";
    return v.n == 0 ? "an id cannot be empty" : v.n > 100 ? "an id has 100 characters at most" : NULL;
}

const char *value_topic(struct sv v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!is_letter(v.p[i]) && !is_digit(v.p[i]) && v.p[i] != '.' && v.p[i] != '_' && v.p[i] != '-')
            return "a Kafka topic holds letters, digits, '.', '_' and '-' only";
    if (v.n == 0 || v.n > 249 || sv_eq(v, SV(".")) || sv_eq(v, SV("..")))
        return "a Kafka topic has 1 to 249 characters and is not '.' or '..'";
    return NULL;
}

const char *value_url(struct sv v)
{
    size_t scheme = sv_starts_nocase(v, SV("http://")) ? 7 : sv_starts_nocase(v, SV("https://")) ? 8 : 0;
    if (!scheme)
        return "a URL begins with http:// or https://";
    for (size_t i = 0; i < v.n; i++)
        if ((unsigned char)v.p[i] <= ' ' || v.p[i] == 0x7F)
            return "a URL has no blanks or control characters: write them as %20";
    struct sv rest = sv_from(v, scheme);
    size_t authority = 0;
    while (authority < rest.n && !memchr("/?#", rest.p[authority], 3))
        authority++;
    const char *at = authority ? memrchr(rest.p, '@', authority) : NULL;
    struct sv host = at ? sv_range(at + 1, rest.p + authority) : sv_head(rest, authority);
    return host.n == 0 || host.p[0] == ':' ? "the URL names no host" : v.n > 8000 ? "a URL has 8000 bytes at most" : NULL;
}

const char *value_language(struct sv v)
{
    static const char form[] = "a language is a tag such as en, ru or zh-Hant";
    size_t length = 0;
    bool first = true;
    for (size_t i = 0; i <= v.n; i++) {
        if (i < v.n && (is_letter(v.p[i]) || (!first && is_digit(v.p[i])))) {
            length++;
            continue;
        }
        if ((i < v.n && v.p[i] != '-') || length < (first ? 2 : 1) || length > 8)
            return form;
        length = 0;
        first = false;
    }
    return NULL;
}

const char *value_country(struct sv v)
{
    return v.n == 2 && is_letter(v.p[0]) && is_letter(v.p[1]) ? NULL : "a country is two letters (ISO 3166), as in CN";
}

static void print_with_unit(int64_t value, const struct unit *units, size_t count, struct buf *out)
{
    size_t i = 0;
    while (i + 1 < count && (value == 0 || value % units[i].size))
        i++;
    buf_printf(out, "%lld%.*s", (long long)(value / units[i].size), SV_ARG(units[i].name));
}

void value_print_duration(int64_t ms, struct buf *out)
{
    print_with_unit(ms, durations, COUNT(durations), out);
}

void value_print_size(uint64_t bytes, struct buf *out)
{
    print_with_unit((int64_t)bytes, sizes, COUNT(sizes), out);
}

struct sv value_public_url(struct sv url, struct arena *a)
{
    ptrdiff_t slashes = sv_find(url, SV("://"));
    if (slashes < 0)
        return url;
    struct sv rest = sv_from(url, (size_t)slashes + 3);
    size_t authority = 0;
    while (authority < rest.n && !memchr("/?#", rest.p[authority], 3))
        authority++;
    const char *at = authority ? memrchr(rest.p, '@', authority) : NULL;
    if (!at)
        return url;
    return sv_of(arena_printf(a, "%.*s%.*s", (int)slashes + 3, url.p, SV_ARG(sv_range(at + 1, url.p + url.n))));
}
