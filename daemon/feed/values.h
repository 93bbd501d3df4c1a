/* Within the feed stage: what an element of an item, or of the feed's head, says: to the draft, or the info. */
#ifndef FEED_VALUES_H
#define FEED_VALUES_H

#include "feed/capture.h"
#include "feed/document.h"
#include "feed/nesting.h"

struct values {
    struct document *d;
    const struct nesting *nesting;
    struct arena *scratch; /* what lives as long as an event */
    unsigned person_rank; /* of the person under way */
};

/* An item begins, and ends. */
void values_open(struct values *, const struct element *);
void values_close(struct values *, size_t line);
/* Is it worth capturing? */
bool values_wants(const struct values *, struct meaning_of);
/* The text of an element that ended. */
void values_take(struct values *, const struct capture *);
/* Elements whose attributes say it all. `rank`: of the link. */
void values_take_link(struct values *, const struct element *, unsigned rank);
/* false: its text says it. */
bool values_take_category(struct values *, const struct element *);

#endif
