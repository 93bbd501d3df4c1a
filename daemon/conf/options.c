/* What is set of librdkafka: options, with their values in the configuration or in files of their own. */
#include "conf/parser.h"
#include "conf/secret.h"
#include "conf/value.h"

#define VALUE_MOST (64u << 10)

/* ---- Files ---- */

struct value_file {
    struct sv path;          /* that was looked for last */
    struct buf text;
    bool open;               /* to every user */
    uint64_t stamp;
    char error[300];
};

static uint64_t stamp_of(const struct conf_reader *reader, struct sv path)
{
    return reader->stamp ? reader->stamp(reader->context, path.p) : 0;
}

/* As conf_reader.read_value. The stamp is taken first: a file that is written meanwhile is read again, not missed. */
static int read_at(struct conf_parser *p, struct sv path, struct value_file *f)
{
    f->path = path;
    f->stamp = stamp_of(p->reader, path);
    if (p->reader->read_value)
        return p->reader->read_value(p->reader->context, path.p, VALUE_MOST, &f->text, &f->open, f->error, sizeof f->error);
    strcpy(f->error, "no such file");
    return 0;
}

/* A relative path is one of systemd's credentials, or else begins at the folder of the file that names it. */
static bool read_value_file(struct conf_parser *p, struct sv path, struct span where, struct value_file *f)
{
    const char *credentials = path.p[0] == '/' ? NULL : p->reader->credentials;
    int found = 0;
    if (credentials)
        found = read_at(p, sv_of(arena_printf(&p->conf->arena, "%s/%.*s", credentials, SV_ARG(path))), f);
    if (found == 0)
        found = read_at(p, parser_path(p, path), f);
    if (found < 0)
        parser_error(p, where, "%.*s: %s", SV_ARG(f->path), f->error);
    else if (found == 0 && credentials)
        parser_error(p, where, "%.*s: %s, and none in %s ($CREDENTIALS_DIRECTORY)", SV_ARG(f->path), f->error, credentials);
    else if (found == 0)
        parser_error(p, where, "%.*s: %s%s", SV_ARG(f->path), f->error, path.p[0] == '/' ? "" : " ($CREDENTIALS_DIRECTORY is not set)");
    return found > 0;
}

/* The line end that an editor leaves is no part of it. */
static struct sv without_line_end(struct sv v)
{
    v.n -= sv_ends(v, SV("\n"));
    v.n -= sv_ends(v, SV("\r"));
    return v;
}

/* A password is one line; what it may hold besides is the broker's matter. */
static void check_value(struct conf_parser *p, const struct value_file *f, struct sv name, struct sv value, struct span where)
{
    bool line = sv_ends(name, SV("password")) || sv_ends(name, SV("secret"));
    if (value.n == 0)
        parser_error(p, where, "%.*s is empty: it holds the value of %.*s", SV_ARG(f->path), SV_ARG(name));
    else if (memchr(value.p, '\0', value.n))
        parser_error(p, where, "%.*s holds a NUL byte: it is a text, the value of %.*s", SV_ARG(f->path), SV_ARG(name));
    else if (line && memchr(value.p, '\n', value.n))
        diag_add(p->diags, DIAG_WARNING, where, "%.*s has several lines: all of them are the value of %.*s", SV_ARG(f->path), SV_ARG(name));
    if (f->open && secret_is(name))
        diag_add(p->diags, DIAG_WARNING, where, "every user of this machine may read %.*s: chmod o= takes that away", SV_ARG(f->path));
}

/* The current token as the path of a file, and its content as the option's value. */
static bool want_file(struct conf_parser *p, struct conf_option *o, struct span *where)
{
    struct sv path;
    struct value_file f = {0};
    if (!want_string(p, "a path", &path, where))
        return false;
    size_t before = p->diags->errors;
    if (path.n == 0)
        parser_error(p, *where, "the path is empty");
    else if (read_value_file(p, sv_dup(&p->conf->arena, path), *where, &f)) {
        o->value = sv_dup(&p->conf->arena, without_line_end(f.text.n ? buf_view(&f.text) : SV("")));
        o->file = f.path;
        o->stamp = f.stamp;
        check_value(p, &f, o->name, o->value, *where);
    }
    if (f.text.n)
        explicit_bzero(f.text.p, f.text.n);
    buf_free(&f.text);
    return p->diags->errors == before;
}

/* ---- Options ---- */

/* librdkafka reads these files itself, when a producer is made. */
static bool names_file(struct sv option)
{
    return sv_ends(option, SV(".location")) || sv_ends(option, SV(".keytab")) || sv_ends(option, SV(".file"));
}

static void check_option(struct conf_parser *p, const struct conf_option *o, struct span value_at)
{
    char error[512] = "";
    if (!p->checks->kafka_option || p->checks->kafka_option(p->checks->context, o->name.p, o->value.p, error, sizeof error))
        return;
    bool about_value = sv_find(sv_of(error), SV("nvalid value")) >= 0 || sv_find(sv_of(error), SV("xpected")) >= 0;
    bool repeats = o->value.n > 3 && sv_find(sv_of(error), o->value) >= 0;
    if ((o->file.p || secret_is(o->name)) && (about_value || repeats))
        parser_error(p, value_at, "librdkafka takes no such value for '%.*s'", SV_ARG(o->name));
    else
        parser_error(p, about_value ? value_at : o->where, "%s", error);
}

static void add_option(struct conf_parser *p, struct conf_option o, struct span value_at)
{
    for (size_t i = 0; i < p->option_count; i++)
        if (sv_eq(p->options[i].name, o.name))
            tell_second(p, o.where, o.name, p->options[i].where);
    if (o.value.p)
        check_option(p, &o, value_at);
    if (o.value.p && !o.file.p && names_file(o.name))
        o.stamp = stamp_of(p->reader, o.value);
    p->options = xgrow(p->options, p->option_count, &p->option_capacity, sizeof *p->options);
    p->options[p->option_count++] = o;
}

/* `file` is a value like any other, unless a path follows. */
static bool want_value(struct conf_parser *p, struct conf_option *o, struct span *where)
{
    bool file = p->l->token.kind == TOKEN_WORD && sv_eq(p->l->token.text, SV("file"));
    struct sv value;
    if (!want_either(p, "the option's value", &value, where))
        return false;
    if (file && (p->l->token.kind == TOKEN_STRING || p->l->token.kind == TOKEN_WORD) && !lex_begins_directive(p->l)) {
        want_file(p, o, where); /* told, the option is there all the same */
        return true;
    }
    o->value = sv_dup(&p->conf->arena, value);
    return true;
}

void read_option(struct conf_parser *p, void *target)
{
    (void)target;
    struct conf_option o = {0};
    struct span value_at;
    parser_next(p);
    if (!want_word(p, "a librdkafka option", &o.name, &o.where))
        return;
    o.name = sv_dup(&p->conf->arena, o.name);
    if (!want_value(p, &o, &value_at))
        return;
    add_option(p, o, value_at);
    want_semicolon(p);
}

void read_password_file(struct conf_parser *p, void *target)
{
    (void)target;
    struct conf_option o = {.name = SV("sasl.password"), .where = p->l->token.where};
    struct span value_at;
    size_t before = p->diags->errors;
    parser_next(p);
    bool good = want_file(p, &o, &value_at);
    if (!good && p->diags->errors == before)
        return;
    add_option(p, o, value_at);
    if (p->l->token.kind == TOKEN_SEMICOLON || good)
        want_semicolon(p);
}

/* ---- Comparing ---- */

bool conf_kafka_same(const struct conf_kafka *a, const struct conf_kafka *b)
{
    bool same = a->sink == b->sink && sv_eq(a->brokers, b->brokers) && sv_eq(a->file, b->file) && a->option_count == b->option_count;
    for (size_t i = 0; same && i < a->option_count; i++) {
        const struct conf_option *x = &a->options[i], *y = &b->options[i];
        same = sv_eq(x->name, y->name) && sv_eq(x->value, y->value) && (x->file.p || y->file.p || x->stamp == y->stamp);
    }
    return same;
}

bool conf_kafka_is_stale(const struct conf_kafka *k, const struct conf_reader *reader)
{
    for (size_t i = 0; i < k->option_count; i++) {
        const struct conf_option *o = &k->options[i];
        if (o->stamp && stamp_of(reader, o->file.p ? o->file : o->value) != o->stamp)
            return true;
    }
    return false;
}
