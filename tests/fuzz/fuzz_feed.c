/* Any bytes: no crash, only valid UTF-8 comes out, and it is the same however the bytes are cut. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "feed/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(struct buf *out, struct sv v)
{
    if (utf8_valid_until(v) != v.n)
        abort();
    buf_sv(out, v);
    buf_byte(out, '\x1E');
}

static bool on_item(void *context, struct item *item)
{
    struct buf *out = context;
    feed_item_text(item);
    put(out, item->id);
    put(out, item->url);
    put(out, item->title);
    put(out, item->summary);
    put(out, item->content_text);
    put(out, item->language);
    put(out, item->raw_published);
    for (size_t i = 0; i < item->author_count; i++)
        put(out, item->authors[i]);
    for (size_t i = 0; i < item->tag_count; i++)
        put(out, item->tags[i]);
    if (item->id.n == 0)
        abort();
    return true;
}

static struct buf read_in_pieces(struct sv bytes, size_t piece)
{
    struct buf out = {0};
    const struct feed_options options = {.url = SV("https://news.example/feed"), .now = 1762333260000ll, .item = on_item, .context = &out};
    struct feed *feed = feed_open(&options);
    for (struct sv rest = bytes, part; rest.n; rest = sv_from(rest, part.n)) {
        part = sv_head(rest, piece);
        if (!feed_write(feed, part.p, part.n))
            break;
    }
    if (!feed_finish(feed) && !feed_error(feed))
        abort();
    feed_free(&feed);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv bytes = {(const char *)data, size};
    struct buf whole = read_in_pieces(bytes, size + 1), pieces = read_in_pieces(bytes, 1 + size % 7);
    if (!sv_eq(buf_view(&whole), buf_view(&pieces)))
        abort();
    buf_free(&whole);
    buf_free(&pieces);
    return 0;
}
