#include "store/inner.h"

/* ---- Feeds ---- */

/* Keys of the day it was read last may be forgotten. A feed that is answered by 304 may show items that were recorded the day before:
 * forgetting allows for that. */
static bool is_forgotten(const struct store *s, sqlite3_stmt *st)
{
    int64_t success = column_time(st, 5), day = column_time(st, 10); /* no day: recorded under an older schema */
    if (day == TIME_NONE && success != TIME_NONE)
        day = success / MS_DAY;
    return day != TIME_NONE && s->forgotten != DAY_NONE && day <= s->forgotten;
}

int store_feed_load(struct store *s, struct sv id, struct arena *a, struct store_feed *f)
{
    sqlite3_stmt *st = s->statements[FEED_LOAD];
    bind_text(st, 1, id);
    int result = store_step(s, st);
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
            .forgotten = is_forgotten(s, st),
        };
    store_reset(st);
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
    sqlite3_bind_int64(st, 10, s->today);
    return store_run(s, FEED_SAVE);
}

bool store_feed_remember(struct store *s, struct sv id, struct sv body, struct sv trust)
{
    sqlite3_stmt *st = s->statements[FEED_REMEMBER];
    bind_text(st, 1, id);
    bind_sv(st, 2, body);
    bind_sv(st, 3, trust);
    return store_run(s, FEED_REMEMBER);
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
    int result = store_step(s, st);
    if (result > 0) {
        int marks = sqlite3_column_int(st, 2);
        *key = (struct store_key){.day = sqlite3_column_int64(st, 0), .shared = marks & MARK_SHARED, .tracked = marks & MARK_TRACKED};
        const void *facts = sqlite3_column_blob(st, 1);
        key->has_facts = facts && sqlite3_column_bytes(st, 1) == FACTS_SIZE;
        if (key->has_facts)
            unpack_facts(facts, &key->facts);
    }
    store_reset(st);
    return result;
}

static bool note_day(struct store *s, int64_t day)
{
    if (day == s->written)
        return true;
    sqlite3_bind_int64(s->statements[DAY_WRITTEN], 1, day);
    s->written = store_run(s, DAY_WRITTEN) ? day : DAY_NONE;
    return s->written == day;
}

bool store_key_save(struct store *s, struct sv outlet, const struct digest *d, const struct store_key *key)
{
    unsigned char facts[FACTS_SIZE];
    sqlite3_stmt *st = of_key(s, KEY_SAVE, outlet, d);
    int64_t day = key->day > s->today ? key->day : s->today;
    sqlite3_bind_int64(st, 3, day);
    if (key->has_facts) {
        pack_facts(&key->facts, facts);
        sqlite3_bind_blob(st, 4, facts, sizeof facts, SQLITE_STATIC);
    }
    sqlite3_bind_int(st, 5, (key->shared ? MARK_SHARED : 0) | (key->tracked ? MARK_TRACKED : 0));
    return store_run(s, KEY_SAVE) && note_day(s, day);
}
