/* The shape of RSS, RDF, Atom and sitemaps: which element is an item, and which of its children say something. Whatever the nesting is
 * like: an item is closed by its end, by the next item, or by the end of what holds it. */
#include "feed/xml.h"

#include <stdlib.h>

#include "feed/flaws.h"
#include "feed/stranger.h"
#include "feed/values.h"
#include "feed/wrappers.h"

struct xml {
    struct document *d;
    struct markup markup;
    struct nesting nesting;
    struct values values;
    struct capture capture;
    struct stranger stranger; /* what the document is until its root is met */
    unsigned item_depth;      /* 0: outside */
    unsigned look;            /* the depth whose elements mean something */
    unsigned outer_look;      /* while an item is open */
    struct wrappers wrappers;
    bool closed;              /* the root element ended */
    unsigned loose;           /* the depth of an element of the head that says nothing to us, and holds text; 0: none */
    bool implied;             /* there is none: an item stands alone */
    bool too_deep, too_many;  /* elements within each other; attributes of one */
    struct arena event;       /* what lives as long as an event */
    struct flaws flaws;
};

static size_t line_here(struct xml *x)
{
    return markup_line(&x->markup, x->markup.at);
}

static void note_flaw(void *context, enum flaw flaw, const char *at, struct sv about)
{
    struct xml *x = context;
    if (x->d->info.format) /* a page that is no feed may be as it likes */
        flaws_note(&x->flaws, &x->markup, flaw, 1, at, about);
}

static void note_here(struct xml *x, enum flaw flaw, struct sv about)
{
    note_flaw(x, flaw, x->markup.at, about);
}

/* ---- Elements end ---- */

static void end_capture(struct xml *x)
{
    struct capture *c = &x->capture;
    if (capture_finish(c))
        document_cut(x->d, line_here(x), "a text of more than %zu bytes is cut", c->most);
    values_take(&x->values, c);
    buf_recycle(&c->text);
}

static void close_item(struct xml *x)
{
    x->item_depth = 0;
    x->look = x->outer_look;
    x->wrappers.count = 0;
    values_close(&x->values, line_here(x));
    x->markup.stopped = x->d->stopped;
}

/* The innermost element ends. `name`: as its end tag has it; SV_NONE when there is none. */
static void pop(struct xml *x, struct sv name)
{
    unsigned depth = x->nesting.depth;
    if (x->capture.depth == depth)
        end_capture(x);
    else if (x->capture.depth && name.p)
        capture_end(&x->capture, name);
    else if (x->item_depth == depth)
        close_item(x);
    else if (wrappers_depth(&x->wrappers) == depth) {
        wrappers_leave(&x->wrappers, x->d, name.p != NULL);
        x->look = depth;
    }
    nesting_pop(&x->nesting);
    x->loose = 0;
    x->closed = x->nesting.depth == 0;
    if (x->implied && x->nesting.depth == 1) {
        nesting_pop(&x->nesting);
        x->closed = true;
    }
}

/* All from `depth` inwards ends. */
static void close_from(struct xml *x, unsigned depth)
{
    x->nesting.beyond = 0;
    while (x->nesting.depth >= depth && x->nesting.depth > 0) {
        bool markup = x->capture.depth && x->capture.depth < x->nesting.depth;
        if (!markup)
            note_here(x, FLAW_CLOSED, nesting_name(&x->nesting, x->nesting.depth));
        pop(x, markup ? nesting_name(&x->nesting, x->nesting.depth) : SV_NONE);
    }
}

/* Which open element an end tag ends: one within the item, or else what holds the items. */
static unsigned ended_by(const struct xml *x, struct sv name)
{
    unsigned depth = nesting_find(&x->nesting, name, x->item_depth ? x->item_depth : 1);
    if (depth || !x->item_depth)
        return depth;
    depth = nesting_find(&x->nesting, name, 1);
    return depth == 1 || sv_eq_nocase(tag_local_name(name), SV("channel")) ? depth : 0;
}

static void on_end(void *context, struct sv name)
{
    struct xml *x = context;
    struct nesting *n = &x->nesting;
    arena_reset(&x->event);
    if (n->depth == 0) {
        if (!x->closed)
            stranger_end(&x->stranger, tag_local_name(name));
        return;
    }
    unsigned depth = ended_by(x, name);
    unsigned outermost = x->capture.depth ? x->capture.depth : x->item_depth;
    if (n->beyond && (depth == 0 || depth > outermost)) {
        n->beyond--;
    } else if (depth) {
        close_from(x, depth + 1);
        if (n->depth == depth) /* an implied root ends with its item */
            pop(x, name);
    } else if (!nesting_known(n, &(struct tag){.name = name}).is_void) {
        note_here(x, FLAW_STRAY_END, name);
    }
}

/* ---- Elements begin ---- */

static bool is_root(const struct xml *x, struct sv name)
{
    static const char *const roots[] = {"rss", "rdf", "feed", "urlset", "sitemapindex", "channel"};
    size_t count = sizeof roots / sizeof *roots;
    for (size_t i = 0; i < count - stranger_is_page(&x->stranger); i++) /* a page may have channels of its own */
        if (sv_eq_nocase(name, sv_of(roots[i])))
            return true;
    return false;
}

static void open_root(struct xml *x, const struct element *e)
{
    struct feed_info *info = &x->d->info;
    struct sv version = sv_trim(element_attribute(e, "version"));
    x->look = 2;
    x->closed = false;
    if (info->format) {
        note_here(x, FLAW_BEHIND, e->name);
        return;
    }
    info->format = FEED_RSS;
    if (sv_eq_nocase(e->name, SV("rdf")))
        info->format = FEED_RDF, version = sv_find(e->tag->attributes, SV("netscape.com/rdf/simple/0.9")) >= 0 ? SV("0.90") : SV("1.0");
    else if (sv_eq_nocase(e->name, SV("feed")))
        info->format = FEED_ATOM, version = version.n ? version : SV("1.0");
    else if (sv_eq_nocase(e->name, SV("urlset")) || sv_eq_nocase(e->name, SV("sitemapindex")))
        info->format = FEED_SITEMAP, version = SV("0.9");
    if (info->format == FEED_ATOM) /* also where the namespace is missing or misspelt */
        nesting_set_plain(&x->nesting, SPACE_ATOM);
    info->version = arena_copy(&x->d->arena, version.p ? version.p : "", version.n);
    document_info(x->d, &x->d->language, element_attribute(e, "xml:lang"));
    document_info(x->d, &x->d->language, element_attribute(e, "lang"));
}

static bool is_item(const struct xml *x, const struct element *e)
{
    switch (x->d->info.format) {
    case FEED_ATOM: return e->known.space == SPACE_ATOM && sv_eq_nocase(e->name, SV("entry"));
    case FEED_SITEMAP: return e->known.space == SPACE_NONE && (sv_eq_nocase(e->name, SV("url")) || sv_eq_nocase(e->name, SV("sitemap")));
    default: return e->known.space == SPACE_NONE && sv_eq_nocase(e->name, SV("item"));
    }
}

static void open_item(struct xml *x, const struct element *e)
{
    x->item_depth = x->nesting.depth;
    x->outer_look = x->look;
    x->look = x->nesting.depth + 1;
    x->wrappers.count = 0;
    values_open(&x->values, e);
}

static struct meaning_of meaning_of(const struct xml *x, const struct element *e)
{
    return x->item_depth ? e->known.item : e->known.head;
}

/* Its children are looked at. */
static void look_within(struct xml *x, enum meaning meaning)
{
    if (wrappers_enter(&x->wrappers, &x->d->draft, meaning, x->nesting.depth))
        x->look = x->nesting.depth + 1;
}

static size_t text_most(const struct xml *x, enum meaning meaning)
{
    bool long_one = x->item_depth && (meaning == MEANS_TITLE || meaning == MEANS_SUMMARY || meaning == MEANS_CONTENT);
    size_t most = x->d->options.limits.text;
    return long_one || most < DOCUMENT_LINE_MOST ? most : DOCUMENT_LINE_MOST;
}

static void capture(struct xml *x, const struct element *e, struct meaning_of means)
{
    if (values_wants(&x->values, means))
        capture_begin(&x->capture, means, x->nesting.depth, e, text_most(x, means.meaning));
    if (means.meaning == MEANS_PUBLISHED || means.meaning == MEANS_MODIFIED)
        x->capture.line = line_here(x); /* for a date that cannot be read */
    x->capture.doubt = x->d->draft.doubt;
    if (!x->capture.depth && x->item_depth && !e->tag->empty)
        look_within(x, MEANS_NOTHING);
}

/* A part of the item itself, which no group holds. */
static bool is_part(const struct xml *x, const struct element *e)
{
    bool own = e->known.space == SPACE_NONE || e->known.space == SPACE_ATOM;
    return x->item_depth && own && e->known.item.meaning != MEANS_NOTHING && e->known.item.meaning != MEANS_NAME;
}

static void take_as(struct xml *x, const struct element *e, struct meaning_of means)
{
    bool has_attributes = e->tag->attributes.n > 0;
    switch (means.meaning) {
    case MEANS_NOTHING:
        if (x->item_depth && !e->tag->empty && !e->known.is_void)
            look_within(x, MEANS_NOTHING);
        break;
    case MEANS_GROUP:
    case MEANS_SOURCE: look_within(x, means.meaning); break;
    case MEANS_LINK_ELEMENT:
        if (has_attributes)
            values_take_link(&x->values, e, means.rank);
        else /* written as RSS does */
            capture(x, &(struct element){.tag = e->tag}, (struct meaning_of){MEANS_LINK, 5});
        break;
    case MEANS_LINK:
        if (has_attributes && element_attribute(e, "href").n)
            values_take_link(&x->values, e, 1);
        capture(x, e, means);
        break;
    case MEANS_CATEGORY:
        if (!has_attributes || !values_take_category(&x->values, e))
            capture(x, e, means);
        break;
    case MEANS_AUTHOR:
        x->values.person_rank = means.rank;
        /* fall through */
    default: capture(x, e, means);
    }
}

static void take_element(struct xml *x, const struct element *e)
{
    struct meaning_of means = meaning_of(x, e);
    /* The item's own part in a group: it was not closed, or it is not the item's after all. */
    bool astray = wrappers_meaning(&x->wrappers) == MEANS_GROUP && is_part(x, e);
    if (!astray && !wrappers_hold(&x->wrappers, e, means.meaning, x->item_depth))
        means.meaning = MEANS_NOTHING;
    x->d->draft.doubt += astray ? WRAPPERS_DOUBT : 0;
    take_as(x, e, means);
    x->d->draft.doubt -= astray ? WRAPPERS_DOUBT : 0;
}

/* A person may be written as text, or as elements: then these are looked at. */
static void look_into_person(struct xml *x, const struct element *e)
{
    enum meaning meaning = meaning_of(x, e).meaning;
    if (x->capture.means.meaning != MEANS_AUTHOR || x->capture.depth != x->nesting.depth || (meaning != MEANS_NAME && meaning != MEANS_EMAIL))
        return;
    x->capture.depth = 0;
    look_within(x, MEANS_AUTHOR);
}

/* ---- What was not closed ---- */

/* Does an element that begins within a captured one show that the latter was not closed? A title holds no link, a text no guid. */
static bool ends_capture(const struct xml *x, const struct element *e)
{
    enum meaning captured = x->capture.means.meaning;
    bool text = captured == MEANS_SUMMARY || captured == MEANS_CONTENT || captured == MEANS_DESCRIPTION;
    if (e->known.space == SPACE_XHTML || meaning_of(x, e).meaning == MEANS_NOTHING)
        return false;
    if (!text || !e->known.is_html)
        return true;
    return e->known.space == SPACE_NONE && e->tag->attributes.n == 0 && sv_eq_nocase(e->name, SV("link")) && !e->tag->empty;
}

/* A part of something else begins in a person, or in an element of the head that only holds text: these were not closed. */
static unsigned left_open(const struct xml *x, const struct element *e)
{
    enum meaning meaning = meaning_of(x, e).meaning;
    if (meaning == MEANS_NOTHING || x->capture.depth)
        return 0;
    if (wrappers_meaning(&x->wrappers) == MEANS_AUTHOR && !wrappers_hold(&x->wrappers, e, meaning, x->item_depth))
        return wrappers_depth(&x->wrappers);
    return !x->item_depth && x->loose == x->nesting.depth ? x->loose : 0;
}

/* Close what the beginning of this element shows not to be open any more. */
static void mend_nesting(struct xml *x, const struct element *e)
{
    bool item = is_item(x, e) && !e->tag->empty; /* <item/> stands in items by mistake */
    if (x->capture.depth && (item || ends_capture(x, e)))
        close_from(x, x->capture.depth);
    bool straight = x->item_depth == x->nesting.depth || wrappers_meaning(&x->wrappers) != MEANS_NOTHING;
    unsigned open = item && x->item_depth && straight ? x->item_depth : left_open(x, e);
    if (open)
        close_from(x, open);
}

/* ---- Tokens ---- */

static struct element element_of(struct xml *x, const struct tag *tag)
{
    return (struct element){tag, tag_local_name(tag->name), nesting_known(&x->nesting, tag), x->d->options.limits.attributes, &x->event};
}

static void open_element(struct xml *x, const struct element *e)
{
    nesting_declare(&x->nesting, e, x->d->base.p ? x->d->base : x->d->info.home);
    if (x->nesting.depth == 1)
        open_root(x, e);
    else if (!x->item_depth && is_item(x, e))
        open_item(x, e);
    else if (x->nesting.depth == x->look)
        take_element(x, e);
}

/* What stands before the root element, or behind it. */
static void stand_outside(struct xml *x, const char *at, struct sv what)
{
    enum flaw flaw = x->closed ? FLAW_BEHIND : FLAW_BEFORE;
    flaws_note(&x->flaws, &x->markup, flaw, !flaws_has(&x->flaws, flaw), at, what);
}

static void on_start(void *context, const struct tag *tag);

/* An entry may be a document of its own (RFC 4287, 2), and an item may have lost what it stood in. */
static bool stands_alone(const struct xml *x, struct sv name)
{
    bool entry = sv_eq_nocase(name, SV("entry")), item = sv_eq_nocase(name, SV("item"));
    return (entry || item) && !stranger_is_page(&x->stranger) && (x->implied || (!x->d->info.format && stranger_is_empty(&x->stranger)));
}

static void imply_root(struct xml *x, const struct tag *tag, bool entry)
{
    x->implied = false;
    on_start(x, &(struct tag){.name = entry ? SV("feed") : SV("rss")});
    if (x->nesting.depth == 0)
        return;
    on_start(x, tag);
    x->implied = true;
    if (x->nesting.depth == 1) /* <item/> */
        pop(x, SV_NONE);
}

static void on_start(void *context, const struct tag *tag)
{
    struct xml *x = context;
    arena_reset(&x->event);
    struct element e = element_of(x, tag);
    if (x->nesting.depth == 0 && stands_alone(x, e.name)) {
        imply_root(x, tag, sv_eq_nocase(e.name, SV("entry")));
        return;
    }
    if (x->nesting.depth == 0 && !is_root(x, e.name)) {
        stand_outside(x, x->markup.at, tag->name);
        if (!x->closed)
            stranger_start(&x->stranger, &e);
        return;
    }
    if (tag->attributes.n)
        x->too_many |= !flaws_check(&x->flaws, &x->markup, tag, x->d->options.limits.attributes);
    if (x->capture.depth)
        look_into_person(x, &e);
    if (x->nesting.depth)
        mend_nesting(x, &e);
    if (x->markup.stopped)
        return;
    bool empty = tag->empty || (e.known.is_void && (tag->attributes.n || !sv_eq_nocase(e.name, SV("link"))));
    if (x->capture.depth)
        capture_start(&x->capture, &e);
    if (x->capture.depth && empty)
        return;
    if (!nesting_push(&x->nesting, tag)) {
        x->too_deep = true;
        x->nesting.beyond -= empty;
        return;
    }
    if (!x->capture.depth)
        open_element(x, &e);
    if (empty)
        pop(x, SV_NONE);
}

static void on_text(void *context, struct sv text, bool references)
{
    struct xml *x = context;
    if (x->capture.depth) {
        struct text_faults faults = {0};
        capture_text(&x->capture, text, references, &faults);
        flaws_note(&x->flaws, &x->markup, FLAW_AMPERSAND, faults.bare, faults.first_bare, SV_NONE);
        flaws_note(&x->flaws, &x->markup, FLAW_CHARACTER, faults.forbidden, faults.first_forbidden, SV_NONE);
    } else if (x->nesting.depth == x->look && !x->item_depth) {
        x->loose = sv_trim(text).n ? x->look : x->loose;
    } else if (x->nesting.depth == 0) {
        if (sv_trim(text).n)
            stand_outside(x, sv_trim(text).p, SV_NONE);
        if (!x->closed)
            stranger_text(&x->stranger, text);
    }
}

static void on_doctype(void *context, struct sv whole)
{
    struct xml *x = context;
    if (x->nesting.depth == 0 && !x->closed)
        stranger_doctype(&x->stranger, whole);
}

static bool on_holds(void *context, struct sv name)
{
    const struct xml *x = context;
    return sv_eq_nocase(name, nesting_name(&x->nesting, x->nesting.depth)) ||
           (x->item_depth && sv_eq_nocase(name, nesting_name(&x->nesting, x->item_depth)));
}

/* ---- The whole ---- */

struct xml *xml_new(struct document *d)
{
    struct xml *x = xcalloc(1, sizeof *x);
    const struct markup_handlers handlers = {on_start, on_end, on_text, on_doctype, on_holds, note_flaw, x};
    x->d = d;
    x->look = 1;
    x->values = (struct values){.d = d, .nesting = &x->nesting, .scratch = &x->event};
    markup_init(&x->markup, &handlers, 1 + d->blank_lines);
    nesting_init(&x->nesting, d->options.limits.depth);
    return x;
}

bool xml_write(struct xml *x, struct sv utf8, bool last)
{
    markup_write(&x->markup, utf8, last);
    return !x->d->stopped && !x->d->error;
}

void xml_finish(struct xml *x)
{
    struct document *d = x->d;
    if (!d->info.format) {
        stranger_name(&x->stranger, d);
        return;
    }
    document_info(d, &d->info.language, d->language);
    if (x->too_deep)
        document_loss(d, 0, "elements nested deeper than %u are passed over", d->options.limits.depth);
    if (x->too_many)
        document_loss(d, 0, "of an element's attributes only the first %u are looked at", d->options.limits.attributes);
    d->info.truncated = !d->stopped && !x->closed;
    if (d->info.truncated)
        document_loss(d, markup_line(&x->markup, NULL), "the document ends before its root element does; what is complete counts");
    flaws_tell(&x->flaws, d);
}

void xml_free(struct xml **xml)
{
    struct xml *x = *xml;
    if (!x)
        return;
    markup_free(&x->markup);
    nesting_free(&x->nesting);
    stranger_free(&x->stranger);
    arena_free(&x->event);
    buf_free(&x->capture.text);
    free(x);
    *xml = NULL;
}
