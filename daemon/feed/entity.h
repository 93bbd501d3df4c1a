/* Within the feed stage: HTML's named character references (WHATWG HTML, 13.5). */
#ifndef FEED_ENTITY_H
#define FEED_ENTITY_H

#include "base/buf.h"

#define ENTITY_MOST 40 /* no reference is longer, "&" and ";" included */

/* Decode the reference that begins at text.p[0] == '&' into out. Returns its length in the text, 0 when it is none. The
 * numbers 128 to 159 are windows-1252, as HTML has it. */
size_t entity_decode(struct sv text, struct buf *out);

#endif
