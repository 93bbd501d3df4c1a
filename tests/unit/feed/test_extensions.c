#include "documents.h"

/* What other vocabularies say of an item, by meaning, whatever their prefix. */

static void a_namespace_is_known_by_any_prefix(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item =
        read_one(&r, "<rss version='2.0' xmlns:a='http://purl.org/rss/1.0/modules/content/' xmlns:b='http://purl.org/dc/elements/1.1/' xmlns:c='http://search.yahoo.com/mrss/' "
                     "xmlns:content='http://www.w3.org/2005/Atom'><channel><item><b:title>One</b:title><a:encoded>text</a:encoded><b:creator>A</b:creator>"
                     "<b:date>2025-11-05T09:01:00Z</b:date><c:keywords>k</c:keywords><content:link href='https://a.example/1'/></item></channel></rss>");
    assert_sv(item->title, "One");
    assert_sv(item->content_text, "text");
    assert_authors(&r, 0, "A");
    assert_tags(&r, 0, "k");
    assert_sv(item->url, "https://a.example/1");
    assert_true(item->published == 1762333260000ll);
    reading_free(&r);
}

static void a_namespace_may_be_declared_anywhere_and_ends_with_its_element(void **state)
{
    (void)state;
    GIVEN(its_authors, {"<rss><channel><item><creator xmlns='http://purl.org/dc/elements/1.1/'>A</creator></item></channel></rss>", "A"},
          {"<rss><channel><item><x:creator xmlns:x='http://purl.org/dc/elements/1.1/'>A</x:creator></item></channel></rss>", "A"},
          {"<rss><channel><item xmlns:x='http://purl.org/dc/elements/1.1/'><x:creator>A</x:creator></item></channel></rss>", "A"},
          {"<rss xmlns:x='http://purl.org/dc/elements/1.1/'><channel><item xmlns:x='http://harbour.example/'><x:creator>no</x:creator></item></channel></rss>", ""});
    GIVEN(its_title, {"<rss><channel><item><p xmlns='http://www.w3.org/1999/xhtml'><title>no</title></p><title>One</title></item></channel></rss>", "One"});
}

/* The same feed with this URI for this prefix must give the same item. */
static void a_namespaces_known_misspellings_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *inside;
    } rows[] = {
        {"http://purl.org/rss/1.0/modules/content", "<q:encoded>text</q:encoded>"},
        {"https://purl.org/rss/1.0/modules/content/", "<q:encoded>text</q:encoded>"},
        {"http://purl.org/rss/1.0/modules/content/ ", "<q:encoded>text</q:encoded>"},
        {"HTTP://PURL.ORG/RSS/1.0/MODULES/CONTENT/", "<q:encoded>text</q:encoded>"},
        {"http://www.purl.org/rss/1.0/modules/content/", "<q:encoded>text</q:encoded>"},
        {"http://purl.org/dc/elements/1.1", "<q:description>text</q:description>"},
        {"http://purl.org/dc/elements/1.0/", "<q:description>text</q:description>"},
        {"https://www.purl.org/dc/elements/1.1/", "<q:description>text</q:description>"},
        {"http://purl.org/DC/elements/1.1/", "<q:description>text</q:description>"},
        {"http://purl.org/rss/1.0/modules/dc/", "<q:description>text</q:description>"},
        {"http://dublincore.org/documents/dcmi-namespace/", "<q:description>text</q:description>"},
        {"http://purl.org/dc/terms/", "<q:abstract>text</q:abstract>"},
        {"http://purl.org/dc/terms", "<q:abstract>text</q:abstract>"},
        {"http://www.w3.org/2005/Atom/", "<q:summary>text</q:summary>"},
        {"http://www.w3.org/2005/atom", "<q:summary>text</q:summary>"},
        {"https://www.w3.org/2005/Atom", "<q:summary>text</q:summary>"},
        {"//www.w3.org/2005/Atom", "<q:summary>text</q:summary>"},
        {"http://purl.org/atom/ns#", "<q:summary>text</q:summary>"},
        {"http://search.yahoo.com/mrss", "<q:description>text</q:description>"},
        {"https://search.yahoo.com/mrss/", "<q:description>text</q:description>"},
        {"//search.yahoo.com/mrss/", "<q:description>text</q:description>"},
        {"http://video.search.yahoo.com/mrss/", "<q:description>text</q:description>"},
        {"http://tools.search.yahoo.com/mrss/", "<q:description>text</q:description>"},
        {"http://www.rssboard.org/media-rss", "<q:description>text</q:description>"},
        {"http://www.itunes.com/DTDs/PodCast-1.0.dtd", "<q:summary>text</q:summary>"},
        {"http://www.itunes.com/dtds/podcast-1.0.dtd/", "<q:summary>text</q:summary>"},
        {"https://itunes.apple.com/dtds/podcast-1.0.dtd", "<q:summary>text</q:summary>"},
        {"http://example.com/DTDs/Podcast-1.0.dtd", "<q:summary>text</q:summary>"},
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf document = {0};
        buf_printf(&document, "<rss xmlns:q='%s'><channel><item><title>t</title>%s</item></channel></rss>", rows[i].uri, rows[i].inside);
        struct reading r;
        const struct item *item = read_one(&r, buf_cstr(&document));
        wrong += !seen_as(item->content_text.p ? item->content_text : item->summary, "text", document.p);
        reading_free(&r);
        buf_free(&document);
    }
    assert_int_equal(wrong, 0);
}

static void a_prefix_that_everybody_uses_counts_where_the_uri_is_unknown(void **state)
{
    (void)state;
    GIVEN(its_summary, {"<rss xmlns:media='http://harbour.example/'><channel><item><media:description>text</media:description></item></channel></rss>", "text"},
          {"<rss xmlns:dc=''><channel><item><dc:description>text</dc:description></item></channel></rss>", "text"},
          {"<rss xmlns:media='http://purl.org/dc/elements/1.1/'><channel><item><media:abstract>text</media:abstract></item></channel></rss>", "text"});
    GIVEN(its_content, {"<rss xmlns:content='http://harbour.example/'><channel><item><content:encoded>text</content:encoded></item></channel></rss>", "text"});
}

static void content_encoded_is_the_content(void **state)
{
    (void)state;
    static const char *const orders[] = {ITEM("<description>short</description><content:encoded><![CDATA[<p>long</p>]]></content:encoded>"),
                                         ITEM("<content:encoded>&lt;p&gt;long&lt;/p&gt;</content:encoded><description>short</description>"),
                                         ITEM("<content>other</content><description>short</description><content:encoded>long</content:encoded>"),
                                         ITEM("<content:encoded> </content:encoded><description>short</description><content:encoded>long</content:encoded>")};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct reading r;
        const struct item *item = read_one(&r, orders[i]);
        assert_sv(item->summary, "short");
        assert_sv(item->content_text, "long");
        reading_free(&r);
    }
    GIVEN(its_content, {ITEM("<content>long</content>"), "long"}, {ITEM("<body>long</body>"), "long"}, {ITEM("<fullitem>long</fullitem><description>short</description>"), "long"}, {ITEM("<atom:content type='html'>long</atom:content>"), "long"},
          {ITEM("<body xmlns='http://www.w3.org/1999/xhtml'><p>a</p><p>b</p></body>"), "a\n\nb"},
          {ITEM("<x:body xmlns:x='http://www.w3.org/1999/xhtml'><x:p>a</x:p><x:p>b</x:p></x:body>"), "a\n\nb"}, {ITEM("<description>short</description>"), NULL});
}

static void dublin_core_fills_what_the_feed_itself_leaves_out(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, ITEM("<dc:title>One</dc:title><dc:description>text</dc:description><dc:creator>A</dc:creator><dc:creator>B</dc:creator>"
                                                "<dc:subject>c</dc:subject><dc:language>fr</dc:language><dc:date>2025-11-05T09:01:00Z</dc:date><dc:identifier>id-1</dc:identifier>"
                                                "<dc:publisher>no</dc:publisher><dc:rights>no</dc:rights><dc:source>no</dc:source><dc:type>no</dc:type><dc:format>no</dc:format>"));
    assert_sv(item->title, "One");
    assert_sv(item->summary, "text");
    assert_sv(item->language, "fr");
    assert_sv(item->id, "id-1");
    assert_true(item->published == 1762333260000ll);
    assert_authors(&r, 0, "A|B");
    assert_tags(&r, 0, "c");
    reading_free(&r);
    item = read_one(&r, ITEM("<dc:title>no</dc:title><dc:description>no</dc:description><dc:date>2020-01-01</dc:date><dc:identifier>no</dc:identifier>"
                             "<title>One</title><description>text</description><pubDate>Wed, 05 Nov 2025 09:01:00 GMT</pubDate><guid>id-1</guid>"));
    assert_sv(item->title, "One");
    assert_sv(item->summary, "text");
    assert_sv(item->id, "id-1");
    assert_true(item->published == 1762333260000ll);
    reading_free(&r);
    item = read_one(&r, ITEM("<dcterms:abstract>text</dcterms:abstract><dcterms:issued>2025-11-05T09:01:00Z</dcterms:issued>"
                             "<dcterms:modified>2025-11-05T10:01:00Z</dcterms:modified><dcterms:valid>2020-01-01</dcterms:valid><title>t</title>"));
    assert_sv(item->summary, "text");
    assert_true(item->published == 1762333260000ll);
    assert_true(item->modified == 1762336860000ll);
    reading_free(&r);
}

static void atom_within_rss_is_understood(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, ITEM("<atom:id>id-1</atom:id><atom:title>One</atom:title><atom:summary>short</atom:summary><atom:content type='html'>&lt;p>long&lt;/p></atom:content>"
                                                "<atom:author><atom:name>A</atom:name><atom:email>a@a.example</atom:email></atom:author><atom:category term='c'/>"
                                                "<atom:published>2025-11-05T09:01:00Z</atom:published><atom:updated>2025-11-05T10:01:00Z</atom:updated>"
                                                "<atom:link rel='alternate' href='/1'/>"));
    assert_sv(item->id, "id-1");
    assert_sv(item->title, "One");
    assert_sv(item->summary, "short");
    assert_sv(item->content_text, "long");
    assert_authors(&r, 0, "A");
    assert_tags(&r, 0, "c");
    assert_true(item->published == 1762333260000ll);
    assert_true(item->modified == 1762336860000ll);
    assert_sv(item->url, "https://news.example/1");
    reading_free(&r);
    GIVEN(its_title, {ITEM("<atom:title>no</atom:title><title>One</title>"), "One"});
    GIVEN(titles_of, {RSS("<atom:entry><atom:title>no</atom:title></atom:entry><item><title>One</title></item>"), "One"});
}

static void rss_and_dublin_core_within_atom_are_understood(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, "<feed xmlns='http://www.w3.org/2005/Atom'" NAMESPACES "><entry><id>1</id><title>One</title><dc:creator>A</dc:creator>"
                                           "<dc:subject>c</dc:subject><content:encoded>long</content:encoded><dc:date>2025-11-05T09:01:00Z</dc:date>"
                                           "<media:group><media:title>no</media:title><media:description>short</media:description></media:group></entry></feed>");
    assert_sv(item->title, "One");
    assert_sv(item->summary, "short");
    assert_sv(item->content_text, "long");
    assert_authors(&r, 0, "A");
    assert_tags(&r, 0, "c");
    assert_true(item->published == 1762333260000ll);
    reading_free(&r);
}

static void a_full_text_for_readers_elsewhere_counts_where_there_is_no_other(void **state)
{
    (void)state;
#define FULL_TEXT "<ya:full-text xmlns:ya='http://news.yandex.ru'>One &lt;p>two</ya:full-text>"
    GIVEN(its_summary, {ITEM("<title>t</title>" FULL_TEXT), "One\n\ntwo"}, {ITEM(FULL_TEXT "<description>lead</description>"), "lead"},
          {ITEM("<description>lead</description>" FULL_TEXT), "lead"}, {ITEM("<description/>" FULL_TEXT), "One\n\ntwo"});
}

#define MEDIA "<media:title>One</media:title><media:description type='html'>&lt;p>text&lt;/p></media:description><media:keywords>a, b ,,c</media:keywords><media:credit role='author'>A</media:credit>"

static void media_rss_fills_what_is_left_out_from_any_depth(void **state)
{
    (void)state;
    static const char *const documents[] = {
        ITEM(MEDIA),
        ITEM("<media:group>" MEDIA "</media:group>"),
        ITEM("<media:content url='https://no.example/1.mp4'>" MEDIA "</media:content>"),
        ITEM("<media:group><media:content url='x'/><media:content url='y'>" MEDIA "</media:content></media:group>"),
        ITEM("<media:group><media:content url='x'><media:thumbnail url='z'/></media:content>" MEDIA "</media:group>"),
        ITEM("<media:content url='x'/><media:group/><media:thumbnail url='z'/>" MEDIA),
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct reading r;
        const struct item *item = read_one(&r, documents[i]);
        assert_true(seen_as(item->title, "One", documents[i]));
        assert_true(seen_as(item->summary, "text", documents[i]));
        assert_tags(&r, 0, "a|b|c");
        assert_authors(&r, 0, "A");
        assert_null(item->url.p);
        reading_free(&r);
    }
}

static void media_rss_never_takes_the_items_own_place(void **state)
{
    (void)state;
    static const char *const own = "<title>Own</title><description>own</description><category>own</category><dc:creator>Own</dc:creator>";
    for (int first = 0; first < 2; first++) {
        struct buf document = {0};
        buf_printf(&document, "<rss" NAMESPACES "><channel><item>%s<media:group><media:content>" MEDIA "</media:content></media:group>%s</item></channel></rss>", first ? own : "",
                   first ? "" : own);
        struct reading r;
        const struct item *item = read_one(&r, buf_cstr(&document));
        assert_sv(item->title, "Own");
        assert_sv(item->summary, "own");
        assert_tags(&r, 0, "own");
        assert_authors(&r, 0, "Own");
        reading_free(&r);
        buf_free(&document);
    }
    GIVEN(its_title, {ITEM("<media:group><title>no</title></media:group>"), NULL}, {ITEM("<media:text>no</media:text><title>One</title>"), "One"});
}

static void feedburners_original_link_serves_where_there_is_no_other(void **state)
{
    (void)state;
    GIVEN(its_url, {ITEM("<feedburner:origLink>https://a.example/1</feedburner:origLink>"), "https://a.example/1"},
          {ITEM("<guid isPermaLink='false'>g</guid><feedburner:origLink>https://a.example/1</feedburner:origLink>"), "https://a.example/1"},
          {ITEM("<guid>https://no.example/</guid><feedburner:origLink>https://a.example/1</feedburner:origLink>"), "https://a.example/1"},
          {ITEM("<feedburner:origLink>https://no.example/</feedburner:origLink><link>https://a.example/1</link>"), "https://a.example/1"},
          {ITEM("<feedburner:origEnclosureLink>https://no.example/</feedburner:origEnclosureLink><title>t</title>"), NULL},
          {"<rss xmlns:fb='http://rssnamespace.org/feedburner/ext/1.0'><channel><item><fb:origLink>https://a.example/1</fb:origLink></item></channel></rss>", "https://a.example/1"});
}

static void itunes_fills_what_is_left_out(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, ITEM("<itunes:title>One</itunes:title><itunes:summary>&lt;p>text&lt;/p></itunes:summary><itunes:author>A</itunes:author>"
                                                "<itunes:keywords>a, b</itunes:keywords><itunes:duration>10:00</itunes:duration><itunes:explicit>no</itunes:explicit>"));
    assert_sv(item->title, "One");
    assert_sv(item->summary, "text");
    assert_authors(&r, 0, "A");
    assert_tags(&r, 0, "a|b");
    reading_free(&r);
    GIVEN(its_summary, {ITEM("<itunes:summary>no</itunes:summary><description>text</description>"), "text"},
          {ITEM("<itunes:subtitle>sub</itunes:subtitle><itunes:summary>text</itunes:summary>"), "text"}, {ITEM("<itunes:subtitle>sub</itunes:subtitle>"), "sub"});
}

static void what_the_reader_does_not_know_does_no_harm(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, RSS("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency><sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>"
                                               "<georss:point>1 2</georss:point><item><slash:section>s</slash:section><slash:department>d</slash:department>"
                                               "<slash:comments>3</slash:comments><slash:hit_parade>1,2</slash:hit_parade><georss:point>45.2 -71.9</georss:point>"
                                               "<georss:where><gml:Point><gml:name>no</gml:name><gml:description>no</gml:description><gml:pos>1 2</gml:pos></gml:Point></georss:where>"
                                               "<georss:featurename>no</georss:featurename><own:title xmlns:own='http://own.example/'>no</own:title>"
                                               "<own:item xmlns:own='http://own.example/'><title>no</title><link>https://no.example/</link></own:item>"
                                               "<source url='https://no.example/'>No Wire</source><title>One</title></item>"));
    assert_sv(item->title, "One");
    assert_null(item->url.p);
    assert_null(item->summary.p);
    assert_null(item->content_text.p);
    assert_true(item->published == TIME_NONE);
    assert_int_equal(item->author_count, 0);
    reading_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_namespace_is_known_by_any_prefix),
        cmocka_unit_test(a_namespace_may_be_declared_anywhere_and_ends_with_its_element),
        cmocka_unit_test(a_namespaces_known_misspellings_are_understood),
        cmocka_unit_test(a_prefix_that_everybody_uses_counts_where_the_uri_is_unknown),
        cmocka_unit_test(content_encoded_is_the_content),
        cmocka_unit_test(dublin_core_fills_what_the_feed_itself_leaves_out),
        cmocka_unit_test(atom_within_rss_is_understood),
        cmocka_unit_test(rss_and_dublin_core_within_atom_are_understood),
        cmocka_unit_test(media_rss_fills_what_is_left_out_from_any_depth),
        cmocka_unit_test(media_rss_never_takes_the_items_own_place),
        cmocka_unit_test(feedburners_original_link_serves_where_there_is_no_other),
        cmocka_unit_test(itunes_fills_what_is_left_out),
        cmocka_unit_test(what_the_reader_does_not_know_does_no_harm),
        cmocka_unit_test(a_full_text_for_readers_elsewhere_counts_where_there_is_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
