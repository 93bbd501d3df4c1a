/* Within the feed stage: bodies that are gzip files themselves, which no header says. */
#ifndef FEED_UNPACK_H
#define FEED_UNPACK_H

#include "base/buf.h"

struct unpack;

/* `most`: bytes that may come out. */
struct unpack *unpack_new(uint64_t most);
/* Bytes as they are, or unpacked when the first two say so (RFC 1952). false: broken, or larger than allowed; what was good is
 * in `out` all the same. */
bool unpack_write(struct unpack *, struct sv bytes, struct buf *out);
/* Bytes held back at the start, at the end of a document of one byte. */
void unpack_end(struct unpack *, struct buf *out);
void unpack_free(struct unpack **);

#endif
