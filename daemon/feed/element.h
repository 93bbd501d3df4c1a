/* Within the feed stage: an element's start as libxml2 tells it. */
#ifndef FEED_ELEMENT_H
#define FEED_ELEMENT_H

#include <libxml/xmlstring.h>

#include "feed/vocabulary.h"

/* Views for as long as the event. */
struct element {
    struct sv name;
    enum space space;
    const xmlChar **attributes; /* five each: name, prefix, URI, value, end */
    int attribute_count;
    struct arena *scratch;      /* lives as long as the event */
};

static inline struct sv element_sv(const xmlChar *s) { return sv_of((const char *)s); }
/* An attribute's value, or SV_NONE. `prefix`: NULL for one without. */
struct sv element_attribute(const struct element *, const char *prefix, const char *name);

#endif
