/* Time zones: what a clock on a wall shows, to UTC. Milliseconds, as everywhere; offsets are east of UTC. */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/sv.h"

struct zone;

/* A file of the tz database (TZif, RFC 8536, versions 1 to 4), read into the arena. NULL and what is wrong with it (static text)
 * when it is none, or one that counts leap seconds. */
const struct zone *zone_parse(struct arena *, struct sv file, const char **wrong);
/* A rule as POSIX's TZ has it, with the extensions of RFC 8536, 3.3.1: "EST5EDT,M3.2.0,M11.1.0", "<+03>-3". NULL when it is none. */
const struct zone *zone_posix(struct arena *, struct sv rule);
/* The same offset always. */
const struct zone *zone_fixed(struct arena *, int64_t east);
/* A copy that lives in another arena; NULL of NULL. */
const struct zone *zone_copy(struct arena *, const struct zone *);

/* UTC for what a clock in the zone shows, both since 1970-01-01T00:00. Around a change the offset from before it counts: an hour that
 * comes twice is the first one, and 02:30 in an hour that is left out is what the clock then shows as 03:30. NULL is UTC. */
int64_t zone_utc(const struct zone *, int64_t local);
/* The offset that the zone itself calls so ("CST" in Asia/Shanghai), the latest if there are several. Case does not count. */
bool zone_abbreviation(const struct zone *, struct sv name, int64_t *east);

#endif
