#include "feed/html_writer.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ---- White space ---- */

/* The length of the white space at p; 0: there is none. All of Unicode's counts, and controls do, but zero-width characters
 * are none. */
static size_t space_length(const char *p, const char *end)
{
    unsigned char a = (unsigned char)p[0];
    if (a <= ' ')
        return 1;
    if (a < 0xC2 || a > 0xE3 || (a > 0xC2 && a < 0xE1) || end - p < 2)
        return 0;
    unsigned char b = (unsigned char)p[1], c = end - p > 2 ? (unsigned char)p[2] : 0;
    switch (a) {
    case 0xC2: return b == 0xA0 || b == 0x85 ? 2 : 0;                   /* U+00A0, U+0085 */
    case 0xE1: return b == 0x9A && c == 0x80 ? 3 : 0;                   /* U+1680 */
    case 0xE2: return (b == 0x80 && ((c >= 0x80 && c <= 0x8A) || c == 0xA8 || c == 0xA9 || c == 0xAF)) || /* U+2000…200A, 2028, 2029, 202F */
                              (b == 0x81 && c == 0x9F) ? 3 : 0;         /* U+205F */
    default: return b == 0x80 && c == 0x80 ? 3 : 0;                     /* U+3000 */
    }
}

static void put_line_feed(struct html_writer *w, enum html_line_feed line_feed)
{
    if (line_feed == HTML_LF_LINE)
        html_put_line(w);
    else
        html_put_space(w, line_feed == HTML_LF_PLAIN && ++w->lines > 1 ? HTML_PARAGRAPH : HTML_BLANK);
}

static void put_source_space(struct html_writer *w, char c, enum html_line_feed line_feed)
{
    if (c == '\n' && line_feed != HTML_LF_BLANK)
        put_line_feed(w, line_feed);
    else
        html_put_space(w, c == '\t' && line_feed == HTML_LF_LINE ? HTML_TAB : HTML_BLANK);
}

/* Write the white space that waits: a character follows. */
static inline void flush_space(struct html_writer *w)
{
    static const char written[][2] = {"", " ", "\t", "\n", "\n\n"};
    if (w->space && w->out > w->begin) {
        const char *s = written[w->one_line ? HTML_BLANK : w->space];
        *w->out++ = s[0];
        if (s[1])
            *w->out++ = s[1];
    }
    w->space = HTML_NOTHING;
    w->lines = 0;
    if (w->cell == HTML_CELL_EMPTY)
        w->cell = HTML_CELL_FILLED;
}

void html_put_cell(struct html_writer *w, bool opens)
{
    if (w->cell == HTML_CELL_FILLED && w->space > HTML_TAB)
        w->space = HTML_TAB;
    html_put_space(w, HTML_TAB);
    w->cell = opens ? HTML_CELL_EMPTY : HTML_NO_CELL;
}

void html_put_row(struct html_writer *w)
{
    if (w->cell == HTML_CELL_FILLED && w->space > HTML_LINE)
        w->space = HTML_LINE;
    html_put_space(w, HTML_LINE);
    w->cell = HTML_NO_CELL;
}

void html_put_table(struct html_writer *w, bool opens)
{
    if (!opens)
        w->cell = HTML_NO_CELL;
    html_put_end(w, HTML_PARAGRAPH);
    w->cell = HTML_NO_CELL;
}

/* ---- Runs of what is simply copied: all but "<", "&" and white space, except for single blanks ---- */

/* What may stop a run: controls, blanks, "<", "&" and the first bytes of white space beyond ASCII. */
static const bool special[256] = {[0 ... ' '] = true, ['<'] = true, ['&'] = true, [0xC2] = true, [0xE1 ... 0xE3] = true};

static inline bool stops(const char *p, const char *end)
{
    if (!special[(unsigned char)*p])
        return false;
    return *p == '<' || *p == '&' || (*p == ' ' ? p[-1] == ' ' : space_length(p, end) > 0);
}

#ifdef __SSE2__
#define BOTH _mm_and_si128
#define EITHER _mm_or_si128

static inline __m128i is(__m128i bytes, int c)
{
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)c));
}

static inline __m128i at_most(__m128i bytes, int c)
{
    return _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8((char)c)), bytes);
}

static inline __m128i load(const char *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

/* Where white space beyond ASCII begins, as space_length has it, among sixteen bytes and the two behind them. */
static __m128i wide_space(const char *p)
{
    __m128i a = load(p), b = load(p + 1), c = load(p + 2);
    __m128i c2 = BOTH(is(a, 0xC2), EITHER(is(b, 0xA0), is(b, 0x85)));
    __m128i e1 = BOTH(is(a, 0xE1), BOTH(is(b, 0x9A), is(c, 0x80)));
    __m128i line_ends = EITHER(EITHER(is(c, 0xA8), is(c, 0xA9)), is(c, 0xAF));
    __m128i e280 = BOTH(is(b, 0x80), EITHER(BOTH(at_most(c, 0x8A), is(at_most(c, 0x7F), 0)), line_ends));
    __m128i e2 = BOTH(is(a, 0xE2), EITHER(e280, BOTH(is(b, 0x81), is(c, 0x9F))));
    __m128i e3 = BOTH(is(a, 0xE3), BOTH(is(b, 0x80), is(c, 0x80)));
    return EITHER(EITHER(c2, e1), EITHER(e2, e3));
}

/* Copy sixteen bytes at a time, as long as there are two behind them. */
static const char *copy_sixteens(struct html_writer *w, const char *p, const char *end, bool *stopped)
{
    unsigned blank_before = 0;
    while (end - p >= 18) {
        __m128i bytes = load(p), stop = EITHER(EITHER(is(bytes, '<'), is(bytes, '&')), at_most(bytes, 0x1F));
        unsigned blanks = (unsigned)_mm_movemask_epi8(is(bytes, ' '));
        if (_mm_movemask_epi8(bytes))
            stop = EITHER(stop, wide_space(p));
        unsigned stops_at = (unsigned)_mm_movemask_epi8(stop) | (blanks & (blanks << 1 | blank_before));
        _mm_storeu_si128((__m128i *)w->out, bytes);
        size_t n = stops_at ? (size_t)__builtin_ctz(stops_at) : 16;
        p += n;
        w->out += n;
        if ((*stopped = stops_at != 0))
            break;
        blank_before = blanks >> 15;
    }
    return p;
}
#endif

#define EACH(byte) (0x0101010101010101u * (byte))

/* 0x80 in each byte of the word that is c. */
static inline uint64_t equal(uint64_t word, unsigned char c)
{
    uint64_t other = word ^ EACH(c);
    return ~(((other & EACH(0x7Fu)) + EACH(0x7Fu)) | other | EACH(0x7Fu));
}

static inline bool may_stop(uint64_t word)
{
    uint64_t controls = ~(((word & EACH(0x7Fu)) + EACH(0x60u)) | word | EACH(0x7Fu));
    uint64_t wide = equal(word, 0xC2) | equal(word & EACH(0xFCu), 0xE0), blanks = equal(word, ' ');
    return (controls | wide | equal(word, '<') | equal(word, '&') | (blanks & blanks << 8)) != 0;
}

/* Copy eight bytes at a time. */
static const char *copy_eights(struct html_writer *w, const char *p, const char *end, bool *stopped)
{
    while (end - p >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        if (!may_stop(word) && !(*p == ' ' && p[-1] == ' ')) {
            memcpy(w->out, &word, 8);
            w->out += 8;
            p += 8;
            continue;
        }
        for (int i = 0; i < 8; i++) {
            if ((*stopped = stops(p, end)))
                return p;
            *w->out++ = *p++;
        }
    }
    return p;
}

/* The run at p, whose first character is no white space. Returns where it stopped. */
static const char *copy_run(struct html_writer *w, const char *p, const char *end)
{
    bool stopped = false;
    *w->out++ = *p++;
#ifdef __SSE2__
    p = copy_sixteens(w, p, end, &stopped);
#endif
    if (!stopped)
        p = copy_eights(w, p, end, &stopped);
    while (!stopped && p < end && !(stopped = stops(p, end)))
        *w->out++ = *p++;
    if (w->out[-1] == ' ') {
        w->out--;
        w->space = HTML_BLANK;
    }
    return p;
}

const char *html_put_text(struct html_writer *w, const char *p, const char *end, enum html_line_feed line_feed)
{
    while (p < end && *p != '<' && *p != '&') {
        size_t n = space_length(p, end);
        if (n == 0) {
            flush_space(w);
            p = copy_run(w, p, end);
        } else {
            put_source_space(w, *p, line_feed);
            p += n;
        }
    }
    return p;
}

void html_put_character(struct html_writer *w, const char *utf8, size_t n, enum html_line_feed line_feed)
{
    if (space_length(utf8, utf8 + n) == n) {
        put_source_space(w, *utf8, line_feed);
        return;
    }
    flush_space(w);
    for (size_t i = 0; i < n; i++)
        *w->out++ = utf8[i];
}
