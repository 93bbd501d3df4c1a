/* A store in a folder of its own, and what the tests of the stage do with it. */
#ifndef SHELF_H
#define SHELF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/store.h"

#define NOW (20000 * MS_DAY)

struct shelf {
    char dir[64], db[96];
    char error[STORE_ERROR];
    struct store *store;
    struct arena arena;
};

static inline void shelf_make(struct shelf *s)
{
    memset(s, 0, sizeof *s);
    strcpy(s->dir, "/tmp/newswatchd-store-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    snprintf(s->db, sizeof s->db, "%s/newswatchd.db", s->dir);
}

static inline bool shelf_try(struct shelf *s)
{
    s->store = store_open(s->dir, s->error);
    return s->store != NULL;
}

static inline void shelf_reopen(struct shelf *s)
{
    store_close(&s->store);
    if (!shelf_try(s))
        fail_msg("%s", s->error);
}

static inline void shelf_open(struct shelf *s)
{
    shelf_make(s);
    shelf_reopen(s);
}

static inline void shelf_close(struct shelf *s)
{
    store_close(&s->store);
    DIR *dir = opendir(s->dir);
    for (struct dirent *d; (d = readdir(dir));) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", s->dir, d->d_name);
        if (d->d_name[0] != '.' && unlink(path) != 0)
            rmdir(path);
    }
    closedir(dir);
    assert_int_equal(rmdir(s->dir), 0);
    arena_free(&s->arena);
}

/* In a child, which ends by _exit with what `act` returns: to die without closing, or with fewer rights. */
static inline int shelf_child(struct shelf *s, int (*act)(struct shelf *))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(act(s));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Another program's view: its own connection. */
static inline void shelf_sql(const struct shelf *s, const char *sql)
{
    sqlite3 *db;
    char *error = NULL;
    assert_int_equal(sqlite3_open(s->db, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
    sqlite3_close(db);
}

static inline int64_t shelf_number(const struct shelf *s, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_open(s->db, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

static inline struct digest digest_of(const char *id)
{
    struct sv part = sv_of(id);
    return hash_digest(&part, 1);
}

/* Record a key at this time: was it new? */
static inline bool sees(struct shelf *s, const char *outlet, const char *id, int64_t now)
{
    const struct digest d = digest_of(id);
    struct store_key key = {0};
    int found = store_key_load(s->store, sv_of(outlet), &d, &key);
    assert_true(found >= 0);
    key.day = now / MS_DAY;
    if (!store_key_save(s->store, sv_of(outlet), &d, &key))
        fail_msg("%s", store_error(s->store));
    return found == 0;
}

static inline bool seen(const struct shelf *s, const char *outlet, const char *id)
{
    const struct digest d = digest_of(id);
    struct store_key key;
    return store_key_load(s->store, sv_of(outlet), &d, &key) > 0;
}

static inline void put(struct shelf *s, const char *id)
{
    const struct message m = {.id = sv_of(id), .topic = SV("news"), .key = SV("k"), .value = sv_of(id)};
    if (!store_outbox_add(s->store, &m, NOW))
        fail_msg("%s", store_error(s->store));
}

/* What the outbox offers, as "1:a 2:b". */
static inline const char *outbox(struct shelf *s)
{
    static char text[4096];
    int64_t row = 0, added;
    struct message m;
    int found, n = 0;
    text[0] = '\0';
    while ((found = store_outbox_next(s->store, SV_NONE, row, &s->arena, &row, &m, &added)) > 0 && n < 4000)
        n += snprintf(text + n, sizeof text - (size_t)n, "%s%lld:%.*s", n ? " " : "", (long long)row, SV_ARG(m.id));
    assert_int_equal(found, 0);
    return text;
}

#define assert_sv(v, wanted)                                        \
    do {                                                            \
        struct sv got_ = (v), want_ = (wanted);                     \
        if (!sv_eq(got_, want_) || !got_.p != !want_.p)             \
            fail_msg("\"%.*s\" instead of \"%.*s\"", SV_ARG(got_), SV_ARG(want_)); \
    } while (0)

#define assert_says(text, part)                                     \
    do {                                                            \
        if (!strstr(text, part))                                    \
            fail_msg("\"%s\" does not say \"%s\"", text, part);     \
    } while (0)

#endif
