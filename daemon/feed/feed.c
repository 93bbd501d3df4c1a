/* The stage's front: bytes through the charset to whichever reader the first character calls for. */
#include "feed/feed.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "feed/charset.h"
#include "feed/document.h"
#include "feed/jsonfeed.h"
#include "feed/stranger.h"
#include "feed/unpack.h"
#include "feed/xml.h"

#define HEAD 12
#define PIECE 65536       /* bytes that go through at a time: what is made of them on the way is not much more */
#define OPENING_MOST 8192 /* by so much it is known whether it is JSON */

const struct feed_limits feed_limits_default = {.size = 256u << 20, .items = 50000, .depth = 250, .text = 4u << 20, .attributes = 250};

struct feed {
    struct document d;
    struct unpack *unpack;
    struct charset *charset;
    struct xml *xml;           /* one of the two, once there is a character */
    struct jsonfeed *json;
    struct buf opening;        /* the text until it is known which */
    struct buf bytes, text;    /* scratch */
    char head[HEAD];           /* the first bytes, by which a picture is told */
    size_t head_n;
    uint64_t size_left;        /* unpacked bytes that may still come */
    bool finished, done;       /* done: nothing more is wanted */
    bool cut;                  /* more came than is allowed, or what follows cannot be unpacked */
};

const char *feed_format_name(enum feed_format format)
{
    static const char *const names[] = {"unknown", "rss", "rdf", "atom", "json", "sitemap"};
    return names[format];
}

static struct feed_limits limits_or_default(const struct feed_limits *wanted)
{
    const struct feed_limits *usual = &feed_limits_default;
    return (struct feed_limits){
        .size = wanted->size ? wanted->size : usual->size,
        .items = wanted->items ? wanted->items : usual->items,
        .depth = wanted->depth ? wanted->depth : usual->depth,
        .text = wanted->text ? wanted->text : usual->text,
        .attributes = wanted->attributes ? wanted->attributes : usual->attributes,
    };
}

struct feed *feed_open(const struct feed_options *options)
{
    struct feed *f = xcalloc(1, sizeof *f);
    f->d.options = *options;
    f->d.info.version = "";
    f->d.options.url = f->d.base = sv_dup(&f->d.arena, options->url);
    f->d.options.content_type = sv_dup(&f->d.arena, options->content_type);
    f->d.options.zone = zone_copy(&f->d.arena, options->zone);
    f->d.options.limits = limits_or_default(&options->limits);
    f->size_left = f->d.options.limits.size;
    f->unpack = unpack_new();
    f->charset = charset_new(f->d.options.content_type);
    return f;
}

/* JSON shows itself at its beginning, everything else is XML's, whatever the Content-Type says. false: more is needed. */
static bool choose_reader(struct feed *f, bool last)
{
    struct sv text = buf_view(&f->opening);
    ptrdiff_t json = jsonfeed_start(text, last);
    if (json == JSONFEED_UNDECIDED)
        return false;
    if (json >= 0)
        f->json = jsonfeed_new(&f->d, (size_t)json);
    else
        f->xml = xml_new(&f->d);
    return true;
}

/* Blanks in front of everything go, but their lines count. */
static struct sv skip_blanks(struct feed *f, struct sv text)
{
    struct sv rest = sv_trim_start(text);
    for (const char *p = text.p; p < rest.p; p++)
        f->d.blank_lines += *p == '\n';
    return rest;
}

static void give(struct feed *f, struct sv text, bool last)
{
    if (f->xml)
        f->done = !xml_write(f->xml, text, last);
    else if (text.n && !jsonfeed_write(f->json, text))
        f->done = f->d.stopped || f->d.error; /* else it is at its end, and the rest is read all the same, so that its faults are told */
}

static void read_text(struct feed *f, struct sv text, bool last)
{
    if (!f->xml && !f->json) {
        if (f->opening.n == 0)
            text = skip_blanks(f, text);
        struct sv begin = sv_head(text, OPENING_MOST);
        buf_sv(&f->opening, begin);
        text = sv_from(text, begin.n);
        if (f->opening.n == 0 || !choose_reader(f, last && text.n == 0))
            return;
        give(f, buf_view(&f->opening), last && text.n == 0);
        buf_free(&f->opening);
    }
    if (!f->done && (text.n || last))
        give(f, text, last);
}

static void keep_head(struct feed *f, struct sv bytes)
{
    for (size_t i = 0; i < bytes.n && f->head_n < HEAD; i++)
        if (f->head_n || !ascii_is_space(bytes.p[i]))
            f->head[f->head_n++] = bytes.p[i];
}

static void read_bytes(struct feed *f, struct sv bytes, bool last)
{
    keep_head(f, bytes);
    for (struct sv text; !f->done && (text = charset_next(f->charset, &bytes, last, &f->text)).n;)
        read_text(f, text, false);
    if (last && !f->done)
        read_text(f, SV(""), true);
}

/* What of an unpacked piece is within the limit. */
static struct sv within_size(struct feed *f, struct sv piece)
{
    if (piece.n > f->size_left) {
        document_loss(&f->d, 0, "larger than %llu bytes: what follows was not read", (unsigned long long)f->d.options.limits.size);
        piece = sv_head(piece, f->size_left);
        f->cut = true;
    }
    f->size_left -= piece.n;
    return piece;
}

static void unpack_bytes(struct feed *f, struct sv bytes, bool last)
{
    for (struct sv piece; !f->done && !f->cut && (piece = unpack_next(f->unpack, &bytes, last, &f->bytes)).n;)
        read_bytes(f, within_size(f, piece), false);
    f->cut |= unpack_truncated(f->unpack);
}

void feed_zone(struct feed *f, const struct zone *zone)
{
    f->d.options.zone = zone;
}

bool feed_write(struct feed *f, const char *bytes, size_t n)
{
    struct sv rest = {bytes, n};
    while (rest.n && !f->done && !f->finished && !f->cut) {
        unpack_bytes(f, sv_head(rest, PIECE), false);
        rest = sv_from(rest, PIECE);
    }
    return !f->done && !f->finished && !f->cut;
}

static void note_encoding(struct feed *f)
{
    struct document *d = &f->d;
    struct sv disbelieved = charset_disbelieved(f->charset);
    size_t wrong = charset_wrong(f->charset);
    d->info.charset = charset_name(f->charset);
    if (unpack_problem(f->unpack) && !d->stopped) /* else nobody asked for what is broken */
        (unpack_truncated(f->unpack) ? document_loss : document_flaw)(d, 0, "the %s data %s", unpack_format(f->unpack), unpack_problem(f->unpack));
    if (disbelieved.p)
        document_flaw(d, 0, "the document says it is %.*s, but it was read as %.*s", SV_ARG(disbelieved), SV_ARG(d->info.charset));
    if (wrong)
        document_flaw(d, 0, "bytes that are not %.*s became U+FFFD: %zu", SV_ARG(d->info.charset), wrong);
}

bool feed_finish(struct feed *f)
{
    if (f->finished)
        return !f->d.error;
    if (!f->done) {
        unpack_bytes(f, SV(""), true);
        read_bytes(f, SV(""), true);
    }
    f->finished = true;
    note_encoding(f);
    const char *binary = f->d.info.format && f->d.info.items ? NULL : stranger_binary((struct sv){f->head, f->head_n});
    if (binary) {
        f->d.problem_count = 0; /* of its charset, and the like */
        document_error(&f->d, "no feed: it is %s", binary);
    } else if (f->xml)
        xml_finish(f->xml);
    else if (f->json)
        jsonfeed_finish(f->json);
    else
        document_error(&f->d, "no feed: the document is empty");
    f->d.info.truncated |= f->cut && !f->d.stopped;
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
    buf_free(&f->opening);
    buf_free(&f->bytes);
    buf_free(&f->text);
    document_free(&f->d);
    free(f);
    *feed = NULL;
}
