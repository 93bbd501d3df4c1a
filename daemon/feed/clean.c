/* What begins in one piece of the input and ends in the next is held back, so that cutting changes nothing. */
#include "feed/clean.h"

#include <stdio.h>

#include "feed/entity.h"

#define TAG_MOST (256u << 10) /* a longer one is no tag */

/* By number: once a document is not well formed, libxml2 drops named references from its text, even &lt;. */
#define AMPERSAND "&#38;"
#define LESS "&#60;"
#define GREATER "&#62;"
#define QUOTE "&#34;"

enum state { TEXT, COMMENT, INSTRUCTION, DOCTYPE, DOCTYPE_COMMENT, CDATA };

/* ---- Writing ---- */

/* Characters that XML 1.0 (2.2) allows; U+FFFE and U+FFFF are the only others that valid UTF-8 can hold. */
static void put_allowed(struct buf *out, struct sv text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        size_t bad = c < ' ' && c != '\t' && c != '\n' && c != '\r';
        if (c == 0xEF && i + 2 < text.n && (unsigned char)text.p[i + 1] == 0xBF && (unsigned char)text.p[i + 2] >= 0xBE)
            bad = 3;
        if (!bad)
            continue;
        buf_append(out, text.p + from, i - from);
        i += bad - 1;
        from = i + 1;
    }
    buf_append(out, text.p + from, text.n - from);
}

static void put_line_ends(struct buf *out, struct sv gone)
{
    const char *end = gone.p + gone.n;
    for (const char *p = gone.p; p && p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        buf_byte(out, '\n');
}

/* Text without references. "]]>" must not stand in it. */
static void put_plain(struct clean *c, struct sv text, struct buf *out)
{
    while (text.n) {
        const char *end = memchr(text.p, '>', text.n);
        size_t n = end ? (size_t)(end - text.p) : text.n;
        put_allowed(out, sv_head(text, n));
        if (n)
            c->last = text.p[n - 1];
        if (end) {
            buf_str(out, c->last == ']' ? GREATER : ">");
            c->last = '>';
        }
        text = sv_from(text, n + (end != NULL));
    }
}

static void put_cdata(struct sv text, struct buf *out)
{
    buf_str(out, "<![CDATA[");
    for (ptrdiff_t at; (at = sv_find(text, SV("]]>"))) >= 0; text = sv_from(text, (size_t)at + 2)) {
        put_allowed(out, sv_head(text, (size_t)at + 2));
        buf_str(out, "]]><![CDATA[");
    }
    put_allowed(out, text);
    buf_str(out, "]]>");
}

/* ---- Text ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

/* Where a reference begins that the text's end may cut; text.n when there is none. */
static size_t cut_reference(struct sv text)
{
    for (size_t i = text.n; i > 0 && text.n - i < ENTITY_MOST; i--) {
        char c = text.p[i - 1];
        if (c == '&')
            return i - 1;
        if (c != '#' && !(c >= '0' && c <= '9') && !is_letter(c))
            break;
    }
    return text.n;
}

static void put_text(struct clean *c, struct sv text, struct buf *out)
{
    if (!c->root.p || c->closed) {
        put_line_ends(out, text);
        return;
    }
    const char *and = memchr(text.p, '&', text.n);
    if (!and) {
        put_plain(c, text, out);
        return;
    }
    buf_clear(&c->decoded);
    while (text.n) {
        and = memchr(text.p, '&', text.n);
        size_t n = and ? (size_t)(and - text.p) : text.n;
        buf_append(&c->decoded, text.p, n);
        text = sv_from(text, n);
        if (text.n == 0)
            break;
        size_t length = entity_decode(text, &c->decoded);
        if (length == 0) {
            buf_byte(&c->decoded, '&');
            c->escaped++;
        }
        text = sv_from(text, length ? length : 1);
    }
    put_cdata(buf_view(&c->decoded), out);
    c->last = c->decoded.n ? c->decoded.p[c->decoded.n - 1] : 0;
}

/* ---- Tags ---- */

enum { NO_TAG = 0, OPEN_TAG = SIZE_MAX >> 1 };

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Names are ASCII in all that newswatchd reads: "<公告>" is text. */
static bool is_name(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* The length of the tag at tag.p[0] == '<'; NO_TAG when it is none, OPEN_TAG when its end is not there yet. A quote opens a
 * value only behind "=": a stray one must not swallow what follows. */
static size_t tag_length(struct sv tag)
{
    char quote = 0;
    bool value = false; /* one may begin here */
    for (size_t i = 1; i < tag.n; i++) {
        char ch = tag.p[i];
        if (quote)
            quote = ch == quote ? 0 : quote;
        else if (ch == '>')
            return i + 1;
        else if (ch == '<')
            return NO_TAG;
        else if (value && (ch == '"' || ch == '\''))
            quote = ch;
        value = !quote && (ch == '=' || (value && is_space(ch)));
        if (i >= TAG_MOST)
            return NO_TAG;
    }
    return (size_t)OPEN_TAG;
}

static struct sv take_name(struct sv *rest)
{
    size_t n = 0;
    while (n < rest->n && is_name(rest->p[n]))
        n++;
    struct sv name = sv_head(*rest, n);
    *rest = sv_from(*rest, n);
    return name;
}

static void skip_space(struct sv *rest, struct buf *out)
{
    size_t n = 0;
    while (n < rest->n && is_space(rest->p[n]))
        n++;
    put_line_ends(out, sv_head(*rest, n));
    *rest = sv_from(*rest, n);
}

/* Attributes keep XML's own references; what HTML's stand for is written out. */
static void put_reference(struct clean *c, struct sv *text, struct buf *out)
{
    char room[16];
    struct buf decoded = {room, 0, sizeof room};
    size_t length = entity_decode(*text, &decoded);
    if (length == 0) {
        buf_str(out, AMPERSAND);
        c->escaped++;
    } else if (decoded.n == 1) { /* ASCII, perhaps a quote or another mark */
        buf_printf(out, "&#%u;", (unsigned char)decoded.p[0]);
    } else {
        put_allowed(out, buf_view(&decoded));
    }
    *text = sv_from(*text, length ? length : 1);
}

static void put_value(struct clean *c, struct sv value, struct buf *out)
{
    while (value.n) {
        size_t n = 0;
        while (n < value.n && value.p[n] != '&' && value.p[n] != '<' && value.p[n] != '>' && value.p[n] != '"')
            n++;
        put_allowed(out, sv_head(value, n));
        value = sv_from(value, n);
        if (value.n == 0)
            break;
        if (value.p[0] == '&') {
            put_reference(c, &value, out);
            continue;
        }
        buf_str(out, value.p[0] == '<' ? LESS : value.p[0] == '>' ? GREATER : QUOTE);
        value = sv_from(value, 1);
    }
}

/* Quoted, or up to the next blank. */
static struct sv take_value(struct sv *rest)
{
    size_t from = 0, n = 0;
    if (rest->n && (rest->p[0] == '"' || rest->p[0] == '\'')) {
        from = 1;
        while (from + n < rest->n && rest->p[from + n] != rest->p[0])
            n++;
    } else {
        while (n < rest->n && !is_space(rest->p[n]))
            n++;
    }
    struct sv value = {rest->p + from, n};
    *rest = sv_from(*rest, from + n + (from && from + n < rest->n));
    return value;
}

/* The attributes as XML wants them, each with a quoted value. */
static void put_attributes(struct clean *c, struct sv rest, struct buf *out)
{
    for (skip_space(&rest, out); rest.n; skip_space(&rest, out)) {
        if (!is_letter(rest.p[0])) {
            rest = sv_from(rest, 1);
            continue;
        }
        struct sv name = take_name(&rest), value = SV_NONE;
        skip_space(&rest, out);
        if (rest.n && rest.p[0] == '=') {
            rest = sv_from(rest, 1);
            skip_space(&rest, out);
            value = take_value(&rest);
        }
        buf_byte(out, ' ');
        buf_sv(out, name);
        buf_str(out, "=\"");
        put_value(c, value, out);
        buf_byte(out, '"');
    }
}

static void put_tag(struct clean *c, struct sv tag, struct buf *out)
{
    bool closing = tag.p[1] == '/', empty = tag.p[tag.n - 2] == '/';
    struct sv rest = {tag.p + 1 + closing, tag.n - 2 - closing};
    c->last = 0;
    buf_str(out, closing ? "</" : "<");
    buf_sv(out, take_name(&rest));
    if (closing)
        put_line_ends(out, rest);
    else
        put_attributes(c, sv_head(rest, rest.n - (empty && rest.n)), out);
    buf_str(out, empty && !closing ? "/>" : ">");
}

static struct sv local_name(struct sv name)
{
    ptrdiff_t colon = sv_find(name, SV(":"));
    return colon < 0 ? name : sv_from(name, (size_t)colon + 1);
}

static bool is_root(struct sv name)
{
    static const char *const roots[] = {"rss", "rdf", "feed", "html", "opml", "urlset", "sitemapindex", "channel"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (sv_eq_nocase(local_name(name), sv_of(roots[i])))
            return true;
    return false;
}

static struct sv remember(char out[64], struct sv name)
{
    snprintf(out, 64, "%.*s", SV_ARG(name));
    return sv_of(out);
}

static void take_tag(struct clean *c, struct sv tag, struct buf *out)
{
    bool closing = tag.p[1] == '/';
    struct sv after = sv_from(tag, 1 + closing), name = take_name(&after);
    if (!c->root.p && !closing) {
        if (!c->first_name[0])
            remember(c->first_name, name);
        if (is_root(name))
            c->root = remember(c->root_name, name);
    }
    if (!c->root.p || c->closed) {
        put_line_ends(out, tag);
        return;
    }
    put_tag(c, tag, out);
    c->closed = closing && sv_eq(name, c->root);
}

/* At a "<" in text. Returns how much of it was taken, 0 when more is needed. */
static size_t take_markup(struct clean *c, struct sv rest, bool last, struct buf *out)
{
    static const struct {
        const char *start;
        enum state state;
    } kinds[] = {{"<!--", COMMENT}, {"<![CDATA[", CDATA}, {"<!", DOCTYPE}, {"<?", INSTRUCTION}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct sv start = sv_of(kinds[i].start);
        if (sv_starts(rest, start)) {
            c->state = (unsigned char)kinds[i].state;
            if (kinds[i].state == CDATA && c->root.p && !c->closed)
                buf_str(out, kinds[i].start);
            return start.n;
        }
        if (!last && sv_starts(start, rest))
            return 0;
    }
    size_t length = NO_TAG;
    if (rest.n > 1 && (is_letter(rest.p[1]) || (rest.p[1] == '/' && (rest.n == 2 || is_letter(rest.p[2])))))
        length = tag_length(rest);
    else if (rest.n == 1)
        length = (size_t)OPEN_TAG;
    if (length == (size_t)OPEN_TAG && !last)
        return 0;
    if (length == (size_t)OPEN_TAG) /* the end of a document that was cut off */
        return rest.n;
    if (length != NO_TAG) {
        take_tag(c, sv_head(rest, length), out);
        return length;
    }
    if (c->root.p && !c->closed)
        buf_str(out, LESS);
    c->last = 0;
    c->escaped++;
    return 1;
}

static size_t take_text(struct clean *c, struct sv rest, bool last, struct buf *out)
{
    if (rest.p[0] == '<')
        return take_markup(c, rest, last, out);
    const char *end = memchr(rest.p, '<', rest.n);
    struct sv text = sv_head(rest, end ? (size_t)(end - rest.p) : rest.n);
    if (!end && !last)
        text.n = cut_reference(text);
    put_text(c, text, out);
    return text.n;
}

/* ---- What goes ---- */

/* Everything up to `end` goes. */
static size_t take_until(struct clean *c, struct sv rest, struct sv end, bool last, enum state then, struct buf *out)
{
    ptrdiff_t at = sv_find(rest, end);
    size_t n = at >= 0 ? (size_t)at + end.n : last ? rest.n : rest.n - (rest.n < end.n ? rest.n : end.n - 1);
    put_line_ends(out, sv_head(rest, n));
    if (at >= 0)
        c->state = (unsigned char)then;
    return n;
}

static size_t take_doctype(struct clean *c, struct sv rest, bool last, struct buf *out)
{
    for (size_t i = 0; i < rest.n; i++) {
        char ch = rest.p[i];
        if (c->quote) {
            c->quote = ch == c->quote ? 0 : c->quote;
        } else if (ch == '"' || ch == '\'') {
            c->quote = ch;
        } else if (ch == '<' && !last && rest.n - i < 4) {
            put_line_ends(out, sv_head(rest, i));
            return i;
        } else if (sv_starts(sv_from(rest, i), SV("<!--"))) {
            c->state = DOCTYPE_COMMENT;
            put_line_ends(out, sv_head(rest, i));
            return i + 4;
        } else if (ch == '[' || ch == ']') {
            c->subset = ch == '[';
        } else if (ch == '>' && !c->subset) {
            c->state = TEXT;
            put_line_ends(out, sv_head(rest, i));
            return i + 1;
        }
    }
    put_line_ends(out, rest);
    return rest.n;
}

static size_t take_cdata(struct clean *c, struct sv rest, bool last, struct buf *out)
{
    bool inside = c->root.p && !c->closed;
    ptrdiff_t at = sv_find(rest, SV("]]>"));
    size_t n = at >= 0 ? (size_t)at + 3 : rest.n;
    for (size_t held = 0; at < 0 && !last && held < 2 && n > 0 && rest.p[n - 1] == ']'; held++)
        n--;
    if (inside)
        put_allowed(out, sv_head(rest, n));
    else
        put_line_ends(out, sv_head(rest, n));
    if (at >= 0)
        c->state = TEXT;
    return n;
}

static size_t take(struct clean *c, struct sv rest, bool last, struct buf *out)
{
    switch ((enum state)c->state) {
    case TEXT: return take_text(c, rest, last, out);
    case COMMENT: return take_until(c, rest, SV("-->"), last, TEXT, out);
    case INSTRUCTION: return take_until(c, rest, SV("?>"), last, TEXT, out);
    case DOCTYPE_COMMENT: return take_until(c, rest, SV("-->"), last, DOCTYPE, out);
    case DOCTYPE: return take_doctype(c, rest, last, out);
    case CDATA: return take_cdata(c, rest, last, out);
    }
    return rest.n;
}

void clean_write(struct clean *c, struct sv utf8, bool last, struct buf *out)
{
    struct sv rest = utf8;
    if (c->held.n) {
        buf_sv(&c->held, utf8);
        rest = buf_view(&c->held);
    }
    while (rest.n) {
        size_t n = take(c, rest, last, out);
        rest = sv_from(rest, n);
        if (n == 0)
            break;
    }
    if (c->held.n) {
        memmove(c->held.p, rest.p, rest.n);
        c->held.n = rest.n;
    } else {
        buf_sv(&c->held, rest);
    }
}

void clean_free(struct clean *c)
{
    buf_free(&c->held);
    buf_free(&c->decoded);
}
