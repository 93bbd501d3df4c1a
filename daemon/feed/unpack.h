/* Within the feed stage: bodies that are packed themselves, which no header says: gzip (RFC 1952) and zlib (RFC 1950). */
#ifndef FEED_UNPACK_H
#define FEED_UNPACK_H

#include "base/buf.h"

struct unpack;

struct unpack *unpack_new(void);
/* The next piece of the body. Takes from `*bytes`, which moves on; empty when it took all. A view of the bytes where they are
 * not packed, else of memory that is good until the next call (`scratch` is the caller's, for its reuse), at most 64 KB of it:
 * how much may come out is the caller's to count. What follows a packed body, but is no further member of it, is dropped.
 * `last`: nothing follows these bytes. */
struct sv unpack_next(struct unpack *, struct sv *bytes, bool last, struct buf *scratch);
/* What is wrong with the packed data: "are broken", or NULL. What came out before is good. */
const char *unpack_problem(const struct unpack *);
const char *unpack_format(const struct unpack *); /* "gzip", "zlib", or "plain" */
/* It ended before its end. */
bool unpack_truncated(const struct unpack *);
void unpack_free(struct unpack **);

#endif
