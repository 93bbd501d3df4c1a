/* The lexer of the rules: fields and conditions. */
#include "match/lexing.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct {
    struct sv name;
    unsigned fields;
} fields[] = {
    {SV("title"), FIELD_BIT(ITEM_TITLE)},       {SV("summary"), FIELD_BIT(ITEM_SUMMARY)},   {SV("content"), FIELD_BIT(ITEM_CONTENT)},
    {SV("text"), FIELDS_TEXT},                  {SV("author"), FIELD_BIT(ITEM_AUTHOR)},     {SV("category"), FIELD_BIT(ITEM_CATEGORY)},
    {SV("url"), FIELD_BIT(ITEM_URL)},
};
static const struct {
    struct sv name;
    enum meta_kind meta;
} metas[] = {{SV("lang"), META_LANG}, {SV("outlet"), META_OUTLET}, {SV("feed"), META_FEED}, {SV("country"), META_COUNTRY}};

static bool blank_at(const struct lexer *l, const char *p)
{
    return p >= l->source->text.p + l->source->text.n || ascii_is_space(*p);
}

static void lex_field(struct lexer *l, unsigned which, struct sv name, const char *colon)
{
    lex_end(l, TOKEN_FIELD, (size_t)(colon + 1 - name.p));
    l->token.fields = which;
    if (!blank_at(l, colon + 1))
        return;
    l->token.kind = TOKEN_BAD;
    diag_add(l->diags, DIAG_ERROR, l->token.where, "no blank after the colon: write %.*s:word or %.*s:(…)", SV_ARG(name), SV_ARG(name));
}

bool lex_known_field(struct lexer *l)
{
    const char *from = here(l);
    for (size_t i = 0; i < COUNT(fields); i++) {
        size_t n = fields[i].name.n;
        if (left(l) > n && from[n] == ':' && memcmp(from, fields[i].name.p, n) == 0) {
            lex_field(l, fields[i].fields, (struct sv){from, n}, from + n);
            return true;
        }
    }
    return false;
}

static bool is_meta_value(struct sv value)
{
    for (size_t i = 0; i < value.n; i++)
        if (!(ascii_is_letter(value.p[i]) || ascii_is_digit(value.p[i]) || memchr("._-", value.p[i], 3)))
            return false;
    return true;
}

static bool is_subtag(struct sv value)
{
    for (size_t i = 0; i < value.n; i++)
        if (!ascii_is_letter(value.p[i]))
            return false;
    return true;
}

/* Past what closes a value that is wrong as a whole, on this line: it is part of the mistake. */
static void skip_to(struct lexer *l, char closing, size_t from)
{
    const char *close = memchr(here(l) + from, closing, left(l) - from), *feed = memchr(here(l), '\n', left(l));
    if (close && (!feed || close < feed))
        l->at += (size_t)(close + 1 - here(l));
}

static void lex_meta(struct lexer *l, enum meta_kind meta, struct sv name, struct sv value)
{
    lex_end(l, TOKEN_META, name.n + 1 + value.n);
    l->token.meta = meta;
    l->token.text = value;
    size_t errors = l->diags->errors;
    if (left(l) && *here(l) == '(') {
        diag_add(l->diags, DIAG_ERROR, l->token.where, "%.*s: takes one value: write (%.*s:a | %.*s:b)", SV_ARG(name), SV_ARG(name), SV_ARG(name));
        skip_to(l, ')', 0);
    } else if (value.n == 0 && left(l) && *here(l) == '"') {
        diag_add(l->diags, DIAG_ERROR, l->token.where, "%.*s: takes its value without quotes: write %.*s:value", SV_ARG(name), SV_ARG(name));
        skip_to(l, '"', 1);
    } else if (value.n == 0) {
        diag_add(l->diags, DIAG_ERROR, l->token.where, "no blank after the colon: write %.*s:value", SV_ARG(name));
    } else if (!is_meta_value(value)) {
        diag_add(l->diags, DIAG_ERROR, l->token.where, "'%.*s' is no value for %.*s: it takes letters, digits, '.', '_' and '-'", SV_ARG(value),
                 SV_ARG(name));
    } else if (meta == META_LANG && (value.n < 2 || value.n > 3 || !is_subtag(value))) {
        diag_add(l->diags, DIAG_ERROR, l->token.where, "lang: takes a primary subtag alone, as in en or zh: write lang:zh, not lang:zh-CN");
    }
    if (l->diags->errors > errors)
        l->token.kind = TOKEN_BAD;
}

void lex_colon(struct lexer *l, struct sv run, const char *colon)
{
    struct sv name = sv_range(run.p, colon), value = sv_range(colon + 1, run.p + run.n), names[COUNT(fields) + COUNT(metas)];
    for (size_t i = 0; i < COUNT(fields); i++)
        names[i] = fields[i].name;
    for (size_t i = 0; i < COUNT(metas); i++) {
        if (sv_eq(name, metas[i].name)) {
            lex_meta(l, metas[i].meta, name, value);
            return;
        }
        names[COUNT(fields) + i] = metas[i].name;
    }
    lex_end(l, TOKEN_BAD, run.n);
    struct sv lower = sv_dup(l->arena, name);
    for (size_t i = 0; i < lower.n; i++)
        if (lower.p[i] >= 'A' && lower.p[i] <= 'Z')
            ((char *)(uintptr_t)lower.p)[i] += 32;
    struct sv near = sv_nearest(lower, names, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++)
        near = sv_eq(lower, names[i]) ? names[i] : near;
    if (name.n == 0)
        diag_add(l->diags, DIAG_ERROR, l->token.where, "a field's colon has no blank before it: write title:word");
    else if (near.p && sv_eq(near, lower))
        diag_add(l->diags, DIAG_ERROR, l->token.where, "fields are lower case: write %.*s:", SV_ARG(near));
    else if (near.p && value.n)
        diag_add(l->diags, DIAG_ERROR, l->token.where, "'%.*s' is no field; did you mean %.*s: ? A text with a colon needs quotes", SV_ARG(name),
                 SV_ARG(near));
    else
        diag_add(l->diags, DIAG_ERROR, l->token.where, "'%.*s' is no field, and a text with a colon needs quotes: \"%.*s\"", SV_ARG(name), SV_ARG(run));
}
