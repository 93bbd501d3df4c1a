/* Polling settings at each level, outlets and their feeds. */
#include "conf/parser.h"
#include "conf/value.h"

/* ---- Settings of polling: global, of an outlet, of a feed ---- */

static void read_time(struct conf_parser *p, struct polling *s, unsigned which, int64_t *ms, bool may_be_zero)
{
    struct span where;
    if (!read_duration(p, ms, &where))
        return;
    if (*ms == 0 && !may_be_zero)
        parser_error(p, where, "a time of nothing: it must be more");
    s->given |= 1u << which;
    s->where[which] = where;
}

static void read_interval(struct conf_parser *p, void *s) { read_time(p, s, INTERVAL, &((struct polling *)s)->values.interval, false); }
static void read_min(struct conf_parser *p, void *s) { read_time(p, s, MIN_INTERVAL, &((struct polling *)s)->values.min_interval, false); }
static void read_max(struct conf_parser *p, void *s) { read_time(p, s, MAX_INTERVAL, &((struct polling *)s)->values.max_interval, false); }
static void read_timeout(struct conf_parser *p, void *s) { read_time(p, s, TIMEOUT, &((struct polling *)s)->values.timeout, false); }
static void read_connect(struct conf_parser *p, void *s) { read_time(p, s, CONNECT_TIMEOUT, &((struct polling *)s)->values.connect_timeout, false); }
static void read_backlog(struct conf_parser *p, void *s) { read_time(p, s, BACKLOG, &((struct polling *)s)->values.backlog, true); }

static void read_max_size(struct conf_parser *p, void *target)
{
    struct polling *s = target;
    if (read_size(p, &s->values.max_size, &s->where[MAX_SIZE]))
        s->given |= 1u << MAX_SIZE;
}

static void read_count(struct conf_parser *p, struct polling *s, unsigned which, int64_t most, int64_t *count)
{
    s->where[which] = p->l->token.where;
    if (read_number(p, 1, most, count))
        s->given |= 1u << which;
}

static void read_items(struct conf_parser *p, void *s) { read_count(p, s, MAX_ITEMS, 100000000, &((struct polling *)s)->values.max_items); }
static void read_depth(struct conf_parser *p, void *s) { read_count(p, s, MAX_DEPTH, 10000, &((struct polling *)s)->values.max_depth); }
static void read_attributes(struct conf_parser *p, void *s) { read_count(p, s, MAX_ATTRIBUTES, 10000, &((struct polling *)s)->values.max_attributes); }

static void read_max_text(struct conf_parser *p, void *target)
{
    struct polling *s = target;
    if (read_size(p, &s->values.max_text, &s->where[MAX_TEXT]))
        s->given |= 1u << MAX_TEXT;
}

static void read_updates(struct conf_parser *p, void *target)
{
    struct polling *s = target;
    if (read_switch(p, &s->values.updates))
        s->given |= 1u << UPDATES;
}

static const char *check_header(struct sv v)
{
    for (size_t i = 0; i < v.n; i++)
        if ((unsigned char)v.p[i] < ' ' || v.p[i] == 0x7F)
            return "an HTTP header is one line without control characters";
    return v.n ? NULL : "it cannot be empty";
}

static void read_user_agent(struct conf_parser *p, void *target)
{
    struct polling *s = target;
    if (read_text(p, want_string, "a user agent", check_header, &s->values.user_agent, &s->where[USER_AGENT]))
        s->given |= 1u << USER_AGENT;
}

#define POLLING_DIRECTIVES(backlog) \
    {SV("interval"), read_interval, false}, {SV("min_interval"), read_min, false}, {SV("max_interval"), read_max, false}, \
    {SV("timeout"), read_timeout, false}, {SV("connect_timeout"), read_connect, false}, {SV("backlog"), backlog, false}, \
    {SV("max_size"), read_max_size, false}, {SV("user_agent"), read_user_agent, false}, {SV("max_items"), read_items, false}, \
    {SV("max_depth"), read_depth, false}, {SV("max_text"), read_max_text, false}, {SV("max_attributes"), read_attributes, false}, \
    {SV("updates"), read_updates, false}

static const struct directive feed_directives[] = {POLLING_DIRECTIVES(read_backlog), {SV("timezone"), read_timezone, false}};
const struct block feed_block = {"in a feed", feed_directives, COUNT(feed_directives)};

/* ---- poll { } ---- */

static void read_transfers(struct conf_parser *p, void *target)
{
    (void)target;
    int64_t number;
    if (read_number(p, 1, 10000, &number))
        p->conf->transfers = (unsigned)number;
}

/* `backlog` may stand at the top level too. */
static void read_poll_backlog(struct conf_parser *p, void *target)
{
    const struct polling *s = target;
    if (s->given & 1u << BACKLOG)
        tell_second(p, p->l->token.where, SV("backlog"), s->where[BACKLOG]);
    read_backlog(p, target);
}

static const struct directive poll_directives[] = {POLLING_DIRECTIVES(read_poll_backlog), {SV("transfers"), read_transfers, false}};
const struct block poll_block = {"in poll", poll_directives, COUNT(poll_directives)};

void read_poll(struct conf_parser *p, void *target)
{
    (void)target;
    parser_next(p);
    read_block(p, &poll_block, &p->polling);
}

void read_top_backlog(struct conf_parser *p, void *target)
{
    (void)target;
    read_poll_backlog(p, &p->polling);
}

/* ---- outlet ID { } ---- */

static struct pending_outlet *last_outlet(struct conf_parser *p)
{
    return &p->outlets[p->outlet_count - 1];
}

static void read_outlet_name(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    read_text(p, want_either, "a name", NULL, &last_outlet(p)->outlet.name, &at);
}

static void read_country(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    struct sv *country = &last_outlet(p)->outlet.country;
    if (!read_text(p, want_either, "a country", value_country, country, &at))
        return;
    char upper[2] = {(char)(country->p[0] & ~32), (char)(country->p[1] & ~32)};
    *country = sv_dup(&p->conf->arena, (struct sv){upper, 2});
}

static void read_outlet_language(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    read_text(p, want_either, "a language", value_language, &last_outlet(p)->outlet.language, &at);
}

static void tell_bad_url(struct conf_parser *p, struct span where, struct sv url, const char *wrong)
{
    static const struct sv schemes[] = {SV("http"), SV("https")};
    struct sv shown = value_public_url(url, "", &p->conf->arena);
    ptrdiff_t colon = sv_find(url, SV("://"));
    struct sv near = colon > 0 ? sv_nearest(sv_head(url, (size_t)colon), schemes, COUNT(schemes)) : SV_NONE;
    if (colon < 0 && sv_find(url, SV(".")) > 0 && url.p[0] != '/')
        parser_error(p, where, "'%.*s': %s: write \"https://%.*s\"", SV_ARG(shown), wrong, SV_ARG(shown));
    else if (near.p && !sv_eq(near, sv_head(url, (size_t)colon)))
        parser_error(p, where, "'%.*s': %s; did you mean %.*s://?", SV_ARG(shown), wrong, SV_ARG(near));
    else
        parser_error(p, where, "'%.*s': %s", SV_ARG(shown), wrong);
}

/* The feeds of an outlet that is there a second time have its ids too: the outlet alone is told of. */
static void claim_feed(struct conf_parser *p, const struct pending_outlet *o, struct sv id, struct span where)
{
    const struct span *first = table_get(&p->outlet_ids, o->outlet.id);
    if (first && (first->source != o->outlet.where.source || first->start != o->outlet.where.start))
        return;
    if (o->feed_count > 0 && sv_eq(id, o->outlet.id) && table_get(&p->feed_ids, id))
        parser_error(p, where, "a second feed of an outlet needs a name: write  feed NAME \"…\";");
    else
        claim(p, &p->feed_ids, id, where, "feed");
}

static void warn_of_same_url(struct conf_parser *p, struct sv url, struct span where)
{
    struct span *kept = arena_alloc(&p->conf->arena, sizeof *kept), *earlier;
    *kept = where;
    earlier = table_put(&p->urls, url, kept);
    if (!earlier)
        return;
    diag_add(p->diags, DIAG_WARNING, where, "the same URL is polled twice");
    diag_add(p->diags, DIAG_NOTE, *earlier, "the other feed is here");
}

static void add_feed(struct conf_parser *p, struct sv name, struct span name_at, struct sv url, struct span url_at)
{
    struct pending_outlet *o = last_outlet(p);
    struct arena *a = &p->conf->arena;
    struct pending_feed feed = {.outlet = p->outlet_count - 1};
    struct conf_feed *f = &feed.feed;
    f->url = sv_dup(a, url);
    f->shown_url = value_public_url(f->url, "", a);
    f->where = url_at;
    f->id = name.p ? sv_of(arena_printf(a, "%.*s.%.*s", SV_ARG(o->outlet.id), SV_ARG(name))) : o->outlet.id;
    const char *wrong = value_url(url);
    if (wrong)
        tell_bad_url(p, url_at, url, wrong);
    else
        warn_of_same_url(p, f->url, url_at);
    claim_feed(p, o, f->id, name.p ? name_at : url_at);
    o->feed_count++;
    p->feeds = xgrow(p->feeds, p->feed_count, &p->feed_capacity, sizeof *p->feeds);
    p->feeds[p->feed_count++] = feed;
}

/* What is written without quotes is a feed's name, unless it looks like the URL. */
static bool is_name(const struct token *t)
{
    return t->kind == TOKEN_WORD && sv_find(t->text, SV("/")) < 0 && sv_find(t->text, SV(":")) < 0 && sv_find(t->text, SV(".")) < 0;
}

static void read_feed(struct conf_parser *p, void *target)
{
    (void)target;
    struct sv name = SV_NONE, url;
    struct span name_at = {0}, url_at;
    parser_next(p);
    if (is_name(&p->l->token)) {
        if (!want_word(p, "a feed's name", &name, &name_at))
            return;
        const char *wrong = value_id(name);
        if (wrong)
            parser_error(p, name_at, "'%.*s': %s", SV_ARG(name), wrong);
    }
    if (!want_string(p, "a URL", &url, &url_at)) {
        last_outlet(p)->feed_count++; /* it is there, if wrong */
        p->incomplete = true;
        return;
    }
    add_feed(p, name, name_at, url, url_at);
    if (p->l->token.kind != TOKEN_OPEN_BRACE && !block_lacks_brace(p, &feed_block)) {
        want_semicolon(p);
        return;
    }
    size_t index = p->feed_count - 1;
    struct polling polling = {0};
    read_block(p, &feed_block, &polling);
    p->feeds[index].polling = polling;
}

static void read_outlet_polling(struct conf_parser *p, const struct directive *d)
{
    struct polling polling = last_outlet(p)->polling;
    d->read(p, &polling);
    last_outlet(p)->polling = polling;
}

#define OUTLET_POLLING(name, index) \
    static void name(struct conf_parser *p, void *target) { (void)target; read_outlet_polling(p, &feed_directives[index]); }
OUTLET_POLLING(outlet_interval, 0)
OUTLET_POLLING(outlet_min, 1)
OUTLET_POLLING(outlet_max, 2)
OUTLET_POLLING(outlet_timeout, 3)
OUTLET_POLLING(outlet_connect, 4)
OUTLET_POLLING(outlet_backlog, 5)
OUTLET_POLLING(outlet_max_size, 6)
OUTLET_POLLING(outlet_user_agent, 7)
OUTLET_POLLING(outlet_items, 8)
OUTLET_POLLING(outlet_depth, 9)
OUTLET_POLLING(outlet_text, 10)
OUTLET_POLLING(outlet_attributes, 11)
OUTLET_POLLING(outlet_updates, 12)
OUTLET_POLLING(outlet_timezone, 13)

static const struct directive outlet_directives[] = {
    {SV("name"), read_outlet_name, false}, {SV("country"), read_country, false}, {SV("language"), read_outlet_language, false},
    {SV("feed"), read_feed, true}, {SV("interval"), outlet_interval, false}, {SV("min_interval"), outlet_min, false},
    {SV("max_interval"), outlet_max, false}, {SV("timeout"), outlet_timeout, false}, {SV("connect_timeout"), outlet_connect, false},
    {SV("backlog"), outlet_backlog, false}, {SV("max_size"), outlet_max_size, false}, {SV("user_agent"), outlet_user_agent, false},
    {SV("timezone"), outlet_timezone, false},
    {SV("max_items"), outlet_items, false}, {SV("max_depth"), outlet_depth, false}, {SV("max_text"), outlet_text, false},
    {SV("max_attributes"), outlet_attributes, false}, {SV("updates"), outlet_updates, false},
};

const struct block outlet_block = {"in an outlet", outlet_directives, COUNT(outlet_directives)};

void read_outlet(struct conf_parser *p, void *target)
{
    (void)target;
    struct sv id;
    struct span where;
    parser_next(p);
    if (!read_id(p, "outlet", &p->outlet_ids, &id, &where))
        return;
    p->outlets = xgrow(p->outlets, p->outlet_count, &p->outlet_capacity, sizeof *p->outlets);
    p->outlets[p->outlet_count++] = (struct pending_outlet){.outlet = {.id = id, .name = id, .where = where}};
    size_t before = p->diags->errors;
    read_block(p, &outlet_block, p);
    if (last_outlet(p)->feed_count == 0 && p->diags->errors == before)
        diag_add(p->diags, DIAG_WARNING, where, "the outlet '%.*s' has no feed", SV_ARG(id));
}
