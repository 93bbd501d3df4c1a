#include "setup.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static bool check_kafka_option(void *context, const char *name, const char *value, char *error, size_t error_size)
{
    (void)context;
    return publish_check_option(name, value, error, error_size);
}

struct publish_options setup_publish(const struct conf_kafka *k, struct arena *a)
{
    struct publish_option *options = arena_array(a, k->option_count, sizeof *options);
    for (size_t i = 0; i < k->option_count; i++)
        options[i] = (struct publish_option){k->options[i].name, k->options[i].value};
    return (struct publish_options){
        .sink = k->sink == CONF_SINK_FILE ? PUBLISH_FILE : k->sink == CONF_SINK_EMBEDDED ? PUBLISH_EMBEDDED : PUBLISH_BROKERS,
        .target = k->sink == CONF_SINK_FILE ? k->file : k->brokers,
        .topic = k->topic,
        .options = options,
        .option_count = k->option_count,
    };
}

/* What librdkafka finds wrong only with all options together is told at the option that it names, else at the last one. */
static void check_kafka(const struct conf_kafka *k, struct diags *diags)
{
    char error[PUBLISH_ERROR] = "";
    struct arena arena = {0};
    const struct publish_options options = setup_publish(k, &arena);
    const char *token = publish_check_token(&options);
    if (token) {
        struct span where = k->options[0].where;
        for (size_t i = 0; i < k->option_count; i++)
            if (sv_eq(k->options[i].name, SV("sasl.oauthbearer.config")) || sv_starts(k->options[i].name, SV("sasl.mechanism")))
                where = k->options[i].where;
        diag_add(diags, DIAG_ERROR, where, "%s", token);
    } else if (k->option_count && !publish_check(&options, error)) {
        struct span where = k->options[k->option_count - 1].where;
        for (size_t i = 0; i < k->option_count; i++)
            if (sv_find(sv_of(error), k->options[i].name) >= 0)
                where = k->options[i].where;
        char shown[PUBLISH_ERROR];
        diag_add(diags, DIAG_ERROR, where, "%s", publish_public(error, shown, sizeof shown));
    }
    arena_free(&arena);
}

static void caution(const struct conf_kafka *k, struct diags *diags)
{
    for (size_t i = 0; i < k->option_count; i++) {
        char *name = sv_cstr(k->options[i].name), *value = sv_cstr(k->options[i].value);
        const char *why = publish_caution(name, value);
        if (why)
            diag_add(diags, DIAG_WARNING, k->options[i].where, "%s", why);
        free(name);
        free(value);
    }
}

struct load {
    struct setup *setup;
    int stop; /* readable: break off; or -1 */
};

/* What was compiled beside errors only served to find more of them. */
static void compile_rules(void *context, const struct rule *rules, size_t count, struct diags *diags)
{
    struct load *l = context;
    bool sound = diags->errors == 0;
    struct pollfd stop = {.fd = l->stop, .events = POLLIN};
    if (l->stop >= 0 && poll(&stop, 1, 0) > 0) {
        diag_add(diags, DIAG_ERROR, (struct span){0}, "the rules are not compiled: the program stops");
        return;
    }
    l->setup->match = match_compile(rules, count, diags);
    if (!sound)
        match_free(&l->setup->match);
}

struct setup *setup_load_until(const char *path, int stop, struct diags *diags)
{
    char host[256] = "localhost";
    if (gethostname(host, sizeof host - 1) != 0 || !host[0])
        strcpy(host, "localhost");
    struct setup *s = xcalloc(1, sizeof *s);
    struct load load = {s, stop};
    struct conf_reader reader = stop < 0 ? conf_files : conf_files_until(&load.stop);
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    reader.credentials = credentials && *credentials ? credentials : NULL;
    const struct conf_checks checks = {check_kafka_option, compile_rules, &load};
    s->conf = conf_parse(path, &reader, &checks, sv_of(host), diags);
    if (s->conf) {
        check_kafka(&s->conf->kafka, diags);
        caution(&s->conf->kafka, diags);
    }
    if (!s->conf || diags->errors)
        setup_free(&s);
    return s;
}

void setup_slim(struct setup *s)
{
    conf_forget_trees(s->conf);
#ifdef __GLIBC__
    malloc_trim(0); /* else it stays with the process for ever */
#endif
}

struct setup *setup_load(const char *path, struct diags *diags)
{
    return setup_load_until(path, -1, diags);
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
