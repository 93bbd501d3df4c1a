#include "publish/courier.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/table.h"
#include "publish/lane.h"
#include "publish/parcels.h"

#define ROWS_PER_PUMP 500 /* so that the loop stays live while a long outbox is sent */
#define ROWS_PER_TURN 50  /* of a lane, before the next one has its turn */

struct courier {
    struct publish *publish; /* NULL after courier_stop */
    struct courier_handlers handlers;
    struct parcels parcels;
    struct table by_topic;   /* lanes, which stay until the end */
    struct lane **lanes;
    size_t lane_count, lane_capacity;
    size_t turn;             /* the lane that is first to send */
    size_t window, bytes;    /* of what is in flight: at most, and now */
    size_t in_flight;
    bool held;
    char *trouble;           /* what went wrong last with the connection; NULL since it is well */
    int64_t now;
};

/* ---- What publish tells ---- */

static void set_trouble(struct courier *c, const char *reason)
{
    free(c->trouble);
    c->trouble = reason ? xstrdup(reason) : NULL;
}

static void report(void *context, const struct publish_report *r)
{
    struct courier *c = context;
    struct parcel *p = parcels_get(&c->parcels, r->row);
    if (!p || p->told)
        return;
    const struct parcel about = *p;
    c->in_flight--;
    c->bytes -= about.bytes;
    enum publish_outcome outcome = lane_reported(about.lane, r, about.key, about.bytes, c->now);
    if (outcome == PUBLISH_DELIVERED) {
        p->told = true;
        set_trouble(c, NULL);
        c->handlers.delivered(c->handlers.context, about.lane->topic, r->row, (struct sv){about.event, about.event_size}, r->partition, r->offset);
    } else if (outcome == PUBLISH_REFUSED) {
        p->told = true;
        c->handlers.refused(c->handlers.context, about.lane->topic, r->row, r->reason);
    } else {
        parcels_remove(&c->parcels, r->row);
    }
}

static void connected(void *context, bool up, const char *reason)
{
    struct courier *c = context;
    c->handlers.connected(c->handlers.context, up, reason);
}

static void trouble(void *context, const char *reason)
{
    set_trouble(context, reason);
}

/* ---- Lanes ---- */

static struct lane *lane_of(struct courier *c, struct sv topic)
{
    struct lane *l = table_get(&c->by_topic, topic);
    if (l)
        return l;
    l = lane_new(topic);
    table_put(&c->by_topic, l->topic, l);
    c->lanes = xgrow(c->lanes, c->lane_count, &c->lane_capacity, sizeof *c->lanes);
    return c->lanes[c->lane_count++] = l;
}

void courier_open(struct courier *c, struct sv topic)
{
    struct lane *l = lane_of(c, topic);
    if (!l->open)
        lane_open(l);
    else
        lane_rewind(l);
}

bool courier_is_open(const struct courier *c, struct sv topic)
{
    const struct lane *l = table_get(&c->by_topic, topic);
    return l && l->open && !l->closing;
}

void courier_added(struct courier *c, struct sv topic)
{
    for (size_t i = 0; i < c->lane_count; i++)
        if (!topic.p || sv_eq(c->lanes[i]->topic, topic))
            c->lanes[i]->dry = false;
}

/* Tell of the lanes that have come to rest. The handler may open them again, and others. */
static void tell_closed(struct courier *c)
{
    for (size_t i = 0; i < c->lane_count; i++) {
        struct lane *l = c->lanes[i];
        if (!l->open || !l->closing || l->in_flight)
            continue;
        char *reason = xstrdup(l->reason);
        l->open = l->closing = false;
        l->since = -1;
        c->handlers.closed(c->handlers.context, l->topic, l->unsure, reason);
        free(reason);
    }
}

bool courier_lane_state(const struct courier *c, struct sv topic, struct courier_lane *state)
{
    const struct lane *l = table_get(&c->by_topic, topic);
    if (!l)
        return false;
    const char *reason = l->reason[0] ? l->reason : l->in_flight ? c->trouble : NULL;
    *state = (struct courier_lane){l->open && !l->closing, l->in_flight, l->bytes, l->since, reason};
    return true;
}

/* ---- Making and changing it ---- */

static struct publish *open_publish(struct courier *c, const struct publish_options *options, size_t window, char error[PUBLISH_ERROR])
{
    const struct publish_handlers handlers = {report, connected, trouble, c};
    struct publish_options all = *options;
    all.window = window;
    return publish_new(&all, &handlers, error);
}

struct courier *courier_new(const struct publish_options *options, const struct courier_handlers *handlers, size_t window, char error[PUBLISH_ERROR])
{
    struct courier *c = xcalloc(1, sizeof *c);
    c->handlers = *handlers;
    c->window = window;
    c->publish = open_publish(c, options, window, error);
    if (!c->publish)
        courier_free(&c);
    return c;
}

/* A row that it failed to tell of may have been written. */
static bool next_untold(const struct courier *c, int64_t *row)
{
    const struct parcel *p;
    for (size_t at = 0; (p = parcels_next(&c->parcels, &at));)
        if (!p->told)
            return *row = p->row, true;
    return false;
}

static void give_up(struct courier *c, const char *reason)
{
    publish_free(&c->publish);
    struct publish_report lost = {.outcome = PUBLISH_UNSURE, .partition = -1, .offset = -1, .reason = reason};
    while (next_untold(c, &lost.row))
        report(c, &lost);
    for (size_t i = 0; i < c->lane_count; i++)
        if (c->lanes[i]->open)
            lane_close(c->lanes[i], false, reason);
    set_trouble(c, NULL);
}

bool courier_change(struct courier *c, const struct publish_options *options, size_t window, int64_t now, char error[PUBLISH_ERROR])
{
    struct publish *other = open_publish(c, options, window, error);
    if (!other)
        return false;
    c->now = now;
    give_up(c, "Kafka's options were changed");
    c->publish = other;
    c->window = window;
    tell_closed(c);
    return true;
}

bool courier_stop(struct courier *c, int64_t now)
{
    bool sure = true;
    c->now = now;
    if (c->publish)
        give_up(c, "delivery was stopped");
    for (size_t i = 0; i < c->lane_count; i++)
        sure &= !c->lanes[i]->open || !c->lanes[i]->unsure;
    tell_closed(c);
    return sure;
}

void courier_hold(struct courier *c, bool hold)
{
    c->held = hold;
}

/* ---- Carrying ---- */

void courier_serve(struct courier *c, int64_t now)
{
    c->now = now;
    if (c->publish)
        publish_serve(c->publish, now);
    tell_closed(c);
}

/* Dynamic thresholds (Choudhury and Hahne 1998): a lane may have twice of what is left free. So some room is left whatever the others do,
 * n lanes that hang get equal shares, and one alone gets two thirds. */
static bool has_room(const struct courier *c, const struct lane *l)
{
    size_t left = c->window > c->bytes ? c->window - c->bytes : 0;
    return l->in_flight == 0 || (l->bytes / 2 < left && l->bytes < l->most);
}

enum turn { TURN_OVER, TURN_WAITS, TURN_NO_ROOM, TURN_UNREADABLE };

static void take_along(struct courier *c, struct lane *l, int64_t row, uint64_t key, const struct message *m)
{
    struct parcel *p = parcels_add(&c->parcels, row);
    p->lane = l;
    p->key = key;
    p->bytes = publish_cost(m);
    p->event_size = (unsigned char)(m->id.n < PARCEL_EVENT ? m->id.n : PARCEL_EVENT);
    if (p->event_size)
        memcpy(p->event, m->id.p, p->event_size);
    c->bytes += p->bytes;
    c->in_flight++;
    lane_sent(l, row, key, p->bytes, c->now);
}

static enum turn carry(struct courier *c, struct lane *l, struct arena *arena, size_t *rows)
{
    for (size_t most = *rows + ROWS_PER_TURN; *rows < most && *rows < ROWS_PER_PUMP;) {
        int64_t row;
        struct message message;
        if (!has_room(c, l))
            return TURN_WAITS;
        arena_reset(arena);
        int found = c->handlers.next(c->handlers.context, l->topic, l->cursor, arena, &row, &message);
        if (found < 0)
            return TURN_UNREADABLE;
        l->dry = found == 0;
        if (l->dry)
            return TURN_WAITS;
        if (!parcels_get(&c->parcels, row)) {
            uint64_t key = hash_fast(message.key) | 1;
            if (lane_must_wait(l, row, key, publish_producer(c->publish)))
                return TURN_WAITS;
            if (!publish_send(c->publish, row, &message))
                return TURN_NO_ROOM;
            take_along(c, l, row, key, &message);
        }
        l->cursor = row;
        ++*rows;
    }
    return TURN_OVER;
}

static void shorten(int64_t *wait, int64_t to)
{
    if (*wait < 0 || to < *wait)
        *wait = to;
}

/* Each lane has its turn until none can go on, or it is enough for once. */
static void carry_all(struct courier *c, int64_t *wait)
{
    struct arena arena = {0};
    size_t rows = 0;
    for (size_t idle = 0; idle < c->lane_count;) {
        struct lane *l = c->lanes[c->turn % c->lane_count];
        enum turn turn = lane_is_ready(l, c->now, wait) ? carry(c, l, &arena, &rows) : TURN_WAITS;
        if (turn == TURN_UNREADABLE || turn == TURN_NO_ROOM) {
            if (turn == TURN_UNREADABLE || (*wait < 0 && publish_pending(c->publish) == 0)) /* then no report will wake us */
                shorten(wait, LANE_RETRY_FIRST);
            break;
        }
        if (rows == ROWS_PER_PUMP) {
            *wait = 0;
            break;
        }
        c->turn = (c->turn + 1) % c->lane_count;
        idle = turn == TURN_OVER ? 0 : idle + 1;
    }
    arena_free(&arena);
}

int64_t courier_pump(struct courier *c, int64_t now)
{
    if (!c->publish)
        return -1;
    c->now = now;
    int64_t wait = publish_tend(c->publish, now);
    tell_closed(c);
    if (!c->held)
        carry_all(c, &wait);
    return wait;
}

/* ---- The rest ---- */

int courier_fd(const struct courier *c)
{
    return c->publish ? publish_fd(c->publish) : -1;
}

void courier_forget(struct courier *c, int64_t row)
{
    const struct parcel *p = parcels_get(&c->parcels, row);
    if (p && p->told)
        parcels_remove(&c->parcels, row);
}

bool courier_holds(const struct courier *c, int64_t row)
{
    return parcels_get(&c->parcels, row) != NULL;
}

size_t courier_under_way(const struct courier *c)
{
    return c->parcels.count;
}

size_t courier_in_flight(const struct courier *c)
{
    return c->in_flight;
}

const char *courier_address(const struct courier *c)
{
    return c->publish ? publish_address(c->publish) : NULL;
}

void courier_free(struct courier **courier)
{
    struct courier *c = *courier;
    if (!c)
        return;
    if (c->publish)
        publish_free(&c->publish);
    for (size_t i = 0; i < c->lane_count; i++)
        lane_free(c->lanes[i]);
    free(c->lanes);
    table_free(&c->by_topic);
    parcels_free(&c->parcels);
    free(c->trouble);
    free(c);
    *courier = NULL;
}
