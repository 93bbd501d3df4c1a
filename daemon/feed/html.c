/* One pass over the HTML: text goes to the writer as it is, tags tell it what stands between. What a browser would not show
 * is skipped with its contents; where HTML is broken beyond what browsers agree on, text is kept rather than lost. */
#include "feed/html.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "feed/entity.h"
#include "feed/html_evidence.h"
#include "feed/html_tag.h"
#include "feed/html_writer.h"

#define FAILED_MOST 16 /* searches to the end for what is not there: with more of them the time would grow with the square */

struct html {
    struct html_writer w;
    const char *begin, *p, *end;
    const char *outer_end;  /* p is within <![CDATA[ … ]]>: where all ends */
    unsigned pre;           /* depth */
    unsigned failed;        /* searches */
    bool no_tags;           /* no tag that begins here has an end */
    bool tags;              /* there were some, other than pictures */
    bool less;              /* a reference stood for "<" */
    bool plain;             /* there are no tags at all: a blank line ends a paragraph, as in any plain text */
    bool title, ends_known;
    struct html_elements ends; /* in a title: the end tags that it has */
};

static enum html_line_feed line_feed(const struct html *h)
{
    return h->pre ? HTML_LF_LINE : h->plain ? HTML_LF_PLAIN : HTML_LF_BLANK;
}

/* ---- CDATA within text ---- */

static bool stands_at(const struct html *h, const char *what)
{
    return sv_starts(sv_range(h->p, h->end), sv_of(what));
}

/* Its contents are HTML: whoever writes CDATA within escaped text has wrapped it twice. */
static void enter_cdata(struct html *h, size_t start, const char *end)
{
    h->p += start;
    if (h->failed >= FAILED_MOST)
        return;
    ptrdiff_t n = sv_find(sv_range(h->p, h->end), sv_of(end));
    if (n < 0) { /* perhaps only its end was escaped */
        h->failed++;
        n = sv_find(sv_range(h->p, h->end), SV("]]&gt;"));
    }
    if (n < 0)
        return;
    h->outer_end = h->outer_end ? h->outer_end : h->end;
    h->end = h->p + n;
}

static bool leave_cdata(struct html *h)
{
    if (!h->outer_end)
        return false;
    h->p = h->end;
    h->end = h->outer_end;
    h->outer_end = NULL;
    h->no_tags = false;
    while (stands_at(h, "]]>") || stands_at(h, "]]&gt;"))
        h->p += stands_at(h, "]]>") ? 3 : 6;
    return true;
}

/* ---- References ---- */

static void take_reference(struct html *h)
{
    const char *from = h->p++;
    struct entity e = entity_read(h->p, h->end);
    h->p += e.length;
    if (e.n == 1 && e.utf8[0] == '<') {
        h->less = true;
        if (stands_at(h, "![CDATA[") && from == sv_trim(sv_range(h->begin, h->end)).p) { /* around mark-up that was not escaped */
            enter_cdata(h, strlen("![CDATA["), "]]&gt;");
            return;
        }
    }
    if (e.n == 1 && e.utf8[0] == '&' && e.closed) {
        struct entity inner = html_escaped_again(sv_range(h->begin, h->end), from, h->p);
        h->p += inner.length;
        e = inner.length ? inner : e;
    }
    html_put_character(&h->w, e.length ? e.utf8 : "&", e.length ? e.n : 1, line_feed(h));
}

/* ---- What is dropped with its contents ---- */

static const char *behind_tag(const struct html *h, const char *tag)
{
    const char *greater = memchr(tag, '>', (size_t)(h->end - tag));
    return greater ? greater + 1 : h->end;
}

/* Behind the end tag that belongs to the start tag before p, or at least one of its name; NULL: there is none. */
static const char *behind_element(struct html *h, struct sv name)
{
    const char *first = NULL;
    unsigned depth = 1;
    bool closing;
    if (h->failed >= FAILED_MOST)
        return NULL;
    for (const char *at = h->p; (at = html_tag_named(at, h->end, name, &closing)); at++) {
        if (!closing) {
            depth++;
            continue;
        }
        first = first ? first : at;
        if (--depth == 0)
            return behind_tag(h, at);
    }
    h->failed++;
    return first ? behind_tag(h, first) : NULL;
}

static const char *behind_raw(const struct html *h, struct sv name)
{
    bool closing;
    for (const char *at = h->p; (at = html_tag_named(at, h->end, name, &closing)); at++)
        if (closing)
            return behind_tag(h, at);
    return h->end;
}

/* The next tag that is more than inline: it ends a paragraph, a cell, a ruby text whose own end tag is left out. */
static const char *next_layout_tag(const struct html *h)
{
    struct html_tag tag;
    for (const char *at = h->p; at < h->end && (at = memchr(at, '<', (size_t)(h->end - at))); at++)
        if (html_tag(at, h->end, &tag) && tag.element)
            switch (tag.element->kind) {
            case HTML_BLOCK: case HTML_TABLE: case HTML_ROW: case HTML_CELL: case HTML_PRE: case HTML_RUBY: case HTML_READING: return at;
            default: break;
            }
    return h->end;
}

/* Move behind the contents of an element that nobody sees. false: where they end cannot be told, so they count as text. */
static bool skip_contents(struct html *h, const struct html_tag *tag)
{
    const struct html_element *e = tag->element;
    const char *behind;
    if (e && e->end == HTML_END_NEVER)
        return false;
    if (e && e->end == HTML_END_OPTIONAL)
        behind = next_layout_tag(h);
    else if (e && e->kind == HTML_RAW)
        behind = behind_raw(h, tag->name);
    else
        behind = behind_element(h, tag->name);
    if (behind)
        h->p = behind;
    return behind != NULL;
}

/* ---- Tags ---- */

static void put_soft_hyphen(struct html_writer *w)
{
    if (w->space == HTML_NOTHING && w->out > w->begin) {
        *w->out++ = '\xC2';
        *w->out++ = '\xAD';
    }
}

/* What an element's beginning and end mean alike. */
static void put_boundary(struct html *h, enum html_kind kind, bool opens)
{
    switch (kind) {
    case HTML_TABLE: html_put_table(&h->w, opens); break;
    case HTML_PRE:
        h->pre = opens ? h->pre + 1 : h->pre - (h->pre > 0);
        /* fall through */
    case HTML_BLOCK: html_put_end(&h->w, HTML_PARAGRAPH); break;
    case HTML_BREAK: html_put_line(&h->w); break; /* </br> too, as in browsers */
    case HTML_ROW: html_put_row(&h->w); break;
    case HTML_CELL: html_put_cell(&h->w, opens); break;
    case HTML_WORD_END: case HTML_PICTURE: html_put_space(&h->w, HTML_BLANK); break;
    default: break;
    }
}

static void take_tag(struct html *h, const struct html_tag *tag)
{
    enum html_kind kind = tag->element ? (enum html_kind)tag->element->kind : HTML_INLINE;
    h->p = tag->behind;
    h->tags |= tag->element && !html_is_picture(tag->element);
    bool opens = !tag->closing && !tag->empty;
    if (opens && (tag->hidden || kind >= HTML_READING) && skip_contents(h, tag))
        opens = tag->element && tag->element->end == HTML_END_OPTIONAL; /* else its end was skipped, too */
    if (!tag->closing && kind == HTML_SOFT_HYPHEN)
        put_soft_hyphen(&h->w);
    else if (!tag->closing && (kind == HTML_EMBEDDED || kind == HTML_RAW))
        html_put_space(&h->w, HTML_BLANK);
    else
        put_boundary(h, kind, opens);
}

/* ---- What only looks like a tag ---- */

static void find_ends(struct html *h)
{
    struct html_tag tag;
    for (const char *p = h->begin; p < h->end && (p = memchr(p, '<', (size_t)(h->end - p))); p++)
        if (html_tag(p, h->end, &tag) && tag.closing && tag.element)
            html_elements_add(&h->ends, tag.element);
    h->ends_known = true;
}

/* A title may be about tags: "Why the <blink> tag died", "if a <b and c> d". */
static bool is_title_tag(struct html *h, const struct html_tag *tag)
{
    const struct html_element *e = tag->element;
    if (!e || tag->valueless)
        return false;
    if (tag->closing || e->end == HTML_END_NEVER)
        return true;
    if (!h->ends_known)
        find_ends(h);
    return html_elements_has(&h->ends, e) || (e->end == HTML_END_OPTIONAL && !html_between_blanks(sv_range(h->begin, h->end), h->p, tag->behind));
}

static bool take_any_tag(struct html *h)
{
    struct html_tag tag;
    if (h->no_tags || !html_tag(h->p, h->end, &tag))
        return false;
    if (!tag.behind) { /* cut off, or a "<" between words */
        h->no_tags = true;
        bool dropped = !h->title && (tag.element || tag.valued);
        h->p = dropped ? h->end : h->p;
        return dropped;
    }
    if (h->title && !is_title_tag(h, &tag))
        return false;
    take_tag(h, &tag);
    return true;
}

/* ---- Comments and the like ---- */

static const char *behind_comment(struct html *h)
{
    if (h->failed >= FAILED_MOST)
        return NULL;
    for (const char *p = h->p + 4; p < h->end && (p = memchr(p, '>', (size_t)(h->end - p))); p++)
        if ((p[-1] == '-' && p[-2] == '-') || (p - h->p >= 7 && p[-1] == '!' && p[-2] == '-' && p[-3] == '-'))
            return p + 1;
    h->failed++;
    return NULL;
}

/* Up to "-->" or "--!>"; <!--> is one, too. One that is never closed ends where the next tag may begin. */
static bool skip_comment(struct html *h)
{
    const char *behind = behind_comment(h);
    if (!behind && h->title)
        return false;
    if (!behind)
        behind = memchr(h->p + 1, '<', (size_t)(h->end - h->p - 1));
    h->p = behind ? behind : h->end;
    return true;
}

static bool skip_php(struct html *h)
{
    if (h->failed >= FAILED_MOST)
        return false;
    ptrdiff_t n = sv_find(sv_range(h->p, h->end), SV("?>"));
    h->failed += n < 0;
    h->p += n < 0 ? 0 : n + 2;
    return n >= 0;
}

/* <!DOCTYPE …>, <?xml …>, </>: up to the ">", unless a "<" is nearer. */
static bool skip_declaration(struct html *h)
{
    const char *p = h->p + 1;
    while (p < h->end && *p != '<' && *p != '>')
        p++;
    if (h->title || p == h->end || *p == '<')
        return false;
    h->p = p + 1;
    return true;
}

/* At a "<": take what is mark-up, or return false when it is a character. */
static bool take_markup(struct html *h)
{
    char next = h->end - h->p > 1 ? h->p[1] : ' ', third = h->end - h->p > 2 ? h->p[2] : ' ';
    if (next == '!' && stands_at(h, "<!--"))
        return skip_comment(h);
    if (next == '!' && stands_at(h, "<![CDATA[")) {
        enter_cdata(h, strlen("<![CDATA["), "]]>");
        return true;
    }
    if (next == '?' && (stands_at(h, "<?php") || stands_at(h, "<?=")) && skip_php(h))
        return true;
    bool tag = ascii_is_letter(next == '/' ? third : next);
    return tag ? take_any_tag(h) : next == '!' || next == '?' || next == '/' ? skip_declaration(h) : false;
}

/* ---- Layers ---- */

static void convert(struct html *h)
{
    for (;;) {
        h->p = html_put_text(&h->w, h->p, h->end, line_feed(h));
        if (h->p == h->end) {
            if (!leave_cdata(h))
                return;
        } else if (*h->p == '&') {
            take_reference(h);
        } else if (!take_markup(h)) {
            html_put_character(&h->w, "<", 1, line_feed(h));
            h->p++;
        }
    }
}

static void writer_open(struct html_writer *w, struct arena *a, size_t n)
{
    w->begin = w->out = arena_alloc(a, html_writer_room(n));
}

static struct sv writer_close(struct html_writer *w, struct arena *a, size_t n)
{
    struct sv text = sv_range(w->begin, w->out);
    arena_give_back(a, w->begin, html_writer_room(n), text.n);
    return text.n ? text : SV_NONE;
}

static bool has_blank_line(struct sv text)
{
    for (const char *p = text.p, *end = p + text.n; p < end && (p = memchr(p, '\n', (size_t)(end - p)));) {
        do
            p++;
        while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'));
        if (p < end && *p == '\n')
            return true;
    }
    return false;
}

enum layer { FIRST_LAYER, PLAIN_LAYER, LAST_LAYER };

/* HTML that was escaped once too often has no tags of its own, but those that its references make. */
static struct sv convert_layers(struct arena *a, struct sv source, bool title, enum layer layer)
{
    struct html h = {.begin = source.p, .p = source.p, .end = source.p + source.n, .title = title, .w.one_line = title, .plain = layer == PLAIN_LAYER};
    writer_open(&h.w, a, source.n);
    convert(&h);
    struct buf inner = {0};
    enum layer next = layer;
    if (layer == FIRST_LAYER && h.less && !h.tags) {
        inner = html_decoded(source);
        next = html_is_markup(buf_view(&inner), HTML_ESCAPED) ? LAST_LAYER : layer;
    }
    if (layer == FIRST_LAYER && next == layer && !h.tags && !title && has_blank_line(source))
        next = PLAIN_LAYER;
    if (next != layer)
        arena_give_back(a, h.w.begin, html_writer_room(source.n), 0);
    struct sv text = next == layer ? writer_close(&h.w, a, source.n) : convert_layers(a, next == LAST_LAYER ? buf_view(&inner) : source, title, next);
    buf_free(&inner);
    return text;
}

struct sv html_text(struct arena *a, struct sv html)
{
    return html.n ? convert_layers(a, html, false, FIRST_LAYER) : SV_NONE;
}

struct sv html_title(struct arena *a, struct sv html)
{
    return html.n ? convert_layers(a, html, true, FIRST_LAYER) : SV_NONE;
}

static struct sv convert_plain(struct arena *a, struct sv text, bool title)
{
    struct html_writer w = {.one_line = title};
    const char *p = text.p, *end = p + text.n;
    if (text.n == 0)
        return SV_NONE;
    if (memchr(p, '<', text.n) && html_is_markup(text, HTML_AS_TEXT))
        return convert_layers(a, text, title, FIRST_LAYER);
    writer_open(&w, a, text.n);
    while ((p = html_put_text(&w, p, end, HTML_LF_PLAIN)) < end) {
        struct entity e = *p == '&' ? html_escaped_again(text, p, p + 1) : (struct entity){0};
        html_put_character(&w, e.length ? e.utf8 : p, e.length ? e.n : 1, HTML_LF_PLAIN);
        p += 1 + e.length;
    }
    return writer_close(&w, a, text.n);
}

struct sv html_plain(struct arena *a, struct sv text)
{
    return convert_plain(a, text, false);
}

struct sv html_plain_title(struct arena *a, struct sv text)
{
    return convert_plain(a, text, true);
}

bool html_knows(struct sv name)
{
    return html_element(name) != NULL;
}
