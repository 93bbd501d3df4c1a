#include "publish/publish.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "publish/sink.h"

#define MESSAGE_COST 512 /* librdkafka's and the courier's own bytes for each, about */

/* struct publish is the sink itself, opaque to others. */
static struct sink *sink_of(const struct publish *p)
{
    return (struct sink *)(uintptr_t)p;
}

void sink_report(struct sink *s, int64_t row, enum publish_outcome outcome, const char *reason)
{
    const struct publish_report report = {.row = row, .outcome = outcome, .partition = -1, .offset = -1, .reason = reason};
    s->handlers.report(s->handlers.context, &report);
}

void sink_wake(struct sink *s)
{
    uint64_t one = 1;
    ssize_t written = write(s->event, &one, sizeof one);
    (void)written; /* a full counter is readable already */
}

void sink_report_late(struct sink *s, int64_t row, enum publish_outcome outcome, const char *reason)
{
    s->late = xgrow(s->late, s->late_count, &s->late_capacity, sizeof *s->late);
    s->late[s->late_count++] = (struct late_report){row, outcome, reason};
    sink_wake(s);
}

void sink_flush_late(struct sink *s)
{
    for (size_t i = 0; i < s->late_count; i++)
        sink_report(s, s->late[i].row, s->late[i].outcome, s->late[i].reason);
    s->late_count = 0;
}

struct publish *publish_new(const struct publish_options *options, const struct publish_handlers *handlers, char error[PUBLISH_ERROR])
{
    int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (event < 0) {
        snprintf(error, PUBLISH_ERROR, "eventfd: %s", strerror(errno));
        return NULL;
    }
    struct sink *s = options->sink == PUBLISH_FILE ? sink_file_new(options, error) : sink_kafka_new(options, error);
    if (!s) {
        close(event);
        return NULL;
    }
    s->handlers = *handlers;
    s->event = event;
    s->class->serve(s, clock_monotonic(&clock_system)); /* arms the queue; nothing can have been sent yet */
    return (struct publish *)s;
}

int publish_fd(const struct publish *p)
{
    return sink_of(p)->event;
}

void publish_serve(struct publish *p, int64_t now)
{
    struct sink *s = sink_of(p);
    uint64_t counted;
    ssize_t got = read(s->event, &counted, sizeof counted);
    (void)got; /* nothing there: serving does no harm */
    s->class->serve(s, now);
}

int64_t publish_tend(struct publish *p, int64_t now)
{
    struct sink *s = sink_of(p);
    return s->class->tend ? s->class->tend(s, now) : -1;
}

bool publish_send(struct publish *p, int64_t row, const struct message *m)
{
    return sink_of(p)->class->send(sink_of(p), row, m);
}

size_t publish_cost(const struct message *m)
{
    size_t cost = MESSAGE_COST + m->topic.n + m->key.n + m->value.n;
    for (size_t i = 0; i < m->header_count; i++)
        cost += m->headers[i].name.n + m->headers[i].value.n;
    return cost;
}

size_t publish_pending(const struct publish *p)
{
    return sink_of(p)->class->pending(sink_of(p)) + sink_of(p)->late_count;
}

unsigned publish_producer(const struct publish *p)
{
    const struct sink *s = sink_of(p);
    return s->class->producer ? s->class->producer(s) : 0;
}

const char *publish_address(const struct publish *p)
{
    const struct sink *s = sink_of(p);
    return s->class->address ? s->class->address(s) : NULL;
}

void publish_free(struct publish **p)
{
    if (!*p)
        return;
    struct sink *s = sink_of(*p);
    sink_flush_late(s);
    int event = s->event;
    struct late_report *late = s->late;
    s->class->free(s);
    free(late);
    close(event);
    *p = NULL;
}
