/* Within the feed stage: the characters that XML's text stands for. */
#ifndef FEED_TEXT_H
#define FEED_TEXT_H

#include "base/buf.h"

/* Characters that XML 1.0 (2.2) forbids go: controls, U+FFFE, U+FFFF. */
void text_plain(struct buf *out, struct sv text);
/* The same, and references (XML's, HTML's names, numbers) are decoded, once. Returns how many "&" began none and stand for themselves. */
size_t text_decoded(struct buf *out, struct sv text);
/* "<" and "&" are escaped, for text that is to stand in mark-up. */
void text_escaped(struct buf *out, struct sv text);
/* An attribute's value, decoded. */
struct sv text_value(struct arena *, struct sv raw);

#endif
