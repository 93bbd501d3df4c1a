/* Rules as written to rules as they are looked for: the words of their terms numbered. */
#include "match/compiled.h"

struct compiler {
    struct match *m;
    struct diags *diags;
    struct arena terms; /* what is made of a few terms on the way */
    size_t list_capacity;
};

static uint32_t number_of(struct compiler *c, const struct pattern *p)
{
    if (p->glob)
        return inexact_add(&c->m->inexacts, INEXACT_GLOB, p->text, &c->m->arena);
    uint32_t number = lexicon_add(&c->m->lexicon, p->text, p->hash);
    lexicon_at(&c->m->lexicon, number)->uses++;
    c->m->used++;
    return number;
}

static struct part part_of(const struct node *n)
{
    return (struct part){.kind = (unsigned char)n->kind, .near = (unsigned char)n->near, .fields = (unsigned char)n->fields, .open = n->open,
                         .n = (uint16_t)n->n, .node = n};
}

/* NULL when the term was in error. */
static struct probe *make_probe(struct compiler *c, const struct term *t)
{
    if (!t)
        return NULL;
    const struct node *n = t->node;
    bool whole = t->kind == TERM_STEM || t->kind == TERM_REGEX;
    size_t count = whole ? 1 : t->count, exact = t->kind == TERM_EXACT ? count : 0;
    struct probe *p = arena_alloc(&c->m->arena, sizeof *p + (count + 1) / 2 * 8 + exact * sizeof *t->exact);
    *p = (struct probe){.written = n->written.p, .written_size = (uint32_t)n->written.n, .count = (uint16_t)count, .exact = exact > 0};
    for (size_t i = 0; i < count && !whole; i++) {
        p->numbers[i] = number_of(c, &t->patterns[i]);
        p->shapeless |= t->patterns[i].glob;
    }
    for (size_t i = 0; i < exact; i++)
        ((struct sv *)(uintptr_t)probe_exact(p))[i] = sv_dup(&c->m->arena, t->exact[i]);
    if (t->kind == TERM_STEM)
        p->numbers[0] = inexact_add(&c->m->inexacts, INEXACT_STEM, t->stem, &c->m->arena);
    if (t->kind == TERM_REGEX)
        p->numbers[0] = inexact_add_regex(&c->m->inexacts, n->text, t->regex);
    return p;
}

#define TOGETHER 16

static void prefetch(const struct compiler *c, const struct term *t, void (*step)(const struct lexicon *, uint32_t hash))
{
    for (size_t i = 0; t && i < t->count; i++)
        if (!t->patterns[i].glob)
            step(&c->m->lexicon, t->patterns[i].hash);
}

/* A few terms at a time: their words are fetched from memory all at once, not one after the other. */
static void compile_terms(struct compiler *c, struct node *const *nodes, struct part *parts, size_t count)
{
    struct term *terms[TOGETHER];
    arena_reset(&c->terms);
    for (size_t i = 0; i < count; i++) {
        terms[i] = term_compile(nodes[i], &c->terms, c->diags);
        prefetch(c, terms[i], lexicon_prefetch);
    }
    for (size_t i = 0; i < count; i++)
        prefetch(c, terms[i], lexicon_prefetch_word);
    for (size_t i = 0; i < count; i++) {
        parts[i] = part_of(nodes[i]);
        parts[i].probe = make_probe(c, terms[i]);
    }
}

static void compile(struct compiler *, struct node *, struct part *);

static void compile_children(struct compiler *c, struct node *const *nodes, struct part *parts, size_t count)
{
    for (size_t i = 0, terms; i < count; i += terms ? terms : 1) {
        for (terms = 0; terms < TOGETHER && i + terms < count && nodes[i + terms]->kind == NODE_TERM;)
            terms++;
        if (terms)
            compile_terms(c, nodes + i, parts + i, terms);
        else
            compile(c, nodes[i], &parts[i]);
    }
}

static struct list_part *compile_list(struct compiler *c, const struct list *list)
{
    struct match *m = c->m;
    struct list_part *known = table_get(&m->lists, list->name);
    if (known)
        return known;
    struct list_part *l = arena_zalloc(&m->arena, sizeof *l);
    l->index = (uint32_t)m->lists.count;
    m->list_by_index = xgrow(m->list_by_index, l->index, &c->list_capacity, sizeof *m->list_by_index);
    m->list_by_index[l->index] = l;
    table_put(&m->lists, list->name, l);
    compile(c, list->body, &l->body);
    return l;
}

static void compile(struct compiler *c, struct node *n, struct part *p)
{
    *p = part_of(n);
    if (n->kind == NODE_TERM) {
        compile_terms(c, &n, p, 1);
    } else if (n->kind == NODE_LIST) {
        p->list = n->list && n->list->body ? compile_list(c, n->list) : NULL;
    } else if (n->kind == NODE_META) {
        p->condition = arena_alloc(&c->m->arena, sizeof *p->condition);
        *p->condition = (struct condition){n->meta, sv_dup(&c->m->arena, n->text)};
    } else if (n->child_count) {
        p->count = (uint32_t)n->child_count;
        p->children = arena_alloc(&c->m->arena, p->count * sizeof *p->children);
        compile_children(c, n->children, p->children, p->count);
    }
}

static void compile_rule(struct compiler *c, const struct rule *r, struct compiled_rule *out)
{
    out->rule = r;
    out->conditional = r->lang_count || r->outlet_count;
    if (r->match) {
        out->match = arena_alloc(&c->m->arena, sizeof *out->match);
        compile(c, r->match, out->match);
    }
    out->clauses = r->clause_count ? arena_array(&c->m->arena, r->clause_count, sizeof *out->clauses) : NULL;
    for (size_t i = 0; i < r->clause_count; i++)
        compile(c, r->clauses[i].expr, &out->clauses[i]);
}

bool compile_rules(struct match *m, const struct rule *rules, size_t count, struct diags *diags)
{
    struct compiler c = {.m = m, .diags = diags};
    size_t errors = diags->errors;
    m->rule_count = count;
    m->rules = arena_array(&m->arena, count, sizeof *m->rules);
    for (size_t i = 0; i < count; i++)
        compile_rule(&c, &rules[i], &m->rules[i]);
    arena_free(&c.terms);
    return diags->errors == errors;
}
