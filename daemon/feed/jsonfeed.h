/* Within the feed stage: JSON Feed 1.0 and 1.1. */
#ifndef FEED_JSONFEED_H
#define FEED_JSONFEED_H

#include "feed/document.h"

struct jsonfeed;

struct jsonfeed *jsonfeed_new(struct document *);
/* UTF-8. false: nothing more is wanted. */
bool jsonfeed_write(struct jsonfeed *, struct sv utf8);
/* After the last bytes: tells the document what it was. */
void jsonfeed_finish(struct jsonfeed *);
void jsonfeed_free(struct jsonfeed **);

#endif
