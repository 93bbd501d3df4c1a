#include "documents.h"

/* What was mended or passed over is told, with the line of the document as received. */

struct told {
    const char *document;
    size_t first, last; /* what runs over several lines may be told at any of them */
};

/* Some problem of each document is told of its line. */
static void problems_stand_at(const struct told *rows, size_t n)
{
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) {
        struct reading r;
        read_text(&r, rows[i].document);
        const struct feed_problem *problems;
        size_t count = feed_problems(r.feed, &problems);
        bool found = false;
        for (size_t line = rows[i].first; line <= rows[i].last; line++)
            found |= problem_at(&r, line);
        if (!found) {
            print_error("%s\n  tells nothing of lines %zu to %zu; it tells:\n", rows[i].document, rows[i].first, rows[i].last);
            for (size_t j = 0; j < count; j++)
                print_error("    %zu: %.*s\n", problems[j].line, SV_ARG(problems[j].what));
            wrong++;
        }
        reading_free(&r);
    }
    assert_int_equal(wrong, 0);
}
#define PROBLEMS_AT(...) problems_stand_at((const struct told[]){__VA_ARGS__}, sizeof((const struct told[]){__VA_ARGS__}) / sizeof(struct told))

#define LINES_BEFORE "<?xml version='1.0'?>\n<!-- two\nthree -->\n<rss\n version='2.0'><channel>\n" /* what follows stands on line 6 */
#define AFTER "\n</channel></rss>\n"

static void each_kind_of_fault_is_told_with_its_line(void **state)
{
    (void)state;
    PROBLEMS_AT({"<?xml version='1.0'?>\n<rss version=2.0>\n</rss>", 2, 2}, {LINES_BEFORE "<item><title>R&D</title></item>" AFTER, 6, 6}, {LINES_BEFORE "<item><title>1 < 2</title></item>" AFTER, 6, 6},
                {LINES_BEFORE "<item>\n<title>x</titel></item>" AFTER, 7, 7}, {LINES_BEFORE "<item>\n<title>x\n</item>" AFTER, 7, 8},
                {LINES_BEFORE "<item><title>x</title>\n<item>\n<title>y</title></item>" AFTER, 6, 7}, {LINES_BEFORE "<item></item>\n</item>" AFTER, 7, 7},
                {LINES_BEFORE "<item><title>\n<![CDATA[x\n</title></item>" AFTER, 7, 7},
                {LINES_BEFORE "<item><pubDate>\nwhenever</pubDate>\n</item>" AFTER, 6, 8}, {LINES_BEFORE "<item><title>&nosuchthing;</title></item>" AFTER, 6, 6},
                {LINES_BEFORE "\n<!-- never closed\n\n\n", 7, 7}, {"\n\njunk\n<rss></rss>", 3, 3}, {"<rss></rss>\n\njunk\n", 3, 3}, {"<rss></rss>\n<rss></rss>", 2, 2});
}

static void lines_are_counted_whatever_ends_them(void **state)
{
    (void)state;
    PROBLEMS_AT({"<rss>\r\n<channel>\r\n<item><title>R&D</title></item></channel></rss>", 3, 3},
                {"<rss>\n\r\n<channel>\r\n<item><title>R&D</title></item></channel></rss>", 4, 4}, {"\xEF\xBB\xBF<rss>\n<channel><item><title>R&D</title></item></channel></rss>", 2, 2},
                {"<!DOCTYPE rss [\n<!ENTITY a\n'x'>\n]>\n<rss><channel><item><title>R&D</title></item></channel></rss>", 5, 5},
                {"junk\n<br />\n<rss><channel><item><title>R&D</title></item></channel></rss>", 3, 3},
                {"<rss><channel><item><description><![CDATA[a\nb\nc]]></description><title>R&D</title></item></channel></rss>", 3, 3},
                {"<rss><channel><item><title>a\nb\nc R&D\n</title></item></channel></rss>", 1, 3}, {"<rss><?x\n\n?><channel><item><title>R&D</title></item></channel></rss>", 3, 3});
}

static void a_good_document_has_no_problems(void **state)
{
    (void)state;
    static const char *const documents[] = {
        RSS("<title>Harbour &amp; Post</title><item><title>&#8212; <![CDATA[a & b < c]]></title><link>https://a.example/?a=1&amp;b=2</link><dc:creator>A</dc:creator>"
            "<description>&lt;p&gt;R&amp;amp;D&lt;/p&gt;</description><pubDate>Wed, 05 Nov 2025 09:01:00 GMT</pubDate><x:y xmlns:x='urn:x' x:z='\"'/></item>"),
        "<?xml version='1.0' encoding='utf-8'?>\n<!-- - x - -->\n<?xml-stylesheet href='x'?>" ATOM("<entry><id>1</id><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
        "<p>x<br/></p></div></content></entry>") "\n<!-- y -->\n",
        "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://my.netscape.com/x.dtd'><rss version='0.91'><channel><item><title>x</title></item></channel></rss>\r\n",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct reading r;
        read_text(&r, documents[i]);
        assert_true(r.good);
        const struct feed_problem *problems;
        if (feed_problems(r.feed, &problems))
            fail_msg("%s\n  line %zu: %.*s", documents[i], problems[0].line, SV_ARG(problems[0].what));
        assert_false(feed_info(r.feed)->truncated);
        reading_free(&r);
    }
}

static void problems_without_end_are_kept_few_and_short(void **state)
{
    (void)state;
    struct buf document = {0};
    buf_str(&document, "<rss><channel>");
    for (int i = 0; i < 100; i++)
        buf_printf(&document, "<item><title>R&D 1 < 2</titel></b></item></item>\n<item><pubDate>%0500d</pubDate></item>", i);
    buf_str(&document, "</channel></rss>");
    struct reading r = {0};
    read_as(&r, buf_view(&document), NULL, TIME_NONE, 0);
    assert_int_equal(r.count, 200);
    const struct feed_problem *problems;
    size_t n = feed_problems(r.feed, &problems);
    assert_in_range(n, 1, 20);
    for (size_t i = 0; i < n; i++) {
        assert_true(problems[i].what.n > 0 && problems[i].what.n < 400);
        assert_true(sv_find(problems[i].what, SV("\n")) < 0);
    }
    reading_free(&r);
    buf_free(&document);
}

static void a_document_that_ends_too_early_is_told_where(void **state)
{
    (void)state;
    struct reading r;
    read_text(&r, "<rss><channel>\n<item><title>One</title></item>\n<item><title>cut o");
    assert_int_equal(r.count, 1);
    assert_true(feed_info(r.feed)->truncated);
    assert_true(problem_at(&r, 3));
    reading_free(&r);
}

static void what_is_wrong_with_the_whole_document_is_told_beside_many_faults_of_items(void **state)
{
    (void)state;
    struct buf document = {0};
    struct reading r = {0};
    buf_str(&document, "<?xml version='1.0' encoding='koi8-r'?><rss><channel>");
    for (int i = 0; i < 30; i++)
        buf_str(&document, "<item><title>Größe</title><pubDate>whenever</pubDate></item>");
    read_as(&r, buf_view(&document), NULL, TIME_NONE, 0); /* behind blanks the declaration would not count */
    assert_true(has_problem(&r, "cannot be read"));
    assert_true(has_problem(&r, "says it is koi8-r"));
    reading_free(&r);
    buf_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_fault_is_told_with_its_line),
        cmocka_unit_test(lines_are_counted_whatever_ends_them),
        cmocka_unit_test(a_good_document_has_no_problems),
        cmocka_unit_test(problems_without_end_are_kept_few_and_short),
        cmocka_unit_test(what_is_wrong_with_the_whole_document_is_told_beside_many_faults_of_items),
        cmocka_unit_test(a_document_that_ends_too_early_is_told_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
