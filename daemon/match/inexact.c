/* What matches words otherwise than by all their letters: globs, stems and regexes. Each is asked once for each word of an item, and of
 * globs and regexes only those whose first letters the word begins with. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "match/compiled.h"
#include "match/fold.h"

#define LENGTHS 64

/* The stems of all ~ terms in one language: what is stemmed alike makes a chain. */
struct stem_table {
    struct sv language;
    struct arena arena;
    struct table stems;  /* the number of the first inexact and 1 */
    uint32_t *next;      /* by inexact: the next of the same stem and 1, or 0 */
    struct stem_table *other;
};

/* ---- Adding ---- */

static uint32_t add(struct inexacts *x, struct inexact new)
{
    x->list = xgrow(x->list, x->count, &x->capacity, sizeof *x->list);
    x->list[x->count] = new;
    return (uint32_t)x->count++;
}

/* With what every word begins that it matches: never nothing. */
static void add_head(struct inexacts *x, uint32_t number, struct sv head)
{
    uint32_t at = lexicon_add(&x->heads, head, words_hash(head));
    struct lexeme *l = lexicon_at(&x->heads, at);
    x->list[number].next = l->chain;
    l->chain = number + 1;
    x->lengths[(unsigned char)head.p[0]] |= (uint64_t)1 << ((head.n < LENGTHS ? head.n : LENGTHS) - 1);
}

/* The letters and digits that a regex begins with; none where alternatives may begin otherwise. */
static struct sv regex_head(struct sv regex)
{
    size_t n = 0, last = 0;
    if (memchr(regex.p, '|', regex.n))
        return SV_NONE;
    while (n < regex.n && ((unsigned char)regex.p[n] >= 0x80 || ascii_is_letter(regex.p[n]) || ascii_is_digit(regex.p[n]))) {
        last = n++;
        while (n < regex.n && ((unsigned char)regex.p[n] & 0xC0) == 0x80)
            n++;
    }
    bool optional = n < regex.n && memchr("?*{", regex.p[n], 3);
    return sv_head(regex, optional ? last : n);
}

uint32_t inexact_add(struct inexacts *x, enum inexact_kind kind, struct sv text, struct arena *a)
{
    struct table *known = kind == INEXACT_GLOB ? &x->globs : &x->stems;
    uintptr_t number = (uintptr_t)table_get(known, text);
    if (!number) {
        text = sv_dup(a, text);
        number = (uintptr_t)add(x, (struct inexact){.kind = kind, .text = text}) + 1;
        table_put(known, text, (void *)number);
        if (kind == INEXACT_GLOB)
            add_head(x, (uint32_t)number - 1, sv_head(text, term_glob_head(text)));
    }
    return INEXACT | ((uint32_t)number - 1);
}

uint32_t inexact_add_regex(struct inexacts *x, struct sv text, void *regex)
{
    uintptr_t known = (uintptr_t)table_get(&x->regexes, text);
    if (known) {
        pcre2_code_free(regex);
        return INEXACT | ((uint32_t)known - 1);
    }
    uint32_t number = add(x, (struct inexact){.kind = INEXACT_REGEX, .text = text, .regex = regex});
    struct sv head = regex_head(text);
    if (head.n)
        add_head(x, number, head);
    else
        x->headless = true;
    x->list[number].headless = !head.n;
    table_put(&x->regexes, text, (void *)((uintptr_t)number + 1));
    return INEXACT | number;
}

void inexacts_init(struct inexacts *x)
{
    pthread_mutex_init(&x->lock, NULL);
}

void inexacts_free(struct inexacts *x)
{
    for (size_t i = 0; i < x->count; i++)
        pcre2_code_free(x->list[i].regex);
    for (struct stem_table *t = x->stem_tables, *other; t; t = other) {
        other = t->other;
        table_free(&t->stems);
        arena_free(&t->arena);
        free(t->next);
        free(t);
    }
    table_free(&x->globs);
    table_free(&x->stems);
    table_free(&x->regexes);
    lexicon_free(&x->heads);
    free(x->list);
    pthread_mutex_destroy(&x->lock);
}

/* ---- Finding ---- */

static void found(struct index *x, uint32_t inexact, uint32_t word, uint32_t at)
{
    x->findings = xgrow(x->findings, x->finding_count, &x->finding_capacity, sizeof *x->findings);
    x->findings[x->finding_count++] = (struct finding){.inexact = inexact, .word = word, .at = at};
}

static void try_head(struct index *x, const struct regex_run *run, uint32_t word, size_t length)
{
    const struct inexacts *all = &x->match->inexacts;
    struct sv head = sv_head(x->vocabulary[word], length);
    uint32_t number = lexicon_find(&all->heads, head, words_hash(head));
    if (number == NO_WORD)
        return;
    for (uint32_t next = lexicon_at(&all->heads, number)->chain; next; next = all->list[next - 1].next)
        if (all->list[next - 1].regex ? regex_matches(run, all->list[next - 1].regex, x->vocabulary[word])
                                      : term_glob_matches(all->list[next - 1].text, x->vocabulary[word]))
            found(x, next - 1, word, NO_WORD);
}

static void find_by_head(struct index *x, const struct regex_run *run)
{
    const uint64_t *lengths = x->match->inexacts.lengths;
    for (uint32_t word = 0; word < x->vocabulary_count; word++) {
        struct sv v = x->vocabulary[word];
        for (uint64_t left = lengths[(unsigned char)v.p[0]]; left; left &= left - 1) {
            size_t length = (size_t)__builtin_ctzll(left) + 1;
            if (length > v.n)
                break;
            try_head(x, run, word, length);
            while (length >= LENGTHS && ++length <= v.n) /* the last bit stands for all beyond */
                try_head(x, run, word, length);
        }
    }
}

static struct stem_table *make_stem_table(const struct inexacts *x, struct sv language)
{
    struct stem_table *t = xcalloc(1, sizeof *t);
    t->language = sv_dup(&t->arena, language.n ? language : SV(""));
    t->next = xcalloc(x->count, sizeof *t->next);
    for (size_t i = 0; i < x->count; i++) {
        if (x->list[i].kind != INEXACT_STEM)
            continue;
        struct sv stem = stem_word(x->list[i].text, language, &t->arena);
        uintptr_t first = (uintptr_t)table_put(&t->stems, stem, (void *)(uintptr_t)(i + 1));
        if (first) { /* behind the first of the chain */
            t->next[i] = t->next[first - 1];
            t->next[first - 1] = (uint32_t)i + 1;
        }
    }
    return t;
}

static struct stem_table *known_stem_table(const struct inexacts *x, struct sv language)
{
    struct stem_table *t = x->stem_tables;
    while (t && !sv_eq_nocase(t->language, language))
        t = t->other;
    return t;
}

/* Feeds may name any language: those without a stemmer share a table, else memory would grow with them. */
static const struct stem_table *stem_table_for(struct inexacts *x, struct sv language)
{
    pthread_mutex_lock(&x->lock);
    struct stem_table *t = known_stem_table(x, language);
    if (!t && language.n && !stem_has(language)) {
        language = SV("?");
        t = known_stem_table(x, language);
    }
    if (!t) {
        t = make_stem_table(x, language);
        t->other = x->stem_tables;
        x->stem_tables = t;
        x->stem_table_count++;
    }
    pthread_mutex_unlock(&x->lock);
    return t;
}

static struct sv written_at(const struct index *x, uint32_t at)
{
    const struct text *t = &x->texts[x->text_at[at]];
    const struct word *w = &t->words.list[at - t->base];
    return utf8_cut(sv_range(t->split.p + w->start, t->split.p + w->end), WORD_MOST);
}

/* What stems are made of a word with: in lower case, without the signs that it was joined over. */
static struct sv stem_at(struct index *x, uint32_t at, struct sv language)
{
    const struct text *t = &x->texts[x->text_at[at]];
    struct buf plain = {0}, cased = {0};
    fold_exact(written_at(x, at), t->words.list[at - t->base].joined, &plain);
    fold_case(plain.n ? buf_view(&plain) : SV(""), &cased);
    struct sv stem = stem_word(cased.n ? buf_view(&cased) : SV(""), language, &x->arena);
    buf_free(&plain);
    buf_free(&cased);
    return stem;
}

/* Words that are written alike are stemmed once. */
static void find_stems(struct index *x)
{
    const struct stem_table *t = stem_table_for(&((struct match *)(uintptr_t)x->match)->inexacts, stem_language(x->language));
    for (uint32_t word = 0; word < x->vocabulary_count; word++) {
        struct sv before = SV_NONE;
        uintptr_t first = 0;
        for (uint32_t at = x->first[word]; at != NO_WORD; at = x->next[at]) {
            struct sv written = written_at(x, at);
            if (!before.p || !sv_eq(written, before))
                first = (uintptr_t)table_get(&t->stems, stem_at(x, at, t->language));
            before = written;
            for (uintptr_t number = first; number; number = t->next[number - 1])
                found(x, (uint32_t)number - 1, word, at);
        }
    }
}

/* Regexes of which nothing is known are asked of every word. */
static void find_headless(struct index *x, const struct regex_run *run)
{
    const struct inexacts *all = &x->match->inexacts;
    for (uint32_t i = 0; i < all->count; i++)
        for (uint32_t word = 0; all->list[i].headless && word < x->vocabulary_count; word++)
            if (regex_matches(run, all->list[i].regex, x->vocabulary[word]))
                found(x, i, word, NO_WORD);
}

static uint32_t *slot_of(const struct index *x, uint32_t inexact)
{
    size_t mask = ((size_t)1 << x->found_bits) - 1;
    for (size_t i = (inexact * 0x9E3779B1u) & mask;; i = (i + 1) & mask)
        if (!x->found[i] || x->findings[x->found[i] - 1].inexact == inexact)
            return &x->found[i];
}

uint32_t index_found(const struct index *x, uint32_t inexact)
{
    return x->finding_count ? *slot_of(x, inexact) : 0;
}

void inexacts_find(struct index *x)
{
    const struct inexacts *all = &x->match->inexacts;
    struct regex_run run = {0};
    if (all->regexes.count)
        regex_start(&run);
    if (all->heads.count)
        find_by_head(x, &run);
    if (all->stems.count)
        find_stems(x);
    if (all->headless)
        find_headless(x, &run);
    regex_end(&run);
    if (!x->finding_count)
        return;
    for (x->found_bits = 4; (size_t)1 << x->found_bits < 2 * x->finding_count; x->found_bits++) {}
    x->found = arena_array(&x->arena, (size_t)1 << x->found_bits, sizeof *x->found);
    for (uint32_t i = (uint32_t)x->finding_count; i > 0; i--) {
        uint32_t *slot = slot_of(x, x->findings[i - 1].inexact);
        x->findings[i - 1].next = *slot;
        *slot = i;
    }
}
