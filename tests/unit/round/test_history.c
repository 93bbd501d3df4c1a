/* What is new and what is known: edits, returns, siblings, what older versions recorded. */
#include "desk.h"

static void an_edited_item_is_known_by_its_guid(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    add_item(&d, "1", "http://a.example/1", "One", 1, "t");
    poll_paper(&d);
    assert_news(&d, "One");
    add_item(&d, "1", "http://a.example/1", "Changed", 2, "u"); /* the link tells */
    poll_paper(&d);
    add_item(&d, "1", "http://a.example/1-changed", "Changed", 3, "u"); /* the title */
    poll_paper(&d);
    add_item(&d, "1", "http://a.example/1-again", "Again", 3, "u"); /* the date */
    poll_paper(&d);
    assert_news(&d, "");
    desk_close(&d);
}

static void an_edited_item_is_known_by_its_link(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    add_item(&d, NULL, "http://a.example/1", "One", 1, "t");
    poll_paper(&d);
    add_item(&d, NULL, "http://a.example/1", "Changed", 5, "u");
    poll_paper(&d);
    assert_news(&d, "One");
    desk_close(&d);
}

static void an_edit_that_brings_another_guid_is_known_by_page_and_date(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    add_item(&d, "a", "http://a.example/1", "One", 1, "t");
    add_item(&d, "http://a.example/2#0", "http://a.example/2", "Two", 2, "t");
    poll_paper(&d);
    add_item(&d, "b", "http://a.example/1", "Changed", 1, "u");
    add_item(&d, "http://a.example/2#1", "http://a.example/2", "Also", 5, "u"); /* a guid that counts the revisions of the page */
    poll_paper(&d);
    assert_news(&d, "One Two");
    desk_close(&d);
}

/* A date without a time of day is no sign that two items are one. */
static void another_item_under_a_known_guid_of_the_same_day_is_new(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    d.minute = 0;
    add_item(&d, "1", "http://a.example/1", "One", 0, "a");
    poll_paper(&d);
    add_item(&d, "1", "http://a.example/2", "Two", 0, "b");
    poll_paper(&d);
    assert_news(&d, "One Two");
    desk_close(&d);
}

/* Else consumers would take them for one. */
static void items_that_share_a_guid_have_ids_of_their_own(void **state)
{
    (void)state;
    struct desk d;
    struct arena arena = {0};
    struct message m;
    int64_t row = 0, added;
    struct sv ids[6];
    desk_start(&d, NULL);
    add_item(&d, "0", "http://a.example/1?utm_source=a", "One", 1, "t");
    add_item(&d, "0", "http://a.example/2?utm_source=a", "Two", 2, "t");
    add_item(&d, "0", "http://a.example/", "Three", 3, "t");
    add_item(&d, "0", "http://a.example/", "Four", 4, "t");
    add_item(&d, NULL, "http://a.example/", "Five", 4, "t");
    add_item(&d, "http://a.example/", "http://a.example/", "Six", 4, "t");
    poll_paper(&d);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(store_outbox_next(d.store, SV_NONE, row, &arena, &row, &m, &added), 1);
        ids[i] = m.id;
        for (size_t k = 0; k < i; k++)
            assert_false(sv_eq(ids[k], ids[i]));
        if (i == 1)
            assert_true(sv_find(m.value, SV("\"id\":\"http://a.example/2\"")) > 0);
    }
    arena_free(&arena);
    desk_close(&d);
}

static void an_item_that_is_listed_twice_is_told_once(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int i = 0; i < 2; i++) {
        add_item(&d, "1", "http://a.example/1", "One", 6, "a");
        add_item(&d, "1", "http://a.example/sport/1", "One", 6, "a");
        add_item(&d, NULL, "http://a.example/2?utm_source=x", "Two", UNDATED, "b");
        add_item(&d, NULL, "https://a.example/2", "Two", UNDATED, "b");
        add_item(&d, NULL, NULL, "Three", UNDATED, "b");
        add_item(&d, NULL, NULL, "Three", UNDATED, " b ");
        poll_paper(&d);
        assert_news(&d, i ? "" : "One Two Three");
    }
    desk_close(&d);
}

/* A guid that two items turn out to share after it was trusted: what was known stays known. */
static void a_guid_that_is_shared_later_hides_nothing_and_floods_nothing(void **state)
{
    (void)state;
    for (int order = 0; order < 2; order++) {
        struct desk d;
        desk_start(&d, NULL);
        add_item(&d, "0", "http://a.example/news", "One", 1, "a");
        poll_paper(&d);
        assert_news(&d, "One");
        for (int i = 0; i < 3; i++) {
            static const char *const others[] = {"Two", "Three", "Four"};
            if (order)
                add_item(&d, "0", "http://a.example/news", "One", 1, "a");
            add_item(&d, "0", "http://a.example/news", others[i], 2, "b");
            if (!order)
                add_item(&d, "0", "http://a.example/news", "One", 1, "a");
            poll_paper(&d);
            assert_news(&d, others[i]);
        }
        desk_close(&d);
    }
}

static void another_item_under_a_known_guid_is_new(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    add_item(&d, "top", "http://a.example/1", "One", 1, "a");
    poll_paper(&d);
    add_item(&d, "top", "http://a.example/2", "Two", 2, "b");
    poll_paper(&d);
    add_item(&d, "top", "http://a.example/3", "Three", 3, "c");
    poll_paper(&d);
    add_item(&d, "top", "http://a.example/1", "One", 1, "a");
    poll_paper(&d);
    assert_news(&d, "One Two Three");
    desk_close(&d);
}

static void an_item_that_comes_back_weeks_later_is_not_new(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    add_item(&d, "1", "http://a.example/1", "One", 1, "t");
    add_item(&d, NULL, "http://a.example/2", "Two", 1, "t");
    poll_paper(&d);
    assert_news(&d, "One Two");
    for (int day = 0; day < 55; day++) {
        add_item(&d, "3", "http://a.example/3", "Three", 1, "t");
        poll_paper(&d);
        assert_true(store_tidy(d.store, d.now, 60 * MS_DAY) && store_commit(d.store));
        assert_news(&d, day ? "" : "Three");
        d.now += MS_DAY;
    }
    add_item(&d, "1", "http://a.example/1", "One", 1, "t");
    add_item(&d, NULL, "http://a.example/2", "Two", 1, "t");
    add_item(&d, "3", "http://a.example/3", "Three", 1, "t");
    poll_paper(&d);
    assert_news(&d, "");
    desk_close(&d);
}

/* What is shown for months is not forgotten, with none of its keys: even when its guid changes then. */
static void an_item_that_stays_for_months_keeps_all_its_keys(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int day = 0; day < 100; day++) {
        add_item(&d, "1", "http://a.example/1", "One", 1, "t");
        poll_paper(&d);
        assert_true(store_tidy(d.store, d.now, 60 * MS_DAY) && store_commit(d.store));
        d.now += MS_DAY;
    }
    add_item(&d, "other", "https://b.example/1", "One", 1, "t");
    poll_paper(&d);
    assert_news(&d, "One");
    desk_close(&d);
}

/* A link that changed is recorded with the next day's look, and then tells. */
static void what_an_item_is_called_now_is_recorded_once_a_day(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int day = 0; day < 2; day++) {
        add_item(&d, "1", day ? "http://a.example/other" : "http://a.example/1", "One", 1, "t");
        poll_paper(&d);
        d.now += MS_DAY;
    }
    add_item(&d, NULL, "http://a.example/other", "Changed", 2, "u");
    poll_paper(&d);
    assert_news(&d, "One");
    desk_close(&d);
}

static void what_a_sibling_feed_brought_is_known(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    poll_feed(&d, "paper.other");
    add_item(&d, "1", "http://a.example/1", "One", 1, "t");
    poll_paper(&d);
    add_item(&d, "section-1", "http://a.example/1?utm_source=section", "One", 1, "t");
    add_item(&d, "section-2", "http://a.example/2", "Two", 2, "t");
    poll_feed(&d, "paper.other");
    assert_news(&d, "One Two");
    desk_close(&d);
}

/* Both documents are read before one of them is recorded. */
static void what_a_sibling_feed_brings_at_the_same_time_is_told_once(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    poll_feed(&d, "paper.other");
    static const char document[] = "<rss version='2.0'><channel><item><guid>1</guid><title>One</title></item></channel></rss>";
    struct round *a = desk_begin(&d, "paper"), *b = desk_begin(&d, "paper.other");
    assert_true(round_data(a, document, sizeof document - 1) && round_data(b, document, sizeof document - 1));
    assert_true(!round_end(a, true) && !round_end(b, true));
    desk_record(&d, a, "paper");
    desk_record(&d, b, "paper.other");
    assert_news(&d, "One");
    desk_close(&d);
}

/* ---- The document as a whole ---- */

static void a_round_goes_on_under_another_configuration(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, PAPER("timezone \"Europe/Moscow\";") RULE);
    static const char document[] = "<rss version='2.0'><channel><item><guid>1</guid><title>One</title><pubDate>24 Nov 2025 12:00:00</pubDate></item></channel></rss>";
    struct round *r = desk_begin(&d, "paper");
    assert_true(round_data(r, document, sizeof document - 1));
    desk_configure(&d, PAPER("timezone \"Asia/Tokyo\";") RULE); /* the old one is gone */
    round_adopt(r, d.setup, table_get(&d.setup->conf->feeds_by_id, SV("paper")));
    desk_end(&d, r, "paper", true);
    struct arena arena = {0};
    struct message m;
    int64_t row = 0, added;
    assert_int_equal(store_outbox_next(d.store, SV_NONE, row, &arena, &row, &m, &added), 1);
    assert_true(sv_find(m.value, SV("2025-11-24T03:00:00Z")) > 0);
    arena_free(&arena);
    assert_news(&d, "One");
    desk_close(&d);
}

/* Only the second date tells that the first is of November. */
static void what_only_the_whole_document_dates_is_told_at_its_end(void **state)
{
    (void)state;
    struct desk d;
    desk_open(&d, PAPER("backlog 12h;") RULE);
    static const char *const dates[] = {"11/10/2025 10:00", "11/24/2025 10:00", "11/12/2025 10:00"};
    for (int poll = 0; poll < 3; poll++) {
        for (int i = 0; i < 2 + (poll > 0); i++)
            buf_printf(&d.document, "<item><guid>%d</guid><title>T%d</title><pubDate>%s</pubDate></item>", i, i, dates[i]);
        poll_paper(&d);
        assert_news(&d, poll == 0 ? "T1" : poll == 1 ? "T2" : "");
    }
    desk_close(&d);
}

/* ---- What the first schema recorded ---- */

static void record_as_before(struct desk *d, const char *id)
{
    const struct sv part = sv_of(id);
    const struct digest digest = hash_digest(&part, 1);
    assert_true(store_key_save(d->store, SV("paper"), &digest, &(struct store_key){.day = d->now / MS_DAY}));
}

static void what_an_older_version_recorded_is_known_and_then_has_all_its_keys(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    record_as_before(&d, "urn:1");
    record_as_before(&d, "http://a.example/?p=2");
    record_as_before(&d, "http://www.a.example/3?utm_source=rss");
    assert_true(store_commit(d.store));
    for (int i = 0; i < 2; i++) {
        add_item(&d, i ? "other" : "urn:1", "http://a.example/1", "One", 1, "t");
        add_item(&d, i ? "https://b.example/?p=2" : "http://a.example/?p=2", "http://a.example/2", "Two", 2, "t");
        add_item(&d, NULL, i ? "https://b.example/3" : "http://www.a.example/3?utm_source=rss", "Three", 3, "t");
        add_item(&d, "urn:4", "http://a.example/4", "Four", 4, "t");
        poll_paper(&d);
    }
    assert_news(&d, "Four");
    desk_close(&d);
}

/* It saw one item where there were many: those that are old stay untold. */
static void what_an_older_version_hid_under_one_guid_is_told_where_it_is_news(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, PAPER("backlog 2h;") RULE);
    record_as_before(&d, "0");
    assert_true(store_commit(d.store));
    for (int i = 0; i < 2; i++) {
        add_item(&d, "0", "http://a.example/1", "One", 1, "t");
        add_item(&d, "0", "http://a.example/2", "Two", 2, "t");
        add_item(&d, "0", "http://a.example/3", "Three", 15, "t"); /* of the last hours */
        poll_paper(&d);
        assert_news(&d, i ? "" : "Three");
    }
    desk_close(&d);
}

static void at_the_first_poll_what_is_old_is_recorded_untold(void **state)
{
    (void)state;
    struct desk d;
    desk_open(&d, PAPER("backlog 2h;") RULE);
    for (int i = 0; i < 2; i++) {
        add_item(&d, "1", "http://a.example/1", "One", 1, "t");
        add_item(&d, "2", "http://a.example/2", "Two", UNDATED, "t");
        add_item(&d, "3", "http://a.example/3", "Three", 15, "t");
        poll_paper(&d);
        assert_news(&d, i ? "" : "Three");
    }
    desk_close(&d);
}

#define TEST(name) cmocka_unit_test(name)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_edited_item_is_known_by_its_guid), TEST(an_edited_item_is_known_by_its_link), TEST(an_edit_that_brings_another_guid_is_known_by_page_and_date),
        TEST(another_item_under_a_known_guid_of_the_same_day_is_new),
        TEST(items_that_share_a_guid_have_ids_of_their_own),
        TEST(an_item_that_is_listed_twice_is_told_once), TEST(a_guid_that_is_shared_later_hides_nothing_and_floods_nothing),
        TEST(another_item_under_a_known_guid_is_new), TEST(an_item_that_comes_back_weeks_later_is_not_new),
        TEST(an_item_that_stays_for_months_keeps_all_its_keys), TEST(what_an_item_is_called_now_is_recorded_once_a_day),
        TEST(what_a_sibling_feed_brought_is_known),
        TEST(what_a_sibling_feed_brings_at_the_same_time_is_told_once), TEST(what_an_older_version_recorded_is_known_and_then_has_all_its_keys),
        TEST(what_an_older_version_hid_under_one_guid_is_told_where_it_is_news), TEST(at_the_first_poll_what_is_old_is_recorded_untold),
        TEST(a_round_goes_on_under_another_configuration), TEST(what_only_the_whole_document_dates_is_told_at_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
