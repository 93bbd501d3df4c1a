/* 05/11/2025: whether the day comes first is asked of the whole document. Its evidence, the strongest first: a number above 12 in
 * another date; a weekday that fits one reading alone; a reading in the future or before 1990; one reading near to the newest date
 * that is beyond doubt, and the other far from it. Where evidence of a kind contradicts itself, a date is left with its own. */
#include "feed/dates.h"

#include "base/utf8.h"
#include "feed/document.h"

#define FUTURE_MOST MS_DAY       /* clocks and zones may be wrong by this much */
#define PAST_MOST 631152000000ll /* 1990-01-01 */
#define SHOWN_MOST 60            /* bytes of a date in a problem */
#define NEAR (31 * MS_DAY)
#define FAR 3                    /* times as far as what is near */
#define MAJORITY 4               /* times as many votes as the other side has */

static bool is_believable(const struct document *d, int64_t time)
{
    return time >= PAST_MOST && (d->options.now == TIME_NONE || time <= d->options.now + FUTURE_MOST);
}

static void tell(struct document *d, size_t line, const char *what, struct sv raw)
{
    document_problem(d, line, "%s: \"%.*s\"", what, SV_ARG(utf8_cut(raw, SHOWN_MOST)));
}

/* ---- Evidence ---- */

static void vote(struct date_votes *votes, enum date_order order)
{
    votes->day_first += order == DAY_FIRST;
    votes->month_first += order == MONTH_FIRST;
}

static enum date_order elected(const struct date_votes *v)
{
    return v->day_first > MAJORITY * v->month_first ? DAY_FIRST : v->month_first > MAJORITY * v->day_first ? MONTH_FIRST : ORDER_UNKNOWN;
}

static bool has_votes(const struct date_votes *v) { return v->day_first || v->month_first; }

static enum date_order believable_order(const struct document *d, const struct date *date)
{
    bool day = is_believable(d, date->day_first), month = is_believable(d, date->month_first);
    return day == month ? ORDER_UNKNOWN : day ? DAY_FIRST : MONTH_FIRST;
}

static void keep_newest(int64_t *newest, bool first, int64_t time)
{
    if (first || time > *newest)
        *newest = time;
}

static void note(struct document *d, const struct date *date)
{
    struct dates *s = &d->dates;
    vote(&s->numbers, date->numbers);
    if (date->either) {
        vote(&s->weekdays, date->weekday);
        vote(&s->believable, believable_order(d, date));
        keep_newest(&s->newest_day_first, !s->has_open, date->day_first);
        keep_newest(&s->newest_month_first, !s->has_open, date->month_first);
        s->has_open = true;
    } else if (is_believable(d, date->time)) {
        keep_newest(&s->newest_sure, !s->has_sure, date->time);
        s->has_sure = true;
    }
}

static int64_t distance(int64_t a, int64_t b) { return a > b ? a - b : b - a; }

static enum date_order nearer_order(const struct dates *s)
{
    if (!s->has_sure || !s->has_open)
        return ORDER_UNKNOWN;
    int64_t day = distance(s->newest_day_first, s->newest_sure), month = distance(s->newest_month_first, s->newest_sure);
    return day <= NEAR && month > FAR * day && month > NEAR ? DAY_FIRST : month <= NEAR && day > FAR * month && day > NEAR ? MONTH_FIRST : ORDER_UNKNOWN;
}

static enum date_order order_of(const struct document *d, const struct date *date)
{
    const struct dates *s = &d->dates;
    const struct date_votes *kinds[] = {&s->numbers, &s->weekdays, &s->believable};
    for (size_t i = 0; i < 3; i++)
        if (has_votes(kinds[i])) {
            enum date_order order = elected(kinds[i]);
            return order ? order : date->weekday ? date->weekday : believable_order(d, date);
        }
    return nearer_order(s);
}

static int64_t settled(const struct document *d, const struct date *date)
{
    if (!date->either)
        return date->time;
    enum date_order order = order_of(d, date);
    return order == DAY_FIRST ? date->day_first : order == MONTH_FIRST ? date->month_first : TIME_NONE;
}

/* ---- The document's course ---- */

int64_t dates_take(struct document *d, struct sv raw, size_t line, bool *unsettled)
{
    if (!raw.p)
        return TIME_NONE;
    struct date date = date_read(raw, d->options.zone);
    struct dates *s = &d->dates;
    note(d, &date);
    if (date.either) {
        *unsettled = true;
        if (s->doubt_count < DATES_DOUBTS)
            s->doubts[s->doubt_count++] = (struct doubt){line, sv_dup(&d->arena, utf8_cut(raw, SHOWN_MOST)), date};
    } else if (date.time == TIME_NONE) {
        tell(d, line, "a date that cannot be read", raw);
    } else if (!is_believable(d, date.time)) {
        tell(d, line, "a date that is not believed", raw);
        return TIME_NONE;
    }
    return date.time;
}

void dates_take_head(struct document *d, struct sv raw)
{
    struct date date = date_read(raw, d->options.zone);
    note(d, &date);
}

void dates_end(struct document *d)
{
    for (const struct doubt *doubt = d->dates.doubts; doubt < d->dates.doubts + d->dates.doubt_count; doubt++) {
        int64_t time = settled(d, &doubt->date);
        if (time == TIME_NONE)
            tell(d, doubt->line, "a date that may be read in two ways, and nothing tells which", doubt->raw);
        else if (!is_believable(d, time))
            tell(d, doubt->line, "a date that is not believed", doubt->raw);
    }
}

/* A date that was settled before stays as it is. */
static void settle(const struct document *d, struct sv raw, int64_t *time)
{
    struct date date = date_read(raw, d->options.zone);
    if (!date.either)
        return;
    int64_t found = settled(d, &date);
    *time = found != TIME_NONE && is_believable(d, found) ? found : TIME_NONE;
}

void dates_settle(const struct document *d, struct item *item)
{
    if (!item->unsettled)
        return;
    settle(d, item->raw_published, &item->published);
    settle(d, item->raw_modified, &item->modified);
    item->unsettled = false;
}
