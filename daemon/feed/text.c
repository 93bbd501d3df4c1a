#include "feed/text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "feed/entity.h"

/* What is not simply copied: controls but for white space, "&", and 0xC2 and 0xEF, with which U+0080 and U+FFFE begin. */
enum { FORBIDDEN = 1, REFERENCE = 2 };
static const unsigned char special[256] = {
    [0 ... 8] = FORBIDDEN, [11] = FORBIDDEN, [12] = FORBIDDEN, [14 ... 31] = FORBIDDEN, ['&'] = REFERENCE, [0xC2] = FORBIDDEN, [0xEF] = FORBIDDEN,
};

/* U+0080 to U+009F: nobody writes these controls, they are windows-1252 that went through the wrong conversion. */
static bool is_c1(const char *p, const char *end)
{
    return *p == '\xC2' && end - p > 1 && (unsigned char)p[1] < 0xA0;
}

static inline bool stops_at(const char *p, const char *end, unsigned char stops)
{
    return special[(unsigned char)*p] & stops && (*p != '\xC2' || is_c1(p, end));
}

/* Bytes at p that are copied as they are; `stops`: what stops it. */
static size_t run_length(const char *p, const char *end, unsigned char stops)
{
    const char *from = p;
#ifdef __SSE2__
    const __m128i and = _mm_set1_epi8(stops & REFERENCE ? '&' : '\1'), lead = _mm_set1_epi8((char)0xEF), latin = _mm_set1_epi8((char)0xC2), controls = _mm_set1_epi8(31);
    for (; end - p >= 16; p += 16) { /* 16 at a time, white space among them looked at below */
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i leads = _mm_or_si128(_mm_cmpeq_epi8(v, lead), _mm_cmpeq_epi8(v, latin));
        __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, and), leads), _mm_cmpeq_epi8(_mm_min_epu8(v, controls), v));
        for (unsigned mask = (unsigned)_mm_movemask_epi8(hit); mask; mask &= mask - 1) {
            const char *at = p + __builtin_ctz(mask);
            if (stops_at(at, end, stops))
                return (size_t)(at - from);
        }
    }
#endif
    while (p < end && !stops_at(p, end, stops))
        p++;
    return (size_t)(p - from);
}

/* The length of what is not allowed at p; 0: it is allowed. */
static size_t forbidden(const char *p, const char *end)
{
    unsigned char c = (unsigned char)*p;
    if (c < ' ')
        return 1;
    return end - p > 2 && (unsigned char)p[1] == 0xBF && (unsigned char)p[2] >= 0xBE ? 3 : 0;
}

static void note(size_t *count, const char **first, const char *at)
{
    if ((*count)++ == 0)
        *first = at;
}

static void copy(struct buf *out, struct sv text, unsigned char stops, struct text_faults *faults)
{
    const char *p = text.p, *end = p + text.n;
    buf_reserve(out, text.n);
    while (p < end) {
        size_t n = run_length(p, end, stops);
        buf_append(out, p, n);
        p += n;
        if (p == end)
            break;
        if (is_c1(p, end)) {
            buf_codepoint(out, entity_codepoint((unsigned char)p[1]));
            p += 2;
            continue;
        }
        size_t taken = *p == '&' ? entity_decode(sv_range(p, end), out) : forbidden(p, end);
        if (*p == '&' && taken == 0)
            note(&faults->bare, &faults->first_bare, p);
        else if (*p != '&' && taken)
            note(&faults->forbidden, &faults->first_forbidden, p);
        if (taken == 0)
            buf_byte(out, *p);
        p += taken ? taken : 1;
    }
}

void text_plain(struct buf *out, struct sv text, struct text_faults *faults)
{
    if (text.n)
        copy(out, text, FORBIDDEN, faults);
}

void text_decoded(struct buf *out, struct sv text, struct text_faults *faults)
{
    if (text.n)
        copy(out, text, FORBIDDEN | REFERENCE, faults);
}

void text_escaped(struct buf *out, struct sv text, struct text_faults *faults)
{
    while (text.n) {
        size_t n = 0;
        while (n < text.n && text.p[n] != '<' && text.p[n] != '&')
            n++;
        text_plain(out, sv_head(text, n), faults);
        if (n < text.n)
            buf_str(out, text.p[n] == '<' ? "&lt;" : "&amp;");
        text = sv_from(text, n + 1);
    }
}

struct sv text_value(struct arena *a, struct sv raw)
{
    struct buf value = {0};
    struct text_faults none = {0};
    text_decoded(&value, raw, &none);
    struct sv copied = sv_dup(a, value.p ? buf_view(&value) : SV(""));
    buf_free(&value);
    return copied;
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static void decode_base64(struct sv text, struct buf *bytes)
{
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < text.n && text.p[i] != '='; i++) {
        int value = base64_value(text.p[i]);
        if (value < 0) /* white space, or nonsense */
            continue;
        bits = bits << 6 | (unsigned)value;
        have += 6;
        if (have >= 8)
            buf_byte(bytes, (char)(bits >> (have -= 8)));
    }
}

void text_from_base64(struct buf *text)
{
    struct buf bytes = {0};
    decode_base64(buf_view(text), &bytes);
    buf_clear(text);
    for (struct sv rest = buf_view(&bytes); rest.n;) {
        size_t good = utf8_valid_until(rest);
        buf_sv(text, sv_head(rest, good));
        if (good < rest.n)
            buf_codepoint(text, UTF8_REPLACEMENT);
        rest = sv_from(rest, good < rest.n ? good + 1 : good);
    }
    buf_free(&bytes);
}

static bool is_base64(struct sv text)
{
    for (size_t i = 0; i < text.n; i++)
        if (base64_value(text.p[i]) < 0 && !strchr(" \t\r\n=", text.p[i]))
            return false;
    return true;
}

static bool is_text(struct sv bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        if (special[(unsigned char)bytes.p[i]] & FORBIDDEN && forbidden(bytes.p + i, bytes.p + bytes.n))
            return false;
    return utf8_valid_until(bytes) == bytes.n;
}

void text_from_binary(struct buf *text)
{
    struct buf bytes = {0};
    if (!is_base64(buf_view(text)))
        return;
    decode_base64(buf_view(text), &bytes);
    buf_clear(text);
    if (is_text(buf_view(&bytes)))
        buf_sv(text, buf_view(&bytes));
    buf_free(&bytes);
}
