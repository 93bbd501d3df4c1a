#include "base/utf8.h"

size_t utf8_decode(const char *p, const char *end, uint32_t *codepoint)
{
    const unsigned char *s = (const unsigned char *)p;
    unsigned char c = s[0];
    if (c < 0x80) {
        *codepoint = c;
        return 1;
    }
    unsigned need = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
    unsigned char low = 0x80, high = 0xBF; /* the range of the second byte rules out overlong forms and surrogates */
    *codepoint = UTF8_REPLACEMENT;
    if (c < 0xC2 || c > 0xF4)
        return 1;
    if (c == 0xE0)
        low = 0xA0;
    else if (c == 0xED)
        high = 0x9F;
    else if (c == 0xF0)
        low = 0x90;
    else if (c == 0xF4)
        high = 0x8F;
    uint32_t value = c & (0x3Fu >> need);
    for (unsigned i = 1; i <= need; i++) {
        if (p + i >= end || s[i] < low || s[i] > high)
            return i;
        value = value << 6 | (s[i] & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    *codepoint = value;
    return need + 1;
}

size_t utf8_encode(uint32_t c, char *out)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = UTF8_REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

size_t utf8_valid_until(struct sv v)
{
    const char *p = v.p, *end = v.p + v.n;
    while (p < end) {
        uint64_t eight;
        while (end - p >= 8 && (memcpy(&eight, p, 8), !(eight & 0x8080808080808080u)))
            p += 8;
        if (p == end)
            break;
        uint32_t c;
        size_t n = utf8_decode(p, end, &c);
        if (c == UTF8_REPLACEMENT && !(n == 3 && memcmp(p, "\xEF\xBF\xBD", 3) == 0))
            break;
        p += n;
    }
    return (size_t)(p - v.p);
}

struct sv utf8_cut(struct sv v, size_t n)
{
    if (n >= v.n)
        return v;
    while (n && ((unsigned char)v.p[n] & 0xC0) == 0x80)
        n--;
    return sv_head(v, n);
}
