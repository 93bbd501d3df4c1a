/* What fails under a running store: the disk, another program's lock, its files. Nothing that was committed is lost or changed, reading goes
 * on where it can, each writer says so, and all works again as soon as it can, without being opened anew. */
#include "shelf.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

#include "faulty.h"

/* ---- A disk that fails at any moment ---- */

static bool add(struct shelf *s, const char *id, size_t size)
{
    char *bytes = xcalloc(1, size);
    const struct message m = {.id = sv_of(id), .topic = SV("news"), .value = {bytes, size}};
    bool good = store_outbox_add(s->store, &m, NOW);
    free(bytes);
    return good;
}

/* All kinds of writing in one turn, of more pages than a few. */
static bool turn(struct shelf *s)
{
    const struct digest d = digest_of("seen");
    const struct store_mark mark = {.partition = 1, .offset = 7};
    const struct store_feed feed = {.last_success = NOW};
    bool good = store_begin(s->store) && add(s, "new", 40000) && add(s, "newer", 10) && store_outbox_remove(s->store, 1) &&
                store_outbox_refuse(s->store, 2, SV("too large")) && store_key_save(s->store, SV("o"), &d, &(struct store_key){.day = 1}) &&
                store_feed_save(s->store, SV("f"), &feed) && store_lane_open(s->store, SV("news"), SV("c"), &mark, 1) &&
                store_count_add(s->store, STORE_DELIVERED, 3);
    good = store_end(s->store, good) && good;
    good = good && store_tidy(s->store, NOW, MS_DAY);
    return store_commit(s->store) && good;
}

static void assert_before(struct shelf *s)
{
    struct store_outbox o;
    struct store_lane_state lane;
    uint64_t counts[STORE_COUNTERS];
    assert_string_equal(outbox(s), "1:a 2:b 3:c");
    assert_true(store_outbox_count(s->store, &o) && o.waiting == 3 && o.refused == 0);
    assert_false(seen(s, "o", "seen"));
    assert_int_equal(store_lane_load(s->store, SV("news"), &s->arena, &lane), 1);
    assert_true(!lane.open && lane.mark_count == 0);
    assert_true(store_counts(s->store, counts) && counts[STORE_DELIVERED] == 0);
}

static void assert_after(struct shelf *s)
{
    struct store_outbox o;
    struct store_lane_state lane;
    uint64_t counts[STORE_COUNTERS];
    assert_string_equal(outbox(s), "3:c 4:new 5:newer");
    assert_true(store_outbox_count(s->store, &o) && o.waiting == 3 && o.refused == 1);
    assert_true(seen(s, "o", "seen"));
    assert_int_equal(store_lane_load(s->store, SV("news"), &s->arena, &lane), 1);
    assert_true(lane.open && lane.mark_count == 1);
    assert_true(store_counts(s->store, counts) && counts[STORE_DELIVERED] == 3);
}

static void fail_at_each_call(int kinds, int code)
{
    unsigned failed;
    int n = 0;
    faulty_install();
    do {
        struct shelf s;
        shelf_open(&s);
        put(&s, "a"), put(&s, "b"), put(&s, "c");
        faulty_after(kinds, n, code);
        bool good = turn(&s), again = false;
        failed = faulty.failed;
        if (good == (failed > 0))
            fail_msg("the turn %s although call %d %s", good ? "succeeds" : "fails", n, failed ? "failed" : "did not fail");
        if (!good) {
            assert_true(*store_error(s.store));
            assert_before(&s); /* reading works on the disk that cannot be written */
            again = turn(&s);  /* it is full for a while; a call that failed may not be needed again */
            if (!again)
                assert_before(&s);
        }
        faulty_none();
        if (!good && !again)
            assert_true(turn(&s));
        assert_after(&s);
        shelf_reopen(&s);
        assert_after(&s);
        shelf_close(&s);
        n++;
    } while (failed);
    assert_true(n > 1);
}

static void a_write_that_finds_the_disk_full_takes_back_its_turn(void **state)
{
    (void)state;
    fail_at_each_call(FAULTY_WRITE, SQLITE_FULL);
}

static void a_write_that_fails_takes_back_its_turn(void **state)
{
    (void)state;
    fail_at_each_call(FAULTY_WRITE, SQLITE_IOERR_WRITE);
}

static void a_commit_that_cannot_be_synced_has_not_happened(void **state)
{
    (void)state;
    fail_at_each_call(FAULTY_SYNC, SQLITE_IOERR_FSYNC);
}

static void a_read_that_fails_is_told(void **state)
{
    (void)state;
    struct shelf s;
    struct store_outbox o;
    faulty_install();
    shelf_open(&s);
    assert_true(store_begin(s.store));
    for (int i = 0; i < 500; i++)
        assert_true(add(&s, "id", 20000)); /* more than SQLite's cache */
    assert_true(store_end(s.store, true) && store_commit(s.store));
    int64_t row = 0, added;
    struct message m;
    faulty_after(FAULTY_READ, 0, SQLITE_IOERR_READ);
    assert_int_equal(store_outbox_next(s.store, SV("news"), 1, &s.arena, &row, &m, &added), -1);
    assert_says(store_error(s.store), "disk I/O error");
    faulty_none();
    assert_int_equal(store_outbox_next(s.store, SV("news"), 1, &s.arena, &row, &m, &added), 1);
    assert_true(store_outbox_count(s.store, &o) && o.waiting == 500);
    shelf_close(&s);
}

/* The kernel's own word for it; the log has room from before, so that some can still be recorded. */
static int run_on_a_full_disk(struct shelf *s)
{
    const struct rlimit none = {16384, RLIM_INFINITY}, large = {RLIM_INFINITY, RLIM_INFINITY};
    if (!shelf_try(s))
        return 1;
    put(s, "a"), put(s, "b"), put(s, "c");
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    for (int i = 0; i < 3; i++)
        if (turn(s) || !strstr(store_error(s->store), s->dir))
            return 2;
    if (strcmp(outbox(s), "1:a 2:b 3:c") != 0)
        return 3;
    setrlimit(RLIMIT_FSIZE, &large);
    return turn(s) ? 0 : 4;
}

static void on_a_full_disk_all_is_as_it_was_until_there_is_room(void **state)
{
    (void)state;
    struct shelf s;
    shelf_make(&s);
    assert_int_equal(shelf_child(&s, run_on_a_full_disk), 0);
    shelf_reopen(&s);
    assert_after(&s);
    shelf_close(&s);
}

/* ---- Another program ---- */

static int64_t ms_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Told by how often SQLite waits, not by a clock alone: the first try waits, the others do not. */
static void a_lock_holds_the_loop_once_and_for_a_moment(void **state)
{
    (void)state;
    struct shelf s;
    sqlite3 *other;
    shelf_open(&s);
    put(&s, "a"), put(&s, "b"), put(&s, "c");
    assert_int_equal(sqlite3_open(s.db, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    int64_t start = ms_now();
    for (int i = 0; i < 200; i++) {
        assert_false(store_begin(s.store));
        assert_says(store_error(s.store), "is locked by another program");
        assert_false(store_end(s.store, false));
        assert_true(store_commit(s.store));
    }
    assert_false(store_tidy(s.store, NOW, MS_DAY));
    if (ms_now() - start > 10 * 1000) /* 200 times 100 ms are 20 s */
        fail_msg("it waited for %lld ms", (long long)(ms_now() - start));
    assert_before(&s);
    sqlite3_close(other);
    assert_true(turn(&s));
    assert_after(&s);
    shelf_close(&s);
}

/* It holds up the log's beginning anew: the log grows to a bound, and no further. */
static void a_reader_who_stays_cannot_make_the_log_grow_without_end(void **state)
{
    (void)state;
    struct shelf s;
    sqlite3 *reader;
    char wal[128];
    struct stat about;
    shelf_open(&s);
    put(&s, "a");
    assert_int_equal(sqlite3_open(s.db, &reader), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM outbox", NULL, NULL, NULL), SQLITE_OK);
    put(&s, "b");
    snprintf(wal, sizeof wal, "%s-wal", s.db);
    assert_int_equal(truncate(wal, 257 << 20), 0); /* sparse: as if it had grown */
    assert_false(store_begin(s.store));
    assert_says(store_error(s.store), "is too large, as another program has been reading the database");
    assert_true(store_commit(s.store));
    assert_string_equal(outbox(&s), "1:a 2:b");
    sqlite3_close(reader);
    assert_true(store_begin(s.store) && add(&s, "c", 10) && store_end(s.store, true) && store_commit(s.store));
    assert_int_equal(stat(wal, &about), 0);
    assert_true(about.st_size <= 16 << 20);
    assert_string_equal(outbox(&s), "1:a 2:b 3:c");
    shelf_close(&s);
}

/* ---- Files that go ---- */

static void a_database_that_is_moved_away_or_replaced_takes_no_commit(void **state)
{
    (void)state;
    struct shelf s;
    char away[128];
    shelf_open(&s);
    put(&s, "a"), put(&s, "b"), put(&s, "c");
    assert_true(store_check(s.store));
    snprintf(away, sizeof away, "%s.away", s.db);
    assert_int_equal(rename(s.db, away), 0);
    assert_false(turn(&s));
    assert_says(store_error(s.store), "newswatchd.db: was removed while newswatchd uses it; nothing more is stored");
    assert_says(store_error(s.store), "put it back, or restart newswatchd");
    assert_false(store_check(s.store) || store_tidy(s.store, NOW, MS_DAY));
    assert_before(&s);
    FILE *f = fopen(s.db, "w");
    fclose(f);
    assert_false(turn(&s));
    assert_says(store_error(s.store), "was replaced");
    assert_int_equal(rename(away, s.db), 0);
    assert_true(store_check(s.store) && turn(&s));
    assert_after(&s);
    shelf_close(&s);
}

static void a_state_directory_that_is_moved_away_takes_no_commit(void **state)
{
    (void)state;
    struct shelf s;
    char away[128];
    shelf_open(&s);
    put(&s, "a"), put(&s, "b"), put(&s, "c");
    snprintf(away, sizeof away, "%s.away", s.dir);
    assert_int_equal(rename(s.dir, away), 0);
    assert_false(turn(&s));
    assert_says(store_error(s.store), "was removed");
    assert_int_equal(rename(away, s.dir), 0);
    assert_true(turn(&s));
    assert_after(&s);
    shelf_close(&s);
}

static void a_log_that_is_removed_takes_no_commit_and_loses_none(void **state)
{
    (void)state;
    struct shelf s;
    char wal[128];
    shelf_open(&s);
    put(&s, "a"), put(&s, "b"), put(&s, "c");
    snprintf(wal, sizeof wal, "%s-wal", s.db);
    assert_int_equal(unlink(wal), 0);
    assert_false(turn(&s));
    assert_says(store_error(s.store), "newswatchd.db-wal: was removed");
    assert_before(&s);
    shelf_reopen(&s); /* its end works in what it holds still */
    assert_before(&s);
    assert_true(turn(&s));
    assert_after(&s);
    shelf_close(&s);
}

/* ---- Pages that go bad ---- */

static void a_page_that_went_bad_is_told_and_the_others_are_read(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    assert_true(store_begin(s.store));
    for (int i = 0; i < 1500; i++) {
        char id[33];
        snprintf(id, sizeof id, "%032x", i);
        assert_true(add(&s, id, 5000));
    }
    assert_true(store_end(s.store, true) && store_commit(s.store));
    shelf_reopen(&s); /* all is in the database now, and no page in memory */
    struct stat about;
    assert_int_equal(stat(s.db, &about), 0);
    int fd = open(s.db, O_RDWR);
    for (off_t page = 8192 * 30; page < about.st_size; page += 8192 * 10)
        assert_int_equal(pwrite(fd, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12, page), 12);
    close(fd);
    size_t good = 0, bad = 0;
    for (int64_t after = 0; after < 1500; after++) {
        int64_t row, added;
        struct message m;
        int found = store_outbox_next(s.store, SV("news"), after, &s.arena, &row, &m, &added);
        good += found > 0;
        bad += found < 0;
        if (found < 0)
            assert_says(store_error(s.store), "malformed");
    }
    assert_true(good > 500 && bad > 10);
    bool removed = true;
    for (int64_t row = 1; row <= 1500; row++)
        removed = store_outbox_remove(s.store, row) && removed;
    assert_false(removed);
    store_tidy(s.store, NOW, MS_DAY);
    store_commit(s.store);
    shelf_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_that_finds_the_disk_full_takes_back_its_turn),
        cmocka_unit_test(a_write_that_fails_takes_back_its_turn),
        cmocka_unit_test(a_commit_that_cannot_be_synced_has_not_happened),
        cmocka_unit_test(a_read_that_fails_is_told),
        cmocka_unit_test(on_a_full_disk_all_is_as_it_was_until_there_is_room),
        cmocka_unit_test(a_lock_holds_the_loop_once_and_for_a_moment),
        cmocka_unit_test(a_reader_who_stays_cannot_make_the_log_grow_without_end),
        cmocka_unit_test(a_database_that_is_moved_away_or_replaced_takes_no_commit),
        cmocka_unit_test(a_state_directory_that_is_moved_away_takes_no_commit),
        cmocka_unit_test(a_log_that_is_removed_takes_no_commit_and_loses_none),
        cmocka_unit_test(a_page_that_went_bad_is_told_and_the_others_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
