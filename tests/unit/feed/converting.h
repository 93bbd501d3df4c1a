/* What the tests of HTML to text share. */
#ifndef CONVERTING_H
#define CONVERTING_H

#include <stdio.h>

#include "feed/html.h"
#include "reading.h"

typedef struct sv convert(struct arena *, struct sv);

static inline void check(convert *f, const char *html, const char *want)
{
    struct arena a = {0};
    struct sv got = f(&a, sv_of(html));
    if (!sv_eq(got, sv_of(want)))
        fail_msg("%s\n  gives \"%.*s\"\n  not   \"%s\"", html, SV_ARG(got), want);
    arena_free(&a);
}

#endif
