/* Rules as written to rules as they are looked for: the words of their terms numbered. */
#include "match/compiled.h"

struct compiler {
    struct match *m;
    struct diags *diags;
    struct arena term;  /* what is made of one term on the way */
    size_t list_capacity;
};

static uint32_t number_of(struct compiler *c, const struct pattern *p)
{
    if (p->glob)
        return inexact_add(&c->m->inexacts, INEXACT_GLOB, p->text, &c->m->arena);
    uint32_t number = lexicon_add(&c->m->lexicon, p->text, words_hash(p->text));
    lexicon_at(&c->m->lexicon, number)->uses++;
    c->m->used++;
    return number;
}

/* NULL when the term was in error. */
static struct probe *compile_term(struct compiler *c, const struct node *n)
{
    arena_reset(&c->term);
    struct term *t = term_compile(n, &c->term, c->diags);
    if (!t)
        return NULL;
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

static void compile(struct compiler *, const struct node *, struct part *);

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

static void compile(struct compiler *c, const struct node *n, struct part *p)
{
    *p = (struct part){.kind = (unsigned char)n->kind, .near = (unsigned char)n->near, .fields = (unsigned char)n->fields, .open = n->open,
                       .n = (uint16_t)n->n, .node = n};
    if (n->kind == NODE_TERM) {
        p->probe = compile_term(c, n);
    } else if (n->kind == NODE_LIST) {
        p->list = n->list && n->list->body ? compile_list(c, n->list) : NULL;
    } else if (n->kind == NODE_META) {
        p->condition = arena_alloc(&c->m->arena, sizeof *p->condition);
        *p->condition = (struct condition){n->meta, sv_dup(&c->m->arena, n->text)};
    } else if (n->child_count) {
        p->count = (uint32_t)n->child_count;
        p->children = arena_alloc(&c->m->arena, p->count * sizeof *p->children);
        for (size_t i = 0; i < p->count; i++)
            compile(c, n->children[i], &p->children[i]);
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
    arena_free(&c.term);
    return diags->errors == errors;
}
