#include "conf/value.h"

#include "base/ascii.h"

struct unit {
    struct sv name;
    int64_t size;
};

static const struct unit durations[] = {
    {SV("w"), 7 * 86400000ll}, {SV("d"), 86400000ll}, {SV("h"), 3600000}, {SV("m"), 60000}, {SV("s"), 1000}, {SV("ms"), 1},
};
static const struct unit sizes[] = {{SV("g"), 1ll << 30}, {SV("m"), 1ll << 20}, {SV("k"), 1 << 10}, {SV(""), 1}};
#define DURATION_MOST (100 * 366 * 86400000ll) /* a century: sums of times stay far from the end of the range */
#define SIZE_MOST (1ll << 40)
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Digits, and what stands behind them. */
static bool split_number(struct sv v, int64_t *number, struct sv *unit, bool *overflow)
{
    size_t i = 0;
    *number = 0;
    *overflow = false;
    for (; i < v.n && ascii_is_digit(v.p[i]); i++)
        if (__builtin_mul_overflow(*number, 10, number) || __builtin_add_overflow(*number, v.p[i] - '0', number))
            *overflow = true;
    *unit = sv_from(v, i);
    return i > 0;
}

static const char *value_with_unit(struct sv v, const struct unit *units, size_t count, int64_t most, int64_t *result, const char *form, const char *too_large)
{
    int64_t number;
    struct sv name;
    bool overflow;
    if (!split_number(v, &number, &name, &overflow))
        return form;
    for (size_t i = 0; i < count; i++)
        if (sv_eq(name, units[i].name))
            return overflow || __builtin_mul_overflow(number, units[i].size, result) || *result > most ? too_large : NULL;
    return form;
}

const char *value_duration(struct sv v, int64_t *ms)
{
    return value_with_unit(v, durations, COUNT(durations), DURATION_MOST, ms,
                           "a duration is a whole number and a unit (ms s m h d w), as in 10m", "at most 36600d");
}

const char *value_size(struct sv v, uint64_t *bytes)
{
    int64_t size = 0;
    const char *wrong = value_with_unit(v, sizes, COUNT(sizes), SIZE_MOST, &size,
                                        "a size is a whole number and a unit (k m g), as in 64k",
                                        "at most 1024g");
    *bytes = (uint64_t)size;
    return wrong;
}

bool value_number(struct sv v, int64_t least, int64_t most, int64_t *number)
{
    bool negative = v.n && v.p[0] == '-', signed_ = negative || (v.n && v.p[0] == '+'), overflow;
    struct sv rest;
    if (!split_number(sv_from(v, signed_), number, &rest, &overflow) || rest.n || overflow)
        return false;
    if (negative)
        *number = -*number;
    return *number >= least && *number <= most;
}

const char *value_id(struct sv v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!((v.p[i] >= 'a' && v.p[i] <= 'z') || ascii_is_digit(v.p[i]) || v.p[i] == '_' || v.p[i] == '-'))
            return "an id holds lower-case letters, digits, '_' and '-' only";
    return v.n == 0 ? "an id cannot be empty" : v.n > 100 ? "an id has 100 characters at most" : NULL;
}

struct sv value_id_like(struct sv v, struct arena *a)
{
    char *id = arena_copy(a, v.p, v.n);
    for (size_t i = 0; i < v.n; i++)
        id[i] = memchr(". ,:/", id[i], 5) ? '-' : ascii_lower(id[i]);
    return value_id((struct sv){id, v.n}) ? SV_NONE : (struct sv){id, v.n};
}

const char *value_topic(struct sv v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_is_letter(v.p[i]) && !ascii_is_digit(v.p[i]) && v.p[i] != '.' && v.p[i] != '_' && v.p[i] != '-')
            return "a Kafka topic holds letters, digits, '.', '_' and '-' only";
    if (v.n == 0 || v.n > 249 || sv_eq(v, SV(".")) || sv_eq(v, SV("..")))
        return "a Kafka topic has 1 to 249 characters and is not '.' or '..'";
    return NULL;
}

/* scheme://user:password@host:port/path?query#fragment, as pieces of it. */
struct url_parts {
    struct sv head; /* "https://" */
    struct sv user; /* with its @ */
    struct sv host; /* with its port */
    struct sv rest;
};

static struct url_parts split_url(struct sv v)
{
    ptrdiff_t slashes = sv_find(v, SV("://"));
    size_t head = slashes < 0 ? 0 : (size_t)slashes + 3, end = head;
    while (end < v.n && !memchr("/?#", v.p[end], 3))
        end++;
    const char *at = end > head ? memrchr(v.p + head, '@', end - head) : NULL, *host = at ? at + 1 : v.p + head;
    return (struct url_parts){sv_head(v, head), sv_range(v.p + head, host), sv_range(host, v.p + end), sv_from(v, end)};
}

/* "", ":8080", but not ":", ":http" or ":70000". */
static bool is_port(struct sv v)
{
    int64_t port;
    return v.n == 0 || (v.p[0] == ':' && v.n > 1 && ascii_is_digit(v.p[1]) && value_number(sv_from(v, 1), 1, 65535, &port));
}

static const char *check_host(struct sv host)
{
    if (host.n == 0 || host.p[0] == ':')
        return "the URL names no host";
    const char *bracket = host.p[0] == '[' ? memchr(host.p, ']', host.n) : NULL;
    if (host.p[0] == '[' && !bracket)
        return "the [ of the URL's address is not closed";
    const char *from = bracket ? bracket + 1 : host.p, *end = host.p + host.n;
    const char *colon = bracket ? from : memchr(host.p, ':', host.n);
    return is_port(colon ? sv_range(colon, end) : SV("")) ? NULL : "the URL's port is a number from 1 to 65535";
}

const char *value_url(struct sv v)
{
    if (!sv_starts_nocase(v, SV("http://")) && !sv_starts_nocase(v, SV("https://")))
        return "a URL begins with http:// or https://";
    for (size_t i = 0; i < v.n; i++)
        if ((unsigned char)v.p[i] <= ' ' || v.p[i] == 0x7F)
            return "a URL has no blanks or control characters: write them as %20";
    return v.n > 8000 ? "a URL has 8000 bytes at most" : check_host(split_url(v).host);
}

const char *value_language(struct sv v)
{
    static const char form[] = "a language is a tag such as en, ru or zh-Hant";
    size_t length = 0;
    bool first = true;
    for (size_t i = 0; i <= v.n; i++) {
        if (i < v.n && (ascii_is_letter(v.p[i]) || (!first && ascii_is_digit(v.p[i])))) {
            length++;
            continue;
        }
        if ((i < v.n && v.p[i] != '-') || length < (first ? 2 : 1) || length > (first ? 3 : 8))
            return form;
        length = 0;
        first = false;
    }
    return NULL;
}

const char *value_country(struct sv v)
{
    return v.n == 2 && ascii_is_letter(v.p[0]) && ascii_is_letter(v.p[1]) ? NULL : "a country is two letters (ISO 3166), as in CN";
}

bool value_offset(struct sv v, int64_t *east)
{
    int64_t hours, minutes = 0;
    struct sv rest = sv_from(v, 1), tail;
    bool overflow;
    *east = 0;
    if (sv_eq_nocase(v, SV("UTC")) || sv_eq_nocase(v, SV("GMT")))
        return true;
    if (v.n == 0 || (v.p[0] != '+' && v.p[0] != '-') || !split_number(rest, &hours, &tail, &overflow))
        return false;
    size_t digits = rest.n - tail.n;
    if (digits == 4 && tail.n == 0)
        minutes = hours % 100, hours /= 100;
    else if (digits > 2 || (tail.n && (tail.n != 3 || tail.p[0] != ':' || !value_number(sv_from(tail, 1), 0, 59, &minutes))))
        return false;
    *east = (v.p[0] == '-' ? -1 : 1) * (hours * 60 + minutes) * 60000;
    return hours * 60 + minutes <= 14 * 60 && minutes < 60;
}

const char *value_timezone(struct sv v)
{
    static const char form[] = "a time zone is a name such as \"Europe/Moscow\" or an offset such as \"+03:00\", up to 14 hours";
    int64_t east;
    if (value_offset(v, &east))
        return NULL;
    if ((sv_starts_nocase(v, SV("UTC")) || sv_starts_nocase(v, SV("GMT"))) && v.n > 3 && (v.p[3] == '+' || v.p[3] == '-'))
        return "an offset stands alone, as in \"+03:00\"";
    if (v.n == 0 || v.n > 60 || !ascii_is_letter(v.p[0]))
        return form;
    for (size_t i = 1; i < v.n; i++)
        if (!ascii_is_letter(v.p[i]) && !ascii_is_digit(v.p[i]) && !memchr("_+-/ ", v.p[i], 5))
            return form;
    return sv_ends(v, SV("/")) || sv_find(v, SV("//")) >= 0 ? form : NULL;
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

static bool is_secret_parameter(struct sv name)
{
    static const struct sv names[] = {SV("token"), SV("access_token"), SV("auth_token"), SV("auth"), SV("key"), SV("api_key"), SV("apikey"),
                                      SV("api-key"), SV("secret"), SV("password"), SV("passwd"), SV("pwd"), SV("sig"), SV("signature")};
    for (size_t i = 0; i < COUNT(names); i++)
        if (sv_eq_nocase(name, names[i]))
            return true;
    return false;
}

struct sv value_url_secret(struct sv url, size_t from)
{
    struct url_parts u = split_url(url);
    if (u.user.n > 1 && from <= u.head.n)
        return sv_head(u.user, u.user.n - 1);
    size_t behind = (size_t)(u.rest.p - url.p);
    for (struct sv rest = sv_from(url, from > behind ? from : behind); rest.n;) {
        size_t n = 1;
        while (n < rest.n && !memchr("?&;#", rest.p[n], 4))
            n++;
        const char *sign = memchr(rest.p, '=', n), *end = rest.p + n;
        if (sign && rest.p[0] != '/' && sign + 1 < end && is_secret_parameter(sv_range(rest.p + 1, sign)))
            return sv_range(sign + 1, end);
        rest = sv_from(rest, n);
    }
    return SV_NONE;
}

struct sv value_public_url(struct sv url, const char *mask, struct arena *a)
{
    struct buf out = {0};
    struct sv secret;
    size_t at = 0, head = split_url(url).head.n;
    for (; (secret = value_url_secret(url, at)).p; at = (size_t)(secret.p + secret.n - url.p)) {
        buf_sv(&out, sv_range(url.p + at, secret.p));
        buf_str(&out, mask);
        if (!*mask && secret.p == url.p + head) /* its @ goes too */
            secret.n++;
    }
    buf_sv(&out, sv_from(url, at));
    struct sv shown = at == 0 ? url : sv_dup(a, out.n ? buf_view(&out) : SV(""));
    buf_free(&out);
    return shown;
}
