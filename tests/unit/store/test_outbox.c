/* The outbox: whole messages, in the order they came, numbered for ever. */
#include "shelf.h"

static void a_message_comes_back_whole(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    struct message_header headers[] = {{SV("ce_id"), SV("\"quoted\\\"\n\x7F ё 中 😀")}, {SV("empty"), SV("")}, {SV("rules"), SV("a,b")}};
    const struct message whole = {SV("00ff"), SV("news.iran"), SV("key\0\xFE"), SV("{\"a\":\"\0\xFF\"}"), headers, 3};
    const struct message bare = {.id = SV("1"), .topic = SV("t"), .value = SV("")}, unkeyed = {.id = SV("2"), .topic = SV("t"), .key = SV("")};
    assert_true(store_outbox_add(s.store, &whole, NOW) && store_outbox_add(s.store, &bare, NOW + 1) && store_outbox_add(s.store, &unkeyed, 0));
    shelf_reopen(&s);
    int64_t row, added;
    struct message m;
    assert_int_equal(store_outbox_next(s.store, SV_NONE, 0, &s.arena, &row, &m, &added), 1);
    assert_int_equal(row, 1);
    assert_int_equal(added, NOW);
    assert_sv(m.id, whole.id);
    assert_sv(m.topic, whole.topic);
    assert_sv(m.key, whole.key);
    assert_sv(m.value, whole.value);
    assert_int_equal(m.header_count, 3);
    for (int i = 0; i < 3; i++) {
        assert_sv(m.headers[i].name, headers[i].name);
        assert_sv(m.headers[i].value, headers[i].value);
    }
    assert_int_equal(store_outbox_next(s.store, SV_NONE, 1, &s.arena, &row, &m, &added), 1);
    assert_sv(m.key, SV_NONE);
    assert_sv(m.value, SV(""));
    assert_int_equal(m.header_count, 0);
    assert_int_equal(store_outbox_next(s.store, SV_NONE, 2, &s.arena, &row, &m, &added), 1);
    assert_sv(m.key, SV(""));
    assert_int_equal(store_outbox_next(s.store, SV_NONE, 3, &s.arena, &row, &m, &added), 0);
    shelf_close(&s);
}

static void rows_keep_their_order_and_a_number_is_never_used_again(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    put(&s, "a"), put(&s, "b"), put(&s, "c");
    assert_string_equal(outbox(&s), "1:a 2:b 3:c");
    assert_true(store_outbox_remove(s.store, 3) && store_outbox_remove(s.store, 1));
    put(&s, "d");
    assert_string_equal(outbox(&s), "2:b 4:d");
    assert_true(store_outbox_remove(s.store, 2) && store_outbox_remove(s.store, 4));
    assert_true(store_outbox_remove(s.store, 4)); /* what is not there is removed already */
    shelf_reopen(&s);
    put(&s, "e");
    assert_string_equal(outbox(&s), "5:e");
    shelf_close(&s);
}

static void a_refused_row_stays_and_is_not_offered_again(void **state)
{
    (void)state;
    struct shelf s;
    struct store_outbox o;
    shelf_open(&s);
    assert_true(store_outbox_count(s.store, &o));
    assert_true(o.waiting == 0 && o.refused == 0 && o.oldest == TIME_NONE);
    const struct message m = {.id = SV("a"), .topic = SV("t"), .value = SV("v")};
    assert_true(store_outbox_add(s.store, &m, NOW) && store_outbox_add(s.store, &m, NOW + 5) && store_outbox_add(s.store, &m, NOW + 9));
    assert_true(store_outbox_count(s.store, &o));
    assert_true(o.waiting == 3 && o.refused == 0 && o.oldest == NOW);
    assert_true(store_outbox_refuse(s.store, 1, SV("too large")));
    shelf_reopen(&s);
    assert_true(store_outbox_count(s.store, &o));
    assert_true(o.waiting == 2 && o.refused == 1 && o.oldest == NOW + 5);
    assert_string_equal(outbox(&s), "2:a 3:a");
    assert_int_equal(shelf_number(&s, "SELECT count(*) FROM outbox WHERE id = 1 AND refused = 'too large' AND value = CAST('v' AS BLOB)"), 1);
    shelf_close(&s);
}

static void a_row_that_cannot_be_read_does_not_hold_up_the_others(void **state)
{
    (void)state;
    struct shelf s;
    struct store_outbox o;
    shelf_open(&s);
    put(&s, "a"), put(&s, "b"), put(&s, "c");
    shelf_sql(&s, "UPDATE outbox SET headers = '[\"ce_id\"' WHERE id = 1; UPDATE outbox SET headers = '[\"a\"]' WHERE id = 2;");
    assert_string_equal(outbox(&s), "3:c");
    assert_true(store_outbox_count(s.store, &o));
    assert_true(o.waiting == 1 && o.refused == 2);
    shelf_close(&s);
}

static void a_row_is_loaded_whether_it_waits_or_was_refused(void **state)
{
    (void)state;
    struct shelf s;
    struct message_header header = {SV("rules"), SV("a,b")};
    const struct message m = {SV("00ff"), SV("news.iran"), SV("key"), SV("{}"), &header, 1};
    struct message found;
    shelf_open(&s);
    assert_true(store_outbox_add(s.store, &m, NOW) && store_outbox_add(s.store, &m, NOW) && store_outbox_refuse(s.store, 2, SV("too large")));
    for (int64_t row = 1; row <= 2; row++) {
        assert_int_equal(store_outbox_load(s.store, row, &s.arena, &found), 1);
        assert_sv(found.id, m.id);
        assert_sv(found.topic, m.topic);
        assert_sv(found.key, m.key);
        assert_sv(found.value, m.value);
        assert_int_equal(found.header_count, 1);
        assert_sv(found.headers[0].value, header.value);
    }
    assert_int_equal(store_outbox_load(s.store, 3, &s.arena, &found), 0);
    shelf_sql(&s, "UPDATE outbox SET headers = '[\"ce_id\"' WHERE id = 1;");
    assert_int_equal(store_outbox_load(s.store, 1, &s.arena, &found), 1);
    assert_sv(found.value, m.value);
    shelf_close(&s);
}

/* ---- Dead letters ---- */

static bool letter(struct shelf *s, int64_t row)
{
    const struct message m = {.id = SV("letter"), .topic = SV("dead"), .value = SV("{}")};
    return store_outbox_dead_letter(s->store, row, &m, NOW);
}

static void list_row(void *context, const struct store_row *r)
{
    buf_printf(context, "%lld:%.*s@%.*s", (long long)r->row, SV_ARG(r->event), SV_ARG(r->topic));
    if (r->refused.p)
        buf_printf(context, "(%.*s)", SV_ARG(r->refused));
    if (r->stands_for)
        buf_printf(context, "->%lld", (long long)r->stands_for);
    buf_byte(context, ' ');
}

static const char *listed(struct shelf *s, int64_t after, size_t most)
{
    static struct buf text;
    buf_clear(&text);
    assert_true(store_outbox_list(s->store, after, most, list_row, &text));
    return buf_cstr(&text);
}

/* "2+1": what waits, and what is refused and has no dead letter under way. */
static const char *counted(struct shelf *s)
{
    static char text[64];
    struct store_outbox o;
    assert_true(store_outbox_count(s->store, &o));
    snprintf(text, sizeof text, "%zu+%zu", o.waiting, o.refused);
    return text;
}

static void start_with_a_dead_letter(struct shelf *s)
{
    shelf_open(s);
    put(s, "a"), put(s, "b");
    assert_true(store_outbox_refuse(s->store, 1, SV("too large")));
    assert_string_equal(counted(s), "1+1");
    assert_true(letter(s, 1));
    assert_string_equal(listed(s, 0, 10), "1:a@news(too large) 2:b@news 3:letter@dead->1 ");
    assert_string_equal(counted(s), "2+0"); /* one alert, counted once */
}

static void a_delivered_dead_letter_takes_the_refused_alert_with_it(void **state)
{
    (void)state;
    struct shelf s;
    start_with_a_dead_letter(&s);
    assert_true(letter(&s, 1) && letter(&s, 2) && letter(&s, 99)); /* it has one; it is not refused; it is not there */
    assert_string_equal(listed(&s, 2, 10), "3:letter@dead->1 ");
    assert_true(store_outbox_remove(s.store, 3));
    assert_string_equal(listed(&s, 0, 10), "2:b@news ");
    assert_string_equal(counted(&s), "1+0");
    shelf_close(&s);
}

static void a_dead_letter_that_is_refused_too_leaves_the_alert_with_both_reasons(void **state)
{
    (void)state;
    struct shelf s;
    start_with_a_dead_letter(&s);
    assert_true(store_outbox_refuse(s.store, 3, SV("no right")));
    assert_string_equal(listed(&s, 0, 10), "1:a@news(too large; its dead letter: no right) 2:b@news ");
    assert_string_equal(counted(&s), "1+1");
    shelf_close(&s);
}

static void the_operator_lets_a_refused_alert_wait_again_or_go(void **state)
{
    (void)state;
    struct shelf s;
    start_with_a_dead_letter(&s);
    assert_int_equal(store_outbox_retry(s.store, 2), 0); /* it waits already */
    assert_int_equal(store_outbox_retry(s.store, 99), 0);
    assert_int_equal(store_outbox_retry(s.store, 1), 1);
    assert_string_equal(listed(&s, 0, 10), "1:a@news 2:b@news ");
    assert_string_equal(counted(&s), "2+0");
    assert_true(store_outbox_refuse(s.store, 1, SV("r")) && letter(&s, 1));
    assert_int_equal(store_outbox_drop(s.store, 1), 1);
    assert_int_equal(store_outbox_drop(s.store, 1), 0);
    assert_string_equal(listed(&s, 0, 10), "2:b@news ");
    assert_true(store_outbox_refuse(s.store, 2, SV("r")) && letter(&s, 2));
    assert_int_equal(store_outbox_drop(s.store, 5), 1); /* the letter */
    assert_string_equal(listed(&s, 0, 10), "");
    assert_string_equal(counted(&s), "0+0");
    shelf_close(&s);
}

static void what_an_operator_deletes_by_hand_leaves_nothing_wrong(void **state)
{
    (void)state;
    struct shelf s;
    start_with_a_dead_letter(&s);
    shelf_sql(&s, "DELETE FROM outbox WHERE id = 3");
    assert_string_equal(counted(&s), "1+1");
    assert_true(letter(&s, 1));
    shelf_sql(&s, "DELETE FROM outbox WHERE id = 1");
    assert_string_equal(counted(&s), "2+0");
    assert_true(store_outbox_remove(s.store, 4));
    assert_string_equal(listed(&s, 0, 10), "2:b@news ");
    assert_string_equal(counted(&s), "1+0");
    shelf_close(&s);
}

static void a_list_comes_in_pieces(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    put(&s, "a"), put(&s, "b"), put(&s, "c");
    assert_string_equal(listed(&s, 0, 2), "1:a@news 2:b@news ");
    assert_string_equal(listed(&s, 2, SIZE_MAX), "3:c@news ");
    assert_string_equal(listed(&s, 3, 2), "");
    shelf_close(&s);
}

/* ---- Against a full disk ---- */

static bool is_second(void *context, int64_t row)
{
    ++*(int *)context;
    return row == 2;
}

static void the_oldest_go_until_it_is_small_enough_but_those_that_are_spared(void **state)
{
    (void)state;
    struct shelf s;
    struct store_outbox o;
    size_t dropped;
    int asked = 0;
    shelf_open(&s);
    for (int i = 0; i < 6; i++)
        put(&s, "x");
    assert_true(store_outbox_refuse(s.store, 3, SV("r")) && store_outbox_count(s.store, &o));
    uint64_t row = o.bytes / 6;
    assert_true(store_outbox_trim(s.store, o.bytes, is_second, &asked, &dropped) && dropped == 0 && asked == 0);
    assert_true(store_outbox_trim(s.store, 4 * row, is_second, &asked, &dropped) && dropped == 2);
    assert_string_equal(listed(&s, 0, 10), "2:x@news 4:x@news 5:x@news 6:x@news ");
    assert_true(store_outbox_trim(s.store, 0, is_second, &asked, &dropped) && dropped == 3);
    assert_true(store_outbox_trim(s.store, 0, is_second, &asked, &dropped) && dropped == 0); /* and it ends */
    assert_true(store_outbox_trim(s.store, 0, NULL, NULL, &dropped) && dropped == 1 && store_commit(s.store));
    for (int i = 0; i < 1200; i++) {
        assert_true(store_begin(s.store));
        put(&s, "x");
        assert_true(store_end(s.store, true));
    }
    size_t all = 0;
    int calls = 0;
    for (dropped = 1; dropped; all += dropped, calls++)
        assert_true(store_outbox_trim(s.store, 0, NULL, NULL, &dropped) && dropped <= 500);
    assert_true(all == 1200 && calls == 4 && store_commit(s.store));
    shelf_close(&s);
}

/* A refused alert and its dead letter are one. */
static void an_alert_that_goes_takes_its_dead_letter(void **state)
{
    (void)state;
    struct shelf s;
    size_t dropped;
    start_with_a_dead_letter(&s);
    assert_true(store_outbox_trim(s.store, 2 * 110, NULL, NULL, &dropped) && dropped == 1);
    assert_string_equal(listed(&s, 0, 10), "2:b@news ");
    shelf_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_comes_back_whole),
        cmocka_unit_test(rows_keep_their_order_and_a_number_is_never_used_again),
        cmocka_unit_test(a_refused_row_stays_and_is_not_offered_again),
        cmocka_unit_test(a_row_that_cannot_be_read_does_not_hold_up_the_others),
        cmocka_unit_test(a_row_is_loaded_whether_it_waits_or_was_refused),
        cmocka_unit_test(a_delivered_dead_letter_takes_the_refused_alert_with_it),
        cmocka_unit_test(a_dead_letter_that_is_refused_too_leaves_the_alert_with_both_reasons),
        cmocka_unit_test(the_operator_lets_a_refused_alert_wait_again_or_go),
        cmocka_unit_test(what_an_operator_deletes_by_hand_leaves_nothing_wrong),
        cmocka_unit_test(a_list_comes_in_pieces),
        cmocka_unit_test(the_oldest_go_until_it_is_small_enough_but_those_that_are_spared),
        cmocka_unit_test(an_alert_that_goes_takes_its_dead_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
