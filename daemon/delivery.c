#include "delivery.h"

#include <ev.h>
#include <stdlib.h>

#include "alert/dead_letter.h"
#include "base/fault.h"
#include "base/log.h"
#include "publish/courier.h"
#include "setup.h"

#define ROWS_PER_SETTLE 2000           /* taken out of the outbox at a time, so that the loop stays live */
#define HAND_OVER_MOST (5 * MS_SECOND) /* what is in flight at a change of the sink may take so long */
#define FULL_UNTIL(size) ((size) / 10 * 9)

/* An alert that the sink has. Its mark may be recorded only with it, and with all before it. */
struct ack {
    int64_t row;
    struct sv topic;       /* the lanes' */
    struct digest event;
    int32_t partition;     /* -1: unknown */
    int64_t offset;
};

struct refusal {
    int64_t row;
    struct sv topic;
    char *reason;
};

struct delivery {
    struct ev_loop *loop;
    const struct clock *clock;
    struct store *store;
    const struct conf *conf;
    struct delivery_handlers handlers;
    struct lanes *lanes;
    struct courier *courier, *successor; /* the successor takes over once nothing is in flight, or at hand_over_at */
    int64_t hand_over_at;
    bool closing;
    struct ack *acks;      /* in the outbox still */
    size_t ack_count, ack_capacity, settled; /* settled: of them, by the transaction that is open */
    struct refusal *refusals;
    size_t refusal_count, refusal_capacity;
    size_t refused;
    bool ends;             /* the last commit: all of it, and that nothing is in flight */
    bool full, told_full;
    bool up;               /* as far as is known */
    int64_t changed;       /* wall clock, when that was told; TIME_NONE */
    char *link_reason;
    bool due;              /* there may be something to send */
    ev_io reports;
    ev_timer wake;
};

static int64_t now_of(const struct delivery *d)
{
    return clock_monotonic(d->clock);
}

/* ---- What the courier asks and tells ---- */

static int next_row(void *context, struct sv topic, int64_t after, struct arena *arena, int64_t *row, struct message *m)
{
    struct delivery *d = context;
    int64_t added;
    int found;
    do
        found = store_outbox_next(d->store, topic, after, arena, row, m, &added);
    while (found > 0 && lanes_found(d->lanes, topic, after = *row));
    if (found < 0)
        d->handlers.store_fails(d->handlers.context);
    return found;
}

static void row_delivered(void *context, struct sv topic, int64_t row, struct sv event, int32_t partition, int64_t offset)
{
    struct delivery *d = context;
    struct ack ack = {.row = row, .topic = lanes_name(d->lanes, topic), .partition = partition, .offset = offset};
    if (!digest_read(event, &ack.event))
        ack.partition = -1; /* somebody has edited it: no mark is made of it */
    d->acks = xgrow(d->acks, d->ack_count, &d->ack_capacity, sizeof *d->acks);
    d->acks[d->ack_count++] = ack;
    FAULT("acknowledged");
    lanes_delivered(d->lanes, topic);
}

static void row_refused(void *context, struct sv topic, int64_t row, const char *reason)
{
    struct delivery *d = context;
    log_write(LOG_LEVEL_ERROR, LOG_FIELDS({"TOPIC", topic}, {"ERROR", sv_of(reason)}),
              "the broker refuses an alert for good (number %lld of the outbox): %s", (long long)row, reason);
    d->refused++;
    d->refusals = xgrow(d->refusals, d->refusal_count, &d->refusal_capacity, sizeof *d->refusals);
    d->refusals[d->refusal_count++] = (struct refusal){row, lanes_name(d->lanes, topic), xstrdup(reason)};
}

static void lane_closed(void *context, struct sv topic, bool unsure, const char *reason)
{
    struct delivery *d = context;
    lanes_close(d->lanes, topic, unsure, d->closing || d->successor ? NULL : reason); /* our own will is no news */
    d->due = true;
}

static void sink_changed(void *context, bool up, const char *reason)
{
    struct delivery *d = context;
    const struct conf_kafka *kafka = &d->conf->kafka;
    bool file = kafka->sink == CONF_SINK_FILE;
    struct sv name = file ? kafka->file : SV("Kafka");
    d->up = up;
    d->changed = clock_wall(d->clock);
    free(d->link_reason);
    d->link_reason = up ? NULL : xstrdup(reason);
    if (up)
        log_notice("%.*s: %s", SV_ARG(name), file ? "can be written again" : "connected");
    else
        log_warning("%.*s: %s; alerts are kept and delivered later", SV_ARG(name), reason);
}

/* ---- What the lanes tell ---- */

static void lane_opens(void *context, struct sv topic)
{
    struct delivery *d = context;
    if (!d->successor && !d->closing)
        courier_open(d->courier, topic);
    d->due = true;
}

static void lanes_answered(void *context)
{
    struct delivery *d = context;
    d->due = true;
}

static void store_fails(void *context)
{
    struct delivery *d = context;
    d->handlers.store_fails(d->handlers.context);
}

/* ---- The loop ---- */

static void on_reports(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop, (void)events;
    struct delivery *d = io->data;
    courier_serve(d->courier, now_of(d));
    d->due = true;
}

static void on_wake(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct delivery *d = timer->data;
    d->due = true; /* the end of this turn does it */
}

static void watch_reports(struct delivery *d)
{
    ev_io_stop(d->loop, &d->reports);
    ev_io_set(&d->reports, courier_fd(d->courier), EV_READ);
    ev_io_start(d->loop, &d->reports);
    const char *address = courier_address(d->courier);
    if (address)
        log_notice("embedded broker at %s, for trying out: kcat -C -b %s -t %.*s", address, address, SV_ARG(d->conf->kafka.topic));
}

/* ---- The sink ---- */

static struct courier *make_courier(struct delivery *d, const struct conf *conf, char *error)
{
    const struct courier_handlers handlers = {next_row, row_delivered, row_refused, lane_closed, sink_changed, d};
    struct arena arena = {0};
    const struct publish_options options = setup_publish(&conf->kafka, &arena);
    struct courier *made = courier_new(&options, &handlers, conf->outbox.window, error);
    arena_free(&arena);
    return made;
}

static bool set_lanes(struct delivery *d, const struct conf *conf, char *error)
{
    struct arena arena = {0};
    const struct publish_options options = setup_publish(&conf->kafka, &arena);
    bool good = lanes_sink(d->lanes, &options, conf->outbox.window, error);
    arena_free(&arena);
    return good;
}

struct delivery *delivery_new(struct ev_loop *loop, const struct clock *clock, struct store *store, const struct conf *conf,
                              const struct delivery_handlers *handlers, char *error)
{
    struct delivery *d = xcalloc(1, sizeof *d);
    *d = (struct delivery){.loop = loop, .clock = clock, .store = store, .conf = conf, .handlers = *handlers,
                           .up = true, .changed = TIME_NONE, .due = true};
    ev_init(&d->reports, on_reports);
    ev_init(&d->wake, on_wake);
    d->reports.data = d->wake.data = d;
    const struct lanes_handlers lane_handlers = {lane_opens, lanes_answered, store_fails, d};
    d->lanes = lanes_new(loop, clock, store, &lane_handlers);
    if (!set_lanes(d, conf, error) || !(d->courier = make_courier(d, conf, error))) {
        delivery_free(&d);
        return NULL;
    }
    watch_reports(d);
    return d;
}

bool delivery_change(struct delivery *d, const struct conf *conf, char *error)
{
    d->due = true;
    if (conf_kafka_same(&d->conf->kafka, &conf->kafka) && d->conf->outbox.window == conf->outbox.window) {
        d->conf = conf;
        return true;
    }
    struct courier *successor = make_courier(d, conf, error);
    if (!successor)
        return false;
    if (d->successor)
        courier_free(&d->successor);
    else
        d->hand_over_at = now_of(d) + HAND_OVER_MOST;
    d->successor = successor;
    d->conf = conf;
    courier_hold(d->courier, true);
    return true;
}

/* Not before what the old one has delivered is out of the outbox: the new one would send it again. */
static void hand_over(struct delivery *d)
{
    char error[STORE_ERROR];
    if (d->ack_count || d->refusal_count || (courier_in_flight(d->courier) && now_of(d) < d->hand_over_at))
        return;
    ev_io_stop(d->loop, &d->reports);
    courier_stop(d->courier, now_of(d));
    courier_free(&d->courier);
    d->courier = d->successor;
    d->successor = NULL;
    watch_reports(d);
    if (!set_lanes(d, d->conf, error))
        log_error("Kafka: nothing is sent, since no topic can be read: %s", error);
}

/* ---- A turn ---- */

/* The earlier of two waits; -1: for ever. */
static int64_t earlier(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

void delivery_send(struct delivery *d)
{
    if (!d->due)
        return;
    d->due = false;
    if (d->successor)
        hand_over(d);
    int64_t wait = d->successor ? HAND_OVER_MOST : lanes_step(d->lanes);
    store_read_begin(d->store); /* one look at the outbox for all that is sent */
    wait = earlier(wait, courier_pump(d->courier, now_of(d)));
    store_read_end(d->store);
    ev_timer_stop(d->loop, &d->wake);
    if (wait < 0) /* reports wake us */
        return;
    ev_timer_set(&d->wake, (double)wait / 1000, 0.);
    ev_timer_start(d->loop, &d->wake);
}

bool delivery_wrote(const struct delivery *d)
{
    return d->ack_count || d->refusal_count || lanes_wrote(d->lanes) || d->ends;
}

/* The last acknowledgement of each partition, among those that this transaction takes out. */
static bool record_marks(struct delivery *d)
{
    bool good = true;
    for (size_t i = d->settled; good && i-- > 0;) {
        const struct ack *a = &d->acks[i];
        bool last = a->partition >= 0;
        for (size_t later = i + 1; last && later < d->settled; later++)
            last = d->acks[later].partition != a->partition || d->acks[later].topic.p != a->topic.p;
        if (last)
            good = store_mark(d->store, a->topic, a->partition, a->offset + 1, &a->event);
    }
    return good;
}

static bool settle_acks(struct delivery *d)
{
    bool good = true;
    d->settled = d->ends || d->ack_count < ROWS_PER_SETTLE ? d->ack_count : ROWS_PER_SETTLE;
    for (size_t i = 0; good && i < d->settled; i++)
        good = store_outbox_remove(d->store, d->acks[i].row);
    return good && (d->settled == 0 || (record_marks(d) && store_count_add(d->store, STORE_DELIVERED, d->settled)));
}

/* It stays, and a dead letter speaks for it, but for a dead letter itself. */
static bool settle_refusal(struct delivery *d, const struct refusal *r)
{
    struct arena arena = {0};
    struct message whole, dead;
    struct sv dead_topic = d->conf->kafka.dead_letter;
    int found = store_outbox_load(d->store, r->row, &arena, &whole);
    bool good = found >= 0;
    if (found > 0) { /* else it was thrown away meanwhile */
        good = store_outbox_refuse(d->store, r->row, sv_of(r->reason));
        if (good && dead_topic.p && !sv_eq(dead_topic, r->topic)) {
            dead = dead_letter_make(&whole, dead_topic, sv_of(r->reason), &arena);
            good = store_outbox_dead_letter(d->store, r->row, &dead, clock_wall(d->clock)) && store_count_add(d->store, STORE_DEAD_LETTERS, 1);
        }
    }
    arena_free(&arena);
    return good;
}

static bool is_under_way(void *context, int64_t row)
{
    return delivery_holds(context, row);
}

/* Rather the oldest alerts than the disk, where the operator has said so. */
static bool trim(struct delivery *d)
{
    const struct conf_outbox *o = &d->conf->outbox;
    struct store_outbox now;
    if (o->when_full != CONF_FULL_DROP_OLDEST)
        return true;
    if (!store_outbox_count(d->store, &now))
        return false;
    size_t dropped = 0;
    bool good = now.bytes <= o->max_size || (store_outbox_trim(d->store, o->max_size, is_under_way, d, &dropped) &&
                                             store_count_add(d->store, STORE_DROPPED, dropped));
    if (good && dropped && !d->told_full)
        log_warning("the outbox is full: its oldest alerts are dropped, as `when_full drop_oldest` has it");
    d->told_full = good && dropped;
    return good;
}

bool delivery_settle(struct delivery *d)
{
    bool good = store_begin(d->store) && lanes_record(d->lanes) && settle_acks(d);
    for (size_t i = 0; good && i < d->refusal_count; i++)
        good = settle_refusal(d, &d->refusals[i]);
    good = good && trim(d) && (!d->ends || lanes_end(d->lanes));
    return good && store_end(d->store, true);
}

static void forget_settled(struct delivery *d)
{
    for (size_t i = 0; d->courier && i < d->settled; i++)
        courier_forget(d->courier, d->acks[i].row);
    d->ack_count -= d->settled;
    if (d->ack_count)
        memmove(d->acks, d->acks + d->settled, d->ack_count * sizeof *d->acks);
    for (size_t i = 0; i < d->refusal_count; i++) {
        if (d->courier)
            courier_forget(d->courier, d->refusals[i].row);
        free(d->refusals[i].reason);
    }
    d->refusal_count = 0;
    d->ends = false;
}

/* Stopped at its size, it takes alerts again when a tenth of it is free. */
static void see_size(struct delivery *d)
{
    const struct conf_outbox *o = &d->conf->outbox;
    struct store_outbox now;
    if (!store_outbox_count(d->store, &now))
        return;
    d->full = o->when_full == CONF_FULL_STOP && now.bytes >= (d->full ? FULL_UNTIL(o->max_size) : o->max_size);
}

void delivery_committed(struct delivery *d, bool good, bool added)
{
    if (good) {
        added = added || d->refusal_count;
        forget_settled(d);
        see_size(d);
    }
    d->settled = 0;
    if (added) {
        lanes_look(d->lanes);
        if (d->courier)
            courier_added(d->courier, SV_NONE);
    }
    lanes_committed(d->lanes, good);
    d->due = true;
}

bool delivery_is_full(const struct delivery *d)
{
    return d->full;
}

bool delivery_is_done(const struct delivery *d)
{
    struct store_outbox outbox;
    return courier_under_way(d->courier) == 0 && !delivery_wrote(d) && store_outbox_count(d->store, &outbox) && outbox.waiting == 0;
}

size_t delivery_refused(const struct delivery *d)
{
    return d->refused;
}

/* ---- For people ---- */

void delivery_broker(const struct delivery *d, struct delivery_broker *b)
{
    *b = (struct delivery_broker){d->up, d->changed, d->link_reason, d->courier ? courier_address(d->courier) : NULL};
}

/* Which of the two knows more of an open lane that gets no acknowledgement: the courier, then the connection. */
static void see_open_lane(const struct delivery *d, struct sv topic, struct delivery_lane *l)
{
    struct courier_lane sent;
    l->state = "open";
    if (!d->courier || !courier_lane_state(d->courier, topic, &sent) || sent.since < 0)
        return;
    l->reason = sent.reason ? sent.reason : d->link_reason;
    l->since = clock_wall(d->clock) - (now_of(d) - sent.since);
    if (l->reason)
        l->state = "waits";
}

void delivery_lane(const struct delivery *d, struct sv topic, struct delivery_lane *l)
{
    static const char *const states[] = {[LANE_CLOSED] = "waits", [LANE_LOADING] = "reading back", [LANE_READING] = "reading back",
                                         [LANE_SETTLED] = "reading back", [LANE_OPEN] = "open"};
    struct lane_view v;
    *l = (struct delivery_lane){.state = "open", .since = TIME_NONE, .next_try = TIME_NONE};
    if (!lanes_view(d->lanes, topic, &v))
        return;
    *l = (struct delivery_lane){states[v.phase], v.reason, v.since, TIME_NONE, v.read, v.of};
    if (v.phase == LANE_OPEN)
        see_open_lane(d, topic, l);
    else if (!l->reason)
        l->reason = d->link_reason;
    if (v.next != TIME_NONE)
        l->next_try = clock_wall(d->clock) + v.next - now_of(d);
}

bool delivery_holds(const struct delivery *d, int64_t row)
{
    return d->courier && courier_holds(d->courier, row);
}

void delivery_returned(struct delivery *d)
{
    lanes_again(d->lanes);
    d->due = true;
}

/* ---- The end ---- */

void delivery_close(struct delivery *d)
{
    d->closing = true;
    ev_io_stop(d->loop, &d->reports);
    courier_serve(d->courier, now_of(d));
    courier_stop(d->courier, now_of(d));
    courier_free(&d->courier);
    courier_free(&d->successor);
    d->ends = true;
}

void delivery_free(struct delivery **delivery)
{
    struct delivery *d = *delivery;
    if (!d)
        return;
    d->closing = true;
    courier_free(&d->courier);
    courier_free(&d->successor);
    lanes_free(&d->lanes);
    ev_io_stop(d->loop, &d->reports);
    ev_timer_stop(d->loop, &d->wake);
    for (size_t i = 0; i < d->refusal_count; i++)
        free(d->refusals[i].reason);
    free(d->refusals);
    free(d->acks);
    free(d->link_reason);
    free(d);
    *delivery = NULL;
}
