/* Within the feed stage: the dates that feeds write. */
#ifndef FEED_DATE_H
#define FEED_DATE_H

#include "base/clock.h"
#include "base/sv.h"

/* RFC 822 with its usual errors, RFC 3339 and W3CDTF, asctime: to ms since 1970, or TIME_NONE when it cannot be read. A time
 * without a zone is UTC, a date without a time is midnight. Nothing is invented: an impossible day is no date. */
int64_t feed_date(struct sv text);

#endif
