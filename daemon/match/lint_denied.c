/* What excludes what: NOT, EXCEPT, conditions on the item of which it has one each. */
#include "match/linting.h"

#define VALUES_MOST 32 /* of conditions that are compared */

/* ---- What denies what ---- */

/* What would be false, or true, together with any of these. */
struct deniers {
    struct pool pool;
    struct member lists[LISTS_LOOKED_INTO];
    size_t list_count;
};

static void add_denier(struct deniers *d, const struct member *m)
{
    unsigned mask;
    uint64_t key = lint_pooled(m, &mask);
    pool_add(&d->pool, key, m->part, mask);
    if (m->part->kind == NODE_LIST && d->list_count < LISTS_LOOKED_INTO)
        d->lists[d->list_count++] = *m;
}

/* The terms, lists and conditions of an OR, one by one. */
static void add_alternatives(struct deniers *d, const struct part *p, unsigned mask)
{
    if (p->kind == NODE_FIELD) {
        add_alternatives(d, &p->children[0], p->fields);
    } else if (p->kind == NODE_OR) {
        for (size_t i = 0; i < p->count; i++)
            add_alternatives(d, &p->children[i], mask);
    } else if (p->kind == NODE_TERM || p->kind == NODE_LIST || p->kind == NODE_META) {
        bool meta = p->kind == NODE_META;
        const struct sense s = {.key = meta ? lint_key_of_meta(p->node) : 0, .own = meta ? 0 : pool_key(p)};
        add_denier(d, &(struct member){p, mask, s});
    }
}

/* Which of the deniers is true wherever this term is; or NULL. */
static const struct part *denier_of_term(const struct lint *l, const struct deniers *d, const struct part *p, unsigned mask)
{
    const struct part *by = pool_find(&d->pool, pool_key(p), mask);
    if (!by)
        by = pool_cover(&d->pool, p, mask);
    if (!by && p->kind == NODE_TERM)
        by = lint_listed(l, d->lists, d->list_count, p, mask);
    for (uint32_t i = 0; !by && p->kind == NODE_TERM && p->probe->count > 1 && i < p->probe->count; i++)
        by = pool_find(&d->pool, pool_key_of_word(p->probe->numbers[i]), mask);
    return by;
}

/* The same of any part: it cannot be true without one of the deniers being so. NULL in doubt. */
static const struct part *denier_of(const struct lint *l, const struct deniers *d, const struct part *p, unsigned mask)
{
    const struct part *by = NULL;
    switch (p->kind) {
    case NODE_TERM: case NODE_LIST: return denier_of_term(l, d, p, mask);
    case NODE_META: return pool_find(&d->pool, lint_key_of_meta(p->node), 0);
    case NODE_NOT: return NULL;
    case NODE_FIELD: return denier_of(l, d, &p->children[0], p->fields);
    case NODE_OR:
        for (size_t i = 0; i < p->count; i++)
            if (!(by = denier_of(l, d, &p->children[i], mask)))
                return NULL;
        return by;
    default: /* AND, NEAR: all are needed; of EXCEPT the first, of ATLEAST and FIRST the only one */
        for (size_t i = 0; i < (p->kind == NODE_EXCEPT ? 1 : p->count) && !by; i++)
            by = denier_of(l, d, &p->children[i], p->kind == NODE_NEAR ? places_side_mask(p, i, mask) : mask);
        return by;
    }
}

static const struct part *denier_of_member(const struct lint *l, const struct deniers *d, const struct member *m)
{
    const struct part *by = pool_find(&d->pool, m->sense.key, 0);
    return by ? by : denier_of(l, d, m->part, m->mask);
}

static size_t tell_truth(struct lint *l, enum truth truth, struct span where, const struct part *by, const char *note, const char *text)
{
    return lint_tell(l, truth, where, by->node->where, note, "%s", text);
}

static size_t count_nots(const struct lint *l, size_t from)
{
    size_t nots = 0;
    for (size_t i = from; i < l->member_count; i++)
        nots += l->members[i].part->kind == NODE_NOT;
    return nots;
}

/* a AND NOT a: what the NOTs deny is what another member needs. */
static size_t find_denied(struct lint *l, size_t from)
{
    if (count_nots(l, from) == 0)
        return 0;
    struct deniers d = {.pool = lint_pool(l, 16)};
    for (size_t i = from; i < l->member_count; i++) {
        const struct member m = l->members[i];
        if (m.part->kind != NODE_NOT)
            continue;
        pool_add(&d.pool, ~m.sense.key, m.part, 0);
        add_alternatives(&d, &m.part->children[0], m.mask);
    }
    for (size_t i = from; i < l->member_count; i++) {
        const struct member m = l->members[i];
        const struct part *by = m.part->kind == NODE_NOT ? NULL : denier_of_member(l, &d, &m);
        if (by)
            return tell_truth(l, NEVER_HOLDS, by->node->where, m.part, "this needs it", "what NOT excludes here is needed beside it");
    }
    return 0;
}

/* a OR NOT a: where what a NOT denies is false, another member is true. */
size_t lint_complement(struct lint *l, size_t from)
{
    if (count_nots(l, from) == 0)
        return 0;
    struct deniers d = {.pool = lint_pool(l, 16)};
    for (size_t i = from; i < l->member_count; i++) {
        const struct member m = l->members[i];
        if (m.part->kind == NODE_NOT)
            continue;
        add_denier(&d, &m);
        pool_add(&d.pool, m.sense.key, m.part, 0);
    }
    for (size_t i = from; i < l->member_count; i++) {
        const struct member m = l->members[i];
        if (m.part->kind != NODE_NOT)
            continue;
        const struct member denied = {&m.part->children[0], m.mask, {.key = ~m.sense.key}};
        const struct part *by = denier_of_member(l, &d, &denied);
        if (by)
            return tell_truth(l, ALWAYS_HOLDS, m.part->node->where, by, "this holds where what NOT excludes is there",
                              "it is true with and without what NOT excludes");
    }
    return 0;
}

/* Whether what EXCEPT takes away holds each mention of the part; alternatives of which that is so are told. */
static bool is_taken(struct lint *l, const struct deniers *d, const struct part *p, unsigned mask)
{
    if (p->kind == NODE_FIELD)
        return is_taken(l, d, &p->children[0], p->fields);
    if (p->kind == NODE_OR) {
        bool all = true;
        for (size_t i = 0; i < p->count; i++)
            all = is_taken(l, d, &p->children[i], mask) && all;
        return all;
    }
    if (p->kind != NODE_TERM && p->kind != NODE_LIST)
        return false;
    const struct part *by = pool_find(&d->pool, pool_key(p), mask);
    if (!by && p->kind == NODE_TERM && !(by = pool_cover(&d->pool, p, mask)))
        by = lint_listed(l, d->lists, d->list_count, p, mask);
    if (by)
        tell_truth(l, NEVER_HOLDS, p->node->where, by, "this covers it", "EXCEPT takes every mention of it away");
    return by;
}

size_t lint_taken(struct lint *l, const struct part *except, unsigned mask)
{
    struct deniers d = {.pool = lint_pool(l, 16)};
    for (size_t i = 1; i < except->count; i++)
        add_alternatives(&d, &except->children[i], places_side_mask(except, i, mask));
    return is_taken(l, &d, &except->children[0], mask) ? l->told_count : 0;
}

/* ---- Conditions on the item that exclude each other ---- */

static const char *const meta_names[] = {"language", "outlet", "feed", "country"};

struct values {
    struct sv list[VALUES_MOST];
    size_t count;
};

/* Of a condition, or an OR of conditions of this kind alone. false when it is anything else. */
static bool values_of(const struct part *p, enum meta_kind kind, struct values *v)
{
    if (p->kind == NODE_META && p->node->meta == kind && v->count < VALUES_MOST) {
        v->list[v->count++] = p->node->text;
        return true;
    }
    for (size_t i = 0; p->kind == NODE_OR && i < p->count; i++)
        if (!values_of(&p->children[i], kind, v))
            return false;
    return p->kind == NODE_OR;
}

/* Keep of `v` those that are, or are not, in `other`. */
static void narrow(struct values *v, const struct values *other, bool in)
{
    size_t kept = 0;
    for (size_t i = 0; i < v->count; i++) {
        bool found = false;
        for (size_t k = 0; k < other->count && !found; k++)
            found = sv_eq_nocase(v->list[i], other->list[k]);
        if (found == in)
            v->list[kept++] = v->list[i];
    }
    v->count = kept;
}

static bool values_of_rule(const struct rule *r, enum meta_kind kind, struct values *v)
{
    const struct sv *list = !r ? NULL : kind == META_LANG ? r->langs : kind == META_OUTLET ? r->outlets : NULL;
    size_t count = !list ? 0 : kind == META_LANG ? r->lang_count : r->outlet_count;
    for (size_t i = 0; i < count && i < VALUES_MOST; i++)
        v->list[v->count++] = list[i];
    return count > 0 && count <= VALUES_MOST;
}

/* lang:ru AND lang:en: an item has one. What the rule's own directives say counts too. */
static size_t find_exclusive(struct lint *l, size_t from, enum meta_kind kind, const struct rule *rule)
{
    struct values left, v;
    left.count = 0;
    bool bound = values_of_rule(rule, kind, &left);
    for (int denied = 0; denied < 2; denied++)
        for (size_t i = from; i < l->member_count; i++) {
            const struct part *p = l->members[i].part, *inner = denied ? &p->children[0] : p;
            v.count = 0;
            if (denied != (p->kind == NODE_NOT) || (denied && !bound) || !values_of(inner, kind, &v))
                continue;
            if (bound)
                narrow(&left, &v, !denied);
            else
                left = v;
            bound = true;
            if (left.count)
                continue;
            return lint_tell(l, NEVER_HOLDS, p->node->where, (struct span){0}, NULL,
                             denied ? "every %s that is asked for is excluded" : "an item has one %s, and another is asked for", meta_names[kind]);
        }
    return 0;
}


size_t lint_contradiction(struct lint *l, size_t from, const struct rule *rule)
{
    size_t cause = find_denied(l, from);
    for (enum meta_kind kind = META_LANG; !cause && kind <= META_COUNTRY; kind++)
        cause = find_exclusive(l, from, kind, rule);
    return cause;
}
