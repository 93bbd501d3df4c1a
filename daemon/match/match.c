#include "match/compiled.h"

#include <stdlib.h>

/* ---- Compiling ---- */

struct compiler {
    struct match *m;
    struct diags *diags;
    size_t errors; /* when it began */
};

static struct part *compile(struct compiler *, const struct node *);

static struct list_part *compile_list(struct compiler *c, const struct list *list)
{
    struct list_part *known = table_get(&c->m->lists, list->name);
    if (known)
        return known;
    struct list_part *l = arena_zalloc(&c->m->arena, sizeof *l);
    l->list = list;
    l->index = c->m->lists.count;
    table_put(&c->m->lists, list->name, l);
    l->body = compile(c, list->body);
    return l;
}

static struct part *compile(struct compiler *c, const struct node *n)
{
    struct part *p = arena_zalloc(&c->m->arena, sizeof *p);
    p->node = n;
    if (n->kind == NODE_TERM) {
        p->term = term_compile(n, &c->m->arena, c->diags);
        if (p->term) {
            c->m->terms = xgrow(c->m->terms, c->m->term_count, &c->m->term_capacity, sizeof *c->m->terms);
            c->m->terms[c->m->term_count++] = p->term;
        }
    } else if (n->kind == NODE_LIST && n->list && n->list->body) {
        p->list = compile_list(c, n->list);
    }
    p->count = n->child_count;
    p->children = arena_array(&c->m->arena, p->count, sizeof *p->children);
    for (size_t i = 0; i < p->count; i++)
        p->children[i] = compile(c, n->children[i]);
    return p;
}

/* Must an item hold some term for this to be true? */
static bool needs_term(const struct node *n)
{
    bool any = false, all = n->child_count > 0;
    for (size_t i = 0; i < n->child_count; i++) {
        bool needs = needs_term(n->children[i]);
        any = any || needs;
        all = all && needs;
    }
    switch (n->kind) {
    case NODE_TERM: case NODE_LIST: return true;
    case NODE_AND: return any;
    case NODE_NOT: case NODE_META: return false;
    default: return all;
    }
}

static bool rule_needs_term(const struct rule *r)
{
    if (r->match && needs_term(r->match))
        return true;
    int64_t without = 0; /* the most that it scores on an item without a term */
    for (size_t i = 0; i < r->clause_count; i++)
        if (r->clauses[i].score > 0 && !needs_term(r->clauses[i].expr))
            without += r->clauses[i].score;
    return r->clause_count > 0 && without < r->threshold;
}

static void compile_rule(struct compiler *c, const struct rule *r, struct compiled_rule *out)
{
    out->rule = r;
    out->match = r->match ? compile(c, r->match) : NULL;
    out->clauses = arena_array(&c->m->arena, r->clause_count, sizeof *out->clauses);
    for (size_t i = 0; i < r->clause_count; i++)
        out->clauses[i] = compile(c, r->clauses[i].expr);
    if (!rule_needs_term(r))
        diag_add(c->diags, DIAG_WARNING, r->where, "this rule needs no term: it is tried in full on every item");
}

struct match *match_compile(const struct rule *rules, size_t count, struct diags *diags)
{
    struct match *m = xcalloc(1, sizeof *m);
    struct compiler c = {m, diags, diags->errors};
    m->rule_count = count;
    m->rules = arena_array(&m->arena, count, sizeof *m->rules);
    for (size_t i = 0; i < count; i++)
        compile_rule(&c, &rules[i], &m->rules[i]);
    if (diags->errors > c.errors)
        match_free(&m);
    return m;
}

void match_free(struct match **m)
{
    if (!*m)
        return;
    for (size_t i = 0; i < (*m)->term_count; i++)
        term_free((*m)->terms[i]);
    free((*m)->terms);
    table_free(&(*m)->lists);
    arena_free(&(*m)->arena);
    free(*m);
    *m = NULL;
}

/* ---- Hits ---- */

static int by_mention(const void *a, const void *b)
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

/* From a decoded URL back to the URL as written: a piece that stands for several characters belongs to each of them whole. */
static void as_written(const struct text *t, size_t *start, size_t *end)
{
    size_t next = *end;
    while (next < t->split.n && t->origin[next] == t->origin[*end - 1])
        next++;
    *start = t->origin[*start];
    *end = t->origin[next];
}

static struct mention mention_of(const struct index *x, const struct place *p)
{
    const struct text *t = &x->texts[p->text];
    size_t start = t->words.list[p->first].start, end = t->words.list[p->last].end;
    if (t->origin)
        as_written(t, &start, &end);
    return (struct mention){p->term->node->written, sv_range(t->bytes.p + start, t->bytes.p + end), t->field, t->index, start, end};
}

/* The same term at the same place, found by two branches, is one mention. */
static void collect_mentions(struct hit *hit, const struct eval *e)
{
    struct mention *list = arena_array(e->index->item->arena, e->found.count, sizeof *list);
    size_t kept = 0;
    for (size_t i = 0; i < e->found.count; i++)
        list[i] = mention_of(e->index, e->found.list[i]);
    if (e->found.count > 1)
        qsort(list, e->found.count, sizeof *list, by_mention);
    for (size_t i = 0; i < e->found.count; i++)
        if (kept == 0 || by_mention(&list[kept - 1], &list[i]) != 0)
            list[kept++] = list[i];
    hit->mentions = list;
    hit->mention_count = kept;
}

/* Both must hold: the match, and the sum of the clauses. Leaves what was found in e->found. */
static bool rule_holds(struct eval *e, const struct compiled_rule *c, int64_t *score)
{
    *score = 0;
    if (!eval_conditions(c->rule, e->index) || (c->match && !eval_part(e, c->match, FIELDS_TEXT)))
        return false;
    for (size_t i = 0; i < c->rule->clause_count; i++) {
        size_t before = e->found.count;
        if (eval_part(e, c->clauses[i], FIELDS_TEXT))
            *score += c->rule->clauses[i].score;
        if (c->rule->clauses[i].score <= 0) /* what speaks against the rule does not make it true */
            eval_forget_since(e, before);
    }
    return c->rule->clause_count == 0 || *score >= c->rule->threshold;
}

static struct hit make_hit(struct eval *e, const struct rule *r, int64_t score)
{
    struct hit hit = {.rule = r->id, .rule_title = r->title, .topic = r->topic, .labels = r->labels, .label_count = r->label_count,
                      .scored = r->clause_count > 0, .score = score};
    collect_mentions(&hit, e);
    snippet_make(&hit, e->index->item);
    return hit;
}

size_t match_item(const struct match *m, const struct item *item, const struct match_context *context, struct hit **hits)
{
    struct index index;
    struct eval e;
    size_t count = 0, capacity = 0;
    *hits = NULL;
    index_build(&index, item, context);
    eval_start(&e, &index, m->lists.count);
    for (size_t i = 0; i < m->rule_count; i++) {
        int64_t score;
        if (rule_holds(&e, &m->rules[i], &score)) {
            if (count == capacity) {
                size_t more = capacity ? capacity * 2 : 4;
                *hits = arena_grow(item->arena, *hits, capacity * sizeof **hits, more * sizeof **hits);
                capacity = more;
            }
            (*hits)[count++] = make_hit(&e, m->rules[i].rule, score);
        }
        eval_forget(&e);
    }
    eval_end(&e);
    index_free(&index);
    return count;
}

/* ---- Misses ---- */

struct missing {
    struct eval *e;
    struct arena *arena;
    struct sv *parts;
    size_t count, capacity;
};

static void add_missing(struct missing *m, struct sv part)
{
    if (m->count == m->capacity) {
        size_t more = m->capacity ? m->capacity * 2 : 4;
        m->parts = arena_grow(m->arena, m->parts, m->capacity * sizeof *m->parts, more * sizeof *m->parts);
        m->capacity = more;
    }
    m->parts[m->count++] = part;
}

static void add_node(struct missing *m, const struct node *n)
{
    struct buf text = {0};
    rule_print(n, &text);
    add_missing(m, sv_dup(m->arena, buf_view(&text)));
    buf_free(&text);
}

static bool holds(struct missing *m, const struct part *p, unsigned mask)
{
    bool good = eval_part(m->e, p, mask);
    eval_forget(m->e);
    return good;
}

/* Down to the smallest parts that are to blame: of an AND those that fail, of a NEAR or EXCEPT its first side that is not there
 * at all, else the whole. */
static void blame(struct missing *m, const struct part *p, unsigned mask)
{
    enum node_kind kind = p->node->kind;
    bool deeper = false;
    size_t sides = kind == NODE_AND || kind == NODE_NEAR ? p->count : kind == NODE_EXCEPT ? 1 : 0;
    for (size_t i = 0; i < sides; i++) {
        unsigned own = kind == NODE_AND ? mask : places_side_mask(p, i, mask);
        if (!holds(m, p->children[i], own)) {
            blame(m, p->children[i], own);
            deeper = true;
        }
    }
    if (!deeper)
        add_node(m, p->node);
}

static void blame_conditions(struct missing *m, const struct rule *r)
{
    struct rule lang = *r, outlets = *r;
    lang.outlet_count = outlets.lang_count = 0;
    if (!eval_conditions(&lang, m->e->index))
        add_missing(m, SV("lang"));
    if (!eval_conditions(&outlets, m->e->index))
        add_missing(m, SV("outlets"));
}

static void blame_score(struct missing *m, const struct compiled_rule *c)
{
    int64_t score = 0;
    for (size_t i = 0; i < c->rule->clause_count; i++)
        if (holds(m, c->clauses[i], FIELDS_TEXT))
            score += c->rule->clauses[i].score;
    if (c->rule->clause_count && score < c->rule->threshold)
        add_missing(m, sv_of(arena_printf(m->arena, "score %lld of %lld", (long long)score, (long long)c->rule->threshold)));
}

size_t match_missing(const struct match *match, size_t index, const struct item *item, const struct match_context *context, struct sv **parts)
{
    const struct compiled_rule *c = &match->rules[index];
    struct index x;
    struct eval e;
    struct missing m = {.e = &e, .arena = item->arena};
    index_build(&x, item, context);
    eval_start(&e, &x, match->lists.count);
    blame_conditions(&m, c->rule);
    if (c->match && !holds(&m, c->match, FIELDS_TEXT))
        blame(&m, c->match, FIELDS_TEXT);
    blame_score(&m, c);
    eval_end(&e);
    index_free(&x);
    *parts = m.parts;
    return m.count;
}
