#include "delivery.h"

#include <ev.h>
#include <stdlib.h>

#include "base/log.h"
#include "publish/courier.h"
#include "setup.h"

struct delivery {
    struct ev_loop *loop;
    const struct clock *clock;
    struct store *store;
    const struct conf_kafka *kafka;
    struct delivery_handlers handlers;
    struct courier *courier;
    int64_t *done; /* rows that were delivered, still in the outbox */
    size_t done_count, done_capacity;
    size_t refused;
    bool due;      /* there may be something to send */
    bool wrote;    /* to the store, since the last commit; or must write what is done */
    ev_io reports;
    ev_timer wake;
};

static int64_t now_of(const struct delivery *d)
{
    return clock_monotonic(d->clock);
}

/* ---- What the courier asks and tells ---- */

static int next_row(void *context, int64_t after, struct arena *arena, int64_t *row, struct message *m)
{
    struct delivery *d = context;
    int64_t added;
    int found = store_outbox_next(d->store, after, arena, row, m, &added);
    if (found < 0)
        d->handlers.store_fails(d->handlers.context);
    return found;
}

static void row_delivered(void *context, int64_t row)
{
    struct delivery *d = context;
    d->done = xgrow(d->done, d->done_count, &d->done_capacity, sizeof *d->done);
    d->done[d->done_count++] = row;
    d->wrote = true;
}

static void row_refused(void *context, int64_t row, const char *reason)
{
    struct delivery *d = context;
    log_error("the broker refuses an alert for good (row %lld of the outbox, where it stays): %s", (long long)row, reason);
    d->refused++;
    d->wrote = true;
    if (!store_begin(d->store) || !store_outbox_refuse(d->store, row, sv_of(reason)) || !store_end(d->store, true))
        d->handlers.store_fails(d->handlers.context); /* then it is offered again at the next start */
    courier_forget(d->courier, row);
}

static void sink_changed(void *context, bool up, const char *reason)
{
    const struct delivery *d = context;
    bool file = d->kafka->sink == CONF_SINK_FILE;
    struct sv name = file ? d->kafka->file : SV("Kafka");
    if (up)
        log_notice("%.*s: %s", SV_ARG(name), file ? "can be written again" : "connected");
    else
        log_warning("%.*s: %s; alerts are kept and delivered later", SV_ARG(name), reason);
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
        log_notice("embedded broker at %s, for trying out: kcat -C -b %s -t %.*s", address, address, SV_ARG(d->kafka->topic));
}

/* ---- The sink ---- */

static bool same_sink(const struct conf_kafka *a, const struct conf_kafka *b)
{
    bool same = a->sink == b->sink && sv_eq(a->brokers, b->brokers) && sv_eq(a->file, b->file) && a->option_count == b->option_count;
    for (size_t i = 0; same && i < a->option_count; i++)
        same = sv_eq(a->options[i].name, b->options[i].name) && sv_eq(a->options[i].value, b->options[i].value);
    return same;
}

static bool open_courier(struct delivery *d, const struct conf_kafka *kafka, char *error)
{
    const struct courier_handlers handlers = {next_row, row_delivered, row_refused, sink_changed, d};
    struct arena arena = {0};
    const struct publish_options options = setup_publish(kafka, &arena);
    bool good = d->courier ? courier_change(d->courier, &options, now_of(d), error)
                           : (d->courier = courier_new(&options, &handlers, error)) != NULL;
    arena_free(&arena);
    return good;
}

struct delivery *delivery_new(struct ev_loop *loop, const struct clock *clock, struct store *store, const struct conf_kafka *kafka,
                              const struct delivery_handlers *handlers, char *error)
{
    struct delivery *d = xcalloc(1, sizeof *d);
    *d = (struct delivery){.loop = loop, .clock = clock, .store = store, .kafka = kafka, .handlers = *handlers, .due = true};
    ev_init(&d->reports, on_reports);
    ev_init(&d->wake, on_wake);
    d->reports.data = d->wake.data = d;
    if (!open_courier(d, kafka, error)) {
        delivery_free(&d);
        return NULL;
    }
    watch_reports(d);
    return d;
}

bool delivery_change(struct delivery *d, const struct conf_kafka *kafka, char *error)
{
    bool other = !same_sink(d->kafka, kafka);
    if (other)
        ev_io_stop(d->loop, &d->reports); /* its fd goes with the old one */
    if (other && !open_courier(d, kafka, error)) {
        ev_io_start(d->loop, &d->reports);
        return false;
    }
    d->kafka = kafka;
    if (other)
        watch_reports(d);
    d->due = true;
    return true;
}

/* ---- A turn ---- */

void delivery_send(struct delivery *d)
{
    if (!d->due)
        return;
    d->due = false;
    int64_t wait = courier_pump(d->courier, now_of(d));
    if (d->wrote) /* delivered on the spot: another turn commits it */
        wait = 0;
    ev_timer_stop(d->loop, &d->wake);
    if (wait < 0) /* reports wake us */
        return;
    ev_timer_set(&d->wake, (double)wait / 1000, 0.);
    ev_timer_start(d->loop, &d->wake);
}

bool delivery_wrote(const struct delivery *d)
{
    return d->wrote;
}

bool delivery_settle(struct delivery *d)
{
    if (d->done_count == 0)
        return true;
    bool good = store_begin(d->store);
    for (size_t i = 0; good && i < d->done_count; i++)
        good = store_outbox_remove(d->store, d->done[i]);
    return good && store_end(d->store, true);
}

void delivery_committed(struct delivery *d)
{
    for (size_t i = 0; d->courier && i < d->done_count; i++)
        courier_forget(d->courier, d->done[i]);
    d->done_count = 0;
    d->wrote = false;
    d->due = true;
}

bool delivery_is_done(const struct delivery *d)
{
    struct store_outbox outbox;
    return courier_under_way(d->courier) == 0 && store_outbox_count(d->store, &outbox) && outbox.waiting == 0;
}

size_t delivery_refused(const struct delivery *d)
{
    return d->refused;
}

void delivery_close(struct delivery *d)
{
    courier_serve(d->courier, now_of(d));
    courier_free(&d->courier);
}

void delivery_free(struct delivery **delivery)
{
    struct delivery *d = *delivery;
    if (!d)
        return;
    courier_free(&d->courier);
    ev_io_stop(d->loop, &d->reports);
    ev_timer_stop(d->loop, &d->wake);
    free(d->done);
    free(d);
    *delivery = NULL;
}
