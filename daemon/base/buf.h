/* A byte buffer that grows. A zeroed struct buf is empty and ready. Growth never fails (see arena.h). */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdint.h>

#include "base/sv.h"

struct buf {
    char *p;
    size_t n, capacity;
};

void buf_reserve(struct buf *, size_t more);       /* room for `more` bytes behind what is there */
void buf_append(struct buf *, const void *, size_t);
void buf_sv(struct buf *, struct sv);
void buf_str(struct buf *, const char *);
void buf_printf(struct buf *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_codepoint(struct buf *, uint32_t codepoint); /* as UTF-8; what is no scalar value becomes U+FFFD */
const char *buf_cstr(struct buf *);                /* puts a NUL behind the contents, not counted */
void buf_free(struct buf *);
void buf_recycle(struct buf *);                    /* empty it for the next use; what it holds of memory beyond 256 KiB goes back */

static inline void buf_byte(struct buf *b, char c)
{
    if (b->n == b->capacity)
        buf_reserve(b, 1);
    b->p[b->n++] = c;
}
static inline void buf_clear(struct buf *b) { b->n = 0; }
static inline struct sv buf_view(const struct buf *b) { return (struct sv){b->p, b->n}; }

#endif
