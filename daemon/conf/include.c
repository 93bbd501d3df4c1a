/* Files: reading them, one from within another, and the parse of the whole. */
#include <stdlib.h>

#include "conf/parser.h"
#include "conf/secret.h"

#define INCLUDE_DEPTH 16

/* "./" and doubled slashes are dropped, so that one file has one name. */
static struct sv plain_path(struct conf_parser *p, struct sv path)
{
    struct buf out = {0};
    struct sv part;
    if (path.n && path.p[0] == '/')
        buf_byte(&out, '/');
    while (sv_split(&path, '/', &part)) {
        if (part.n == 0 || sv_eq(part, SV(".")))
            continue;
        if (out.n && out.p[out.n - 1] != '/')
            buf_byte(&out, '/');
        buf_sv(&out, part);
    }
    struct sv plain = sv_dup(&p->conf->arena, out.n ? buf_view(&out) : SV("."));
    buf_free(&out);
    return plain;
}

/* A relative path starts from the folder of the file that names it. */
struct sv parser_path(struct conf_parser *p, struct sv path)
{
    const char *slash = p->file->path.n ? memrchr(p->file->path.p, '/', p->file->path.n) : NULL;
    if (path.p[0] == '/' || !slash)
        return plain_path(p, path);
    struct sv folder = sv_range(p->file->path.p, slash);
    return plain_path(p, sv_of(arena_printf(&p->conf->arena, "%.*s/%.*s", SV_ARG(folder), SV_ARG(path))));
}

static bool is_open(const struct conf_parser *p, struct sv path)
{
    for (const struct open_file *f = p->file; f; f = f->from)
        if (sv_eq(f->path, path))
            return true;
    return false;
}

static void parse_file(struct conf_parser *, struct sv path, struct span from);

static void include_one(struct conf_parser *p, struct sv path, struct span where)
{
    const struct span *earlier = table_get(&p->files, path);
    if (is_open(p, path)) {
        parser_error(p, where, "%.*s would include itself", SV_ARG(path));
    } else if (earlier) {
        parser_error(p, where, "%.*s is included a second time", SV_ARG(path));
        diag_add(p->diags, DIAG_NOTE, *earlier, "it was included here");
    } else if (p->file->depth == INCLUDE_DEPTH) {
        parser_error(p, where, "includes within includes, deeper than %d levels", INCLUDE_DEPTH);
        p->too_deep = p->incomplete = true;
    } else {
        parse_file(p, path, where);
    }
}

static const char *check_path(struct sv v)
{
    return v.n ? NULL : "the path is empty";
}

void read_include(struct conf_parser *p, void *target)
{
    (void)target;
    struct sv pattern = SV_NONE, *paths;
    struct span where;
    size_t count;
    char error[300];
    read_text(p, want_string, "a path", check_path, &pattern, &where);
    if (!pattern.p) {
        p->incomplete = true;
        return;
    }
    struct sv whole = parser_path(p, pattern);
    if (!p->reader->glob(p->reader->context, whole.p, &p->conf->arena, &paths, &count, error, sizeof error)) {
        parser_error(p, where, "%.*s: %s", SV_ARG(whole), error);
        p->incomplete = true;
        return;
    }
    if (count == 0)
        diag_add(p->diags, DIAG_WARNING, where, "no file is like %.*s", SV_ARG(whole));
    for (size_t i = 0; i < count && !p->too_deep; i++)
        include_one(p, paths[i], where);
}

static void parse_text(struct conf_parser *p, const struct source *source)
{
    struct lexer lexer, *outer = p->l;
    lex_start(&lexer, source, &p->conf->arena, p->diags);
    lexer.is_directive = parser_is_directive;
    p->l = &lexer;
    parser_next(p);
    for (;;) {
        parser_block(p, &top_block, p);
        if (lexer.token.kind == TOKEN_END)
            break;
        parser_error(p, lexer.token.where, "this } closes nothing");
        parser_next(p);
    }
    p->l = outer;
}

/* The file's text into the arena, checked; NULL after telling why not. */
static const struct source *read_source(struct conf_parser *p, struct sv path, struct span from)
{
    char error[300];
    buf_clear(&p->text);
    if (!p->reader->read(p->reader->context, path.p, &p->text, error, sizeof error)) {
        parser_error(p, from, "%.*s: %s", SV_ARG(path), error);
        return NULL;
    }
    struct sv text = p->text.n ? buf_view(&p->text) : SV("");
    if (sv_starts(text, SV("\xEF\xBB\xBF"))) /* a byte order mark */
        text = sv_from(text, 3);
    struct source *source = arena_zalloc(&p->conf->arena, sizeof *source);
    *source = (struct source){path, sv_dup(&p->conf->arena, text)};
    return source_check(source, p->diags) ? source : NULL;
}

static void parse_file(struct conf_parser *p, struct sv path, struct span from)
{
    struct span *where = arena_alloc(&p->conf->arena, sizeof *where);
    *where = from;
    table_put(&p->files, path, where);
    const struct source *source = read_source(p, path, from);
    if (!source) {
        p->incomplete = true;
        return;
    }
    p->conf->files++;
    struct open_file file = {path, p->file, p->file ? p->file->depth + 1 : 0};
    const struct frame *frame = p->frame;
    p->file = &file;
    p->frame = NULL;
    parse_text(p, source);
    p->file = file.from;
    p->frame = frame;
}

static void free_parser(struct conf_parser *p)
{
    buf_free(&p->text);
    free(p->outlets);
    free(p->feeds);
    free(p->rules);
    free(p->lists);
    free(p->options);
    free(p->outlets_named);
    free(p->topics_named);
    table_free(&p->outlet_ids);
    table_free(&p->feed_ids);
    table_free(&p->rule_ids);
    table_free(&p->list_names);
    table_free(&p->urls);
    table_free(&p->files);
    table_free(&p->zones);
}

struct conf *conf_parse(const char *path, const struct conf_reader *reader, const struct conf_checks *checks, struct sv host, struct diags *diags)
{
    static const struct conf_checks none;
    struct conf *conf = xcalloc(1, sizeof *conf);
    struct conf_parser p = {.conf = conf, .reader = reader, .checks = checks ? checks : &none, .diags = diags};
    size_t before = diags->errors;
    diags->hide = secret_hide;
    conf->instance = sv_dup(&conf->arena, host);
    conf->kafka.drain = -1; /* not given */
    p.path = plain_path(&p, sv_of(path));
    parse_file(&p, p.path, (struct span){0});
    parser_finish(&p);
    free_parser(&p);
    if (diags->errors > before)
        conf_free(&conf);
    return conf;
}

void conf_forget_trees(struct conf *conf)
{
    for (size_t i = 0; i < conf->rule_count; i++) {
        struct rule *r = &conf->rules[i];
        r->match = NULL;
        for (size_t k = 0; k < r->clause_count; k++)
            r->clauses[k].expr = NULL;
    }
    for (size_t i = 0; i < conf->list_count; i++)
        conf->lists[i].body = NULL;
    arena_free(&conf->trees);
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
    arena_free(&(*conf)->trees);
    free(*conf);
    *conf = NULL;
}
