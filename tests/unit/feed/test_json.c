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
                      "{\"id\":\"https://j.example/3\",\"language\":\" fr-CA\\n\"}]}");
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
    assert_sv(r.items[2].language, "fr-CA"); /* without the blanks around it, which lang: would not see through */
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

/* ---- By meaning ---- */

/* Everything that was read, in one text. */
static void show(struct reading *r, struct buf *out)
{
    const struct feed_info *info = feed_info(r->feed);
    const struct feed_problem *problems;
    buf_printf(out, "%s %s%s", r->good ? "good" : feed_error(r->feed), info->version, info->truncated ? " truncated" : "");
    for (size_t i = 0; i < r->count; i++) {
        const struct item *item = &r->items[i];
        buf_printf(out, "\n%.*s|%.*s|%.*s|%.*s|%.*s|", SV_ARG(item->id), SV_ARG(item->url), SV_ARG(item->title), SV_ARG(item->content_text), SV_ARG(item->summary));
        for (size_t k = 0; k < item->author_count; k++)
            buf_printf(out, "%s%.*s", k ? "," : "", SV_ARG(item->authors[k]));
        buf_str(out, "|");
        for (size_t k = 0; k < item->tag_count; k++)
            buf_printf(out, "%s%.*s", k ? "," : "", SV_ARG(item->tags[k]));
    }
    for (size_t i = 0, n = feed_problems(r->feed, &problems); i < n; i++)
        buf_printf(out, "\n!%zu %.*s", problems[i].line, SV_ARG(problems[i].what));
}

/* In pieces of every size. */
static void check_with(struct sv json, const struct feed_options *wanted, const char *expected)
{
    for (size_t piece = 1; piece <= json.n; piece++) {
        struct reading r = {0};
        struct buf out = {0};
        struct feed_options options = *wanted;
        options.now = TIME_NONE, options.item = keep_item, options.context = &r;
        r.feed = feed_open(&options);
        for (struct sv rest = json, part; rest.n; rest = sv_from(rest, part.n)) {
            part = sv_head(rest, piece);
            if (!feed_write(r.feed, part.p, part.n))
                break;
        }
        r.good = feed_finish(r.feed);
        show(&r, &out);
        assert_string_equal(buf_cstr(&out), expected);
        buf_free(&out);
        reading_free(&r);
    }
}

static void check(struct sv json, const char *expected)
{
    check_with(json, &(struct feed_options){.url = SV("https://n.example/feeds/all.json")}, expected);
}

static void authors_are_read_in_every_shape(void **state)
{
    (void)state;
    check(SV("{\"items\":[{\"id\":\"1\",\"author\":\"A\"},{\"id\":\"2\",\"author\":{\"name\":\"B\",\"url\":\"u\"}},{\"id\":\"3\",\"authors\":[{\"name\":\"C\"},\"D\",null]},"
             "{\"id\":\"4\",\"authors\":{\"name\":\"E\"}},{\"id\":\"5\",\"authors\":\"F\",\"author\":{\"name\":\"F\"}},{\"id\":\"6\",\"author\":null}]}"),
          "good \n1|||||A|\n2|||||B|\n3|||||C,D|\n4|||||E|\n5|||||F|\n6||||||");
    check(SV("{\"author\":{\"name\":\"Desk\"},\"items\":[{\"id\":\"1\"},{\"id\":\"2\",\"author\":{\"name\":\"B\"}}]}"), "good \n1|||||Desk|\n2|||||B|");
    check(SV("{\"authors\":[\"X\",{\"name\":\"Y\"}],\"items\":[{\"id\":\"1\"}]}"), "good \n1|||||X,Y|");
}

static void tags_are_read_in_every_shape(void **state)
{
    (void)state;
    check(SV("{\"items\":[{\"id\":\"1\",\"tags\":[\"a, b\",\"c\",7,null]},{\"id\":\"2\",\"tags\":\"a, b,,c\"},{\"id\":\"3\",\"tags\":[{\"name\":\"d\",\"slug\":\"x\"},[\"no\"]]}]}"),
          "good \n1||||||a, b,c,7\n2||||||a,b,c\n3||||||d");
}

static void a_number_is_the_text_it_is_written_as_and_other_types_are_nothing(void **state)
{
    (void)state;
    check(SV("{\"version\":1.1,\"title\":1984,\"items\":[{\"id\":1,\"title\":1984},{\"id\":1.0},{\"id\":12345678901234567890,\"url\":false,\"title\":null,\"summary\":true},"
             "{\"id\":{\"x\":\"no\"},\"title\":[\"no\"],\"content_html\":{\"rendered\":\"no\"},\"content_text\":\"yes\",\"url\":\"/u\"},5,null,\"no\",[\"no\"]]}"),
          "good 1.1\n1||1984||||\n1.0||||||\n12345678901234567890||||||\nhttps://n.example/u|https://n.example/u||yes|||");
}

static void links_are_resolved_and_an_id_may_be_one(void **state)
{
    (void)state;
    static const struct sv json = SV("{\"home_page_url\":\"/\",\"feed_url\":\"https://f.example/x/feed.json\",\"items\":[{\"id\":\"1\",\"url\":\"../a?b#c\"},{\"id\":\"2\",\"external_url\":\"//e.example/z\"},"
                               "{\"id\":\"3\",\"external_url\":\"e\",\"url\":\"u\"},{\"id\":\"https://n.example/4\"},{\"id\":\"http\"},{\"id\":\"6\",\"url\":\"\"}]}");
    check(json, "good \n1|https://n.example/a?b#c|||||\n2|https://e.example/z|||||\n3|https://n.example/feeds/u|||||\nhttps://n.example/4|https://n.example/4|||||\nhttp||||||\n6||||||");
    check_with(json, &(struct feed_options){0},
               "good \n1|https://f.example/a?b#c|||||\n2|https://e.example/z|||||\n3|https://f.example/x/u|||||\nhttps://n.example/4|https://n.example/4|||||\nhttp||||||\n6||||||");
    check_with(SV("{\"home_page_url\":\"https://h.example/\",\"items\":[{\"id\":\"1\",\"url\":\"a\"}]}"), &(struct feed_options){0}, "good \n1|https://h.example/a|||||");
}

static void plain_text_stays_as_it_is_and_html_is_made_text(void **state)
{
    (void)state;
    check(SV("{\"items\":[{\"id\":\"1\",\"title\":\"AT&amp;T <b>1</b> &lt; 2\",\"content_text\":\"a &amp; b\\n<i>c</i>\",\"summary\":\"<p>s\"},"
             "{\"id\":\"2\",\"content_text\":\"text\",\"content_html\":\"<p>html &amp; more\"},{\"id\":\"3\",\"content_html\":\"\",\"content_text\":\"t\"}]}"),
          "good \n1||AT&amp;T <b>1</b> &lt; 2|a &amp; b <i>c</i>|s||\n2|||html & more|||\n3|||t|||");
}

static void what_is_no_text_within_a_text_goes(void **state)
{
    (void)state;
    check(SV("{\"items\":[{\"id\":\"1\\u0000\",\"title\":\"a\\ud83d b\\ude42 \\ud83d\\ude42\"}]}"), "good \n1||a\xEF\xBF\xBD b\xEF\xBF\xBD 🙂||||");
    check(SV("{\"items\":[{\"id\":\"1\",\"title\":\"Переговоры на \xFF\"}]}"), "good \n1||Переговоры на \xEF\xBF\xBD||||\n!0 bytes that are not utf-8 became U+FFFD: 1");
}

static void what_repeats_does_not_replace_the_first(void **state)
{
    (void)state;
    check(SV("{\"items\":[{\"id\":\"1\",\"id\":\"x\",\"title\":\"\",\"title\":\"a\",\"title\":\"b\"}],\"title\":\"t\",\"items\":[{\"id\":\"2\"}]}"), "good \n1||a||||\n2||||||");
}

static void a_list_with_gaps_in_its_indexes_is_a_list_of_items(void **state)
{
    (void)state;
    check(SV("{\"version\":\"https://jsonfeed.org/version/1\",\"items\":{\"0\":{\"id\":\"1\"},\"2\":{\"id\":\"2\"}}}"), "good 1\n1||||||\n2||||||");
    check(SV("{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[]}"), "good 1");
    check(SV("{\"version\":\"https://jsonfeed.org/version/1\",\"items\":null}"), "good 1");
    check(SV("[{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\"}]}]"), "good 1\n1||||||");
}

/* ---- What is around it, and what is wrong in it ---- */

static void what_stands_around_the_feed_is_passed_over(void **state)
{
    (void)state;
    check(SV("\xEF\xBB\xBF \n{\"items\":[{\"id\":\"1\",\"date_published\":\"x\"}]}\n "), "good \n1||||||\n!2 a date that cannot be read: \"x\"");
    check(SV("<br />\n<b>Warning</b>: Undefined index [a] in <b>/x.php</b> on line <b>3</b><br />\n{\"items\":[\n{\"id\":\"1\",}]}"),
          "good \n1||||||\n!1 text before the JSON\n!4 JSON: a comma with nothing behind it");
    check(SV("Notice: x\n{\"items\":[{\"id\":\"1\"}]}"), "good \n1||||||\n!1 text before the JSON");
    check(SV("feed({\"items\":[{\"id\":\"1\"}]});"), "good \n1||||||\n!1 text before the JSON\n!1 JSON: more behind its end");
    check(SV("{\"items\":[{\"id\":\"1\"}]}\n<!-- cached -->{\"items\":[{\"id\":\"2\"}]}"), "good \n1||||||\n!2 JSON: more behind its end");
}

static void a_mistake_is_told_with_its_line_and_the_next_item_is_read(void **state)
{
    (void)state;
    check(SV("{\"items\":[\n{\"id\":\"1\",\"title\":\"a\nb\"}\n{\"id\":\"2\",\"x\":NaN},\n{\"id\":\"3\",\"title\":\"say \"no\" now\"},\n{\"id\":\"4\"},]}"),
          "good \n1||a b||||\n2||||||\n3||say \"no\" now||||\n4||||||\n!2 JSON: a control character within a text\n!4 JSON: a comma is missing\n!4 JSON: a word that is no value\n"
          "!5 JSON: a quotation mark within a text that has no backslash before it\n"
          "!6 JSON: a comma with nothing behind it");
    check(SV("{\"items\":[{\"id\":\"1\"},{\"id\":\"2\"}"), "good  truncated\n1||||||\n2||||||\n!1 JSON: it ends too early; what was complete before counts");
    check(SV("{\"items\":[{}, {\"id\":\"2\"}]}"), "good \n2||||||\n!1 an item with nothing in it");
}

/* ---- Limits ---- */

static void what_is_beyond_a_limit_is_cut_and_told(void **state)
{
    (void)state;
    check_with(SV("{\"items\":[{\"id\":\"1\"},{\"id\":\"2\"},\n{\"id\":\"3\"},{\"id\":\"4\"}]}"), &(struct feed_options){.limits = {.items = 2}},
               "good \n1||||||\n2||||||\n!2 more than 2 items: the rest is cut");
    check_with(SV("{\"items\":[{\"id\":\"1\"},{\"id\":\"2\"}]}"), &(struct feed_options){.limits = {.items = 2}}, "good \n1||||||\n2||||||");
    check_with(SV("{\"items\":[{\"id\":\"1\",\"title\":\"abcdefgh\xC3\xA9zz\"},{\"id\":\"2\",\"title\":\"abcdefgh\xC3\xA9\"}]}"), &(struct feed_options){.limits = {.text = 9}},
               "good \n1||abcdefgh||||\n2||abcdefgh||||\n!1 JSON: a text longer than is allowed");
    check_with(SV("{\"items\":[{\"id\":\"1\",\"x\":[[[[\"]\"]]]],\"title\":\"t\"}]}"), &(struct feed_options){.limits = {.depth = 5}},
               "good \n1||t||||\n!1 JSON: nested deeper than is allowed");
}

/* ---- What is no feed ---- */

static void json_that_is_no_feed_is_said_to_be_what_it_is(void **state)
{
    (void)state;
    check(SV("{\"error\":{\"code\":429,\"message\":\"Too many\\nrequests\"}}"), "no feed: JSON that says \"Too many requests\" ");
    check(SV("{\"error\":\"gone\",\"message\":\"The feed is gone\"}"), "no feed: JSON that says \"The feed is gone\" ");
    check(SV("{\"errors\":[\"first\",\"second\"]}"), "no feed: JSON that says \"first\" ");
    check(SV("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"No such feed\"}"), "no feed: JSON that says \"No such feed\" ");
    check(SV("[{\"id\":7,\"date\":\"x\",\"date_gmt\":\"x\",\"guid\":{\"rendered\":\"x\"},\"title\":{\"rendered\":\"x\"}}]"),
          "no feed: posts as WordPress's programming interface gives them; its feed is at /feed/ ");
    check(SV("{\"jsonapi\":{\"version\":\"1.0\"},\"data\":[]}"), "no feed: a document of a JSON:API ");
    check(SV("{\"rss\":{\"channel\":{}}}"), "no feed: RSS turned into JSON ");
    check(SV("{\"status\":\"ok\",\"articles\":[]}"), "no feed: JSON with \"status\", \"articles\", but without the \"items\" of a JSON Feed ");
    check(SV("[{\"a\":1}]"), "no feed: JSON, but a list of objects with \"a\" where a JSON Feed is an object ");
    check(SV("[\"a\"]"), "no feed: JSON, but a list where a JSON Feed is an object ");
    check(SV("{\"title\":\"x\""), "no feed: JSON, line 1: it ends too early ");
    check(SV(" \n"), "no feed: the document is empty ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_json_feed_is_read_whole),
        cmocka_unit_test(a_json_feed_that_is_cut_off_keeps_its_whole_items),
        cmocka_unit_test(json_that_is_broken_behind_items_keeps_them),
        cmocka_unit_test(other_json_is_no_feed),
        cmocka_unit_test(json_that_is_nested_without_end_is_refused),
        cmocka_unit_test(authors_are_read_in_every_shape),
        cmocka_unit_test(tags_are_read_in_every_shape),
        cmocka_unit_test(a_number_is_the_text_it_is_written_as_and_other_types_are_nothing),
        cmocka_unit_test(links_are_resolved_and_an_id_may_be_one),
        cmocka_unit_test(plain_text_stays_as_it_is_and_html_is_made_text),
        cmocka_unit_test(what_is_no_text_within_a_text_goes),
        cmocka_unit_test(what_repeats_does_not_replace_the_first),
        cmocka_unit_test(a_list_with_gaps_in_its_indexes_is_a_list_of_items),
        cmocka_unit_test(what_stands_around_the_feed_is_passed_over),
        cmocka_unit_test(a_mistake_is_told_with_its_line_and_the_next_item_is_read),
        cmocka_unit_test(what_is_beyond_a_limit_is_cut_and_told),
        cmocka_unit_test(json_that_is_no_feed_is_said_to_be_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
