/* Sets of terms in which a term finds what covers it. A term's key is a sum over its words, so that the key with another word in
 * one place costs nothing. */
#include <stdlib.h>

#include "base/hash.h"
#include "match/pool.h"

#define HEAD_MOST 63      /* bytes of a prefix* that is compared */
#define WORDS_LOOKED_AT 8 /* of a phrase */

uint64_t pool_mix(uint64_t a, uint64_t b)
{
    uint64_t x = a * 0x9E3779B97F4A7C15u ^ (b + 0x632BE59BD9B4E019u) * 0xC2B2AE3D27D4EB4Fu;
    x = (x ^ x >> 31) * 0xD6E8FEB86659FD93u;
    return x ^ x >> 32;
}

static uint64_t word_key(uint32_t number, size_t place)
{
    return pool_mix(number, place);
}

static uint64_t words_key(const struct probe *p)
{
    uint64_t key = p->count;
    for (size_t i = 0; i < p->count; i++)
        key += word_key(p->numbers[i], i);
    return key;
}

uint64_t pool_key(const struct part *p)
{
    if (p->kind == NODE_LIST)
        return pool_mix(p->list->index, 'l');
    const struct probe *probe = p->probe;
    uint64_t key = words_key(probe);
    for (size_t i = 0; probe->exact && i < probe->count; i++)
        key = pool_mix(key, hash_fast(probe_exact(probe)[i]));
    return key;
}

uint64_t pool_key_of_word(uint32_t number)
{
    return 1 + word_key(number, 0);
}

/* ---- The table ---- */

static void put(struct pool_table *t, struct pool_entry e)
{
    size_t at = e.key & (t->capacity - 1);
    while (t->entries[at].key)
        at = (at + 1) & (t->capacity - 1);
    t->entries[at] = e;
    t->count++;
}

static void resize(struct pool_table *t, size_t capacity)
{
    struct pool_table old = *t;
    *t = (struct pool_table){xcalloc(capacity, sizeof *t->entries), 0, capacity};
    for (size_t i = 0; i < old.capacity; i++)
        if (old.entries[i].key)
            put(t, old.entries[i]);
    free(old.entries);
}

void pool_clear(struct pool_table *t, size_t count)
{
    size_t capacity = 16;
    while (capacity < count * 2)
        capacity *= 2;
    if (capacity == t->capacity) {
        memset(t->entries, 0, capacity * sizeof *t->entries);
        t->count = 0;
        return;
    }
    free(t->entries);
    *t = (struct pool_table){xcalloc(capacity, sizeof *t->entries), 0, capacity};
}

static uint64_t salted(const struct pool *pool, uint64_t key)
{
    uint64_t k = pool_mix(key, pool->salt);
    return k ? k : 1;
}

const struct part *pool_find(const struct pool *pool, uint64_t key, unsigned mask)
{
    const struct pool_table *t = pool->table;
    uint64_t k = salted(pool, key);
    for (size_t at = k & (t->capacity - 1); t->entries[at].key; at = (at + 1) & (t->capacity - 1))
        if (t->entries[at].key == k && (mask & ~t->entries[at].mask) == 0)
            return t->entries[at].part;
    return NULL;
}

/* ---- Wildcards ---- */

static struct sv text_of(const struct match *m, uint32_t number)
{
    return number & INEXACT ? m->inexacts.list[number & ~INEXACT].text : lexeme_word(lexicon_at(&m->lexicon, number));
}

static uint64_t head_bit(size_t n)
{
    return n <= HEAD_MOST ? (uint64_t)1 << n : 0;
}

static void note_globs(struct pool *pool, const struct part *p)
{
    const struct probe *probe = p->probe;
    for (size_t i = 0; i < probe->count; i++) {
        struct sv text = text_of(pool->match, probe->numbers[i]);
        size_t head = term_glob_head(text);
        if (head + 1 == text.n)
            pool->heads |= head_bit(head);
        else if (head < text.n && probe->count == 1 && pool->any_count < POOL_ANYS)
            pool->anys[pool->any_count++] = p;
    }
}

const struct part *pool_add(struct pool *pool, uint64_t key, const struct part *p, unsigned mask)
{
    struct pool_table *t = pool->table;
    if (t->count * 2 >= t->capacity)
        resize(t, t->capacity ? t->capacity * 2 : 16);
    const struct part *known = pool_find(pool, key, mask);
    if (known)
        return known;
    put(t, (struct pool_entry){salted(pool, key), mask, p});
    if (p->kind == NODE_TERM && p->probe->shapeless)
        note_globs(pool, p);
    return NULL;
}

/* The term with a prefix* of its word in its place, wherever that is among the globs. */
static const struct part *with_prefix(const struct pool *pool, const struct part *p, uint64_t key, size_t place, unsigned mask)
{
    const struct inexacts *x = &pool->match->inexacts;
    uint32_t own = p->probe->numbers[place];
    struct sv text = text_of(pool->match, own);
    char glob[HEAD_MOST + 1];
    size_t head = term_glob_head(text);
    const struct part *found = NULL;
    for (size_t n = 1; n <= head && n <= HEAD_MOST && !found; n++) {
        if (!(pool->heads & head_bit(n)))
            continue;
        memcpy(glob, text.p, n);
        glob[n] = TERM_STAR;
        uintptr_t number = (uintptr_t)table_get(&x->globs, (struct sv){glob, n + 1});
        uint32_t other = INEXACT | (uint32_t)(number - 1);
        if (number && other != own)
            found = pool_find(pool, key - word_key(own, place) + word_key(other, place), mask);
    }
    return found;
}

static const struct part *with_any(const struct pool *pool, const struct part *p, unsigned mask)
{
    struct sv text = text_of(pool->match, p->probe->numbers[0]);
    if (p->probe->count != 1 || term_glob_head(text) < text.n)
        return NULL;
    for (size_t i = 0; i < pool->any_count; i++) {
        const struct part *any = pool->anys[i];
        if (!term_glob_matches(text_of(pool->match, any->probe->numbers[0]), text))
            continue;
        const struct part *found = pool_find(pool, pool_key(any), mask);
        if (found)
            return found;
    }
    return NULL;
}

const struct part *pool_cover(const struct pool *pool, const struct part *p, unsigned mask)
{
    if (p->kind != NODE_TERM || (!p->probe->exact && !pool->heads && !pool->any_count))
        return NULL; /* as nearly always */
    if (p->node->term == TERM_STEM || p->node->term == TERM_REGEX)
        return NULL;
    uint64_t key = words_key(p->probe);
    const struct part *found = p->probe->exact ? pool_find(pool, key, mask) : NULL;
    for (size_t i = 0; pool->heads && i < p->probe->count && i < WORDS_LOOKED_AT && !found; i++)
        found = with_prefix(pool, p, key, i, mask);
    return found || !pool->any_count ? found : with_any(pool, p, mask);
}
