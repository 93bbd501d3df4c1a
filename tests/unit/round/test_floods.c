/* Feeds that change what their items are called bring no flood, and what is really new in the same document is told all the same. */
#include "desk.h"

/* How a feed writes item `n` at poll `poll`. */
typedef void write_item(struct desk *, int n, int poll);

static const char *const words[] = {"One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"};

static char *text(const char *format, int a, int b)
{
    static char ring[8][96];
    static int at;
    char *s = ring[at++ % 8];
    snprintf(s, sizeof ring[0], format, a, b);
    return s;
}

/* Three items, then a new one at each of four polls: nothing but the new one is told. */
static void no_flood(write_item *write)
{
    struct desk d;
    desk_start(&d, NULL);
    for (int n = 0; n < 3; n++)
        write(&d, n, 0);
    poll_paper(&d);
    assert_news(&d, "One Two Three");
    for (int poll = 1; poll < 7; poll++) {
        for (int n = 0; n < 3 + poll; n++)
            write(&d, n, poll);
        poll_paper(&d);
        assert_news(&d, words[2 + poll]);
    }
    desk_close(&d);
}

static void new_guid(struct desk *d, int n, int poll) { add_item(d, text("%d-%d", n, poll), text("http://a.example/%d", n, 0), words[n], n, "t"); }
static void new_guid_undated(struct desk *d, int n, int poll) { add_item(d, text("%d-%d", n, poll), text("http://a.example/%d", n, 0), words[n], UNDATED, "t"); }
static void new_guid_no_link(struct desk *d, int n, int poll) { add_item(d, text("%d-%d", n, poll), NULL, words[n], n, text("Text %d", n, 0)); }
static void new_guid_home_link(struct desk *d, int n, int poll) { add_item(d, text("%d-%d", n, poll), "http://a.example/", words[n], n, text("Text %d", n, 0)); }
static void new_guid_and_date(struct desk *d, int n, int poll) { add_item(d, text("%d-%d", n, poll), text("http://a.example/%d", n, 0), words[n], 2 * poll, "t"); }
static void new_scheme(struct desk *d, int n, int poll) { add_item(d, NULL, text(poll < 3 ? "http://a.example/%d" : "https://a.example/%d", n, 0), words[n], n, "t"); }
static void new_guid_scheme(struct desk *d, int n, int poll)
{
    add_item(d, text(poll < 3 ? "http://a.example/?p=%d" : "https://a.example/?p=%d", n, 0), text("http://a.example/%d", n, 0), words[n], n, "t");
}
static void new_www(struct desk *d, int n, int poll) { add_item(d, NULL, text(poll < 3 ? "http://a.example/%d" : "https://www.a.example/%d/", n, 0), words[n], n, "t"); }
static void new_domain(struct desk *d, int n, int poll)
{
    add_item(d, text(poll < 3 ? "http://a.example/?p=%d" : "https://b.example/?p=%d", n, 0), text(poll < 3 ? "http://a.example/%d" : "https://b.example/%d", n, 0),
             words[n], n, "t");
}
static void new_cdn(struct desk *d, int n, int poll) { add_item(d, NULL, text("http://cdn%2$d.example/%1$d", n, poll), words[n], n, "t"); }
static void new_cdn_undated(struct desk *d, int n, int poll) { add_item(d, NULL, text("http://cdn%2$d.example/%1$d", n, poll), words[n], UNDATED, "t"); }
static void new_tracking(struct desk *d, int n, int poll)
{
    add_item(d, text("http://a.example/%d?utm_id=%d", n, poll), text("http://a.example/%d?utm_id=%d", n, poll), words[n], n, "t");
}
static void new_cdn_and_date(struct desk *d, int n, int poll) { add_item(d, NULL, text("http://cdn%2$d.example/%1$d", n, poll), words[n], 2 * poll, "t"); }
static void new_unknown_tracking(struct desk *d, int n, int poll) { add_item(d, NULL, text("http://a.example/%d?zqx=%d", n, poll), words[n], n, "t"); }
static void new_guid_and_tracking(struct desk *d, int n, int poll) { add_item(d, text("%d-%d", n, poll), text("http://a.example/%d?at_x=%d", n, poll), words[n], n, "t"); }
static void guid_added(struct desk *d, int n, int poll) { add_item(d, poll < 3 ? NULL : text("%d", n, 0), text("http://a.example/%d", n, 0), words[n], n, "t"); }
static void guid_dropped(struct desk *d, int n, int poll) { add_item(d, poll < 3 ? text("%d", n, 0) : NULL, text("http://a.example/%d", n, 0), words[n], n, "t"); }
static void blank_guid(struct desk *d, int n, int poll) { (void)poll; add_item(d, "  ", text("http://a.example/%d", n, 0), words[n], n, "t"); }
static void one_guid(struct desk *d, int n, int poll) { (void)poll; add_item(d, "0", text("http://a.example/%d", n, 0), words[n], n, "t"); }
static void one_guid_undated(struct desk *d, int n, int poll) { (void)poll; add_item(d, "0", text("http://a.example/%d", n, 0), words[n], UNDATED, "t"); }
static void one_guid_and_link(struct desk *d, int n, int poll) { (void)poll; add_item(d, "0", "http://a.example/news", words[n], n, text("Text %d", n, 0)); }
static void one_link(struct desk *d, int n, int poll) { (void)poll; add_item(d, NULL, "http://a.example/news", words[n], n, text("Text %d", n, 0)); }
static void home_link(struct desk *d, int n, int poll) { (void)poll; add_item(d, NULL, "http://a.example/", words[n], n, text("Text %d", n, 0)); }
static void home_guid(struct desk *d, int n, int poll) { (void)poll; add_item(d, "http://a.example/", "http://a.example/", words[n], UNDATED, text("Text %d", n, 0)); }
static void nothing_but_text(struct desk *d, int n, int poll) { (void)poll; add_item(d, NULL, NULL, words[n], UNDATED, text("Text %d", n, 0)); }
static void fragments(struct desk *d, int n, int poll) { (void)poll; add_item(d, NULL, text("http://a.example/live#post-%d", n, 0), words[n], n, "t"); }

static void new_path(struct desk *d, int n, int poll) { add_item(d, NULL, text("http://a.example/(S(%2$d))/%1$d", n, poll), words[n], n, text("Text %d", n, 0)); }
static void new_path_undated(struct desk *d, int n, int poll) { add_item(d, NULL, text("http://a.example/(S(%2$d))/%1$d", n, poll), words[n], UNDATED, text("Text %d", n, 0)); }
static void new_path_and_text(struct desk *d, int n, int poll) { add_item(d, NULL, text("http://a.example/(S(%2$d))/%1$d", n, poll), words[n], n, text("Text %d, %d views", n, poll)); }
static void new_guid_and_path(struct desk *d, int n, int poll) { add_item(d, text("%d-%d", n, poll), text("http://a.example/%2$d/%1$d", n, poll), words[n], n, "t"); }
static void new_system(struct desk *d, int n, int poll)
{
    add_item(d, text(poll < 3 ? "%d" : "tag:%d", n, 0), text(poll < 3 ? "http://a.example/?p=%d" : "https://b.example/news/%d.html", n, 0), words[n], n, n == 2 ? NULL : "t");
}
static void new_text_alone(struct desk *d, int n, int poll) { add_item(d, NULL, NULL, words[n], n, text("Text %d, %d views", n, poll)); }
static void new_text_and_one_link(struct desk *d, int n, int poll) { add_item(d, NULL, "http://a.example/news", words[n], n, text("Text %d, %d views", n, poll)); }

/* Most stay as they are: the one that does not has its page, its title and its date. */
static void one_with_a_token(struct desk *d, int n, int poll)
{
    add_item(d, NULL, n ? text("http://a.example/%d", n, 0) : text("http://a.example/ad?zqx=%2$d", n, poll), words[n], n, NULL);
}

static void one_undated_among_dated(struct desk *d, int n, int poll)
{
    add_item(d, text("%d-%d", n, poll), text("http://a.example/%d?zqx=%d", n, poll), words[n], n ? n : UNDATED, text("Text %d", n, 0));
}

static void one_without_a_text(struct desk *d, int n, int poll)
{
    add_item(d, NULL, text("http://a.example/show?n=%d&amp;zqx=%d", n, poll), words[n], UNDATED, n ? text("Text %d", n, 0) : NULL);
}

#define NO_FLOOD(name, write) static void name(void **state) { (void)state; no_flood(write); }
NO_FLOOD(guids_that_change_at_every_poll, new_guid)
NO_FLOOD(guids_that_change_at_every_poll_without_dates, new_guid_undated)
NO_FLOOD(guids_that_change_at_every_poll_without_links, new_guid_no_link)
NO_FLOOD(guids_that_change_at_every_poll_with_the_home_page_as_link, new_guid_home_link)
NO_FLOOD(guids_and_dates_that_change_at_every_poll, new_guid_and_date)
NO_FLOOD(http_that_becomes_https, new_scheme)
NO_FLOOD(guids_whose_http_becomes_https, new_guid_scheme)
NO_FLOOD(a_host_that_becomes_www, new_www)
NO_FLOOD(a_new_domain, new_domain)
NO_FLOOD(a_host_for_each_poll, new_cdn)
NO_FLOOD(a_host_for_each_poll_without_dates, new_cdn_undated)
NO_FLOOD(hosts_and_dates_that_change_at_every_poll, new_cdn_and_date)
NO_FLOOD(tracking_that_changes_at_every_poll, new_tracking)
NO_FLOOD(tracking_of_an_unknown_kind_that_changes_at_every_poll, new_unknown_tracking)
NO_FLOOD(guids_and_tracking_that_change_at_every_poll, new_guid_and_tracking)
NO_FLOOD(one_item_without_a_date_among_others_whose_keys_all_change, one_undated_among_dated)
NO_FLOOD(one_item_without_a_text_among_others_whose_keys_all_change, one_without_a_text)
NO_FLOOD(a_session_in_the_path, new_path)
NO_FLOOD(a_session_in_the_path_without_dates, new_path_undated)
NO_FLOOD(a_session_in_the_path_and_a_counter_in_the_text, new_path_and_text)
NO_FLOOD(guids_and_paths_that_change_at_every_poll, new_guid_and_path)
NO_FLOOD(another_system_with_other_guids_hosts_and_paths, new_system)
NO_FLOOD(a_counter_in_texts_without_guids_and_links, new_text_alone)
NO_FLOOD(a_counter_in_texts_with_one_link_for_all, new_text_and_one_link)
NO_FLOOD(one_link_with_a_token_among_links_that_stay, one_with_a_token)
NO_FLOOD(guids_that_are_added_later, guid_added)
NO_FLOOD(guids_that_are_dropped_later, guid_dropped)
NO_FLOOD(blank_guids, blank_guid)
NO_FLOOD(one_guid_for_all, one_guid)
NO_FLOOD(one_guid_for_all_without_dates, one_guid_undated)
NO_FLOOD(one_guid_and_one_link_for_all, one_guid_and_link)
NO_FLOOD(one_link_for_all, one_link)
NO_FLOOD(the_home_page_as_link_of_all, home_link)
NO_FLOOD(the_home_page_as_guid_of_all, home_guid)
NO_FLOOD(neither_guids_nor_links, nothing_but_text)
NO_FLOOD(links_that_differ_in_their_fragment_alone, fragments)

/* One script, one title, and keys that change at every poll: their dates tell them apart. */
static void namesakes_whose_keys_change_at_every_poll(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int poll = 0; poll < 6; poll++) {
        for (int n = 0; n < 5; n++)
            add_item(&d, text("%d-%d", n, poll), text("http://a.example/show?n=%d&amp;zqx=%d", n, poll), n < 3 ? "Ad" : words[n], n, NULL);
        if (poll > 3)
            add_item(&d, text("new-%d", poll, 0), text("http://a.example/show?n=9&amp;zqx=%d", poll, 0), "Ad", 9, NULL);
        poll_paper(&d);
        assert_news(&d, poll == 0 ? "Ad Ad Ad Four Five" : poll == 4 ? "Ad" : "");
    }
    desk_close(&d);
}

/* The beginning of their texts stands for their titles. */
static void a_session_in_the_path_without_titles(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int poll = 0; poll < 3; poll++) {
        for (int n = 0; n < 3; n++)
            add_item(&d, NULL, text("http://a.example/(S(%2$d))/%1$d", n, poll), NULL, n, words[n]);
        poll_paper(&d);
        assert_news(&d, poll ? "" : "  "); /* three empty titles */
    }
    desk_close(&d);
}

/* The number in the list as guid, the newest first: each new item shifts all. */
static void guids_that_are_places_in_the_list(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int poll = 0; poll < 5; poll++) {
        for (int n = 2 + poll, place = 1; n >= 0; n--, place++)
            add_item(&d, text("%d", place, 0), text("http://a.example/%d", n, 0), words[n], n, "t");
        poll_paper(&d);
        assert_news(&d, poll ? words[2 + poll] : "Three Two One");
    }
    desk_close(&d);
}

/* Ten items at thirty polls of one day. */
static void does_not_grow(write_item *write)
{
    struct desk d;
    int64_t after_few = 0;
    desk_start(&d, NULL);
    for (int poll = 0; poll < 30; poll++) {
        for (int n = 0; n < 10; n++)
            write(&d, n, poll);
        poll_paper(&d);
        if (poll == 3)
            after_few = count_of(&d, "SELECT count(*) FROM seen");
    }
    assert_int_equal(count_of(&d, "SELECT count(*) FROM seen"), after_few);
    desk_close(&d);
}

static void new_token_with_guid(struct desk *d, int n, int poll) { add_item(d, text("%d", n, 0), text("http://a.example/%d?zqx=%d", n, poll), words[n], n, "t"); }
static void new_title(struct desk *d, int n, int poll) { add_item(d, text("%d", n, 0), text("http://a.example/%d", n, 0), text("Comments: %2$d", n, poll), n, "t"); }

static void the_store_does_not_grow_with_keys_that_change(void **state)
{
    (void)state;
    static write_item *const kinds[] = {new_guid, new_guid_and_path, new_unknown_tracking, new_token_with_guid, new_title, new_cdn, new_path, new_text_alone};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        does_not_grow(kinds[i]);
}

/* Distrusted, then good again: then a link that changes with the title is no new item, for its guid is known. */
static void guids_that_stay_again_are_trusted_again(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int poll = 0; poll < 12; poll++) {
        for (int n = 0; n < 3 + (poll == 9); n++)
            add_item(&d, text("%d-%d", n, poll < 5 ? poll : 5), text("http://a.example/%d", n, 0), words[n], n, text("At poll %d", poll, 0));
        poll_paper(&d);
        assert_news(&d, poll == 0 ? "One Two Three" : poll == 9 ? "Four" : "");
    }
    for (int n = 0; n < 3; n++)
        add_item(&d, text("%d-%d", n, 5), text("http://a.example/%d-changed", n, 0), text("Changed-%d", n, 0), n, "t");
    poll_paper(&d);
    assert_news(&d, "");
    desk_close(&d);
}

#define TEST(name) cmocka_unit_test(name)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(guids_that_change_at_every_poll), TEST(guids_that_change_at_every_poll_without_dates), TEST(guids_that_change_at_every_poll_without_links),
        TEST(guids_that_change_at_every_poll_with_the_home_page_as_link), TEST(guids_and_dates_that_change_at_every_poll), TEST(http_that_becomes_https),
        TEST(guids_whose_http_becomes_https), TEST(a_host_that_becomes_www), TEST(a_new_domain), TEST(a_host_for_each_poll),
        TEST(a_host_for_each_poll_without_dates), TEST(hosts_and_dates_that_change_at_every_poll), TEST(tracking_that_changes_at_every_poll), TEST(tracking_of_an_unknown_kind_that_changes_at_every_poll),
        TEST(guids_and_tracking_that_change_at_every_poll), TEST(one_item_without_a_date_among_others_whose_keys_all_change), TEST(one_item_without_a_text_among_others_whose_keys_all_change), TEST(a_session_in_the_path), TEST(a_session_in_the_path_without_dates), TEST(a_session_in_the_path_and_a_counter_in_the_text),
        TEST(a_session_in_the_path_without_titles), TEST(guids_and_paths_that_change_at_every_poll), TEST(another_system_with_other_guids_hosts_and_paths),
        TEST(a_counter_in_texts_without_guids_and_links), TEST(a_counter_in_texts_with_one_link_for_all), TEST(one_link_with_a_token_among_links_that_stay),
        TEST(guids_that_are_added_later), TEST(guids_that_are_dropped_later), TEST(blank_guids),
        TEST(one_guid_for_all), TEST(one_guid_for_all_without_dates), TEST(one_guid_and_one_link_for_all), TEST(one_link_for_all),
        TEST(the_home_page_as_link_of_all), TEST(the_home_page_as_guid_of_all), TEST(neither_guids_nor_links), TEST(links_that_differ_in_their_fragment_alone),
        TEST(namesakes_whose_keys_change_at_every_poll), TEST(guids_that_are_places_in_the_list), TEST(the_store_does_not_grow_with_keys_that_change), TEST(guids_that_stay_again_are_trusted_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
