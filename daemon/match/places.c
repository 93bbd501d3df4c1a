/* Where the parts of a rule are mentioned: lists of places, for what has mentions. eval.c asks what is true. */
#include <stdlib.h>

#include "base/utf8.h"
#include "match/compiled.h"
#include "match/fold.h"

#define TRIES_MOST 50000 /* pairs of places that a step of a NEAR looks at one by one; beyond that see pair_nearest */
#define NEAREST 16       /* places that it then looks at around each */
#define PLACES_LEAST 1000

/* ---- Lists of places ---- */

void places_push(struct eval *e, struct places *out, struct place *p)
{
    if (out->count == out->capacity) {
        size_t more = out->capacity ? out->capacity * 2 : 8;
        out->list = arena_grow(e->arena, out->list, out->count * sizeof *out->list, more * sizeof *out->list);
        out->capacity = more;
    }
    out->list[out->count++] = p;
}

/* Text that repeats a word without end, in a rule that does too, ends here. */
static bool is_full(const struct eval *e, const struct places *out)
{
    return e->places_left == 0 && out->count >= PLACES_LEAST;
}

static struct place *add_place(struct eval *e, struct places *out, uint32_t text, uint32_t first, uint32_t last)
{
    e->places_left -= e->places_left > 0;
    struct place *p = arena_zalloc(e->arena, sizeof *p);
    p->text = text, p->first = first, p->last = last;
    places_push(e, out, p);
    return p;
}

static int by_place(const void *a, const void *b)
{
    const struct place *x = *(struct place *const *)a, *y = *(struct place *const *)b;
    if (x->text != y->text)
        return x->text < y->text ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->last < y->last ? -1 : x->last > y->last;
}

static int by_place_and_making(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)*(struct place *const *)a, y = (uintptr_t)*(struct place *const *)b;
    int place = by_place(a, b);
    return place ? place : (x > y) - (x < y);
}

/* Lists that name a list twice find its places twice, and multiply them at each level. */
static void drop_repeated(struct places *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++)
        if (kept == 0 || p->list[kept - 1] != p->list[i])
            p->list[kept++] = p->list[i];
    p->count = kept;
}

static void sort(struct places *p)
{
    if (p->count > 1)
        qsort(p->list, p->count, sizeof *p->list, by_place);
}

static const struct text *text_of(const struct eval *e, const struct place *p)
{
    return &e->index->texts[p->text];
}

/* ---- Terms ---- */

static bool exact_fits(const struct text *t, const struct probe *term, size_t at)
{
    if (t->shouting)
        return false;
    bool fits = true;
    const struct sv *exact = probe_exact(term);
    for (size_t k = 0; fits && k < term->count; k++) {
        const struct word *w = &t->words.list[at + k];
        struct sv written = utf8_cut(sv_range(t->split.p + w->start, t->split.p + w->end), WORD_MOST);
        if (sv_eq(written, exact[k]))
            continue;
        struct buf form = {0};
        fold_exact(written, w->joined, &form);
        fits = sv_eq(buf_view(&form), exact[k]);
        buf_free(&form);
    }
    return fits;
}

/* What a word of a probe is in the item. */
struct wanted {
    uint32_t word;     /* the item's number of it */
    struct sv glob;    /* or a glob that it must match */
    bool given;        /* or whatever stands there */
};

/* Words k and on of the term at word `at` of the text, all in one sentence. */
static bool phrase_fits(const struct index *x, const struct text *t, const struct probe *term, const struct wanted *wanted, size_t at)
{
    if (at + term->count > t->words.count || t->words.list[at].sentence != t->words.list[at + term->count - 1].sentence)
        return false;
    for (size_t k = 0; k < term->count; k++) {
        uint32_t id = x->id_at[t->base + at + k];
        if (wanted[k].given)
            continue;
        if (wanted[k].glob.p ? !term_glob_matches(wanted[k].glob, x->vocabulary[id]) : id != wanted[k].word)
            return false;
    }
    return !term->exact || exact_fits(t, term, at);
}

static void try_at(struct eval *e, const struct probe *term, const struct wanted *wanted, uint32_t at, size_t anchor, unsigned mask, struct places *out)
{
    const struct index *x = e->index;
    const struct text *t = &x->texts[x->text_at[at]];
    size_t in_text = at - t->base;
    if (!(mask & FIELD_BIT(t->field)) || in_text < anchor || !phrase_fits(x, t, term, wanted, in_text - anchor))
        return;
    uint32_t first = (uint32_t)(in_text - anchor);
    add_place(e, out, x->text_at[at], first, first + (uint32_t)term->count - 1)->term = term;
}

/* Each place of words that a glob, a stem or a regex matches. */
static void find_inexact(struct eval *e, const struct probe *term, struct wanted *wanted, unsigned mask, struct places *out)
{
    const struct index *x = e->index;
    wanted[0].given = true;
    for (uint32_t next = index_found(x, term->numbers[0] & ~INEXACT); next && !is_full(e, out); next = x->findings[next - 1].next)
        if (x->findings[next - 1].at != NO_WORD)
            try_at(e, term, wanted, x->findings[next - 1].at, 0, mask, out);
        else
            for (uint32_t at = x->first[x->findings[next - 1].word]; at != NO_WORD && !is_full(e, out); at = x->next[at])
                try_at(e, term, wanted, at, 0, mask, out);
    sort(out);
}

#define WANTED_MOST 16 /* words of a term for which there is room on the stack */

static void find_term(struct eval *e, const struct probe *term, unsigned mask, struct places *out)
{
    const struct index *x = e->index;
    struct wanted few[WANTED_MOST], *wanted = term->count <= WANTED_MOST ? few : arena_alloc(e->arena, term->count * sizeof *wanted);
    size_t anchor = term->count;
    for (size_t k = 0; k < term->count; k++) {
        wanted[k] = (struct wanted){.word = NO_WORD};
        if (term->numbers[k] & INEXACT) {
            wanted[k].glob = x->match->inexacts.list[term->numbers[k] & ~INEXACT].text;
            continue;
        }
        wanted[k].word = index_own(x, term->numbers[k]);
        if (wanted[k].word == NO_WORD)
            return;
        if (anchor == term->count || x->times[wanted[k].word] < x->times[wanted[anchor].word])
            anchor = k;
    }
    if (anchor == term->count) {
        find_inexact(e, term, wanted, mask, out);
        return;
    }
    for (uint32_t at = x->first[wanted[anchor].word]; at != NO_WORD && !is_full(e, out); at = x->next[at])
        try_at(e, term, wanted, at, anchor, mask, out);
}

/* ---- What has mentions ---- */

unsigned places_side_mask(const struct part *chain, size_t side, unsigned mask)
{
    const struct part *own = &chain->children[side];
    if (chain->kind == NODE_NEAR) /* a side without a field takes the others' */
        return own->fields || !chain->fields ? mask : chain->fields | (chain->open ? mask : 0);
    return own->fields || side == 0 ? mask : mask | chain->fields; /* what EXCEPT takes away is looked for where the first side is */
}

static struct places find_or(struct eval *e, const struct part *p, unsigned mask)
{
    struct places out = {0};
    for (size_t i = 0; i < p->count; i++) {
        struct places some = places_find(e, &p->children[i], mask);
        for (size_t k = 0; k < some.count; k++)
            places_push(e, &out, some.list[k]);
    }
    if (out.count > 1)
        qsort(out.list, out.count, sizeof *out.list, by_place_and_making);
    drop_repeated(&out);
    return out;
}

static bool is_near(const struct eval *e, const struct part *n, const struct place *before, const struct place *after)
{
    if (before->text != after->text || after->first <= before->last)
        return false;
    const struct word *words = text_of(e, before)->words.list;
    switch (n->near) {
    case NEAR_SENTENCE: return words[before->first].sentence == words[after->last].sentence;
    case NEAR_PARAGRAPH: return words[before->first].paragraph == words[after->last].paragraph;
    default: return after->first - before->last - 1 <= n->n;
    }
}

/* Is everything from `after` on too far? Lists are sorted by the first word. */
static bool is_beyond(const struct eval *e, const struct part *n, const struct place *before, const struct place *after)
{
    if (before->text != after->text)
        return true;
    const struct word *words = text_of(e, before)->words.list;
    switch (n->near) {
    case NEAR_SENTENCE: return words[after->first].sentence > words[before->last].sentence;
    case NEAR_PARAGRAPH: return words[after->first].paragraph > words[before->last].paragraph;
    default: return after->first - before->last - 1 > n->n;
    }
}

static void join(struct eval *e, struct places *out, struct place *before, struct place *after)
{
    struct place *p = add_place(e, out, before->text, before->first, after->last);
    p->left = before;
    p->right = after;
}

/* Where, from word number `first` of the text on, a list goes on. */
static size_t seek(const struct places *p, uint32_t text, uint32_t first)
{
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct place *m = p->list[middle];
        if (m->text < text || (m->text == text && m->first < first))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* All pairs (before, after) of the two lists; both are sorted by their first word. false when they are too many. */
static bool pair_all(struct eval *e, const struct part *n, const struct places *left, const struct places *right, struct places *out)
{
    size_t tries = 0;
    for (size_t i = 0; i < left->count; i++) {
        struct place *before = left->list[i];
        for (size_t k = seek(right, before->text, before->last + 1); k < right->count && !is_beyond(e, n, before, right->list[k]); k++) {
            if (++tries > TRIES_MOST || is_full(e, out))
                return false;
            if (is_near(e, n, before, right->list[k]))
                join(e, out, before, right->list[k]);
        }
    }
    return true;
}

/* Where words repeat so often that all pairs would cost the square of the text: for each place the nearest and the furthest partner
 * behind it and the nearest before it. So every place that has a partner is in a pair; only longer chains can miss some. */
static void pair_nearest(struct eval *e, const struct part *n, const struct places *left, const struct places *right, struct places *out)
{
    for (size_t i = 0; i < left->count && !is_full(e, out); i++) {
        struct place *before = left->list[i];
        size_t from = seek(right, before->text, before->last + 1), to = from, beyond = right->count;
        while (to < beyond) { /* the first that is beyond */
            size_t middle = (to + beyond) / 2;
            if (is_beyond(e, n, before, right->list[middle]))
                beyond = middle;
            else
                to = middle + 1;
        }
        size_t k = from;
        while (k < to && k < from + NEAREST && !is_near(e, n, before, right->list[k]))
            k++;
        if (k < to && k < from + NEAREST)
            join(e, out, before, right->list[k]);
        if (to > k + 1 && is_near(e, n, before, right->list[to - 1]))
            join(e, out, before, right->list[to - 1]);
    }
    for (size_t i = 0; i < right->count && !is_full(e, out); i++) {
        struct place *after = right->list[i];
        size_t end = seek(left, after->text, after->first);
        for (size_t k = end; k > 0 && k + NEAREST > end; k--)
            if (is_near(e, n, left->list[k - 1], after)) {
                join(e, out, left->list[k - 1], after);
                break;
            }
    }
}

static void pair_up(struct eval *e, const struct part *n, const struct places *left, const struct places *right, struct places *out)
{
    size_t before = out->count;
    if (pair_all(e, n, left, right, out))
        return;
    out->count = before;
    pair_nearest(e, n, left, right, out);
}

/* Spans that were made in several ways are one, which remembers them all. */
static void merge_same(struct places *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++) {
        struct place *last = kept ? p->list[kept - 1] : NULL;
        if (last && by_place(&last, &p->list[i]) == 0) {
            p->list[i]->same = last->same;
            last->same = p->list[i];
        } else {
            p->list[kept++] = p->list[i];
        }
    }
    p->count = kept;
}

/* Places of several terms at one span are one to a NEAR: lists that repeat terms must not multiply its pairs. Those of a list belong to
 * other rules too: they stay as they are, behind a place of this rule. */
static struct places with_spans_once(struct eval *e, struct places p)
{
    struct places out = {0};
    bool any = false;
    for (size_t i = 1; i < p.count && !any; i++)
        any = by_place(&p.list[i - 1], &p.list[i]) == 0;
    if (!any)
        return p;
    for (size_t i = 0; i < p.count; i++) {
        struct place *way = arena_zalloc(e->arena, sizeof *way), *leaf = p.list[i];
        *way = (struct place){.text = leaf->text, .first = leaf->first, .last = leaf->last, .left = leaf, .right = leaf};
        places_push(e, &out, way);
    }
    merge_same(&out);
    return out;
}

static struct places find_near(struct eval *e, const struct part *p, unsigned mask)
{
    struct places so_far = with_spans_once(e, places_find(e, &p->children[0], places_side_mask(p, 0, mask)));
    for (size_t i = 1; i < p->count && so_far.count; i++) {
        struct places other = with_spans_once(e, places_find(e, &p->children[i], places_side_mask(p, i, mask))), out = {0};
        pair_up(e, p, &so_far, &other, &out);
        if (p->near != NEAR_ORDERED)
            pair_up(e, p, &other, &so_far, &out);
        sort(&out);
        merge_same(&out);
        so_far = out;
    }
    return so_far;
}

/* Does a place of the list hold this one? `reach[i]`: the furthest last word of the text's places up to i. */
static bool is_inside(const struct places *outer, const uint32_t *reach, const struct place *p)
{
    size_t k = seek(outer, p->text, p->first + 1);
    return k > 0 && outer->list[k - 1]->text == p->text && reach[k - 1] >= p->last;
}

static struct places find_except(struct eval *e, const struct part *p, unsigned mask)
{
    struct places kept = places_find(e, &p->children[0], mask);
    for (size_t i = 1; i < p->count && kept.count; i++) {
        struct places outer = places_find(e, &p->children[i], places_side_mask(p, i, mask)), left = {0};
        uint32_t *reach = arena_array(e->arena, outer.count, sizeof *reach);
        for (size_t k = 0; k < outer.count; k++) {
            bool same = k > 0 && outer.list[k - 1]->text == outer.list[k]->text;
            reach[k] = same && reach[k - 1] > outer.list[k]->last ? reach[k - 1] : outer.list[k]->last;
        }
        for (size_t k = 0; k < kept.count; k++)
            if (!is_inside(&outer, reach, kept.list[k]))
                places_push(e, &left, kept.list[k]);
        kept = left;
    }
    return kept;
}

static struct places find_first(struct eval *e, const struct part *p, unsigned mask)
{
    struct places all = places_find(e, &p->children[0], mask), out = {0};
    for (size_t i = 0; i < all.count; i++)
        if (all.list[i]->last < p->n)
            places_push(e, &out, all.list[i]);
    return out;
}

static struct places find_list(struct eval *, const struct list_part *, unsigned mask);

struct places places_find(struct eval *e, const struct part *p, unsigned mask)
{
    struct places out = {0};
    switch (p->kind) {
    case NODE_TERM:
        find_term(e, p->probe, mask, &out);
        return out;
    case NODE_LIST: return find_list(e, p->list, mask);
    case NODE_OR: return find_or(e, p, mask);
    case NODE_NEAR: return find_near(e, p, mask);
    case NODE_EXCEPT: return find_except(e, p, mask);
    case NODE_FIRST: return find_first(e, p, mask);
    case NODE_FIELD: return places_find(e, &p->children[0], p->fields);
    default: return out; /* the parser lets nothing else in here */
    }
}

/* A list is looked up once for an item and a set of fields, however many rules name it. */
struct list_memo {
    unsigned mask;
    struct places places;
    struct list_memo *next;
};

static struct places find_list(struct eval *e, const struct list_part *list, unsigned mask)
{
    for (struct list_memo *m = e->lists[list->index]; m; m = m->next)
        if (m->mask == mask)
            return m->places;
    struct arena *arena = e->arena;
    size_t places_left = e->places_left;
    e->arena = &e->kept;
    e->places_left = PLACES_MOST; /* what other rules will find must not depend on this one */
    struct list_memo *m = arena_zalloc(e->arena, sizeof *m);
    *m = (struct list_memo){mask, places_find(e, &list->body, mask), e->lists[list->index]};
    e->lists[list->index] = m;
    e->arena = arena;
    e->places_left = places_left;
    return m->places;
}
