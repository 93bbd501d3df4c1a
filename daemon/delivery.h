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
/* The operator's: a refused or waiting alert is tried at once; or thrown away. 1: done; 0: there is none of that number, -1: the store refused. */
int delivery_retry(struct delivery *, int64_t row);
int delivery_drop(struct delivery *, int64_t row);
/* For those who look at it. */
const struct lanes *delivery_lanes(const struct delivery *);
bool delivery_holds(const struct delivery *, int64_t row); /* is it on its way? */
bool delivery_is_connected(const struct delivery *, const char **reason); /* false with a reason: brokers were lost, or never found */
/* Close the courier: it tells of the last acknowledgements, which want a delivery_settle and a commit. */
void delivery_close(struct delivery *);
void delivery_free(struct delivery **);

#endif
