#include "report.h"

#include <stdlib.h>
#include <unistd.h>

#include "report_inner.h"

#define TOPICS_MOST 1000

/* ---- Pieces of JSON ---- */

void put_integer(struct json_writer *w, const char *key, int64_t value)
{
    json_key(w, key);
    json_integer(w, value);
}

static void put_bool(struct json_writer *w, const char *key, bool value)
{
    json_key(w, key);
    json_bool(w, value);
}

void put_time(struct json_writer *w, const char *key, int64_t ms)
{
    char text[TIME_TEXT];
    if (ms != TIME_NONE && *time_rfc3339(ms, text))
        json_member(w, key, sv_of(text));
}

/* A clock that was set back makes no negative one. */
void put_age(const struct report *r, struct json_writer *w, const char *key, int64_t since)
{
    int64_t age = clock_wall(r->clock) - since;
    if (since != TIME_NONE)
        put_integer(w, key, age > 0 ? age / MS_SECOND : 0);
}

void refuse_store(const struct report *r, struct control_reply *reply)
{
    control_refuse(reply, UNAVAILABLE, "%s", store_error(r->store));
}

/* ---- GET /status ---- */

static void put_program(const struct report *r, struct json_writer *w, const struct watch_view *view)
{
    json_member(w, "version", SV(VERSION));
    json_member(w, "instance", view->conf->instance);
    put_integer(w, "pid", getpid());
    json_member(w, "state", r->stopping ? SV("stopping") : SV("running"));
    put_time(w, "started", r->started);
    put_age(r, w, "running", r->started);
}

static void put_configuration(const struct report *r, struct json_writer *w)
{
    json_key(w, "configuration");
    json_object(w);
    json_member(w, "path", sv_of(r->path));
    put_time(w, "loaded", r->loaded_at);
    put_age(r, w, "age", r->loaded_at);
    put_bool(w, "loading", loading_is_under_way(r->loading));
    if (r->why.n) {
        put_time(w, "refused", r->ended_at);
        json_member(w, "error", buf_view(&r->why));
    }
    json_object_end(w);
}

static void put_feeds(struct json_writer *w, const struct watch_view *view)
{
    json_key(w, "feeds");
    json_object(w);
    put_integer(w, "total", (int64_t)view->feeds);
    put_integer(w, "failing", (int64_t)view->failing);
    json_member(w, "paused", sv_of(view->paused));
    json_object_end(w);
    put_integer(w, "rules", (int64_t)view->conf->rule_count);
}

static void put_broker(const struct report *r, struct json_writer *w, const struct conf_kafka *kafka)
{
    struct delivery_broker broker;
    delivery_broker(watch_delivery(r->watch), &broker);
    json_key(w, "broker");
    json_object(w);
    json_member(w, "sink", kafka->sink == CONF_SINK_FILE ? SV("file") : kafka->sink == CONF_SINK_EMBEDDED ? SV("embedded") : SV("brokers"));
    json_member(w, "address", kafka->sink == CONF_SINK_FILE ? kafka->file : kafka->sink == CONF_SINK_EMBEDDED ? sv_of(broker.address) : kafka->brokers);
    put_bool(w, "connected", broker.up);
    put_time(w, "since", broker.since);
    json_member(w, "error", sv_of(broker.reason));
    json_object_end(w);
}

static bool put_outbox(const struct report *r, struct json_writer *w)
{
    struct store_outbox outbox;
    uint64_t counts[STORE_COUNTERS];
    if (!store_outbox_count(r->store, &outbox) || !store_counts(r->store, counts))
        return false;
    json_key(w, "outbox");
    json_object(w);
    put_integer(w, "waiting", (int64_t)outbox.waiting);
    put_integer(w, "refused", (int64_t)outbox.refused);
    put_integer(w, "bytes", (int64_t)outbox.bytes);
    put_time(w, "oldest", outbox.oldest);
    put_age(r, w, "oldest_age", outbox.oldest);
    json_object_end(w);
    json_key(w, "counts");
    json_object(w);
    put_integer(w, "delivered", (int64_t)counts[STORE_DELIVERED]);
    put_integer(w, "possibly_doubled", (int64_t)counts[STORE_DOUBTFUL]);
    put_integer(w, "dead_letters", (int64_t)counts[STORE_DEAD_LETTERS]);
    put_integer(w, "dropped", (int64_t)counts[STORE_DROPPED]);
    json_object_end(w);
    json_key(w, "store");
    json_object(w);
    json_member(w, "path", sv_of(r->state));
    put_integer(w, "bytes", (int64_t)store_size(r->store));
    json_object_end(w);
    return true;
}

struct topics {
    const struct report *report;
    struct json_writer *json;
    size_t count;
};

/* How a lane stands: its state, why and since when, when it goes on. */
static void put_lane_state(const struct report *r, struct json_writer *w, struct sv topic)
{
    struct delivery_lane lane;
    delivery_lane(watch_delivery(r->watch), topic, &lane);
    json_member(w, "state", sv_of(lane.state));
    json_member(w, "reason", sv_of(lane.reason));
    put_time(w, "since", lane.since);
    put_age(r, w, "since_age", lane.since);
    put_time(w, "next_try", lane.next_try);
    if (lane.next_try != TIME_NONE)
        put_integer(w, "next_try_in", lane.next_try > clock_wall(r->clock) ? (lane.next_try - clock_wall(r->clock) + MS_SECOND - 1) / MS_SECOND : 0);
    if (lane.of) {
        put_integer(w, "read", (int64_t)lane.read);
        put_integer(w, "of", (int64_t)lane.of);
    }
}

static void put_topic(void *context, const struct store_lane *lane)
{
    struct topics *t = context;
    if (t->count++ >= TOPICS_MOST)
        return;
    struct json_writer *w = t->json;
    json_object(w);
    json_member(w, "topic", lane->topic);
    put_lane_state(t->report, w, lane->topic);
    put_integer(w, "waiting", (int64_t)lane->waiting);
    put_integer(w, "refused", (int64_t)lane->refused);
    put_integer(w, "bytes", (int64_t)lane->bytes);
    put_time(w, "oldest", lane->oldest);
    put_age(t->report, w, "oldest_age", lane->oldest);
    json_object_end(w);
}

static bool put_topics(const struct report *r, struct json_writer *w)
{
    struct topics topics = {r, w, 0};
    json_key(w, "topics");
    json_array(w);
    bool good = store_lanes(r->store, put_topic, &topics);
    json_array_end(w);
    if (topics.count > TOPICS_MOST)
        put_integer(w, "topics_omitted", (int64_t)(topics.count - TOPICS_MOST));
    return good;
}

static void answer_status(void *report, const struct control_request *request, struct control_reply *reply)
{
    (void)request;
    struct report *r = report;
    struct json_writer *w = &reply->json;
    struct watch_view view;
    watch_view(r->watch, &view);
    json_object(w);
    put_program(r, w, &view);
    put_configuration(r, w);
    put_feeds(w, &view);
    put_broker(r, w, &view.conf->kafka);
    if (put_outbox(r, w) && put_topics(r, w))
        json_object_end(w);
    else
        refuse_store(r, reply);
}

/* ---- Reload ---- */

static void answer_reload(void *report, const struct control_request *request, struct control_reply *reply)
{
    (void)request;
    struct report *r = report;
    if (r->stopping) {
        control_refuse(reply, NOT_NOW, "the daemon stops");
        return;
    }
    int64_t load = ++r->asked;
    loading_want(r->loading);
    reply->status = ACCEPTED;
    json_object(&reply->json);
    put_integer(&reply->json, "load", load);
    json_object_end(&reply->json);
}

static void answer_loaded(void *report, const struct control_request *request, struct control_reply *reply)
{
    (void)request;
    const struct report *r = report;
    struct json_writer *w = &reply->json;
    json_object(w);
    put_bool(w, "loading", loading_is_under_way(r->loading));
    put_integer(w, "ended", r->ended);
    put_time(w, "at", r->ended_at);
    if (r->why.n)
        json_member(w, "error", buf_view(&r->why));
    json_object_end(w);
}

void report_load_began(struct report *r)
{
    r->began = r->asked;
}

void report_loaded(struct report *r, const struct diags *diags, bool good, const char *error)
{
    r->ended = r->began;
    r->ended_at = clock_wall(r->clock);
    buf_recycle(&r->why);
    if (good) {
        r->loaded_at = r->ended_at;
        return;
    }
    diag_write(diags, &r->why, false);
    buf_str(&r->why, *error ? error : "");
    if (!r->why.n)
        buf_str(&r->why, "it says no reason");
}

void report_stopping(struct report *r)
{
    r->stopping = true;
}

/* ---- The whole ---- */

const struct control_resource report_resources[] = {
    {"GET", "/status", answer_status},           {"GET", "/outbox", answer_outbox},
    {"POST", "/outbox/#/retry", answer_retry},   {"POST", "/outbox/#/drop", answer_drop},
    {"POST", "/outbox/retry", answer_retry_many}, {"POST", "/outbox/drop", answer_drop_many},
    {"GET", "/reload", answer_loaded},           {"POST", "/reload", answer_reload},
};
const size_t report_resource_count = sizeof report_resources / sizeof *report_resources;

struct report *report_new(const struct clock *clock, const char *path, const char *state, struct store *store, struct watch *watch, struct loading *loading)
{
    struct report *r = xcalloc(1, sizeof *r);
    int64_t now = clock_wall(clock);
    *r = (struct report){.clock = clock, .path = path, .state = state, .store = store, .watch = watch, .loading = loading,
                         .started = now, .loaded_at = now, .ended_at = now};
    return r;
}

void report_free(struct report **report)
{
    if (!*report)
        return;
    buf_free(&(*report)->why);
    free(*report);
    *report = NULL;
}
