/* A second opinion: what libxml2's tree says of a document that it takes for well formed, and whether our items say the same.
 * Only what leaves no room for taste is compared; what a document makes doubtful is passed over. */
#ifndef ORACLE_H
#define ORACLE_H

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>

#include "base/buf.h"
#include "feed/feed.h"
#include "feed/html.h"

enum opinion { ORACLE_PASSES, ORACLE_AGREES, ORACLE_DIFFERS };

struct oracle {
    struct arena arena;
    struct item *items; /* ours */
    size_t count, capacity;
    struct buf *why;    /* where it differs */
    bool doubtful;
};

/* ---- Ours ---- */

static inline bool oracle_keep(void *context, struct item *item)
{
    struct oracle *o = context;
    struct arena *a = &o->arena;
    o->items = xgrow(o->items, o->count, &o->capacity, sizeof *o->items);
    struct item *kept = &o->items[o->count++];
    *kept = (struct item){.guid = sv_dup(a, item->guid), .url = sv_dup(a, item->url), .title = sv_dup(a, item->title),
                          .raw_published = sv_dup(a, item->raw_published), .raw_modified = sv_dup(a, item->raw_modified),
                          .raw_summary = {sv_dup(a, item->raw_summary.text), item->raw_summary.html},
                          .raw_content = {sv_dup(a, item->raw_content.text), item->raw_content.html}};
    kept->tags = arena_array(a, item->tag_count, sizeof *kept->tags);
    for (kept->tag_count = 0; kept->tag_count < item->tag_count; kept->tag_count++)
        kept->tags[kept->tag_count] = sv_dup(a, item->tags[kept->tag_count]);
    return true;
}

static inline void oracle_read(struct oracle *o, struct sv document)
{
    const struct feed_options options = {.url = SV("https://news.example/feeds/all.xml"), .now = TIME_NONE, .item = oracle_keep, .context = o};
    struct feed *feed = feed_open(&options);
    feed_write(feed, document.p, document.n);
    feed_finish(feed);
    feed_free(&feed);
}

/* ---- The tree ---- */

static inline struct sv tree_sv(const xmlChar *s) { return sv_of((const char *)s); }

#define ATOM SV("http://www.w3.org/2005/Atom")
#define ATOM_03 SV("http://purl.org/atom/ns#")
#define RSS_1 SV("http://purl.org/rss/1.0/")

static inline bool in_space(const xmlNode *n, struct sv uri)
{
    struct sv own = n->ns ? tree_sv(n->ns->href) : SV("");
    bool atom = sv_eq(uri, ATOM) && sv_eq(own, ATOM_03), rss = uri.n == 0 && sv_eq(own, RSS_1);
    return sv_eq(own, uri) || atom || rss;
}

static inline bool is_element(const xmlNode *n, struct sv uri, const char *name)
{
    return n->type == XML_ELEMENT_NODE && in_space(n, uri) && sv_eq_nocase(tree_sv(n->name), sv_of(name));
}

static inline struct sv tree_text(struct oracle *o, xmlNode *n)
{
    xmlChar *text = xmlNodeGetContent(n);
    struct sv copy = sv_dup(&o->arena, tree_sv(text));
    xmlFree(text);
    return copy;
}

static inline struct sv tree_attribute(struct oracle *o, xmlNode *n, const char *name)
{
    xmlChar *value = xmlGetNoNsProp(n, (const xmlChar *)name);
    struct sv copy = sv_dup(&o->arena, tree_sv(value));
    xmlFree(value);
    return copy;
}

/* The first such child that is not blank. Mark-up within it, or two that differ, are a matter of taste. */
static inline struct sv tree_child(struct oracle *o, xmlNode *of, struct sv uri, const char *name, xmlNode **which)
{
    struct sv text = SV_NONE;
    for (xmlNode *n = of->children; n; n = n->next) {
        if (!is_element(n, uri, name) || sv_trim(tree_text(o, n)).n == 0)
            continue;
        if (xmlFirstElementChild(n) || text.p)
            o->doubtful = true;
        text = tree_text(o, n);
        if (which)
            *which = n;
    }
    return text;
}

/* A section that holds an end tag and the beginning of a section is taken for one that its author forgot to end, and so is an
 * instruction that holds the beginning of another. */
static inline bool swallows(const xmlNode *n)
{
    struct sv text = tree_sv(n->content);
    if (n->type == XML_PI_NODE)
        return sv_find(text, SV("<?")) >= 0;
    ptrdiff_t end = n->type == XML_CDATA_SECTION_NODE ? sv_find(text, SV("</")) : -1;
    return end >= 0 && sv_find(sv_from(text, (size_t)end), SV("<![CDATA[")) >= 0;
}

/* Are all namespaces those that everybody means, and all items where items belong? */
static inline bool tree_plain(xmlNode *n, unsigned depth, size_t *items)
{
    static const char *const known[] = {"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "http://purl.org/rss/1.0/", "http://purl.org/rss/1.0/modules/content/",
                                        "http://purl.org/dc/elements/1.1/", "http://search.yahoo.com/mrss/", "http://www.georss.org/georss",
                                        "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/1999/xhtml"};
    if (depth > 100)
        return false;
    for (; n; n = n->next) {
        if (n->type == XML_ENTITY_REF_NODE || swallows(n))
            return false;
        if (n->type != XML_ELEMENT_NODE)
            continue;
        for (xmlNs *ns = n->nsDef; ns; ns = ns->next) {
            bool good = false;
            for (size_t i = 0; i < sizeof known / sizeof *known; i++)
                good |= sv_eq(tree_sv(ns->href), sv_of(known[i]));
            if (!good)
                return false;
        }
        struct sv name = tree_sv(n->name);
        *items += sv_eq_nocase(name, SV("item")) || sv_eq_nocase(name, SV("entry"));
        if (!tree_plain(n->children, depth + 1, items))
            return false;
    }
    return true;
}

/* ---- The comparison ---- */

/* XML 1.0, 2.11: line ends are one line feed. */
static inline struct sv one_line_end(struct arena *a, struct sv v)
{
    char *p = arena_copy(a, v.p, v.n);
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++)
        if (p[i] != '\r')
            p[n++] = p[i];
        else if (i + 1 == v.n || p[i + 1] != '\n')
            p[n++] = '\n';
    return (struct sv){p, n};
}

/* C1 controls as references are windows-1252's characters to HTML, and so to us. */
static inline bool has_c1(struct sv v)
{
    for (size_t i = 0; i + 1 < v.n; i++)
        if ((unsigned char)v.p[i] == 0xC2 && (unsigned char)v.p[i + 1] < 0xA0)
            return true;
    return false;
}

static inline void compare(struct oracle *o, const char *what, struct sv ours, struct sv theirs)
{
    if (!theirs.n || has_c1(theirs) || o->doubtful)
        return;
    ours = one_line_end(&o->arena, ours), theirs = one_line_end(&o->arena, theirs);
    if (!sv_eq(ours, theirs))
        buf_printf(o->why, "%s: ours is \"%.*s\", libxml2's \"%.*s\"\n", what, SV_ARG(ours), SV_ARG(theirs));
}

/* Nothing that has to be resolved or escaped. */
static inline void compare_url(struct oracle *o, struct sv ours, struct sv theirs)
{
    theirs = sv_trim(theirs);
    if (!sv_starts(theirs, SV("https://news.example/")))
        return;
    for (size_t i = 0; i < theirs.n; i++)
        if (!strchr("/:.?=&-", theirs.p[i]) && !(theirs.p[i] >= '0' && theirs.p[i] <= '9') && !(theirs.p[i] >= 'a' && theirs.p[i] <= 'z'))
            return;
    compare(o, "url", ours, theirs);
}

static inline void compare_child(struct oracle *o, const char *what, struct sv ours, xmlNode *of, struct sv uri, const char *name, bool trim)
{
    o->doubtful = false;
    struct sv theirs = tree_child(o, of, uri, name, NULL);
    compare(o, what, ours, trim ? sv_trim(theirs) : theirs);
}

static inline void compare_rss(struct oracle *o, const struct item *ours, xmlNode *item)
{
    compare_child(o, "guid", ours->guid, item, SV(""), "guid", true);
    compare_child(o, "pubDate", ours->raw_published, item, SV(""), "pubDate", true);
    compare_child(o, "description", ours->raw_summary.text, item, SV(""), "description", false);
    compare_child(o, "content", ours->raw_content.text, item, SV("http://purl.org/rss/1.0/modules/content/"), "encoded", false);
    o->doubtful = false;
    struct sv title = tree_child(o, item, SV(""), "title", NULL), link;
    compare(o, "title", ours->title, html_title(&o->arena, title));
    o->doubtful = false;
    link = tree_child(o, item, SV(""), "link", NULL);
    compare_url(o, ours->url, link);
}

enum text_type { TYPE_TEXT, TYPE_HTML, TYPE_OTHER };

static inline enum text_type type_of(struct oracle *o, xmlNode *n)
{
    struct sv type = tree_attribute(o, n, "type"), mode = tree_attribute(o, n, "mode");
    if (mode.p)
        return sv_eq(mode, SV("escaped")) && sv_eq(type, SV("text/html")) ? TYPE_HTML : TYPE_OTHER;
    return !type.p || sv_eq(type, SV("text")) ? TYPE_TEXT : sv_eq(type, SV("html")) ? TYPE_HTML : TYPE_OTHER;
}

static inline void compare_construct(struct oracle *o, const char *what, struct item_source ours, xmlNode *entry)
{
    xmlNode *n = NULL;
    o->doubtful = false;
    struct sv text = tree_child(o, entry, ATOM, what, &n);
    if (!n || type_of(o, n) == TYPE_OTHER)
        return;
    compare(o, what, ours.text, text);
    if (!o->doubtful && ours.html != (type_of(o, n) == TYPE_HTML))
        buf_printf(o->why, "%s: HTML is taken for text, or text for HTML\n", what);
}

static inline void compare_tags(struct oracle *o, const struct item *ours, xmlNode *entry)
{
    size_t i = 0;
    struct sv before = SV("");
    for (xmlNode *n = entry->children; n; n = n->next) {
        if (!is_element(n, ATOM, "category"))
            continue;
        struct sv term = sv_trim(tree_attribute(o, n, "term"));
        if (!term.n || sv_eq(term, before) || has_c1(term) || i == 2) /* two may be equal: only neighbours were looked at */
            return;
        o->doubtful = false;
        compare(o, "category", i < ours->tag_count ? ours->tags[i] : SV(""), term);
        before = term;
        i++;
    }
}

static inline void compare_atom(struct oracle *o, const struct item *ours, xmlNode *entry)
{
    xmlNode *node = NULL, *link = NULL;
    bool one_link = true;
    compare_child(o, "id", ours->guid, entry, ATOM, "id", true);
    compare_child(o, "updated", ours->raw_modified, entry, ATOM, "updated", true);
    compare_child(o, "published", ours->raw_published, entry, ATOM, "published", true);
    compare_construct(o, "summary", ours->raw_summary, entry);
    compare_construct(o, "content", ours->raw_content, entry);
    o->doubtful = false;
    struct sv title = tree_child(o, entry, ATOM, "title", &node);
    if (node && type_of(o, node) != TYPE_OTHER)
        compare(o, "title", ours->title, type_of(o, node) == TYPE_HTML ? html_title(&o->arena, title) : html_plain_title(&o->arena, title));
    for (xmlNode *n = entry->children; n; n = n->next)
        if (is_element(n, ATOM, "link"))
            one_link = !link, link = n;
    struct sv rel = link ? tree_attribute(o, link, "rel") : SV_NONE;
    o->doubtful = false;
    if (link && one_link && (!rel.p || sv_eq(rel, SV("alternate"))))
        compare_url(o, ours->url, tree_attribute(o, link, "href"));
    compare_tags(o, ours, entry);
}

static inline bool compare_items(struct oracle *o, xmlNode *in, struct sv uri, const char *name, size_t all)
{
    size_t i = 0;
    for (xmlNode *n = in->children; n; n = n->next)
        i += is_element(n, uri, name);
    if (i != all)
        return false;
    if (i != o->count) {
        buf_printf(o->why, "ours are %zu items, libxml2's %zu\n", o->count, i);
        return true;
    }
    i = 0;
    for (xmlNode *n = in->children; n; n = n->next)
        if (is_element(n, uri, name)) {
            if (uri.n)
                compare_atom(o, &o->items[i++], n);
            else
                compare_rss(o, &o->items[i++], n);
        }
    return true;
}

static inline xmlNode *only_channel(xmlNode *root)
{
    xmlNode *found = NULL;
    for (xmlNode *n = root->children; n; n = n->next)
        if (n->type == XML_ELEMENT_NODE) {
            if (found || !is_element(n, SV(""), "channel"))
                return NULL;
            found = n;
        }
    return found;
}

static inline bool compare_tree(struct oracle *o, xmlDoc *tree)
{
    xmlNode *root = xmlDocGetRootElement(tree), *channel;
    size_t items = 0;
    if ((tree->intSubset && tree->intSubset->children) || !tree_plain(root, 0, &items))
        return false;
    if (is_element(root, SV(""), "rss") && (channel = only_channel(root)))
        return compare_items(o, channel, SV(""), "item", items);
    if (is_element(root, SV("http://www.w3.org/1999/02/22-rdf-syntax-ns#"), "RDF"))
        return compare_items(o, root, SV(""), "item", items);
    if (is_element(root, ATOM, "feed"))
        return compare_items(o, root, ATOM, "entry", items);
    return false;
}

static inline void say_nothing(void *context, const char *format, ...) { (void)context, (void)format; }

/* `why` is told where it differs. The document is taken for UTF-8, whatever it says: if that is valid, so it is to us. */
static inline enum opinion oracle_asked(struct sv document, struct buf *why)
{
    struct oracle o = {.why = why};
    bool compared = false;
    if (!document.n)
        return ORACLE_PASSES;
    xmlSetGenericErrorFunc(NULL, say_nothing);
    xmlParserCtxt *parser = xmlNewParserCtxt();
    xmlDoc *tree = xmlCtxtReadMemory(parser, document.p, (int)document.n, "https://news.example/", "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    bool whole = !memchr(document.p, 0, document.n); /* it ends at a NUL */
    if (tree && whole && parser->wellFormed && parser->nsWellFormed) {
        oracle_read(&o, document);
        compared = compare_tree(&o, tree);
    }
    xmlFreeDoc(tree);
    xmlFreeParserCtxt(parser);
    arena_free(&o.arena);
    free(o.items);
    return why->n ? ORACLE_DIFFERS : compared ? ORACLE_AGREES : ORACLE_PASSES;
}

#endif
