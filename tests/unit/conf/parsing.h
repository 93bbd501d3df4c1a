/* What the tests of conf share: parse texts, see what was told. */
#ifndef PARSING_H
#define PARSING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "conf/memory.h"

#define KAFKA "kafka { embedded; }\n"
#define OUTLET "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
#define RULE "rule ak { match Alaska; }\n"

struct parsing {
    struct conf *conf;
    struct diags diags;
    struct buf told;
};

static inline bool refuse_acks(void *context, const char *name, const char *value, char *error, size_t error_size)
{
    (void)context;
    bool bad_value = strcmp(value, "nonsense") == 0;
    if (bad_value)
        snprintf(error, error_size, "Invalid value for configuration property \"%s\"", name);
    else
        snprintf(error, error_size, "'acks' cannot be set");
    return strcmp(name, "acks") != 0 && !bad_value;
}

static inline void parse_files(struct parsing *p, const struct memory_file *files, size_t count)
{
    const struct memory m = {files, count};
    const struct conf_reader reader = memory_reader(&m);
    const struct conf_checks checks = {.kafka_option = refuse_acks};
    *p = (struct parsing){0};
    p->conf = conf_parse(files[0].path, &reader, &checks, SV("host"), &p->diags);
    diag_write(&p->diags, &p->told, false);
    buf_cstr(&p->told);
}

static inline void parse_bytes(struct parsing *p, struct sv text)
{
    const struct memory_file file = {"c", text, NULL};
    parse_files(p, &file, 1);
}

static inline void parse_conf(struct parsing *p, const char *text)
{
    parse_bytes(p, sv_of(text));
}

static inline void parsing_free(struct parsing *p)
{
    conf_free(&p->conf);
    diag_free(&p->diags);
    buf_free(&p->told);
}

/* Parse what is right and told nothing of. */
static inline struct conf *parse_good(struct parsing *p, const char *text)
{
    parse_conf(p, text);
    assert_string_equal(p->told.p, "");
    assert_non_null(p->conf);
    return p->conf;
}

static inline void assert_sv(struct sv v, const char *expected)
{
    char got[300];
    snprintf(got, sizeof got, "%.*s", SV_ARG(v));
    assert_string_equal(got, expected);
}

static inline void assert_told(const struct parsing *p, const char *part)
{
    if (!strstr(p->told.p, part))
        fail_msg("not told: %s\ninstead: %s", part, p->told.p);
}

#endif
