#include "match/lexicon.h"

#include <stdlib.h>

#define BITS_LEAST 10

static struct lexicon_slot *slot_for(const struct lexicon *l, struct sv word, uint32_t tag)
{
    size_t mask = ((size_t)1 << l->bits) - 1;
    for (size_t i = tag >> (32 - l->bits);; i = (i + 1) & mask) {
        struct lexicon_slot *s = &l->slots[i];
        if (!s->number || (s->tag == tag && sv_eq(lexicon_word(l, s->number - 1), word)))
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

uint32_t lexicon_add(struct lexicon *l, struct sv word, uint64_t hash)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    if (!l->slots || l->count * 2 >= (size_t)1 << l->bits)
        grow(l);
    struct lexicon_slot *s = slot_for(l, word, tag);
    if (!s->number) {
        l->words = xgrow(l->words, l->count, &l->capacity, sizeof *l->words);
        l->words[l->count] = (struct lexeme){.text = (uint32_t)l->texts.n};
        uint16_t length = (uint16_t)word.n; /* WORD_MOST bytes fold to less than this can hold */
        buf_append(&l->texts, &length, sizeof length);
        buf_sv(&l->texts, word);
        *s = (struct lexicon_slot){tag, (uint32_t)++l->count};
    }
    return s->number - 1;
}

uint32_t lexicon_find(const struct lexicon *l, struct sv word, uint64_t hash)
{
    return l->slots ? slot_for(l, word, (uint32_t)(hash >> 32))->number - 1 : NO_WORD;
}

struct sv lexicon_word(const struct lexicon *l, uint32_t number)
{
    const char *p = l->texts.p + l->words[number].text;
    uint16_t length;
    memcpy(&length, p, sizeof length);
    return (struct sv){p + sizeof length, length};
}

void lexicon_free(struct lexicon *l)
{
    free(l->slots);
    free(l->words);
    buf_free(&l->texts);
}
