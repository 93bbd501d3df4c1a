#include "publish/readback_topic.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "publish/readback_reading.h"

#define WAIT_MOST (2 * MS_SECOND)
#define CHECK (5 * MS_SECOND)       /* that the topic is still the one that is read */
#define STALL_FIRST (30 * MS_SECOND) /* without a record that should come: the partition is begun anew */
#define MARGIN MS_DAY               /* that clocks may differ, where a time is all there is to begin by */
#define NEVER INT64_MAX

static int64_t monotonic(void)
{
    return clock_monotonic(&clock_system);
}

/* ---- Making one ---- */

struct reading *reading_new(const struct readback_request *request, int64_t settle)
{
    struct reading *g = xcalloc(1, sizeof *g);
    g->request = *request;
    g->topic = sv_cstr(request->topic);
    g->recorded = sv_cstr(request->cluster);
    g->request.topic = sv_of(g->topic);
    g->request.cluster = sv_of(g->recorded);
    struct readback_mark *marks = xmalloc((request->mark_count + 1) * sizeof *marks);
    if (request->mark_count)
        memcpy(marks, request->marks, request->mark_count * sizeof *marks);
    g->request.marks = marks;
    g->wanted = (struct wanted){request->rows, request->row_count, 0};
    g->request.rows = NULL;
    g->settle = settle;
    g->wait = READING_WAIT;
    return g;
}

void reading_prepare(struct reading *g)
{
    wanted_sort(&g->wanted);
}

static void stop_consuming(struct reading *g)
{
    for (size_t i = 0; i < g->evidence.count; i++)
        if (g->places[i].consuming) {
            rd_kafka_consume_stop(g->rkt, (int32_t)i);
            g->places[i].consuming = false;
        }
}

static void forget_partitions(struct reading *g)
{
    stop_consuming(g);
    free(g->places);
    free(g->evidence.partitions);
    g->places = NULL;
    g->evidence.partitions = NULL;
    g->evidence.count = 0;
}

void reading_free(struct reading **at)
{
    struct reading *g = *at;
    if (!g)
        return;
    forget_partitions(g);
    if (g->rkt)
        rd_kafka_topic_destroy(g->rkt);
    if (g->asked)
        rd_kafka_topic_destroy(g->asked);
    if (g->policies)
        rd_kafka_queue_destroy(g->policies);
    free((struct readback_mark *)(uintptr_t)g->request.marks);
    free(g->wanted.rows);
    free(g->cluster);
    free(g->recorded);
    free(g->topic);
    free(g);
    *at = NULL;
}

/* ---- Ends ---- */

static void finish(struct reading *g, enum readback_end end)
{
    g->end = end;
    g->stage = DONE;
}

/* An answer that was not one. true: no broker answers at all. */
static bool wait_for(struct reading *g, enum broker_answer answer)
{
    if (answer == BROKER_REFUSES) {
        finish(g, READBACK_TAKES_NONE);
        return false;
    }
    g->due = monotonic() + g->wait;
    g->wait = g->wait * 2 < WAIT_MOST ? g->wait * 2 : WAIT_MOST;
    return answer == BROKER_SILENT;
}

/* The topic is not what it was thought to be: everything is asked and read anew. What was found stood on another. */
static void begin_again(struct reading *g)
{
    forget_partitions(g);
    wanted_clear(&g->wanted);
    g->stage = FIND;
    g->again = false;
    g->ours_at = g->asked_at = 0;
    g->policy = POLICY_PENDING;
    g->due = 0;
}

void reading_check(struct reading *g, enum evidence_step step)
{
    if (step == EVIDENCE_MADE_AGAIN) {
        g->distrusted = g->again = true;
        g->due = 0;
    }
}

static void consume(struct reading *g, int32_t partition, const struct reading_brokers *b)
{
    struct place *place = &g->places[partition];
    if (place->consuming)
        rd_kafka_consume_stop(g->rkt, partition);
    place->consuming = rd_kafka_consume_start_queue(g->rkt, partition, g->evidence.partitions[partition].next, b->queue) == 0;
    place->lost = !place->consuming;
}

/* ---- Find, place ---- */

static void begin_reading(struct reading *g, const struct reading_brokers *b)
{
    int64_t now = monotonic();
    for (size_t i = 0; i < g->evidence.count; i++) {
        g->places[i].target = g->evidence.partitions[i].end;
        if (!g->unreadable)
            consume(g, (int32_t)i, b);
    }
    g->stage = READ;
    g->begun = true;
    g->moved_at = now;
    g->stall = STALL_FIRST;
    g->due = now + g->settle / 4;
}

static void survey(struct reading *g)
{
    for (size_t i = 0; i < g->evidence.count; i++)
        g->evidence.partitions[i].next = g->evidence.partitions[i].end;
    finish(g, READBACK_SETTLED);
}

static enum broker_answer measure(struct reading *g, const struct reading_brokers *b)
{
    int32_t count;
    enum broker_answer answer = broker_partitions(b->asker, g->asked, &count, g->text);
    if (answer != BROKER_ANSWERS)
        return answer;
    int64_t *lows = xcalloc((size_t)count, 2 * sizeof *lows), *ends = lows + count;
    answer = broker_offsets(b->asker, g->topic, count, BROKER_EARLIEST, lows, g->text);
    if (answer == BROKER_ANSWERS)
        answer = broker_offsets(b->asker, g->topic, count, BROKER_LATEST, ends, g->text);
    if (answer == BROKER_ANSWERS) {
        forget_partitions(g);
        g->evidence.partitions = xcalloc((size_t)count, sizeof *g->evidence.partitions);
        g->places = xcalloc((size_t)count, sizeof *g->places);
        g->evidence.count = (size_t)count;
        for (int32_t i = 0; i < count; i++) {
            g->evidence.partitions[i].low = lows[i];
            g->evidence.partitions[i].end = ends[i];
        }
    }
    free(lows);
    return answer;
}

static bool open_topic(struct reading *g, const struct reading_brokers *b)
{
    if (!g->asked)
        g->asked = rd_kafka_topic_new(b->asker, g->topic, NULL);
    if (!g->rkt && g->asked)
        g->rkt = rd_kafka_topic_new(b->consumer, g->topic, NULL);
    return g->rkt != NULL;
}

static bool find(struct reading *g, const struct reading_brokers *b)
{
    if (!open_topic(g, b)) {
        snprintf(g->text, sizeof g->text, "%s", rd_kafka_err2str(rd_kafka_last_error()));
        return wait_for(g, BROKER_REFUSES);
    }
    enum broker_answer answer = measure(g, b);
    if (answer != BROKER_ANSWERS)
        return wait_for(g, answer);
    free(g->cluster);
    g->cluster = broker_cluster(b->asker);
    g->answered_at = monotonic();
    g->text[0] = '\0';
    g->wait = READING_WAIT;
    if (!g->request.open || g->wanted.count == 0) {
        survey(g);
        return false;
    }
    if (g->distrusted)
        g->evidence.trusted = false;
    else
        evidence_begin(&g->evidence, &g->request, sv_of(g->cluster));
    if (g->evidence.trusted)
        begin_reading(g, b);
    else
        g->stage = PLACE;
    return false;
}

static bool place(struct reading *g, const struct reading_brokers *b)
{
    struct evidence *e = &g->evidence;
    int64_t *offsets = xmalloc(e->count * sizeof *offsets);
    for (size_t i = 0; i < e->count; i++)
        offsets[i] = BROKER_EARLIEST;
    enum broker_answer answer = BROKER_ANSWERS;
    if (g->request.since > MARGIN)
        answer = broker_offsets(b->asker, g->topic, (int32_t)e->count, g->request.since - MARGIN, offsets, g->text);
    if (answer == BROKER_ANSWERS) {
        for (size_t i = 0; i < e->count; i++)
            if (offsets[i] == BROKER_LATEST) /* all are older */
                offsets[i] = e->partitions[i].end;
        evidence_begin_by_time(e, offsets);
        begin_reading(g, b);
    }
    free(offsets);
    return answer != BROKER_ANSWERS && wait_for(g, answer);
}

/* ---- Read ---- */

bool reading_is_decisive(const struct reading *g)
{
    return g->asked_at && g->answered_at != NEVER && g->asked_at >= g->answered_at + g->settle && (!g->ours_at || g->asked_at >= g->ours_at + g->settle);
}

bool reading_is_read(const struct reading *g)
{
    if (g->unreadable)
        return true;
    for (size_t i = 0; i < g->evidence.count; i++)
        if (g->evidence.partitions[i].next < g->places[i].target)
            return false;
    return true;
}

int64_t reading_next_question(const struct reading *g, int64_t now)
{
    if (reading_is_decisive(g))
        return now + CHECK;
    int64_t next = now + (g->settle >= 40 ? g->settle / 4 : 10);
    int64_t since = g->answered_at == NEVER ? now : g->answered_at;
    int64_t quiet = (g->ours_at > since ? g->ours_at : since) + g->settle;
    return quiet > now && quiet < next ? quiet : next;
}

static void take_ends(struct reading *g, int32_t count, const int64_t *ends, int64_t asked_at, const struct reading_brokers *b)
{
    if ((size_t)count < g->evidence.count) {
        evidence_doubt(&g->evidence, "the topic was made again, with fewer partitions");
        reading_check(g, EVIDENCE_MADE_AGAIN);
        return;
    }
    bool decided = reading_is_decisive(g) && (size_t)count == g->evidence.count;
    for (int32_t i = 0; i < count; i++) {
        if ((size_t)i == g->evidence.count) {
            evidence_add_partition(&g->evidence);
            g->places = xrealloc(g->places, g->evidence.count * sizeof *g->places);
            g->places[i] = (struct place){0};
            if (!g->unreadable)
                consume(g, i, b);
        }
        reading_check(g, evidence_end(&g->evidence, i, ends[i]));
        if (!decided)
            g->places[i].target = ends[i];
    }
    if (!decided)
        g->asked_at = asked_at;
}

/* Partitions whose next offset is not there: what is left of them? */
static enum broker_answer find_lost(struct reading *g, const struct reading_brokers *b)
{
    bool any = false;
    for (size_t i = 0; i < g->evidence.count; i++)
        any = any || g->places[i].lost;
    if (!any || g->again || g->unreadable)
        return BROKER_ANSWERS;
    int64_t *lows = xcalloc(g->evidence.count, sizeof *lows);
    enum broker_answer answer = broker_offsets(b->asker, g->topic, (int32_t)g->evidence.count, BROKER_EARLIEST, lows, g->text);
    for (size_t i = 0; answer == BROKER_ANSWERS && i < g->evidence.count && !g->again; i++)
        if (g->places[i].lost) {
            reading_check(g, evidence_lost(&g->evidence, (int32_t)i, lows[i], g->evidence.partitions[i].end));
            if (!g->again)
                consume(g, (int32_t)i, b);
        }
    free(lows);
    return answer;
}

/* A fetch that never comes: librdkafka is asked for it anew, less and less often. */
static void mind_stalls(struct reading *g, const struct reading_brokers *b)
{
    int64_t now = monotonic();
    if (reading_is_read(g) || now - g->moved_at < g->stall)
        return;
    for (size_t i = 0; i < g->evidence.count; i++)
        if (g->evidence.partitions[i].next < g->places[i].target)
            consume(g, (int32_t)i, b);
    g->moved_at = now;
    g->stall *= 2;
}

static bool is_same_cluster(struct reading *g, const struct reading_brokers *b)
{
    char *cluster = broker_cluster(b->asker);
    bool same = !cluster || !g->cluster || strcmp(cluster, g->cluster) == 0;
    free(cluster);
    return same;
}

static enum broker_answer ask(struct reading *g, const struct reading_brokers *b)
{
    int64_t asked_at = monotonic();
    int32_t count;
    enum broker_answer answer = broker_partitions(b->asker, g->asked, &count, g->text);
    if (answer != BROKER_ANSWERS)
        return answer;
    if (!is_same_cluster(g, b)) {
        g->again = true;
        return answer;
    }
    int64_t *ends = xcalloc((size_t)count, sizeof *ends);
    answer = broker_offsets(b->asker, g->topic, count, BROKER_LATEST, ends, g->text);
    if (answer == BROKER_ANSWERS) {
        if (g->answered_at == NEVER)
            g->answered_at = monotonic();
        take_ends(g, count, ends, asked_at, b);
        answer = find_lost(g, b);
    }
    free(ends);
    return answer;
}

static void ask_policy(struct reading *g, const struct reading_brokers *b)
{
    if (!g->policies)
        g->policies = rd_kafka_queue_new(b->asker);
    broker_ask_policy(b->asker, g->topic, g->policies);
    g->stage = POLICY;
    g->due = monotonic() + READING_WAIT / 5;
}

static void await_policy(struct reading *g, const struct reading_brokers *b)
{
    g->policy = broker_policy(g->policies, g->why);
    if (g->policy == POLICY_NOT_NOW) {
        g->policy = POLICY_PENDING;
        broker_ask_policy(b->asker, g->topic, g->policies);
    }
    if (g->policy != POLICY_PENDING)
        g->stage = READ; /* more may have come meanwhile */
    g->due = g->policy == POLICY_PENDING ? monotonic() + READING_WAIT / 5 : 0;
}

/* Everything was read to an end that stood still. */
static void conclude(struct reading *g, const struct reading_brokers *b)
{
    if (g->unreadable)
        evidence_unreadable(&g->evidence, g->why);
    if (!evidence_has_gaps(&g->evidence)) {
        finish(g, READBACK_SETTLED);
    } else if (g->policy == POLICY_PENDING) {
        ask_policy(g, b);
    } else {
        reading_check(g, evidence_gaps(&g->evidence, g->policy == POLICY_COMPACTED, g->policy == POLICY_UNKNOWN ? g->why : NULL));
        if (!g->again)
            finish(g, READBACK_SETTLED);
    }
}

static bool read_on(struct reading *g, const struct reading_brokers *b)
{
    if (g->unreadable)
        stop_consuming(g);
    if (reading_is_decisive(g) && reading_is_read(g)) {
        conclude(g, b);
        return false;
    }
    enum broker_answer answer = ask(g, b);
    if (answer != BROKER_ANSWERS) {
        if (!reading_is_decisive(g))
            g->answered_at = NEVER; /* what it holds may be written when it is back */
        return wait_for(g, answer);
    }
    g->text[0] = '\0';
    g->wait = READING_WAIT;
    mind_stalls(g, b);
    g->due = g->again || (reading_is_decisive(g) && reading_is_read(g)) ? 0 : reading_next_question(g, monotonic());
    return false;
}

bool reading_step(struct reading *g, const struct reading_brokers *b)
{
    if (g->again)
        begin_again(g);
    switch (g->stage) {
    case FIND:
        return find(g, b);
    case PLACE:
        return place(g, b);
    case READ:
        return read_on(g, b);
    case POLICY:
        await_policy(g, b);
        return false;
    case DONE:
        break;
    }
    return false;
}
