/* A feed's round trip: poll says it is due and hands over bytes; feed makes items of them; what the store has seen is dropped;
 * match holds the rest against the rules; alert writes each hit; the store commits state, seen items and alerts together, once
 * per turn of the loop; then the delivery carries the alerts out. */
#include "watch.h"

#include <ev.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/log.h"
#include "delivery.h"
#include "poll/poll.h"
#include "round.h"

#define COMMIT_RETRY (5 * MS_SECOND) /* after the store refused a commit */
#define POLL_RETRY (30 * MS_SECOND)  /* after a feed's round could not be stored */
#define TIDY_EVERY MS_MINUTE
#define TIDY_SOON .2                 /* seconds: while there is more to tidy up */

/* A feed that is watched; poll hands it back with each call. */
struct watched {
    struct watch *watch;
    const struct conf_feed *conf;
    struct round *round;
    bool polled;  /* once at least, by this process */
    bool failing;
    bool losing;  /* not all of it could be read */
};

/* A round that this turn's commit decides about. */
struct settled {
    char *id;
    struct poll_state before; /* in the turn's arena */
};

struct watch {
    struct ev_loop *loop;
    const struct clock *clock;
    struct store *store;
    struct setup *setup;
    struct poll *poll;
    struct delivery *delivery;

    struct watched *feeds;
    size_t feed_count;
    struct table feeds_by_id;

    struct arena turn; /* what lives until the turn is committed */
    struct settled *settled;
    size_t settled_count, settled_capacity;
    struct news *news;
    size_t news_count, news_capacity;
    bool dirty;        /* something was written here since the last commit */
    int64_t commit_at; /* monotonic: not before, after a refused commit */
    bool store_fails;  /* said so already */
    bool full;         /* the outbox: said so already */
    bool missed;       /* something of this run could not be stored */
    bool ending;
    bool probing;      /* this turn's commit is to show whether the store can be written */

    bool once, draining;
    size_t unpolled;   /* of --once: feeds without an answer yet */
    size_t failed;

    ev_prepare turn_end;
    ev_timer commit, drain, tidy;
};

static int64_t now_of(const struct watch *w)
{
    return clock_monotonic(w->clock);
}

static void wake_after(struct watch *w, ev_timer *timer, int64_t ms)
{
    ev_timer_stop(w->loop, timer);
    ev_timer_set(timer, (double)ms / 1000, 0.);
    ev_timer_start(w->loop, timer);
}

/* The fields of a log line about a feed; a NULL value is not sent. */
#define FEED_FIELDS(f, error) \
    LOG_FIELDS({"FEED", (f)->conf->id}, {"OUTLET", (f)->conf->outlet->id}, {"URL", (f)->conf->shown_url}, {"ERROR", error})

/* ---- The round: from due to its end ---- */

static void on_begin(void *user, const struct poll_response *response)
{
    struct watched *f = user;
    const struct round_tools tools = {f->watch->store, f->watch->clock};
    round_free(&f->round);
    f->round = round_new(&tools, f->watch->setup, f->conf, response);
}

static bool on_data(void *user, const char *bytes, size_t n)
{
    struct watched *f = user;
    return round_data(f->round, bytes, n);
}

/* A transfer that broke off keeps its complete items: they are recorded with the failure. */
static const char *on_end(void *user, const struct poll_response *response)
{
    struct watched *f = user;
    return response->not_modified || !f->round ? NULL : round_end(f->round, !response->error.p);
}

/* ---- Settling: the round to the store ---- */

static void log_change(struct watched *f, const struct poll_state *state)
{
    char span[TIME_TEXT];
    bool failing = state->failures > 0;
    if (failing && !f->failing)
        log_write(LOG_LEVEL_WARNING, FEED_FIELDS(f, state->error), "%.*s: %.*s (%.*s); next try in %s", SV_ARG(f->conf->id), SV_ARG(state->error),
                  SV_ARG(f->conf->shown_url), time_span(state->next - clock_wall(f->watch->clock), span));
    else if (!failing && f->failing)
        log_write(LOG_LEVEL_NOTICE, FEED_FIELDS(f, SV_NONE), "%.*s: works again", SV_ARG(f->conf->id));
    else if (!failing && f->round && round_is_first(f->round))
        log_write(LOG_LEVEL_INFO, FEED_FIELDS(f, SV_NONE), "%.*s: first poll: %zu items, %zu matched", SV_ARG(f->conf->id),
                  round_items(f->round), round_matched(f->round));
    f->watch->failed += (size_t)failing - (size_t)f->failing;
    f->failing = failing;
}

/* Said when it begins and when it is over, not at each poll. */
static void log_losses(struct watched *f)
{
    const char *losses = round_losses(f->round);
    bool losing = *losses;
    if (losing && !f->losing)
        log_write(LOG_LEVEL_WARNING, FEED_FIELDS(f, sv_of(losses)), "%.*s: not all of it is read: %s (%.*s)", SV_ARG(f->conf->id), losses,
                  SV_ARG(f->conf->shown_url));
    else if (!losing && f->losing)
        log_write(LOG_LEVEL_NOTICE, FEED_FIELDS(f, SV_NONE), "%.*s: all of it is read again", SV_ARG(f->conf->id));
    f->losing = losing;
}

/* An alert is logged when it is stored: a round may yet be dropped. */
static void remember_news(void *watch, const struct news *n)
{
    struct watch *w = watch;
    struct arena *a = &w->turn;
    w->news = xgrow(w->news, w->news_count, &w->news_capacity, sizeof *w->news);
    w->news[w->news_count++] =
        (struct news){sv_dup(a, n->feed), sv_dup(a, n->outlet), sv_dup(a, n->url), sv_dup(a, n->rules), sv_dup(a, n->title), n->updated};
}

static void log_news(const struct watch *w)
{
    for (const struct news *n = w->news; n < w->news + w->news_count; n++)
        log_write(LOG_LEVEL_INFO, LOG_FIELDS({"FEED", n->feed}, {"OUTLET", n->outlet}, {"URL", n->url}, {"RULE", n->rules}),
                  "%.*s: %.*s: %.*s%s", SV_ARG(n->rules), SV_ARG(n->feed), SV_ARG(n->title), n->updated ? " (updated)" : "");
}

static bool record_round(struct watched *f, const struct poll_state *s)
{
    struct store *store = f->watch->store;
    const struct store_feed feed = {s->url, s->etag, s->last_modified, s->error, s->next, s->last_success, s->last_full, s->failures,
                                    SV_NONE, SV_NONE, false};
    size_t news = f->watch->news_count;
    f->watch->dirty = true;
    if (!store_begin(store))
        return false;
    bool good = store_feed_save(store, f->conf->id, &feed) &&
                (!f->round || round_record(f->round, clock_wall(f->watch->clock), remember_news, f->watch));
    good = store_end(store, good) && good;
    if (!good)
        f->watch->news_count = news;
    return good;
}

static void remember_before(struct watch *w, const struct watched *f, const struct poll_state *before)
{
    w->settled = xgrow(w->settled, w->settled_count, &w->settled_capacity, sizeof *w->settled);
    struct poll_state copy = *before;
    copy.url = sv_dup(&w->turn, before->url);
    copy.etag = sv_dup(&w->turn, before->etag);
    copy.last_modified = sv_dup(&w->turn, before->last_modified);
    copy.error = sv_dup(&w->turn, before->error);
    w->settled[w->settled_count++] = (struct settled){arena_copy(&w->turn, f->conf->id.p, f->conf->id.n), copy};
}

static void say_store_fails(void *watch)
{
    struct watch *w = watch;
    if (!w->store_fails)
        log_error("%s; nothing is lost: what was not stored is fetched and sent again once it can be", store_error(w->store));
    w->store_fails = true;
}

/* What could not be stored has not happened: the feed is asked again as before. */
static void put_back(struct watch *w, struct sv id, struct poll_state before)
{
    w->missed = true;
    before.next = clock_wall(w->clock) + POLL_RETRY;
    poll_restore(w->poll, id, &before);
}

/* What was cut off at its source may come whole at the next poll: it is asked for without validators. */
static struct poll_state state_to_keep(struct watched *f, const struct poll_state *state)
{
    struct poll_state keep = *state;
    if (f->round && !state->failures && round_truncated(f->round)) {
        keep.etag = keep.last_modified = SV_NONE;
        poll_restore(f->watch->poll, f->conf->id, &keep);
    }
    return keep;
}

static void on_settled(void *user, const struct poll_state *state, const struct poll_state *before)
{
    struct watched *f = user;
    struct watch *w = f->watch;
    const struct poll_state keep = state_to_keep(f, state);
    if (record_round(f, &keep)) {
        log_change(f, state);
        if (f->round && !state->failures && !round_unchanged(f->round))
            log_losses(f);
        remember_before(w, f, before);
    } else {
        say_store_fails(w);
        put_back(w, f->conf->id, *before);
    }
    round_free(&f->round);
    if (w->once && !f->polled && w->unpolled > 0 && --w->unpolled == 0)
        watch_drain(w);
    f->polled = true;
}

/* ---- The end of a turn: one commit, then the delivery ---- */

/* What cannot be stored is safest where it is: at the outlets. --once must come to its end, and tells what failed. */
static void pause_polling(struct watch *w)
{
    bool full = delivery_is_full(w->delivery);
    if (full && !w->full)
        log_warning("the outbox has reached its max_size: polling pauses until a tenth of it is free");
    else if (!full && w->full)
        log_notice("the outbox has room again: polling goes on");
    w->full = full;
    poll_pause(w->poll, (full || w->store_fails) && !w->once);
}

static bool is_dirty(const struct watch *w)
{
    return w->dirty || delivery_wrote(w->delivery);
}

static bool commit(struct watch *w)
{
    /* An empty commit proves nothing. */
    bool writes = w->settled_count || w->probing || (delivery_wrote(w->delivery) && !w->ending);
    bool added = w->news_count;
    bool good = delivery_settle(w->delivery) && store_commit(w->store);
    w->dirty = w->probing = false;
    if (good) {
        log_news(w);
        if (w->store_fails && writes)
            log_notice("the store can be written again");
        w->store_fails = w->store_fails && !writes;
        if (w->store_fails)
            wake_after(w, &w->commit, COMMIT_RETRY);
    } else {
        say_store_fails(w);
        store_end(w->store, false);
        store_commit(w->store);
        for (size_t i = 0; i < w->settled_count; i++)
            put_back(w, sv_of(w->settled[i].id), w->settled[i].before);
        w->commit_at = now_of(w) + COMMIT_RETRY;
        wake_after(w, &w->commit, COMMIT_RETRY);
    }
    delivery_committed(w->delivery, good, added);
    w->settled_count = w->news_count = 0;
    arena_reset(&w->turn);
    pause_polling(w);
    return good;
}

/* What is committed is delivered even where nothing more can be committed. */
static void on_turn_end(struct ev_loop *loop, ev_prepare *watcher, int events)
{
    (void)loop, (void)events;
    struct watch *w = watcher->data;
    if (is_dirty(w) && now_of(w) >= w->commit_at)
        commit(w);
    if (w->dirty)
        return;
    delivery_send(w->delivery);
    if (delivery_wrote(w->delivery)) /* on the spot, or more than one turn takes */
        wake_after(w, &w->commit, w->commit_at > now_of(w) ? w->commit_at - now_of(w) : 0);
    if (w->draining && delivery_is_done(w->delivery))
        ev_break(w->loop, EVBREAK_ALL);
}

/* Polling pauses while the store fails: then nothing else would find out that it works again. */
static void on_commit(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct watch *w = timer->data;
    if (!w->store_fails)
        return;
    w->dirty = w->probing = true;
    if (!store_begin(w->store) || !store_end(w->store, store_count_add(w->store, STORE_DELIVERED, 0)))
        say_store_fails(w);
}

static void on_drained(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)timer, (void)events;
    ev_break(loop, EVBREAK_ALL);
}

static void on_tidy(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)events;
    struct watch *w = timer->data;
    w->dirty = true;
    if (!store_tidy(w->store, clock_wall(w->clock), w->setup->conf->remember))
        say_store_fails(w);
    ev_timer_set(timer, 0., store_is_untidy(w->store) ? TIDY_SOON : TIDY_EVERY / 1000.);
    ev_timer_again(loop, timer);
}

/* ---- Feeds: from a configuration to poll ---- */

static bool state_of(void *user, struct poll_state *state)
{
    struct watched *f = user;
    struct store_feed s;
    /* Views must outlive this call until poll has copied them: the turn's arena does. */
    if (store_feed_load(f->watch->store, f->conf->id, &f->watch->turn, &s) <= 0)
        return false;
    *state = (struct poll_state){s.url, s.etag, s.last_modified, s.next, s.last_success, s.last_full, s.failures, s.error};
    f->failing = s.failures > 0;
    f->watch->failed += f->failing;
    return true;
}

/* The feeds of the setup take over what is under way for the same ids; the rounds of others are dropped. */
static void set_feeds(struct watch *w)
{
    const struct conf *conf = w->setup->conf;
    struct watched *old = w->feeds;
    struct table old_by_id = w->feeds_by_id;
    struct poll_feed *wanted = xcalloc(conf->feed_count, sizeof *wanted);
    w->feeds = xcalloc(conf->feed_count, sizeof *w->feeds);
    w->feeds_by_id = (struct table){0};
    size_t failed = 0;
    for (size_t i = 0; i < conf->feed_count; i++) {
        const struct conf_feed *c = &conf->feeds[i];
        struct watched *f = &w->feeds[i], *was = table_get(&old_by_id, c->id);
        *f = (struct watched){.watch = w, .conf = c};
        if (was) {
            f->round = was->round, f->polled = was->polled, f->failing = was->failing, f->losing = was->losing;
            was->round = NULL;
            failed += f->failing;
            if (f->round)
                round_adopt(f->round, w->setup, c);
        }
        table_put(&w->feeds_by_id, c->id, f);
        const struct conf_polling *p = &c->polling;
        wanted[i] = (struct poll_feed){c->id, c->url, p->interval, p->min_interval, p->max_interval, p->timeout, p->connect_timeout,
                                       p->max_size, p->user_agent, f};
    }
    w->failed = failed;
    poll_set(w->poll, wanted, conf->feed_count, state_of);
    for (size_t i = 0; i < w->feed_count; i++)
        round_free(&old[i].round);
    w->feed_count = conf->feed_count;
    free(wanted);
    free(old);
    table_free(&old_by_id);
}

/* ---- The whole ---- */

static void start_watchers(struct watch *w)
{
    ev_prepare_init(&w->turn_end, on_turn_end);
    ev_init(&w->commit, on_commit);
    ev_init(&w->drain, on_drained);
    ev_timer_init(&w->tidy, on_tidy, TIDY_EVERY / 1000., TIDY_EVERY / 1000.);
    w->turn_end.data = w->commit.data = w->drain.data = w->tidy.data = w;
    ev_prepare_start(w->loop, &w->turn_end);
    ev_timer_start(w->loop, &w->tidy);
}

struct watch *watch_new(struct ev_loop *loop, const struct clock *clock, struct store *store, struct setup *setup, bool once, char *error)
{
    struct watch *w = xcalloc(1, sizeof *w);
    *w = (struct watch){.loop = loop, .clock = clock, .store = store, .once = once};
    start_watchers(w);
    const struct poll_options options = {
        .loop = loop,
        .clock = clock,
        .transfers = setup->conf->transfers,
        .seed = hash_fast(setup->conf->instance),
        .version = VERSION,
    };
    const struct poll_handlers handlers = {on_begin, on_data, on_end, on_settled};
    w->poll = poll_new(&options, &handlers);
    w->delivery = delivery_new(loop, clock, store, setup->conf, &(struct delivery_handlers){say_store_fails, w}, error);
    if (!w->delivery) {
        watch_free(&w);
        return NULL;
    }
    w->setup = setup;
    set_feeds(w);
    w->unpolled = w->feed_count;
    if (once && w->feed_count)
        poll_all_now(w->poll);
    else if (once)
        watch_drain(w);
    return w;
}

bool watch_change(struct watch *w, struct setup **setup, char *error)
{
    if (!delivery_change(w->delivery, (*setup)->conf, error))
        return false;
    if ((*setup)->conf->transfers != w->setup->conf->transfers)
        log_warning("a changed `transfers` takes effect at the next start");
    struct setup *old = w->setup;
    w->setup = *setup;
    set_feeds(w);
    *setup = old;
    return true;
}

void watch_drain(struct watch *w)
{
    if (w->draining)
        return;
    w->draining = true;
    poll_stop(w->poll);
    for (size_t i = 0; i < w->feed_count; i++)
        round_free(&w->feeds[i].round);
    wake_after(w, &w->drain, w->setup->conf->kafka.drain);
}

struct watch_result watch_result(struct watch *w)
{
    delivery_close(w->delivery);
    w->ending = true;
    commit(w);
    struct store_outbox outbox = {0};
    if (!store_outbox_count(w->store, &outbox))
        log_error("%s", store_error(w->store));
    return (struct watch_result){w->failed, w->store_fails || (w->once && w->missed), outbox.waiting, delivery_refused(w->delivery)};
}

void watch_status(struct watch *w, char *line, size_t size)
{
    struct store_outbox outbox = {0};
    store_outbox_count(w->store, &outbox);
    int n = snprintf(line, size, "%zu feeds, %zu failing, %zu rules", w->feed_count, w->failed, w->setup->conf->rule_count);
    if (outbox.waiting && n > 0 && (size_t)n < size)
        n += snprintf(line + n, size - (size_t)n, "; %zu alerts wait for the broker", outbox.waiting);
    if (outbox.refused && n > 0 && (size_t)n < size)
        snprintf(line + n, size - (size_t)n, "; %zu alerts were refused by the broker", outbox.refused);
}

void watch_view(const struct watch *w, struct watch_view *view)
{
    const char *paused = w->draining ? "the daemon stops" : w->store_fails ? "the store cannot be written" : w->full ? "the outbox is full" : NULL;
    *view = (struct watch_view){w->setup->conf, w->feed_count, w->failed, paused};
}

struct delivery *watch_delivery(const struct watch *w)
{
    return w->delivery;
}

bool watch_commit(struct watch *w)
{
    w->probing = true;
    return commit(w);
}

void watch_free(struct watch **watch)
{
    struct watch *w = *watch;
    if (!w)
        return;
    poll_free(&w->poll);
    delivery_free(&w->delivery);
    for (size_t i = 0; i < w->feed_count; i++)
        round_free(&w->feeds[i].round);
    ev_prepare_stop(w->loop, &w->turn_end);
    ev_timer_stop(w->loop, &w->commit);
    ev_timer_stop(w->loop, &w->drain);
    ev_timer_stop(w->loop, &w->tidy);
    table_free(&w->feeds_by_id);
    free(w->feeds);
    free(w->settled);
    free(w->news);
    arena_free(&w->turn);
    setup_free(&w->setup);
    free(w);
    *watch = NULL;
}
