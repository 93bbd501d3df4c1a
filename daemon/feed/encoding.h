/* Within the feed stage: the labels of charsets, and the bytes of any of them to valid UTF-8. */
#ifndef FEED_ENCODING_H
#define FEED_ENCODING_H

#include <iconv.h>

#include "base/buf.h"

#define ENCODING_NAME 40 /* room for a name, with its NUL */

/* What a label means: an encoding's name in the WHATWG Encoding standard, in lower case, "gb18030" for gbk (of which it is a
 * superset), "utf-32be" and "utf-32le" beside it, else what iconv calls it. Labels are compared by their letters and digits
 * alone (Unicode's UTS #22, 1.4): that takes all of the standard's and "Windows_1251" too. false: nothing that we can read. */
bool encoding_find(struct sv label, char name[ENCODING_NAME]);
/* Does it take more than one byte for most of its characters (gb18030, euc-jp, …)? UTF-8, 16 and 32 are not meant. */
bool encoding_is_multibyte(const char *name);
/* Is it written with seven bits only, so that it looks like ASCII (iso-2022-jp)? */
bool encoding_is_seven_bit(const char *name);

/* A zeroed one is closed. */
struct decoder {
    enum { DECODER_CLOSED, DECODER_UTF8, DECODER_WIDE, DECODER_TABLE, DECODER_JIS, DECODER_ICONV } kind;
    char name[ENCODING_NAME];
    iconv_t converter;
    bool flushed;
    struct single *table;     /* DECODER_TABLE */
    unsigned width;           /* DECODER_WIDE: bytes of a unit */
    bool big;                 /* its high byte comes first */
    unsigned char set;        /* DECODER_JIS */
    char tail[8];             /* the beginning of a character */
    size_t tail_length;
    size_t wrong;             /* characters that were replaced */
};

/* `name` as of encoding_find. false: this system's iconv lacks it. */
bool decoder_open(struct decoder *, const char *name);
/* Text of the next of `*bytes`, which moves on: a view of them where they are valid UTF-8, else of `scratch`, each to the next
 * call. Empty when all was taken. `last`: nothing follows these bytes. A wrong byte, or a sequence that means nothing, is one
 * U+FFFD; an ASCII byte behind a broken beginning is not eaten. The cut of the bytes does not change the text. */
struct sv decoder_next(struct decoder *, struct sv *bytes, bool last, struct buf *scratch);
void decoder_close(struct decoder *);

#endif
