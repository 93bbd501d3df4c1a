/* The snippet: one line around the place where the mentions say most. */
#include "base/utf8.h"
#include "match/compiled.h"
#include "match/fold.h"

#define SNIPPET_BYTES 240 /* aimed at */
#define DENSE_BYTES 180   /* of it for mentions that are to stand in it together */
#define STICKS_OUT 120    /* bytes that it may grow by, so that a mention across its edge is not cut */
#define WORD_BYTES 40     /* a longer word is cut within */
#define TERMS_MOST 64     /* different terms that are told apart */

/* The mentions in one text, in the order of their starts. */
struct run {
    struct sv text;
    const struct mention *list;
    size_t count;
};

static struct sv field_text(const struct item *item, const struct mention *m)
{
    switch (m->field) {
    case ITEM_TITLE: return item->title;
    case ITEM_SUMMARY: return item->summary;
    case ITEM_CONTENT: return item->content_text;
    case ITEM_AUTHOR: return item->authors[m->index];
    case ITEM_CATEGORY: return item->tags[m->index];
    default: return item->url;
    }
}

static struct run run_from(const struct hit *hit, size_t at, const struct item *item)
{
    const struct mention *m = &hit->mentions[at];
    struct run r = {field_text(item, m), m, 1};
    while (at + r.count < hit->mention_count && m[r.count].field == m->field && m[r.count].index == m->index)
        r.count++;
    return r;
}

/* ---- The densest place ---- */

struct terms {
    struct sv list[TERMS_MOST];
    size_t count;
};

static size_t number_of(struct terms *terms, struct sv term)
{
    size_t i = 0;
    while (i < terms->count && !(terms->list[i].p == term.p && terms->list[i].n == term.n) && !sv_eq(terms->list[i], term))
        i++;
    if (i == TERMS_MOST)
        return TERMS_MOST - 1;
    if (i == terms->count)
        terms->list[terms->count++] = term;
    return i;
}

/* Some mentions that stand close together. */
struct dense {
    struct run run;
    size_t first, count;
    unsigned different, weight;
};

static bool is_denser(const struct dense *a, const struct dense *b)
{
    if (a->different != b->different)
        return a->different > b->different;
    if (a->count != b->count)
        return a->count > b->count;
    return a->weight > b->weight;
}

/* A window slides over the mentions of a text: the most different terms, then the most mentions, then the field, then the first. */
static void find_dense(struct run run, struct terms *terms, struct dense *best)
{
    static const unsigned weights[ITEM_FIELDS] = {[ITEM_CONTENT] = 3, [ITEM_SUMMARY] = 2, [ITEM_TITLE] = 1}; /* where stories are told */
    size_t held[TERMS_MOST] = {0};
    struct dense now = {run, 0, 0, 0, weights[run.list->field]};
    for (size_t i = 0; i < run.count; i++) {
        now.different += held[number_of(terms, run.list[i].term)]++ == 0;
        now.count++;
        while (now.count > 1 && run.list[i].end > run.list[now.first].start + DENSE_BYTES) {
            now.different -= --held[number_of(terms, run.list[now.first++].term)] == 0;
            now.count--;
        }
        if (is_denser(&now, best))
            *best = now;
    }
}

/* ---- Where to cut ---- */

static bool is_gap(char c)
{
    return (unsigned char)c <= ' ';
}

/* Does the character at `at` belong to what is before it? A mark, what is invisible, a colour of skin. */
static bool goes_on(struct sv text, size_t at)
{
    uint32_t c;
    if (at >= text.n)
        return false;
    if (((unsigned char)text.p[at] & 0xC0) == 0x80)
        return true;
    utf8_decode(text.p + at, text.p + text.n, &c);
    enum char_class class = char_class(c);
    return class == CHAR_MARK || class == CHAR_DROP || (c >= 0x1F3FB && c <= 0x1F3FF) ||
           (at >= 3 && memcmp(text.p + at - 3, "\xE2\x80\x8D", 3) == 0);
}

/* Is the character that ends or begins at `at` a word of its own, or else no letter and no ASCII sign? */
static bool stands_alone(struct sv text, size_t at)
{
    uint32_t c = ' ';
    if (at < text.n)
        utf8_decode(text.p + at, text.p + text.n, &c);
    enum char_class class = char_class(c);
    return class == CHAR_ALONE || (class == CHAR_BREAK && c >= 0x3000 && c < 0xFFF0); /* 、。「」，！ */
}

static size_t character_before(struct sv text, size_t at)
{
    do
        at--;
    while (at > 0 && goes_on(text, at));
    return at;
}

/* May a line begin or end here without a word being cut? */
static bool is_between_words(struct sv text, size_t at)
{
    if (at == 0 || at >= text.n || is_gap(text.p[at - 1]) || is_gap(text.p[at]))
        return true;
    return !goes_on(text, at) && (stands_alone(text, at) || stands_alone(text, character_before(text, at)));
}

/* From `at` towards `limit`, in steps of `step`: the first place between words; within a word of great length between characters. */
static size_t cut(struct sv text, size_t at, size_t limit, int step)
{
    size_t plain = limit;
    for (size_t i = at, k = 0; i != limit && k < WORD_BYTES; i += (size_t)step, k++) {
        if (is_between_words(text, i))
            return i;
        if (plain == limit && !goes_on(text, i))
            plain = i;
    }
    return plain;
}

static bool crosses(const struct mention *m, size_t at)
{
    return m->start < at && m->end > at;
}

/* What overlaps the mentions from `from` to `to` belongs to them, as far as that is not much. */
static void take_overlaps(const struct dense *d, size_t *from, size_t *to)
{
    const struct mention *list = d->run.list;
    size_t least = *from > STICKS_OUT ? *from - STICKS_OUT : 0, most = *to + STICKS_OUT;
    for (size_t i = d->first; i-- > 0;)
        if (crosses(&list[i], *from) && list[i].start >= least)
            *from = list[i].start;
    for (size_t i = 0; i < d->run.count; i++)
        if (crosses(&list[i], *to) && list[i].end <= most)
            *to = list[i].end;
}

/* From the mentions outward to a line: a third of what is left of it before them. No mention is cut where that can be helped. */
static void widen(const struct dense *d, size_t *from, size_t *to)
{
    struct sv text = d->run.text;
    const struct mention *list = d->run.list;
    size_t inner = *to - *from, spare = inner < SNIPPET_BYTES ? SNIPPET_BYTES - inner : 0, lead = spare / 3;
    size_t start = *from > lead ? *from - lead : 0, end = *to + (spare - (*from - start));
    if (end > text.n) {
        start = start > end - text.n ? start - (end - text.n) : 0;
        end = text.n;
    }
    start = cut(text, start, *from, 1);
    for (size_t i = 0; i < d->run.count; i++)
        if (crosses(&list[i], start) && list[i].end <= *from)
            start = cut(text, list[i].end, *from, 1);
    end = cut(text, end, *to, -1);
    for (size_t i = d->run.count; i-- > 0;)
        if (crosses(&list[i], end) && list[i].start >= *to)
            end = cut(text, list[i].start, *to, -1);
    while (start < *from && is_gap(text.p[start]))
        start++;
    while (end > *to && is_gap(text.p[end - 1]))
        end--;
    *from = start;
    *to = end;
}

/* ---- The line ---- */

struct line {
    char *p;
    size_t n;
};

static void put(struct line *l, const char *s)
{
    memcpy(l->p + l->n, s, strlen(s));
    l->n += strlen(s);
}

/* Every run of white space is one blank. */
static void copy(struct line *l, struct sv text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (!is_gap(text.p[i]))
            l->p[l->n++] = text.p[i];
        else if (l->n && l->p[l->n - 1] != ' ')
            l->p[l->n++] = ' ';
    }
}

static void mark(struct hit *hit, size_t from, size_t to)
{
    hit->highlights[hit->highlight_count++] = (struct span_of_bytes){from, to};
}

/* Copies, with the mentions as highlights: those that overlap are one, one that is longer than the line ends with it. */
static void copy_marked(struct hit *hit, const struct run *run, size_t from, size_t to, struct line *l)
{
    size_t at = from;
    for (size_t i = 0; i < run->count && run->list[i].start < to;) {
        size_t start = run->list[i].start, end = run->list[i].end;
        while (++i < run->count && run->list[i].start < end)
            end = run->list[i].end > end ? run->list[i].end : end;
        start = start > from ? start : from;
        end = end < to ? end : to;
        if (start >= end)
            continue;
        copy(l, run->text, at, start);
        size_t begin = l->n;
        copy(l, run->text, start, end);
        mark(hit, begin, l->n);
        at = end;
    }
    copy(l, run->text, at, to);
}

void snippet_make(struct hit *hit, const struct item *item)
{
    struct dense best = {0};
    struct terms terms;
    terms.count = 0;
    for (size_t at = 0; at < hit->mention_count;) {
        struct run run = run_from(hit, at, item);
        find_dense(run, &terms, &best);
        at += run.count;
    }
    if (best.count == 0)
        return;
    size_t from = best.run.list[best.first].start, to = from;
    for (size_t i = best.first; i < best.first + best.count; i++)
        to = best.run.list[i].end > to ? best.run.list[i].end : to;
    take_overlaps(&best, &from, &to);
    widen(&best, &from, &to);
    struct line line = {arena_alloc(item->arena, to - from + 8), 0};
    hit->highlights = arena_array(item->arena, best.run.count < to - from ? best.run.count : to - from, sizeof *hit->highlights);
    if (from > 0)
        put(&line, "…");
    copy_marked(hit, &best.run, from, to, &line);
    if (to < best.run.text.n)
        put(&line, "…");
    hit->snippet = (struct sv){line.p, line.n};
}
