/* Opening: one process at a time; what is damaged, newer, foreign or not writable is refused in clear words and left as it is. */
#include "shelf.h"

#include <signal.h>
#include <sys/resource.h>

#include "store/open.h"
#include "store/schema.h"

#define PAGE 8192u

/* ---- What is refused stays as it is ---- */

static void read_whole(const char *path, struct buf *out)
{
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    buf_clear(out);
    ssize_t n;
    do {
        buf_reserve(out, 65536);
        n = read(fd, out->p + out->n, 65536);
        assert_true(n >= 0);
        out->n += (size_t)n;
    } while (n);
    close(fd);
}

static void write_whole(const char *path, struct sv bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
    assert_true(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    close(fd);
}

/* Some hundred pages of a real store. */
static void fill(struct shelf *s)
{
    shelf_open(s);
    assert_true(store_begin(s->store));
    for (int i = 0; i < 3000; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        assert_true(sees(s, "o", id, NOW));
        put(s, id);
    }
    assert_true(store_end(s->store, true) && store_commit(s->store));
    store_close(&s->store);
}

static void assert_refused(struct shelf *s, const char *why)
{
    struct buf before = {0}, after = {0};
    read_whole(s->db, &before);
    if (shelf_try(s))
        fail_msg("it was opened; \"%s\" was expected", why);
    assert_says(s->error, why);
    assert_says(s->error, s->dir);
    read_whole(s->db, &after);
    assert_sv(buf_view(&after), buf_view(&before));
    buf_free(&before);
    buf_free(&after);
}

static void a_damaged_file_is_refused(void **state)
{
    (void)state;
    struct shelf s;
    struct buf good = {0}, bad = {0};
    fill(&s);
    read_whole(s.db, &good);
    assert_true(good.n > 50 * PAGE);

    write_whole(s.db, SV(""));
    assert_refused(&s, "is corrupt (it is empty); move it away");
    write_whole(s.db, SV("This is a letter to somebody, and no database at all. This is a letter to somebody, and no database."));
    assert_refused(&s, "is corrupt (file is not a database)");
    write_whole(s.db, sv_head(buf_view(&good), 10));
    assert_refused(&s, "is corrupt");
    write_whole(s.db, sv_head(buf_view(&good), good.n / 2));
    assert_refused(&s, "is corrupt (");
    write_whole(s.db, sv_head(buf_view(&good), good.n - 100));
    assert_refused(&s, "is corrupt (");
    for (size_t page = 1; page < good.n / PAGE; page += 7) { /* a bit of each page's number of cells */
        buf_clear(&bad);
        buf_sv(&bad, buf_view(&good));
        bad.p[page * PAGE + 3] ^= 0x40;
        write_whole(s.db, buf_view(&bad));
        assert_refused(&s, "is corrupt (");
    }
    write_whole(s.db, buf_view(&good));
    shelf_reopen(&s);
    assert_true(seen(&s, "o", "2999"));
    buf_free(&good);
    buf_free(&bad);
    shelf_close(&s);
}

static int leave_a_log_behind(struct shelf *s)
{
    const struct message m = {.id = SV("late"), .topic = SV("t"), .value = SV("{}")};
    return shelf_try(s) && store_begin(s->store) && store_outbox_add(s->store, &m, NOW) && store_end(s->store, true) &&
                   store_commit(s->store) ? 0 : 1;
}

/* A crash leaves a write-ahead log: it is not worked into a file that is refused. */
static void the_log_of_a_refused_file_stays_too(void **state)
{
    (void)state;
    struct shelf s;
    char wal[128];
    struct buf before = {0}, after = {0}, db = {0};
    fill(&s);
    snprintf(wal, sizeof wal, "%s-wal", s.db);
    assert_int_equal(shelf_child(&s, leave_a_log_behind), 0);
    read_whole(wal, &before);
    read_whole(s.db, &db);
    assert_true(before.n > 0);
    db.p[8 * PAGE + 3] ^= 0x40;
    write_whole(s.db, buf_view(&db));
    assert_refused(&s, "is corrupt (");
    read_whole(wal, &after);
    assert_sv(buf_view(&after), buf_view(&before));

    db.p[8 * PAGE + 3] ^= 0x40;
    write_whole(s.db, SV(""));
    assert_refused(&s, "is corrupt (it is empty)");
    unlink(s.db);
    assert_false(shelf_try(&s));
    assert_says(s.error, "newswatchd.db-wal: is there without its database");
    read_whole(wal, &after);
    assert_sv(buf_view(&after), buf_view(&before));

    write_whole(s.db, buf_view(&db));
    shelf_reopen(&s);
    int64_t row, added;
    struct message m;
    assert_int_equal(store_outbox_next(s.store, SV_NONE, 3000, &s.arena, &row, &m, &added), 1);
    assert_sv(m.id, SV("late"));
    buf_free(&before);
    buf_free(&after);
    buf_free(&db);
    shelf_close(&s);
}

static void a_newer_or_foreign_database_is_refused(void **state)
{
    (void)state;
    struct shelf s;
    fill(&s);
    shelf_sql(&s, "PRAGMA user_version = 1000");
    assert_refused(&s, "was written by a newer newswatchd (its version is 1000, this one knows ");
    shelf_sql(&s, "PRAGMA user_version = 1; PRAGMA application_id = 7");
    assert_refused(&s, "is a database of another program");
    unlink(s.db);
    shelf_sql(&s, "CREATE TABLE letters (t TEXT); INSERT INTO letters VALUES ('x')"); /* most programs set neither number */
    assert_refused(&s, "is a database of another program");
    assert_int_equal(shelf_number(&s, "SELECT count(*) FROM letters"), 1);
    shelf_close(&s);
}

/* ---- What cannot be written ---- */

static int open_and_close(struct shelf *s)
{
    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 2;
    bool good = shelf_try(s);
    store_close(&s->store);
    return good ? 0 : 1;
}

static int open_as_nobody(struct shelf *s)
{
    if (open_and_close(s) != 1)
        return 1;
    bool clear = strstr(s->error, "Permission denied") || strstr(s->error, "read-only") || strstr(s->error, "readonly");
    if (clear && !strstr(s->error, "corrupt"))
        return 0;
    fprintf(stderr, "%s\n", s->error);
    return 2;
}

static void without_the_right_to_write_it_is_refused(void **state)
{
    (void)state;
    struct shelf s;
    char lock[128];
    fill(&s);
    snprintf(lock, sizeof lock, "%s/lock", s.dir);
    assert_int_equal(chmod(s.dir, 0555) | chmod(lock, 0444) | chmod(s.db, 0444), 0);
    assert_int_equal(shelf_child(&s, open_as_nobody), 0); /* the lock */
    assert_int_equal(chmod(lock, 0666), 0);
    assert_int_equal(shelf_child(&s, open_as_nobody), 0); /* the database */
    assert_int_equal(chmod(s.dir, 0777) | chmod(s.db, 0666), 0);
    assert_int_equal(shelf_child(&s, open_and_close), 0);
    assert_int_equal(chmod(s.dir, 0555), 0);
    assert_int_equal(shelf_child(&s, open_as_nobody), 0); /* its log has no place */
    assert_int_equal(chmod(s.dir, 0777) | unlink(s.db) | chmod(s.dir, 0555), 0);
    assert_int_equal(shelf_child(&s, open_as_nobody), 0); /* a new one neither */
    assert_int_equal(chmod(s.dir, 0700), 0);
    shelf_close(&s);
}

static void a_folder_or_a_file_in_the_wrong_place_is_refused(void **state)
{
    (void)state;
    struct shelf s;
    char dir[sizeof s.dir];
    shelf_make(&s);
    assert_int_equal(mkdir(s.db, 0700), 0);
    assert_false(shelf_try(&s));
    assert_says(s.error, "newswatchd.db: cannot be opened: unable to open database file");
    strcpy(dir, s.dir);
    snprintf(s.dir, sizeof s.dir, "%s/a/b", dir);
    assert_false(shelf_try(&s));
    assert_says(s.error, "cannot be created: No such file or directory");
    snprintf(s.dir, sizeof s.dir, "%s/lock", dir);
    assert_false(shelf_try(&s));
    assert_says(s.error, "Not a directory");
    strcpy(s.dir, dir);
    char *endless = xmalloc(9001);
    memset(endless, 'a', 9000);
    endless[9000] = '\0';
    assert_null(store_open(endless, s.error));
    assert_says(s.error, "too long");
    free(endless);
    shelf_close(&s);
}

static int open_on_a_full_disk(struct shelf *s)
{
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small = {8192, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &small);
    if (shelf_try(s))
        return 1;
    return strstr(s->error, "newswatchd.db: cannot be created: ") ? 0 : 2;
}

static void a_new_store_on_a_full_disk_leaves_nothing_behind(void **state)
{
    (void)state;
    struct shelf s;
    shelf_make(&s);
    assert_int_equal(shelf_child(&s, open_on_a_full_disk), 0);
    assert_int_equal(access(s.db, F_OK), -1);
    shelf_reopen(&s);
    assert_string_equal(outbox(&s), "");
    shelf_close(&s);
}

static void what_a_crashed_creation_left_is_no_hindrance(void **state)
{
    (void)state;
    struct shelf s;
    char unfinished[128];
    shelf_make(&s);
    snprintf(unfinished, sizeof unfinished, "%s.new", s.db);
    write_whole(unfinished, SV("half of a da"));
    shelf_reopen(&s);
    assert_int_equal(access(unfinished, F_OK), -1);
    shelf_close(&s);
}

/* ---- One at a time ---- */

static void a_second_process_is_told_who_holds_it(void **state)
{
    (void)state;
    struct shelf s;
    int told[2];
    shelf_make(&s);
    assert_int_equal(pipe(told), 0);
    pid_t holder = fork();
    if (holder == 0) {
        if (!shelf_try(&s) || write(told[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(told[1]);
    char byte, who[32];
    assert_int_equal(read(told[0], &byte, 1), 1);
    assert_false(shelf_try(&s));
    snprintf(who, sizeof who, "(pid %ld)", (long)holder);
    assert_says(s.error, "is held by another process");
    assert_says(s.error, who);
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
    close(told[0]);
    shelf_reopen(&s); /* the lock went with its holder */
    assert_null(store_open(s.dir, s.error));
    shelf_close(&s);
}

/* ---- What a good one is ---- */

static void it_is_in_wal_mode_and_synced_at_each_commit(void **state)
{
    (void)state;
    struct shelf s;
    struct store_files files = {0};
    shelf_make(&s);
    assert_true(store_files_open(&files, s.dir, s.error));
    static const struct {
        const char *pragma, *value;
    } wanted[] = {{"PRAGMA journal_mode", "wal"}, {"PRAGMA synchronous", "2"}, {"PRAGMA user_version", "3"}, {"PRAGMA application_id", "1853323108"}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        sqlite3_stmt *st;
        assert_int_equal(sqlite3_prepare_v2(files.db, wanted[i].pragma, -1, &st, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(st), SQLITE_ROW);
        assert_string_equal((const char *)sqlite3_column_text(st, 0), wanted[i].value);
        sqlite3_finalize(st);
    }
    store_files_close(&files);
    shelf_close(&s);
}

/* An operator's sqlite3 that holds it for a moment. */
static void another_reader_is_no_hindrance(void **state)
{
    (void)state;
    struct shelf s;
    sqlite3 *db;
    fill(&s);
    assert_int_equal(sqlite3_open(s.db, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM outbox", NULL, NULL, NULL), SQLITE_OK);
    shelf_reopen(&s);
    assert_true(store_begin(s.store) && sees(&s, "o", "new", NOW) && store_end(s.store, true) && store_commit(s.store));
    sqlite3_close(db);
    shelf_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_file_is_refused),
        cmocka_unit_test(the_log_of_a_refused_file_stays_too),
        cmocka_unit_test(a_newer_or_foreign_database_is_refused),
        cmocka_unit_test(without_the_right_to_write_it_is_refused),
        cmocka_unit_test(a_folder_or_a_file_in_the_wrong_place_is_refused),
        cmocka_unit_test(a_new_store_on_a_full_disk_leaves_nothing_behind),
        cmocka_unit_test(what_a_crashed_creation_left_is_no_hindrance),
        cmocka_unit_test(a_second_process_is_told_who_holds_it),
        cmocka_unit_test(it_is_in_wal_mode_and_synced_at_each_commit),
        cmocka_unit_test(another_reader_is_no_hindrance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
