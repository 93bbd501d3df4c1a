/* What the tests of formats share: each document is read at once and in pieces of several sizes, and must give the same. */
#ifndef DOCUMENTS_H
#define DOCUMENTS_H

#include <stdio.h>
#include <string.h>

#include "reading.h"

#define NAMESPACES                                                                                                              \
    " xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/'"                     \
    " xmlns:dcterms='http://purl.org/dc/terms/' xmlns:atom='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/'" \
    " xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'"  \
    " xmlns:slash='http://purl.org/rss/1.0/modules/slash/' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"             \
    " xmlns:wfw='http://wellformedweb.org/CommentAPI/' xmlns:thr='http://purl.org/syndication/thread/1.0'"                      \
    " xmlns:georss='http://www.georss.org/georss' xmlns:gml='http://www.opengis.net/gml'"
#define RSS(channel) "<rss version='2.0'" NAMESPACES "><channel>" channel "</channel></rss>"
#define ITEM(inside) RSS("<item>" inside "</item>")
#define ATOM(inside) "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'>" inside "</feed>"
#define ENTRY(inside) ATOM("<entry>" inside "</entry>")

static inline void same_text(struct sv a, struct sv b, size_t piece, const char *what)
{
    if (!sv_eq(a, b) || !a.p != !b.p)
        fail_msg("in pieces of %zu the %s is \"%.*s\", at once \"%.*s\"", piece, what, SV_ARG(b), SV_ARG(a));
}

static inline void same_list(const struct sv *a, size_t m, const struct sv *b, size_t n, size_t piece, const char *what)
{
    if (m != n)
        fail_msg("in pieces of %zu there are %zu %s, at once %zu", piece, n, what, m);
    for (size_t i = 0; i < n; i++)
        same_text(a[i], b[i], piece, what);
}

static inline void same_item(const struct item *a, const struct item *b, size_t piece)
{
    same_text(a->id, b->id, piece, "id");
    same_text(a->url, b->url, piece, "url");
    same_text(a->title, b->title, piece, "title");
    same_text(a->summary, b->summary, piece, "summary");
    same_text(a->content_text, b->content_text, piece, "content");
    same_text(a->language, b->language, piece, "language");
    same_text(a->raw_published, b->raw_published, piece, "date");
    same_text(a->raw_modified, b->raw_modified, piece, "date of modification");
    same_list(a->authors, a->author_count, b->authors, b->author_count, piece, "authors");
    same_list(a->tags, a->tag_count, b->tags, b->tag_count, piece, "tags");
}

static inline void same_reading(const struct reading *a, const struct reading *b, size_t piece)
{
    const struct feed_info *m = feed_info(a->feed), *n = feed_info(b->feed);
    const struct feed_problem *p, *q;
    size_t problems = feed_problems(a->feed, &p);
    if (a->good != b->good || a->count != b->count || m->truncated != n->truncated || feed_problems(b->feed, &q) != problems)
        fail_msg("in pieces of %zu: good %d, %zu items, truncated %d; at once: good %d, %zu items, truncated %d (or other problems)", piece, b->good,
                 b->count, n->truncated, a->good, a->count, m->truncated);
    for (size_t i = 0; i < a->count; i++)
        same_item(&a->items[i], &b->items[i], piece);
    same_text(m->title, n->title, piece, "feed's title");
    same_text(m->home, n->home, piece, "feed's home");
    same_text(m->description, n->description, piece, "feed's description");
    for (size_t i = 0; i < problems; i++) {
        same_text(p[i].what, q[i].what, piece, "problem");
        if (p[i].line != q[i].line) fail_msg("in pieces of %zu line %zu, at once %zu: %.*s", piece, q[i].line, p[i].line, SV_ARG(p[i].what));
    }
    if (!a->good)
        assert_string_equal(feed_error(a->feed), feed_error(b->feed));
}

/* The charset's guess waits for the first bytes: blanks before the document let the cuts reach the reader. */
static inline void cut_up(const struct reading *whole, struct sv document, const char *content_type)
{
    static const size_t pieces[] = {1, 2, 3, 7, 64};
    struct buf behind = {0};
    for (int i = 0; i < 8192; i++)
        buf_byte(&behind, ' ');
    buf_sv(&behind, document);
    bool binary = document.n && ((unsigned char)document.p[0] < '\t' || (unsigned char)document.p[0] >= 0x7F || sv_starts(document, SV("%PDF")));
    for (size_t i = 0; i < 2 * sizeof pieces / sizeof *pieces; i++) {
        struct reading cut = {0};
        read_as(&cut, i % 2 && !binary ? buf_view(&behind) : document, content_type, TIME_NONE, pieces[i / 2]);
        same_reading(whole, &cut, pieces[i / 2]);
        reading_free(&cut);
    }
    buf_free(&behind);
}

static inline void read_bytes_as(struct reading *r, struct sv document, const char *content_type)
{
    *r = (struct reading){0};
    read_as(r, document, content_type, TIME_NONE, 0);
    cut_up(r, document, content_type);
}

static inline void read_text(struct reading *r, const char *document)
{
    read_bytes_as(r, sv_of(document), NULL);
}

/* A document of exactly one item. */
static inline const struct item *read_one(struct reading *r, const char *document)
{
    read_text(r, document);
    if (!r->good)
        fail_msg("%s\n  is no feed: %s", document, feed_error(r->feed));
    if (r->count != 1)
        fail_msg("%s\n  has %zu items, not 1", document, r->count);
    return &r->items[0];
}

/* Tells what is wrong without ending the test, so that all rows of a table are tried. */
static inline bool seen_as(struct sv seen, const char *want, const char *document)
{
    if (want ? seen.p && sv_eq(seen, sv_of(want)) : !seen.p)
        return true;
    const char *namespaces = strstr(document, NAMESPACES);
    print_error("%s\n  gives %s\"%.*s\"\n  not   \"%s\"\n", namespaces ? namespaces + strlen(NAMESPACES) + 1 : document, seen.p ? "" : "nothing ",
                SV_ARG(seen), want ? want : "(nothing)");
    return false;
}

/* "One|Two", in the reading's arena. */
static inline struct sv joined(struct reading *r, const struct sv *list, size_t n)
{
    struct buf all = {0};
    for (size_t i = 0; i < n; i++)
        buf_printf(&all, "%s%.*s", i ? "|" : "", SV_ARG(list[i]));
    struct sv kept_all = all.n ? kept(r, buf_view(&all)) : SV("");
    buf_free(&all);
    return kept_all;
}

static inline struct sv titles_of(struct reading *r)
{
    struct sv titles[ITEMS_MOST];
    for (size_t i = 0; i < r->count; i++)
        titles[i] = r->items[i].title;
    return r->good ? joined(r, titles, r->count) : sv_of(feed_error(r->feed));
}

#define assert_titles(r, want, document) assert_true(seen_as(titles_of(r), want, document))
#define assert_authors(r, i, want) assert_true(seen_as(joined(r, (r)->items[i].authors, (r)->items[i].author_count), want, "authors"))
#define assert_tags(r, i, want) assert_true(seen_as(joined(r, (r)->items[i].tags, (r)->items[i].tag_count), want, "tags"))

struct row {
    const char *document, *want;
};
typedef struct sv what_of(struct reading *);

static inline void documents_give(what_of *what, const struct row *rows, size_t n)
{
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) {
        struct reading r;
        read_text(&r, rows[i].document);
        wrong += !seen_as(what(&r), rows[i].want, rows[i].document);
        reading_free(&r);
    }
    if (wrong)
        fail_msg("%zu of %zu documents", wrong, n);
}

/* Of a document of one item. NULL is wanted where it has none. */
#define DEFINE_PART(name, value)                            \
    static inline struct sv name(struct reading *r)         \
    {                                                       \
        const struct item *item = &r->items[0];             \
        return r->count == 1 ? (value) : titles_of(r);      \
    }
DEFINE_PART(its_url, item->url)
DEFINE_PART(its_title, item->title)
DEFINE_PART(its_summary, item->summary)
DEFINE_PART(its_content, item->content_text)
DEFINE_PART(its_language, item->language)
DEFINE_PART(its_id, item->id)
DEFINE_PART(its_published, item->raw_published)
DEFINE_PART(its_modified, item->raw_modified)
DEFINE_PART(its_authors, joined(r, item->authors, item->author_count))
DEFINE_PART(its_tags, joined(r, item->tags, item->tag_count))

/* GIVEN(its_url, {document, url}, …), GIVEN(titles_of, {document, "One|Two"}, …) */
#define GIVEN(what, ...) documents_give(what, (const struct row[]){__VA_ARGS__}, sizeof((const struct row[]){__VA_ARGS__}) / sizeof(struct row))

/* Some problem is told of this line. */
static inline bool problem_at(const struct reading *r, size_t line)
{
    const struct feed_problem *problems;
    size_t n = feed_problems(r->feed, &problems);
    for (size_t i = 0; i < n; i++)
        if (problems[i].line == line)
            return true;
    return false;
}

#endif
