/* What only the whole configuration can tell: inheritance, names across files, what is missing. */
#include "conf/parser.h"

static const struct conf_polling defaults = {
    .interval = 10 * MS_MINUTE,
    .min_interval = 2 * MS_MINUTE,
    .max_interval = 6 * MS_HOUR,
    .timeout = MS_MINUTE,
    .connect_timeout = 15 * MS_SECOND,
    .max_size = 16 << 20,
    .backlog = MS_DAY,
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
    p.given |= inner->given;
    for (unsigned i = 0; i < sizeof p.where / sizeof *p.where; i++)
        if (inner->given & 1u << i)
            p.where[i] = inner->where[i];
    return p;
}

/* A bound that nobody gave makes room for what was given. Two that were given must agree. */
static struct conf_polling bounded(struct conf_parser *p, const struct polling *s)
{
    struct conf_polling v = s->values;
    bool interval = s->given & 1u << INTERVAL, least = s->given & 1u << MIN_INTERVAL, most = s->given & 1u << MAX_INTERVAL;
    if (!interval && v.interval < v.min_interval)
        v.interval = v.min_interval;
    if (!interval && v.interval > v.max_interval)
        v.interval = v.max_interval;
    if (!least && v.min_interval > v.interval)
        v.min_interval = v.interval;
    if (!most && v.max_interval < v.interval)
        v.max_interval = v.interval;
    if (v.min_interval > v.max_interval)
        parser_error(p, s->where[least ? MIN_INTERVAL : MAX_INTERVAL], "min_interval is more than max_interval");
    else if (v.interval < v.min_interval)
        parser_error(p, s->where[interval ? INTERVAL : MIN_INTERVAL], "the interval is less than min_interval");
    else if (v.interval > v.max_interval)
        parser_error(p, s->where[interval ? INTERVAL : MAX_INTERVAL], "the interval is more than max_interval");
    return v;
}

static void move_feeds(struct conf_parser *p)
{
    struct conf *c = p->conf;
    const struct polling top = {.values = defaults};
    struct polling global = inherit(&top, &p->polling);
    size_t errors = p->diags->errors;
    c->polling = bounded(p, &global);
    bool sound = p->diags->errors == errors;
    c->outlet_count = p->outlet_count;
    c->outlets = arena_array(&c->arena, p->outlet_count, sizeof *c->outlets);
    for (size_t i = 0; i < p->outlet_count; i++) {
        c->outlets[i] = p->outlets[i].outlet;
        table_put(&c->outlets_by_id, c->outlets[i].id, &c->outlets[i]);
    }
    c->feed_count = p->feed_count;
    c->feeds = arena_array(&c->arena, p->feed_count, sizeof *c->feeds);
    for (size_t i = 0; i < p->feed_count; i++) {
        struct pending_outlet *outlet = &p->outlets[p->feeds[i].outlet];
        struct polling of_outlet = inherit(&global, &outlet->polling), own = inherit(&of_outlet, &p->feeds[i].polling);
        c->feeds[i] = p->feeds[i].feed;
        c->feeds[i].outlet = &c->outlets[p->feeds[i].outlet];
        /* A mistake of the global block is told once, not again for every feed. */
        c->feeds[i].polling = sound || outlet->polling.given || p->feeds[i].polling.given ? bounded(p, &own) : own.values;
        table_put(&c->feeds_by_id, c->feeds[i].id, &c->feeds[i]);
    }
}

static void move_rules(struct conf_parser *p)
{
    struct conf *c = p->conf;
    c->rule_count = p->rule_count;
    c->rules = arena_array(&c->arena, p->rule_count, sizeof *c->rules);
    for (size_t i = 0; i < p->rule_count; i++) {
        c->rules[i] = p->rules[i];
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
    for (size_t i = 0; table_next(known, &i, &slot);)
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
        out[i] = (char)(v.p[i] >= 'A' && v.p[i] <= 'Z' ? v.p[i] + 32 : v.p[i]);
    return (struct sv){out, n};
}

static void check_names(struct conf_parser *p, const struct node *n)
{
    char text[128];
    if (n->kind == NODE_META && (n->meta == META_OUTLET || n->meta == META_FEED)) {
        const struct table *known = n->meta == META_OUTLET ? &p->conf->outlets_by_id : &p->conf->feeds_by_id;
        if (!table_get(known, lower(n->text, text, sizeof text)))
            warn_unknown(p, n->where, n->meta == META_OUTLET ? "outlet" : "feed", n->text, known);
    }
    for (size_t i = 0; i < n->child_count; i++)
        check_names(p, n->children[i]);
}

static void resolve_tree(struct conf_parser *p, struct node *n)
{
    if (!n)
        return;
    rule_resolve(n, &p->conf->lists_by_name, p->diags);
    check_names(p, n);
}

static void resolve_all(struct conf_parser *p)
{
    struct conf *c = p->conf;
    for (size_t i = 0; i < c->list_count; i++)
        if (c->lists[i].body)
            rule_resolve_list(&c->lists[i], &c->lists_by_name, p->diags);
    for (size_t i = 0; i < c->rule_count; i++) {
        struct rule *r = &c->rules[i];
        resolve_tree(p, r->match);
        for (size_t k = 0; k < r->clause_count; k++)
            resolve_tree(p, r->clauses[k].expr);
        for (size_t k = 0; k < r->outlet_count; k++)
            if (!table_get(&c->outlets_by_id, r->outlets[k]))
                warn_unknown(p, r->where, "outlet", r->outlets[k], &c->outlets_by_id);
    }
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
}

static void check_whole(struct conf_parser *p)
{
    const struct conf *c = p->conf;
    if (!p->kafka_where.source)
        parser_error(p, (struct span){0}, "there is no kafka block: write  kafka { brokers \"host:9092\"; }  (or embedded; or file \"PATH\";)");
    else if (c->kafka.sink == CONF_SINK_NONE)
        parser_error(p, p->kafka_where, "kafka names no place for alerts: write  brokers \"host:9092\";  (or embedded; or file \"PATH\";)");
    if (c->feed_count == 0)
        diag_add(p->diags, DIAG_WARNING, (struct span){0}, "no feed is watched");
    if (c->rule_count == 0)
        diag_add(p->diags, DIAG_WARNING, (struct span){0}, "there is no rule: nothing will ever be published");
}

void parser_finish(struct conf_parser *p)
{
    struct conf *c = p->conf;
    bool read = p->diags->errors == 0; /* what is missing is judged only when nothing was in error */
    set_defaults(c);
    move_feeds(p);
    move_rules(p);
    resolve_all(p);
    c->kafka.option_count = p->option_count;
    c->kafka.options = arena_array(&c->arena, p->option_count, sizeof *c->kafka.options);
    for (size_t i = 0; i < p->option_count; i++)
        c->kafka.options[i] = p->options[i];
    if (read)
        check_whole(p);
}
