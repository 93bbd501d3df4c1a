/* The snippet: one line around the mentions that say most. */
#include "base/utf8.h"
#include "match/compiled.h"

#define SNIPPET_BYTES 240 /* aimed at */
#define LEAD_BYTES 60     /* before the first mention */

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

static bool same_text(const struct mention *a, const struct mention *b)
{
    return a->field == b->field && a->index == b->index;
}

/* How much a window that begins with mention i would say: different terms, then the field where stories are told. */
static unsigned worth(const struct hit *hit, size_t i)
{
    static const unsigned weight[ITEM_FIELDS] = {[ITEM_CONTENT] = 3, [ITEM_SUMMARY] = 2, [ITEM_TITLE] = 1};
    const struct mention *first = &hit->mentions[i];
    unsigned different = 0;
    for (size_t k = i; k < hit->mention_count && k < i + 32; k++) {
        const struct mention *m = &hit->mentions[k];
        if (!same_text(m, first) || m->end > first->start + SNIPPET_BYTES - LEAD_BYTES)
            break;
        bool known = false;
        for (size_t j = i; j < k && !known; j++)
            known = sv_eq(hit->mentions[j].term, m->term);
        different += !known;
    }
    return different * 4 + weight[first->field];
}

static bool is_gap(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* A place to cut near `at`, at a gap if there is one close by, else between characters. */
static size_t cut_near(struct sv text, size_t at, int step)
{
    for (size_t i = at, k = 0; i > 0 && i < text.n && k < 30; k++, i += (size_t)step)
        if (is_gap(text.p[i]))
            return step < 0 ? i + 1 : i;
    return utf8_cut(text, at).n;
}

struct line {
    char *p;
    size_t n;
};

/* Copy with every run of white space as one blank; marks the mentions on the way. */
static void copy_line(struct hit *hit, struct sv text, size_t from, size_t to, size_t first_mention, struct line *out)
{
    const struct mention *at = &hit->mentions[first_mention];
    size_t next = first_mention;
    while (next > 0 && same_text(&hit->mentions[next - 1], at) && hit->mentions[next - 1].start >= from)
        next--;
    size_t open_end = 0;
    struct span_of_bytes *open = NULL;
    for (size_t i = from; i <= to; i++) {
        if (open && i >= open_end) {
            open->end = out->n;
            open = NULL;
        }
        while (next < hit->mention_count && same_text(&hit->mentions[next], at) && hit->mentions[next].start <= i) {
            const struct mention *m = &hit->mentions[next++];
            if (m->end > to || m->start < i)
                continue;
            if (open) { /* overlapping mentions are one highlight */
                open_end = m->end > open_end ? m->end : open_end;
                continue;
            }
            open = &hit->highlights[hit->highlight_count++];
            open->start = out->n;
            open_end = m->end;
        }
        if (i == to)
            break;
        if (!is_gap(text.p[i]))
            out->p[out->n++] = text.p[i];
        else if (out->n && out->p[out->n - 1] != ' ')
            out->p[out->n++] = ' ';
    }
    if (open)
        open->end = out->n;
}

static void put(struct line *l, const char *s)
{
    memcpy(l->p + l->n, s, strlen(s));
    l->n += strlen(s);
}

void snippet_make(struct hit *hit, const struct item *item)
{
    size_t best = 0;
    for (size_t i = 1; i < hit->mention_count && i < 2000; i++)
        if (worth(hit, i) > worth(hit, best))
            best = i;
    if (hit->mention_count == 0)
        return;
    const struct mention *m = &hit->mentions[best];
    struct sv text = field_text(item, m);
    size_t from = m->start > LEAD_BYTES ? cut_near(text, m->start - LEAD_BYTES, -1) : 0;
    if (from > m->start)
        from = m->start;
    size_t to = from + SNIPPET_BYTES > m->end ? from + SNIPPET_BYTES : m->end;
    to = to < text.n ? cut_near(text, to, 1) : text.n;
    if (to < m->end)
        to = m->end;
    struct line line = {arena_alloc(item->arena, to - from + 8), 0};
    hit->highlights = arena_array(item->arena, hit->mention_count, sizeof *hit->highlights);
    if (from > 0)
        put(&line, "…");
    copy_line(hit, text, from, to, best, &line);
    while (line.n && line.p[line.n - 1] == ' ')
        line.n--;
    if (to < text.n)
        put(&line, "…");
    hit->snippet = (struct sv){line.p, line.n};
}
