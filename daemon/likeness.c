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

static bool like_path(const struct facts *a, const struct facts *b)
{
    return a->page >> 16 == b->page >> 16;
}

/* That is no time of day, but a date alone: it says little. */
static bool is_midnight(const struct facts *f)
{
    return f->minute % DAY_MINUTES == 0;
}

/* A title is not much: yesterday's briefing had it too. Two more that agree are enough, or one that nothing speaks against. */
enum alike like_namesakes(const struct facts *a, const struct facts *b, bool paged)
{
    bool pages = paged && a->page && b->page, page = pages && a->page == b->page, path = pages && like_path(a, b);
    bool texts = a->text && b->text, text = texts && a->text == b->text;
    enum dates dates = like_dates(a, b, page ? NEAR_MINUTES : 0);
    bool date = dates == DATES_SAME && (path || !is_midnight(a));
    unsigned same = page + text + date, other = (pages && !path) + (texts && !text);
    if (dates == DATES_OTHER)
        return same && text == texts ? ALIKE_MAYBE : ALIKE_NOT;
    return same > 1 || (same && !other) ? ALIKE_SURE : same || !other ? ALIKE_MAYBE : ALIKE_NOT;
}

bool unlike_under_guid(const struct facts *a, const struct facts *b)
{
    enum dates dates = like_dates(a, b, 0);
    unsigned told = 0;
    told += a->page && b->page;
    told += a->title && b->title;
    told += dates != DATES_UNKNOWN;
    return told > 1 && !(a->page && a->page == b->page) && !(a->title && like_title(a, b)) && !(a->text && a->text == b->text) &&
           !(dates == DATES_SAME && !is_midnight(a));
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
