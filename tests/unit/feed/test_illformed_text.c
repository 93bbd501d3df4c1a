#include "documents.h"

/* Text, CDATA, comments and other mark-up that are not as XML wants them. */

#define ONE "<item><title>One</title></item>"
#define TWO "<item><title>Two</title></item>"
#define THREE "<item><title>Three</title></item>"

static void every_named_entity_of_html_is_known(void **state)
{
    (void)state;
    GIVEN(its_title, {ITEM("<title>caf&eacute; &mdash; &hellip; &euro;5 &laquo;x&raquo; &copy;</title>"),
                      "caf\xC3\xA9 \xE2\x80\x94 \xE2\x80\xA6 \xE2\x82\xAC" "5 \xC2\xABx\xC2\xBB \xC2\xA9"},
          {ITEM("<title>&Scaron;&zcaron;&nacute; &apos;&quot; &check; &NotEqualTilde;</title>"),
           "\xC5\xA0\xC5\xBE\xC5\x84 '\" \xE2\x9C\x93 \xE2\x89\x82\xCC\xB8"},
          {ITEM("<title>a&nbsp;b</title>"), "a b"},
          {ITEM("<title>&CounterClockwiseContourIntegral;</title>"), "\xE2\x88\xB3"},
          {ITEM("<title>&#8212;&#x2014;&#X2014;&#0151;</title>"), "\xE2\x80\x94\xE2\x80\x94\xE2\x80\x94\xE2\x80\x94"},
          {ITEM("<title>&amp;eacute;&amp;#8217;&amp;nbsp;x</title>"), "\xC3\xA9\xE2\x80\x99 x"},
          {ITEM("<title><![CDATA[&eacute;&#8217;&nbsp;x &amp; y]]></title>"), "\xC3\xA9\xE2\x80\x99 x & y"});
    GIVEN(its_url, {ITEM("<link>https://a.example/?a=1&amp;b=&eacute;</link>"), "https://a.example/?a=1&b=\xC3\xA9"});
    GIVEN(its_tags, {ENTRY("<id>1</id><category term='caf&eacute; &amp; bar &mdash;'/>"), "caf\xC3\xA9 & bar \xE2\x80\x94"});
}

static void an_ampersand_that_begins_nothing_stands_for_itself(void **state)
{
    (void)state;
    GIVEN(its_title, {ITEM("<title>R&D, AT&T & Q&A&</title>"), "R&D, AT&T & Q&A&"}, {ITEM("<title>&&amp;& &; &# &#; &#x; &#xZZ;</title>"), "&&& &; &# &#; &#x; &#xZZ;"},
          {ITEM("<title>&nosuchthing; &NoSuch</title>"), "&nosuchthing; &NoSuch"}, {ITEM("<title>Ben &Jerry; &\xD0\x9F;</title>"), "Ben &Jerry; &\xD0\x9F;"});
    GIVEN(its_url, {ITEM("<link>https://a.example/?a=1&b=2&copy=3&lt=4</link>"), "https://a.example/?a=1&b=2&copy=3&lt=4"},
          {ENTRY("<link href='https://a.example/?a=1&b=2&copy=3&amp;d'/>"), "https://a.example/?a=1&b=2&copy=3&d"});
    GIVEN(titles_of, {RSS("<title>News & Views</title>" ONE TWO), "One|Two"});
}

static void a_reference_to_no_character_brings_none(void **state)
{
    (void)state;
    static const char *const titles[] = {"&#0;", "&#1;", "&#x1F;", "&#11;", "&#xD800;", "&#xFFFF;", "&#x110000;", "&#99999999999999999999;"};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        struct buf document = {0};
        buf_printf(&document, "<rss><channel><item><title>a%sz</title></item>" TWO "</channel></rss>", titles[i]);
        struct reading r;
        read_bytes_as(&r, buf_view(&document), NULL);
        assert_int_equal(r.count, 2);
        struct sv title = r.items[0].title;
        assert_true(sv_starts(title, SV("a")) && sv_ends(title, SV("z")));
        for (size_t j = 0; j < title.n; j++)
            assert_true((unsigned char)title.p[j] >= ' ');
        assert_true(sv_find(title, SV("\xED\xA0\x80")) < 0 && sv_find(title, SV("\xEF\xBF\xBF")) < 0);
        reading_free(&r);
        buf_free(&document);
    }
}

static void a_sign_that_begins_no_tag_stands_for_itself(void **state)
{
    (void)state;
    GIVEN(its_title, {ITEM("<title>I <3 this, 1 < 2, 5> 4 and a<b</title>"), "I <3 this, 1 < 2, 5> 4 and a<b"}, {ITEM("<title><<>> One</title>"), "<<>> One"},
          {ITEM("<title>One <> two < three</title>"), "One <> two < three"}, {ITEM("<title>a ]]> b ]] > c</title>"), "a ]]> b ]] > c"},
          {ITEM("<title>One <</title>"), "One <"}, {ITEM("<title>x <\xE5\x85\xAC\xE5\x91\x8A></title>"), "x <\xE5\x85\xAC\xE5\x91\x8A>"},
          {ITEM("<title>1 &lt; 2 &gt; 0</title>"), "1 < 2 > 0"});
    GIVEN(its_authors, {ITEM("<author>Jo Doe <jo@harbour.example></author>"), "Jo Doe"}, {ENTRY("<author><name>Jo Doe <jo@harbour.example></name></author>"), "Jo Doe"});
    GIVEN(titles_of, {RSS(ONE " < " TWO " <3 " THREE), "One|Two|Three"}, {RSS("<item><title>One</title>< ></item>" TWO), "One|Two"});
}

static void control_characters_are_dropped(void **state)
{
    (void)state;
    struct reading r;
    read_bytes_as(&r, SV("<rss><channel><item><title>T\0a\x01l\x0Bk\x1Fs\x7F</title><link>https://a.example/\x02" "1</link><description>&lt;p\x08&gt;x\0y&lt;/p&gt;</description></item>"
                         "\0" TWO "</channel></rss>"),
                  NULL);
    assert_int_equal(r.count, 2);
    assert_true(sv_starts(r.items[0].title, SV("Talks")));
    assert_sv(r.items[0].url, "https://a.example/1");
    assert_sv(r.items[0].summary, "xy");
    assert_sv(r.items[1].title, "Two");
    reading_free(&r);
}

static void controls_that_were_windows_1252_are_what_they_were(void **state)
{
    (void)state;
    GIVEN(its_title, {ITEM("<title>don\xC2\x92t \xC2\x96 \xC2\xA9 na\xC3\xAFve</title>"), "don\xE2\x80\x99t \xE2\x80\x93 \xC2\xA9 na\xC3\xAFve"},
          {ITEM("<title><![CDATA[\xC2\x93x\xC2\x94 costs more than a block of 16: \xC2\x80" "5]]></title>"),
           "\xE2\x80\x9Cx\xE2\x80\x9D costs more than a block of 16: \xE2\x82\xAC" "5"});
}

static void marks_of_direction_and_without_width_stay(void **state)
{
    (void)state;
    GIVEN(its_title, {ITEM("<title>a\xE2\x80\x8B" "b\xE2\x80\x8E" "c\xE2\x80\xAB" "d\xE2\x80\xAC</title>"), "a\xE2\x80\x8B" "b\xE2\x80\x8E" "c\xE2\x80\xAB" "d\xE2\x80\xAC"},
          {ITEM("<title>a&#8203;b&zwnj;c&rlm;d&shy;e</title>"), "a\xE2\x80\x8B" "b\xE2\x80\x8C" "c\xE2\x80\x8F" "d\xC2\xAD" "e"},
          {ITEM("<title>one\xEF\xBB\xBFtwo</title>"), "one\xEF\xBB\xBFtwo"});
    GIVEN(titles_of, {RSS(ONE "\xEF\xBB\xBF" TWO), "One|Two"});
}

static void cdata_that_ends_badly_or_never_costs_no_later_item(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS("<item><title><![CDATA[One]] ></title></item>" TWO THREE), "One|Two|Three"},
          {RSS("<item><title><![CDATA[One]]</title></item>" TWO THREE), "One|Two|Three"},
          {RSS("<item><title><![CDATA[One]></title></item>" TWO THREE), "One|Two|Three"},
          {RSS("<item><title><![CDATA[One</title></item>" TWO THREE), "One|Two|Three"},
          {RSS("<item><title><![CDATA[One]]</title></item><item><title><![CDATA[Two]]></title></item>"), "One|Two"},
          {RSS("<item><title><![CDATA[One</title></item><item><title><![CDATA[Two]]></title></item>" THREE), "One|Two|Three"},
          {RSS("<item><title>One</title><description><![CDATA[<p>text</p></description></item>" TWO THREE), "One|Two|Three"},
          {RSS("<item><title>One</title><description><![CDATA[<p>text</p></item>" TWO THREE), "One|Two|Three"},
          {ATOM("<entry><title><![CDATA[One</title></entry><entry><title>Two</title></entry>"), "One|Two"},
          {RSS("<item><title>One</title><description><![CDATA[text</description></item>"), "One"});
    struct reading r;
    const struct item *item = read_one(&r, ITEM("<title><![CDATA[One]] ></title><link>https://a.example/1</link><description><![CDATA[text]]></description>"));
    assert_sv(item->title, "One");
    assert_sv(item->url, "https://a.example/1");
    assert_sv(item->summary, "text");
    reading_free(&r);
}

static void cdata_may_hold_what_looks_like_a_feed(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, RSS("<item><title>One</title><content:encoded><![CDATA[<pre>&lt;item&gt;&lt;title&gt;no&lt;/title&gt;&lt;/item&gt;</pre> <title>x</title> ]] ]> "
                      "<description> </description>y]]></content:encoded></item>" TWO));
    assert_titles(&r, "One|Two", "mark-up in CDATA");
    assert_true(sv_find(r.items[0].content_text, SV("<item><title>no</title></item>")) >= 0);
    assert_true(sv_ends(r.items[0].content_text, SV("y")));
    reading_free(&r);
}

static void cdata_within_cdata_keeps_the_text_of_both(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS("<item><title><![CDATA[a <![CDATA[b]]> c]]></title></item>" TWO), "a b c|Two"},
          {RSS("<item><title><![CDATA[<![CDATA[One]]>]]></title></item>" TWO), "One|Two"},
          {RSS("<item><title><![CDATA[One]]><![CDATA[ and a half]]></title></item>" TWO), "One and a half|Two"},
          {RSS("<item><title>\n<![CDATA[\nOne\n]]>\n</title></item>" TWO), "One|Two"},
          {RSS("<item><title><![CDATA[]]></title></item><item><title><![CDATA[Two]]]]><![CDATA[>]]></title></item>"), "|Two]]>"});
}

static void comments_are_no_text_and_what_is_in_them_does_not_count(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS(ONE "<!-- <item><title>no</title></item> -->" TWO), "One|Two"}, {RSS(ONE "<!-- a -- b --- c --><!----><!---->" TWO), "One|Two"},
          {RSS(ONE "<!-- ' \" <![CDATA[ ]]> <!-- -->" TWO), "One|Two"}, {RSS("<item><title>O<!-- no -->ne</title></item><!--->" TWO "<!-- x -->"), "One|Two"},
          {RSS("<item><title>One</title><!-- <link>no</link> --></item>" TWO), "One|Two"}, {RSS(ONE "<!-->" TWO "<!-- y -->"), "One|Two"},
          {RSS("<item><title>One <![CDATA[<!-- no -->]]></title></item>" TWO), "One|Two"}, {RSS(ONE "<!> <!foo> <!-x->" TWO), "One|Two"});
}

static void a_comment_that_runs_into_the_next_costs_no_item_between(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS(ONE "<!-- page 1 " TWO THREE "<!-- page 2 -->"), "One|Two|Three"}, {RSS(ONE "<!-- a " TWO "<!-- b " THREE "<!-- c -->"), "One|Two|Three"},
          {RSS("<!-- a <!-- b -->" ONE TWO), "One|Two"}, {RSS(ONE "<!-- <item><title>no</title></item> -->" TWO "<!-- b -->"), "One|Two"});
}

static void a_comment_that_is_never_closed_costs_no_item_before_it(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, "<rss><channel>\n" ONE TWO "\n<!-- never closed " THREE "</channel></rss>");
    assert_true(r.good);
    assert_true(r.count >= 2);
    assert_sv(r.items[1].title, "Two");
    assert_true(problem_at(&r, 3));
    reading_free(&r);
}

static void processing_instructions_are_no_text(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS("<?php echo '<item>' ?>" ONE "<?x?>" TWO), "One|Two"}, {RSS("<item><title>O<?x y='>' ?>ne</title></item>" TWO), "One|Two"},
          {RSS("<item><?php if ($a > $b): ?><title>One</title></item>" TWO), "One|Two"},
          {RSS("<item><title>One</title><? never closed ></item>" TWO "<?x?>" THREE), "One|Two|Three"}, {RSS(ONE "<?never closed>" TWO), "One|Two"});
}

/* Whether the feed is short or so long that it cannot be held back until its end is seen. */
static void what_never_ends_takes_no_feed_along_however_long_it_is(void **state)
{
    (void)state;
    static const char *const before[] = {
        "<?xml version='1.0' encoding='utf-8'><rss><channel>", "<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='x'><rss><channel>",
        "<!DOCTYPE rss SYSTEM 'x><rss><channel>", "<rss><channel><? x ><title>c</title>", "<rss><channel><!-- x ><title>c</title>",
        "<rss><channel><title><![CDATA[c</title>", "<rss><channel><title>c</title><description><![CDATA[c]]</description>", "<rss><channel><title>c</title><image url=\"x>",
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        for (int count = 2; count < 500; count = count * 10 + 150) {
            struct buf document = {0};
            buf_str(&document, before[i]);
            for (int j = 0; j < count; j++)
                buf_printf(&document, "<item><title>%d</title><description>%02000d</description></item>\n", j, j);
            buf_str(&document, "</channel></rss>");
            struct reading r = {0};
            read_as(&r, buf_view(&document), NULL, TIME_NONE, 4096);
            if (r.count != (size_t)count || feed_info(r.feed)->truncated) {
                print_error("%s\n  gives %zu of %d items\n", before[i], r.count, count);
                wrong++;
            }
            reading_free(&r);
            buf_free(&document);
        }
    assert_int_equal(wrong, 0);
}

static void a_doctype_is_passed_over_with_all_that_it_declares(void **state)
{
    (void)state;
    static const char *const doctypes[] = {
        "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://my.netscape.com/publish/formats/rss-0.91.dtd'>",
        "<!DOCTYPE rss SYSTEM \"http://www.scripting.com/dtd/rss-0_91.dtd\">",
        "<!doctype RSS>",
        "<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC '-//W3C//ENTITIES Latin 1 for XHTML//EN' 'x.ent'>\n%HTMLlat1;\n]>",
        "<!DOCTYPE rss [<!ELEMENT rss (channel)><!ATTLIST rss version CDATA '0.91'><!ENTITY t \"it's ]>\"><!-- ]> ' --><?x ]> ?>]>",
        "<!DOCTYPE rss [<!ENTITY a 'x'>] >",
        "<!DOCTYPE rss PUBLIC \"-//x>",
    };
    for (size_t i = 0; i < sizeof doctypes / sizeof *doctypes; i++) {
        struct buf document = {0};
        buf_printf(&document, "<?xml version='1.0'?>\n%s\n<rss version=\"0.91\"><channel>" ONE "<item><title>&t; caf&eacute;</title></item></channel></rss>", doctypes[i]);
        struct reading r;
        read_bytes_as(&r, buf_view(&document), NULL);
        assert_titles(&r, "One|&t; caf\xC3\xA9", document.p);
        reading_free(&r);
        buf_free(&document);
    }
}

/* However deep they refer to each other. */
static void entities_of_the_document_never_grow_or_open_a_file(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;'>"
                  "<!ENTITY f SYSTEM 'file:///etc/hostname'><!ENTITY r '&r;'>]><rss><channel><item><title>&c;&f;&r;</title><link>&c;</link></item></channel></rss>");
    assert_int_equal(r.count, 1);
    assert_sv(r.items[0].title, "&c;&f;&r;");
    reading_free(&r);
}

static void whole_items_of_a_document_cut_off_anywhere_count(void **state)
{
    (void)state;
    static const struct {
        const char *document, *end;
    } rows[] = {
        {"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><entry><title>&eacute;</title><link href='x'/></entry><!-- c --><entry>"
         "<content type='xhtml'><div><p>x</p></div></content></entry></feed>",
         "</entry>"},
        {"<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel><title>c</title></channel><item><title><![CDATA[One]]></title></item><item/></rdf:RDF>", "</item>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sv document = sv_of(rows[i].document), end = sv_of(rows[i].end);
        size_t first = (size_t)sv_find(document, end) + end.n;
        for (size_t n = 80; n < document.n; n++) {
            struct reading r = {0};
            read_as(&r, sv_head(document, n), NULL, TIME_NONE, 0);
            assert_true(r.good);
            assert_true(feed_info(r.feed)->truncated);
            assert_true(n < first ? r.count == 0 : r.count >= 1);
            reading_free(&r);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_named_entity_of_html_is_known),
        cmocka_unit_test(an_ampersand_that_begins_nothing_stands_for_itself),
        cmocka_unit_test(a_reference_to_no_character_brings_none),
        cmocka_unit_test(a_sign_that_begins_no_tag_stands_for_itself),
        cmocka_unit_test(control_characters_are_dropped),
        cmocka_unit_test(controls_that_were_windows_1252_are_what_they_were),
        cmocka_unit_test(marks_of_direction_and_without_width_stay),
        cmocka_unit_test(cdata_that_ends_badly_or_never_costs_no_later_item),
        cmocka_unit_test(cdata_may_hold_what_looks_like_a_feed),
        cmocka_unit_test(cdata_within_cdata_keeps_the_text_of_both),
        cmocka_unit_test(comments_are_no_text_and_what_is_in_them_does_not_count),
        cmocka_unit_test(a_comment_that_runs_into_the_next_costs_no_item_between),
        cmocka_unit_test(a_comment_that_is_never_closed_costs_no_item_before_it),
        cmocka_unit_test(processing_instructions_are_no_text),
        cmocka_unit_test(what_never_ends_takes_no_feed_along_however_long_it_is),
        cmocka_unit_test(a_doctype_is_passed_over_with_all_that_it_declares),
        cmocka_unit_test(entities_of_the_document_never_grow_or_open_a_file),
        cmocka_unit_test(whole_items_of_a_document_cut_off_anywhere_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
