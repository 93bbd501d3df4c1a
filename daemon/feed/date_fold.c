#include "feed/date_fold.h"

/* What stands for U+00C0 to U+00FF and U+0100 to U+017F. */
static const char latin_1[] = "aaaaaaaceeeeiiiidnooooo,ouuuuytsaaaaaaaceeeeiiiidnooooo,ouuuuyty";
static const char latin_a[] = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
_Static_assert(sizeof latin_1 == 0x40 + 1 && sizeof latin_a == 0x80 + 1, "a letter for each");

struct pair {
    uint16_t from, to;
};

static uint32_t paired(const struct pair *pairs, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (pairs[i].from == c)
            return pairs[i].to;
    return c;
}
#define PAIRED(pairs, c) paired(pairs, sizeof pairs / sizeof *pairs, c)

static uint32_t fold_greek(uint32_t c)
{
    static const struct pair accents[] = {{0x386, 0x3B1}, {0x388, 0x3B5}, {0x389, 0x3B7}, {0x38A, 0x3B9}, {0x38C, 0x3BF}, {0x38E, 0x3C5}, {0x38F, 0x3C9},
                                          {0x390, 0x3B9}, {0x3AA, 0x3B9}, {0x3AB, 0x3C5}, {0x3AC, 0x3B1}, {0x3AD, 0x3B5}, {0x3AE, 0x3B7}, {0x3AF, 0x3B9},
                                          {0x3B0, 0x3C5}, {0x3C2, 0x3C3}, {0x3CA, 0x3B9}, {0x3CB, 0x3C5}, {0x3CC, 0x3BF}, {0x3CD, 0x3C5}, {0x3CE, 0x3C9}};
    uint32_t folded = PAIRED(accents, c);
    return folded >= 0x391 && folded <= 0x3A9 ? folded + 0x20 : folded;
}

static uint32_t fold_cyrillic(uint32_t c)
{
    static const struct pair marks[] = {{0x450, 0x435}, {0x451, 0x435}, {0x439, 0x438}, {0x45D, 0x438}, {0x457, 0x456}, {0x45E, 0x443}};
    c = c < 0x410 ? c + 0x50 : c < 0x430 ? c + 0x20 : c;
    return PAIRED(marks, c);
}

static uint32_t fold_arabic(uint32_t c)
{
    static const struct pair variants[] = {{0x622, 0x627}, {0x623, 0x627}, {0x625, 0x627}, {0x624, 0x648}, {0x626, 0x64A},
                                           {0x629, 0x647}, {0x649, 0x64A}, {0x6CC, 0x64A}, {0x6A9, 0x643}, {0x6C1, 0x647}};
    return PAIRED(variants, c);
}

static uint32_t fold_letter(uint32_t c)
{
    static const struct pair others[] = {{0x1A0, 'o'}, {0x1A1, 'o'}, {0x1AF, 'u'}, {0x1B0, 'u'}, {0x218, 's'}, {0x219, 's'}, {0x21A, 't'}, {0x21B, 't'}};
    if (c < 0xC0)
        return c;
    if (c < 0x180)
        return (unsigned char)(c < 0x100 ? latin_1[c - 0xC0] : latin_a[c - 0x100]);
    if (c < 0x370)
        return PAIRED(others, c);
    if (c < 0x460)
        return c < 0x400 ? fold_greek(c) : fold_cyrillic(c);
    if (c >= 0x1E00 && c < 0x1F00)
        return c | 1; /* Vietnamese: only the case goes, so that "thứ" is not "Thu" */
    return c >= 0x620 && c < 0x700 ? fold_arabic(c) : c;
}

static bool is_dropped(uint32_t c)
{
    static const struct pair ranges[] = {{0x300, 0x36F},   {0x591, 0x5C7},   {0x610, 0x61A},   {0x61C, 0x61C},   {0x640, 0x640},   {0x64B, 0x65F},
                                         {0x670, 0x670},   {0x200B, 0x200F}, {0x2018, 0x2019}, {0x202A, 0x202E}, {0x2060, 0x2064}, {0x2066, 0x2069},
                                         {0x2BC, 0x2BC},   {0x5F3, 0x5F4},   {0xFEFF, 0xFEFF}, {0xAA, 0xAA},     {0xAD, 0xAD},     {0xB0, 0xB0},
                                         {0xB4, 0xB4},     {0xBA, 0xBA}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

/* The sign of ASCII that is meant, or 0. */
static uint32_t sign_of(uint32_t c)
{
    static const struct pair signs[] = {{0x2212, '-'}, {0xFE63, '-'}, {0x2236, ':'}, {0xB7, ','},    {0x2022, ','}, {0x30FB, ','}, {0x3001, ','},
                                        {0x3002, '.'}, {0x60C, ','},  {0x66B, '.'},  {0x201C, '"'},  {0x201D, '"'}, {0xAB, '"'},   {0xBB, '"'},
                                        {0x970, '.'}, /* Devanagari's sign of abbreviation */ {0x3010, '['}, {0x3011, ']'}, {0xFFFD, '?'}};
    if (c < 0x80)
        return c;
    if (c >= 0x2010 && c <= 0x2015)
        return '-';
    uint32_t sign = PAIRED(signs, c);
    return sign == c ? 0 : sign;
}

static bool is_blank(uint32_t c)
{
    return c <= ' ' || c == 0x7F || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

static bool is_digit(uint32_t c, uint32_t *value)
{
    static const uint16_t zeros[] = {'0', 0x660, 0x6F0, 0x966, 0x9E6, 0xE50}; /* Arabic, Persian, Devanagari, Bengali, Thai */
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
        if (c >= zeros[i] && c < zeros[i] + 10u)
            return *value = c - zeros[i], true;
    return false;
}

enum char_kind date_fold(uint32_t c, uint32_t *folded)
{
    if (c >= 0xFF01 && c <= 0xFF5E) /* the wide forms of ASCII */
        c -= 0xFEE0;
    if (c >= 'A' && c <= 'Z')
        c += 'a' - 'A';
    *folded = c;
    if (c >= 'a' && c <= 'z')
        return CHAR_LETTER;
    if (is_digit(c, folded))
        return CHAR_DIGIT;
    if (is_blank(c))
        return CHAR_BLANK;
    if (c == '\'' || c == '`' || (c >= 0x80 && is_dropped(c)))
        return CHAR_DROPPED;
    if ((*folded = sign_of(c)) != 0)
        return CHAR_SIGN;
    *folded = fold_letter(c);
    return CHAR_LETTER;
}

bool date_is_ideograph(uint32_t c)
{
    return (c >= 0x3040 && c < 0xA000) || (c >= 0xAC00 && c < 0xD7A4) || (c >= 0xF900 && c < 0xFB00) || c == 0x3007;
}
