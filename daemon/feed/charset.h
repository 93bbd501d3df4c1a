/* Within the feed stage: which charset a document is in, and its text in UTF-8. */
#ifndef FEED_CHARSET_H
#define FEED_CHARSET_H

#include "base/buf.h"

/* Decided in this order: a byte order mark, the HTTP header, the XML declaration, a guess (guess.h). Valid UTF-8 beats another
 * label, and so does UTF-8 with a few mistakes; a label is not believed either when the bytes cannot be what it says. Labels
 * mean what the WHATWG Encoding standard says: iso-8859-1 is windows-1252, gb2312 is gb18030. A byte that is wrong becomes
 * U+FFFD. The text does not depend on how the bytes are cut into pieces. */
struct charset;

struct charset *charset_new(struct sv content_type);
/* The next piece of the text. Takes from `*bytes`, which moves on; empty when it took all. The text is a view of the bytes
 * where nothing had to be changed, else of memory that is good until the next call (`scratch` is the caller's, for its reuse).
 * `last`: nothing follows these bytes. */
struct sv charset_next(struct charset *, struct sv *bytes, bool last, struct buf *scratch);
/* What it was decided to be, in lower case; "utf-8" as long as all was ASCII. */
struct sv charset_name(const struct charset *);
/* The label that was not believed, or SV_NONE. */
struct sv charset_disbelieved(const struct charset *);
/* How often a byte, or a sequence of them, was wrong and became U+FFFD. */
size_t charset_wrong(const struct charset *);
void charset_free(struct charset **);

#endif
