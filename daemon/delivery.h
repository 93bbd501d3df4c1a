/* The outbox's way out: through the courier to the sink, and out of the store once the sink has it. What this writes into the store is
 * committed by whoever owns the turn. */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "base/clock.h"
#include "conf/conf.h"
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
struct delivery *delivery_new(struct ev_loop *, const struct clock *, struct store *, const struct conf_kafka *, const struct delivery_handlers *,
                              char *error);
/* Another configuration: what is under way is sent again where the sink is another. false with a reason: the old one stays. */
bool delivery_change(struct delivery *, const struct conf_kafka *, char *error);
/* Send what the outbox holds, if there may be something. Only when what the outbox shows is committed. */
void delivery_send(struct delivery *);
/* Does something that was delivered or refused wait for a commit? */
bool delivery_wrote(const struct delivery *);
/* Before the commit: take what was delivered out of the outbox. false when the store refused. */
bool delivery_settle(struct delivery *);
/* After a commit: the outbox may hold more. */
void delivery_committed(struct delivery *);
/* Is the outbox empty, and nothing under way? */
bool delivery_is_done(const struct delivery *);
size_t delivery_refused(const struct delivery *); /* alerts, by the sink for good, since the start */
/* Close the courier: it tells of the last acknowledgements, which want a delivery_settle and a commit. */
void delivery_close(struct delivery *);
void delivery_free(struct delivery **);

#endif
