/* The grammar below the directives: blocks, arguments, includes, and how to go on after a mistake. */
#include "conf/parser.h"

#include <stdarg.h>
#include <stdlib.h>

#include "conf/value.h"

#define INCLUDE_DEPTH 16
#define DIRECTIVES_MOST 40

void parser_error(struct conf_parser *p, struct span where, const char *format, ...)
{
    struct arena arena = {0};
    va_list args;
    va_start(args, format);
    diag_add(p->diags, DIAG_ERROR, where, "%s", arena_vprintf(&arena, format, args));
    va_end(args);
    arena_free(&arena);
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

static void missing(struct conf_parser *p, const char *what)
{
    const struct token *t = &p->l->token;
    if (t->kind != TOKEN_BAD)
        parser_error(p, t->where, is_end(t->kind) ? "%s is missing here" : "%s is expected here", what);
    lex_recover(p->l);
}

static bool want(struct conf_parser *p, bool good, const char *what, struct sv *value, struct span *where)
{
    if (!good) {
        missing(p, what);
        return false;
    }
    *value = p->l->token.text;
    *where = p->l->token.where;
    parser_next(p);
    return true;
}

bool want_word(struct conf_parser *p, const char *what, struct sv *value, struct span *where)
{
    if (p->l->token.kind == TOKEN_STRING) {
        parser_error(p, p->l->token.where, "%s takes no quotes", what);
        lex_recover(p->l);
        return false;
    }
    return want(p, p->l->token.kind == TOKEN_WORD, what, value, where);
}

bool want_string(struct conf_parser *p, const char *what, struct sv *value, struct span *where)
{
    if (p->l->token.kind == TOKEN_WORD) {
        parser_error(p, p->l->token.where, "%s needs quotes: write \"%.*s\"", what, SV_ARG(p->l->token.text));
        lex_recover(p->l);
        return false;
    }
    return want(p, p->l->token.kind == TOKEN_STRING, what, value, where);
}

bool want_either(struct conf_parser *p, const char *what, struct sv *value, struct span *where)
{
    return want(p, p->l->token.kind == TOKEN_WORD || p->l->token.kind == TOKEN_STRING, what, value, where);
}

/* The `;` belongs behind what was before it: the place is there, not at the next line's first word. The `;` stays current, so
 * that every directive ends on one. */
bool want_semicolon(struct conf_parser *p)
{
    const struct token *t = &p->l->token;
    if (t->kind == TOKEN_SEMICOLON)
        return true;
    if (t->kind != TOKEN_BAD) {
        size_t at = t->where.start;
        while (at > 0 && memchr(" \t\r\n", p->l->source->text.p[at - 1], 4))
            at--;
        bool new_line = memchr(p->l->source->text.p + at, '\n', t->where.start - at) != NULL;
        if (new_line || t->kind == TOKEN_CLOSE_BRACE || t->kind == TOKEN_END) {
            parser_error(p, (struct span){p->l->source, at, at}, "a ; is missing here");
            p->l->at = t->where.start; /* the next directive is read from its beginning */
            p->l->token.kind = TOKEN_SEMICOLON;
            return false;
        }
        parser_error(p, t->where, "a ; is expected here");
    }
    lex_recover(p->l);
    return false;
}

static void bad_value(struct conf_parser *p, struct span where, struct sv value, const char *wrong)
{
    parser_error(p, where, "'%.*s': %s", SV_ARG(value), wrong);
}

bool read_duration(struct conf_parser *p, int64_t *ms, struct span *where)
{
    struct sv value;
    parser_next(p);
    if (!want_word(p, "a duration", &value, where))
        return false;
    const char *wrong = value_duration(value, ms);
    if (wrong)
        bad_value(p, *where, value, wrong);
    return want_semicolon(p) && !wrong;
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
    if (wrong)
        bad_value(p, *where, value, wrong);
    return want_semicolon(p) && !wrong;
}

bool claim(struct conf_parser *p, struct table *ids, struct sv id, struct span where, const char *what)
{
    struct span *kept = arena_alloc(&p->conf->arena, sizeof *kept), *earlier;
    *kept = where;
    earlier = table_put(ids, id, kept);
    if (!earlier)
        return true;
    parser_error(p, where, "%s '%.*s' is defined a second time", what, SV_ARG(id));
    diag_add(p->diags, DIAG_NOTE, *earlier, "it was defined here");
    return false;
}

/* ---- Blocks ---- */

struct sv unknown(struct conf_parser *p, struct sv word, const struct directive *directives, size_t count)
{
    struct sv names[DIRECTIVES_MOST];
    (void)p;
    for (size_t i = 0; i < count && i < DIRECTIVES_MOST; i++)
        names[i] = directives[i].name;
    return sv_nearest(word, names, count < DIRECTIVES_MOST ? count : DIRECTIVES_MOST);
}

static void tell_unknown(struct conf_parser *p, const struct directive *directives, size_t count, const char *block)
{
    struct sv word = p->l->token.text, near = unknown(p, word, directives, count);
    if (near.p)
        parser_error(p, p->l->token.where, "there is no '%.*s' %s; did you mean '%.*s'?", SV_ARG(word), block, SV_ARG(near));
    else
        parser_error(p, p->l->token.where, "there is no '%.*s' %s", SV_ARG(word), block);
    lex_recover(p->l);
}

static const struct directive *find(const struct directive *directives, size_t count, struct sv name)
{
    for (size_t i = 0; i < count; i++)
        if (sv_eq(directives[i].name, name))
            return &directives[i];
    return NULL;
}

static void run_directive(struct conf_parser *p, const struct directive *d, size_t index, struct span *earlier, void *target)
{
    struct span where = p->l->token.where;
    if (!d->repeated && earlier[index].source) {
        parser_error(p, where, "'%.*s' is given a second time", SV_ARG(d->name));
        diag_add(p->diags, DIAG_NOTE, earlier[index], "it was given here");
    }
    earlier[index] = where;
    d->read(p, target);
}

/* Directives up to a `}` or the end, neither of which is consumed. After each directive the current token is the `;` that
 * ends it, or the `}` of its own block, or what stopped the recovery. */
void parser_block(struct conf_parser *p, const struct directive *directives, size_t count, void *target, const char *block)
{
    struct span earlier[DIRECTIVES_MOST] = {0};
    for (;;) {
        if (p->l->token.kind == TOKEN_CLOSE_BRACE || p->l->token.kind == TOKEN_END)
            return;
        if (p->l->token.kind == TOKEN_WORD) {
            const struct directive *d = find(directives, count, p->l->token.text);
            if (d)
                run_directive(p, d, (size_t)(d - directives), earlier, target);
            else
                tell_unknown(p, directives, count, block);
        } else if (p->l->token.kind != TOKEN_SEMICOLON) {
            if (p->l->token.kind != TOKEN_BAD)
                parser_error(p, p->l->token.where, "a directive is expected here");
            lex_recover(p->l);
        }
        if (p->l->token.kind == TOKEN_SEMICOLON)
            parser_next(p);
    }
}

/* ---- Files ---- */

static void parse_file(struct conf_parser *p, struct sv path, struct span from);

static struct sv path_from(struct conf_parser *p, struct sv path)
{
    const char *slash = p->file->path.n ? memrchr(p->file->path.p, '/', p->file->path.n) : NULL;
    if (path.p[0] == '/' || !slash)
        return sv_dup(&p->conf->arena, path);
    return sv_of(arena_printf(&p->conf->arena, "%.*s%.*s", (int)(slash + 1 - p->file->path.p), p->file->path.p, SV_ARG(path)));
}

static bool is_open(const struct conf_parser *p, struct sv path)
{
    for (const struct open_file *f = p->file; f; f = f->from)
        if (sv_eq(f->path, path))
            return true;
    return false;
}

static void include_one(struct conf_parser *p, struct sv path, struct span where)
{
    if (is_open(p, path))
        parser_error(p, where, "%.*s would include itself", SV_ARG(path));
    else if (p->file->depth == INCLUDE_DEPTH)
        parser_error(p, where, "includes within includes, deeper than %d levels", INCLUDE_DEPTH);
    else
        parse_file(p, path, where);
}

void parser_include(struct conf_parser *p, void *target)
{
    (void)target;
    struct sv pattern, *paths;
    struct span where;
    size_t count;
    char error[300];
    parser_next(p);
    if (!want_string(p, "a path", &pattern, &where))
        return;
    if (pattern.n == 0) {
        parser_error(p, where, "the path is empty");
        want_semicolon(p);
        return;
    }
    bool closed = want_semicolon(p);
    struct sv whole = path_from(p, pattern);
    if (!p->reader->glob(p->reader->context, whole.p, &p->conf->arena, &paths, &count, error, sizeof error)) {
        parser_error(p, where, "%.*s: %s", SV_ARG(whole), error);
        return;
    }
    for (size_t i = 0; i < count; i++)
        include_one(p, paths[i], where);
    (void)closed;
}

static void parse_text(struct conf_parser *p, const struct source *source)
{
    struct lexer lexer, *outer = p->l;
    lex_start(&lexer, source, &p->conf->arena, p->diags);
    p->l = &lexer;
    parser_next(p);
    for (;;) {
        parser_block(p, top_directives, top_directive_count, p, "at the top level");
        if (lexer.token.kind == TOKEN_END)
            break;
        parser_error(p, lexer.token.where, "this } closes nothing");
        parser_next(p);
    }
    p->l = outer;
}

static void parse_file(struct conf_parser *p, struct sv path, struct span from)
{
    struct buf text = {0};
    char error[300];
    if (!p->reader->read(p->reader->context, path.p, &text, error, sizeof error)) {
        parser_error(p, from, "%.*s: %s", SV_ARG(path), error);
        buf_free(&text);
        return;
    }
    struct source *source = arena_zalloc(&p->conf->arena, sizeof *source);
    *source = (struct source){path, sv_dup(&p->conf->arena, text.n ? buf_view(&text) : SV(""))};
    buf_free(&text);
    p->conf->files++;
    if (!source_check(source, p->diags))
        return;
    struct open_file file = {path, p->file, p->file ? p->file->depth + 1 : 0};
    p->file = &file;
    parse_text(p, source);
    p->file = file.from;
}

static void free_parser(struct conf_parser *p)
{
    free(p->outlets);
    free(p->feeds);
    free(p->rules);
    free(p->lists);
    free(p->options);
    table_free(&p->outlet_ids);
    table_free(&p->feed_ids);
    table_free(&p->rule_ids);
    table_free(&p->list_names);
    table_free(&p->urls);
}

struct conf *conf_parse(const char *path, const struct conf_reader *reader, const struct conf_checks *checks, struct sv host, struct diags *diags)
{
    static const struct conf_checks none;
    struct conf *conf = xcalloc(1, sizeof *conf);
    struct conf_parser p = {.conf = conf, .reader = reader, .checks = checks ? checks : &none, .diags = diags};
    size_t before = diags->errors;
    conf->instance = sv_dup(&conf->arena, host);
    conf->kafka.drain = -1; /* not given */
    parse_file(&p, sv_dup(&conf->arena, sv_of(path)), (struct span){0});
    parser_finish(&p);
    free_parser(&p);
    if (diags->errors > before)
        conf_free(&conf);
    return conf;
}

void conf_free(struct conf **conf)
{
    if (!*conf)
        return;
    table_free(&(*conf)->outlets_by_id);
    table_free(&(*conf)->feeds_by_id);
    table_free(&(*conf)->rules_by_id);
    table_free(&(*conf)->lists_by_name);
    arena_free(&(*conf)->arena);
    free(*conf);
    *conf = NULL;
}
