#include "feed/entity.h"

#include <stdlib.h>

static const struct entity {
    const char *name, *characters;
} entities[] = {
#include "feed/entities.inc"
};

/* The characters of a name (without "&" and ";"), or SV_NONE. */
static struct sv entity_named(struct sv name)
{
    size_t low = 0, high = sizeof entities / sizeof *entities;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = sv_cmp(name, sv_of(entities[middle].name));
        if (order == 0)
            return sv_of(entities[middle].characters);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return SV_NONE;
}

static uint32_t mended(uint32_t number)
{
    static const uint16_t windows_1252[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    if (number >= 0x80 && number < 0xA0)
        return windows_1252[number - 0x80];
    if (number == 0)
        return 0xFFFD;
    return number < 0x20 && number != '\t' && number != '\n' && number != '\r' ? ' ' : number;
}

/* "&#1234;", "&#x4D2;"; the semicolon may be missing. */
static size_t numeric(struct sv text, struct buf *out)
{
    bool hex = text.n > 2 && (text.p[2] == 'x' || text.p[2] == 'X');
    size_t i = hex ? 3 : 2, from = i;
    uint32_t number = 0;
    for (; i < text.n && i < ENTITY_MOST; i++) {
        char c = text.p[i], lower = (char)(c | 0x20);
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (hex && lower >= 'a' && lower <= 'f')
            digit = (uint32_t)(lower - 'a' + 10);
        else
            break;
        number = number > 0x110000 ? number : number * (hex ? 16 : 10) + digit;
    }
    if (i == from)
        return 0;
    buf_codepoint(out, mended(number));
    return i + (i < text.n && text.p[i] == ';');
}

/* Names that HTML has always read without their semicolon. */
static bool may_stand_bare(struct sv name)
{
    return sv_eq(name, SV("amp")) || sv_eq(name, SV("lt")) || sv_eq(name, SV("gt")) || sv_eq(name, SV("quot")) || sv_eq(name, SV("nbsp"));
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

size_t entity_decode(struct sv text, struct buf *out)
{
    if (text.n > 1 && text.p[1] == '#')
        return numeric(text, out);
    size_t n = 1;
    while (n < text.n && n < ENTITY_MOST && is_name_char(text.p[n]))
        n++;
    struct sv name = {text.p + 1, n - 1};
    bool closed = n < text.n && text.p[n] == ';';
    if (name.n == 0 || (!closed && (!may_stand_bare(name) || (n < text.n && text.p[n] == '='))))
        return 0;
    struct sv characters = entity_named(name);
    buf_sv(out, characters);
    return characters.p ? n + closed : 0;
}
