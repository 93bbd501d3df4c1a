/* Within the feed stage: letters, digits and signs as dates are compared. */
#ifndef FEED_DATE_FOLD_H
#define FEED_DATE_FOLD_H

#include "base/sv.h"

enum char_kind { CHAR_BLANK, CHAR_DIGIT, CHAR_LETTER, CHAR_SIGN, CHAR_DROPPED };

/* What a character is, and what stands for it: a digit's value, a sign of ASCII, a letter without case and accents (Latin, Greek,
 * Cyrillic; Arabic without its variants). What joins nothing (vowel points, zero-width characters, apostrophes) is dropped. */
enum char_kind date_fold(uint32_t codepoint, uint32_t *folded);
/* A character of a script that puts no blanks between words. */
bool date_is_ideograph(uint32_t codepoint);

#endif
