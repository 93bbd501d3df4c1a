/* Tokens to events. What may come next is one state, what is open a stack of brackets. */
#include "base/ascii.h"
#include "base/json_reader.h"
#include "base/utf8.h"

static const char *const faults[] = {
    [NO_COMMA] = "a comma is missing",
    [EXTRA_COMMA] = "a comma with nothing behind it",
    [NO_COLON] = "a colon is missing",
    [EXTRA_COLON] = "a colon that belongs to no name",
    [NO_VALUE] = "a name without a value",
    [STRAY_CLOSE] = "a bracket that closes nothing",
    [UNCLOSED] = "a bracket that is not closed",
    [BARE_KEY] = "a name without quotes",
    [BAD_WORD] = "a word that is no value",
    [BAD_CHARACTER] = "a character that begins no value",
    [MISPLACED] = "a value where a name should stand",
    [SINGLE_QUOTES] = "a text in single quotes",
    [CONTROL] = "a control character within a text",
    [BARE_QUOTE] = "a quotation mark within a text that has no backslash before it",
    [BAD_ESCAPE] = "a backslash before a character that takes none",
    [BAD_HEX] = "\\u without four hexadecimal digits",
    [NOT_UTF8] = "text that is not UTF-8",
    [COMMENT] = "a comment",
    [TRAILING] = "more behind its end",
    [TOO_LONG] = "a text longer than is allowed",
    [TOO_DEEP] = "nested deeper than is allowed",
};

/* ---- Faults ---- */

void json_report(struct json_reader *r, const char *what)
{
    buf_printf(&r->error, "line %zu: %s", r->line, what);
    r->stopped = true;
}

/* true: go on as if it were right. */
bool json_fault(struct json_reader *r, enum fault fault)
{
    bool lenient = r->handlers.fault;
    if (!lenient)
        json_report(r, faults[fault]);
    else if (!(r->told >> fault & 1) && !r->handlers.fault(r->context, r->line, faults[fault], fault >= TOO_LONG))
        r->stopped = true;
    r->told |= 1u << fault;
    return !r->stopped;
}

#define EMIT(r, name, ...)                                                                     \
    do {                                                                                       \
        if ((r)->handlers.name && !(r)->handlers.name((r)->context, ##__VA_ARGS__))            \
            (r)->stopped = true;                                                               \
    } while (0)

/* ---- Grammar ---- */

static bool in_object(const struct json_reader *r)
{
    return r->open.n && r->open.p[r->open.n - 1] == '{';
}

static void value_ended(struct json_reader *r)
{
    r->expected = r->open.n ? COMMA : NOTHING;
}

/* Whether a value may stand here, or may be taken as if it might. A key is none. */
static bool value_may_begin(struct json_reader *r)
{
    switch (r->expected) {
    case VALUE:
    case VALUE_OR_END: return true;
    case COLON: return json_fault(r, NO_COLON);
    case COMMA: return json_fault(r, NO_COMMA) && !in_object(r);
    case NOTHING: json_fault(r, TRAILING); return false;
    default: json_fault(r, MISPLACED); return false;
    }
}

bool json_name_is_next(const struct json_reader *r)
{
    return r->expected == KEY || r->expected == KEY_OR_END || (r->expected == COMMA && in_object(r));
}

static bool key_may_begin(struct json_reader *r)
{
    if (r->expected == COMMA && in_object(r))
        return json_fault(r, NO_COMMA);
    return r->expected == KEY || r->expected == KEY_OR_END;
}

void json_bracket_opens(struct json_reader *r, char bracket)
{
    if (r->skipping || !value_may_begin(r) || (r->limits.depth && r->open.n >= r->limits.depth && (json_fault(r, TOO_DEEP), true))) {
        r->skipping += r->expected != NOTHING;
        return;
    }
    buf_byte(&r->open, bracket);
    r->before = bracket;
    if (bracket == '{') {
        r->objects++;
        r->expected = KEY_OR_END;
        EMIT(r, object);
    } else {
        r->expected = VALUE_OR_END;
        EMIT(r, array);
    }
}

static void pop(struct json_reader *r)
{
    if (in_object(r)) {
        r->objects--;
        r->open.n--;
        EMIT(r, object_end);
    } else {
        r->open.n--;
        EMIT(r, array_end);
    }
    value_ended(r);
}

/* A bracket of the other kind is one too many when it follows its own kind ("]]" in an object); else ours was forgotten. */
static bool closes_by_force(struct json_reader *r, char bracket)
{
    size_t others = bracket == '}' ? r->objects : r->open.n - r->objects;
    if (r->before == bracket || others == 0) {
        json_fault(r, STRAY_CLOSE);
        return false;
    }
    if (!json_fault(r, UNCLOSED))
        return false;
    r->forcing = true;
    while (in_object(r) != (bracket == '}') && !r->stopped)
        pop(r);
    r->forcing = false;
    return !r->stopped;
}

void json_bracket_closes(struct json_reader *r, char bracket)
{
    if (r->skipping) {
        if (--r->skipping == 0)
            value_ended(r);
        return;
    }
    if (r->open.n == 0) {
        json_fault(r, r->expected == NOTHING ? TRAILING : STRAY_CLOSE);
        return;
    }
    if (in_object(r) != (bracket == '}')) {
        if (!closes_by_force(r, bracket))
            return;
    } else if (r->expected == COLON || (r->expected == VALUE && bracket == '}')) {
        json_fault(r, NO_VALUE);
    } else if (r->expected == KEY || r->expected == VALUE) {
        json_fault(r, EXTRA_COMMA);
    }
    r->before = bracket;
    if (!r->stopped)
        pop(r);
}

void json_comma(struct json_reader *r)
{
    if (r->skipping)
        return;
    if (r->expected == NOTHING)
        json_fault(r, TRAILING);
    else if (r->expected != COMMA)
        json_fault(r, r->expected == COLON || (r->expected == VALUE && in_object(r)) ? NO_VALUE : EXTRA_COMMA);
    if (!r->open.n)
        return;
    r->before = ',';
    r->expected = in_object(r) ? KEY : VALUE;
}

void json_colon(struct json_reader *r)
{
    if (r->skipping)
        return;
    if (r->expected == COLON)
        r->expected = VALUE;
    else
        json_fault(r, r->expected == NOTHING ? TRAILING : EXTRA_COLON);
}

/* ---- Strings and words ---- */

static struct sv valid(struct json_reader *r, struct sv v)
{
    if (r->most == 0)
        return SV("");
    if (v.n > r->most) {
        v = utf8_cut(v, r->most);
        json_fault(r, TOO_LONG);
    }
    if (utf8_valid_until(v) == v.n)
        return v;
    json_fault(r, NOT_UTF8);
    buf_recycle(&r->mended);
    for (const char *p = v.p, *end = v.p + v.n; p < end;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        buf_codepoint(&r->mended, c);
    }
    return utf8_cut(buf_view(&r->mended), r->most); /* a replacement is longer than what it replaces */
}

void json_string_ended(struct json_reader *r, struct sv v)
{
    if (r->skipping)
        return;
    v = valid(r, v);
    if (r->stopped)
        return;
    if (key_may_begin(r)) {
        r->expected = COLON;
        EMIT(r, key, v);
    } else if (!r->stopped && value_may_begin(r)) {
        value_ended(r);
        EMIT(r, string, v);
    }
}

static bool digits(struct sv *v)
{
    size_t n = 0;
    while (n < v->n && ascii_is_digit(v->p[n]))
        n++;
    *v = sv_from(*v, n);
    return n;
}

static bool is_number(struct sv v)
{
    if (v.n && v.p[0] == '-')
        v = sv_from(v, 1);
    bool zero = v.n && v.p[0] == '0';
    struct sv whole = v;
    if (!digits(&v) || (zero && whole.n - v.n > 1))
        return false;
    if (v.n && v.p[0] == '.') {
        v = sv_from(v, 1);
        if (!digits(&v))
            return false;
    }
    if (v.n && (v.p[0] == 'e' || v.p[0] == 'E')) {
        v = sv_from(v, 1);
        if (v.n && (v.p[0] == '+' || v.p[0] == '-'))
            v = sv_from(v, 1);
        return digits(&v) && !v.n;
    }
    return !v.n;
}

void json_word_ended(struct json_reader *r, struct sv v)
{
    if (r->skipping)
        return;
    if (r->expected == KEY || r->expected == KEY_OR_END) {
        if (json_fault(r, BARE_KEY) && (v = valid(r, v), !r->stopped)) {
            r->expected = COLON;
            EMIT(r, key, v);
        }
        return;
    }
    if (!value_may_begin(r))
        return;
    value_ended(r);
    if (sv_eq(v, SV("true")) || sv_eq(v, SV("false")))
        EMIT(r, boolean, v.p[0] == 't');
    else if (sv_eq(v, SV("null")))
        EMIT(r, null);
    else if (is_number(v))
        EMIT(r, number, v);
    else if (json_fault(r, BAD_WORD))
        EMIT(r, null); /* NaN, undefined, 007 */
}
