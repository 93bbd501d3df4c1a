/* The effective configuration as text that parses to the same. */
#include "conf/conf.h"
#include "conf/secret.h"
#include "conf/value.h"

#define HIDDEN "(hidden)"

static void print_string(struct sv v, struct buf *out)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];
        if (c == '"' || c == '\\')
            buf_byte(out, '\\');
        if (c == '\n' || c == '\t')
            buf_str(out, c == '\n' ? "\\n" : "\\t");
        else
            buf_byte(out, c);
    }
    buf_byte(out, '"');
}

static void print_setting(const char *indent, const char *name, struct sv value, struct buf *out)
{
    if (!value.p)
        return;
    buf_printf(out, "%s%s ", indent, name);
    print_string(value, out);
    buf_str(out, ";\n");
}

static void print_duration(const char *name, int64_t ms, struct buf *out)
{
    buf_printf(out, " %s ", name);
    value_print_duration(ms, out);
    buf_byte(out, ';');
}

static void print_polling(const struct conf_polling *p, struct buf *out)
{
    print_duration("interval", p->interval, out);
    print_duration("min_interval", p->min_interval, out);
    print_duration("max_interval", p->max_interval, out);
    print_duration("timeout", p->timeout, out);
    print_duration("connect_timeout", p->connect_timeout, out);
    print_duration("backlog", p->backlog, out);
    buf_str(out, " max_size ");
    value_print_size(p->max_size, out);
    buf_printf(out, "; max_items %lld; max_depth %lld; max_text ", (long long)p->max_items, (long long)p->max_depth);
    value_print_size(p->max_text, out);
    buf_printf(out, "; max_attributes %lld; updates %s;", (long long)p->max_attributes, p->updates ? "on" : "off");
    if (p->user_agent.p) {
        buf_str(out, " user_agent ");
        print_string(p->user_agent, out);
        buf_byte(out, ';');
    }
}

static void print_option(const struct conf_option *o, struct buf *out)
{
    bool password = o->file.p && sv_eq(o->name, SV("sasl.password"));
    buf_str(out, password ? "    password_file " : "    option ");
    if (!password)
        buf_printf(out, "%.*s %s", SV_ARG(o->name), o->file.p ? "file " : "");
    print_string(o->file.p ? o->file : secret_is(o->name) ? SV(HIDDEN) : o->value, out);
    buf_str(out, ";\n");
}

static void print_kafka(const struct conf_kafka *k, struct buf *out)
{
    static const char *const keys[] = {"outlet", "item", "feed"}, *const formats[] = {"binary", "structured"};
    buf_str(out, "kafka {\n");
    if (k->sink == CONF_SINK_EMBEDDED)
        buf_str(out, "    embedded;\n");
    else
        print_setting("    ", k->sink == CONF_SINK_FILE ? "file" : "brokers", k->sink == CONF_SINK_FILE ? k->file : k->brokers, out);
    buf_printf(out, "    topic %.*s;\n    key %s;\n    format %s;\n   ", SV_ARG(k->topic), keys[k->key], formats[k->format]);
    print_duration("drain", k->drain, out);
    buf_str(out, "\n    dead_letter ");
    if (k->dead_letter.p)
        print_string(k->dead_letter, out);
    else
        buf_str(out, "off");
    buf_str(out, ";");
    buf_byte(out, '\n');
    for (size_t i = 0; i < k->option_count; i++)
        print_option(&k->options[i], out);
    buf_str(out, "}\n");
}

static void print_outbox(const struct conf_outbox *o, struct buf *out)
{
    static const char *const fulls[] = {"stop", "drop_oldest"};
    buf_str(out, "outbox { max_size ");
    value_print_size(o->max_size, out);
    buf_printf(out, "; when_full %s; window ", fulls[o->when_full]);
    value_print_size(o->window, out);
    buf_str(out, "; }\n");
}

static void print_feed(const struct conf_feed *f, struct buf *out)
{
    struct arena arena = {0};
    buf_str(out, "    feed ");
    if (f->id.n > f->outlet->id.n)
        buf_printf(out, "%.*s ", SV_ARG(sv_from(f->id, f->outlet->id.n + 1)));
    print_string(value_public_url(f->url, HIDDEN, &arena), out);
    buf_str(out, " {");
    print_polling(&f->polling, out);
    if (!sv_eq(f->timezone, f->outlet->timezone))
        buf_str(out, " timezone "), print_string(f->timezone, out), buf_byte(out, ';');
    buf_str(out, " }\n");
    arena_free(&arena);
}

/* The feeds of an outlet stand together, in the outlets' order: `*next` is the first that is not printed yet. */
static void print_outlet(const struct conf *c, const struct conf_outlet *o, size_t *next, struct buf *out)
{
    buf_printf(out, "outlet %.*s {\n", SV_ARG(o->id));
    print_setting("    ", "name", o->name, out);
    print_setting("    ", "country", o->country, out);
    print_setting("    ", "language", o->language, out);
    print_setting("    ", "timezone", o->timezone, out);
    for (; *next < c->feed_count && c->feeds[*next].outlet == o; ++*next)
        print_feed(&c->feeds[*next], out);
    buf_str(out, "}\n");
}

static void print_words(const char *name, const struct sv *list, size_t n, struct buf *out)
{
    if (!n)
        return;
    buf_printf(out, "    %s", name);
    for (size_t i = 0; i < n; i++) {
        buf_byte(out, ' ');
        print_string(list[i], out);
    }
    buf_str(out, ";\n");
}

static void print_rule(const struct rule *r, struct buf *out)
{
    buf_printf(out, "rule %.*s {\n", SV_ARG(r->id));
    print_setting("    ", "title", r->title, out);
    print_setting("    ", "topic", r->topic, out);
    print_words("labels", r->labels, r->label_count, out);
    print_words("lang", r->langs, r->lang_count, out);
    print_words("outlets", r->outlets, r->outlet_count, out);
    if (r->updates != RULE_UPDATES_OF_FEED)
        buf_printf(out, "    updates %s;\n", r->updates == RULE_UPDATES_ON ? "on" : "off");
    if (r->match) {
        buf_str(out, "    match ");
        rule_print(r->match, out);
        buf_str(out, ";\n");
    }
    if (r->clause_count) {
        buf_str(out, "    score {\n");
        for (size_t i = 0; i < r->clause_count; i++) {
            buf_printf(out, "        %+lld ", (long long)r->clauses[i].score);
            rule_print(r->clauses[i].expr, out);
            buf_str(out, ";\n");
        }
        buf_printf(out, "    }\n    threshold %lld;\n", (long long)r->threshold);
    }
    buf_str(out, "}\n");
}

void conf_print(const struct conf *c, struct buf *out)
{
    print_setting("", "instance", c->instance, out);
    print_setting("", "state", c->state, out);
    buf_str(out, "text_limit ");
    value_print_size(c->text_limit, out);
    buf_str(out, ";\n");
    buf_str(out, "remember ");
    value_print_duration(c->remember, out);
    buf_str(out, ";\n");
    if (c->control.n == 0 && c->control.p)
        buf_str(out, "control off;\n");
    else
        print_setting("", "control", c->control, out);
    print_kafka(&c->kafka, out);
    print_outbox(&c->outbox, out);
    buf_printf(out, "poll { transfers %u;", c->transfers);
    print_polling(&c->polling, out);
    buf_str(out, " }\n");
    for (size_t i = 0, next = 0; i < c->outlet_count; i++)
        print_outlet(c, &c->outlets[i], &next, out);
    for (size_t i = 0; i < c->list_count; i++) {
        buf_printf(out, "list %.*s = ", SV_ARG(c->lists[i].name));
        rule_print(c->lists[i].body, out);
        buf_str(out, ";\n");
    }
    for (size_t i = 0; i < c->rule_count; i++)
        print_rule(&c->rules[i], out);
}
