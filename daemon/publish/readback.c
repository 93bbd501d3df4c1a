#include "publish/readback.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "publish/config.h"
#include "publish/readback_topic.h"

#define SETTLE (2 * MS_SECOND)
#define TELL (10 * MS_SECOND)        /* between two words of progress */
#define TURN_MS 50                   /* the thread looks for what is new at least so often */
#define RECORDS_PER_TURN 2000
#define SILENCE_MS 100               /* between questions that nobody answers */
#define IDLE (30 * MS_SECOND)        /* then the brokers are let go */
#define FREE_MS 1000                 /* a thread that takes longer to end is left to itself */

/* What is told to the loop: a result, or a word of progress. */
struct word {
    struct word *next;
    struct reading_result *result;   /* NULL: progress */
    char *topic;
    uint64_t read, of;
    char what[320];
};

/* A topic on its way through the thread. */
struct job {
    struct job *next;
    struct reading *reading;
    int64_t tell_at;
    bool told;                       /* that it has begun */
};

/* What the loop and the thread share: under the lock, but for what is the thread's own. */
struct shared {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job *added;               /* newest first */
    struct word *words, **last_word;
    bool stop, left, ended;          /* left: nobody waits for the thread's end, it frees all this */
    int event;
    /* The thread's. */
    rd_kafka_conf_t *conf;
    struct reading_brokers brokers;  /* all NULL, or none */
    struct job *jobs;
    int64_t idle_since, retry_at;
    char trouble[PUBLISH_ERROR];     /* why no handle can be made, or what librdkafka complained of last */
};

struct readback {
    struct readback_handlers handlers;
    struct shared *shared;
    pthread_t thread;
    int64_t settle;
    struct sv *busy;                 /* topics, malloc'ed */
    size_t busy_count, busy_capacity;
};

static int64_t monotonic(void)
{
    return clock_monotonic(&clock_system);
}

/* ---- The thread: words ---- */

static void say(struct shared *s, struct word *w)
{
    static const uint64_t one = 1;
    pthread_mutex_lock(&s->lock);
    *s->last_word = w;
    s->last_word = &w->next;
    ssize_t written = write(s->event, &one, sizeof one);
    (void)written; /* a full counter is readable already */
    pthread_mutex_unlock(&s->lock);
}

static void say_result(struct shared *s, struct reading *g)
{
    struct word *w = xcalloc(1, sizeof *w);
    w->result = reading_result(g);
    say(s, w);
}

static void say_progress(struct shared *s, struct job *j, int64_t now)
{
    bool begins = reading_has_begun(j->reading) && !j->told;
    if (!begins && now < j->tell_at)
        return;
    j->told = j->told || begins;
    j->tell_at = now + TELL;
    struct word *w = xcalloc(1, sizeof *w);
    w->topic = xstrdup(reading_topic(j->reading));
    reading_progress(j->reading, &w->read, &w->of, w->what, sizeof w->what);
    size_t n = strlen(w->what);
    if (!s->brokers.queue || (!reading_has_begun(j->reading) && s->trouble[0]))
        snprintf(w->what + n, sizeof w->what - n, "; %s", s->trouble);
    say(s, w);
}

static void free_word(struct word *w)
{
    if (w->result)
        reading_result_free(w->result);
    free(w->topic);
    free(w);
}

/* ---- The thread: its brokers ---- */

static void drop_log(const rd_kafka_t *consumer, int level, const char *facility, const char *text)
{
    (void)consumer, (void)level, (void)facility, (void)text;
}

/* Called on the thread, within rd_kafka_poll. */
static void on_error(rd_kafka_t *consumer, int error, const char *reason, void *opaque)
{
    (void)consumer, (void)error;
    struct shared *s = opaque;
    snprintf(s->trouble, sizeof s->trouble, "%s", reason);
}

static rd_kafka_t *open_handle(struct shared *s)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_dup(s->conf);
    rd_kafka_conf_set_log_cb(conf, drop_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_opaque(conf, s);
    rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_CONSUMER, conf, s->trouble, sizeof s->trouble);
    if (!handle)
        rd_kafka_conf_destroy(conf);
    return handle;
}

static void close_brokers(struct shared *s)
{
    if (s->brokers.queue)
        rd_kafka_queue_destroy(s->brokers.queue);
    if (s->brokers.consumer)
        rd_kafka_destroy(s->brokers.consumer);
    if (s->brokers.asker)
        rd_kafka_destroy(s->brokers.asker);
    s->brokers = (struct reading_brokers){0};
}

/* A certificate that cannot be read now, say, may be later. */
static bool open_brokers(struct shared *s)
{
    if (s->brokers.queue)
        return true;
    if (monotonic() < s->retry_at)
        return false;
    s->trouble[0] = '\0';
    s->brokers.asker = open_handle(s);
    s->brokers.consumer = s->brokers.asker ? open_handle(s) : NULL;
    if (!s->brokers.consumer) {
        close_brokers(s);
        s->retry_at = monotonic() + MS_SECOND;
        return false;
    }
    s->brokers.queue = rd_kafka_queue_new(s->brokers.consumer);
    return true;
}

/* ---- The thread: its turns ---- */

static bool is_stopped(struct shared *s)
{
    pthread_mutex_lock(&s->lock);
    bool stop = s->stop;
    pthread_mutex_unlock(&s->lock);
    return stop;
}

static void take_added(struct shared *s)
{
    pthread_mutex_lock(&s->lock);
    struct job *added = s->added;
    s->added = NULL;
    pthread_mutex_unlock(&s->lock);
    while (added) {
        struct job *j = added;
        added = j->next;
        j->next = s->jobs;
        s->jobs = j;
        j->tell_at = monotonic() + TELL;
        reading_prepare(j->reading);
    }
}

static void step_jobs(struct shared *s)
{
    bool silent = false;
    for (struct job **at = &s->jobs, *j; (j = *at);) {
        if (!silent && reading_due(j->reading) <= monotonic()) {
            silent = reading_step(j->reading, &s->brokers);
            if (is_stopped(s))
                return;
        }
        if (reading_is_done(j->reading)) {
            *at = j->next;
            say_result(s, j->reading);
            reading_free(&j->reading);
            free(j);
            continue;
        }
        at = &j->next;
    }
}

static int wait_of(const struct shared *s)
{
    int64_t now = monotonic(), wait = TURN_MS;
    for (const struct job *j = s->jobs; j; j = j->next)
        if (reading_due(j->reading) - now < wait)
            wait = reading_due(j->reading) - now;
    return wait < 0 ? 0 : (int)wait;
}

static void consume(struct shared *s)
{
    int wait = wait_of(s);
    struct job *j = s->jobs;
    rd_kafka_message_t *m;
    for (int n = 0; n < RECORDS_PER_TURN && (m = rd_kafka_consume_queue(s->brokers.queue, n ? 0 : wait)); n++) {
        if (!j || !reading_owns(j->reading, m->rkt)) /* mostly the same as before */
            for (j = s->jobs; j && !reading_owns(j->reading, m->rkt);)
                j = j->next;
        if (j)
            reading_take(j->reading, m);
        rd_kafka_message_destroy(m);
    }
}

static void turn(struct shared *s)
{
    if (open_brokers(s)) {
        step_jobs(s);
        rd_kafka_poll(s->brokers.asker, 0);
        rd_kafka_poll(s->brokers.consumer, 0);
        consume(s);
    } else {
        usleep(TURN_MS * 1000);
    }
    int64_t now = monotonic();
    for (struct job *j = s->jobs; j; j = j->next)
        say_progress(s, j, now);
    s->idle_since = now;
}

/* Until something is added. */
static void rest(struct shared *s)
{
    if (s->brokers.queue && monotonic() - s->idle_since >= IDLE)
        close_brokers(s);
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE / MS_SECOND;
    pthread_mutex_lock(&s->lock);
    for (int error = 0; !s->added && !s->stop && !error;)
        error = s->brokers.queue ? pthread_cond_timedwait(&s->wake, &s->lock, &until) : pthread_cond_wait(&s->wake, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

static void free_jobs(struct job *jobs)
{
    for (struct job *j; (j = jobs);) {
        jobs = j->next;
        reading_free(&j->reading);
        free(j);
    }
}

static void free_shared(struct shared *s)
{
    free_jobs(s->added);
    for (struct word *w; (w = s->words);) {
        s->words = w->next;
        free_word(w);
    }
    rd_kafka_conf_destroy(s->conf);
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->lock);
    close(s->event);
    free(s);
}

static void *run(void *shared)
{
    struct shared *s = shared;
    while (!is_stopped(s)) {
        take_added(s);
        if (s->jobs)
            turn(s);
        else
            rest(s);
    }
    free_jobs(s->jobs);
    close_brokers(s);
    pthread_mutex_lock(&s->lock);
    s->ended = true;
    bool left = s->left;
    pthread_mutex_unlock(&s->lock);
    if (left)
        free_shared(s);
    return NULL;
}

/* ---- The loop's side ---- */

static bool start_thread(struct readback *r, char *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the loop's */
    int failed = pthread_create(&r->thread, NULL, run, r->shared);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed)
        snprintf(error, PUBLISH_ERROR, "a thread: %s", strerror(failed));
    return !failed;
}

struct readback *readback_new(const struct publish_options *options, const struct readback_handlers *handlers, char error[PUBLISH_ERROR])
{
    char *brokers = sv_cstr(options->target);
    rd_kafka_conf_t *conf = config_consumer(options, brokers, error);
    free(brokers);
    if (!conf)
        return NULL;
    struct readback *r = xcalloc(1, sizeof *r);
    struct shared *s = r->shared = xcalloc(1, sizeof *s);
    r->handlers = *handlers;
    r->settle = fault_number("NEWSWATCHD_SETTLE", SETTLE);
    s->conf = conf;
    s->last_word = &s->words;
    s->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&s->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (s->event < 0)
        snprintf(error, PUBLISH_ERROR, "eventfd: %m");
    if (s->event < 0 || !start_thread(r, error)) {
        free_shared(s);
        free(r);
        return NULL;
    }
    return r;
}

void readback_add(struct readback *r, const struct readback_request *request)
{
    struct shared *s = r->shared;
    struct job *j = xcalloc(1, sizeof *j);
    j->reading = reading_new(request, r->settle);
    r->busy = xgrow(r->busy, r->busy_count, &r->busy_capacity, sizeof *r->busy);
    r->busy[r->busy_count++] = (struct sv){sv_cstr(request->topic), request->topic.n};
    pthread_mutex_lock(&s->lock);
    j->next = s->added;
    s->added = j;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

int readback_fd(const struct readback *r)
{
    return r->shared->event;
}

bool readback_is_busy(const struct readback *r, struct sv topic)
{
    for (size_t i = 0; i < r->busy_count; i++)
        if (sv_eq(r->busy[i], topic))
            return true;
    return false;
}

static void unbusy(struct readback *r, struct sv topic)
{
    for (size_t i = 0; i < r->busy_count; i++)
        if (sv_eq(r->busy[i], topic)) {
            free((char *)(uintptr_t)r->busy[i].p);
            r->busy[i] = r->busy[--r->busy_count];
            return;
        }
}

void readback_serve(struct readback *r)
{
    struct shared *s = r->shared;
    uint64_t counted;
    pthread_mutex_lock(&s->lock);
    ssize_t got = read(s->event, &counted, sizeof counted);
    (void)got; /* nothing there: serving does no harm */
    struct word *words = s->words;
    s->words = NULL;
    s->last_word = &s->words;
    pthread_mutex_unlock(&s->lock);
    for (struct word *w; (w = words);) {
        words = w->next;
        if (w->result) {
            unbusy(r, w->result->told.topic);
            r->handlers.done(r->handlers.context, &w->result->told);
        } else {
            r->handlers.progress(r->handlers.context, sv_of(w->topic), w->read, w->of, w->what);
        }
        free_word(w);
    }
}

void readback_set_settle(struct readback *r, int64_t ms)
{
    r->settle = ms;
}

/* librdkafka may be held by a name server, and with it the thread: then it frees what it holds when it is let go. */
static void end_thread(struct readback *r)
{
    struct shared *s = r->shared;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += FREE_MS / MS_SECOND;
    bool joined = pthread_clockjoin_np(r->thread, NULL, CLOCK_MONOTONIC, &until) == 0;
    if (!joined) {
        pthread_mutex_lock(&s->lock);
        s->left = !s->ended;
        bool ended = s->ended;
        pthread_mutex_unlock(&s->lock);
        if (ended)
            joined = pthread_join(r->thread, NULL) == 0;
        else
            pthread_detach(r->thread);
    }
    if (joined)
        free_shared(s);
}

void readback_free(struct readback **at)
{
    struct readback *r = *at;
    if (!r)
        return;
    end_thread(r);
    while (r->busy_count)
        unbusy(r, r->busy[0]);
    free(r->busy);
    free(r);
    *at = NULL;
}
