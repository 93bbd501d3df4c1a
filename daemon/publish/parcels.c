#include "publish/parcels.h"

#include <stdlib.h>

static size_t home_of(const struct parcels *s, int64_t row)
{
    return (size_t)((uint64_t)row * 0x9E3779B97F4A7C15u >> 32) & (s->capacity - 1);
}

static size_t place_of(const struct parcels *s, int64_t row)
{
    size_t at = home_of(s, row);
    while (s->slots[at].row && s->slots[at].row != row)
        at = (at + 1) & (s->capacity - 1);
    return at;
}

struct parcel *parcels_get(const struct parcels *s, int64_t row)
{
    struct parcel *p = s->count ? &s->slots[place_of(s, row)] : NULL;
    return p && p->row ? p : NULL;
}

struct parcel *parcels_add(struct parcels *s, int64_t row)
{
    if ((s->count + 1) * 2 > s->capacity) {
        struct parcels old = *s;
        s->capacity = old.capacity ? old.capacity * 2 : 64;
        s->slots = xcalloc(s->capacity, sizeof *s->slots);
        for (size_t i = 0; i < old.capacity; i++)
            if (old.slots[i].row)
                s->slots[place_of(s, old.slots[i].row)] = old.slots[i];
        free(old.slots);
    }
    struct parcel *p = &s->slots[place_of(s, row)];
    *p = (struct parcel){.row = row};
    s->count++;
    return p;
}

void parcels_remove(struct parcels *s, int64_t row)
{
    if (!parcels_get(s, row))
        return;
    s->count--;
    size_t mask = s->capacity - 1, gap = place_of(s, row);
    for (size_t at = (gap + 1) & mask; s->slots[at].row; at = (at + 1) & mask)
        if (((at - home_of(s, s->slots[at].row)) & mask) >= ((at - gap) & mask)) {
            s->slots[gap] = s->slots[at];
            gap = at;
        }
    s->slots[gap].row = 0;
}

struct parcel *parcels_next(const struct parcels *s, size_t *at)
{
    while (*at < s->capacity)
        if (s->slots[(*at)++].row)
            return &s->slots[*at - 1];
    return NULL;
}

void parcels_free(struct parcels *s)
{
    free(s->slots);
    *s = (struct parcels){0};
}
