#include "poll/url.h"

#include "base/ascii.h"

struct sv url_scheme(struct sv url)
{
    for (size_t i = 0; i < url.n; i++) {
        char c = ascii_lower(url.p[i]);
        if (c == ':' && i > 0)
            return sv_head(url, i);
        if (!((c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))))
            break;
    }
    return SV_NONE;
}

bool url_is_http(struct sv url)
{
    struct sv scheme = url_scheme(url);
    return sv_eq_nocase(scheme, SV("http")) || sv_eq_nocase(scheme, SV("https"));
}

/* Where the authority that begins at `from` ends. */
static size_t authority_end(struct sv text, size_t from)
{
    while (from < text.n && !strchr("/?# \t\r\n", text.p[from]))
        from++;
    return from;
}

/* Behind the last '@' of an authority, or its beginning: a password may hold an '@' that should have been escaped. */
static size_t host_start(struct sv text, size_t from, size_t end)
{
    for (size_t i = end; i > from; i--)
        if (text.p[i - 1] == '@')
            return i;
    return from;
}

void url_host(struct sv url, struct buf *out)
{
    ptrdiff_t mark = sv_find(url, SV("://"));
    size_t from = mark < 0 ? 0 : (size_t)mark + 3, end = authority_end(url, from);
    from = host_start(url, from, end);
    struct sv host = sv_range(url.p + from, url.p + end);
    struct sv port = sv_eq_nocase(url_scheme(url), SV("https")) ? SV("443") : SV("80");
    for (size_t i = host.n; i > 0 && host.p[i - 1] != ']'; i--)
        if (host.p[i - 1] == ':') {
            if (i < host.n)
                port = sv_from(host, i);
            host = sv_head(host, i - 1);
            break;
        }
    if (host.n && host.p[host.n - 1] == '.')
        host.n--;
    for (size_t i = 0; i < host.n; i++)
        buf_byte(out, ascii_lower(host.p[i]));
    buf_byte(out, ':');
    buf_sv(out, port);
}

void url_without_secrets(struct sv text, struct buf *out)
{
    ptrdiff_t mark;
    while ((mark = sv_find(text, SV("://"))) >= 0) {
        size_t from = (size_t)mark + 3, end = authority_end(text, from);
        buf_sv(out, sv_head(text, from));
        text = sv_from(text, host_start(text, from, end));
    }
    buf_sv(out, text);
}
