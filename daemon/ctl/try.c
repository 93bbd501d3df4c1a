/* newswatchctl try: rules over a feed, without a daemon. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/alert.h"
#include "base/json.h"
#include "base/utf8.h"
#include "ctl/ctl.h"
#include "feed/feed.h"
#include "setup.h"

enum { EXIT_HIT = 0, EXIT_NO_HIT = 1, EXIT_NO_FEED = 4 };

#define SHOWN_TITLE 300 /* bytes of a title on a terminal */

struct names {
    const char **list;
    size_t count, capacity;
};

struct trial {
    /* What was asked for. */
    const char *path;
    bool path_given, json;
    struct names rule_ids, expressions;
    const char *outlet_id;
    /* What it means. */
    struct setup *setup;
    struct rule *rules;
    size_t rule_count;
    struct match *match;
    struct match_context context;
    struct arena arena;
    bool colour;
    /* What came of it. */
    struct feed *feed;
    size_t items, hits;
};

static void add_name(struct names *names, const char *name)
{
    names->list = xgrow(names->list, names->count, &names->capacity, sizeof *names->list);
    names->list[names->count++] = name;
}

static int wrong(const char *what, const char *name)
{
    fprintf(stderr, "newswatchctl: try: %s%s\nTry 'newswatchctl --help'.\n", what, name);
    return CTL_WRONG;
}

/* Returns -1 to go on, or the exit status. */
static int parse_arguments(int argc, char **argv, struct trial *t)
{
    enum { JSON = 256, RULE, OUTLET, HELP };
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},    {"json", no_argument, NULL, JSON},           {"rule", required_argument, NULL, RULE},
        {"outlet", required_argument, NULL, OUTLET}, {"expression", required_argument, NULL, 'e'}, {"help", no_argument, NULL, HELP},
        {NULL, 0, NULL, 0},
    };
    t->path = SYSCONFDIR "/newswatchd/newswatchd.conf";
    for (int c; (c = getopt_long(argc, argv, "c:e:", options, NULL)) != -1;)
        switch (c) {
        case 'c': t->path = optarg, t->path_given = true; break;
        case 'e': add_name(&t->expressions, optarg); break;
        case JSON: t->json = true; break;
        case RULE: add_name(&t->rule_ids, optarg); break;
        case OUTLET: t->outlet_id = optarg; break;
        case HELP: ctl_usage(); return EXIT_HIT;
        default: return wrong("see its options in newswatchctl(1)", "");
        }
    return optind == argc ? wrong("no feed is given: a file, '-' or a URL", "") : -1;
}

/* ---- From arguments to compiled rules ---- */

/* Expressions alone need no configuration. */
static bool wants_configuration(const struct trial *t)
{
    return t->path_given || t->rule_ids.count || !t->expressions.count;
}

static bool add_expression(struct trial *t, const char *text, struct diags *diags)
{
    struct source *source = arena_zalloc(&t->arena, sizeof *source);
    *source = (struct source){SV("-e"), sv_of(text)};
    struct node *tree = rule_parse_text(source, t->setup ? &t->setup->conf->lists_by_name : NULL, &t->arena, diags);
    if (!tree)
        return false;
    t->rules[t->rule_count++] = (struct rule){.id = sv_of(text), .match = tree, .where = {source, 0, source->text.n}};
    return true;
}

static bool add_rules(struct trial *t, struct diags *diags)
{
    const struct conf *conf = t->setup ? t->setup->conf : NULL;
    size_t all = conf && !t->rule_ids.count && !t->expressions.count ? conf->rule_count : 0;
    t->rules = xcalloc(all + t->rule_ids.count + t->expressions.count, sizeof *t->rules);
    for (size_t i = 0; i < all; i++)
        t->rules[t->rule_count++] = conf->rules[i];
    for (size_t i = 0; i < t->rule_ids.count; i++) {
        const struct rule *rule = table_get(&conf->rules_by_id, sv_of(t->rule_ids.list[i]));
        if (rule)
            t->rules[t->rule_count++] = *rule;
        else
            diag_add(diags, DIAG_ERROR, (struct span){0}, "%s has no rule '%s'", t->path, t->rule_ids.list[i]);
    }
    bool good = diags->errors == 0;
    for (size_t i = 0; i < t->expressions.count; i++)
        good = add_expression(t, t->expressions.list[i], diags) && good;
    return good;
}

/* Without a configuration any outlet will do. */
static bool set_context(struct trial *t, struct diags *diags)
{
    if (!t->outlet_id)
        return true;
    t->context.outlet = t->context.feed = sv_of(t->outlet_id);
    if (!t->setup)
        return true;
    const struct conf_outlet *outlet = table_get(&t->setup->conf->outlets_by_id, t->context.outlet);
    if (!outlet) {
        diag_add(diags, DIAG_ERROR, (struct span){0}, "%s has no outlet '%s'", t->path, t->outlet_id);
        return false;
    }
    t->context.country = outlet->country;
    t->context.language = outlet->language;
    return true;
}

static bool prepare(struct trial *t)
{
    struct diags diags = {0};
    bool good = true;
    if (wants_configuration(t))
        good = (t->setup = setup_load(t->path, &diags)) != NULL;
    struct diags again = {0}; /* what the configuration's own rules warn of was told when it was loaded */
    good = good && set_context(t, &diags);
    if (good && add_rules(t, &diags))
        t->match = match_compile(t->rules, t->rule_count, t->expressions.count ? &diags : &again);
    diag_free(&again);
    diag_show(&diags);
    diag_free(&diags);
    return t->match != NULL;
}

/* ---- Showing ---- */

static void show_json(const struct item *item, const struct rule *rule, const struct hit *hit, const struct sv *missing, size_t missing_count)
{
    struct buf line = {0};
    struct json_writer w = {.out = &line};
    json_object(&w);
    json_member(&w, "item", item->id);
    json_member(&w, "rule", rule->id);
    json_key(&w, "hit");
    json_bool(&w, hit != NULL);
    json_key(&w, "terms");
    json_array(&w);
    for (size_t i = 0; hit && i < hit->mention_count; i++)
        alert_write_mention(&w, &hit->mentions[i], item);
    json_array_end(&w);
    json_key(&w, "missing");
    json_array(&w);
    for (size_t i = 0; i < missing_count; i++)
        json_string(&w, missing[i]);
    json_array_end(&w);
    if (hit && hit->scored) {
        json_key(&w, "score");
        json_integer(&w, hit->score);
    }
    json_object_end(&w);
    buf_byte(&line, '\n');
    fwrite(line.p, 1, line.n, stdout);
    buf_free(&line);
}

/* Text from a feed on a terminal: no control character gets through. C1 controls are two bytes in UTF-8. */
static void put_text(struct sv text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool c1 = c == 0xC2 && i + 1 < text.n && (unsigned char)text.p[i + 1] < 0xA0;
        i += c1;
        putchar(c < ' ' || c == 0x7F || c1 ? ' ' : c);
    }
}

static void put_marked(const struct trial *t, struct sv text, const struct span_of_bytes *marks, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (marks[i].start < at || marks[i].end > text.n)
            continue;
        put_text(sv_range(text.p + at, text.p + marks[i].start));
        fputs(t->colour ? "\033[1;33m" : "[", stdout);
        put_text(sv_range(text.p + marks[i].start, text.p + marks[i].end));
        fputs(t->colour ? "\033[0m" : "]", stdout);
        at = marks[i].end;
    }
    put_text(sv_from(text, at));
}

static void put_dim(const struct trial *t, const char *before, struct sv text)
{
    fputs(t->colour ? "\033[2m" : "", stdout);
    fputs(before, stdout);
    put_text(text);
    fputs(t->colour ? "\033[0m\n" : "\n", stdout);
}

static void show_hit(const struct trial *t, const struct item *item, const struct hit *hit)
{
    struct span_of_bytes *marks = arena_array(item->arena, hit->mention_count, sizeof *marks);
    size_t count = 0;
    for (size_t i = 0; i < hit->mention_count; i++)
        if (hit->mentions[i].field == ITEM_TITLE && hit->mentions[i].start != HIT_NO_OFFSET)
            marks[count++] = (struct span_of_bytes){hit->mentions[i].start, hit->mentions[i].end};
    fputs(t->colour ? "\033[1;32m+ " : "+ ", stdout);
    put_text(hit->rule);
    fputs(t->colour ? "\033[0m  " : "  ", stdout);
    put_marked(t, item->title, marks, count);
    if (hit->scored)
        printf("  (score %lld)", (long long)hit->score);
    putchar('\n');
    if (hit->snippet.p) {
        fputs("    ", stdout);
        put_marked(t, hit->snippet, hit->highlights, hit->highlight_count);
        putchar('\n');
    }
    if (item->url.p)
        put_dim(t, "    ", item->url);
}

static void show_miss(const struct trial *t, const struct item *item, const struct rule *rule, const struct sv *missing, size_t count)
{
    fputs("- ", stdout);
    put_text(rule->id);
    fputs("  ", stdout);
    put_text(utf8_cut(item->title, SHOWN_TITLE));
    putchar('\n');
    for (size_t i = 0; i < count; i++)
        put_dim(t, "    missing: ", missing[i]);
}

static bool on_item(void *context, struct item *item)
{
    struct trial *t = context;
    struct match_context about = t->context;
    struct hit *hits;
    feed_item_text(item);
    size_t count = match_item(t->match, item, &about, &hits), next = 0;
    t->items++;
    t->hits += count;
    for (size_t i = 0; i < t->rule_count; i++) {
        const struct hit *hit = next < count && sv_eq(hits[next].rule, t->rules[i].id) ? &hits[next++] : NULL;
        struct sv *missing = NULL;
        size_t missing_count = hit ? 0 : match_missing(t->match, i, item, &about, &missing);
        if (t->json)
            show_json(item, &t->rules[i], hit, missing, missing_count);
        else if (hit)
            show_hit(t, item, hit);
        else
            show_miss(t, item, &t->rules[i], missing, missing_count);
    }
    return true;
}

/* ---- One feed ---- */

static void on_begin(void *context, struct sv url, struct sv content_type)
{
    struct trial *t = context;
    feed_free(&t->feed);
    const struct feed_options options = {
        .url = url, .content_type = content_type, .now = clock_wall(&clock_system), .item = on_item, .context = t};
    t->feed = feed_open(&options);
}

static bool on_data(void *context, const char *bytes, size_t n)
{
    struct trial *t = context;
    return feed_write(t->feed, bytes, n);
}

static bool try_feed(struct trial *t, const char *from)
{
    char error[512] = "";
    const struct ctl_reader reader = {on_begin, on_data, t};
    bool good = ctl_read(from, &reader, error, sizeof error);
    if (good && !(t->feed && feed_finish(t->feed))) {
        snprintf(error, sizeof error, "%s", t->feed ? feed_error(t->feed) : "the server sent no document");
        good = false;
    }
    feed_free(&t->feed);
    if (!good)
        fprintf(stderr, "newswatchctl: try: %s: %s\n", from, error);
    return good;
}

static int try_all(struct trial *t, char **feeds, int count)
{
    t->colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
    bool good = true;
    for (int i = 0; i < count; i++)
        good = try_feed(t, feeds[i]) && good;
    if (!t->json)
        printf("%zu hit%s in %zu item%s, with %zu rule%s\n", t->hits, t->hits == 1 ? "" : "s", t->items, t->items == 1 ? "" : "s",
               t->rule_count, t->rule_count == 1 ? "" : "s");
    if (!good)
        return EXIT_NO_FEED;
    return t->hits ? EXIT_HIT : EXIT_NO_HIT;
}

int ctl_try(int argc, char **argv)
{
    struct trial t = {0};
    int status = parse_arguments(argc, argv, &t);
    if (status < 0)
        status = prepare(&t) ? try_all(&t, argv + optind, argc - optind) : CTL_WRONG;
    match_free(&t.match);
    setup_free(&t.setup);
    free(t.rules);
    free(t.rule_ids.list);
    free(t.expressions.list);
    arena_free(&t.arena);
    return status;
}
