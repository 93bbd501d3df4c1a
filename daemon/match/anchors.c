/* Which rules an item can satisfy at all. Each rule is put on the lookout ("planted") for something that an item must hold for it, the
 * rarest there is: two words next to each other where it can be, since few texts hold both so. What an item then costs are its own
 * words and pairs of words, and the rules of which it holds what they wait for; other rules are never looked at. */
#include <stdlib.h>

#include "match/compiled.h"

#define NEVER 1e30 /* the cost of what no word need be there for */

/* ---- How often is it there? ---- */

#define PRIOR_WORDS 2000.0 /* terms' words that weigh as much as what letters tell */
#define BOUND 30.0         /* so much oftener than by chance words stand next to each other that a rule names together */
#define TEXT_WORDS 500.0

/* The part of all words of texts that is this one: long words are rarer, and what many rules speak of many texts do. */
static double word_share(const struct match *m, uint32_t number)
{
    static const double by_letters[] = {1e-3, 1e-3, 2e-3, 1e-3, 5e-4, 3e-4, 2e-4, 1.5e-4, 8e-5};
    const struct lexeme *word = lexicon_at(&m->lexicon, number);
    size_t letters = 0;
    for (size_t i = 0; i < word->size && letters < 8; i++)
        letters += ((unsigned char)word->text[i] & 0xC0) != 0x80;
    return (word->uses + PRIOR_WORDS * by_letters[letters]) / ((double)m->used + PRIOR_WORDS);
}

static double inexact_share(const struct match *m, uint32_t number)
{
    const struct inexact *x = &m->inexacts.list[number & ~INEXACT];
    return x->kind == INEXACT_REGEX ? 1e-2 : x->text.n > 8 ? 1e-3 : 5e-3;
}

/* What of a term is looked out for. */
struct anchor {
    size_t at;       /* its word */
    bool pair;       /* and the one behind it */
    double cost;     /* how often a text has it */
};

static struct anchor anchor_of(const struct match *m, const struct probe *p)
{
    struct anchor best = {0, false, NEVER};
    double before = 0;
    for (size_t i = 0; i < p->count; i++) {
        bool inexact = p->numbers[i] & INEXACT, pair = before > 0 && !inexact;
        double share = inexact ? inexact_share(m, p->numbers[i]) : word_share(m, p->numbers[i]);
        double cost = TEXT_WORDS * (pair ? share * before * BOUND : share);
        if (cost < best.cost || (pair && !best.pair))
            best = (struct anchor){i - pair, pair, cost};
        before = inexact ? 0 : share;
    }
    return best;
}

static double cost_of(const struct match *, const struct part *);

static double cost_of_all(const struct match *m, const struct part *p)
{
    double sum = 0;
    for (size_t i = 0; i < p->count; i++) {
        double cost = cost_of(m, &p->children[i]);
        if (cost >= NEVER)
            return NEVER;
        sum += cost;
    }
    return sum;
}

/* The child of which an item must hold something anyway and seldom does; p->count: there is none. */
static size_t rarest(const struct match *m, const struct part *p, double *cost)
{
    size_t best = p->count;
    *cost = NEVER;
    for (size_t i = 0; i < p->count; i++) {
        double own = cost_of(m, &p->children[i]);
        if (own < *cost)
            *cost = own, best = i;
    }
    return best;
}

static double cost_of(const struct match *m, const struct part *p)
{
    double cost = NEVER;
    switch (p->kind) {
    case NODE_TERM:
        return anchor_of(m, p->probe).cost;
    case NODE_LIST:
        if (!p->list->cost)
            p->list->cost = cost_of(m, &p->list->body);
        return p->list->cost;
    case NODE_OR:
        return cost_of_all(m, p);
    case NODE_AND: case NODE_NEAR:
        rarest(m, p, &cost);
        return cost;
    case NODE_EXCEPT: case NODE_ATLEAST: case NODE_FIRST: case NODE_FIELD:
        return cost_of(m, &p->children[0]);
    default:
        return NEVER;
    }
}

/* Must an item hold some term for this to be true? */
static bool needs_term(const struct part *p)
{
    bool any = false, all = p->count > 0;
    switch (p->kind) {
    case NODE_TERM: case NODE_LIST: return true;
    case NODE_NOT: case NODE_META: return false;
    case NODE_AND: case NODE_OR: break;
    default: return needs_term(&p->children[0]);
    }
    for (size_t i = 0; i < p->count; i++) {
        bool needs = needs_term(&p->children[i]);
        any = any || needs;
        all = all && needs;
    }
    return p->kind == NODE_AND ? any : all;
}

/* ---- Planting ---- */

static uint32_t add_seed(struct match *m, struct seed seed)
{
    m->seeds = xgrow(m->seeds, m->seed_count, &m->seed_capacity, sizeof *m->seeds);
    m->seeds[m->seed_count] = seed;
    return (uint32_t)++m->seed_count;
}

static uint32_t pair_tag(uint32_t first, uint32_t second)
{
    uint64_t h = ((uint64_t)first << 32 | second) * 0x9E3779B97F4A7C15u;
    return (uint32_t)((h ^ h >> 29) * 0xBF58476D1CE4E5B9u >> 32) | 1; /* 0 is none */
}

static struct lexicon_slot *pair_slot(const struct match *m, uint32_t first, uint32_t second, uint32_t tag)
{
    size_t mask = ((size_t)1 << m->pair_bits) - 1;
    for (size_t i = tag >> (32 - m->pair_bits);; i = (i + 1) & mask) {
        struct lexicon_slot *s = &m->pairs[i];
        if (!s->number)
            return s;
        const struct seed *seed = &m->seeds[s->number - 1];
        if (s->tag == tag && seed->first == first && seed->second == second)
            return s;
    }
}

#define PAIR_BITS_LEAST 6

static void grow_pairs(struct match *m)
{
    struct lexicon_slot *old = m->pairs;
    size_t size = old ? (size_t)1 << m->pair_bits : 0;
    m->pair_bits = old ? m->pair_bits + 1 : PAIR_BITS_LEAST;
    while (!old && (size_t)2 << m->pair_bits <= m->used) /* there will hardly be more pairs than half as many as words */
        m->pair_bits++;
    size_t mask = ((size_t)1 << m->pair_bits) - 1;
    m->pairs = xcalloc(mask + 1, sizeof *m->pairs);
    for (size_t i = 0; i < size; i++) {
        size_t k = old[i].tag >> (32 - m->pair_bits);
        while (old[i].number && m->pairs[k].number)
            k = (k + 1) & mask;
        if (old[i].number)
            m->pairs[k] = old[i];
    }
    free(old);
}

/* Of most pairs in a text this tells that no rule waits for them, and the table is not looked at. */
static void make_pair_filter(struct match *m)
{
    for (m->filter_bits = 6; (size_t)1 << m->filter_bits < 8 * m->pair_count; m->filter_bits++) {}
    m->pair_filter = xcalloc(((size_t)1 << m->filter_bits) / 64, sizeof *m->pair_filter);
    for (size_t i = 0; m->pairs && i < (size_t)1 << m->pair_bits; i++) {
        uint32_t bit = m->pairs[i].tag >> (32 - m->filter_bits);
        if (m->pairs[i].number)
            m->pair_filter[bit / 64] |= (uint64_t)1 << bit % 64;
    }
}

static bool passes_filter(const struct match *m, uint32_t tag)
{
    uint32_t bit = tag >> (32 - m->filter_bits);
    return m->pair_filter[bit / 64] >> bit % 64 & 1;
}

static void plant_pair(struct match *m, struct seed seed)
{
    if (!m->pairs || m->pair_count * 2 >= (size_t)1 << m->pair_bits)
        grow_pairs(m);
    uint32_t tag = pair_tag(seed.first, seed.second);
    struct lexicon_slot *s = pair_slot(m, seed.first, seed.second, tag);
    m->pair_count += !s->number;
    seed.next = s->number;
    *s = (struct lexicon_slot){tag, add_seed(m, seed)};
    lexicon_at(&m->lexicon, seed.first)->pairs |= LEXEME_OPENS;
    lexicon_at(&m->lexicon, seed.second)->pairs |= LEXEME_CLOSES;
}

/* The place of the rarest word that is no part of the anchor (NULL: of all); p->count when there is none that is near enough. */
static size_t rarest_other(const struct match *m, const struct probe *p, const struct anchor *a)
{
    size_t best = p->count;
    for (size_t i = 0; i < p->count; i++) {
        if (p->numbers[i] >= NO_NEED || (a && (i == a->at || i == a->at + a->pair || i + NEED_HERE <= a->at || i >= a->at + NEED_HERE)))
            continue;
        if (best == p->count || word_share(m, p->numbers[i]) < word_share(m, p->numbers[best]))
            best = i;
    }
    return best;
}

static void plant_term(struct match *m, const struct probe *p, struct seed seed)
{
    struct anchor a = anchor_of(m, p);
    uint32_t number = p->numbers[a.at];
    size_t other = p->count > 1u + a.pair ? rarest_other(m, p, &a) : p->count;
    if (other < p->count) { /* that of the phrase itself tells more than another term's */
        seed.need = p->numbers[other];
        seed.where = a.pair ? (uint32_t)(other + NEED_HERE - a.at) & 15 : 0;
    }
    if (a.pair) {
        seed.first = number, seed.second = p->numbers[a.at + 1];
        plant_pair(m, seed);
    } else if (number & INEXACT) {
        struct inexact *x = &m->inexacts.list[number & ~INEXACT];
        seed.next = x->chain;
        x->chain = add_seed(m, seed);
    } else {
        struct lexeme *w = lexicon_at(&m->lexicon, number);
        seed.next = w->chain;
        w->chain = add_seed(m, seed);
    }
}

/* A word that must be there wherever the part is to hold; NO_NEED when there is no single one. */
static uint32_t companion(const struct match *m, const struct part *p)
{
    while (p->kind == NODE_FIELD || p->kind == NODE_FIRST || p->kind == NODE_ATLEAST || p->kind == NODE_EXCEPT)
        p = &p->children[0];
    size_t at = p->kind == NODE_TERM ? rarest_other(m, p->probe, NULL) : 0;
    return p->kind == NODE_TERM && at < p->probe->count ? p->probe->numbers[at] : NO_NEED;
}

static void plant(struct match *, const struct part *, struct seed);

static void plant_rarest(struct match *m, const struct part *p, struct seed seed)
{
    double cost;
    size_t side = rarest(m, p, &cost);
    for (size_t i = 0; i < p->count && seed.need == NO_NEED; i++)
        if (i != side)
            seed.need = companion(m, &p->children[i]);
    plant(m, &p->children[side], seed);
}

/* A list's terms are planted once, however many rules wait for one of them. */
static void plant_list(struct match *m, struct list_part *l, struct seed seed)
{
    seed.next = l->users;
    l->users = add_seed(m, seed);
    if (l->planted)
        return;
    l->planted = true;
    plant(m, &l->body, (struct seed){.target = (uint32_t)m->rule_count + l->index, .need = NO_NEED});
}

static void plant(struct match *m, const struct part *p, struct seed seed)
{
    switch (p->kind) {
    case NODE_TERM:
        plant_term(m, p->probe, seed);
        break;
    case NODE_LIST:
        plant_list(m, p->list, seed);
        break;
    case NODE_OR:
        for (size_t i = 0; i < p->count; i++)
            plant(m, &p->children[i], seed);
        break;
    case NODE_AND: case NODE_NEAR:
        plant_rarest(m, p, seed);
        break;
    default:
        plant(m, &p->children[0], seed);
        break;
    }
}

/* Of a rule that its score decides: the clauses without which it cannot reach the threshold. false: there are none. */
static bool plant_clauses(struct match *m, const struct compiled_rule *c, struct seed seed)
{
    int64_t without = 0;
    for (size_t i = 0; i < c->rule->clause_count; i++)
        if (c->rule->clauses[i].score > 0 && !needs_term(&c->clauses[i]))
            without += c->rule->clauses[i].score;
    if (c->rule->clause_count == 0 || without >= c->rule->threshold)
        return false;
    for (size_t i = 0; i < c->rule->clause_count; i++)
        if (c->rule->clauses[i].score > 0 && needs_term(&c->clauses[i]))
            plant(m, &c->clauses[i], seed);
    return true;
}

/* Fetch the words that planting will weigh. */
static void prefetch_words(const struct match *m, const struct part *p)
{
    if (p->kind == NODE_OR || p->kind == NODE_AND || p->kind == NODE_NEAR)
        for (size_t i = 0; i < p->count; i++)
            prefetch_words(m, &p->children[i]);
    for (size_t i = 0; p->kind == NODE_TERM && i < p->probe->count; i++)
        if (!(p->probe->numbers[i] & INEXACT))
            __builtin_prefetch(lexicon_at(&m->lexicon, p->probe->numbers[i]));
}

void anchors_plant(struct match *m, struct diags *diags)
{
    for (uint32_t i = 0; i < m->rule_count; i++) {
        if (i + 1 < m->rule_count && m->rules[i + 1].match)
            prefetch_words(m, m->rules[i + 1].match);
        const struct compiled_rule *c = &m->rules[i];
        const struct seed seed = {.target = i, .need = NO_NEED};
        if (c->match && needs_term(c->match)) {
            plant(m, c->match, seed);
        } else if (!plant_clauses(m, c, seed)) {
            m->always = xgrow(m->always, m->always_count, &m->always_capacity, sizeof *m->always);
            m->always[m->always_count++] = i;
            diag_add(diags, DIAG_WARNING, c->rule->where, "this rule needs no term: it is tried in full on every item");
        }
    }
    make_pair_filter(m);
}

/* ---- Finding ---- */

struct lookout {
    const struct match *m;
    struct index *x;
    uint64_t *rules;
    uint64_t *lists;   /* those that were met */
};

#define ANYWHERE UINT32_MAX

/* Is what a seed needs there too? `first`: the place of the pair's first word; ANYWHERE where it is no pair, or has many places. */
static bool is_met(const struct lookout *l, const struct seed *s, size_t first)
{
    if (s->need == NO_NEED)
        return true;
    if (!s->where || first == ANYWHERE)
        return index_own(l->x, s->need) != NO_WORD;
    size_t at = first + s->where - NEED_HERE; /* wraps where there is none */
    return at < l->x->word_count && l->x->lexeme[l->x->id_at[at]] == s->need;
}

static void rise(struct lookout *l, uint32_t chain, size_t first)
{
    const struct match *m = l->m;
    for (const struct seed *s; chain; chain = s->next) {
        s = &m->seeds[chain - 1];
        if (!is_met(l, s, first))
            continue;
        if (s->target < m->rule_count) {
            l->rules[s->target / 64] |= (uint64_t)1 << s->target % 64;
            continue;
        }
        uint32_t list = s->target - (uint32_t)m->rule_count;
        if (l->lists[list / 64] & (uint64_t)1 << list % 64)
            continue;
        l->lists[list / 64] |= (uint64_t)1 << list % 64;
        rise(l, m->list_by_index[list]->users, ANYWHERE);
    }
}

/* Two words that stand next to each other and may be a pair. */
struct candidate {
    uint32_t first, second, tag;
    uint32_t at;     /* the place of the first; ANYWHERE: of more places than are looked at one by one */
};

#define PLACES_MANY 64

static size_t collect_pairs(const struct lookout *l, struct candidate *out)
{
    const struct index *x = l->x;
    size_t count = 0;
    for (size_t k = 0; k < x->text_count; k++) {
        const uint32_t *ids = x->id_at + x->texts[k].base;
        uint32_t before = NO_WORD;
        for (size_t i = 0; i < x->texts[k].words.count; i++) {
            uint32_t number = x->lexeme[ids[i]];
            unsigned pairs = number == NO_WORD ? 0 : lexicon_at(&l->m->lexicon, number)->pairs;
            uint32_t tag = before != NO_WORD && (pairs & LEXEME_CLOSES) ? pair_tag(before, number) : 0;
            if (tag && passes_filter(l->m, tag)) {
                bool many = x->times[ids[i]] > PLACES_MANY && x->times[ids[i - 1]] > PLACES_MANY;
                out[count++] = (struct candidate){before, number, tag, many ? ANYWHERE : (uint32_t)(x->texts[k].base + i - 1)};
                __builtin_prefetch(&l->m->pairs[tag >> (32 - l->m->pair_bits)]);
            }
            before = pairs & LEXEME_OPENS ? number : NO_WORD;
        }
    }
    return count;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* What stands all over a text is asked for once: rules that wait for it must not be multiplied by its places. */
static void rise_pairs(struct lookout *l, const struct candidate *pairs, size_t count)
{
    uint32_t *many = arena_alloc(&l->x->arena, count * sizeof *many);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t chain = pair_slot(l->m, pairs[i].first, pairs[i].second, pairs[i].tag)->number;
        if (pairs[i].at == ANYWHERE)
            many[kept++] = chain;
        else
            rise(l, chain, pairs[i].at);
    }
    if (kept > 1)
        qsort(many, kept, sizeof *many, by_number);
    for (size_t i = 0; i < kept; i++)
        if (i == 0 || many[i] != many[i - 1])
            rise(l, many[i], ANYWHERE);
}

static uint32_t *in_order(const struct lookout *l, size_t *count)
{
    size_t words = l->m->rule_count / 64 + 1;
    *count = 0;
    for (size_t i = 0; i < words; i++)
        *count += (size_t)__builtin_popcountll(l->rules[i]);
    uint32_t *rules = arena_alloc(&l->x->arena, *count * sizeof *rules), *to = rules;
    for (size_t i = 0; i < words; i++)
        for (uint64_t left = l->rules[i]; left; left &= left - 1)
            *to++ = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(left));
    return rules;
}

const uint32_t *anchors_find(const struct match *m, struct index *x, size_t *rules)
{
    struct lookout l = {.m = m, .x = x};
    l.rules = arena_array(&x->arena, m->rule_count / 64 + 1, sizeof *l.rules);
    l.lists = arena_array(&x->arena, m->lists.count / 64 + 1, sizeof *l.lists);
    for (size_t i = 0; i < m->always_count; i++)
        l.rules[m->always[i] / 64] |= (uint64_t)1 << m->always[i] % 64;
    struct candidate *pairs = arena_alloc(&x->arena, x->word_count * sizeof *pairs);
    size_t count = m->pairs ? collect_pairs(&l, pairs) : 0;
    for (size_t i = 0; i < x->vocabulary_count; i++)
        if (x->lexeme[i] != NO_WORD)
            rise(&l, lexicon_at(&m->lexicon, x->lexeme[i])->chain, ANYWHERE);
    for (uint32_t i = 0; i < x->finding_count; i++)
        if (index_found(x, x->findings[i].inexact) == i + 1) /* once for each inexact */
            rise(&l, m->inexacts.list[x->findings[i].inexact].chain, ANYWHERE);
    rise_pairs(&l, pairs, count);
    return in_order(&l, rules);
}
