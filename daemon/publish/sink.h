/* What stands behind publish.h: a sink is Kafka or a file. Private to this folder. */
#ifndef PUBLISH_SINK_H
#define PUBLISH_SINK_H

#include "publish/publish.h"

struct sink;

struct sink_class {
    bool (*send)(struct sink *, int64_t row, const struct message *);
    void (*serve)(struct sink *, int64_t now);
    int64_t (*tend)(struct sink *, int64_t now); /* may be NULL */
    size_t (*pending)(const struct sink *);
    unsigned (*producer)(const struct sink *);   /* may be NULL */
    const char *(*address)(const struct sink *); /* may be NULL */
    void (*free)(struct sink *);
};

/* A report that must wait for publish_serve. */
struct late_report {
    int64_t row;
    enum publish_outcome outcome;
    const char *reason;        /* static text */
};

struct sink {
    const struct sink_class *class;
    struct publish_handlers handlers;
    int event;                 /* the eventfd that publish_fd hands out */
    struct late_report *late;
    size_t late_count, late_capacity;
};

struct sink *sink_kafka_new(const struct publish_options *, char error[PUBLISH_ERROR]);
struct sink *sink_file_new(const struct publish_options *, char error[PUBLISH_ERROR]);

/* Where it went is not known, or it went nowhere. */
void sink_report(struct sink *, int64_t row, enum publish_outcome, const char *reason);
void sink_report_late(struct sink *, int64_t row, enum publish_outcome, const char *reason);
void sink_flush_late(struct sink *);
void sink_wake(struct sink *);  /* make the eventfd readable */

#endif
