/* Operators, fields, conditions, lists, scores: what makes a rule true. */
#include "trying.h"

static void and_or_not(void **state)
{
    static const struct trial rows[] = {
        {"Iran AND talks", "talks with Iran", HIT, "both"},
        {"Iran AND talks", "Iran", MISS, "one of two"},
        {"Iran OR talks", "talks", HIT, "one of two"},
        {"Iran | talks", "neither", MISS, "none"},
        {"NOT Iran", "talks", HIT, "a rule without a term works"},
        {"NOT Iran", "Iran", MISS, "it drops the item"},
        {"Iran AND NOT talks", "Iran", HIT, "the denied is not there"},
        {"Iran AND NOT talks", "Iran talks", MISS, "the denied is there"},
        {"Iran AND NOT (talks | deal)", "Iran deal", MISS, "a denied group"},
        {"NOT (Iran AND talks)", "Iran", HIT, "not both"},
        {"NOT Iran NEAR/1 talks", "Iran once more talks", HIT, "NOT goes over the whole NEAR"},
        {"NOT Iran NEAR/1 talks", "Iran talks", MISS, "NOT goes over the whole NEAR"},
        {"NOT Iran | talks", "talks and Iran", HIT, "NOT goes before OR"},
        {"(Iran | Tehran) AND (talks | deal)", "a deal in Tehran", HIT, "groups"},
        {"(Iran AND talks) OR (Alaska AND deal)", "an Alaska deal", HIT, "the second of two"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void near_counts_the_words_between(void **state)
{
    static const struct trial rows[] = {
        {"Iran NEAR/0 talks", "Iran talks", HIT, "side by side"},
        {"Iran NEAR/0 talks", "talks Iran", HIT, "either order"},
        {"Iran NEAR/0 talks", "Iran nuclear talks", MISS, "one between"},
        {"Iran NEAR/1 talks", "Iran nuclear talks", HIT, "one between"},
        {"Iran NEAR/5 talks", "Iran 1 2 3 4 5 talks", HIT, "five between: not Factiva's four"},
        {"Iran NEAR/5 talks", "Iran 1 2 3 4 5 6 talks", MISS, "six between"},
        {"Iran NEAR/5 talks", "talks 1 2 3 4 5 Iran", HIT, "either order"},
        {"Iran ONEAR/5 talks", "Iran 1 2 3 4 5 talks", HIT, "in that order"},
        {"Iran ONEAR/5 talks", "talks Iran", MISS, "not in the other"},
        {"Iran ONEAR/0 talks", "Iran talks", HIT, "in that order, side by side"},
        {"Iran ONEAR/0 talks", "Iran a talks", MISS, "one between"},
        {"\"nuclear deal\" NEAR/1 Iran", "nuclear deal with Iran", HIT, "from the end of one to the start of the other"},
        {"\"nuclear deal\" NEAR/1 Iran", "Iran has nuclear deal", HIT, "from the end of one to the start of the other"},
        {"\"nuclear deal\" NEAR/0 deal", "nuclear deal", MISS, "no word in common"},
        {"\"nuclear deal\" NEAR/0 deal", "nuclear deal deal", HIT, "another deal"},
        {"Iran NEAR/5 Iran", "Iran", MISS, "no word in common"},
        {"Iran NEAR/5 Iran", "Iran and Iran", HIT, "two of them"},
        {"Iran NEAR/5 (talks | deal)", "Iran 1 2 3 4 5 6 talks deal 1 Iran", HIT, "any of the group, any of the mentions"},
        {"Iran NEAR/3 talks", "Iran's big, \"new\" talks", HIT, "possessives and signs take no position"},
        {"Iran NEAR/2 talks", "Iran.\n\n1 2 talks", HIT, "blocks cost nothing"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void a_chain_goes_left_to_right_against_the_span_so_far(void **state)
{
    static const struct trial rows[] = {
        {"aa NEAR/1 bb NEAR/1 cc", "aa 1 bb 1 cc", HIT, "each against the span"},
        {"aa NEAR/1 bb NEAR/1 cc", "bb 1 aa 1 cc", HIT, "on the other side of the span"},
        {"aa NEAR/1 bb NEAR/1 cc", "cc 1 aa 1 bb", HIT, "before the span"},
        {"aa NEAR/2 bb NEAR/2 cc", "aa cc bb", MISS, "within the span: a word in common"},
        {"aa NEAR/1 bb NEAR/1 cc", "aa 1 cc 1 bb", MISS, "the first two are too far apart"},
        {"aa NEAR/1 bb NEAR/1 cc", "aa bb 1 2 cc", MISS, "the third is too far"},
        {"aa ONEAR/1 bb ONEAR/1 cc", "aa 1 bb 1 cc", HIT, "in order"},
        {"aa ONEAR/1 bb ONEAR/1 cc", "cc aa bb", MISS, "out of order"},
        {"aa ONEAR/1 bb ONEAR/1 cc", "aa bb 1 2 bb 1 cc", MISS, "aa is far from the second bb"},
        {"(aa NEAR/5 bb) NEAR/0 cc", "aa 1 2 3 bb cc", HIT, "an inner NEAR's mention is its span"},
        {"cc NEAR/0 (aa NEAR/5 bb)", "bb 1 2 3 aa cc", HIT, "from its first to its last word"},
        {"(aa NEAR/5 bb) NEAR/0 cc", "aa 1 cc 3 bb", MISS, "cc lies in the span"},
        {"(aa NEAR/9 bb) NEAR/0 cc", "aa bb 1 bb cc", HIT, "any of its spans"},
        {"(aa NEAR/s bb) NEAR/0 cc", "aa 1 bb. Cc", HIT, "NEAR crosses the sentence's end"},
        {"aa NEAR/s bb NEAR/s cc", "aa bb cc", HIT, "all in a sentence"},
        {"aa NEAR/s bb NEAR/s cc", "aa bb. Cc", MISS, "the third in another"},
        {"aa NEAR/p bb NEAR/p cc", "aa. Bb. Cc.", HIT, "all in a paragraph"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void except_drops_the_mention_not_the_item(void **state)
{
    static const struct trial rows[] = {
        {"Alaska EXCEPT \"Alaska Airlines\"", "Alaska", HIT, "no mention to except"},
        {"Alaska EXCEPT \"Alaska Airlines\"", "Alaska Airlines", MISS, "its only mention is dropped"},
        {"Alaska EXCEPT \"Alaska Airlines\"", "Alaska Airlines flies to Alaska", HIT, "another mention stays"},
        {"Alaska EXCEPT (\"Alaska Airlines\" | \"Alaska Air\")", "Alaska Air", MISS, "any of the group"},
        {"\"Alaska Airlines\" EXCEPT Alaska", "Alaska Airlines", HIT, "it does not lie wholly inside"},
        {"\"Alaska Airlines\" EXCEPT \"Airlines flight\"", "Alaska Airlines flight", HIT, "an overlap is not wholly inside"},
        {"Alaska EXCEPT Alaska", "Alaska", MISS, "the same is inside"},
        {"Alaska EXCEPT \"Alaska Airlines\" EXCEPT \"Alaska Highway\"", "Alaska Highway", MISS, "a chain"},
        {"Alaska EXCEPT \"Alaska Airlines\" EXCEPT \"Alaska Highway\"", "Alaska Bay", HIT, "a chain"},
        {"Alaska EXCEPT (Alaska NEAR/3 flights)", "Alaska has two flights", MISS, "inside a NEAR's span"},
        {"has EXCEPT (Alaska NEAR/3 flights)", "Alaska has two flights", MISS, "words between belong to the span"},
        {"(Alaska NEAR/3 talks) EXCEPT \"Alaska peace talks\"", "Alaska peace talks", MISS, "a span inside a phrase"},
        {"(Alaska NEAR/3 talks) EXCEPT \"Alaska peace\"", "Alaska peace talks", HIT, "a span that reaches beyond"},
        {"(Alaska EXCEPT \"Alaska Airlines\") NEAR/3 talks", "Alaska Airlines talks", MISS, "what is dropped is near nothing"},
        {"(Alaska EXCEPT \"Alaska Airlines\") NEAR/3 talks", "Alaska Airlines talks in Alaska", HIT, "what stays is"},
        {"cc EXCEPT (\"aa bb cc\" | bb)", "aa bb cc", MISS, "inside the longer of two that begin before it"},
        {"Alaska AND NOT \"Alaska Airlines\"", "Alaska Airlines flies to Alaska", MISS, "NOT drops the item"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void atleast_and_first(void **state)
{
    static const struct trial rows[] = {
        {"ATLEAST/2(Iran)", "Iran and Iran", HIT, "two"},
        {"ATLEAST/3(Iran)", "Iran and Iran", MISS, "two of three"},
        {"ATLEAST/2(Iran | talks)", "Iran talks", HIT, "of any of the group"},
        {"ATLEAST/2(Iran | Iran*)", "Iran", MISS, "overlapping ones count once"},
        {"ATLEAST/2(\"aa bb\" | \"bb cc\")", "aa bb cc", MISS, "overlapping ones count once"},
        {"ATLEAST/2(\"aa bb cc\" | aa | cc)", "aa bb cc", HIT, "as many as stand side by side"},
        {"ATLEAST/2(Iran NEAR/3 talks)", "Iran talks. Talks Iran", HIT, "spans"},
        {"ATLEAST/2(Iran EXCEPT \"Iran Air\")", "Iran Air, Iran, Iran Air", MISS, "what is dropped does not count"},
        {"FIRST/1(Iran)", "Iran talks", HIT, "within the first word"},
        {"FIRST/2(talks)", "Iran talks", HIT, "ends within the first two"},
        {"FIRST/1(talks)", "Iran talks", MISS, "the second word"},
        {"FIRST/2(\"nuclear deal\")", "a nuclear deal", MISS, "it must end there"},
        {"FIRST/3(\"nuclear deal\")", "a nuclear deal", HIT, "it ends there"},
        {"FIRST/3(Iran) NEAR/5 talks", "Iran holds long talks", HIT, "FIRST inside NEAR"},
        {"FIRST/3(Iran) NEAR/5 talks", "1 2 3 Iran holds talks", MISS, "FIRST inside NEAR"},
    };
    (void)state;
    CHECK_TRIALS(rows);
    check_story("ATLEAST/2(Iran)", &(struct story){.title = "Iran", .content = "Iran"}, HIT, "title and content");
    check_story("ATLEAST/2(Iran)", &(struct story){.summary = "Iran talks", .content = "Iran talks go on"}, MISS, "a summary that the content begins with");
    check_story("ATLEAST/2(Iran)", &(struct story){.summary = "Iran talks […]", .content = "Iran: talks go on"}, MISS, "compared as words");
    check_story("ATLEAST/2(Iran)", &(struct story){.summary = "Talks in Iran", .content = "Iran: talks go on"}, HIT, "another summary counts");
    check_story("ATLEAST/2(Iran)", &(struct story){.tags = {"Iran", "Iran"}, .content = "Iran"}, MISS, "in the text");
    check_story("category:ATLEAST/2(Iran)", &(struct story){.tags = {"Iran", "Iran"}}, HIT, "in the categories");
    check_story("FIRST/1(Iran)", &(struct story){.title = "On talks", .content = "Iran"}, HIT, "of its own field");
}

static void fields(void **state)
{
    const struct story all = {.title = "tt", .summary = "ss", .content = "cc", .authors = {"Jane Roe", "John Doe"}, .tags = {"World News", "Asia"},
                              .url = "https://www.news.example/2025/iran-talks.html"};
    (void)state;
    check_story("tt", &all, HIT, "a bare term searches the title");
    check_story("ss", &all, HIT, "a bare term searches the summary");
    check_story("cc", &all, HIT, "a bare term searches the content");
    check_story("text:cc", &all, HIT, "text is all three");
    check_story("text:ss AND text:tt", &all, HIT, "text is all three");
    check_story("Roe", &all, MISS, "not the authors");
    check_story("Asia", &all, MISS, "not the categories");
    check_story("iran", &all, MISS, "not the URL");
    check_story("title:tt", &all, HIT, "title");
    check_story("title:ss", &all, MISS, "title");
    check_story("summary:ss", &all, HIT, "summary");
    check_story("summary:cc", &all, MISS, "summary");
    check_story("content:cc", &all, HIT, "content");
    check_story("content:tt", &all, MISS, "content");
    check_story("author:\"Jane Roe\"", &all, HIT, "author");
    check_story("author:\"Roe John\"", &all, MISS, "each author is a field of its own");
    check_story("author:(Jane NEAR/5 Doe)", &all, MISS, "each author is a field of its own");
    check_story("author:Jane AND author:Doe", &all, HIT, "both are authors");
    check_story("category:\"World News\"", &all, HIT, "category");
    check_story("category:(News NEAR/5 Asia)", &all, MISS, "each category is a field of its own");
    check_story("url:(iran NEAR/0 talks)", &all, HIT, "url");
    check_story("url:news.example", &all, HIT, "a host");
    check_story("title:(tt | ss)", &all, HIT, "a group");
    check_story("tt NEAR/5 ss", &all, MISS, "fields are not near each other");
    check_story("url:\"一带 路\"", &(struct story){.url = "https://x.example/%E4%B8%80%E5%B8%A6%20%E8%B7%AF"}, HIT, "%XX is decoded");
    check_story("url:一带", &(struct story){.url = "https://xn--4gqw65d.example/"}, MISS, "another name");
    check_story("url:münchen", &(struct story){.url = "https://www.xn--mnchen-3ya.example/"}, HIT, "punycode is decoded");
    check_story("url:\"example iran\"", &(struct story){.url = "https://x.example/%FFiran"}, HIT, "a byte that is no UTF-8 breaks");
}

static void a_side_without_a_field_takes_the_others(void **state)
{
    const struct story s = {.title = "Iran holds talks", .content = "Talks on a deal with Iran. Nothing new.", .authors = {"Deal Roe"}};
    (void)state;
    check_story("title:Iran NEAR/5 talks", &s, HIT, "both in the title");
    check_story("Iran NEAR/5 title:talks", &s, HIT, "both in the title");
    check_story("title:Iran NEAR/5 deal", &s, MISS, "both in the title");
    check_story("content:Iran NEAR/5 deal", &s, HIT, "both in the content");
    check_story("title:Iran NEAR/5 (holds NEAR/5 talks)", &s, HIT, "into an inner NEAR");
    check_story("(title:holds | new) NEAR/1 nothing", &s, HIT, "a side that is partly in a field: each part where it is");
    check_story("(title:holds | content:deal) NEAR/3 Iran", &s, HIT, "a side in two fields: in either");
    check_story("(title:nowhere | content:deal) NEAR/3 Iran", &s, HIT, "a side in two fields: in the second");
    check_story("Iran EXCEPT title:Iran", &s, HIT, "what EXCEPT takes away has its own field");
    check_story("title:Iran EXCEPT Iran", &s, MISS, "and without one the text");
    check_story("author:Deal EXCEPT \"Deal Roe\"", &s, MISS, "or where the first is");
    check_story("(Iran EXCEPT title:Iran) NEAR/3 content:deal", &s, HIT, "the excepted side's field is not the NEAR's");
}

static void conditions_on_the_item(void **state)
{
    const struct story s = {.content = "Iran", .lang = "ru-RU", .outlet = "xinhua", .feed = "xinhua.world", .country = "CN", .outlet_lang = "zh"};
    const struct story bare = {.content = "Iran", .outlet_lang = "zh-Hans"}, unknown = {.content = "Iran"};
    (void)state;
    check_story("Iran AND lang:ru", &s, HIT, "the primary subtag");
    check_story("Iran AND lang:RU", &s, HIT, "caseless");
    check_story("Iran AND lang:zh", &s, MISS, "the item's goes before the outlet's");
    check_story("Iran AND lang:fi", &(struct story){.content = "Iran", .lang = "fil"}, MISS, "not a beginning");
    check_story("Iran AND lang:zh", &bare, HIT, "else its outlet's");
    check_story("Iran AND lang:en", &unknown, MISS, "unknown is false");
    check_story("Iran AND NOT lang:en", &unknown, HIT, "unknown is false");
    check_story("outlet:Xinhua", &s, HIT, "an id, caseless");
    check_story("outlet:xin", &s, MISS, "whole");
    check_story("feed:xinhua.World", &s, HIT, "an id, caseless");
    check_story("feed:xinhua", &s, MISS, "whole");
    check_story("country:cn", &s, HIT, "caseless");
    check_story("country:RU", &s, MISS, "another");
    check_story("country:CN", &unknown, MISS, "unknown is false");
    check_story("(lang:ru | lang:en) AND Iran", &s, HIT, "a group");
}

/* The daemon gives the trees back once rules are compiled. */
static void a_rule_holds_without_its_tree(void **state)
{
    static const char *const rules[] = {"lang:ru AND talks", "(outlet:tass | feed:x) AND talks", "feed:news AND NOT country:us AND talks", "talks AND ~talks AND /tal.*/ AND 'talks'"};
    const struct match_context context = {.outlet = SV("tass"), .feed = SV("news"), .language = SV("ru"), .country = SV("ru")};
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct trying t = {0};
        struct arena trees = {0};
        struct source source = {SV("-e"), sv_of(rules[i])};
        t.rule = (struct rule){.id = SV("tried"), .match = rule_parse_text(&source, NULL, &trees, &t.diags)};
        t.match = match_compile(&t.rule, 1, &t.diags);
        assert_non_null(t.match);
        arena_free(&trees);
        struct item item = {.arena = &t.arena, .content_text = SV("talks")};
        if (match_item(t.match, &item, &context, &t.hits) != 1)
            fail_msg("%s", rules[i]);
        trying_free(&t);
    }
}

static void lists_stand_for_their_terms(void **state)
{
    static const struct trial rows[] = {
        {"$iran", "Тегерана", HIT, "a wildcard in a list"},
        {"$iran", "Persia", HIT, "a list in a list"},
        {"$iran NEAR/3 $talks", "Gipfel in Tehran", HIT, "on both sides of NEAR"},
        {"$iran NEAR/0 $talks", "Gipfel in Tehran", MISS, "on both sides of NEAR"},
        {"title:$iran", "Iran", MISS, "in a field"},
        {"$iran AND $talks", "会谈 in Iran", HIT, "with AND"},
        {"$iran EXCEPT \"Iran Air\"", "Iran Air", MISS, "with EXCEPT"},
        {"ATLEAST/2($iran)", "Iran and Tehran", HIT, "counted"},
        {"content:$iran AND NOT title:$iran", "Iran", HIT, "the same list in two fields"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trying t = {0};
        add_list(&t, "iran", "Iran | Tehran | Тегеран* | $old");
        add_list(&t, "talks", "talks | Gipfel | 会谈");
        add_list(&t, "old", "Persia");
        if (!compile_rule_text(&t, sv_of(rows[i].rule)))
            fail_msg("%s: %.*s", rows[i].rule, SV_ARG(told(&t)));
        if ((hold(&t, &(struct story){.content = rows[i].text}) != NULL) != (rows[i].want == HIT))
            fail_msg("%s: %s: %s", rows[i].rule, rows[i].text, rows[i].why);
        trying_free(&t);
    }
}

struct scored {
    const char *text;
    int64_t score; /* INT64_MIN: no hit */
};

static void scores_are_summed_against_the_threshold(void **state)
{
    static const struct scored rows[] = {
        {"a belt and road", 5}, {"belt and road in China", 7}, {"belt and road by British Rail", INT64_MIN},
        {"China, China, China", INT64_MIN}, /* each clause counts once */
        {"belt and road, belt and road", 5},
    };
    static const char *const exprs[] = {"\"belt and road\"", "China", "\"British Rail\""};
    static const int64_t values[] = {5, 2, -10};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trying t = {0};
        struct clause clauses[3];
        struct source sources[3];
        for (size_t k = 0; k < 3; k++) {
            sources[k] = (struct source){SV("-e"), sv_of(exprs[k])};
            clauses[k] = (struct clause){values[k], rule_parse_text(&sources[k], NULL, &t.arena, &t.diags), {0}};
        }
        t.rule = (struct rule){.id = SV("scored"), .clauses = clauses, .clause_count = 3, .threshold = 5, .has_threshold = true};
        t.match = match_compile(&t.rule, 1, &t.diags);
        assert_non_null(t.match);
        assert_int_equal(t.diags.warnings, 0);
        const struct hit *hit = hold(&t, &(struct story){.content = rows[i].text});
        if ((hit ? hit->score : INT64_MIN) != rows[i].score)
            fail_msg("%s: %lld", rows[i].text, hit ? (long long)hit->score : 0);
        trying_free(&t);
    }
}

static void only_a_score_within_reach_without_terms_is_warned_of(void **state)
{
    static const struct {
        int64_t threshold;
        size_t warnings;
    } rows[] = {{2, 1}, {3, 0}, {0, 1}};
    struct source sources[] = {{SV("-e"), SV("Iran")}, {SV("-e"), SV("lang:en")}, {SV("-e"), SV("NOT talks")}};
    static const int64_t values[] = {5, 2, -3};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trying t = {0};
        struct clause clauses[3];
        for (size_t k = 0; k < 3; k++)
            clauses[k] = (struct clause){values[k], rule_parse_text(&sources[k], NULL, &t.arena, &t.diags), {0}};
        t.rule = (struct rule){.id = SV("scored"), .clauses = clauses, .clause_count = 3, .threshold = rows[i].threshold, .has_threshold = true};
        t.match = match_compile(&t.rule, 1, &t.diags);
        assert_non_null(t.match);
        assert_int_equal(t.diags.warnings, rows[i].warnings);
        trying_free(&t);
    }
}

static void a_rule_is_held_to_its_languages_and_outlets(void **state)
{
    struct trying t = {0};
    struct sv langs[] = {SV("en"), SV("ru")}, outlets[] = {SV("tass")};
    (void)state;
    t.rule.langs = langs, t.rule.lang_count = 2;
    t.rule.outlets = outlets, t.rule.outlet_count = 1;
    assert_true(compile_rule_text(&t, SV("Iran")));
    assert_non_null(hold(&t, &(struct story){.content = "Iran", .lang = "ru-RU", .outlet = "tass"}));
    assert_null(hold(&t, &(struct story){.content = "Iran", .lang = "fr", .outlet = "tass"}));
    assert_null(hold(&t, &(struct story){.content = "Iran", .lang = "ru", .outlet = "rt"}));
    assert_null(hold(&t, &(struct story){.content = "Iran"}));
    trying_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(and_or_not),
        cmocka_unit_test(near_counts_the_words_between),
        cmocka_unit_test(a_chain_goes_left_to_right_against_the_span_so_far),
        cmocka_unit_test(except_drops_the_mention_not_the_item),
        cmocka_unit_test(atleast_and_first),
        cmocka_unit_test(fields),
        cmocka_unit_test(a_side_without_a_field_takes_the_others),
        cmocka_unit_test(conditions_on_the_item),
        cmocka_unit_test(a_rule_holds_without_its_tree),
        cmocka_unit_test(lists_stand_for_their_terms),
        cmocka_unit_test(scores_are_summed_against_the_threshold),
        cmocka_unit_test(only_a_score_within_reach_without_terms_is_warned_of),
        cmocka_unit_test(a_rule_is_held_to_its_languages_and_outlets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
