/* bench_parse WAY: for each path on stdin, the CPU seconds that one reading of that file takes, the bytes read, and the items found.
 *     sax    libxml2's SAX2 push parser with handlers that do nothing
 *     items  the feed stage: complete items
 *     text   the same, and the text for the matcher of each
 *     html   only the making of that text, of all contents that are HTML
 *     hash   only the hash that tells an unchanged body
 * The bytes come in pieces, as from the network. tests/bench/parse asks, and reckons. */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/hash.h"
#include "feed/feed.h"
#include "feed/html.h"

#define PIECE 16384   /* libcurl's */
#define LEAST 4e6     /* ns: a reading is repeated until so much was measured */

struct input {
    struct buf document;
    struct arena arena;
    struct sv *contents; /* as written, those that are HTML */
    size_t count, capacity, items;
};

static bool write_pieces(struct sv document, bool (*write)(void *, const char *, size_t), void *to)
{
    for (struct sv piece; document.n; document = sv_from(document, piece.n)) {
        piece = sv_head(document, PIECE);
        if (!write(to, piece.p, piece.n))
            return false;
    }
    return true;
}

/* ---- libxml2 ---- */

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces, const xmlChar **list,
                     int attributes, int defaulted, const xmlChar **values)
{
    (void)context, (void)name, (void)prefix, (void)uri, (void)namespaces, (void)list, (void)attributes, (void)defaulted, (void)values;
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)context, (void)name, (void)prefix, (void)uri;
}

static void on_text(void *context, const xmlChar *text, int n)
{
    (void)context, (void)text, (void)n;
}

static bool write_sax(void *parser, const char *bytes, size_t n)
{
    return xmlParseChunk(parser, bytes, (int)n, 0) == XML_ERR_OK;
}

static bool read_sax(struct input *in)
{
    static xmlSAXHandler handlers = {
        .initialized = XML_SAX2_MAGIC, .startElementNs = on_start, .endElementNs = on_end, .characters = on_text, .cdataBlock = on_text};
    xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handlers, NULL, NULL, 0, NULL);
    bool good = write_pieces(buf_view(&in->document), write_sax, parser) && xmlParseChunk(parser, NULL, 0, 1) == XML_ERR_OK;
    xmlFreeParserCtxt(parser);
    return good;
}

/* ---- The feed stage ---- */

static bool write_feed(void *feed, const char *bytes, size_t n)
{
    return feed_write(feed, bytes, n);
}

static bool read_feed(struct input *in, bool (*on_item)(void *, struct item *))
{
    const struct feed_options options = {
        .url = SV("https://news.example/feed"), .now = time(NULL) * MS_SECOND, .item = on_item, .context = in};
    struct feed *feed = feed_open(&options);
    in->items = 0;
    write_pieces(buf_view(&in->document), write_feed, feed);
    bool good = feed_finish(feed);
    feed_free(&feed);
    return good;
}

static bool count_item(void *context, struct item *item)
{
    (void)item;
    ((struct input *)context)->items++;
    return true;
}

static bool make_item_text(void *context, struct item *item)
{
    feed_item_text(item);
    return count_item(context, item);
}

static void keep_content(struct input *in, struct item_source source)
{
    if (!source.html || !source.text.n)
        return;
    in->contents = xgrow(in->contents, in->count, &in->capacity, sizeof *in->contents);
    in->contents[in->count++] = sv_dup(&in->arena, source.text);
}

static bool keep_contents(void *context, struct item *item)
{
    keep_content(context, item->raw_summary);
    keep_content(context, item->raw_content);
    return true;
}

static bool read_items(struct input *in) { return read_feed(in, count_item); }
static bool read_texts(struct input *in) { return read_feed(in, make_item_text); }

/* ---- Parts of it ---- */

static bool read_html(struct input *in)
{
    struct arena arena = {0};
    for (size_t i = 0; i < in->count; i++, arena_reset(&arena))
        html_text(&arena, in->contents[i]);
    arena_free(&arena);
    return true;
}

static volatile unsigned char kept; /* so that the hash is really made */

static bool read_hash(struct input *in)
{
    struct sv document = buf_view(&in->document);
    kept = hash_digest(&document, 1).bytes[0];
    return true;
}

/* ---- Measuring ---- */

static double cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static bool measure(struct input *in, bool (*reading)(struct input *), double *seconds)
{
    if (!reading(in)) /* the first, which warms the caches, does not count */
        return false;
    unsigned long times = 0;
    double began = cpu_ns(), spent;
    do {
        reading(in);
        times++;
        spent = cpu_ns() - began;
    } while (spent < LEAST);
    *seconds = spent / 1e9 / (double)times;
    return true;
}

static bool load(struct input *in, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    do {
        buf_reserve(&in->document, 65536);
        in->document.n += fread(in->document.p + in->document.n, 1, 65536, f);
    } while (!feof(f) && !ferror(f));
    bool good = !ferror(f);
    fclose(f);
    return good;
}

static void answer(const char *path, bool (*reading)(struct input *))
{
    struct input in = {0};
    double seconds = 0;
    bool good = load(&in, path);
    if (good && reading == read_html)
        good = read_feed(&in, keep_contents);
    good = good && measure(&in, reading, &seconds);
    size_t bytes = in.document.n;
    if (reading == read_html) {
        bytes = 0;
        for (size_t i = 0; i < in.count; i++)
            bytes += in.contents[i].n;
    }
    if (good)
        printf("%.9f %zu %zu\n", seconds, bytes, in.items);
    else
        puts("rejected");
    fflush(stdout);
    buf_free(&in.document);
    arena_free(&in.arena);
    free(in.contents);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        bool (*reading)(struct input *);
    } ways[] = {{"sax", read_sax}, {"items", read_items}, {"text", read_texts}, {"html", read_html}, {"hash", read_hash}};
    bool (*reading)(struct input *) = NULL;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (argc == 2 && strcmp(argv[1], ways[i].name) == 0)
            reading = ways[i].reading;
    if (!reading) {
        fputs("usage: bench_parse sax|items|text|html|hash < PATHS\n", stderr);
        return 2;
    }
    puts(reading == read_sax ? LIBXML_DOTTED_VERSION : VERSION);
    fflush(stdout);
    char path[4096];
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = '\0';
        answer(path, reading);
    }
    return 0;
}
