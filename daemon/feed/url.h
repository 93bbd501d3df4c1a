/* Within the feed stage: references to URLs (RFC 3986, 5.2). */
#ifndef FEED_URL_H
#define FEED_URL_H

#include "base/sv.h"

/* `reference` against `base`, in the arena or as it is: absolute, white space within removed (a line end) or written as %20 (a blank).
 * SV_NONE when the reference is empty, or relative without a base. */
struct sv url_resolve(struct arena *, struct sv base, struct sv reference);

#endif
