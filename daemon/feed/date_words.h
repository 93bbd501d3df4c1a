/* Within the feed stage: what the words of dates mean, in the languages that newswatchd knows. */
#ifndef FEED_DATE_WORDS_H
#define FEED_DATE_WORDS_H

#include "base/sv.h"

enum date_role {
    WORD_PLAIN,        /* nothing beside its month or weekday */
    WORD_SKIP,         /* stands between: "de", "г.", "Uhr" */
    WORD_BEFORE_TIME,  /* a time of day follows: "klo 15.05" */
    WORD_AM, WORD_PM,
    WORD_MAYBE_AM, WORD_MAYBE_PM, /* at a time of day only; else it stands between: the "am" of "am 5. November" */
    WORD_NOON,         /* 中午: 11 to 1 o'clock */
    WORD_NIGHT,        /* 晚上: pm, but of 12 o'clock nobody knows */
    WORD_YEAR, WORD_MONTH, WORD_DAY, WORD_HOUR, WORD_MINUTE, WORD_SECOND, /* behind a number: 年, "h" */
    WORD_MONTH_NUMBER, /* the month's number follows: "tháng 11" */
    WORD_DAY_NUMBER,   /* the weekday's number follows, Sunday the first: "thứ 4" */
    WORD_ERA,          /* the year counts from `value`: 令和 */
};

/* A time zone by its name: minutes east, or the rule (POSIX) of one with summer time of its own, as in "ET". */
struct date_zone {
    const char *name, *rule;
    int minutes;
};

struct date_word {
    struct sv text;     /* folded */
    unsigned char month; /* 0: none */
    unsigned char days; /* weekdays that it may mean, Sunday the lowest bit */
    unsigned char role;
    short value;
    const struct date_zone *zone; /* NULL: it is none */
};

#define DATE_WORD_MOST 64 /* bytes: no word is longer */

/* A word, folded by date_fold, or several with one blank or one dot between; NULL when nobody knows it. */
const struct date_word *date_word(struct sv folded);
/* The longest word of a script without blanks that the text (folded) begins with; NULL: there is none. */
const struct date_word *date_ideographs(struct sv folded);

#endif
