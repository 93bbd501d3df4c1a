/* Whether a rule is true of an item: over the places of its parts. */
#include "match/compiled.h"

static void take(struct eval *e, struct place *p)
{
    if (p->taken)
        return;
    p->taken = true;
    if (p->term) {
        places_push(e, &e->found, p);
        return;
    }
    for (struct place *way = p; way; way = way->same) {
        take(e, way->left);
        take(e, way->right);
    }
}

static void take_back(struct eval *e, size_t count)
{
    for (size_t i = count; i < e->found.count; i++)
        e->found.list[i]->taken = false;
    e->found.count = count;
}

static bool eval_all(struct eval *e, const struct part *p, unsigned mask)
{
    size_t before = e->found.count;
    for (size_t i = 0; i < p->count; i++)
        if (!eval_part(e, &p->children[i], mask)) {
            take_back(e, before);
            return false;
        }
    return true;
}

static bool eval_any(struct eval *e, const struct part *p, unsigned mask)
{
    bool any = false;
    for (size_t i = 0; i < p->count; i++)
        any = eval_part(e, &p->children[i], mask) || any;
    return any;
}

static bool is_repeated(const struct eval *e, const struct place *p)
{
    return e->index->texts[p->text].repeated;
}

/* Mentions that overlap count once: as many as can stand side by side. */
static bool eval_atleast(struct eval *e, const struct part *p, unsigned mask)
{
    struct places all = places_find(e, &p->children[0], mask);
    size_t count = 0;
    int64_t text = -1, end = -1;
    for (size_t i = 0; i < all.count; i++) {
        const struct place *m = all.list[i];
        if (is_repeated(e, m))
            continue;
        if ((int64_t)m->text != text || (int64_t)m->first > end) {
            count++;
            end = m->last;
        } else if (m->last < end) {
            end = m->last; /* the shorter of two that overlap leaves more room */
        }
        text = m->text;
    }
    if (count < p->n)
        return false;
    for (size_t i = 0; i < all.count; i++)
        if (!is_repeated(e, all.list[i]))
            take(e, all.list[i]);
    return true;
}

static bool equals_nocase_primary(struct sv language, struct sv wanted)
{
    struct sv primary = language_primary(language);
    return primary.n && sv_eq_nocase(primary, wanted);
}

static bool eval_condition(const struct eval *e, const struct condition *wanted)
{
    const struct match_context *c = e->index->context;
    switch (wanted->kind) {
    case META_LANG: return equals_nocase_primary(e->index->language, wanted->value);
    case META_OUTLET: return c->outlet.n && sv_eq_nocase(c->outlet, wanted->value);
    case META_FEED: return c->feed.n && sv_eq_nocase(c->feed, wanted->value);
    default: return c->country.n && sv_eq_nocase(c->country, wanted->value);
    }
}

static bool has_truths(const struct part *p)
{
    unsigned kind = p->kind;
    if (kind == NODE_AND || kind == NODE_NOT || kind == NODE_META || kind == NODE_ATLEAST)
        return true;
    for (size_t i = 0; i < p->count; i++)
        if (has_truths(&p->children[i]))
            return true;
    return false;
}

bool eval_part(struct eval *e, const struct part *p, unsigned mask)
{
    size_t before = e->found.count;
    switch (p->kind) {
    case NODE_AND: return eval_all(e, p, mask);
    case NODE_OR: return eval_any(e, p, mask);
    case NODE_META: return eval_condition(e, p->condition);
    case NODE_ATLEAST: return eval_atleast(e, p, mask);
    case NODE_NOT: {
        bool found = eval_part(e, &p->children[0], mask);
        take_back(e, before);
        return !found;
    }
    case NODE_FIELD:
        if (has_truths(&p->children[0]))
            return eval_part(e, &p->children[0], p->fields);
        break;
    default:
        break;
    }
    struct places all = places_find(e, p, mask);
    for (size_t i = 0; i < all.count; i++)
        take(e, all.list[i]);
    return all.count > 0;
}

static bool has_words(const struct index *x, const struct probe *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->numbers[i] & INEXACT ? !index_found(x, p->numbers[i] & ~INEXACT) : index_own(x, p->numbers[i]) == NO_WORD)
            return false;
    return true;
}

bool eval_may_hold(const struct eval *e, const struct part *p)
{
    bool any = p->kind == NODE_OR;
    switch (p->kind) {
    case NODE_TERM: return has_words(e->index, p->probe);
    case NODE_EXCEPT: case NODE_ATLEAST: case NODE_FIRST: case NODE_FIELD: return eval_may_hold(e, &p->children[0]);
    case NODE_OR: case NODE_AND: case NODE_NEAR: break;
    default: return true;
    }
    for (size_t i = 0; i < p->count; i++)
        if (eval_may_hold(e, &p->children[i]) == any)
            return any;
    return !any;
}

bool eval_conditions(const struct rule *r, const struct index *x)
{
    bool lang = r->lang_count == 0, outlet = r->outlet_count == 0;
    for (size_t i = 0; i < r->lang_count && !lang; i++)
        lang = equals_nocase_primary(x->language, r->langs[i]);
    for (size_t i = 0; i < r->outlet_count && !outlet; i++)
        outlet = sv_eq(x->context->outlet, r->outlets[i]);
    return lang && outlet;
}

void eval_start(struct eval *e, struct index *x, size_t lists)
{
    *e = (struct eval){.index = x};
    e->arena = &e->rule;
    e->places_left = PLACES_MOST;
    e->lists = arena_array(&e->kept, lists, sizeof *e->lists);
}

void eval_forget(struct eval *e)
{
    take_back(e, 0);
    e->found = (struct places){0};
    e->places_left = PLACES_MOST;
    arena_reset(&e->rule);
}

void eval_forget_since(struct eval *e, size_t count)
{
    take_back(e, count);
}

void eval_end(struct eval *e)
{
    arena_free(&e->rule);
    arena_free(&e->kept);
}
