/* UTF-8 (RFC 3629): decoding that never reads past the end and never accepts what the RFC forbids. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/sv.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* Decode the character at p (p < end). Returns its length in bytes, 1 to 4; a bad sequence yields U+FFFD and the length of
 * its longest valid beginning (Unicode's "maximal subpart"), at least 1. */
size_t utf8_decode(const char *p, const char *end, uint32_t *codepoint);
/* Write one character to `out` (room for 4); returns its length. What is no scalar value is written as U+FFFD. */
size_t utf8_encode(uint32_t codepoint, char *out);
/* How many bytes at the beginning are ASCII. */
size_t utf8_ascii_until(struct sv v);
/* The offset of the first byte that is not valid, or v.n when all is. */
size_t utf8_valid_until(struct sv v);
/* v cut to at most n bytes, never inside a character. */
struct sv utf8_cut(struct sv v, size_t n);

#endif
