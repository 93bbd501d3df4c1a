#include "match/linting.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/hash.h"

size_t lint_tell(struct lint *l, enum truth truth, struct span where, struct span note, const char *note_text, const char *format, ...)
{
    va_list args;
    l->told = xgrow(l->told, l->told_count, &l->told_capacity, sizeof *l->told);
    va_start(args, format);
    const char *text = diag_full(l->diags, DIAG_WARNING) ? "" : arena_vprintf(&l->texts, format, args);
    va_end(args);
    l->told[l->told_count++] = (struct told){where, note, note_text, text, truth};
    return l->told_count;
}

static bool same_place(struct span a, struct span b)
{
    return a.source == b.source && a.start == b.start;
}

static bool was_told(const struct lint *l, size_t i)
{
    for (size_t k = i > DIAG_MOST_ERRORS ? i - DIAG_MOST_ERRORS : 0; k < i; k++)
        if (same_place(l->told[i].where, l->told[k].where))
            return true;
    return false;
}

/* Once for a place. `cause`: the finding, from 1, that makes the whole rule so. */
static void tell_all(struct lint *l, size_t cause)
{
    static const char *const rule_is[] = {"", "this rule never matches: ", "this rule matches every item: "};
    static const char *const part_is[] = {"", "this never holds: ", "this always holds: "};
    for (size_t i = 0; i < l->told_count; i++) {
        const struct told *f = &l->told[i];
        if (was_told(l, i))
            continue;
        diag_add(l->diags, DIAG_WARNING, f->where, "%s%s", (i + 1 == cause ? rule_is : part_is)[f->truth], f->text);
        if (f->note_text)
            diag_add(l->diags, DIAG_NOTE, f->note, "%s", f->note_text);
    }
    l->told_count = 0;
    arena_reset(&l->texts);
}

/* ---- Parts ---- */

static struct sense look_at_term(struct lint *l, const struct part *p, unsigned mask)
{
    uint64_t own = pool_key(p);
    uint32_t least = p->kind == NODE_LIST ? lint_list(l, p->list).least : p->probe->count;
    return (struct sense){.key = pool_mix(own, mask), .own = own, .least = least, .most = NO_END, .fields = mask};
}

uint64_t lint_key_of_meta(const struct node *n)
{
    uint64_t key = pool_mix(n->meta, 'm');
    for (size_t i = 0; i < n->text.n; i++)
        key = pool_mix(key, (unsigned char)ascii_lower(n->text.p[i]));
    return key;
}

static void decide(struct sense *s, enum truth truth, size_t cause)
{
    s->truth = truth;
    s->cause = cause;
}

/* What the members together are. */
static struct sense sum_up(const struct lint *l, size_t from, enum node_kind kind)
{
    enum truth one = kind == NODE_OR ? ALWAYS_HOLDS : NEVER_HOLDS, all = kind == NODE_OR ? NEVER_HOLDS : ALWAYS_HOLDS;
    if (l->member_count - from == 1)
        return l->members[from].sense;
    struct sense s = {.key = kind, .truth = all, .least = NO_END, .cause = l->members[from].sense.cause};
    for (size_t i = from; i < l->member_count; i++) {
        const struct sense *m = &l->members[i].sense;
        s.key += pool_mix(m->key, kind);
        s.least = m->least < s.least ? m->least : s.least;
        s.most = m->most > s.most ? m->most : s.most;
        s.fields |= m->fields;
        if (s.truth != one && m->truth != all)
            decide(&s, m->truth, m->cause);
    }
    return s;
}

static struct sense look_at_or(struct lint *l, const struct part *p, unsigned mask)
{
    size_t from = l->member_count;
    lint_gather(l, p, mask, NODE_OR);
    struct sense s = sum_up(l, from, NODE_OR);
    lint_repeats(l, from, NODE_OR);
    size_t cause = s.truth == MAY_HOLD ? lint_complement(l, from) : 0;
    if (cause)
        decide(&s, ALWAYS_HOLDS, cause);
    l->member_count = from;
    return s;
}

/* An AND; or any other part, as its only member. */
static struct sense look_at_all(struct lint *l, const struct part *p, unsigned mask, const struct rule *rule)
{
    size_t from = l->member_count;
    lint_gather(l, p, mask, NODE_AND);
    struct sense s = sum_up(l, from, NODE_AND);
    lint_repeats(l, from, NODE_AND);
    size_t cause = s.truth != NEVER_HOLDS ? lint_contradiction(l, from, rule) : 0;
    if (cause)
        decide(&s, NEVER_HOLDS, cause);
    l->member_count = from;
    return s;
}

static struct sense look_at_not(struct lint *l, const struct part *p, unsigned mask)
{
    struct sense s = lint_look(l, &p->children[0], mask);
    s.key = ~s.key;
    if (s.truth != MAY_HOLD)
        s.truth = s.truth == NEVER_HOLDS ? ALWAYS_HOLDS : NEVER_HOLDS;
    return s;
}

/* The sides may end at the furthest where one of them may; all stand side by side before that. */
static struct sense look_at_near(struct lint *l, const struct part *p, unsigned mask)
{
    struct sense s = {.key = pool_mix(pool_mix(p->near, p->n), 'n')};
    uint64_t least = 0;
    bool either = p->count == 2 && p->near != NEAR_ORDERED;
    for (size_t i = 0; i < p->count; i++) {
        struct sense side = lint_look(l, &p->children[i], places_side_mask(p, i, mask));
        s.key = either ? s.key + pool_mix(side.key, 'n') : pool_mix(s.key, side.key);
        least += side.least;
        s.most = side.most > s.most ? side.most : s.most;
        s.fields |= side.fields;
        if (side.truth == NEVER_HOLDS && s.truth == MAY_HOLD)
            decide(&s, NEVER_HOLDS, side.cause);
    }
    s.least = least < NO_END ? (uint32_t)least : NO_END - 1;
    if (s.truth == MAY_HOLD && s.least > s.most) {
        size_t cause = lint_tell(l, NEVER_HOLDS, p->node->where, (struct span){0}, NULL,
                                 "its sides are %u words at least, and must end within the first %u", s.least, s.most);
        decide(&s, NEVER_HOLDS, cause);
    }
    return s;
}

static struct sense look_at_except(struct lint *l, const struct part *p, unsigned mask)
{
    struct sense s = lint_look(l, &p->children[0], mask);
    uint64_t first = s.key;
    const struct part *same = NULL;
    s.key = pool_mix(s.key, 'x');
    for (size_t i = 1; i < p->count; i++) {
        struct sense side = lint_look(l, &p->children[i], places_side_mask(p, i, mask));
        s.key = pool_mix(s.key, side.key);
        same = side.key == first ? &p->children[i] : same;
    }
    if (s.truth == NEVER_HOLDS)
        return s;
    size_t cause = same ? lint_tell(l, NEVER_HOLDS, p->node->where, same->node->where, "this is the same", "EXCEPT takes every mention away")
                        : lint_taken(l, p, mask);
    if (cause)
        decide(&s, NEVER_HOLDS, cause);
    return s;
}

/* Alternatives that are longer than what FIRST leaves them. */
static void tell_too_long(struct lint *l, const struct part *p, uint32_t n)
{
    if (p->kind == NODE_FIELD || p->kind == NODE_OR)
        for (size_t i = 0; i < p->count; i++)
            tell_too_long(l, &p->children[i], n);
    else if (p->kind == NODE_TERM && p->probe->count > n)
        lint_tell(l, NEVER_HOLDS, p->node->where, (struct span){0}, NULL, "it is %u words, and FIRST/%u ends before", p->probe->count, n);
}

static struct sense look_at_first(struct lint *l, const struct part *p, unsigned mask)
{
    struct sense s = lint_look(l, &p->children[0], mask);
    s.key = pool_mix(pool_mix(s.key, p->n), 'f');
    s.most = p->n < s.most ? p->n : s.most;
    if (s.truth != MAY_HOLD)
        return s;
    if (s.least <= s.most) {
        tell_too_long(l, &p->children[0], p->n);
        return s;
    }
    size_t cause = lint_tell(l, NEVER_HOLDS, p->node->where, (struct span){0}, NULL,
                             "what it holds is %u words at least, and must end within the first %u", s.least, s.most);
    decide(&s, NEVER_HOLDS, cause);
    return s;
}

/* Side by side, in fields of which an item has one each, there is only so much room. */
static struct sense look_at_atleast(struct lint *l, const struct part *p, unsigned mask)
{
    const unsigned many = FIELD_BIT(ITEM_AUTHOR) | FIELD_BIT(ITEM_CATEGORY);
    struct sense s = lint_look(l, &p->children[0], mask);
    s.key = pool_mix(pool_mix(s.key, p->n), 'a');
    if (s.truth != MAY_HOLD || s.most == NO_END || (s.fields & many) || s.least == 0)
        return s;
    uint64_t room = (uint64_t)(s.most / s.least) * (unsigned)__builtin_popcount(s.fields);
    if (room < p->n) {
        size_t cause = lint_tell(l, NEVER_HOLDS, p->node->where, (struct span){0}, NULL,
                                 "there is room for %u mentions at most within the first words", (unsigned)room);
        decide(&s, NEVER_HOLDS, cause);
    }
    return s;
}

struct sense lint_look(struct lint *l, const struct part *p, unsigned mask)
{
    switch (p->kind) {
    case NODE_TERM: case NODE_LIST: return look_at_term(l, p, mask);
    case NODE_META: return (struct sense){.key = lint_key_of_meta(p->node), .most = NO_END};
    case NODE_FIELD: return lint_look(l, &p->children[0], p->fields);
    case NODE_OR: return look_at_or(l, p, mask);
    case NODE_AND: return look_at_all(l, p, mask, NULL);
    case NODE_NOT: return look_at_not(l, p, mask);
    case NODE_NEAR: return look_at_near(l, p, mask);
    case NODE_EXCEPT: return look_at_except(l, p, mask);
    case NODE_FIRST: return look_at_first(l, p, mask);
    default: return look_at_atleast(l, p, mask);
    }
}

/* ---- Rules ---- */

static struct sense look_at_score(struct lint *l, const struct compiled_rule *c)
{
    const struct rule *r = c->rule;
    struct sense s = {0};
    int64_t lowest = 0, highest = 0;
    for (size_t i = 0; i < r->clause_count; i++) {
        enum truth truth = look_at_all(l, &c->clauses[i], FIELDS_TEXT, r).truth;
        int64_t score = r->clauses[i].score;
        if (truth == ALWAYS_HOLDS || (truth == MAY_HOLD && score < 0))
            lowest += score;
        if (truth == ALWAYS_HOLDS || (truth == MAY_HOLD && score > 0))
            highest += score;
    }
    if (highest < r->threshold) {
        size_t cause = lint_tell(l, NEVER_HOLDS, r->clauses[0].where, (struct span){0}, NULL,
                                 "its clauses make %lld at most, and the threshold is %lld", (long long)highest, (long long)r->threshold);
        decide(&s, NEVER_HOLDS, cause);
    } else if (lowest >= r->threshold && !r->match) { /* beside a match the score may be there to be read */
        size_t cause = lint_tell(l, ALWAYS_HOLDS, r->clauses[0].where, (struct span){0}, NULL,
                                 "its clauses make %lld at least, and the threshold is %lld", (long long)lowest, (long long)r->threshold);
        decide(&s, ALWAYS_HOLDS, cause);
    } else if (lowest >= r->threshold) {
        decide(&s, ALWAYS_HOLDS, 0);
    }
    return s;
}

static uint64_t hash_all(uint64_t key, const struct sv *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        key = pool_mix(key, hash_fast(list[i]));
    return pool_mix(key, count);
}

/* The same conditions under another id, and nothing else that would tell the alerts of the two apart. */
static void find_twin(struct lint *l, const struct compiled_rule *c, uint64_t key)
{
    const struct rule *r = c->rule;
    const struct sv texts[] = {r->title, r->topic};
    key = pool_mix(hash_all(hash_all(key, texts, 2), r->labels, r->label_count), r->updates);
    key = hash_all(hash_all(key, r->langs, r->lang_count), r->outlets, r->outlet_count);
    struct pool rules = {.match = l->m, .table = &l->twins};
    const struct part *twin = pool_add(&rules, key, c->match, 0);
    if (twin)
        lint_tell(l, MAY_HOLD, c->match->node->where, twin->node->where, "that one is here", "this rule says the same as another one");
}

static void lint_rule(struct lint *l, const struct compiled_rule *c)
{
    const struct rule *r = c->rule;
    struct sense match = {.truth = ALWAYS_HOLDS}, score = match;
    if (c->match)
        match = look_at_all(l, c->match, FIELDS_TEXT, r);
    if (r->clause_count)
        score = look_at_score(l, c);
    struct sense whole = score.truth == NEVER_HOLDS || !c->match ? score : match;
    if (whole.truth == ALWAYS_HOLDS && (score.truth != ALWAYS_HOLDS || r->lang_count || r->outlet_count))
        whole = (struct sense){0};
    bool explained = whole.cause && l->told[whole.cause - 1].truth == whole.truth;
    if (whole.truth != MAY_HOLD && !explained)
        whole.cause = lint_tell(l, whole.truth, r->match ? r->match->where : r->where, (struct span){0}, NULL, "what NOT excludes %s holds",
                                whole.truth == NEVER_HOLDS ? "always" : "never");
    if (c->match && !r->clause_count)
        find_twin(l, c, match.key);
    tell_all(l, whole.cause);
}

void lint_rules(const struct match *m, struct diags *diags)
{
    struct lint l = {.m = m, .diags = diags};
    l.lists = xcalloc(m->lists.count + 1, sizeof *l.lists);
    l.list_senses = xcalloc(m->lists.count + 1, sizeof *l.list_senses);
    pool_clear(&l.twins, m->rule_count);
    for (size_t i = 0; i < m->rule_count; i++)
        lint_rule(&l, &m->rules[i]);
    arena_free(&l.texts);
    free(l.told);
    free(l.members);
    free(l.table.entries);
    free(l.listed.entries);
    free(l.twins.entries);
    free(l.lists);
    free(l.list_senses);
}
