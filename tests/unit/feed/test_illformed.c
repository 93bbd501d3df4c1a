#include "documents.h"

/* Elements and tags that are not as XML wants them. What is wrong with one item must cost no other. */

#define ONE "<item><title>One</title></item>"
#define TWO "<item><title>Two</title></item>"
#define THREE "<item><title>Three</title></item>"

static void an_element_that_is_never_closed_ends_with_its_item(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS("<item><title>One</title><description>text</item>" TWO), "One|Two"},
           {RSS("<item><title>One</title><description>a <b>bold word</description></item>" TWO), "One|Two"},
           {RSS("<item><title>One <i>and a half</title></item>" TWO), "One and a half|Two"},
           {RSS("<item><title>One</title><media:group><media:content></item>" TWO), "One|Two"},
           {RSS("<item><title>One</item>" TWO), "One|Two"},
           {RSS("<item><title>One</title><category>a<category>b</item>" TWO), "One|Two"},
           {ATOM("<entry><title>One</title><content type='xhtml'><div><p>x<br></div></content></entry><entry><title>Two</title></entry>"), "One|Two"},
           {ATOM("<entry><title>One</title><author><name>A</entry><entry><title>Two</title></entry>"), "One|Two"});
}

static void an_element_that_is_never_closed_ends_where_the_next_part_of_the_item_begins(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, ITEM("<title>One<link>https://a.example/1</link><description>the text"
                                                "<guid isPermaLink='false'>g-1</guid><pubDate>Wed, 05 Nov 2025 09:01:00 GMT</pubDate>"));
    assert_sv(item->title, "One");
    assert_sv(item->url, "https://a.example/1");
    assert_sv(item->summary, "the text");
    assert_sv(item->id, "g-1");
    assert_true(item->published == 1762333260000ll);
    reading_free(&r);
}

static void an_item_that_is_never_closed_ends_where_the_next_begins(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS("<item><title>One</title>" TWO THREE), "One|Two|Three"},
           {RSS("<item><title>One</title><description>x <b>y" TWO), "One|Two"},
           {RSS(ONE "<item><title>Two</title>"), "One|Two"},
           {ATOM("<entry><title>One</title><entry><title>Two</title></entry>"), "One|Two"},
           {"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel><title>c</title></channel>"
            "<item><title>One</title><item><title>Two</title></item></rdf:RDF>",
            "One|Two"});
}

static void a_channel_that_is_never_closed_or_closed_too_early_costs_nothing(void **state)
{
    (void)state;
    static const char *const documents[] = {
        "<rss><channel>" ONE TWO "</rss>",
        "<rss><channel>" ONE "</channel>" TWO "</rss>",
        "<rss>" ONE TWO "</rss>",
        "<rss><channel><title>c</title></channel>" ONE TWO "</rss>",
        "<rss><channel>" ONE "</item></item>" TWO "</channel></rss>",
        "<rss><channel>" ONE "</p></description></b>" TWO "</channel></rss>",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct reading r;
        read_text(&r, documents[i]);
        assert_titles(&r, "One|Two", documents[i]);
        assert_false(feed_info(r.feed)->truncated);
        reading_free(&r);
    }
}

static void a_head_that_is_never_closed_hides_no_item(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, "<rss><channel><title>Harbour Post<link>https://harbour.example/</link><description>All <b>of it" ONE TWO "</channel></rss>");
    assert_titles(&r, "One|Two", "a head whose elements are not closed");
    assert_sv(feed_info(r.feed)->title, "Harbour Post");
    assert_sv(feed_info(r.feed)->home, "https://harbour.example/");
    reading_free(&r);
    GIVEN(titles_of, {"<rss><channel><image><title>logo</title><url>x</url>" ONE TWO "</channel></rss>", "One|Two"});
}

static void elements_that_cross_each_other_cost_nothing(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS("<item><title><b>One</title></b></item>" TWO), "One|Two"},
           {RSS("<item><title>One</item></title>" TWO), "One|Two"},
           {RSS("<item><title>One</title><description><p><b>x</p></b></description></item>" TWO), "One|Two"},
           {RSS("<item><title>One</titel><link>https://a.example/1</link></item>" TWO), "One|Two"},
           {RSS("<item><title>One</tilte></item>" TWO), "One|Two"},
           {RSS("<item><link>https://a.example/1</guid><title>One</title></item>" TWO), "One|Two"});
    GIVEN(its_summary, {ITEM("<description><p><b>x</p> and</b> y</description><title>t</title>"), "x\n\nand y"},
          {ITEM("<description>a <b>b <i>c</b> d</i> e</description>"), "a b c d e"});
    GIVEN(its_url, {ITEM("<title><b>One</title></b><link>https://a.example/1</link>"), "https://a.example/1"},
          {ITEM("<title>One</titel><link>https://a.example/1</link>"), "https://a.example/1"});
}

static void names_in_the_wrong_case_are_understood(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, "<RSS VERSION='2.0'><CHANNEL><TITLE>Harbour Post</TITLE><ITEM><TITLE>One</title><Link>https://a.example/1</LINK>"
                                           "<GUID ISPERMALINK='FALSE'>g-1</GUID><pubdate>Wed, 05 Nov 2025 09:01:00 GMT</PubDate>"
                                           "<Description>text</description><DC:Creator>A. Writer</dc:creator></Item></channel></rss>");
    assert_int_equal(feed_info(r.feed)->format, FEED_RSS);
    assert_string_equal(feed_info(r.feed)->version, "2.0");
    assert_sv(feed_info(r.feed)->title, "Harbour Post");
    assert_sv(item->title, "One");
    assert_sv(item->url, "https://a.example/1");
    assert_sv(item->id, "g-1");
    assert_sv(item->summary, "text");
    assert_true(item->published == 1762333260000ll);
    assert_int_equal(item->author_count, 1);
    assert_false(feed_info(r.feed)->truncated);
    reading_free(&r);
    GIVEN(its_url, {"<Feed xmlns='http://www.w3.org/2005/Atom'><Entry><Title>t</Title><Link HREF='https://a.example/1' REL='Alternate'/></Entry></Feed>",
                    "https://a.example/1"});
}

static void attributes_may_be_written_as_in_html(void **state)
{
    (void)state;
    GIVEN(its_url, {ENTRY("<link rel=alternate href=https://a.example/1?a=1&b=2/>"), "https://a.example/1?a=1&b=2"},
          {ENTRY("<link rel = 'alternate'\n\thref\n=\n\"https://a.example/1\" />"), "https://a.example/1"},
          {ENTRY("<link href='https://a.example/1'rel='alternate'/>"), "https://a.example/1"},
          {ENTRY("<link crossorigin href='https://a.example/1' async/>"), "https://a.example/1"},
          {ENTRY("<link title='a > b < c & d' href='https://a.example/1'/>"), "https://a.example/1"},
          {ENTRY("<link title=\"it's\" href='https://a.example/1?q=\"x\"'/>"), "https://a.example/1?q=\"x\""},
          {ENTRY("<link href=''/><link href='https://a.example/1'/>"), "https://a.example/1"},
          {ENTRY("<link =x href='https://a.example/1' =/>"), "https://a.example/1"},
          {ENTRY("<link \xE2\x80\x9Cx\xE2\x80\x9D href='https://a.example/1'/>"), "https://a.example/1"},
          {ENTRY("<link/href='https://a.example/1'/>"), "https://a.example/1"});
}

static void of_an_attribute_given_twice_the_first_counts(void **state)
{
    (void)state;
    GIVEN(its_url, {ENTRY("<link href='https://a.example/1' href='https://a.example/2'/>"), "https://a.example/1"});
    GIVEN(titles_of, {"<rss version='2.0' version='2.0' xmlns:dc='a' xmlns:dc='a'><channel>" ONE "<item a='1' a='2'><title a='1' a='1'>Two</title></item></channel></rss>",
            "One|Two"});
}

static void a_quote_that_is_never_closed_costs_no_later_item(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS("<item><title>One</title><enclosure url=\"https://a.example/1.mp3 length='1'/></item>" TWO
                "<item><title>Three</title><enclosure url=\"https://a.example/3.mp3\"/></item>"),
            "One|Two|Three"},
           {RSS("<item><title>One</title><enclosure url='x/></item>" TWO THREE), "One|Two|Three"},
           {RSS("<item><title>One</title><description>see <a href=\"https://a.example/>here</a></description></item>" TWO), "One|Two"});
}

static void a_tag_that_lacks_its_last_sign_is_one_all_the_same(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS("<item><title>One</title</item>" TWO), "One|Two"}, {RSS("<item><title>One</title>\n</item\n" TWO), "One|Two"},
          {RSS("<item\n<title>One</title></item>" TWO), "One|Two"},
          {"<rss version=\"2.0\"<channel>" ONE TWO "</channel></rss>", "One|Two"}, {"<rss><channel" ONE TWO "</channel></rss>", "One|Two"},
          {"<feed xmlns=\"http://www.w3.org/2005/Atom\"\n<entry><title>One</title></entry></feed>", "One"},
          {"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'\n<item rdf:about='x'\n<title>One</title></item></rdf:RDF>", "One"});
    GIVEN(its_url, {ITEM("<comments>https://no.example/</comments\n<link>https://a.example/1</link>"), "https://a.example/1"},
          {ITEM("<media:group><media:content url='x'/></media:group\n<link>https://a.example/1</link>"), "https://a.example/1"},
          {ENTRY("<link rel='alternate' href='https://a.example/1'/"), "https://a.example/1"},
          {ENTRY("<link rel='alternate' href='https://a.example/1' <id>1</id>"), "https://a.example/1"},
          {ITEM("<title>One</title><link>https://a.example/1</link"), "https://a.example/1"});
    GIVEN(its_title, {ITEM("<title>a <b and c <d </title>"), "a <b and c <d"}, {ITEM("<title>x </ y</title>"), "x </ y"});
}

/* Nobody can know where it was to end; what stands behind it is the item's as long as the item has nothing else. */
static void an_unknown_element_that_is_never_closed_hides_no_part_of_its_item(void **state)
{
    (void)state;
    static const char *const unclosed[] = {"<foo:bar>", "<a href='https://no.example/'>", "<p>", "<b>", "<div>", "<source url='https://no.example/'>Wire", "<so>", "<comments>https://no.example/", "<x:y z='1'>",
                                           "<media:group>", "<media:content url='x'>", "<itunes:image href='x'>", "<image>"};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof unclosed / sizeof *unclosed; i++) {
        struct buf document = {0};
        buf_printf(&document, "<rss><channel><item><title>One</title>%s<link>https://a.example/1</link><guid isPermaLink='false'>g-1</guid><description>text</description>"
                              "<pubDate>2025-11-05T09:01:00Z</pubDate></item>" TWO "</channel></rss>",
                   unclosed[i]);
        struct reading r;
        read_bytes_as(&r, buf_view(&document), NULL);
        const struct item *item = &r.items[0];
        wrong += !seen_as(titles_of(&r), "One|Two", document.p) || !seen_as(item->url, "https://a.example/1", document.p) || !seen_as(item->id, "g-1", document.p) ||
                 !seen_as(item->summary, "text", document.p) || !seen_as(item->raw_published, "2025-11-05T09:01:00Z", document.p);
        reading_free(&r);
        buf_free(&document);
    }
    assert_int_equal(wrong, 0);
    GIVEN(its_url, {ITEM("<foo:bar><link>https://no.example/</link></foo:bar><title>t</title>"), NULL}, {ITEM("<source url='x'><link>https://no.example/</link></source><title>t</title>"), NULL});
}

/* What holds text holds no other part: where one begins it has ended. */
static void a_text_of_the_head_that_is_never_closed_hides_nothing_behind_it(void **state)
{
    (void)state;
    static const char *const unclosed[] = {"<generator>x", "<lastBuildDate>Wed, 05 Nov 2025 09:01:00 GMT", "<copyright>&copy; x", "<category>x", "<managingEditor><![CDATA[x]]>", "<foo:bar>x",
                                           "<atom:author><atom:name>x"};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof unclosed / sizeof *unclosed; i++) {
        struct buf document = {0};
        buf_printf(&document, "<rss><channel><title>Harbour Post</title>%s\n<link>https://harbour.example/</link><language>en</language>" ONE TWO "</channel></rss>", unclosed[i]);
        struct reading r;
        read_bytes_as(&r, buf_view(&document), NULL);
        wrong += !seen_as(titles_of(&r), "One|Two", document.p) || !seen_as(feed_info(r.feed)->home, "https://harbour.example/", document.p) ||
                 !seen_as(feed_info(r.feed)->language, "en", document.p);
        reading_free(&r);
        buf_free(&document);
    }
    assert_int_equal(wrong, 0);
}

/* What an item lost by an end that came too early is not the feed's. */
static void an_item_that_ends_too_early_gives_its_author_to_no_other(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, RSS(ONE "<item><title>Two</item></title><dc:creator>A</dc:creator><link>https://no.example/</link></item>" THREE));
    assert_titles(&r, "One|Two|Three", "an item that ends too early");
    assert_int_equal(r.items[2].author_count, 0);
    reading_free(&r);
}

static void an_end_tag_without_its_slash_ends_the_element(void **state)
{
    (void)state;
    GIVEN(its_url, {ITEM("<title>One<title><link>https://a.example/1</link>"), "https://a.example/1"}, {ITEM("<pubDate>2025-11-05<pubDate><link>https://a.example/1</link>"), "https://a.example/1"},
          {ITEM("<category>a<category><link>https://a.example/1</link>"), "https://a.example/1"}, {ITEM("<link>https://a.example/1<link><title>One</title>"), "https://a.example/1"},
          {ENTRY("<author><name>A</name><link href='https://a.example/1'/>"), "https://a.example/1"}, {ENTRY("<author><name>A<name></author><link href='https://a.example/1'/>"), "https://a.example/1"});
    GIVEN(its_title, {ITEM("<title>One<title><link>x</link>"), "One"}, {ITEM("<title>One<title></item>"), "One"});
}

static void prefixes_need_no_declaration(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, "<rss><channel><item><title>One</title><dc:creator>A</dc:creator><content:encoded>text</content:encoded>"
                                           "<media:keywords>k</media:keywords><foo:title>no</foo:title><x:y:z>no</x:y:z><dc:date>2025-11-05T09:01:00Z</dc:date>"
                                           "<atom:link href='https://a.example/1' foo:bar='x'/></item></channel></rss>");
    assert_sv(item->title, "One");
    assert_sv(item->content_text, "text");
    assert_authors(&r, 0, "A");
    assert_tags(&r, 0, "k");
    assert_sv(item->url, "https://a.example/1");
    assert_true(item->published == 1762333260000ll);
    reading_free(&r);
    GIVEN(titles_of, {"<atom:feed><atom:entry><atom:title>One</atom:title></atom:entry></atom:feed>", "One"},
           {"<rdf:RDF><item><title>One</title></item></rdf:RDF>", "One"});
}

static void what_stands_before_and_behind_the_feed_is_not_of_it(void **state)
{
    (void)state;
    static const char *const around[][2] = {
        {"\r\n\t  ", "\n\n"},
        {"<br />\n<b>Warning</b>:  mysql_connect(): [2002] in <b>/srv/x.php</b> on line <b>3</b><br />\n", ""},
        {"PHP Notice: Undefined index: title in x.php on line 3\n", ""},
        {"Warning: 1 < 2 && \"quoted ' in x.php\n", ""},
        {"<!-- generator: x -- y -->\n<?xml-stylesheet href='x'?>", "<!-- 0.2 s -->"},
        {"", "<p>trailing</p><title>no</title><item><title>no</title></item>"},
        {"", "<!DOCTYPE html><html><body><script>if (a < b) { x('<item>') }</script></body></html>"},
        {"", "<script src='https://ads.example/x.js'></script>\n<b>Fatal error</b>: out of memory"},
        {"<div class='notice'><p>Cached</p></div>", "</body></html>"},
        {"\xEF\xBB\xBF\xEF\xBB\xBF", "\xEF\xBB\xBF"},
        {"\n\xEF\xBB\xBF", "\x1A"},
        {"\x01\x02", "<"},
        {"", "<?php echo 'x' ?"},
        {"", "<!-- never closed"},
    };
    for (size_t i = 0; i < sizeof around / sizeof *around; i++)
        for (int declared = 0; declared < 2; declared++) {
            struct buf document = {0};
            buf_printf(&document, "%s%s<rss><channel>" ONE TWO "</channel></rss>%s", around[i][0], declared ? "<?xml version='1.0' encoding='utf-8'?>\n" : "",
                       around[i][1]);
            struct reading r;
            read_bytes_as(&r, buf_view(&document), NULL);
            assert_titles(&r, "One|Two", document.p);
            assert_false(feed_info(r.feed)->truncated);
            reading_free(&r);
            buf_free(&document);
        }
}

static void a_warning_between_and_within_items_is_not_of_them(void **state)
{
    (void)state;
    GIVEN(titles_of, {RSS(ONE "<br />\n<b>Warning</b>: in <b>x.php</b> on line <b>3</b><br />\n" TWO), "One|Two"},
           {RSS("<item><br /><b>Notice</b>: Undefined <title>One</title></item>" TWO), "One|Two"},
           {RSS(ONE "<table><tr><td>stack</td></tr>" TWO), "One|Two"},
           {"<rss><b>Warning</b><channel><p>x</p>" ONE "</channel></rss>", "One"});
}

static void a_feed_within_a_page_is_a_feed(void **state)
{
    (void)state;
    GIVEN(titles_of, {"<!DOCTYPE html><html><head><title>x</title></head><body><?xml version='1.0'?><rss version='2.0'><channel>" ONE TWO
            "</channel></rss></body></html>",
            "One|Two"},
           {"<html><body><feed xmlns='http://www.w3.org/2005/Atom'><entry><title>One</title></entry></feed></body></html>", "One"});
}

static void of_two_feeds_after_one_another_both_count(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, "<?xml version='1.0'?><rss><channel><title>First</title>" ONE "</channel></rss>\n"
                  "<?xml version='1.0'?><rss><channel><title>Second</title>" TWO "</channel></rss>");
    assert_titles(&r, "One|Two", "two feeds");
    assert_sv(feed_info(r.feed)->title, "First");
    assert_false(feed_info(r.feed)->truncated);
    reading_free(&r);
    GIVEN(titles_of, {"<rss><channel>" ONE "</channel></rss><channel>" TWO "</channel>", "One|Two"},
           {"<rss><channel>" ONE "</channel><channel>" TWO "</channel></rss>", "One|Two"});
}

static void a_declaration_may_be_missing_doubled_or_badly_written(void **state)
{
    (void)state;
    static const char *const before[] = {
        "",
        "<?xml version='1.0'?><?xml version='1.0' encoding='utf-8'?>",
        "<?xml version='1.0' encoding='utf-8'>\n",
        "<?xml version=1.0 encoding=utf-8?>",
        "<? xml version='1.0'?>",
        "<?xml?>",
        "<xml version='1.0'>",
        "<?xml version='1.1' standalone='maybe'?>",
        "<?XML VERSION='1.0'?>",
        "?xml version='1.0'?>",
        "<?xml version=\"1.0\" encoding=\"utf-8\"? >\n",
    };
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        struct buf document = {0};
        buf_printf(&document, "%s<rss version='2.0'><channel>" ONE "<?xml version='1.0'?>" TWO "</channel></rss>", before[i]);
        struct reading r;
        read_bytes_as(&r, buf_view(&document), NULL);
        assert_titles(&r, "One|Two", document.p);
        reading_free(&r);
        buf_free(&document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_element_that_is_never_closed_ends_with_its_item),
        cmocka_unit_test(an_element_that_is_never_closed_ends_where_the_next_part_of_the_item_begins),
        cmocka_unit_test(an_item_that_is_never_closed_ends_where_the_next_begins),
        cmocka_unit_test(a_channel_that_is_never_closed_or_closed_too_early_costs_nothing),
        cmocka_unit_test(a_head_that_is_never_closed_hides_no_item),
        cmocka_unit_test(elements_that_cross_each_other_cost_nothing),
        cmocka_unit_test(names_in_the_wrong_case_are_understood),
        cmocka_unit_test(attributes_may_be_written_as_in_html),
        cmocka_unit_test(of_an_attribute_given_twice_the_first_counts),
        cmocka_unit_test(a_quote_that_is_never_closed_costs_no_later_item),
        cmocka_unit_test(a_tag_that_lacks_its_last_sign_is_one_all_the_same),
        cmocka_unit_test(an_unknown_element_that_is_never_closed_hides_no_part_of_its_item),
        cmocka_unit_test(a_text_of_the_head_that_is_never_closed_hides_nothing_behind_it),
        cmocka_unit_test(an_item_that_ends_too_early_gives_its_author_to_no_other),
        cmocka_unit_test(an_end_tag_without_its_slash_ends_the_element),
        cmocka_unit_test(prefixes_need_no_declaration),
        cmocka_unit_test(what_stands_before_and_behind_the_feed_is_not_of_it),
        cmocka_unit_test(a_warning_between_and_within_items_is_not_of_them),
        cmocka_unit_test(a_feed_within_a_page_is_a_feed),
        cmocka_unit_test(of_two_feeds_after_one_another_both_count),
        cmocka_unit_test(a_declaration_may_be_missing_doubled_or_badly_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
