#include "store/inner.h"

#include <stdlib.h>

#include "base/fault.h"

bool store_lanes(struct store *s, void (*lane)(void *context, const struct store_lane *), void *context)
{
    sqlite3_stmt *st = s->statements[LANES];
    int found;
    while ((found = store_step(s, st)) > 0) {
        const struct store_lane l = {
            .topic = column_view(st, 0),
            .open = sqlite3_column_int(st, 1),
            .waiting = (size_t)sqlite3_column_int64(st, 2),
            .refused = (size_t)sqlite3_column_int64(st, 3),
            .bytes = (uint64_t)sqlite3_column_int64(st, 4),
            .oldest = column_time(st, 7),
        };
        if (l.open || l.waiting || l.refused)
            lane(context, &l);
    }
    store_reset(st);
    return found == 0;
}

/* ---- Marks ---- */

static struct store_mark read_mark(sqlite3_stmt *st)
{
    struct store_mark mark = {sqlite3_column_int(st, 0), sqlite3_column_int64(st, 1), {{0}}, false};
    struct sv event = column_view(st, 2);
    mark.has_event = event.n == sizeof mark.event.bytes;
    if (mark.has_event)
        memcpy(mark.event.bytes, event.p, event.n);
    return mark;
}

static bool load_marks(struct store *s, struct sv topic, struct arena *a, struct store_lane_state *state)
{
    sqlite3_stmt *st = s->statements[MARKS_LOAD];
    struct store_mark *marks = NULL;
    size_t capacity = 0, count = 0;
    int found;
    bind_text(st, 1, topic);
    while ((found = store_step(s, st)) > 0) {
        marks = xgrow(marks, count, &capacity, sizeof *marks);
        marks[count++] = read_mark(st);
    }
    store_reset(st);
    state->marks = arena_array(a, count, sizeof *marks);
    if (count)
        memcpy(state->marks, marks, count * sizeof *marks);
    state->mark_count = count;
    free(marks);
    return found == 0;
}

bool store_mark(struct store *s, struct sv topic, int32_t partition, int64_t offset, const struct digest *event)
{
    sqlite3_stmt *st = s->statements[MARK_SAVE];
    bind_text(st, 1, topic);
    sqlite3_bind_int(st, 2, partition);
    sqlite3_bind_int64(st, 3, offset);
    bind_sv(st, 4, event ? (struct sv){(const char *)event->bytes, sizeof event->bytes} : SV_NONE);
    bool good = store_run(s, MARK_SAVE);
    FAULT("marked");
    return good;
}

/* ---- Opening and closing ---- */

int store_lane_load(struct store *s, struct sv topic, struct arena *a, struct store_lane_state *state)
{
    sqlite3_stmt *st = s->statements[LANE_LOAD];
    bind_text(st, 1, topic);
    int found = store_step(s, st);
    *state = (struct store_lane_state){.cluster = SV_NONE};
    if (found > 0) {
        state->open = sqlite3_column_int(st, 0);
        state->cluster = column_sv(st, 1, a);
    }
    store_reset(st);
    return found > 0 && !load_marks(s, topic, a, state) ? -1 : found;
}

static bool replace_marks(struct store *s, struct sv topic, const struct store_mark *marks, size_t count)
{
    bind_text(s->statements[MARKS_DROP], 1, topic);
    bool good = store_run(s, MARKS_DROP);
    for (size_t i = 0; good && i < count; i++)
        good = store_mark(s, topic, marks[i].partition, marks[i].offset, marks[i].has_event ? &marks[i].event : NULL);
    return good;
}

bool store_lane_open(struct store *s, struct sv topic, struct sv cluster, const struct store_mark *marks, size_t count)
{
    if (!store_begin(s))
        return false;
    bind_text(s->statements[LANE_OPEN], 1, topic);
    bind_sv(s->statements[LANE_OPEN], 2, cluster);
    bool good = store_run(s, LANE_OPEN) && replace_marks(s, topic, marks, count);
    FAULT("lane-opened");
    return store_end(s, good) && good;
}

bool store_lane_close(struct store *s, struct sv topic)
{
    bind_text(s->statements[LANE_CLOSE], 1, topic);
    bool good = store_run(s, LANE_CLOSE);
    FAULT("lane-closed");
    return good;
}

/* ---- Counters ---- */

static const char *const names[STORE_COUNTERS] = {
    [STORE_DELIVERED] = "delivered", [STORE_DOUBTFUL] = "possibly_doubled", [STORE_DROPPED] = "dropped", [STORE_DEAD_LETTERS] = "dead_letters"};

bool store_count_add(struct store *s, enum store_counter which, uint64_t n)
{
    sqlite3_stmt *st = s->statements[COUNT_ADD];
    bind_text(st, 1, sv_of(names[which]));
    sqlite3_bind_int64(st, 2, (int64_t)n);
    return store_run(s, COUNT_ADD);
}

bool store_counts(struct store *s, uint64_t counts[STORE_COUNTERS])
{
    sqlite3_stmt *st = s->statements[COUNTS];
    int found;
    memset(counts, 0, STORE_COUNTERS * sizeof *counts);
    while ((found = store_step(s, st)) > 0)
        for (int i = 0; i < STORE_COUNTERS; i++)
            if (sv_eq(column_view(st, 0), sv_of(names[i])))
                counts[i] = (uint64_t)sqlite3_column_int64(st, 1);
    store_reset(st);
    return found == 0;
}
