#include "publish/courier.h"

#include <stdlib.h>

#include "base/clock.h"

#define ROWS_PER_PUMP 500 /* so that the loop stays live while a long outbox is sent */
#define RETRY_FIRST MS_SECOND
#define RETRY_MOST (30 * MS_SECOND)

/* A set of row numbers, which are never 0. */
struct rows {
    int64_t *slots;
    size_t count, capacity;
};

struct courier {
    struct publish *publish;
    struct courier_handlers handlers;
    struct rows under_way;
    int64_t cursor;        /* every row up to here was sent, or has failed and waits for retry_at */
    int64_t lowest_failed; /* 0: none has */
    int64_t retry_at, retry_after;
    int64_t now;           /* during courier_serve */
    int64_t alone_until;   /* rows up to here are sent one at a time: one of them made the broker refuse a batch */
    int64_t alone;         /* the row that is under way so; 0: none */
};

static size_t home_of(const struct rows *s, int64_t row)
{
    return (size_t)((uint64_t)row * 0x9E3779B97F4A7C15u >> 32) & (s->capacity - 1);
}

static size_t place_of(const struct rows *s, int64_t row)
{
    size_t at = home_of(s, row);
    while (s->slots[at] && s->slots[at] != row)
        at = (at + 1) & (s->capacity - 1);
    return at;
}

static bool rows_hold(const struct rows *s, int64_t row)
{
    return s->count && s->slots[place_of(s, row)] == row;
}

static void rows_add(struct rows *s, int64_t row)
{
    if ((s->count + 1) * 2 > s->capacity) {
        struct rows old = *s;
        s->capacity = old.capacity ? old.capacity * 2 : 64;
        s->slots = xcalloc(s->capacity, sizeof *s->slots);
        for (size_t i = 0; i < old.capacity; i++)
            if (old.slots[i])
                s->slots[place_of(s, old.slots[i])] = old.slots[i];
        free(old.slots);
    }
    size_t at = place_of(s, row);
    s->count += s->slots[at] == 0;
    s->slots[at] = row;
}

static void rows_remove(struct rows *s, int64_t row)
{
    if (!rows_hold(s, row))
        return;
    s->count--;
    size_t mask = s->capacity - 1, gap = place_of(s, row);
    for (size_t at = (gap + 1) & mask; s->slots[at]; at = (at + 1) & mask)
        if (((at - home_of(s, s->slots[at])) & mask) >= ((at - gap) & mask)) {
            s->slots[gap] = s->slots[at];
            gap = at;
        }
    s->slots[gap] = 0;
}

static void fail(struct courier *c, int64_t row)
{
    rows_remove(&c->under_way, row);
    if (c->lowest_failed == 0) {
        c->retry_at = c->now + c->retry_after;
        c->retry_after = c->retry_after * 2 < RETRY_MOST ? c->retry_after * 2 : RETRY_MOST;
    }
    if (c->lowest_failed == 0 || row < c->lowest_failed)
        c->lowest_failed = row;
}

/* The broker refuses a batch for one bad message in it: which one it is shows when each is sent alone. */
static enum publish_outcome judge(struct courier *c, int64_t row, enum publish_outcome outcome)
{
    bool alone = row == c->alone;
    if (alone)
        c->alone = 0;
    if (outcome != PUBLISH_BATCH_REFUSED)
        return outcome;
    if (alone)
        return PUBLISH_REFUSED;
    if (row > c->alone_until)
        c->alone_until = row;
    return PUBLISH_FAILED;
}

static void report(void *context, int64_t row, enum publish_outcome outcome, const char *reason)
{
    struct courier *c = context;
    switch (judge(c, row, outcome)) {
    case PUBLISH_DELIVERED:
        c->retry_after = RETRY_FIRST;
        c->handlers.delivered(c->handlers.context, row);
        break;
    case PUBLISH_REFUSED:
        c->handlers.refused(c->handlers.context, row, reason);
        break;
    case PUBLISH_BATCH_REFUSED:
    case PUBLISH_FAILED:
        fail(c, row);
        break;
    }
}

/* What is under way alone must not get company, nor go with what is under way. Its report wakes us. */
static bool must_wait(const struct courier *c, int64_t row)
{
    return (c->alone || row <= c->alone_until) && publish_pending(c->publish) > 0;
}

static void connected(void *context, bool up, const char *reason)
{
    struct courier *c = context;
    c->handlers.connected(c->handlers.context, up, reason);
}

static struct publish *open_publish(struct courier *c, const struct publish_options *options, char error[PUBLISH_ERROR])
{
    const struct publish_handlers handlers = {report, connected, c};
    return publish_new(options, &handlers, error);
}

struct courier *courier_new(const struct publish_options *options, const struct courier_handlers *handlers, char error[PUBLISH_ERROR])
{
    struct courier *c = xcalloc(1, sizeof *c);
    c->handlers = *handlers;
    c->retry_after = RETRY_FIRST;
    c->publish = open_publish(c, options, error);
    if (!c->publish)
        courier_free(&c);
    return c;
}

bool courier_change(struct courier *c, const struct publish_options *options, int64_t now, char error[PUBLISH_ERROR])
{
    struct publish *other = open_publish(c, options, error);
    if (!other)
        return false;
    c->now = now;
    publish_free(&c->publish);
    c->publish = other;
    c->retry_at = now;
    c->retry_after = RETRY_FIRST;
    return true;
}

int courier_fd(const struct courier *c)
{
    return publish_fd(c->publish);
}

void courier_serve(struct courier *c, int64_t now)
{
    c->now = now;
    publish_serve(c->publish);
}

int64_t courier_pump(struct courier *c, int64_t now)
{
    if (c->lowest_failed && now >= c->retry_at) {
        c->cursor = c->lowest_failed - 1;
        c->lowest_failed = 0;
    }
    int64_t wait = c->lowest_failed ? c->retry_at - now : -1;
    struct arena arena = {0};
    for (int sent = 0;; sent++) {
        int64_t row;
        struct message message;
        arena_reset(&arena);
        if (sent == ROWS_PER_PUMP) {
            wait = 0;
            break;
        }
        int found = c->handlers.next(c->handlers.context, c->cursor, &arena, &row, &message);
        if (found < 0)
            wait = RETRY_FIRST;
        if (found <= 0)
            break;
        if (!rows_hold(&c->under_way, row)) {
            if (must_wait(c, row))
                break;
            if (!publish_send(c->publish, row, &message)) {
                if (publish_pending(c->publish) == 0) /* then no report will wake us */
                    wait = RETRY_FIRST;
                break;
            }
            rows_add(&c->under_way, row);
            if (row <= c->alone_until)
                c->alone = row;
        }
        c->cursor = row;
    }
    arena_free(&arena);
    return wait;
}

void courier_forget(struct courier *c, int64_t row)
{
    rows_remove(&c->under_way, row);
}

size_t courier_under_way(const struct courier *c)
{
    return c->under_way.count;
}

const char *courier_address(const struct courier *c)
{
    return publish_address(c->publish);
}

void courier_free(struct courier **c)
{
    if (!*c)
        return;
    publish_free(&(*c)->publish);
    free((*c)->under_way.slots);
    free(*c);
    *c = NULL;
}
