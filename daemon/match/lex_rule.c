/* The lexer of the rules: terms, operators, fields, conditions. */
#include "base/utf8.h"
#include "match/fold.h"
#include "match/lexing.h"

#define TERM_LONGEST 1000 /* bytes of a phrase or a regex */

static void bad(struct lexer *l, size_t length, const char *message)
{
    lex_end(l, TOKEN_BAD, length);
    diag_add(l->diags, DIAG_ERROR, l->token.where, "%s", message);
}

/* ---- Characters ---- */

/* A letter, a digit, a mark, or a joiner within a word. */
static bool is_word_character(uint32_t c)
{
    enum char_class class = char_class(c);
    return (class != CHAR_BREAK && class != CHAR_DROP) || c == 0x200C || c == 0x200D || c == 0xAD;
}

static bool is_id(struct sv v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!((v.p[i] >= 'a' && v.p[i] <= 'z') || (v.p[i] >= '0' && v.p[i] <= '9') || v.p[i] == '_' || v.p[i] == '-'))
            return false;
    return v.n > 0;
}

/* What stands together: up to white space or a sign of the grammar. */
static struct sv run_here(const struct lexer *l)
{
    const char *from = here(l), *p = from, *stop = from + left(l);
    while (p < stop && !ascii_is_space(*p) && !memchr("()|;{}\"", *p, 7))
        p++;
    return sv_range(from, p);
}

/* ---- Terms ---- */

static bool escape_phrase(struct buf *out, char c)
{
    if (c != '"' && c != '\\' && c != '*' && c != '?')
        return false;
    buf_byte(out, c);
    return true;
}

static bool escape_exact(struct buf *out, char c)
{
    if (c != '\'' && c != '\\')
        return false;
    buf_byte(out, c);
    return true;
}

/* In a regex the backslash is the regex's own; only \/ is undone. */
static bool escape_regex(struct buf *out, char c)
{
    if (c == '\n')
        return false;
    if (c != '/')
        buf_byte(out, '\\');
    buf_byte(out, c);
    return true;
}

static const struct quoting phrase = {'"', true, "\\\" \\\\ \\* \\?", escape_phrase};
static const struct quoting exact = {'\'', false, "\\' \\\\", escape_exact};
static const struct quoting regex = {'/', false, "a character", escape_regex};

/* The token's text is there; from `from` to `to` it is written. */
static void finish_term(struct lexer *l, enum term_kind kind, size_t from, size_t to)
{
    l->token.written = sv_range(l->source->text.p + from, l->source->text.p + to);
    l->token.term = kind;
    l->token.kind = TOKEN_TERM;
    if (l->token.text.n > TERM_LONGEST) {
        l->token.kind = TOKEN_BAD;
        diag_add(l->diags, DIAG_ERROR, l->token.where, "a term of %zu bytes: at most %d are allowed", l->token.text.n, TERM_LONGEST);
    }
}

/* 'Iran's deal': the quote in the middle was not meant to close. The whole is one mistake. */
static void lex_glued(struct lexer *l, char quote)
{
    diag_add(l->diags, DIAG_ERROR, (struct span){l->source, l->at, l->at + 1},
             "a blank or an operator is missing after the closing %c; within the term it is written \\%c", quote, quote);
    const char *close = memchr(here(l), quote, left(l)), *feed = memchr(here(l), '\n', left(l));
    size_t run = run_here(l).n;
    lex_end(l, TOKEN_BAD, close && (!feed || close < feed) ? (size_t)(close + 1 - here(l)) : run);
}

static void lex_delimited(struct lexer *l, const struct quoting *q, enum term_kind kind)
{
    size_t from = l->at;
    if (!lex_quoted(l, q))
        return;
    finish_term(l, kind, from + 1, l->at - 1);
    char next = left(l) ? *here(l) : ' ';
    if (l->token.kind != TOKEN_TERM)
        return;
    if (kind != TERM_WORDS && !ascii_is_space(next) && !memchr("();|}", next, 5))
        lex_glued(l, q->quote);
    else if (kind == TERM_EXACT && (memchr(l->token.text.p, '*', l->token.text.n) || memchr(l->token.text.p, '?', l->token.text.n)))
        diag_add(l->diags, DIAG_WARNING, l->token.where, "* and ? are no wildcards in an 'exact' term: they are signs, which break words");
}

/* Two or more single letters with a dot after each, the last optional. */
static bool is_dotted_acronym(struct sv v)
{
    size_t letters = 0;
    for (const char *p = v.p, *stop = v.p + v.n; p < stop; letters++) {
        uint32_t c;
        p += utf8_decode(p, stop, &c);
        if (char_class(c) != CHAR_LETTER || (p < stop && *p != '.'))
            return false;
        p += p < stop;
    }
    return letters >= 2 && memchr(v.p, '.', v.n);
}

static bool is_typographic_quote(uint32_t c)
{
    return (c >= 0x2018 && c <= 0x201F) || c == 0x2039 || c == 0x203A || c == 0xAB || c == 0xBB;
}

static void tell_sign(struct lexer *l, struct span where, uint32_t c, bool last, struct sv run)
{
    struct sv sign = sv_range(l->source->text.p + where.start, l->source->text.p + where.end);
    if (lex_is_invisible(c))
        lex_tell_invisible(l, where, c);
    else if (c == '#')
        diag_add(l->diags, DIAG_ERROR, where, "a # within a word: for a comment put a blank before it; to search for it, quote the word");
    else if (c == '*')
        diag_add(l->diags, DIAG_ERROR, where, "a * needs letters before it: it stands at a word's end, as in nuclear*");
    else if (c == '?')
        diag_add(l->diags, DIAG_ERROR, where, "a ? stands for one letter inside a word, as in wom?n");
    else if (is_typographic_quote(c))
        diag_add(l->diags, DIAG_ERROR, where, "a typographic quote: type \" instead of %.*s", SV_ARG(sign));
    else if (last && c == '.')
        diag_add(l->diags, DIAG_ERROR, where, "the dot at the end does not belong to the word: leave it out");
    else if (c == 0xA0 || (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x206F) || c == 0x3000 || c == 0xFEFF)
        diag_add(l->diags, DIAG_ERROR, where, "an invisible character (U+%04X): type a plain blank, or nothing", (unsigned)c);
    else
        diag_add(l->diags, DIAG_ERROR, where, "'%.*s' in a bare word: \"%.*s\" needs quotes", SV_ARG(sign), SV_ARG(run));
}

/* Whether a bare run is a word as rules allow it; else tells at the place. `run` lies in the source. */
static bool check_bare(struct lexer *l, struct sv run)
{
    size_t base = (size_t)(run.p - l->source->text.p);
    bool acronym = is_dotted_acronym(run);
    for (const char *p = run.p, *stop = run.p + run.n; p < stop;) {
        uint32_t c;
        const char *at = p;
        p += utf8_decode(p, stop, &c);
        bool first = at == run.p, last = p == stop;
        if (is_word_character(c) || (!first && (c == '*' || c == '?')) || (last && c == '.' && acronym))
            continue;
        if (!first && !last && (c == '-' || c == '.' || c == 0x2010 || c == 0x2011 || char_is_apostrophe(c)))
            continue;
        size_t offset = base + (size_t)(at - run.p);
        tell_sign(l, (struct span){l->source, offset, offset + (size_t)(p - at)}, c, last, run);
        return false;
    }
    if (acronym)
        diag_add(l->diags, DIAG_WARNING, (struct span){l->source, base, base + run.n},
                 "%.*s is read as one word without its dots, in any case; 'US' in single quotes asks for the capitals", SV_ARG(run));
    return true;
}

/* “A phrase in typographic quotes” is one mistake, not one for each of its words. */
static size_t typographic_phrase(const struct lexer *l)
{
    const char *from = here(l), *stop = from + left(l);
    uint32_t c;
    size_t n = utf8_decode(from, stop, &c);
    if (!is_typographic_quote(c))
        return 0;
    for (const char *p = from + n; p < stop && *p != '\n' && p - from < TERM_LONGEST;) {
        p += utf8_decode(p, stop, &c);
        if (is_typographic_quote(c) && c != 0x2019)
            return (size_t)(p - from);
    }
    return 0;
}

static void lex_bare(struct lexer *l, struct sv run, enum term_kind kind)
{
    size_t from = (size_t)(run.p - l->source->text.p);
    lex_end(l, TOKEN_BAD, from + run.n - l->at);
    if (!check_bare(l, run))
        return;
    l->token.text = run;
    if (memchr(run.p, '*', run.n) || memchr(run.p, '?', run.n)) {
        char *text = arena_copy(l->arena, run.p, run.n);
        for (size_t i = 0; i < run.n; i++)
            if (text[i] == '*' || text[i] == '?')
                text[i] = text[i] == '*' ? TERM_STAR : TERM_ANY;
        l->token.text.p = text;
    }
    finish_term(l, kind, from, from + run.n);
}

/* ---- Rules: operators ---- */

struct operator {
    struct sv name;
    enum token_kind kind;
    bool counted;       /* takes /n */
    enum near_kind near;
    unsigned least;
};

static const struct operator operators[] = {
    {SV("AND"), TOKEN_AND, false, 0, 0},          {SV("OR"), TOKEN_OR, false, 0, 0},
    {SV("NOT"), TOKEN_NOT, false, 0, 0},          {SV("EXCEPT"), TOKEN_EXCEPT, false, 0, 0},
    {SV("NEAR"), TOKEN_NEAR, true, NEAR_WORDS, 0}, {SV("ONEAR"), TOKEN_NEAR, true, NEAR_ORDERED, 0},
    {SV("ATLEAST"), TOKEN_ATLEAST, true, 0, 1},   {SV("FIRST"), TOKEN_FIRST, true, 0, 1},
};
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define N_MOST 10000u

/* "NEAR/8", "near/8", "Near5": the name and what stands behind it. */
static const struct operator *find_operator(struct sv run, struct sv *behind)
{
    for (size_t i = 0; i < COUNT(operators); i++) {
        const struct operator *o = &operators[i];
        if (!sv_starts_nocase(run, o->name))
            continue;
        *behind = sv_from(run, o->name.n);
        if (behind->n == 0 || (o->counted && (behind->p[0] == '/' || (behind->p[0] >= '0' && behind->p[0] <= '9'))))
            return o;
    }
    return NULL;
}

static bool parse_count(struct sv digits, unsigned *n)
{
    *n = 0;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
        *n = *n > N_MOST ? *n : *n * 10 + (unsigned)(digits.p[i] - '0');
    }
    return digits.n > 0;
}

static void lex_counted(struct lexer *l, const struct operator *o, struct sv run, struct sv behind)
{
    struct sv digits = behind.n && behind.p[0] == '/' ? sv_from(behind, 1) : behind;
    l->token.near = o->near;
    if (o->kind == TOKEN_NEAR && o->near == NEAR_WORDS && (sv_eq(digits, SV("s")) || sv_eq(digits, SV("p")))) {
        l->token.near = digits.p[0] == 's' ? NEAR_SENTENCE : NEAR_PARAGRAPH;
        return;
    }
    if (behind.n == 0 || behind.p[0] != '/' || !parse_count(digits, &l->token.n)) {
        l->token.kind = TOKEN_BAD;
        diag_add(l->diags, DIAG_ERROR, l->token.where, "%.*s takes a number%s: write %.*s/%.*s", SV_ARG(o->name),
                 o->kind == TOKEN_NEAR && o->near == NEAR_WORDS ? ", s or p" : "", SV_ARG(o->name),
                 SV_ARG(parse_count(digits, &l->token.n) ? digits : SV("5")));
        if (behind.n == 0 && left(l) > 2 && memcmp(here(l), " /", 2) == 0 && here(l)[2] >= '0' && here(l)[2] <= '9') /* "NEAR /5": no regex opens here */
            for (l->at += 2; left(l) && *here(l) >= '0' && *here(l) <= '9';)
                l->at++;
    } else if (l->token.n < o->least || l->token.n > N_MOST) {
        l->token.kind = TOKEN_BAD;
        diag_add(l->diags, DIAG_ERROR, l->token.where, "%.*s: the number must be %u to %u", SV_ARG(run), o->least, N_MOST);
    }
}

static bool lex_operator(struct lexer *l, struct sv run)
{
    struct sv behind;
    const struct operator *o = find_operator(run, &behind);
    if (!o)
        return false;
    bool upper = sv_starts(run, o->name);
    if (!upper && o->counted && behind.n == 0)
        return false; /* "near" and "first" are words like others */
    lex_end(l, o->kind, run.n);
    if (!upper) {
        l->token.kind = TOKEN_BAD;
        struct sv count = behind.n && behind.p[0] == '/' ? sv_from(behind, 1) : behind;
        diag_add(l->diags, DIAG_ERROR, l->token.where, "operators are upper case: write %.*s%s%.*s; to search for the word, quote it: \"%.*s\"",
                 SV_ARG(o->name), count.n ? "/" : "", SV_ARG(count), SV_ARG(run));
    } else if (o->counted) {
        lex_counted(l, o, run, behind);
    }
    return true;
}

/* ---- Rules ---- */

static void lex_list_name(struct lexer *l, struct sv run)
{
    struct sv name = sv_from(run, 1);
    lex_end(l, TOKEN_LIST, run.n);
    l->token.text = name;
    if (is_id(name))
        return;
    l->token.kind = TOKEN_BAD;
    diag_add(l->diags, DIAG_ERROR, l->token.where, "a list is named by $ and [a-z0-9_-]+, as in $iran");
}

/* Signs that other query languages use as operators. */
static bool lex_foreign(struct lexer *l, struct sv run)
{
    static const struct {
        struct sv sign;
        const char *write;
    } foreign[] = {
        {SV("&&"), "'&&' is no operator: write AND"}, {SV("&"), "'&' is no operator: write AND"},
        {SV("+"), "'+' is no operator: write AND between terms"}, {SV("*"), "a lone * matches everything: write at least 3 letters before it"},
    };
    for (size_t i = 0; i < COUNT(foreign); i++)
        if (sv_eq(run, foreign[i].sign)) {
            bad(l, foreign[i].sign.n, foreign[i].write);
            return true;
        }
    return false;
}

/* `title:#x`, `(#x`, `"x"#`: no comment, for no blank stands before it. */
static bool is_glued_hash(const struct lexer *l)
{
    return left(l) && *here(l) == '#' && l->at > 0 && !ascii_is_space(here(l)[-1]) && !memchr("{};", here(l)[-1], 3);
}

/* `| #MeToo`: one reads a comment, another a tag. Only where a term may stand: behind the `;` comments are those of any file. */
bool lex_is_tag(const struct lexer *l)
{
    uint32_t c = 0;
    if (left(l) > 1 && *here(l) == '#')
        utf8_decode(here(l) + 1, here(l) + left(l), &c);
    return is_word_character(c);
}

void lex_rule(struct lexer *l)
{
    if (is_glued_hash(l)) {
        l->token = (struct token){.where = {l->source, l->at, l->at}};
        bad(l, run_here(l).n, "a # without a blank before it: a comment needs one; to search for a #, quote the word");
        return;
    }
    lex_begin(l, true);
    if (lex_is_tag(l)) {
        bad(l, run_here(l).n, "a # glued to a word: for a comment put a blank behind it; to search for the word, quote it");
        return;
    }
    if (lex_mark(l)) {
        if (l->token.kind == TOKEN_OPEN_BRACE) {
            diag_add(l->diags, DIAG_ERROR, l->token.where, "a { has no place in a rule's text: is the ; before it missing?");
            lex_recover(l); /* over its block */
            l->token.kind = TOKEN_BAD;
        }
        return;
    }
    switch (*here(l)) {
    case '(': lex_end(l, TOKEN_OPEN, 1); return;
    case ')': lex_end(l, TOKEN_CLOSE, 1); return;
    case '|':
        if (left(l) > 1 && here(l)[1] == '|')
            bad(l, 2, "'||' is no operator: write | or OR");
        else
            lex_end(l, TOKEN_OR, 1);
        return;
    case '-': bad(l, 1, "a leading '-' is no operator: write NOT"); return;
    case '!': bad(l, 1, "'!' is no operator: write NOT"); return;
    case '"': lex_delimited(l, &phrase, TERM_WORDS); return;
    case '\'': lex_delimited(l, &exact, TERM_EXACT); return;
    case '/': lex_delimited(l, &regex, TERM_REGEX); return;
    default: break;
    }
    size_t typographic = typographic_phrase(l);
    if (typographic) {
        bad(l, typographic, "typographic quotes: type \" around the phrase");
        return;
    }
    if (lex_known_field(l))
        return;
    struct sv run = run_here(l);
    const char *colon = memchr(run.p, ':', run.n);
    if (run.p[0] == '$')
        lex_list_name(l, run);
    else if (run.p[0] == '~' && run.n == 1)
        bad(l, 1, "a ~ stands before the word whose other forms are wanted: ~negotiate");
    else if (run.p[0] == '~')
        lex_bare(l, sv_from(run, 1), TERM_STEM);
    else if (lex_foreign(l, run) || lex_operator(l, run))
        return;
    else if (colon)
        lex_colon(l, run, colon);
    else
        lex_bare(l, run, TERM_WORDS);
}
