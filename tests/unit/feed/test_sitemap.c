#include "documents.h"

/* Sitemaps of the news kind, plain ones and indexes, read as feeds. */

#define URLSET(inside)                                                                                                               \
    "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"        \
    " xmlns:image='http://www.google.com/schemas/sitemap-image/1.1' xmlns:video='http://www.google.com/schemas/sitemap-video/1.1'"   \
    " xmlns:xhtml='http://www.w3.org/1999/xhtml'>" inside "</urlset>"
#define NEWS(loc, inside) "<url><loc>" loc "</loc><news:news>" inside "</news:news></url>"

static void an_item_of_a_news_sitemap_is_read_whole(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(
        &r, "<?xml version='1.0' encoding='UTF-8'?>\n" URLSET(
                "<url><loc>https://harbour.example/1?a=1&amp;b=2</loc><lastmod>2025-11-05T10:01:00Z</lastmod><changefreq>hourly</changefreq><priority>0.5</priority>"
                "<news:news><news:publication><news:name>Harbour Post</news:name><news:language>en</news:language></news:publication><news:access>Subscription</news:access>"
                "<news:genres>PressRelease, Blog</news:genres><news:publication_date>2025-11-05T09:01:00Z</news:publication_date><news:title>Talks &amp; more begin</news:title>"
                "<news:keywords>ports, talks , trade</news:keywords><news:stock_tickers>NASDAQ:A</news:stock_tickers></news:news>"
                "<image:image><image:loc>https://no.example/1.jpg</image:loc><image:title>no</image:title><image:caption>no</image:caption></image:image></url>"));
    assert_string_equal(feed_format_name(feed_info(r.feed)->format), "sitemap");
    assert_sv(item->id, "https://harbour.example/1?a=1&b=2");
    assert_sv(item->url, "https://harbour.example/1?a=1&b=2");
    assert_int_equal(item->identity, ITEM_ID_LINK);
    assert_sv(item->title, "Talks & more begin");
    assert_sv(item->language, "en");
    assert_tags(&r, 0, "ports|talks|trade");
    assert_int_equal(item->author_count, 0);
    assert_true(item->published == 1762333260000ll);
    assert_true(item->modified == 1762336860000ll);
    assert_null(item->summary.p);
    assert_false(feed_info(r.feed)->truncated);
    reading_free(&r);
}

static void each_url_of_a_sitemap_is_an_item(void **state)
{
    (void)state;
    GIVEN(titles_of, {URLSET(NEWS("https://h.example/1", "<news:title>One</news:title>") NEWS("https://h.example/2", "<news:title>Two</news:title>")), "One|Two"},
          {URLSET(""), ""}, {URLSET("<!-- none -->"), ""},
          {URLSET(NEWS("https://h.example/1", "<news:title><![CDATA[Caf\xC3\xA9 &amp; bar]]></news:title>")), "Caf\xC3\xA9 & bar"},
          {URLSET(NEWS("https://h.example/1", "<news:title>Caf&eacute; &amp;quot;x&amp;quot; R&D</news:title>")), "Caf\xC3\xA9 \"x\" R&D"},
          {URLSET(NEWS("https://h.example/1", "<news:title>One") NEWS("https://h.example/2", "<news:title>Two</news:title>")), "One|Two"},
          {URLSET("<url><loc>https://h.example/1</loc><news:news><news:title>One</news:title><url>" "<loc>https://h.example/2</loc><news:news><news:title>Two</news:title></url>"), "One|Two"});
}

static void a_sitemap_may_have_any_prefix_or_none(void **state)
{
    (void)state;
    GIVEN(its_title,
          {"<urlset><url><loc>https://h.example/1</loc><news:news><news:title>One</news:title></news:news></url></urlset>", "One"},
          {"<ns0:urlset xmlns:ns0='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:ns1='http://www.google.com/schemas/sitemap-news/0.9'><ns0:url><ns0:loc>https://h.example/1</ns0:loc>"
           "<ns1:news><ns1:title>One</ns1:title></ns1:news></ns0:url></ns0:urlset>",
           "One"},
          {"<urlset xmlns='https://www.sitemaps.org/schemas/sitemap/0.9/' xmlns:n='https://www.google.com/schemas/sitemap-news/0.9/'><url><loc>https://h.example/1</loc>"
           "<n:news><n:title>One</n:title></n:news></url></urlset>",
           "One"},
          {"<urlset xmlns='http://www.google.com/schemas/sitemap/0.84' xmlns:news='http://www.google.com/schemas/sitemap-news/0.84'><url><loc>https://h.example/1</loc>"
           "<news:news><news:title>One</news:title></news:news></url></urlset>",
           "One"},
          {"<URLSET><URL><LOC>https://h.example/1</LOC><NEWS:NEWS><NEWS:TITLE>One</NEWS:TITLE></NEWS:NEWS></URL></URLSET>", "One"});
}

static void a_plain_sitemap_gives_addresses_and_dates(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, URLSET("<url><loc>\n  https://harbour.example/1\n </loc><lastmod>2025-11-05</lastmod>"
                                                  "<xhtml:link rel='alternate' hreflang='de' href='https://no.example/de/1'/></url>"));
    assert_sv(item->id, "https://harbour.example/1");
    assert_sv(item->url, "https://harbour.example/1");
    assert_null(item->title.p);
    assert_sv(item->raw_modified, "2025-11-05");
    assert_true(item->published == TIME_NONE);
    reading_free(&r);
    GIVEN(its_url, {URLSET("<url><loc><![CDATA[https://harbour.example/1?a=1&b=2]]></loc></url>"), "https://harbour.example/1?a=1&b=2"},
          {URLSET("<url><loc>/1</loc></url>"), "https://news.example/1"});
}

static void a_video_sitemap_gives_the_videos_title(void **state)
{
    (void)state;
    struct reading r;
    const struct item *item = read_one(&r, URLSET("<url><loc>https://harbour.example/v/1</loc><video:video><video:thumbnail_loc>https://no.example/1.jpg</video:thumbnail_loc>"
                                                  "<video:title>One</video:title><video:description>text</video:description><video:content_loc>https://no.example/1.mp4</video:content_loc>"
                                                  "<video:publication_date>2025-11-05T09:01:00Z</video:publication_date><video:tag>a</video:tag><video:tag>b</video:tag></video:video></url>"));
    assert_sv(item->title, "One");
    assert_sv(item->summary, "text");
    assert_sv(item->url, "https://harbour.example/v/1");
    assert_true(item->published == 1762333260000ll);
    reading_free(&r);
    GIVEN(its_title, {URLSET("<url><loc>https://h.example/1</loc><video:video><video:title>no</video:title></video:video><news:news><news:title>One</news:title></news:news></url>"), "One"});
}

static void each_sitemap_of_an_index_is_an_item(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, "<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>https://harbour.example/1.xml</loc>"
                  "<lastmod>2025-11-05T10:01:00Z</lastmod></sitemap><sitemap><loc>https://harbour.example/2.xml.gz</loc></sitemap></sitemapindex>");
    assert_true(r.good);
    assert_string_equal(feed_format_name(feed_info(r.feed)->format), "sitemap");
    assert_int_equal(r.count, 2);
    assert_sv(r.items[0].id, "https://harbour.example/1.xml");
    assert_sv(r.items[0].url, "https://harbour.example/1.xml");
    assert_true(r.items[0].modified == 1762336860000ll);
    assert_sv(r.items[1].url, "https://harbour.example/2.xml.gz");
    reading_free(&r);
}

static void a_sitemap_that_is_cut_off_keeps_its_whole_items(void **state)
{
    (void)state;
    struct sv document = SV(URLSET("<url><loc>https://h.example/1</loc></url><url><loc>https://h.example/2</loc></url>")), end = SV("</url>");
    size_t first = (size_t)sv_find(document, end) + end.n;
    size_t second = first + (size_t)sv_find(sv_from(document, first), end) + end.n;
    for (size_t n = (size_t)sv_find(document, SV("<url>")); n < document.n; n++) {
        struct reading r = {0};
        read_as(&r, sv_head(document, n), NULL, TIME_NONE, 0);
        assert_true(r.good);
        assert_true(feed_info(r.feed)->truncated);
        assert_int_equal(r.count, n < first ? 0 : n < second ? 1 : 2);
        reading_free(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_of_a_news_sitemap_is_read_whole),
        cmocka_unit_test(each_url_of_a_sitemap_is_an_item),
        cmocka_unit_test(a_sitemap_may_have_any_prefix_or_none),
        cmocka_unit_test(a_plain_sitemap_gives_addresses_and_dates),
        cmocka_unit_test(a_video_sitemap_gives_the_videos_title),
        cmocka_unit_test(each_sitemap_of_an_index_is_an_item),
        cmocka_unit_test(a_sitemap_that_is_cut_off_keeps_its_whole_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
