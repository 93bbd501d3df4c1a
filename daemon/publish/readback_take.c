#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "publish/readback_reading.h"

/* ---- What is consumed ---- */

static struct sv header_of(const rd_kafka_headers_t *headers, const char *name)
{
    const void *value;
    size_t size;
    if (!headers || rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR || !value)
        return SV_NONE;
    return (struct sv){value, size};
}

static void take_record(struct reading *g, const rd_kafka_message_t *m, int64_t now)
{
    rd_kafka_headers_t *headers = NULL;
    if (rd_kafka_message_headers(m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        headers = NULL; /* there are none, or they are broken: not ours */
    struct digest event;
    struct sv value = {m->payload, m->payload ? m->len : 0};
    bool has_event = record_event(header_of(headers, "ce_id"), header_of(headers, "content-type"), value, &event);
    enum evidence_step step = evidence_record(&g->evidence, m->partition, m->offset, has_event ? &event : NULL);
    reading_check(g, step);
    if (step == EVIDENCE_GOOD && has_event && wanted_find(&g->wanted, &event)) {
        g->ours_at = now;
        int64_t due = reading_next_question(g, now); /* the ends must stand still again */
        g->due = g->due < due ? g->due : due;
    }
}

/* A record that cannot be read will never be: it is passed over. */
static void pass_over(struct reading *g, const rd_kafka_message_t *m)
{
    struct evidence_partition *p = &g->evidence.partitions[m->partition];
    int64_t offset = m->offset > p->next ? m->offset : p->next;
    evidence_doubt(&g->evidence, "the record of partition %d at offset %lld cannot be read: %s", m->partition, (long long)offset, rd_kafka_err2str(m->err));
    evidence_reached(&g->evidence, m->partition, offset + 1);
    g->places[m->partition].lost = true;
}

static void take_error(struct reading *g, const rd_kafka_message_t *m, int64_t now)
{
    switch (m->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        evidence_reached(&g->evidence, m->partition, m->offset);
        break;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        g->unreadable = true;
        snprintf(g->why, sizeof g->why, "the brokers do not give this user the right READ");
        g->due = now;
        break;
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
    case RD_KAFKA_RESP_ERR__UNDERFLOW:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        pass_over(g, m);
        g->due = now;
        break;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
#if RD_KAFKA_VERSION >= 0x020100ff
    case RD_KAFKA_RESP_ERR__LOG_TRUNCATION:
#endif
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        g->places[m->partition].lost = true;
        g->due = now + READING_WAIT / 5;
        break;
    default: /* the connection's: librdkafka goes on by itself */
        break;
    }
}

void reading_take(struct reading *g, const rd_kafka_message_t *m)
{
    if ((g->stage != READ && g->stage != POLICY) || g->again || m->partition < 0 || (size_t)m->partition >= g->evidence.count)
        return;
    int64_t now = clock_monotonic(&clock_system);
    g->moved_at = now;
    if (m->err)
        take_error(g, m, now);
    else
        take_record(g, m, now);
    if (g->stage == READ && reading_is_decisive(g) && g->evidence.partitions[m->partition].next >= g->places[m->partition].target && reading_is_read(g))
        g->due = now;
}

bool reading_owns(const struct reading *g, const rd_kafka_topic_t *topic)
{
    return g->rkt && g->rkt == topic;
}

/* ---- What it tells ---- */

int64_t reading_due(const struct reading *g)
{
    return g->due;
}

bool reading_is_done(const struct reading *g)
{
    return g->stage == DONE;
}

const char *reading_topic(const struct reading *g)
{
    return g->topic;
}

bool reading_has_begun(const struct reading *g)
{
    return g->begun;
}

void reading_progress(const struct reading *g, uint64_t *read, uint64_t *of, char *what, size_t size)
{
    *read = *of = 0;
    for (size_t i = 0; g->begun && i < g->evidence.count; i++) {
        const struct evidence_partition *p = &g->evidence.partitions[i];
        int64_t target = g->places[i].target > p->next ? g->places[i].target : p->next;
        *read += (uint64_t)(p->next - p->from);
        *of += (uint64_t)(target - p->from);
    }
    if (g->text[0])
        snprintf(what, size, "waiting: %s", g->text);
    else if (!g->begun)
        snprintf(what, size, "asking for its ends");
    else if (g->unreadable)
        snprintf(what, size, "waiting for its end to stand still; %s", g->why);
    else if (reading_is_read(g))
        snprintf(what, size, "waiting for its end to stand still");
    else
        snprintf(what, size, "reading back");
}

struct reading_result *reading_result(struct reading *g)
{
    struct reading_result *r = xcalloc(1, sizeof *r);
    const struct evidence *e = &g->evidence;
    r->topic = xstrdup(g->topic);
    r->told = (struct readback_result){.topic = sv_of(r->topic), .end = g->end, .records = e->records};
    if (g->end == READBACK_TAKES_NONE) {
        r->reason = xstrdup(g->text);
        r->told.reason = r->reason;
        return r;
    }
    r->cluster = g->cluster ? xstrdup(g->cluster) : NULL;
    r->doubt = e->doubt[0] ? xstrdup(e->doubt) : NULL;
    r->marks = xcalloc(e->count, sizeof *r->marks);
    for (size_t i = 0; i < e->count; i++) {
        const struct evidence_partition *p = &e->partitions[i];
        r->marks[i] = (struct readback_mark){(int32_t)i, p->next, p->event, p->has_event};
    }
    r->found = wanted_found(&g->wanted);
    r->told.cluster = sv_of(r->cluster);
    r->told.doubt = r->doubt;
    r->told.marks = r->marks;
    r->told.mark_count = e->count;
    r->told.found = r->found;
    r->told.found_count = g->wanted.found;
    return r;
}

void reading_result_free(struct reading_result *r)
{
    free(r->topic);
    free(r->cluster);
    free(r->reason);
    free(r->doubt);
    free(r->marks);
    free(r->found);
    free(r);
}
