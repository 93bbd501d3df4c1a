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

/* White space and comments. A `#` begins a comment only where a token could begin. */
static void skip_blanks(struct lexer *l)
{
    while (left(l) && (is_space(*here(l)) || *here(l) == '#')) {
        if (*here(l) == '#') {
            const char *feed = memchr(here(l), '\n', left(l));
            l->at = feed ? (size_t)(feed - l->source->text.p) : l->source->text.n;
        } else {
            l->at++;
        }
    }
}

void lex_begin(struct lexer *l)
{
    skip_blanks(l);
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

static void quoted_character(const struct quoting *q, char c, struct buf *out)
{
    if (q->wildcards && (c == '*' || c == '?'))
        c = c == '*' ? TERM_STAR : TERM_ANY;
    buf_byte(out, c);
}

static void tell_escape(struct lexer *l, const struct quoting *q, const char *backslash)
{
    uint32_t c;
    size_t at = (size_t)(backslash - l->source->text.p), n = utf8_decode(backslash + 1, l->source->text.p + l->source->text.n, &c);
    diag_add(l->diags, DIAG_ERROR, (struct span){l->source, at, at + 1 + n}, "a backslash stands before %s only; a backslash itself is \\\\", q->escapes);
}

bool lex_quoted(struct lexer *l, const struct quoting *q)
{
    struct buf text = {0};
    const char *from = here(l), *p = from + 1, *stop = from + left(l);
    for (; p < stop && *p != '\n' && *p != q->quote; p++) {
        if (*p != '\\')
            quoted_character(q, *p, &text);
        else if (p + 1 < stop && q->escape(&text, p[1]))
            p++;
        else if (p + 1 < stop && p[1] != '\n') /* else the quote is not closed, which is told below */
            tell_escape(l, q, p);
    }
    bool closed = p < stop && *p == q->quote;
    if (!closed)
        diag_add(l->diags, DIAG_ERROR, (struct span){l->source, l->at, l->at + 1}, "this %c is not closed on its line", q->quote);
    lex_end(l, TOKEN_BAD, (size_t)(p - from) + closed);
    l->token.text = sv_dup(l->arena, text.p ? buf_view(&text) : SV(""));
    buf_free(&text);
    return closed;
}

static bool escape_string(struct buf *out, char c)
{
    if (c != '"' && c != '\\' && c != 'n' && c != 't')
        return false;
    buf_byte(out, c == 'n' ? '\n' : c == 't' ? '\t' : c);
    return true;
}

/* ---- Configuration ---- */

void lex_conf(struct lexer *l)
{
    lex_begin(l);
    if (lex_mark(l))
        return;
    if (*here(l) == '"') {
        static const struct quoting string = {'"', false, "\\\" \\\\ \\n \\t", escape_string};
        if (lex_quoted(l, &string))
            l->token.kind = TOKEN_STRING;
        return;
    }
    const char *from = here(l), *p = from, *stop = from + left(l);
    while (p < stop && !is_space(*p) && !memchr("{};\"", *p, 4))
        p++;
    lex_end(l, TOKEN_WORD, (size_t)(p - from));
    l->token.text = sv_range(from, p);
}

void lex_recover(struct lexer *l)
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
