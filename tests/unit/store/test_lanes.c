/* Lanes: what is counted of the outbox whoever changes it, dead letters, marks and counters; and that none of it costs more when more waits. */
#include "shelf.h"

#include "store/inner.h"

static bool add_to(struct shelf *s, const char *topic, const char *id, size_t size)
{
    char *bytes = xcalloc(1, size + 1);
    const struct message m = {.id = sv_of(id), .topic = sv_of(topic), .value = {bytes, size}};
    bool good = store_outbox_add(s->store, &m, NOW);
    free(bytes);
    return good;
}

static void add_some(struct shelf *s)
{
    assert_true(add_to(s, "a", "1", 10) && add_to(s, "b", "2", 20) && add_to(s, "a", "3", 30) && add_to(s, "c", "4", 5000) && add_to(s, "b", "5", 0));
}

static void tell_lane(void *context, const struct store_lane *l)
{
    buf_printf(context, "%.*s%s:%zu+%zu ", SV_ARG(l->topic), l->open ? "*" : "", l->waiting, l->refused);
}

/* "a*:2+1 b:1+0 ": lanes, the open ones with a star, how much waits and is refused. */
static const char *lanes(struct shelf *s)
{
    static struct buf text;
    buf_clear(&text);
    assert_true(store_lanes(s->store, tell_lane, &text));
    return buf_cstr(&text);
}

/* What triggers keep is what is there. */
static void assert_exact(struct shelf *s)
{
    static const char wrong[] =
        "SELECT count(*) FROM (SELECT topic, sum(waiting) w, sum(refused) r, sum(letters) l, sum(bytes) b FROM"
        " (SELECT topic, waiting, refused, letters, bytes FROM lane UNION ALL"
        "  SELECT topic, -(refused IS NULL), -(refused IS NOT NULL), -(stands_for IS NOT NULL), -size FROM outbox) GROUP BY topic)"
        " WHERE w <> 0 OR r <> 0 OR l <> 0 OR b <> 0";
    assert_int_equal(shelf_number(s, wrong), 0);
}

static void counts_are_exact_whoever_changes_the_outbox(void **state)
{
    (void)state;
    struct shelf s;
    struct store_outbox o;
    shelf_open(&s);
    assert_string_equal(lanes(&s), "");
    add_some(&s);
    assert_string_equal(lanes(&s), "a:2+0 b:2+0 c:1+0 ");
    assert_true(store_outbox_count(s.store, &o) && o.waiting == 5 && o.refused == 0);
    assert_int_equal(o.bytes, 5 * 100 + 10 + 20 + 30 + 5000 + 5 * 2 + 5 * 2); /* values, ids and topics, empty headers */
    assert_exact(&s);
    shelf_sql(&s, "UPDATE outbox SET topic = 'd' WHERE id = 1; UPDATE outbox SET refused = 'r' WHERE id = 2;");
    assert_exact(&s);
    assert_string_equal(lanes(&s), "a:1+0 b:1+1 c:1+0 d:1+0 ");
    shelf_sql(&s, "UPDATE outbox SET refused = NULL, topic = 'a', size = 7 WHERE id < 3; DELETE FROM outbox WHERE id IN (3, 4);");
    assert_exact(&s);
    assert_string_equal(lanes(&s), "a:2+0 b:1+0 ");
    shelf_sql(&s, "DELETE FROM outbox");
    assert_exact(&s);
    assert_true(store_outbox_count(s.store, &o) && o.waiting == 0 && o.bytes == 0 && o.oldest == TIME_NONE);
    assert_string_equal(lanes(&s), "");
    shelf_close(&s);
}

static void counts_go_back_with_a_turn_that_is_dropped(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    add_some(&s);
    assert_true(store_begin(s.store) && store_outbox_remove(s.store, 1) && add_to(&s, "new", "6", 1) && store_outbox_refuse(s.store, 2, SV("r")));
    assert_string_equal(lanes(&s), "a:1+0 b:1+1 c:1+0 new:1+0 ");
    assert_true(store_end(s.store, false));
    assert_string_equal(lanes(&s), "a:2+0 b:2+0 c:1+0 ");
    assert_true(store_commit(s.store));
    assert_true(store_begin(s.store) && store_outbox_remove(s.store, 1) && store_end(s.store, true));
    shelf_reopen(&s);
    assert_string_equal(lanes(&s), "a:2+0 b:2+0 c:1+0 ");
    assert_exact(&s);
    shelf_close(&s);
}

static void a_lane_offers_its_own_rows_in_order(void **state)
{
    (void)state;
    struct shelf s;
    int64_t row, added;
    struct message m;
    shelf_open(&s);
    add_some(&s);
    assert_int_equal(store_outbox_next(s.store, SV("b"), 0, &s.arena, &row, &m, &added), 1);
    assert_int_equal(row, 2);
    assert_int_equal(store_outbox_next(s.store, SV("b"), 2, &s.arena, &row, &m, &added), 1);
    assert_int_equal(row, 5);
    assert_int_equal(store_outbox_next(s.store, SV("b"), 5, &s.arena, &row, &m, &added), 0);
    assert_int_equal(store_outbox_next(s.store, SV("none"), 0, &s.arena, &row, &m, &added), 0);
    shelf_close(&s);
}

/* An operator cannot delete what counts rows, and so hide them. */
static void a_lane_with_rows_cannot_be_deleted_and_an_empty_one_goes_with_its_marks(void **state)
{
    (void)state;
    struct shelf s;
    sqlite3 *db;
    shelf_open(&s);
    add_some(&s);
    assert_true(store_mark(s.store, SV("c"), 0, 5, NULL) && store_mark(s.store, SV("a"), 0, 5, NULL));
    assert_int_equal(sqlite3_open(s.db, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM lane", NULL, NULL, NULL), SQLITE_CONSTRAINT);
    assert_says(sqlite3_errmsg(db), "rows of the outbox are counted here");
    sqlite3_close(db);
    assert_true(store_outbox_remove(s.store, 4) && store_lane_open(s.store, SV("open"), SV_NONE, NULL, 0));
    assert_true(store_tidy(s.store, NOW, MS_DAY) && store_commit(s.store));
    assert_int_equal(shelf_number(&s, "SELECT count(*) FROM lane"), 3);
    assert_int_equal(shelf_number(&s, "SELECT count(*) FROM mark"), 1);
    assert_string_equal(lanes(&s), "a:2+0 b:2+0 open*:0+0 ");
    shelf_close(&s);
}

/* ---- Ids ---- */

static void ids_come_in_pieces_without_those_that_are_none(void **state)
{
    (void)state;
    struct shelf s;
    struct store_id ids[4];
    char hex[33];
    shelf_open(&s);
    assert_true(add_to(&s, "a", "000102030405060708090a0b0c0d0eff", 1) && add_to(&s, "a", "no id", 1) && add_to(&s, "b", "ff", 1) &&
                add_to(&s, "a", "ABCDEF00000000000000000000000000", 1) && add_to(&s, "a", "11111111111111111111111111111111", 1) &&
                add_to(&s, "a", "22222222222222222222222222222222", 1));
    assert_true(store_outbox_refuse(s.store, 5, SV("r")));
    assert_int_equal(store_outbox_ids(s.store, SV("a"), 0, ids, 1), 1);
    assert_int_equal(ids[0].row, 1);
    assert_string_equal(digest_hex(ids[0].event, hex), "000102030405060708090a0b0c0d0eff");
    assert_int_equal(store_outbox_ids(s.store, SV("a"), 1, ids, 4), 1);
    assert_int_equal(ids[0].row, 6);
    assert_int_equal(store_outbox_ids(s.store, SV("a"), 6, ids, 4), 0);
    assert_int_equal(store_outbox_ids(s.store, SV("none"), 0, ids, 4), 0);
    shelf_close(&s);
}

/* ---- Marks ---- */

static void a_lane_comes_back_with_its_marks(void **state)
{
    (void)state;
    struct shelf s;
    struct store_lane_state lane;
    const struct digest event = digest_of("x");
    const struct store_mark marks[] = {{.partition = 2, .offset = INT64_MAX, .event = event, .has_event = true}, {.partition = 0, .offset = 0}};
    shelf_open(&s);
    assert_int_equal(store_lane_load(s.store, SV("t"), &s.arena, &lane), 0);
    assert_true(store_lane_open(s.store, SV("t"), SV("cluster"), marks, 2) && store_commit(s.store));
    shelf_reopen(&s);
    assert_int_equal(store_lane_load(s.store, SV("t"), &s.arena, &lane), 1);
    assert_sv(lane.cluster, SV("cluster"));
    assert_true(lane.open && lane.mark_count == 2 && lane.marks[0].partition == 0 && !lane.marks[0].has_event && lane.marks[0].offset == 0);
    assert_true(lane.marks[1].partition == 2 && lane.marks[1].offset == INT64_MAX && lane.marks[1].has_event);
    assert_memory_equal(&lane.marks[1].event, &event, sizeof event);

    assert_true(store_mark(s.store, SV("t"), 0, 12, &event) && store_mark(s.store, SV("t"), 7, 1, NULL) && store_lane_close(s.store, SV("t")));
    assert_int_equal(store_lane_load(s.store, SV("t"), &s.arena, &lane), 1);
    assert_true(!lane.open && lane.mark_count == 3 && lane.marks[0].offset == 12 && lane.marks[0].has_event && lane.marks[2].partition == 7);
    assert_true(store_lane_open(s.store, SV("t"), SV_NONE, marks, 1) && store_commit(s.store)); /* all of it anew */
    assert_int_equal(store_lane_load(s.store, SV("t"), &s.arena, &lane), 1);
    assert_true(lane.open && lane.mark_count == 1 && lane.marks[0].partition == 2);
    assert_sv(lane.cluster, SV_NONE);
    shelf_close(&s);
}

static void counters_add_up_for_ever(void **state)
{
    (void)state;
    struct shelf s;
    uint64_t counts[STORE_COUNTERS];
    shelf_open(&s);
    assert_true(store_counts(s.store, counts));
    for (int i = 0; i < STORE_COUNTERS; i++)
        assert_int_equal(counts[i], 0);
    assert_true(store_count_add(s.store, STORE_DOUBTFUL, 5000000000) && store_count_add(s.store, STORE_DROPPED, 1));
    shelf_reopen(&s);
    assert_true(store_count_add(s.store, STORE_DOUBTFUL, 2) && store_counts(s.store, counts));
    assert_true(counts[STORE_DOUBTFUL] == 5000000002 && counts[STORE_DROPPED] == 1 && counts[STORE_DELIVERED] == 0 && counts[STORE_DEAD_LETTERS] == 0);
    shelf_close(&s);
}

/* ---- Costs ---- */

static int plan_says(void *says, int columns, char **values, char **names)
{
    (void)names;
    buf_str(says, values[columns - 1]);
    return 0;
}

static void assert_plan(struct shelf *s, enum statement which, const char *part)
{
    struct buf says = {0};
    char *ask = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sqlite3_sql(s->store->statements[which]));
    assert_int_equal(sqlite3_exec(s->store->db, ask, plan_says, &says, NULL), SQLITE_OK);
    assert_says(buf_cstr(&says), part);
    sqlite3_free(ask);
    buf_free(&says);
}

static int steps_of(struct shelf *s, enum statement which)
{
    return sqlite3_stmt_status(s->store->statements[which], SQLITE_STMTSTATUS_VM_STEP, 1);
}

/* What SQLite did for one question of each kind: its steps, and pages that it had to read. */
static int ask_all(struct shelf *s)
{
    static const enum statement asked[] = {LANES, OUTBOX_NEXT, OUTBOX_IDS, OUTBOX_BYTES, LANE_LOAD, OUTBOX_LIST, OUTBOX_ADD, OUTBOX_REMOVE};
    struct store_outbox o;
    struct store_lane_state lane;
    struct store_id ids[3];
    struct message m;
    struct buf text = {0};
    int64_t row, added;
    size_t dropped;
    int steps = 0;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        steps_of(s, asked[i]);
    assert_true(store_outbox_count(s->store, &o) && store_lanes(s->store, tell_lane, &text));
    assert_int_equal(store_outbox_next(s->store, SV("b"), 0, &s->arena, &row, &m, &added), 1);
    assert_int_equal(store_outbox_ids(s->store, SV("b"), 0, ids, 3), 3);
    assert_int_equal(store_lane_load(s->store, SV("b"), &s->arena, &lane), 1);
    assert_true(store_outbox_trim(s->store, INT64_MAX, NULL, NULL, &dropped) && dropped == 0);
    assert_true(add_to(s, "b", "x", 1) && store_outbox_remove(s->store, row) && store_commit(s->store) && store_size(s->store) > 0);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        steps += steps_of(s, asked[i]);
    buf_free(&text);
    return steps;
}

static void nothing_costs_more_when_more_waits(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    int few = 0, many, all = 0;
    for (int wanted = 100; wanted <= 20000; wanted *= 200) {
        assert_true(store_begin(s.store));
        for (; all < wanted; all++) {
            char id[33], topic[2] = {(char)('a' + all % 3), 0};
            snprintf(id, sizeof id, "%032x", all);
            assert_true(add_to(&s, topic, id, 50));
            if (all % 10 == 0)
                assert_true(store_outbox_refuse(s.store, all + 1, SV("r")));
        }
        assert_true(store_end(s.store, true) && store_commit(s.store));
        many = ask_all(&s);
        few = few ? few : many;
    }
    if (many > few + 20)
        fail_msg("%d steps when 100 wait, %d when 20000 do", few, many);
    assert_plan(&s, OUTBOX_IDS, "USING COVERING INDEX outbox_waiting (topic=? AND id>?)");
    assert_plan(&s, OUTBOX_NEXT, "USING INDEX outbox_waiting (topic=? AND id>?)");
    assert_plan(&s, LANES, "USING COVERING INDEX outbox_waiting (topic=?)");
    assert_plan(&s, OUTBOX_REMOVE_LETTER, "outbox_stands_for (stands_for=?)");
    shelf_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_exact_whoever_changes_the_outbox),
        cmocka_unit_test(counts_go_back_with_a_turn_that_is_dropped),
        cmocka_unit_test(a_lane_offers_its_own_rows_in_order),
        cmocka_unit_test(a_lane_with_rows_cannot_be_deleted_and_an_empty_one_goes_with_its_marks),
        cmocka_unit_test(ids_come_in_pieces_without_those_that_are_none),
        cmocka_unit_test(a_lane_comes_back_with_its_marks),
        cmocka_unit_test(counters_add_up_for_ever),
        cmocka_unit_test(nothing_costs_more_when_more_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
