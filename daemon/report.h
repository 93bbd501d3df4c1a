/* What an operator sees and does on the control socket: how the daemon stands, what waits in the outbox and why, and the few things that
 * can be done about it. The resources, all JSON:
 *
 *   GET  /status
 *   GET  /outbox?after=ID&most=N&state=waiting|refused&topic=T   rows in order; "next": ask again after this one
 *   POST /outbox/ID/retry, /outbox/ID/drop
 *   POST /outbox/retry?after=ID&topic=T                          refused rows; "next" as above
 *   POST /outbox/drop?after=ID&state=refused&topic=T             one of the two must be given
 *   POST /reload                                                 "load": a number
 *   GET  /reload                                                 "ended": the last load that is over, and how it went
 *
 * What is written is committed before it is answered. */
#ifndef REPORT_H
#define REPORT_H

#include "loading.h"
#include "ops/control.h"
#include "store/store.h"
#include "watch.h"

struct report;

extern const struct control_resource report_resources[]; /* their context is the report */
extern const size_t report_resource_count;

/* All of these outlive it. `path`: of the configuration; `state`: the state directory. */
struct report *report_new(const struct clock *, const char *path, const char *state, struct store *, struct watch *, struct loading *);
/* A load of the configuration begins; it is over, and has taken effect or not: `error` says what the diagnostics do not, "" for nothing. */
void report_load_began(struct report *);
void report_loaded(struct report *, const struct diags *, bool good, const char *error);
void report_stopping(struct report *);
void report_free(struct report **);

#endif
