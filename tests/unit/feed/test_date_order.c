/* 05/11/2025: what the rest of the feed tells of it, and what becomes of it when nothing does. */
#include "dating.h"

#define NOW 1762333260000ll /* 2025-11-05T09:01:00Z */

/* A feed whose items have these dates (up to a NULL), with `head` before them. The items are settled at its end. */
static void read_feed(struct reading *r, const char *head, const char *const *dates, int64_t now)
{
    struct buf text = {0};
    buf_printf(&text, "<rss version=\"2.0\"><channel><title>T</title>\n%s", head);
    for (size_t i = 0; dates[i]; i++)
        buf_printf(&text, "<item><guid>%zu</guid><pubDate>%s</pubDate></item>\n", i, dates[i]);
    buf_str(&text, "</channel></rss>");
    *r = (struct reading){0};
    read_as(r, buf_view(&text), NULL, now, 0);
    assert_true(r->good);
    for (size_t i = 0; i < r->count; i++) {
        r->items[i].raw_published = sv_of(dates[i]);
        r->items[i].raw_modified = SV_NONE;
        feed_item_settle(r->feed, &r->items[i]);
        assert_false(r->items[i].unsettled);
    }
    buf_free(&text);
}

/* `expected`: of the first item; NULL: absent, and told. */
static void check_first(const char *head, const char *const *dates, int64_t now, const char *expected)
{
    struct reading r;
    char text[TIME_TEXT];
    read_feed(&r, head, dates, now);
    time_rfc3339(r.items[0].published, text);
    if (strcmp(text, expected ? expected : "") != 0)
        fail_msg("%s %s: \"%s\" instead of %s", head, dates[0], text, expected ? expected : "nothing");
    assert_int_equal(has_problem(&r, dates[0]), !expected);
    reading_free(&r);
}
#define DATES(...) (const char *const[]){__VA_ARGS__, NULL}

static void a_number_above_12_tells_for_the_whole_feed(void **state)
{
    (void)state;
    check_first("", DATES("05/11/2025 09:01", "25/10/2025 10:00"), TIME_NONE, "2025-11-05T09:01:00Z");
    check_first("", DATES("05/11/2025 09:01", "10/25/2025 10:00"), TIME_NONE, "2025-05-11T09:01:00Z");
    check_first("", DATES("05-11-2025", "Wed 25/10/25"), TIME_NONE, "2025-11-05T00:00:00Z");
    check_first("<lastBuildDate>10/25/2025</lastBuildDate>", DATES("05/11/2025"), TIME_NONE, "2025-05-11T00:00:00Z");
}

static void a_weekday_tells_when_no_number_does(void **state)
{
    (void)state;
    check_first("", DATES("Wed, 05/11/2025", "04/11/2025"), TIME_NONE, "2025-11-05T00:00:00Z");
    check_first("", DATES("04/11/2025", "Sunday 05/11/2025"), TIME_NONE, "2025-04-11T00:00:00Z");
    check_first("", DATES("Thứ Tư, 5/11/2025, 15:05 (GMT+7)"), TIME_NONE, "2025-11-05T08:05:00Z");
    check_first("", DATES("Sunday 05/11/2025", "25/10/2025"), TIME_NONE, "2025-11-05T00:00:00Z"); /* a wrong weekday, then */
    check_first("", DATES("Fri, 05/11/2025"), TIME_NONE, NULL);                                      /* it fits neither */
    check_first("", DATES("on 05/11/2025"), TIME_NONE, NULL); /* English here, no Swedish Wednesday */
}

static void a_reading_in_the_future_is_not_meant(void **state)
{
    (void)state;
    check_first("", DATES("05/12/2025"), NOW, "2025-05-12T00:00:00Z");
    check_first("", DATES("12/05/2025"), NOW, "2025-05-12T00:00:00Z");
    check_first("", DATES("06/11/2025"), NOW, NULL); /* tomorrow may be meant */
    check_first("", DATES("04/10/2025", "12/05/2025"), NOW, "2025-10-04T00:00:00Z");
    check_first("", DATES("05/12/2025"), TIME_NONE, NULL);
}

static void the_reading_near_to_what_is_sure_is_meant(void **state)
{
    (void)state;
    check_first("<lastBuildDate>Wed, 05 Nov 2025 10:00:00 GMT</lastBuildDate>", DATES("04/11/2025", "03/11/2025"), NOW, "2025-11-04T00:00:00Z");
    check_first("<lastBuildDate>Wed, 05 Nov 2025 10:00:00 GMT</lastBuildDate>", DATES("11/04/2025", "11/03/2025"), NOW, "2025-11-04T00:00:00Z");
    check_first("", DATES("11/04/2025", "2025-11-03T10:00:00Z"), NOW, "2025-11-04T00:00:00Z");
    check_first("", DATES("04/11/2025", "5.11.2025"), TIME_NONE, "2025-11-04T00:00:00Z");
    check_first("<pubDate>Sun, 01 Jun 2025 10:00:00 GMT</pubDate>", DATES("05/04/2025"), NOW, NULL); /* 5 April and 4 May are both near */
    check_first("<pubDate>Tue, 01 Jul 2025 10:00:00 GMT</pubDate>", DATES("05/06/2025"), NOW, NULL);
    check_first("<pubDate>Mon, 03 Nov 2025 10:00:00 GMT</pubDate>", DATES("05/04/2024"), NOW, NULL); /* and both far away */
}

static void when_nothing_tells_it_is_absent_and_told_with_its_line(void **state)
{
    (void)state;
    struct reading r;
    const struct feed_problem *problems;
    read_feed(&r, "", DATES("05/05/2025", "05/11/2024", "5.11.2024"), NOW);
    assert_int_equal(r.items[0].published, 1746403200000ll); /* the same both ways */
    assert_int_equal(r.items[1].published, TIME_NONE);
    assert_int_equal(r.items[2].published, 1730764800000ll); /* dots: the day is first */
    assert_int_equal(feed_problems(r.feed, &problems), 1);
    assert_int_equal(problems[0].line, 3);
    assert_sv(problems[0].what, "a date that may be read in two ways, and nothing tells which: \"05/11/2024\"");
    reading_free(&r);
}

static void evidence_against_itself_leaves_a_date_its_own(void **state)
{
    (void)state;
    check_first("", DATES("05/11/2025", "25/10/2025", "10/25/2025"), TIME_NONE, NULL);
    check_first("", DATES("Wed 05/11/2025", "25/10/2025", "10/25/2025"), TIME_NONE, "2025-11-05T00:00:00Z");
    check_first("", DATES("05/12/2025", "25/10/2025", "10/25/2025"), NOW, "2025-05-12T00:00:00Z");
    check_first("", DATES("05/11/2025", "25/10/2025", "24/10/2025", "23/10/2025", "22/10/2025", "21/10/2025", "10/20/2025"), TIME_NONE,
                "2025-11-05T00:00:00Z"); /* one slip among many */
}

static void what_is_settled_must_be_believed_too(void **state)
{
    (void)state;
    struct reading r;
    read_feed(&r, "", DATES("05/12/2025", "25/10/2025", "05/11/1985"), NOW);
    assert_int_equal(r.items[0].published, TIME_NONE);
    assert_int_equal(r.items[2].published, TIME_NONE);
    assert_true(has_problem(&r, "a date that is not believed: \"05/12/2025\""));
    assert_true(has_problem(&r, "a date that is not believed: \"05/11/1985\""));
    reading_free(&r);
}

static void a_date_beyond_belief_is_told_and_absent(void **state)
{
    (void)state;
    check_first("", DATES("Fri, 07 Nov 2025 09:01:00 GMT"), NOW, NULL); /* more than a day ahead */
    check_first("", DATES("Thu, 06 Nov 2025 09:00:00 GMT"), NOW, "2025-11-06T09:00:00Z");
    check_first("", DATES("Sun, 31 Dec 1989 23:59:59 GMT"), TIME_NONE, NULL);
    check_first("", DATES("Mon, 01 Jan 1990 00:00:00 GMT"), TIME_NONE, "1990-01-01T00:00:00Z");
    check_first("", DATES("the day before"), NOW, NULL);
}

static void only_what_needs_it_waits(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<rss><channel><item><guid>1</guid><pubDate>25/11/2025</pubDate></item><item><guid>2</guid><pubDate>5/11/2025</pubDate></item>"
                      "<item><guid>3</guid><pubDate>Wed, 05 Nov 2025 09:01:00 GMT</pubDate></item></channel></rss>");
    assert_false(r.items[0].unsettled);
    assert_true(r.items[1].unsettled);
    assert_false(r.items[2].unsettled);
    reading_free(&r);
}

static void published_and_modified_are_settled_each(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "<feed xmlns=\"http://www.w3.org/2005/Atom\"><updated>25/11/2025</updated>"
                      "<entry><id>1</id><published>05/11/2025</published><updated>2025-11-06T00:00:00Z</updated></entry></feed>");
    struct item *item = &r.items[0];
    item->raw_published = SV("05/11/2025"), item->raw_modified = SV("2025-11-06T00:00:00Z");
    assert_true(item->unsettled);
    feed_item_settle(r.feed, item);
    assert_int_equal(item->published, 1762300800000ll);
    assert_int_equal(item->modified, 1762387200000ll);
    reading_free(&r);
}

static void the_zone_that_is_set_holds_for_the_feed(void **state)
{
    (void)state;
    struct reading r = {0};
    struct arena settings = {0};
    const struct feed_options options = {.now = TIME_NONE, .zone = zone_posix(&settings, SV("MSK-3")), .item = keep_item, .context = &r};
    const char *text = "<rss><channel><item><guid>1</guid><pubDate>Wed, 05 Nov 2025 12:01:00</pubDate></item>"
                       "<item><guid>2</guid><pubDate>04/11/2025 12:01</pubDate></item></channel></rss>";
    r.feed = feed_open(&options);
    arena_free(&settings); /* the settings may be reloaded while the document is under way */
    feed_write(r.feed, text, strlen(text));
    assert_true(feed_finish(r.feed));
    assert_int_equal(r.items[0].published, NOW);
    r.items[1].raw_published = SV("04/11/2025 12:01"), r.items[1].raw_modified = SV_NONE;
    feed_item_settle(r.feed, &r.items[1]);
    assert_int_equal(r.items[1].published, NOW - MS_DAY);
    reading_free(&r);
}

static void a_json_feed_may_count_seconds(void **state)
{
    (void)state;
    struct reading r = {0};
    read_document(&r, "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"date_published\":1762333260,"
                      "\"date_modified\":1762333260123,\"size\":1762333261}]}");
    assert_int_equal(r.items[0].published, NOW);
    assert_int_equal(r.items[0].modified, NOW);
    reading_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_above_12_tells_for_the_whole_feed),
        cmocka_unit_test(a_weekday_tells_when_no_number_does),
        cmocka_unit_test(a_reading_in_the_future_is_not_meant),
        cmocka_unit_test(the_reading_near_to_what_is_sure_is_meant),
        cmocka_unit_test(when_nothing_tells_it_is_absent_and_told_with_its_line),
        cmocka_unit_test(evidence_against_itself_leaves_a_date_its_own),
        cmocka_unit_test(what_is_settled_must_be_believed_too),
        cmocka_unit_test(a_date_beyond_belief_is_told_and_absent),
        cmocka_unit_test(only_what_needs_it_waits),
        cmocka_unit_test(published_and_modified_are_settled_each),
        cmocka_unit_test(the_zone_that_is_set_holds_for_the_feed),
        cmocka_unit_test(a_json_feed_may_count_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
