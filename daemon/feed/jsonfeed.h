/* Within the feed stage: JSON Feed 1.0 and 1.1. */
#ifndef FEED_JSONFEED_H
#define FEED_JSONFEED_H

#include "feed/document.h"

struct jsonfeed;

#define JSONFEED_NONE (-1)
#define JSONFEED_UNDECIDED (-2) /* more of the text is needed; of a whole text: it is blank */
/* Where JSON begins in the beginning of a document: behind white space, a byte order mark, and whatever a server may have put
 * before it, such as a script's warnings. `whole`: there is no more of it. Needs no more than 4096 bytes. */
ptrdiff_t jsonfeed_start(struct sv text, bool whole);

/* `junk`: bytes of what is written first that stand before the JSON (jsonfeed_start). */
struct jsonfeed *jsonfeed_new(struct document *, size_t junk);
/* UTF-8. false: nothing more is wanted. */
bool jsonfeed_write(struct jsonfeed *, struct sv utf8);
/* After the last bytes: tells the document what it was. */
void jsonfeed_finish(struct jsonfeed *);
void jsonfeed_free(struct jsonfeed **);

#endif
