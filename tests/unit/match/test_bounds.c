/* Hostile texts and rules: what would cost the square of a text, or multiply, ends soon and still says what is true. A test that
 * does not end is one that fails. */
#include "match/compiled.h"
#include "trying.h"

static struct sv repeated(struct trying *t, const char *piece, size_t bytes)
{
    struct buf out = {0};
    while (out.n < bytes)
        buf_str(&out, piece);
    struct sv v = sv_dup(&t->arena, buf_view(&out));
    buf_free(&out);
    return v;
}

static size_t count_in(struct sv rule, struct sv text)
{
    struct trying t = {0};
    struct match_context context = {.language = SV("en")};
    if (!compile_rule_text(&t, rule))
        fail_msg("%s", told(&t).p);
    struct item item = {.arena = &t.arena, .id = SV("1"), .content_text = text};
    size_t count = match_item(t.match, &item, &context, &t.hits) ? t.hits[0].mention_count : 0;
    trying_free(&t);
    return count;
}

static size_t mentions(const char *rule, size_t repeat, const char *more, const char *piece, size_t bytes)
{
    struct trying t = {0};
    struct buf text = {0};
    buf_str(&text, rule);
    for (size_t i = 0; i < repeat; i++)
        buf_str(&text, more);
    size_t count = count_in(buf_view(&text), repeated(&t, piece, bytes));
    buf_free(&text);
    trying_free(&t);
    return count;
}

/* "aaa0 aaa1 …", or with other signs around the numbers. */
static void count_up(struct buf *out, const char *before, const char *after, size_t count)
{
    buf_clear(out);
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s%zu%s", before, i, after);
}

/* Of a rule that is too much: the one error that it is told. */
static void check_refused(struct sv rule, const char *message)
{
    struct trying t = {0};
    assert_false(compile_rule_text(&t, rule));
    if (t.diags.errors != 1 || sv_find(t.diags.list[0].message, sv_of(message)) < 0)
        fail_msg("not told \"%s\" but:\n%.*s", message, SV_ARG(told(&t)));
    trying_free(&t);
}

#define LONG (256u << 10)

static void a_word_repeated_without_end(void **state)
{
    (void)state;
    assert_int_equal(mentions("aaa", 0, "", "aaa ", LONG), LONG / 4);
    assert_int_equal(mentions("aaa NEAR/10 aaa", 0, "", "aaa ", LONG), LONG / 4); /* every one of them is near another */
    assert_true(mentions("aaa NEAR/10 aaa", 0, "", "aaa ", 4 * LONG) > LONG / 4);
    assert_int_equal(mentions("ATLEAST/10000(aaa)", 0, "", "aaa ", 4 * LONG), LONG);
    assert_int_equal(mentions("ATLEAST/10000(aaa)", 0, "", "aaa ", 39999), 10000);
    assert_int_equal(mentions("ATLEAST/10000(aaa)", 0, "", "aaa ", 39996), 0);
    assert_int_equal(mentions("aaa NEAR/10000 bbb", 0, "", "aaa bbb ", LONG), LONG / 4);
    assert_int_equal(mentions("aaa* NEAR/10000 bbb*", 0, "", "aaax bbbx ", LONG), (LONG / 10 + 1) * 2);
    assert_int_equal(mentions("aaa NEAR/0 ccc", 0, "", "aaa bbb ", LONG), 0);
    assert_int_equal(mentions("ATLEAST/10000(aaa NEAR/3 bbb)", 0, "", "aaa bbb ", LONG), LONG / 4);
}

static void chains_and_nests_over_it(void **state)
{
    (void)state;
    assert_true(mentions("aaa", 99, " NEAR/10 aaa", "aaa ", LONG) > 0);
    assert_true(mentions("aaa", 99, " NEAR/10000 aaa", "aaa ", 10240) > 0);
    assert_true(mentions("aaa NEAR/s aaa", 20, " NEAR/s aaa", "aaa ", LONG) > 0);
    assert_true(mentions("(((((((aaa NEAR/9 aaa) NEAR/9 aaa) NEAR/9 aaa) NEAR/9 aaa) NEAR/9 aaa) NEAR/9 aaa) NEAR/9 aaa)", 0, "", "aaa ", LONG) > 0);
}

static void many_alternatives(void **state)
{
    (void)state;
    assert_int_equal(mentions("aaa", 9999, " | bbb", "ccc ", LONG), 0);
    assert_int_equal(mentions("aaa", 9999, " | bbb", "ccc bbb ", 1024), 128);
    assert_true(mentions("aaa", 500, " | aaa", "aaa ", LONG) > 0);
}

static void ten_thousand_different_alternatives(void **state)
{
    struct buf rule = {0}, text = {0};
    (void)state;
    count_up(&rule, "aaa", " | ", 9999);
    buf_str(&rule, "bbb");
    count_up(&text, "aaa", " ", 9999);
    assert_int_equal(count_in(buf_view(&rule), buf_view(&text)), 9999);
    assert_int_equal(count_in(buf_view(&rule), SV("aaa10000 aaa bbb")), 1);
    buf_str(&rule, " | ccc");
    check_refused(buf_view(&rule), "more than 10000 terms");
    buf_free(&rule);
    buf_free(&text);
}

/* Each is asked of every word. */
static void ten_thousand_stems_and_regexes(void **state)
{
    struct buf rule = {0}, text = {0};
    (void)state;
    count_up(&text, "aaa", " ", 100);
    count_up(&rule, "/aa?a", "/ | ", 9999);
    buf_str(&rule, "bbb");
    assert_int_equal(count_in(buf_view(&rule), buf_view(&text)), 100);
    count_up(&rule, "~aaa", " | ", 9999);
    buf_str(&rule, "bbb");
    assert_int_equal(count_in(buf_view(&rule), buf_view(&text)), 100);
    buf_free(&rule);
    buf_free(&text);
}

static void a_wildcard_that_fifty_thousand_words_fit(void **state)
{
    struct buf text = {0};
    (void)state;
    count_up(&text, "aaa", " ", 50000);
    assert_int_equal(count_in(SV("aaa*"), buf_view(&text)), 50000);
    assert_int_equal(count_in(SV("aaa1*"), buf_view(&text)), 11111);
    assert_int_equal(count_in(SV("\"aaa* aaa*\""), buf_view(&text)), 49999);
    assert_int_equal(count_in(SV("aaa* NEAR/3 aaa*"), buf_view(&text)), 50000);
    assert_int_equal(count_in(SV("aaa* EXCEPT aaa1*"), buf_view(&text)), 50000 - 11111);
    assert_int_equal(count_in(SV("aaa* NEAR/5 (aaa1 | aaa49999)"), buf_view(&text)), 1 + 1 + 6 + 1 + 6);
    assert_int_equal(count_in(SV("ATLEAST/10000(aaa*)"), buf_view(&text)), 50000);
    assert_int_equal(count_in(SV("FIRST/10000(aaa*)"), buf_view(&text)), 10000);
    assert_int_equal(count_in(SV("/aa+[0-9]*/"), buf_view(&text)), 50000);
    buf_free(&text);
}

static void parentheses_a_thousand_deep(void **state)
{
    struct trying t = {0};
    struct buf rule = {0};
    (void)state;
    buf_printf(&rule, "%s aaa %s", repeated(&t, "(", 99).p, repeated(&t, ")", 99).p);
    assert_int_equal(count_in(buf_view(&rule), SV("aaa")), 1);
    buf_clear(&rule);
    buf_printf(&rule, "%s aaa %s", repeated(&t, "(", 1000).p, repeated(&t, ")", 1000).p);
    check_refused(buf_view(&rule), "nested deeper than 100 levels");
    buf_clear(&rule);
    buf_sv(&rule, repeated(&t, "(", 1 << 20));
    check_refused(buf_view(&rule), "nested deeper than 100 levels");
    buf_free(&rule);
    trying_free(&t);
}

static void regexes_that_backtrack(void **state)
{
    struct trying t = {0};
    (void)state;
    struct sv letters = repeated(&t, "a", 1000);
    assert_int_equal(count_in(SV("/(a+)+b/"), letters), 0);
    assert_int_equal(count_in(SV("/(a|a)*b/"), letters), 0);
    assert_int_equal(count_in(SV("/(a|aa)+/"), letters), 1);
    assert_int_equal(mentions("/(.*)(.*)(.*)(.*)(.*)b/", 0, "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ", LONG), 0);
    trying_free(&t);
}

/* l0 is `bottom`, each further list is `step`, in which # stands for the number of the list before. */
static void add_deep_lists(struct trying *t, int depth, const char *bottom, const char *step)
{
    for (int i = 0; i < depth; i++) {
        struct buf body = {0};
        for (const char *p = i ? step : bottom; *p; p++)
            if (*p == '#')
                buf_printf(&body, "%d", i - 1);
            else
                buf_byte(&body, *p);
        add_list(t, arena_printf(&t->arena, "l%d", i), arena_copy(&t->arena, body.p, body.n));
        buf_free(&body);
    }
}

static void lists_in_lists(void **state)
{
    struct trying fits = {0}, too_deep = {0};
    (void)state;
    add_deep_lists(&fits, 50, "aaa", "bbb | $l#");
    if (!compile_rule_text(&fits, SV("$l49 NEAR/3 $l0 NEAR/3 $l25")))
        fail_msg("%s", told(&fits).p);
    assert_int_equal(hold(&fits, &(struct story){.content = "bbb ccc aaa bbb"})->mention_count, 3);
    add_deep_lists(&too_deep, 60, "$l59", "bbb | $l#");
    assert_false(compile_rule_text(&too_deep, SV("$l30")));
    assert_true(sv_find(told(&too_deep), SV("deeper than 50 levels")) >= 0);
    trying_free(&fits);
    trying_free(&too_deep);
}

/* 3^40 ways lead to the one term. */
static void lists_that_name_lists_thrice(void **state)
{
    struct trying t = {0};
    (void)state;
    add_deep_lists(&t, 40, "aaa", "$l# | $l# | $l#");
    assert_true(compile_rule_text(&t, SV("$l39 AND ATLEAST/2($l38) AND $l39 NEAR/3 $l37 AND NOT title:$l39")));
    assert_int_equal(hold(&t, &(struct story){.content = "aaa bbb aaa"})->mention_count, 2);
    trying_free(&t);
}

/* All pairs of a thousand words, ten times over. */
static void a_chain_of_long_lists(void **state)
{
    struct trying t = {0};
    struct buf body = {0}, text = {0};
    struct match_context context = {0};
    (void)state;
    count_up(&body, "aaa", " | ", 999);
    buf_str(&body, "bbb");
    count_up(&text, "aaa", " bbb ", 999);
    add_list(&t, "l", buf_cstr(&body));
    assert_true(compile_rule_text(&t, SV("$l NEAR/10000 $l NEAR/10000 $l NEAR/10000 $l NEAR/10000 $l NEAR/10000 $l NEAR/10000 $l NEAR/10000 $l NEAR/10000 $l")));
    struct item item = {.arena = &t.arena, .id = SV("1"), .content_text = buf_view(&text)};
    assert_int_equal(match_item(t.match, &item, &context, &t.hits), 1);
    assert_true(t.hits[0].mention_count > 0);
    buf_free(&body);
    buf_free(&text);
    trying_free(&t);
}

/* A feed may name a language of its own with each item. */
static void languages_without_end(void **state)
{
    struct trying t = {0};
    struct match_context context = {0};
    (void)state;
    assert_true(compile_rule_text(&t, SV("~talks")));
    for (int i = 0; i < 1000; i++) {
        struct item item = {.arena = &t.arena, .content_text = SV("talks"), .language = sv_of(arena_printf(&t.arena, "x%d", i))};
        assert_int_equal(match_item(t.match, &item, &context, &t.hits), 1);
    }
    assert_int_equal(t.match->inexacts.stem_table_count, 1);
    for (int i = 0; i < 1000; i++) {
        const char *nul = arena_printf(&t.arena, "en%cx%d", 0, i);
        struct item item = {.arena = &t.arena, .content_text = SV("talking"), .language = {nul, strlen(nul + 3) + 3}};
        assert_int_equal(match_item(t.match, &item, &context, &t.hits), 1);
    }
    assert_int_equal(t.match->inexacts.stem_table_count, 2);
    trying_free(&t);
}

/* What many rules wait for is there all over the text, without the third word. */
static void a_pair_of_many_rules_repeated_without_end(void **state)
{
    enum { MANY = 20000 };
    struct trying t = {0};
    struct source source = {SV("-e"), SV("\"aaa bbb ccc\"")};
    struct match_context context = {0};
    struct rule *rules = arena_array(&t.arena, MANY, sizeof *rules);
    struct node *tree = rule_parse_text(&source, NULL, &t.arena, &t.diags);
    (void)state;
    for (size_t i = 0; i < MANY; i++)
        rules[i] = (struct rule){.id = SV("r"), .match = tree};
    t.match = match_compile(rules, MANY, &t.diags);
    assert_non_null(t.match);
    struct item item = {.arena = &t.arena, .content_text = repeated(&t, "aaa bbb ddd ", 1 << 20)};
    assert_int_equal(match_item(t.match, &item, &context, &t.hits), 0);
    item.content_text = repeated(&t, "aaa bbb ddd aaa bbb ccc ", 1 << 10);
    assert_int_equal(match_item(t.match, &item, &context, &t.hits), MANY);
    trying_free(&t);
}

static void phrases_of_one_word(void **state)
{
    (void)state;
    assert_int_equal(mentions("\"aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa bbb\"", 0, "", "aaa ", LONG), 0);
    assert_int_equal(mentions("/(a*)*c/", 0, "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ", LONG), 0);
}

static void signs_without_end(void **state)
{
    (void)state;
    assert_int_equal(mentions("aaa", 0, "", ".", LONG), 0);
    assert_int_equal(mentions("aaa", 0, "", "?\"!", LONG), 0);
    assert_int_equal(mentions("aaa", 0, "", "? ", LONG), 0);
    assert_int_equal(mentions("aaa", 0, "", "\xCC\x81\xCC\xA3", LONG), 0);
    assert_int_equal(mentions("aaa", 0, "", "a.", LONG), 0);
    assert_int_equal(mentions("aaa*", 0, "", "aaa", LONG), 1);
}

/* A letter with marks of two classes by turns: to order them costs the square of their number. */
static void marks_without_end(void **state)
{
    struct trying t = {0};
    struct match_context context = {0};
    struct buf text = {0};
    (void)state;
    buf_str(&text, "Iran a");
    while (text.n < LONG)
        buf_str(&text, "\xCC\x81\xCC\xA3");
    assert_true(compile_rule_text(&t, SV("Iran AND NOT talks")));
    struct item item = {.arena = &t.arena, .id = SV("1"), .content_text = buf_view(&text)};
    assert_int_equal(match_item(t.match, &item, &context, &t.hits), 1);
    buf_free(&text);
    trying_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_repeated_without_end),
        cmocka_unit_test(chains_and_nests_over_it),
        cmocka_unit_test(many_alternatives),
        cmocka_unit_test(ten_thousand_different_alternatives),
        cmocka_unit_test(ten_thousand_stems_and_regexes),
        cmocka_unit_test(a_wildcard_that_fifty_thousand_words_fit),
        cmocka_unit_test(parentheses_a_thousand_deep),
        cmocka_unit_test(lists_in_lists),
        cmocka_unit_test(lists_that_name_lists_thrice),
        cmocka_unit_test(a_chain_of_long_lists),
        cmocka_unit_test(regexes_that_backtrack),
        cmocka_unit_test(languages_without_end),
        cmocka_unit_test(a_pair_of_many_rules_repeated_without_end),
        cmocka_unit_test(phrases_of_one_word),
        cmocka_unit_test(signs_without_end),
        cmocka_unit_test(marks_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
