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

#define SOCKET_PATH_MOST 107 /* sun_path, with its NUL */

static const char *check_socket(struct sv v)
{
    return v.n == 0 || v.p[0] != '/' ? "the path of a socket begins with /, as in \"/run/newswatchd/control\"; off goes without quotes"
           : v.n > SOCKET_PATH_MOST  ? "the path of a socket has 107 bytes at most"
                                     : NULL;
}

static void read_control(struct conf_parser *p, void *target)
{
    (void)target;
    struct span at;
    parser_next(p);
    bool off = p->l->token.kind == TOKEN_WORD && sv_eq(p->l->token.text, SV("off"));
    if (!off) {
        read_given(p, want_string, "a path", check_socket, &p->conf->control, &at);
        return;
    }
    p->conf->control = SV("");
    parser_next(p);
    want_semicolon(p);
}

static const struct directive directives[] = {
    {SV("include"), read_include, true}, {SV("instance"), read_instance, false}, {SV("state"), read_state, false},
    {SV("text_limit"), read_text_limit, false}, {SV("backlog"), read_top_backlog, false}, {SV("kafka"), read_kafka, false},
    {SV("outbox"), read_outbox, false}, {SV("remember"), read_remember, false}, {SV("control"), read_control, false},
    {SV("poll"), read_poll, false}, {SV("outlet"), read_outlet, true}, {SV("list"), read_list, true}, {SV("rule"), read_rule, true},
};
const struct block top_block = {"at the top level", directives, COUNT(directives)};
