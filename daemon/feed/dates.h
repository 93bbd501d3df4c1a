/* Within the feed stage: the dates of a document, which of them are believed, and what they tell of each other. */
#ifndef FEED_DATES_H
#define FEED_DATES_H

#include "base/item.h"
#include "feed/date.h"

struct document;

#define DATES_DOUBTS 20 /* as many as problems are kept */

struct date_votes {
    size_t day_first, month_first;
};

/* What is found on the way: it does not grow with the document. Zeroed is ready. */
struct dates {
    struct date_votes numbers, weekdays, believable; /* which of two readings each kind of evidence is for */
    bool has_sure, has_open;
    int64_t newest_sure;                             /* of the dates that can be read in one way, the document's own among them */
    int64_t newest_day_first, newest_month_first;    /* of the others, by either reading */
    struct doubt {
        size_t line;
        struct sv raw;
        struct date date;
    } doubts[DATES_DOUBTS];                          /* the first that can be read in two ways, to be told of at the end */
    size_t doubt_count;
};

/* An item's date, believed, or TIME_NONE and told as a problem, or TIME_NONE and *unsettled: only the end tells. SV_NONE is no date. */
int64_t dates_take(struct document *, struct sv raw, size_t line, bool *unsettled);
/* A date of the document itself. It is evidence, nothing more. */
void dates_take_head(struct document *, struct sv raw);
/* The end: tell of those that stay open, or that are not believed now. */
void dates_end(struct document *);
/* The dates of an item that is unsettled, by what was found so far. */
void dates_settle(const struct document *, struct item *);

#endif
