/* The kafka block: where alerts go. */
#include "conf/parser.h"
#include "conf/value.h"

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

static const char *check_brokers(struct sv v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!strchr(", \t\n", v.p[i]))
            return NULL;
    return "no broker is named: write \"host:9092\"";
}

static void read_brokers(struct conf_parser *p, void *target)
{
    (void)target;
    struct span where = p->l->token.where, at;
    if (only_sink(p, where))
        p->conf->kafka.sink = CONF_SINK_BROKERS;
    read_text(p, want_string, "a list of brokers", check_brokers, &p->conf->kafka.brokers, &at);
}

static void read_embedded(struct conf_parser *p, void *target)
{
    (void)target;
    if (only_sink(p, p->l->token.where))
        p->conf->kafka.sink = CONF_SINK_EMBEDDED;
    parser_next(p);
    want_semicolon(p);
}

static const char *check_file(struct sv v)
{
    return v.n ? NULL : "the path is empty; \"-\" is the standard output";
}

static void read_file_sink(struct conf_parser *p, void *target)
{
    (void)target;
    struct span where = p->l->token.where, at;
    if (only_sink(p, where))
        p->conf->kafka.sink = CONF_SINK_FILE;
    read_text(p, want_string, "a path", check_file, &p->conf->kafka.file, &at);
}

void read_topic(struct conf_parser *p, void *topic)
{
    struct span at;
    read_text(p, want_either, "a topic", value_topic, topic, &at);
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
    if (found >= 0) {
        want_semicolon(p);
        return found;
    }
    if (near.p)
        parser_error(p, where, "'%.*s' is not one of %s; did you mean '%.*s'?", SV_ARG(value), list, SV_ARG(near));
    else
        parser_error(p, where, "'%.*s' is not one of %s", SV_ARG(value), list);
    parser_after_wrong(p);
    return -1;
}

static void read_key(struct conf_parser *p, void *target)
{
    static const struct sv choices[] = {[CONF_KEY_OUTLET] = SV("outlet"), [CONF_KEY_ITEM] = SV("item"), [CONF_KEY_FEED] = SV("feed")};
    (void)target;
    int choice = read_choice(p, choices, COUNT(choices), "outlet, item or feed");
    if (choice >= 0)
        p->conf->kafka.key = (enum conf_key)choice;
}

static void read_format(struct conf_parser *p, void *target)
{
    static const struct sv choices[] = {[CONF_FORMAT_BINARY] = SV("binary"), [CONF_FORMAT_STRUCTURED] = SV("structured")};
    (void)target;
    int choice = read_choice(p, choices, COUNT(choices), "binary or structured");
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
    name = sv_dup(&p->conf->arena, name);
    value = sv_dup(&p->conf->arena, value);
    for (size_t i = 0; i < p->option_count; i++)
        if (sv_eq(p->options[i].name, name))
            tell_second(p, name_at, name, p->options[i].where);
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

const struct block kafka_block = {"in kafka", kafka_directives, COUNT(kafka_directives)};

void read_kafka(struct conf_parser *p, void *target)
{
    (void)target;
    p->kafka_where = p->l->token.where;
    p->sink_where = (struct span){0}; /* a second block was told: what it holds is judged by itself */
    parser_next(p);
    read_block(p, &kafka_block, p);
}
