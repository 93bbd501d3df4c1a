#include <stdio.h>

#include "reading.h"

static void a_json_feed_is_read_whole(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"J & P\",\"home_page_url\":\"https://j.example/\","
                      "\"language\":\"en\",\"authors\":[{\"name\":\"Desk\"}],\"items\":[{\"id\":\"1\",\"url\":\"/a\",\"title\":\"T <1>\","
                      "\"content_html\":\"<p>One</p><p>Two &amp; three</p>\",\"content_text\":\"other\",\"summary\":\"s\",\"tags\":[\"x\",\"y\"],"
                      "\"date_published\":\"2025-11-05T09:01:00Z\",\"attachments\":[{\"url\":\"u\",\"title\":\"no\"}],\"_ext\":{\"title\":\"no\"}},"
                      "{\"id\":2,\"content_text\":\"line\\nline\\n\\npara\",\"author\":{\"name\":\"A\"},\"language\":\"ru\"},"
                      "{\"id\":\"https://j.example/3\"}]}");
    assert_true(r.good);
    const struct feed_info *info = feed_info(r.feed);
    assert_int_equal(info->format, FEED_JSON);
    assert_string_equal(info->version, "1.1");
    assert_sv(info->title, "J & P");
    assert_int_equal(r.count, 3);
    assert_sv(r.items[0].id, "1");
    assert_sv(r.items[0].url, "https://news.example/a");
    assert_sv(r.items[0].title, "T <1>");
    assert_sv(r.items[0].content_text, "One\n\nTwo & three");
    assert_sv(r.items[0].summary, "s");
    assert_sv(r.items[0].authors[0], "Desk");
    assert_int_equal(r.items[0].tag_count, 2);
    assert_true(r.items[0].published == 1762333260000ll);
    assert_sv(r.items[1].id, "2");
    assert_sv(r.items[1].content_text, "line line\n\npara");
    assert_sv(r.items[1].authors[0], "A");
    assert_sv(r.items[1].language, "ru");
    assert_sv(r.items[2].url, "https://j.example/3");
    assert_false(info->truncated);
    reading_free(&r);
}

static void a_json_feed_that_is_cut_off_keeps_its_whole_items(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\",\"title\":\"a\"},{\"id\":\"2\",\"ti");
    assert_true(r.good);
    assert_int_equal(r.count, 1);
    assert_true(feed_info(r.feed)->truncated);
    reading_free(&r);
}

static void json_that_is_broken_behind_items_keeps_them(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "{\"items\":[{\"id\":\"1\"},{\"id\":\"2\",]}");
    assert_true(r.good);
    assert_int_equal(r.count, 1);
    reading_free(&r);
}

static void other_json_is_no_feed(void **state)
{
    (void)state;
    static const char *const documents[] = {"{\"error\":\"not found\"}", "[1,2]", "{}", "{", "{\"items\":5}", "{nonsense"};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct reading r = {0};
        read_document(&r, documents[i]);
        assert_false(r.good);
        assert_non_null(strstr(feed_error(r.feed), "no feed"));
        reading_free(&r);
    }
}

static void json_that_is_nested_without_end_is_refused(void **state)
{
    (void)state;
    struct reading r = {0};
    struct buf document = {0};
    buf_str(&document, "{\"items\":");
    for (int i = 0; i < 100000; i++)
        buf_str(&document, "[{\"x\":");
    read_document(&r, buf_cstr(&document));
    assert_int_equal(r.count, 0);
    buf_free(&document);
    reading_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_json_feed_is_read_whole),
        cmocka_unit_test(a_json_feed_that_is_cut_off_keeps_its_whole_items),
        cmocka_unit_test(json_that_is_broken_behind_items_keeps_them),
        cmocka_unit_test(other_json_is_no_feed),
        cmocka_unit_test(json_that_is_nested_without_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
