/* What it costs to read many rules: 100 files of 1,000 rules, each an OR of five phrases, one in four within a NEAR.
 *     bench_conf [NEWSWATCHD]
 * Times conf_parse alone, and `NEWSWATCHD -t` as a whole where it is given. The fastest of several runs counts: the rest is
 * the machine's noise. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conf/conf.h"

#define FILES 100
#define RULES 1000 /* in each */
#define RUNS 7

static uint64_t chance = 88172645463325252u;

static unsigned draw(unsigned below)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (unsigned)(chance % below);
}

/* Some 20,000 different words of two to four syllables. */
static void put_phrase(FILE *f)
{
    static const char *const syllables[] = {"an", "ta", "ri", "mo", "ke", "lu", "sen", "dor", "vi", "pa", "ge", "ti"};
    fputc('"', f);
    for (unsigned words = 1 + draw(3), w = 0; w < words; w++) {
        fputs(w ? " " : "", f);
        for (unsigned n = 2 + draw(3); n > 0; n--)
            fputs(syllables[draw(sizeof syllables / sizeof *syllables)], f);
    }
    fputc('"', f);
}

static void put_rule(FILE *f, unsigned id)
{
    bool near = id % 4 == 0;
    fprintf(f, "rule r%u {\n    title \"Rule %u\";\n    match ", id, id);
    if (near) {
        put_phrase(f);
        fputs(" NEAR/8 (", f);
    }
    for (unsigned i = 0; i < 5; i++) {
        fputs(i ? " | " : "", f);
        put_phrase(f);
    }
    fputs(near ? ");\n}\n" : ";\n}\n", f);
}

static FILE *create(const char *folder, const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static void write_files(const char *folder)
{
    FILE *f = create(folder, "main.conf");
    fputs("kafka { embedded; }\noutlet a { feed \"http://127.0.0.1/feed\"; }\ninclude \"rules-*.conf\";\n", f);
    fclose(f);
    for (unsigned i = 0; i < FILES; i++) {
        char name[40];
        snprintf(name, sizeof name, "rules-%03u.conf", i);
        f = create(folder, name);
        for (unsigned k = 0; k < RULES; k++)
            put_rule(f, i * RULES + k);
        fclose(f);
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void parse(const char *path, const char *program)
{
    (void)program;
    struct diags diags = {0};
    struct conf *conf = conf_parse(path, &conf_files, NULL, SV("bench"), &diags);
    if (!conf || conf->rule_count != FILES * RULES) {
        fputs("bench_conf: the rules were not read\n", stderr);
        exit(1);
    }
    conf_free(&conf);
    diag_free(&diags);
}

static void check(const char *path, const char *program)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(127);
        execl(program, program, "-t", "-c", path, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) {
        fprintf(stderr, "bench_conf: %s -t failed\n", program);
        exit(1);
    }
}

static void measure(const char *what, void (*run)(const char *, const char *), const char *path, const char *program)
{
    double best = 1e9;
    for (unsigned i = 0; i < RUNS; i++) {
        double start = now();
        run(path, program);
        double took = now() - start;
        best = took < best ? took : best;
    }
    printf("%-28s %6.0f ms for %u rules in %u files\n", what, best, FILES * RULES, FILES);
}

static void remove_files(const char *folder)
{
    char path[300];
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "%s/rules-%03u.conf", folder, i);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/main.conf", folder);
    unlink(path);
    rmdir(folder);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/bench_conf.XXXXXX", path[300];
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    write_files(folder);
    snprintf(path, sizeof path, "%s/main.conf", folder);
    measure("conf_parse", parse, path, NULL);
    if (argc > 1)
        measure("newswatchd -t", check, path, argv[1]);
    remove_files(folder);
    return 0;
}
