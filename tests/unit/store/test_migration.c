/* Databases of older versions: all that they hold is kept, its counts are right from the start, and they shrink afterwards. */
#include "shelf.h"

#include "faulty.h"
#include "store/schema.h"

static void a_migration_is_whole_or_not_at_all(void **state)
{
    (void)state;
    struct shelf s;
    sqlite3 *db;
    shelf_make(&s);
    shelf_sql(&s, "CREATE TABLE outbox (x)"); /* in the way of a later table */
    assert_int_equal(sqlite3_open(s.db, &db), SQLITE_OK);
    assert_false(store_migrate(db, 0));
    sqlite3_close(db);
    assert_int_equal(shelf_number(&s, "SELECT count(*) FROM sqlite_master"), 1);
    assert_int_equal(shelf_number(&s, "PRAGMA user_version"), 0);
    shelf_sql(&s, "DROP TABLE outbox");
    assert_int_equal(sqlite3_open(s.db, &db), SQLITE_OK);
    for (int i = 0; i < 2; i++) /* the second time there is nothing to do */
        assert_true(store_migrate(db, i ? store_schema_version : 0));
    sqlite3_close(db);
    assert_int_equal(shelf_number(&s, "PRAGMA user_version"), store_schema_version);
    shelf_reopen(&s);
    put(&s, "a");
    shelf_close(&s);
}

/* ---- Older versions ---- */

#define VERSION_1 \
    "CREATE TABLE feed (id TEXT PRIMARY KEY, url BLOB, etag BLOB, last_modified BLOB, error BLOB, next_poll INTEGER, last_success INTEGER," \
    " last_full INTEGER, failures INTEGER NOT NULL) WITHOUT ROWID;" \
    "CREATE TABLE seen (outlet TEXT NOT NULL, digest BLOB NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (outlet, digest)) WITHOUT ROWID;" \
    "CREATE INDEX seen_by_day ON seen (day);" \
    "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, topic TEXT NOT NULL, key BLOB, value BLOB NOT NULL," \
    " headers TEXT NOT NULL, added INTEGER NOT NULL, refused TEXT);" \
    "CREATE INDEX outbox_refused ON outbox (id) WHERE refused IS NOT NULL;"
#define VERSION_2 VERSION_1 \
    "ALTER TABLE seen ADD COLUMN facts BLOB; ALTER TABLE seen ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;" \
    "ALTER TABLE feed ADD COLUMN body BLOB; ALTER TABLE feed ADD COLUMN trust BLOB;"
#define CONTENTS \
    "INSERT INTO feed (id, url, etag, next_poll, last_success, last_full, failures) VALUES ('a', x'68', x'65', 1, 2, 3, 0)," \
    " ('b', x'68', x'65', 1, 19999 * 86400000, 3, 0);" \
    "INSERT INTO seen (outlet, digest, day) VALUES ('o', x'000102030405060708090a0b0c0d0e0f', 19990), ('o', x'00', 19995);" \
    "INSERT INTO outbox VALUES (7, 'e', 't', NULL, x'7b7d', '[]', 5, NULL), (8, 'ё', 't', x'6b', x'00', '[\"ä\",\"b\"]', 6, 'too large')," \
    " (10, 'f', 'u', x'', zeroblob(10000), '[]', 7, NULL), (11, 'g', 'v', NULL, x'', '[]', 8, 'no');" \
    "INSERT INTO outbox VALUES (20, 'gone', 't', NULL, x'', '[]', 9, NULL); DELETE FROM outbox WHERE id = 20;" \
    "PRAGMA application_id = 1853323108;"

static void tell_lane(void *context, const struct store_lane *l)
{
    buf_printf(context, "%.*s%s:%zu+%zu=%llu ", SV_ARG(l->topic), l->open ? "*" : "", l->waiting, l->refused, (unsigned long long)l->bytes);
}

static void all_is_kept_and_counted(const char *database)
{
    struct shelf s;
    struct store_feed feed;
    struct store_key key;
    struct store_outbox o;
    struct buf lanes = {0};
    int64_t row, added;
    struct message m;
    const struct digest d = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
    shelf_make(&s);
    shelf_sql(&s, database);
    shelf_reopen(&s);
    assert_int_equal(shelf_number(&s, "PRAGMA user_version"), store_schema_version);
    assert_int_equal(shelf_number(&s, "PRAGMA auto_vacuum"), 2);
    assert_int_equal(store_feed_load(s.store, SV("a"), &s.arena, &feed), 1);
    assert_sv(feed.etag, SV("e"));
    assert_true(feed.last_full == 3 && !feed.body.p && !feed.trust.p && feed.forgotten);
    assert_true(store_feed_load(s.store, SV("b"), &s.arena, &feed) == 1 && !feed.forgotten);
    assert_int_equal(store_key_load(s.store, SV("o"), &d, &key), 1);
    assert_true(key.day == 19990 && !key.has_facts && !key.shared && !key.tracked);

    assert_string_equal(outbox(&s), "7:e 10:f");
    assert_true(store_outbox_count(s.store, &o) && o.waiting == 2 && o.refused == 2 && o.oldest == 5);
    assert_true(store_lanes(s.store, tell_lane, &lanes)); /* what waits may have been in flight */
    assert_string_equal(buf_cstr(&lanes), "t*:1+1=221 u*:1+0=10104 v:0+1=104 ");
    assert_int_equal(store_outbox_next(s.store, SV("u"), 0, &s.arena, &row, &m, &added), 1);
    assert_true(row == 10 && added == 7 && m.value.n == 10000 && m.value.p[9999] == '\0');
    assert_sv(m.key, SV(""));
    assert_int_equal(store_outbox_retry(s.store, 8), 1);
    assert_int_equal(store_outbox_next(s.store, SV("t"), 7, &s.arena, &row, &m, &added), 1);
    assert_sv(m.headers[0].name, SV("ä"));
    put(&s, "new");
    assert_string_equal(outbox(&s), "7:e 8:ё 10:f 21:new"); /* a number is not used again */
    buf_free(&lanes);
    shelf_close(&s);
}

static void a_store_of_the_first_version_keeps_all_that_it_holds(void **state)
{
    (void)state;
    all_is_kept_and_counted(VERSION_1 CONTENTS "PRAGMA user_version = 1");
}

static void a_store_of_the_second_version_keeps_all_that_it_holds(void **state)
{
    (void)state;
    all_is_kept_and_counted(VERSION_2 CONTENTS "PRAGMA user_version = 2");
}

/* ---- Space ---- */

static off_t size_of(const struct shelf *s)
{
    struct stat about;
    assert_int_equal(stat(s->db, &about), 0);
    return about.st_size;
}

static void fill(struct shelf *s, int rows)
{
    static const char bytes[2000];
    const struct message m = {.id = SV("id"), .topic = SV("news"), .value = {bytes, sizeof bytes}};
    assert_true(store_begin(s->store));
    for (int i = 0; i < rows; i++)
        assert_true(store_outbox_add(s->store, &m, NOW));
    assert_true(store_end(s->store, true) && store_commit(s->store));
}

/* The file is cut when the log is worked in. */
static void what_is_deleted_is_given_back_in_small_steps(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    fill(&s, 10000);
    put(&s, "last"); /* at the end of the file: it must be moved */
    assert_true(store_size(s.store) > 20000000);
    shelf_sql(&s, "DELETE FROM outbox WHERE id <= 10000");
    uint64_t unused = (uint64_t)shelf_number(&s, "PRAGMA freelist_count"), before = unused;
    assert_true(store_size(s.store) < 1000000 && unused > 2000);
    int steps = 0;
    do {
        assert_true(store_tidy(s.store, NOW, MS_DAY) && store_commit(s.store));
        unused = (uint64_t)shelf_number(&s, "PRAGMA freelist_count");
        assert_true(before - unused <= 250);
        before = unused;
        steps++;
    } while (store_is_untidy(s.store));
    assert_true(unused <= 128 && steps >= 8);
    assert_true(store_tidy(s.store, NOW, MS_DAY) && store_commit(s.store));
    assert_true(size_of(&s) < 2000000);
    assert_string_equal(outbox(&s), "10001:last");
    shelf_close(&s);
}

static void an_old_database_that_is_converted_shrinks_too(void **state)
{
    (void)state;
    struct shelf s;
    shelf_make(&s);
    shelf_sql(&s, VERSION_2 CONTENTS "PRAGMA user_version = 2");
    shelf_reopen(&s);
    fill(&s, 2000);
    shelf_sql(&s, "DELETE FROM outbox WHERE topic = 'news'");
    do
        assert_true(store_tidy(s.store, NOW, MS_DAY) && store_commit(s.store));
    while (store_is_untidy(s.store));
    assert_true(store_tidy(s.store, NOW, MS_DAY) && store_commit(s.store));
    assert_true(size_of(&s) < 2000000);
    shelf_close(&s);
}

/* The first write of the copy fails, the second, and so on. */
static void a_database_that_cannot_be_converted_works_all_the_same(void **state)
{
    (void)state;
    bool converted;
    int n = 0, opened = 0;
    faulty_install();
    do {
        struct shelf s;
        shelf_open(&s);
        put(&s, "a");
        store_close(&s.store);
        shelf_sql(&s, "PRAGMA auto_vacuum = 0; PRAGMA journal_mode = DELETE; VACUUM; PRAGMA journal_mode = WAL");
        assert_int_equal(shelf_number(&s, "PRAGMA auto_vacuum"), 0);
        faulty_after(FAULTY_WRITE, n++, SQLITE_FULL);
        bool good = shelf_try(&s);
        faulty_none();
        converted = shelf_number(&s, "PRAGMA auto_vacuum") == 2;
        opened += good && !converted;
        if (!good)
            shelf_reopen(&s);
        assert_string_equal(outbox(&s), "1:a");
        assert_true(store_tidy(s.store, NOW, MS_DAY) && store_commit(s.store));
        shelf_close(&s);
    } while (!converted);
    assert_true(opened > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_migration_is_whole_or_not_at_all),
        cmocka_unit_test(a_store_of_the_first_version_keeps_all_that_it_holds),
        cmocka_unit_test(a_store_of_the_second_version_keeps_all_that_it_holds),
        cmocka_unit_test(what_is_deleted_is_given_back_in_small_steps),
        cmocka_unit_test(an_old_database_that_is_converted_shrinks_too),
        cmocka_unit_test(a_database_that_cannot_be_converted_works_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
