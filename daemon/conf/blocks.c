/* The top level of a configuration. */
#include "conf/parser.h"

static const char *check_filled(struct sv v)
{
    return v.n ? NULL : "it cannot be empty";
}

static void read_instance(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    read_text(p, want_either, "a name", check_filled, &p->conf->instance, &at);
}

static void read_state(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    read_text(p, want_string, "a directory", check_filled, &p->conf->state, &at);
}

static void read_text_limit(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    read_size(p, &p->conf->text_limit, &at);
}

static const struct directive directives[] = {
    {SV("include"), read_include, true}, {SV("instance"), read_instance, false}, {SV("state"), read_state, false},
    {SV("text_limit"), read_text_limit, false}, {SV("backlog"), read_top_backlog, false}, {SV("kafka"), read_kafka, false},
    {SV("poll"), read_poll, false}, {SV("outlet"), read_outlet, true}, {SV("list"), read_list, true}, {SV("rule"), read_rule, true},
};
const struct block top_block = {"at the top level", directives, COUNT(directives)};
