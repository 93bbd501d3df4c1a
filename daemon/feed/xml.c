/* libxml2's SAX2 push parser behind our own pass; only the children of an item, and of the feed's head, are looked at. */
#include "feed/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

#include "feed/capture.h"
#include "feed/clean.h"
#include "feed/feed.h"
#include "feed/html.h"
#include "feed/url.h"

#define CONTEXTS 32      /* nested xml:base or xml:lang: what is deeper inherits */
#define PIECE 32768      /* what libxml2 is given at a time */
#define NEWS_LINKS 3     /* of an HTML page: so many feeds are named */

/* xml:base and xml:lang, from an element down. */
struct context {
    unsigned depth;
    char *base, *language; /* malloc'd; NULL: as further out */
};

struct xml {
    struct document *d;
    xmlParserCtxtPtr parser;
    struct clean clean;
    struct buf cleaned;
    unsigned depth;
    unsigned item_depth; /* 0: outside */
    unsigned look;       /* the depth whose elements mean something */
    unsigned outer_look; /* while an item is open */
    enum meaning inside; /* MEANS_PERSON or MEANS_GROUP while within one, else MEANS_NOTHING */
    unsigned author_rank;
    struct sv keywords;  /* in the draft's arena: its tags, when it has no categories */
    bool html;
    size_t feeds_named;
    struct buf html_title, html_feeds;
    struct arena event;  /* what lives as long as an event */
    struct capture capture;
    struct context contexts[CONTEXTS];
    size_t context_count;
};

static size_t line_of(const struct xml *x)
{
    return x->parser->input && x->parser->input->line > 0 ? (size_t)x->parser->input->line : 0;
}

/* ---- Base and language ---- */

static struct sv base_of(const struct xml *x)
{
    for (size_t i = x->context_count; i > 0; i--)
        if (x->contexts[i - 1].base)
            return sv_of(x->contexts[i - 1].base);
    return x->d->base.p ? x->d->base : x->d->info.home;
}

static struct sv language_of(const struct xml *x)
{
    for (size_t i = x->context_count; i > 0; i--)
        if (x->contexts[i - 1].language)
            return sv_of(x->contexts[i - 1].language);
    return SV_NONE;
}

static char *copy_of(struct sv v)
{
    return v.n ? sv_cstr(v) : NULL;
}

static void enter_context(struct xml *x, const struct element *e)
{
    struct sv base = element_attribute(e, "xml", "base"), language = element_attribute(e, "xml", "lang");
    if ((!base.p && !language.p) || x->context_count == CONTEXTS)
        return;
    struct arena scratch = {0};
    struct context context = {x->depth, copy_of(url_resolve(&scratch, base_of(x), base)), copy_of(sv_trim(language))};
    arena_free(&scratch);
    x->contexts[x->context_count++] = context;
}

static void leave_context(struct xml *x)
{
    while (x->context_count && x->contexts[x->context_count - 1].depth >= x->depth) {
        x->context_count--;
        free(x->contexts[x->context_count].base);
        free(x->contexts[x->context_count].language);
    }
}

static struct sv resolved(const struct xml *x, struct arena *a, struct sv reference)
{
    return url_resolve(a, base_of(x), reference);
}

/* ---- Values ---- */

/* "name@example.org (Name)" and "Name <name@example.org>": the name. */
static struct sv person_name(struct sv text)
{
    text = sv_trim(text);
    ptrdiff_t open = sv_find(text, SV("(")), angle = sv_find(text, SV("<"));
    struct sv before = sv_head(text, open > 0 ? (size_t)open : 0);
    if (open > 0 && sv_find(before, SV("@")) >= 0 && sv_ends(text, SV(")")))
        return sv_trim((struct sv){text.p + open + 1, text.n - (size_t)open - 2});
    if (angle > 0 && sv_ends(text, SV(">")))
        return sv_trim(sv_head(text, (size_t)angle));
    return text;
}

/* Authors of a better rank replace those of a worse one. */
static void add_author(struct xml *x, unsigned rank, struct sv name)
{
    struct draft *draft = &x->d->draft;
    if (!draft->open) {
        names_add(&x->d->authors, &x->d->arena, name);
        return;
    }
    if (draft->authors.count && rank > x->author_rank)
        return;
    if (draft->authors.count && rank < x->author_rank)
        draft->authors.count = 0;
    x->author_rank = rank;
    names_add(&draft->authors, &draft->arena, name);
}

static void add_keywords(struct draft *draft, struct sv text)
{
    struct sv word;
    while (sv_split(&text, ',', &word))
        names_add(&draft->tags, &draft->arena, word);
}

static void take_item_value(struct xml *x)
{
    const struct capture *c = &x->capture;
    struct draft *draft = &x->d->draft;
    struct arena *a = &draft->arena;
    struct sv text = sv_trim(buf_view(&c->text));
    unsigned rank = c->means.rank;
    switch (c->means.meaning) {
    case MEANS_TITLE:
        if (draft_wants(x->d, PART_TITLE, rank))
            draft_offer(x->d, PART_TITLE, rank, capture_title(c, a));
        break;
    case MEANS_SUMMARY: draft_offer_source(x->d, PART_SUMMARY, rank, capture_source(c)); break;
    case MEANS_CONTENT: draft_offer_source(x->d, PART_CONTENT, rank, capture_source(c)); break;
    case MEANS_LINK: draft_offer(x->d, PART_LINK, rank, resolved(x, a, text)); break;
    case MEANS_GUID:
        if (c->is_link && (sv_starts_nocase(text, SV("http://")) || sv_starts_nocase(text, SV("https://"))))
            draft_offer(x->d, PART_LINK, 3, resolved(x, a, text));
        /* fall through */
    case MEANS_ID: draft_offer(x->d, PART_ID, rank, text); break;
    case MEANS_PUBLISHED: draft_offer(x->d, PART_PUBLISHED, rank, text); break;
    case MEANS_MODIFIED: draft_offer(x->d, PART_MODIFIED, rank, text); break;
    case MEANS_LANGUAGE: draft_offer(x->d, PART_LANGUAGE, rank, text); break;
    case MEANS_AUTHOR: add_author(x, rank, person_name(html_title(a, text))); break;
    case MEANS_NAME: add_author(x, 0, html_title(a, text)); break;
    case MEANS_EMAIL: add_author(x, 3, text); break;
    case MEANS_CATEGORY: names_add(&draft->tags, a, html_title(a, text)); break;
    case MEANS_KEYWORDS: x->keywords = html_title(a, text); break;
    default: break;
    }
}

static void take_head_value(struct xml *x)
{
    const struct capture *c = &x->capture;
    struct feed_info *info = &x->d->info;
    struct arena scratch = {0};
    switch (c->means.meaning) {
    case MEANS_TITLE: document_info(x->d, &info->title, capture_title(c, &scratch)); break;
    case MEANS_DESCRIPTION: document_info(x->d, &info->description, capture_title(c, &scratch)); break;
    case MEANS_LINK: document_info(x->d, &info->home, resolved(x, &scratch, buf_view(&c->text))); break;
    case MEANS_LANGUAGE: document_info(x->d, &info->language, buf_view(&c->text)); break;
    case MEANS_NAME:
    case MEANS_AUTHOR: add_author(x, 0, person_name(html_title(&scratch, buf_view(&c->text)))); break;
    default: break;
    }
    arena_free(&scratch);
}

/* ---- Elements that are attributes ---- */

/* Atom's link, by its relation and type: the alternate, HTML before other types, before the entry itself. */
static void take_link_element(struct xml *x, const struct element *e, unsigned rank)
{
    struct sv rel = sv_trim(element_attribute(e, NULL, "rel")), type = element_attribute(e, NULL, "type"), href = element_attribute(e, NULL, "href");
    bool alternate = !rel.n || sv_eq_nocase(rel, SV("alternate")) || sv_ends(rel, SV("#alternate"));
    bool html = !type.n || sv_find(type, SV("html")) >= 0;
    struct arena scratch = {0};
    if (x->item_depth && (alternate || sv_eq_nocase(rel, SV("self"))))
        draft_offer(x->d, PART_LINK, alternate ? rank + !html : 4, resolved(x, &scratch, href));
    else if (!x->item_depth && alternate && html)
        document_info(x->d, &x->d->info.home, resolved(x, &scratch, href));
    arena_free(&scratch);
}

static void take_category_element(struct xml *x, const struct element *e)
{
    struct sv term = element_attribute(e, NULL, "term"), label = element_attribute(e, NULL, "label");
    if (x->item_depth)
        names_add(&x->d->draft.tags, &x->d->draft.arena, sv_trim(term).n ? term : label);
}

static void take_element(struct xml *x, const struct element *e)
{
    struct meaning_of means = x->item_depth ? vocabulary_item(e->space, e->name) : vocabulary_head(e->space, e->name);
    bool person_part = means.meaning == MEANS_NAME || means.meaning == MEANS_EMAIL;
    if (person_part != (x->inside == MEANS_PERSON) || (x->inside == MEANS_GROUP && x->item_depth && e->space != SPACE_MEDIA))
        return;
    switch (means.meaning) {
    case MEANS_NOTHING: break;
    case MEANS_GROUP:
    case MEANS_PERSON:
        x->look = x->depth + 1;
        x->inside = means.meaning;
        break;
    case MEANS_LINK_ELEMENT: take_link_element(x, e, means.rank); break;
    case MEANS_CATEGORY_ELEMENT: take_category_element(x, e); break;
    case MEANS_LINK:
        if (element_attribute(e, NULL, "href").n)
            take_link_element(x, e, 2);
        /* fall through */
    default: capture_begin(&x->capture, means, x->depth, e);
    }
}

/* ---- The document's shape ---- */

static void open_item(struct xml *x, const struct element *e)
{
    draft_open(x->d);
    x->item_depth = x->depth;
    x->outer_look = x->look;
    x->look = x->depth + 1;
    x->inside = MEANS_NOTHING;
    x->keywords = SV_NONE;
    struct sv about = element_attribute(e, "rdf", "about");
    draft_offer(x->d, PART_ID, 1, sv_trim(about));
    draft_offer(x->d, PART_LINK, 3, resolved(x, &x->d->draft.arena, about));
}

static void close_item(struct xml *x)
{
    draft_offer(x->d, PART_LANGUAGE, 2, language_of(x));
    if (x->d->draft.tags.count == 0)
        add_keywords(&x->d->draft, x->keywords);
    draft_close(x->d, line_of(x));
    x->item_depth = 0;
    x->look = x->outer_look;
    x->inside = MEANS_NOTHING;
    if (x->d->stopped)
        xmlStopParser(x->parser);
}

static void open_root(struct xml *x, const struct element *e)
{
    struct feed_info *info = &x->d->info;
    struct sv version = sv_trim(element_attribute(e, NULL, "version"));
    if (sv_eq_nocase(e->name, SV("rss")))
        info->format = FEED_RSS;
    else if (sv_eq_nocase(e->name, SV("rdf")))
        info->format = FEED_RDF, version = SV("1.0");
    else if (sv_eq_nocase(e->name, SV("feed")))
        info->format = FEED_ATOM, version = version.n ? version : SV("1.0");
    else if (sv_eq_nocase(e->name, SV("channel")))
        info->format = FEED_RSS;
    else if (sv_eq_nocase(e->name, SV("html")))
        x->html = true;
    else
        document_error(x->d, "no feed that newswatchd reads: its root element is <%.*s>", SV_ARG(e->name));
    if (info->format != FEED_UNKNOWN)
        info->version = arena_copy(&x->d->arena, version.p ? version.p : "", version.n);
    document_info(x->d, &info->language, element_attribute(e, "xml", "lang"));
    x->look = 2;
}

static bool is_item(const struct xml *x, const struct element *e)
{
    if (x->d->info.format == FEED_ATOM)
        return sv_eq_nocase(e->name, SV("entry")) && e->space == SPACE_ATOM;
    return x->d->info.format != FEED_UNKNOWN && sv_eq_nocase(e->name, SV("item")) && e->space == SPACE_NONE;
}

/* An HTML page: its title, and the feeds that it links to, are what the operator needs. */
static void take_html(struct xml *x, const struct element *e)
{
    if (sv_eq_nocase(e->name, SV("title")) && x->html_title.n == 0)
        capture_begin(&x->capture, (struct meaning_of){MEANS_TITLE, 0}, x->depth, &(struct element){.space = SPACE_NONE});
    struct sv type = element_attribute(e, NULL, "type");
    bool feed = sv_find(type, SV("rss+xml")) >= 0 || sv_find(type, SV("atom+xml")) >= 0 || sv_find(type, SV("feed+json")) >= 0;
    if (sv_eq_nocase(e->name, SV("link")) && feed && x->feeds_named < NEWS_LINKS) {
        struct arena scratch = {0};
        struct sv url = resolved(x, &scratch, element_attribute(e, NULL, "href"));
        buf_printf(&x->html_feeds, "%s%.*s", x->feeds_named++ ? ", " : "", SV_ARG(sv_head(url, 200)));
        arena_free(&scratch);
    }
    if (sv_eq_nocase(e->name, SV("body")))
        xmlStopParser(x->parser);
}

/* ---- libxml2's events ---- */

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces, const xmlChar **declared,
                     int attributes, int defaulted, const xmlChar **values)
{
    (void)namespaces, (void)declared, (void)defaulted;
    struct xml *x = context;
    struct element e = {element_sv(name), SPACE_OTHER, values, attributes, &x->event};
    arena_reset(&x->event);
    x->depth++;
    if (x->capture.depth) {
        capture_start(&x->capture, e.name);
        return;
    }
    enter_context(x, &e);
    e.space = vocabulary_space(element_sv(uri), element_sv(prefix));
    if (x->d->info.format == FEED_ATOM && e.space == SPACE_NONE)
        e.space = SPACE_ATOM; /* a namespace that is missing or misspelt */
    if (x->depth == 1)
        open_root(x, &e);
    else if (x->html)
        take_html(x, &e);
    else if (!x->item_depth && is_item(x, &e))
        open_item(x, &e);
    else if (x->depth == x->look)
        take_element(x, &e);
}

static void end_capture(struct xml *x)
{
    if (x->html) {
        struct arena scratch = {0};
        buf_sv(&x->html_title, sv_head(html_title(&scratch, buf_view(&x->capture.text)), 200));
        arena_free(&scratch);
    } else if (x->item_depth) {
        take_item_value(x);
    } else {
        take_head_value(x);
    }
    x->capture.depth = 0;
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)prefix, (void)uri;
    struct xml *x = context;
    if (x->capture.depth == x->depth)
        end_capture(x);
    else if (x->capture.depth)
        capture_end(&x->capture, element_sv(name));
    else if (x->item_depth == x->depth)
        close_item(x);
    else if (x->depth + 1 == x->look && x->depth > 1) {
        x->look = x->depth;
        x->inside = x->inside == MEANS_GROUP && x->item_depth && x->depth > x->item_depth + 1 ? MEANS_GROUP : MEANS_NOTHING;
    }
    leave_context(x);
    x->depth--;
}

static void on_text(void *context, const xmlChar *text, int length)
{
    struct xml *x = context;
    if (x->capture.depth)
        capture_text(&x->capture, (struct sv){(const char *)text, (size_t)length});
}

static void on_error(void *context, xmlErrorPtr error)
{
    struct xml *x = context;
    if (x->html || !error || error->level < XML_ERR_ERROR || error->code == XML_NS_ERR_UNDEFINED_NAMESPACE)
        return;
    struct sv message = sv_trim(sv_of(error->message));
    document_problem(x->d, error->line > 0 ? (size_t)error->line : 0, "not well formed: %.*s", SV_ARG(sv_head(message, 200)));
}

#if LIBXML_VERSION >= 21200
static void on_const_error(void *context, const xmlError *error)
{
    on_error(context, (xmlErrorPtr)error);
}
#else
#define on_const_error on_error
#endif

/* ---- The whole ---- */

struct xml *xml_new(struct document *d)
{
    struct xml *x = xcalloc(1, sizeof *x);
    *x = (struct xml){.d = d, .look = 1};
    xmlSAXHandler sax = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .serror = on_const_error,
    };
    x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
    if (!x->parser)
        abort(); /* out of memory */
    xmlCtxtUseOptions(x->parser, XML_PARSE_RECOVER | XML_PARSE_NONET);
    return x;
}

bool xml_write(struct xml *x, struct sv utf8, bool last)
{
    buf_clear(&x->cleaned);
    clean_write(&x->clean, utf8, last, &x->cleaned);
    struct sv rest = buf_view(&x->cleaned);
    while (rest.n && !x->d->stopped && !x->parser->disableSAX) {
        struct sv piece = sv_head(rest, PIECE);
        xmlParseChunk(x->parser, piece.p, (int)piece.n, 0);
        rest = sv_from(rest, piece.n);
    }
    return !x->d->stopped && !x->d->error && !x->parser->disableSAX;
}

static void say_html(struct xml *x)
{
    struct document *d = x->d;
    if (x->html_feeds.n)
        document_error(d, "an HTML page, no feed (\"%.*s\"); it links to %.*s", SV_ARG(buf_view(&x->html_title)), SV_ARG(buf_view(&x->html_feeds)));
    else
        document_error(d, "an HTML page, no feed (\"%.*s\")", SV_ARG(buf_view(&x->html_title)));
}

void xml_finish(struct xml *x)
{
    struct document *d = x->d;
    if (x->html)
        say_html(x);
    else if (!x->clean.root.p && x->clean.first_name[0])
        document_error(d, "no feed: its first element is <%s>", x->clean.first_name);
    else if (!x->clean.root.p)
        document_error(d, "no feed: there is no element in it");
    if (x->clean.escaped)
        document_problem(d, 0, "%zu times \"&\" or \"<\" stands for itself without being escaped", x->clean.escaped);
    d->info.truncated = x->clean.root.p && !x->html && !d->stopped && (!x->clean.closed || x->parser->disableSAX);
    if (d->info.truncated)
        document_problem(d, line_of(x), "the document ends before its root element does; what is complete counts");
}

void xml_free(struct xml **xml)
{
    struct xml *x = *xml;
    if (!x)
        return;
    x->depth = 0;
    leave_context(x);
    if (x->parser->myDoc)
        xmlFreeDoc(x->parser->myDoc);
    xmlFreeParserCtxt(x->parser);
    clean_free(&x->clean);
    arena_free(&x->event);
    buf_free(&x->cleaned);
    buf_free(&x->capture.text);
    buf_free(&x->html_title);
    buf_free(&x->html_feeds);
    free(x);
    *xml = NULL;
}

const char *feed_library(void)
{
    return "libxml2/" LIBXML_DOTTED_VERSION;
}
