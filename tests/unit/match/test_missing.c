/* Why a rule misses: the smallest parts that are to blame, and what the item has instead. */
#include "trying.h"

/* "part: reason" for each, a line each. */
static struct sv told_of(struct trying *t, size_t rule, const struct story *s)
{
    struct match_context context = context_of(s);
    struct buf out = {0};
    struct match_explainer *x = match_explain(t->match, item_of(t, s), &context);
    struct miss miss = match_miss(x, rule);
    for (size_t i = 0; i < miss.count; i++)
        buf_printf(&out, "%s%.*s: %.*s", i ? "\n" : "", SV_ARG(miss.parts[i].part), SV_ARG(miss.parts[i].reason));
    struct sv v = sv_dup(&t->arena, out.n ? buf_view(&out) : SV(""));
    match_explain_end(&x);
    buf_free(&out);
    return v;
}

static void check_missing(const char *rule, const struct story *s, const char *want)
{
    struct trying t = {0};
    add_list(&t, "iran", "Iran | Tehran");
    add_list(&t, "one", "Iran");
    add_list(&t, "exact", "zebra | $iran | 'JCPOA' | 'BRI'");
    if (!compile_rule_text(&t, sv_of(rule)))
        fail_msg("%s: %.*s", rule, SV_ARG(told(&t)));
    struct sv got = told_of(&t, 0, s);
    if (!sv_eq(got, sv_of(want)))
        fail_msg("%s\nmisses\n%.*s\nnot\n%s", rule, SV_ARG(got), want);
    trying_free(&t);
}

struct row {
    const char *rule, *text, *missing;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_missing(rows[i].rule, &(struct story){.content = rows[i].text}, rows[i].missing);
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void the_smallest_parts_are_named(void **state)
{
    static const struct row rows[] = {
        {"Iran", "Iran", ""},
        {"Iran", "talks", "\"Iran\": not found"},
        {"Iran AND talks", "Iran", "\"talks\": not found"},
        {"Iran AND talks", "deal", "\"Iran\": not found\n\"talks\": not found"},
        {"Iran AND (talks | deal)", "Iran", "\"talks\" | \"deal\": none of these 2 is found"},
        {"Iran AND (talks AND deal)", "Iran talks", "\"deal\": not found"},
        {"$iran AND talks", "talks", "$iran: none of its 2 terms is found"},
        {"$one AND talks", "talks", "$one: its term is not found"},
        {"Iran NEAR/1 talks", "Iran", "\"talks\": not found"},
        {"Iran NEAR/1 (talks | deal)", "Iran", "\"talks\" | \"deal\": none of these 2 is found"},
        {"Iran EXCEPT \"Iran Air\"", "talks", "\"Iran\": not found"},
        {"FIRST/9(Iran)", "talks", "\"Iran\": not found"},
        {"ATLEAST/2($iran)", "talks", "$iran: none of its 2 terms is found"},
    };
    (void)state;
    CHECK_ROWS(rows);
}

static void a_near_tells_how_far_apart_the_nearest_were(void **state)
{
    static const struct row rows[] = {
        {"Iran NEAR/1 talks", "Iran 1 2 3 talks", "\"Iran\" NEAR/1 \"talks\": NEAR/1 held nothing: nearest were 3 words apart"},
        {"Iran NEAR/1 talks", "talks 1 2 Iran 1 2 3 talks", "\"Iran\" NEAR/1 \"talks\": NEAR/1 held nothing: nearest were 2 words apart"},
        {"Iran NEAR/0 talks", "Iran 1 talks 1 2 3 Iran 1 2 3 4 talks", "\"Iran\" NEAR/0 \"talks\": NEAR/0 held nothing: nearest were 1 word apart"},
        {"Iran NEAR/0 talks", "Iran of talks", "\"Iran\" NEAR/0 \"talks\": NEAR/0 held nothing: nearest were 1 word apart"},
        {"Iran ONEAR/1 talks", "Iran 1 2 3 talks", "\"Iran\" ONEAR/1 \"talks\": ONEAR/1 held nothing: nearest were 3 words apart"},
        {"Iran ONEAR/1 talks", "talks in Iran", "\"Iran\" ONEAR/1 \"talks\": ONEAR/1 held nothing: found in the other order only, 1 word apart"},
        {"Iran ONEAR/1 talks", "talks Iran 1 2 3 talks",
         "\"Iran\" ONEAR/1 \"talks\": ONEAR/1 held nothing: nearest in this order were 3 words apart, in the other 0"},
        {"Iran NEAR/s talks", "Iran. Talks.", "\"Iran\" NEAR/s \"talks\": NEAR/s held nothing: nearest were in neighbouring sentences"},
        {"Iran NEAR/s talks", "Iran. One. Talks.", "\"Iran\" NEAR/s \"talks\": NEAR/s held nothing: nearest were 2 sentences apart"},
        {"Iran NEAR/p talks", "Iran\n\nTalks", "\"Iran\" NEAR/p \"talks\": NEAR/p held nothing: nearest were in neighbouring paragraphs"},
        {"Iran NEAR/5 \"Iran Air\"", "Iran Air", "\"Iran\" NEAR/5 \"Iran Air\": NEAR/5 held nothing: they are the same words"},
        {"aa NEAR/1 bb NEAR/1 cc", "aa bb 1 2 3 cc",
         "\"aa\" NEAR/1 \"bb\" NEAR/1 \"cc\": NEAR/1 held nothing between \"aa\" NEAR/1 \"bb\" and \"cc\": nearest were 3 words apart"},
        {"aa NEAR/1 bb NEAR/1 cc", "aa 1 2 bb cc",
         "\"aa\" NEAR/1 \"bb\" NEAR/1 \"cc\": NEAR/1 held nothing between \"aa\" and \"bb\": nearest were 2 words apart"},
        {"(Iran EXCEPT \"Iran Air\") NEAR/3 talks", "Iran Air talks", "\"Iran\" EXCEPT \"Iran Air\": the only mention lies inside \"Iran Air\""},
    };
    (void)state;
    CHECK_ROWS(rows);
    check_missing("Iran NEAR/9 talks", &(struct story){.title = "Iran", .content = "talks"},
                  "\"Iran\" NEAR/9 \"talks\": NEAR/9 held nothing: never in the same field: the one is in title, the other in content");
    check_missing("category:Iran NEAR/9 category:talks", &(struct story){.tags = {"Iran", "talks"}},
                  "category:\"Iran\" NEAR/9 category:\"talks\": NEAR/9 held nothing: never in the same category");
}

static void what_is_there_but_not_as_it_must_be_is_told(void **state)
{
    static const struct row rows[] = {
        {"Iran EXCEPT \"Iran Air\"", "Iran Air", "\"Iran\" EXCEPT \"Iran Air\": the only mention lies inside \"Iran Air\""},
        {"Iran EXCEPT (\"Iran Air\" | \"Iran Post\")", "Iran Post, Iran Air",
         "\"Iran\" EXCEPT (\"Iran Air\" | \"Iran Post\"): all 2 mentions lie inside what it excepts, the first in \"Iran Post\""},
        {"ATLEAST/3(Iran)", "Iran Iran", "ATLEAST/3(\"Iran\"): found 2 of 3"},
        {"ATLEAST/9000(Iran)", "Iran Iran Iran Iran Iran", "ATLEAST/9000(\"Iran\"): found 5 of 9000"},
        {"FIRST/1(Iran)", "the Iran, Iran", "FIRST/1(\"Iran\"): the first mention ends with word 2 of the content"},
        {"Iran AND NOT talks", "Iran talks", "NOT \"talks\": found \"talks\" in content"},
        {"Iran AND NOT (talks | deal)", "Iran Deal talks", "NOT (\"talks\" | \"deal\"): found \"talks\" in content, \"Deal\" in content"},
        {"Iran AND NOT /a[b-e]aa/", "Iran abaa acaa adaa aeaa", "NOT /a[b-e]aa/: found \"abaa\" in content, \"acaa\" in content, \"adaa\" in content, …"},
        {"Iran AND NOT ((talks AND lang:ru) | NOT deal)", "Iran",
         "NOT ((\"talks\" AND lang:ru) | NOT \"deal\"): what it denies is so"},
        {"'Iran'", "IRAN", "'Iran': found only with other case or marks: \"IRAN\""},
        {"'résumé'", "a resume", "'résumé': found only with other case or marks: \"resume\""},
        {"'Iran'", "talks", "'Iran': not found"},
        {"$exact", "on Bri", "$exact: 'BRI' found only with other case or marks: \"Bri\""},
        {"$exact", "talks", "$exact: none of its 4 terms is found"},
        {"\"Iran deal\"", "Iran's good deal", "\"Iran deal\": all its words are found, but not one after the other"},
        {"\"Iran deal\"", "a deal", "\"Iran deal\": \"Iran\" is not found"},
        {"\"nuclear deal\"", "It is nuclear. Deal or not?", "\"nuclear deal\": found only across a sentence's end: \"nuclear. Deal\""},
        {"一带一路", "一路", "\"一带一路\": not found"},
        {"talk*", "Iran", "\"talk*\": nothing fits it"},
        {"~talks", "Iran", "~talks: no word of this stem is found"},
        {"/tal.?/", "Iran", "/tal.?/: nothing fits it"},
    };
    (void)state;
    CHECK_ROWS(rows);
    check_missing("'Iran'", &(struct story){.title = "TALKS IN IRAN"}, "'Iran': found only in a title that is all capitals: \"IRAN\"");
    check_missing("ATLEAST/2(Iran)", &(struct story){.summary = "Iran", .content = "Iran talks"}, "ATLEAST/2(\"Iran\"): found 1 of 2");
}

static void another_field_is_told(void **state)
{
    const struct story s = {.title = "On talks", .content = "Iran talks", .tags = {"Asia"}, .authors = {"Roe"}};
    (void)state;
    check_missing("title:Iran AND talks", &s, "title:\"Iran\": found in content, not in title");
    check_missing("title:Iran NEAR/3 talks", &s, "title:\"Iran\": found in content, not in title");
    check_missing("title:Iran NEAR/3 deal", &s, "title:\"Iran\": found in content, not in title\n\"deal\": not found");
    check_missing("title:($iran | deal)", &s, "title:$iran: found in content, not in title (the nearest of 2 alternatives)");
    check_missing("summary:talks", &s, "summary:\"talks\": found in title and content, not in summary");
    check_missing("Asia", &s, "\"Asia\": found in category, not in title, summary or content");
    check_missing("category:Iran", &s, "category:\"Iran\": found in content, not in category");
    check_missing("title:(talks NEAR/2 deal)", &s, "title:\"deal\": not found");
    check_missing("title:(talks NEAR/2 Iran)", &s, "title:\"Iran\": found in content, not in title");
}

static void of_alternatives_the_nearest_is_told_or_all_of_them(void **state)
{
    static const struct row rows[] = {
        {"talks | deal", "Iran", "\"talks\" | \"deal\": none of these 2 is found"},
        {"zebra | \"Iran deal\"", "Iran's good deal", "\"zebra\" | \"Iran deal\": none of these 2 is found"},
        {"zebra | (yak EXCEPT (\"yak milk\" | \"yak wool\"))", "Iran", "\"zebra\" | \"yak\" EXCEPT (\"yak milk\" | \"yak wool\"): none of these 2 holds"},
        {"zebra | (Iran AND deal)", "Iran", "\"deal\": not found (the nearest of 2 alternatives)"},
        {"zebra | Iran NEAR/1 deal", "Iran 1 2 deal",
         "\"Iran\" NEAR/1 \"deal\": NEAR/1 held nothing: nearest were 2 words apart (the nearest of 2 alternatives)"},
        {"'IRAN' | zebra", "Iran", "'IRAN': found only with other case or marks: \"Iran\" (the nearest of 2 alternatives)"},
        {"(Iran AND aa AND bb AND cc) | (Iran AND deal) | zebra", "Iran", "\"deal\": not found (the nearest of 3 alternatives)"},
        {"zebra | (yak | (Iran AND deal))", "Iran", "\"deal\": not found (the nearest of 2 alternatives)"},
    };
    (void)state;
    CHECK_ROWS(rows);
}

static void what_the_item_has_instead_of_a_condition(void **state)
{
    const struct story s = {.content = "Iran", .lang = "en-GB", .outlet = "tass", .feed = "tass.1", .country = "RU"}, bare = {.content = "Iran"};
    (void)state;
    check_missing("Iran AND lang:ru", &s, "lang:ru: the item's language is en-GB");
    check_missing("Iran AND outlet:xinhua", &s, "outlet:xinhua: the outlet is tass");
    check_missing("Iran AND feed:xinhua", &s, "feed:xinhua: the feed is tass.1");
    check_missing("Iran AND country:CN", &s, "country:CN: the outlet's country is RU");
    check_missing("Iran AND NOT lang:en", &s, "NOT lang:en: the item's language is en-GB");
    check_missing("Iran AND lang:ru", &bare, "lang:ru: the item's language is not known");
    check_missing("Iran AND country:CN", &bare, "country:CN: the outlet's country is not known");
}

static void conditions_of_the_rule_and_its_score_are_told_too(void **state)
{
    struct trying t = {0};
    struct sv langs[] = {SV("ru"), SV("uk")}, outlets[] = {SV("tass")};
    struct source sources[4] = {{SV("-e"), SV("Iran")}, {SV("-e"), SV("deal")}, {SV("-e"), SV("talks")}, {SV("-e"), SV("cricket")}};
    const int64_t scores[4] = {3, 5, -1, -9};
    struct clause clauses[4];
    (void)state;
    for (size_t i = 0; i < 4; i++)
        clauses[i] = (struct clause){scores[i], rule_parse_text(&sources[i], NULL, &t.arena, &t.diags), {0}};
    t.rule = (struct rule){.langs = langs, .lang_count = 2, .outlets = outlets, .outlet_count = 1, .clauses = clauses, .clause_count = 4, .threshold = 5};
    assert_true(compile_rule_text(&t, SV("Iran")));
    const struct story s = {.content = "Iran talks", .lang = "en"};
    assert_string_equal(told_of(&t, 0, &s).p, "lang ru uk: the item's language is en\n"
                                              "outlets tass: the outlet is not known\n"
                                              "score 2 of 5: counted: +3 \"Iran\", -1 \"talks\"; not: +5 \"deal\"");
    struct match_context context = context_of(&s);
    struct match_explainer *x = match_explain(t.match, item_of(&t, &s), &context);
    for (int again = 0; again < 2; again++) { /* the same when it is asked once more */
        struct miss miss = match_miss(x, 0);
        assert_int_equal(miss.count, 3);
        assert_true(miss.scored);
        assert_int_equal(miss.score, 2);
    }
    match_explain_end(&x);
    trying_free(&t);
}

static void what_is_told_is_bounded(void **state)
{
    struct buf rule = {0};
    struct trying t = {0};
    (void)state;
    buf_str(&rule, "(Iran AND (t0");
    for (int i = 1; i < 3000; i++)
        buf_printf(&rule, " | 'Term %d'", i);
    buf_str(&rule, "))");
    for (int i = 0; i < 5000; i++)
        buf_printf(&rule, " AND word%d", i);
    assert_true(compile_rule_text(&t, buf_view(&rule)));
    struct story s = {.content = "Iran"};
    struct sv got = told_of(&t, 0, &s);
    assert_in_range(got.n, 100, 2000);
    assert_true(sv_find(got, SV("…: none of these 3000 is found\n")) > 0);
    assert_true(sv_ends(got, SV("\n…: 4986 more parts are missing")));
    buf_free(&rule);
    trying_free(&t);
}

/* The work for one rule is bounded, too: alternatives that each would be compared with each word of a long text. */
static void a_long_rule_over_a_long_text_is_told_in_time(void **state)
{
    struct buf rule = {0}, text = {0};
    struct trying t = {0};
    (void)state;
    for (int i = 0; i < 5000; i++)
        buf_printf(&rule, "%s\"word some%d word\"", i ? " | " : "", i);
    for (int i = 0; i < 200000; i++)
        buf_str(&text, "word ");
    assert_true(compile_rule_text(&t, buf_view(&rule)));
    struct story s = {.content = buf_cstr(&text)};
    assert_true(sv_ends(told_of(&t, 0, &s), SV("…: none of these 5000 is found")));
    buf_free(&rule);
    buf_free(&text);
    trying_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_parts_are_named),
        cmocka_unit_test(a_near_tells_how_far_apart_the_nearest_were),
        cmocka_unit_test(what_is_there_but_not_as_it_must_be_is_told),
        cmocka_unit_test(another_field_is_told),
        cmocka_unit_test(of_alternatives_the_nearest_is_told_or_all_of_them),
        cmocka_unit_test(what_the_item_has_instead_of_a_condition),
        cmocka_unit_test(conditions_of_the_rule_and_its_score_are_told_too),
        cmocka_unit_test(what_is_told_is_bounded),
        cmocka_unit_test(a_long_rule_over_a_long_text_is_told_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
