/* Within the feed stage: an element's start, its namespace looked up. */
#ifndef FEED_ELEMENT_H
#define FEED_ELEMENT_H

#include "feed/tag.h"
#include "feed/vocabulary.h"

/* Views for as long as the event. */
struct element {
    const struct tag *tag;
    struct sv name;             /* without its prefix */
    struct known known;
    unsigned attributes_most;
    struct arena *scratch;      /* lives as long as the event */
};

/* An attribute's value, or SV_NONE; `name` with its prefix, as in "xml:base". */
static inline struct sv element_attribute(const struct element *e, const char *name)
{
    return e->tag->attributes.n ? tag_attribute(e->tag, name, e->attributes_most, e->scratch) : SV_NONE;
}

#endif
