#include "lanes.h"

#include <ev.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/table.h"
#include "publish/readback.h"

#define IDS_PER_STEP 2000 /* so that the loop stays live while a long outbox is gathered */
#define ASK_FIRST MS_SECOND
#define ASK_MOST (30 * MS_SECOND)

struct lane {
    char *topic;
    enum lane_phase phase;
    bool unsure;      /* rows of it may be on the topic */
    bool holds;       /* what the store has of it is true, and says that rows may be in flight */
    bool told;        /* that it takes nothing */
    bool told_here;   /* and not by the courier, who tells what it met itself */
    size_t waiting;   /* rows, when the store was looked at last */
    int64_t oldest;
    char *reason;
    int64_t since, ask_at, ask_after;
    uint64_t read, of;
    struct readback_row *rows; /* gathered so far */
    size_t row_count, row_capacity;
    /* What was read back, until it is committed. */
    bool result;
    struct store_mark *marks;
    size_t mark_count;
    char *cluster;
    int64_t *found;   /* ascending */
    size_t found_count, doubted;
};

struct lanes {
    struct ev_loop *loop;
    const struct clock *clock;
    struct store *store;
    struct lanes_handlers handlers;
    struct readback *readback; /* NULL: a sink of which nothing is read */
    uint64_t window;
    struct lane **lanes;
    size_t count, capacity;
    struct table by_topic;
    bool look, started;
    ev_io answers;
};

static struct lane *lane_of(const struct lanes *l, struct sv topic)
{
    return table_get(&l->by_topic, topic);
}

static void enter(struct lanes *l, struct lane *lane, enum lane_phase phase)
{
    lane->phase = phase;
    lane->since = clock_wall(l->clock);
    lane->read = lane->of = 0;
}

static void forget_result(struct lane *lane)
{
    free(lane->marks);
    free(lane->cluster);
    free(lane->found);
    lane->marks = NULL;
    lane->cluster = NULL;
    lane->found = NULL;
    lane->mark_count = lane->found_count = lane->doubted = 0;
    lane->result = false;
}

static void forget_rows(struct lane *lane)
{
    free(lane->rows);
    lane->rows = NULL;
    lane->row_count = lane->row_capacity = 0;
}

static void set_reason(struct lane *lane, const char *reason)
{
    free(lane->reason);
    lane->reason = reason ? xstrdup(reason) : NULL;
}

/* ---- Closed, and why ---- */

static void wait_for(struct lanes *l, struct lane *lane, const char *reason)
{
    set_reason(lane, reason);
    lane->ask_at = clock_monotonic(l->clock) + lane->ask_after;
    lane->ask_after = lane->ask_after * 2 < ASK_MOST ? lane->ask_after * 2 : ASK_MOST;
}

/* Told once when a topic stops taking alerts, and once when it takes them again. */
static void takes_none(struct lanes *l, struct lane *lane, const char *reason)
{
    wait_for(l, lane, reason);
    if (lane->told)
        return;
    lane->told = lane->told_here = true;
    log_write(LOG_LEVEL_WARNING, LOG_FIELDS({"TOPIC", sv_of(lane->topic)}, {"ERROR", sv_of(reason)}),
              "Kafka: topic %s: %s; its alerts are kept and tried again", lane->topic, reason);
}

void lanes_close(struct lanes *l, struct sv topic, bool unsure, const char *reason)
{
    struct lane *lane = lane_of(l, topic);
    if (!lane)
        return;
    lane->unsure = lane->unsure || unsure;
    forget_rows(lane);
    enter(l, lane, LANE_CLOSED);
    if (reason)
        wait_for(l, lane, reason);
    else
        lane->ask_at = clock_monotonic(l->clock);
    lane->told = lane->told || reason;
}

void lanes_delivered(struct lanes *l, struct sv topic)
{
    struct lane *lane = lane_of(l, topic);
    if (!lane)
        return;
    lane->ask_after = ASK_FIRST;
    if (lane->told_here)
        log_write(LOG_LEVEL_NOTICE, LOG_FIELDS({"TOPIC", topic}), "Kafka: topic %s takes alerts again", lane->topic);
    lane->told = lane->told_here = false;
}

/* ---- Which lanes there are ---- */

static void see_lane(void *context, const struct store_lane *seen)
{
    struct lanes *l = context;
    struct lane *lane = lane_of(l, seen->topic);
    if (!lane && seen->waiting == 0)
        return;
    if (!lane) {
        lane = xcalloc(1, sizeof *lane);
        *lane = (struct lane){.topic = sv_cstr(seen->topic), .ask_after = ASK_FIRST, .ask_at = clock_monotonic(l->clock)};
        lane->unsure = !l->started && seen->open; /* rows of later on cannot have been sent by anybody */
        enter(l, lane, LANE_CLOSED);
        l->lanes = xgrow(l->lanes, l->count, &l->capacity, sizeof *l->lanes);
        l->lanes[l->count++] = lane;
        table_put(&l->by_topic, sv_of(lane->topic), lane);
    }
    if (seen->waiting == 0 && lane->phase == LANE_CLOSED)
        lane->unsure = false;
    lane->waiting = seen->waiting;
    lane->oldest = seen->oldest;
}

static void look(struct lanes *l)
{
    if (!l->look)
        return;
    if (store_lanes(l->store, see_lane, l))
        l->look = false, l->started = true;
    else
        l->handlers.store_fails(l->handlers.context);
}

void lanes_look(struct lanes *l)
{
    l->look = true;
}

/* ---- From closed to reading ---- */

static void ask(struct lanes *l, struct lane *lane)
{
    struct arena arena = {0};
    struct store_lane_state known = {0};
    int found = store_lane_load(l->store, sv_of(lane->topic), &arena, &known);
    if (found < 0) {
        l->handlers.store_fails(l->handlers.context);
        lane->ask_at = clock_monotonic(l->clock) + ASK_FIRST;
        forget_rows(lane);
        enter(l, lane, LANE_CLOSED);
    } else {
        struct readback_mark *marks = arena_array(&arena, known.mark_count, sizeof *marks);
        for (size_t i = 0; i < known.mark_count; i++)
            marks[i] = (struct readback_mark){known.marks[i].partition, known.marks[i].offset, known.marks[i].event, known.marks[i].has_event};
        const struct readback_request request = {.topic = sv_of(lane->topic), .cluster = known.cluster, .marks = marks,
                                                 .mark_count = known.mark_count, .open = lane->unsure, .rows = lane->rows,
                                                 .row_count = lane->row_count, .since = lane->oldest};
        lane->holds = known.open && lane->unsure;
        lane->rows = NULL;
        forget_rows(lane);
        enter(l, lane, LANE_READING);
        readback_add(l->readback, &request);
    }
    arena_free(&arena);
}

/* Only rows of now can be in flight: what the outbox gets while the lane is closed is beyond what is looked for. */
static void gather(struct lanes *l, struct lane *lane)
{
    static struct store_id ids[IDS_PER_STEP];
    int64_t last = lane->row_count ? lane->rows[lane->row_count - 1].row : 0;
    int got = store_outbox_ids(l->store, sv_of(lane->topic), last, ids, IDS_PER_STEP);
    for (int i = 0; i < got; i++) {
        lane->rows = xgrow(lane->rows, lane->row_count, &lane->row_capacity, sizeof *lane->rows);
        lane->rows[lane->row_count++] = (struct readback_row){ids[i].event, ids[i].row};
    }
    if (got < 0) {
        l->handlers.store_fails(l->handlers.context);
        lanes_close(l, sv_of(lane->topic), true, NULL);
        lane->ask_at += ASK_FIRST;
    } else if (got < IDS_PER_STEP) {
        ask(l, lane);
    }
}

static void open_lane(struct lanes *l, struct lane *lane)
{
    lane->unsure = false;
    set_reason(lane, NULL);
    enter(l, lane, LANE_OPEN);
    l->handlers.open(l->handlers.context, sv_of(lane->topic));
}

static void begin(struct lanes *l, struct lane *lane)
{
    forget_result(lane);
    if (!l->readback) {
        open_lane(l, lane);
    } else if (lane->unsure) {
        enter(l, lane, LANE_LOADING);
    } else {
        ask(l, lane);
    }
}

int64_t lanes_step(struct lanes *l)
{
    look(l);
    int64_t now = clock_monotonic(l->clock), wait = -1;
    for (size_t i = 0; i < l->count; i++) {
        struct lane *lane = l->lanes[i];
        if (lane->phase == LANE_CLOSED && lane->waiting && now >= lane->ask_at)
            begin(l, lane);
        if (lane->phase == LANE_LOADING)
            gather(l, lane);
        int64_t its = lane->phase == LANE_LOADING ? 0 : lane->phase == LANE_CLOSED && lane->waiting ? lane->ask_at - now : -1;
        if (its >= 0 && (wait < 0 || its < wait))
            wait = its;
    }
    return wait;
}

/* ---- What was read back ---- */

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* No more than the window can have been in flight; of that many rows, as large as the lane's are on average, what was not found may come twice. */
static size_t doubted_of(const struct lanes *l, const struct lane *lane, const struct readback_result *r)
{
    size_t left = lane->waiting > r->found_count ? lane->waiting - r->found_count : 0;
    struct store_outbox outbox;
    if (!store_outbox_count(l->store, &outbox) || outbox.waiting == 0)
        return left;
    uint64_t size = outbox.bytes / (outbox.waiting + outbox.refused) + 1;
    uint64_t most = l->window / size + 1;
    return left < most ? left : (size_t)most;
}

static void tell_result(const struct lane *lane, const struct readback_result *r)
{
    if (r->doubt && lane->doubted)
        log_write(LOG_LEVEL_WARNING, LOG_FIELDS({"TOPIC", r->topic}, {"ERROR", sv_of(r->doubt)}),
                  "Kafka: topic %s: %zu of its alerts were there already; up to %zu may come a second time: %s", lane->topic, r->found_count,
                  lane->doubted, r->doubt);
    else if (lane->unsure)
        log_write(LOG_LEVEL_NOTICE, LOG_FIELDS({"TOPIC", r->topic}),
                  "Kafka: topic %s is read back: %zu of its %zu waiting alerts were there already (%llu records)", lane->topic, r->found_count,
                  lane->waiting, (unsigned long long)r->records);
}

static void settle(struct lanes *l, struct lane *lane, const struct readback_result *r)
{
    forget_result(lane);
    lane->result = true;
    lane->cluster = sv_cstr(r->cluster);
    lane->marks = xcalloc(r->mark_count + 1, sizeof *lane->marks);
    lane->mark_count = r->mark_count;
    for (size_t i = 0; i < r->mark_count; i++)
        lane->marks[i] = (struct store_mark){r->marks[i].partition, r->marks[i].offset, r->marks[i].event, r->marks[i].has_event};
    lane->found = xcalloc(r->found_count + 1, sizeof *lane->found);
    lane->found_count = r->found_count;
    if (r->found_count) {
        memcpy(lane->found, r->found, r->found_count * sizeof *r->found);
        qsort(lane->found, r->found_count, sizeof *lane->found, by_number);
    }
    lane->doubted = r->doubt && lane->unsure ? doubted_of(l, lane, r) : 0;
    lane->holds = lane->holds && !r->doubt;
    tell_result(lane, r);
    enter(l, lane, LANE_SETTLED);
    FAULT("read-back");
}

static void on_done(void *context, const struct readback_result *r)
{
    struct lanes *l = context;
    struct lane *lane = lane_of(l, r->topic);
    if (!lane || lane->phase != LANE_READING)
        return;
    if (r->end == READBACK_SETTLED) {
        settle(l, lane, r);
    } else {
        enter(l, lane, LANE_CLOSED);
        takes_none(l, lane, r->reason);
    }
}

static void on_progress(void *context, struct sv topic, uint64_t read, uint64_t of, const char *what)
{
    struct lanes *l = context;
    struct lane *lane = lane_of(l, topic);
    if (!lane || lane->phase != LANE_READING)
        return;
    lane->read = read;
    lane->of = of;
    log_write(LOG_LEVEL_NOTICE, LOG_FIELDS({"TOPIC", topic}), "Kafka: topic %s: %s", lane->topic, what);
}

static void on_answers(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop, (void)events;
    struct lanes *l = io->data;
    readback_serve(l->readback);
    l->handlers.answered(l->handlers.context);
}

bool lanes_found(const struct lanes *l, struct sv topic, int64_t row)
{
    const struct lane *lane = lane_of(l, topic);
    return lane && lane->found_count && bsearch(&row, lane->found, lane->found_count, sizeof row, by_number);
}

struct sv lanes_name(const struct lanes *l, struct sv topic)
{
    const struct lane *lane = lane_of(l, topic);
    return lane ? sv_of(lane->topic) : SV_NONE;
}

/* ---- The commit ---- */

bool lanes_wrote(const struct lanes *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->lanes[i]->result)
            return true;
    return false;
}

static bool record(struct lanes *l, const struct lane *lane)
{
    bool good = store_lane_open(l->store, sv_of(lane->topic), sv_of(lane->cluster), lane->marks, lane->mark_count) &&
                (!lane->doubted || store_count_add(l->store, STORE_DOUBTFUL, lane->doubted)) &&
                (!lane->found_count || store_count_add(l->store, STORE_DELIVERED, lane->found_count));
    for (size_t i = 0; good && i < lane->found_count; i++)
        good = store_outbox_remove(l->store, lane->found[i]);
    return good;
}

bool lanes_record(struct lanes *l)
{
    bool good = true;
    for (size_t i = 0; good && i < l->count; i++)
        if (l->lanes[i]->result)
            good = record(l, l->lanes[i]);
    return good;
}

void lanes_committed(struct lanes *l, bool good)
{
    for (size_t i = 0; i < l->count; i++) {
        struct lane *lane = l->lanes[i];
        if (!lane->result)
            continue;
        if (good)
            forget_result(lane);
        if (lane->phase == LANE_SETTLED && (good || lane->holds))
            open_lane(l, lane);
    }
}

bool lanes_end(struct lanes *l)
{
    bool good = true;
    for (size_t i = 0; l->readback && good && i < l->count; i++)
        if (!l->lanes[i]->unsure && !l->lanes[i]->result)
            good = store_lane_close(l->store, sv_of(l->lanes[i]->topic));
    return good;
}

/* ---- The whole ---- */

struct lanes *lanes_new(struct ev_loop *loop, const struct clock *clock, struct store *store, const struct lanes_handlers *handlers)
{
    struct lanes *l = xcalloc(1, sizeof *l);
    *l = (struct lanes){.loop = loop, .clock = clock, .store = store, .handlers = *handlers, .look = true};
    ev_init(&l->answers, on_answers);
    l->answers.data = l;
    return l;
}

static void drop_readback(struct lanes *l)
{
    ev_io_stop(l->loop, &l->answers);
    readback_free(&l->readback);
}

bool lanes_sink(struct lanes *l, const struct publish_options *options, uint64_t window, char *error)
{
    const struct readback_handlers handlers = {on_done, on_progress, l};
    struct readback *other = options->sink == PUBLISH_BROKERS ? readback_new(options, &handlers, error) : NULL;
    if (options->sink == PUBLISH_BROKERS && !other)
        return false;
    drop_readback(l);
    l->readback = other;
    l->window = window;
    if (other) {
        ev_io_set(&l->answers, readback_fd(other), EV_READ);
        ev_io_start(l->loop, &l->answers);
    }
    for (size_t i = 0; i < l->count; i++)
        lanes_close(l, sv_of(l->lanes[i]->topic), false, NULL);
    return true;
}

void lanes_again(struct lanes *l)
{
    l->look = true;
    for (size_t i = 0; i < l->count; i++)
        if (l->lanes[i]->phase == LANE_OPEN)
            l->handlers.open(l->handlers.context, sv_of(l->lanes[i]->topic));
}

bool lanes_view(const struct lanes *l, struct sv topic, struct lane_view *view)
{
    const struct lane *lane = lane_of(l, topic);
    if (lane)
        *view = (struct lane_view){lane->phase, lane->reason, lane->since,
                                   lane->phase == LANE_CLOSED && lane->waiting ? lane->ask_at : TIME_NONE, lane->read, lane->of};
    return lane;
}

void lanes_free(struct lanes **lanes)
{
    struct lanes *l = *lanes;
    if (!l)
        return;
    drop_readback(l);
    for (size_t i = 0; i < l->count; i++) {
        struct lane *lane = l->lanes[i];
        forget_result(lane);
        forget_rows(lane);
        set_reason(lane, NULL);
        free(lane->topic);
        free(lane);
    }
    table_free(&l->by_topic);
    free(l->lanes);
    free(l);
    *lanes = NULL;
}
