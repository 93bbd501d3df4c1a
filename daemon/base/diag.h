/* Diagnostics that point into a source text: file:line:column, the line, a caret, and what would be right. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdarg.h>

#include "base/buf.h"

/* A text that was read: a configuration file, or an expression from a command line. Lives as long as what points into it. */
struct source {
    struct sv name; /* as shown: a path, "-e" */
    struct sv text;
};

/* A piece of a source. A zeroed span points nowhere and is shown without a place. */
struct span {
    const struct source *source;
    uint32_t start, end; /* bytes; start == end is allowed and shows one caret */
};

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE }; /* a note belongs to what was added before it */

#define DIAG_MOST_ERRORS 20

struct diag {
    enum diag_level level;
    struct span where;
    struct sv message;
};

/* A zeroed struct is empty and ready. Errors beyond DIAG_MOST_ERRORS are counted, not kept. Warnings are kept to as many. */
struct diags {
    struct arena arena;
    struct diag *list;
    size_t count, capacity;
    size_t errors, warnings;
    bool dropping; /* the last error or warning was not kept: its notes are not either */
    /* Overwrites what must not be shown of a source's text in `copy`, a copy of its bytes from `from` to `to`. NULL: all may be. */
    void (*hide)(struct sv text, size_t from, size_t to, char *copy);
};

void diag_add(struct diags *, enum diag_level, struct span, const char *format, ...) __attribute__((format(printf, 4, 5)));
void diag_vadd(struct diags *, enum diag_level, struct span, const char *format, va_list) __attribute__((format(printf, 4, 0)));
/* Whether one more of this level would only be counted: then what is dear to find out for its message need not be. */
bool diag_full(const struct diags *, enum diag_level);
/* Everything, ordered as added, each as
 *   FILE:LINE:COLUMN: error: MESSAGE
 *      12 |     inteval 5m;
 *         |     ^~~~~~~
 * Lines and columns count from 1, columns in characters. A long line is shown in part. Control characters are made visible.
 * `colour`: ANSI colours for a terminal. */
void diag_write(const struct diags *, struct buf *out, bool colour);
/* The same to stderr, in colour on a terminal unless $NO_COLOR is set. */
void diag_show(const struct diags *);
/* Line and column (from 1, in characters) of a span's start. */
void diag_place(struct span, size_t *line, size_t *column);
void diag_free(struct diags *);

#endif
