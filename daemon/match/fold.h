/* Folding: the one form of a word under which its spellings meet. Private to this folder. */
#ifndef MATCH_FOLD_H
#define MATCH_FOLD_H

#include "base/buf.h"

/* What a character is to the words. */
enum char_class {
    CHAR_BREAK,
    CHAR_LETTER,  /* of a script whose words are written apart */
    CHAR_ALONE,   /* a word of its own: Han, kana, Hangul, Thai, Lao, Khmer, Myanmar */
    CHAR_DIGIT,
    CHAR_MARK,    /* belongs to the character before it */
    CHAR_DROP,    /* invisible: as if it were not there */
};
enum char_class char_class(uint32_t);
bool char_is_upper(uint32_t);   /* a capital */
bool char_is_lower(uint32_t);
bool char_is_arabic(uint32_t);
bool char_is_hebrew(uint32_t);
bool char_is_greek(uint32_t);
bool char_is_cyrillic(uint32_t);
bool char_is_apostrophe(uint32_t);
bool char_joins(uint32_t);      /* a sign that a word may be joined over: a dot, a Hebrew mark and what stands for it */

#define WORD_MOST 1024 /* bytes of a word that are read: a longer one is no word, and normalising costs the square of its marks */

/* Append the folded form of one word (no breaks in it): NFKC case folding (UAX 31), then marks dropped
 * and letter forms made one, script by script. */
void fold_word(struct sv word, struct buf *out);
/* Append it as written, but NFC and without invisible characters; of a `joined` word without the signs that it was joined over. */
void fold_exact(struct sv word, bool joined, struct buf *out);
/* Append it case folded, marks kept: what stemmers read. */
void fold_case(struct sv word, struct buf *out);

#endif
