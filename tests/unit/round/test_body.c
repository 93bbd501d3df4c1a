/* A body that is the last one again is not read; one that may be another is. */
#include "desk.h"


static void write_body(struct buf *out, int items, size_t padding)
{
    buf_clear(out);
    buf_str(out, "<rss version='2.0'><channel>");
    for (int i = 0; i < items; i++)
        buf_printf(out, "<item><guid>%d</guid><title>Item-%d</title></item>", i, i);
    for (size_t i = 0; i < padding; i++)
        buf_byte(out, ' ');
    buf_str(out, "</channel></rss>");
}

/* In pieces of `piece` bytes. Was it read? */
static bool reads(struct desk *d, const struct buf *body, size_t piece, bool complete)
{
    struct round *r = desk_begin(d, "paper");
    for (struct sv rest = buf_view(body), part; rest.n; rest = sv_from(rest, part.n)) {
        part = sv_head(rest, piece);
        assert_true(round_data(r, part.p, part.n));
    }
    desk_end(d, r, "paper", complete);
    return !d->unchanged;
}

static void the_last_body_again_is_not_read(void **state)
{
    (void)state;
    struct desk d;
    struct buf body = {0};
    desk_open(&d, NULL);
    write_body(&body, 3, 0);
    assert_true(reads(&d, &body, 1000, true));
    for (size_t piece = 1; piece < 300; piece += 37)
        assert_false(reads(&d, &body, piece, true));
    write_body(&body, 4, 0);
    assert_true(reads(&d, &body, 1000, true));
    assert_false(reads(&d, &body, 1000, true));
    write_body(&body, 3, 0);
    assert_true(reads(&d, &body, 1000, true));
    buf_free(&body);
    desk_close(&d);
}

static void it_is_read_once_a_day_so_that_its_items_are_not_forgotten(void **state)
{
    (void)state;
    struct desk d;
    struct buf body = {0};
    desk_start(&d, NULL);
    write_body(&body, 3, 0);
    assert_true(reads(&d, &body, 1000, true));
    for (int day = 0; day < 100; day++) {
        d.now += MS_DAY;
        assert_true(reads(&d, &body, 1000, true));
        assert_false(reads(&d, &body, 1000, true));
        assert_true(store_tidy(d.store, d.now, 60 * MS_DAY) && store_commit(d.store));
    }
    buf_clear(&d.told);
    assert_true(reads(&d, &body, 1000, false));
    assert_news(&d, "");
    buf_free(&body);
    desk_close(&d);
}

static void settings_that_change_what_is_read_make_it_another(void **state)
{
    (void)state;
    static const char *const changes[] = {"max_items 2;", "max_depth 9;", "max_text 1k;", "max_attributes 3;", "updates on;"};
    struct desk d;
    struct buf body = {0};
    write_body(&body, 3, 0);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char text[300];
        snprintf(text, sizeof text, "poll { %s } " PAPER("") RULE, changes[i]);
        desk_open(&d, NULL);
        assert_true(reads(&d, &body, 1000, true));
        desk_configure(&d, text);
        assert_true(reads(&d, &body, 1000, true));
        assert_false(reads(&d, &body, 1000, true));
        desk_close(&d);
    }
    buf_free(&body);
}

/* Its end may have been a different one. */
static void a_body_that_broke_off_or_a_document_that_was_cut_is_read_each_time(void **state)
{
    (void)state;
    struct desk d;
    struct buf body = {0};
    desk_start(&d, NULL);
    write_body(&body, 3, 0);
    assert_true(reads(&d, &body, 1000, false));
    assert_true(reads(&d, &body, 1000, true));
    assert_true(reads(&d, &body, 1000, false));
    body.n -= 30; /* within the last item */
    for (int i = 0; i < 3; i++)
        assert_true(reads(&d, &body, 1000, true));
    assert_news(&d, "Item-0 Item-1 Item-2");
    buf_free(&body);
    desk_close(&d);
}

static void a_body_too_large_to_hold_is_read_as_it_comes(void **state)
{
    (void)state;
    struct desk d;
    struct buf body = {0};
    desk_start(&d, NULL);
    write_body(&body, 3, 600 << 10);
    assert_true(reads(&d, &body, 16384, true));
    assert_true(reads(&d, &body, 16384, true));
    assert_true(reads(&d, &body, body.n, true));
    assert_news(&d, "Item-0 Item-1 Item-2");
    buf_free(&body);
    desk_close(&d);
}

static void what_was_not_recorded_is_read_again(void **state)
{
    (void)state;
    struct desk d;
    struct buf body = {0};
    desk_start(&d, NULL);
    write_body(&body, 3, 0);
    struct round *r = desk_begin(&d, "paper");
    assert_true(round_data(r, body.p, body.n));
    assert_null(round_end(r, true));
    assert_true(store_begin(d.store) && round_record(r, d.now, tell, &d) && store_end(d.store, false) && store_commit(d.store));
    round_free(&r);
    buf_clear(&d.told);
    assert_true(reads(&d, &body, 1000, true));
    assert_news(&d, "Item-0 Item-1 Item-2");
    buf_free(&body);
    desk_close(&d);
}

static void what_is_no_feed_is_said_to_be_none_each_time(void **state)
{
    (void)state;
    struct desk d;
    desk_start(&d, NULL);
    for (int i = 0; i < 2; i++) {
        struct round *r = desk_begin(&d, "paper");
        assert_true(round_data(r, "plain words", 11));
        assert_non_null(round_end(r, true));
        assert_true(store_begin(d.store) && round_record(r, d.now, tell, &d) && store_end(d.store, true) && store_commit(d.store));
        assert_false(round_unchanged(r));
        round_free(&r);
    }
    desk_close(&d);
}

#define TEST(name) cmocka_unit_test(name)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_last_body_again_is_not_read), TEST(it_is_read_once_a_day_so_that_its_items_are_not_forgotten),
        TEST(settings_that_change_what_is_read_make_it_another), TEST(a_body_that_broke_off_or_a_document_that_was_cut_is_read_each_time),
        TEST(a_body_too_large_to_hold_is_read_as_it_comes), TEST(what_was_not_recorded_is_read_again), TEST(what_is_no_feed_is_said_to_be_none_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
