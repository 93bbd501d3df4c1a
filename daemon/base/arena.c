#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_MIN 4096u
#define CHUNK_KEPT (256u << 10) /* a larger one goes back: what was large once seldom is so again */
#define ALIGN _Alignof(max_align_t)

struct arena_chunk {
    struct arena_chunk *older;
    size_t size, used;
    max_align_t bytes[];
};

static _Noreturn void out_of_memory(void)
{
    fputs("newswatchd: out of memory\n", stderr);
    abort();
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *xrealloc(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

char *xstrdup(const char *s)
{
    size_t n = strlen(s) + 1;
    return memcpy(xmalloc(n), s, n);
}

void *xgrow(void *array, size_t count, size_t *capacity, size_t element_size)
{
    if (count < *capacity)
        return array;
    size_t wanted = *capacity ? *capacity * 2 : 8, bytes;
    if (__builtin_mul_overflow(wanted, element_size, &bytes))
        out_of_memory();
    *capacity = wanted;
    return xrealloc(array, bytes);
}

static struct arena_chunk *chunk_add(struct arena *a, size_t size)
{
    size_t wanted = a->chunk ? a->chunk->size * 2 : CHUNK_MIN;
    if (wanted > (1u << 20))
        wanted = 1u << 20;
    if (wanted < size)
        wanted = size;
    struct arena_chunk *c = xmalloc(sizeof *c + wanted);
    c->older = a->chunk;
    c->size = wanted;
    c->used = 0;
    a->chunk = c;
    return c;
}

static size_t round_up(size_t size)
{
    return (size + ALIGN - 1) / ALIGN * ALIGN;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        out_of_memory();
    size_t rounded = round_up(size);
    struct arena_chunk *c = a->chunk;
    if (!c || c->size - c->used < rounded)
        c = chunk_add(a, rounded);
    void *p = (char *)c->bytes + c->used;
    c->used += rounded;
    a->used += rounded;
    return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
    return memset(arena_alloc(a, size), 0, size);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        out_of_memory();
    return arena_zalloc(a, bytes);
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size)
{
    void *p = arena_alloc(a, new_size);
    if (old_size)
        memcpy(p, old, old_size < new_size ? old_size : new_size);
    return p;
}

void arena_give_back(struct arena *a, void *newest, size_t size, size_t used)
{
    struct arena_chunk *c = a->chunk;
    size_t unused = round_up(size) - round_up(used);
    if ((char *)c->bytes + c->used == (char *)newest + round_up(size)) {
        c->used -= unused;
        a->used -= unused;
    }
}

char *arena_copy(struct arena *a, const void *bytes, size_t n)
{
    char *p = arena_alloc(a, n + 1);
    if (n)
        memcpy(p, bytes, n);
    p[n] = '\0';
    return p;
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *p = arena_alloc(a, n < 0 ? 1 : (size_t)n + 1);
    *p = '\0';
    if (n > 0)
        vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *p = arena_vprintf(a, format, args);
    va_end(args);
    return p;
}

/* Chunks from this one on, up to one that stays. */
static void free_until(struct arena_chunk *c, const struct arena_chunk *stays)
{
    while (c != stays) {
        struct arena_chunk *older = c->older;
        free(c);
        c = older;
    }
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *kept = a->chunk && a->chunk->size <= CHUNK_KEPT ? a->chunk : NULL;
    free_until(kept ? kept->older : a->chunk, NULL);
    if (kept) {
        kept->older = NULL;
        kept->used = 0;
    }
    *a = (struct arena){.chunk = kept};
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->chunk, a->chunk ? a->chunk->used : 0, a->used};
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    free_until(a->chunk, mark.chunk);
    a->chunk = mark.chunk;
    a->used = mark.used;
    if (a->chunk)
        a->chunk->used = mark.in_chunk;
}

void arena_free(struct arena *a)
{
    free_until(a->chunk, NULL);
    *a = (struct arena){0};
}
