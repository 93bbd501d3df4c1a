/* References, and texts that were escaped more or less often than they should be. */
#include "converting.h"

static void references_are_decoded_once(void **state)
{
    (void)state;
    check(html_text, "<p>AT&amp;T &lt;b&gt; &amp;lt; &#8212; &#x2014; &mdash;</p>", "AT&T <b> &lt; \xE2\x80\x94 \xE2\x80\x94 \xE2\x80\x94");
    check(html_text, "Q&A, R & D, &unknown; &", "Q&A, R & D, &unknown; &");
    check(html_text, "a&nbsp;b &amp c", "a b & c");
    check(html_text, "&copy2025 &notit; ?a=1&copy=2&region=5", "\xC2\xA9" "2025 \xC2\xACit; ?a=1&copy=2&region=5");
    check(html_text, "a &lt; b &lt;here&gt;", "a < b <here>");
}

static void what_was_escaped_once_too_often_is_html_all_the_same(void **state)
{
    (void)state;
    check(html_text, "&lt;p&gt;Hello &amp;amp; welcome&lt;/p&gt;", "Hello & welcome");
    check(html_text, "&lt;p&gt;One&lt;/p&gt;\n&lt;p&gt;Two&lt;script&gt;x&lt;/script&gt;", "One\n\nTwo");
    check(html_text, "One&lt;br /&gt;Two", "One\nTwo");
    check(html_text, "&lt;a href=&quot;x&quot;&gt;One", "One");
    check(html_text, "&#60;b&#62;One&#60;/b&#62; two", "One two");
    check(html_text, "&lt;p&gt;One&lt;/p&gt;<img src=\"x\" width=1 height=1>", "One");
    check(html_text, "<object><param name=a value=b><embed src=x></object>&lt;p&gt;One&lt;/p&gt;", "One");
    check(html_text, "&lt;pre&gt;a\nb&lt;/pre&gt;", "a\nb");
}

static void at_most_two_layers_are_taken_off(void **state)
{
    (void)state;
    check(html_text, "&amp;lt;p&amp;gt;One&amp;lt;/p&amp;gt;", "&lt;p&gt;One&lt;/p&gt;");
    check(html_text, "&lt;img src=x&gt;&amp;lt;p&amp;gt;One&amp;lt;/p&amp;gt;", "<p>One</p>");
    check(html_text, "&lt;p&gt;&amp;lt;p&amp;gt;One&amp;lt;/p&amp;gt;&lt;/p&gt;", "<p>One</p>");
}

static void a_text_about_html_stays(void **state)
{
    (void)state;
    check(html_text, "<p>Write &lt;b&gt;bold&lt;/b&gt; &lt;br&gt;</p>", "Write <b>bold</b> <br>");
    check(html_text, "Use the &lt;b&gt; tag", "Use the <b> tag");
    check(html_text, "Use &lt;br&gt; for a line", "Use <br> for a line");
    check(html_text, "vector&lt;int&gt;", "vector<int>");
    check(html_text, "if a&lt;b and c&gt;d", "if a<b and c>d");
}

static void cdata_within_escaped_text_is_html(void **state)
{
    (void)state;
    check(html_text, "<![CDATA[<p>One</p><p>AT&amp;T</p>]]>", "One\n\nAT&T");
    check(html_text, "a <![CDATA[b <i>c</i>]]> d", "a b c d");
    check(html_text, "&lt;![CDATA[&lt;p&gt;One&lt;/p&gt;]]&gt;", "One");
    check(html_text, "&lt;![CDATA[<p>One</p> <p>two &amp; three</p>]]&gt;", "One\n\ntwo & three");
    check(html_text, "<p>Write &lt;![CDATA[x]]&gt;</p>", "Write <![CDATA[x]]>");
    check(html_text, "<![CDATA[<p>One</p>]]&gt; two", "One\n\ntwo");
    check(html_text, "<![CDATA[never <b>closed</b>", "never closed");
    check(html_text, "<![CDATA[<![CDATA[twice]]>]]>", "twice");
    check(html_text, "<![CDATA[cut <a href=\"]]>off <b>now</b>", "cut off now");
    check(html_title, "<![CDATA[AT&amp;T]]>", "AT&T");
    check(html_text, "a]]>b", "a]]>b");
}

static void a_reference_that_was_escaped_again_is_what_nobody_writes_about(void **state)
{
    (void)state;
    check(html_text, "It&amp;#8217;s Caf&amp;eacute; &amp;ldquo;Ole&amp;rdquo;<b>1&amp;nbsp;2</b>", "It\xE2\x80\x99s Caf\xC3\xA9 \xE2\x80\x9COle\xE2\x80\x9D" "1 2");
    check(html_title, "It&amp;#39;s", "It's");
    check(html_title, "The &amp;eacute; entity, &amp;amp; and &amp;lt;", "The &eacute; entity, &amp; and &lt;");
    check(html_text, "?a=1&amp;copy=2&amp;eacute", "?a=1&copy=2&eacute");
}

static void a_title_keeps_its_entities_as_text(void **state)
{
    (void)state;
    check(html_title, "AT&T", "AT&T");
    check(html_title, "AT&amp;T", "AT&T");
    check(html_title, "1 &lt; 2", "1 < 2");
    check(html_title, "1 < 2", "1 < 2");
    check(html_title, "&lt;b&gt; is bold", "<b> is bold");
    check(html_title, "&quot;Yes&quot;, &#39;no&#39; &hellip;", "\"Yes\", 'no' \xE2\x80\xA6");
}

static void a_title_loses_its_tags(void **state)
{
    (void)state;
    check(html_title, "The <b>bold</b> <i class=\"x\">ones</i>", "The bold ones");
    check(html_title, "One<br>line\nonly<br />", "One line only");
    check(html_title, "<p>One", "One");
    check(html_title, "Two</b>", "Two");
    check(html_title, "<script>alert(1)</script>Three", "Three");
    check(html_title, "&lt;em&gt;Four&lt;/em&gt; twice", "Four twice");
    check(html_title, "a <!-- b --> c", "a c");
    check(html_title, "<table><tr><td>a<td>b</table><pre>c\nd</pre>", "a b c d");
}

static void a_title_keeps_what_only_looks_like_a_tag(void **state)
{
    (void)state;
    check(html_title, "vector<int> and a<b", "vector<int> and a<b");
    check(html_title, "Why the <blink> tag died", "Why the <blink> tag died");
    check(html_title, "The <script> tag, the <p> tag", "The <script> tag, the <p> tag");
    check(html_title, "if a<b and c>d", "if a<b and c>d");
    check(html_title, "a <b and c> d <b>e</b>", "a <b and c> d e");
    check(html_title, "a <3 b <! c <? d </3", "a <3 b <! c <? d </3");
    check(html_title, "What <!-- is", "What <!-- is");
    check(html_title, "John <john@news.example>", "John <john@news.example>");
    check(html_title, "<unknown>a</unknown>", "<unknown>a</unknown>");
}

static void plain_text_keeps_its_blank_lines_only(void **state)
{
    (void)state;
    check(html_plain, "one\ntwo\n\nthree <b> &amp;", "one two\n\nthree <b> &amp;");
    check(html_plain, "\n\n a \r\n \r\n b \n", "a\n\nb");
    check(html_plain, "a\tb\xE3\x80\x80 c", "a b c");
}

static void html_without_a_tag_is_plain_text_whose_blank_lines_part_it(void **state)
{
    (void)state;
    check(html_text, "One &amp; two\nthree\n \r\n\n<3 four", "One & two three\n\n<3 four");
    check(html_text, "<img src='x'>\n\nOne\n\ntwo", "One\n\ntwo");
    check(html_text, "<b>One</b>\n\ntwo", "One two");
    check(html_title, "One\n\ntwo", "One two");
}

static void plain_text_is_taken_at_its_word_unless_it_is_evidently_html(void **state)
{
    (void)state;
    check(html_plain, "AT&amp;T: Less <b>than</b> <blink>", "AT&amp;T: Less <b>than</b> <blink>");
    check(html_plain, "1 < 2 && 3 > 2", "1 < 2 && 3 > 2");
    check(html_plain, "It&#8217;s at the caf&eacute;", "It\xE2\x80\x99s at the caf\xC3\xA9");
    check(html_plain, "<p>One &amp; two</p>\n<p>Three</p>", "One & two\n\nThree");
    check(html_plain, "One<br/>two", "One\ntwo");
    check(html_plain, "Write <p>x</p> and <div>y</div>", "Write <p>x</p> and <div>y</div>");
    check(html_plain, "<b>Less</b> than", "<b>Less</b> than");
    check(html_plain, "See <a href=\"x\">this</a>", "See this");
}

static void a_plain_title_is_one_line(void **state)
{
    (void)state;
    check(html_plain_title, "one\n\ntwo <b> &amp;", "one two <b> &amp;");
    check(html_plain_title, "<p>one</p><p>two</p>", "one two");
}

static void nothing_gives_nothing(void **state)
{
    (void)state;
    struct arena a = {0};
    static const char *const empty[] = {"", " \n", "<p></p>", "<!-- x -->", "<img src=x>", "&nbsp;"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        assert_null(html_text(&a, sv_of(empty[i])).p);
        assert_null(html_title(&a, sv_of(empty[i])).p);
    }
    assert_null(html_plain(&a, SV_NONE).p);
    assert_null(html_text(&a, SV_NONE).p);
    arena_free(&a);
}

/* What takes the most room for its length. */
static void a_text_that_is_longer_than_its_html_has_room(void **state)
{
    (void)state;
    struct buf html = {0}, want = {0};
    for (int i = 0; i < 10000; i++) {
        buf_str(&html, "&nGt;");
        buf_str(&want, "\xE2\x89\xAB\xE2\x83\x92");
    }
    struct arena a = {0};
    assert_true(sv_eq(html_text(&a, buf_view(&html)), buf_view(&want)));
    arena_free(&a);
    buf_free(&html);
    buf_free(&want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_decoded_once),
        cmocka_unit_test(what_was_escaped_once_too_often_is_html_all_the_same),
        cmocka_unit_test(at_most_two_layers_are_taken_off),
        cmocka_unit_test(a_text_about_html_stays),
        cmocka_unit_test(cdata_within_escaped_text_is_html),
        cmocka_unit_test(a_reference_that_was_escaped_again_is_what_nobody_writes_about),
        cmocka_unit_test(a_title_keeps_its_entities_as_text),
        cmocka_unit_test(a_title_loses_its_tags),
        cmocka_unit_test(a_title_keeps_what_only_looks_like_a_tag),
        cmocka_unit_test(plain_text_keeps_its_blank_lines_only),
        cmocka_unit_test(html_without_a_tag_is_plain_text_whose_blank_lines_part_it),
        cmocka_unit_test(plain_text_is_taken_at_its_word_unless_it_is_evidently_html),
        cmocka_unit_test(a_plain_title_is_one_line),
        cmocka_unit_test(nothing_gives_nothing),
        cmocka_unit_test(a_text_that_is_longer_than_its_html_has_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
