/* Within the feed stage: bytes of any charset to valid UTF-8. */
#ifndef FEED_CHARSET_H
#define FEED_CHARSET_H

#include "base/buf.h"

/* Decided in this order: a byte order mark, the HTTP header, the XML declaration, a guess. Valid UTF-8 beats another label.
 * Labels mean what the WHATWG Encoding standard says: iso-8859-1 is windows-1252, gb2312 is gb18030. A byte that is wrong
 * becomes U+FFFD. The result does not depend on how the bytes are cut into pieces. */
struct charset;

struct charset *charset_new(struct sv content_type);
void charset_write(struct charset *, struct sv bytes, struct buf *out);
void charset_end(struct charset *, struct buf *out);
/* What it was decided to be, in lower case; "utf-8" as long as all was ASCII. */
struct sv charset_name(const struct charset *);
/* The label that was not believed, or SV_NONE. */
struct sv charset_disbelieved(const struct charset *);
void charset_free(struct charset **);

#endif
