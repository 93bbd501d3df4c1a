/* A configuration with its rules compiled: what the daemon runs on and `try` tries. Read whole, checked whole, swapped whole. */
#ifndef SETUP_H
#define SETUP_H

#include "conf/conf.h"
#include "match/match.h"
#include "publish/publish.h"

struct setup {
    struct conf *conf;
    struct match *match;
};

/* NULL when there was any error; `diags` has them all, and the warnings in any case. */
struct setup *setup_load(const char *path, struct diags *);
/* The same, but breaks off as in error once the descriptor `stop` is readable: while it waits for a file, between two, and before the
 * rules are compiled. May be called on any thread: it shares nothing, logs nothing, and what it calls of librdkafka, PCRE2 and utf8proc
 * is thread safe. */
struct setup *setup_load_until(const char *path, int stop, struct diags *);
/* Give back what only newswatchctl and -T need of it: half of what many rules take. */
void setup_slim(struct setup *);
void setup_free(struct setup **);
/* What the configuration says of Kafka, as publish wants it; its views live as long as both. */
struct publish_options setup_publish(const struct conf_kafka *, struct arena *);

#endif
