#include "match/compiled.h"
#include "match/lint.h"

#include <stdlib.h>

struct match *match_compile(const struct rule *rules, size_t count, struct diags *diags)
{
    struct match *m = xcalloc(1, sizeof *m);
    inexacts_init(&m->inexacts);
    if (compile_rules(m, rules, count, diags)) {
        anchors_plant(m, diags);
        lint_rules(m, diags);
    } else {
        match_free(&m);
    }
    return m;
}

void match_free(struct match **m)
{
    if (!*m)
        return;
    inexacts_free(&(*m)->inexacts);
    lexicon_free(&(*m)->lexicon);
    table_free(&(*m)->lists);
    free((*m)->list_by_index);
    free((*m)->seeds);
    free((*m)->pairs);
    free((*m)->pair_filter);
    free((*m)->always);
    arena_free(&(*m)->arena);
    free(*m);
    *m = NULL;
}

/* ---- Hits ---- */

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
    return (struct mention){{p->term->written, p->term->written_size}, sv_range(t->bytes.p + start, t->bytes.p + end), t->field, t->index, start, end};
}

/* The same term at the same place, found by two branches, is one mention. */
static void collect_mentions(struct hit *hit, const struct eval *e)
{
    struct mention *list = arena_array(e->index->item->arena, e->found.count, sizeof *list);
    size_t kept = 0;
    for (size_t i = 0; i < e->found.count; i++)
        list[i] = mention_of(e->index, e->found.list[i]);
    if (e->found.count > 1)
        qsort(list, e->found.count, sizeof *list, mention_order);
    for (size_t i = 0; i < e->found.count; i++)
        if (kept == 0 || mention_order(&list[kept - 1], &list[i]) != 0)
            list[kept++] = list[i];
    hit->mentions = list;
    hit->mention_count = kept;
}

/* Both must hold: the match, and the sum of the clauses. Leaves what was found in e->found. */
static bool rule_holds(struct eval *e, const struct compiled_rule *c, int64_t *score)
{
    *score = 0;
    if ((c->conditional && !eval_conditions(c->rule, e->index)) || (c->match && !eval_part(e, c->match, FIELDS_TEXT)))
        return false;
    for (size_t i = 0; i < c->rule->clause_count; i++) {
        size_t before = e->found.count;
        if (eval_part(e, &c->clauses[i], FIELDS_TEXT))
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

struct hits {
    struct hit *list;
    size_t count, capacity;
};

static void try_rule(struct eval *e, const struct compiled_rule *c, struct hits *out)
{
    int64_t score;
    if (c->match && !eval_may_hold(e, c->match))
        return;
    if (rule_holds(e, c, &score)) {
        if (out->count == out->capacity) {
            size_t more = out->capacity ? out->capacity * 2 : 4;
            out->list = arena_grow(e->index->item->arena, out->list, out->capacity * sizeof *out->list, more * sizeof *out->list);
            out->capacity = more;
        }
        out->list[out->count++] = make_hit(e, c->rule, score);
    }
    eval_forget(e);
}

#define AHEAD 4 /* rules that are fetched from memory while one is tried */

size_t match_item(const struct match *m, const struct item *item, const struct match_context *context, struct hit **hits)
{
    struct index index;
    struct eval e;
    struct hits out = {0};
    index_build(&index, m, item, context);
    eval_start(&e, &index, m->lists.count);
    size_t count;
    const uint32_t *rules = anchors_find(m, &index, &count);
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&m->rules[rules[i + AHEAD]]);
        if (i + AHEAD / 2 < count && m->rules[rules[i + AHEAD / 2]].match)
            __builtin_prefetch(m->rules[rules[i + AHEAD / 2]].match);
        try_rule(&e, &m->rules[rules[i]], &out);
    }
    eval_end(&e);
    index_free(&index);
    *hits = out.list;
    return out.count;
}
