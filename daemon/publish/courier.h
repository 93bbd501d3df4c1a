/* The courier carries an outbox through publish, each topic as a lane of its own: lanes wait, fail and go on independently. It
 * knows the outbox only through its handlers. All times are monotonic ms, as `now`. */
#ifndef PUBLISH_COURIER_H
#define PUBLISH_COURIER_H

#include "base/arena.h"
#include "publish/publish.h"

struct courier;

/* Called from courier_serve, courier_pump, courier_change and courier_stop; `delivered`, `refused` and `closed` may call courier_open
 * and courier_forget. Texts live during the call only. */
struct courier_handlers {
    /* The topic's first row after `after`, into `arena`. 1: there is one; 0: none; -1: it cannot be read now. */
    int (*next)(void *context, struct sv topic, int64_t after, struct arena *, int64_t *row, struct message *);
    /* The broker has it, there; -1, -1: where is not known. The row counts as under way until courier_forget: it is never sent
     * again meanwhile. */
    void (*delivered)(void *context, struct sv topic, int64_t row, struct sv event, int32_t partition, int64_t offset);
    /* The broker will never have it, sent alone though it was; likewise until courier_forget. */
    void (*refused)(void *context, struct sv topic, int64_t row, const char *reason);
    /* The lane sends nothing more until courier_open. Its rows that were not told as delivered or refused are no longer under way.
     * `unsure`: some of them may have been written all the same. */
    void (*closed)(void *context, struct sv topic, bool unsure, const char *reason);
    /* See publish.h. */
    void (*connected)(void *context, bool up, const char *reason);
    void *context;
};

/* As publish_new. `window`: bytes of messages under way in all, shared by the lanes; each has one message at least. */
struct courier *courier_new(const struct publish_options *, const struct courier_handlers *, size_t window, char error[PUBLISH_ERROR]);
/* Go on with other options. What is under way is given up (see courier_hold) and every open lane is told closed. false: the old
 * ones stay, and nothing is told. */
bool courier_change(struct courier *, const struct publish_options *, size_t window, int64_t now, char error[PUBLISH_ERROR]);
int courier_fd(const struct courier *);  /* changes with courier_change; -1 after courier_stop */
void courier_serve(struct courier *, int64_t now); /* when the fd is readable: reports come */
/* Send what there is room for, a bounded piece at a time. Returns ms after which to call again, or -1: when rows were added or reports
 * have come. Call it only when what `next` shows is committed. */
int64_t courier_pump(struct courier *, int64_t now);

/* The topic's rows may be sent, from its first one on; of a lane that is open already: again from its first one on, but for those it holds. */
void courier_open(struct courier *, struct sv topic);
bool courier_is_open(const struct courier *, struct sv topic); /* and does not wait to be told closed */
/* Rows were added to the outbox; SV_NONE: of any topic. A lane that has come to its end does not ask for more before. */
void courier_added(struct courier *, struct sv topic);
/* Send nothing new from now on, or go on: before a stop or a change, while what is in flight may still be acknowledged. */
void courier_hold(struct courier *, bool hold);
/* Give up what is in flight and tell every open lane closed. true: no row that was not told as delivered can have been written.
 * Only what tells (courier_holds, …), courier_forget and courier_free may be called afterwards. */
bool courier_stop(struct courier *, int64_t now);

void courier_forget(struct courier *, int64_t row);
bool courier_holds(const struct courier *, int64_t row);  /* is it under way, or not forgotten yet? */
size_t courier_under_way(const struct courier *);         /* rows that it holds */
size_t courier_in_flight(const struct courier *);         /* those of them that nothing was told of yet */

struct courier_lane {
    bool open;
    size_t in_flight, bytes; /* rows that wait for an answer, and their size */
    int64_t since;           /* rows have been waiting without an acknowledgement since then; -1: none waits */
    const char *reason;      /* what went wrong last, since then; NULL: nothing. Lives until the next call that may call a handler */
};
/* false: no such lane was ever opened. */
bool courier_lane_state(const struct courier *, struct sv topic, struct courier_lane *);

const char *courier_address(const struct courier *); /* the embedded broker's, or NULL */
void courier_free(struct courier **);

#endif
