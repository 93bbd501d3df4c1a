#include "base/table.h"

#include <stdlib.h>

#include "base/hash.h"

static struct table_slot *slot_of(const struct table *t, struct sv key, uint64_t hash)
{
    size_t mask = t->capacity - 1, at = hash & mask;
    while (t->slots[at].value && !(t->slots[at].hash == hash && sv_eq(t->slots[at].key, key)))
        at = (at + 1) & mask;
    return &t->slots[at];
}

static void grow(struct table *t)
{
    struct table old = *t;
    t->capacity = old.capacity ? old.capacity * 2 : 16;
    t->slots = xcalloc(t->capacity, sizeof *t->slots);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].value)
            *slot_of(t, old.slots[i].key, old.slots[i].hash) = old.slots[i];
    free(old.slots);
}

void *table_get(const struct table *t, struct sv key)
{
    return t->count ? slot_of(t, key, hash_fast(key))->value : NULL;
}

void *table_put(struct table *t, struct sv key, void *value)
{
    if ((t->count + 1) * 4 > t->capacity * 3)
        grow(t);
    uint64_t hash = hash_fast(key);
    struct table_slot *slot = slot_of(t, key, hash);
    if (slot->value)
        return slot->value;
    *slot = (struct table_slot){key, hash, value};
    t->count++;
    return NULL;
}

void *table_remove(struct table *t, struct sv key)
{
    if (!t->count)
        return NULL;
    struct table_slot *slot = slot_of(t, key, hash_fast(key));
    void *value = slot->value;
    if (!value)
        return NULL;
    t->count--;
    /* Close the gap: move back every follower whose home lies at or before it (Knuth, 6.4, algorithm R). */
    size_t mask = t->capacity - 1, gap = (size_t)(slot - t->slots);
    for (size_t at = (gap + 1) & mask; t->slots[at].value; at = (at + 1) & mask)
        if (((at - t->slots[at].hash) & mask) >= ((at - gap) & mask)) {
            t->slots[gap] = t->slots[at];
            gap = at;
        }
    t->slots[gap] = (struct table_slot){0};
    return value;
}

bool table_next(const struct table *t, size_t *at, struct table_slot **slot)
{
    while (*at < t->capacity) {
        *slot = &t->slots[(*at)++];
        if ((*slot)->value)
            return true;
    }
    return false;
}

void table_free(struct table *t)
{
    free(t->slots);
    *t = (struct table){0};
}
