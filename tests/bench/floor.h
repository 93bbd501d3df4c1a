/* What matching cannot cost less than: fold, split into words, hash them, look each up among the words of all rules. The hashes
 * of a text come first, then its look-ups in slots of 8 bytes that were prefetched; strings are compared only where a tag agrees. */
#ifndef FLOOR_H
#define FLOOR_H

#include <stdlib.h>

#include "match/rule.h"
#include "match/words.h"

#define AHEAD 16 /* words between a prefetch and its look-up */

struct floor_slot {
    uint32_t tag, id; /* tag 0: free */
};

struct floor {
    struct floor_slot *slots;
    size_t mask, count;
    struct buf bytes;
    struct sv_at {
        size_t at, n;
    } *words; /* by id, in bytes */
    size_t words_capacity;
    struct words split;
    uint64_t *hashes; /* of the text at hand */
    size_t hashes_capacity;
};

static inline uint64_t floor_hash(struct sv word)
{
    uint64_t h = word.n * 0x9e3779b97f4a7c15u, part = 0;
    const char *p = word.p;
    size_t n = word.n;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&part, p, 8);
        h = (h ^ part) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    for (part = 0; n > 0; n--)
        part = part << 8 | (unsigned char)p[n - 1];
    h = (h ^ part) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 29;
}

static inline uint32_t floor_tag(uint64_t hash)
{
    return (uint32_t)(hash >> 32) | 1;
}

static inline bool floor_find(const struct floor *f, struct sv word, uint64_t hash, size_t *at)
{
    for (*at = hash & f->mask; f->slots[*at].tag; *at = (*at + 1) & f->mask)
        if (f->slots[*at].tag == floor_tag(hash)) {
            const struct sv_at *w = &f->words[f->slots[*at].id];
            if (w->n == word.n && memcmp(f->bytes.p + w->at, word.p, word.n) == 0)
                return true;
        }
    return false;
}

static inline void floor_add(struct floor *f, struct sv word)
{
    size_t at;
    uint64_t hash = floor_hash(word);
    if (floor_find(f, word, hash, &at))
        return;
    f->words = xgrow(f->words, f->count, &f->words_capacity, sizeof *f->words);
    f->words[f->count] = (struct sv_at){f->bytes.n, word.n};
    f->slots[at] = (struct floor_slot){floor_tag(hash), (uint32_t)f->count++};
    buf_sv(&f->bytes, word);
}

static inline void floor_add_node(struct floor *f, const struct node *n)
{
    for (size_t i = 0; i < n->child_count; i++)
        floor_add_node(f, n->children[i]);
    if (n->kind != NODE_TERM)
        return;
    words_split(n->text, SV_NONE, &f->split);
    for (size_t i = 0; i < f->split.count; i++)
        floor_add(f, word_folded(&f->split, i));
}

/* Of rules that have a `match` of phrases and words. */
static inline void floor_build(struct floor *f, const struct rule *rules, size_t count)
{
    size_t slots = 64;
    while (slots < count * 24) /* no more than half full: a rule has some ten words, and others have them too */
        slots *= 2;
    f->slots = xcalloc(slots, sizeof *f->slots);
    f->mask = slots - 1;
    for (size_t i = 0; i < count; i++)
        floor_add_node(f, rules[i].match);
}

/* How many of the text's words are in some rule. */
static inline size_t floor_pass(struct floor *f, struct sv text, struct sv language)
{
    size_t found = 0, at;
    words_split(text, language, &f->split);
    const size_t n = f->split.count;
    if (n > f->hashes_capacity)
        f->hashes = xrealloc(f->hashes, (f->hashes_capacity = n * 2) * sizeof *f->hashes);
    for (size_t i = 0; i < n; i++)
        f->hashes[i] = floor_hash(word_folded(&f->split, i));
    for (size_t i = 0; i < n && i < AHEAD; i++)
        __builtin_prefetch(&f->slots[f->hashes[i] & f->mask]);
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(&f->slots[f->hashes[i + AHEAD] & f->mask]);
        found += floor_find(f, word_folded(&f->split, i), f->hashes[i], &at);
    }
    return found;
}

static inline void floor_free(struct floor *f)
{
    free(f->slots);
    free(f->words);
    free(f->hashes);
    buf_free(&f->bytes);
    words_free(&f->split);
}

#endif
