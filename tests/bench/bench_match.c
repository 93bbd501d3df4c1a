/* Rules over texts beside their floor (floor.h), in one run: bench_match RULES.conf TEXTS [ROUNDS], of files from make_workload.
 * Prints a name and its value on each line. Times are CPU; of the rounds, in which floor and engine take turns, the least and the
 * median. A matcher that is slow gets fewer texts. */
#include <stdio.h>
#include <stdlib.h>
#include <malloc.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conf/conf.h"
#include "floor.h"
#include "match/match.h"

#define LOADS 3
#define ROUNDS_MOST 99
#define PATIENCE 2.0 /* s for the texts of a round */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "bench_match: %s\n", what);
    exit(1);
}

/* ---- Memory ---- */

static double resident(void) /* KB */
{
    unsigned long size, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%lu %lu", &size, &pages) != 2)
        fail("no /proc/self/statm");
    fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1024;
}

static double peak(void) /* KB */
{
    char line[200];
    double kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmHWM: %lf", &kb);
    if (f)
        fclose(f);
    return kb;
}

static double in_use(void) /* KB that are allocated: what is resident beside it is malloc's own */
{
    struct mallinfo2 m = mallinfo2();
    return (double)(m.uordblks + m.hblkhd) / 1024;
}

/* ---- Loading ---- */

struct loaded {
    struct conf *conf;
    struct match *match;
    double parse, compile;                /* s */
    double rules, resident, peak, in_use; /* KB, of one that is loaded apart */
};

static void compile(void *context, const struct rule *rules, size_t count, struct diags *diags)
{
    struct loaded *l = context;
    double began = now();
    l->match = match_compile(rules, count, diags);
    l->compile = now() - began;
}

static struct loaded load(const char *path)
{
    struct loaded l = {0};
    struct diags diags = {0};
    const struct conf_checks checks = {.rules = compile, .context = &l};
    double began = now();
    l.conf = conf_parse(path, &conf_files, &checks, SV("bench"), &diags);
    l.parse = now() - began - l.compile;
    if (!l.conf || !l.match)
        fail("the rules were not read");
    diag_free(&diags);
    return l;
}

/* As the daemon does it, in a process of its own, so that each load finds the same memory. */
static struct loaded load_apart(const char *path)
{
    struct loaded l = {0};
    int ends[2], status;
    if (pipe(ends) != 0)
        fail("no pipe");
    pid_t child = fork();
    if (child == 0) {
        double before = resident();
        l = load(path);
        double began = now();
        conf_forget_trees(l.conf);
        malloc_trim(0);
        l.parse += now() - began;
        l.rules = (double)l.conf->rule_count;
        l.resident = resident() - before, l.peak = peak() - before, l.in_use = in_use();
        _exit(write(ends[1], &l, sizeof l) == (ssize_t)sizeof l ? 0 : 1);
    }
    if (child < 0 || read(ends[0], &l, sizeof l) != (ssize_t)sizeof l || waitpid(child, &status, 0) < 0)
        fail("the rules were not read");
    close(ends[0]);
    close(ends[1]);
    return l;
}

static struct loaded measure_load(const char *path)
{
    struct loaded best = {.parse = 1e9}, l;
    for (unsigned i = 0; i < LOADS; i++) {
        l = load_apart(path);
        if (l.parse + l.compile < best.parse + best.compile)
            best = l;
    }
    printf("rules %.0f\nparse_s %.3f\ncompile_s %.3f\n", best.rules, best.parse, best.compile);
    printf("resident_kb_a_rule %.3f\npeak_kb_a_rule %.3f\nallocated_kb_a_rule %.3f\n", best.resident / best.rules, best.peak / best.rules,
           best.in_use / best.rules);
    fflush(stdout);
    return load(path);
}

/* ---- Texts ---- */

struct texts {
    char *bytes;
    size_t size, count, capacity;
    struct item *items;
    struct arena arena; /* what is made of the text at hand */
};

static struct sv language_of(const char *text)
{
    const unsigned char first = (unsigned char)*text;
    return first < 0xD0 ? SV("en") : first < 0xD8 ? SV("ru") : first < 0xE0 ? SV("ar") : SV("zh");
}

static void read_texts(struct texts *t, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0)
        fail("the texts were not read");
    t->size = (size_t)ftell(f);
    rewind(f);
    t->bytes = xmalloc(t->size + 1);
    if (fread(t->bytes, 1, t->size, f) != t->size)
        fail("the texts were not read");
    fclose(f);
    t->bytes[t->size] = '\0';
    for (char *p = t->bytes; p < t->bytes + t->size; p += strlen(p) + 1) {
        t->items = xgrow(t->items, t->count, &t->capacity, sizeof *t->items);
        t->items[t->count++] = (struct item){.arena = &t->arena, .id = SV("bench"), .content_text = sv_of(p), .language = language_of(p),
                                             .published = TIME_NONE, .modified = TIME_NONE};
    }
}

/* ---- Passes ---- */

struct tally {
    size_t texts, hits, mentions, words, known;
};

static double pass_floor(struct floor *f, const struct texts *t, struct tally *tally)
{
    double began = now();
    tally->words = tally->known = 0;
    for (size_t i = 0; i < t->count; i++) {
        tally->known += floor_pass(f, t->items[i].content_text, t->items[i].language);
        tally->words += f->split.count;
    }
    return (now() - began) / (double)t->count;
}

/* The first `most` texts, or what it gets done of them. */
static double pass_engine(const struct match *m, struct texts *t, size_t most, struct tally *tally)
{
    const struct match_context context = {.outlet = SV("a"), .feed = SV("a"), .country = SV_NONE, .language = SV_NONE};
    double began = now(), took = 0;
    *tally = (struct tally){.words = tally->words, .known = tally->known};
    while (tally->texts < most && took < PATIENCE) {
        struct hit *hits;
        size_t count = match_item(m, &t->items[tally->texts++], &context, &hits);
        tally->hits += count;
        for (size_t k = 0; k < count; k++)
            tally->mentions += hits[k].mention_count;
        arena_reset(&t->arena);
        if (tally->texts % 16 == 0 || took * 64 > PATIENCE)
            took = now() - began;
    }
    return (now() - began) / (double)tally->texts;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const struct loaded *l, struct texts *t, unsigned rounds)
{
    struct floor f = {0};
    struct tally tally = {0};
    double floors[ROUNDS_MOST], engine[ROUNDS_MOST], ratios[ROUNDS_MOST];
    size_t texts = t->count;
    floor_build(&f, l->conf->rules, l->conf->rule_count);
    conf_forget_trees(l->conf);
    pass_floor(&f, t, &tally); /* warm */
    for (unsigned i = 0; i < rounds; i++) {
        floors[i] = pass_floor(&f, t, &tally);
        engine[i] = pass_engine(l->match, t, texts, &tally);
        ratios[i] = engine[i] / floors[i];
        texts = tally.texts;
    }
    qsort(floors, rounds, sizeof *floors, ascending);
    qsort(engine, rounds, sizeof *engine, ascending);
    qsort(ratios, rounds, sizeof *ratios, ascending);
    printf("texts %zu\nwords_a_text %.1f\nknown_words_a_text %.1f\ndistinct_rule_words %zu\n", tally.texts, (double)tally.words / (double)t->count,
           (double)tally.known / (double)t->count, f.count);
    printf("hits_a_text %.2f\nmentions_a_text %.2f\n", (double)tally.hits / (double)tally.texts, (double)tally.mentions / (double)tally.texts);
    printf("floor_us %.2f\nfloor_median_us %.2f\nengine_us %.2f\nengine_median_us %.2f\n", floors[0] * 1e6, floors[rounds / 2] * 1e6, engine[0] * 1e6,
           engine[rounds / 2] * 1e6);
    printf("texts_a_second %.0f\nratio %.3f\nratio_median %.3f\n", 1 / engine[0], engine[0] / floors[0], ratios[rounds / 2]);
    floor_free(&f);
}

int main(int argc, char **argv)
{
    int rounds = argc > 3 ? atoi(argv[3]) : 7;
    if (argc < 3 || rounds < 1 || rounds > ROUNDS_MOST) {
        fputs("usage: bench_match RULES.conf TEXTS [ROUNDS]\n", stderr);
        return 2;
    }
    struct loaded l = measure_load(argv[1]);
    struct texts t = {0};
    read_texts(&t, argv[2]);
    measure(&l, &t, (unsigned)rounds);
    match_free(&l.match);
    conf_free(&l.conf);
    free(t.bytes);
    free(t.items);
    arena_free(&t.arena);
    return 0;
}
