/* Texts that are no configuration at all, too many mistakes, and carets in lines that are hard to point into. */
#include "conf/parsing.h"

static void append(struct buf *b, const char *text, size_t times)
{
    for (; times > 0; times--)
        buf_str(b, text);
}

static void bytes_that_are_no_text_are_told_at_their_place(void **state)
{
    (void)state;
    static const struct { struct sv text; const char *told; } cases[] = {
        {SV(KAFKA "# caf\xE9\n"), "c:2:6: error: the byte 0xE9 is not valid UTF-8: save the file as UTF-8\n     2 | # caf\xEF\xBF\xBD\n       |      ^\n"},
        {SV("\xFF\xFEk\0"), "c:1:1: error: the byte 0xFF is not valid UTF-8: save the file as UTF-8\n"},
        {SV("poll {\0}"), "c:1:7: error: a control character (0x00, NUL) has no place in a text file\n     1 | poll {␀}\n       |       ^\n"},
        {SV("a\x01"), "c:1:2: error: a control character (0x01) has no place in a text file\n     1 | a␁\n       |  ^\n"},
        {SV("a\xED\xA0\x80"), "the byte 0xED is not valid UTF-8"}, /* a surrogate */
        {SV("a\xC0\xAF"), "the byte 0xC0 is not valid UTF-8"},     /* overlong */
        {SV("a\xE2\x82"), "the byte 0xE2 is not valid UTF-8"},     /* cut off */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsing p;
        parse_bytes(&p, cases[i].text);
        assert_null(p.conf);
        assert_int_equal(p.diags.errors, 1);
        assert_told(&p, cases[i].told);
        parsing_free(&p);
    }
}

static void a_line_of_ten_megabytes_is_shown_in_part(void **state)
{
    (void)state;
    struct buf text = {0};
    append(&text, "x", 10 << 20);
    struct parsing p;
    parse_bytes(&p, buf_view(&text));
    assert_int_equal(p.diags.errors, 1);
    assert_true(p.told.n < 1000);
    assert_told(&p, "…xx"); /* the word's middle is left out of the message */
    assert_told(&p, "' at the top level");
    parsing_free(&p);
    buf_clear(&text);
    append(&text, " ", 10 << 20);
    buf_str(&text, "inteval 5m;");
    parse_bytes(&p, buf_view(&text));
    assert_told(&p, "c:1:10485761: error: there is no 'inteval'");
    assert_told(&p, " | …                ");
    assert_true(p.told.n < 500);
    parsing_free(&p);
    buf_free(&text);
}

static void what_is_not_closed_ends_with_the_file(void **state)
{
    (void)state;
    static const char *const texts[] = {"state \"", "state \"x\\", "rule a { match \"", "rule a { match '\\", "rule a { match /\\", "rule a { match (",
                                        "rule a { match ((((a", "kafka {", "outlet", "outlet x {feed", "list", "list l", "list l =", "rule a { score {",
                                        "rule a { score { +", "rule a { score { +1", "include", "include \"", "{", "}", "{{{{", "}}}}", "\"", ";;;", "# x"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct parsing p;
        parse_conf(&p, texts[i]);
        assert_null(p.conf);
        assert_true(p.diags.errors > 0);
        parsing_free(&p);
    }
}

static void deep_nesting_is_an_error_not_a_crash(void **state)
{
    (void)state;
    static const struct { const char *before, *open; } cases[] = {
        {"rule a { match ", "("}, {"rule a { match ", "NOT ("}, {"rule a { match ", "title:"}, {"rule a { match ", "-"}, {"rule a { match a", " !-"}, {"", "outlet x {"}, {"x ", "{"}, {"", "rule x { score { +1 a { "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf text = {0};
        buf_str(&text, cases[i].before);
        append(&text, cases[i].open, 100000);
        struct parsing p;
        parse_bytes(&p, buf_view(&text));
        assert_null(p.conf);
        parsing_free(&p);
        buf_free(&text);
    }
}

static void lists_within_lists_end(void **state)
{
    (void)state;
    struct buf text = {0};
    for (unsigned i = 0; i < 5000; i++)
        buf_printf(&text, "list l%u = $l%u;\n", i, i + 1);
    buf_str(&text, "list l5000 = a; rule r { match $l0; }" KAFKA OUTLET);
    struct parsing p;
    parse_bytes(&p, buf_view(&text));
    assert_null(p.conf);
    assert_told(&p, "lists within lists, deeper than 50 levels");
    parsing_free(&p);
    buf_free(&text);
}

static void the_first_twenty_errors_are_told_and_the_rest_counted(void **state)
{
    (void)state;
    struct buf text = {0};
    append(&text, "poll { inteval 5m; }\n", 1); /* poll itself may stand once */
    append(&text, "lst x = y;\n", 22);
    struct parsing p;
    parse_bytes(&p, buf_view(&text));
    assert_int_equal(p.diags.errors, 23);
    assert_int_equal(p.diags.count, 20);
    assert_told(&p, "c:20:1: error:");
    assert_null(strstr(p.told.p, "c:21:1"));
    assert_told(&p, "3 more errors are not shown\n");
    parsing_free(&p);
    buf_clear(&text);
    append(&text, "lst x = y;\n", 21);
    parse_bytes(&p, buf_view(&text));
    assert_told(&p, "1 more error is not shown\n");
    parsing_free(&p);
    buf_free(&text);
}

/* Where thousands of names are unknown, nobody waits for proposals that are not shown. */
static void many_unknown_names_cost_little(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_str(&text, KAFKA);
    for (unsigned i = 0; i < 2000; i++)
        buf_printf(&text, "outlet outlet-%04u { feed \"http://x.example/%u\"; }\nlist some-list-%u = a;\n", i, i, i);
    for (unsigned i = 0; i < 20000; i++)
        buf_printf(&text, "rule r%u { outlets outlat-%u; match $same-list-%u; }\n", i, i, i);
    struct parsing p;
    parse_bytes(&p, buf_view(&text));
    assert_int_equal(p.diags.errors, 20000);
    assert_int_equal(p.diags.warnings, 20000);
    parsing_free(&p);
    buf_free(&text);
}

static void the_caret_stands_under_its_place(void **state)
{
    (void)state;
    static const struct { const char *text, *told; } cases[] = {
        {"\tinteval 5m;", "c:1:2: error: there is no 'inteval' at the top level; did you mean 'interval' in poll?\n"
                          "     1 |  inteval 5m;\n       |  ^~~~~~~\n"},
        {"poll {\t\tinteval 5m; }", "     1 | poll {  inteval 5m; }\n       |         ^~~~~~~\n"},
        {"rule 伊朗 { match a; }", "c:1:6: error: '伊朗': an id holds"},
        {"rule 伊朗 { match a; }", "     1 | rule 伊朗 { match a; }\n       |      ^~~~\n"},
        {"rule a { title \"伊朗核协议\"; titel \"x\"; }", "c:1:25: error:"},
        {"rule a { title \"伊朗核协议\"; titel \"x\"; }", "       |                              ^~~~~\n"},
        {"rule a { title \"e\xCC\x81\"; titel \"x\"; }", "       |                     ^~~~~\n"}, /* a mark of its own takes no column */
        {"rule a { title \"🙂\"; titel \"x\"; }", "       |                      ^~~~~\n"},
        {"rule a { title \"\xE2\x80\xAE\"; titel \"x\"; }", "     1 | rule a { title \"\xEF\xBF\xBD\"; titel"}, /* would turn the line's direction */
        {"poll { interval 5m }\r\n", "c:1:19: error: a ; is missing here\n     1 | poll { interval 5m }\n       |                   ^\n"},
        {"\xEF\xBB\xBFinteval 5m;", "c:1:1: error: there is no 'inteval'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsing p;
        parse_conf(&p, cases[i].text);
        assert_told(&p, cases[i].told);
        parsing_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_that_are_no_text_are_told_at_their_place),
        cmocka_unit_test(a_line_of_ten_megabytes_is_shown_in_part),
        cmocka_unit_test(what_is_not_closed_ends_with_the_file),
        cmocka_unit_test(deep_nesting_is_an_error_not_a_crash),
        cmocka_unit_test(lists_within_lists_end),
        cmocka_unit_test(the_first_twenty_errors_are_told_and_the_rest_counted),
        cmocka_unit_test(many_unknown_names_cost_little),
        cmocka_unit_test(the_caret_stands_under_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
