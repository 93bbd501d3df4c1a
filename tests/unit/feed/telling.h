/* All that the feed stage tells of a document, as one text that compares, whatever the pieces in which it was given. */
#ifndef TELLING_H
#define TELLING_H

#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "feed/feed.h"

/* splitmix64: the same seed draws the same everywhere. */
static inline uint64_t draw(uint64_t *chance, uint64_t below)
{
    uint64_t z = *chance += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

/* How a document is cut: not at all, into bytes, short and longer pieces, before and behind what begins or ends something, once. */
enum cut { CUT_NOWHERE, CUT_EVERYWHERE, CUT_SHORT, CUT_LONG, CUT_AT_MARKS, CUT_ONCE };
#define CUTS 6

struct telling {
    struct buf text;
    size_t items, stop_after; /* 0: never */
    const char *wrong;        /* what must not be, whatever the document; NULL: nothing */
};

static inline void tell_sv(struct telling *t, const char *name, struct sv v)
{
    if (!v.p)
        return;
    if (utf8_valid_until(v) != v.n)
        t->wrong = "text that is not valid UTF-8";
    buf_printf(&t->text, "  %s=", name);
    buf_sv(&t->text, v);
    buf_byte(&t->text, '\n');
}

static inline void tell_number(struct telling *t, const char *name, int64_t number)
{
    buf_printf(&t->text, "  %s=%lld\n", name, (long long)number);
}

static inline bool tell_item(void *context, struct item *item)
{
    struct telling *t = context;
    buf_str(&t->text, "item\n");
    tell_sv(t, "raw_summary", item->raw_summary.text);
    tell_sv(t, "raw_content", item->raw_content.text);
    tell_number(t, "html", item->raw_summary.html * 2 + item->raw_content.html);
    feed_item_text(item);
    tell_sv(t, "id", item->id);
    tell_number(t, "identity", item->identity);
    tell_sv(t, "guid", item->guid);
    tell_sv(t, "url", item->url);
    tell_sv(t, "title", item->title);
    tell_sv(t, "summary", item->summary);
    tell_sv(t, "content_text", item->content_text);
    tell_sv(t, "language", item->language);
    tell_sv(t, "raw_published", item->raw_published);
    tell_sv(t, "raw_modified", item->raw_modified);
    tell_number(t, "published", item->published);
    tell_number(t, "modified", item->modified);
    tell_number(t, "unsettled", item->unsettled);
    for (size_t i = 0; i < item->author_count; i++)
        tell_sv(t, "author", item->authors[i]);
    for (size_t i = 0; i < item->tag_count; i++)
        tell_sv(t, "tag", item->tags[i]);
    if (item->id.n == 0)
        t->wrong = "an item without an id";
    return ++t->items != t->stop_after;
}

static inline bool is_mark(char c)
{
    return (unsigned char)c >= 0xC0 || strchr("<>&;]\"'-?!/=\\{}:\r\n", c) != NULL;
}

static inline size_t next_piece(struct sv rest, enum cut cut, uint64_t *chance)
{
    size_t n = 1;
    switch (cut) {
    case CUT_NOWHERE: return rest.n;
    case CUT_EVERYWHERE: return 1;
    case CUT_SHORT: return 1 + draw(chance, 7);
    case CUT_LONG: return 1 + draw(chance, 200);
    case CUT_AT_MARKS:
        while (n < rest.n && !is_mark(rest.p[n]) && !is_mark(rest.p[n - 1]))
            n++;
        return n;
    case CUT_ONCE: break;
    }
    return 1 + draw(chance, rest.n);
}

/* `to_the_end`: it wanted all bytes. Else its charset is what was decided so far, and that depends on how far the last piece went. */
static inline void tell_end(struct telling *t, const struct feed *feed, bool good, bool to_the_end)
{
    const struct feed_info *info = feed_info(feed);
    const struct feed_problem *problems;
    size_t count = feed_problems(feed, &problems);
    if (good != !feed_error(feed))
        t->wrong = "a failure without an error, or an error without a failure";
    if (info->items != t->items)
        t->wrong = "another number of items than were handed over";
    buf_printf(&t->text, "feed %s %s truncated=%d\n", feed_format_name(info->format), info->version, info->truncated);
    tell_sv(t, "charset", to_the_end ? info->charset : SV_NONE);
    tell_sv(t, "title", info->title);
    tell_sv(t, "home", info->home);
    tell_sv(t, "description", info->description);
    tell_sv(t, "language", info->language);
    for (size_t i = 0; i < count; i++) {
        bool of_charset = sv_starts(problems[i].what, SV("the document says it is")) || sv_starts(problems[i].what, SV("bytes that are not"));
        if (!to_the_end && of_charset)
            continue;
        tell_number(t, "line", (int64_t)problems[i].line);
        tell_sv(t, "problem", problems[i].what);
    }
    tell_sv(t, "error", sv_of(feed_error(feed)));
}

/* The text is freed by the caller. */
static inline struct telling tell(struct sv document, enum cut cut, uint64_t chance, size_t stop_after)
{
    struct telling t = {.stop_after = stop_after};
    const struct feed_options options = {.url = SV("https://news.example/feeds/all.xml"), .now = 1762333260000ll, .item = tell_item, .context = &t};
    struct feed *feed = feed_open(&options);
    bool wanted = true;
    for (struct sv rest = document, piece; rest.n && wanted; rest = sv_from(rest, piece.n)) {
        piece = sv_head(rest, next_piece(rest, cut, &chance));
        cut = cut == CUT_ONCE ? CUT_NOWHERE : cut;
        wanted = feed_write(feed, piece.p, piece.n);
    }
    tell_end(&t, feed, feed_finish(feed), wanted);
    feed_free(&feed);
    return t;
}

/* NULL, or what is wrong with how this document is read: at all, or in pieces as against at once. `cut` tells which pieces. */
static inline const char *tell_wrong(struct sv document, uint64_t chance, size_t stop_after, enum cut *cut)
{
    struct telling whole = tell(document, *cut = CUT_NOWHERE, 0, stop_after);
    const char *wrong = whole.wrong;
    for (enum cut c = CUT_EVERYWHERE; c < CUTS && !wrong; c++) {
        struct telling pieces = tell(document, *cut = c, chance, stop_after);
        wrong = pieces.wrong ? pieces.wrong : sv_eq(buf_view(&whole.text), buf_view(&pieces.text)) ? NULL : "pieces are read otherwise than the whole";
        buf_free(&pieces.text);
    }
    buf_free(&whole.text);
    return wrong;
}

#endif
