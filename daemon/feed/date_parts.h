/* Within the feed stage: what date.c makes a time of. Each reader fills it. */
#ifndef FEED_DATE_PARTS_H
#define FEED_DATE_PARTS_H

#include "feed/date.h"

enum date_half { HALF_NONE, HALF_AM, HALF_PM, HALF_NOON, HALF_NIGHT };
enum zone_kind { ZONE_NONE, ZONE_NAME, ZONE_OFFSET }; /* an offset outdoes a name */

struct date_parts {
    int year, month, day; /* 0: not given */
    int hour, minute, second;
    enum date_half half;
    enum zone_kind zone;
    int64_t east;         /* ms */
    const char *rule;     /* of a zone with summer time: POSIX; else NULL */
    unsigned weekdays;    /* those named, Sunday the lowest bit */
    bool has_time;
    bool either;          /* day and month may be the other way round */
    enum date_order numbers;
};

/* ISO 8601 and its profiles: the whole text or nothing (false; the parts are then spoiled). */
bool date_iso(struct sv text, struct date_parts *);
/* Everything else: numbers, words and signs in whatever order people put them. false: it is no date. */
bool date_words_read(struct sv text, const struct zone *, struct date_parts *);

#endif
