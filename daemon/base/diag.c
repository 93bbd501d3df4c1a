#include "base/diag.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"

#define SHOWN_BYTES 110   /* of a source line, around the span */
#define MESSAGE_BYTES 400 /* of a message, which may quote a word of any length */

/* ---- Keeping ---- */

/* Only the line that is shown is kept, so that a diagnostic outlives its source: a copy of it, and where it stood. */
struct excerpt {
    struct source source; /* name and the piece of text */
    size_t line, column;
    bool cut_before, cut_after;
};

static struct sv line_around(struct span s)
{
    const char *text = s.source->text.p, *end = text + s.source->text.n;
    const char *from = text + s.start, *to = text + s.start;
    while (from > text && from[-1] != '\n')
        from--;
    while (to < end && *to != '\n')
        to++;
    if (to > from && to[-1] == '\r')
        to--;
    return sv_range(from, to);
}

/* Back to where the character at p begins; of bytes that make no character no further than one could reach. */
static const char *character_start(const char *p, const char *from)
{
    for (int i = 0; i < 3 && p > from && ((unsigned char)*p & 0xC0) == 0x80; i++)
        p--;
    return p;
}

void diag_place(struct span s, size_t *line, size_t *column)
{
    *line = *column = 1;
    if (!s.source)
        return;
    const char *p = s.source->text.p, *at = p + s.start;
    for (const char *feed; p && (feed = memchr(p, '\n', (size_t)(at - p))); p = feed + 1)
        ++*line;
    for (; p < at; p++)
        *column += ((unsigned char)*p & 0xC0) != 0x80;
}

static struct span keep(struct diags *d, struct span s)
{
    if (!s.source || s.start > s.source->text.n)
        return (struct span){0};
    struct excerpt *e = arena_zalloc(&d->arena, sizeof *e);
    diag_place(s, &e->line, &e->column);
    struct sv line = line_around(s);
    const char *end = line.p + line.n, *at = s.source->text.p + s.start;
    if (at > end)
        at = end;
    const char *from = line.p, *to = end;
    if (line.n > SHOWN_BYTES) {
        from = at - line.p > SHOWN_BYTES / 2 ? character_start(at - SHOWN_BYTES / 2, line.p) : line.p;
        to = end - from > SHOWN_BYTES ? character_start(from + SHOWN_BYTES, from) : end;
    }
    e->cut_before = from > line.p;
    e->cut_after = to < end;
    e->source.name = sv_dup(&d->arena, s.source->name);
    char *shown = arena_copy(&d->arena, from, (size_t)(to - from));
    const char *text = s.source->text.p;
    if (d->hide)
        d->hide(s.source->text, (size_t)(from - text), (size_t)(to - text), shown);
    e->source.text = (struct sv){shown, (size_t)(to - from)};
    size_t length = s.end > s.start ? s.end - s.start : 0, room = (size_t)(to - at);
    return (struct span){&e->source, (size_t)(at - from), (size_t)(at - from) + (length < room ? length : room)};
}

/* The middle goes: what is wrong stands at the beginning, what would be right at the end. */
static struct sv shorten(struct arena *a, struct sv message)
{
    if (message.n <= MESSAGE_BYTES)
        return message;
    struct sv head = utf8_cut(message, MESSAGE_BYTES / 2);
    const char *end = message.p + message.n, *tail = character_start(end - MESSAGE_BYTES / 2, message.p);
    return sv_of(arena_printf(a, "%.*s…%.*s", SV_ARG(head), (int)(end - tail), tail));
}

bool diag_full(const struct diags *d, enum diag_level level)
{
    return (level == DIAG_ERROR ? d->errors : d->warnings) >= DIAG_MOST_ERRORS;
}

void diag_vadd(struct diags *d, enum diag_level level, struct span where, const char *format, va_list args)
{
    if (level == DIAG_ERROR)
        d->dropping = ++d->errors > DIAG_MOST_ERRORS;
    else if (level == DIAG_WARNING)
        d->dropping = ++d->warnings > DIAG_MOST_ERRORS;
    if (d->dropping)
        return;
    struct sv message = shorten(&d->arena, sv_of(arena_vprintf(&d->arena, format, args)));
    d->list = xgrow(d->list, d->count, &d->capacity, sizeof *d->list);
    d->list[d->count++] = (struct diag){level, keep(d, where), message};
}

void diag_add(struct diags *d, enum diag_level level, struct span where, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_vadd(d, level, where, format, args);
    va_end(args);
}

void diag_free(struct diags *d)
{
    arena_free(&d->arena);
    free(d->list);
    *d = (struct diags){0};
}

/* ---- Showing ---- */

static void put_visible(struct buf *out, struct sv text)
{
    for (const char *p = text.p, *end = text.p + text.n; p < end;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        bool turns = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); /* would show the line in another order */
        if (c < ' ')
            buf_codepoint(out, c == '\t' ? ' ' : 0x2400 + c);
        else if ((c >= 0x7F && c < 0xA0) || turns)
            buf_codepoint(out, UTF8_REPLACEMENT);
        else
            buf_codepoint(out, c);
    }
}

struct range {
    uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t c)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

/* Columns that a text takes on a terminal: none for marks and joiners, two for the wide characters of East Asia and emoji. */
static size_t width_of(struct sv text)
{
    static const struct range none[] = {
        {0xAD, 0xAD},     {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x5BF, 0x5BF},     {0x5C1, 0x5C2},   {0x610, 0x61A},
        {0x64B, 0x65F},   {0x670, 0x670},   {0x6D6, 0x6DC},   {0x900, 0x902},   {0x93C, 0x93C},     {0x941, 0x948},   {0x94D, 0x94D},
        {0xE31, 0xE31},   {0xE34, 0xE3A},   {0xE47, 0xE4E},   {0x200B, 0x200F}, {0x2060, 0x2064},   {0x20D0, 0x20F0}, {0x302A, 0x302D},
        {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
    };
    static const struct range two[] = {
        {0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
        {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD},
    };
    size_t width = 0;
    for (const char *p = text.p, *end = text.p + text.n; p < end;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        if (c >= 0x80 && is_in(none, sizeof none / sizeof *none, c))
            continue;
        width += c >= 0x1100 && is_in(two, sizeof two / sizeof *two, c) ? 2 : 1;
    }
    return width;
}

static void write_excerpt(struct buf *out, const struct excerpt *e, struct span s, const char *colour, const char *plain)
{
    struct sv text = e->source.text;
    buf_printf(out, "%6zu | %s", e->line, e->cut_before ? "…" : "");
    put_visible(out, text);
    buf_printf(out, "%s\n       | %s%s", e->cut_after ? "…" : "", e->cut_before ? " " : "", colour);
    for (size_t i = width_of(sv_head(text, s.start)); i > 0; i--)
        buf_byte(out, ' ');
    buf_byte(out, '^');
    for (size_t i = width_of(sv_range(text.p + s.start, text.p + s.end)); i > 1; i--)
        buf_byte(out, '~');
    buf_printf(out, "%s\n", plain);
}

static void write_one(struct buf *out, const struct diag *d, bool colour)
{
    static const char *const names[] = {"error", "warning", "note"};
    static const char *const colours[] = {"\033[1;31m", "\033[1;35m", "\033[1;36m"};
    const char *on = colour ? colours[d->level] : "", *bold = colour ? "\033[1m" : "", *off = colour ? "\033[0m" : "";
    const struct excerpt *e = (const struct excerpt *)d->where.source; /* as keep() made it */
    buf_str(out, bold);
    if (e) {
        put_visible(out, e->source.name);
        buf_printf(out, ":%zu:%zu: ", e->line, e->column);
    }
    buf_printf(out, "%s%s:%s ", on, names[d->level], off);
    put_visible(out, d->message);
    buf_byte(out, '\n');
    if (e)
        write_excerpt(out, e, d->where, on, off);
}

static void write_rest(struct buf *out, size_t count, const char *what)
{
    size_t more = count > DIAG_MOST_ERRORS ? count - DIAG_MOST_ERRORS : 0;
    if (more)
        buf_printf(out, "%zu more %s%s not shown\n", more, what, more == 1 ? " is" : "s are");
}

void diag_write(const struct diags *d, struct buf *out, bool colour)
{
    for (size_t i = 0; i < d->count; i++)
        write_one(out, &d->list[i], colour);
    write_rest(out, d->errors, "error");
    write_rest(out, d->warnings, "warning");
}

void diag_show(const struct diags *d)
{
    struct buf text = {0};
    diag_write(d, &text, isatty(STDERR_FILENO) && !getenv("NO_COLOR"));
    fputs(buf_cstr(&text), stderr);
    buf_free(&text);
}
