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

size_t utf8_ascii_until(struct sv v)
{
    const char *p = v.p, *end = v.p + v.n;
    uint64_t w[4];
    while (end - p >= 32 && (memcpy(w, p, 32), !((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080u)))
        p += 32;
    while (p < end && (unsigned char)*p < 0x80)
        p++;
    return (size_t)(p - v.p);
}

/* An automaton whose states are shifts: a byte's row holds, at the bit where the present state points, the next state. So a
 * byte costs a load that waits for nothing and one shift, and no branch that text in two scripts would mispredict. */
enum { FAIL = 0, WHOLE = 6, ONE = 12, TWO = 18, THREE = 24, AFTER_E0 = 30, AFTER_ED = 36, AFTER_F0 = 42, AFTER_F4 = 48 };
#define TO(state, next) ((uint64_t)(next) << (state))
#define TAIL (TO(ONE, WHOLE) | TO(TWO, ONE) | TO(THREE, TWO))

static const uint64_t rows[256] = {
    [0x00 ... 0x7F] = TO(WHOLE, WHOLE),
    [0x80 ... 0x8F] = TAIL | TO(AFTER_ED, ONE) | TO(AFTER_F4, TWO),
    [0x90 ... 0x9F] = TAIL | TO(AFTER_ED, ONE) | TO(AFTER_F0, TWO),
    [0xA0 ... 0xBF] = TAIL | TO(AFTER_E0, ONE) | TO(AFTER_F0, TWO),
    [0xC2 ... 0xDF] = TO(WHOLE, ONE),
    [0xE0] = TO(WHOLE, AFTER_E0),
    [0xE1 ... 0xEC] = TO(WHOLE, TWO),
    [0xED] = TO(WHOLE, AFTER_ED),
    [0xEE ... 0xEF] = TO(WHOLE, TWO),
    [0xF0] = TO(WHOLE, AFTER_F0),
    [0xF1 ... 0xF3] = TO(WHOLE, THREE),
    [0xF4] = TO(WHOLE, AFTER_F4),
};
#define BLOCK 64

static bool is_tail(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Where exactly it goes wrong, from a place where a character begins. */
static const char *first_bad(const char *p, const char *end)
{
    uint32_t c;
    for (size_t n; p < end; p += n) {
        n = utf8_decode(p, end, &c);
        if (c == UTF8_REPLACEMENT && !(n == 3 && memcmp(p, "\xEF\xBF\xBD", 3) == 0))
            break;
    }
    return p;
}

size_t utf8_valid_until(struct sv v)
{
    const char *p = v.p, *end = v.p + v.n; /* a character begins at p */
    for (;;) {
        p += utf8_ascii_until(sv_range(p, end));
        if (end - p < BLOCK)
            return (size_t)(first_bad(p, end) - v.p);
        uint64_t state = WHOLE;
        for (unsigned i = 0; i < BLOCK; i++)
            state = rows[(unsigned char)p[i]] >> (state & 63);
        state &= 63;
        if (state == FAIL)
            return (size_t)(first_bad(p, end) - v.p);
        p += BLOCK;
        if (state != WHOLE) {
            do
                p--;
            while (is_tail(*p));
        }
    }
}

struct sv utf8_cut(struct sv v, size_t n)
{
    if (n >= v.n)
        return v;
    while (n && is_tail(v.p[n]))
        n--;
    return sv_head(v, n);
}
