/* The courier's rows: a set of those under way. Private to this folder. */
#ifndef PUBLISH_PARCELS_H
#define PUBLISH_PARCELS_H

#include <stdint.h>

#include "base/sv.h"

#define PARCEL_EVENT 32 /* hexadecimal digits of an event's id */

struct lane;

struct parcel {
    int64_t row;       /* never 0 */
    struct lane *lane;
    uint64_t key;      /* its hash */
    size_t bytes;
    bool told;         /* as delivered or refused; it waits to be forgotten */
    unsigned char event_size;
    char event[PARCEL_EVENT];
};

/* A zeroed one is empty and ready. */
struct parcels {
    struct parcel *slots;
    size_t count, capacity;
};

/* Parcels move with each add and remove. */
struct parcel *parcels_get(const struct parcels *, int64_t row); /* NULL: it is not there */
struct parcel *parcels_add(struct parcels *, int64_t row);       /* zeroed but for its row, which must be new */
void parcels_remove(struct parcels *, int64_t row);
void parcels_free(struct parcels *);
/* for (size_t at = 0; (parcel = parcels_next(&set, &at));) */
struct parcel *parcels_next(const struct parcels *, size_t *at);

#endif
