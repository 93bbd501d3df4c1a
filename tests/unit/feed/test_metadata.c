#include "documents.h"

/* Authors, categories, languages and dates, and which counts where several are given. */

#define DC "http://purl.org/dc/elements/1.1/"

static void an_author_is_a_name(void **state)
{
    (void)state;
    GIVEN(its_authors, {ITEM("<author>Jo Doe</author>"), "Jo Doe"}, {ITEM("<author>jo@a.example (Jo Doe)</author>"), "Jo Doe"},
          {ITEM("<author>Jo Doe &lt;jo@a.example&gt;</author>"), "Jo Doe"}, {ITEM("<author>\"Jo Doe\" &lt;jo@a.example&gt;</author>"), "Jo Doe"},
          {ITEM("<author>Jo Doe (jo@a.example)</author>"), "Jo Doe"}, {ITEM("<author>jo@a.example</author>"), "jo@a.example"},
          {ITEM("<author>jo@a.example ()</author>"), "jo@a.example"}, {ITEM("<author>Jo Doe (Harbour Post)</author>"), "Jo Doe (Harbour Post)"},
          {ITEM("<dc:creator><![CDATA[J. O&#8217;Doe & Co]]></dc:creator>"), "J. O\xE2\x80\x99" "Doe & Co"}, {ITEM("<dc:creator>&lt;a href='x'&gt;Jo Doe&lt;/a&gt;</dc:creator>"), "Jo Doe"},
          {ITEM("<dc:creator>\n  Jo\n  Doe </dc:creator>"), "Jo Doe"}, {ITEM("<author></author><dc:creator> </dc:creator>"), ""},
          {ITEM("<author><name>Jo Doe</name><email>jo@a.example</email></author>"), "Jo Doe"}, {ENTRY("<author>Jo Doe</author>"), "Jo Doe"},
          {ENTRY("<author><name>Jo Doe</name><uri>https://no.example/</uri><email>jo@a.example</email></author>"), "Jo Doe"},
          {ENTRY("<author><email>jo@a.example</email></author>"), "jo@a.example"}, {ENTRY("<author><name/><email>jo@a.example</email></author>"), "jo@a.example"},
          {ENTRY("<author><name></name></author>"), ""});
}

static void every_author_counts_once(void **state)
{
    (void)state;
    GIVEN(its_authors, {ITEM("<dc:creator>A</dc:creator><dc:creator>B</dc:creator><dc:creator>A</dc:creator>"), "A|B"},
          {ENTRY("<author><name>A</name></author><author><name>B</name></author><contributor><name>no</name></contributor>"), "A|B"},
          {ITEM("<author>jo@a.example (A)</author><dc:creator>A</dc:creator>"), "A"});
}

static void an_items_own_author_comes_before_all_others(void **state)
{
    (void)state;
    GIVEN(its_authors, {ITEM("<itunes:author>no</itunes:author><media:credit>no</media:credit><dc:creator>A</dc:creator>"), "A"},
          {ITEM("<media:credit>no</media:credit><itunes:author>A</itunes:author>"), "A"},
          {ITEM("<source url='x'>no</source><dc:publisher>no</dc:publisher><dc:contributor>no</dc:contributor><title>t</title>"), ""},
          {ATOM("<author><name>no</name></author><entry><author><name>A</name></author></entry>"), "A"},
          {ATOM("<author><name>A</name></author><author><name>B</name></author><entry><title>t</title></entry>"), "A|B"},
          {ATOM("<author><name>no</name></author><entry><title>t</title><source><author><name>A</name></author><contributor><name>no</name></contributor></source></entry>"), "A"},
          {ATOM("<entry><author><name>A</name></author><source><author><name>no</name></author></source></entry>"), "A"},
          {RSS("<managingEditor>no@a.example (no)</managingEditor><webMaster>no@a.example</webMaster><item><title>t</title></item>"), ""},
          {RSS("<itunes:owner><itunes:name>no</itunes:name><itunes:email>no@a.example</itunes:email></itunes:owner><item><title>t</title></item>"), ""});
}

static void every_category_counts_once_and_whole(void **state)
{
    (void)state;
    GIVEN(its_tags, {ITEM("<category domain='x'>World/Europe</category><category>Ports, ships</category><category>Ports, ships</category>"), "World/Europe|Ports, ships"},
          {ITEM("<category><![CDATA[R&D &amp; more]]></category><category>R&amp;amp;D</category><category> </category><category/>"), "R&D & more|R&D"},
          {ITEM("<dc:subject>a</dc:subject><category>b</category>"), "a|b"}, {ITEM("<media:keywords>no</media:keywords><category>b</category>"), "b"},
          {ITEM("<itunes:keywords>a, b</itunes:keywords>"), "a|b"}, {ITEM("<tags>a, b</tags>"), "a|b"}, {ITEM("<tags>no</tags><category>b</category>"), "b"}, {ENTRY("<category term='a' label='no' scheme='x'/><category label='b'/><category>c</category>"), "a|b|c"},
          {ENTRY("<category term=' Ports\n  and ships '/><category term='R&amp;D'/>"), "Ports and ships|R&D"},
          {ENTRY("<category term=''/><category/>"), ""}, {ITEM("<category term='a'/>"), "a"}, {RSS("<category>no</category><item><title>t</title></item>"), ""},
          {ATOM("<category term='no'/><entry><title>t</title></entry>"), ""}, {ENTRY("<source><category term='no'/></source><title>t</title>"), ""});
}

static void the_nearest_language_counts(void **state)
{
    (void)state;
    GIVEN(its_language, {RSS("<language>en-gb</language><item><title>t</title></item>"), "en-gb"}, {RSS("<dc:language>en</dc:language><item><title>t</title></item>"), "en"},
          {RSS("<language>en</language><item><dc:language>fr</dc:language></item>"), "fr"}, {RSS("<language>en</language><item><language>fr</language></item>"), "fr"},
          {RSS("<language>en</language><item xml:lang='fr'><title>t</title></item>"), "fr"}, {RSS("<language>en</language><item><title xml:lang='fr'>t</title></item>"), "fr"},
          {"<rss xml:lang='en'><channel><item><title>t</title></item></channel></rss>", "en"},
          {"<rss xml:lang='no'><channel><language>en</language><item><title>t</title></item></channel></rss>", "en"},
          {"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><entry><title>t</title></entry></feed>", "en"},
          {"<feed xmlns='http://www.w3.org/2005/Atom' lang='en'><entry><title>t</title></entry></feed>", "en"},
          {"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><entry xml:lang='fr'><title>t</title></entry></feed>", "fr"},
          {"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><entry><title>t</title><content xml:lang='fr'>x</content></entry></feed>", "fr"},
          {"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><entry xml:lang='fr'><title>no</title></entry></feed>", "fr"},
          {"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><entry><title xml:lang=''>t</title></entry></feed>", "en"},
          {ENTRY("<title>t</title>"), NULL}, {RSS("<language> </language><item><title>t</title></item>"), NULL});
    struct reading r;
    read_text(&r, "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><title>t</title><entry xml:lang='fr'><title>t</title></entry><entry><title>t</title></entry></feed>");
    assert_sv(feed_info(r.feed)->language, "en");
    assert_sv(r.items[0].language, "fr");
    assert_sv(r.items[1].language, "en"); /* the one before has ended */
    reading_free(&r);
}

#define EARLY "2025-11-05T09:01:00Z"
#define LATE "2025-11-05T10:01:00Z"

static void publication_and_modification_are_told_apart(void **state)
{
    (void)state;
    GIVEN(its_published, {ITEM("<dc:date>no</dc:date><dcterms:created>no</dcterms:created><pubDate>" EARLY "</pubDate><atom:updated>no</atom:updated>"), EARLY},
          {ITEM("<dc:date>" EARLY "</dc:date>"), EARLY}, {ITEM("<dcterms:issued>" EARLY "</dcterms:issued><dcterms:created>no</dcterms:created>"), EARLY},
          {ITEM("<dcterms:created>" EARLY "</dcterms:created>"), EARLY}, {ITEM("<pubDate> </pubDate><dc:date>" EARLY "</dc:date>"), EARLY},
          {ENTRY("<updated>no</updated><published>" EARLY "</published>"), EARLY}, {ENTRY("<issued>" EARLY "</issued><created>no</created><modified>no</modified>"), EARLY},
          {ENTRY("<updated>" LATE "</updated>"), NULL}, {ENTRY("<source><published>no</published></source><id>1</id>"), NULL},
          {RSS("<pubDate>no</pubDate><lastBuildDate>no</lastBuildDate><item><title>t</title></item>"), NULL});
    GIVEN(its_modified, {ENTRY("<updated>" LATE "</updated><published>no</published>"), LATE}, {ENTRY("<modified>" LATE "</modified><issued>no</issued>"), LATE},
          {ITEM("<atom:updated>" LATE "</atom:updated><pubDate>no</pubDate>"), LATE}, {ITEM("<dcterms:modified>" LATE "</dcterms:modified>"), LATE},
          {ITEM("<pubDate>" EARLY "</pubDate>"), NULL}, {ENTRY("<source><updated>no</updated></source><id>1</id>"), NULL});
}

/* A date that says nothing does not hide one that does. */
static void a_date_that_can_be_read_comes_before_one_that_cannot(void **state)
{
    (void)state;
    static const char *const documents[] = {
        ITEM("<pubDate>whenever</pubDate><dc:date>" EARLY "</dc:date>"),
        ITEM("<dc:date>" EARLY "</dc:date><pubDate>whenever</pubDate>"),
        ENTRY("<published>0000-00-00</published><issued>" EARLY "</issued>"),
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct reading r;
        const struct item *item = read_one(&r, documents[i]);
        assert_true(item->published == 1762333260000ll);
        assert_true(has_problem(&r, "cannot be read"));
        reading_free(&r);
    }
}

static void an_id_is_known_by_its_source(void **state)
{
    (void)state;
    static const struct {
        const char *document, *id;
        enum item_identity identity;
    } rows[] = {
        {ITEM("<guid>g</guid><link>https://a.example/1</link><dc:identifier>no</dc:identifier><atom:id>no</atom:id>"), "g", ITEM_ID_GUID},
        {ITEM("<atom:id>g</atom:id><link>https://a.example/1</link>"), "g", ITEM_ID_GUID},
        {ITEM("<link>https://a.example/1</link><guid> </guid>"), "https://a.example/1", ITEM_ID_LINK},
        {ENTRY("<id>tag:a.example,2025:1</id><link href='/1'/>"), "tag:a.example,2025:1", ITEM_ID_GUID},
        {ENTRY("<link href='/1'/>"), "https://news.example/1", ITEM_ID_LINK},
        {ENTRY("<id>g</id><source><id>no</id></source>"), "g", ITEM_ID_GUID},
        {ENTRY("<source><id>no</id></source><link href='/1'/>"), "https://news.example/1", ITEM_ID_LINK},
        {ATOM("<id>no</id><entry><link href='/1'/></entry>"), "https://news.example/1", ITEM_ID_LINK},
        {"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><item rdf:about='urn:1'><link>https://a.example/1</link></item></rdf:RDF>",
         "urn:1", ITEM_ID_GUID},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reading r;
        const struct item *item = read_one(&r, rows[i].document);
        assert_true(seen_as(item->id, rows[i].id, rows[i].document));
        assert_int_equal(item->identity, rows[i].identity);
        reading_free(&r);
    }
}

static void an_entry_alone_is_a_feed_of_one(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, "<?xml version='1.0'?><entry xmlns='http://www.w3.org/2005/Atom'><title>One</title><id>1</id><link href='https://a.example/1'/></entry>");
    assert_int_equal(feed_info(r.feed)->format, FEED_ATOM);
    assert_sv(item->title, "One");
    assert_sv(item->url, "https://a.example/1");
    assert_false(feed_info(r.feed)->truncated);
    reading_free(&r);
}

static void atom_is_known_by_any_prefix_and_namespace(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "<feed xmlns='http://www.w3.org/2005/Atom'>", "<feed>",
        "<feed xmlns='https://www.w3.org/2005/Atom/'>", "<feed xmlns='http://www.w3.org/2005/atom'>",
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'>", "<feed xmlns='http://purl.org/atom/ns#draft-ietf-atompub-format-08'>",
        "<feed xmlns='http://purl.org/rss/1.0/'>", "<feed xmlns='http://harbour.example/'>", "<feed xmlns=''>",
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        struct buf document = {0};
        buf_printf(&document, "%s<title>Harbour Post</title><link href='https://harbour.example/'/><entry><title>One</title><id>1</id><link href='https://a.example/1'/>"
                              "<updated>" LATE "</updated><author><name>A</name></author><category term='c'/><content type='html'>&lt;p>x&lt;/p></content></entry></feed>",
                   heads[i]);
        struct reading r;
        const struct item *item = read_one(&r, buf_cstr(&document));
        assert_int_equal(feed_info(r.feed)->format, FEED_ATOM);
        assert_true(seen_as(feed_info(r.feed)->title, "Harbour Post", document.p));
        assert_sv(feed_info(r.feed)->home, "https://harbour.example/");
        assert_sv(item->title, "One");
        assert_sv(item->id, "1");
        assert_sv(item->url, "https://a.example/1");
        assert_sv(item->content_text, "x");
        assert_true(item->modified == 1762336860000ll);
        assert_authors(&r, 0, "A");
        assert_tags(&r, 0, "c");
        reading_free(&r);
        buf_free(&document);
    }
    GIVEN(its_title, {"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>One</a:title></a:entry></a:feed>", "One"},
          {"<a:feed xmlns:a='http://www.w3.org/2005/Atom' xmlns='http://www.w3.org/1999/xhtml'><a:entry><a:content type='xhtml'><div>x</div></a:content><a:title>One</a:title></a:entry></a:feed>",
           "One"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_author_is_a_name),
        cmocka_unit_test(every_author_counts_once),
        cmocka_unit_test(an_items_own_author_comes_before_all_others),
        cmocka_unit_test(every_category_counts_once_and_whole),
        cmocka_unit_test(the_nearest_language_counts),
        cmocka_unit_test(publication_and_modification_are_told_apart),
        cmocka_unit_test(a_date_that_can_be_read_comes_before_one_that_cannot),
        cmocka_unit_test(an_id_is_known_by_its_source),
        cmocka_unit_test(an_entry_alone_is_a_feed_of_one),
        cmocka_unit_test(atom_is_known_by_any_prefix_and_namespace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
