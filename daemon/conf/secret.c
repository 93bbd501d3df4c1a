#include "conf/secret.h"

#include "base/ascii.h"
#include "conf/parser.h"
#include "conf/value.h"

static bool contains_any(struct sv v, const struct sv *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sv_find_nocase(v, parts[i]) >= 0)
            return true;
    return false;
}

/* A name that says where a secret is holds none. */
static bool is_path(struct sv name)
{
    return sv_ends_nocase(name, SV(".url")) || sv_ends_nocase(name, SV(".location")) || sv_ends_nocase(name, SV(".file")) ||
           sv_ends_nocase(name, SV("_file"));
}

bool secret_is(struct sv option)
{
    static const struct sv parts[] = {SV("pass"), SV("pwd"), SV("secret"), SV("token"), SV("key.pem"), SV("jaas"), SV("oauthbearer.config"),
                                      SV("private"), SV("credential")};
    return contains_any(option, parts, COUNT(parts)) && !is_path(option);
}

/* Misspelt, it is told with its line. */
static bool is_like_secret(struct sv name)
{
    static const struct sv names[] = {SV("sasl.password"), SV("password"), SV("ssl.key.password"), SV("ssl.keystore.password"), SV("ssl.key.pem"),
                                      SV("sasl.oauthbearer.config"), SV("sasl.oauthbearer.client.secret")};
    static const struct sv public[] = {SV("ssl.ca.pem"), SV("password_file")};
    for (size_t i = 0; i < COUNT(public); i++)
        if (sv_eq(name, public[i]))
            return false;
    return secret_is(name) || (!is_path(name) && name.n < 40 && sv_nearest(name, names, COUNT(names)).p);
}

/* ---- Where they stand in a text ---- */

struct scan {
    struct sv text;
    size_t at, end;          /* where we are; where the piece ends */
    size_t from;             /* where the piece begins */
    char *copy;              /* of the piece */
    struct sv before;        /* the word before the current one; of a directive's first word empty */
    bool hiding;             /* up to the directive's end */
    bool path;               /* `file` stood in the value's place: a path follows */
};

static void hide(struct scan *s, struct sv part)
{
    size_t at = (size_t)(part.p - s->text.p);
    for (size_t i = at < s->from ? s->from : at; i < at + part.n && i < s->end; i++)
        if (s->text.p[i] != '\n' && s->text.p[i] != '\r')
            s->copy[i - s->from] = '*';
}

static void hide_in_url(struct scan *s, struct sv url)
{
    struct sv secret;
    for (size_t at = 0; (secret = value_url_secret(url, at)).p; at = (size_t)(secret.p + secret.n - url.p))
        hide(s, secret);
}

/* To the quote that closes the string, or the end of its line. */
static struct sv take_string(struct scan *s)
{
    const char *from = s->text.p + s->at, *stop = s->text.p + s->text.n, *p = from + 1;
    while (p < stop && *p != '"' && *p != '\n')
        p += *p == '\\' && p + 1 < stop && p[1] != '\n' ? 2 : 1;
    return sv_range(from, p < stop && *p == '"' ? p + 1 : p);
}

static struct sv take_word(struct scan *s)
{
    const char *from = s->text.p + s->at, *stop = s->text.p + s->text.n, *p = from;
    while (p < stop && !ascii_is_space(*p) && !memchr("{};\"", *p, 4))
        p++;
    return sv_range(from, p);
}

/* Without the quotes, of any kind, around it. */
static struct sv name_in(struct sv written)
{
    while (written.n && !ascii_is_letter(written.p[0]))
        written = sv_from(written, 1);
    size_t n = 0;
    while (n < written.n && (ascii_is_letter(written.p[n]) || ascii_is_digit(written.p[n]) || memchr("._-", written.p[n], 3)))
        n++;
    return sv_head(written, n);
}

/* In an expression "password" is a word like any other: a name has a dot, or its place shows that it is one. */
static bool names_secret(const struct scan *s, struct sv name)
{
    bool place = s->before.n == 0 || sv_distance(s->before, SV("option")) <= 2;
    return (place || (name.n && memchr(name.p, '.', name.n))) && is_like_secret(name);
}

static void scan_word(struct scan *s, struct sv written)
{
    struct sv name = name_in(written), behind = sv_range(name.p + name.n, written.p + written.n);
    bool is_string = written.p[0] == '"';
    if (s->hiding) {
        bool file = !is_string && sv_eq(written, SV("file"));
        if (!file && !(s->path && is_string) && !sv_eq(written, SV("=")) && !sv_eq(written, SV(":")))
            hide(s, written);
        s->path = file;
        return;
    }
    s->path = false;
    s->hiding = names_secret(s, name);
    if (s->hiding && behind.n > 1 && memchr("=:", behind.p[0], 2))
        hide(s, sv_from(behind, 1));
    else if (!s->hiding && sv_find(written, SV("://")) >= 0)
        hide_in_url(s, is_string ? sv_range(written.p + 1, written.p + written.n - (written.n > 1 && written.p[written.n - 1] == '"')) : written);
    s->before = name;
}

static void end_directive(struct scan *s)
{
    s->before = SV_NONE;
    s->hiding = s->path = false;
}

void secret_hide(struct sv text, size_t from, size_t to, char *copy)
{
    struct scan s = {.text = text, .from = from, .end = to, .copy = copy};
    bool line = true; /* only blanks stand before, on this line */
    while (s.at < to) {
        char c = text.p[s.at];
        if (ascii_is_space(c)) {
            line = line || c == '\n';
            s.at++;
            continue;
        }
        const char *feed = c == '#' ? memchr(text.p + s.at, '\n', text.n - s.at) : NULL;
        if (c == '#') {
            s.at = feed ? (size_t)(feed - text.p) : text.n;
        } else if (memchr("{};", c, 3)) {
            end_directive(&s);
            s.at++;
        } else {
            struct sv written = c == '"' ? take_string(&s) : take_word(&s);
            if (line && parser_is_directive(written)) /* the ; is missing */
                end_directive(&s);
            scan_word(&s, written);
            s.at += written.n;
            if (c == '"' && (written.n < 2 || text.p[s.at - 1] != '"')) /* not closed: its ; is in it */
                end_directive(&s);
        }
        line = false;
    }
}
