#include <stdio.h>

#include "reading.h"

static void an_rss_2_item_is_read_whole(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<?xml version=\"1.0\"?>\n"
                      "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
                      "<channel><title>Harbour &amp; Post</title><link>https://harbour.example/</link><description>All of it</description>"
                      "<language>en-gb</language><image><title>not this</title><url>x</url><link>https://no.example/</link></image>"
                      "<item><title>Talks &lt;b&gt;begin&lt;/b&gt;</title><link>/stories/1</link><guid isPermaLink=\"false\">g-1</guid>"
                      "<description>&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;</description>"
                      "<content:encoded><![CDATA[<p>The <em>whole</em> story.</p>]]></content:encoded>"
                      "<pubDate>Wed, 05 Nov 2025 09:01:00 GMT</pubDate><dc:creator>A. Writer</dc:creator><author>desk@harbour.example (The Desk)</author>"
                      "<category>World</category><category>Ports</category><comments>https://harbour.example/1#c</comments>"
                      "<enclosure url=\"x\" length=\"1\" type=\"audio/mpeg\"/></item></channel></rss>");
    assert_true(r.good);
    const struct feed_info *info = feed_info(r.feed);
    assert_int_equal(info->format, FEED_RSS);
    assert_string_equal(info->version, "2.0");
    assert_sv(info->title, "Harbour & Post");
    assert_sv(info->home, "https://harbour.example/");
    assert_sv(info->description, "All of it");
    assert_int_equal(r.count, 1);
    const struct item *i = &r.items[0];
    assert_sv(i->id, "g-1");
    assert_int_equal(i->identity, ITEM_ID_GUID);
    assert_sv(i->url, "https://news.example/stories/1");
    assert_sv(i->title, "Talks begin");
    assert_sv(i->summary, "First.\n\nSecond.");
    assert_sv(i->content_text, "The whole story.");
    assert_sv(i->language, "en-gb");
    assert_sv(i->raw_published, "Wed, 05 Nov 2025 09:01:00 GMT");
    assert_true(i->published == 1762333260000ll);
    assert_true(i->modified == TIME_NONE);
    assert_int_equal(i->author_count, 2);
    assert_sv(i->authors[0], "A. Writer");
    assert_sv(i->authors[1], "The Desk");
    assert_int_equal(i->tag_count, 2);
    assert_sv(i->tags[1], "Ports");
    assert_false(info->truncated);
    reading_free(&r);
}

static void an_rss_1_feed_is_read(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' "
                      "xmlns:d='http://purl.org/dc/elements/1.1/'><channel rdf:about='x'><title>RDF news</title><link>https://rdf.example/</link>"
                      "<items><rdf:Seq><rdf:li rdf:resource='https://rdf.example/1'/></rdf:Seq></items></channel>"
                      "<item rdf:about='https://rdf.example/1'><title>One</title><link>https://rdf.example/1</link><description>text</description>"
                      "<d:date>2025-11-05T09:01:00+01:00</d:date><d:subject>Politics</d:subject></item>"
                      "<item rdf:about='https://rdf.example/2'><title>Two</title></item></rdf:RDF>");
    assert_true(r.good);
    assert_int_equal(feed_info(r.feed)->format, FEED_RDF);
    assert_sv(feed_info(r.feed)->title, "RDF news");
    assert_int_equal(r.count, 2);
    assert_sv(r.items[0].id, "https://rdf.example/1");
    assert_true(r.items[0].published == 1762329660000ll);
    assert_sv(r.items[0].tags[0], "Politics");
    assert_sv(r.items[1].url, "https://rdf.example/2");
    reading_free(&r);
}

static void the_guid_is_the_link_where_there_is_no_other(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<rss><channel><item><guid>https://a.example/1</guid></item>"
                      "<item><guid isPermaLink='false'>https://a.example/2</guid><title>t</title></item>"
                      "<item><link>https://a.example/3</link></item></channel></rss>");
    assert_int_equal(r.count, 3);
    assert_sv(r.items[0].url, "https://a.example/1");
    assert_null(r.items[1].url.p);
    assert_sv(r.items[2].id, "https://a.example/3");
    assert_int_equal(r.items[2].identity, ITEM_ID_LINK);
    reading_free(&r);
}

static void an_item_without_guid_and_link_is_known_by_its_content(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<rss><channel><item><title>A</title></item><item><title>B</title></item><item><title>A</title></item></channel></rss>");
    assert_int_equal(r.count, 3);
    assert_int_equal(r.items[0].identity, ITEM_ID_CONTENT);
    assert_int_equal(r.items[0].id.n, 32);
    assert_true(sv_eq(r.items[0].id, r.items[2].id));
    assert_false(sv_eq(r.items[0].id, r.items[1].id));
    reading_free(&r);
}

static void a_guid_that_is_a_novel_is_replaced_by_its_digest(void **state)
{
    (void)state;
    struct reading r = {0};
    struct buf document = {0};
    buf_str(&document, "<rss><channel><item><guid>");
    for (int i = 0; i < 2000; i++)
        buf_byte(&document, 'x');
    buf_str(&document, "</guid></item></channel></rss>");
    read_document(&r, buf_cstr(&document));
    assert_int_equal(r.items[0].id.n, 32);
    buf_free(&document);
    reading_free(&r);
}

static void only_the_children_of_an_item_count(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<rss xmlns:media='http://search.yahoo.com/mrss/'><channel><title>Feed</title><item><title>Right</title>"
                      "<source url='x'><title>Wrong</title><link>https://wrong.example/</link></source>"
                      "<media:group><media:content url='v'><media:title>Video</media:title><media:description>About it</media:description>"
                      "</media:content></media:group><link>https://right.example/</link></item></channel></rss>");
    assert_sv(r.items[0].title, "Right");
    assert_sv(r.items[0].url, "https://right.example/");
    assert_sv(r.items[0].summary, "About it");
    reading_free(&r);
}

static void any_prefix_serves_for_a_namespace(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<rss xmlns:c='http://purl.org/rss/1.0/modules/content/'><channel><item><c:encoded>x</c:encoded></item>"
                      "<item><content:encoded>undeclared</content:encoded><dc:creator>B</dc:creator></item></channel></rss>");
    assert_true(r.good);
    assert_sv(r.items[0].content_text, "x");
    assert_sv(r.items[1].content_text, "undeclared");
    assert_sv(r.items[1].authors[0], "B");
    reading_free(&r);
}

static void atom_inside_rss_is_understood(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<rss xmlns:a='http://www.w3.org/2005/Atom'><channel><a:link rel='self' href='https://s.example/feed'/><item>"
                      "<a:link rel='replies' href='https://s.example/c'/><a:link href='https://s.example/1'/><a:updated>2025-11-05T09:01:00Z</a:updated>"
                      "</item></channel></rss>");
    assert_null(feed_info(r.feed)->home.p);
    assert_sv(r.items[0].url, "https://s.example/1");
    assert_true(r.items[0].modified == 1762333260000ll);
    reading_free(&r);
}

static void named_entities_and_bare_ampersands_are_kept(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<rss><channel><item><title>Caf&eacute; &mdash; R&D, AT&T & more &unknown; &#8364;</title>"
                      "<link>https://a.example/?a=1&b=2&amp;c=3</link><description>1 < 2 &amp;amp; x</description></item></channel></rss>");
    assert_true(r.good);
    assert_sv(r.items[0].title, "Caf\xC3\xA9 \xE2\x80\x94 R&D, AT&T & more &unknown; \xE2\x82\xAC");
    assert_sv(r.items[0].url, "https://a.example/?a=1&b=2&c=3");
    assert_sv(r.items[0].summary, "1 < 2 & x");
    reading_free(&r);
}

static void entities_of_the_doctype_never_grow(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;'><!-- it's ']>' -->"
                      "<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n<rss><channel><item><title>&b;&x;ok</title></item></channel></rss>");
    assert_true(r.good);
    assert_sv(r.items[0].title, "&b;&x;ok");
    reading_free(&r);
}

static void rss_091_with_its_doctype_is_read(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<?xml version='1.0'?><!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" \"http://my.netscape.com/x.dtd\">"
                      "<rss version='0.91'><channel><item><title>Old</title></item></channel></rss>");
    assert_true(r.good);
    assert_string_equal(feed_info(r.feed)->version, "0.91");
    assert_sv(r.items[0].title, "Old");
    reading_free(&r);
}

static void control_characters_and_junk_around_do_no_harm(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "\n\n  <br />\n<b>Warning</b>: something in x.php on line <b>3</b><br />\n<?xml version='1.0'?>\n"
                      "<rss><channel><item><title>a\x0B\x01z</title></item></channel></rss>\n<!-- cached -->\n<p>trailing</p>");
    assert_true(r.good);
    assert_int_equal(r.count, 1);
    assert_sv(r.items[0].title, "az");
    assert_false(feed_info(r.feed)->truncated);
    reading_free(&r);
}

/* libxml2 drops &lt; from the text of a document that is not well formed. */
static void signs_that_stand_for_themselves_survive_in_a_document_that_is_not_well_formed(void **state)
{
    (void)state;
    const char *document = "<rss><channel><item><title>x</b></title></item>"
                           "<item><title>3 < 4 ]]> 5 <\xE5\x85\xAC\xE5\x91\x8A></title></item></channel></rss>";
    for (size_t piece = 0; piece < 8; piece++) {
        struct reading r = {0};
        read_as(&r, sv_of(document), NULL, TIME_NONE, piece);
        assert_true(has_problem(&r, "not well formed"));
        assert_int_equal(r.count, 2);
        assert_sv(r.items[1].title, "3 < 4 ]]> 5 <\xE5\x85\xAC\xE5\x91\x8A>");
        reading_free(&r);
    }
}

static void attributes_may_be_unquoted_or_without_a_value_or_followed_by_a_stray_quote(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<feed><entry hidden><title type=text>One</title><link rel=alternate href=https://news.example/1?a=1&b=2/>"
                      "<id\">tag:1</id></entry><entry><title>Two</title><link\n href = 'https://news.example/2' x='y<z'/></entry></feed>");
    assert_int_equal(r.count, 2);
    assert_sv(r.items[0].url, "https://news.example/1?a=1&b=2");
    assert_sv(r.items[0].id, "tag:1");
    assert_sv(r.items[1].url, "https://news.example/2");
    assert_true(has_problem(&r, "without quotes"));
    reading_free(&r);
}

static void unescaped_markup_is_read_as_markup(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<rss><channel><item><description>AT&amp;T <b>and</b> <i>more</i><br/>&lt;here&gt;</description></item></channel></rss>");
    assert_sv(r.items[0].summary, "AT&T and more\n<here>");
    reading_free(&r);
}

static void cdata_is_text_and_text_may_hold_its_end(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<rss><channel><item><title><![CDATA[A <b>b</b> & c]]> d</title><description>x ]]> y &amp;&amp; z</description></item>"
                      "</channel></rss>");
    assert_sv(r.items[0].title, "A b & c d");
    assert_sv(r.items[0].summary, "x ]]> y && z");
    reading_free(&r);
}

static void dates_that_cannot_be_believed_are_reported(void **state)
{
    (void)state;
    struct reading r = {0};
    read_as(&r, SV("<rss><channel>\n<item><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>"
                   "<item><pubDate>Wed, 05 Nov 2031 09:01:00 GMT</pubDate></item><item><pubDate>whenever</pubDate></item></channel></rss>"),
            NULL, 1762333260000ll, 0);
    for (int i = 0; i < 3; i++)
        assert_true(r.items[i].published == TIME_NONE);
    assert_sv(r.items[1].raw_published, "Wed, 05 Nov 2031 09:01:00 GMT");
    assert_true(has_problem(&r, "not believed: \"Wed, 05 Nov 2031"));
    assert_true(has_problem(&r, "not believed: \"Thu, 01 Jan 1970"));
    assert_true(has_problem(&r, "cannot be read: \"whenever\""));
    reading_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_rss_2_item_is_read_whole),
        cmocka_unit_test(an_rss_1_feed_is_read),
        cmocka_unit_test(the_guid_is_the_link_where_there_is_no_other),
        cmocka_unit_test(an_item_without_guid_and_link_is_known_by_its_content),
        cmocka_unit_test(a_guid_that_is_a_novel_is_replaced_by_its_digest),
        cmocka_unit_test(only_the_children_of_an_item_count),
        cmocka_unit_test(any_prefix_serves_for_a_namespace),
        cmocka_unit_test(atom_inside_rss_is_understood),
        cmocka_unit_test(named_entities_and_bare_ampersands_are_kept),
        cmocka_unit_test(entities_of_the_doctype_never_grow),
        cmocka_unit_test(rss_091_with_its_doctype_is_read),
        cmocka_unit_test(control_characters_and_junk_around_do_no_harm),
        cmocka_unit_test(signs_that_stand_for_themselves_survive_in_a_document_that_is_not_well_formed),
        cmocka_unit_test(attributes_may_be_unquoted_or_without_a_value_or_followed_by_a_stray_quote),
        cmocka_unit_test(unescaped_markup_is_read_as_markup),
        cmocka_unit_test(cdata_is_text_and_text_may_hold_its_end),
        cmocka_unit_test(dates_that_cannot_be_believed_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
