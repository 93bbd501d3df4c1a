/* The operating system's side of a service: systemd's notifications and watchdog, the journal. */
#ifndef OPS_OPS_H
#define OPS_OPS_H

#include "base/clock.h"
#include "base/log.h"

/* Log to the journal with structured fields when stderr is the journal (JOURNAL_STREAM), else to stderr. */
void ops_log_start(void);

/* sd_notify(3); nothing where there is no $NOTIFY_SOCKET. */
void ops_ready(const char *status);
void ops_status(const char *format, ...) __attribute__((format(printf, 1, 2)));
void ops_reloading(void);                       /* RELOADING=1 with MONOTONIC_USEC; ops_ready ends it */
void ops_stopping(const char *status);
int64_t ops_watchdog_interval(void);            /* ms between calls of ops_watchdog (half of systemd's limit); 0: none wanted */
void ops_watchdog(void);
const char *ops_library(void);                  /* "libsystemd" */

#endif
