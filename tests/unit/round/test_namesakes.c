/* Items of one title: the same one under other keys, or a new one that is called as yesterday's. */
#include "desk.h"

/* Another guid, date and text on yesterday's page under yesterday's title. */
static void todays_briefing_is_new(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int day = 0; day < 4; day++) {
        char guid[16];
        snprintf(guid, sizeof guid, "brief-%d", day);
        for (int i = 0; i < 3; i++) /* polled often in between */ {
            add_item(&d, guid, "http://a.example/briefing", "Briefing", 6 + 24 * day, day == 2 ? "the same" : guid);
            add_item(&d, "1", "http://a.example/1", "One", 1, "t");
            poll_paper(&d);
            assert_news(&d, i ? "" : day ? "Briefing" : "Briefing One");
        }
        d.now += MS_DAY;
    }
    desk_close(&d);
}

/* The same when the text is the same too. */
static void todays_briefing_is_new_among_others_even_with_the_same_text(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int day = 0; day < 3; day++) {
        char guid[16];
        snprintf(guid, sizeof guid, "brief-%d", day);
        add_item(&d, guid, "http://a.example/briefing", "Briefing", 6 + 24 * day, "Read on");
        add_item(&d, "1", "http://a.example/1", "One", 1, "t");
        add_item(&d, "2", "http://a.example/2", "Two", 1, "t");
        poll_paper(&d);
        assert_news(&d, day ? "Briefing" : "Briefing One Two");
        d.now += MS_DAY;
    }
    desk_close(&d);
}

/* All of a feed's items, each on its page, written anew every day. */
static void todays_texts_under_yesterdays_titles_are_new(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int day = 0; day < 3; day++) {
        char guid[16], text[32];
        static const char *const signs[] = {"Aries", "Taurus", "Gemini"};
        for (int i = 0; i < 3; i++) {
            char link[64];
            snprintf(guid, sizeof guid, "%d-%d", i, day);
            snprintf(text, sizeof text, "A day like %d", day);
            snprintf(link, sizeof link, "http://a.example/%s", signs[i]);
            add_item(&d, guid, link, signs[i], 6 + 24 * day, text);
        }
        poll_paper(&d);
        assert_news(&d, "Aries Taurus Gemini");
        d.now += MS_DAY;
    }
    desk_close(&d);
}

/* With another number in the query. */
static void a_namesake_on_another_page_of_the_same_script_is_new(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int day = 0; day < 3; day++) {
        char link[64];
        snprintf(link, sizeof link, "http://a.example/story.php?id=%d", day);
        add_item(&d, NULL, link, "Briefing", 6 + 24 * day, "t");
        add_item(&d, NULL, "http://a.example/1", "One", 1, "t");
        add_item(&d, NULL, "http://a.example/2", "Two", 1, "t");
        poll_paper(&d);
        assert_news(&d, day ? "Briefing" : "Briefing One Two");
        d.now += MS_DAY;
    }
    desk_close(&d);
}

static void namesakes_of_one_document_are_all_new(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int i = 0; i < 2; i++) {
        add_item(&d, "1", "http://a.example/briefing", "Briefing", 6, "a");
        add_item(&d, "2", "http://a.example/briefing", "Briefing", 30, "b");
        add_item(&d, NULL, "http://a.example/news", "News", 6, "a");
        add_item(&d, NULL, "http://a.example/news", "News", 30, "b");
        poll_paper(&d);
        assert_news(&d, i ? "" : "Briefing Briefing News News");
    }
    desk_close(&d);
}

static void namesakes_of_one_minute_are_told_apart_by_their_texts(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int n = 0; n < 6; n++) {
        char guid[16];
        for (int i = 0; i <= n; i++) {
            snprintf(guid, sizeof guid, "%d", i);
            add_item(&d, guid, NULL, "Warning", 1, guid);
        }
        poll_paper(&d);
        assert_news(&d, "Warning");
    }
    desk_close(&d);
}

/* A date without a time of day is no sign that two items are one. */
static void namesakes_of_one_day_on_other_pages_are_new(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    d.minute = 0;
    add_item(&d, "1", "http://a.example/berlin", "Weather", 0, "Read on");
    poll_paper(&d);
    add_item(&d, "1", "http://a.example/berlin", "Weather", 0, "Read on");
    add_item(&d, "2", "http://a.example/munich", "Weather", 0, "Read on");
    poll_paper(&d);
    assert_news(&d, "Weather Weather");
    desk_close(&d);
}

/* Each in its own section, with a guid of its own. */
static void a_story_under_other_keys_is_known_by_title_date_and_text(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    poll_feed(&d, "paper.other");
    add_item(&d, "1", "http://a.example/news/1", "One", 1, "t");
    add_item(&d, "2", "http://a.example/news/2", "Two", 2, "t");
    add_item(&d, "3", "http://a.example/news/3", "Three", 2, "t");
    poll_paper(&d);
    assert_news(&d, "One Two Three");
    add_item(&d, "s1", "http://a.example/sport/1", "One", 1, "t");
    add_item(&d, "s2", "http://a.example/sport/2", "Two", 2, "u"); /* another text */
    add_item(&d, "s3", "http://a.example/sport/3", "Three", 3, "t"); /* another date */
    add_item(&d, "s4", "http://a.example/sport/4", "Four", 4, "t");
    add_item(&d, "s5", "http://a.example/sport/5", "Five", 5, "t");
    add_item(&d, "s6", "http://a.example/sport/6", "Six", 6, "t");
    add_item(&d, "s7", "http://a.example/sport/7", "Seven", 7, "t");
    poll_feed(&d, "paper.other");
    assert_news(&d, "Two Three Four Five Six Seven");
    desk_close(&d);
}

/* Another guid, and a few minutes: the same story, listed again. */
static void a_story_that_is_dated_anew_by_minutes_is_known(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    add_item(&d, "a", "http://a.example/1", "One", 6, "t");
    add_item(&d, NULL, "http://a.example/2", "Two", 6, "t");
    poll_paper(&d);
    d.minute += 10;
    add_item(&d, "b", "http://a.example/1", "One", 6, "u");
    add_item(&d, NULL, "http://b.example/2", "Two", 6, "u");
    poll_paper(&d);
    assert_news(&d, "One Two");
    desk_close(&d);
}

/* Titles alone, on other pages each day: a horoscope. */
static void undated_namesakes_without_texts_are_new_on_other_pages(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int day = 0; day < 3; day++) {
        for (int i = 0; i < 3; i++) {
            static const char *const signs[] = {"Aries", "Taurus", "Gemini"};
            char link[64];
            snprintf(link, sizeof link, "http://a.example/%d/%s", day, signs[i]);
            add_item(&d, NULL, link, signs[i], UNDATED, NULL);
        }
        poll_paper(&d);
        assert_news(&d, "Aries Taurus Gemini");
        d.now += MS_DAY;
    }
    desk_close(&d);
}

#define TEST(name) cmocka_unit_test(name)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(todays_briefing_is_new), TEST(todays_briefing_is_new_among_others_even_with_the_same_text),
        TEST(todays_texts_under_yesterdays_titles_are_new), TEST(a_namesake_on_another_page_of_the_same_script_is_new),
        TEST(namesakes_of_one_document_are_all_new), TEST(namesakes_of_one_minute_are_told_apart_by_their_texts),
        TEST(namesakes_of_one_day_on_other_pages_are_new), TEST(a_story_under_other_keys_is_known_by_title_date_and_text),
        TEST(undated_namesakes_without_texts_are_new_on_other_pages),
        TEST(a_story_that_is_dated_anew_by_minutes_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
