#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "store/inner.h"

#define LOCK_WAIT 100 /* ms, for another program's writing; the loop stands still meanwhile */

/* ---- Opening ---- */

struct store *store_open(const char *dir, char error[STORE_ERROR])
{
    struct store *s = xcalloc(1, sizeof *s);
    s->forgotten = s->today = s->written = DAY_NONE;
    bool good = store_files_open(&s->files, dir, error);
    s->db = s->files.db;
    if (good && !(store_prepare(s) && store_load_days(s))) {
        memcpy(error, s->error, STORE_ERROR);
        good = false;
    }
    if (good)
        sqlite3_busy_timeout(s->db, LOCK_WAIT);
    else
        store_close(&s);
    return s;
}

void store_close(struct store **store)
{
    struct store *s = *store;
    if (!s)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(s->statements[i]);
    store_files_close(&s->files);
    free(s);
    *store = NULL;
}

const char *store_error(const struct store *s)
{
    return s->error;
}

const char *store_library(void)
{
    static char text[64];
    snprintf(text, sizeof text, "SQLite/%s", sqlite3_libversion());
    return text;
}

bool store_check(struct store *s)
{
    return store_files_are_there(&s->files, s->error);
}

/* ---- Transactions ---- */

/* Is the turn's transaction still there? Without this what comes later in the turn would be committed without what came before. */
static bool is_whole(struct store *s)
{
    s->lost = s->lost || (s->open && sqlite3_get_autocommit(s->db));
    return !s->lost;
}

/* We wait for who holds the database once; after that a try is only a try, until one succeeds. */
static bool begin(struct store *s)
{
    bool good = store_run(s, BEGIN), locked = !good && sqlite3_errcode(s->db) == SQLITE_BUSY;
    if (locked != s->locked)
        sqlite3_busy_timeout(s->db, locked ? 0 : LOCK_WAIT);
    s->locked = locked;
    return good;
}

bool store_open_transaction(struct store *s)
{
    if (is_whole(s) && !s->open)
        s->open = store_log_is_bounded(s) && begin(s);
    return s->open && !s->lost;
}

bool store_begin(struct store *s)
{
    return store_open_transaction(s) && store_run(s, SAVE);
}

bool store_end(struct store *s, bool keep)
{
    if (!keep)
        s->written = DAY_NONE; /* perhaps it is no more */
    return is_whole(s) && (keep || store_run(s, ROLLBACK_TO)) && store_run(s, RELEASE);
}

static bool commit(struct store *s)
{
    FAULT("committing");
    bool good = store_check(s) && store_run(s, COMMIT);
    FAULT("committed");
    return good;
}

bool store_commit(struct store *s)
{
    bool whole = is_whole(s), open = s->open;
    s->open = s->lost = false;
    if (whole && (!open || commit(s)))
        return true;
    char why[STORE_ERROR];
    memcpy(why, s->error, sizeof why);
    if (!sqlite3_get_autocommit(s->db))
        store_run(s, ROLLBACK);
    s->written = DAY_NONE;
    store_load_days(s); /* as they were before the turn; if they cannot be read, they are a day off at most */
    memcpy(s->error, why, sizeof why);
    return false;
}

void store_read_begin(struct store *s)
{
    s->reading = !s->open && store_run(s, READ);
}

void store_read_end(struct store *s)
{
    if (s->reading)
        store_run(s, COMMIT);
    s->reading = false;
}
