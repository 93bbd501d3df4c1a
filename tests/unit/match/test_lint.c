/* Warnings of what compiles and is hardly meant so: parts that never hold or always do, terms that add nothing. */
#include "trying.h"

static void a_contradiction_is_told(void **state)
{
    static const struct mistake rows[] = {
        {"alpha AND NOT alpha", 11, "this rule never matches: what NOT excludes here is needed beside it"},
        {"alpha AND beta AND NOT ALPHA", 20, "never matches"},
        {"alpha AND (beta AND NOT alpha)", 21, "never matches"},
        {"(alpha | beta) AND NOT (gamma | beta | alpha)", 33, "never matches"},
        {"\"alpha beta\" AND NOT beta", 22, "never matches"},
        {"\"alpha beta\" AND NOT \"alpha beta*\"", 22, "never matches"},
        {"Iranian AND NOT Iran*", 17, "never matches"},
        {"'Iran' AND NOT iran", 16, "never matches"},
        {"Tehran AND NOT $iran", 16, "never matches"},
        {"$iran AND NOT $iran", 11, "never matches"},
        {"\"great Iran\" AND NOT $iran", 0, ""},
        {"title:alpha AND NOT alpha", 21, "never matches"},
        {"title:(alpha NEAR/3 beta) AND NOT title:beta", 41, "never matches"},
        {"(alpha NEAR/3 beta) AND NOT beta", 29, "never matches"},
        {"(alpha NEAR/3 beta) AND NOT (beta NEAR/3 alpha)", 25, "never matches"},
        {"(alpha EXCEPT beta) AND NOT alpha", 29, "never matches"},
        {"ATLEAST/2(alpha) AND NOT alpha", 26, "never matches"},
        {"FIRST/20(alpha) AND NOT alpha", 25, "never matches"},
        {"gamma | (alpha AND NOT alpha)", 20, "this never holds: what NOT excludes here is needed beside it"},
        {"gamma AND NOT (alpha AND NOT alpha)", 26, "this never holds: "},
        {"alpha AND NOT beta", 0, ""},
        {"alpha AND NOT title:alpha", 0, ""},
        {"alpha AND NOT author:alpha", 0, ""},
        {"title:alpha AND NOT content:alpha", 0, ""},
        {"alpha AND NOT \"alpha beta\"", 0, ""},
        {"Iran* AND NOT Iranian", 0, ""},
        {"iran AND NOT 'Iran'", 0, ""},
        {"(alpha | beta) AND NOT beta", 0, ""},
        {"alpha AND NOT (alpha AND beta)", 0, ""},
        {"(alpha NEAR/3 beta) AND NOT (alpha NEAR/2 beta)", 0, ""},
        {"(alpha ONEAR/3 beta) AND NOT (beta ONEAR/3 alpha)", 0, ""},
        {"alpha AND NOT ATLEAST/2(alpha)", 0, ""},
        {"alpha AND NOT FIRST/20(alpha)", 0, ""},
        {"(alpha EXCEPT beta) AND NOT beta", 0, ""},
        {"~running AND NOT running", 0, ""},
        {"/alph.*/ AND NOT alpha", 0, ""},
    };
    (void)state;
    CHECK_WARNINGS(rows);
}

static void conditions_that_exclude_each_other_are_told(void **state)
{
    static const struct mistake rows[] = {
        {"alpha AND lang:ru AND lang:en", 23, "this rule never matches: an item has one language, and another is asked for"},
        {"alpha AND (lang:ru | lang:de) AND (lang:fr | lang:en)", 44, "never matches: an item has one language"},
        {"alpha AND (beta | (lang:ru AND lang:en))", 32, "this never holds: an item has one language"},
        {"alpha AND outlet:a AND outlet:b", 24, "one outlet"},
        {"alpha AND feed:a AND feed:b", 22, "one feed"},
        {"alpha AND country:CN AND country:RU", 26, "one country"},
        {"alpha AND lang:ru AND NOT lang:ru", 23, "never matches"},
        {"alpha AND (lang:ru | lang:en) AND NOT (lang:en | lang:ru)", 35, "never matches"},
        {"alpha AND (lang:ru | lang:en) AND NOT lang:en AND NOT lang:ru", 35, "never matches"},
        {"alpha AND (lang:ru | lang:en) AND lang:ru", 0, ""},
        {"alpha AND (lang:ru | beta) AND lang:en", 0, ""},
        {"alpha AND (lang:ru | outlet:b) AND lang:en", 0, ""},
        {"alpha AND lang:ru AND outlet:a AND country:RU", 0, ""},
        {"alpha AND lang:ru AND NOT lang:en", 0, ""},
        {"alpha AND NOT lang:ru AND NOT lang:en", 0, ""},
    };
    (void)state;
    CHECK_WARNINGS(rows);
}

static void what_except_takes_away_whole_is_told(void **state)
{
    static const struct mistake rows[] = {
        {"alpha EXCEPT alpha", 7, "this rule never matches: EXCEPT takes every mention away"},
        {"(alpha | beta) EXCEPT (beta | alpha)", 16, "never matches: EXCEPT takes every mention away"},
        {"(alpha NEAR/3 beta) EXCEPT (alpha NEAR/3 beta)", 21, "never matches: EXCEPT takes every mention away"},
        {"Iranian EXCEPT Iran*", 1, "never matches: EXCEPT takes every mention of it away"},
        {"'Iran' EXCEPT Iran", 1, "never matches"},
        {"Iran EXCEPT $iran", 1, "never matches"},
        {"title:alpha EXCEPT alpha", 7, "never matches"},
        {"(alpha | beta) EXCEPT (\"beta gamma\" | alpha)", 2, "this never holds: EXCEPT takes every mention of it away"},
        {"gamma NEAR/3 (alpha EXCEPT alpha)", 21, "never matches"},
        {"alpha EXCEPT \"alpha beta\"", 0, ""},
        {"\"alpha beta\" EXCEPT alpha", 0, ""},
        {"Iran* EXCEPT Iranian", 0, ""},
        {"alpha EXCEPT (alpha NEAR/3 beta)", 0, ""},
        {"(title:alpha | author:alpha) EXCEPT beta", 0, ""},
    };
    (void)state;
    CHECK_WARNINGS(rows);
}

static void what_has_no_room_is_told(void **state)
{
    static const struct mistake rows[] = {
        {"FIRST/2(\"alpha beta gamma\")", 1, "this rule never matches: what it holds is 3 words at least, and must end within the first 2"},
        {"FIRST/2(alpha NEAR/5 \"beta gamma\")", 1, "never matches"},
        {"FIRST/2(COVID-19-like)", 1, "never matches"},
        {"FIRST/2(alpha | \"alpha beta gamma\")", 17, "this never holds: it is 3 words, and FIRST/2 ends before"},
        {"FIRST/1(alpha) NEAR/5 FIRST/1(beta)", 16, "never matches: its sides are 2 words at least, and must end within the first 1"},
        {"FIRST/1(alpha) NEAR/5 FIRST/1(alpha)", 16, "never matches"},
        {"ATLEAST/4(FIRST/1(alpha))", 1, "never matches: there is room for 3 mentions at most"},
        {"ATLEAST/2(title:FIRST/3(\"alpha beta\"))", 1, "room for 1 mentions"},
        {"FIRST/3(\"alpha beta gamma\")", 0, ""},
        {"FIRST/2($iran)", 0, ""},
        {"FIRST/1(alpha) NEAR/5 FIRST/2(beta)", 0, ""},
        {"alpha NEAR/0 alpha", 0, ""},
        {"ATLEAST/3(FIRST/1(alpha))", 0, ""},
        {"ATLEAST/9(author:FIRST/1(alpha))", 0, ""},
        {"ATLEAST/10000(alpha)", 0, ""},
    };
    (void)state;
    CHECK_WARNINGS(rows);
}

/* Such a rule has no anchor, which is told at its id and comes first. */
static void what_always_holds_is_told(void **state)
{
    static const struct {
        const char *rule;
        const char *message; /* NULL: only that it needs no term */
    } rows[] = {
        {"alpha | NOT alpha", "this rule matches every item: it is true with and without what NOT excludes"},
        {"NOT alpha | beta | ALPHA", "matches every item"},
        {"alpha | NOT \"alpha beta\"", "matches every item"},
        {"Iran* | NOT Iranian", "matches every item"},
        {"$iran | NOT Tehran", "matches every item"},
        {"alpha | NOT title:alpha", "matches every item"},
        {"alpha | NOT (alpha NEAR/3 beta)", "matches every item"},
        {"lang:ru | NOT lang:ru", "matches every item"},
        {"NOT (alpha AND NOT alpha)", "matches every item: what NOT excludes never holds"},
        {"NOT alpha AND (beta | NOT beta)", "this always holds: "},
        {"alpha | NOT beta", NULL},
        {"title:alpha | NOT alpha", NULL},
        {"\"alpha beta\" | NOT alpha", NULL},
        {"Iranian | NOT Iran*", NULL},
        {"lang:ru | NOT lang:en", NULL},
        {"NOT alpha", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trying t = {0};
        add_list(&t, "iran", "Iran | Tehran");
        if (!compile_rule_text(&t, sv_of(rows[i].rule)))
            fail_msg("%s", rows[i].rule);
        struct sv all = told(&t);
        if (rows[i].message ? sv_find(all, sv_of(rows[i].message)) < 0 : t.diags.warnings != 1)
            fail_msg("%s\n  is told not \"%s\" but:\n%.*s", rows[i].rule, rows[i].message ? rows[i].message : "", SV_ARG(all));
        trying_free(&t);
    }
}

static void a_term_that_repeats_another_is_told(void **state)
{
    static const struct mistake rows[] = {
        {"alpha | beta | alpha", 16, "alpha is written twice"},
        {"alpha | ALPHA", 9, "ALPHA repeats alpha: folded, they are the same"},
        {"(alpha | beta) | alpha", 18, "alpha is written twice"},
        {"alpha AND alpha", 11, "alpha is written twice"},
        {"alpha NEAR/3 (beta | Beta)", 22, "Beta repeats beta"},
        {"title:(alpha | alpha)", 16, "written twice"},
        {"title:alpha | title:alpha", 21, "written twice"},
        {"\"nuclear deal\" | nuclear-deal", 18, "nuclear-deal repeats \"nuclear deal\""},
        {"café | cafe", 8, "cafe repeats café"},
        {"一带一路 | 一带一路", 8, "一带一路 is written twice"},
        {"~running | ~running", 12, "~running is written twice"},
        {"/colou?r/ | /colou?r/", 13, "/colou?r/ is written twice"},
        {"$iran | beta | $iran", 16, "$iran is written twice"},
        {"lang:ru AND alpha AND lang:ru", 23, "this part is written twice"},
        {"(alpha NEAR/3 beta) | gamma | (alpha NEAR/3 beta)", 38, "this part is written twice"},
        {"Iranian | Iran*", 1, "Iranian adds nothing: Iran* finds it already"},
        {"Iran* | Iran", 9, "Iran adds nothing"},
        {"Irania* | Iran*", 1, "Irania* adds nothing"},
        {"woman | wom?n", 1, "woman adds nothing"},
        {"\"ядерн* сделка\" | \"ядерн* сделк*\"", 1, "\"ядерн* сделка\" adds nothing: \"ядерн* сделк*\" finds it already"},
        {"alpha | 'Alpha'", 9, "'Alpha' adds nothing: alpha finds it already"},
        {"Iran | $iran", 1, "Iran adds nothing: the list $iran has it already"},
        {"alpha | beta", 0, ""},
        {"alpha | \"alpha beta\"", 0, ""},
        {"Iran* | \"Iranian deal\"", 0, ""},
        {"title:alpha | author:alpha", 0, ""},
        {"title:alpha AND alpha", 0, ""},
        {"'Alpha' | 'ALPHA'", 0, ""},
        {"~running | running", 0, ""},
        {"Iran* | Irak*", 0, ""},
        {"wom?n | wom?ns", 0, ""},
        {"國家 | 国家", 0, ""}, /* another form of the letters is written to be sure */
        {"إيران* | ایران*", 0, ""},
        {"alpha NEAR/3 alpha", 0, ""},
        {"alpha AND (alpha | beta)", 0, ""},
        {"(alpha ONEAR/3 beta) | (beta ONEAR/3 alpha)", 0, ""},
        {"(alpha NEAR/3 beta) | (alpha NEAR/4 beta)", 0, ""},
        {"ATLEAST/2(alpha) | ATLEAST/3(alpha)", 0, ""},
    };
    (void)state;
    CHECK_WARNINGS(rows);
}

static void a_list_is_told_of_once_however_many_rules_name_it(void **state)
{
    struct trying t = {0};
    (void)state;
    add_list(&t, "places", "Alaska | Alask* | alaska | $more");
    add_list(&t, "more", "Anchorage | Alaska | ANCHORAGE");
    assert_true(compile_rule_text(&t, SV("($places NEAR/5 alpha) | ($places NEAR/6 beta)")));
    struct sv all = told(&t);
    assert_int_equal(t.diags.warnings, 3);
    assert_true(sv_find(all, SV("places:1:19: warning: alaska repeats Alaska")) >= 0);
    assert_true(sv_find(all, SV("places:1:1: warning: Alaska adds nothing: Alask* finds it already")) >= 0);
    assert_true(sv_find(all, SV("more:1:22: warning: ANCHORAGE repeats Anchorage")) >= 0);
    trying_free(&t);
}

/* ---- Whole rules ---- */

struct scored {
    const char *match;       /* or NULL */
    int64_t scores[3];
    const char *clauses[3];
    int64_t threshold;
    const char *lang;        /* the rule's, or NULL */
    const char *message;     /* "": no warning, but maybe that it needs no term */
};

static void check_scored(const struct scored *s)
{
    struct trying t = {0};
    struct sv lang = sv_of(s->lang);
    struct clause clauses[3];
    struct source sources[4];
    t.rule = (struct rule){.id = SV("tried"), .langs = &lang, .lang_count = s->lang ? 1 : 0, .clauses = clauses, .threshold = s->threshold,
                           .has_threshold = true};
    sources[3] = (struct source){SV("match"), sv_of(s->match)};
    t.rule.match = s->match ? rule_parse_text(&sources[3], NULL, &t.arena, &t.diags) : NULL;
    for (size_t i = 0; i < 3 && s->clauses[i]; i++) {
        sources[i] = (struct source){SV("clause"), sv_of(s->clauses[i])};
        clauses[t.rule.clause_count++] =
            (struct clause){s->scores[i], rule_parse_text(&sources[i], NULL, &t.arena, &t.diags), {&sources[i], 0, 1}};
    }
    t.match = match_compile(&t.rule, 1, &t.diags);
    struct sv all = told(&t);
    bool needs = sv_find(all, SV("needs no term")) >= 0;
    if (*s->message ? sv_find(all, sv_of(s->message)) < 0 : t.diags.warnings != needs)
        fail_msg("%s … %s, threshold %lld\n  is told not \"%s\" but:\n%.*s", s->match ? s->match : "", s->clauses[0] ? s->clauses[0] : "",
                 (long long)s->threshold, s->message, SV_ARG(all));
    trying_free(&t);
}

static void whole_rules_that_never_or_always_match_are_told(void **state)
{
    static const struct scored rows[] = {
        {NULL, {5, 2, -3}, {"alpha", "beta", "gamma"}, 8, NULL, "this rule never matches: its clauses make 7 at most, and the threshold is 8"},
        {"delta", {5, 2}, {"alpha", "beta"}, 8, NULL, "this rule never matches: its clauses make 7 at most"},
        {NULL, {5, 2}, {"alpha AND NOT alpha", "beta"}, 3, NULL, "this rule never matches: its clauses make 2 at most"},
        {NULL, {5, -2}, {"alpha", "beta"}, -2, NULL, "this rule matches every item: its clauses make -2 at least, and the threshold is -2"},
        {NULL, {5}, {"alpha"}, 0, NULL, "this rule matches every item: its clauses make 0 at least"},
        {NULL, {5}, {"alpha"}, 0, "ru", "this always holds: its clauses make 0 at least"},
        {NULL, {5, 2, -3}, {"alpha", "beta", "gamma"}, 7, NULL, ""},
        {NULL, {5, -3}, {"alpha", "beta"}, -2, NULL, ""},
        {"delta", {5}, {"alpha"}, 0, NULL, ""}, /* the score may be there to be read */
        {"alpha AND lang:en", {0}, {NULL}, 0, "ru", "this rule never matches: an item has one language, and another is asked for"},
        {"lang:en", {0}, {NULL}, 0, "ru", "this rule never matches: an item has one language"},
        {"alpha AND NOT lang:ru", {0}, {NULL}, 0, "ru", "this rule never matches: every language that is asked for is excluded"},
        {"alpha AND lang:ru", {0}, {NULL}, 0, "ru", ""},
        {"alpha AND (beta | lang:en)", {0}, {NULL}, 0, "ru", ""},
        {"alpha | NOT alpha", {0}, {NULL}, 0, "ru", "this always holds: it is true with and without"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_scored(&rows[i]);
}

static void a_rule_that_another_one_repeats_is_told(void **state)
{
    static const struct {
        const char *first, *second;
        struct sv topic;
        bool told;
    } rows[] = {
        {"alpha | beta", "BETA | alpha", SV_NONE, true},
        {"alpha NEAR/5 (beta | gamma)", "(gamma | beta) NEAR/5 alpha", SV_NONE, true},
        {"alpha | beta", "alpha | beta", SV("other"), false},
        {"alpha | beta", "alpha AND beta", SV_NONE, false},
        {"alpha ONEAR/5 beta", "beta ONEAR/5 alpha", SV_NONE, false},
        {"title:alpha", "alpha", SV_NONE, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct diags diags = {0};
        const struct source sources[] = {{SV("first"), sv_of(rows[i].first)}, {SV("second"), sv_of(rows[i].second)}};
        const struct rule rules[] = {{.id = SV("a"), .match = rule_parse_text(&sources[0], NULL, &arena, &diags)},
                                     {.id = SV("b"), .match = rule_parse_text(&sources[1], NULL, &arena, &diags), .topic = rows[i].topic}};
        struct match *m = match_compile(rules, 2, &diags);
        if ((diags.warnings == 1) != rows[i].told)
            fail_msg("%s\n%s\n  %zu warnings", rows[i].first, rows[i].second, diags.warnings);
        match_free(&m);
        diag_free(&diags);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contradiction_is_told),
        cmocka_unit_test(conditions_that_exclude_each_other_are_told),
        cmocka_unit_test(what_except_takes_away_whole_is_told),
        cmocka_unit_test(what_has_no_room_is_told),
        cmocka_unit_test(what_always_holds_is_told),
        cmocka_unit_test(a_term_that_repeats_another_is_told),
        cmocka_unit_test(a_list_is_told_of_once_however_many_rules_name_it),
        cmocka_unit_test(whole_rules_that_never_or_always_match_are_told),
        cmocka_unit_test(a_rule_that_another_one_repeats_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
