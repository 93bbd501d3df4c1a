/* Texts and rules that are made, not recorded: the same numbers always give the same words, so that runs compare and every
 * contestant gets the same. Words are ranked, and a word of rank r is drawn as often as 1/r, as in a language. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <math.h>

#include "base/buf.h"

#define RULES_MOST 100000u /* texts carry phrases of all of them, however many rules are then loaded */
#define TEXT_BYTES 4096u
#define VOCABULARY 500000u /* of the texts */
#define NAMES 1000000u     /* of the rules' single words: half of them are in no text, unless a phrase was put there */
#define PLANTED 7u         /* phrases of rules in each text, and their NEAR's other side */

enum script { LATIN, CYRILLIC, ARABIC, HAN };

static inline uint64_t mix(uint64_t z) /* splitmix64's finish */
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static inline uint64_t draw(uint64_t *state)
{
    return mix(*state += 0x9e3779b97f4a7c15u);
}

static inline unsigned draw_below(uint64_t *state, unsigned below)
{
    return (unsigned)((draw(state) >> 32) * below >> 32);
}

/* A rank from `from` to below `to`, by Zipf's law. */
static inline unsigned draw_rank(uint64_t *state, double from, double to)
{
    return (unsigned)(from * pow(to / from, (double)(draw(state) >> 11) / 9007199254740992.));
}

/* Text n, or rule n; with several scripts every other one is in Latin letters. */
static inline enum script script_of(unsigned n, bool mixed)
{
    return mixed && n % 2 ? CYRILLIC + n / 2 % 3 : LATIN;
}

/* ---- Words ---- */

/* The word of a rank: the commoner the shorter. Some are always written with a capital, some with an accent. */
static inline void put_syllables(struct buf *out, enum script script, unsigned rank, bool capital)
{
    static const char *const small[2][15] = {{"b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"},
                                             {"б", "д", "ф", "г", "х", "к", "л", "м", "н", "п", "р", "с", "т", "в", "з"}};
    static const char *const large[2][15] = {{"B", "D", "F", "G", "H", "K", "L", "M", "N", "P", "R", "S", "T", "V", "Z"},
                                             {"Б", "Д", "Ф", "Г", "Х", "К", "Л", "М", "Н", "П", "Р", "С", "Т", "В", "З"}};
    static const char *const vowels[2][5] = {{"a", "e", "i", "o", "u"}, {"а", "е", "и", "о", "у"}};
    static const char *const accented[2][5] = {{"á", "é", "í", "ö", "ü"}, {"я", "э", "ы", "ю", "й"}};
    static const char *const ends[2][8] = {{"", "", "", "n", "s", "r", "st", "nd"}, {"", "", "", "н", "м", "т", "ть", "ск"}};
    uint64_t look = mix(rank * 4u + script);
    for (bool first = true; rank > 0; first = false, rank = (rank - 1) / 75) {
        unsigned syllable = (rank - 1) % 75;
        buf_str(out, (first && (capital || look % 12 == 0) ? large : small)[script][syllable / 5]);
        buf_str(out, (look >> 8) % 16 == 0 && rank <= 75 ? accented[script][syllable % 5] : vowels[script][syllable % 5]);
    }
    buf_str(out, ends[script][(look >> 16) % 8]);
}

static inline void put_arabic(struct buf *out, unsigned rank)
{
    static const uint16_t letters[] = {0x628, 0x62A, 0x62B, 0x62C, 0x62D, 0x62E, 0x62F, 0x631, 0x633, 0x634, 0x635, 0x637, 0x639, 0x641,
                                       0x642, 0x644, 0x645, 0x646, 0x647, 0x648, 0x627, 0x643, 0x64A};
    for (unsigned left = rank + 23; left > 0; left = (left - 1) / 23)
        buf_codepoint(out, letters[(left - 1) % 23]);
    if (mix(rank) % 5 == 0)
        buf_codepoint(out, 0x629);
}

/* One to three characters, of some 3,000 of which few are common. */
static inline void put_han(struct buf *out, unsigned rank)
{
    for (unsigned i = 0; i < 1u + (rank >= 100) + (rank >= VOCABULARY / 5); i++) {
        double u = (double)(mix(rank * 4 + i) >> 11) / 9007199254740992.;
        buf_codepoint(out, 0x4E00 + (unsigned)(u * u * 3000) * 6);
    }
}

static inline void put_word(struct buf *out, enum script script, unsigned rank, bool capital)
{
    if (script == HAN)
        put_han(out, rank);
    else if (script == ARABIC)
        put_arabic(out, rank);
    else
        put_syllables(out, script, rank, capital);
}

/* ---- Rules ---- */

#define PHRASES 5

struct phrase {
    unsigned count, ranks[4];
};

/* phrase | … | phrase, in three of ten rules NEAR/8 (word | word), in two of ten AND NOT word. */
struct made_rule {
    enum script script;
    struct phrase phrases[PHRASES];
    bool near, denied;
    unsigned context[2], denying;
};

static inline struct phrase draw_phrase(uint64_t *state)
{
    unsigned length = draw_below(state, 10);
    struct phrase p = {.count = length < 1 ? 1 : length < 7 ? 2 : length < 9 ? 3 : 4};
    if (p.count == 1)
        p.ranks[0] = VOCABULARY / 5 + draw_below(state, NAMES - VOCABULARY / 5);
    for (unsigned i = 0; p.count > 1 && i < p.count; i++) /* few begin or end with one of the commonest: "belt and road" */
        p.ranks[i] = draw_rank(state, i > 0 && i < p.count - 1 ? 1 : 300, VOCABULARY);
    return p;
}

static inline struct made_rule make_rule(unsigned n, bool mixed)
{
    uint64_t state = mix(n + 1);
    struct made_rule r = {.script = script_of(n, mixed)};
    for (unsigned i = 0; i < PHRASES; i++)
        r.phrases[i] = draw_phrase(&state);
    r.near = draw_below(&state, 10) < 3;
    r.denied = draw_below(&state, 10) < 2;
    r.context[0] = draw_rank(&state, 30, 3000);
    r.context[1] = draw_rank(&state, 30, 3000);
    r.denying = draw_rank(&state, 100, 10000);
    return r;
}

static inline void put_phrase(struct buf *out, enum script script, const struct phrase *p)
{
    for (unsigned i = 0; i < p->count; i++) {
        buf_str(out, i && script != HAN ? " " : "");
        put_word(out, script, p->ranks[i], false);
    }
}

/* ---- Texts ---- */

struct made_text {
    uint64_t state;
    enum script script;
    bool mixed;
    struct buf *out;
};

static inline void put_blank(struct made_text *t)
{
    buf_str(t->out, t->script == HAN ? "" : " ");
}

static inline void put_planted(struct made_text *t)
{
    struct made_rule r;
    do
        r = make_rule(draw_below(&t->state, RULES_MOST), t->mixed);
    while (r.script != t->script);
    put_blank(t);
    put_phrase(t->out, t->script, &r.phrases[draw_below(&t->state, PHRASES)]);
    for (unsigned i = 0; r.near && i < 3; i++) {
        put_blank(t);
        put_word(t->out, t->script, i < 2 ? draw_rank(&t->state, 1, VOCABULARY) : r.context[draw_below(&t->state, 2)], false);
    }
}

static inline void put_sentence(struct made_text *t, bool planted)
{
    unsigned words = 8 + draw_below(&t->state, 20), at = 1 + draw_below(&t->state, words - 1);
    bool quoted = t->script != HAN && draw_below(&t->state, 16) == 0;
    buf_str(t->out, quoted ? "“" : "");
    for (unsigned i = 0; i < words; i++) {
        if (i && draw_below(&t->state, 16) == 0)
            buf_str(t->out, t->script == HAN ? "，" : t->script == ARABIC ? "،" : ",");
        if (planted && i == at)
            put_planted(t);
        if (i)
            put_blank(t);
        if (i && draw_below(&t->state, 64) == 0)
            buf_printf(t->out, "%u", draw_below(&t->state, 2100));
        else
            put_word(t->out, t->script, draw_rank(&t->state, 1, VOCABULARY), i == 0);
    }
    buf_str(t->out, t->script == HAN ? "。" : quoted ? ".”" : ".");
}

/* Sentences and paragraphs, some 4 KB. */
static inline void make_text(struct buf *out, unsigned n, bool mixed)
{
    struct made_text t = {mix(n + 1000000007u), script_of(n, mixed), mixed, out};
    size_t from = out->n;
    unsigned planted = 0;
    for (unsigned sentence = 0; out->n - from < TEXT_BYTES - 100; sentence++) {
        if (sentence)
            buf_str(out, sentence % 4 == 0 ? "\n\n" : t.script == HAN ? "" : " ");
        bool due = planted * TEXT_BYTES <= (out->n - from) * PLANTED;
        put_sentence(&t, due);
        planted += due;
    }
}

#endif
