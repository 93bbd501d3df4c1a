/* Reading the configuration anew while the loop goes on: a thread loads and compiles it, the loop gets it whole. */
#ifndef LOADING_H
#define LOADING_H

#include "setup.h"

struct ev_loop;
struct loading;

/* Called on the loop, for each load one after the other. */
struct loading_handlers {
    void (*began)(void *context);
    /* `setup` is the handler's from here on, NULL when there was an error. It returns what is used no more, the setup before or this
     * one, or NULL: that is freed on a thread, too, where it keeps nobody waiting. */
    struct setup *(*loaded)(void *context, struct setup *setup, const struct diags *diags);
    void *context;
};

/* The path must live as long. NULL when the system has no descriptor left: errno. */
struct loading *loading_new(struct ev_loop *, const char *path, const struct loading_handlers *);
/* Load. While a load is under way: once more after it, however often this is asked for, with the files as they are then. */
void loading_want(struct loading *);
bool loading_is_under_way(const struct loading *);
/* Load no more: what is under way breaks off where it waits for a file, and its result is dropped. */
void loading_stop(struct loading *);
/* Stops and waits for the thread: as long as it takes to compile the rules, at most. */
void loading_free(struct loading **);

#endif
