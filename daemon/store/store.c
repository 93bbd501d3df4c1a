#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/json.h"
#include "store/open.h"

#define TIDY_ROWS "2000"       /* at a time: a tidy-up never holds the loop for long */

enum statement {
    READ, BEGIN, COMMIT, ROLLBACK, SAVE, RELEASE, ROLLBACK_TO,
    FEED_LOAD, FEED_SAVE, FEED_REMEMBER, KEY_LOAD, KEY_SAVE, TIDY,
    OUTBOX_ADD, OUTBOX_NEXT, OUTBOX_REMOVE, OUTBOX_REFUSE, OUTBOX_COUNT, REFUSED_COUNT,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [READ] = "BEGIN",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [SAVE] = "SAVEPOINT round",
    [RELEASE] = "RELEASE round",
    [ROLLBACK_TO] = "ROLLBACK TO round",
    [FEED_LOAD] = "SELECT url, etag, last_modified, error, next_poll, last_success, last_full, failures, body, trust FROM feed WHERE id = ?",
    [FEED_SAVE] = "INSERT INTO feed (id, url, etag, last_modified, error, next_poll, last_success, last_full, failures)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET url = excluded.url, etag = excluded.etag,"
                  " last_modified = excluded.last_modified, error = excluded.error, next_poll = excluded.next_poll,"
                  " last_success = excluded.last_success, last_full = excluded.last_full, failures = excluded.failures",
    [FEED_REMEMBER] = "UPDATE feed SET body = ?2, trust = ?3 WHERE id = ?1",
    [KEY_LOAD] = "SELECT day, facts, marks FROM seen WHERE outlet = ? AND digest = ?",
    [KEY_SAVE] = "INSERT INTO seen (outlet, digest, day, facts, marks) VALUES (?, ?, ?, ?, ?) ON CONFLICT (outlet, digest) DO UPDATE"
                 " SET day = max(day, excluded.day), facts = excluded.facts, marks = excluded.marks",
    [TIDY] = "DELETE FROM seen WHERE (outlet, digest) IN (SELECT outlet, digest FROM seen WHERE day < ? LIMIT " TIDY_ROWS ")",
    [OUTBOX_ADD] = "INSERT INTO outbox (event, topic, key, value, headers, added) VALUES (?, ?, ?, ?, ?, ?)",
    [OUTBOX_NEXT] = "SELECT id, event, topic, key, value, headers, added FROM outbox WHERE id > ? AND refused IS NULL ORDER BY id LIMIT 1",
    [OUTBOX_REMOVE] = "DELETE FROM outbox WHERE id = ?",
    [OUTBOX_REFUSE] = "UPDATE outbox SET refused = ?2 WHERE id = ?1",
    [OUTBOX_COUNT] = "SELECT count(*), (SELECT added FROM outbox WHERE refused IS NULL ORDER BY id LIMIT 1) FROM outbox",
    [REFUSED_COUNT] = "SELECT count(*) FROM outbox WHERE refused IS NOT NULL",
};

struct store {
    struct store_files files;
    sqlite3 *db;    /* the files' */
    sqlite3_stmt *statements[STATEMENTS];
    bool open;      /* a transaction */
    bool reading;   /* one that only reads */
    bool lost;      /* SQLite rolled the turn back by itself (a full disk, an I/O error): nothing more is written in it */
    char error[STORE_ERROR];
};

static bool failed(struct store *s)
{
    snprintf(s->error, sizeof s->error, "%s: %s", s->files.path, sqlite3_errmsg(s->db));
    return false;
}

/* ---- Opening ---- */

static bool prepare(struct store *s)
{
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &s->statements[i], NULL) != SQLITE_OK)
            return failed(s);
    return true;
}

struct store *store_open(const char *dir, char error[STORE_ERROR])
{
    struct store *s = xcalloc(1, sizeof *s);
    bool good = store_files_open(&s->files, dir, error);
    s->db = s->files.db;
    if (good && !prepare(s)) {
        memcpy(error, s->error, STORE_ERROR);
        good = false;
    }
    if (!good)
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

/* ---- Statements ---- */

static void bind_sv(sqlite3_stmt *st, int at, struct sv v)
{
    if (v.p)
        sqlite3_bind_blob64(st, at, v.n ? v.p : "", v.n, SQLITE_STATIC);
    else
        sqlite3_bind_null(st, at);
}

static void bind_text(sqlite3_stmt *st, int at, struct sv v)
{
    sqlite3_bind_text64(st, at, v.n ? v.p : "", v.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_time(sqlite3_stmt *st, int at, int64_t ms)
{
    if (ms == TIME_NONE)
        sqlite3_bind_null(st, at);
    else
        sqlite3_bind_int64(st, at, ms);
}

static struct sv column_sv(sqlite3_stmt *st, int at, struct arena *a)
{
    if (sqlite3_column_type(st, at) == SQLITE_NULL)
        return SV_NONE;
    const void *p = sqlite3_column_blob(st, at);
    size_t n = (size_t)sqlite3_column_bytes(st, at);
    return (struct sv){arena_copy(a, p, n), n};
}

static int64_t column_time(sqlite3_stmt *st, int at)
{
    return sqlite3_column_type(st, at) == SQLITE_NULL ? TIME_NONE : sqlite3_column_int64(st, at);
}

/* 1: there is a row; 0: there is none; -1: an error. */
static int step(struct store *s, sqlite3_stmt *st)
{
    int rc = sqlite3_step(st);
    if (rc == SQLITE_ROW || rc == SQLITE_DONE)
        return rc == SQLITE_ROW;
    failed(s);
    return -1;
}

/* Run to the end a statement that returns no row. */
static bool run(struct store *s, enum statement which)
{
    sqlite3_stmt *st = s->statements[which];
    bool good = sqlite3_step(st) == SQLITE_DONE || failed(s);
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return good;
}

/* Is the turn's transaction still there? Without this what comes later in the turn would be committed without what came before. */
static bool is_whole(struct store *s)
{
    s->lost = s->lost || (s->open && sqlite3_get_autocommit(s->db));
    return !s->lost;
}

static bool open_transaction(struct store *s)
{
    if (is_whole(s) && !s->open)
        s->open = run(s, BEGIN);
    return s->open && !s->lost;
}

bool store_begin(struct store *s)
{
    return open_transaction(s) && run(s, SAVE);
}

bool store_end(struct store *s, bool keep)
{
    return is_whole(s) && (keep || run(s, ROLLBACK_TO)) && run(s, RELEASE);
}

bool store_commit(struct store *s)
{
    bool whole = is_whole(s), open = s->open;
    s->open = s->lost = false;
    if (!whole)
        return false;
    FAULT("committing");
    if (!open || run(s, COMMIT)) {
        FAULT("committed");
        return true;
    }
    char why[STORE_ERROR];
    memcpy(why, s->error, sizeof why);
    if (!sqlite3_get_autocommit(s->db))
        run(s, ROLLBACK);
    memcpy(s->error, why, sizeof why);
    return false;
}

void store_read_begin(struct store *s)
{
    s->reading = !s->open && run(s, READ);
}

void store_read_end(struct store *s)
{
    if (s->reading)
        run(s, COMMIT);
    s->reading = false;
}

/* ---- Feeds ---- */

int store_feed_load(struct store *s, struct sv id, struct arena *a, struct store_feed *f)
{
    sqlite3_stmt *st = s->statements[FEED_LOAD];
    bind_text(st, 1, id);
    int result = step(s, st);
    if (result > 0)
        *f = (struct store_feed){
            .url = column_sv(st, 0, a),
            .etag = column_sv(st, 1, a),
            .last_modified = column_sv(st, 2, a),
            .error = column_sv(st, 3, a),
            .next = column_time(st, 4),
            .last_success = column_time(st, 5),
            .last_full = column_time(st, 6),
            .failures = (unsigned)sqlite3_column_int(st, 7),
            .body = column_sv(st, 8, a),
            .trust = column_sv(st, 9, a),
        };
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return result;
}

bool store_feed_save(struct store *s, struct sv id, const struct store_feed *f)
{
    sqlite3_stmt *st = s->statements[FEED_SAVE];
    bind_text(st, 1, id);
    bind_sv(st, 2, f->url);
    bind_sv(st, 3, f->etag);
    bind_sv(st, 4, f->last_modified);
    bind_sv(st, 5, f->error);
    bind_time(st, 6, f->next);
    bind_time(st, 7, f->last_success);
    bind_time(st, 8, f->last_full);
    sqlite3_bind_int64(st, 9, f->failures);
    return run(s, FEED_SAVE);
}

bool store_feed_remember(struct store *s, struct sv id, struct sv body, struct sv trust)
{
    sqlite3_stmt *st = s->statements[FEED_REMEMBER];
    bind_text(st, 1, id);
    bind_sv(st, 2, body);
    bind_sv(st, 3, trust);
    return run(s, FEED_REMEMBER);
}

/* ---- Keys of seen items ---- */

#define FACTS_SIZE 16 /* four numbers, the lowest byte first */

enum { MARK_SHARED = 1, MARK_TRACKED = 2 };

static void pack_facts(const struct facts *f, unsigned char out[FACTS_SIZE])
{
    const uint32_t numbers[] = {f->page, f->title, f->text, (uint32_t)f->minute};
    for (size_t i = 0; i < FACTS_SIZE; i++)
        out[i] = (unsigned char)(numbers[i / 4] >> 8 * (i % 4));
}

static void unpack_facts(const unsigned char *in, struct facts *f)
{
    uint32_t numbers[4] = {0};
    for (size_t i = 0; i < FACTS_SIZE; i++)
        numbers[i / 4] |= (uint32_t)in[i] << 8 * (i % 4);
    *f = (struct facts){numbers[0], numbers[1], numbers[2], (int32_t)numbers[3]};
}

static sqlite3_stmt *of_key(struct store *s, enum statement which, struct sv outlet, const struct digest *d)
{
    sqlite3_stmt *st = s->statements[which];
    bind_text(st, 1, outlet);
    sqlite3_bind_blob(st, 2, d->bytes, sizeof d->bytes, SQLITE_STATIC);
    return st;
}

int store_key_load(struct store *s, struct sv outlet, const struct digest *d, struct store_key *key)
{
    sqlite3_stmt *st = of_key(s, KEY_LOAD, outlet, d);
    int result = step(s, st);
    if (result > 0) {
        int marks = sqlite3_column_int(st, 2);
        *key = (struct store_key){.day = sqlite3_column_int64(st, 0), .shared = marks & MARK_SHARED, .tracked = marks & MARK_TRACKED};
        const void *facts = sqlite3_column_blob(st, 1);
        key->has_facts = facts && sqlite3_column_bytes(st, 1) == FACTS_SIZE;
        if (key->has_facts)
            unpack_facts(facts, &key->facts);
    }
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return result;
}

bool store_key_save(struct store *s, struct sv outlet, const struct digest *d, const struct store_key *key)
{
    unsigned char facts[FACTS_SIZE];
    sqlite3_stmt *st = of_key(s, KEY_SAVE, outlet, d);
    sqlite3_bind_int64(st, 3, key->day);
    if (key->has_facts) {
        pack_facts(&key->facts, facts);
        sqlite3_bind_blob(st, 4, facts, sizeof facts, SQLITE_STATIC);
    }
    sqlite3_bind_int(st, 5, (key->shared ? MARK_SHARED : 0) | (key->tracked ? MARK_TRACKED : 0));
    return run(s, KEY_SAVE);
}

bool store_tidy(struct store *s, int64_t now)
{
    if (!open_transaction(s))
        return false;
    sqlite3_bind_int64(s->statements[TIDY], 1, (now - STORE_SEEN_KEPT) / MS_DAY);
    return run(s, TIDY);
}

/* ---- The outbox ---- */

/* Headers stand as a JSON array of names and values in turn, so that an operator can read them. */
static void pack_headers(const struct message *m, struct buf *out)
{
    struct json_writer w = {.out = out};
    json_array(&w);
    for (size_t i = 0; i < m->header_count; i++) {
        json_string(&w, m->headers[i].name);
        json_string(&w, m->headers[i].value);
    }
    json_array_end(&w);
}

struct unpacking {
    struct arena *arena;
    struct message *message;
    size_t strings;
};

static bool unpack_string(void *context, struct sv v)
{
    struct unpacking *u = context;
    struct message *m = u->message;
    struct sv copy = sv_dup(u->arena, v.p ? v : SV(""));
    if (u->strings++ % 2 == 1) {
        m->headers[m->header_count - 1].value = copy;
        return true;
    }
    size_t n = m->header_count;
    if ((n & (n - 1)) == 0) /* full at each power of two */
        m->headers = arena_grow(u->arena, m->headers, n * sizeof *m->headers, (n ? n * 2 : 1) * sizeof *m->headers);
    m->headers[m->header_count++] = (struct message_header){copy, SV("")};
    return true;
}

static bool unpack_headers(struct sv text, struct arena *a, struct message *m)
{
    static const struct json_handlers handlers = {.string = unpack_string};
    struct unpacking u = {a, m, 0};
    struct json_reader *reader = json_reader_new(&handlers, &u, NULL);
    bool good = json_reader_feed(reader, text) && json_reader_end(reader) && u.strings % 2 == 0;
    json_reader_free(&reader);
    return good;
}

bool store_outbox_add(struct store *s, const struct message *m, int64_t now)
{
    sqlite3_stmt *st = s->statements[OUTBOX_ADD];
    struct buf headers = {0};
    pack_headers(m, &headers);
    bind_text(st, 1, m->id);
    bind_text(st, 2, m->topic);
    bind_sv(st, 3, m->key);
    bind_sv(st, 4, m->value.p ? m->value : SV(""));
    bind_text(st, 5, buf_view(&headers));
    sqlite3_bind_int64(st, 6, now);
    bool good = run(s, OUTBOX_ADD);
    FAULT("added");
    buf_free(&headers);
    return good;
}

/* As store_outbox_next; `*whole`: its headers could be read. */
static int next_row(struct store *s, int64_t after, struct arena *a, int64_t *row, struct message *m, int64_t *added, bool *whole)
{
    sqlite3_stmt *st = s->statements[OUTBOX_NEXT];
    sqlite3_bind_int64(st, 1, after);
    int result = step(s, st);
    *whole = true;
    if (result > 0) {
        *row = sqlite3_column_int64(st, 0);
        *m = (struct message){.id = column_sv(st, 1, a), .topic = column_sv(st, 2, a), .key = column_sv(st, 3, a), .value = column_sv(st, 4, a)};
        *whole = unpack_headers(column_sv(st, 5, a), a, m);
        *added = sqlite3_column_int64(st, 6);
    }
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return result;
}

int store_outbox_next(struct store *s, int64_t after, struct arena *a, int64_t *row, struct message *m, int64_t *added)
{
    for (bool whole;; after = *row) {
        int result = next_row(s, after, a, row, m, added, &whole);
        if (whole)
            return result;
        /* Somebody has edited it: it is not sent by halves, and does not hold up the others. */
        if (!store_outbox_refuse(s, *row, SV("its headers cannot be read")))
            return -1;
    }
}

bool store_outbox_remove(struct store *s, int64_t row)
{
    sqlite3_bind_int64(s->statements[OUTBOX_REMOVE], 1, row);
    bool good = run(s, OUTBOX_REMOVE);
    FAULT("removed");
    return good;
}

bool store_outbox_refuse(struct store *s, int64_t row, struct sv reason)
{
    sqlite3_bind_int64(s->statements[OUTBOX_REFUSE], 1, row);
    bind_text(s->statements[OUTBOX_REFUSE], 2, reason);
    bool good = run(s, OUTBOX_REFUSE);
    FAULT("refused");
    return good;
}

bool store_outbox_count(struct store *s, struct store_outbox *o)
{
    *o = (struct store_outbox){.oldest = TIME_NONE};
    sqlite3_stmt *all = s->statements[OUTBOX_COUNT], *refused = s->statements[REFUSED_COUNT];
    bool good = sqlite3_step(all) == SQLITE_ROW && sqlite3_step(refused) == SQLITE_ROW;
    if (good) {
        o->refused = (size_t)sqlite3_column_int64(refused, 0);
        o->waiting = (size_t)sqlite3_column_int64(all, 0) - o->refused;
        o->oldest = column_time(all, 1);
    } else {
        failed(s);
    }
    sqlite3_reset(all);
    sqlite3_reset(refused);
    return good;
}

const char *store_library(void)
{
    static char text[64];
    snprintf(text, sizeof text, "SQLite/%s", sqlite3_libversion());
    return text;
}
