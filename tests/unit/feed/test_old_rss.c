#include "documents.h"

/* RSS before 2.0, and what goes by its name since. */

#define RDF "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "

static void an_rss_090_feed_is_read(void **state)
{
    (void)state;
    static const char *const uris[] = {"http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/",
                                       "http://my.netscape.com/rdf/simple/0.9"};
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        struct buf document = {0};
        buf_printf(&document, "<?xml version='1.0'?>\n" RDF "xmlns='%s'><channel><title>Old Harbour</title><link>http://old.example/</link>"
                              "<description>News</description></channel><image><title>logo</title><url>http://old.example/l.gif</url>"
                              "<link>http://logo.example/</link></image><item><title>One</title><link>http://old.example/1</link></item>"
                              "<item><title>Two</title><link>http://old.example/2</link></item><textinput><title>Search</title>"
                              "<description>Find</description><name>q</name><link>http://old.example/find</link></textinput></rdf:RDF>",
                   uris[i]);
        struct reading r;
        read_bytes_as(&r, buf_view(&document), NULL);
        assert_titles(&r, "One|Two", document.p);
        const struct feed_info *info = feed_info(r.feed);
        assert_int_equal(info->format, FEED_RDF);
        assert_string_equal(info->version, "0.90");
        assert_sv(info->title, "Old Harbour");
        assert_sv(info->home, "http://old.example/");
        assert_sv(info->description, "News");
        assert_sv(r.items[1].url, "http://old.example/2");
        assert_sv(r.items[1].id, "http://old.example/2");
        reading_free(&r);
        buf_free(&document);
    }
}

#define CHANNEL_091                                                                                                                   \
    "<rss version='0.91'><channel><title>Harbour Post</title><link>http://old.example/</link><description>News</description>"         \
    "<language>en-us</language><rating>(PICS-1.1 \"http://www.rsac.org/ratingsv01.html\" l gen true)</rating><copyright>&copy; 1999" \
    "</copyright><pubDate>Wed, 05 Nov 2025 09:01:00 GMT</pubDate><lastBuildDate>Wed, 05 Nov 2025 09:01:00 GMT</lastBuildDate>"        \
    "<docs>http://docs.example/</docs><managingEditor>ed@old.example</managingEditor><webMaster>web@old.example</webMaster>"          \
    "<image><title>logo</title><url>http://old.example/l.gif</url><link>http://logo.example/</link><width>88</width></image>"         \
    "<skipHours><hour>1</hour></skipHours><skipDays><day>Sunday</day></skipDays>"                                                     \
    "<textinput><title>Search</title><description>Find</description><name>q</name><link>http://old.example/find</link></textinput>"   \
    "<item><title>caf&eacute;</title><link>http://old.example/1</link><description>text</description></item>"                         \
    "<item><title>Two</title><link>http://old.example/2</link></item></channel></rss>"

static void an_rss_091_feed_is_read_with_either_doctype_or_none(void **state)
{
    (void)state;
    static const char *const documents[] = {
        "<?xml version='1.0'?>\n<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\"\n \"http://my.netscape.com/publish/formats/rss-0.91.dtd\">\n"
        CHANNEL_091,
        "<?xml version='1.0' encoding='ISO-8859-1'?><!DOCTYPE rss SYSTEM \"http://www.scripting.com/dtd/rss-0_91.dtd\">" CHANNEL_091,
        CHANNEL_091,
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct reading r;
        read_text(&r, documents[i]);
        assert_titles(&r, "caf\xC3\xA9|Two", documents[i]);
        const struct feed_info *info = feed_info(r.feed);
        assert_int_equal(info->format, FEED_RSS);
        assert_string_equal(info->version, "0.91");
        assert_sv(info->title, "Harbour Post");
        assert_sv(info->home, "http://old.example/");
        assert_sv(info->language, "en-us");
        assert_sv(r.items[0].summary, "text");
        assert_true(r.items[0].published == TIME_NONE);
        reading_free(&r);
    }
}

static void rss_092_to_094_are_read(void **state)
{
    (void)state;
    static const char *const versions[] = {"0.92", "0.93", "0.94"};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        struct buf document = {0};
        buf_printf(&document, "<rss version=\"%s\"><channel><title>Harbour Post</title><link>http://old.example/</link><description>News</description>"
                              "<cloud domain='old.example' port='80' path='/RPC2' registerProcedure='x' protocol='xml-rpc'/>"
                              "<item><description>Only &lt;a href='http://old.example/1'>text&lt;/a></description></item>"
                              "<item><title>Two</title><link>http://old.example/2</link><source url='http://no.example/rss'>Wire</source>"
                              "<enclosure url='http://no.example/2.mp3' length='1' type='audio/mpeg'/><category domain='x'>Ports</category>"
                              "<pubDate>Wed, 05 Nov 2025 09:01:00 GMT</pubDate><expirationDate>Thu, 06 Nov 2025 09:01:00 GMT</expirationDate></item>"
                              "<item><description type='text/html'>&lt;p&gt;Three&lt;/p&gt;</description></item></channel></rss>",
                   versions[i]);
        struct reading r;
        read_bytes_as(&r, buf_view(&document), NULL);
        assert_true(r.good);
        assert_int_equal(r.count, 3);
        assert_string_equal(feed_info(r.feed)->version, versions[i]);
        assert_sv(r.items[0].summary, "Only text");
        assert_null(r.items[0].title.p);
        assert_null(r.items[0].url.p);
        assert_sv(r.items[1].title, "Two");
        assert_sv(r.items[1].url, "http://old.example/2");
        assert_true(r.items[1].published == 1762333260000ll);
        assert_tags(&r, 1, "Ports");
        assert_int_equal(r.items[1].author_count, 0);
        assert_sv(r.items[2].summary, "Three");
        reading_free(&r);
        buf_free(&document);
    }
}

static void an_rss_1_item_is_read_whole(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(
        &r, RDF "xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:taxo='http://purl.org/rss/1.0/modules/taxonomy/' "
                "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:cc='http://web.resource.org/cc/' xml:lang='ja'><channel rdf:about='http://r.example/rss'>"
                "<title>R</title><link>http://r.example/</link><description>d</description><items><rdf:Seq><rdf:li rdf:resource='http://r.example/1'/></rdf:Seq>"
                "</items><image rdf:resource='http://r.example/l.gif'/><textinput rdf:resource='http://r.example/find'/></channel>"
                "<item rdf:about='http://r.example/id/1'><title>One</title><link>http://r.example/1</link><description>short</description>"
                "<content:encoded><![CDATA[<p>long</p>]]></content:encoded><dc:creator>A. Writer</dc:creator><dc:subject>Ports</dc:subject>"
                "<taxo:topics><rdf:Bag><rdf:li resource='http://no.example/'/></rdf:Bag></taxo:topics><dc:date>2025-11-05T09:01:00Z</dc:date></item>"
                "<image rdf:about='x'><title>logo</title><link>http://logo.example/</link></image></rdf:RDF>");
    assert_int_equal(feed_info(r.feed)->format, FEED_RDF);
    assert_string_equal(feed_info(r.feed)->version, "1.0");
    assert_sv(feed_info(r.feed)->title, "R");
    assert_sv(item->id, "http://r.example/id/1");
    assert_sv(item->url, "http://r.example/1");
    assert_sv(item->summary, "short");
    assert_sv(item->content_text, "long");
    assert_sv(item->language, "ja");
    assert_authors(&r, 0, "A. Writer");
    assert_tags(&r, 0, "Ports");
    assert_true(item->published == 1762333260000ll);
    reading_free(&r);
}

/* The parts of RSS 1.0's old content module are called items, too. */
static void an_item_of_another_namespace_is_none(void **state)
{
    (void)state;
    GIVEN(titles_of, {RDF "xmlns='http://purl.org/rss/1.0/' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>c</title></channel>"
                          "<item><title>One</title><content:items><rdf:Bag><rdf:li><content:item><rdf:value>&lt;p&gt;x&lt;/p&gt;</rdf:value></content:item></rdf:li>"
                          "</rdf:Bag></content:items></item><item><title>Two</title></item></rdf:RDF>",
                      "One|Two"},
          {"<rss xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel><podcast:item><title>no</title></podcast:item><item><title>One</title>"
           "<podcast:person>x</podcast:person></item></channel></rss>",
           "One"});
}

static void items_count_wherever_they_stand(void **state)
{
    (void)state;
    GIVEN(titles_of, {"<rss version='2.0'><channel><title>c</title></channel><item><title>One</title></item><item><title>Two</title></item></rss>", "One|Two"},
          {RDF "xmlns='http://purl.org/rss/1.0/'><channel><title>c</title><item><title>One</title></item></channel><item><title>Two</title></item></rdf:RDF>",
           "One|Two"},
          {"<rss><channel><items><item><title>One</title></item></items><item><title>Two</title></item></channel></rss>", "One|Two"},
          {"<channel><title>c</title><item><title>One</title></item></channel>", "One"},
          {"<rss><item><title>One</title></item></rss>", "One"},
          {"<Channel xmlns='http://purl.org/net/rss1.1#' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' rdf:about='x'><title>c</title><link>y</link>"
           "<description>d</description><items rdf:parseType='Collection'><item rdf:about='z'><title>One</title></item></items></Channel>",
           "One"});
}

static void the_head_may_stand_behind_the_items(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, "<rss><channel><item><title>One</title><link>https://a.example/1</link></item><title>Harbour Post</title><link>https://harbour.example/</link>"
                  "<description>All of it</description></channel></rss>");
    assert_titles(&r, "One", "a head behind the items");
    assert_sv(feed_info(r.feed)->title, "Harbour Post");
    assert_sv(feed_info(r.feed)->home, "https://harbour.example/");
    assert_sv(feed_info(r.feed)->description, "All of it");
    reading_free(&r);
}

static void an_rss_feed_may_have_any_namespace_of_its_own(void **state)
{
    (void)state;
    static const char *const uris[] = {
        "http://backend.userland.com/rss2", "http://blogs.law.harvard.edu/tech/rss", "http://cyber.law.harvard.edu/rss/rss.html", "http://purl.org/rss/1.0/",
        "http://www.rssboard.org/rss-specification", "http://my.netscape.com/rdf/simple/0.9/", "http://www.w3.org/2005/Atom", "http://purl.org/rss/2.0/",
        "http://search.yahoo.com/mrss/", "http://www.w3.org/1999/xhtml", "http://harbour.example/our-own", "",
    };
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        struct buf document = {0};
        buf_printf(&document, "<rss version='2.0' xmlns='%s'><channel><title>Harbour Post</title><link>https://harbour.example/</link><item><title>One</title>"
                              "<link>https://a.example/1</link><description>text</description><pubDate>Wed, 05 Nov 2025 09:01:00 GMT</pubDate>"
                              "<author>A</author><category>c</category><guid isPermaLink='false'>g</guid></item></channel></rss>",
                   uris[i]);
        struct reading r;
        read_bytes_as(&r, buf_view(&document), NULL);
        assert_titles(&r, "One", document.p);
        assert_sv(feed_info(r.feed)->title, "Harbour Post");
        assert_sv(feed_info(r.feed)->home, "https://harbour.example/");
        const struct item *item = &r.items[0];
        assert_sv(item->url, "https://a.example/1");
        assert_sv(item->summary, "text");
        assert_sv(item->id, "g");
        assert_true(item->published == 1762333260000ll);
        assert_authors(&r, 0, "A");
        assert_tags(&r, 0, "c");
        reading_free(&r);
        buf_free(&document);
    }
}

static void rss_may_be_written_with_a_prefix(void **state)
{
    (void)state;
    GIVEN(titles_of, {"<r:rss xmlns:r='http://backend.userland.com/rss2'><r:channel><r:item><r:title>One</r:title></r:item></r:channel></r:rss>", "One"},
          {"<rss:rss><rss:channel><rss:item><rss:title>One</rss:title></rss:item></rss:channel></rss:rss>", "One"},
          {"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:s='http://purl.org/rss/1.0/'><s:channel><s:title>c</s:title></s:channel>"
           "<s:item><s:title>One</s:title></s:item></r:RDF>",
           "One"},
          {"<RDF xmlns='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:s='http://purl.org/rss/1.0/'><s:item><s:title>One</s:title></s:item></RDF>", "One"});
    GIVEN(its_url, {"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><item r:about='https://a.example/1'>"
                    "<title>One</title></item></r:RDF>",
                    "https://a.example/1"});
}

static void a_feed_without_items_is_one(void **state)
{
    (void)state;
    static const char *const documents[] = {"<rss><channel><title>c</title></channel></rss>", "<rss version='2.0'/>", "<rss></rss>",
                                            "<feed xmlns='http://www.w3.org/2005/Atom'/>", RDF "/>"};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct reading r;
        read_text(&r, documents[i]);
        assert_titles(&r, "", documents[i]);
        assert_false(feed_info(r.feed)->truncated);
        reading_free(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_rss_090_feed_is_read),
        cmocka_unit_test(an_rss_091_feed_is_read_with_either_doctype_or_none),
        cmocka_unit_test(rss_092_to_094_are_read),
        cmocka_unit_test(an_rss_1_item_is_read_whole),
        cmocka_unit_test(an_item_of_another_namespace_is_none),
        cmocka_unit_test(items_count_wherever_they_stand),
        cmocka_unit_test(the_head_may_stand_behind_the_items),
        cmocka_unit_test(an_rss_feed_may_have_any_namespace_of_its_own),
        cmocka_unit_test(rss_may_be_written_with_a_prefix),
        cmocka_unit_test(a_feed_without_items_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
