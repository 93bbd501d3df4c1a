/* The outbox's lanes, one for each topic: what must be known of a topic before its alerts may be sent. After a crash, or an answer that never
 * came, alerts may be on their topic already: then it is read back first. */
#ifndef LANES_H
#define LANES_H

#include "base/clock.h"
#include "publish/publish.h"
#include "store/store.h"

struct ev_loop;
struct lanes;

struct lanes_handlers {
    /* Its alerts may be sent from here on, but for those that lanes_found tells. */
    void (*open)(void *context, struct sv topic);
    /* An answer has come: lanes_step may have something to do, and lanes_wrote to tell. */
    void (*answered)(void *context);
    /* The store refused. */
    void (*store_fails)(void *context);
    void *context;
};

enum lane_phase {
    LANE_CLOSED,  /* nothing is asked of its topic now */
    LANE_LOADING, /* the waiting rows are gathered */
    LANE_READING, /* the topic is being asked, or read back */
    LANE_SETTLED, /* that is over, and waits for its commit */
    LANE_OPEN,
};

struct lane_view {
    enum lane_phase phase;
    const char *reason;   /* why it takes nothing, or is doubted; NULL */
    int64_t since;        /* wall clock: in this phase */
    int64_t next;         /* monotonic: when a closed one is tried again; TIME_NONE */
    uint64_t read, of;    /* records, while it is read back */
};

struct lanes *lanes_new(struct ev_loop *, const struct clock *, struct store *, const struct lanes_handlers *);
/* Where alerts go, at first or anew: every lane is closed. Lanes of a sink that forgets, or is no Kafka, open without a question.
 * `window`: bytes, the most that can be in flight. false with a reason (PUBLISH_ERROR bytes). */
bool lanes_sink(struct lanes *, const struct publish_options *, uint64_t window, char *error);
/* Begin what is due; bounded work. Returns ms until there may be more, or -1: when the outbox got rows or an answer has come. */
int64_t lanes_step(struct lanes *);
/* The outbox may have rows for topics that had none. */
void lanes_look(struct lanes *);
/* The sink takes no more of it. `unsure`: what was under way may be on the topic. `reason` NULL: by our own will, tried again at once. */
void lanes_close(struct lanes *, struct sv topic, bool unsure, const char *reason);
/* An alert of it arrived. */
void lanes_delivered(struct lanes *, struct sv topic);
/* Is the row on its topic already, by what was read back and is not committed yet? */
bool lanes_found(const struct lanes *, struct sv topic, int64_t row);
/* The name as it lives as long as this, of a topic that has a lane. */
struct sv lanes_name(const struct lanes *, struct sv topic);

/* Is there something for the next commit? Write it, within store_begin; and hear how the commit went. Where it failed, a lane opens all the
 * same if what the store has of it holds still. */
bool lanes_wrote(const struct lanes *);
bool lanes_record(struct lanes *);
void lanes_committed(struct lanes *, bool good);
/* Before the last commit, when the sink is closed: lanes with nothing in flight need not be read back at the next start. */
bool lanes_end(struct lanes *);

/* Rows that were passed already wait again: open lanes are sent from their first row on. */
void lanes_again(struct lanes *);

/* How a topic's lane stands; false: it has none. */
bool lanes_view(const struct lanes *, struct sv topic, struct lane_view *);
void lanes_free(struct lanes **);

#endif
