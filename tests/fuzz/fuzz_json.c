/* What is nearly JSON: the reader's events are balanced and valid UTF-8, within the limits, and the same however it is cut; so
 * are the items and problems of a JSON Feed. What the strict reader takes, the lenient one reads without a fault. */
#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"
#include "feed/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEPTH_MOST 6
#define TEXT_MOST 40

struct events {
    struct buf out, open;
    size_t faults;
};

static bool put(void *context, char kind, struct sv v)
{
    struct events *e = context;
    if (v.n > TEXT_MOST && kind == 's')
        abort();
    if (utf8_valid_until(v) != v.n)
        abort();
    buf_byte(&e->out, kind);
    buf_sv(&e->out, v);
    buf_byte(&e->out, '\x1E');
    return true;
}

static bool opens(void *context, char bracket)
{
    struct events *e = context;
    buf_byte(&e->open, bracket);
    if (e->open.n > DEPTH_MOST)
        abort();
    return put(context, bracket, SV(""));
}

static bool closes(void *context, char bracket, char opening)
{
    struct events *e = context;
    if (e->open.n == 0 || e->open.p[--e->open.n] != opening)
        abort();
    return put(context, bracket, SV(""));
}

static bool on_object(void *context) { return opens(context, '{'); }
static bool on_object_end(void *context) { return closes(context, '}', '{'); }
static bool on_array(void *context) { return opens(context, '['); }
static bool on_array_end(void *context) { return closes(context, ']', '['); }
static bool on_key(void *context, struct sv v) { return put(context, 'k', v); }
static bool on_string(void *context, struct sv v) { return put(context, 's', v); }
static bool on_number(void *context, struct sv v) { return put(context, 'n', v); }
static bool on_boolean(void *context, bool b) { return put(context, b ? 't' : 'f', SV("")); }
static bool on_null(void *context) { return put(context, '0', SV("")); }
static bool on_fault(void *context, size_t line, const char *what, bool loses)
{
    struct events *e = context;
    e->faults++;
    buf_printf(&e->out, "!%zu", line);
    return put(context, loses ? '-' : '!', sv_of(what));
}

static struct events read_in_pieces(struct sv json, size_t piece, bool lenient, bool *good)
{
    const struct json_handlers handlers = {on_object, on_object_end, on_array,   on_array_end, on_key,
                                           on_string, on_number,     on_boolean, on_null,      lenient ? on_fault : NULL};
    struct events e = {0};
    struct json_reader *r = json_reader_new(&handlers, &e, &(struct json_limits){.depth = DEPTH_MOST, .text = TEXT_MOST});
    *good = true;
    for (struct sv rest = json; rest.n && *good; rest = sv_from(rest, piece))
        *good = json_reader_feed(r, sv_head(rest, piece));
    *good = json_reader_end(r) && *good;
    if (!*good && !json_reader_error(r))
        abort();
    if (json_reader_error(r))
        buf_str(&e.out, json_reader_error(r));
    json_reader_free(&r);
    return e;
}

static void events_free(struct events *e)
{
    buf_free(&e->out);
    buf_free(&e->open);
}

static void try_reader(struct sv json, size_t piece)
{
    bool good, good_too, strict;
    struct events whole = read_in_pieces(json, json.n + 1, true, &good), pieces = read_in_pieces(json, piece, true, &good_too);
    struct events exact = read_in_pieces(json, piece, false, &strict);
    if (good != good_too || !sv_eq(buf_view(&whole.out), buf_view(&pieces.out)))
        abort();
    if (strict && (!good || whole.faults))
        abort();
    events_free(&whole);
    events_free(&pieces);
    events_free(&exact);
}

static bool on_item(void *context, struct item *item)
{
    struct events e = {0};
    feed_item_text(item);
    const struct sv values[] = {item->id, item->url, item->title, item->raw_published, item->language};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        put(&e, 'i', values[i]);
    put(&e, 'a', item->author_count ? item->authors[item->author_count - 1] : SV(""));
    put(&e, 't', item->tag_count ? item->tags[item->tag_count - 1] : SV(""));
    put(&e, 'c', item->content_text);
    if (item->id.n == 0)
        abort();
    buf_sv(context, buf_view(&e.out));
    events_free(&e);
    return true;
}

static struct buf read_feed(struct sv json, size_t piece)
{
    struct buf out = {0};
    const struct feed_options options = {.url = SV("https://news.example/feed"), .now = TIME_NONE, .limits = {.items = 5, .depth = 20}, .item = on_item, .context = &out};
    struct feed *feed = feed_open(&options);
    const struct feed_problem *problems;
    for (struct sv rest = json; rest.n && feed_write(feed, rest.p, sv_head(rest, piece).n); rest = sv_from(rest, piece))
        ;
    bool good = feed_finish(feed);
    buf_printf(&out, "%s %d", good ? "" : feed_error(feed), feed_info(feed)->truncated);
    for (size_t i = 0, n = feed_problems(feed, &problems); i < n; i++)
        buf_printf(&out, "%zu %.*s\x1E", problems[i].line, SV_ARG(problems[i].what));
    feed_free(&feed);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv json = {(const char *)data, size};
    size_t piece = 1 + size % 7;
    try_reader(json, piece);
    struct buf whole = read_feed(json, size + 1), pieces = read_feed(json, piece);
    if (!sv_eq(buf_view(&whole), buf_view(&pieces)))
        abort();
    buf_free(&whole);
    buf_free(&pieces);
    return 0;
}
