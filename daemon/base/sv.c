#include "base/sv.h"

#include "base/ascii.h"

int sv_cmp(struct sv a, struct sv b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool sv_eq_nocase(struct sv a, struct sv b)
{
    return a.n == b.n && (sv_eq(a, b) || sv_starts_nocase(a, b));
}

bool sv_starts(struct sv v, struct sv prefix)
{
    return v.n >= prefix.n && sv_eq(sv_head(v, prefix.n), prefix);
}

bool sv_starts_nocase(struct sv v, struct sv prefix)
{
    if (v.n < prefix.n)
        return false;
    for (size_t i = 0; i < prefix.n; i++)
        if (ascii_lower(v.p[i]) != ascii_lower(prefix.p[i]))
            return false;
    return true;
}

bool sv_ends(struct sv v, struct sv suffix)
{
    return v.n >= suffix.n && sv_eq(sv_from(v, v.n - suffix.n), suffix);
}

bool sv_ends_nocase(struct sv v, struct sv suffix)
{
    return v.n >= suffix.n && sv_eq_nocase(sv_from(v, v.n - suffix.n), suffix);
}

struct sv sv_trim_start(struct sv v)
{
    while (v.n && ascii_is_space(v.p[0]))
        v.p++, v.n--;
    return v;
}

struct sv sv_trim(struct sv v)
{
    v = sv_trim_start(v);
    while (v.n && ascii_is_space(v.p[v.n - 1]))
        v.n--;
    return v;
}

char *sv_cstr(struct sv v)
{
    char *copy = xmalloc(v.n + 1);
    if (v.n)
        memcpy(copy, v.p, v.n);
    copy[v.n] = '\0';
    return copy;
}

ptrdiff_t sv_find(struct sv v, struct sv needle)
{
    if (needle.n == 0)
        return 0;
    const char *at = v.n ? memmem(v.p, v.n, needle.p, needle.n) : NULL;
    return at ? at - v.p : -1;
}

ptrdiff_t sv_find_nocase(struct sv v, struct sv needle)
{
    if (needle.n == 0)
        return 0;
    for (size_t i = 0; i + needle.n <= v.n; i++)
        if (ascii_lower(v.p[i]) == ascii_lower(needle.p[0]) && sv_starts_nocase(sv_from(v, i), needle))
            return (ptrdiff_t)i;
    return -1;
}

bool sv_split(struct sv *rest, char separator, struct sv *part)
{
    if (!rest->p)
        return false;
    const char *cut = rest->n ? memchr(rest->p, separator, rest->n) : NULL;
    if (!cut) {
        *part = *rest;
        *rest = SV_NONE;
    } else {
        *part = sv_range(rest->p, cut);
        *rest = sv_range(cut + 1, rest->p + rest->n);
    }
    return true;
}

#define DISTANCE_CAP 9
#define DISTANCE_LONGEST 63

unsigned sv_distance(struct sv a, struct sv b)
{
    if (a.n > DISTANCE_LONGEST || b.n > DISTANCE_LONGEST)
        return DISTANCE_CAP;
    unsigned char rows[3][DISTANCE_LONGEST + 1];
    unsigned char *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.n; j++)
        last[j] = (unsigned char)j;
    for (size_t i = 1; i <= a.n; i++) {
        row[0] = (unsigned char)i;
        for (size_t j = 1; j <= b.n; j++) {
            unsigned best = last[j - 1] + (a.p[i - 1] != b.p[j - 1]);
            if (last[j] + 1u < best)
                best = last[j] + 1u;
            if (row[j - 1] + 1u < best)
                best = row[j - 1] + 1u;
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] && before[j - 2] + 1u < best)
                best = before[j - 2] + 1u;
            row[j] = (unsigned char)best;
        }
        unsigned char *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[b.n] < DISTANCE_CAP ? last[b.n] : DISTANCE_CAP;
}

struct sv sv_nearest(struct sv word, const struct sv *candidates, size_t n)
{
    struct sv best = SV_NONE;
    unsigned least = (unsigned)(word.n < 4 ? 1 : word.n < 8 ? 2 : 3) + 1;
    for (size_t i = 0; i < n; i++) {
        unsigned distance = sv_distance(word, candidates[i]);
        bool tie = best.p && distance == least && sv_cmp(candidates[i], best) < 0; /* whatever their order, the same answer */
        if ((distance < least && distance < word.n) || tie)
            least = distance, best = candidates[i];
    }
    return best;
}
