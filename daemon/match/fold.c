#include "match/fold.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/utf8.h"

/* ---- What a character is ---- */

static bool in(uint32_t c, uint32_t from, uint32_t to)
{
    return c >= from && c <= to;
}

static bool is_invisible(uint32_t c)
{
    return c == 0xAD || c == 0x200D || c == 0x2060 || c == 0xFEFF || c == 0x200E || c == 0x200F || c == 0x61C || in(c, 0x202A, 0x202E) ||
           in(c, 0x2066, 0x2069) || in(c, 0xFE00, 0xFE0F) || in(c, 0xE0100, 0xE01EF);
}

static bool is_han(uint32_t c)
{
    return in(c, 0x4E00, 0x9FFF) || in(c, 0x3400, 0x4DBF) || c == 0x3005 || c == 0x3007 || in(c, 0x2E80, 0x2FDF) || in(c, 0x3021, 0x3029) ||
           in(c, 0x3038, 0x303B) || in(c, 0xF900, 0xFAFF) || in(c, 0x20000, 0x3FFFF);
}

/* Letters of the scripts written without blanks, where each character is a word. Whole blocks: what is no letter in them, a mark, a
 * digit, is what it is elsewhere. */
static bool is_alone(uint32_t c)
{
    return is_han(c) || in(c, 0x3041, 0x30FF) || in(c, 0x31F0, 0x31FF) || in(c, 0xFF66, 0xFF9D) ||    /* kana */
           in(c, 0xAC00, 0xD7A3) || in(c, 0x1100, 0x11FF) || in(c, 0x3131, 0x318E) || in(c, 0xA960, 0xA97F) ||
           in(c, 0xFFA0, 0xFFDC) ||                                                                    /* Hangul */
           in(c, 0xE00, 0xEFF) || in(c, 0x1780, 0x17FF) ||                                             /* Thai, Lao; Khmer */
           in(c, 0x1000, 0x109F) || in(c, 0xAA60, 0xAA7F) || in(c, 0xA9E0, 0xA9FF) ||                  /* Myanmar */
           in(c, 0x1B000, 0x1B16F);                                                                    /* old kana */
}

static enum char_class find_class(uint32_t c)
{
    if (is_invisible(c))
        return CHAR_DROP;
    if (char_is_apostrophe(c) || c == 0x2139) /* ℹ, a letter to Unicode's tables, is an emoji */
        return CHAR_BREAK;
    if (in(c, 0xFF9E, 0xFF9F) || in(c, 0x1160, 0x11FF) || in(c, 0xD7B0, 0xD7FB))
        return CHAR_MARK; /* halfwidth sound marks, and the vowels and finals of a decomposed Hangul syllable */
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
        return is_alone(c) ? CHAR_ALONE : CHAR_LETTER;
    case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NO:
        return CHAR_DIGIT;
    case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME:
        return CHAR_MARK;
    default:
        return CHAR_BREAK;
    }
}

bool char_is_upper(uint32_t c)
{
    return c < 0x80 ? in(c, 'A', 'Z') : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LU;
}

bool char_is_lower(uint32_t c)
{
    return c < 0x80 ? in(c, 'a', 'z') : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL && !in(c, 0x10D0, 0x10FF);
}

bool char_is_arabic(uint32_t c)
{
    return in(c, 0x620, 0x64A) || in(c, 0x66E, 0x6D5) || in(c, 0x6EE, 0x6FF) || in(c, 0x750, 0x77F) || in(c, 0x8A0, 0x8C7) || in(c, 0xFB50, 0xFDFB) || in(c, 0xFE70, 0xFEFC);
}

bool char_is_hebrew(uint32_t c)
{
    return in(c, 0x5D0, 0x5EA) || in(c, 0xFB1D, 0xFB4F);
}

bool char_is_greek(uint32_t c)
{
    return in(c, 0x370, 0x3FF) || in(c, 0x1F00, 0x1FFF);
}

bool char_is_cyrillic(uint32_t c)
{
    return in(c, 0x400, 0x52F) || in(c, 0x1C80, 0x1C88) || in(c, 0x2DE0, 0x2DFF) || in(c, 0xA640, 0xA69F);
}

bool char_is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0xFF07 || c == '`' || c == 0xB4 || c == 0x2032 || c == 0x2BC;
}

bool char_joins(uint32_t c)
{
    return c == '.' || c == 0x5F3 || c == 0x5F4 || c == '\'' || c == '"';
}

/* ---- Folding ---- */

static const struct {
    uint32_t from, to;
} han[] = {
#include "match/han.inc"
};

static uint32_t fold_han(uint32_t c)
{
    size_t low = 0, high = sizeof han / sizeof *han;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (han[middle].from == c)
            return han[middle].to;
        if (han[middle].from < c)
            low = middle + 1;
        else
            high = middle;
    }
    return c;
}

static bool is_alef(uint32_t c)
{
    return c == 0x627 || c == 0x671 || c == 0x672 || c == 0x673;
}

/* A mark that falls away behind every base. */
static bool is_pointing(uint32_t mark)
{
    return in(mark, 0x64B, 0x652) || in(mark, 0x656, 0x65F) || mark == 0x670 || in(mark, 0x6D6, 0x6ED) || in(mark, 0x610, 0x61A) ||
           in(mark, 0x8CA, 0x8FF) ||     /* tashkeel */
           in(mark, 0x591, 0x5C7);       /* niqqud */
}

/* Does a mark fall away behind this base? */
static bool drops_mark(uint32_t mark, uint32_t base)
{
    if (is_pointing(mark))
        return true;
    if (in(mark, 0x653, 0x655))
        return is_alef(base);
    if (char_is_cyrillic(base))
        return mark == 0x300 || mark == 0x301 || (mark == 0x308 && base == 0x435);
    if (in(mark, 0x300, 0x36F) || in(mark, 0x1AB0, 0x1AFF) || in(mark, 0x1DC0, 0x1DFF) || in(mark, 0x20D0, 0x20FF) || in(mark, 0xFE20, 0xFE2F))
        return base < 0x250 || char_is_greek(base) || in(base, 0x250, 0x2AF) || in(base, 0x1E00, 0x1EFF) || in(base, 0x2C60, 0x2C7F) ||
               in(base, 0xA720, 0xA7FF);
    return false;
}

/* One form for letters that are written in several ways. 0: dropped. */
static uint32_t fold_letter(uint32_t c)
{
    switch (c) {
    case 0x131: return 'i';
    case 0x142: return 'l';
    case 0xF8: return 'o';
    case 0x111: return 'd';
    case 0x127: return 'h';
    case 0x640: return 0;                              /* tatweel */
    case 0x671: case 0x672: case 0x673: return 0x627;  /* alef */
    case 0x649: case 0x6CC: case 0x6D2: return 0x64A;  /* yeh */
    case 0x6A9: case 0x6AA: return 0x643;              /* kaf */
    default: break;
    }
    if (in(c, 0x660, 0x669))
        return c - 0x660 + '0';
    if (in(c, 0x6F0, 0x6F9))
        return c - 0x6F0 + '0';
    return is_han(c) ? fold_han(c) : c;
}

static void put_decomposed(utf8proc_int32_t *chars, utf8proc_ssize_t n, struct buf *out)
{
    utf8proc_ssize_t kept = 0;
    uint32_t base = 0;
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        uint32_t c = (uint32_t)chars[i];
        bool mark = c >= 0x300 && find_class(c) == CHAR_MARK && !in(c, 0x1160, 0x11FF);
        if (mark && drops_mark(c, base))
            continue;
        if (!mark)
            base = c;
        c = fold_letter(c);
        if (c)
            chars[kept++] = (utf8proc_int32_t)c;
    }
    kept = utf8proc_normalize_utf32(chars, kept, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    for (utf8proc_ssize_t i = 0; i < kept; i++)
        buf_codepoint(out, (uint32_t)chars[i]);
}

/* Normalise `word` with utf8proc into characters; a stack buffer serves all but the monstrous. */
static utf8proc_ssize_t decompose(struct sv word, utf8proc_option_t options, utf8proc_int32_t **chars, utf8proc_int32_t *stack, size_t room)
{
    *chars = stack;
    utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)word.p, (utf8proc_ssize_t)word.n, stack, (utf8proc_ssize_t)room, options);
    if (n > (utf8proc_ssize_t)room) {
        *chars = xmalloc((size_t)n * sizeof **chars);
        n = utf8proc_decompose((const utf8proc_uint8_t *)word.p, (utf8proc_ssize_t)word.n, *chars, n, options);
    }
    return n < 0 ? 0 : n;
}

#define ROOM 256

static void fold_whole(struct sv word, struct buf *out)
{
    utf8proc_int32_t stack[ROOM], *chars;
    utf8proc_ssize_t n = decompose(word, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, &chars, stack, ROOM);
    put_decomposed(chars, n, out);
    if (chars != stack)
        free(chars);
}

/* An Indic vowel sign or virama, or one of South-East Asia's, that stays where it is written as a letter does: it is not put in order
 * with its neighbours and does not compose with the one before. Those that do are all there will be: Unicode promises it. */
static bool is_fixed(uint32_t mark)
{
    static const uint16_t composing[] = {0x9BE, 0x9D7, 0xB3E, 0xB56, 0xB57, 0xBBE, 0xBD7, 0xCC2, 0xCD5, 0xCD6, 0xD3E, 0xD57, 0xDCA, 0xDCF, 0xDDF, 0x102E};
    int order = utf8proc_get_property((utf8proc_int32_t)mark)->combining_class;
    for (size_t i = 0; i < sizeof composing / sizeof *composing; i++)
        if (mark == composing[i])
            return false;
    return (order == 0 || order == 9) && (in(mark, 0x900, 0xEFF) || in(mark, 0x1000, 0x109F) || in(mark, 0x1780, 0x17D3));
}

/* Is the folded form of a character the same in all company? What follows must not begin with a mark: it would find its place and
 * its base among those before it, compose or fall away. */
static bool stands_alone(uint32_t c, enum char_class class, struct sv folded)
{
    uint32_t first = 0;
    if (folded.n)
        utf8_decode(folded.p, folded.p + folded.n, &first);
    switch (class) {
    case CHAR_BREAK: return false;
    case CHAR_MARK: return folded.n ? first == c && is_fixed(c) : is_pointing(c);
    case CHAR_DROP: return folded.n == 0;
    default: return find_class(first) != CHAR_MARK;
    }
}

_Atomic uint32_t char_traits_known[CHAR_TRAITS_MOST];

uint32_t char_traits_find(uint32_t c)
{
    enum char_class class = find_class(c);
    uint32_t traits = TRAITS_KNOWN | (uint32_t)class << 26;
    if (c >= CHAR_TRAITS_MOST)
        return traits | TRAITS_COMPANY;
    char spelled[4];
    struct buf form = {0};
    fold_whole((struct sv){spelled, utf8_encode(c, spelled)}, &form);
    struct sv folded = form.n ? buf_view(&form) : SV("");
    if (folded.n > 3 || !stands_alone(c, class, folded))
        traits |= TRAITS_COMPANY;
    else
        for (size_t i = 0; i < folded.n; i++)
            traits = (traits + (1u << 24)) | (uint32_t)(unsigned char)folded.p[i] << 8 * i;
    buf_free(&form);
    atomic_store_explicit(&char_traits_known[c], traits, memory_order_relaxed);
    return traits;
}

void fold_word(struct sv word, struct buf *out)
{
    size_t before = out->n;
    buf_reserve(out, word.n + word.n / 2 + 4); /* two bytes may become three */
    char *to = out->p + before;
    for (const char *p = word.p, *end = word.p + word.n; p < end;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        uint32_t traits = char_traits(c);
        if (traits & TRAITS_COMPANY) {
            fold_whole(word, out);
            return;
        }
        to = traits_put(traits, to);
    }
    out->n = (size_t)(to - out->p);
}

static void put_composed(struct sv word, utf8proc_option_t options, struct buf *out)
{
    utf8proc_int32_t stack[ROOM], *chars;
    utf8proc_ssize_t n = decompose(word, options | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, &chars, stack, ROOM);
    n = utf8proc_normalize_utf32(chars, n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    for (utf8proc_ssize_t i = 0; i < n; i++)
        buf_codepoint(out, (uint32_t)chars[i]);
    if (chars != stack)
        free(chars);
}

/* Append the word without invisible characters; `joins`: without the signs that it was joined over, too. */
static void drop(struct sv word, bool joins, struct buf *out)
{
    for (const char *p = word.p, *end = word.p + word.n; p < end;) {
        uint32_t c;
        const char *at = p;
        p += utf8_decode(p, end, &c);
        if (char_class(c) != CHAR_DROP && c != 0x200C && !(joins && char_joins(c)))
            buf_append(out, at, (size_t)(p - at));
    }
}

void fold_exact(struct sv word, bool joined, struct buf *out)
{
    struct buf plain = {0};
    drop(word, joined, &plain);
    put_composed(plain.n ? buf_view(&plain) : SV(""), 0, out);
    buf_free(&plain);
}

void fold_case(struct sv word, struct buf *out)
{
    struct buf plain = {0};
    drop(word, true, &plain); /* a word has such signs only where it was joined over them */
    put_composed(plain.n ? buf_view(&plain) : SV(""), UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, out);
    buf_free(&plain);
}
