/* Any charset to UTF-8. Charsets of single bytes become a table of iconv's; UTF-16, UTF-32 and ISO-2022-JP are our own, since
 * iconv goes on in the wrong place behind a mistake, or knows less than what is served under the name. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "feed/encoding.h"

#define PIECE 65536 /* decoded at a time */
#define REPAIR 1024 /* of UTF-8 with something wrong: behind it views can be passed on again */

struct single {
    char utf8[4];
    unsigned char length;
};

/* ---- Opening ---- */

static const char *name_for_iconv(const char *name)
{
    static const char *const others[][2] = {
        {"big5", "BIG5-HKSCS"},    {"euc-jp", "EUC-JP-MS"},       {"iso-2022-jp", "EUC-JP-MS"},  {"shift_jis", "CP932"},          {"euc-kr", "UHC"},
        {"windows-874", "CP874"},  {"x-mac-cyrillic", "MAC-UK"},  {"macintosh", "MACINTOSH"},    {"iso-8859-8-i", "ISO-8859-8"},  {"iso-2022-cn", "ISO-2022-CN-EXT"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(name, others[i][0]) == 0)
            return others[i][1];
    return name;
}

/* Where the standard differs from glibc. */
static uint32_t standard_single(const char *name, unsigned byte)
{
    static const struct {
        const char *name;
        unsigned char byte;
        uint32_t codepoint;
    } differences[] = {
        {"koi8-u", 0xAE, 0x045E}, {"koi8-u", 0xBE, 0x040E}, {"x-mac-cyrillic", 0xFF, 0x20AC}, {"macintosh", 0xC6, 0x2206}, {"macintosh", 0xF0, 0xF8FF},
    };
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
        if (differences[i].byte == byte && strcmp(differences[i].name, name) == 0)
            return differences[i].codepoint;
    return strcmp(name, "x-user-defined") == 0 ? 0xF700 + byte : 0;
}

static void set_single(struct single *s, uint32_t codepoint)
{
    s->length = (unsigned char)utf8_encode(codepoint, s->utf8);
}

/* One byte on its own; false when it begins something longer, or means more than one character. */
static bool convert_single(iconv_t converter, unsigned byte, struct single *s)
{
    char in = (char)byte, *from = &in, out[16], *to = out;
    size_t left = 1, room = sizeof out;
    iconv(converter, NULL, NULL, NULL, NULL);
    bool wrong = iconv(converter, &from, &left, &to, &room) == (size_t)-1;
    if (wrong && errno == EINVAL)
        return false;
    if (!wrong)
        iconv(converter, NULL, NULL, &to, &room); /* a letter that could take an accent waits for it */
    s->length = (unsigned char)(to - out);
    if (s->length > sizeof s->utf8)
        return false;
    memcpy(s->utf8, out, s->length);
    return true;
}

/* false: no charset of single bytes. */
static bool fill_table(struct decoder *d)
{
    unsigned known = 0;
    d->table = xcalloc(256, sizeof *d->table);
    for (unsigned byte = 0; byte < 256; byte++) {
        struct single *s = &d->table[byte];
        uint32_t codepoint = byte < 0x80 ? byte : standard_single(d->name, byte);
        if (codepoint) {
            set_single(s, codepoint);
        } else if (d->converter != (iconv_t)-1 && byte >= 0x80 && !convert_single(d->converter, byte, s)) {
            return false; /* what is allocated goes at the close */
        }
        known += byte >= 0x80 && s->length;
        if (!s->length) /* the C1 controls, in the standard too; 0 for NUL */
            set_single(s, byte == 0 || (byte >= 0x80 && byte < 0xA0) ? byte : UTF8_REPLACEMENT);
    }
    return known;
}

bool decoder_open(struct decoder *d, const char *name)
{
    *d = (struct decoder){.converter = (iconv_t)-1};
    snprintf(d->name, sizeof d->name, "%s", name);
    if (strcmp(name, "utf-8") == 0) {
        d->kind = DECODER_UTF8;
    } else if (strncmp(name, "utf-16", 6) == 0 || strncmp(name, "utf-32", 6) == 0) {
        d->kind = DECODER_WIDE;
        d->width = name[4] == '1' ? 2 : 4;
        d->big = name[6] == 'b';
    } else {
        bool own = strcmp(name, "x-user-defined") == 0;
        if (!own && (d->converter = iconv_open("UTF-8", name_for_iconv(name))) == (iconv_t)-1)
            return false;
        d->kind = strcmp(name, "iso-2022-jp") == 0 ? DECODER_JIS : DECODER_ICONV;
        if (!encoding_is_seven_bit(name) && fill_table(d))
            d->kind = DECODER_TABLE;
    }
    return true;
}

void decoder_close(struct decoder *d)
{
    if (d->kind != DECODER_CLOSED && d->converter != (iconv_t)-1)
        iconv_close(d->converter);
    free(d->table);
    *d = (struct decoder){0};
}

/* ---- Decoding: each takes what is whole of `in` and returns how much that was ---- */

static void wrong(struct decoder *d, struct buf *out)
{
    buf_codepoint(out, UTF8_REPLACEMENT);
    d->wrong++;
}

static size_t decode_utf8(struct decoder *d, struct sv in, bool last, struct buf *out)
{
    struct sv rest = in;
    while (rest.n) {
        size_t good = utf8_valid_until(rest);
        buf_append(out, rest.p, good);
        rest = sv_from(rest, good);
        if (rest.n == 0)
            break;
        uint32_t codepoint;
        size_t n = utf8_decode(rest.p, rest.p + rest.n, &codepoint);
        if (n == rest.n && !last && (unsigned char)rest.p[0] >= 0xC2 && (unsigned char)rest.p[0] <= 0xF4)
            break; /* it may go on */
        wrong(d, out);
        rest = sv_from(rest, n);
    }
    return in.n - rest.n;
}

static uint32_t unit_at(const struct decoder *d, const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    if (d->width == 2)
        return d->big ? (uint32_t)u[0] << 8 | u[1] : (uint32_t)u[1] << 8 | u[0];
    return d->big ? (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3]
                  : (uint32_t)u[3] << 24 | (uint32_t)u[2] << 16 | (uint32_t)u[1] << 8 | u[0];
}

static size_t decode_wide(struct decoder *d, struct sv in, bool last, struct buf *out)
{
    size_t at = 0;
    buf_reserve(out, 4 * (in.n / d->width + 1));
    for (; in.n - at >= d->width; at += d->width) {
        uint32_t c = unit_at(d, in.p + at);
        if (d->width == 2 && c >= 0xD800 && c <= 0xDBFF) {
            if (in.n - at < 4 && !last)
                return at;
            uint32_t low = in.n - at < 4 ? 0 : unit_at(d, in.p + at + 2);
            if (low >= 0xDC00 && low <= 0xDFFF) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                at += 2;
            }
        }
        d->wrong += c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF);
        out->n += utf8_encode(c, out->p + out->n); /* U+FFFD for what is no character */
    }
    if (last && at < in.n) {
        wrong(d, out);
        at = in.n;
    }
    return at;
}

static size_t decode_table(struct decoder *d, struct sv in, struct buf *out)
{
    buf_reserve(out, 4 * in.n);
    char *to = out->p + out->n;
    for (size_t i = 0; i < in.n; i++) {
        const struct single *s = &d->table[(unsigned char)in.p[i]];
        memcpy(to, s->utf8, 4);
        to += s->length;
    }
    out->n = (size_t)(to - out->p);
    return in.n;
}

/* Into `out` what iconv can; returns errno or 0. */
static int convert(struct decoder *d, char **in, size_t *left, struct buf *out)
{
    for (;;) {
        buf_reserve(out, *left + 16);
        char *to = out->p + out->n;
        size_t room = out->capacity - out->n;
        size_t result = iconv(d->converter, in, left, &to, &room);
        int problem = result == (size_t)-1 ? errno : 0;
        out->n = (size_t)(to - out->p);
        if (problem != E2BIG)
            return problem;
    }
}

/* Sequences that the standard has and glibc has not. */
static size_t standard_sequence(const struct decoder *d, struct sv in, struct buf *out)
{
    static const struct {
        const char *name;
        struct sv bytes;
        uint32_t codepoint;
    } sequences[] = {{"gb18030", {"\x80", 1}, 0x20AC}, {"big5", {"\xA3\xE1", 2}, 0x20AC}, {"shift_jis", {"\x80", 1}, 0x80}};
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        if (strcmp(d->name, sequences[i].name) == 0 && sv_starts(in, sequences[i].bytes)) {
            buf_codepoint(out, sequences[i].codepoint);
            return sequences[i].bytes.n;
        }
    return 0;
}

/* How long the sequence is that is wrong at `in`: as long as its beginning could have been right, without the ASCII in it. */
static size_t wrong_length(struct decoder *d, struct sv in, struct buf *out)
{
    size_t seen = 1;
    for (; seen < in.n; seen++) {
        char *from = (char *)in.p;
        size_t left = seen;
        if (convert(d, &from, &left, out) != EINVAL)
            break;
    }
    size_t n = 1;
    while (n < seen && (unsigned char)in.p[n] >= 0x80)
        n++;
    return n;
}

/* A letter that waited for its accent (Big5-HKSCS). */
static void flush(struct decoder *d, struct buf *out)
{
    buf_reserve(out, 16);
    char *to = out->p + out->n;
    size_t room = out->capacity - out->n;
    iconv(d->converter, NULL, NULL, &to, &room);
    out->n = (size_t)(to - out->p);
}

static size_t decode_iconv(struct decoder *d, struct sv in, bool last, struct buf *out)
{
    char *p = (char *)in.p;
    size_t left = in.n;
    while (left) {
        int problem = convert(d, &p, &left, out);
        if (!problem || (problem == EINVAL && !last))
            break;
        struct sv rest = {p, left};
        size_t n = standard_sequence(d, rest, out);
        if (!n) {
            n = wrong_length(d, rest, out);
            wrong(d, out);
        }
        p += n, left -= n;
    }
    if (last && !left && !d->flushed) {
        flush(d, out);
        d->flushed = true;
    }
    return in.n - left;
}

/* ---- ISO-2022-JP (RFC 1468): EUC-JP's sets, switched by escape sequences ---- */

enum { ASCII, ROMAN, KATAKANA, JIS_0208, JIS_0212 };

static size_t escape_length(struct decoder *d, struct sv in)
{
    static const struct {
        struct sv sequence;
        unsigned char set;
    } escapes[] = {{{"\x1B(B", 3}, ASCII},   {{"\x1B(J", 3}, ROMAN},    {{"\x1B(I", 3}, KATAKANA},
                   {{"\x1B$@", 3}, JIS_0208}, {{"\x1B$B", 3}, JIS_0208}, {{"\x1B$(D", 4}, JIS_0212}};
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (sv_starts(in, escapes[i].sequence)) {
            d->set = escapes[i].set;
            return escapes[i].sequence.n;
        }
    return 0;
}

static bool is_jis(char c)
{
    return c >= 0x21 && c <= 0x7E;
}

static void put_jis(struct decoder *d, char c, struct buf *out)
{
    if ((unsigned char)c >= 0x80 || (d->set == KATAKANA && c > 0x5F))
        wrong(d, out);
    else if (d->set == KATAKANA && is_jis(c))
        buf_codepoint(out, 0xFF61 + (uint32_t)(c - 0x21));
    else if (d->set == ROMAN && (c == '\\' || c == '~'))
        buf_codepoint(out, c == '~' ? 0x203E : 0xA5);
    else
        buf_byte(out, c);
}

/* Pairs of a double-byte set, as EUC-JP. */
static size_t put_pairs(struct decoder *d, struct sv in, struct buf *out)
{
    char euc[192];
    size_t n = 0, at = 0;
    while (in.n - at >= 2 && is_jis(in.p[at]) && is_jis(in.p[at + 1]) && n + 3 <= sizeof euc) {
        if (d->set == JIS_0212)
            euc[n++] = (char)0x8F;
        euc[n++] = (char)(in.p[at++] | 0x80);
        euc[n++] = (char)(in.p[at++] | 0x80);
    }
    d->flushed = true; /* EUC-JP has no state to flush */
    decode_iconv(d, (struct sv){euc, n}, true, out);
    return at;
}

static size_t decode_jis(struct decoder *d, struct sv in, bool last, struct buf *out)
{
    struct sv rest = in;
    while (rest.n) {
        size_t n = 1;
        if (rest.p[0] == '\x1B') {
            if (rest.n < 4 && !last && !(n = escape_length(d, rest)))
                break;
            n = escape_length(d, rest);
            if (!n)
                wrong(d, out), n = 1;
        } else if (d->set < JIS_0208 || !is_jis(rest.p[0])) {
            put_jis(d, rest.p[0], out);
        } else if (rest.n == 1 && !last) {
            break;
        } else if (!(n = put_pairs(d, rest, out))) {
            wrong(d, out), n = 1;
        }
        rest = sv_from(rest, n);
    }
    return in.n - rest.n;
}

/* ---- The whole ---- */

static size_t decode(struct decoder *d, struct sv in, bool last, struct buf *out)
{
    switch (d->kind) {
    case DECODER_UTF8: return decode_utf8(d, in, last, out);
    case DECODER_WIDE: return decode_wide(d, in, last, out);
    case DECODER_TABLE: return decode_table(d, in, out);
    case DECODER_JIS: return decode_jis(d, in, last, out);
    default: return decode_iconv(d, in, last, out);
    }
}

/* The character that began in the bytes before these. */
static void finish_tail(struct decoder *d, struct sv *bytes, bool last, struct buf *out)
{
    char joined[sizeof d->tail + 8];
    size_t tail = d->tail_length, more = sv_head(*bytes, 8).n;
    memcpy(joined, d->tail, tail);
    memcpy(joined + tail, bytes->p, more);
    size_t used = decode(d, (struct sv){joined, tail + more}, last && more == bytes->n, out);
    if (used >= tail) {
        *bytes = sv_from(*bytes, used - tail);
        d->tail_length = 0;
        return;
    }
    *bytes = sv_from(*bytes, more);
    d->tail_length = tail + more - used;
    memcpy(d->tail, joined + used, d->tail_length);
}

struct sv decoder_next(struct decoder *d, struct sv *bytes, bool last, struct buf *out)
{
    buf_clear(out);
    while (out->n == 0 && (bytes->n || (last && d->tail_length))) {
        if (d->tail_length) {
            finish_tail(d, bytes, last, out);
            continue;
        }
        struct sv piece = sv_head(*bytes, PIECE);
        size_t used = d->kind == DECODER_UTF8 ? utf8_valid_until(piece) : 0;
        if (used) {
            *bytes = sv_from(*bytes, used);
            return sv_head(piece, used);
        }
        if (d->kind == DECODER_UTF8)
            piece = sv_head(piece, REPAIR);
        bool whole = piece.n == bytes->n;
        used = decode(d, piece, last && whole, out);
        if (whole && used < piece.n) {
            d->tail_length = piece.n - used;
            memcpy(d->tail, piece.p + used, d->tail_length);
            used = piece.n;
        }
        *bytes = sv_from(*bytes, used);
    }
    if (last && bytes->n == 0 && d->kind == DECODER_ICONV && !d->flushed) {
        flush(d, out);
        d->flushed = true;
    }
    return buf_view(out);
}
