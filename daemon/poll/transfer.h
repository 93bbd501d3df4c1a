/* Transfers over HTTP on the caller's loop: one request each, redirects followed, the body decoded, within limits of time and size. */
#ifndef POLL_TRANSFER_H
#define POLL_TRANSFER_H

#include "poll/head.h"

struct ev_loop;
struct transfers;
struct transfer;

struct transfer_request { /* views for the call only */
    struct sv url, user_agent;
    struct sv etag, last_modified;    /* SV_NONE: not sent */
    int64_t timeout, connect_timeout; /* ms */
    uint64_t max_size;                /* bytes, decoded */
};

struct transfer_result {
    const struct head *head;
    struct sv url;     /* after redirects, without secrets */
    uint64_t bytes;    /* decoded */
    struct sv error;   /* why the transfer did not come to its end; SV_NONE when it did, whatever the status */
};

struct transfer_handlers {
    /* A piece of the body of the final answer. false: enough, stop; that is no error. Called inside libcurl: do not start or
     * cancel transfers here. `error` is not known yet. */
    bool (*data)(void *context, const struct transfer_result *, const char *bytes, size_t n);
    /* It is over; the transfer is gone when this returns. Others may be started and cancelled here. */
    void (*done)(void *context, const struct transfer_result *);
};

/* `most`: about how many at a time. `ca_file`: NULL for $SSL_CERT_FILE, else the system's. */
struct transfers *transfers_new(struct ev_loop *, unsigned most, const char *ca_file, const struct transfer_handlers *);
struct transfer *transfer_start(struct transfers *, const struct transfer_request *, void *context);
/* No handler is called any more. */
void transfer_cancel(struct transfer *);
void transfers_free(struct transfers **); /* cancels what is under way */

#endif
