/* Why a rule misses: the parts, as rule text, that are to blame. */
#include "trying.h"

static void check_missing(const char *rule, const struct story *s, const char *want)
{
    struct trying t = {0};
    struct buf out = {0};
    struct sv *parts;
    add_list(&t, "iran", "Iran | Tehran");
    if (!compile_rule_text(&t, sv_of(rule)))
        fail_msg("%s: %.*s", rule, SV_ARG(told(&t)));
    struct match_context context = context_of(s);
    size_t n = match_missing(t.match, 0, item_of(&t, s), &context, &parts);
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, "%s%.*s", i ? " ; " : "", SV_ARG(parts[i]));
    if (!sv_eq(out.n ? buf_view(&out) : SV(""), sv_of(want)))
        fail_msg("%s\n  misses  %.*s\n  not     %s", rule, (int)out.n, out.p ? out.p : "", want);
    buf_free(&out);
    trying_free(&t);
}

static void the_smallest_parts_are_named(void **state)
{
    static const struct {
        const char *rule, *text, *missing;
    } rows[] = {
        {"Iran", "Iran", ""},
        {"Iran", "talks", "\"Iran\""},
        {"Iran AND talks", "Iran", "\"talks\""},
        {"Iran AND talks", "deal", "\"Iran\" ; \"talks\""},
        {"Iran AND (talks | deal)", "Iran", "\"talks\" | \"deal\""},
        {"Iran AND (talks AND deal)", "Iran talks", "\"deal\""},
        {"Iran AND NOT talks", "Iran talks", "NOT \"talks\""},
        {"$iran AND talks", "talks", "$iran"},
        {"Iran NEAR/1 talks", "Iran", "\"talks\""},
        {"Iran NEAR/1 talks", "Iran 1 2 3 talks", "\"Iran\" NEAR/1 \"talks\""},
        {"Iran EXCEPT \"Iran Air\"", "talks", "\"Iran\""},
        {"Iran EXCEPT \"Iran Air\"", "Iran Air", "\"Iran\" EXCEPT \"Iran Air\""},
        {"(Iran EXCEPT \"Iran Air\") NEAR/3 talks", "Iran Air talks", "\"Iran\" EXCEPT \"Iran Air\""},
        {"title:Iran AND talks", "Iran talks", "title:\"Iran\""},
        {"title:Iran NEAR/3 talks", "talks", "title:\"Iran\" ; \"talks\""},
        {"ATLEAST/3(Iran)", "Iran Iran", "ATLEAST/3(\"Iran\")"},
        {"FIRST/1(Iran)", "the Iran", "FIRST/1(\"Iran\")"},
        {"Iran AND lang:ru", "Iran", "lang:ru"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_missing(rows[i].rule, &(struct story){.content = rows[i].text}, rows[i].missing);
}

static void conditions_and_scores_are_named_too(void **state)
{
    struct trying t = {0};
    struct sv langs[] = {SV("ru")}, outlets[] = {SV("tass")}, *parts;
    struct source source = {SV("-e"), SV("Iran")};
    struct clause clause = {3, rule_parse_text(&source, NULL, &t.arena, &t.diags), {0}};
    (void)state;
    t.rule.langs = langs, t.rule.lang_count = 1;
    t.rule.outlets = outlets, t.rule.outlet_count = 1;
    t.rule.clauses = &clause, t.rule.clause_count = 1, t.rule.threshold = 5;
    assert_true(compile_rule_text(&t, SV("Iran")));
    struct story s = {.content = "Iran", .lang = "en"};
    struct match_context context = context_of(&s);
    assert_int_equal(match_missing(t.match, 0, item_of(&t, &s), &context, &parts), 3);
    assert_true(sv_eq(parts[0], SV("lang")));
    assert_true(sv_eq(parts[1], SV("outlets")));
    assert_true(sv_eq(parts[2], SV("score 3 of 5")));
    trying_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_parts_are_named),
        cmocka_unit_test(conditions_and_scores_are_named_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
