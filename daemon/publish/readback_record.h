/* The rows that are looked for, and which event a record on a topic is. Foreign records may hold anything. Private to this folder. */
#ifndef PUBLISH_READBACK_RECORD_H
#define PUBLISH_READBACK_RECORD_H

#include "publish/readback.h"

/* The CloudEvent's id in a record, if it is one of the form of ours: `id` is the header ce_id (binary mode), else the value's
 * member "id" in structured mode. SV_NONE for a header or a value that is not there. */
bool record_event(struct sv id, struct sv content_type, struct sv value, struct digest *event);

/* Rows by event. A row that was found is kept as its negative. */
struct wanted {
    struct readback_row *rows;
    size_t count, found;
};

void wanted_sort(struct wanted *);
/* Is this event one of them? Of rows with the same event each needs a record of its own. */
bool wanted_find(struct wanted *, const struct digest *event);
void wanted_clear(struct wanted *);              /* none was found */
int64_t *wanted_found(const struct wanted *);    /* the rows that were, malloc'ed */

#endif
