/* The words of all rules, each with a number and a chain of what is planted on it. Private to this folder. */
#ifndef MATCH_LEXICON_H
#define MATCH_LEXICON_H

#include "base/buf.h"

#define NO_WORD UINT32_MAX

/* What a word is good for beside its own chain. */
enum { LEXEME_OPENS = 1, LEXEME_CLOSES = 2 }; /* it is the first, the second word of a pair */

struct lexeme {
    uint32_t text;             /* where it begins in `texts` */
    uint32_t chain : 30, pairs : 2; /* the first seed planted on it and 1, or 0; LEXEME_ bits */
};

struct lexicon_slot {
    uint32_t tag, number;      /* the hash's high half; the word's number and 1 */
};

/* A zeroed one is empty. Slots of eight bytes: a look-up is one access, and one more to the word where the tag agrees. */
struct lexicon {
    struct lexicon_slot *slots;
    unsigned bits;
    struct lexeme *words;
    size_t count, capacity;
    struct buf texts;
};

/* `hash`: hash_quick of the word. Its number, from 0 in the order of adding. */
uint32_t lexicon_add(struct lexicon *, struct sv word, uint64_t hash);
uint32_t lexicon_find(const struct lexicon *, struct sv word, uint64_t hash); /* or NO_WORD */
struct sv lexicon_word(const struct lexicon *, uint32_t number);
void lexicon_free(struct lexicon *);

static inline void lexicon_prefetch(const struct lexicon *l, uint64_t hash)
{
    if (l->slots)
        __builtin_prefetch(&l->slots[(uint32_t)(hash >> 32) >> (32 - l->bits)]);
}

#endif
