#include "poll/poll.h"

#include <curl/curl.h>
#include <ev.h>
#include <stdlib.h>

#include "base/table.h"
#include "poll/cache.h"
#include "poll/pace.h"
#include "poll/schedule.h"
#include "poll/transfer.h"
#include "poll/url.h"
#include "poll/words.h"

#define WAIT_MOST MS_HOUR /* one sleep of the timer */
#define PAUSE (5 * MS_SECOND) /* overdue by so much: the process or its machine stood still */

/* A state whose bytes are its own. */
struct memory {
    struct poll_state state;
    char bytes[];
};

/* What a transfer began with, whatever poll_set says meanwhile. */
struct request {
    struct transfer *transfer; /* NULL: none is under way */
    struct buf url;            /* without secrets */
    bool conditional, begun;
    int64_t started;
};

struct feed {
    struct place place; /* the first member: a place is its feed */
    struct poll *poll;
    struct poll_feed want;
    struct memory *memory;
    struct request request;
    uint64_t chance;
    unsigned generation; /* the poll_set that last named it */
    bool moved;          /* its URL has changed: another host, perhaps, and it is asked soon */
    bool newcomer;       /* of this poll_set, without a time yet */
};

struct poll {
    struct ev_loop *loop;
    const struct clock *clock;
    uint64_t seed;
    struct poll_handlers handlers;
    struct schedule *schedule;
    struct transfers *transfers;
    struct feed **feeds;
    size_t count;
    struct table by_id;
    struct buf user_agent;
    ev_timer timer;
    unsigned generation;
    bool stopped, paused;
};

/* ---- Memory ---- */

static struct sv put(char **at, struct sv v)
{
    if (!v.p)
        return SV_NONE;
    if (v.n)
        memcpy(*at, v.p, v.n);
    *at += v.n;
    return (struct sv){*at - v.n, v.n};
}

static struct memory *memory_new(const struct poll_state *s)
{
    struct memory *m = xmalloc(sizeof *m + s->url.n + s->etag.n + s->last_modified.n + s->error.n);
    char *at = m->bytes;
    m->state = *s;
    m->state.url = put(&at, s->url);
    m->state.etag = put(&at, s->etag);
    m->state.last_modified = put(&at, s->last_modified);
    m->state.error = put(&at, s->error);
    return m;
}

static void remember(struct feed *f, const struct poll_state *s)
{
    struct memory *old = f->memory; /* `s` may live in it */
    f->memory = memory_new(s);
    free(old);
}

/* ---- Time ---- */

static struct pace pace_of(const struct feed *f)
{
    return (struct pace){f->want.interval, f->want.min_interval, f->want.max_interval};
}

static int64_t now_of(const struct poll *p)
{
    return clock_monotonic(p->clock);
}

/* Set the timer to when the schedule has something to do. */
static void wake(struct poll *p)
{
    ev_timer_stop(p->loop, &p->timer);
    int64_t wait = p->stopped || p->paused ? -1 : schedule_wait(p->schedule, now_of(p));
    if (wait < 0)
        return;
    ev_now_update(p->loop);
    ev_timer_set(&p->timer, (double)(wait < WAIT_MOST ? wait : WAIT_MOST) / 1000, 0.);
    ev_timer_start(p->loop, &p->timer);
}

/* ---- A poll, from due to settled ---- */

static void ask(struct feed *f)
{
    struct poll *p = f->poll;
    struct request *r = &f->request;
    r->started = clock_wall(p->clock);
    r->begun = false;
    buf_clear(&r->url);
    url_without_secrets(f->want.url, &r->url);
    struct cache_validators v = cache_ask(&f->memory->state, buf_view(&r->url), r->started);
    r->conditional = v.etag.p || v.last_modified.p;
    const struct transfer_request request = {
        .url = f->want.url,
        .user_agent = f->want.user_agent.p ? f->want.user_agent : buf_view(&p->user_agent),
        .etag = v.etag,
        .last_modified = v.last_modified,
        .timeout = f->want.timeout,
        .connect_timeout = f->want.connect_timeout,
        .max_size = f->want.max_size,
    };
    r->transfer = transfer_start(p->transfers, &request, f);
}

static void place_newcomers(struct poll *p);

/* Behind a pause all feeds are overdue: they are spread as at a start. */
static void spread_overdue(struct poll *p)
{
    int64_t now = now_of(p);
    if (schedule_late(p->schedule, now) < PAUSE)
        return;
    for (size_t i = 0; i < p->count; i++)
        p->feeds[i]->newcomer = p->feeds[i]->place.state == PLACE_RESTS && p->feeds[i]->place.due <= now;
    place_newcomers(p);
}

static void on_due(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct poll *p = timer->data;
    spread_overdue(p);
    for (struct place *place; (place = schedule_take(p->schedule, now_of(p)));)
        ask((struct feed *)place);
    wake(p);
}

/* Why the answer is none that we can use; nothing when it is. */
static void judge(struct buf *out, const struct feed *f, const struct transfer_result *r)
{
    long status = r->head->status;
    bool wanted = status == 200 || status == 203 || (status == 304 && f->request.conditional);
    if (r->error.p && status < 400)
        buf_sv(out, r->error);
    else if (!wanted)
        words_status(out, status);
}

static struct poll_response respond(const struct feed *f, const struct transfer_result *r, const struct buf *error)
{
    return (struct poll_response){
        .status = r->head->status < 200 ? 0 : r->head->status, /* 1xx promises an answer, and is none */
        .content_type = r->head->content_type,
        .url = r->url,
        .started = f->request.started,
        .ended = clock_wall(f->poll->clock),
        .bytes = r->bytes,
        .not_modified = r->head->status == 304 && !error->n,
        .error = error->n ? buf_view(error) : SV_NONE,
    };
}

static bool on_data(void *context, const struct transfer_result *r, const char *bytes, size_t n)
{
    struct feed *f = context;
    if (!f->request.begun) {
        struct poll_response response = respond(f, r, &(struct buf){0});
        f->request.begun = true;
        f->poll->handlers.begin(f->want.user, &response);
    }
    return f->poll->handlers.data(f->want.user, bytes, n);
}

/* Hand over the end of the body; `error` is then why the poll failed, empty when it did not. */
static void end(struct feed *f, const struct transfer_result *r, struct buf *error)
{
    struct poll_handlers *h = &f->poll->handlers;
    judge(error, f, r);
    struct poll_response response = respond(f, r, error);
    if (!f->request.begun && !error->n && !response.not_modified)
        h->begin(f->want.user, &response);
    const char *reason = h->end(f->want.user, &response);
    if (!error->n && reason)
        words_clean(error, *reason ? sv_of(reason) : SV("not a feed"));
}

static int64_t wait_after(struct feed *f, const struct poll_state *s, const struct head *head, int64_t wall)
{
    struct pace pace = pace_of(f);
    if (f->moved)
        return pace_spread(&pace, 1, &f->chance);
    if (!s->failures)
        return pace_good(&pace, &f->chance);
    int64_t said = PACE_UNSAID;
    if (head->status == 410)
        said = PACE_GONE;
    else if (head->status == 429 || head->status == 503)
        said = head_retry_after(head, wall);
    return pace_failed(&pace, s->failures, said, &f->chance);
}

static void rejoin(struct feed *f, int64_t due);

static void on_done(void *context, const struct transfer_result *r)
{
    struct feed *f = context;
    struct poll *p = f->poll;
    struct buf error = {0}, url = f->request.url;
    end(f, r, &error);
    int64_t wall = clock_wall(p->clock);
    struct memory *before = f->memory;
    struct poll_state state = cache_settle(&before->state, buf_view(&url), r->head, error.n ? buf_view(&error) : SV_NONE, wall);
    int64_t wait = wait_after(f, &state, r->head, wall);
    state.next = wall + wait;
    f->memory = memory_new(&state);
    f->request = (struct request){0};
    if (f->moved)
        rejoin(f, now_of(p) + wait);
    else
        schedule_done(p->schedule, &f->place, now_of(p) + wait);
    /* Behind this call the feed may be restored, or gone: all that is used here is ours. */
    p->handlers.settled(f->want.user, &state, &before->state);
    free(before);
    buf_free(&error);
    buf_free(&url);
    wake(p);
}

/* ---- The set of feeds ---- */

/* Into the queue of the host of its present URL. */
static void rejoin(struct feed *f, int64_t due)
{
    struct buf host = {0};
    url_host(f->want.url, &host);
    schedule_remove(f->poll->schedule, &f->place);
    schedule_add(f->poll->schedule, &f->place, buf_view(&host), due);
    f->moved = false;
    buf_free(&host);
}

static void cancel(struct feed *f)
{
    if (f->request.transfer)
        transfer_cancel(f->request.transfer);
    buf_free(&f->request.url);
    f->request = (struct request){0};
}

static void feed_free(struct feed *f)
{
    cancel(f);
    schedule_remove(f->poll->schedule, &f->place);
    free(f->memory);
    free(f);
}

static bool same_url(const struct poll_state *s, struct sv url)
{
    struct buf plain = {0};
    url_without_secrets(url, &plain);
    bool same = !s->url.p || sv_eq(s->url, buf_view(&plain));
    buf_free(&plain);
    return same;
}

static struct feed *feed_new(struct poll *p, const struct poll_feed *want, bool (*state_of)(void *, struct poll_state *))
{
    static const struct poll_state nothing = {.next = TIME_NONE, .last_success = TIME_NONE, .last_full = TIME_NONE};
    struct feed *f = xcalloc(1, sizeof *f);
    struct poll_state state = nothing;
    if (!state_of(want->user, &state))
        state = nothing;
    *f = (struct feed){.poll = p, .want = *want, .memory = memory_new(&state), .chance = pace_seed(p->seed, want->id)};
    struct pace pace = pace_of(f);
    int64_t wait = same_url(&state, want->url) ? pace_kept(&pace, &state, clock_wall(p->clock)) : TIME_NONE;
    f->newcomer = wait == TIME_NONE;
    rejoin(f, now_of(p) + (f->newcomer ? 0 : wait));
    return f;
}

/* A known feed under new settings. What is kept of its time must still make sense under them. */
static void feed_change(struct feed *f, const struct poll_feed *want)
{
    bool moved = !sv_eq(f->want.url, want->url);
    bool sooner = want->interval < f->want.interval || want->max_interval < f->want.max_interval;
    f->want = *want;
    if (moved) {
        f->moved = true;
        f->newcomer = f->place.state != PLACE_ASKS; /* else it is asked again when this is over */
    } else if (sooner && f->place.state == PLACE_RESTS && f->memory->state.failures == 0) {
        struct pace pace = pace_of(f);
        int64_t due = now_of(f->poll) + pace_good(&pace, &f->chance);
        if (due < f->place.due)
            schedule_move(f->poll->schedule, &f->place, due);
    }
}

/* Those who should all be asked at once are spread. */
static void place_newcomers(struct poll *p)
{
    size_t newcomers = 0;
    for (size_t i = 0; i < p->count; i++)
        newcomers += p->feeds[i]->newcomer;
    for (size_t i = 0; i < p->count; i++) {
        struct feed *f = p->feeds[i];
        if (!f->newcomer)
            continue;
        struct pace pace = pace_of(f);
        f->newcomer = false;
        rejoin(f, now_of(p) + pace_spread(&pace, newcomers, &f->chance));
    }
}

void poll_set(struct poll *p, const struct poll_feed *feeds, size_t count, bool (*state_of)(void *user, struct poll_state *state))
{
    struct feed **old = p->feeds;
    size_t old_count = p->count;
    struct table old_by_id = p->by_id;
    p->feeds = xcalloc(count, sizeof(struct feed *));
    p->count = 0;
    p->by_id = (struct table){0};
    p->generation++;
    for (size_t i = 0; i < count; i++) {
        if (table_get(&p->by_id, feeds[i].id))
            continue;
        struct feed *f = table_get(&old_by_id, feeds[i].id);
        if (f)
            feed_change(f, &feeds[i]);
        else
            f = feed_new(p, &feeds[i], state_of);
        f->generation = p->generation;
        table_put(&p->by_id, f->want.id, f);
        p->feeds[p->count++] = f;
    }
    for (size_t i = 0; i < old_count; i++)
        if (old[i]->generation != p->generation)
            feed_free(old[i]);
    free(old);
    table_free(&old_by_id);
    place_newcomers(p);
    wake(p);
}

void poll_restore(struct poll *p, struct sv id, const struct poll_state *state)
{
    struct feed *f = table_get(&p->by_id, id);
    if (!f)
        return;
    remember(f, state);
    struct pace pace = pace_of(f);
    int64_t wait = pace_kept(&pace, state, clock_wall(p->clock));
    schedule_move(p->schedule, &f->place, now_of(p) + (wait == TIME_NONE ? pace_spread(&pace, 1, &f->chance) : wait));
    wake(p);
}

void poll_all_now(struct poll *p)
{
    int64_t now = now_of(p);
    for (size_t i = 0; i < p->count; i++)
        if (p->feeds[i]->place.state == PLACE_RESTS)
            schedule_move(p->schedule, &p->feeds[i]->place, now);
    wake(p);
}

void poll_pause(struct poll *p, bool paused)
{
    if (p->paused == paused)
        return;
    p->paused = paused;
    wake(p);
}

void poll_stop(struct poll *p)
{
    p->stopped = true;
    for (size_t i = 0; i < p->count; i++)
        if (p->feeds[i]->request.transfer) {
            cancel(p->feeds[i]);
            schedule_done(p->schedule, &p->feeds[i]->place, now_of(p));
        }
    wake(p);
}

size_t poll_in_flight(const struct poll *p)
{
    return schedule_asking(p->schedule);
}

size_t poll_waiting(const struct poll *p)
{
    return schedule_waiting(p->schedule);
}

/* ---- The whole ---- */

struct poll *poll_new(const struct poll_options *o, const struct poll_handlers *handlers)
{
    static const struct transfer_handlers inner = {on_data, on_done};
    struct poll *p = xcalloc(1, sizeof *p);
    *p = (struct poll){.loop = o->loop, .clock = o->clock, .seed = o->seed, .handlers = *handlers};
    p->schedule = schedule_new(o->transfers);
    p->transfers = transfers_new(o->loop, o->transfers, o->ca_file, &inner);
    buf_printf(&p->user_agent, "newswatchd/%s (news feed reader)", o->version);
    ev_timer_init(&p->timer, on_due, 0., 0.);
    p->timer.data = p;
    return p;
}

void poll_free(struct poll **poll)
{
    struct poll *p = *poll;
    if (!p)
        return;
    for (size_t i = 0; i < p->count; i++)
        feed_free(p->feeds[i]);
    free(p->feeds);
    table_free(&p->by_id);
    transfers_free(&p->transfers);
    schedule_free(&p->schedule);
    ev_timer_stop(p->loop, &p->timer);
    buf_free(&p->user_agent);
    free(p);
    *poll = NULL;
}

const char *poll_library(void)
{
    return curl_version();
}
