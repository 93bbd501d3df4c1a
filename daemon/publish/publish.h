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
    size_t window;             /* bytes that are sent at most without a report, see publish_cost; 0: 16 MiB */
};

enum publish_outcome {
    PUBLISH_DELIVERED,         /* acknowledged, or written */
    PUBLISH_REFUSED,           /* never to be accepted: too large, an invalid record */
    PUBLISH_BATCH_REFUSED,     /* likewise, but it or another one that was sent with it */
    PUBLISH_TOPIC_WAITS,       /* the topic takes nothing now: it is missing, or the right to write it; it was not written */
    PUBLISH_UNSURE,            /* it may have been written */
    PUBLISH_RETURNED,          /* it was not written, for no fault of its own or of its topic: send it again */
    PUBLISH_FAILED,            /* it was not written: send it again later */
};

struct publish_report {
    int64_t row;
    enum publish_outcome outcome;
    int32_t partition;         /* where it was written; -1: not known, and so is the offset */
    int64_t offset;
    const char *reason;        /* NULL when it was delivered */
};

struct publish_handlers {
    void (*report)(void *context, const struct publish_report *);
    /* Brokers were lost or found again: told once per change. */
    void (*connected)(void *context, bool up, const char *reason);
    /* Something went wrong that may be why no report comes. */
    void (*trouble)(void *context, const char *reason);
    void *context;
};

#define PUBLISH_ERROR 512
/* NULL with a reason in `error`. Succeeds when no broker answers. */
struct publish *publish_new(const struct publish_options *, const struct publish_handlers *, char error[PUBLISH_ERROR]);
int publish_fd(const struct publish *);        /* readable when publish_serve has work */
void publish_serve(struct publish *, int64_t now); /* handlers are called from here, publish_tend and publish_free only */
/* What is due without a report: a producer that gave up is replaced. Returns ms after which to call again, or -1: after a report. */
int64_t publish_tend(struct publish *, int64_t now);
/* Copy a message to the queue. false: no room now, or nobody to take it; try again after a report or publish_tend. */
bool publish_send(struct publish *, int64_t row, const struct message *);
size_t publish_cost(const struct message *);   /* bytes that it takes of the window */
/* Grows with each producer that takes over from another; 0: nothing is ever sent in sequences. */
unsigned publish_producer(const struct publish *);
size_t publish_pending(const struct publish *); /* sent, without a report yet */
const char *publish_address(const struct publish *); /* the embedded broker's; else NULL */
/* Report what was sent (as PUBLISH_RETURNED or PUBLISH_UNSURE what was not acknowledged) and close. */
void publish_free(struct publish **);

/* Is this option one that may be set? false with librdkafka's own words, or ours for those that are denied. */
bool publish_check_option(const char *name, const char *value, char *error, size_t error_size);
/* Do the options go together? As publish_new, but nothing is connected to. */
bool publish_check(const struct publish_options *, char error[PUBLISH_ERROR]);
/* Why an option that may be set will not do with this librdkafka; NULL: nothing is known. Valid until the thread's next call. */
const char *publish_caution(const char *name, const char *value);
/* What keeps OAUTHBEARER from ever having a token; NULL: nothing. Without one librdkafka 2.0.2 dies. */
const char *publish_check_token(const struct publish_options *);
/* What librdkafka says, without what it repeats of a secret: `text` itself, or a copy of it in `room`. */
const char *publish_public(const char *text, char *room, size_t size);
const char *publish_library(void);             /* "librdkafka/2.0.2" */

#endif
