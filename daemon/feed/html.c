/* A tokeniser for tags, and a writer that decides about the white space between what is written. */
#include "feed/html.h"

#include <stdlib.h>

#include "base/buf.h"
#include "feed/entity.h"

/* White space that waits for the next character, by weight: the heaviest wins. */
enum space { NOTHING, BLANK, CELL, LINE, PARAGRAPH };

struct writer {
    struct buf out;
    enum space space;
    unsigned lines;  /* <br> in a row */
    bool one_line;
};

static void put_space(struct writer *w, enum space space)
{
    if (space > w->space)
        w->space = space;
}

static void put_break(struct writer *w)
{
    put_space(w, ++w->lines > 1 ? PARAGRAPH : LINE);
}

static void flush_space(struct writer *w)
{
    static const char *const written[] = {"", " ", "\t", "\n", "\n\n"};
    if (w->out.n && w->space)
        buf_str(&w->out, w->one_line ? " " : written[w->space]);
    w->space = NOTHING;
    w->lines = 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* Characters that are text; `pre` keeps line ends. U+00A0 counts as white space. */
static void put_text(struct writer *w, struct sv text, bool pre)
{
    for (size_t i = 0; i < text.n;) {
        char c = text.p[i];
        if (is_space(c)) {
            if (pre && c == '\n')
                put_break(w);
            else
                put_space(w, pre && c == '\t' ? CELL : BLANK);
            i++;
        } else if ((unsigned char)c == 0xC2 && i + 1 < text.n && (unsigned char)text.p[i + 1] == 0xA0) {
            put_space(w, BLANK);
            i += 2;
        } else {
            size_t n = i + 1;
            while (n < text.n && !is_space(text.p[n]) && (unsigned char)text.p[n] != 0xC2)
                n++;
            flush_space(w);
            buf_append(&w->out, text.p + i, n - i);
            i = n;
        }
    }
}

static struct sv finish(struct writer *w, struct arena *a)
{
    struct sv text = w->out.n ? sv_dup(a, buf_view(&w->out)) : SV_NONE;
    buf_free(&w->out);
    return text;
}

/* ---- Elements ---- */

enum kind { INLINE, BLOCK, BREAK, TABLE_ROW, TABLE_CELL, WORD_END, SOFT_HYPHEN, PRE, RAW, HIDDEN };

static const struct element {
    const char *name;
    enum kind kind;
} elements[] = {
    {"a", INLINE},          {"abbr", INLINE},       {"address", BLOCK},     {"article", BLOCK},     {"aside", BLOCK},       {"audio", INLINE},
    {"b", INLINE},          {"bdi", INLINE},        {"bdo", INLINE},        {"big", INLINE},        {"blockquote", BLOCK},  {"body", BLOCK},
    {"br", BREAK},          {"button", INLINE},     {"caption", BLOCK},     {"center", BLOCK},      {"cite", INLINE},       {"code", INLINE},
    {"col", INLINE},        {"colgroup", INLINE},   {"dd", BLOCK},          {"del", INLINE},        {"details", BLOCK},     {"dfn", INLINE},
    {"div", BLOCK},         {"dl", BLOCK},          {"dt", BLOCK},          {"em", INLINE},         {"embed", WORD_END},    {"fieldset", BLOCK},
    {"figcaption", BLOCK},  {"figure", BLOCK},      {"font", INLINE},       {"footer", BLOCK},      {"form", BLOCK},        {"h1", BLOCK},
    {"h2", BLOCK},          {"h3", BLOCK},          {"h4", BLOCK},          {"h5", BLOCK},          {"h6", BLOCK},          {"head", HIDDEN},
    {"header", BLOCK},      {"hr", BLOCK},          {"html", BLOCK},        {"i", INLINE},          {"iframe", RAW},        {"img", WORD_END},
    {"input", WORD_END},    {"ins", INLINE},        {"kbd", INLINE},        {"label", INLINE},      {"li", BLOCK},          {"link", INLINE},
    {"main", BLOCK},        {"mark", INLINE},       {"math", HIDDEN},       {"meta", INLINE},       {"nav", BLOCK},         {"noscript", INLINE},
    {"object", WORD_END},   {"ol", BLOCK},          {"option", BLOCK},      {"p", BLOCK},           {"picture", INLINE},    {"pre", PRE},
    {"q", INLINE},          {"rp", HIDDEN},         {"rt", HIDDEN},         {"ruby", INLINE},       {"s", INLINE},          {"samp", INLINE},
    {"script", RAW},        {"section", BLOCK},     {"select", BLOCK},      {"small", INLINE},      {"source", INLINE},     {"span", INLINE},
    {"strike", INLINE},     {"strong", INLINE},     {"style", RAW},         {"sub", WORD_END},      {"summary", BLOCK},     {"sup", WORD_END},
    {"svg", HIDDEN},        {"table", BLOCK},       {"tbody", INLINE},      {"td", TABLE_CELL},     {"template", HIDDEN},   {"textarea", RAW},
    {"tfoot", INLINE},      {"th", TABLE_CELL},     {"thead", INLINE},      {"time", INLINE},       {"title", RAW},         {"tr", TABLE_ROW},
    {"tt", INLINE},         {"u", INLINE},          {"ul", BLOCK},          {"var", INLINE},        {"video", WORD_END},    {"wbr", SOFT_HYPHEN},
};

static int cmp_element(const void *key, const void *element)
{
    return strcmp(key, ((const struct element *)element)->name);
}

static const struct element *find_element(struct sv name)
{
    char lower[16];
    if (name.n >= sizeof lower)
        return NULL;
    for (size_t i = 0; i < name.n; i++)
        lower[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 'a' - 'A') : name.p[i];
    lower[name.n] = 0;
    return bsearch(lower, elements, sizeof elements / sizeof *elements, sizeof *elements, cmp_element);
}

/* ---- The tokeniser ---- */

struct html {
    struct writer w;
    struct sv rest;
    bool known_only;      /* a title: unknown tags are text */
    unsigned pre;
    const struct element *hidden; /* everything up to its end is dropped */
    unsigned hidden_depth;
    bool no_quotes;       /* a quote is never closed: look for ">" alone, lest we look to the end again and again */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The length of the tag at rest.p[0] == '<', up to its ">"; 0 when it has none. */
static size_t tag_length(struct html *h)
{
    char quote = 0;
    for (size_t i = 1; !h->no_quotes && i < h->rest.n; i++) {
        char c = h->rest.p[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '>')
            return i + 1;
        else if ((c == '"' || c == '\'') && (h->rest.p[i - 1] == '=' || is_space(h->rest.p[i - 1])))
            quote = c;
    }
    h->no_quotes = true;
    const char *end = memchr(h->rest.p, '>', h->rest.n);
    return end ? (size_t)(end - h->rest.p) + 1 : 0;
}

/* Behind the end tag of a script or style, whose contents are no mark-up. */
static void skip_raw(struct html *h, const struct element *element)
{
    struct sv name = sv_of(element->name);
    for (size_t i = 0; i + 2 + name.n <= h->rest.n; i++) {
        const char *end = memchr(h->rest.p + i, '<', h->rest.n - i);
        if (!end)
            break;
        i = (size_t)(end - h->rest.p);
        struct sv at = sv_from(h->rest, i);
        if (at.n > 1 && at.p[1] == '/' && sv_starts_nocase(sv_from(at, 2), name)) {
            h->rest = at;
            h->rest = sv_from(at, tag_length(h));
            return;
        }
    }
    h->rest = sv_from(h->rest, h->rest.n);
}

static void close_element(struct html *h, const struct element *element)
{
    switch (element->kind) {
    case BLOCK: put_space(&h->w, PARAGRAPH); break;
    case PRE:
        h->pre -= h->pre > 0;
        put_space(&h->w, PARAGRAPH);
        break;
    case TABLE_ROW: put_space(&h->w, LINE); break;
    case TABLE_CELL: put_space(&h->w, CELL); break;
    case WORD_END: put_space(&h->w, BLANK); break;
    default: break;
    }
}

static void open_element(struct html *h, const struct element *element, bool empty)
{
    switch (element->kind) {
    case BREAK: put_break(&h->w); break;
    case SOFT_HYPHEN: buf_str(&h->w.out, h->w.space ? "" : "\xC2\xAD"); break;
    case RAW:
        if (!empty)
            skip_raw(h, element);
        put_space(&h->w, BLANK);
        break;
    case HIDDEN:
        if (!empty)
            h->hidden = element, h->hidden_depth = 1;
        break;
    case PRE:
        h->pre += !empty;
        put_space(&h->w, PARAGRAPH);
        break;
    default: close_element(h, element);
    }
}

static void take_tag(struct html *h, struct sv name, bool closing, bool empty)
{
    const struct element *element = find_element(name);
    if (h->hidden) {
        if (element == h->hidden)
            h->hidden_depth += closing ? -1u : !empty;
        if (h->hidden_depth == 0)
            h->hidden = NULL;
    } else if (element && closing) {
        close_element(h, element);
        if (element->kind == BREAK) /* </br>: browsers break the line */
            put_break(&h->w);
    } else if (element) {
        open_element(h, element, empty);
    }
}

/* <!-- … -->, <![CDATA[ … ]]> (whose contents are text), <!…>, <?…> */
static bool take_declaration(struct html *h)
{
    static const struct {
        const char *start, *end;
    } kinds[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<!", ">"}, {"<?", ">"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct sv start = sv_of(kinds[i].start);
        if (!sv_starts(h->rest, start))
            continue;
        struct sv inside = sv_from(h->rest, start.n);
        ptrdiff_t end = sv_find(inside, sv_of(kinds[i].end));
        struct sv content = end < 0 ? inside : sv_head(inside, (size_t)end);
        if (i == 1 && !h->hidden)
            put_text(&h->w, content, h->pre > 0);
        h->rest = end < 0 ? sv_from(h->rest, h->rest.n) : sv_from(inside, (size_t)end + strlen(kinds[i].end));
        return true;
    }
    return false;
}

/* At a "<": take what is mark-up, or return false when it is a character. */
static bool take_markup(struct html *h)
{
    if (take_declaration(h))
        return true;
    bool closing = h->rest.n > 1 && h->rest.p[1] == '/';
    size_t from = 1 + (size_t)closing, n = from;
    while (n < h->rest.n && !is_space(h->rest.p[n]) && h->rest.p[n] != '>' && h->rest.p[n] != '/' && h->rest.p[n] != '<')
        n++;
    struct sv name = {h->rest.p + from, n - from};
    if (name.n == 0 || !is_letter(name.p[0]) || (h->known_only && !find_element(name)))
        return false;
    size_t length = tag_length(h);
    if (length == 0 && h->known_only)
        return false;
    if (length == 0) { /* cut off within a tag */
        h->rest = sv_from(h->rest, h->rest.n);
        return true;
    }
    bool empty = length > 1 && h->rest.p[length - 2] == '/';
    h->rest = sv_from(h->rest, length);
    take_tag(h, name, closing, empty);
    return true;
}

static void take_reference(struct html *h)
{
    char room[16];
    struct buf decoded = {room, 0, sizeof room}; /* no reference stands for more than two characters */
    size_t n = entity_decode(h->rest, &decoded);
    if (!h->hidden)
        put_text(&h->w, n ? buf_view(&decoded) : SV("&"), h->pre > 0);
    h->rest = sv_from(h->rest, n ? n : 1);
}

static struct sv convert(struct arena *a, struct sv html, bool title)
{
    struct html h = {.rest = html, .known_only = title, .w.one_line = title};
    while (h.rest.n) {
        size_t n = 0;
        while (n < h.rest.n && h.rest.p[n] != '<' && h.rest.p[n] != '&')
            n++;
        if (n && !h.hidden)
            put_text(&h.w, sv_head(h.rest, n), h.pre > 0);
        h.rest = sv_from(h.rest, n);
        if (h.rest.n && h.rest.p[0] == '&') {
            take_reference(&h);
        } else if (h.rest.n && !take_markup(&h)) {
            if (!h.hidden)
                put_text(&h.w, SV("<"), false);
            h.rest = sv_from(h.rest, 1);
        }
    }
    return finish(&h.w, a);
}

struct sv html_text(struct arena *a, struct sv html)
{
    return convert(a, html, false);
}

struct sv html_title(struct arena *a, struct sv html)
{
    return convert(a, html, true);
}

struct sv html_plain(struct arena *a, struct sv text)
{
    struct writer w = {0};
    struct sv line;
    while (sv_split(&text, '\n', &line)) {
        bool blank = sv_trim(line).n == 0;
        if (blank && w.lines++ > 0)
            put_space(&w, PARAGRAPH);
        else if (!blank) {
            put_text(&w, line, false);
            w.lines = 1; /* the end of this line */
            put_space(&w, BLANK);
        }
    }
    return finish(&w, a);
}

bool html_knows(struct sv name)
{
    return find_element(name) != NULL;
}
