/* The lexer: what configuration files and rules share, and the words and strings of files. lex_rule.c has the rules. */
#include "base/utf8.h"
#include "match/lexing.h"

/* ---- Characters ---- */

bool source_check(const struct source *s, struct diags *diags)
{
    size_t bad = utf8_valid_until(s->text);
    if (bad < s->text.n) {
        diag_add(diags, DIAG_ERROR, (struct span){s, bad, bad + 1}, "the byte 0x%02X is not valid UTF-8: save the file as UTF-8",
                 (unsigned char)s->text.p[bad]);
        return false;
    }
    for (size_t i = 0; i < s->text.n; i++) {
        unsigned char c = (unsigned char)s->text.p[i];
        if ((c >= ' ' && c != 0x7F) || c == '\t' || c == '\n' || c == '\r')
            continue;
        diag_add(diags, DIAG_ERROR, (struct span){s, i, i + 1}, "a control character (0x%02X%s) has no place in a text file", c, c ? "" : ", NUL");
        return false;
    }
    return true;
}

/* ---- Moving ---- */

void lex_start(struct lexer *l, const struct source *source, struct arena *arena, struct diags *diags)
{
    *l = (struct lexer){.source = source, .arena = arena, .diags = diags};
    if (sv_starts(source->text, SV("\xEF\xBB\xBF"))) /* a byte order mark */
        l->at = 3;
    l->token = (struct token){.kind = TOKEN_SEMICOLON, .where = {source, l->at, l->at}};
}

/* White space and comments. A `#` begins a comment only where a token could begin, and in a rule not where it is glued to a word. */
static void skip_blanks(struct lexer *l, bool rule)
{
    while (left(l) && (ascii_is_space(*here(l)) || (*here(l) == '#' && !(rule && lex_is_tag(l))))) {
        if (*here(l) == '#') {
            const char *feed = memchr(here(l), '\n', left(l));
            l->at = feed ? (size_t)(feed - l->source->text.p) : l->source->text.n;
        } else {
            l->at++;
        }
    }
}

void lex_begin(struct lexer *l, bool rule)
{
    l->last_end = l->token.where.end;
    skip_blanks(l, rule);
    l->token = (struct token){.kind = TOKEN_END, .where = {l->source, l->at, l->at}};
}

void lex_end(struct lexer *l, enum token_kind kind, size_t length)
{
    l->at += length;
    l->token.kind = kind;
    l->token.where.end = l->at;
}

bool lex_mark(struct lexer *l)
{
    if (!left(l))
        return true;
    switch (*here(l)) {
    case '{': lex_end(l, TOKEN_OPEN_BRACE, 1); return true;
    case '}': lex_end(l, TOKEN_CLOSE_BRACE, 1); return true;
    case ';': lex_end(l, TOKEN_SEMICOLON, 1); return true;
    default: return false;
    }
}

/* ---- Quoted text ---- */

static bool is_plain(const struct quoting *q, char c)
{
    return c != '\n' && c != q->quote && c != '\\' && !(q->wildcards && (c == '*' || c == '?'));
}

/* A quote that is not closed most often swallowed the ; behind it, a } at the line's end or the { before a block: the token ends
 * before them, so that they do their work. */
static const char *unclosed_end(const char *from, const char *line_end)
{
    const char *end = line_end;
    for (const char *p = from + 1; p < line_end; p++)
        if ((*p == ';' && (p + 1 == line_end || ascii_is_space(p[1]))) || (*p == '{' && p[-1] == ' '))
            return p;
    for (const char *p = line_end; p > from + 1 && (ascii_is_space(p[-1]) || p[-1] == '}'); p--)
        end = ascii_is_space(p[-1]) ? end : p - 1;
    return end;
}

static const char *lex_escape(struct lexer *l, const struct quoting *q, const char *p, const char *stop, struct buf *out)
{
    if (p + 1 < stop && q->escape(out, p[1]))
        return p + 2;
    if (p + 1 >= stop || p[1] == '\n')
        return p + 1; /* the quote is not closed, which is told later */
    size_t at = (size_t)(p - l->source->text.p);
    uint32_t c;
    size_t n = utf8_decode(p + 1, stop, &c);
    diag_add(l->diags, DIAG_ERROR, (struct span){l->source, at, at + 1 + n}, "a backslash stands before %s only; a backslash itself is \\\\",
             q->escapes);
    return p + 1;
}

/* From the quote where we stand: its content with the escapes undone, in the source itself where there are none. */
bool lex_quoted(struct lexer *l, const struct quoting *q)
{
    const char *from = here(l), *p = from + 1, *stop = from + left(l);
    struct buf out = {0};
    bool copied = false;
    while (p < stop && *p != '\n' && *p != q->quote) {
        const char *plain = p;
        while (p < stop && is_plain(q, *p))
            p++;
        if (p < stop && *p == q->quote && !copied)
            break;
        copied = true;
        buf_append(&out, plain, (size_t)(p - plain));
        if (p < stop && *p == '\\')
            p = lex_escape(l, q, p, stop, &out);
        else if (p < stop && q->wildcards && (*p == '*' || *p == '?'))
            buf_byte(&out, *p++ == '*' ? TERM_STAR : TERM_ANY);
    }
    if (p >= stop || *p != q->quote) {
        diag_add(l->diags, DIAG_ERROR, (struct span){l->source, l->at, l->at + 1}, "this %c is not closed on its line", q->quote);
        lex_end(l, TOKEN_BAD, (size_t)(unclosed_end(from, p) - from));
        buf_free(&out);
        return false;
    }
    lex_end(l, TOKEN_BAD, (size_t)(p + 1 - from));
    l->token.text = copied ? sv_dup(l->arena, out.n ? buf_view(&out) : SV("")) : sv_range(from + 1, p);
    buf_free(&out);
    return true;
}

static bool escape_string(struct buf *out, char c)
{
    if (c != '"' && c != '\\' && c != 'n' && c != 't')
        return false;
    buf_byte(out, c == 'n' ? '\n' : c == 't' ? '\t' : c);
    return true;
}

/* ---- Configuration ---- */

bool lex_is_invisible(uint32_t c)
{
    return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 ||
           c == 0xFEFF;
}

void lex_tell_invisible(struct lexer *l, struct span where, uint32_t c)
{
    diag_add(l->diags, DIAG_ERROR, where, "an invisible character (U+%04X) stands here: type a plain blank instead", c);
}

static bool check_visible(struct lexer *l, struct sv word)
{
    for (const char *p = word.p, *stop = word.p + word.n; p < stop;) {
        uint32_t c;
        size_t at = (size_t)(p - l->source->text.p), n = utf8_decode(p, stop, &c);
        if (lex_is_invisible(c)) {
            lex_tell_invisible(l, (struct span){l->source, at, at + n}, c);
            return false;
        }
        p += n;
    }
    return true;
}

void lex_conf(struct lexer *l)
{
    static const struct quoting quoting = {'"', false, "\\\" \\\\ \\n \\t", escape_string};
    lex_begin(l, false);
    if (lex_mark(l))
        return;
    if (*here(l) == '"') {
        if (lex_quoted(l, &quoting))
            l->token.kind = TOKEN_STRING;
        return;
    }
    const char *from = here(l), *p = from, *stop = from + left(l);
    bool ascii = true;
    for (; p < stop && !ascii_is_space(*p) && !memchr("{};\"", *p, 4); p++)
        ascii = ascii && (unsigned char)*p < 0x80;
    lex_end(l, TOKEN_WORD, (size_t)(p - from));
    l->token.text = sv_range(from, p);
    if (!ascii && !check_visible(l, l->token.text))
        l->token.kind = TOKEN_BAD;
}

bool lex_begins_directive(const struct lexer *l)
{
    const char *from = l->source->text.p + l->last_end, *at = l->source->text.p + l->token.where.start;
    struct sv written = sv_range(at, l->source->text.p + l->token.where.end);
    return l->is_directive && memchr(from, '\n', (size_t)(at - from)) && l->is_directive(written);
}

void lex_supply_semicolon(struct lexer *l)
{
    l->at = l->token.where.start;
    l->token = (struct token){.kind = TOKEN_SEMICOLON, .where = {l->source, l->last_end, l->last_end}};
}

static void skip_statement(struct lexer *l)
{
    for (size_t depth = 0;; lex_conf(l)) {
        if (l->token.kind == TOKEN_END || (depth == 0 && (l->token.kind == TOKEN_SEMICOLON || l->token.kind == TOKEN_CLOSE_BRACE)))
            return;
        if (l->token.kind == TOKEN_OPEN_BRACE)
            depth++;
        /* A block ends what it belongs to, as a `;` does. */
        if (l->token.kind == TOKEN_CLOSE_BRACE && --depth == 0) {
            l->token.kind = TOKEN_SEMICOLON;
            return;
        }
    }
}

static void skip_expression(struct lexer *l)
{
    while (l->token.kind != TOKEN_END && l->token.kind != TOKEN_SEMICOLON && l->token.kind != TOKEN_CLOSE_BRACE)
        lex_rule(l);
}

static void quietly(struct lexer *l, void (*skip)(struct lexer *))
{
    struct diags silent = {0}, *diags = l->diags;
    l->diags = &silent;
    skip(l);
    l->diags = diags;
    diag_free(&silent);
}

void lex_recover(struct lexer *l)
{
    quietly(l, skip_statement);
}

void lex_recover_rule(struct lexer *l)
{
    quietly(l, skip_expression);
}
