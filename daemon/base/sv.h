/* A string view: bytes that somebody else owns, usually an arena. Not NUL-terminated unless said so. */
#ifndef BASE_SV_H
#define BASE_SV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

struct sv {
    const char *p;
    size_t n;
};

#define SV(literal) ((struct sv){"" literal, sizeof(literal) - 1})
#define SV_NONE ((struct sv){NULL, 0})
/* for printf: "%.*s", SV_ARG(v) */
#define SV_ARG(v) (int)(v).n, (v).p ? (v).p : ""

static inline struct sv sv_of(const char *s) { return s ? (struct sv){s, strlen(s)} : SV_NONE; }
static inline struct sv sv_range(const char *from, const char *to) { return (struct sv){from, (size_t)(to - from)}; }
static inline struct sv sv_from(struct sv v, size_t at) { return at >= v.n ? (struct sv){v.p + v.n, 0} : (struct sv){v.p + at, v.n - at}; }
static inline struct sv sv_head(struct sv v, size_t n) { return (struct sv){v.p, n < v.n ? n : v.n}; }
static inline bool sv_eq(struct sv a, struct sv b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }
static inline struct sv sv_dup(struct arena *a, struct sv v) { return v.p ? (struct sv){arena_copy(a, v.p, v.n), v.n} : SV_NONE; }

int sv_cmp(struct sv, struct sv);                    /* bytewise, as memcmp; the shorter first */
bool sv_eq_nocase(struct sv, struct sv);             /* ASCII letters only */
bool sv_starts(struct sv, struct sv prefix);
bool sv_starts_nocase(struct sv, struct sv prefix);
bool sv_ends(struct sv, struct sv suffix);
bool sv_ends_nocase(struct sv, struct sv suffix);
struct sv sv_trim(struct sv);                        /* without ASCII white space at both ends */
struct sv sv_trim_start(struct sv);                  /* the same at its beginning only */
char *sv_cstr(struct sv);                            /* a copy with a NUL behind it, to be freed; never NULL */
/* Where `needle` begins, or -1. */
ptrdiff_t sv_find(struct sv, struct sv needle);
ptrdiff_t sv_find_nocase(struct sv, struct sv needle);
/* Cut `*rest` at the first `separator`: returns what is before it and moves `*rest` behind it. false at the end. */
bool sv_split(struct sv *rest, char separator, struct sv *part);
/* Edit distance (optimal string alignment), for "did you mean": capped at 9. */
unsigned sv_distance(struct sv, struct sv);
/* The candidate nearest to `word`, when it is near enough to be what was meant; else SV_NONE. */
struct sv sv_nearest(struct sv word, const struct sv *candidates, size_t n);

#endif
