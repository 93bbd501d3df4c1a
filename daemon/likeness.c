#include "likeness.h"

#define DAY_MINUTES (24 * 60)

enum dates like_dates(const struct facts *a, const struct facts *b, int tolerance)
{
    if (a->minute == FACTS_NO_MINUTE || b->minute == FACTS_NO_MINUTE)
        return DATES_UNKNOWN;
    int64_t apart = (int64_t)a->minute - b->minute;
    return apart >= -tolerance && apart <= tolerance ? DATES_SAME : DATES_OTHER;
}

bool like_title(const struct facts *a, const struct facts *b)
{
    return a->title == b->title;
}

bool unlike_text(const struct facts *a, const struct facts *b)
{
    return a->text && b->text && a->text != b->text;
}

/* Midnight is no time of day, but a date alone: it says little. */
bool unlike_under_guid(const struct facts *a, const struct facts *b)
{
    enum dates dates = like_dates(a, b, 0);
    unsigned told = 0;
    told += a->page && b->page;
    told += a->title && b->title;
    told += dates != DATES_UNKNOWN;
    return told > 1 && !(a->page && a->page == b->page) && !(a->title && like_title(a, b)) && !(a->text && a->text == b->text) &&
           !(dates == DATES_SAME && a->minute % DAY_MINUTES != 0);
}

bool unlike_twins_of_guid(const struct facts *a, const struct facts *b)
{
    return !like_title(a, b) || (a->page != b->page && like_dates(a, b, NEAR_MINUTES) == DATES_OTHER);
}

bool unlike_twins_of_link(const struct facts *a, const struct facts *b)
{
    return !like_title(a, b) || like_dates(a, b, NEAR_MINUTES) == DATES_OTHER;
}

struct facts facts_merged(const struct facts *old, const struct facts *now)
{
    return (struct facts){now->page ? now->page : old->page, now->title ? now->title : old->title, now->text ? now->text : old->text,
                          now->minute != FACTS_NO_MINUTE ? now->minute : old->minute};
}

bool facts_equal(const struct facts *a, const struct facts *b)
{
    return a->page == b->page && a->title == b->title && a->text == b->text && a->minute == b->minute;
}
