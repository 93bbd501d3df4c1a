#include "setup.h"

#include <stdlib.h>
#include <unistd.h>

#include "publish/publish.h"

static bool check_kafka_option(void *context, const char *name, const char *value, char *error, size_t error_size)
{
    (void)context;
    return publish_check_option(name, value, error, error_size);
}

struct setup *setup_load(const char *path, struct diags *diags)
{
    char host[256] = "localhost";
    if (gethostname(host, sizeof host - 1) != 0 || !host[0])
        strcpy(host, "localhost");
    const struct conf_checks checks = {.kafka_option = check_kafka_option};
    struct setup *s = xcalloc(1, sizeof *s);
    s->conf = conf_parse(path, &conf_files, &checks, sv_of(host), diags);
    if (s->conf)
        s->match = match_compile(s->conf->rules, s->conf->rule_count, diags);
    if (!s->match)
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
