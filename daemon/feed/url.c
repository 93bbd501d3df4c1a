/* Reference resolution after RFC 3986, 5.2, and canonical forms. */
#include "feed/url.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "feed/tracking.h"

#define BASE_MOST 2048 /* bytes: with a longer one many short references would make very much of little */

struct parts {
    struct sv scheme, authority, path, query, fragment; /* SV_NONE: not there; the path always is */
};

static size_t scheme_length(struct sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == ':')
            return i;
        if (!ascii_is_letter(c) && (i == 0 || !(ascii_is_digit(c) || c == '+' || c == '-' || c == '.')))
            return 0;
    }
    return 0;
}

/* `stops`: one to three characters. */
static struct sv take_until(struct sv *rest, const char *stops)
{
    const char a = stops[0], b = stops[1] ? stops[1] : a, c = stops[1] && stops[2] ? stops[2] : a;
    size_t n = 0;
    while (n < rest->n && rest->p[n] != a && rest->p[n] != b && rest->p[n] != c)
        n++;
    struct sv taken = sv_head(*rest, n);
    *rest = sv_from(*rest, n);
    return taken;
}

static struct parts split(struct sv s)
{
    struct parts parts = {0};
    size_t scheme = scheme_length(s);
    if (scheme) {
        parts.scheme = sv_head(s, scheme);
        s = sv_from(s, scheme + 1);
    }
    if (sv_starts(s, SV("//"))) {
        s = sv_from(s, 2);
        parts.authority = take_until(&s, "/?#");
    }
    parts.path = take_until(&s, "?#");
    if (s.n && s.p[0] == '?') {
        s = sv_from(s, 1);
        parts.query = take_until(&s, "#");
    }
    if (s.n)
        parts.fragment = sv_from(s, 1);
    return parts;
}

/* 5.2.4: "." goes, ".." takes the segment before it along. */
static struct sv remove_dots(struct arena *a, struct sv path)
{
    char *out = arena_alloc(a, path.n + 1);
    size_t n = 0;
    bool absolute = path.n && path.p[0] == '/';
    struct sv rest = absolute ? sv_from(path, 1) : path, segment;
    if (absolute)
        out[n++] = '/';
    while (sv_split(&rest, '/', &segment)) {
        bool last = segment.p + segment.n == path.p + path.n;
        if (sv_eq(segment, SV(".")))
            continue;
        if (sv_eq(segment, SV(".."))) {
            if (n > 1)
                for (n--; n > 0 && out[n - 1] != '/';)
                    n--;
            continue;
        }
        memcpy(out + n, segment.p, segment.n);
        n += segment.n;
        if (!last)
            out[n++] = '/';
    }
    return (struct sv){out, n};
}

/* 5.2.3 */
static struct sv merge(struct arena *a, const struct parts *base, struct sv path)
{
    if (base->authority.p && base->path.n == 0)
        return sv_of(arena_printf(a, "/%.*s", SV_ARG(path)));
    size_t keep = base->path.n;
    while (keep > 0 && base->path.p[keep - 1] != '/')
        keep--;
    return sv_of(arena_printf(a, "%.*s%.*s", (int)keep, base->path.p, SV_ARG(path)));
}

static struct sv join(struct arena *a, const struct parts *u)
{
    struct buf out = {0};
    buf_sv(&out, u->scheme);
    buf_byte(&out, ':');
    if (u->authority.p) {
        buf_str(&out, "//");
        buf_sv(&out, u->authority);
    }
    buf_sv(&out, u->path);
    if (u->query.p) {
        buf_byte(&out, '?');
        buf_sv(&out, u->query);
    }
    if (u->fragment.p) {
        buf_byte(&out, '#');
        buf_sv(&out, u->fragment);
    }
    struct sv result = sv_dup(a, buf_view(&out));
    buf_free(&out);
    return result;
}

static struct sv tidied(struct arena *a, struct sv s)
{
    char *out = arena_alloc(a, 3 * s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == ' ')
            memcpy(out + n, "%20", 3), n += 3;
        else if (c > ' ' && c != 0x7F)
            out[n++] = s.p[i];
    }
    return (struct sv){out, n};
}

static bool is_tidy(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7F)
            return false;
    return true;
}

struct sv url_resolve(struct arena *a, struct sv base, struct sv reference)
{
    reference = sv_trim(reference);
    if (!is_tidy(reference))
        reference = tidied(a, reference);
    if (sv_starts(reference, SV("https://")) || sv_starts(reference, SV("http://")))
        return reference;
    if (reference.n == 0)
        return SV_NONE;
    struct parts r = split(reference), b = base.n > BASE_MOST ? (struct parts){0} : split(base);
    if (r.scheme.p)
        return reference;
    if (!b.scheme.p)
        return SV_NONE;
    struct parts t = {.scheme = b.scheme, .authority = b.authority, .query = r.query, .fragment = r.fragment};
    if (r.authority.p) {
        t.authority = r.authority;
        t.path = remove_dots(a, r.path);
    } else if (r.path.n == 0) {
        t.path = b.path;
        t.query = r.query.p ? r.query : b.query;
    } else {
        t.path = remove_dots(a, r.path.p[0] == '/' ? r.path : merge(a, &b, r.path));
    }
    return join(a, &t);
}

/* ---- What means the same ---- */

/* The query without parameters that track; `out` is empty when nothing is left. */
static void put_query(struct buf *out, struct sv query)
{
    size_t start = out->n;
    for (struct sv parameter; sv_split(&query, '&', &parameter);)
        if (!tracking_parameter(parameter)) {
            buf_byte(out, out->n == start ? '?' : '&');
            buf_sv(out, parameter);
        }
}

/* The fragment unless it tracks, and without what was hung on behind it: "#comments?utm_source=rss". */
static void put_fragment(struct buf *out, struct sv fragment)
{
    struct sv rest = fragment, name;
    if (!fragment.p || tracking_fragment(fragment))
        return;
    sv_split(&rest, '?', &name);
    buf_byte(out, '#');
    buf_sv(out, name);
    put_query(out, rest);
}

struct sv url_untracked(struct arena *a, struct sv url)
{
    if (url.n == 0 || (!memchr(url.p, '?', url.n) && !memchr(url.p, '#', url.n)))
        return url;
    struct parts u = split(url);
    if (!u.authority.p || (!u.query.p && !u.fragment.p))
        return url;
    struct buf out = {0};
    buf_sv(&out, sv_range(url.p, u.path.p + u.path.n));
    put_query(&out, u.query);
    put_fragment(&out, u.fragment);
    struct sv result = out.n == url.n ? url : sv_dup(a, buf_view(&out));
    buf_free(&out);
    return result;
}

static bool is_unreserved(int c)
{
    return c < 0x80 && (ascii_is_letter((char)c) || ascii_is_digit((char)c) || c == '-' || c == '.' || c == '_' || c == '~');
}

/* Percent-encoding as RFC 3986, 6.2.2 has it: what needs none is decoded, digits are upper case; and what needs it is encoded, so that
 * both ways to write a letter of another script are one. */
static void put_normalised(struct buf *out, struct sv v)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < v.n; i++) {
        int high = v.p[i] == '%' && i + 2 < v.n ? ascii_hex(v.p[i + 1]) : -1, low = high < 0 ? -1 : ascii_hex(v.p[i + 2]);
        int c = low < 0 ? (unsigned char)v.p[i] : high * 16 + low;
        i += low < 0 ? 0 : 2;
        if (low < 0 ? c > ' ' && c < 0x7F : is_unreserved(c)) {
            buf_byte(out, (char)c);
        } else {
            buf_byte(out, '%');
            buf_byte(out, digits[c >> 4]);
            buf_byte(out, digits[c & 15]);
        }
    }
}

static void put_host(struct buf *out, struct sv authority, bool secure)
{
    const char *at = authority.n ? memrchr(authority.p, '@', authority.n) : NULL;
    if (at)
        authority = sv_range(at + 1, authority.p + authority.n);
    struct sv port = secure ? SV(":443") : SV(":80");
    if (sv_ends(authority, port))
        authority.n -= port.n;
    while (authority.n && (authority.p[authority.n - 1] == '.' || authority.p[authority.n - 1] == ':'))
        authority.n--;
    if (sv_starts_nocase(authority, SV("www.")) && authority.n > 4)
        authority = sv_from(authority, 4);
    for (size_t i = 0; i < authority.n; i++)
        buf_byte(out, ascii_lower(authority.p[i]));
}

/* "/a/b;jsessionid=1/" is "/a/b". */
static struct sv bare_path(struct sv path)
{
    ptrdiff_t session = sv_find(path, SV(";jsessionid="));
    if (session >= 0)
        path.n = (size_t)session;
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    return path;
}

struct sv url_canonical(struct arena *a, struct sv url, size_t *path)
{
    struct parts u = split(url);
    bool secure = sv_eq_nocase(u.scheme, SV("https"));
    *path = 0;
    if (!u.authority.p || (!secure && !sv_eq_nocase(u.scheme, SV("http"))))
        return url;
    struct buf out = {0}, query = {0};
    buf_str(&out, "//");
    put_host(&out, u.authority, secure);
    *path = out.n;
    put_normalised(&out, bare_path(u.path));
    put_query(&query, u.query);
    put_fragment(&query, u.fragment);
    put_normalised(&out, buf_view(&query));
    struct sv result = sv_dup(a, buf_view(&out));
    buf_free(&out);
    buf_free(&query);
    return result;
}
