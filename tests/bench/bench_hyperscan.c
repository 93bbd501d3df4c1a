/* The phrases alone of rules, as literals of Hyperscan over texts that are folded and split already: what a scanner of bytes needs
 * for less than a matcher of rules does. bench_hyperscan RULES.tsv COUNT TEXTS [ROUNDS], of files from make_workload. Prints as
 * bench_match does. It is built only where pkg-config finds libhs. */
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "match/words.h"

#define PATIENCE 2.0 /* s for the texts of a round */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "bench_hyperscan: %s\n", what);
    exit(1);
}

static struct buf read_whole(const char *path)
{
    struct buf text = {0};
    FILE *f = fopen(path, "rb");
    char bytes[65536];
    if (!f)
        fail("a file was not read");
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
        buf_append(&text, bytes, n);
    fclose(f);
    return text;
}

/* Strings, one behind the other. */
struct strings {
    struct buf bytes;
    size_t *ends, count, capacity;
};

/* Folded, a blank before and behind each word. */
static void add_normalised(struct strings *s, struct sv text, struct words *words)
{
    words_split(text, SV_NONE, words);
    for (size_t i = 0; i < words->count; i++) {
        buf_byte(&s->bytes, ' ');
        buf_sv(&s->bytes, word_folded(words, i));
    }
    buf_byte(&s->bytes, ' ');
    s->ends = xgrow(s->ends, s->count, &s->capacity, sizeof *s->ends);
    s->ends[s->count++] = s->bytes.n;
}

static struct sv string(const struct strings *s, size_t i)
{
    size_t from = i ? s->ends[i - 1] : 0;
    return (struct sv){s->bytes.p + from, s->ends[i] - from};
}

static struct strings read_phrases(const char *path, size_t rules, struct words *words)
{
    struct strings s = {0};
    struct buf file = read_whole(path);
    struct sv rest = buf_view(&file), line, column, phrase;
    while (rules-- > 0 && sv_split(&rest, '\n', &line))
        if (sv_split(&line, '\t', &column) && sv_split(&line, '\t', &column))
            while (sv_split(&column, '|', &phrase))
                add_normalised(&s, phrase, words);
    buf_free(&file);
    return s;
}

static struct strings read_texts(const char *path, struct words *words)
{
    struct strings s = {0};
    struct buf file = read_whole(path);
    struct sv rest = buf_view(&file), text;
    while (rest.n && sv_split(&rest, '\0', &text))
        add_normalised(&s, text, words);
    buf_free(&file);
    return s;
}

static hs_database_t *compile(const struct strings *phrases)
{
    const char **literals = xcalloc(phrases->count, sizeof *literals);
    unsigned *flags = xcalloc(phrases->count, sizeof *flags), *ids = xcalloc(phrases->count, sizeof *ids);
    size_t *sizes = xcalloc(phrases->count, sizeof *sizes);
    hs_database_t *database;
    hs_compile_error_t *error;
    for (size_t i = 0; i < phrases->count; i++) {
        literals[i] = string(phrases, i).p;
        sizes[i] = string(phrases, i).n;
        ids[i] = (unsigned)i;
    }
    if (hs_compile_lit_multi(literals, flags, ids, sizes, (unsigned)phrases->count, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS)
        fail(error->message);
    free(literals);
    free(flags);
    free(ids);
    free(sizes);
    return database;
}

static int count_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id, (void)from, (void)to, (void)flags;
    ++*(size_t *)context;
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: bench_hyperscan RULES.tsv COUNT TEXTS [ROUNDS]\n", stderr);
        return 2;
    }
    struct words words = {0};
    struct strings phrases = read_phrases(argv[1], strtoul(argv[2], NULL, 10), &words), texts = read_texts(argv[3], &words);
    double began = now(), best = 1e9;
    hs_database_t *database = compile(&phrases);
    hs_scratch_t *scratch = NULL;
    size_t size, found = 0, done = 0;
    printf("load_s %.3f\n", now() - began);
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS || hs_database_size(database, &size) != HS_SUCCESS)
        fail("no scratch");
    for (int round = 0; round < (argc > 4 ? atoi(argv[4]) : 5); round++) {
        began = now();
        for (found = done = 0; done < texts.count && (done % 64 || now() - began < PATIENCE); done++) {
            struct sv text = string(&texts, done);
            if (hs_scan(database, text.p, (unsigned)text.n, 0, scratch, count_match, &found) != HS_SUCCESS)
                fail("a scan failed");
        }
        double each = (now() - began) / (double)done;
        best = each < best ? each : best;
    }
    printf("texts %zu\nhits_a_text %.2f\ntexts_a_second %.0f\nengine_us %.2f\ndatabase_mb %.1f\n", done, (double)found / (double)done, 1 / best,
           best * 1e6, (double)size / 1048576);
    hs_free_scratch(scratch);
    hs_free_database(database);
    buf_free(&phrases.bytes);
    buf_free(&texts.bytes);
    free(phrases.ends);
    free(texts.ends);
    words_free(&words);
    return 0;
}
