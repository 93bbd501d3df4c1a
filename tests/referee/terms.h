/* The referee's terms: whether one stands at a word of a text. Strings are compared, nothing is looked up.
 * Shared with the engine: splitting and folding (a term is split as any text is, its wildcards standing as letters), PCRE2, libstemmer. */
#ifndef REFEREE_TERMS_H
#define REFEREE_TERMS_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "reading.h"

#define ASKED_STAR 0xA78Fu /* letters that stand for * and ? while the term is split and folded */
#define ASKED_ANY 0xA66Eu
#define ASKED_REGEX_STEPS 10000

/* What a term asks of words that follow each other. */
struct asked {
    const struct node *node;
    struct read_word *words; /* none of a regex */
    size_t count;
    struct asked *next;
};

static inline struct asked *ask(const struct node *n, struct arena *a)
{
    struct asked *t = arena_zalloc(a, sizeof *t);
    struct buf text = {0};
    struct words words = {0};
    t->node = n;
    for (size_t i = 0; n->term != TERM_REGEX && i < n->text.n; i++)
        if (n->text.p[i] == TERM_STAR || n->text.p[i] == TERM_ANY)
            buf_codepoint(&text, n->text.p[i] == TERM_STAR ? ASKED_STAR : ASKED_ANY);
        else
            buf_byte(&text, n->text.p[i]);
    words_split(buf_view(&text), SV_NONE, &words);
    t->words = arena_array(a, words.count, sizeof *t->words);
    for (size_t i = 0; i < words.count; i++) {
        const struct word *w = &words.list[i];
        bool glued = i > 0 && words.list[i - 1].end == w->start;
        if (glued && sv_eq(word_folded(&words, i), SV("\xEA\x9E\x8F")))
            continue; /* a * after a character that is a word adds nothing */
        struct read_word *asked = &t->words[t->count++];
        asked->folded = sv_dup(a, word_folded(&words, i));
        read_forms(asked, sv_range(text.p + w->start, text.p + w->end), w->joined, a);
    }
    words_free(&words);
    buf_free(&text);
    return t;
}

/* ---- Words ---- */

static inline bool is_mark(struct sv v)
{
    uint32_t c = 0;
    return v.n && utf8_decode(v.p, v.p + v.n, &c) && char_class(c) == CHAR_MARK;
}

/* A * is anything, a ? one letter; its marks are its own, unless the pattern goes on with marks. */
static inline bool glob_fits(struct sv glob, struct sv word)
{
    uint32_t asked, c;
    if (!glob.n)
        return !word.n;
    size_t n = utf8_decode(glob.p, glob.p + glob.n, &asked), m;
    if (asked == ASKED_STAR)
        return true;
    if (!word.n)
        return false;
    m = utf8_decode(word.p, word.p + word.n, &c);
    glob = sv_from(glob, n), word = sv_from(word, m);
    if (asked != ASKED_ANY)
        return asked == c && glob_fits(glob, word);
    if (char_class(c) != CHAR_LETTER)
        return false;
    while (is_mark(word) && !is_mark(glob))
        word = sv_from(word, utf8_decode(word.p, word.p + word.n, &c));
    return glob_fits(glob, word);
}

static inline bool regex_fits(struct sv regex, struct sv word)
{
    int code;
    PCRE2_SIZE offset;
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)regex.p, regex.n, PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &code, &offset, NULL);
    if (!compiled)
        return false;
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(limits, ASKED_REGEX_STEPS);
    bool fits = pcre2_match(compiled, (PCRE2_SPTR)word.p, word.n, 0, 0, data, limits) >= 0;
    pcre2_match_context_free(limits);
    pcre2_match_data_free(data);
    pcre2_code_free(compiled);
    return fits;
}

static inline bool word_fits(const struct asked *t, size_t k, const struct read_text *text, const struct read_word *w, struct sv language, struct arena *a)
{
    switch (t->node->term) {
    case TERM_EXACT: return !text->shouting && sv_eq(t->words[k].exact, w->exact);
    case TERM_STEM: return sv_eq(read_stem(t->words[k].cased, language, a), read_stem(w->cased, language, a));
    case TERM_REGEX: return regex_fits(t->node->text, w->folded);
    default: return glob_fits(t->words[k].folded, w->folded);
    }
}

/* How many words the term takes from word `at` on, 0 when it does not stand there. A phrase does not cross a sentence's end. */
static inline size_t term_fits(const struct asked *t, const struct read_text *text, size_t at, struct sv language, struct arena *a)
{
    size_t count = t->node->term == TERM_REGEX ? 1 : t->count;
    if (at + count > text->count)
        return 0;
    for (size_t k = 0; k < count; k++)
        if (text->words[at + k].sentence != text->words[at].sentence || !word_fits(t, k, text, &text->words[at + k], language, a))
            return 0;
    return count;
}

#endif
