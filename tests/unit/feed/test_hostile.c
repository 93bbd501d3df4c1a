#include "documents.h"

/* Documents made to cost much: the time that one takes grows with its length, not with the square of it. Where it does, a megabyte takes
 * minutes, and the run of the tests gives this program up. */

#define LONG (1u << 20)

static void write_repeated(struct buf *out, const char *part)
{
    for (size_t n = strlen(part), i = 0; i < LONG / n; i++)
        buf_append(out, part, n);
}

/* `before`, `part` again and again, `behind`. */
static void read_repeated(const char *before, const char *part, const char *behind)
{
    struct buf document = {0};
    struct reading r = {0};
    buf_str(&document, before);
    write_repeated(&document, part);
    buf_str(&document, behind);
    read_as(&r, buf_view(&document), NULL, TIME_NONE, 0);
    assert_true(r.good);
    assert_in_range(r.count, 0, 1);
    reading_free(&r);
    buf_free(&document);
}

static void markup_that_is_never_closed_is_read_in_linear_time(void **state)
{
    (void)state;
    static const char *const parts[] = {"<!--", "<!-- -", "<!-- --<", "<?a ", "<?", "<?a<", "<!DOCTYPE a \"", "<!DOCTYPE a [", "<!a", "<!a<!--", "<![CDATA[", "<![CDATA[ ]] ",
                                        "<a ", "<a b=\"", "<a b='\"", "</a", "<a b=\"x\" ", "<a b=\"> ", "<", "&", "&#1", "<!--<?a<![CDATA["};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        read_repeated("<rss><channel><item><title>One</title><description>", parts[i], "");
}

/* A megabyte of them, byte by byte: each byte must not cost another look at all of a token that is under way. */
static void long_tokens_that_come_byte_by_byte_are_read_in_linear_time(void **state)
{
    (void)state;
    static const char *const beginnings[] = {"<x a='", "<x a=", "<x ", "</x ", "<!-- ", "<!-- -", "<?php ", "<!DOCTYPE x [", "<!DOCTYPE \"", "<!x ", "<", "<![CDATA[", "<![CDATA[</description>", "&#"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        struct buf document = {0};
        struct reading r = {0};
        buf_str(&document, "<rss><channel><item><title>One</title><description>");
        for (int long_one = 0; long_one < 4; long_one++) {
            buf_str(&document, beginnings[i]);
            for (int n = 0; n < 250000; n++)
                buf_byte(&document, "b "[n % 8 == 0]);
        }
        buf_str(&document, "'\"> --> ]]></description></item></channel></rss>");
        read_as(&r, buf_view(&document), NULL, TIME_NONE, 1);
        assert_true(r.good);
        reading_free(&r);
        buf_free(&document);
    }
}

static void html_that_is_never_closed_is_made_text_in_linear_time(void **state)
{
    (void)state;
    static const char *const before[] = {"", "<rt>x", "<b>x", "<div hidden>"};
    static const char *const parts[] = {"<a/b=", "<zz/b=", "<a b='", "<a b='x>y", "<rt>x", "<b>", "<div hidden>", "<svg>", "<svg></svg", "<script>", "<script></script",
                                        "<!--", "<?php ", "<!a ", "</a/b=", "<", "<a", "/<a", "&amp;lt;"};
    for (size_t i = 0; i < sizeof before / sizeof *before * (sizeof parts / sizeof *parts); i++) {
        struct buf text = {0};
        for (int title = 0; title < 2; title++) {
            buf_clear(&text);
            buf_printf(&text, "<rss><channel><item><%s><![CDATA[%s", title ? "title" : "description", before[i % 4]);
            read_repeated(buf_cstr(&text), parts[i / 4], title ? ">]]></title></item></channel></rss>" : ">]]></description></item></channel></rss>");
        }
        buf_free(&text);
    }
}

static void a_base_that_is_very_long_is_not_copied_into_each_link(void **state)
{
    (void)state;
    struct buf document = {0};
    struct reading r = {0};
    buf_str(&document, "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://a.example/");
    for (int i = 0; i < 50000; i++)
        buf_str(&document, "b/");
    buf_str(&document, "'><entry><link href='c'/></entry></feed>");
    read_as(&r, buf_view(&document), NULL, TIME_NONE, 4096);
    assert_int_equal(r.count, 1);
    assert_int_equal(feed_info(r.feed)->format, FEED_ATOM);
    assert_true(r.items[0].url.n < 4096);
    reading_free(&r);
    buf_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_that_is_never_closed_is_read_in_linear_time),
        cmocka_unit_test(long_tokens_that_come_byte_by_byte_are_read_in_linear_time),
        cmocka_unit_test(html_that_is_never_closed_is_made_text_in_linear_time),
        cmocka_unit_test(a_base_that_is_very_long_is_not_copied_into_each_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
