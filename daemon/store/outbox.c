#include "base/fault.h"
#include "base/json.h"
#include "store/inner.h"

#define TRIM_ROWS 500     /* that go at a time */
#define TRIM_LOOKS 20000  /* rows that are looked at for it: as many may be spared */

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

/* ---- Adding ---- */

static bool add(struct store *s, enum statement which, const struct message *m, int64_t now)
{
    sqlite3_stmt *st = s->statements[which];
    struct buf headers = {0};
    pack_headers(m, &headers);
    bind_text(st, 1, m->id);
    bind_text(st, 2, m->topic);
    bind_sv(st, 3, m->key);
    bind_sv(st, 4, m->value.p ? m->value : SV(""));
    bind_text(st, 5, buf_view(&headers));
    sqlite3_bind_int64(st, 6, now);
    sqlite3_bind_int64(st, 7, (int64_t)(m->id.n + m->topic.n + m->key.n + m->value.n + headers.n));
    bool good = store_run(s, which);
    buf_free(&headers);
    return good;
}

bool store_outbox_add(struct store *s, const struct message *m, int64_t now)
{
    bool good = add(s, OUTBOX_ADD, m, now);
    FAULT("added");
    return good;
}

bool store_outbox_dead_letter(struct store *s, int64_t refused_row, const struct message *m, int64_t now)
{
    sqlite3_bind_int64(s->statements[DEAD_LETTER], 8, refused_row);
    bool good = add(s, DEAD_LETTER, m, now);
    FAULT("dead-letter");
    return good;
}

/* ---- Offering ---- */

/* The row that a statement is at, to its end. `*whole`: its headers could be read. */
static int read_row(struct store *s, sqlite3_stmt *st, struct arena *a, int64_t *row, struct message *m, int64_t *added, bool *whole)
{
    int result = store_step(s, st);
    *whole = true;
    if (result > 0) {
        *row = sqlite3_column_int64(st, 0);
        *m = (struct message){.id = column_sv(st, 1, a), .topic = column_sv(st, 2, a), .key = column_sv(st, 3, a), .value = column_sv(st, 4, a)};
        *whole = unpack_headers(column_view(st, 5), a, m);
        *added = sqlite3_column_int64(st, 6);
    }
    store_reset(st);
    return result;
}

static int next_row(struct store *s, struct sv topic, int64_t after, struct arena *a, int64_t *row, struct message *m, int64_t *added, bool *whole)
{
    sqlite3_stmt *st = s->statements[topic.p ? OUTBOX_NEXT : OUTBOX_NEXT_ANY];
    if (topic.p)
        bind_text(st, 1, topic);
    sqlite3_bind_int64(st, 2, after);
    return read_row(s, st, a, row, m, added, whole);
}

int store_outbox_load(struct store *s, int64_t row, struct arena *a, struct message *m)
{
    int64_t added;
    bool whole;
    sqlite3_bind_int64(s->statements[OUTBOX_LOAD], 1, row);
    return read_row(s, s->statements[OUTBOX_LOAD], a, &row, m, &added, &whole);
}

int store_outbox_next(struct store *s, struct sv topic, int64_t after, struct arena *a, int64_t *row, struct message *m, int64_t *added)
{
    for (bool whole;; after = *row) {
        int result = next_row(s, topic, after, a, row, m, added, &whole);
        if (whole)
            return result;
        /* Somebody has edited it: it is not sent by halves, and does not hold up the others. */
        if (!store_outbox_refuse(s, *row, SV("its headers cannot be read")))
            return -1;
    }
}

int store_outbox_ids(struct store *s, struct sv topic, int64_t after, struct store_id *out, size_t most)
{
    sqlite3_stmt *st = s->statements[OUTBOX_IDS];
    size_t count = 0;
    int found = 0;
    bind_text(st, 1, topic);
    sqlite3_bind_int64(st, 2, after);
    while (count < most && (found = store_step(s, st)) > 0) {
        out[count].row = sqlite3_column_int64(st, 0);
        count += digest_read(column_view(st, 1), &out[count].event);
    }
    store_reset(st);
    return found < 0 ? -1 : (int)count;
}

bool store_outbox_list(struct store *s, int64_t after, size_t most, void (*row)(void *context, const struct store_row *), void *context)
{
    sqlite3_stmt *st = s->statements[OUTBOX_LIST];
    int found;
    sqlite3_bind_int64(st, 1, after);
    sqlite3_bind_int64(st, 2, most < INT64_MAX ? (int64_t)most : INT64_MAX);
    while ((found = store_step(s, st)) > 0) {
        const struct store_row r = {
            .row = sqlite3_column_int64(st, 0),
            .event = column_view(st, 1),
            .topic = column_view(st, 2),
            .key = column_view(st, 3),
            .added = sqlite3_column_int64(st, 4),
            .size = (uint64_t)sqlite3_column_int64(st, 5),
            .refused = column_view(st, 6),
            .stands_for = sqlite3_column_int64(st, 7),
        };
        row(context, &r);
    }
    store_reset(st);
    return found == 0;
}

/* ---- Leaving ---- */

static bool run_with(struct store *s, enum statement which, int64_t row)
{
    sqlite3_bind_int64(s->statements[which], 1, row);
    return store_run(s, which);
}

bool store_outbox_remove(struct store *s, int64_t row)
{
    bool good = run_with(s, OUTBOX_REMOVE, row);
    FAULT("removed");
    return good;
}

static bool refuse_with(struct store *s, enum statement which, int64_t row, struct sv reason)
{
    bind_text(s->statements[which], 2, reason);
    return run_with(s, which, row);
}

bool store_outbox_refuse(struct store *s, int64_t row, struct sv reason)
{
    int64_t stands_for;
    sqlite3_bind_int64(s->statements[OUTBOX_STANDS_FOR], 1, row);
    if (!store_number(s, OUTBOX_STANDS_FOR, &stands_for))
        return false;
    if (!stands_for) {
        bool good = refuse_with(s, OUTBOX_REFUSE, row, reason);
        FAULT("refused");
        return good;
    }
    return refuse_with(s, OUTBOX_REFUSE_STOOD_FOR, stands_for, reason) && run_with(s, OUTBOX_REMOVE_ALONE, row);
}

/* Run for the row, then without the dead letter that stood for it: 1 or 0 as it was there, or -1. */
static int run_without_letter(struct store *s, enum statement which, int64_t row)
{
    if (!store_begin(s))
        return -1;
    bool good = run_with(s, which, row);
    int found = good && sqlite3_changes(s->db) > 0;
    good = good && run_with(s, OUTBOX_REMOVE_LETTER, row);
    return store_end(s, good) && good ? found : -1;
}

int store_outbox_retry(struct store *s, int64_t row)
{
    return run_without_letter(s, OUTBOX_RETRY, row);
}

int store_outbox_drop(struct store *s, int64_t row)
{
    return run_without_letter(s, OUTBOX_REMOVE, row);
}

static bool too_large(struct store *s, uint64_t bytes, bool *is)
{
    int64_t now;
    bool good = store_number(s, OUTBOX_BYTES, &now);
    *is = now > 0 && (uint64_t)now > bytes;
    return good;
}

static bool trim(struct store *s, uint64_t bytes, bool (*spared)(void *context, int64_t row), void *context, size_t *dropped)
{
    bool more;
    int64_t row = 0;
    if (!too_large(s, bytes, &more))
        return false;
    for (int looks = 0; more && *dropped < TRIM_ROWS && looks < TRIM_LOOKS; looks++) {
        sqlite3_bind_int64(s->statements[OUTBOX_AFTER], 1, row);
        if (!store_number(s, OUTBOX_AFTER, &row))
            return false;
        if (row == 0)
            break;
        if (spared && spared(context, row))
            continue;
        if (store_outbox_drop(s, row) < 0 || !too_large(s, bytes, &more))
            return false;
        ++*dropped;
    }
    return true;
}

bool store_outbox_trim(struct store *s, uint64_t bytes, bool (*spared)(void *context, int64_t row), void *context, size_t *dropped)
{
    *dropped = 0;
    if (!store_begin(s))
        return false;
    bool good = trim(s, bytes, spared, context, dropped);
    if (!good)
        *dropped = 0;
    return store_end(s, good) && good;
}

/* ---- Counting ---- */

bool store_outbox_count(struct store *s, struct store_outbox *o)
{
    *o = (struct store_outbox){.oldest = TIME_NONE};
    sqlite3_stmt *st = s->statements[LANES];
    int64_t first = INT64_MAX, letters = 0;
    int found;
    while ((found = store_step(s, st)) > 0) {
        o->waiting += (size_t)sqlite3_column_int64(st, 2);
        o->refused += (size_t)sqlite3_column_int64(st, 3);
        o->bytes += (uint64_t)sqlite3_column_int64(st, 4);
        letters += sqlite3_column_int64(st, 5);
        if (sqlite3_column_type(st, 6) != SQLITE_NULL && sqlite3_column_int64(st, 6) < first) {
            first = sqlite3_column_int64(st, 6);
            o->oldest = sqlite3_column_int64(st, 7);
        }
    }
    o->refused -= (size_t)letters < o->refused ? (size_t)letters : o->refused; /* an operator may have deleted what one stands for */
    store_reset(st);
    return found == 0;
}
