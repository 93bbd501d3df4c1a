#include "store/inner.h"

#include <stdio.h>

#include "store/schema.h"

#define FORGET_ROWS "2000" /* at a time: a tidy-up never holds the loop for long */

/* A lane's rows are found by outbox_waiting alone, whatever SQLite thinks of other ways. */
#define WAITING "FROM outbox INDEXED BY outbox_waiting WHERE refused IS NULL AND topic = "
#define MESSAGE "id, event, topic, key, value, headers, added"

static const char *const sql[STATEMENTS] = {
    [READ] = "BEGIN",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [SAVE] = "SAVEPOINT round",
    [RELEASE] = "RELEASE round",
    [ROLLBACK_TO] = "ROLLBACK TO round",
    [FEED_LOAD] = "SELECT url, etag, last_modified, error, next_poll, last_success, last_full, failures, body, trust, read_day FROM feed WHERE id = ?",
    /* Its read_day moves with a success only; ?10 as KEY_SAVE's. */
    [FEED_SAVE] = "INSERT INTO feed (id, url, etag, last_modified, error, next_poll, last_success, last_full, failures, read_day)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, max(?7 / 86400000, ?10)) ON CONFLICT (id) DO UPDATE SET url = excluded.url,"
                  " etag = excluded.etag, last_modified = excluded.last_modified, error = excluded.error, next_poll = excluded.next_poll,"
                  " last_success = excluded.last_success, last_full = excluded.last_full, failures = excluded.failures, read_day ="
                  " CASE WHEN excluded.last_success IS NOT last_success THEN excluded.read_day ELSE ifnull(read_day, last_success / 86400000) END",
    [FEED_REMEMBER] = "UPDATE feed SET body = ?2, trust = ?3 WHERE id = ?1",
    [KEY_LOAD] = "SELECT day, facts, marks FROM seen WHERE outlet = ? AND digest = ?",
    [KEY_SAVE] = "INSERT INTO seen (outlet, digest, day, facts, marks) VALUES (?, ?, ?, ?, ?) ON CONFLICT (outlet, digest) DO UPDATE"
                 " SET day = max(day, excluded.day), facts = excluded.facts, marks = excluded.marks",
    [DAY_WRITTEN] = "INSERT OR IGNORE INTO written (day) VALUES (?)",
    [OLD_DAY] = "SELECT day FROM written WHERE day <= ? ORDER BY day DESC LIMIT 1 OFFSET ?",
    [DAYS_FORGET] = "DELETE FROM written WHERE day < ?",
    [FORGET] = "DELETE FROM seen WHERE (outlet, digest) IN (SELECT outlet, digest FROM seen WHERE day < ? LIMIT " FORGET_ROWS ")",
    [DAY_LOAD] = "SELECT value FROM counter WHERE name = ?",
    [DAY_SAVE] = "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    [LANES_FORGET] = "DELETE FROM lane WHERE open = 0 AND waiting = 0 AND refused = 0",
    [PAGES] = "PRAGMA page_count",
    [FREE_PAGES] = "PRAGMA freelist_count",
    [GIVE_BACK] = "PRAGMA incremental_vacuum(" STORE_PAGES_GIVEN_BACK ")",
    [OUTBOX_ADD] = "INSERT OR FAIL INTO outbox (event, topic, key, value, headers, added, size) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7 + " STORE_ROW_COST ")",
    [OUTBOX_NEXT] = "SELECT " MESSAGE " " WAITING "?1 AND id > ?2 ORDER BY id LIMIT 1",
    [OUTBOX_LOAD] = "SELECT " MESSAGE " FROM outbox WHERE id = ?1",
    [OUTBOX_NEXT_ANY] = "SELECT " MESSAGE " FROM outbox WHERE id > ?2 AND refused IS NULL ORDER BY id LIMIT 1",
    [OUTBOX_REMOVE] = "DELETE FROM outbox WHERE id IN (?1, (SELECT stands_for FROM outbox WHERE id = ?1))",
    [OUTBOX_REMOVE_ALONE] = "DELETE FROM outbox WHERE id = ?1",
    [OUTBOX_REMOVE_LETTER] = "DELETE FROM outbox WHERE stands_for = ?1",
    [OUTBOX_REFUSE] = "UPDATE outbox SET refused = ?2 WHERE id = ?1",
    [OUTBOX_STANDS_FOR] = "SELECT stands_for FROM outbox WHERE id = ?1",
    [OUTBOX_REFUSE_STOOD_FOR] = "UPDATE outbox SET refused = refused || '; its dead letter: ' || ?2 WHERE id = ?1 AND refused IS NOT NULL",
    [OUTBOX_RETRY] = "UPDATE outbox SET refused = NULL WHERE id = ?1 AND refused IS NOT NULL",
    [DEAD_LETTER] = "INSERT INTO outbox (event, topic, key, value, headers, added, size, stands_for) SELECT ?1, ?2, ?3, ?4, ?5, ?6,"
                    " ?7 + " STORE_ROW_COST ", ?8 WHERE EXISTS (SELECT 1 FROM outbox WHERE id = ?8 AND refused IS NOT NULL)"
                    " AND NOT EXISTS (SELECT 1 FROM outbox WHERE stands_for = ?8)",
    [OUTBOX_LIST] = "SELECT id, event, topic, key, added, size, refused, stands_for FROM outbox WHERE id > ? ORDER BY id LIMIT ?",
    [OUTBOX_IDS] = "SELECT id, event " WAITING "?1 AND id > ?2 ORDER BY id",
    [OUTBOX_AFTER] = "SELECT id FROM outbox WHERE id > ? ORDER BY id LIMIT 1",
    [OUTBOX_BYTES] = "SELECT sum(bytes) FROM lane",
    [LANES] = "SELECT lane.topic, open, waiting, lane.refused, bytes, letters, first.id, first.added FROM lane LEFT JOIN outbox first"
              " ON first.id = (SELECT id " WAITING "lane.topic ORDER BY id LIMIT 1) ORDER BY lane.topic",
    [LANE_LOAD] = "SELECT open, cluster FROM lane WHERE topic = ?",
    [LANE_OPEN] = "INSERT INTO lane (topic, open, cluster) VALUES (?, 1, ?) ON CONFLICT (topic) DO UPDATE SET open = 1, cluster = excluded.cluster",
    [LANE_CLOSE] = "UPDATE lane SET open = 0 WHERE topic = ?",
    [MARKS_LOAD] = "SELECT partition, offset, event FROM mark WHERE topic = ? ORDER BY partition",
    [MARKS_DROP] = "DELETE FROM mark WHERE topic = ?",
    [MARK_SAVE] = "INSERT INTO mark (topic, partition, offset, event) VALUES (?, ?, ?, ?) ON CONFLICT (topic, partition) DO UPDATE"
                  " SET offset = excluded.offset, event = excluded.event",
    [COUNT_ADD] = "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
    [COUNTS] = "SELECT name, value FROM counter",
};

bool store_failed(struct store *s)
{
    bool locked = sqlite3_errcode(s->db) == SQLITE_BUSY;
    snprintf(s->error, sizeof s->error, "%s: %s", s->files.path, locked ? "is locked by another program" : sqlite3_errmsg(s->db));
    return false;
}

bool store_prepare(struct store *s)
{
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &s->statements[i], NULL) != SQLITE_OK)
            return store_failed(s);
    return true;
}

void store_reset(sqlite3_stmt *st)
{
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
}

int store_step(struct store *s, sqlite3_stmt *st)
{
    int rc = sqlite3_step(st);
    if (rc == SQLITE_ROW || rc == SQLITE_DONE)
        return rc == SQLITE_ROW;
    store_failed(s);
    return -1;
}

bool store_run(struct store *s, enum statement which)
{
    sqlite3_stmt *st = s->statements[which];
    int found;
    while ((found = store_step(s, st)) > 0)
        ;
    store_reset(st);
    return found == 0;
}

bool store_number(struct store *s, enum statement which, int64_t *value)
{
    sqlite3_stmt *st = s->statements[which];
    int found = store_step(s, st);
    *value = found > 0 ? sqlite3_column_int64(st, 0) : 0;
    store_reset(st);
    return found >= 0;
}

void bind_sv(sqlite3_stmt *st, int at, struct sv v)
{
    if (v.p)
        sqlite3_bind_blob64(st, at, v.n ? v.p : "", v.n, SQLITE_STATIC);
    else
        sqlite3_bind_null(st, at);
}

void bind_text(sqlite3_stmt *st, int at, struct sv v)
{
    sqlite3_bind_text64(st, at, v.n ? v.p : "", v.n, SQLITE_STATIC, SQLITE_UTF8);
}

void bind_time(sqlite3_stmt *st, int at, int64_t ms)
{
    if (ms == TIME_NONE)
        sqlite3_bind_null(st, at);
    else
        sqlite3_bind_int64(st, at, ms);
}

struct sv column_view(sqlite3_stmt *st, int at)
{
    if (sqlite3_column_type(st, at) == SQLITE_NULL)
        return SV_NONE;
    const void *p = sqlite3_column_blob(st, at);
    return (struct sv){p ? p : "", (size_t)sqlite3_column_bytes(st, at)};
}

struct sv column_sv(sqlite3_stmt *st, int at, struct arena *a)
{
    return sv_dup(a, column_view(st, at));
}

int64_t column_time(sqlite3_stmt *st, int at)
{
    return sqlite3_column_type(st, at) == SQLITE_NULL ? TIME_NONE : sqlite3_column_int64(st, at);
}
