/* What is a tag, and what is dropped with its contents. */
#include "converting.h"

static void what_is_no_text_is_dropped(void **state)
{
    (void)state;
    check(html_text, "a<script>if (1 < 2) alert('</p>')</script>b", "a b");
    check(html_text, "a<SCRIPT>1</scripted>2</Script >b", "a b");
    check(html_text, "a<script>1<script>2</script>b", "a b");
    check(html_text, "a<style>p > a {}</style>b", "a b");
    check(html_text, "a<svg><title>x</title><svg>y</svg>z</svg>b", "ab");
    check(html_text, "a<template>x</template>b", "ab");
    check(html_text, "a<iframe src=x>fallback</iframe>b", "a b");
    check(html_text, "a<noscript><img src=x>y</noscript>b", "a b");
    check(html_text, "a<video src=x><p>Your browser is old.</p></video>b", "a b");
    check(html_text, "<title>t</title><textarea>x</textarea>b", "b");
    check(html_text, "a<script src=x />b", "a b");
}

static void what_is_never_closed_is_dropped_only_when_it_is_no_text(void **state)
{
    (void)state;
    check(html_text, "a<script>never closed", "a");
    check(html_text, "a<style>never closed", "a");
    check(html_text, "a<iframe>never closed", "a never closed");
    check(html_text, "a<noscript>b<p>c", "a b\n\nc");
    check(html_text, "a<div hidden>b", "a\n\nb");
    check(html_text, "a<div hidden>b<div>c</div>d", "a\n\nd");
    check(html_text, "a<svg>b", "ab");
    check(html_text, "a<!-- never closed", "a");
    check(html_text, "a<!-- never closed <p>b</p>", "a\n\nb");
}

static void comments_and_the_like_are_dropped(void **state)
{
    (void)state;
    check(html_text, "a<!-- <p>hidden</p> -->b", "ab");
    check(html_text, "<!-->a<!--->b<!----->c<!-- x --!>d<!-- - -- > -->e", "abcde");
    check(html_text, "<!DOCTYPE html>a<?xml version=\"1.0\"?>b</>c</ p>d", "abcd");
    check(html_text, "<?php echo \"<p>x</p>\"; ?>a<?xml:namespace prefix = o />b", "ab");
    check(html_text, "<!--[if mso]><p>x</p><![endif]-->a<![if !mso]>b<![endif]>c", "abc");
}

static void pictures_are_dropped_with_their_texts(void **state)
{
    (void)state;
    check(html_text, "<picture><source srcset=\"a b\"><img src=x alt=\"A > B\" title='x'></picture>c", "c");
    check(html_text, "<figure><img alt=x><figcaption>Caption</figcaption></figure>", "Caption");
    check(html_text, "a<img src=\"https://t.example/p.gif\" width=\"1\" height=\"1\"/>", "a");
}

static void what_is_hidden_is_dropped(void **state)
{
    (void)state;
    check(html_text, "a<span hidden>x</span>b", "ab");
    check(html_text, "a<div style=\"color: red; Display : NONE !important\">x<div>y</div>z</div>b", "a\n\nb");
    check(html_text, "<x-y style='display:none'>x</x-y>b", "b");
    check(html_text, "<p hidden>x<p>b", "b");
    check(html_text, "<table><tr><td style=display:none>x<td>b</table>", "b");
    check(html_text, "<p hidden>x", "");
    check(html_text, "<pre hidden>x</pre>a\nb", "a b");
}

static void what_only_sounds_hidden_is_text(void **state)
{
    (void)state;
    check(html_text, "<p class=hidden data-hidden=1 data-style=\"display:none\">a</p>", "a");
    check(html_text, "<p style=\"display:none;display:block\">a</p>", "a");
    check(html_text, "<p style=\"x-display:none; content:'display:none'\" aria-hidden=true>a</p>", "a");
    check(html_text, "<br hidden>a<input hidden>b", "a b");
}

static void readings_of_ruby_are_dropped(void **state)
{
    (void)state;
    check(html_text, "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字", "漢字");
    check(html_text, "<ruby>漢<rt>kan<rb>字<rt>ji</ruby>x", "漢字x");
    check(html_text, "<ruby>漢<rt>kan<p>x", "漢\n\nx");
}

static void attributes_are_read_as_browsers_read_them(void **state)
{
    (void)state;
    check(html_text, "<a href=\"x>y\">z</a>", "z");
    check(html_text, "<a href='x>\"y'>z</a>", "z");
    check(html_text, "<a href=x>y\">z</a>", "y\">z");
    check(html_text, "<a title=\"x\"href='y'>z", "z");
    check(html_text, "<a title = \"x > y\" \n b =\n'c>' d>z", "z");
    check(html_text, "<a \"x>z", "z");
    check(html_text, "<a =\">z", "z");
    check(html_text, "<iframe src=x/>text</iframe><iframe / src=x>text</iframe>z", "z");
}

static void broken_markup_loses_little(void **state)
{
    (void)state;
    check(html_text, "1 < 2 and <b>3", "1 < 2 and 3");
    check(html_text, "a <a href=\"never closed>b</a> c", "a b c");
    check(html_text, "<a href=\"x\" <b>y</b>", "y");
    check(html_text, "<img src=x <!-- alt=y>text", "text");
    check(html_text, "text <a href=", "text");
    check(html_text, "text <strong", "text");
    check(html_text, "a <", "a <");
    check(html_text, "I <3 you </3", "I <3 you </3");
    check(html_text, "if a<b and c<d", "if a<b and c<d");
}

static void what_is_no_name_of_a_tag_is_text(void **state)
{
    (void)state;
    check(html_text, "Apple <AAPL.O>, write to <desk@news.example> or see <https://news.example/>", "Apple <AAPL.O>, write to <desk@news.example> or see <https://news.example/>");
    check(html_text, "<A股>上涨", "<A股>上涨");
    check(html_text, "<公告>", "<公告>");
}

/* Neither may take time that grows with the square: a test would then take minutes. */
static void hostile_html_is_linear(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<a \"", "<", "&", "<!--", "<script>", "<a href='", "<![CDATA[", "</script", "<b", "<b ", "<b a=\"x\"", "<p hidden>",
                                         "<div hidden>", "<svg>", "<svg><svg></svg>", "<x hidden>", "<?php", "<!", "</", "<iframe>", "&lt;b", "&lt;p ", "<pre>\n",
                                         "<i><b a=", "<rt>", "<b a=\"<i a='", "]]>", "<![CDATA[]]>", "&amp;", "&amp", "&#", "<td><p>"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct arena a = {0};
        struct buf html = {0};
        for (int j = 0; j < 30000; j++)
            buf_str(&html, pieces[i]);
        html_text(&a, buf_view(&html));
        html_title(&a, buf_view(&html));
        html_plain(&a, buf_view(&html));
        buf_byte(&html, '>');
        html_title(&a, buf_view(&html));
        html_text(&a, buf_view(&html));
        buf_free(&html);
        arena_free(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_text_is_dropped),
        cmocka_unit_test(what_is_never_closed_is_dropped_only_when_it_is_no_text),
        cmocka_unit_test(comments_and_the_like_are_dropped),
        cmocka_unit_test(pictures_are_dropped_with_their_texts),
        cmocka_unit_test(what_is_hidden_is_dropped),
        cmocka_unit_test(what_only_sounds_hidden_is_text),
        cmocka_unit_test(readings_of_ruby_are_dropped),
        cmocka_unit_test(attributes_are_read_as_browsers_read_them),
        cmocka_unit_test(broken_markup_loses_little),
        cmocka_unit_test(what_is_no_name_of_a_tag_is_text),
        cmocka_unit_test(hostile_html_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
