/* The outbox's way out: lane by lane through the courier to the sink, and out of the store once the sink has it. What this writes into the
 * store is committed by whoever owns the turn. */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "base/clock.h"
#include "conf/conf.h"
#include "lanes.h"
#include "store/store.h"

struct ev_loop;
struct delivery;

/* What it asks of its owner. */
struct delivery_handlers {
    void (*store_fails)(void *context); /* the store refused */
    void *context;
};

/* Sends nothing before delivery_send. The configuration must live until delivery_change or delivery_free. NULL with a reason in `error`
 * (STORE_ERROR bytes). */
struct delivery *delivery_new(struct ev_loop *, const struct clock *, struct store *, const struct conf *, const struct delivery_handlers *,
                              char *error);
/* Another configuration. Where the sink is another, what is in flight gets a few seconds to be acknowledged, then the new one takes over.
 * false with a reason: the old one stays. */
bool delivery_change(struct delivery *, const struct conf *, char *error);
/* Send what the outbox holds, if there may be something. Only when what the outbox shows is committed. */
void delivery_send(struct delivery *);
/* Does something that was delivered, refused or read back wait for a commit? */
bool delivery_wrote(const struct delivery *);
/* Before the commit: take what was delivered out of the outbox, and keep the outbox within its size. false when the store refused. */
bool delivery_settle(struct delivery *);
/* After a commit, good or not. `added`: the outbox may have got alerts. */
void delivery_committed(struct delivery *, bool good, bool added);
/* Has the outbox reached the size at which polling is to stop? */
bool delivery_is_full(const struct delivery *);
/* Is the outbox empty, and nothing under way? */
bool delivery_is_done(const struct delivery *);
size_t delivery_refused(const struct delivery *); /* alerts, by the sink for good, since the start */

/* How it stands, for people. Texts live until the next call that may change it. */
struct delivery_broker {
    bool up;
    int64_t since;       /* wall clock; TIME_NONE: not told yet */
    const char *reason;  /* why it is not; NULL */
    const char *address; /* the embedded broker's; else NULL */
};
void delivery_broker(const struct delivery *, struct delivery_broker *);
/* A topic's rows. */
struct delivery_lane {
    const char *state;   /* "open", "reading back", "waits" … */
    const char *reason;  /* NULL: there is none to tell */
    int64_t since, next_try; /* wall clock; TIME_NONE */
    uint64_t read, of;   /* records of a read-back; 0, 0: none is under way */
};
void delivery_lane(const struct delivery *, struct sv topic, struct delivery_lane *);
bool delivery_holds(const struct delivery *, int64_t row); /* is it on its way? */
/* Rows that were passed already wait again, and that is committed. */
void delivery_returned(struct delivery *);

/* Close the courier: it tells of the last acknowledgements, which want a delivery_settle and a commit. */
void delivery_close(struct delivery *);
void delivery_free(struct delivery **);

#endif
