/* Memory that is freed all at once: an item, a configuration or a batch owns one arena and everything in it. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_chunk;

/* How far an arena was filled at some time. */
struct arena_mark {
    struct arena_chunk *chunk;
    size_t in_chunk, used;
};

struct arena {
    struct arena_chunk *chunk; /* the newest, from which we allocate */
    size_t used;               /* bytes handed out since the last reset */
};

/* A zeroed struct arena is ready to use. Allocation never fails: out of memory ends the process. */
void *arena_alloc(struct arena *, size_t size);                 /* aligned for any type; not zeroed */
void *arena_zalloc(struct arena *, size_t size);                /* zeroed */
void *arena_array(struct arena *, size_t count, size_t size);   /* zeroed; an overflowing product ends the process */
void *arena_grow(struct arena *, void *old, size_t old_size, size_t new_size); /* copies where it cannot extend */
void arena_give_back(struct arena *, void *newest, size_t size, size_t used); /* of the newest allocation, what is beyond `used` */
char *arena_copy(struct arena *, const void *bytes, size_t n);  /* a copy with a NUL behind it */
char *arena_printf(struct arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *, const char *format, va_list) __attribute__((format(printf, 2, 0)));

/* Forget everything; reset keeps one chunk for reuse, unless it is large, free keeps nothing. The struct stays usable after both. */
void arena_reset(struct arena *);
void arena_free(struct arena *);

/* Forget what was allocated since the mark, which must be younger than the last reset. */
struct arena_mark arena_mark(const struct arena *);
void arena_rewind(struct arena *, struct arena_mark);

/* malloc and friends that end the process when memory is out. */
void *xmalloc(size_t);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *, size_t);
char *xstrdup(const char *);

/* Make room for one more element in a growing array of `*capacity` elements; returns the (moved) array. */
void *xgrow(void *array, size_t count, size_t *capacity, size_t element_size);

#endif
