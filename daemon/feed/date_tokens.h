/* Within the feed stage: a date cut into numbers, words and signs. */
#ifndef FEED_DATE_TOKENS_H
#define FEED_DATE_TOKENS_H

#include "feed/date_words.h"

#define DATE_MOST 200 /* bytes of the longest date that is read */
#define DATE_TOKENS 64
#define DATE_ENDS 6

enum token_kind { DATE_END, DATE_NUMBER, DATE_WORD, DATE_SIGN };

struct date_token {
    enum token_kind kind;
    bool spaced;                  /* a blank stands before it */
    bool capital;                 /* a word in capital letters of ASCII */
    char sign;
    unsigned char digits;         /* of a number, leading zeros too; those beyond the 18th count in `digits` alone */
    int64_t value;
    struct sv text;               /* of a word, folded */
    const struct date_word *word; /* what it means; NULL: nobody knows */
};

struct date_tokens {
    struct date_token list[DATE_TOKENS + DATE_ENDS]; /* behind the last stand so many DATE_END: they may be looked at */
    size_t count;
    char letters[DATE_MOST + 8];
    size_t letter_count;
    bool thai;                    /* a letter of Thai is among them */
};

/* false: it is too long, or in too many pieces, to be a date. Words that belong together ("a.m.", "كانون الثاني") become one. */
bool date_tokens(struct sv text, struct date_tokens *);

#endif
