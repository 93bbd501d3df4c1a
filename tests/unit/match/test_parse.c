/* What is no rule: each mistake is told once, at its place, with what would be right. */
#include "trying.h"

static void what_two_readers_could_read_in_two_ways_is_an_error(void **state)
{
    static const struct mistake rows[] = {
        {"Iran OR talks AND deal", 15, "which goes first? Write parentheses"},
        {"Iran AND talks | deal", 16, "which goes first? Write parentheses"},
        {"(Iran | talks) AND deal", 0, ""},
        {"nuclear deal", 9, "a phrase needs quotes (\"nuclear deal\"); or write AND"},
        {"\"nuclear deal\" Iran", 16, "a phrase needs quotes"},
        {"$iran talks", 7, "two terms with nothing between"},
        {"Iran (talks)", 6, "two terms with nothing between"},
        {"Iran NOT talks", 6, "two terms with nothing between: write AND NOT"},
        {"Iran lang:ru", 6, "two terms with nothing between"},
        {"\"aa\"\"bb\"", 5, "two terms with nothing between"},
        {"aa NEAR/5 bb NEAR/6 cc", 14, "Write parentheses"},
        {"aa NEAR/5 bb ONEAR/5 cc", 14, "Write parentheses"},
        {"aa NEAR/s bb NEAR/p cc", 14, "Write parentheses"},
        {"aa NEAR/5 bb EXCEPT cc", 14, "Write parentheses"},
        {"(aa NEAR/5 bb) NEAR/6 (cc EXCEPT dd)", 0, ""},
        {"aa NEAR/5 bb NEAR/5 cc", 0, ""},
        {"aa EXCEPT bb EXCEPT cc", 0, ""},
    };
    (void)state;
    CHECK_ERRORS(rows);
}

static void operators_are_upper_case(void **state)
{
    static const struct mistake rows[] = {
        {"Iran and talks", 6, "operators are upper case: write AND"},
        {"Iran or talks", 6, "write OR"},
        {"not Iran", 1, "write NOT; to search for the word, quote it: \"not\""},
        {"Iran Except talks", 6, "write EXCEPT"},
        {"Iran Near/5 talks", 6, "write NEAR/5"},
        {"Iran near5 talks", 6, "write NEAR/5"},
        {"Iran onear/5 talks", 6, "write ONEAR/5"},
        {"first/50(Iran)", 1, "write FIRST/50"},
        {"AtLeast/2(Iran)", 1, "write ATLEAST/2"},
        {"Iran AND AND talks", 10, "an operator, where a term should be"},
        {"\"AND\" AND \"or\"", 0, ""},
        {"near AND first", 0, ""},
        {"nothing | order | android", 0, ""},
    };
    (void)state;
    CHECK_ERRORS(rows);
}

static void numbers_have_bounds(void **state)
{
    static const struct mistake rows[] = {
        {"Iran NEAR talks", 6, "NEAR takes a number, s or p: write NEAR/5"},
        {"Iran NEAR5 talks", 6, "write NEAR/5"},
        {"Iran NEAR /5 talks", 6, "NEAR takes a number"},
        {"Iran NEAR/ talks", 6, "NEAR takes a number"},
        {"Iran NEAR/x talks", 6, "NEAR takes a number"},
        {"Iran NEAR/-1 talks", 6, "NEAR takes a number"},
        {"Iran NEAR/5x talks", 6, "NEAR takes a number"},
        {"Iran ONEAR/s talks", 6, "ONEAR takes a number"},
        {"Iran NEAR/10001 talks", 6, "the number must be 0 to 10000"},
        {"Iran ONEAR/99999999999999999999 talks", 6, "the number must be 0 to 10000"},
        {"ATLEAST/0(Iran)", 1, "the number must be 1 to 10000"},
        {"FIRST/0(Iran)", 1, "the number must be 1 to 10000"},
        {"FIRST/10001(Iran)", 1, "the number must be 1 to 10000"},
        {"ATLEAST(Iran)", 1, "ATLEAST takes a number: write ATLEAST/5"},
        {"FIRST/5 Iran", 1, "FIRST takes parentheses: write FIRST/5(…)"},
        {"Iran NEAR/0 talks", 0, ""},
        {"Iran ONEAR/0 talks", 0, ""},
        {"Iran NEAR/10000 talks", 0, ""},
        {"Iran NEAR/s talks", 0, ""},
        {"FIRST/1(Iran) | ATLEAST/10000(Iran)", 0, ""},
    };
    (void)state;
    CHECK_ERRORS(rows);
}

static void fields_and_conditions_are_lower_case_and_without_blanks(void **state)
{
    static const struct mistake rows[] = {
        {"title: Iran", 1, "no blank after the colon: write title:word"},
        {"title :Iran", 7, "no blank before it"},
        {"Title:Iran", 1, "fields are lower case: write title:"},
        {"LANG:ru", 1, "fields are lower case: write lang:"},
        {"titel:Iran", 1, "did you mean title:"},
        {"http://news.example", 1, "a text with a colon needs quotes: \"http://news.example\""},
        {"lang: ru", 1, "no blank after the colon: write lang:value"},
        {"lang:(ru | en)", 1, "takes one value: write (lang:a | lang:b)"},
        {"outlet:(a | b) AND Iran", 1, "takes one value: write (outlet:a | outlet:b)"},
        {"lang:chinese AND Iran", 1, "lang: takes a primary subtag alone, as in en or zh"},
        {"lang:zh-CN AND Iran", 1, "write lang:zh, not lang:zh-CN"},
        {"country:C\xC3\xB4te AND Iran", 1, "is no value for country"},
        {"title:(peace | talks) | text:$iran | url:\"iran talks\"", 0, ""},
        {"(lang:ru | country:CN | outlet:xinhua | feed:xinhua.world-2) AND Iran", 0, ""},
    };
    (void)state;
    CHECK_ERRORS(rows);
}

static void only_what_has_mentions_stands_inside(void **state)
{
    static const struct mistake rows[] = {
        {"(Iran AND deal) NEAR/5 talks", 7, "AND has no place inside NEAR"},
        {"Iran NEAR/5 (NOT talks)", 14, "NOT has no place inside NEAR"},
        {"Iran NEAR/5 NOT talks", 13, "NOT has no place here"},
        {"Iran EXCEPT (\"Iran Air\" AND talks)", 25, "AND has no place inside EXCEPT"},
        {"ATLEAST/2(Iran AND talks)", 16, "AND has no place inside ATLEAST"},
        {"FIRST/50(Iran AND talks)", 15, "write FIRST/n(a) AND FIRST/n(b)"},
        {"title:(Iran AND talks)", 13, "write title:a AND title:b"},
        {"title:(Iran | NOT talks)", 15, "NOT has no place inside a field"},
        {"title:(Iran | lang:ru)", 15, "a condition on the item has no place inside a field"},
        {"Iran NEAR/5 lang:ru", 13, "a condition on the item has no place inside NEAR"},
        {"Iran NEAR/5 ATLEAST/2(talks)", 13, "ATLEAST has no place inside NEAR"},
        {"ATLEAST/2(ATLEAST/2(Iran))", 11, "ATLEAST has no place inside ATLEAST"},
        {"title:ATLEAST/2(Iran) NEAR/3 talks", 7, "ATLEAST has no place inside NEAR"},
        {"((Iran AND deal) NEAR/5 talks) NEAR/2 summit", 8, "AND has no place inside NEAR"},
        {"title:(Iran | url:talks)", 15, "a field inside another field"},
        {"title:title:Iran", 7, "a field inside another field"},
        {"title:Iran NEAR/5 summary:talks", 12, "different fields"},
        {"title:Iran NEAR/5 text:talks", 12, "different fields"},
        {"title:Iran NEAR/5 talks NEAR/5 url:deal", 12, "different fields"},
        {"FIRST/50(Iran) NEAR/5 talks", 0, ""},
        {"title:Iran NEAR/5 title:talks", 0, ""},
        {"title:Iran AND summary:talks", 0, ""},
        {"Iran EXCEPT title:\"Iran Air\"", 0, ""},
    };
    (void)state;
    CHECK_ERRORS(rows);
}

static void parentheses_and_ends(void **state)
{
    static const struct mistake rows[] = {
        {"", 1, "an expression is missing here"},
        {"  # only a comment", 19, "an expression is missing here"},
        {"(Iran | talks", 1, "this parenthesis is not closed"},
        {"Iran | talks)", 13, "this parenthesis was not opened"},
        {"()", 1, "nothing between these parentheses"},
        {"Iran AND", 9, "a term is missing here"},
        {"Iran | ;", 8, "a term is missing here"},
        {"NOT", 4, "a term is missing here"},
        {"title:", 1, "no blank after the colon"},
        {"AND Iran", 1, "an operator, where a term should be; to search for the word, quote it"},
        {"Iran; talks", 7, "the expression ends before this"},
        {"Iran {", 6, "a { has no place"},
        {"Iran && talks", 6, "write AND"},
        {"Iran || talks", 6, "write | or OR"},
        {"!Iran", 1, "write NOT"},
        {"Iran # talks\n | deal", 0, ""},
        {"Iran;", 0, ""},
    };
    (void)state;
    CHECK_ERRORS(rows);
}

static void signs_in_a_bare_word_need_quotes(void **state)
{
    static const struct mistake rows[] = {
        {"AT&T", 3, "\"AT&T\" needs quotes"},
        {"24/7", 3, "\"24/7\" needs quotes"},
        {"foo_bar", 4, "needs quotes"},
        {"100%", 4, "needs quotes"},
        {"@nato", 1, "needs quotes"},
        {"-Iran", 1, "write NOT"},
        {"Iran AND -talks", 10, "write NOT"},
        {"+Iran", 1, "needs quotes"},
        {"C#", 2, "a # within a word"},
        {"Iran#talks", 5, "a # within a word"},
        {"title:#MeToo", 7, "a # without a blank before it"},
        {"(#MeToo | Iran)", 2, "a # without a blank before it"},
        {"\"Iran\"#x", 7, "a # without a blank before it"},
        {"Iran.", 5, "the dot at the end does not belong to the word"},
        {"\xE2\x80\x9CIran\xE2\x80\x9D", 1, "type \""},
        {"Iran | \xE2\x80\x9C" "Belt and Road\xE2\x80\x9D", 8, "type \""},
        {"\xC2\xAB\xD0\x98\xD1\x80\xD0\xB0\xD0\xBD\xC2\xBB", 1, "type \""},
        {"\xE2\x80\x98Iran\xE2\x80\x99", 1, "type \""},
        {"Iran\xC2\xA0talks", 5, "an invisible character (U+00A0) stands here: type a plain blank instead"},
        {"\xE2\x80\x8F" "\xD8\xA5\xD9\x8A\xD8\xB1\xD8\xA7\xD9\x86", 1, "an invisible character (U+200F)"},
        {"$Iran", 1, "a list is named by $ and [a-z0-9_-]+"},
        {"$", 1, "a list is named"},
        {"$irna", 1, "did you mean $iran?"},
        {"$quitedifferent", 1, "there is no list 'quitedifferent'"},
        {"COVID-19 | O'Brien | O\xE2\x80\x99" "Neill | O`Hara | 3.5 | \xE4\xB8\x80\xE5\xB8\xA6\xE4\xB8\x80\xE8\xB7\xAF", 0, ""},
        {"\"AT&T\" | \"C#1\" | \"-Iran\" | \"#MeToo\"", 0, ""},
    };
    (void)state;
    CHECK_ERRORS(rows);
}

static void quotes_and_escapes(void **state)
{
    static const struct mistake rows[] = {
        {"\"Iran", 1, "this \" is not closed on its line"},
        {"'Iran", 1, "this ' is not closed on its line"},
        {"/iran", 1, "this / is not closed on its line"},
        {"Iran | \"talks\n | deal", 8, "not closed"},
        {"\"a\\nb\"", 3, "a backslash stands before \\\" \\\\ \\* \\? only; a backslash itself is \\\\"},
        {"'a\\nb'", 3, "a backslash stands before \\' \\\\ only"},
        {"'Iran's deal'", 7, "a blank or an operator is missing after the closing '"},
        {"\"who said \\\"Iran\\\" \\\\ \\* what\\?\"", 0, ""},
        {"'O\\'Brien'", 0, ""},
    };
    (void)state;
    CHECK_ERRORS(rows);
}

/* One mistake does not hide the next. */
static void every_mistake_is_told(void **state)
{
    struct trying t = {0};
    (void)state;
    assert_false(compile_rule_text(&t, SV("title: Iran\n | near/5 and C#")));
    assert_int_equal(t.diags.errors, 4);
    trying_free(&t);
}

static void check_limit(const char *before, const char *piece, size_t times, const char *after, const char *message)
{
    struct trying t = {0};
    struct buf text = {0};
    buf_str(&text, before);
    for (size_t i = 0; i < times; i++)
        buf_str(&text, piece);
    buf_str(&text, after);
    bool good = compile_rule_text(&t, buf_view(&text));
    if (!*message && !good)
        fail_msg("%s: %.*s", piece, SV_ARG(told(&t)));
    if (*message) {
        assert_false(good);
        assert_int_equal(t.diags.errors, 1);
        if (sv_find(t.diags.list[0].message, sv_of(message)) < 0)
            fail_msg("%s", told(&t).p);
    }
    trying_free(&t);
    buf_free(&text);
}

static void each_limit_is_named(void **state)
{
    (void)state;
    check_limit("", "(", 99, "Iran", "not closed");
    check_limit("", "(", 1000, "Iran", "nested deeper than 100 levels");
    check_limit("", "FIRST/5(", 1000, "Iran", "nested deeper than 100 levels");
    check_limit("Iran", " | Iran", 9999, "", "");
    check_limit("Iran", " | Iran", 10000, "", "more than 10000 terms");
    check_limit("Iran", " NEAR/5 talks", 99, "", "");
    check_limit("Iran", " NEAR/5 talks", 100, "", "a chain of 101 sides: at most 100");
    check_limit("\"", "Iran ", 200, "\"", "");
    check_limit("\"", "Iran ", 201, "\"", "a term of 1005 bytes: at most 1000");
    check_limit("/", "iran|", 300, "talks/", "at most 1000");
}

static void check_lists(const char *a, const char *b, const char *message)
{
    struct trying t = {0};
    add_list(&t, "alpha", a);
    add_list(&t, "beta", b);
    bool good = compile_rule_text(&t, SV("$alpha"));
    if (*message && (good || t.diags.errors != 1 || sv_find(t.diags.list[0].message, sv_of(message)) < 0))
        fail_msg("%s; %s: not \"%s\" but %.*s", a, b, message, SV_ARG(told(&t)));
    if (!*message && !good)
        fail_msg("%s; %s: %.*s", a, b, SV_ARG(told(&t)));
    trying_free(&t);
}

static void a_list_holds_terms_and_lists_in_any_order(void **state)
{
    (void)state;
    check_lists("Iran | $beta | 'Exact' OR ~stem | /re.ex/", "Tehran", "");
    check_lists("$beta", "$alpha | Iran", "would contain itself");
    check_lists("$alpha", "Iran", "would contain itself");
    check_lists("$gamma", "Iran", "there is no list 'gamma'");
    check_lists("Iran AND talks", "Iran", "a list holds terms and other lists");
    check_lists("Iran | NOT talks", "Iran", "a list holds terms and other lists");
    check_lists("title:Iran", "Iran", "a list holds terms and other lists");
    check_lists("Iran NEAR/3 talks", "Iran", "a list holds terms and other lists");
    check_lists("Iran talks", "Iran", "two terms with nothing between");
    check_lists("", "Iran", "an expression is missing");
}

static void bytes_that_are_no_text_are_told(void **state)
{
    (void)state;
    static const struct mistake rows[] = {
        {"Iran | \xFFtalks", 8, "the byte 0xFF is not valid UTF-8"},
        {"Iran\x01talks", 5, "a control character (0x01)"},
        {"Iran | \xED\xA0\x80", 8, "is not valid UTF-8"},
    };
    CHECK_ERRORS(rows);
    struct trying t = {0};
    char broken[401]; /* a long line of bytes that are no characters: the place shown stays within it */
    memset(broken, 'a', 4);
    memset(broken + 4, '\xB3', sizeof broken - 5);
    broken[sizeof broken - 1] = '\0';
    assert_false(compile_rule_text(&t, sv_of(broken)));
    assert_true(t.diags.list[0].where.end <= t.diags.list[0].where.source->text.n);
    assert_true(told(&t).n > 0);
    trying_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_two_readers_could_read_in_two_ways_is_an_error),
        cmocka_unit_test(operators_are_upper_case),
        cmocka_unit_test(numbers_have_bounds),
        cmocka_unit_test(fields_and_conditions_are_lower_case_and_without_blanks),
        cmocka_unit_test(only_what_has_mentions_stands_inside),
        cmocka_unit_test(parentheses_and_ends),
        cmocka_unit_test(signs_in_a_bare_word_need_quotes),
        cmocka_unit_test(quotes_and_escapes),
        cmocka_unit_test(every_mistake_is_told),
        cmocka_unit_test(each_limit_is_named),
        cmocka_unit_test(a_list_holds_terms_and_lists_in_any_order),
        cmocka_unit_test(bytes_that_are_no_text_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
