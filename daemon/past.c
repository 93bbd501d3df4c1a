#include "past.h"

#include <stdlib.h>

#include "base/arena.h"

#define BLOCK 256 /* items */

struct past *pasts_add(struct pasts *p)
{
    if (p->count == p->block_count * BLOCK) {
        p->blocks = xgrow(p->blocks, p->block_count, &p->block_capacity, sizeof *p->blocks);
        p->blocks[p->block_count++] = xmalloc(BLOCK * sizeof **p->blocks);
    }
    struct past *item = pasts_at(p, p->count++);
    *item = (struct past){0};
    return item;
}

void pasts_drop_last(struct pasts *p)
{
    p->count--;
}

struct past *pasts_at(const struct pasts *p, size_t i)
{
    return &p->blocks[i / BLOCK][i % BLOCK];
}

/* ---- The first with a key ---- */

static const struct digest *key_of(const struct past *item, enum past_key key)
{
    return key == PAST_GUID ? &item->keys.guid : key == PAST_LINK ? &item->keys.link : &item->keys.content;
}

/* Whoever writes the feed can choose digests, but not their hashes. */
static uint32_t *slot_of(const struct pasts *p, enum past_key key, const struct digest *d)
{
    const struct past_firsts *f = &p->firsts[key];
    size_t mask = f->capacity - 1, at = hash_fast((struct sv){(const char *)d->bytes, sizeof d->bytes}) & mask;
    while (f->slots[at] && memcmp(key_of(pasts_at(p, f->slots[at] - 1), key), d, sizeof *d) != 0)
        at = (at + 1) & mask;
    return &f->slots[at];
}

static void grow(struct pasts *p, enum past_key key)
{
    struct past_firsts old = p->firsts[key], *f = &p->firsts[key];
    f->capacity = old.capacity ? 2 * old.capacity : 64;
    f->slots = xcalloc(f->capacity, sizeof *f->slots);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i])
            *slot_of(p, key, key_of(pasts_at(p, old.slots[i] - 1), key)) = old.slots[i];
    free(old.slots);
}

struct past *pasts_first(const struct pasts *p, enum past_key key, const struct digest *d)
{
    uint32_t number = p->firsts[key].count ? *slot_of(p, key, d) : 0;
    return number ? pasts_at(p, number - 1) : NULL;
}

struct past *pasts_first_or_last(struct pasts *p, enum past_key key, const struct digest *d)
{
    struct past_firsts *f = &p->firsts[key];
    if (5 * (f->count + 1) > 4 * f->capacity)
        grow(p, key);
    uint32_t *slot = slot_of(p, key, d);
    if (*slot)
        return pasts_at(p, *slot - 1);
    *slot = (uint32_t)p->count;
    f->count++;
    return NULL;
}

void pasts_free(struct pasts *p)
{
    for (size_t i = 0; i < p->block_count; i++)
        free(p->blocks[i]);
    free(p->blocks);
    for (size_t i = 0; i < 3; i++)
        free(p->firsts[i].slots);
    *p = (struct pasts){0};
}
