/* newswatchctl parse: what the daemon would read from these bytes, as a JSON Feed 1.1 document. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alert.h"
#include "base/json.h"
#include "ctl/ctl.h"
#include "feed/feed.h"

enum { EXIT_FEED = 0, EXIT_NO_FEED = 1 };

/* An item of which only the end of the document tells the dates. */
struct held {
    struct item item;
    struct arena arena;
};

/* An item in its place: as JSON, up to `end` of all of it, or held back. */
struct entry {
    size_t end;
    struct held *held;
};

struct parse {
    struct sv url, content_type; /* as given; else what ctl_read knows */
    struct buf shown_url;        /* where the bytes came from, as far as that is known */
    bool lines;
    struct feed *feed;
    struct buf items;            /* their JSON, nothing between */
    struct entry *entries;
    size_t count, capacity;
};

static int wrong(const char *what)
{
    fprintf(stderr, "newswatchctl: parse: %s\nTry 'newswatchctl --help'.\n", what);
    return CTL_WRONG;
}

static int parse_arguments(int argc, char **argv, struct parse *p)
{
    enum { URL = 256, CONTENT_TYPE, LINES, HELP };
    static const struct option options[] = {{"url", required_argument, NULL, URL},
                                            {"content-type", required_argument, NULL, CONTENT_TYPE},
                                            {"lines", no_argument, NULL, LINES},
                                            {"help", no_argument, NULL, HELP},
                                            {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
        switch (c) {
        case URL: p->url = sv_of(optarg); break;
        case CONTENT_TYPE: p->content_type = sv_of(optarg); break;
        case LINES: p->lines = true; break;
        case HELP: ctl_usage(); return EXIT_FEED;
        default: return wrong("see its options in newswatchctl(1)");
        }
    if (optind == argc)
        return wrong("no file is given; '-' is stdin");
    p->lines |= argc - optind > 1;
    return -1;
}

/* ---- Reading ---- */

static struct held *hold(struct item *item)
{
    struct held *held = xcalloc(1, sizeof *held);
    held->arena = *item->arena;
    *item->arena = (struct arena){0};
    held->item = *item;
    held->item.arena = &held->arena;
    return held;
}

static void write_item(struct json_writer *w, struct item *item)
{
    feed_item_text(item);
    if (!item->content_text.p) /* a JSON Feed's item must have a content */
        item->content_text = SV("");
    alert_write_item(w, item, false);
}

static bool on_item(void *context, struct item *item)
{
    struct parse *p = context;
    struct json_writer w = {.out = &p->items};
    struct held *held = NULL;
    if (item->unsettled)
        held = hold(item);
    else
        write_item(&w, item);
    p->entries = xgrow(p->entries, p->count, &p->capacity, sizeof *p->entries);
    p->entries[p->count++] = (struct entry){p->items.n, held};
    return true;
}

static void forget_items(struct parse *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->entries[i].held) {
            arena_free(&p->entries[i].held->arena);
            free(p->entries[i].held);
        }
    p->count = 0;
    buf_clear(&p->items);
}

static void on_begin(void *context, struct sv url, struct sv content_type)
{
    struct parse *p = context;
    forget_items(p);
    feed_free(&p->feed);
    buf_clear(&p->shown_url);
    buf_sv(&p->shown_url, p->url.p ? p->url : url);
    const struct feed_options options = {
        .url = p->url.p ? p->url : url,
        .content_type = p->content_type.p ? p->content_type : content_type,
        .now = url.p ? clock_wall(&clock_system) : TIME_NONE, /* a file may have been fetched at any time */
        .item = on_item,
        .context = p,
    };
    p->feed = feed_open(&options);
}

static bool on_data(void *context, const char *bytes, size_t n)
{
    struct parse *p = context;
    return feed_write(p->feed, bytes, n);
}

/* ---- Writing ---- */

static void write_extension(struct json_writer *w, const struct parse *p)
{
    const struct feed_info *info = feed_info(p->feed);
    const struct feed_problem *problems;
    size_t count = feed_problems(p->feed, &problems);
    json_key(w, "_newswatchd");
    json_object(w);
    json_member(w, "format", sv_of(feed_format_name(info->format)));
    json_member(w, "version", sv_of(info->version));
    json_member(w, "charset", info->charset);
    json_key(w, "truncated");
    json_bool(w, info->truncated);
    json_key(w, "problems");
    json_array(w);
    for (size_t i = 0; i < count; i++) {
        json_object(w);
        if (problems[i].line) {
            json_key(w, "line");
            json_integer(w, (int64_t)problems[i].line);
        }
        json_member(w, "problem", problems[i].what);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static void write_items(struct json_writer *w, const struct parse *p)
{
    size_t at = 0;
    json_array(w);
    for (size_t i = 0; i < p->count; i++) {
        const struct entry *entry = &p->entries[i];
        if (entry->held) {
            feed_item_settle(p->feed, &entry->held->item);
            write_item(w, &entry->held->item);
        } else {
            json_raw(w, sv_range(p->items.p + at, p->items.p + entry->end));
        }
        at = entry->end;
    }
    json_array_end(w);
}

static void write_feed(struct json_writer *w, const struct parse *p)
{
    const struct feed_info *info = feed_info(p->feed);
    json_object(w);
    json_member(w, "version", SV("https://jsonfeed.org/version/1.1"));
    json_member(w, "title", info->title.p ? info->title : SV(""));
    json_member(w, "home_page_url", info->home);
    if (p->shown_url.n)
        json_member(w, "feed_url", buf_view(&p->shown_url));
    json_member(w, "description", info->description);
    json_member(w, "language", info->language);
    json_key(w, "items");
    write_items(w, p);
    write_extension(w, p);
    json_object_end(w);
}

static void write_line(const struct parse *p, const char *file, const char *error, struct buf *out)
{
    struct json_writer w = {.out = out};
    if (!p->lines) {
        write_feed(&w, p);
        return;
    }
    json_object(&w);
    json_member(&w, "file", sv_of(file));
    json_key(&w, "ok");
    json_bool(&w, !error);
    if (error) {
        json_member(&w, "error", sv_of(error));
    } else {
        json_key(&w, "feed");
        write_feed(&w, p);
    }
    json_object_end(&w);
}

static bool parse_file(struct parse *p, const char *file)
{
    char reason[512] = "";
    const struct ctl_reader reader = {on_begin, on_data, p};
    const char *error = ctl_read(file, &reader, reason, sizeof reason) ? NULL : reason;
    if (!error && !p->feed)
        error = "the server sent no document";
    if (!error && !feed_finish(p->feed))
        error = feed_error(p->feed);
    struct buf out = {0};
    if (!error || p->lines) {
        write_line(p, file, error, &out);
        buf_byte(&out, '\n');
        fwrite(out.p, 1, out.n, stdout);
    } else {
        fprintf(stderr, "newswatchctl: parse: %s: %s\n", file, error);
    }
    buf_free(&out);
    forget_items(p);
    feed_free(&p->feed);
    return !error;
}

int ctl_parse(int argc, char **argv)
{
    struct parse p = {0};
    int status = parse_arguments(argc, argv, &p);
    if (status >= 0)
        return status;
    bool good = true;
    for (int i = optind; i < argc; i++)
        good = parse_file(&p, argv[i]) && good;
    buf_free(&p.items);
    free(p.entries);
    buf_free(&p.shown_url);
    return good ? EXIT_FEED : EXIT_NO_FEED;
}
