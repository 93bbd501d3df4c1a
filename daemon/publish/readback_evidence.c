#include "publish/readback_evidence.h"

#include <stdarg.h>
#include <stdio.h>

void evidence_doubt(struct evidence *e, const char *format, ...)
{
    if (e->doubt[0])
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(e->doubt, sizeof e->doubt, format, arguments);
    va_end(arguments);
}

static enum evidence_step made_again(struct evidence *e, const char *how, int32_t partition)
{
    evidence_doubt(e, "the topic was made again: partition %d %s", partition, how);
    e->trusted = false;
    return EVIDENCE_MADE_AGAIN;
}

/* ---- Where to begin ---- */

static bool take_marks(struct evidence *e, const struct readback_request *r)
{
    for (size_t i = 0; i < e->count; i++) {
        e->partitions[i].mark = 0;
        e->partitions[i].has_event = e->partitions[i].unproved = false;
    }
    for (size_t i = 0; i < r->mark_count; i++) {
        const struct readback_mark *m = &r->marks[i];
        if (m->partition < 0 || (size_t)m->partition >= e->count) {
            made_again(e, "is there no more", m->partition);
            return false;
        }
        struct evidence_partition *p = &e->partitions[m->partition];
        p->mark = m->offset;
        p->event = m->event;
        p->has_event = m->has_event && m->offset > 0;
    }
    for (size_t i = 0; i < e->count; i++)
        if (e->partitions[i].end < e->partitions[i].mark) {
            made_again(e, "holds less than it did", (int32_t)i);
            return false;
        }
    return true;
}

/* The record before the mark is read too: that it is still the same shows that the topic is. Where it was deleted, and not
 * more, nothing is missing. */
static void begin_at_mark(struct evidence *e, int32_t number)
{
    struct evidence_partition *p = &e->partitions[number];
    p->unproved = p->has_event && p->low < p->mark;
    p->from = p->unproved ? p->mark - 1 : p->mark;
    if (p->low > p->from) {
        evidence_doubt(e, "records of partition %d were deleted, from offset %lld to %lld", number, (long long)p->from, (long long)p->low);
        p->from = p->low;
        p->has_event = false;
    }
    p->next = p->from;
}

void evidence_begin(struct evidence *e, const struct readback_request *r, struct sv cluster)
{
    bool other = r->cluster.n && cluster.n && !sv_eq(r->cluster, cluster);
    if (other)
        evidence_doubt(e, "the brokers are another cluster (%.*s) than before (%.*s)", SV_ARG(cluster), SV_ARG(r->cluster));
    e->trusted = r->mark_count > 0 && !other;
    if (!e->trusted || !take_marks(e, r))
        return;
    for (size_t i = 0; i < e->count; i++)
        begin_at_mark(e, (int32_t)i);
}

void evidence_begin_by_time(struct evidence *e, const int64_t *offsets)
{
    for (size_t i = 0; i < e->count; i++) {
        struct evidence_partition *p = &e->partitions[i];
        p->mark = 0;
        p->has_event = p->unproved = p->missing = false;
        p->from = offsets[i] < p->low ? p->low : offsets[i] > p->end ? p->end : offsets[i];
        p->next = p->from;
        /* An older record that is still there shows that none of these was deleted. */
        if (p->from == p->low && p->low > 0)
            evidence_doubt(e, "records of partition %zu were deleted, up to offset %lld", i, (long long)p->low);
    }
}

/* ---- What is read ---- */

static void pass_to(struct evidence_partition *p, int64_t offset)
{
    if (offset <= p->next)
        return;
    p->missing = true;
    p->has_event = false;
    p->next = offset;
}

enum evidence_step evidence_record(struct evidence *e, int32_t partition, int64_t offset, const struct digest *event)
{
    struct evidence_partition *p = &e->partitions[partition];
    if (offset < p->next)
        return EVIDENCE_GOOD;
    e->records++;
    if (p->unproved && offset == p->from) {
        p->unproved = false;
        if (!event || memcmp(event->bytes, p->event.bytes, sizeof event->bytes) != 0)
            return made_again(e, "has another record before the mark", partition);
    }
    pass_to(p, offset);
    p->next = offset + 1;
    p->has_event = event != NULL;
    if (event)
        p->event = *event;
    return EVIDENCE_GOOD;
}

void evidence_reached(struct evidence *e, int32_t partition, int64_t next)
{
    pass_to(&e->partitions[partition], next);
}

enum evidence_step evidence_lost(struct evidence *e, int32_t partition, int64_t low, int64_t end)
{
    struct evidence_partition *p = &e->partitions[partition];
    p->low = low;
    p->end = end;
    if (end < p->next)
        return made_again(e, "holds less than it did", partition);
    if (low > p->next) {
        evidence_doubt(e, "records of partition %d were deleted, from offset %lld to %lld, before they could be read", partition,
                       (long long)p->next, (long long)low);
        p->next = low;
        p->has_event = p->unproved = false;
    }
    return EVIDENCE_GOOD;
}

enum evidence_step evidence_end(struct evidence *e, int32_t partition, int64_t end)
{
    struct evidence_partition *p = &e->partitions[partition];
    p->end = end;
    return end < p->next ? made_again(e, "holds less than it did", partition) : EVIDENCE_GOOD;
}

void evidence_add_partition(struct evidence *e)
{
    e->partitions = xrealloc(e->partitions, (e->count + 1) * sizeof *e->partitions);
    e->partitions[e->count++] = (struct evidence_partition){0};
}

void evidence_unreadable(struct evidence *e, const char *why)
{
    for (size_t i = 0; i < e->count; i++) {
        struct evidence_partition *p = &e->partitions[i];
        if (!e->trusted || p->end > p->mark)
            evidence_doubt(e, "what was written to partition %zu may not be read: %s", i, why);
        p->has_event = p->has_event && p->end == p->mark;
        p->next = p->end;
        p->missing = p->unproved = false;
    }
}

/* ---- Gaps ---- */

bool evidence_has_gaps(const struct evidence *e)
{
    for (size_t i = 0; i < e->count; i++)
        if (e->partitions[i].missing)
            return true;
    return false;
}

enum evidence_step evidence_gaps(struct evidence *e, bool compacted, const char *unknown)
{
    enum evidence_step step = EVIDENCE_GOOD;
    for (size_t i = 0; i < e->count; i++) {
        struct evidence_partition *p = &e->partitions[i];
        if (compacted && p->missing)
            evidence_doubt(e, "the topic is compacted, and records of partition %zu are missing", i);
        else if (unknown && p->missing)
            evidence_doubt(e, "offsets of partition %zu are missing, and whether the topic is compacted cannot be asked: %s", i, unknown);
        else if (p->unproved)
            step = made_again(e, "has no record before the mark", (int32_t)i);
        p->missing = p->unproved = false;
    }
    return step;
}
