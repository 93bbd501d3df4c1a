#include "converting.h"

static void inline_tags_leave_nothing_behind(void **state)
{
    (void)state;
    check(html_text, "an <b>im</b>portant <a href=\"x\">word</a>.", "an important word.");
    check(html_text, "a<unknown>b</unknown><x-y z=\"1\">c</x-y><O:P></O:P>", "abc");
}

static void some_tags_break_a_word(void **state)
{
    (void)state;
    check(html_text, "CO<sub>2</sub>e", "CO 2 e");
    check(html_text, "one<img src=x alt=\"never read\">two", "one two");
    check(html_text, "one<td>two", "one\ttwo");
}

static void wbr_is_a_soft_hyphen(void **state)
{
    (void)state;
    check(html_text, "wirt<wbr>schaft", "wirt\xC2\xADschaft");
    check(html_text, "<wbr>one <wbr>two", "one two");
}

static void blocks_end_paragraphs_and_br_ends_a_line(void **state)
{
    (void)state;
    check(html_text, "<p>One.</p><p>Two.</p>", "One.\n\nTwo.");
    check(html_text, "<div>One</div>Two", "One\n\nTwo");
    check(html_text, "One<br>Two<br/>Three", "One\nTwo\nThree");
    check(html_text, "One<br><br>Two", "One\n\nTwo");
    check(html_text, "One<br>\n<br>Two</br>Three", "One\n\nTwo\nThree");
    check(html_text, "<P>One</p ><p/>Two<p\n>Three", "One\n\nTwo\n\nThree");
    check(html_text, "<ul><li>a<li>b</ul>c", "a\n\nb\n\nc");
    check(html_text, "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "a\n\nb\n\nc");
    check(html_text, "<dl><dt>a<dd>b</dl><h2>c</h2>d<hr>e", "a\n\nb\n\nc\n\nd\n\ne");
}

/* Neither may take time that grows with the square: a hundred thousand of each would then take minutes. */
static void tables_become_tabs_and_lines(void **state)
{
    (void)state;
    check(html_text, "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a\tb\n1\t2");
    check(html_text, "<table><tr><td>a<td>b<tr><td>c</table>d", "a\tb\nc\n\nd");
    check(html_text, "<table><tr><td>a<td></table>b<p>c", "a\n\nb\n\nc");
    check(html_text, "<table><tr><td>a<td><table><tr><td>b</table></table>c", "a\nb\n\nc");
    check(html_text, "x<table><thead><tr><th></th><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>", "x\n\na\nb");
}

static void a_block_in_a_cell_parts_no_cells(void **state)
{
    (void)state;
    check(html_text, "<table><tr><td><p>a</p></td><td><p>b</p><p>c</p></td></tr><tr><td><br>d<br></td></tr></table>", "a\tb\n\nc\nd");
    check(html_text, "<tr><td><div>a</div>\n<tr><td>b", "a\nb");
}

static void white_space_is_one_blank_outside_pre(void **state)
{
    (void)state;
    check(html_text, "<p>  a \n\n b&nbsp;&nbsp;c\t", "a b c");
    check(html_text, "  a \n b&nbsp;&nbsp;c\t", "a b c");
    check(html_text, "<b>a </b> <i> b</i>", "a b");
    check(html_text, "a\x01\x02 b\v\fc", "a b c");
    check(html_text, "<pre>a\n  b\n\nc</pre>d", "a\nb\n\nc\n\nd");
    check(html_text, "<pre>a\tb&#10;c\r\nd</pre>", "a\tb\nc\nd");
}

static void white_space_beyond_ascii_is_a_blank_too(void **state)
{
    (void)state;
    static const char *const spaces[] = {"\xC2\xA0", "\xC2\x85", "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9",
                                         "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        for (int before = 1; before < 40; before++) { /* wherever it falls in what is copied at a time */
            char html[128], want[128];
            snprintf(html, sizeof html, "%.*s%s%s\xE2\x80\x99s end", before, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", spaces[i], spaces[i]);
            snprintf(want, sizeof want, "%.*s \xE2\x80\x99s end", before, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
            check(html_text, html, want);
        }
}

/* Next to it in number, or of no width. */
static void what_is_no_white_space_stays(void **state)
{
    (void)state;
    static const char *const others[] = {"\xC2\xAB", "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAA",
                                         "\xE2\x80\xAE", "\xE2\x81\xA0", "\xE2\x81\xA9", "\xE3\x80\x81", "\xE3\x81\x80", "\xEF\xBB\xBF", "\xE1\x9A\x81"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        for (int before = 1; before < 40; before++) {
            char html[128];
            snprintf(html, sizeof html, "%.*s%s%s b end", before, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", others[i], others[i]);
            check(html_text, html, html);
        }
}

static void blanks_become_one_wherever_they_stand(void **state)
{
    (void)state;
    static const char letters[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", tail[] = "the tail, longer than what is copied at a time";
    for (int before = 1; before < 40; before++)
        for (int blanks = 1; blanks < 20; blanks++) {
            char html[256], want[256];
            snprintf(html, sizeof html, "%.*s%*s%s%*s<b>%*s</b>z", before, letters, blanks, "", tail, blanks - 1, "", blanks, "");
            snprintf(want, sizeof want, "%.*s %s z", before, letters, tail);
            check(html_text, html, want);
            snprintf(html, sizeof html, "%.*s%*sb", before, letters, blanks, ""); /* and where little follows */
            snprintf(want, sizeof want, "%.*s b", before, letters);
            check(html_text, html, want);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inline_tags_leave_nothing_behind),
        cmocka_unit_test(some_tags_break_a_word),
        cmocka_unit_test(wbr_is_a_soft_hyphen),
        cmocka_unit_test(blocks_end_paragraphs_and_br_ends_a_line),
        cmocka_unit_test(tables_become_tabs_and_lines),
        cmocka_unit_test(a_block_in_a_cell_parts_no_cells),
        cmocka_unit_test(white_space_is_one_blank_outside_pre),
        cmocka_unit_test(white_space_beyond_ascii_is_a_blank_too),
        cmocka_unit_test(what_is_no_white_space_stays),
        cmocka_unit_test(blanks_become_one_wherever_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
