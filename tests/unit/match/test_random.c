/* Random rules over short random texts, held against the plainest reading of the rule language: every mention as a set of words,
 * every pair of mentions tried. */
#include "trying.h"

#define WORDS 12
#define MENTIONS_MOST 4000

static uint64_t chance;

static unsigned draw(unsigned below)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (unsigned)(chance % below);
}

/* ---- A text ---- */

struct short_text {
    struct buf bytes;
    char words[WORDS];   /* 'a' to 'd' */
    size_t starts[WORDS];
    unsigned sentence[WORDS], paragraph[WORDS];
};

static void draw_text(struct short_text *t)
{
    unsigned sentence = 0, paragraph = 0;
    buf_clear(&t->bytes);
    for (size_t i = 0; i < WORDS; i++) {
        unsigned gap = i ? draw(10) : 9;
        sentence += gap < 2;
        paragraph += gap == 1;
        buf_str(&t->bytes, gap == 0 ? ". " : gap == 1 ? "\n\n" : gap == 9 ? "" : " ");
        if (i && gap == 9)
            buf_str(&t->bytes, ", ");
        t->words[i] = (char)('a' + draw(4));
        t->starts[i] = t->bytes.n;
        t->sentence[i] = sentence;
        t->paragraph[i] = paragraph;
        buf_printf(&t->bytes, "X%c", t->words[i]);
    }
}

/* ---- What the language says ---- */

struct naive {
    unsigned first, last, words; /* `words`: a bit for each that is mentioned */
};

struct naives {
    struct naive list[MENTIONS_MOST];
    size_t count;
};

static void add(struct naives *out, struct naive m)
{
    for (size_t i = 0; i < out->count; i++)
        if (memcmp(&out->list[i], &m, sizeof m) == 0)
            return;
    assert_true(out->count < MENTIONS_MOST);
    out->list[out->count++] = m;
}

static bool is_near(const struct short_text *t, const struct node *n, struct naive a, struct naive b)
{
    struct naive before = a.first < b.first ? a : b, after = a.first < b.first ? b : a;
    if (after.first <= before.last || (n->near == NEAR_ORDERED && b.first < a.first))
        return false;
    if (n->near == NEAR_SENTENCE)
        return t->sentence[before.first] == t->sentence[after.last];
    if (n->near == NEAR_PARAGRAPH)
        return t->paragraph[before.first] == t->paragraph[after.last];
    return after.first - before.last - 1 <= n->n;
}

static struct naive both(struct naive a, struct naive b)
{
    return (struct naive){a.first < b.first ? a.first : b.first, a.last > b.last ? a.last : b.last, a.words | b.words};
}

static bool any_around(const struct naives *outer, struct naive m)
{
    for (size_t i = 0; i < outer->count; i++)
        if (outer->list[i].first <= m.first && outer->list[i].last >= m.last)
            return true;
    return false;
}

static void say_term(const struct short_text *t, const struct node *n, struct naives *out)
{
    unsigned length = n->text.n > 2 ? 2 : 1;
    for (unsigned i = 0; i + length <= WORDS; i++)
        if (t->words[i] == n->text.p[1] &&
            (length == 1 || (t->words[i + 1] == n->text.p[4] && t->sentence[i] == t->sentence[i + 1])))
            add(out, (struct naive){i, i + length - 1, ((1u << length) - 1) << i});
}

static void say(const struct short_text *t, const struct node *n, struct naives *out)
{
    out->count = 0;
    if (n->kind == NODE_TERM) {
        say_term(t, n, out);
        return;
    }
    struct naives *other = malloc(sizeof *other), *next = malloc(sizeof *next);
    say(t, n->children[0], out);
    if (n->kind == NODE_FIRST) {
        size_t kept = 0;
        for (size_t i = 0; i < out->count; i++)
            if (out->list[i].last < n->n)
                out->list[kept++] = out->list[i];
        out->count = kept;
    }
    for (size_t c = 1; c < n->child_count; c++) {
        say(t, n->children[c], other);
        next->count = 0;
        for (size_t i = 0; i < out->count; i++) {
            if (n->kind == NODE_OR || (n->kind == NODE_EXCEPT && !any_around(other, out->list[i])))
                add(next, out->list[i]);
            for (size_t k = 0; n->kind == NODE_NEAR && k < other->count; k++)
                if (is_near(t, n, out->list[i], other->list[k]))
                    add(next, both(out->list[i], other->list[k]));
        }
        for (size_t k = 0; n->kind == NODE_OR && k < other->count; k++)
            add(next, other->list[k]);
        *out = *next;
    }
    free(other);
    free(next);
}

/* ---- A rule ---- */

static void draw_rule(struct buf *out, unsigned depth)
{
    static const char *const nears[] = {"NEAR/0", "NEAR/1", "NEAR/3", "NEAR/9", "ONEAR/0", "ONEAR/2", "NEAR/s", "NEAR/p"};
    unsigned kind = depth ? draw(9) : 0;
    if (kind < 2) {
        if (draw(4))
            buf_printf(out, "x%c", 'a' + draw(4));
        else
            buf_printf(out, "\"x%c x%c\"", 'a' + draw(4), 'a' + draw(4));
        return;
    }
    const char *between = kind < 6 ? nears[draw(8)] : kind == 6 ? "EXCEPT" : "|";
    if (kind == 8)
        buf_printf(out, "FIRST/%u", 1 + draw(WORDS));
    buf_byte(out, '(');
    unsigned sides = kind == 8 ? 1 : 2 + (draw(4) == 0);
    for (unsigned i = 0; i < sides; i++) {
        if (i > 0)
            buf_printf(out, " %s ", between);
        draw_rule(out, depth - 1);
    }
    buf_byte(out, ')');
}

static void check_rule(const struct short_text *text, const char *rule)
{
    struct trying t = {0};
    struct naives *said = malloc(sizeof *said);
    unsigned want = 0, got = 0;
    if (!compile_rule_text(&t, sv_of(rule)))
        fail_msg("%s\n%.*s", rule, SV_ARG(told(&t)));
    say(text, t.rule.match, said);
    for (size_t i = 0; i < said->count; i++)
        want |= said->list[i].words;
    const struct hit *hit = hold(&t, &(struct story){.content = text->bytes.p});
    for (size_t i = 0; hit && i < hit->mention_count; i++)
        for (unsigned k = 0; k < WORDS; k++)
            if (text->starts[k] >= hit->mentions[i].start && text->starts[k] < hit->mentions[i].end)
                got |= 1u << k;
    if (got != want || (hit != NULL) != (said->count > 0))
        fail_msg("%s\n%s\n  mentions the words %03x, not %03x", rule, text->bytes.p, got, want);
    free(said);
    trying_free(&t);
}

static void random_rules_mean_what_the_language_says(void **state)
{
    struct short_text text = {0};
    struct buf rule = {0};
    (void)state;
    chance = 20151103;
    for (int i = 0; i < 3000; i++) {
        draw_text(&text);
        buf_clear(&rule);
        draw_rule(&rule, 1 + draw(3));
        buf_cstr(&text.bytes);
        check_rule(&text, buf_cstr(&rule));
    }
    buf_free(&text.bytes);
    buf_free(&rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_rules_mean_what_the_language_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
