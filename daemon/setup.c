#include "setup.h"

#include <stdlib.h>
#include <unistd.h>

#include "publish/publish.h"

static bool check_kafka_option(void *context, const char *name, const char *value, char *error, size_t error_size)
{
    (void)context;
    return publish_check_option(name, value, error, error_size);
}

/* What was compiled beside errors only served to find more of them. */
static void compile_rules(void *context, const struct rule *rules, size_t count, struct diags *diags)
{
    struct setup *s = context;
    bool sound = diags->errors == 0;
    s->match = match_compile(rules, count, diags);
    if (!sound)
        match_free(&s->match);
}

struct setup *setup_load(const char *path, struct diags *diags)
{
    char host[256] = "localhost";
    if (gethostname(host, sizeof host - 1) != 0 || !host[0])
        strcpy(host, "localhost");
    struct setup *s = xcalloc(1, sizeof *s);
    const struct conf_checks checks = {check_kafka_option, compile_rules, s};
    s->conf = conf_parse(path, &conf_files, &checks, sv_of(host), diags);
    if (!s->conf)
        setup_free(&s);
    return s;
}

void setup_free(struct setup **s)
{
    if (!*s)
        return;
    match_free(&(*s)->match);
    conf_free(&(*s)->conf);
    free(*s);
    *s = NULL;
}
