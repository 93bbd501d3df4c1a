#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

#define KEPT (256u << 10) /* bytes of memory that an empty buffer keeps */

void buf_reserve(struct buf *b, size_t more)
{
    if (b->capacity - b->n >= more)
        return;
    size_t wanted = b->capacity ? b->capacity * 2 : 64;
    if (wanted < b->n + more)
        wanted = b->n + more;
    b->p = xrealloc(b->p, wanted);
    b->capacity = wanted;
}

void buf_append(struct buf *b, const void *bytes, size_t n)
{
    if (!n)
        return;
    buf_reserve(b, n);
    memcpy(b->p + b->n, bytes, n);
    b->n += n;
}

void buf_sv(struct buf *b, struct sv v)
{
    buf_append(b, v.p, v.n);
}

void buf_str(struct buf *b, const char *s)
{
    buf_append(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n > 0) {
        buf_reserve(b, (size_t)n + 1);
        vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void buf_codepoint(struct buf *b, uint32_t codepoint)
{
    buf_reserve(b, 4);
    b->n += utf8_encode(codepoint, b->p + b->n);
}

const char *buf_cstr(struct buf *b)
{
    buf_reserve(b, 1);
    b->p[b->n] = '\0';
    return b->p;
}

void buf_recycle(struct buf *b)
{
    if (b->capacity > KEPT)
        buf_free(b);
    buf_clear(b);
}

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}
