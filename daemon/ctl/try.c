/* newswatchctl try: rules over a feed, without a daemon. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/alert.h"
#include "base/json.h"
#include "ctl/ctl.h"
#include "ctl/show.h"
#include "feed/feed.h"
#include "setup.h"

enum { EXIT_HIT = 0, EXIT_NO_HIT = 1, EXIT_NO_FEED = 4 };

#define MISSES_MOST 20 /* rules of a configuration for which misses are shown unasked */

struct names {
    const char **list;
    size_t count, capacity;
};

struct trial {
    /* What was asked for. */
    const char *path;
    bool path_given, json, misses;
    struct names rule_ids, expressions;
    const char *outlet_id;
    /* What it means. */
    struct setup *setup;
    const struct rule *rules;
    size_t rule_count;
    const struct match *match;
    struct rule *own_rules; /* what of these two is not the configuration's */
    struct match *own_match;
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
    enum { JSON = 256, RULE, OUTLET, MISSES, HELP };
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},    {"json", no_argument, NULL, JSON},           {"rule", required_argument, NULL, RULE},
        {"outlet", required_argument, NULL, OUTLET}, {"expression", required_argument, NULL, 'e'}, {"misses", no_argument, NULL, MISSES},
        {"help", no_argument, NULL, HELP},           {NULL, 0, NULL, 0},
    };
    t->path = SYSCONFDIR "/newswatchd/newswatchd.conf";
    for (int c; (c = getopt_long(argc, argv, "c:e:", options, NULL)) != -1;)
        switch (c) {
        case 'c': t->path = optarg, t->path_given = true; break;
        case 'e': add_name(&t->expressions, optarg); break;
        case JSON: t->json = true; break;
        case RULE: add_name(&t->rule_ids, optarg); break;
        case MISSES: t->misses = true; break;
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

/* The configuration has nothing of this name. */
static void tell_unknown(struct trial *t, const char *what, const char *name, const struct table *known, struct diags *diags)
{
    struct sv *names = arena_array(&t->arena, known->count, sizeof *names);
    struct table_slot *slot;
    size_t count = 0;
    for (size_t i = 0; !diag_full(diags, DIAG_ERROR) && table_next(known, &i, &slot);)
        names[count++] = slot->key;
    struct sv near = sv_nearest(sv_of(name), names, count);
    if (near.p)
        diag_add(diags, DIAG_ERROR, (struct span){0}, "%s has no %s '%s': did you mean '%.*s'?", t->path, what, name, SV_ARG(near));
    else
        diag_add(diags, DIAG_ERROR, (struct span){0}, "%s has no %s '%s'", t->path, what, name);
}

static bool add_expression(struct trial *t, const char *text, struct diags *diags)
{
    struct source *source = arena_zalloc(&t->arena, sizeof *source);
    *source = (struct source){SV("-e"), sv_of(text)};
    struct node *tree = rule_parse_text(source, t->setup ? &t->setup->conf->lists_by_name : NULL, &t->arena, diags);
    if (!tree)
        return false;
    t->own_rules[t->rule_count++] = (struct rule){.id = sv_of(text), .match = tree, .where = {source, 0, source->text.n}};
    return true;
}

static void add_rule(struct trial *t, const char *id, struct diags *diags)
{
    const struct conf *conf = t->setup->conf;
    const struct rule *rule = table_get(&conf->rules_by_id, sv_of(id));
    if (rule)
        t->own_rules[t->rule_count++] = *rule;
    else
        tell_unknown(t, "rule", id, &conf->rules_by_id, diags);
}

/* Those of the configuration that are named, and the expressions. */
static bool add_rules(struct trial *t, struct diags *diags)
{
    t->own_rules = xcalloc(t->rule_ids.count + t->expressions.count, sizeof *t->own_rules);
    t->rules = t->own_rules;
    for (size_t i = 0; i < t->rule_ids.count; i++)
        add_rule(t, t->rule_ids.list[i], diags);
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
        tell_unknown(t, "outlet", t->outlet_id, &t->setup->conf->outlets_by_id, diags);
        return false;
    }
    t->context.country = outlet->country;
    t->context.language = outlet->language;
    return true;
}

static void compile_rules(struct trial *t, struct diags *diags)
{
    struct diags again = {0}; /* what the configuration's own rules warn of was told when it was loaded */
    if (!t->rule_ids.count && !t->expressions.count) {
        t->rules = t->setup->conf->rules;
        t->rule_count = t->setup->conf->rule_count;
        t->match = t->setup->match;
        t->misses = t->misses || t->rule_count <= MISSES_MOST;
    } else if (add_rules(t, diags)) {
        t->match = t->own_match = match_compile(t->own_rules, t->rule_count, t->expressions.count ? diags : &again);
        t->misses = true;
    }
    diag_free(&again);
}

static bool prepare(struct trial *t)
{
    struct diags diags = {0};
    bool good = true;
    if (wants_configuration(t))
        good = (t->setup = setup_load(t->path, &diags)) != NULL;
    if (good && set_context(t, &diags))
        compile_rules(t, &diags);
    diag_show(&diags);
    diag_free(&diags);
    return t->match != NULL;
}

/* ---- One item ---- */

static void print_json(const struct item *item, struct sv rule, const struct hit *hit, const struct miss *miss)
{
    struct buf line = {0};
    struct json_writer w = {.out = &line};
    json_object(&w);
    json_member(&w, "item", item->id);
    json_member(&w, "rule", rule);
    json_key(&w, "hit");
    json_bool(&w, hit != NULL);
    json_key(&w, "terms");
    json_array(&w);
    for (size_t i = 0; hit && i < hit->mention_count; i++)
        alert_write_mention(&w, &hit->mentions[i], item);
    json_array_end(&w);
    json_key(&w, "missing");
    json_array(&w);
    for (size_t i = 0; i < miss->count; i++) {
        struct buf text = {0};
        buf_printf(&text, "%.*s: %.*s", SV_ARG(miss->parts[i].part), SV_ARG(miss->parts[i].reason));
        json_string(&w, buf_view(&text));
        buf_free(&text);
    }
    json_array_end(&w);
    if (hit ? hit->scored : miss->scored) {
        json_key(&w, "score");
        json_integer(&w, hit ? hit->score : miss->score);
    }
    json_object_end(&w);
    show_json(buf_view(&line));
    buf_free(&line);
}

/* Hits stand in the order of the rules, and name a rule by the very bytes of its id. */
static bool is_of(const struct hit *hit, const struct rule *rule)
{
    return hit->rule.p == rule->id.p;
}

static void show_rules(const struct trial *t, const struct item *item, const struct hit *hits, size_t count)
{
    struct match_explainer *explainer = match_explain(t->match, item, &t->context);
    for (size_t i = 0, next = 0; i < t->rule_count; i++) {
        const struct hit *hit = next < count && is_of(&hits[next], &t->rules[i]) ? &hits[next++] : NULL;
        const struct miss miss = hit ? (struct miss){0} : match_miss(explainer, i);
        if (t->json)
            print_json(item, t->rules[i].id, hit, &miss);
        else if (!hit)
            show_miss(t->rules[i].id, &miss, t->colour);
    }
    match_explain_end(&explainer);
}

static bool on_item(void *context, struct item *item)
{
    struct trial *t = context;
    struct hit *hits;
    feed_item_text(item);
    size_t count = match_item(t->match, item, &t->context, &hits);
    bool shown = count > 0 || t->misses;
    t->items++;
    t->hits += count;
    if (!t->json && shown)
        show_item(item, hits, count, t->colour);
    if (t->json || t->misses)
        show_rules(t, item, hits, count);
    if (!t->json && shown)
        putchar('\n');
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
    if (!good) {
        fprintf(stderr, "newswatchctl: try: %s: ", from);
        show_text(stderr, sv_of(error));
        putc('\n', stderr);
    }
    return good;
}

static int try_all(struct trial *t, char **feeds, int count)
{
    t->colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
    bool good = true;
    for (int i = 0; i < count; i++)
        good = try_feed(t, feeds[i]) && good;
    if (!t->json)
        printf("%zu hit%s in %zu item%s, with %zu rule%s%s\n", t->hits, t->hits == 1 ? "" : "s", t->items, t->items == 1 ? "" : "s",
               t->rule_count, t->rule_count == 1 ? "" : "s", t->misses ? "" : "; --misses tells why the others miss");
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
    match_free(&t.own_match);
    setup_free(&t.setup);
    free(t.own_rules);
    free(t.rule_ids.list);
    free(t.expressions.list);
    arena_free(&t.arena);
    return status;
}
