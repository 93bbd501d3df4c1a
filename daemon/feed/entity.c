/* Names are looked up in a table that entities.py hashes beforehand; the five of XML, nearly all that occur, before that. */
#include "feed/entity.h"

#include "base/ascii.h"
#include "base/utf8.h"

#define ENTITY_SLOTS 4096u
#define BARE_SHORTEST 2u /* lt */
#define BARE_LONGEST 6u  /* Aacute */

static const struct named {
    const char *name;
    unsigned char length;
    bool may_stand_bare;
    unsigned char n;
    char utf8[ENTITY_UTF8];
} table[ENTITY_SLOTS] = {
#include "feed/entities.inc"
};

static const struct named *find(const char *name, size_t length)
{
    uint32_t hash = 0x811C9DC5u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)name[i]) * 0x01000193u;
    for (uint32_t slot = (hash ^ hash >> 16) % ENTITY_SLOTS; table[slot].name; slot = (slot + 1) % ENTITY_SLOTS)
        if (table[slot].length == length && memcmp(table[slot].name, name, length) == 0)
            return &table[slot];
    return NULL;
}

static bool is_name_char(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c);
}

/* ---- By number ---- */

uint32_t entity_codepoint(uint32_t number)
{
    static const uint16_t windows_1252[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    if (number >= 0x80 && number < 0xA0)
        return windows_1252[number - 0x80];
    if (number == 0 || number == 0xFFFE || number == 0xFFFF) /* no characters: XML 1.0, 2.2 */
        return UTF8_REPLACEMENT;
    return number < 0x20 && number != '\t' && number != '\n' && number != '\r' ? ' ' : number;
}

struct number {
    uint32_t value;
    size_t length; /* with its ";"; 0: it is none */
    bool closed;
};

/* "#1234;", "#x4D2;" */
static struct number number_at(const char *p, const char *end)
{
    const char *from = p++;
    bool hex = p < end && (*p | 0x20) == 'x';
    p += hex;
    const char *digits = p;
    struct number number = {0};
    if (end - from > ENTITY_MOST - 2)
        end = from + ENTITY_MOST - 2;
    for (int digit; p < end && (digit = ascii_hex(*p)) >= 0 && (hex || digit < 10); p++) {
        number.value = number.value > 0x110000 ? number.value : number.value * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (p == digits)
        return (struct number){0};
    number.closed = p < end && *p == ';';
    number.length = (size_t)(p - from) + number.closed;
    return number;
}

static bool is_half(struct number number, uint32_t from)
{
    return number.closed && number.length <= ENTITY_HALF - 1 && number.value >= from && number.value < from + 0x400;
}

size_t entity_first_half(struct sv text)
{
    for (size_t n = 7; n <= ENTITY_HALF && n <= text.n && text.p[text.n - 1] == ';'; n++) {
        const char *p = text.p + text.n - n, *end = text.p + text.n;
        if (p[0] == '&' && p[1] == '#')
            return is_half(number_at(p + 1, end), 0xD800) ? n : 0;
    }
    return 0;
}

/* A character that is given as the halves that UTF-16 makes of it is one all the same. */
static struct entity read_number(const char *p, const char *end)
{
    struct number number = number_at(p, end), second = {0};
    struct entity entity = {.numeric = true};
    if (number.length == 0)
        return entity;
    const char *next = p + number.length;
    if (is_half(number, 0xD800) && end - next > 2 && next[0] == '&' && next[1] == '#')
        second = number_at(next + 1, end);
    if (second.length && is_half(second, 0xDC00)) {
        number.value = 0x10000 + ((number.value - 0xD800) << 10) + (second.value - 0xDC00);
        number.length += 1 + second.length;
    }
    entity.closed = number.closed;
    entity.length = (unsigned char)number.length;
    entity.n = (unsigned char)utf8_encode(entity_codepoint(number.value), entity.utf8);
    return entity;
}

/* ---- By name ---- */

static struct entity entity_of(const struct named *named, size_t length, bool closed)
{
    struct entity entity = {.length = (unsigned char)(length + closed), .n = named->n, .closed = closed};
    memcpy(entity.utf8, named->utf8, ENTITY_UTF8);
    return entity;
}

static size_t name_length(const char *p, const char *end)
{
    size_t n = 0, most = (size_t)(end - p) < ENTITY_MOST - 1 ? (size_t)(end - p) : ENTITY_MOST - 1;
    while (n < most && is_name_char(p[n]))
        n++;
    return n;
}

static struct entity read_closed(const char *p, size_t n)
{
    static const struct entity less = {3, 1, true, false, "<"}, greater = {3, 1, true, false, ">"}, ampersand = {4, 1, true, false, "&"};
    if (n == 2 && p[1] == 't' && p[0] == 'l')
        return less;
    if (n == 2 && p[1] == 't' && p[0] == 'g')
        return greater;
    if (n == 3 && memcmp(p, "amp", 3) == 0)
        return ampersand;
    const struct named *named = find(p, n);
    return named ? entity_of(named, n, true) : (struct entity){0};
}

struct entity entity_read(const char *p, const char *end)
{
    struct entity entity = {0};
    if (p < end && *p == '#')
        return read_number(p, end);
    size_t n = name_length(p, end);
    if (p + n < end && p[n] == ';')
        entity = read_closed(p, n);
    if (entity.length || (p + n < end && p[n] == '='))
        return entity;
    for (size_t part = n < BARE_LONGEST ? n : BARE_LONGEST; part >= BARE_SHORTEST; part--) {
        const struct named *named = find(p, part);
        if (named && named->may_stand_bare)
            return entity_of(named, part, false);
    }
    return entity;
}

/* ---- In XML ---- */

static bool may_stand_bare_in_xml(struct sv name)
{
    return sv_eq(name, SV("amp")) || sv_eq(name, SV("lt")) || sv_eq(name, SV("gt")) || sv_eq(name, SV("quot")) || sv_eq(name, SV("nbsp"));
}

size_t entity_decode(struct sv text, struct buf *out)
{
    const char *p = text.p + 1, *end = text.p + text.n;
    size_t n = 0;
    struct entity entity = {0};
    if (p < end && *p == '#')
        entity = read_number(p, end);
    else if ((n = name_length(p, end)) > 0 && p + n < end && p[n] == ';')
        entity = read_closed(p, n);
    else if (may_stand_bare_in_xml((struct sv){p, n}) && !(p + n < end && p[n] == '='))
        entity = entity_read(p, end);
    if (entity.length == 0)
        return 0;
    buf_append(out, entity.utf8, entity.n);
    return 1 + (size_t)entity.length;
}
