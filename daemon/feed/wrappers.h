/* Within the feed stage: the elements that are looked into for what an item or a feed's head says: a group, a person, a source. And those that
 * mean nothing: when such an element ends as it should, what stood in it is not the item's and goes; when it was never closed, the rest of
 * the item stands in it. */
#ifndef FEED_WRAPPERS_H
#define FEED_WRAPPERS_H

#include "feed/document.h"
#include "feed/element.h"

#define WRAPPERS_MOST 8   /* within each other: what is deeper is not looked into */
#define WRAPPERS_DOUBT 16 /* more than any rank */

struct wrapper {
    enum meaning meaning;
    unsigned depth;
    struct given before;
    struct arena_mark mark; /* of the draft's memory, then */
};

/* Zeroed is ready. */
struct wrappers {
    struct wrapper open[WRAPPERS_MOST];
    unsigned count;
};

/* The innermost, or MEANS_NOTHING; 0 as its depth when there is none. */
enum meaning wrappers_meaning(const struct wrappers *);
unsigned wrappers_depth(const struct wrappers *);
/* false: too deep. */
bool wrappers_enter(struct wrappers *, struct draft *, enum meaning, unsigned depth);
/* `as_it_should`: by its own end tag. */
void wrappers_leave(struct wrappers *, struct document *, bool as_it_should);
/* Does an element of that meaning belong into the innermost? */
bool wrappers_hold(const struct wrappers *, const struct element *, enum meaning, bool in_item);

#endif
