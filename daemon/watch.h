/* The one place where the stages meet: a feed's round trip from due to committed, and the outbox's way out. */
#ifndef WATCH_H
#define WATCH_H

#include "base/clock.h"
#include "setup.h"
#include "store/store.h"

struct ev_loop;
struct watch;

struct watch_result {
    size_t failed;      /* feeds whose last poll failed */
    bool unstored;      /* the store could not be written at last: what it misses is fetched again at the next start */
    size_t waiting;     /* alerts that stay in the outbox, and are sent at the next start */
    size_t refused;     /* by the broker for good, in this run: they stay too, and are not sent again */
};

/* Takes over the setup; polling begins when the loop runs. `once`: poll each feed once, deliver, and end the loop. NULL with a
 * reason in `error` (STORE_ERROR bytes): then the setup is the caller's still. The store stays the caller's. */
struct watch *watch_new(struct ev_loop *, const struct clock *, struct store *, struct setup *, bool once, char *error);
/* Swap another setup in and the one before out: that is the caller's then. false with a reason in `error`: nothing has changed. */
bool watch_change(struct watch *, struct setup **, char *error);
/* Poll no more, commit, deliver until the configured time is over, end the loop. */
void watch_drain(struct watch *);
/* When the loop has ended, once: close the courier, commit what was acknowledged up to that, and tell how it stands. */
struct watch_result watch_result(struct watch *);
/* A line about the state, for systemctl status. */
void watch_status(struct watch *, char *line, size_t size);

/* How it stands, for the control socket. Views live until the next reload. */
struct watch_view {
    const struct conf *conf;
    size_t feeds, failing;
    const char *paused; /* why nothing is polled; NULL: it is */
};
void watch_view(const struct watch *, struct watch_view *);
struct delivery *watch_delivery(const struct watch *);
/* Commit what was written since the last time, now. false when the store refused: then none of it has happened. Not within a call of its own. */
bool watch_commit(struct watch *);
void watch_free(struct watch **);

#endif
