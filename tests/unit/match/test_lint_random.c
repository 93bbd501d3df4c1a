/* What the warnings say of random rules, held against what the rules do with random items: none may be false. */
#include "trying.h"

#define STORIES 40

static uint64_t chance;

static unsigned draw(unsigned below)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (unsigned)(chance % below);
}

static const char *const words[] = {"alpha", "alphas", "beta", "Gamma"};
static const char *const terms[] = {"alpha", "beta", "gamma", "alpha*", "alphas", "alp?as", "'Gamma'", "\"alpha beta\"", "\"alpha* beta\"",
                                    "\"beta gamma\"", "~alpha", "/al.*/", "title:beta", "title:alpha", "$some"};
static const char *const metas[] = {"lang:en", "lang:ru", "outlet:a", "outlet:b"};

static const char *draw_term(void)
{
    return terms[draw(sizeof terms / sizeof *terms)];
}

/* What has mentions. Fields stand in no other operator: the two sides of a NEAR might differ. */
static void draw_mentions(struct buf *out)
{
    const char *a = terms[draw(12)], *b = terms[draw(12)], *c = terms[draw(12)];
    switch (draw(6)) {
    case 0: buf_printf(out, "(%s NEAR/%u %s)", a, draw(3), b); break;
    case 1: buf_printf(out, "(%s EXCEPT (%s | %s))", a, b, c); break;
    case 2: buf_printf(out, "((%s | %s) EXCEPT %s)", a, b, c); break;
    case 3: buf_printf(out, "FIRST/%u(%s | %s)", 1 + draw(3), a, b); break;
    case 4: buf_printf(out, "ATLEAST/%u(FIRST/%u(%s))", 1 + draw(6), 1 + draw(3), a); break;
    default: buf_printf(out, "(FIRST/%u(%s) NEAR/2 FIRST/%u(%s))", 1 + draw(3), a, 1 + draw(3), b); break;
    }
}

static void draw_rule(struct buf *out, unsigned depth)
{
    unsigned kind = depth ? draw(8) : draw(2) ? 0 : 7;
    if (kind == 0) {
        buf_str(out, draw_term());
    } else if (kind == 1) {
        draw_mentions(out);
    } else if (kind == 2) {
        buf_str(out, metas[draw(4)]);
    } else if (kind == 7) {
        buf_str(out, "NOT ");
        buf_str(out, draw(3) ? draw_term() : metas[draw(4)]);
    } else {
        bool not = draw(3) == 0;
        unsigned count = 2 + draw(2);
        buf_str(out, not ? "NOT (" : "(");
        for (unsigned i = 0; i < count; i++) {
            buf_str(out, i == 0 ? "" : kind < 5 ? " AND " : " | ");
            draw_rule(out, depth - 1);
        }
        buf_byte(out, ')');
    }
}

static const char *draw_text(struct arena *a, unsigned most)
{
    struct buf out = {0};
    for (unsigned i = draw(most + 1); i > 0; i--)
        buf_printf(&out, "%s%s", words[draw(4)], draw(6) ? " " : ". ");
    const char *text = arena_copy(a, buf_view(&out).p, out.n);
    buf_free(&out);
    return text;
}

static struct story draw_story(struct arena *a)
{
    static const char *const langs[] = {"en", "ru", "de", NULL}, *const outlets[] = {"a", "b", "c"};
    return (struct story){.title = draw_text(a, 2), .content = draw_text(a, 5), .lang = langs[draw(4)], .outlet = outlets[draw(3)]};
}

static bool compile(struct trying *t, const char *rule)
{
    add_list(t, "some", "alphas | beta");
    return compile_rule_text(t, sv_of(rule));
}

static void no_rule_that_is_said_to_match_never_or_always_does_otherwise(void **state)
{
    struct buf rule = {0};
    unsigned never = 0, always = 0;
    (void)state;
    chance = 20261125;
    for (int i = 0; i < 4000; i++) {
        struct trying t = {0};
        buf_clear(&rule);
        draw_rule(&rule, 1 + draw(3));
        if (!compile(&t, buf_cstr(&rule)))
            fail_msg("%s\n%.*s", rule.p, SV_ARG(told(&t)));
        bool is_never = sv_find(told(&t), SV("never matches")) >= 0, is_always = sv_find(told(&t), SV("matches every item")) >= 0;
        never += is_never;
        always += is_always;
        for (int k = 0; (is_never || is_always) && k < STORIES; k++) {
            struct story s = draw_story(&t.arena);
            if ((hold(&t, &s) != NULL) == is_never)
                fail_msg("%s\n%.*s  but: %s | %s | %s | %s", rule.p, SV_ARG(told(&t)), s.title, s.content, s.lang, s.outlet);
        }
        trying_free(&t);
    }
    buf_free(&rule);
    assert_true(never > 100);
    assert_true(always > 20);
}

/* An OR without what was told to add nothing holds for the same items. */
static void no_term_that_is_said_to_add_nothing_adds_something(void **state)
{
    unsigned repeats = 0;
    (void)state;
    chance = 20261126;
    for (int i = 0; i < 1500; i++) {
        struct trying whole = {0}, less = {0};
        const char *parts[4];
        struct buf all = {0}, rest = {0};
        size_t starts[4], dropped = 4;
        for (size_t k = 0; k < 4; k++) {
            parts[k] = draw_term();
            buf_str(&all, k ? " | " : "");
            starts[k] = all.n;
            buf_str(&all, parts[k]);
        }
        assert_true(compile(&whole, buf_cstr(&all)));
        for (size_t k = 0; whole.diags.count && k < 4; k++) {
            size_t field = strncmp(parts[k], "title:", 6) == 0 ? 6 : 0;
            dropped = whole.diags.list[0].where.start == starts[k] + field ? k : dropped;
        }
        for (size_t k = 0; k < 4; k++)
            if (k != dropped)
                buf_printf(&rest, "%s%s", rest.n ? " | " : "", parts[k]);
        assert_true(compile(&less, buf_cstr(&rest)));
        repeats += dropped < 4;
        for (int k = 0; dropped < 4 && k < STORIES; k++) {
            struct story s = draw_story(&whole.arena);
            if ((hold(&whole, &s) != NULL) != (hold(&less, &s) != NULL))
                fail_msg("%s\n%.*s  but: %s | %s", all.p, SV_ARG(told(&whole)), s.title, s.content);
        }
        trying_free(&whole);
        trying_free(&less);
        buf_free(&all);
        buf_free(&rest);
    }
    assert_true(repeats > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_rule_that_is_said_to_match_never_or_always_does_otherwise),
        cmocka_unit_test(no_term_that_is_said_to_add_nothing_adds_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
