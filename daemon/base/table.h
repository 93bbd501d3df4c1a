/* A hash table from string views to pointers. Keys are not copied: they must outlive the table. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/sv.h"

struct table_slot {
    struct sv key;
    uint64_t hash;
    void *value;
};

/* A zeroed struct table is empty and ready. */
struct table {
    struct table_slot *slots;
    size_t count, capacity;
};

void *table_get(const struct table *, struct sv key);      /* NULL when it is not there */
void *table_put(struct table *, struct sv key, void *value); /* value must not be NULL; returns what was there before, and then keeps it */
void *table_remove(struct table *, struct sv key);         /* returns what was there, or NULL */
void table_free(struct table *);

/* for (size_t i = 0; table_next(&t, &i, &slot);) */
bool table_next(const struct table *, size_t *at, struct table_slot **slot);

#endif
