/* A poll on a loop of its own, and feeds that note what they are told. */
#ifndef RIG_H
#define RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <ev.h>
#include <signal.h>

#include "poll/poll.h"
#include "server.h"

#define SEEN_MOST 16
#define GUARD 60. /* seconds until a test that hangs is failed */

struct rig;

struct seen {
    struct rig *rig;
    char id[16];
    char url[256];
    unsigned begins, ends, settles;
    bool open;                 /* between begin and end */
    struct buf body;
    struct arena arena;        /* of the copies below */
    struct poll_response last;
    struct poll_state state, before;
    size_t stop_after;         /* data returns false from so many bytes on; 0: never */
    const char *refusal;       /* what end returns */
    bool restores;             /* puts the state before back, from within settled */
    struct poll_state given;   /* by state_of, where `known` */
    bool known;
};

struct rig {
    struct clock clock;        /* first */
    int64_t ahead;             /* of the wall clock */
    int64_t slept, stands_at;  /* of the monotonic one: it has gone on during a pause; not 0: it stands still */
    struct ev_loop *loop;
    struct poll *poll;
    struct seen seen[SEEN_MOST];
    struct poll_feed feeds[SEEN_MOST];
    size_t count;
    unsigned settles, until;
    bool until_begin, jumps, timed_out, stops;
    ev_timer guard;
};

static inline int64_t rig_wall(const struct clock *c)
{
    return clock_wall(&clock_system) + ((const struct rig *)c)->ahead;
}

static inline int64_t rig_monotonic(const struct clock *c)
{
    const struct rig *r = (const struct rig *)c;
    return r->stands_at ? r->stands_at : clock_monotonic(&clock_system) + r->slept;
}

static inline struct poll_state state_copy(struct arena *a, const struct poll_state *s)
{
    struct poll_state c = *s;
    c.url = sv_dup(a, s->url), c.etag = sv_dup(a, s->etag), c.last_modified = sv_dup(a, s->last_modified), c.error = sv_dup(a, s->error);
    return c;
}

static inline void rig_begin(void *user, const struct poll_response *r)
{
    struct seen *s = user;
    assert_false(s->open);
    assert_int_equal(r->status / 100, 2);
    assert_null(r->error.p);
    s->begins++;
    s->open = true;
    buf_clear(&s->body);
    if (s->rig->until_begin)
        ev_break(s->rig->loop, EVBREAK_ALL);
}

static inline bool rig_data(void *user, const char *bytes, size_t n)
{
    struct seen *s = user;
    assert_true(s->open && n > 0);
    buf_append(&s->body, bytes, n);
    return !s->stop_after || s->body.n < s->stop_after;
}

static inline const char *rig_end(void *user, const struct poll_response *r)
{
    struct seen *s = user;
    s->ends++;
    s->open = false;
    arena_reset(&s->arena);
    s->last = *r;
    s->last.url = sv_dup(&s->arena, r->url), s->last.error = sv_dup(&s->arena, r->error);
    s->last.content_type = sv_dup(&s->arena, r->content_type);
    return s->refusal;
}

static inline void rig_settled(void *user, const struct poll_state *state, const struct poll_state *before)
{
    struct seen *s = user;
    struct rig *r = s->rig;
    assert_int_equal(++s->settles, s->ends);
    s->state = state_copy(&s->arena, state);
    s->before = state_copy(&s->arena, before);
    if (s->restores)
        poll_restore(r->poll, sv_of(s->id), before);
    if (r->jumps)
        r->ahead = r->ahead > 0 ? -3650 * MS_DAY : 3650 * MS_DAY;
    if (r->stops)
        poll_stop(r->poll);
    if (++r->settles >= r->until)
        ev_break(r->loop, EVBREAK_ALL);
}

static inline bool rig_state_of(void *user, struct poll_state *state)
{
    struct seen *s = user;
    *state = s->given;
    return s->known;
}

static inline void rig_timed_out(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)events;
    ((struct rig *)timer->data)->timed_out = true;
    ev_break(loop, EVBREAK_ALL);
}

static inline void rig_open(struct rig *r, unsigned transfers)
{
    memset(r, 0, sizeof *r);
    r->clock = (struct clock){rig_wall, rig_monotonic};
    r->loop = ev_loop_new(EVFLAG_AUTO);
    signal(SIGPIPE, SIG_IGN);
    const struct poll_options options = {.loop = r->loop, .clock = &r->clock, .transfers = transfers, .seed = 1, .version = "1.2.3"};
    const struct poll_handlers handlers = {rig_begin, rig_data, rig_end, rig_settled};
    r->poll = poll_new(&options, &handlers);
    ev_timer_init(&r->guard, rig_timed_out, GUARD, GUARD);
    r->guard.data = r;
    ev_timer_start(r->loop, &r->guard);
}

/* A feed of a server, by path; NULL: `path` is the whole URL. It is known to poll after rig_set. */
static inline struct seen *rig_add(struct rig *r, const struct server *server, const char *path)
{
    struct seen *s = &r->seen[r->count];
    assert_true(r->count < SEEN_MOST);
    s->rig = r;
    snprintf(s->id, sizeof s->id, "f%zu", r->count);
    if (server)
        snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d%s", server->port, path);
    else
        snprintf(s->url, sizeof s->url, "%s", path);
    r->feeds[r->count++] = (struct poll_feed){.id = sv_of(s->id), .url = sv_of(s->url), .interval = MS_HOUR, .min_interval = MS_MINUTE,
                                              .max_interval = MS_DAY, .timeout = MS_MINUTE, .connect_timeout = MS_MINUTE,
                                              .max_size = 4 << 20, .user = s};
    return s;
}

static inline void rig_set(struct rig *r)
{
    poll_set(r->poll, r->feeds, r->count, rig_state_of);
}

/* Run until so many polls more have settled. */
static inline void rig_run(struct rig *r, unsigned settles)
{
    r->until = r->settles + settles;
    ev_run(r->loop, 0);
    assert_false(r->timed_out);
}

/* Run until a body begins. */
static inline void rig_run_to_begin(struct rig *r)
{
    r->until_begin = true;
    r->until = r->settles + 1000;
    ev_run(r->loop, 0);
    r->until_begin = false;
    assert_false(r->timed_out);
}

/* Each feed once. */
static inline void rig_pass(struct rig *r)
{
    poll_all_now(r->poll);
    rig_run(r, (unsigned)r->count);
}

static inline void rig_close(struct rig *r)
{
    poll_free(&r->poll);
    poll_free(&r->poll);
    for (size_t i = 0; i < r->count; i++) {
        buf_free(&r->seen[i].body);
        arena_free(&r->seen[i].arena);
    }
    ev_timer_stop(r->loop, &r->guard);
    ev_loop_destroy(r->loop);
}

static inline void is(struct sv got, const char *want)
{
    if (!sv_eq(got, sv_of(want)) || (got.p == NULL) != (want == NULL))
        fail_msg("\"%.*s\" instead of \"%s\"", SV_ARG(got), want ? want : "(none)");
}

static inline void says(const struct seen *s, long status, const char *error)
{
    is(s->last.error, error);
    is(s->state.error, error);
    assert_int_equal(s->last.status, status);
    assert_int_equal(s->state.failures > 0, error != NULL);
}

#endif
