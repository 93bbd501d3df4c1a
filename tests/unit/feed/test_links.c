#include "documents.h"

/* Which of an item's URLs is its link, and what relative ones are relative to: read from https://news.example/feeds/all.xml. */

static void relative_links_are_resolved_against_where_the_document_came_from(void **state)
{
    (void)state;
    GIVEN(its_url, {ITEM("<link>/1</link>"), "https://news.example/1"}, {ITEM("<link>1.html</link>"), "https://news.example/feeds/1.html"},
          {ITEM("<link>../1</link>"), "https://news.example/1"}, {ITEM("<link>//cdn.example/1</link>"), "https://cdn.example/1"},
          {ITEM("<link>?id=1</link>"), "https://news.example/feeds/all.xml?id=1"}, {ITEM("<link>#one</link>"), "https://news.example/feeds/all.xml#one"},
          {ENTRY("<link href='1'/>"), "https://news.example/feeds/1"}, {ENTRY("<link href='//cdn.example/1'/>"), "https://cdn.example/1"},
          {ITEM("<link>\n\t https://a.example/1 \n</link>"), "https://a.example/1"}, {ITEM("<link><![CDATA[ https://a.example/1?a=1&b=2 ]]></link>"), "https://a.example/1?a=1&b=2"},
          {ENTRY("<link href='\n https://a.example/1\t'/>"), "https://a.example/1"});
    struct reading r;
    read_text(&r, RSS("<title>c</title><link>../</link>"));
    assert_sv(feed_info(r.feed)->home, "https://news.example/");
    reading_free(&r);
}

static void xml_base_counts_at_every_level(void **state)
{
    (void)state;
    GIVEN(its_url, {"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://b.example/x/'><entry><link href='1'/></entry></feed>", "https://b.example/x/1"},
          {"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/x/'><entry><link href='1'/></entry></feed>", "https://news.example/x/1"},
          {"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://b.example/x/'><entry xml:base='y/'><link xml:base='z/' href='1'/></entry></feed>",
           "https://b.example/x/y/z/1"},
          {"<feed xmlns='http://www.w3.org/2005/Atom'><entry><content xml:base='https://no.example/'>x</content><link href='1'/></entry></feed>",
           "https://news.example/feeds/1"},
          {"<rss xml:base='https://b.example/'><channel><item><link>1</link></item></channel></rss>", "https://b.example/1"},
          {"<rss><channel xml:base='https://b.example/'><item xml:base='x/'><link>1</link></item></channel></rss>", "https://b.example/x/1"},
          {"<rss><channel><item><link xml:base='https://b.example/'>1</link></item></channel></rss>", "https://b.example/1"},
          {"<rss xml:base=''><channel><item><link>/1</link></item></channel></rss>", "https://news.example/1"},
          {"<rdf:RDF xmlns='http://purl.org/rss/1.0/' xml:base='https://b.example/'><item rdf:about='1'><title>t</title></item></rdf:RDF>", "https://b.example/1"},
          {"<rss><channel><title xml:base='https://no.example/'>c</title><item><link>/1</link></item></channel></rss>", "https://news.example/1"});
}

static void atoms_link_is_the_alternate(void **state)
{
    (void)state;
    GIVEN(its_url, {ENTRY("<link href='https://a.example/1'/>"), "https://a.example/1"}, {ENTRY("<link rel='' href='https://a.example/1'/>"), "https://a.example/1"},
          {ENTRY("<link rel=' Alternate ' href='https://a.example/1'/>"), "https://a.example/1"},
          {ENTRY("<link rel='http://www.iana.org/assignments/relation/alternate' href='https://a.example/1'/>"), "https://a.example/1"},
          {ENTRY("<link rel='replies' href='https://no.example/r'/><link rel='related' href='https://no.example/'/><link rel='alternate' href='https://a.example/1'/>"
                 "<link rel='via' href='https://no.example/'/><link rel='alternate' href='https://a.example/2'/>"),
           "https://a.example/1"},
          {ENTRY("<link rel='self' href='https://no.example/1.atom'/><link rel='alternate' href='https://a.example/1'/>"), "https://a.example/1"});
}

static void atoms_link_is_the_page_rather_than_another_form_of_it(void **state)
{
    (void)state;
    GIVEN(its_url,
          {ENTRY("<link type='application/json' href='https://no.example/1.json'/><link type='application/pdf' href='https://no.example/1.pdf'/>"
                 "<link type='text/html' href='https://a.example/1'/>"),
           "https://a.example/1"},
          {ENTRY("<link type='application/atom+xml' href='https://no.example/1'/><link type='application/xhtml+xml' href='https://a.example/1'/>"), "https://a.example/1"},
          {ENTRY("<link type='text/plain' href='https://no.example/1'/><link href='https://a.example/1'/>"), "https://a.example/1"},
          {ENTRY("<link type='TEXT/HTML; charset=utf-8' href='https://a.example/1'/><link type='text/html' href='https://no.example/1'/>"), "https://a.example/1"},
          {ENTRY("<link type='application/pdf' href='https://a.example/1.pdf'/>"), "https://a.example/1.pdf"});
}

static void atoms_link_is_in_the_entrys_language(void **state)
{
    (void)state;
    GIVEN(its_url,
          {"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><entry><link hreflang='fr' href='https://no.example/fr'/><link hreflang='en-GB' "
           "href='https://a.example/en'/></entry></feed>",
           "https://a.example/en"},
          {"<feed xmlns='http://www.w3.org/2005/Atom'><entry xml:lang='de'><link hreflang='fr' href='https://no.example/fr'/><link hreflang='de' "
           "href='https://a.example/de'/></entry></feed>",
           "https://a.example/de"},
          {ENTRY("<link hreflang='fr' href='https://a.example/fr'/><link hreflang='de' href='https://no.example/de'/>"), "https://a.example/fr"},
          {"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><entry><link hreflang='fr' href='https://no.example/fr'/><link href='https://a.example/'/>"
           "</entry></feed>",
           "https://a.example/"});
}

static void other_relations_are_never_the_link(void **state)
{
    (void)state;
    static const char *const relations[] = {"replies", "enclosure", "self", "edit", "edit-media", "via", "related", "next", "prev", "first", "hub", "license",
                                            "http://schemas.google.com/g/2005#feed", "shorturl", "search", "icon", "stylesheet"};
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
        struct buf document = {0};
        buf_printf(&document, "<feed xmlns='http://www.w3.org/2005/Atom'><link rel='%s' href='https://no.example/'/><entry><id>urn:x:1</id>"
                              "<link rel='%s' type='text/html' href='https://no.example/'/></entry></feed>",
                   relations[i], relations[i]);
        struct reading r;
        read_bytes_as(&r, buf_view(&document), NULL);
        assert_int_equal(r.count, 1);
        assert_true(seen_as(r.items[0].url, NULL, document.p));
        assert_true(seen_as(feed_info(r.feed)->home, NULL, document.p));
        reading_free(&r);
        buf_clear(&document);
        buf_printf(&document, "<rss><channel><atom:link rel='%s' href='https://no.example/'/><item><guid isPermaLink='false'>1</guid>"
                              "<atom:link rel='%s' href='https://no.example/'/></item></channel></rss>",
                   relations[i], relations[i]);
        read_bytes_as(&r, buf_view(&document), NULL);
        assert_true(seen_as(r.items[0].url, NULL, document.p));
        assert_true(seen_as(feed_info(r.feed)->home, NULL, document.p));
        reading_free(&r);
        buf_free(&document);
    }
}

static void an_id_that_is_an_address_serves_where_there_is_no_link(void **state)
{
    (void)state;
    GIVEN(its_url, {ENTRY("<id>https://a.example/1</id>"), "https://a.example/1"}, {ENTRY("<id>https://a.example/id</id><link href='/1'/>"), "https://news.example/1"},
          {ENTRY("<id>tag:a.example,2025:1</id>"), NULL}, {ENTRY("<id>urn:uuid:1</id>"), NULL}, {ENTRY("<id>/1</id>"), NULL}, {ENTRY("<id>1</id>"), NULL},
          {ENTRY("<source><id>https://no.example/</id></source><id>1</id>"), NULL});
}

static void a_guid_is_the_link_unless_it_says_no(void **state)
{
    (void)state;
    GIVEN(its_url, {ITEM("<guid>https://a.example/1</guid>"), "https://a.example/1"}, {ITEM("<guid isPermaLink='true'>https://a.example/1</guid>"), "https://a.example/1"},
          {ITEM("<guid ispermalink='true'> https://a.example/1 </guid>"), "https://a.example/1"}, {ITEM("<guid isPermaLink='false'>https://a.example/1</guid>"), NULL},
          {ITEM("<guid isPermaLink=' False '>https://a.example/1</guid>"), NULL}, {ITEM("<guid>a.example/1</guid>"), NULL}, {ITEM("<guid>12345</guid>"), NULL},
          {ITEM("<guid>/1</guid>"), NULL}, {ITEM("<guid>tag:a.example,2025:1</guid>"), NULL}, {ITEM("<guid>https://no.example/g</guid><link>https://a.example/1</link>"), "https://a.example/1"},
          {ITEM("<link></link><guid>https://a.example/1</guid>"), "https://a.example/1"}, {ITEM("<link/><guid>https://a.example/1</guid>"), "https://a.example/1"});
    GIVEN(its_id, {ITEM("<guid isPermaLink='false'> g 1\n</guid><link>https://a.example/1</link>"), "g 1"}, {ITEM("<guid></guid><link>https://a.example/1</link>"), "https://a.example/1"});
}

static void rss_links_may_be_written_as_atoms(void **state)
{
    (void)state;
    GIVEN(its_url, {ITEM("<link href='https://a.example/1'/>"), "https://a.example/1"}, {ITEM("<link rel='alternate' href='https://a.example/1'></link>"), "https://a.example/1"},
          {ITEM("<link rel='self' href='https://no.example/'/><link>https://a.example/1</link>"), "https://a.example/1"},
          {ITEM("<atom:link href='https://a.example/1'/>"), "https://a.example/1"},
          {ITEM("<atom:link rel='alternate' href='https://no.example/1'/><link>https://a.example/1</link>"), "https://a.example/1"},
          {ITEM("<link>https://a.example/1</link><link>https://no.example/2</link>"), "https://a.example/1"},
          {ITEM("<link> </link><link>https://a.example/1</link>"), "https://a.example/1"},
          {ITEM("<link xmlns='http://www.w3.org/2005/Atom' href='https://a.example/1'/>"), "https://a.example/1"},
          {"<rss xmlns:atom10='http://www.w3.org/2005/Atom'><channel><item><atom10:link rel='self' href='https://no.example/'/><atom10:link href='https://a.example/1'/>"
           "</item></channel></rss>",
           "https://a.example/1"});
}

static void atoms_link_may_be_written_as_rss_does(void **state)
{
    (void)state;
    GIVEN(its_url, {ENTRY("<link>https://a.example/1</link>"), "https://a.example/1"}, {ENTRY("<link rel='self' href='https://no.example/'/><link> /1 </link>"), "https://news.example/1"});
}

static void an_address_of_comments_is_never_the_link(void **state)
{
    (void)state;
    GIVEN(its_url,
          {ITEM("<comments>https://no.example/1#c</comments><wfw:comment>https://no.example/</wfw:comment><wfw:commentRss>https://no.example/</wfw:commentRss>"
                "<wfw:commentRSS>https://no.example/</wfw:commentRSS><slash:comments>3</slash:comments><thr:total>3</thr:total><title>t</title>"),
           NULL},
          {ITEM("<comments>https://no.example/1#c</comments><link>https://a.example/1</link><comments>https://no.example/</comments>"), "https://a.example/1"},
          {ENTRY("<id>1</id><thr:in-reply-to ref='x' href='https://no.example/'/><link rel='replies' type='text/html' href='https://no.example/' thr:count='3'/>"), NULL});
}

static void other_addresses_are_never_the_link(void **state)
{
    (void)state;
    GIVEN(its_url,
          {ITEM("<title>t</title><enclosure url='https://no.example/1.mp3' type='audio/mpeg'/><media:content url='https://no.example/1.mp4'/><media:thumbnail url='https://no.example/'/>"
                "<media:player url='https://no.example/'/><source url='https://no.example/'>S</source><dc:source>https://no.example/</dc:source>"
                "<dc:relation>https://no.example/</dc:relation><image><url>https://no.example/</url><link>https://no.example/</link></image>"
                "<itunes:image href='https://no.example/'/><description>&lt;a href='https://no.example/'&gt;x&lt;/a&gt;</description>"),
           NULL},
          {ENTRY("<id>1</id><author><name>A</name><uri>https://no.example/</uri></author><source><link href='https://no.example/'/></source>"
                 "<content type='xhtml'><div><a href='https://no.example/'>x</a><link href='https://no.example/'/></div></content>"),
           NULL});
}

static void what_lies_elsewhere_in_the_channel_is_not_the_feeds(void **state)
{
    (void)state;
    static const char *const others =
        "<image><title>no</title><url>https://no.example/l.gif</url><link>https://no.example/</link><description>no</description></image>"
        "<textInput><title>no</title><description>no</description><name>q</name><link>https://no.example/find</link></textInput>"
        "<cloud domain='no.example' port='80' path='/' protocol='soap'/><media:thumbnail url='https://no.example/'/><itunes:image href='https://no.example/'/>"
        "<atom:link rel='self' href='https://no.example/feed'/><atom:link rel='hub' href='https://no.example/hub'/><itunes:owner><itunes:name>no</itunes:name></itunes:owner>"
        "<sy:updatePeriod>hourly</sy:updatePeriod><generator>no</generator><docs>https://no.example/</docs>";
    static const char *const own = "<title>Harbour Post</title><link>https://harbour.example/</link><description>All of it</description>";
    for (int first = 0; first < 2; first++) {
        struct buf document = {0};
        buf_printf(&document, "<rss" NAMESPACES "><channel>%s%s<item><title>One</title></item></channel></rss>", first ? own : others, first ? others : own);
        struct reading r;
        read_bytes_as(&r, buf_view(&document), NULL);
        assert_titles(&r, "One", document.p);
        assert_sv(feed_info(r.feed)->title, "Harbour Post");
        assert_sv(feed_info(r.feed)->home, "https://harbour.example/");
        assert_sv(feed_info(r.feed)->description, "All of it");
        assert_null(r.items[0].url.p);
        reading_free(&r);
        buf_free(&document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relative_links_are_resolved_against_where_the_document_came_from),
        cmocka_unit_test(xml_base_counts_at_every_level),
        cmocka_unit_test(atoms_link_is_the_alternate),
        cmocka_unit_test(atoms_link_is_the_page_rather_than_another_form_of_it),
        cmocka_unit_test(atoms_link_is_in_the_entrys_language),
        cmocka_unit_test(other_relations_are_never_the_link),
        cmocka_unit_test(an_id_that_is_an_address_serves_where_there_is_no_link),
        cmocka_unit_test(a_guid_is_the_link_unless_it_says_no),
        cmocka_unit_test(rss_links_may_be_written_as_atoms),
        cmocka_unit_test(atoms_link_may_be_written_as_rss_does),
        cmocka_unit_test(an_address_of_comments_is_never_the_link),
        cmocka_unit_test(other_addresses_are_never_the_link),
        cmocka_unit_test(what_lies_elsewhere_in_the_channel_is_not_the_feeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
