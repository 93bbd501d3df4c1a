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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_comes_back_whole),
        cmocka_unit_test(rows_keep_their_order_and_a_number_is_never_used_again),
        cmocka_unit_test(a_refused_row_stays_and_is_not_offered_again),
        cmocka_unit_test(a_row_that_cannot_be_read_does_not_hold_up_the_others),
        cmocka_unit_test(a_row_is_loaded_whether_it_waits_or_was_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
