/* The stage's front: bytes through the charset to whichever reader the first character calls for. */
#include "feed/feed.h"

#include <stdlib.h>

#include "feed/charset.h"
#include "feed/document.h"
#include "feed/jsonfeed.h"
#include "feed/stranger.h"
#include "feed/unpack.h"
#include "feed/xml.h"

#define UNPACKED_MOST (64u << 20) /* of a body that is a gzip file */
#define HEAD 12
#define PIECE 65536               /* so much passes at a time: what is in memory does not grow with the document */

const struct feed_limits feed_limits_default = {.size = 256u << 20, .items = 50000, .depth = 250, .text = 16u << 20, .attributes = 250};

struct feed {
    struct document d;
    struct unpack *unpack;
    struct charset *charset;
    struct xml *xml;           /* one of the two, once there is a character */
    struct jsonfeed *json;
    struct buf bytes, text;
    char head[HEAD];           /* the first bytes, by which a picture is told */
    size_t head_n;
    bool finished, done;       /* done: nothing more is wanted */
    bool broken;               /* what follows cannot be unpacked */
};

const char *feed_format_name(enum feed_format format)
{
    static const char *const names[] = {"unknown", "rss", "rdf", "atom", "json", "sitemap"};
    return names[format];
}

static struct feed_limits with_defaults(struct feed_limits l)
{
    const struct feed_limits *d = &feed_limits_default;
    return (struct feed_limits){l.size ? l.size : d->size, l.items ? l.items : d->items, l.depth ? l.depth : d->depth,
                                l.text ? l.text : d->text, l.attributes ? l.attributes : d->attributes};
}

struct feed *feed_open(const struct feed_options *options)
{
    struct feed *f = xcalloc(1, sizeof *f);
    f->d.options = *options;
    f->d.options.limits = with_defaults(options->limits);
    f->d.info.version = "";
    f->d.first_line = 1;
    f->d.options.url = f->d.base = sv_dup(&f->d.arena, options->url);
    f->d.options.content_type = sv_dup(&f->d.arena, options->content_type);
    f->d.options.zone = zone_copy(&f->d.arena, options->zone);
    f->unpack = unpack_new(UNPACKED_MOST);
    f->charset = charset_new(f->d.options.content_type);
    return f;
}

/* Blanks in front of everything go, but their lines count. */
static size_t count_lines(struct sv blanks)
{
    size_t lines = 0;
    for (size_t i = 0; i < blanks.n; i++)
        lines += blanks.p[i] == '\n';
    return lines;
}

/* A "{" or "[" is JSON's beginning, everything else XML's, whatever the Content-Type says. */
static void choose_reader(struct feed *f, struct sv text)
{
    text = sv_trim(text);
    if (text.n && (text.p[0] == '{' || text.p[0] == '['))
        f->json = jsonfeed_new(&f->d);
    else if (text.n)
        f->xml = xml_new(&f->d);
    else
        f->d.first_line += count_lines(buf_view(&f->text));
}

static void read_text(struct feed *f, bool last)
{
    if (!f->xml && !f->json)
        choose_reader(f, buf_view(&f->text));
    if (f->xml)
        f->done = !xml_write(f->xml, buf_view(&f->text), last);
    else if (f->json && f->text.n)
        f->done = !jsonfeed_write(f->json, buf_view(&f->text));
    buf_clear(&f->text);
}

static void read_bytes(struct feed *f, struct sv bytes)
{
    for (size_t i = 0; i < bytes.n && f->head_n < HEAD; i++)
        f->head[f->head_n++] = bytes.p[i];
    for (struct sv piece; bytes.n && !f->done; bytes = sv_from(bytes, piece.n)) {
        piece = sv_head(bytes, PIECE);
        charset_write(f->charset, piece, &f->text);
        read_text(f, false);
    }
}

bool feed_write(struct feed *f, const char *bytes, size_t n)
{
    if (f->done || f->finished || f->broken)
        return false;
    for (struct sv rest = {bytes, n}, piece; rest.n && !f->done; rest = sv_from(rest, piece.n)) {
        piece = sv_head(rest, PIECE);
        buf_clear(&f->bytes);
        bool good = unpack_write(f->unpack, piece, &f->bytes);
        read_bytes(f, buf_view(&f->bytes));
        if (!good && f->done) /* nobody asked for what is broken */
            return false;
        if (!good) {
            document_problem(&f->d, 0, "the gzip data is broken, or larger than %u MB", UNPACKED_MOST >> 20);
            f->broken = true;
            return false;
        }
    }
    return !f->done;
}

static void note_charset(struct feed *f)
{
    struct sv wrong = charset_disbelieved(f->charset);
    f->d.info.charset = charset_name(f->charset);
    if (wrong.p)
        document_problem(&f->d, 0, "the document says it is %.*s, but it was read as %.*s", SV_ARG(wrong), SV_ARG(f->d.info.charset));
}

bool feed_finish(struct feed *f)
{
    if (f->finished)
        return !f->d.error;
    if (!f->done) {
        buf_clear(&f->bytes);
        unpack_end(f->unpack, &f->bytes);
        read_bytes(f, buf_view(&f->bytes));
        charset_end(f->charset, &f->text);
        read_text(f, true);
    }
    f->finished = true;
    note_charset(f);
    const char *binary = f->d.info.format && f->d.info.items ? NULL : stranger_binary((struct sv){f->head, f->head_n});
    if (binary)
        document_error(&f->d, "no feed: it is %s", binary);
    else if (f->xml)
        xml_finish(f->xml);
    else if (f->json)
        jsonfeed_finish(f->json);
    else
        document_error(&f->d, "no feed: the document is empty");
    draft_drop(&f->d); /* an item that was cut off */
    dates_end(&f->d);
    return !f->d.error;
}

void feed_item_settle(const struct feed *f, struct item *item)
{
    dates_settle(&f->d, item);
}

const char *feed_error(const struct feed *f)
{
    return f->d.error;
}

const struct feed_info *feed_info(const struct feed *f)
{
    return &f->d.info;
}

size_t feed_problems(const struct feed *f, const struct feed_problem **problems)
{
    *problems = f->d.problems;
    return f->d.problem_count;
}

void feed_free(struct feed **feed)
{
    struct feed *f = *feed;
    if (!f)
        return;
    xml_free(&f->xml);
    jsonfeed_free(&f->json);
    charset_free(&f->charset);
    unpack_free(&f->unpack);
    buf_free(&f->bytes);
    buf_free(&f->text);
    document_free(&f->d);
    free(f);
    *feed = NULL;
}
