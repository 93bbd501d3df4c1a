/* Within the feed stage: the attributes of a tag. */
#ifndef FEED_TAG_H
#define FEED_TAG_H

#include "feed/markup.h"

struct attribute {
    struct sv name; /* as written, with its prefix */
    bool quoted;    /* its value stands in quotes, as it should */
    struct sv raw;  /* its value as written, without quotes, references undecoded; empty when there is none */
};

/* The next attribute of what tag.attributes holds, whether quoted or not; false: there is no more. */
bool tag_next(struct sv *rest, struct attribute *);
/* The value of the attribute of that name (caseless, the first counts), decoded, in the arena; SV_NONE: it has none. Not more than
 * `most` attributes are looked at. */
struct sv tag_attribute(const struct tag *, const char *name, unsigned most, struct arena *);
/* As tag_attribute, but whatever its prefix: "about" finds rdf:about. */
struct sv tag_attribute_local(const struct tag *, const char *name, unsigned most, struct arena *);
struct sv tag_local_name(struct sv name);
struct sv tag_prefix(struct sv name);

#endif
