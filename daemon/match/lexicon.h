/* The words of all rules, each with a number and a chain of what is planted on it. Private to this folder. */
#ifndef MATCH_LEXICON_H
#define MATCH_LEXICON_H

#include "base/buf.h"

#define NO_WORD UINT32_MAX

/* What a word is good for beside its own chain: it is the first, the second of a pair. */
enum { LEXEME_OPENS = 1, LEXEME_CLOSES = 2 };

/* One read of memory gives all that there is of a word. */
struct lexeme {
    uint32_t chain;            /* the first seed planted on it and 1, or 0 */
    uint32_t uses;             /* how many terms hold it */
    uint16_t pairs;            /* LEXEME_ bits */
    uint16_t size;             /* of its text */
    char text[];
};

struct lexicon_slot {
    uint32_t tag, number;      /* the hash; the word's number and 1 */
};

/* A zeroed one is empty. Slots of eight bytes: a look-up is one access, and one more to the word where the tag agrees. */
struct lexicon {
    struct lexicon_slot *slots;
    unsigned bits;
    size_t count;
    struct buf words;          /* lexemes; a word's number is its place in this, in units of LEXEME_UNIT */
};

#define LEXEME_UNIT 4

/* `hash`: words_hash of the word. */
uint32_t lexicon_add(struct lexicon *, struct sv word, uint32_t hash);
uint32_t lexicon_find(const struct lexicon *, struct sv word, uint32_t hash); /* or NO_WORD */
void lexicon_free(struct lexicon *);

/* Until the next one is added. */
static inline struct lexeme *lexicon_at(const struct lexicon *l, uint32_t number)
{
    return (struct lexeme *)(void *)(l->words.p + (size_t)number * LEXEME_UNIT);
}

static inline struct sv lexeme_word(const struct lexeme *w)
{
    return (struct sv){w->text, w->size};
}

/* A while before a look-up, and half that while before. */
static inline void lexicon_prefetch(const struct lexicon *l, uint32_t hash)
{
    if (l->slots)
        __builtin_prefetch(&l->slots[hash >> (32 - l->bits)]);
}

static inline void lexicon_prefetch_word(const struct lexicon *l, uint32_t hash)
{
    const struct lexicon_slot *s = l->slots ? &l->slots[hash >> (32 - l->bits)] : NULL;
    if (s && s->number && s->tag == hash)
        __builtin_prefetch(lexicon_at(l, s->number - 1));
}

#endif
