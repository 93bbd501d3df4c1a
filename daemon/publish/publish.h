/* The outbox to Kafka, to an embedded broker, or to a file. The caller watches publish_fd and calls publish_serve. */
#ifndef PUBLISH_PUBLISH_H
#define PUBLISH_PUBLISH_H

#include "base/message.h"

struct publish;

enum publish_sink { PUBLISH_BROKERS, PUBLISH_EMBEDDED, PUBLISH_FILE };

struct publish_option {
    struct sv name, value;
};

struct publish_options {
    enum publish_sink sink;
    struct sv target;          /* brokers, or the file's path ("-": stdout); unused for the embedded broker */
    struct sv topic;           /* that the embedded broker has from the start, for readers who come before the first message */
    const struct publish_option *options;
    size_t option_count;
};

enum publish_outcome {
    PUBLISH_DELIVERED,         /* acknowledged, or written */
    PUBLISH_REFUSED,           /* never to be accepted: too large, an invalid record */
    PUBLISH_BATCH_REFUSED,     /* likewise, but it or another one that was sent with it */
    PUBLISH_FAILED,            /* not now: send it again later */
};

struct publish_handlers {
    void (*report)(void *context, int64_t row, enum publish_outcome, const char *reason);
    /* Brokers were lost or found again: told once per change. */
    void (*connected)(void *context, bool up, const char *reason);
    void *context;
};

#define PUBLISH_ERROR 512
/* NULL with a reason in `error`. Succeeds when no broker answers. */
struct publish *publish_new(const struct publish_options *, const struct publish_handlers *, char error[PUBLISH_ERROR]);
int publish_fd(const struct publish *);        /* readable when publish_serve has work */
void publish_serve(struct publish *);          /* handlers are called from here only */
/* Copy a message to the queue. false: no room now; try again after a report. */
bool publish_send(struct publish *, int64_t row, const struct message *);
size_t publish_pending(const struct publish *); /* sent, without a report yet */
const char *publish_address(const struct publish *); /* the embedded broker's; else NULL */
/* Report what was sent (as PUBLISH_FAILED what was not acknowledged yet) and close. */
void publish_free(struct publish **);

/* Is this option one that may be set? false with librdkafka's own words, or ours for those that are denied. */
bool publish_check_option(const char *name, const char *value, char *error, size_t error_size);
/* Do the options go together? As publish_new, but nothing is connected to. */
bool publish_check(const struct publish_options *, char error[PUBLISH_ERROR]);
const char *publish_library(void);             /* "librdkafka/2.0.2" */

#endif
