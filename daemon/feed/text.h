/* Within the feed stage: the characters that XML's text stands for. */
#ifndef FEED_TEXT_H
#define FEED_TEXT_H

#include "base/buf.h"

/* What was wrong in texts, with where it was met first. */
struct text_faults {
    size_t bare, forbidden; /* "&" that begin no reference and stand for themselves; characters that went */
    const char *first_bare, *first_forbidden;
};

/* Characters that XML 1.0 (2.2) forbids go: controls, U+FFFE, U+FFFF. */
void text_plain(struct buf *out, struct sv text, struct text_faults *);
/* The same, and references (XML's, HTML's names, numbers) are decoded, once. */
void text_decoded(struct buf *out, struct sv text, struct text_faults *);
/* "<" and "&" are escaped, for text that is to stand in mark-up. */
void text_escaped(struct buf *out, struct sv text, struct text_faults *);
/* Decode base64 (RFC 4648) in place; what it stands for is made valid UTF-8. */
void text_from_base64(struct buf *);
/* The same for what is only perhaps text: a picture becomes nothing, and what is not in base64 stays as it is. */
void text_from_binary(struct buf *);
/* An attribute's value, decoded. */
struct sv text_value(struct arena *, struct sv raw);

#endif
