#include "loading.h"

#include <errno.h>
#include <ev.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What a thread is given and gives back: its own from pthread_create to pthread_join, so that nothing needs a lock. */
struct task {
    bool loads;
    struct setup *old;   /* to free first; may be NULL */
    struct setup *setup; /* loaded */
    struct diags diags;
};

struct loading {
    struct ev_loop *loop;
    const char *path;
    struct loading_handlers handlers;
    int stop;            /* an eventfd, readable once the load shall break off */
    ev_async done;
    pthread_t thread;
    struct task task;
    bool running, wanted, stopped;
    struct setup *old;   /* for the next task */
};

static void *run_task(void *loading)
{
    struct loading *l = loading;
    struct task *t = &l->task;
    setup_free(&t->old);
    if (t->loads)
        t->setup = setup_load_until(l->path, l->stop, &t->diags);
    if (t->setup)
        setup_slim(t->setup);
    ev_async_send(l->loop, &l->done);
    return NULL;
}

/* With every signal blocked: they are the loop's. Returns an errno. */
static int start_thread(struct loading *l)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&l->thread, NULL, run_task, l);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* Take back what the task has left. */
static struct task end_task(struct loading *l)
{
    if (l->running)
        pthread_join(l->thread, NULL);
    struct task t = l->task;
    l->task = (struct task){0};
    l->running = false;
    return t;
}

static void hand_over(struct loading *l, struct task *t)
{
    struct setup *left = t->setup;
    if (t->loads && !l->stopped)
        left = l->handlers.loaded(l->handlers.context, t->setup, &t->diags);
    if (left) {
        setup_free(&l->old); /* there is one only where no thread was to be had */
        l->old = left;
    }
    diag_free(&t->diags);
}

/* Begin what there is to do. */
static void go_on(struct loading *l)
{
    if (l->running || l->stopped || (!l->wanted && !l->old))
        return;
    l->task = (struct task){.loads = l->wanted, .old = l->old};
    l->wanted = false;
    if (l->task.loads)
        l->handlers.began(l->handlers.context);
    int error = start_thread(l);
    l->running = !error;
    if (!error) {
        l->old = NULL;
        return;
    }
    struct task t = end_task(l); /* `old` waits for the next one */
    diag_add(&t.diags, DIAG_ERROR, (struct span){0}, "no thread to load it: %s", strerror(error));
    hand_over(l, &t);
}

static void on_done(struct ev_loop *loop, ev_async *async, int events)
{
    (void)loop, (void)events;
    struct loading *l = async->data;
    struct task t = end_task(l);
    hand_over(l, &t);
    go_on(l);
}

struct loading *loading_new(struct ev_loop *loop, const char *path, const struct loading_handlers *handlers)
{
    int stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (stop < 0)
        return NULL;
    struct loading *l = xcalloc(1, sizeof *l);
    *l = (struct loading){.loop = loop, .path = path, .handlers = *handlers, .stop = stop};
    ev_async_init(&l->done, on_done);
    l->done.data = l;
    ev_async_start(loop, &l->done);
    return l;
}

void loading_want(struct loading *l)
{
    l->wanted = true;
    go_on(l);
}

bool loading_is_under_way(const struct loading *l)
{
    return l->running && l->task.loads && !l->stopped;
}

void loading_stop(struct loading *l)
{
    l->stopped = true;
    if (eventfd_write(l->stop, 1) != 0)
        return; /* full: readable already */
}

void loading_free(struct loading **loading)
{
    struct loading *l = *loading;
    if (!l)
        return;
    loading_stop(l);
    struct task t = end_task(l);
    hand_over(l, &t);
    setup_free(&l->old);
    ev_async_stop(l->loop, &l->done);
    close(l->stop);
    free(l);
    *loading = NULL;
}
