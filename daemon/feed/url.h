/* Within the feed stage: references to URLs (RFC 3986, 5.2), and when two of them mean the same. */
#ifndef FEED_URL_H
#define FEED_URL_H

#include "base/sv.h"

/* `reference` against `base`, in the arena or as it is: absolute, white space within removed (a line end) or written as %20 (a blank).
 * SV_NONE when the reference is empty, or relative without a base; a base of more than 2 KiB is none. */
struct sv url_resolve(struct arena *, struct sv base, struct sv reference);

/* The URL without what only tracks its readers, else as written. In the arena, or the same view. */
struct sv url_untracked(struct arena *, struct sv url);

/* What an http or https URL leads to, in one form for all that lead there: "//host/path?query#fragment". Without scheme, user, "www.",
 * default port, tracking, session, last slash; percent-encoding normalised. `*path` is where its path begins. Of another kind of URI, or
 * what is none: the same view, and `*path` is 0. */
struct sv url_canonical(struct arena *, struct sv url, size_t *path);

#endif
