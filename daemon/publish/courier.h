/* The courier carries an outbox through publish: which rows are under way, when to go on, what to send again. It knows the
 * outbox only through its handlers. */
#ifndef PUBLISH_COURIER_H
#define PUBLISH_COURIER_H

#include "base/arena.h"
#include "publish/publish.h"

struct courier;

struct courier_handlers {
    /* The first row after `after`, into `arena`. 1: there is one; 0: none; -1: it cannot be read now. */
    int (*next)(void *context, int64_t after, struct arena *, int64_t *row, struct message *);
    /* The broker has it. The row counts as under way until courier_forget: it is never sent twice meanwhile. */
    void (*delivered)(void *context, int64_t row);
    /* The broker will never have it; likewise until courier_forget. */
    void (*refused)(void *context, int64_t row, const char *reason);
    /* See publish.h. */
    void (*connected)(void *context, bool up, const char *reason);
    void *context;
};

/* As publish_new. */
struct courier *courier_new(const struct publish_options *, const struct courier_handlers *, char error[PUBLISH_ERROR]);
/* Go on with other options: what is under way is sent again through them. false: the old ones stay. */
bool courier_change(struct courier *, const struct publish_options *, int64_t now, char error[PUBLISH_ERROR]);
int courier_fd(const struct courier *);  /* changes with courier_change */
void courier_serve(struct courier *, int64_t now); /* when the fd is readable: reports come */
/* Send what there is room for, a bounded piece at a time. Returns ms (monotonic, as `now`) after which to call again, or -1: when
 * rows were added or reports have come. Call it only when what `next` shows is committed. */
int64_t courier_pump(struct courier *, int64_t now);
void courier_forget(struct courier *, int64_t row);
size_t courier_under_way(const struct courier *);
const char *courier_address(const struct courier *); /* the embedded broker's, or NULL */
void courier_free(struct courier **);

#endif
