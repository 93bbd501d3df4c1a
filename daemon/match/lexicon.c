#include "match/lexicon.h"

#include <stdlib.h>

#define BITS_LEAST 10

static struct lexicon_slot *slot_for(const struct lexicon *l, struct sv word, uint32_t tag)
{
    size_t mask = ((size_t)1 << l->bits) - 1;
    for (size_t i = tag >> (32 - l->bits);; i = (i + 1) & mask) {
        struct lexicon_slot *s = &l->slots[i];
        if (!s->number || (s->tag == tag && sv_eq(lexeme_word(lexicon_at(l, s->number - 1)), word)))
            return s;
    }
}

/* The place of a slot comes from its tag alone: growing reads no word. */
static void grow(struct lexicon *l)
{
    struct lexicon_slot *old = l->slots;
    size_t size = l->slots ? (size_t)1 << l->bits : 0;
    l->bits = l->slots ? l->bits + 1 : BITS_LEAST;
    size_t mask = ((size_t)1 << l->bits) - 1;
    l->slots = xcalloc(mask + 1, sizeof *l->slots);
    for (size_t i = 0; i < size; i++) {
        if (!old[i].number)
            continue;
        size_t k = old[i].tag >> (32 - l->bits);
        while (l->slots[k].number)
            k = (k + 1) & mask;
        l->slots[k] = old[i];
    }
    free(old);
}

static uint32_t add_lexeme(struct lexicon *l, struct sv word)
{
    const struct lexeme head = {.size = (uint16_t)word.n}; /* WORD_MOST bytes fold to fewer than this can hold */
    uint32_t number = (uint32_t)(l->words.n / LEXEME_UNIT);
    buf_append(&l->words, &head, sizeof head);
    buf_sv(&l->words, word);
    while (l->words.n % LEXEME_UNIT)
        buf_byte(&l->words, '\0');
    return number;
}

uint32_t lexicon_add(struct lexicon *l, struct sv word, uint32_t hash)
{
    if (!l->slots || l->count * 4 >= ((size_t)1 << l->bits) * 3)
        grow(l);
    struct lexicon_slot *s = slot_for(l, word, hash);
    if (!s->number) {
        *s = (struct lexicon_slot){hash, add_lexeme(l, word) + 1};
        l->count++;
    }
    return s->number - 1;
}

uint32_t lexicon_find(const struct lexicon *l, struct sv word, uint32_t hash)
{
    return l->slots ? slot_for(l, word, hash)->number - 1 : NO_WORD;
}

void lexicon_free(struct lexicon *l)
{
    free(l->slots);
    buf_free(&l->words);
}
