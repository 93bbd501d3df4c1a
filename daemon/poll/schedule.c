#include "poll/schedule.h"

#include <stdlib.h>

#include "base/table.h"

struct schedule_host {
    struct link link;     /* among the ready: those that are not busy and have somebody waiting */
    struct link waiting;  /* the head of its queue of places */
    size_t places;        /* that belong to it */
    bool busy;
    struct sv name;
    char name_bytes[];
};

struct schedule {
    struct place **heap;  /* who rests, the earliest first */
    size_t resting, capacity;
    struct table hosts;
    struct link ready;    /* the head of the queue of hosts */
    size_t asking, waiting, most;
    uint64_t orders;
};

/* ---- Rings: a head and its links ---- */

static void ring_init(struct link *head)
{
    head->next = head->previous = head;
}

static bool ring_empty(const struct link *head)
{
    return head->next == head;
}

static void ring_append(struct link *head, struct link *l)
{
    l->next = head, l->previous = head->previous;
    head->previous->next = l;
    head->previous = l;
}

static void ring_remove(struct link *l)
{
    l->previous->next = l->next;
    l->next->previous = l->previous;
    ring_init(l);
}

/* ---- The heap of those who rest ---- */

static bool before(const struct place *a, const struct place *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void heap_set(struct schedule *s, size_t at, struct place *p)
{
    s->heap[at] = p;
    p->at = at;
}

static void heap_up(struct schedule *s, size_t at)
{
    struct place *p = s->heap[at];
    for (; at > 0 && before(p, s->heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap_set(s, at, s->heap[(at - 1) / 2]);
    heap_set(s, at, p);
}

static void heap_down(struct schedule *s, size_t at)
{
    struct place *p = s->heap[at];
    for (size_t child; (child = 2 * at + 1) < s->resting; at = child) {
        if (child + 1 < s->resting && before(s->heap[child + 1], s->heap[child]))
            child++;
        if (!before(s->heap[child], p))
            break;
        heap_set(s, at, s->heap[child]);
    }
    heap_set(s, at, p);
}

static void rest(struct schedule *s, struct place *p, int64_t due)
{
    p->state = PLACE_RESTS;
    p->due = due;
    p->order = s->orders++;
    s->heap = xgrow(s->heap, s->resting, &s->capacity, sizeof(struct place *));
    s->heap[s->resting] = p;
    heap_up(s, s->resting++);
}

static void wake(struct schedule *s, struct place *p)
{
    size_t at = p->at;
    struct place *last = s->heap[--s->resting];
    if (last == p)
        return;
    heap_set(s, at, last);
    heap_up(s, at);
    heap_down(s, last->at);
}

/* ---- Hosts ---- */

static struct schedule_host *host_of(struct schedule *s, struct sv name)
{
    struct schedule_host *h = table_get(&s->hosts, name);
    if (!h) {
        h = xcalloc(1, sizeof *h + name.n);
        if (name.n)
            memcpy(h->name_bytes, name.p, name.n);
        h->name = (struct sv){h->name_bytes, name.n};
        ring_init(&h->link);
        ring_init(&h->waiting);
        table_put(&s->hosts, h->name, h);
    }
    h->places++;
    return h;
}

/* A host is in the ready ring just when it is not busy and somebody waits for it; who was there keeps its turn. */
static void host_settle(struct schedule *s, struct schedule_host *h)
{
    bool ready = !h->busy && !ring_empty(&h->waiting), listed = !ring_empty(&h->link);
    if (ready && !listed)
        ring_append(&s->ready, &h->link);
    else if (!ready && listed)
        ring_remove(&h->link);
}

/* Take a place out of wherever it is; its host stays. */
static void withdraw(struct schedule *s, struct place *p)
{
    if (p->state == PLACE_RESTS) {
        wake(s, p);
    } else if (p->state == PLACE_WAITS) {
        ring_remove(&p->link);
        s->waiting--;
    } else if (p->state == PLACE_ASKS) {
        p->host->busy = false;
        s->asking--;
    }
    p->state = PLACE_NONE;
    host_settle(s, p->host);
}

/* ---- The public side ---- */

struct schedule *schedule_new(unsigned most_at_once)
{
    struct schedule *s = xcalloc(1, sizeof *s);
    s->most = most_at_once ? most_at_once : 1;
    ring_init(&s->ready);
    return s;
}

void schedule_free(struct schedule **schedule)
{
    struct schedule *s = *schedule;
    if (!s)
        return;
    struct table_slot *slot;
    for (size_t i = 0; table_next(&s->hosts, &i, &slot);)
        free(slot->value);
    table_free(&s->hosts);
    free(s->heap);
    free(s);
    *schedule = NULL;
}

void schedule_add(struct schedule *s, struct place *p, struct sv host, int64_t due)
{
    *p = (struct place){.host = host_of(s, host)};
    ring_init(&p->link);
    rest(s, p, due);
}

void schedule_remove(struct schedule *s, struct place *p)
{
    struct schedule_host *h = p->host;
    if (p->state == PLACE_NONE)
        return;
    withdraw(s, p);
    p->host = NULL;
    if (--h->places == 0) {
        table_remove(&s->hosts, h->name);
        free(h);
    }
}

void schedule_move(struct schedule *s, struct place *p, int64_t due)
{
    if (p->state != PLACE_RESTS && p->state != PLACE_WAITS)
        return;
    withdraw(s, p);
    rest(s, p, due);
}

/* Those who are due go to the queues of their hosts. */
static void call_due(struct schedule *s, int64_t now)
{
    while (s->resting > 0 && s->heap[0]->due <= now) {
        struct place *p = s->heap[0];
        wake(s, p);
        p->state = PLACE_WAITS;
        ring_append(&p->host->waiting, &p->link);
        s->waiting++;
        host_settle(s, p->host);
    }
}

struct place *schedule_take(struct schedule *s, int64_t now)
{
    call_due(s, now);
    if (ring_empty(&s->ready) || s->asking >= s->most)
        return NULL;
    struct schedule_host *h = (struct schedule_host *)((char *)s->ready.next - offsetof(struct schedule_host, link));
    struct place *p = (struct place *)((char *)h->waiting.next - offsetof(struct place, link));
    ring_remove(&p->link);
    s->waiting--;
    p->state = PLACE_ASKS;
    s->asking++;
    h->busy = true;
    host_settle(s, h);
    return p;
}

void schedule_done(struct schedule *s, struct place *p, int64_t due)
{
    if (p->state != PLACE_ASKS)
        return;
    withdraw(s, p);
    rest(s, p, due);
}

int64_t schedule_wait(const struct schedule *s, int64_t now)
{
    if (!ring_empty(&s->ready) && s->asking < s->most)
        return 0;
    if (s->resting == 0)
        return -1;
    return s->heap[0]->due > now ? s->heap[0]->due - now : 0;
}

int64_t schedule_late(const struct schedule *s, int64_t now)
{
    return s->resting && s->heap[0]->due < now ? now - s->heap[0]->due : 0;
}

size_t schedule_asking(const struct schedule *s)
{
    return s->asking;
}

size_t schedule_waiting(const struct schedule *s)
{
    return s->waiting;
}
