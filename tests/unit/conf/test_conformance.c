/* The language held against its definition: each table of tests/conformance is read, each row of it is a rule held against a story,
 * both in a configuration of their own. What the tables write is told in tests/conformance/README. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "conf/memory.h"
#include "match/match.h"

#define SEPARATOR " · "

struct row {
    struct sv rule, text, want, why;
};

struct trying {
    struct arena arena;
    struct diags diags;
    struct conf *conf;
    struct match *match;
    struct item item;
    struct match_context context;
    struct hit *hits;
    struct buf said; /* what came of it, when that was not wanted */
};

/* ---- Reading a table ---- */

/* \u{AD} is a character that nobody sees, \n a line's end. */
static struct sv plain(struct arena *a, struct sv v)
{
    struct buf out = {0};
    for (size_t i = 0; i < v.n; i++) {
        struct sv rest = sv_from(v, i);
        char bytes[4], *after;
        if (sv_starts(rest, SV("\\u{"))) {
            uint32_t c = (uint32_t)strtoul(rest.p + 3, &after, 16);
            buf_append(&out, bytes, utf8_encode(c, bytes));
            i += (size_t)(after - rest.p);
        } else if (sv_starts(rest, SV("\\n"))) {
            buf_byte(&out, '\n');
            i++;
        } else {
            buf_byte(&out, v.p[i]);
        }
    }
    struct sv copy = sv_dup(a, out.n ? buf_view(&out) : SV(""));
    buf_free(&out);
    return copy;
}

static bool read_row(struct sv line, struct row *row)
{
    struct sv *columns[] = {&row->rule, &row->text, &row->want, &row->why};
    for (size_t i = 0; i < 4; i++) {
        int64_t end = i < 3 ? sv_find(line, SV(SEPARATOR)) : (int64_t)line.n;
        if (end < 0)
            return false;
        *columns[i] = sv_trim(sv_head(line, (size_t)end));
        line = i < 3 ? sv_from(line, (size_t)end + sizeof SEPARATOR - 1) : line;
    }
    return row->why.n > 0;
}

/* ---- The story ---- */

/* Which part "[title] " names: the bytes of it, 0 when it names none. */
static size_t part_at(struct sv v, size_t *part)
{
    static const char *const names[] = {"[title] ", "[summary] ", "[content] ", "[author] ", "[category] ", "[url] ", "[lang] ",
                                        "[outlet] ", "[feed] ", "[country] ", "[outlet's lang] "};
    for (*part = 0; *part < sizeof names / sizeof *names; ++*part)
        if (sv_starts(v, sv_of(names[*part])))
            return strlen(names[*part]);
    return 0;
}

static void add_part(struct trying *t, size_t part, struct sv v)
{
    struct sv *single[] = {&t->item.title, &t->item.summary, &t->item.content_text, NULL, NULL, &t->item.url, &t->item.language,
                           &t->context.outlet, &t->context.feed, &t->context.country, &t->context.language};
    v = plain(&t->arena, sv_trim(v));
    if (part == ITEM_AUTHOR)
        t->item.authors[t->item.author_count++] = v;
    else if (part == ITEM_CATEGORY)
        t->item.tags[t->item.tag_count++] = v;
    else
        *single[part] = v;
}

static void read_story(struct trying *t, struct sv text)
{
    t->item = (struct item){.arena = &t->arena, .id = SV("1"), .published = TIME_NONE, .modified = TIME_NONE};
    t->item.authors = arena_array(&t->arena, text.n, sizeof *t->item.authors);
    t->item.tags = arena_array(&t->arena, text.n, sizeof *t->item.tags);
    size_t part = ITEM_CONTENT, next, from = 0;
    for (size_t i = 0; i <= text.n; i++) {
        size_t n = part_at(sv_from(text, i), &next);
        if (!n && i < text.n)
            continue;
        if (i > from)
            add_part(t, part, sv_head(sv_from(text, from), i - from));
        part = next;
        from = i + n;
    }
}

/* ---- The rule ---- */

static void compile(void *context, const struct rule *rules, size_t count, struct diags *diags)
{
    struct trying *t = context;
    match_free(&t->match);
    t->match = match_compile(rules, count, diags);
}

/* An expression, what stands within a rule, or lists with the rule. */
static void write_conf(struct buf *out, struct sv rule)
{
    buf_str(out, "kafka { embedded; }\noutlet tass { feed world \"https://tass.example/\"; country RU; }\n"
                 "list iran = Iran | Tehran | Тегеран*;\nlist talks = talks | Gipfel | \"peace talk*\" | 'SALT' | $iran;\n"
                 "rule lists { title \"Lists\"; match $talks; }\n");
    bool whole = sv_starts(rule, SV("list ")), body = sv_starts(rule, SV("match ")) || sv_starts(rule, SV("score "));
    buf_str(out, whole ? "" : body ? "rule tried {\n" : "rule tried { match\n");
    buf_sv(out, rule);
    buf_str(out, whole ? "\n" : body ? "\n}\n" : "\n;}\n");
}

static void read_rule(struct trying *t, struct sv rule)
{
    struct buf text = {0};
    write_conf(&text, rule);
    const struct memory_file file = {"c", sv_dup(&t->arena, buf_view(&text)), NULL};
    const struct memory m = {&file, 1};
    const struct conf_reader reader = memory_reader(&m);
    const struct conf_checks checks = {.rules = compile, .context = t};
    t->conf = conf_parse("c", &reader, &checks, SV("host"), &t->diags);
    buf_free(&text);
}

/* ---- Wants ---- */

static const char *const fields[ITEM_FIELDS] = {"title", "summary", "content", "author", "category", "url"};

/* "term@field:start-end, …", "term=text@…" where the text is another. */
static void write_mentions(struct buf *out, const struct hit *hit)
{
    for (size_t i = 0; i < hit->mention_count; i++) {
        const struct mention *m = &hit->mentions[i];
        buf_printf(out, "%s%.*s", i ? ", " : "", SV_ARG(m->term));
        if (!sv_eq(m->term, m->text))
            buf_printf(out, "=%.*s", SV_ARG(m->text));
        buf_printf(out, "@%s", fields[m->field]);
        if (m->field == ITEM_AUTHOR || m->field == ITEM_CATEGORY)
            buf_printf(out, "%u", m->index);
        buf_printf(out, ":%zu-%zu", m->start, m->end);
    }
    if (hit->scored)
        buf_printf(out, "%sscore %lld", out->n ? ", " : "", (long long)hit->score);
}

static const struct hit *hit_of(struct trying *t)
{
    size_t count = match_item(t->match, &t->item, &t->context, &t->hits);
    for (size_t i = 0; i < count; i++)
        if (sv_eq(t->hits[i].rule, SV("tried")))
            return &t->hits[i];
    return NULL;
}

/* One error or one warning, at its column. "5: what it says". */
static bool is_told(struct trying *t, enum diag_level level, struct sv want)
{
    char *after;
    size_t column = strtoul(want.p, &after, 10), line, at = 0;
    struct sv part = sv_trim(sv_range(after + 1, want.p + want.n));
    if (t->diags.errors != (level == DIAG_ERROR) || (level == DIAG_WARNING && t->diags.warnings != 1))
        return false;
    for (size_t i = 0; i < t->diags.count; i++)
        if (t->diags.list[i].level == level) {
            diag_place(t->diags.list[i].where, &line, &at);
            return at == column && sv_find(t->diags.list[i].message, part) >= 0;
        }
    return false;
}

static bool is_held(struct trying *t, struct sv want)
{
    const struct hit *hit = hit_of(t);
    if (sv_eq(want, SV("hit")) || sv_eq(want, SV("miss"))) {
        buf_str(&t->said, hit ? "hits" : "misses");
        return (hit != NULL) == sv_eq(want, SV("hit"));
    }
    if (!hit || !sv_starts(want, SV("hit: "))) {
        buf_str(&t->said, hit ? "the outcome is none of hit, miss, hit:, error, warning" : "misses");
        return false;
    }
    write_mentions(&t->said, hit);
    return sv_eq(buf_view(&t->said), sv_from(want, 5));
}

static bool is_as_wanted(struct trying *t, struct sv want)
{
    diag_write(&t->diags, &t->said, false);
    if (sv_starts(want, SV("error ")))
        return is_told(t, DIAG_ERROR, sv_from(want, 6));
    if (t->diags.errors || !t->match)
        return false;
    if (sv_starts(want, SV("warning "))) /* a rule all the same: it hits the text, where there is one */
        return is_told(t, DIAG_WARNING, sv_from(want, 8)) && (sv_eq(t->item.content_text, SV("–")) || hit_of(t));
    if (t->diags.warnings && !sv_eq(want, SV("miss"))) /* what is told of a rule that never matches does not matter there */
        return false;
    t->said.n = 0;
    return is_held(t, want);
}

static bool try_row(const struct row *row)
{
    struct trying t = {0};
    read_story(&t, row->text);
    read_rule(&t, plain(&t.arena, row->rule));
    bool good = is_as_wanted(&t, plain(&t.arena, row->want));
    if (!good)
        print_error("%.*s\n  %.*s\n  should: %.*s\n  but: %.*s\n  because: %.*s\n", SV_ARG(row->rule), SV_ARG(row->text), SV_ARG(row->want),
                    (int)t.said.n, t.said.p ? t.said.p : "", SV_ARG(row->why));
    match_free(&t.match);
    conf_free(&t.conf);
    diag_free(&t.diags);
    buf_free(&t.said);
    arena_free(&t.arena);
    return good;
}

static void each_row_holds(void **state)
{
    char path[100], line[4096];
    size_t number = 0, rows = 0, wrong = 0;
    snprintf(path, sizeof path, "tests/conformance/%s.txt", (const char *)*state);
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("%s cannot be read: run this from the project's folder", path);
    while (fgets(line, sizeof line, f)) {
        struct sv text = sv_trim(sv_of(line));
        struct row row;
        number++;
        if (!text.n || sv_starts(text, SV("## ")))
            continue;
        rows++;
        bool good = read_row(text, &row);
        if (!good)
            print_error("a row is  rule · text · outcome · why\n");
        if (!good || !try_row(&row)) {
            print_error("  at %s:%zu\n\n", path, number);
            wrong++;
        }
    }
    fclose(f);
    if (wrong || !rows)
        fail_msg("%zu of %zu rows of %s", wrong, rows, path);
}

int main(void)
{
#define TABLE(name) {#name, each_row_holds, NULL, NULL, (void *)(uintptr_t)#name}
    const struct CMUnitTest tests[] = {TABLE(grammar), TABLE(terms), TABLE(words), TABLE(folding), TABLE(sentences), TABLE(owes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
