/* What an item has in place of what a part of a rule asks for, said for people. */
#include "base/utf8.h"
#include "match/missing.h"

#define QUOTE_BYTES 60     /* of a text that is quoted */
#define QUOTES_MOST 3
#define PHRASE_MOST 30     /* words of a term that are compared one by one */

static const char *const field_names[ITEM_FIELDS] = {"title", "summary", "content", "author", "category", "url"};

static struct sv say(struct match_explainer *, const char *format, ...) __attribute__((format(printf, 2, 3)));
static struct sv say(struct match_explainer *x, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct sv v = sv_of(arena_vprintf(&x->arena, format, args));
    va_end(args);
    return v;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static const char *field_of(const struct match_explainer *x, const struct place *p)
{
    return field_names[x->index.texts[p->text].field];
}

/* "title, summary or content" */
static const char *fields_text(struct match_explainer *x, unsigned fields, const char *last)
{
    struct buf out = {0};
    for (unsigned i = 0; i < ITEM_FIELDS; i++, fields &= ~FIELD_BIT(i - 1))
        if (fields & FIELD_BIT(i))
            buf_printf(&out, "%s%s", !out.n ? "" : fields == FIELD_BIT(i) ? last : ", ", field_names[i]);
    const char *text = arena_copy(&x->arena, buf_cstr(&out), out.n);
    buf_free(&out);
    return text;
}

static unsigned fields_of(const struct match_explainer *x, const struct places *places)
{
    unsigned fields = 0;
    for (size_t i = 0; i < places->count; i++)
        fields |= FIELD_BIT(x->index.texts[places->list[i]->text].field);
    return fields;
}

/* The words of a text, in quotes, on one line, in part when they are many. */
static struct sv quote(struct match_explainer *x, const struct text *t, size_t first, size_t last)
{
    struct sv all = sv_range(t->split.p + t->words.list[first].start, t->split.p + t->words.list[last].end), head = utf8_cut(all, QUOTE_BYTES);
    char *line = arena_printf(&x->arena, "\"%.*s%s\"", SV_ARG(head), head.n < all.n ? "…" : "");
    for (char *c = line; *c; c++)
        *c = (unsigned char)*c < ' ' ? ' ' : *c;
    struct sv v = sv_of(line);
    for (size_t bad; (bad = utf8_valid_until(v)) < v.n;) /* a decoded URL may hold anything */
        line[bad] = '?';
    return v;
}

/* All places of a part; what was found before is forgotten where `anew`. */
static struct places find(struct match_explainer *x, const struct part *p, unsigned mask, bool anew)
{
    if (anew)
        eval_forget(&x->eval);
    return places_find(&x->eval, p, mask);
}

/* ---- Terms ---- */

/* A term's words beside an item's, folded, whatever else the term asks for. */
struct likeness {
    const struct text *text; /* where all of them stand one after the other; NULL: nowhere */
    size_t at;
    size_t words, seen;      /* how many there are; how many of them stand anywhere */
    size_t unseen;           /* the first of the others */
    bool apart;              /* they are written apart: a word is more than a character */
};

static inline bool is_same(const struct words *a, size_t i, const struct words *b, size_t k)
{
    struct sv v = word_folded(a, i), w = word_folded(b, k);
    return v.n == w.n && v.p[v.n - 1] == w.p[v.n - 1] && memcmp(v.p, w.p, v.n) == 0;
}

static void compare(struct match_explainer *x, const struct words *term, unsigned mask, struct likeness *out)
{
    bool seen[PHRASE_MOST] = {false};
    for (size_t k = 0; k < x->index.text_count; k++) {
        const struct text *t = &x->index.texts[k];
        size_t work = t->words.count * term->count;
        if (!(mask & FIELD_BIT(t->field)) || work > x->words_left)
            continue;
        x->words_left -= work;
        for (size_t i = 0; i < t->words.count; i++) {
            size_t same = 0;
            for (size_t w = 0; w < term->count; w++)
                seen[w] = seen[w] || is_same(&t->words, i, term, w);
            while (same < term->count && i + same < t->words.count && is_same(&t->words, i + same, term, same))
                same++;
            if (same == term->count && !out->text)
                out->text = t, out->at = i;
        }
    }
    out->words = term->count;
    for (size_t w = term->count; w-- > 0;) {
        out->seen += seen[w];
        out->unseen = seen[w] ? out->unseen : w;
        out->apart = out->apart || (unsigned char)word_folded(term, w).p[0] < 0xE0; /* the scripts written without blanks lie above */
    }
}

static bool has_wildcard(struct sv text)
{
    return memchr(text.p, TERM_STAR, text.n) || memchr(text.p, TERM_ANY, text.n);
}

static unsigned reason_like(struct match_explainer *x, const struct node *n, const struct words *term, const struct likeness *like, struct sv *reason)
{
    if (like->text) {
        const struct word *words = like->text->words.list;
        struct sv found = quote(x, like->text, like->at, like->at + like->words - 1);
        if (words[like->at].sentence != words[like->at + like->words - 1].sentence)
            *reason = say(x, "found only across a sentence's end: %.*s", SV_ARG(found));
        else if (like->text->shouting)
            *reason = say(x, "found only in a title that is all capitals: %.*s", SV_ARG(found));
        else
            *reason = say(x, "found only with other case or marks: %.*s", SV_ARG(found));
        return NEAR_OTHERWISE;
    }
    if (like->words < 2 || !like->apart || !like->seen)
        return *reason = SV("not found"), 0;
    if (like->seen == like->words)
        return *reason = SV("all its words are found, but not one after the other"), NEAR_WORDS_APART;
    const struct word *w = &term->list[like->unseen];
    *reason = say(x, "\"%.*s\" is not found", SV_ARG(sv_range(n->text.p + w->start, n->text.p + w->end)));
    return 0;
}

static unsigned reason_term(struct match_explainer *x, const struct node *n, unsigned mask, struct sv *reason)
{
    unsigned near = 0;
    *reason = n->term == TERM_STEM ? SV("no word of this stem is found") : n->term == TERM_REGEX || has_wildcard(n->text) ? SV("nothing fits it") : SV("not found");
    if (n->term == TERM_STEM || n->term == TERM_REGEX || has_wildcard(n->text))
        return 0;
    struct words term = {0};
    struct likeness like = {0};
    words_split(n->text, SV_NONE, &term);
    if (term.count > 0 && term.count <= PHRASE_MOST && (term.count > 1 || n->term == TERM_EXACT)) {
        compare(x, &term, mask, &like);
        near = reason_like(x, n, &term, &like, reason);
    }
    words_free(&term);
    return near;
}

/* The alternatives of an OR, with those of the ORs within; `*plain`: all of them are terms. */
static size_t alternatives(const struct node *n, bool *plain)
{
    size_t count = 0;
    if (n->kind != NODE_OR) {
        *plain = *plain && (n->kind == NODE_TERM || n->kind == NODE_LIST || n->kind == NODE_FIELD);
        return 1;
    }
    for (size_t i = 0; i < n->child_count; i++)
        count += alternatives(n->children[i], plain);
    return count;
}

/* Of a list's terms the first that is there, but not exactly as it asks. */
static unsigned reason_in_list(struct match_explainer *x, const struct node *n, unsigned mask, struct sv *reason)
{
    unsigned near = 0;
    struct sv why;
    if (x->words_left == 0)
        return 0;
    x->words_left--; /* lists of lists hold some terms again and again */
    if (n->kind == NODE_LIST && n->list && n->list->body)
        return reason_in_list(x, n->list->body, mask, reason);
    for (size_t i = 0; i < n->child_count && !near; i++)
        near = reason_in_list(x, n->children[i], mask, reason);
    if (n->kind == NODE_TERM && n->term == TERM_EXACT && (near = reason_term(x, n, mask, &why)) >= NEAR_OTHERWISE)
        *reason = say(x, "%.*s %.*s", SV_ARG(missing_text(x, n, NULL, QUOTE_BYTES)), SV_ARG(why));
    return near >= NEAR_OTHERWISE ? near : 0;
}

unsigned reason_absent(struct match_explainer *x, const struct part *p, struct scope s, struct sv *reason)
{
    const struct node *n = p->node;
    struct places elsewhere = {0};
    if (n->kind == NODE_TERM || n->kind == NODE_LIST)
        elsewhere = find(x, p, FIELDS_ALL & ~s.mask, true);
    if (elsewhere.count) {
        *reason = say(x, "found in %s, not in %s", fields_text(x, fields_of(x, &elsewhere), " and "), fields_text(x, s.mask, " or "));
        return NEAR_ELSEWHERE;
    }
    unsigned near = n->kind == NODE_TERM ? reason_term(x, n, s.mask, reason) : n->kind == NODE_LIST ? reason_in_list(x, n, s.mask, reason) : 0;
    if (n->kind == NODE_TERM || near)
        return near;
    bool plain = true;
    const struct node *body = n->kind == NODE_LIST && n->list ? n->list->body : n;
    size_t count = body ? alternatives(body, &plain) : 0;
    if (count == 1)
        *reason = SV("its term is not found");
    else
        *reason = say(x, n->kind == NODE_LIST ? "none of its %zu terms is found" : plain ? "none of these %zu is found" : "none of these %zu holds", count);
    return 0;
}

/* ---- NEAR ---- */

/* Two places of which one stands behind the other, as near as there are any. */
struct pair {
    const struct place *before, *after; /* NULL: there are none */
};

static uint32_t between(const struct pair *p)
{
    return p->before ? p->after->first - p->before->last - 1 : UINT32_MAX;
}

static struct pair nearest(const struct places *left, const struct places *right)
{
    struct pair best = {NULL, NULL};
    for (size_t i = 0; i < left->count; i++) {
        const struct place *before = left->list[i];
        size_t low = 0, high = right->count; /* the first that begins behind it: lists are sorted */
        while (low < high) {
            size_t middle = (low + high) / 2;
            const struct place *m = right->list[middle];
            if (m->text < before->text || (m->text == before->text && m->first <= before->last))
                low = middle + 1;
            else
                high = middle;
        }
        struct pair now = {before, low < right->count ? right->list[low] : NULL};
        if (now.after && now.after->text == before->text && between(&now) < between(&best))
            best = now;
    }
    return best;
}

static bool share_a_text(const struct places *left, const struct places *right)
{
    for (size_t i = 0, k = 0; i < left->count && k < right->count;) {
        uint32_t a = left->list[i]->text, b = right->list[k]->text;
        if (a == b)
            return true;
        i += a < b;
        k += b < a;
    }
    return false;
}

static struct sv reason_distance(struct match_explainer *x, const struct node *n, const struct pair *p, const struct pair *reversed)
{
    const struct word *words = x->index.texts[p->before->text].words.list;
    const struct word *from = &words[p->before->last], *to = &words[p->after->first];
    uint32_t apart = n->near == NEAR_SENTENCE ? to->sentence - from->sentence : n->near == NEAR_PARAGRAPH ? to->paragraph - from->paragraph : between(p);
    const char *unit = n->near == NEAR_SENTENCE ? "sentence" : n->near == NEAR_PARAGRAPH ? "paragraph" : "word";
    if (n->near == NEAR_ORDERED && reversed->before && between(reversed) <= n->n)
        return say(x, "nearest in this order were %u words apart, in the other %u", apart, between(reversed));
    if (n->near == NEAR_SENTENCE || n->near == NEAR_PARAGRAPH) {
        if (apart == 0)
            return say(x, "never all in one %s", unit);
        if (apart == 1)
            return say(x, "nearest were in neighbouring %ss", unit);
    }
    return say(x, "nearest were %u %s%s apart", apart, unit, plural(apart));
}

static struct sv reason_pair(struct match_explainer *x, const struct node *n, const struct places *left, const struct places *right)
{
    struct pair forward = nearest(left, right), backward = nearest(right, left);
    if (n->near != NEAR_ORDERED && between(&backward) < between(&forward))
        forward = backward;
    if (forward.before)
        return reason_distance(x, n, &forward, &backward);
    if (backward.before)
        return say(x, "found in the other order only, %u word%s apart", between(&backward), plural(between(&backward)));
    if (share_a_text(left, right))
        return SV("they are the same words");
    unsigned in_left = fields_of(x, left), in_right = fields_of(x, right);
    if (in_left == in_right)
        return say(x, "never in the same %s", fields_text(x, in_left, " or "));
    return say(x, "never in the same field: the one is in %s, the other in %s", fields_text(x, in_left, " and "), fields_text(x, in_right, " and "));
}

static const char *operator_name(struct match_explainer *x, const struct node *n)
{
    static const char *const names[] = {"NEAR", "ONEAR", "NEAR/s", "NEAR/p"};
    bool counts = n->near == NEAR_WORDS || n->near == NEAR_ORDERED;
    return counts ? arena_printf(&x->arena, "%s/%u", names[n->near], n->n) : names[n->near];
}

struct sv reason_apart(struct match_explainer *x, const struct part *p, struct scope s)
{
    struct node beginning = *p->node; /* of a chain: as much of it as holds */
    struct part begun = *p;
    size_t held = 1;
    begun.node = &beginning;
    for (size_t i = 2; i < p->count; i++) {
        begun.count = beginning.child_count = i;
        if (!missing_holds(x, &begun, s.mask))
            break;
        held = i;
    }
    begun.count = beginning.child_count = held;
    const struct part *left = held == 1 ? missing_child(p, 0) : &begun, *right = missing_child(p, held);
    struct places before = find(x, left, held == 1 ? places_side_mask(p, 0, s.mask) : s.mask, true);
    struct places after = find(x, right, places_side_mask(p, held, s.mask), false);
    struct sv reason = reason_pair(x, p->node, &before, &after);
    if (p->count == 2)
        return say(x, "%s held nothing: %.*s", operator_name(x, p->node), SV_ARG(reason));
    return say(x, "%s held nothing between %.*s and %.*s: %.*s", operator_name(x, p->node), SV_ARG(missing_text(x, left->node, NULL, QUOTE_BYTES)),
               SV_ARG(missing_text(x, right->node, NULL, QUOTE_BYTES)), SV_ARG(reason));
}

/* ---- The others ---- */

struct sv reason_excepted(struct match_explainer *x, const struct part *p, struct scope s)
{
    struct places all = find(x, missing_child(p, 0), s.mask, true);
    const struct place *first = all.list[0], *outer = NULL;
    for (size_t i = 1; i < p->count && !outer; i++) {
        struct places some = find(x, missing_child(p, i), places_side_mask(p, i, s.mask), false);
        for (size_t k = 0; k < some.count && !outer; k++)
            if (some.list[k]->text == first->text && some.list[k]->first <= first->first && some.list[k]->last >= first->last)
                outer = some.list[k];
    }
    struct sv within = outer ? quote(x, &x->index.texts[outer->text], outer->first, outer->last) : SV("what is excepted");
    if (all.count == 1)
        return say(x, "the only mention lies inside %.*s", SV_ARG(within));
    return say(x, "all %zu mentions lie inside what it excepts, the first in %.*s", all.count, SV_ARG(within));
}

struct sv reason_too_few(struct match_explainer *x, const struct part *p, struct scope s, unsigned *count)
{
    struct part fewer = *p;
    unsigned none = p->n; /* so many there are not */
    for (*count = 0; none - *count > 1;) {
        fewer.n = (uint16_t)(*count + (none - *count) / 2);
        if (missing_holds(x, &fewer, s.mask))
            *count = fewer.n;
        else
            none = fewer.n;
    }
    return say(x, "found %u of %u%s", *count, p->n, *count ? "" : ": a summary that the content begins with does not count");
}

struct sv reason_too_late(struct match_explainer *x, const struct part *p, struct scope s)
{
    struct places all = find(x, missing_child(p, 0), s.mask, true);
    const struct place *first = all.list[0];
    for (size_t i = 1; i < all.count; i++)
        if (all.list[i]->last < first->last)
            first = all.list[i];
    return say(x, "the first mention ends with word %u of the %s", first->last + 1, field_of(x, first));
}

struct sv reason_meta(struct match_explainer *x, enum meta_kind kind)
{
    static const char *const names[] = {"item's language", "outlet", "feed", "outlet's country"};
    const struct match_context *c = x->index.context;
    struct sv is = kind == META_LANG ? x->index.language : kind == META_OUTLET ? c->outlet : kind == META_FEED ? c->feed : c->country;
    if (!is.n)
        return say(x, "the %s is not known", names[kind]);
    return say(x, "the %s is %.*s", names[kind], SV_ARG(utf8_cut(is, QUOTE_BYTES)));
}

struct sv reason_denied(struct match_explainer *x, const struct part *p, struct scope s)
{
    const struct part *denied = missing_child(p, 0);
    if (denied->node->kind == NODE_META)
        return reason_meta(x, denied->node->meta);
    struct sv quotes[QUOTES_MOST];
    struct buf out = {0};
    size_t count = 0;
    bool more = false;
    eval_forget(&x->eval);
    eval_part(&x->eval, denied, s.mask);
    for (size_t i = 0; i < x->eval.found.count && !more; i++) {
        const struct place *place = x->eval.found.list[i];
        struct arena_mark before = arena_mark(&x->arena);
        struct sv found = quote(x, &x->index.texts[place->text], place->first, place->last);
        bool known = false;
        for (size_t k = 0; k < count && !known; k++)
            known = sv_eq_nocase(quotes[k], found);
        more = !known && count == QUOTES_MOST;
        if (known || more) {
            arena_rewind(&x->arena, before);
            continue;
        }
        quotes[count++] = found;
        buf_printf(&out, "%s%.*s in %s", count > 1 ? ", " : "found ", SV_ARG(found), field_of(x, place));
    }
    eval_forget(&x->eval);
    struct sv reason = count ? say(x, "%.*s%s", (int)out.n, out.p, more ? ", …" : "") : SV("what it denies is so");
    buf_free(&out);
    return reason;
}
