/* The referee: what the rule language says of a rule and an item, as plainly as it can be computed. Each rule on its own; a mention
 * is a span of words with the set of terms' places that made it, in all ways; all pairs of mentions are tried. It stands on rule.h's
 * tree and on nothing of what compiles and evaluates rules. */
#ifndef REFEREE_H
#define REFEREE_H

#include "terms.h"

#define LEAVES_MOST 512    /* places of terms that one rule may find in one item */
#define PAIRS_MOST 30000   /* pairs that one step may try: below what any engine may cut short */
#define STEPS_MOST 10000   /* parts that one judgement may visit: lists that name lists twice would multiply */

struct leaf {
    const struct node *term;
    size_t text, first, last;
};

struct leaves {
    uint64_t bits[LEAVES_MOST / 64];
};

struct spoken {              /* a mention: words first to last of a text */
    size_t text, first, last;
    struct leaves leaves;
};

struct spokens {
    struct spoken *list;
    size_t count, capacity;
};

struct referee {
    struct arena *arena;     /* of the rules: what terms ask */
    struct asked *asked;
    const struct reading *reading;
    struct arena work;       /* of one judgement */
    struct leaf leaf[LEAVES_MOST];
    size_t leaf_count, steps;
    bool immense;            /* beyond the limits above: no judgement */
};

struct judgement {
    bool holds, immense;
    int64_t score;
    struct mention *mentions; /* ordered by field, index, start, end, term */
    size_t mention_count;
};

/* ---- Sets ---- */

static inline void unite(struct leaves *to, const struct leaves *from)
{
    for (size_t i = 0; i < LEAVES_MOST / 64; i++)
        to->bits[i] |= from->bits[i];
}

/* The same span made in another way is the same mention. */
static inline void speak(struct referee *r, struct spokens *out, const struct spoken *s)
{
    for (size_t i = 0; i < out->count; i++) {
        struct spoken *o = &out->list[i];
        if (o->text == s->text && o->first == s->first && o->last == s->last) {
            unite(&o->leaves, &s->leaves);
            return;
        }
    }
    if (out->count == out->capacity) {
        size_t more = out->capacity ? out->capacity * 2 : 8;
        out->list = arena_grow(&r->work, out->list, out->count * sizeof *out->list, more * sizeof *out->list);
        out->capacity = more;
    }
    out->list[out->count++] = *s;
}

static inline size_t leaf_number(struct referee *r, const struct leaf *l)
{
    size_t i = 0;
    while (i < r->leaf_count && !(r->leaf[i].text == l->text && r->leaf[i].first == l->first && r->leaf[i].last == l->last &&
                                  sv_eq(r->leaf[i].term->written, l->term->written)))
        i++;
    if (i == LEAVES_MOST) {
        r->immense = true;
        return 0;
    }
    if (i == r->leaf_count)
        r->leaf[r->leaf_count++] = *l;
    return i;
}

/* ---- Fields ---- */

/* The fields that a part names; what EXCEPT takes away says nothing of where the part is. */
static inline unsigned named_fields(const struct node *n)
{
    unsigned fields = n->kind == NODE_FIELD ? n->fields : 0;
    for (size_t i = 0; n->kind != NODE_FIELD && i < (n->kind == NODE_EXCEPT ? 1 : n->child_count); i++)
        fields |= named_fields(n->children[i]);
    return fields;
}

/* Does some term of the part stand in no field? Not in a NEAR where another side names one. */
static inline bool is_open(const struct node *n)
{
    bool near = n->kind == NODE_NEAR && named_fields(n), open = n->child_count == 0;
    if (n->kind == NODE_FIELD)
        return false;
    for (size_t i = 0; i < (n->kind == NODE_EXCEPT ? 1 : n->child_count); i++)
        open = open || (is_open(n->children[i]) && !(near && !named_fields(n->children[i])));
    return open;
}

/* A side of a NEAR that names no field takes the other's, one of an EXCEPT is looked for where the first side is. */
static inline unsigned side_fields(const struct node *chain, size_t side, unsigned fields)
{
    unsigned named = named_fields(chain);
    if (named_fields(chain->children[side]) || !named || (chain->kind == NODE_EXCEPT && side == 0))
        return fields;
    return named | (chain->kind == NODE_EXCEPT || is_open(chain) ? fields : 0);
}

/* ---- What has mentions ---- */

static inline struct spokens mentions_in(struct referee *, const struct node *, unsigned fields);

static inline struct spokens term_mentions(struct referee *r, const struct node *n, unsigned fields)
{
    struct spokens out = {0};
    struct asked *asked = r->asked;
    while (asked && asked->node != n)
        asked = asked->next;
    if (!asked) {
        asked = ask(n, r->arena);
        asked->next = r->asked;
        r->asked = asked;
    }
    for (size_t t = 0; t < r->reading->count; t++) {
        const struct read_text *text = &r->reading->texts[t];
        for (size_t at = 0; (fields & FIELD_BIT(text->field)) && at < text->count; at++) {
            size_t count = term_fits(asked, text, at, r->reading->language, &r->work);
            if (count == 0)
                continue;
            struct spoken s = {.text = t, .first = at, .last = at + count - 1};
            size_t leaf = leaf_number(r, &(struct leaf){n, t, s.first, s.last});
            s.leaves.bits[leaf / 64] |= 1ull << leaf % 64;
            speak(r, &out, &s);
        }
    }
    return out;
}

static inline bool near_enough(const struct referee *r, const struct node *n, const struct spoken *a, const struct spoken *b)
{
    const struct spoken *before = a->first < b->first ? a : b, *after = before == a ? b : a;
    const struct read_word *words = r->reading->texts[a->text].words;
    if (a->text != b->text || before->last >= after->first)
        return false;
    switch (n->near) {
    case NEAR_SENTENCE: return words[before->first].sentence == words[after->last].sentence;
    case NEAR_PARAGRAPH: return words[before->first].paragraph == words[after->last].paragraph;
    case NEAR_ORDERED: return before == a && after->first - before->last - 1 <= n->n;
    default: return after->first - before->last - 1 <= n->n;
    }
}

static inline struct spokens near_mentions(struct referee *r, const struct node *n, unsigned fields)
{
    struct spokens so_far = mentions_in(r, n->children[0], side_fields(n, 0, fields));
    for (size_t c = 1; c < n->child_count; c++) {
        struct spokens side = mentions_in(r, n->children[c], side_fields(n, c, fields)), out = {0};
        if (so_far.count * side.count > PAIRS_MOST)
            r->immense = true;
        for (size_t i = 0; i < so_far.count && !r->immense; i++)
            for (size_t k = 0; k < side.count; k++) {
                const struct spoken *a = &so_far.list[i], *b = &side.list[k];
                if (!near_enough(r, n, a, b))
                    continue;
                struct spoken s = {a->text, a->first < b->first ? a->first : b->first, a->last > b->last ? a->last : b->last, a->leaves};
                unite(&s.leaves, &b->leaves);
                speak(r, &out, &s);
            }
        so_far = out;
    }
    return so_far;
}

static inline bool lies_in_any(const struct spoken *s, const struct spokens *outer)
{
    for (size_t i = 0; i < outer->count; i++)
        if (outer->list[i].text == s->text && outer->list[i].first <= s->first && s->last <= outer->list[i].last)
            return true;
    return false;
}

static inline struct spokens except_mentions(struct referee *r, const struct node *n, unsigned fields)
{
    struct spokens left = mentions_in(r, n->children[0], fields);
    for (size_t c = 1; c < n->child_count; c++) {
        struct spokens outer = mentions_in(r, n->children[c], side_fields(n, c, fields)), out = {0};
        for (size_t i = 0; i < left.count; i++)
            if (!lies_in_any(&left.list[i], &outer))
                speak(r, &out, &left.list[i]);
        left = out;
    }
    return left;
}

static inline struct spokens mentions_in(struct referee *r, const struct node *n, unsigned fields)
{
    struct spokens out = {0}, some;
    r->immense = r->immense || ++r->steps > STEPS_MOST;
    if (r->immense)
        return out;
    switch (n->kind) {
    case NODE_TERM: return term_mentions(r, n, fields);
    case NODE_LIST: return mentions_in(r, n->list->body, fields);
    case NODE_FIELD: return mentions_in(r, n->children[0], n->fields);
    case NODE_NEAR: return near_mentions(r, n, fields);
    case NODE_EXCEPT: return except_mentions(r, n, fields);
    case NODE_FIRST:
        some = mentions_in(r, n->children[0], fields);
        for (size_t i = 0; i < some.count; i++)
            if (some.list[i].last < n->n)
                speak(r, &out, &some.list[i]);
        return out;
    default: /* OR */
        for (size_t c = 0; c < n->child_count; c++) {
            some = mentions_in(r, n->children[c], fields);
            for (size_t i = 0; i < some.count; i++)
                speak(r, &out, &some.list[i]);
        }
        return out;
    }
}

/* ---- What is true ---- */

/* As many mentions as stand side by side: the best that ends by each word, from the text's first word on. */
static inline size_t most_apart(const struct spokens *all, size_t text, size_t words, struct arena *a)
{
    size_t *best = arena_array(a, words + 1, sizeof *best);
    for (size_t end = 1; end <= words; end++) {
        best[end] = best[end - 1];
        for (size_t i = 0; i < all->count; i++) {
            const struct spoken *s = &all->list[i];
            if (s->text == text && s->last + 1 == end && best[s->first] + 1 > best[end])
                best[end] = best[s->first] + 1;
        }
    }
    return best[words];
}

static inline bool holds_often(struct referee *r, const struct node *n, unsigned fields, struct leaves *found)
{
    struct spokens all = mentions_in(r, n->children[0], fields);
    size_t count = 0;
    for (size_t t = 0; t < r->reading->count; t++)
        if (!r->reading->texts[t].repeated)
            count += most_apart(&all, t, r->reading->texts[t].count, &r->work);
    if (count < n->n)
        return false;
    for (size_t i = 0; i < all.count; i++)
        if (!r->reading->texts[all.list[i].text].repeated)
            unite(found, &all.list[i].leaves);
    return true;
}

static inline bool meta_holds(const struct reading *reading, const struct node *n)
{
    const struct match_context *c = reading->context;
    struct sv is = n->meta == META_LANG ? primary_subtag(reading->language) : n->meta == META_OUTLET ? c->outlet : n->meta == META_FEED ? c->feed : c->country;
    return is.n && sv_eq_nocase(is, n->text);
}

/* Does it hold something that is true or false and has no mentions? */
static inline bool is_condition(const struct node *n)
{
    bool any = n->kind == NODE_AND || n->kind == NODE_NOT || n->kind == NODE_META || n->kind == NODE_ATLEAST;
    for (size_t i = 0; i < n->child_count; i++)
        any = any || is_condition(n->children[i]);
    return any;
}

/* Adds to `found`, when it is true, the places of terms that make it so. */
static inline bool is_true(struct referee *r, const struct node *n, unsigned fields, struct leaves *found)
{
    struct leaves mine = {0};
    bool any = false, all = true;
    if (!is_condition(n)) {
        struct spokens spoken = mentions_in(r, n, fields);
        for (size_t i = 0; i < spoken.count; i++)
            unite(found, &spoken.list[i].leaves);
        return spoken.count > 0;
    }
    switch (n->kind) {
    case NODE_META: return meta_holds(r->reading, n);
    case NODE_NOT: return !is_true(r, n->children[0], fields, &mine);
    case NODE_ATLEAST: return holds_often(r, n, fields, found);
    case NODE_FIELD: return is_true(r, n->children[0], n->fields, found);
    default: break;
    }
    for (size_t i = 0; i < n->child_count; i++) {
        bool good = is_true(r, n->children[i], fields, &mine);
        any = any || good;
        all = all && good;
    }
    bool good = n->kind == NODE_AND ? all : any;
    if (good)
        unite(found, &mine);
    return good;
}

/* ---- Rules ---- */

static inline bool fits_rule(const struct reading *reading, const struct rule *rule)
{
    bool lang = rule->lang_count == 0, outlet = rule->outlet_count == 0;
    for (size_t i = 0; i < rule->lang_count; i++)
        lang = lang || sv_eq_nocase(primary_subtag(reading->language), rule->langs[i]);
    for (size_t i = 0; i < rule->outlet_count; i++)
        outlet = outlet || sv_eq_nocase(reading->context->outlet, rule->outlets[i]);
    return lang && outlet;
}

static inline int judged_order(const void *x, const void *y)
{
    const struct mention *a = x, *b = y;
    int fields = (int)a->field - (int)b->field, indices = (int)a->index - (int)b->index;
    int starts = (a->start > b->start) - (a->start < b->start), ends = (a->end > b->end) - (a->end < b->end);
    return fields ? fields : indices ? indices : starts ? starts : ends ? ends : sv_cmp(a->term, b->term);
}

static inline struct sv field_of(const struct item *item, enum item_field field, unsigned index)
{
    struct sv whole[ITEM_FIELDS] = {[ITEM_TITLE] = item->title, [ITEM_SUMMARY] = item->summary, [ITEM_CONTENT] = item->content_text, [ITEM_URL] = item->url};
    return field == ITEM_AUTHOR ? item->authors[index] : field == ITEM_CATEGORY ? item->tags[index] : whole[field];
}

/* Two terms' places may be one in a URL, where a label or %XX is told whole: each is told once. */
static inline void name_mentions(const struct referee *r, const struct leaves *found, struct judgement *j, struct arena *a)
{
    j->mentions = arena_array(a, r->leaf_count, sizeof *j->mentions);
    for (size_t i = 0; i < r->leaf_count; i++) {
        const struct leaf *l = &r->leaf[i];
        const struct read_text *t = &r->reading->texts[l->text];
        size_t start = t->words[l->first].start, end = t->words[l->last].end;
        struct sv field = field_of(r->reading->item, t->field, t->index);
        struct mention m = {l->term->written, sv_range(field.p + start, field.p + end), t->field, t->index, start, end};
        bool told = !(found->bits[i / 64] >> i % 64 & 1);
        for (size_t k = 0; k < j->mention_count; k++)
            told = told || judged_order(&j->mentions[k], &m) == 0;
        if (!told)
            j->mentions[j->mention_count++] = m;
    }
    if (j->mention_count > 1)
        qsort(j->mentions, j->mention_count, sizeof *j->mentions, judged_order);
}

/* `r->arena` is set, all else of it zeroed before the first call; it may be used for rules of one set and many items. What the
 * judgement holds lives in `a`. */
static inline struct judgement judge(struct referee *r, const struct rule *rule, const struct reading *reading, struct arena *a)
{
    struct judgement j = {0};
    struct leaves found = {0};
    r->reading = reading;
    r->leaf_count = r->steps = 0;
    r->immense = false;
    bool good = fits_rule(reading, rule) && (!rule->match || is_true(r, rule->match, FIELDS_TEXT, &found));
    for (size_t i = 0; good && i < rule->clause_count; i++) {
        struct leaves against = {0};
        int64_t score = rule->clauses[i].score;
        if (is_true(r, rule->clauses[i].expr, FIELDS_TEXT, score > 0 ? &found : &against))
            j.score += score;
    }
    j.holds = good && (rule->clause_count == 0 || j.score >= rule->threshold);
    j.immense = r->immense;
    if (j.holds)
        name_mentions(r, &found, &j, a);
    arena_reset(&r->work);
    return j;
}

#endif
