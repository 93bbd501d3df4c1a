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

static void read_brokers(struct conf_parser *p, void *target)
{
    (void)target;
    if (only_sink(p, p->l->token.where))
        p->conf->kafka.sink = CONF_SINK_BROKERS;
    read_broker_list(p);
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
    struct sv *name = topic;
    struct span at;
    if (!read_text(p, want_either, "a topic", value_topic, name, &at))
        return;
    p->topics_named = xgrow(p->topics_named, p->topics_named_count, &p->topics_named_capacity, sizeof *p->topics_named);
    p->topics_named[p->topics_named_count++] = (struct reference){*name, at};
}

static void read_kafka_topic(struct conf_parser *p, void *target)
{
    (void)target;
    read_topic(p, &p->conf->kafka.topic);
}

static void read_dead_letter(struct conf_parser *p, void *target)
{
    (void)target;
    struct sv *topic = &p->conf->kafka.dead_letter;
    parser_next(p);
    if (p->l->token.kind != TOKEN_WORD || !sv_eq(p->l->token.text, SV("off"))) {
        read_given(p, want_either, "a topic, or off,", value_topic, topic, &p->dead_letter_where);
        return;
    }
    parser_next(p);
    want_semicolon(p);
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

static const struct directive kafka_directives[] = {
    {SV("brokers"), read_brokers, false}, {SV("embedded"), read_embedded, false}, {SV("file"), read_file_sink, false},
    {SV("topic"), read_kafka_topic, false}, {SV("dead_letter"), read_dead_letter, false}, {SV("key"), read_key, false},
    {SV("format"), read_format, false}, {SV("drain"), read_drain, false}, {SV("option"), read_option, true}, {SV("password_file"), read_password_file, true},
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
