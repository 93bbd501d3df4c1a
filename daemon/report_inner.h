/* What the two halves of the report share: the whole (report.c) and the rows of the outbox (report_rows.c). */
#ifndef REPORT_INNER_H
#define REPORT_INNER_H

#include "delivery.h"
#include "report.h"

enum { ACCEPTED = 202, WRONG = 400, NO_SUCH = 404, NOT_NOW = 409, UNAVAILABLE = 503 }; /* HTTP's */

struct report {
    const struct clock *clock;
    const char *path, *state;
    struct store *store;
    struct watch *watch;
    struct loading *loading;
    int64_t started;      /* wall clock */
    bool stopping;
    /* Loads of the configuration, counted: the last that was asked for, that began, that is over. */
    int64_t asked, began, ended;
    int64_t loaded_at;    /* when the configuration in effect was loaded */
    int64_t ended_at;
    struct buf why;       /* the last load did not take effect; empty: it did */
};

void put_integer(struct json_writer *, const char *key, int64_t value);
void put_time(struct json_writer *, const char *key, int64_t ms);                      /* nothing when it is not known */
void put_age(const struct report *, struct json_writer *, const char *key, int64_t since); /* seconds ago; likewise */
void refuse_store(const struct report *, struct control_reply *);                      /* with its error */

void answer_outbox(void *report, const struct control_request *, struct control_reply *);
void answer_retry(void *report, const struct control_request *, struct control_reply *);
void answer_drop(void *report, const struct control_request *, struct control_reply *);
void answer_retry_many(void *report, const struct control_request *, struct control_reply *);
void answer_drop_many(void *report, const struct control_request *, struct control_reply *);

#endif
