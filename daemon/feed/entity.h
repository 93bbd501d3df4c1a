/* Within the feed stage: HTML's character references (WHATWG HTML, 13.2.5.72 to 80 and 13.5). */
#ifndef FEED_ENTITY_H
#define FEED_ENTITY_H

#include "base/buf.h"

#define ENTITY_MOST 40 /* no reference is longer, "&" and ";" included */
#define ENTITY_HALF 12 /* nor one that is half a character: "&#55357;&#56832;" */
#define ENTITY_UTF8 6  /* bytes, at the most, that one stands for */

struct entity {
    unsigned char length; /* in the text, without its "&" but with its ";" when it has one; 0: it is none */
    unsigned char n;      /* bytes of utf8 */
    bool closed, numeric; /* it has its ";"; it is given by number */
    char utf8[ENTITY_UTF8];
};

/* Read the reference whose "&" is just before p, as HTML reads its text: the longest name counts, and those that HTML has
 * always known need no ";" (`&copy2025`, `&notit;`), unless a "=" follows: that is a URL's parameter. The numbers 128 to
 * 159 are windows-1252; what is no character becomes U+FFFD, a control a blank. */
struct entity entity_read(const char *p, const char *end);

/* What a number stands for: 128 to 159 and what is no character as above. */
uint32_t entity_codepoint(uint32_t number);
/* The length of the reference to the first half of a character that the text ends with; 0: it ends with none. */
size_t entity_first_half(struct sv text);

/* As it is read in XML, where bare ampersands are the commoner fault: only &amp; &lt; &gt; &quot; &nbsp; and numbers may lack
 * their ";". Decodes the reference that begins at text.p[0] == '&' into out. Returns its length in the text, 0 when it is none. */
size_t entity_decode(struct sv text, struct buf *out);

#endif
