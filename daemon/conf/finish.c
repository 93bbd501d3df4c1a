/* What only the whole configuration can tell: inheritance, names across files, what is missing. */
#include <stdlib.h>

#include "base/ascii.h"
#include "conf/parser.h"
#include "conf/value.h"

static const struct conf_polling defaults = {
    .interval = 10 * MS_MINUTE,
    .min_interval = 2 * MS_MINUTE,
    .max_interval = 6 * MS_HOUR,
    .timeout = MS_MINUTE,
    .connect_timeout = 15 * MS_SECOND,
    .max_size = 64 << 20,
    .backlog = MS_DAY,
    .max_items = 50000,
    .max_depth = 250,
    .max_text = 4 << 20,
    .max_attributes = 250,
};

/* What the inner block gives stands over what the outer one gives. */
static struct polling inherit(const struct polling *outer, const struct polling *inner)
{
    struct polling p = *outer;
    const struct conf_polling *v = &inner->values;
    if (inner->given & 1u << INTERVAL) p.values.interval = v->interval;
    if (inner->given & 1u << MIN_INTERVAL) p.values.min_interval = v->min_interval;
    if (inner->given & 1u << MAX_INTERVAL) p.values.max_interval = v->max_interval;
    if (inner->given & 1u << TIMEOUT) p.values.timeout = v->timeout;
    if (inner->given & 1u << CONNECT_TIMEOUT) p.values.connect_timeout = v->connect_timeout;
    if (inner->given & 1u << BACKLOG) p.values.backlog = v->backlog;
    if (inner->given & 1u << MAX_SIZE) p.values.max_size = v->max_size;
    if (inner->given & 1u << USER_AGENT) p.values.user_agent = v->user_agent;
    if (inner->given & 1u << TIMEZONE) p.timezone = inner->timezone, p.zone = inner->zone;
    if (inner->given & 1u << MAX_ITEMS) p.values.max_items = v->max_items;
    if (inner->given & 1u << MAX_DEPTH) p.values.max_depth = v->max_depth;
    if (inner->given & 1u << MAX_TEXT) p.values.max_text = v->max_text;
    if (inner->given & 1u << MAX_ATTRIBUTES) p.values.max_attributes = v->max_attributes;
    if (inner->given & 1u << UPDATES) p.values.updates = v->updates;
    p.given |= inner->given;
    for (unsigned i = 0; i < sizeof p.where / sizeof *p.where; i++)
        if (inner->given & 1u << i)
            p.where[i] = inner->where[i];
    return p;
}

#define BOUNDS (1u << INTERVAL | 1u << MIN_INTERVAL | 1u << MAX_INTERVAL)

/* A bound that nobody gave makes room for what was given. */
static struct conf_polling make_room(const struct polling *s)
{
    struct conf_polling v = s->values;
    bool interval = s->given & 1u << INTERVAL, least = s->given & 1u << MIN_INTERVAL, most = s->given & 1u << MAX_INTERVAL;
    if (!most && v.max_interval < v.min_interval)
        v.max_interval = v.min_interval;
    if (!least && v.min_interval > v.max_interval)
        v.min_interval = v.max_interval;
    if (!interval && v.interval < v.min_interval)
        v.interval = v.min_interval;
    if (!interval && v.interval > v.max_interval)
        v.interval = v.max_interval;
    if (!least && v.min_interval > v.interval)
        v.min_interval = v.interval;
    if (!most && v.max_interval < v.interval)
        v.max_interval = v.interval;
    return v;
}

static int64_t value_of(const struct conf_polling *v, int which)
{
    return which == INTERVAL ? v->interval : which == MIN_INTERVAL ? v->min_interval : v->max_interval;
}

static void tell_bounds(struct conf_parser *p, const struct polling *s, int which, const char *relation, int bound)
{
    static const char *const names[] = {[INTERVAL] = "interval", [MIN_INTERVAL] = "min_interval", [MAX_INTERVAL] = "max_interval"};
    struct buf text = {0};
    buf_printf(&text, "%s ", names[which]);
    value_print_duration(value_of(&s->values, which), &text);
    buf_printf(&text, " is %s than %s ", relation, names[bound]);
    value_print_duration(value_of(&s->values, bound), &text);
    parser_error(p, s->where[which], "%.*s", SV_ARG(buf_view(&text)));
    diag_add(p->diags, DIAG_NOTE, s->where[bound], "%s is given here", names[bound]);
    buf_free(&text);
}

/* Two bounds that were given must agree. */
static struct conf_polling bounded(struct conf_parser *p, const struct polling *s, bool tell)
{
    struct conf_polling v = make_room(s);
    if (!tell)
        return v;
    if (v.min_interval > v.max_interval)
        tell_bounds(p, s, MAX_INTERVAL, "less", MIN_INTERVAL);
    else if (v.interval < v.min_interval)
        tell_bounds(p, s, INTERVAL, "less", MIN_INTERVAL);
    else if (v.interval > v.max_interval)
        tell_bounds(p, s, INTERVAL, "more", MAX_INTERVAL);
    return v;
}

static void move_outlets(struct conf_parser *p, const struct polling *global)
{
    struct conf *c = p->conf;
    c->outlet_count = p->outlet_count;
    c->outlets = arena_array(&c->arena, p->outlet_count, sizeof *c->outlets);
    for (size_t i = 0; i < p->outlet_count; i++) {
        struct pending_outlet *o = &p->outlets[i];
        bool own = o->polling.given & BOUNDS;
        c->outlets[i] = o->outlet;
        table_put(&c->outlets_by_id, o->outlet.id, &c->outlets[i]);
        c->outlets[i].timezone = o->polling.timezone;
        o->polling = inherit(global, &o->polling);
        bounded(p, &o->polling, own);
    }
}

/* Each level's bounds are judged where it gives any: a mistake is told once, not again for every feed below it. */
static void move_feeds(struct conf_parser *p)
{
    struct conf *c = p->conf;
    const struct polling top = {.values = defaults};
    struct polling global = inherit(&top, &p->polling);
    c->polling = bounded(p, &global, true);
    move_outlets(p, &global);
    c->feed_count = p->feed_count;
    c->feeds = arena_array(&c->arena, p->feed_count, sizeof *c->feeds);
    for (size_t i = 0; i < p->feed_count; i++) {
        const struct pending_feed *f = &p->feeds[i];
        struct polling own = inherit(&p->outlets[f->outlet].polling, &f->polling);
        c->feeds[i] = f->feed;
        c->feeds[i].outlet = &c->outlets[f->outlet];
        c->feeds[i].polling = bounded(p, &own, f->polling.given & BOUNDS);
        c->feeds[i].timezone = own.timezone;
        c->feeds[i].zone = own.zone;
        table_put(&c->feeds_by_id, f->feed.id, &c->feeds[i]);
    }
}

static void move_rules(struct conf_parser *p)
{
    struct conf *c = p->conf;
    c->rule_count = p->rule_count;
    c->rules = arena_array(&c->arena, p->rule_count, sizeof *c->rules);
    for (size_t i = 0; i < p->rule_count; i++) {
        c->rules[i] = p->rules[i];
        c->updates |= c->rules[i].updates == RULE_UPDATES_ON;
        table_put(&c->rules_by_id, c->rules[i].id, &c->rules[i]);
    }
    c->list_count = p->list_count;
    c->lists = arena_array(&c->arena, p->list_count, sizeof *c->lists);
    for (size_t i = 0; i < p->list_count; i++) {
        c->lists[i] = p->lists[i];
        table_put(&c->lists_by_name, c->lists[i].name, &c->lists[i]);
    }
}

/* ---- Names ---- */

static void warn_unknown(struct conf_parser *p, struct span where, const char *what, struct sv name, const struct table *known)
{
    struct arena arena = {0};
    struct sv *names = arena_array(&arena, known->count, sizeof *names);
    size_t count = 0;
    struct table_slot *slot;
    for (size_t i = 0; !diag_full(p->diags, DIAG_WARNING) && table_next(known, &i, &slot);)
        names[count++] = slot->key;
    struct sv near = sv_nearest(name, names, count);
    if (near.p)
        diag_add(p->diags, DIAG_WARNING, where, "there is no %s '%.*s'; did you mean '%.*s'?", what, SV_ARG(name), SV_ARG(near));
    else
        diag_add(p->diags, DIAG_WARNING, where, "there is no %s '%.*s'", what, SV_ARG(name));
    arena_free(&arena);
}

static struct sv lower(struct sv v, char *out, size_t size)
{
    size_t n = v.n < size ? v.n : size;
    for (size_t i = 0; i < n; i++)
        out[i] = ascii_lower(v.p[i]);
    return (struct sv){out, n};
}

/* The ids that conditions name, and the lists, which `used` (may be NULL) gets. */
static void check_names(struct conf_parser *p, const struct node *n, bool *used)
{
    char text[256];
    if (n->kind == NODE_META && (n->meta == META_OUTLET || n->meta == META_FEED)) {
        const struct table *known = n->meta == META_OUTLET ? &p->conf->outlets_by_id : &p->conf->feeds_by_id;
        if (!table_get(known, lower(n->text, text, sizeof text)))
            warn_unknown(p, n->where, n->meta == META_OUTLET ? "outlet" : "feed", n->text, known);
    }
    if (n->kind == NODE_META && n->meta == META_COUNTRY && value_country(n->text))
        diag_add(p->diags, DIAG_WARNING, n->where, "no outlet can be in '%.*s': %s", SV_ARG(n->text), value_country(n->text));
    if (n->kind == NODE_LIST && n->list && used)
        used[n->list - p->conf->lists] = true;
    for (size_t i = 0; i < n->child_count; i++)
        check_names(p, n->children[i], used);
}

static void resolve_lists(struct conf_parser *p)
{
    struct conf *c = p->conf;
    for (size_t i = 0; i < c->list_count; i++)
        if (c->lists[i].body) {
            rule_resolve_list(&c->lists[i], &c->lists_by_name, p->diags);
            check_names(p, c->lists[i].body, NULL);
        }
}

static void resolve_tree(struct conf_parser *p, struct node *n, bool *used)
{
    if (!n)
        return;
    rule_resolve(n, &p->conf->lists_by_name, p->diags);
    check_names(p, n, used);
}

static void resolve_rules(struct conf_parser *p, bool *used)
{
    const struct conf *c = p->conf;
    for (size_t i = 0; i < c->rule_count; i++) {
        resolve_tree(p, c->rules[i].match, used);
        for (size_t k = 0; k < c->rules[i].clause_count; k++)
            resolve_tree(p, c->rules[i].clauses[k].expr, used);
    }
    for (size_t i = 0; i < p->outlets_named_count; i++)
        if (!table_get(&c->outlets_by_id, p->outlets_named[i].name))
            warn_unknown(p, p->outlets_named[i].where, "outlet", p->outlets_named[i].name, &c->outlets_by_id);
}

/* What a list names is used with it. Lists must be sound: then they are not deep. */
static void spread_use(const struct conf *c, const struct node *n, bool *reached)
{
    bool *list = n->kind == NODE_LIST ? &reached[n->list - c->lists] : NULL;
    if (list && !*list) {
        *list = true;
        spread_use(c, n->list->body, reached);
    }
    for (size_t i = 0; i < n->child_count; i++)
        spread_use(c, n->children[i], reached);
}

static void warn_unused(struct conf_parser *p, const bool *used)
{
    const struct conf *c = p->conf;
    bool *reached = xcalloc(c->list_count + 1, sizeof *reached);
    for (size_t i = 0; i < c->list_count; i++)
        if (used[i]) {
            reached[i] = true;
            spread_use(c, c->lists[i].body, reached);
        }
    for (size_t i = 0; i < c->list_count; i++)
        if (!reached[i])
            diag_add(p->diags, DIAG_WARNING, c->lists[i].where, "no rule uses the list '%.*s'", SV_ARG(c->lists[i].name));
    free(reached);
}

static void resolve_all(struct conf_parser *p)
{
    const struct conf *c = p->conf;
    bool *used = xcalloc(c->list_count + 1, sizeof *used);
    resolve_lists(p);
    resolve_rules(p, used);
    if (p->diags->errors == 0)
        warn_unused(p, used);
    free(used);
}

/* ---- The whole ---- */

static void set_defaults(struct conf *c)
{
    if (!c->text_limit)
        c->text_limit = 256 << 10;
    if (!c->transfers)
        c->transfers = 64;
    if (!c->kafka.topic.p)
        c->kafka.topic = SV("news.alerts");
    if (c->kafka.drain < 0)
        c->kafka.drain = 10 * MS_SECOND;
    if (!c->remember)
        c->remember = 60 * MS_DAY;
    if (!c->outbox.max_size)
        c->outbox.max_size = 10ull << 30;
    if (!c->outbox.window)
        c->outbox.window = 16 << 20;
}

/* A dead letter among alerts would be read as one. */
static void check_dead_letter(struct conf_parser *p)
{
    const struct conf_kafka *k = &p->conf->kafka;
    struct span where = {0};
    bool same = k->dead_letter.p && sv_eq(k->dead_letter, k->topic);
    for (size_t i = 0; k->dead_letter.p && i < p->topics_named_count && !where.source; i++)
        if (sv_eq(p->topics_named[i].name, k->dead_letter))
            where = p->topics_named[i].where;
    if (!same && !where.source)
        return;
    parser_error(p, p->dead_letter_where, "'%.*s' is a topic of alerts: dead letters need one of their own", SV_ARG(k->dead_letter));
    diag_add(p->diags, DIAG_NOTE, where, where.source ? "alerts go to it from here" : "it is the topic of rules that name none");
}

static void check_whole(struct conf_parser *p)
{
    const struct conf *c = p->conf;
    check_dead_letter(p);
    if (!p->kafka_where.source)
        parser_error(p, (struct span){0}, "%.*s: there is no kafka block: write  kafka { brokers \"host:9092\"; }  (or embedded; or file \"PATH\";)",
                     SV_ARG(p->path));
    else if (c->kafka.sink == CONF_SINK_NONE)
        parser_error(p, p->kafka_where, "kafka names no place for alerts: write  brokers \"host:9092\";  (or embedded; or file \"PATH\";)");
    if (c->feed_count == 0)
        diag_add(p->diags, DIAG_WARNING, (struct span){0}, "%.*s: no feed is watched", SV_ARG(p->path));
    if (c->rule_count == 0)
        diag_add(p->diags, DIAG_WARNING, (struct span){0}, "%.*s: there is no rule: nothing will ever be published", SV_ARG(p->path));
}

static void move_options(struct conf_parser *p)
{
    struct conf_kafka *k = &p->conf->kafka;
    k->option_count = p->option_count;
    k->options = arena_array(&p->conf->arena, p->option_count, sizeof *k->options);
    for (size_t i = 0; i < p->option_count; i++)
        k->options[i] = p->options[i];
}

static bool is_whole(const struct rule *r)
{
    for (size_t i = 0; i < r->clause_count; i++)
        if (!r->clauses[i].expr)
            return false;
    return r->match || r->clause_count;
}

/* Hand the rules on: all of them, or after errors those that were understood. Lists must be sound. */
static void check_rules(struct conf_parser *p)
{
    const struct conf *c = p->conf;
    if (!p->checks->rules)
        return;
    for (size_t i = 0; i < c->list_count; i++)
        if (!c->lists[i].body)
            return;
    if (!p->diags->errors) {
        p->checks->rules(p->checks->context, c->rules, c->rule_count, p->diags);
        return;
    }
    struct rule *whole = arena_array(&p->conf->arena, c->rule_count, sizeof *whole);
    size_t count = 0;
    for (size_t i = 0; i < c->rule_count; i++)
        if (is_whole(&c->rules[i]))
            whole[count++] = c->rules[i];
    p->checks->rules(p->checks->context, whole, count, p->diags);
}

/* What is missing is judged only when nothing was in error, names only when no definition was hidden by an error. */
void parser_finish(struct conf_parser *p)
{
    bool sound = p->diags->errors == 0;
    set_defaults(p->conf);
    move_feeds(p);
    move_rules(p);
    move_options(p);
    if (sound)
        check_whole(p);
    if (p->incomplete)
        return;
    size_t before = p->diags->errors;
    resolve_all(p);
    if (p->diags->errors == before)
        check_rules(p);
}
