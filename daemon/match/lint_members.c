/* The members of AND and OR, and those of lists: which of them repeat others. */
#include "base/utf8.h"
#include "match/fold.h"
#include "match/linting.h"

/* ---- Members ---- */

uint64_t lint_pooled(const struct member *m, unsigned *mask)
{
    bool term = m->part->kind == NODE_TERM || m->part->kind == NODE_LIST;
    *mask = term ? m->mask : 0;
    return term ? m->sense.own : m->sense.key;
}

void lint_gather(struct lint *l, const struct part *p, unsigned mask, enum node_kind kind)
{
    if (p->kind == kind) {
        for (size_t i = 0; i < p->count; i++)
            lint_gather(l, &p->children[i], mask, kind);
    } else if (p->kind == NODE_FIELD) {
        lint_gather(l, &p->children[0], p->fields, kind);
    } else {
        struct sense s = lint_look(l, p, mask);
        l->members = xgrow(l->members, l->member_count, &l->member_capacity, sizeof *l->members);
        l->members[l->member_count++] = (struct member){p, mask, s};
    }
}

struct pool lint_pool(struct lint *l, size_t count)
{
    pool_clear(&l->table, count);
    return (struct pool){.match = l->m, .table = &l->table};
}

/* ---- Repeats ---- */

/* As it is written. */
static struct sv name_of(const struct part *p)
{
    struct span w = p->node->where;
    return w.source ? sv_head(sv_from(w.source->text, w.start), w.end - w.start) : p->node->written;
}

/* Another form of the same letters, Han or Arabic: who writes both down means to be sure, and it does no harm. */
static bool is_other_form(const struct part *a, const struct part *b)
{
    struct buf one = {0}, other = {0};
    bool letters = false;
    if (a->kind != NODE_TERM || sv_eq(a->node->text, b->node->text))
        return false;
    for (const char *p = a->node->text.p, *end = p + a->node->text.n; p < end && !letters;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        letters = char_class(c) == CHAR_ALONE || char_is_arabic(c);
    }
    if (letters) {
        fold_case(a->node->text, &one);
        fold_case(b->node->text, &other);
        letters = !sv_eq(buf_view(&one), buf_view(&other));
    }
    buf_free(&one);
    buf_free(&other);
    return letters;
}

/* `same`: the two find the same by themselves; else the first one finds more. */
static void tell_repeat(struct lint *l, const struct part *again, const struct part *first, bool same)
{
    struct span where = again->node->where, note = first->node->where;
    struct sv name = name_of(again), other = name_of(first);
    bool named = again->kind == NODE_TERM || again->kind == NODE_LIST;
    if (!named)
        lint_tell(l, MAY_HOLD, where, note, "it stands here already", "this part is written twice");
    else if (same && sv_eq(name, other))
        lint_tell(l, MAY_HOLD, where, note, "it stands here already", "%.*s is written twice", SV_ARG(name));
    else if (same)
        lint_tell(l, MAY_HOLD, where, note, "it stands here", "%.*s repeats %.*s: folded, they are the same", SV_ARG(name), SV_ARG(other));
    else
        lint_tell(l, MAY_HOLD, where, note, "it stands here", "%.*s adds nothing: %.*s finds it already", SV_ARG(name), SV_ARG(other));
}

/* Fills the pool with the members that it does not hold yet; the others are told as repeats. In an OR a term that searches fewer fields
 * repeats one that searches more, in an AND it says more. */
static void pool_members(struct lint *l, struct pool *pool, size_t from, enum node_kind kind)
{
    for (size_t i = from; i < l->member_count; i++) {
        const struct member *m = &l->members[i];
        unsigned mask = 0;
        uint64_t key = kind == NODE_OR ? lint_pooled(m, &mask) : m->sense.key;
        const struct part *first = pool_add(pool, key, m->part, mask);
        if (first && !is_other_form(m->part, first))
            tell_repeat(l, m->part, first, true);
    }
}

const struct part *lint_listed(const struct lint *l, const struct member *lists, size_t count, const struct part *p, unsigned mask)
{
    for (size_t i = 0; i < count; i++) {
        const struct part *list = lists[i].part;
        const struct pool *pool = &l->lists[list->list->index];
        if ((mask & ~lists[i].mask) == 0 && (pool_find(pool, pool_key(p), 0) || pool_cover(pool, p, 0)))
            return list;
    }
    return NULL;
}

/* What another member of the OR finds already: by a wildcard, or because it is in a list beside it. */
static void tell_covered(struct lint *l, const struct pool *pool, size_t from)
{
    struct member lists[LISTS_LOOKED_INTO];
    size_t list_count = 0;
    for (size_t i = from; i < l->member_count && list_count < LISTS_LOOKED_INTO; i++)
        if (l->members[i].part->kind == NODE_LIST)
            lists[list_count++] = l->members[i];
    for (size_t i = from; i < l->member_count; i++) {
        struct member m = l->members[i];
        if (m.part->kind != NODE_TERM)
            continue;
        const struct part *by = pool_cover(pool, m.part, m.mask), *list;
        if (by && by != m.part)
            tell_repeat(l, m.part, by, false);
        else if ((list = lint_listed(l, lists, list_count, m.part, m.mask)))
            lint_tell(l, MAY_HOLD, m.part->node->where, (struct span){0}, NULL,
                      "%.*s adds nothing: the list %.*s has it already", SV_ARG(name_of(m.part)), SV_ARG(name_of(list)));
    }
}

void lint_repeats(struct lint *l, size_t from, enum node_kind kind)
{
    if (l->member_count - from < 2)
        return;
    struct pool pool = lint_pool(l, l->member_count - from);
    pool_members(l, &pool, from, kind);
    if (kind == NODE_OR)
        tell_covered(l, &pool, from);
}

/* ---- Lists ---- */

struct sense lint_list(struct lint *l, const struct list_part *list)
{
    struct pool *pool = &l->lists[list->index];
    if (pool->table)
        return l->list_senses[list->index];
    *pool = (struct pool){.match = l->m, .table = &l->listed, .salt = list->index + 1};
    size_t from = l->member_count;
    struct sense s = {.least = NO_END, .most = NO_END};
    lint_gather(l, &list->body, 0, NODE_OR);
    lint_repeats(l, from, NODE_OR);
    for (size_t i = from; i < l->member_count; i++) {
        const struct member *m = &l->members[i];
        pool_add(pool, m->sense.own, m->part, 0);
        s.least = m->sense.least < s.least ? m->sense.least : s.least;
    }
    l->member_count = from;
    return l->list_senses[list->index] = s;
}

