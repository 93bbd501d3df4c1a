/* Feeds' states and keys of seen items; what a turn's commit keeps, what it drops, what a crash leaves. */
#include "shelf.h"

#include <signal.h>
#include <sys/resource.h>

static const struct store_feed full = {
    .url = {"https://a.example/\0x", 20}, .etag = {"W/\"\xFF\0\"", 7}, .last_modified = {"", 0}, .error = {"HTTP 503", 8},
    .next = NOW + 1, .last_success = NOW - 1, .last_full = 0, .failures = 4000000000u};

static void assert_feed(struct shelf *s, const char *id, const struct store_feed *want)
{
    struct store_feed got;
    assert_int_equal(store_feed_load(s->store, sv_of(id), &s->arena, &got), 1);
    assert_sv(got.url, want->url);
    assert_sv(got.etag, want->etag);
    assert_sv(got.last_modified, want->last_modified);
    assert_sv(got.error, want->error);
    assert_int_equal(got.next, want->next);
    assert_int_equal(got.last_success, want->last_success);
    assert_int_equal(got.last_full, want->last_full);
    assert_int_equal(got.failures, want->failures);
}

static void a_feeds_state_comes_back_byte_for_byte(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    const struct store_feed bare = {.next = TIME_NONE, .last_success = TIME_NONE, .last_full = TIME_NONE};
    struct store_feed none;
    assert_int_equal(store_feed_load(s.store, SV("a"), &s.arena, &none), 0);
    assert_true(store_begin(s.store));
    assert_true(store_feed_save(s.store, SV("a"), &full));
    assert_true(store_feed_save(s.store, SV("a.b"), &bare));
    assert_true(store_end(s.store, true) && store_commit(s.store));
    shelf_reopen(&s);
    assert_feed(&s, "a", &full);
    assert_feed(&s, "a.b", &bare);
    assert_true(store_feed_save(s.store, SV("a"), &bare));
    assert_feed(&s, "a", &bare);
    shelf_close(&s);
}

static void what_is_remembered_of_a_feed_outlives_its_polls(void **state)
{
    (void)state;
    struct shelf s;
    struct store_feed got;
    shelf_open(&s);
    assert_true(store_feed_save(s.store, SV("a"), &full));
    assert_int_equal(store_feed_load(s.store, SV("a"), &s.arena, &got), 1);
    assert_sv(got.body, SV_NONE);
    assert_sv(got.trust, SV_NONE);
    assert_true(store_feed_remember(s.store, SV("a"), ((struct sv){"\0d", 2}), SV("t")));
    assert_true(store_feed_save(s.store, SV("a"), &full));
    assert_int_equal(store_feed_load(s.store, SV("a"), &s.arena, &got), 1);
    assert_sv(got.body, ((struct sv){"\0d", 2}));
    assert_sv(got.trust, SV("t"));
    assert_feed(&s, "a", &full);
    shelf_close(&s);
}

static void a_key_comes_back_with_its_facts_and_marks(void **state)
{
    (void)state;
    static const struct store_key keys[] = {
        {.day = 20000, .has_facts = true, .facts = {1, 0xFFFFFFFFu, 0x01020304u, FACTS_NO_MINUTE}, .shared = true},
        {.day = 20000, .has_facts = true, .facts = {0, 0, 0, -1}, .tracked = true},
        {.day = 20000},
    };
    struct shelf s;
    struct store_key got;
    const struct digest d = digest_of("1");
    shelf_open(&s);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        assert_true(store_key_save(s.store, SV("o"), &d, &keys[i]));
        assert_int_equal(store_key_load(s.store, SV("o"), &d, &got), 1);
        assert_int_equal(got.day, keys[i].day);
        assert_true(got.has_facts == keys[i].has_facts && got.shared == keys[i].shared && got.tracked == keys[i].tracked);
        assert_memory_equal(&got.facts, &keys[i].facts, sizeof got.facts);
    }
    shelf_close(&s);
}

static void an_item_is_new_once_for_each_outlet(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    assert_false(seen(&s, "a", "1"));
    assert_true(sees(&s, "a", "1", NOW));
    assert_false(sees(&s, "a", "1", NOW));
    assert_true(sees(&s, "b", "1", NOW));
    assert_true(sees(&s, "a", "2", NOW));
    shelf_reopen(&s);
    assert_false(sees(&s, "a", "1", NOW + MS_DAY));
    assert_true(seen(&s, "b", "1") && seen(&s, "a", "2") && !seen(&s, "b", "2"));
    shelf_close(&s);
}

static void a_dropped_round_takes_nothing_else_with_it(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    for (int i = 0; i < 3; i++) {
        char id[2] = {(char)('a' + i), 0};
        assert_true(store_begin(s.store));
        assert_true(store_feed_save(s.store, sv_of(id), &full));
        assert_true(sees(&s, "o", id, NOW));
        put(&s, id);
        assert_true(store_end(s.store, i != 1));
    }
    assert_true(store_commit(s.store));
    shelf_reopen(&s);
    struct store_feed f;
    assert_true(seen(&s, "o", "a") && !seen(&s, "o", "b") && seen(&s, "o", "c"));
    assert_int_equal(store_feed_load(s.store, SV("b"), &s.arena, &f), 0);
    assert_string_equal(outbox(&s), "1:a 2:c");
    shelf_close(&s);
}

/* Others see a turn whole or not at all. */
static void a_turn_is_one_transaction(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    assert_true(store_commit(s.store)); /* nothing is open */
    for (int i = 0; i < 2; i++) {
        assert_true(store_begin(s.store));
        put(&s, "x");
        assert_true(store_end(s.store, true));
        assert_int_equal(shelf_number(&s, "SELECT count(*) FROM outbox"), 0);
    }
    assert_true(store_commit(s.store));
    assert_int_equal(shelf_number(&s, "SELECT count(*) FROM outbox"), 2);
    shelf_close(&s);
}

/* One state of the file, however often it is asked; within a turn the turn's own, which goes on behind it. */
static void a_reading_sees_one_state_and_ends_no_turn(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    assert_true(sees(&s, "a", "1", NOW) && store_commit(s.store));
    store_read_begin(s.store);
    assert_true(seen(&s, "a", "1"));
    sqlite3 *other;
    assert_int_equal(sqlite3_open(s.db, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "DELETE FROM seen", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    assert_true(seen(&s, "a", "1"));
    store_read_end(s.store);
    assert_false(seen(&s, "a", "1"));
    assert_true(store_begin(s.store) && sees(&s, "a", "2", NOW) && store_end(s.store, true));
    store_read_begin(s.store);
    assert_true(seen(&s, "a", "2"));
    store_read_end(s.store);
    assert_int_equal(shelf_number(&s, "SELECT count(*) FROM seen"), 0);
    assert_true(store_commit(s.store));
    assert_int_equal(shelf_number(&s, "SELECT count(*) FROM seen"), 1);
    shelf_close(&s);
}

static void closing_without_a_commit_drops_the_turn(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    assert_true(store_begin(s.store));
    assert_true(sees(&s, "o", "1", NOW));
    shelf_reopen(&s);
    assert_false(seen(&s, "o", "1"));
    shelf_close(&s);
}

static bool save_key(struct shelf *s, const char *id)
{
    const struct digest d = digest_of(id);
    return store_key_save(s->store, SV("o"), &d, &(struct store_key){.day = NOW / MS_DAY});
}

static int die_after_two_turns(struct shelf *s)
{
    if (!shelf_try(s))
        return 1;
    for (int i = 0; i < 2; i++) {
        char id[2] = {(char)('a' + i), 0};
        const struct message m = {.id = sv_of(id), .topic = SV("t"), .value = SV("{}")};
        bool good = store_begin(s->store) && save_key(s, id) &&
                    store_feed_save(s->store, sv_of(id), &full) && store_outbox_add(s->store, &m, NOW) && store_end(s->store, true);
        if (!good || (i == 0 && !store_commit(s->store)))
            return 2;
    }
    return 0;
}

static void a_crash_keeps_what_was_committed_and_nothing_else(void **state)
{
    (void)state;
    struct shelf s;
    shelf_make(&s);
    assert_int_equal(shelf_child(&s, die_after_two_turns), 0);
    shelf_reopen(&s);
    struct store_feed f;
    assert_true(seen(&s, "o", "a") && !seen(&s, "o", "b"));
    assert_feed(&s, "a", &full);
    assert_int_equal(store_feed_load(s.store, SV("b"), &s.arena, &f), 0);
    assert_string_equal(outbox(&s), "1:a");
    shelf_close(&s);
}

static bool try_round(struct shelf *s, const char *id, size_t size)
{
    char *bytes = xcalloc(1, size);
    const struct message m = {.id = sv_of(id), .topic = SV("t"), .value = {bytes, size}};
    bool good = store_begin(s->store) && save_key(s, id) && store_outbox_add(s->store, &m, NOW);
    good = store_end(s->store, good) && good;
    free(bytes);
    return good;
}

/* SQLite gives up the whole transaction when it cannot write a page: then the rounds before and after must not seem stored. */
static int fill_the_disk(struct shelf *s)
{
    if (!shelf_try(s) || !try_round(s, "before", 10) || !store_commit(s->store))
        return 1;
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small = {1 << 20, RLIM_INFINITY}, large = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &small);
    if (!try_round(s, "first", 10) || try_round(s, "too large", 32 << 20)) /* more than SQLite's cache */
        return 2;
    if (!*store_error(s->store))
        return 3;
    if (try_round(s, "after", 10))
        return 4;
    if (store_commit(s->store))
        return 5;
    setrlimit(RLIMIT_FSIZE, &large);
    if (seen(s, "o", "first") || seen(s, "o", "after"))
        return 6;
    if (!try_round(s, "again", 10) || !store_commit(s->store))
        return 7;
    return 0;
}

static void a_full_disk_takes_back_the_whole_turn_and_says_so(void **state)
{
    (void)state;
    struct shelf s;
    shelf_make(&s);
    assert_int_equal(shelf_child(&s, fill_the_disk), 0);
    shelf_reopen(&s);
    assert_true(seen(&s, "o", "before") && seen(&s, "o", "again") && !seen(&s, "o", "first") && !seen(&s, "o", "too large"));
    assert_string_equal(outbox(&s), "1:before 2:again");
    shelf_close(&s);
}

/* The same when it is the commit that finds no room. */
static int commit_on_a_full_disk(struct shelf *s)
{
    if (!shelf_try(s) || !try_round(s, "before", 10) || !store_commit(s->store) || !try_round(s, "first", 4 << 10))
        return 1;
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit none = {4096, RLIM_INFINITY}, large = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &none);
    if (store_commit(s->store) || !*store_error(s->store))
        return 2;
    if (!store_commit(s->store)) /* told once */
        return 3;
    setrlimit(RLIMIT_FSIZE, &large);
    if (seen(s, "o", "first"))
        return 4;
    return try_round(s, "first", 10) && store_commit(s->store) ? 0 : 5;
}

static void a_commit_that_fails_can_be_made_again(void **state)
{
    (void)state;
    struct shelf s;
    shelf_make(&s);
    assert_int_equal(shelf_child(&s, commit_on_a_full_disk), 0);
    shelf_reopen(&s);
    assert_string_equal(outbox(&s), "1:before 2:first");
    shelf_close(&s);
}

/* An operator's sqlite3 that writes: we wait for a moment, then go on without, and come again. */
static void a_locked_database_fails_the_round_and_no_later_one(void **state)
{
    (void)state;
    struct shelf s;
    sqlite3 *other;
    shelf_open(&s);
    assert_int_equal(sqlite3_open(s.db, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_false(store_begin(s.store));
    assert_says(store_error(s.store), "locked");
    assert_false(store_end(s.store, false));
    assert_true(store_commit(s.store)); /* nothing was begun */
    sqlite3_close(other);
    assert_true(try_round(&s, "a", 10) && store_commit(s.store));
    assert_string_equal(outbox(&s), "1:a");
    shelf_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feeds_state_comes_back_byte_for_byte),
        cmocka_unit_test(what_is_remembered_of_a_feed_outlives_its_polls),
        cmocka_unit_test(a_key_comes_back_with_its_facts_and_marks),
        cmocka_unit_test(an_item_is_new_once_for_each_outlet),
        cmocka_unit_test(a_dropped_round_takes_nothing_else_with_it),
        cmocka_unit_test(a_turn_is_one_transaction),
        cmocka_unit_test(a_reading_sees_one_state_and_ends_no_turn),
        cmocka_unit_test(closing_without_a_commit_drops_the_turn),
        cmocka_unit_test(a_crash_keeps_what_was_committed_and_nothing_else),
        cmocka_unit_test(a_full_disk_takes_back_the_whole_turn_and_says_so),
        cmocka_unit_test(a_commit_that_fails_can_be_made_again),
        cmocka_unit_test(a_locked_database_fails_the_round_and_no_later_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
