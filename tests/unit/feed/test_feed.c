#include <stdio.h>
#include <zlib.h>

#include "reading.h"

/* One document with all that a cut may fall into. */
#define EVERYTHING                                                                                                              \
    "<?xml version='1.0' encoding='utf-8'?><!-- c --><!DOCTYPE rss [<!ENTITY x 'y'>]>\n<rss xmlns:content='http://purl.org/rss/1.0/modules/content/'>" \
    "<channel><title>\xD0\x9F\xD0\xBE\xD1\x80\xD1\x82 &amp; &eacute;t&eacute;</title><item><title>A &mdash; &#x42; &bare R&D]]> z</title>"             \
    "<link>https://a.example/?x=1&y=2</link><content:encoded><![CDATA[<p>]] ]>\xE4\xB8\x80</p><br>x]]></content:encoded></item><?php pi ?>"          \
    "<item><title>B <b>bold</b> 1 < 2</title><guid>g<!-- in -->uid</guid></item></channel></rss>"

static void the_cut_of_the_bytes_changes_nothing(void **state)
{
    (void)state;
    struct reading whole = {0};
    read_document(&whole, EVERYTHING);
    assert_int_equal(whole.count, 2);
    assert_sv(whole.items[0].title, "A \xE2\x80\x94 B &bare R&D]]> z");
    assert_sv(whole.items[0].content_text, "]] ]>\xE4\xB8\x80\n\nx");
    assert_sv(whole.items[1].title, "B bold 1 < 2");
    assert_sv(whole.items[1].id, "guid");
    for (size_t piece = 1; piece < 50; piece++) {
        struct reading r = {0};
        read_as(&r, SV(EVERYTHING), NULL, TIME_NONE, piece);
        assert_int_equal(r.count, 2);
        for (int i = 0; i < 2; i++) {
            assert_true(sv_eq(r.items[i].title, whole.items[i].title));
            assert_true(sv_eq(r.items[i].url, whole.items[i].url));
            assert_true(sv_eq(r.items[i].id, whole.items[i].id));
            assert_true(sv_eq(r.items[i].content_text, whole.items[i].content_text));
        }
        assert_true(sv_eq(feed_info(r.feed)->title, feed_info(whole.feed)->title));
        reading_free(&r);
    }
    reading_free(&whole);
}

static void a_feed_that_is_cut_off_anywhere_keeps_its_whole_items(void **state)
{
    (void)state;
    struct sv document = SV(EVERYTHING), end = SV("</item>");
    size_t first = (size_t)sv_find(document, end) + end.n;
    size_t second = first + (size_t)sv_find(sv_from(document, first), end) + end.n;
    for (size_t n = 0; n < document.n; n++) {
        struct reading r = {0};
        read_as(&r, sv_head(document, n), NULL, TIME_NONE, 0);
        assert_int_equal(r.count, n < first ? 0 : n < second ? 1 : 2);
        if (n > 200) {
            assert_true(r.good);
            assert_true(feed_info(r.feed)->truncated);
        }
        reading_free(&r);
    }
}

static void items_come_as_they_close(void **state)
{
    (void)state;
    struct reading r = {0};
    const struct feed_options options = {.now = TIME_NONE, .item = keep_item, .context = &r};
    r.feed = feed_open(&options);
    struct buf padding = {0};
    buf_str(&padding, "<rss><channel><item><title>one</title></item>");
    for (int i = 0; i < 2000; i++) /* the head may be held back until the charset is known */
        buf_byte(&padding, ' ');
    assert_true(feed_write(r.feed, padding.p, padding.n));
    assert_int_equal(r.count, 1);
    buf_free(&padding);
    reading_free(&r);
}

static void the_handler_can_stop_the_reading(void **state)
{
    (void)state;
    struct reading r = {.stop_after = 1};
    read_document(&r, EVERYTHING);
    assert_int_equal(r.count, 1);
    assert_true(r.good);
    reading_free(&r);
    r = (struct reading){.stop_after = 1};
    read_document(&r, "{\"items\":[{\"id\":\"1\"},{\"id\":\"2\"}]}");
    assert_int_equal(r.count, 1);
    assert_true(r.good);
    reading_free(&r);
}

static void what_is_no_feed_is_said_to_be_what_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *document, *error;
    } rows[] = {
        {"", "empty"},
        {"  \n ", "empty"},
        {"404 Not Found", "no element"},
        {"<!DOCTYPE html><html><head><title>Sign &amp; in</title></head><body>x</body></html>", "an HTML page, no feed (\"Sign & in\")"},
        {"<html><head><link rel=alternate type='application/rss+xml' href='/rss'><title>Home</title></head><body>", "an HTML page"},
        {"<html><head><title>Home</title><link rel='alternate' type='application/rss+xml' href='/rss'/></head><body>",
         "it links to https://news.example/rss"},
        {"<?xml version='1.0'?><note><to>x</to></note>", "its first element is <note>"},
        {"<opml version='2.0'><head/></opml>", "<opml>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct reading r = {0};
        read_document(&r, rows[i].document);
        assert_false(r.good);
        if (!strstr(feed_error(r.feed), rows[i].error))
            fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].document, feed_error(r.feed), rows[i].error);
        reading_free(&r);
    }
}

static void problems_tell_their_line(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<?xml version='1.0'?>\n<!-- two\nthree -->\n<rss><channel>\n<item><title>x</titel></item>\n</channel></rss>");
    const struct feed_problem *problems;
    assert_true(feed_problems(r.feed, &problems) > 0);
    assert_int_equal(problems[0].line, 5);
    reading_free(&r);
}

static void a_body_that_is_a_gzip_file_is_unpacked(void **state)
{
    (void)state;
    unsigned char packed[2048];
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)EVERYTHING, z.avail_in = sizeof EVERYTHING - 1;
    z.next_out = packed, z.avail_out = sizeof packed;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = sizeof packed - z.avail_out;
    deflateEnd(&z);
    for (size_t piece = 1; piece < 9; piece++) {
        struct reading r = {0};
        read_as(&r, (struct sv){(char *)packed, n}, NULL, TIME_NONE, piece);
        assert_true(r.good);
        assert_int_equal(r.count, 2);
        reading_free(&r);
    }
    struct reading r = {0};
    packed[n - 3] ^= 0x55; /* the sum at the end */
    read_as(&r, (struct sv){(char *)packed, n}, NULL, TIME_NONE, 0);
    assert_int_equal(r.count, 2);
    assert_true(has_problem(&r, "gzip"));
    reading_free(&r);
}

static void elements_nested_without_end_do_no_harm(void **state)
{
    (void)state;
    struct reading r = {0};
    struct buf document = {0};
    buf_str(&document, "<rss><channel><item><title>kept</title></item><item><description>");
    for (int i = 0; i < 200000; i++)
        buf_str(&document, "<b xml:base='x/'>");
    read_document(&r, buf_cstr(&document));
    assert_true(r.good);
    assert_int_equal(r.count, 1);
    assert_true(feed_info(r.feed)->truncated);
    buf_free(&document);
    reading_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cut_of_the_bytes_changes_nothing),
        cmocka_unit_test(a_feed_that_is_cut_off_anywhere_keeps_its_whole_items),
        cmocka_unit_test(items_come_as_they_close),
        cmocka_unit_test(the_handler_can_stop_the_reading),
        cmocka_unit_test(what_is_no_feed_is_said_to_be_what_it_is),
        cmocka_unit_test(problems_tell_their_line),
        cmocka_unit_test(a_body_that_is_a_gzip_file_is_unpacked),
        cmocka_unit_test(elements_nested_without_end_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
