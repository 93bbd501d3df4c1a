#include "publish/lane.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"

struct lane *lane_new(struct sv topic)
{
    struct lane *l = xcalloc(1, sizeof *l);
    l->topic = (struct sv){sv_cstr(topic), topic.n};
    l->since = -1;
    l->most = SIZE_MAX;
    return l;
}

void lane_free(struct lane *l)
{
    keys_free(&l->keys);
    free((char *)(uintptr_t)l->topic.p);
    free(l);
}

void lane_open(struct lane *l)
{
    l->open = true;
    l->closing = l->unsure = l->dry = l->alone = false;
    l->cursor = l->back = 0;
    l->refused = l->refused_bytes = 0;
    l->retry_at = 0;
    l->retry_after = LANE_RETRY_FIRST;
    keys_free(&l->keys);
}

void lane_rewind(struct lane *l)
{
    if (!l->back)
        l->retry_at = 0;
    l->back = 1;
}

static void note(struct lane *l, const char *reason)
{
    snprintf(l->reason, sizeof l->reason, "%s", reason ? reason : "");
}

void lane_close(struct lane *l, bool unsure, const char *reason)
{
    if (!l->closing || unsure)
        note(l, reason);
    l->closing = true;
    l->unsure |= unsure;
}

/* ---- Sending ---- */

/* Rows that came back are sent again once all others have been heard of: none of them overtakes one. */
static void go_back(struct lane *l)
{
    l->cursor = l->back - 1;
    l->back = 0;
    l->dry = false;
    if (l->refused > 1)
        l->most = l->refused_bytes / 4;
    l->refused = l->refused_bytes = 0;
}

bool lane_is_ready(struct lane *l, int64_t now, int64_t *wait)
{
    if (!l->open || l->closing)
        return false;
    if (l->back && l->in_flight == 0 && now >= l->retry_at)
        go_back(l);
    if (l->back && l->in_flight == 0 && (*wait < 0 || *wait > l->retry_at - now))
        *wait = l->retry_at - now;
    return !l->back && !l->dry;
}

bool lane_must_wait(struct lane *l, int64_t row, uint64_t key, unsigned producer)
{
    if (l->in_flight == 0 && (l->producer != producer || l->keys.count >= KEYS_MOST)) {
        keys_free(&l->keys);
        l->producer = producer;
    }
    if (l->in_flight == 0)
        return false;
    return l->alone || row <= l->alone_until || (producer && (l->keys.count >= KEYS_MOST || keys_wait(&l->keys, key)));
}

void lane_sent(struct lane *l, int64_t row, uint64_t key, size_t bytes, int64_t now)
{
    keys_sent(&l->keys, key);
    l->alone = row <= l->alone_until;
    l->in_flight++;
    l->bytes += bytes;
    if (l->since < 0)
        l->since = now;
}

/* ---- Reports ---- */

static void tell_that_it_waits(struct lane *l, const char *reason)
{
    if (l->told)
        return;
    l->told = true;
    log_write(LOG_LEVEL_WARNING, LOG_FIELDS({"TOPIC", l->topic}, {"ERROR", sv_of(reason)}),
              "Kafka: topic %.*s: %s; its alerts are kept and tried again", SV_ARG(l->topic), reason);
}

static void delivered(struct lane *l, size_t bytes, int64_t now)
{
    l->retry_after = LANE_RETRY_FIRST;
    l->since = l->in_flight || l->back ? now : -1;
    l->reason[0] = '\0';
    if (l->most < SIZE_MAX / 2) /* slowly: it doubles with sixteen times as much that went well */
        l->most += bytes / 16;
    if (l->told)
        log_write(LOG_LEVEL_NOTICE, LOG_FIELDS({"TOPIC", l->topic}), "Kafka: topic %.*s takes alerts again", SV_ARG(l->topic));
    l->told = false;
}

static void come_back(struct lane *l, const struct publish_report *r, size_t bytes, int64_t now)
{
    if (l->back == 0 || r->row < l->back)
        l->back = r->row;
    if (r->outcome != PUBLISH_RETURNED)
        note(l, r->reason);
    switch (r->outcome) {
    case PUBLISH_TOPIC_WAITS:
        tell_that_it_waits(l, r->reason);
        lane_close(l, false, r->reason);
        break;
    case PUBLISH_UNSURE:
        lane_close(l, true, r->reason);
        break;
    case PUBLISH_BATCH_REFUSED:
        l->alone_until = r->row > l->alone_until ? r->row : l->alone_until;
        l->refused++;
        l->refused_bytes += bytes;
        break;
    case PUBLISH_FAILED:
        if (now >= l->retry_at) { /* the first of this round */
            l->retry_at = now + l->retry_after;
            l->retry_after = l->retry_after * 2 < LANE_RETRY_MOST ? l->retry_after * 2 : LANE_RETRY_MOST;
        }
        break;
    default:
        break;
    }
}

enum publish_outcome lane_reported(struct lane *l, const struct publish_report *r, uint64_t key, size_t bytes, int64_t now)
{
    /* The broker refuses a batch for one bad message in it: which one it is shows when each is sent alone. */
    enum publish_outcome outcome = r->outcome == PUBLISH_BATCH_REFUSED && l->alone ? PUBLISH_REFUSED : r->outcome;
    keys_answered(&l->keys, key, outcome == PUBLISH_DELIVERED);
    l->alone = false;
    l->in_flight--;
    l->bytes -= bytes;
    if (outcome == PUBLISH_DELIVERED)
        delivered(l, bytes, now);
    else if (outcome == PUBLISH_REFUSED)
        l->since = l->in_flight || l->back ? now : -1;
    else
        come_back(l, r, bytes, now);
    return outcome;
}
