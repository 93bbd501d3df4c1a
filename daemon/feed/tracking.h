/* Within the feed stage: what publishers hang on a link to see where its readers come from. It does not say what is linked to. */
#ifndef FEED_TRACKING_H
#define FEED_TRACKING_H

#include "base/sv.h"

/* One parameter of a query, "name=value" or "name", as written. In doubt it is none: two articles must not become one. */
bool tracking_parameter(struct sv);
/* A fragment, without its #: parameters that all track, or the mark of a feed. */
bool tracking_fragment(struct sv);

#endif
