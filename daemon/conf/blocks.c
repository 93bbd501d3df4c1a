/* The directives: what each block may hold, and where it goes. */
#include "conf/parser.h"
#include "conf/value.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void bad(struct conf_parser *p, struct span where, struct sv value, const char *wrong)
{
    parser_error(p, where, "'%.*s': %s", SV_ARG(value), wrong);
}

static struct sv keep(struct conf_parser *p, struct sv v)
{
    return sv_dup(&p->conf->arena, v);
}

/* `{` is current: read the block; then its `}` counts as the `;` of the directive. */
static void read_block(struct conf_parser *p, const struct directive *directives, size_t count, void *target, const char *block)
{
    if (p->l->token.kind != TOKEN_OPEN_BRACE) {
        if (p->l->token.kind != TOKEN_BAD)
            parser_error(p, p->l->token.where, "a { is expected here");
        lex_recover(p->l);
        return;
    }
    struct span open = p->l->token.where;
    parser_next(p);
    parser_block(p, directives, count, target, block);
    if (p->l->token.kind == TOKEN_CLOSE_BRACE)
        p->l->token.kind = TOKEN_SEMICOLON;
    else
        parser_error(p, open, "this { is not closed");
}

/* One word or string, checked by `check` (which may be NULL), and the `;`. */
static bool read_text(struct conf_parser *p, bool (*want)(struct conf_parser *, const char *, struct sv *, struct span *), const char *what,
                      const char *(*check)(struct sv), struct sv *result, struct span *where)
{
    struct sv value;
    parser_next(p);
    if (!want(p, what, &value, where))
        return false;
    const char *wrong = check ? check(value) : NULL;
    if (wrong)
        bad(p, *where, value, wrong);
    else
        *result = keep(p, value);
    return want_semicolon(p) && !wrong;
}

/* ---- Settings of polling: global, of an outlet, of a feed ---- */

static void read_time(struct conf_parser *p, struct polling *s, unsigned which, int64_t *ms, bool may_be_zero)
{
    struct span where;
    if (!read_duration(p, ms, &where))
        return;
    if (*ms == 0 && !may_be_zero)
        parser_error(p, where, "it must be more than nothing");
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

#define POLLING_DIRECTIVES \
    {SV("interval"), read_interval, false}, {SV("min_interval"), read_min, false}, {SV("max_interval"), read_max, false}, \
    {SV("timeout"), read_timeout, false}, {SV("connect_timeout"), read_connect, false}, {SV("backlog"), read_backlog, false}, \
    {SV("max_size"), read_max_size, false}, {SV("user_agent"), read_user_agent, false}

static const struct directive feed_directives[] = {POLLING_DIRECTIVES};

/* ---- poll { } ---- */

static void read_transfers(struct conf_parser *p, void *target)
{
    (void)target;
    struct sv value;
    struct span where;
    int64_t number = 0;
    parser_next(p);
    if (!want_word(p, "a number", &value, &where))
        return;
    const char *wrong = value_number(value, 1, 10000, &number);
    if (wrong)
        parser_error(p, where, "'%.*s': %s: 1 to 10000", SV_ARG(value), wrong);
    p->conf->transfers = (unsigned)number;
    want_semicolon(p);
}

static const struct directive poll_directives[] = {POLLING_DIRECTIVES, {SV("transfers"), read_transfers, false}};

static void read_poll(struct conf_parser *p, void *target)
{
    (void)target;
    parser_next(p);
    read_block(p, poll_directives, COUNT(poll_directives), &p->polling, "in poll");
}

/* ---- kafka { } ---- */

static bool only_sink(struct conf_parser *p, struct span where)
{
    if (!p->sink_where.source) {
        p->sink_where = where;
        return true;
    }
    parser_error(p, where, "brokers, embedded and file exclude each other");
    diag_add(p->diags, DIAG_NOTE, p->sink_where, "the other one is here");
    return false;
}

static void read_brokers(struct conf_parser *p, void *target)
{
    (void)target;
    struct span where = p->l->token.where, at;
    if (only_sink(p, where))
        p->conf->kafka.sink = CONF_SINK_BROKERS;
    if (read_text(p, want_string, "a list of brokers", NULL, &p->conf->kafka.brokers, &at) && sv_trim(p->conf->kafka.brokers).n == 0)
        parser_error(p, at, "no broker is named: write \"host:9092,…\"");
}

static void read_embedded(struct conf_parser *p, void *target)
{
    (void)target;
    if (only_sink(p, p->l->token.where))
        p->conf->kafka.sink = CONF_SINK_EMBEDDED;
    parser_next(p);
    want_semicolon(p);
}

static void read_file_sink(struct conf_parser *p, void *target)
{
    (void)target;
    struct span where = p->l->token.where, at;
    if (only_sink(p, where))
        p->conf->kafka.sink = CONF_SINK_FILE;
    if (read_text(p, want_string, "a path", NULL, &p->conf->kafka.file, &at) && p->conf->kafka.file.n == 0)
        parser_error(p, at, "the path is empty; \"-\" is the standard output");
}

static void read_topic(struct conf_parser *p, void *target)
{
    struct span at;
    read_text(p, want_either, "a topic", value_topic, target, &at);
}

static void read_kafka_topic(struct conf_parser *p, void *target)
{
    (void)target;
    read_topic(p, &p->conf->kafka.topic);
}

/* One word of a few. Returns its index, or -1 after telling. */
static int read_choice(struct conf_parser *p, const struct sv *choices, size_t count, const char *list)
{
    struct sv value;
    struct span where;
    parser_next(p);
    if (!want_word(p, list, &value, &where))
        return -1;
    int found = -1;
    for (size_t i = 0; i < count; i++)
        found = sv_eq(value, choices[i]) ? (int)i : found;
    struct sv near = sv_nearest(value, choices, count);
    if (found < 0 && near.p)
        parser_error(p, where, "'%.*s' is not one of %s; did you mean '%.*s'?", SV_ARG(value), list, SV_ARG(near));
    else if (found < 0)
        parser_error(p, where, "'%.*s' is not one of %s", SV_ARG(value), list);
    want_semicolon(p);
    return found;
}

static void read_key(struct conf_parser *p, void *target)
{
    static const struct sv choices[] = {[CONF_KEY_OUTLET] = SV("outlet"), [CONF_KEY_ITEM] = SV("item"), [CONF_KEY_FEED] = SV("feed")};
    (void)target;
    int choice = read_choice(p, choices, COUNT(choices), "outlet, item, feed");
    if (choice >= 0)
        p->conf->kafka.key = (enum conf_key)choice;
}

static void read_format(struct conf_parser *p, void *target)
{
    static const struct sv choices[] = {[CONF_FORMAT_BINARY] = SV("binary"), [CONF_FORMAT_STRUCTURED] = SV("structured")};
    (void)target;
    int choice = read_choice(p, choices, COUNT(choices), "binary, structured");
    if (choice >= 0)
        p->conf->kafka.format = (enum conf_format)choice;
}

static void read_drain(struct conf_parser *p, void *target)
{
    (void)target;
    struct span where;
    read_duration(p, &p->conf->kafka.drain, &where);
}

static void check_option(struct conf_parser *p, struct sv name, struct span name_at, struct sv value, struct span value_at)
{
    char error[512] = "";
    if (!p->checks->kafka_option || p->checks->kafka_option(p->checks->context, name.p, value.p, error, sizeof error))
        return;
    bool about_value = sv_find(sv_of(error), SV("nvalid value")) >= 0 || sv_find(sv_of(error), SV("xpected")) >= 0;
    parser_error(p, about_value ? value_at : name_at, "%s", error);
}

static void read_option(struct conf_parser *p, void *target)
{
    (void)target;
    struct sv name, value;
    struct span name_at, value_at;
    parser_next(p);
    if (!want_word(p, "a librdkafka option", &name, &name_at) || !want_either(p, "the option's value", &value, &value_at))
        return;
    name = keep(p, name);
    value = keep(p, value);
    for (size_t i = 0; i < p->option_count; i++)
        if (sv_eq(p->options[i].name, name)) {
            parser_error(p, name_at, "the option '%.*s' is given a second time", SV_ARG(name));
            diag_add(p->diags, DIAG_NOTE, p->options[i].where, "it was given here");
        }
    check_option(p, name, name_at, value, value_at);
    p->options = xgrow(p->options, p->option_count, &p->option_capacity, sizeof *p->options);
    p->options[p->option_count++] = (struct conf_option){name, value, name_at};
    want_semicolon(p);
}

static const struct directive kafka_directives[] = {
    {SV("brokers"), read_brokers, false}, {SV("embedded"), read_embedded, false}, {SV("file"), read_file_sink, false},
    {SV("topic"), read_kafka_topic, false}, {SV("key"), read_key, false}, {SV("format"), read_format, false},
    {SV("drain"), read_drain, false}, {SV("option"), read_option, true},
};

static void read_kafka(struct conf_parser *p, void *target)
{
    (void)target;
    p->kafka_where = p->l->token.where;
    parser_next(p);
    read_block(p, kafka_directives, COUNT(kafka_directives), p, "in kafka");
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
    *country = keep(p, (struct sv){upper, 2});
}

static void read_outlet_language(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    read_text(p, want_either, "a language", value_language, &last_outlet(p)->outlet.language, &at);
}

static void add_feed(struct conf_parser *p, struct sv name, struct span name_at, struct sv url, struct span url_at)
{
    struct pending_outlet *o = last_outlet(p);
    p->feeds = xgrow(p->feeds, p->feed_count, &p->feed_capacity, sizeof *p->feeds);
    struct pending_feed *f = &p->feeds[p->feed_count++];
    *f = (struct pending_feed){.outlet = p->outlet_count - 1};
    f->feed.url = keep(p, url);
    f->feed.shown_url = value_public_url(f->feed.url, &p->conf->arena);
    f->feed.where = url_at;
    f->feed.id = name.p ? sv_of(arena_printf(&p->conf->arena, "%.*s.%.*s", SV_ARG(o->outlet.id), SV_ARG(name))) : o->outlet.id;
    const char *wrong = value_url(url);
    if (wrong)
        bad(p, url_at, f->feed.shown_url, wrong);
    if (!name.p && o->feed_count > 0 && table_get(&p->feed_ids, f->feed.id))
        parser_error(p, url_at, "a second feed of an outlet needs a name: write  feed NAME \"…\";");
    else
        claim(p, &p->feed_ids, f->feed.id, name.p ? name_at : url_at, "the feed");
    struct span *earlier = table_get(&p->urls, f->feed.url);
    if (earlier) {
        diag_add(p->diags, DIAG_WARNING, url_at, "the same URL is polled twice");
        diag_add(p->diags, DIAG_NOTE, *earlier, "the other feed is here");
    } else {
        earlier = arena_alloc(&p->conf->arena, sizeof *earlier);
        *earlier = url_at;
        table_put(&p->urls, f->feed.url, earlier);
    }
    o->feed_count++;
}

static void read_feed(struct conf_parser *p, void *target)
{
    (void)target;
    struct sv name = SV_NONE, url;
    struct span name_at = {0}, url_at;
    parser_next(p);
    if (p->l->token.kind == TOKEN_WORD && !sv_starts_nocase(p->l->token.text, SV("http"))) {
        want_word(p, "a feed's name", &name, &name_at);
        const char *wrong = value_id(name);
        if (wrong)
            bad(p, name_at, name, wrong);
    }
    if (!want_string(p, "a URL", &url, &url_at))
        return;
    add_feed(p, name, name_at, url, url_at);
    if (p->l->token.kind == TOKEN_OPEN_BRACE) {
        size_t index = p->feed_count - 1;
        struct polling polling = {0};
        read_block(p, feed_directives, COUNT(feed_directives), &polling, "in a feed");
        p->feeds[index].polling = polling;
    } else {
        want_semicolon(p);
    }
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

static const struct directive outlet_directives[] = {
    {SV("name"), read_outlet_name, false}, {SV("country"), read_country, false}, {SV("language"), read_outlet_language, false},
    {SV("feed"), read_feed, true}, {SV("interval"), outlet_interval, false}, {SV("min_interval"), outlet_min, false},
    {SV("max_interval"), outlet_max, false}, {SV("timeout"), outlet_timeout, false}, {SV("connect_timeout"), outlet_connect, false},
    {SV("backlog"), outlet_backlog, false}, {SV("max_size"), outlet_max_size, false}, {SV("user_agent"), outlet_user_agent, false},
};

/* An id, checked and claimed. After a mistake in it the block is read all the same, under the id as written. */
static bool read_id(struct conf_parser *p, const char *what, struct table *ids, struct sv *id, struct span *where)
{
    parser_next(p);
    if (!want_word(p, what, id, where))
        return false;
    const char *wrong = value_id(*id);
    if (wrong)
        bad(p, *where, *id, wrong);
    *id = keep(p, *id);
    claim(p, ids, *id, *where, what);
    return true;
}

static void read_outlet(struct conf_parser *p, void *target)
{
    (void)target;
    struct sv id;
    struct span where;
    if (!read_id(p, "the outlet", &p->outlet_ids, &id, &where))
        return;
    p->outlets = xgrow(p->outlets, p->outlet_count, &p->outlet_capacity, sizeof *p->outlets);
    p->outlets[p->outlet_count++] = (struct pending_outlet){.outlet = {.id = id, .name = id, .where = where}};
    read_block(p, outlet_directives, COUNT(outlet_directives), p, "in an outlet");
    if (last_outlet(p)->feed_count == 0)
        diag_add(p->diags, DIAG_WARNING, where, "the outlet '%.*s' has no feed", SV_ARG(id));
}

/* ---- list NAME = …; ---- */

static void read_list(struct conf_parser *p, void *target)
{
    (void)target;
    struct sv name;
    struct span where;
    if (!read_id(p, "the list", &p->list_names, &name, &where))
        return;
    if (p->l->token.kind != TOKEN_WORD || !sv_eq(p->l->token.text, SV("="))) {
        parser_error(p, p->l->token.where, "a = with blanks around it is expected here:  list %.*s = term | term;", SV_ARG(name));
        lex_recover(p->l);
        return;
    }
    struct node *body = rule_parse_list(p->l, &p->conf->arena, p->diags);
    p->lists = xgrow(p->lists, p->list_count, &p->list_capacity, sizeof *p->lists);
    p->lists[p->list_count++] = (struct list){.name = name, .where = where, .body = body};
    want_semicolon(p);
}

/* ---- rule ID { } ---- */

static void read_rule_title(struct conf_parser *p, void *target)
{
    struct span at;
    read_text(p, want_string, "a title", NULL, &((struct rule *)target)->title, &at);
}

static void read_rule_topic(struct conf_parser *p, void *target)
{
    read_topic(p, &((struct rule *)target)->topic);
}

/* Words up to the `;`, one at least. */
static void read_words(struct conf_parser *p, const char *what, const char *(*check)(struct sv), struct sv **list, size_t *count)
{
    size_t capacity = 0;
    parser_next(p);
    for (*count = 0; *count == 0 || p->l->token.kind == TOKEN_WORD || p->l->token.kind == TOKEN_STRING; ++*count) {
        struct sv value;
        struct span where;
        if (!want_either(p, what, &value, &where))
            return;
        const char *wrong = check ? check(value) : NULL;
        if (wrong)
            bad(p, where, value, wrong);
        if (*count == capacity) {
            capacity = capacity ? capacity * 2 : 4;
            *list = arena_grow(&p->conf->arena, *list, *count * sizeof **list, capacity * sizeof **list);
        }
        (*list)[*count] = keep(p, value);
    }
    want_semicolon(p);
}

static const char *check_lang(struct sv v)
{
    const char *wrong = value_language(v);
    return wrong ? wrong : memchr(v.p, '-', v.n) ? "only the first part of a language counts, as in zh" : NULL;
}

static void read_labels(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    read_words(p, "a label", NULL, &r->labels, &r->label_count);
}

static void read_langs(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    read_words(p, "a language", check_lang, &r->langs, &r->lang_count);
}

static void read_outlets(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    read_words(p, "an outlet's id", value_id, &r->outlets, &r->outlet_count);
}

static void read_match(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    r->match = rule_parse(p->l, &p->conf->arena, p->diags);
    want_semicolon(p);
}

static void add_clause(struct conf_parser *p, struct rule *r, const struct clause *c)
{
    size_t n = r->clause_count;
    if ((n & (n - 1)) == 0)
        r->clauses = arena_grow(&p->conf->arena, r->clauses, n * sizeof *c, (n ? n * 2 : 1) * sizeof *c);
    r->clauses[r->clause_count++] = *c;
}

static void read_score(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    parser_next(p);
    if (p->l->token.kind != TOKEN_OPEN_BRACE) {
        parser_error(p, p->l->token.where, "a { is expected here:  score { +5 title:word; -2 other; }");
        lex_recover(p->l);
        return;
    }
    struct span open = p->l->token.where;
    for (parser_next(p); p->l->token.kind != TOKEN_CLOSE_BRACE && p->l->token.kind != TOKEN_END; parser_next(p)) {
        struct clause c = {.where = p->l->token.where};
        struct sv value = p->l->token.text;
        const char *wrong = p->l->token.kind == TOKEN_WORD ? value_number(value, -1000000, 1000000, &c.score) : "a whole number is expected";
        if (wrong || (value.p[0] != '+' && value.p[0] != '-')) {
            parser_error(p, c.where, "a clause of score is a signed number, an expression and a ;, as in  +5 title:word;");
            lex_recover(p->l);
        } else {
            c.expr = rule_parse(p->l, &p->conf->arena, p->diags);
            add_clause(p, r, &c);
            want_semicolon(p);
        }
        if (p->l->token.kind == TOKEN_CLOSE_BRACE || p->l->token.kind == TOKEN_END)
            break;
    }
    if (p->l->token.kind == TOKEN_CLOSE_BRACE)
        p->l->token.kind = TOKEN_SEMICOLON;
    else
        parser_error(p, open, "this { is not closed");
    /* `threshold 5;` may follow on the same line, or the `;` be left out: both read well. */
}

static void read_threshold(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    struct sv value;
    struct span where;
    parser_next(p);
    if (!want_word(p, "a number", &value, &where))
        return;
    const char *wrong = value_number(value, -1000000000, 1000000000, &r->threshold);
    if (wrong)
        bad(p, where, value, wrong);
    r->has_threshold = true;
    want_semicolon(p);
}

static const struct directive rule_directives[] = {
    {SV("title"), read_rule_title, false}, {SV("topic"), read_rule_topic, false}, {SV("labels"), read_labels, false},
    {SV("lang"), read_langs, false}, {SV("outlets"), read_outlets, false}, {SV("match"), read_match, false},
    {SV("score"), read_score, false}, {SV("threshold"), read_threshold, false},
};

static void check_rule(struct conf_parser *p, const struct rule *r, bool has_match)
{
    if (!has_match && !r->clause_count)
        parser_error(p, r->where, "the rule '%.*s' has neither match nor score", SV_ARG(r->id));
    else if (r->clause_count && !r->has_threshold)
        parser_error(p, r->where, "the rule '%.*s' has a score without a threshold: write  threshold 5;", SV_ARG(r->id));
    else if (!r->clause_count && r->has_threshold)
        parser_error(p, r->where, "the rule '%.*s' has a threshold without a score", SV_ARG(r->id));
}

static void read_rule(struct conf_parser *p, void *target)
{
    (void)target;
    struct rule rule = {0};
    if (!read_id(p, "the rule", &p->rule_ids, &rule.id, &rule.where))
        return;
    size_t before = p->diags->errors;
    read_block(p, rule_directives, COUNT(rule_directives), &rule, "in a rule");
    if (p->diags->errors == before)
        check_rule(p, &rule, rule.match != NULL);
    p->rules = xgrow(p->rules, p->rule_count, &p->rule_capacity, sizeof *p->rules);
    p->rules[p->rule_count++] = rule;
}

/* ---- The top level ---- */

static void read_instance(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    if (read_text(p, want_either, "a name", NULL, &p->conf->instance, &at) && p->conf->instance.n == 0)
        parser_error(p, at, "the name is empty");
}

static void read_state(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    if (read_text(p, want_string, "a directory", NULL, &p->conf->state, &at) && p->conf->state.n == 0)
        parser_error(p, at, "the path is empty");
}

static void read_text_limit(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    read_size(p, &p->conf->text_limit, &at);
}

static void read_top_backlog(struct conf_parser *p, void *target)
{
    (void)target;
    if (p->polling.given & 1u << BACKLOG) {
        parser_error(p, p->l->token.where, "'backlog' is given a second time");
        diag_add(p->diags, DIAG_NOTE, p->polling.where[BACKLOG], "it was given here");
    }
    read_backlog(p, &p->polling);
}

const struct directive top_directives[] = {
    {SV("include"), parser_include, true}, {SV("instance"), read_instance, false}, {SV("state"), read_state, false},
    {SV("text_limit"), read_text_limit, false}, {SV("backlog"), read_top_backlog, false}, {SV("kafka"), read_kafka, false},
    {SV("poll"), read_poll, false}, {SV("outlet"), read_outlet, true}, {SV("list"), read_list, true}, {SV("rule"), read_rule, true},
};
const size_t top_directive_count = COUNT(top_directives);
