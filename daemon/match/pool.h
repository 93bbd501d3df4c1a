/* Sets of terms in which a term finds itself again, and what covers it. Private to this folder. */
#ifndef MATCH_POOL_H
#define MATCH_POOL_H

#include "match/compiled.h"

/* What a term finds, but for the fields it searches: equal numbers, equal finds. The same for a list as a whole. */
uint64_t pool_key(const struct part *);
uint64_t pool_key_of_word(uint32_t number); /* of a term of this one word */
uint64_t pool_mix(uint64_t a, uint64_t b);

struct pool_entry {
    uint64_t key;             /* salted; 0: free */
    unsigned mask;            /* the fields that it searches */
    const struct part *part;
};

struct pool_table {
    struct pool_entry *entries;
    size_t count, capacity;   /* a power of two */
};

#define POOL_ANYS 8

/* A set of terms, lists and other parts, in a table that many of them share. */
struct pool {
    const struct match *match;
    struct pool_table *table;
    uint64_t salt;            /* of its own in the table */
    uint64_t heads;           /* of the prefixes*: a bit for each length before the star */
    const struct part *anys[POOL_ANYS]; /* single words with a ? */
    size_t any_count;
};

/* Empty the table, with room for so many. */
void pool_clear(struct pool_table *, size_t count);
/* Unless it finds an entry that stands for this one, too, which it returns then; else NULL. */
const struct part *pool_add(struct pool *, uint64_t key, const struct part *, unsigned mask);
/* The entry with this key that searches these fields, all of them at least; or NULL. */
const struct part *pool_find(const struct pool *, uint64_t key, unsigned mask);
/* An entry other than of its own key that finds at the same place whatever this term finds: a wildcard that covers it, the word that
 * an 'exact' one is. NULL where none is known. */
const struct part *pool_cover(const struct pool *, const struct part *, unsigned mask);

#endif
