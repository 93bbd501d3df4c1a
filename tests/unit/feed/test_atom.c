#include <stdio.h>

#include "reading.h"

#define ATOM "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'>"

static void an_ampersand_in_an_attribute_is_one_however_it_is_written(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, ATOM "<entry><id>1</id><link href='https://p.example/?a=1&amp;b=2&c=3&#38;d=4&amp;#38;'/><category term='R&amp;D'/></entry></feed>");
    assert_sv(r.items[0].url, "https://p.example/?a=1&b=2&c=3&d=4&#38;");
    assert_sv(r.items[0].tags[0], "R&D");
    reading_free(&r);
}

static void an_atom_entry_is_read_whole(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, ATOM "<title>Le Port</title><subtitle>tout</subtitle><link rel='self' href='https://p.example/feed'/>"
                           "<link href='https://p.example/'/><author><name>La Rédaction</name></author>"
                           "<entry><id>tag:p.example,2025:1</id><title>Accord</title><link rel='enclosure' href='https://p.example/a.mp3'/>"
                           "<link rel='alternate' type='application/json' href='https://p.example/1.json'/>"
                           "<link rel='alternate' type='text/html' href='https://p.example/1'/>"
                           "<published>2025-11-05T09:01:00Z</published><updated>2025-11-05T10:01:00Z</updated><summary>Court</summary>"
                           "<content type='html'>&lt;p&gt;Long &amp;amp; large&lt;/p&gt;</content>"
                           "<author><name>B. Auteur</name><email>b@p.example</email></author><contributor><name>Personne</name></contributor>"
                           "<category term='monde' label='Monde'/></entry>"
                           "<entry xml:lang='de'><id>2</id><title>Zwei</title></entry></feed>");
    assert_true(r.good);
    assert_int_equal(feed_info(r.feed)->format, FEED_ATOM);
    assert_sv(feed_info(r.feed)->title, "Le Port");
    assert_sv(feed_info(r.feed)->home, "https://p.example/");
    assert_sv(feed_info(r.feed)->description, "tout");
    const struct item *i = &r.items[0];
    assert_sv(i->id, "tag:p.example,2025:1");
    assert_sv(i->url, "https://p.example/1");
    assert_sv(i->summary, "Court");
    assert_sv(i->content_text, "Long & large");
    assert_sv(i->language, "fr");
    assert_true(i->published == 1762333260000ll);
    assert_true(i->modified == 1762336860000ll);
    assert_int_equal(i->author_count, 1);
    assert_sv(i->authors[0], "B. Auteur");
    assert_sv(i->tags[0], "monde");
    assert_sv(r.items[1].language, "de");
    assert_sv(r.items[1].authors[0], "La Rédaction"); /* the feed's (RFC 4287, 4.2.1) */
    reading_free(&r);
}

static void text_constructs_are_read_by_their_type(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, ATOM "<entry><title type='text'>a &lt;b&gt; c &amp;amp; d</title><content type='text'>1 &lt; 2\n\nnext</content></entry>"
                           "<entry><title type='html'>a &lt;b&gt;c&lt;/b&gt; &amp;amp; d</title>"
                           "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>One &amp; <b>t</b>wo</p><p>&lt;three&gt;</p></div></content></entry>"
                           "<entry><title>t</title><content type='image/png'>iVBORw0KGgo=</content></entry></feed>");
    assert_sv(r.items[0].title, "a <b> c &amp; d");
    assert_sv(r.items[0].content_text, "1 < 2\n\nnext");
    assert_sv(r.items[1].title, "a c & d");
    assert_sv(r.items[1].content_text, "One & two\n\n<three>");
    assert_null(r.items[2].content_text.p);
    reading_free(&r);
}

static void xml_base_moves_relative_links(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://other.example/x/'>"
                      "<entry xml:base='y/'><link href='1'/></entry><entry><link href='2'/></entry></feed>");
    assert_sv(r.items[0].url, "https://other.example/x/y/1");
    assert_sv(r.items[1].url, "https://other.example/x/2");
    reading_free(&r);
}

static void atom_03_and_a_missing_namespace_are_read(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><tagline>t</tagline><entry><issued>2003-12-13T18:30:02Z</issued>"
                      "<modified>2004-01-01T00:00:00Z</modified><content mode='escaped' type='text/html'>&lt;b&gt;x&lt;/b&gt;</content></entry></feed>");
    assert_string_equal(feed_info(r.feed)->version, "0.3");
    assert_sv(r.items[0].content_text, "x");
    assert_true(r.items[0].published == 1071340202000ll);
    reading_free(&r);
    r = (struct reading){0};
    read_document(&r, "<feed><entry><title>plain</title><id>1</id></entry></feed>");
    assert_sv(r.items[0].title, "plain");
    assert_sv(r.items[0].id, "1");
    reading_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_atom_entry_is_read_whole),
        cmocka_unit_test(an_ampersand_in_an_attribute_is_one_however_it_is_written),
        cmocka_unit_test(text_constructs_are_read_by_their_type),
        cmocka_unit_test(xml_base_moves_relative_links),
        cmocka_unit_test(atom_03_and_a_missing_namespace_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
