/* The grammar below the directives: arguments, blocks, and how to go on after a mistake. */
#include "conf/parser.h"

#include <stdio.h>

#include "conf/secret.h"
#include "conf/value.h"

#define DIRECTIVES_MOST 24

void parser_error(struct conf_parser *p, struct span where, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_vadd(p->diags, DIAG_ERROR, where, format, args);
    va_end(args);
}

struct sv parser_shown(struct conf_parser *p, struct sv written)
{
    struct sv text = p->l->source->text;
    if (!written.n || written.p < text.p || written.p + written.n > text.p + text.n)
        return written;
    char *copy = arena_copy(&p->conf->arena, written.p, written.n);
    size_t at = (size_t)(written.p - text.p);
    secret_hide(text, at, at + written.n, copy);
    return (struct sv){copy, written.n};
}

void parser_next(struct conf_parser *p)
{
    lex_conf(p->l);
}

/* ---- Arguments ---- */

static bool is_end(enum token_kind kind)
{
    return kind == TOKEN_SEMICOLON || kind == TOKEN_OPEN_BRACE || kind == TOKEN_CLOSE_BRACE || kind == TOKEN_END;
}

static struct span before_token(const struct conf_parser *p)
{
    return (struct span){p->l->source, p->l->last_end, p->l->last_end};
}

static bool on_new_line(const struct conf_parser *p)
{
    const char *text = p->l->source->text.p;
    return memchr(text + p->l->last_end, '\n', p->l->token.where.start - p->l->last_end) != NULL;
}

static void missing(struct conf_parser *p, const char *what)
{
    const struct token *t = &p->l->token;
    if (t->kind == TOKEN_WORD && sv_eq(t->text, SV("=")))
        parser_error(p, t->where, "no = here: %s follows the name after a blank", what);
    else if (is_end(t->kind) || lex_begins_directive(p->l))
        parser_error(p, before_token(p), "%s is missing here", what);
    else if (t->kind != TOKEN_BAD)
        parser_error(p, t->where, "%s is expected here", what);
    if (lex_begins_directive(p->l))
        lex_supply_semicolon(p->l);
    else
        lex_recover(p->l);
}

static bool want(struct conf_parser *p, bool good, const char *what, struct sv *value, struct span *where)
{
    if (!good || lex_begins_directive(p->l) || sv_eq(p->l->token.text, SV("="))) {
        missing(p, what);
        return false;
    }
    *value = p->l->token.text;
    *where = p->l->token.where;
    parser_next(p);
    return true;
}

/* A word that begins with another quote than ours. */
static bool tell_other_quote(struct conf_parser *p)
{
    static const struct sv quotes[] = {SV("'"), SV("`"), SV("“"), SV("”"), SV("„"), SV("‘"), SV("’"), SV("«"), SV("»")};
    const struct token *t = &p->l->token;
    for (size_t i = 0; t->kind == TOKEN_WORD && i < COUNT(quotes); i++)
        if (sv_starts(t->text, quotes[i])) {
            struct span where = {t->where.source, t->where.start, t->where.start + quotes[i].n};
            parser_error(p, where, "a text stands between straight double quotes: type \" instead of %.*s", SV_ARG(quotes[i]));
            lex_recover(p->l);
            return true;
        }
    return false;
}

bool want_word(struct conf_parser *p, const char *what, struct sv *value, struct span *where)
{
    if (p->l->token.kind == TOKEN_STRING) {
        parser_error(p, p->l->token.where, "%s takes no quotes", what);
        lex_recover(p->l);
        return false;
    }
    return !tell_other_quote(p) && want(p, p->l->token.kind == TOKEN_WORD, what, value, where);
}

bool want_string(struct conf_parser *p, const char *what, struct sv *value, struct span *where)
{
    const struct token *t = &p->l->token;
    if (tell_other_quote(p))
        return false;
    if (t->kind == TOKEN_WORD && !sv_eq(t->text, SV("=")) && !lex_begins_directive(p->l)) {
        parser_error(p, t->where, "%s needs quotes: write \"%.*s\"", what, SV_ARG(parser_shown(p, t->text)));
        lex_recover(p->l);
        return false;
    }
    return want(p, t->kind == TOKEN_STRING, what, value, where);
}

bool want_either(struct conf_parser *p, const char *what, struct sv *value, struct span *where)
{
    return !tell_other_quote(p) && want(p, p->l->token.kind == TOKEN_WORD || p->l->token.kind == TOKEN_STRING, what, value, where);
}

/* A missing `;` is missing behind what was before it, not at the next line's first word. The `;` stays current, so that every
 * directive ends on one. */
bool want_semicolon(struct conf_parser *p)
{
    const struct token *t = &p->l->token;
    if (t->kind == TOKEN_SEMICOLON)
        return true;
    if (on_new_line(p) || t->kind == TOKEN_CLOSE_BRACE || t->kind == TOKEN_END) {
        parser_error(p, before_token(p), "a ; is missing here");
        lex_supply_semicolon(p->l);
        return false;
    }
    if (t->kind != TOKEN_BAD)
        parser_error(p, t->where, "a ; is expected here");
    lex_recover(p->l);
    return false;
}

void parser_after_wrong(struct conf_parser *p)
{
    if (p->l->token.kind != TOKEN_SEMICOLON && !on_new_line(p))
        lex_recover(p->l);
    else
        want_semicolon(p);
}

/* `'VALUE': what is wrong`, and on behind the directive. */
static void parser_wrong(struct conf_parser *p, struct span where, struct sv value, const char *wrong)
{
    parser_error(p, where, "'%.*s': %s", SV_ARG(parser_shown(p, value)), wrong);
    parser_after_wrong(p);
}

bool read_text(struct conf_parser *p, parser_want *want_value, const char *what, const char *(*check)(struct sv), struct sv *result,
               struct span *where)
{
    parser_next(p);
    return read_given(p, want_value, what, check, result, where);
}

bool read_given(struct conf_parser *p, parser_want *want_value, const char *what, const char *(*check)(struct sv), struct sv *result,
                struct span *where)
{
    struct sv value;
    if (!want_value(p, what, &value, where))
        return false;
    const char *wrong = check ? check(value) : NULL;
    if (wrong) {
        parser_wrong(p, *where, value, wrong);
        return false;
    }
    *result = sv_dup(&p->conf->arena, value);
    return want_semicolon(p);
}

bool read_duration(struct conf_parser *p, int64_t *ms, struct span *where)
{
    struct sv value;
    parser_next(p);
    if (!want_word(p, "a duration", &value, where))
        return false;
    const char *wrong = value_duration(value, ms);
    if (wrong) {
        parser_wrong(p, *where, value, wrong);
        return false;
    }
    return want_semicolon(p);
}

bool read_size(struct conf_parser *p, uint64_t *bytes, struct span *where)
{
    struct sv value;
    parser_next(p);
    if (!want_word(p, "a size", &value, where))
        return false;
    const char *wrong = value_size(value, bytes);
    if (!wrong && *bytes == 0)
        wrong = "it must be more than nothing";
    if (wrong) {
        parser_wrong(p, *where, value, wrong);
        return false;
    }
    return want_semicolon(p);
}

bool read_number(struct conf_parser *p, int64_t least, int64_t most, int64_t *number)
{
    struct sv value;
    struct span where;
    parser_next(p);
    if (!want_word(p, "a number", &value, &where))
        return false;
    if (!value_number(value, least, most, number)) {
        parser_error(p, where, "'%.*s': a whole number from %lld to %lld is expected", SV_ARG(value), (long long)least, (long long)most);
        parser_after_wrong(p);
        return false;
    }
    return want_semicolon(p);
}

static const char *check_switch(struct sv v)
{
    return sv_eq(v, SV("on")) || sv_eq(v, SV("off")) ? NULL : "on or off is expected";
}

bool read_switch(struct conf_parser *p, bool *on)
{
    struct sv value;
    struct span where;
    if (!read_text(p, want_word, "on or off", check_switch, &value, &where))
        return false;
    *on = sv_eq(value, SV("on"));
    return true;
}

int read_choice(struct conf_parser *p, const struct sv *choices, size_t count, const char *list)
{
    struct sv value;
    struct span where;
    parser_next(p);
    if (!want_word(p, list, &value, &where))
        return -1;
    int found = -1;
    for (size_t i = 0; i < count; i++)
        found = sv_eq(value, choices[i]) ? (int)i : found;
    if (found >= 0) {
        want_semicolon(p);
        return found;
    }
    struct sv near = sv_nearest(value, choices, count);
    for (size_t i = 0; i < count; i++)
        if (value.n > 2 && sv_starts(choices[i], value))
            near = choices[i];
    if (near.p)
        parser_error(p, where, "'%.*s' is not one of %s; did you mean '%.*s'?", SV_ARG(value), list, SV_ARG(near));
    else
        parser_error(p, where, "'%.*s' is not one of %s", SV_ARG(value), list);
    parser_after_wrong(p);
    return -1;
}

/* ---- Ids ---- */

void tell_second(struct conf_parser *p, struct span where, struct sv name, struct span earlier)
{
    parser_error(p, where, "'%.*s' is given a second time", SV_ARG(name));
    diag_add(p->diags, DIAG_NOTE, earlier, "it was given here");
}

bool claim(struct conf_parser *p, struct table *ids, struct sv id, struct span where, const char *what)
{
    struct span *kept = arena_alloc(&p->conf->arena, sizeof *kept), *earlier;
    *kept = where;
    earlier = table_put(ids, id, kept);
    if (!earlier)
        return true;
    parser_error(p, where, "the %s '%.*s' is defined a second time", what, SV_ARG(id));
    diag_add(p->diags, DIAG_NOTE, *earlier, "it was defined here");
    return false;
}

bool read_id(struct conf_parser *p, const char *what, struct table *ids, struct sv *id, struct span *where)
{
    char name[40];
    snprintf(name, sizeof name, "the %s's id", what);
    if (!want_word(p, name, id, where)) {
        p->incomplete = true;
        return false;
    }
    const char *wrong = value_id(*id);
    *id = sv_dup(&p->conf->arena, *id);
    if (!wrong)
        return claim(p, ids, *id, *where, what), true;
    struct sv right = value_id_like(*id, &p->conf->arena);
    if (right.p)
        parser_error(p, *where, "'%.*s': %s: write %.*s", SV_ARG(*id), wrong, SV_ARG(right));
    else
        parser_error(p, *where, "'%.*s': %s", SV_ARG(*id), wrong);
    p->incomplete = true;
    return true;
}

/* ---- Blocks ---- */

/* A block that is being read, in blocks up to the top level of its file. */
struct frame {
    const struct block *block;
    const struct frame *outer;
    struct span open;
    size_t indent; /* of the line that it begins on */
};

static const struct block *const all_blocks[] = {&top_block, &poll_block, &kafka_block, &outbox_block, &outlet_block, &feed_block, &rule_block};

static const struct directive *find(const struct block *b, struct sv name)
{
    for (size_t i = 0; i < b->count; i++)
        if (sv_eq(b->directives[i].name, name))
            return &b->directives[i];
    return NULL;
}

bool block_has(const struct block *b, struct sv word)
{
    return find(b, word) != NULL;
}

bool parser_is_directive(struct sv word)
{
    for (size_t i = 0; i < COUNT(all_blocks); i++)
        if (find(all_blocks[i], word))
            return true;
    return false;
}

/* The blanks that the line of an offset begins with, and whether nothing else stands before the offset. */
static size_t indent_of(const struct source *s, size_t at, bool *first)
{
    size_t line = at, indent = 0;
    while (line > 0 && s->text.p[line - 1] != '\n')
        line--;
    while (line + indent < at && (s->text.p[line + indent] == ' ' || s->text.p[line + indent] == '\t'))
        indent++;
    *first = line + indent == at;
    return indent;
}

bool block_lacks_brace(const struct conf_parser *p, const struct block *b)
{
    const struct lexer *l = p->l;
    bool first;
    if (l->token.kind != TOKEN_WORD || !find(b, l->token.text))
        return false;
    return !on_new_line(p) || indent_of(l->source, l->token.where.start, &first) > indent_of(l->source, l->last_end, &first);
}

/* A directive of an outer block, at the beginning of a line that is not further in than this block's own: the } was forgotten. */
static bool ends_block(const struct conf_parser *p)
{
    bool first;
    if (!p->frame || indent_of(p->l->source, p->l->token.where.start, &first) > p->frame->indent || !first)
        return false;
    for (const struct frame *f = p->frame->outer; f; f = f->outer)
        if (find(f->block, p->l->token.text))
            return true;
    return find(&top_block, p->l->token.text) != NULL;
}

static struct sv nearest_directive(const struct block *b, struct sv word)
{
    struct sv names[DIRECTIVES_MOST];
    for (size_t i = 0; i < b->count; i++)
        names[i] = b->directives[i].name;
    return sv_nearest(word, names, b->count);
}

/* The block that a directive belongs in, which may be nearly written so: `name` is it then. */
static const struct block *other_home(struct sv word, struct sv *name)
{
    const struct block *home = NULL;
    *name = word;
    for (size_t i = 0; i < COUNT(all_blocks); i++)
        if (find(all_blocks[i], word))
            return all_blocks[i];
    for (size_t i = 0; i < COUNT(all_blocks) && !home; i++) {
        *name = nearest_directive(all_blocks[i], word);
        home = name->p ? all_blocks[i] : NULL;
    }
    return home;
}

/* What is skipped at the top level or in an outlet may have defined a name. */
static void skip_unknown(struct conf_parser *p, const struct block *b)
{
    p->incomplete = p->incomplete || b == &top_block || b == &outlet_block;
    lex_recover(p->l);
}

static void tell_unknown(struct conf_parser *p, const struct block *b)
{
    struct sv word = p->l->token.text, near = nearest_directive(b, word), shown = parser_shown(p, word), name;
    struct span where = p->l->token.where;
    const struct block *home = other_home(word, &name);
    bool exact = home && sv_eq(name, word);
    if (sv_starts(word, SV("//")) || sv_starts(word, SV("/*")) || sv_starts(word, SV("--")))
        parser_error(p, where, "a comment begins with #");
    else if (near.p && (!exact || sv_distance(word, near) == 1))
        parser_error(p, where, "there is no '%.*s' %s; did you mean '%.*s'?", SV_ARG(shown), b->where, SV_ARG(near));
    else if (exact)
        parser_error(p, where, "there is no '%.*s' %s: it belongs %s", SV_ARG(shown), b->where, home->where);
    else if (home)
        parser_error(p, where, "there is no '%.*s' %s; did you mean '%.*s' %s?", SV_ARG(shown), b->where, SV_ARG(name), home->where);
    else
        parser_error(p, where, "there is no '%.*s' %s", SV_ARG(shown), b->where);
    skip_unknown(p, b);
}

static void run_directive(struct conf_parser *p, const struct directive *d, struct span *earlier, void *target)
{
    struct span where = p->l->token.where;
    if (!d->repeated && earlier->source)
        tell_second(p, where, d->name, *earlier);
    *earlier = where;
    d->read(p, target);
}

static void read_directive(struct conf_parser *p, const struct block *b, struct span *earlier, void *target)
{
    const struct token *t = &p->l->token;
    const struct directive *d = t->kind == TOKEN_WORD ? find(b, t->text) : NULL;
    if (d) {
        run_directive(p, d, &earlier[d - b->directives], target);
    } else if (t->kind == TOKEN_WORD) {
        tell_unknown(p, b);
    } else if (t->kind != TOKEN_SEMICOLON) {
        if (t->kind != TOKEN_BAD)
            parser_error(p, t->where, "a directive is expected here");
        skip_unknown(p, b);
    }
}

void parser_block(struct conf_parser *p, const struct block *b, void *target)
{
    struct span earlier[DIRECTIVES_MOST] = {0};
    for (;;) {
        const struct token *t = &p->l->token;
        if (t->kind == TOKEN_CLOSE_BRACE || t->kind == TOKEN_END)
            return;
        if (t->kind == TOKEN_WORD && !find(b, t->text) && ends_block(p)) {
            p->block_ended = true;
            return;
        }
        read_directive(p, b, earlier, target);
        if (t->kind == TOKEN_SEMICOLON)
            parser_next(p);
    }
}

/* The block's directives behind its `{`, and its `}`. */
static void read_inside(struct conf_parser *p, const struct block *b, struct span open, void *target)
{
    struct frame frame = {b, p->frame, open, 0};
    bool first;
    frame.indent = indent_of(p->l->source, open.start, &first);
    p->frame = &frame;
    parser_block(p, b, target);
    p->frame = frame.outer;
    if (p->block_ended) {
        p->block_ended = false;
        parser_error(p, p->l->token.where, "a } is missing before '%.*s'", SV_ARG(p->l->token.text));
        diag_add(p->diags, DIAG_NOTE, open, "this { is not closed");
        lex_supply_semicolon(p->l);
    } else if (p->l->token.kind == TOKEN_CLOSE_BRACE) {
        p->l->token.kind = TOKEN_SEMICOLON;
    } else {
        parser_error(p, open, "this { is not closed");
    }
}

void read_block(struct conf_parser *p, const struct block *b, void *target)
{
    struct span open = p->l->token.where;
    if (p->l->token.kind == TOKEN_OPEN_BRACE) {
        parser_next(p);
        read_inside(p, b, open, target);
        return;
    }
    open = before_token(p);
    if (p->l->token.kind != TOKEN_BAD)
        parser_error(p, open, "a { is missing here");
    if (block_lacks_brace(p, b))
        read_inside(p, b, open, target);
    else
        lex_recover(p->l);
}
