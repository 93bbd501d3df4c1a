/* Folding: the one form of a word under which its spellings meet. Private to this folder. */
#ifndef MATCH_FOLD_H
#define MATCH_FOLD_H

#include <endian.h>
#include <stdatomic.h>

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

/* All that a scanner asks of a character, in one number:
 *    bits 0..23   its folded form in UTF-8, the first byte lowest
 *    bits 24..25  how many bytes that are, 0 to 3
 *    bits 26..28  enum char_class
 *    bit 29       TRAITS_COMPANY: the form depends on its neighbours (or is longer); a word with such a character is folded whole
 *    bit 30       always set */
#define TRAITS_COMPANY (1u << 29)
#define TRAITS_KNOWN (1u << 30)
#define CHAR_TRAITS_MOST 0x10000 /* beyond the basic plane characters are rare, and asked for anew each time */
extern _Atomic uint32_t char_traits_known[CHAR_TRAITS_MOST];
uint32_t char_traits_find(uint32_t c);

/* Found once for each character, by whichever thread comes first: all find the same, so no order between them matters. */
static inline uint32_t char_traits(uint32_t c)
{
    uint32_t traits = c < CHAR_TRAITS_MOST ? atomic_load_explicit(&char_traits_known[c], memory_order_relaxed) : 0;
    return traits ? traits : char_traits_find(c);
}

static inline enum char_class traits_class(uint32_t traits)
{
    return (enum char_class)(traits >> 26 & 7);
}

/* Write the folded form; needs room for 4 bytes. Returns its end. */
static inline char *traits_put(uint32_t traits, char *to)
{
    uint32_t bytes = htole32(traits);
    memcpy(to, &bytes, 4);
    return to + (traits >> 24 & 3);
}

static inline enum char_class char_class(uint32_t c)
{
    return traits_class(char_traits(c));
}

bool char_is_upper(uint32_t);   /* a capital */
bool char_is_lower(uint32_t);   /* a small letter of a script that has capitals in running text: Georgian has none there */
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
/* Append it case folded, marks kept, without the signs that it was joined over: what stemmers read. */
void fold_case(struct sv word, struct buf *out);

#endif
