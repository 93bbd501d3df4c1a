/* What the tests of the feed stage share: read a document, keep its items. */
#ifndef READING_H
#define READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "feed/feed.h"

#define ITEMS_MOST 200

struct reading {
    struct arena arena;
    struct item items[ITEMS_MOST];
    size_t count;
    size_t stop_after; /* 0: never */
    struct feed *feed;
    bool good;
};

static inline struct sv kept(struct reading *r, struct sv v)
{
    return sv_dup(&r->arena, v);
}

static inline bool keep_item(void *context, struct item *item)
{
    struct reading *r = context;
    assert_true(r->count < ITEMS_MOST);
    struct item *copy = &r->items[r->count++];
    feed_item_text(item);
    *copy = *item;
    copy->id = kept(r, item->id), copy->url = kept(r, item->url), copy->title = kept(r, item->title);
    copy->summary = kept(r, item->summary), copy->content_text = kept(r, item->content_text), copy->language = kept(r, item->language);
    copy->raw_published = kept(r, item->raw_published), copy->raw_modified = kept(r, item->raw_modified);
    copy->authors = arena_array(&r->arena, item->author_count, sizeof(struct sv));
    for (size_t i = 0; i < item->author_count; i++)
        copy->authors[i] = kept(r, item->authors[i]);
    copy->tags = arena_array(&r->arena, item->tag_count, sizeof(struct sv));
    for (size_t i = 0; i < item->tag_count; i++)
        copy->tags[i] = kept(r, item->tags[i]);
    return r->count != r->stop_after;
}

/* Read in pieces of `piece` bytes (0: at once). */
static inline void read_as(struct reading *r, struct sv document, const char *content_type, int64_t now, size_t piece)
{
    const struct feed_options options = {
        .url = SV("https://news.example/feeds/all.xml"), .content_type = sv_of(content_type), .now = now, .item = keep_item, .context = r};
    r->feed = feed_open(&options);
    for (struct sv rest = document, part; rest.n; rest = sv_from(rest, part.n)) {
        part = sv_head(rest, piece ? piece : rest.n);
        if (!feed_write(r->feed, part.p, part.n))
            break;
    }
    r->good = feed_finish(r->feed);
}

static inline void read_document(struct reading *r, const char *document)
{
    read_as(r, sv_of(document), NULL, TIME_NONE, 0);
}

static inline void reading_free(struct reading *r)
{
    feed_free(&r->feed);
    arena_free(&r->arena);
}

static inline bool has_problem(const struct reading *r, const char *part)
{
    const struct feed_problem *problems;
    size_t n = feed_problems(r->feed, &problems);
    for (size_t i = 0; i < n; i++)
        if (sv_find(problems[i].what, sv_of(part)) >= 0)
            return true;
    return false;
}

#define assert_sv(v, text)                                                                       \
    do {                                                                                         \
        struct sv v_ = (v);                                                                      \
        char seen_[4096];                                                                        \
        snprintf(seen_, sizeof seen_, "%s%.*s", v_.p ? "" : "(none)", SV_ARG(v_));               \
        assert_string_equal(seen_, text);                                                        \
    } while (0)

#endif
