#include "documents.h"

/* What is beyond a limit is cut and told; what is complete before it counts. */

static void read_within(struct reading *r, struct sv document, struct feed_limits limits, size_t piece)
{
    *r = (struct reading){0};
    const struct feed_options options = {.url = SV("https://news.example/"), .now = TIME_NONE, .limits = limits, .item = keep_item, .context = r};
    r->feed = feed_open(&options);
    for (struct sv rest = document, part; rest.n; rest = sv_from(rest, part.n)) {
        part = sv_head(rest, piece ? piece : rest.n);
        if (!feed_write(r->feed, part.p, part.n))
            break;
    }
    r->good = feed_finish(r->feed);
}

static struct sv items(struct buf *document, const char *item, int count)
{
    buf_str(document, "<rss><channel><title>Harbour Post</title>");
    for (int i = 0; i < count; i++)
        buf_printf(document, "<item><title>%d</title><guid>%d</guid>%s</item>", i, i, item);
    buf_str(document, "</channel></rss>");
    return buf_view(document);
}

static size_t problems_of(const struct reading *r)
{
    const struct feed_problem *problems;
    return feed_problems(r->feed, &problems);
}

static void a_document_that_is_too_large_is_cut(void **state)
{
    (void)state;
    struct buf document = {0};
    struct sv all = items(&document, "", 100);
    for (size_t piece = 0; piece < 200; piece += 97) {
        struct reading r;
        read_within(&r, all, (struct feed_limits){.size = 1000}, piece);
        assert_true(r.good);
        assert_in_range(r.count, 10, 30);
        assert_true(feed_info(r.feed)->truncated);
        assert_true(problems_of(&r) > 0);
        reading_free(&r);
        read_within(&r, all, (struct feed_limits){.size = all.n}, piece);
        assert_int_equal(r.count, 100);
        assert_false(feed_info(r.feed)->truncated);
        assert_int_equal(problems_of(&r), 0);
        reading_free(&r);
    }
    buf_free(&document);
}

static void items_beyond_the_most_are_dropped(void **state)
{
    (void)state;
    struct buf document = {0};
    struct sv all = items(&document, "", 100);
    struct reading r;
    read_within(&r, all, (struct feed_limits){.items = 10}, 0);
    assert_true(r.good);
    assert_int_equal(r.count, 10);
    assert_sv(r.items[9].title, "9");
    assert_int_equal(feed_info(r.feed)->items, 10);
    assert_true(problems_of(&r) > 0);
    reading_free(&r);
    read_within(&r, all, (struct feed_limits){.items = 100}, 0);
    assert_int_equal(r.count, 100);
    assert_int_equal(problems_of(&r), 0);
    reading_free(&r);
    buf_free(&document);
}

static void a_text_that_is_too_long_is_cut_at_a_character(void **state)
{
    (void)state;
    struct buf document = {0};
    buf_str(&document, "<rss><channel><item><title>One</title><description>");
    for (int i = 0; i < 1000; i++)
        buf_str(&document, "\xE5\x85\xAC");
    buf_str(&document, "</description><link>https://a.example/1</link></item><item><title>Two</title></item></channel></rss>");
    for (size_t piece = 0; piece < 10; piece += 3) {
        struct reading r;
        read_within(&r, buf_view(&document), (struct feed_limits){.text = 100}, piece);
        assert_titles(&r, "One|Two", "a long text");
        assert_int_equal(r.items[0].summary.n, 99);
        assert_sv(r.items[0].url, "https://a.example/1");
        assert_true(problems_of(&r) > 0);
        assert_false(feed_info(r.feed)->truncated);
        reading_free(&r);
    }
    buf_free(&document);
}

static void every_kind_of_text_is_cut(void **state)
{
    (void)state;
    static const char *const parts[] = {"title", "description", "content:encoded", "guid", "link", "author", "category", "pubDate", "dc:language", "media:keywords", "unknown"};
    struct buf document = {0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (int cdata = 0; cdata < 2; cdata++) {
            buf_clear(&document);
            buf_printf(&document, "<rss><channel><item><%s>%s%0100000d%s</%s></item><item><title>Two</title></item></channel></rss>", parts[i], cdata ? "<![CDATA[" : "", 7,
                       cdata ? "]]>" : "", parts[i]);
            struct reading r;
            read_within(&r, buf_view(&document), (struct feed_limits){.text = 1000}, 4096);
            assert_true(r.good);
            assert_int_equal(r.count, 2);
            const struct item *item = &r.items[0];
            assert_true(item->title.n <= 1000 && item->summary.n <= 1000 && item->content_text.n <= 1000 && item->id.n <= 1024 && item->url.n <= 1100 && item->language.n <= 1000);
            assert_true(item->author_count == 0 || item->authors[0].n <= 1000);
            assert_true(item->tag_count == 0 || item->tags[0].n <= 1000);
            assert_sv(r.items[1].title, "Two");
            reading_free(&r);
        }
    buf_free(&document);
}

/* Mark-up in it, references, CDATA, or what is in base64: a text is cut at the same place, and what is wrong in it is told alike. */
static void a_cut_text_is_the_same_whatever_pieces_it_comes_in(void **state)
{
    (void)state;
    static const char *const texts[] = {"plain & <b>bold</b> ", "&lt;p&gt;&amp;amp; ", "<![CDATA[<p> & ]]>", "one & <![CDATA[ & < ]]><i>\xE5\x85\xAC</i>&", "b25l"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf document = {0};
        struct reading whole, cut;
        buf_printf(&document, "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><content mode='%s'>", i == 4 ? "base64" : "xml");
        for (int n = 0; n < 300; n++)
            buf_str(&document, texts[i]);
        buf_str(&document, "</content><title>One</title></entry></feed>");
        read_within(&whole, buf_view(&document), (struct feed_limits){.text = 1000}, 0);
        assert_titles(&whole, "One", texts[i]);
        assert_true(has_problem(&whole, "a text of more than 1000 bytes is cut"));
        for (size_t piece = 1; piece < 2000; piece = piece * 3 + 1) {
            read_within(&cut, buf_view(&document), (struct feed_limits){.text = 1000}, piece);
            same_reading(&whole, &cut, piece);
            reading_free(&cut);
        }
        reading_free(&whole);
        buf_free(&document);
    }
}

static void a_line_is_cut_sooner_than_a_text_and_names_sooner_than_a_line(void **state)
{
    (void)state;
    static const char *const parts[] = {"link", "guid", "media:keywords", "pubDate", "category"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buf document = {0};
        struct reading r;
        buf_printf(&document, "<rss><channel><title>%020000d</title><item><title>%020000d</title><%s>%020000d</%s></item></channel></rss>", 1, 2, parts[i], 3, parts[i]);
        read_within(&r, buf_view(&document), (struct feed_limits){0}, 0);
        assert_true(r.good);
        assert_int_equal(feed_info(r.feed)->title.n, 16384);
        assert_int_equal(r.items[0].title.n, 20000);
        assert_true(r.items[0].url.n <= 16384 + 30 && r.items[0].raw_published.n <= 16384);
        assert_true(r.items[0].tag_count == 0 || r.items[0].tags[0].n == 1024);
        assert_int_equal(problems_of(&r), strcmp(parts[i], "pubDate") == 0 ? 3 : 2);
        assert_true(has_problem(&r, "a text of more than 16384 bytes is cut"));
        reading_free(&r);
        buf_free(&document);
    }
}

static void names_beyond_the_most_are_dropped_and_told(void **state)
{
    (void)state;
    for (int count = 256; count <= 257; count++) {
        struct buf document = {0};
        struct reading r;
        buf_str(&document, "<rss><channel><item><title>One</title>");
        for (int i = 0; i < 2 * count; i++)
            buf_printf(&document, "<category>%d</category>", i % count);
        buf_str(&document, "</item></channel></rss>");
        read_within(&r, buf_view(&document), (struct feed_limits){0}, 0);
        assert_int_equal(r.items[0].tag_count, 256);
        assert_int_equal(problems_of(&r), count - 256);
        assert_true(count == 256 || has_problem(&r, "only the first 256 are taken"));
        reading_free(&r);
        buf_free(&document);
    }
}

/* What is taken back, with its memory, leaves alone what was given before and what comes after. */
static void what_is_taken_back_leaves_the_rest_alone(void **state)
{
    (void)state;
    static const struct {
        const char *inside, *authors, *tags;
    } cases[] = {
        {"<x><author>no</author></x><author>A</author>", "A", ""},
        {"<author>A</author><x><author>no</author><category>no</category></x><author>B</author>", "A|B", ""},
        {"<atom:source><atom:author><atom:name>A</atom:name></atom:author></atom:source><atom:source><atom:author><atom:name>B</atom:name></atom:author><title>no</title></atom:source>", "A|B", ""},
        {"<x><atom:source><atom:author><atom:name>no</atom:name></atom:author></atom:source></x><atom:source><atom:author><atom:name>B</atom:name></atom:author></atom:source>", "B", ""},
        {"<atom:source><atom:author><atom:email>a@a.example</atom:email></atom:author></atom:source><x><author>no</author></x>", "a@a.example", ""},
        {"<atom:source><atom:author><atom:email>no@a.example</atom:email></atom:author></atom:source><atom:source><title>no</title><atom:author><atom:name>B</atom:name></atom:author></atom:source>", "B", ""},
        {"<x><media:keywords>no</media:keywords></x>", "", ""},
        {"<media:group><media:keywords>a, b</media:keywords></media:group><x><media:keywords>no</media:keywords></x>", "", "a|b"},
        {"<media:group><description>no</description><media:keywords>a</media:keywords></media:group>", "", "a"},
        {"<media:group><description>no</description></media:group><category>a</category>", "", "a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char document[2000];
        struct reading r;
        snprintf(document, sizeof document, ITEM("<guid>1</guid>%s<title>One</title>"), cases[i].inside);
        const struct item *item = read_one(&r, document);
        bool good = seen_as(item->title, "One", document) & seen_as(item->summary, NULL, document) &
                    seen_as(joined(&r, item->authors, item->author_count), cases[i].authors, document) &
                    seen_as(joined(&r, item->tags, item->tag_count), cases[i].tags, document);
        assert_true(good);
        reading_free(&r);
    }
}

static void elements_that_are_nested_too_deep_are_passed_over(void **state)
{
    (void)state;
    struct buf document = {0};
    buf_str(&document, "<rss><channel><item><title>One</title><description>");
    for (int i = 0; i < 1000; i++)
        buf_str(&document, "<b>");
    buf_str(&document, "deep");
    for (int i = 0; i < 1000; i++)
        buf_str(&document, "</b>");
    buf_str(&document, "</description><link>https://a.example/1</link></item><item><title>Two</title></item></channel></rss>");
    struct reading r;
    read_within(&r, buf_view(&document), (struct feed_limits){.depth = 20}, 0);
    assert_titles(&r, "One|Two", "deep nesting");
    assert_sv(r.items[0].url, "https://a.example/1");
    assert_true(problems_of(&r) > 0);
    assert_false(feed_info(r.feed)->truncated);
    reading_free(&r);
    read_within(&r, buf_view(&document), (struct feed_limits){.depth = 2000}, 0);
    assert_titles(&r, "One|Two", "deep nesting");
    assert_sv(r.items[0].summary, "deep");
    assert_int_equal(problems_of(&r), 0);
    reading_free(&r);
    buf_free(&document);
}

static void attributes_beyond_the_most_are_dropped(void **state)
{
    (void)state;
    struct buf document = {0};
    buf_str(&document, "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link");
    for (int i = 0; i < 1000; i++)
        buf_printf(&document, " a%d='x'", i);
    buf_str(&document, " href='https://a.example/1'/><title>One</title></entry><entry><title>Two</title></entry></feed>");
    struct reading r;
    read_within(&r, buf_view(&document), (struct feed_limits){.attributes = 10}, 0);
    assert_titles(&r, "One|Two", "many attributes");
    assert_null(r.items[0].url.p);
    assert_true(problems_of(&r) > 0);
    reading_free(&r);
    read_within(&r, buf_view(&document), (struct feed_limits){.attributes = 2000}, 0);
    assert_sv(r.items[0].url, "https://a.example/1");
    reading_free(&r);
    buf_free(&document);
}

static void json_is_held_to_the_same_limits(void **state)
{
    (void)state;
    struct buf document = {0};
    buf_str(&document, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[");
    for (int i = 0; i < 100; i++)
        buf_printf(&document, "%s{\"id\":\"%d\",\"title\":\"%d\",\"content_text\":\"%0200d\"}", i ? "," : "", i, i, i);
    buf_str(&document, "]}");
    struct reading r;
    read_within(&r, buf_view(&document), (struct feed_limits){.items = 10}, 0);
    assert_true(r.good);
    assert_int_equal(r.count, 10);
    assert_true(problems_of(&r) > 0);
    reading_free(&r);
    read_within(&r, buf_view(&document), (struct feed_limits){.text = 50}, 0);
    assert_int_equal(r.count, 100);
    assert_int_equal(r.items[0].content_text.n, 50);
    assert_true(problems_of(&r) > 0);
    reading_free(&r);
    read_within(&r, buf_view(&document), (struct feed_limits){.size = 2000}, 0);
    assert_true(r.good);
    assert_in_range(r.count, 4, 12);
    assert_true(feed_info(r.feed)->truncated);
    reading_free(&r);
    buf_free(&document);
}

/* Feeds as large as any that is served stay below the defaults. */
static void the_defaults_are_never_met_by_a_real_feed(void **state)
{
    (void)state;
    const struct feed_limits *most = &feed_limits_default;
    assert_true(most->size >= 64u << 20);
    assert_true(most->items >= 50000); /* of a sitemap */
    assert_true(most->depth >= 200);
    assert_true(most->text >= 4u << 20);
    assert_true(most->attributes >= 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_that_is_too_large_is_cut),
        cmocka_unit_test(items_beyond_the_most_are_dropped),
        cmocka_unit_test(a_text_that_is_too_long_is_cut_at_a_character),
        cmocka_unit_test(every_kind_of_text_is_cut),
        cmocka_unit_test(a_cut_text_is_the_same_whatever_pieces_it_comes_in),
        cmocka_unit_test(a_line_is_cut_sooner_than_a_text_and_names_sooner_than_a_line),
        cmocka_unit_test(names_beyond_the_most_are_dropped_and_told),
        cmocka_unit_test(what_is_taken_back_leaves_the_rest_alone),
        cmocka_unit_test(elements_that_are_nested_too_deep_are_passed_over),
        cmocka_unit_test(attributes_beyond_the_most_are_dropped),
        cmocka_unit_test(json_is_held_to_the_same_limits),
        cmocka_unit_test(the_defaults_are_never_met_by_a_real_feed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
