/* `updates on;`: a changed title or text of a known item is matched again, each text once. */
#include "desk.h"

#define WATCH PAPER("updates on;") RULE

static void one(struct desk *d, const char *title, const char *text)
{
    add_item(d, "1", "http://a.example/1", title, 1, text);
    poll_paper(d);
}

static void a_changed_title_or_text_is_told_as_an_update(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, WATCH);
    one(&d, "One", "text");
    assert_news(&d, "One");
    one(&d, "One", "text");
    assert_news(&d, "");
    one(&d, "Changed", "text");
    assert_news(&d, "+Changed");
    one(&d, "Changed", "other text");
    assert_news(&d, "+Changed");
    one(&d, "Changed", "other text");
    assert_news(&d, "");
    desk_close(&d);
}

static void flapping_between_two_texts_is_told_once(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, WATCH);
    for (int i = 0; i < 10; i++) {
        one(&d, i % 2 ? "Two" : "One", "text");
        assert_news(&d, i == 0 ? "One" : i == 1 ? "+Two" : "");
    }
    desk_close(&d);
}

static void a_change_of_white_space_date_or_author_is_none(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, WATCH);
    one(&d, "One story", "Some text");
    add_item(&d, "1", "http://a.example/1", " One \n story ", 5, "&lt;p&gt;Some   text&lt;/p&gt; ");
    poll_paper(&d);
    add_item(&d, "1", "http://a.example/1?x=1", "One story", 5, "Some text</description><author>ann</author><description>");
    poll_paper(&d);
    assert_news(&d, "One story");
    desk_close(&d);
}

static void without_updates_a_change_is_silent(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    one(&d, "One", "text");
    one(&d, "Changed", "other");
    assert_news(&d, "One");
    desk_close(&d);
}

/* What was seen before is taken as it is, even when it has changed since. */
static void switching_updates_on_is_silent(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    one(&d, "One", "text");
    assert_news(&d, "One");
    desk_configure(&d, WATCH);
    one(&d, "Changed", "text");
    assert_news(&d, "");
    one(&d, "Again", "text");
    assert_news(&d, "+Again");
    one(&d, "Changed", "text");
    assert_news(&d, "");
    desk_close(&d);
}

static void what_was_old_at_the_first_poll_is_told_when_it_changes(void **state)
{
    (void)state;
    struct desk d;
    desk_open(&d, PAPER("backlog 0s; updates on;") RULE);
    one(&d, "One", "text");
    one(&d, "Changed", "text");
    assert_news(&d, "+Changed");
    desk_close(&d);
}

static void an_update_is_told_of_an_item_that_did_not_match_before(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, PAPER("updates on;") "rule storm { match storm; }");
    one(&d, "Quiet", "text");
    one(&d, "Storm", "text");
    one(&d, "Calm", "text");
    one(&d, "Quiet", "a storm");
    assert_news(&d, "+Storm +Quiet");
    desk_close(&d);
}

static void a_rule_decides_for_itself(void **state)
{
    (void)state;
    static const struct {
        const char *configuration, *told;
    } rows[] = {
        {PAPER("updates on;") "rule a { match text; updates off; }", "One"},
        {PAPER("") "rule a { match text; updates on; }", "One +Two"},
        {PAPER("updates off;") "rule a { match text; updates on; } rule b { match text; }", "One +Two"},
        {PAPER("") "rule a { match text; } rule b { match none; updates on; }", "One"},
        {"poll { updates on; }" PAPER("") "rule a { match text; }", "One +Two"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct desk d;
        desk_start(&d, rows[i].configuration);
        one(&d, "One", "text");
        one(&d, "Two", "text");
        assert_news(&d, rows[i].told);
        desk_close(&d);
    }
}

static void an_item_known_by_its_link_is_updated_too(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, WATCH);
    static const char *const titles[] = {"One", "Two", "One", "Three"};
    for (int i = 0; i < 4; i++) {
        add_item(&d, NULL, "http://a.example/1", titles[i], 1, "text");
        poll_paper(&d);
    }
    assert_news(&d, "One +Two +Three");
    desk_close(&d);
}

/* Neither guids nor hosts that change are changes of text. */
static void a_change_of_keys_is_no_update(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, WATCH);
    for (int i = 0; i < 6; i++) {
        char guid[16], link[64];
        snprintf(guid, sizeof guid, "%d", i);
        snprintf(link, sizeof link, "http://cdn%d.example/2", i);
        add_item(&d, guid, "http://a.example/1", "One", 1, "text");
        add_item(&d, NULL, link, "Two", 1, "text");
        poll_paper(&d);
    }
    assert_news(&d, "One Two");
    desk_close(&d);
}

/* The event's id is the same whenever it is made, and another one for each text. */
static void the_event_of_an_update_has_an_id_of_its_text(void **state)
{
    (void)state;
    char ids[2][3][40];
    for (int run = 0; run < 2; run++) {
        struct desk d;
        struct arena arena = {0};
        int64_t row = 0, added;
        struct message m;
        desk_start(&d, WATCH);
        one(&d, "One", "text");
        d.now += run * MS_DAY;
        one(&d, "Two", "text");
        one(&d, "Three", "text");
        for (int i = 0; i < 3; i++) {
            assert_int_equal(store_outbox_next(d.store, SV_NONE, row, &arena, &row, &m, &added), 1);
            snprintf(ids[run][i], sizeof ids[run][i], "%.*s", SV_ARG(m.id));
            struct sv type = SV_NONE;
            for (size_t h = 0; h < m.header_count; h++)
                if (sv_eq(m.headers[h].name, SV("ce_type")))
                    type = m.headers[h].value;
            assert_true(sv_eq(type, i ? SV("newswatchd.item.updated") : SV("newswatchd.item.matched")));
        }
        arena_free(&arena);
        desk_close(&d);
    }
    for (int i = 0; i < 3; i++) {
        assert_string_equal(ids[0][i], ids[1][i]);
        assert_string_not_equal(ids[0][i], ids[0][(i + 1) % 3]);
    }
}

#define TEST(name) cmocka_unit_test(name)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_changed_title_or_text_is_told_as_an_update), TEST(flapping_between_two_texts_is_told_once),
        TEST(a_change_of_white_space_date_or_author_is_none), TEST(without_updates_a_change_is_silent), TEST(switching_updates_on_is_silent),
        TEST(what_was_old_at_the_first_poll_is_told_when_it_changes),
        TEST(an_update_is_told_of_an_item_that_did_not_match_before), TEST(a_rule_decides_for_itself), TEST(an_item_known_by_its_link_is_updated_too),
        TEST(a_change_of_keys_is_no_update), TEST(the_event_of_an_update_has_an_id_of_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
