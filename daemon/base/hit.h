/* A rule that an item satisfies: what match tells and alert writes. */
#ifndef BASE_HIT_H
#define BASE_HIT_H

#include "base/item.h"

#define HIT_NO_OFFSET SIZE_MAX

/* A mention of a term. Offsets are bytes into the field's text as the item holds it. */
struct mention {
    struct sv term;        /* as the rule writes it, without its quotes */
    struct sv text;        /* as the item writes it */
    enum item_field field;
    unsigned index;        /* which author or category */
    size_t start, end;
};

/* For qsort: by field, index, start, end, and then the term. */
static inline int mention_order(const void *a, const void *b)
{
    const struct mention *x = a, *y = b;
    if (x->field != y->field)
        return x->field < y->field ? -1 : 1;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return sv_cmp(x->term, y->term);
}

struct span_of_bytes {
    size_t start, end;
};

struct hit {
    struct sv rule, rule_title, topic; /* topic: SV_NONE for the default one */
    const struct sv *labels;
    size_t label_count;
    bool scored;
    int64_t score;
    struct mention *mentions; /* ordered by field, index, start */
    size_t mention_count;
    struct sv snippet;        /* the text around the best mentions, "…" where it was cut, on one line; SV_NONE when nothing was mentioned */
    struct span_of_bytes *highlights; /* the mentions within the snippet */
    size_t highlight_count;
};

#endif
