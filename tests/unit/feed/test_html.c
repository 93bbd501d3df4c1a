#include <stdio.h>

#include "feed/html.h"
#include "reading.h"

typedef struct sv convert(struct arena *, struct sv);

static void check(convert *f, const char *html, const char *want)
{
    struct arena a = {0};
    struct sv got = f(&a, sv_of(html));
    if (!sv_eq(got, sv_of(want)))
        fail_msg("%s\n  gives \"%.*s\"\n  not   \"%s\"", html, SV_ARG(got), want);
    arena_free(&a);
}

static void inline_tags_leave_nothing_behind(void **state)
{
    (void)state;
    check(html_text, "an <b>im</b>portant <a href=\"x\">word</a>.", "an important word.");
    check(html_text, "a<unknown>b</unknown>", "ab");
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
}

static void blocks_end_paragraphs_and_br_ends_a_line(void **state)
{
    (void)state;
    check(html_text, "<p>One.</p><p>Two.</p>", "One.\n\nTwo.");
    check(html_text, "<div>One</div>Two", "One\n\nTwo");
    check(html_text, "One<br>Two<br/>Three", "One\nTwo\nThree");
    check(html_text, "One<br><br>Two", "One\n\nTwo");
    check(html_text, "<ul><li>a<li>b</ul>c", "a\n\nb\n\nc");
}

static void tables_become_tabs_and_lines(void **state)
{
    (void)state;
    check(html_text, "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a\tb\n1\t2");
}

static void white_space_is_one_blank_outside_pre(void **state)
{
    (void)state;
    check(html_text, "  a \n\n b&nbsp;&nbsp;c\t", "a b c");
    check(html_text, "<pre>a\n  b\n\nc</pre>d", "a\nb\n\nc\n\nd");
}

static void what_is_no_text_is_dropped(void **state)
{
    (void)state;
    check(html_text, "a<script>if (1 < 2) alert('</p>')</script>b", "a b");
    check(html_text, "a<style>p > a {}</style>b", "a b");
    check(html_text, "a<!-- <p>hidden</p> -->b", "ab");
    check(html_text, "a<svg><title>x</title><svg>y</svg>z</svg>b", "ab");
    check(html_text, "a<template>x</template>b", "ab");
    check(html_text, "a<iframe src=x>fallback</iframe>b", "a b");
    check(html_text, "a<script>never closed", "a");
}

static void references_are_decoded_once(void **state)
{
    (void)state;
    check(html_text, "AT&amp;T &lt;b&gt; &amp;lt; &#8212; &#x2014; &mdash;", "AT&T <b> &lt; \xE2\x80\x94 \xE2\x80\x94 \xE2\x80\x94");
    check(html_text, "Q&A, R & D, &unknown; &", "Q&A, R & D, &unknown; &");
    check(html_text, "&#150; &#x92;", "\xE2\x80\x93 \xE2\x80\x99"); /* windows-1252 by number */
    check(html_text, "&#0; &#xD800; &#99999999;", "\xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD");
    check(html_text, "a&nbsp;b &amp c", "a b & c");
    check(html_text, "?a=1&copy=2", "?a=1&copy=2");
}

static void broken_markup_loses_little(void **state)
{
    (void)state;
    check(html_text, "1 < 2 and <b>3", "1 < 2 and 3");
    check(html_text, "a <b title=\"x > y\">c</b>", "a c");
    check(html_text, "a <a href=\"never closed>b</a> c", "a b c");
    check(html_text, "text <a href=", "text");
    check(html_text, "a <", "a <");
    check(html_text, "I <3 you", "I <3 you");
}

static void a_title_keeps_what_only_looks_like_a_tag(void **state)
{
    (void)state;
    check(html_title, "The <b>bold</b> <i>ones</i>", "The bold ones");
    check(html_title, "vector<int> and a<b", "vector<int> and a<b");
    check(html_title, "One<br>line\nonly", "One line only");
    check(html_title, "AT&amp;T", "AT&T");
}

static void plain_text_keeps_its_blank_lines_only(void **state)
{
    (void)state;
    check(html_plain, "one\ntwo\n\nthree <b> &amp;", "one two\n\nthree <b> &amp;");
    check(html_plain, "\n\n a \r\n \r\n b \n", "a\n\nb");
}

/* Neither may take time that grows with the square: a hundred thousand of each would then take minutes. */
static void hostile_html_is_linear(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<a \"", "<", "&", "<!--", "<script>", "<a href='", "<![CDATA[", "</script", "<b"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct arena a = {0};
        struct buf html = {0};
        for (int j = 0; j < 100000; j++)
            buf_str(&html, pieces[i]);
        html_text(&a, buf_view(&html));
        html_title(&a, buf_view(&html));
        buf_free(&html);
        arena_free(&a);
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
        cmocka_unit_test(white_space_is_one_blank_outside_pre),
        cmocka_unit_test(what_is_no_text_is_dropped),
        cmocka_unit_test(references_are_decoded_once),
        cmocka_unit_test(broken_markup_loses_little),
        cmocka_unit_test(a_title_keeps_what_only_looks_like_a_tag),
        cmocka_unit_test(plain_text_keeps_its_blank_lines_only),
        cmocka_unit_test(hostile_html_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
