/* Why a rule misses an item: down its tree to the smallest parts that are to blame. */
#include <stdlib.h>

#include "base/utf8.h"
#include "match/missing.h"

#define PARTS_MOST 16      /* that are told of one rule */
#define PART_BYTES 200     /* of a part's text */
#define CLAUSES_MOST 8     /* of a score, told on each side */
#define CLAUSE_BYTES 60
#define WORDS_MOST 20000000

struct told {
    struct missing list[PARTS_MOST];
    size_t count; /* also of those that have no room */
};

static void tell(struct told *told, struct sv part, struct sv reason)
{
    if (told->count < PARTS_MOST)
        told->list[told->count] = (struct missing){part, reason};
    told->count++;
}

static void tell_all(struct told *told, const struct told *more)
{
    for (size_t i = 0; i < more->count && i < PARTS_MOST; i++)
        tell(told, more->list[i].part, more->list[i].reason);
    told->count += more->count > PARTS_MOST ? more->count - PARTS_MOST : 0;
}

bool missing_holds(struct match_explainer *x, const struct part *p, unsigned mask)
{
    eval_forget(&x->eval);
    bool good = eval_part(&x->eval, p, mask);
    eval_forget(&x->eval);
    return good;
}

struct sv missing_text(struct match_explainer *x, const struct node *n, const struct node *field, size_t most)
{
    struct buf text = {0};
    struct node *child = (struct node *)n, within;
    if (field) {
        within = *field;
        within.children = &child;
        n = &within;
    }
    rule_print(n, &text);
    struct sv all = buf_view(&text), head = all.n > most ? utf8_cut(all, most) : all;
    struct sv copy = sv_of(arena_printf(&x->arena, "%.*s%s", SV_ARG(head), head.n < all.n ? "…" : ""));
    buf_free(&text);
    return copy;
}

static struct sv part_text(struct match_explainer *x, const struct part *p, struct scope s)
{
    return missing_text(x, p->node, s.field, PART_BYTES);
}

/* ---- The tree ---- */

/* Adds the parts that are to blame; returns how near this one, which is false, is to being true. */
static unsigned blame(struct match_explainer *, const struct part *, struct scope, struct told *);

static unsigned blame_absent(struct match_explainer *x, const struct part *p, struct scope s, struct told *told)
{
    struct sv reason;
    unsigned near = reason_absent(x, p, s, &reason);
    tell(told, part_text(x, p, s), reason);
    return near;
}

/* Of alternatives that are all false the nearest is told, or the whole when none is near. */
static unsigned blame_or(struct match_explainer *x, const struct part *p, struct scope s, struct told *told)
{
    struct told best, branch;
    unsigned nearest = 0;
    for (size_t i = 0; i < p->count; i++) {
        struct arena_mark before = arena_mark(&x->arena);
        branch.count = 0;
        unsigned near = blame(x, missing_child(p, i), s, &branch);
        if (near >= NEAR_ENOUGH && near > nearest) {
            best = branch;
            nearest = near;
        } else {
            arena_rewind(&x->arena, before);
        }
    }
    if (!nearest)
        return blame_absent(x, p, s, told);
    if (!sv_ends(best.list[0].reason, SV("alternatives)"))) /* an OR within an OR is told once */
        best.list[0].reason = sv_of(arena_printf(&x->arena, "%.*s (the nearest of %u alternatives)", SV_ARG(best.list[0].reason), p->count));
    tell_all(told, &best);
    return nearest;
}

/* What an item must have for a part to come near: a NOT and a condition on the item are true of most. */
static bool is_positive(const struct part *p)
{
    return p->node->kind != NODE_NOT && p->node->kind != NODE_META;
}

static unsigned blame_and(struct match_explainer *x, const struct part *p, struct scope s, struct told *told)
{
    unsigned sum = 0, positive = 0;
    for (size_t i = 0; i < p->count; i++) {
        const struct part *side = missing_child(p, i);
        unsigned near = missing_holds(x, side, s.mask) ? 100 : blame(x, side, s, told);
        positive += is_positive(side);
        sum += is_positive(side) ? near : 0;
    }
    unsigned near = positive ? sum / positive : NEAR_DENIED;
    return near < 90 ? near : 90;
}

static unsigned blame_near(struct match_explainer *x, const struct part *p, struct scope s, struct told *told)
{
    unsigned sum = 0;
    for (size_t i = 0; i < p->count; i++) {
        struct scope own = {places_side_mask(p, i, s.mask), s.field};
        const struct part *side = missing_child(p, i);
        sum += missing_holds(x, side, own.mask) ? 100 : blame(x, side, own, told);
    }
    if (sum < 100 * p->count)
        return sum * 7 / 10 / (unsigned)p->count;
    tell(told, part_text(x, p, s), reason_apart(x, p, s));
    return NEAR_ALMOST;
}

static unsigned blame_atleast(struct match_explainer *x, const struct part *p, struct scope s, struct told *told)
{
    unsigned count;
    struct sv reason = reason_too_few(x, p, s, &count);
    tell(told, part_text(x, p, s), reason);
    return NEAR_DENIED + NEAR_DENIED * count / p->node->n;
}

static unsigned blame(struct match_explainer *x, const struct part *p, struct scope s, struct told *told)
{
    enum node_kind kind = p->node->kind;
    if ((kind == NODE_EXCEPT || kind == NODE_ATLEAST || kind == NODE_FIRST) && !missing_holds(x, missing_child(p, 0), s.mask))
        return blame(x, missing_child(p, 0), s, told);
    switch (kind) {
    case NODE_OR: return blame_or(x, p, s, told);
    case NODE_AND: return blame_and(x, p, s, told);
    case NODE_NEAR: return blame_near(x, p, s, told);
    case NODE_ATLEAST: return blame_atleast(x, p, s, told);
    case NODE_EXCEPT: tell(told, part_text(x, p, s), reason_excepted(x, p, s)); return NEAR_ALMOST;
    case NODE_FIRST: tell(told, part_text(x, p, s), reason_too_late(x, p, s)); return NEAR_ALMOST;
    case NODE_FIELD: return blame(x, missing_child(p, 0), (struct scope){p->node->fields, p->node}, told);
    case NODE_NOT: tell(told, part_text(x, p, s), reason_denied(x, p, s)); return NEAR_DENIED;
    case NODE_META: tell(told, part_text(x, p, s), reason_meta(x, p->node->meta)); return 0;
    default: return blame_absent(x, p, s, told);
    }
}

/* ---- The rule around it ---- */

static struct sv directive(struct match_explainer *x, const char *name, const struct sv *values, size_t count)
{
    struct buf text = {0};
    buf_str(&text, name);
    for (size_t i = 0; i < count && text.n < PART_BYTES; i++)
        buf_printf(&text, " %.*s", SV_ARG(values[i]));
    struct sv copy = sv_dup(&x->arena, buf_view(&text));
    buf_free(&text);
    return copy;
}

static void blame_conditions(struct match_explainer *x, const struct rule *r, struct told *told)
{
    struct rule lang = *r, outlets = *r;
    lang.outlet_count = outlets.lang_count = 0;
    if (!eval_conditions(&lang, &x->index))
        tell(told, directive(x, "lang", r->langs, r->lang_count), reason_meta(x, META_LANG));
    if (!eval_conditions(&outlets, &x->index))
        tell(told, directive(x, "outlets", r->outlets, r->outlet_count), reason_meta(x, META_OUTLET));
}

struct clauses {
    struct buf text;
    size_t count;
};

static void add_clause(struct match_explainer *x, const struct clause *c, struct clauses *out)
{
    if (out->count < CLAUSES_MOST)
        buf_printf(&out->text, "%s%+lld %.*s", out->count ? ", " : "", (long long)c->score, SV_ARG(missing_text(x, c->expr, NULL, CLAUSE_BYTES)));
    else if (out->count == CLAUSES_MOST)
        buf_str(&out->text, ", …");
    out->count++;
}

static void blame_score(struct match_explainer *x, const struct compiled_rule *c, struct miss *miss, struct told *told)
{
    const struct rule *r = c->rule;
    struct clauses counted = {0}, not = {0};
    miss->scored = r->clause_count > 0;
    for (size_t i = 0; i < r->clause_count; i++) {
        bool good = missing_holds(x, &c->clauses[i], FIELDS_TEXT);
        miss->score += good ? r->clauses[i].score : 0;
        if (good || r->clauses[i].score > 0) /* what speaks against the rule, and is not there, is no reason */
            add_clause(x, &r->clauses[i], good ? &counted : &not);
    }
    if (miss->scored && miss->score < r->threshold)
        tell(told, sv_of(arena_printf(&x->arena, "score %lld of %lld", (long long)miss->score, (long long)r->threshold)),
             sv_of(arena_printf(&x->arena, "counted: %s%s%s", counted.count ? buf_cstr(&counted.text) : "none", not.count ? "; not: " : "",
                                buf_cstr(&not.text))));
    buf_free(&counted.text);
    buf_free(&not.text);
}

static const struct missing *keep(struct match_explainer *x, struct told *told, size_t *count)
{
    if (told->count > PARTS_MOST) {
        size_t more = told->count - PARTS_MOST + 1;
        told->list[PARTS_MOST - 1] = (struct missing){SV("…"), sv_of(arena_printf(&x->arena, "%zu more parts are missing", more))};
    }
    *count = told->count < PARTS_MOST ? told->count : PARTS_MOST;
    return memcpy(arena_array(&x->arena, PARTS_MOST, sizeof *told->list), told->list, *count * sizeof *told->list);
}

struct match_explainer *match_explain(const struct match *match, const struct item *item, const struct match_context *context)
{
    struct match_explainer *x = xcalloc(1, sizeof *x);
    x->match = match;
    index_build(&x->index, match, item, context);
    eval_start(&x->eval, &x->index, match->lists.count);
    return x;
}

struct miss match_miss(struct match_explainer *x, size_t index)
{
    const struct compiled_rule *c = &x->match->rules[index];
    struct miss miss = {0};
    struct told told;
    told.count = 0;
    arena_reset(&x->arena);
    x->words_left = WORDS_MOST;
    blame_conditions(x, c->rule, &told);
    if (c->match && !missing_holds(x, c->match, FIELDS_TEXT))
        blame(x, c->match, (struct scope){FIELDS_TEXT, NULL}, &told);
    blame_score(x, c, &miss, &told);
    miss.parts = keep(x, &told, &miss.count);
    return miss;
}

void match_explain_end(struct match_explainer **x)
{
    if (!*x)
        return;
    eval_end(&(*x)->eval);
    index_free(&(*x)->index);
    arena_free(&(*x)->arena);
    free(*x);
    *x = NULL;
}
