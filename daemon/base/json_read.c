/* Bytes to tokens, however they are cut. */
#include <stdlib.h>

#include "base/ascii.h"
#include "base/json_reader.h"
#include "base/utf8.h"

/* A little more than allowed is kept, so that it shows that there was more. */
static void keep(struct json_reader *r, const char *p, size_t n)
{
    size_t room = r->most >= r->token.n ? r->most - r->token.n : 0;
    bool more = n > room && r->most < SIZE_MAX;
    if (!r->skipping)
        buf_append(&r->token, p, more ? room + (r->token.n <= r->most) : n);
}

static void keep_codepoint(struct json_reader *r, uint32_t c)
{
    char utf8[4];
    keep(r, utf8, utf8_encode(c, utf8));
}

/* A high surrogate that nothing followed. */
static void give_up_high(struct json_reader *r)
{
    if (r->high)
        keep_codepoint(r, UTF8_REPLACEMENT);
    r->high = 0;
}

static void unit_ended(struct json_reader *r)
{
    uint32_t c = r->unit;
    r->lexeme = STRING;
    if (r->high && c >= 0xDC00 && c <= 0xDFFF) {
        c = 0x10000 + ((r->high - 0xD800) << 10) + (c - 0xDC00);
        r->high = 0;
    }
    give_up_high(r);
    if (c >= 0xD800 && c <= 0xDBFF)
        r->high = c;
    else if (c || !r->handlers.fault)
        keep_codepoint(r, c);
}

static const char *hex(struct json_reader *r, const char *p)
{
    int digit = ascii_hex(*p);
    if (digit < 0) {
        json_fault(r, BAD_HEX);
        r->unit = UTF8_REPLACEMENT;
        unit_ended(r);
        return p;
    }
    r->unit = r->unit << 4 | (uint32_t)digit;
    if (++r->digits == 4)
        unit_ended(r);
    return p + 1;
}

static const char *escape(struct json_reader *r, const char *p)
{
    static const char letters[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
    r->lexeme = STRING;
    if (*p == 'u') {
        r->lexeme = HEX;
        r->digits = 0, r->unit = 0;
        return p + 1;
    }
    give_up_high(r);
    const char *letter = *p ? strchr(letters, *p) : NULL;
    if (letter) {
        keep(r, &characters[letter - letters], 1);
        return p + 1;
    }
    json_fault(r, BAD_ESCAPE); /* it stands for itself */
    if (*p != r->quote)
        return p;
    keep(r, p, 1);
    return p + 1;
}

#define EACH(byte) (0x0101010101010101u * (unsigned char)(byte))

/* The high bit of each byte that is 0 (and perhaps of those above such a one). */
static uint64_t zeros(uint64_t eight)
{
    return (eight - EACH(1)) & ~eight & EACH(0x80);
}

/* Plain bytes of a string: to its quote, a backslash or a control character. Eight at a time while there is none. */
static const char *plain(const char *p, const char *end, char quote)
{
    for (uint64_t eight; end - p >= 8; p += 8) {
        memcpy(&eight, p, 8);
        uint64_t control = (eight - EACH(' ')) & ~eight & EACH(0x80);
        if (control | zeros(eight ^ EACH(quote)) | zeros(eight ^ EACH('\\')))
            break;
    }
    while (p < end && *p != quote && *p != '\\' && (unsigned char)*p >= ' ')
        p++;
    return p;
}

#define BLANK_MOST 256

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What may stand behind a string. Behind a quote that stands in a text because somebody forgot its backslash, it is a letter. */
static bool may_follow(char c)
{
    return strchr(",:}]{[\"'/", c);
}

enum { CLOSES, STANDS, UNKNOWN };

static int judge_quote(const struct json_reader *r, const char *behind, const char *end, size_t blanks)
{
    if (!r->handlers.fault || (r->expected != VALUE && r->expected != VALUE_OR_END))
        return CLOSES;
    for (; behind < end && is_blank(*behind); behind++)
        if (++blanks > BLANK_MOST)
            return CLOSES;
    return behind == end ? UNKNOWN : may_follow(*behind) ? CLOSES : STANDS;
}

static void quote_stands(struct json_reader *r)
{
    json_fault(r, BARE_QUOTE);
    r->lexeme = STRING;
    keep(r, &r->quote, 1);
}

static void quote_closes(struct json_reader *r)
{
    r->lexeme = BETWEEN;
    json_string_ended(r, buf_view(&r->token));
}

static const char *string(struct json_reader *r, const char *p, const char *end)
{
    const char *from = p;
    p = plain(p, end, r->quote);
    int judged = p < end && *p == r->quote ? judge_quote(r, p + 1, end, 0) : UNKNOWN;
    if (judged == CLOSES && r->token.n == 0 && !r->high) { /* the common case: nothing is copied */
        r->lexeme = BETWEEN;
        json_string_ended(r, sv_range(from, p));
        return p + 1;
    }
    if (p > from || (p < end && *p != '\\'))
        give_up_high(r);
    keep(r, from, (size_t)(p - from));
    if (p == end)
        return p;
    if (*p == '\\') {
        r->lexeme = ESCAPE;
    } else if (*p != r->quote) {
        json_fault(r, CONTROL);
        r->line += *p == '\n';
        if (*p)
            keep(r, p, 1);
    } else if (judged == CLOSES) {
        quote_closes(r);
    } else if (judged == STANDS) {
        quote_stands(r);
    } else {
        r->lexeme = QUOTE;
        buf_clear(&r->blank);
    }
    return p + 1;
}

static const char *between(struct json_reader *r, const char *p);

/* Behind a quote at the end of a piece: the white space is kept, since it may be the text's. */
static const char *quote(struct json_reader *r, const char *p, const char *end)
{
    while (p < end && is_blank(*p) && r->blank.n <= BLANK_MOST)
        buf_byte(&r->blank, *p++);
    int judged = judge_quote(r, p, end, r->blank.n);
    if (judged == UNKNOWN)
        return p;
    (judged == STANDS ? quote_stands : quote_closes)(r);
    for (const char *blank = r->blank.p, *blank_end = blank + r->blank.n; blank < blank_end && !r->stopped;)
        blank = judged == STANDS ? string(r, blank, blank_end) : between(r, blank);
    return p;
}

static bool ends_word(char c)
{
    return (unsigned char)c <= ' ' || strchr("{}[]:,\"'/", c);
}

static const char *word(struct json_reader *r, const char *p, const char *end)
{
    const char *from = p;
    while (p < end && !ends_word(*p))
        p++;
    keep(r, from, (size_t)(p - from));
    if (p < end) {
        r->lexeme = BETWEEN;
        json_word_ended(r, buf_view(&r->token));
    }
    return p;
}

static const char *comment(struct json_reader *r, const char *p, const char *end)
{
    for (; p < end && r->lexeme != BETWEEN; p++) {
        if (r->lexeme == LINE_COMMENT ? *p == '\n' : r->lexeme == BLOCK_STAR && *p == '/')
            r->lexeme = BETWEEN;
        else if (r->lexeme != LINE_COMMENT)
            r->lexeme = *p == '*' ? BLOCK_STAR : BLOCK_COMMENT;
        r->line += *p == '\n';
    }
    return p;
}

static const char *slash(struct json_reader *r, const char *p)
{
    if (*p != '/' && *p != '*') {
        json_fault(r, BAD_CHARACTER);
        r->lexeme = BETWEEN;
        return p;
    }
    json_fault(r, COMMENT);
    r->lexeme = *p == '/' ? LINE_COMMENT : BLOCK_COMMENT;
    return p + 1;
}

static void begin(struct json_reader *r, enum lexeme lexeme)
{
    bool word = lexeme == WORD || json_name_is_next(r);
    size_t most = word ? r->limits.word : r->limits.text;
    r->lexeme = lexeme;
    r->most = !word && r->unwanted ? 0 : most ? most : SIZE_MAX;
    buf_recycle(&r->token);
}

static const char *between(struct json_reader *r, const char *p)
{
    switch (*p) {
    case '\n': r->line++; break;
    case ' ': case '\t': case '\r': break;
    case '{': case '[': json_bracket_opens(r, *p); break;
    case '}': case ']': json_bracket_closes(r, *p); break;
    case ',': json_comma(r); break;
    case ':': json_colon(r); break;
    case '\'': json_fault(r, SINGLE_QUOTES); /* fall through */
    case '"': r->quote = *p; begin(r, STRING); break;
    case '/': begin(r, SLASH); break;
    default:
        if ((unsigned char)*p < ' ') {
            json_fault(r, BAD_CHARACTER);
            break;
        }
        begin(r, WORD);
        return p;
    }
    return p + 1;
}

/* ---- The whole ---- */

struct json_reader *json_reader_new(const struct json_handlers *handlers, void *context, const struct json_limits *limits)
{
    struct json_reader *r = xcalloc(1, sizeof *r);
    r->handlers = *handlers;
    r->context = context;
    if (limits)
        r->limits = *limits;
    r->line = 1;
    return r;
}

void json_reader_text_most(struct json_reader *r, size_t most)
{
    r->unwanted = most == 0;
    r->limits.text = most;
}

bool json_reader_feed(struct json_reader *r, struct sv bytes)
{
    for (const char *p = bytes.p, *end = p + bytes.n; p < end && !r->stopped;) {
        switch (r->lexeme) {
        case BETWEEN: p = between(r, p); break;
        case STRING: p = string(r, p, end); break;
        case QUOTE: p = quote(r, p, end); break;
        case ESCAPE: p = escape(r, p); break;
        case HEX: p = hex(r, p); break;
        case WORD: p = word(r, p, end); break;
        case SLASH: p = slash(r, p); break;
        default: p = comment(r, p, end); break;
        }
    }
    return !r->stopped;
}

bool json_reader_end(struct json_reader *r)
{
    if (!r->stopped && r->lexeme == QUOTE)
        quote_closes(r);
    if (!r->stopped && r->lexeme == WORD) {
        r->lexeme = BETWEEN;
        json_word_ended(r, buf_view(&r->token));
    }
    if (!r->stopped && (r->expected != NOTHING || r->lexeme != BETWEEN))
        json_report(r, "it ends too early");
    return !r->stopped;
}

const char *json_reader_error(const struct json_reader *r)
{
    return r->error.n ? buf_cstr((struct buf *)&r->error) : NULL;
}

size_t json_reader_line(const struct json_reader *r)
{
    return r->line;
}

bool json_reader_forces(const struct json_reader *r)
{
    return r->forcing;
}

void json_reader_free(struct json_reader **reader)
{
    struct json_reader *r = *reader;
    if (!r)
        return;
    buf_free(&r->open);
    buf_free(&r->token);
    buf_free(&r->blank);
    buf_free(&r->mended);
    buf_free(&r->error);
    free(r);
    *reader = NULL;
}
