/* What the tests of the match stage share: a rule from its text, a story to hold it against, and tables of both. */
#ifndef TRYING_H
#define TRYING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../referee/contest.h"

/* A news item as a table writes it; what is NULL is not there. */
struct story {
    const char *title, *summary, *content, *authors[3], *tags[3], *url, *lang;
    const char *outlet, *feed, *country, *outlet_lang;
};

#define LISTS_MOST 60

struct trying {
    struct arena arena;
    struct diags diags;
    struct source sources[LISTS_MOST + 1];
    struct list lists[LISTS_MOST];
    size_t list_count;
    struct table names;
    struct rule rule;
    struct match *match;
    struct hit *hits;
    size_t hit_count;
};

static inline void add_list(struct trying *t, const char *name, const char *body)
{
    struct lexer l;
    struct list *list = &t->lists[t->list_count];
    struct source *s = &t->sources[1 + t->list_count++];
    *s = (struct source){sv_of(name), sv_of(body)};
    *list = (struct list){.name = sv_of(name), .where = {s, 0, 0}};
    lex_start(&l, s, &t->arena, &t->diags);
    list->body = rule_parse_list(&l, &t->arena, &t->diags);
    table_put(&t->names, list->name, list);
}

/* false when there were errors, which t->diags has. */
static inline bool compile_rule_text(struct trying *t, struct sv text)
{
    for (size_t i = 0; i < t->list_count; i++)
        rule_resolve_list(&t->lists[i], &t->names, &t->diags);
    t->sources[0] = (struct source){SV("-e"), text};
    t->rule.id = SV("tried");
    t->rule.match = rule_parse_text(&t->sources[0], &t->names, &t->arena, &t->diags);
    if (t->rule.match && t->diags.errors == 0)
        t->match = match_compile(&t->rule, 1, &t->diags);
    return t->match;
}

static inline struct sv *views(struct arena *a, const char *const texts[3], size_t *count)
{
    struct sv *list = arena_array(a, 3, sizeof *list);
    for (*count = 0; *count < 3 && texts[*count]; ++*count)
        list[*count] = sv_of(texts[*count]);
    return list;
}

static inline struct item *item_of(struct trying *t, const struct story *s)
{
    struct item *item = arena_zalloc(&t->arena, sizeof *item);
    *item = (struct item){.arena = &t->arena, .id = SV("1"), .url = sv_of(s->url), .title = sv_of(s->title), .summary = sv_of(s->summary),
                          .content_text = sv_of(s->content), .language = sv_of(s->lang), .published = TIME_NONE, .modified = TIME_NONE};
    item->authors = views(&t->arena, s->authors, &item->author_count);
    item->tags = views(&t->arena, s->tags, &item->tag_count);
    return item;
}

static inline struct match_context context_of(const struct story *s)
{
    return (struct match_context){sv_of(s->outlet), sv_of(s->feed), sv_of(s->country), sv_of(s->outlet_lang)};
}

/* The engine's answer, which must be the referee's too. */
static inline const struct hit *hold(struct trying *t, const struct story *s)
{
    struct match_context context = context_of(s);
    struct item *item = item_of(t, s);
    t->hit_count = match_item(t->match, item, &context, &t->hits);
    const struct hit *hit = t->hit_count ? &t->hits[0] : NULL;
    struct referee *referee = arena_zalloc(&t->arena, sizeof *referee);
    struct reading *reading = arena_zalloc(&t->arena, sizeof *reading);
    struct buf why = {0};
    referee->arena = &t->arena;
    read_item(reading, item, &context, &t->arena);
    struct judgement j = judge(referee, &t->rule, reading, &t->arena);
    if (!j.immense && !same_answer(hit, &j)) {
        describe(&why, "engine ", hit, hit ? hit->score : 0, hit ? hit->mentions : NULL, hit ? hit->mention_count : 0);
        describe(&why, "referee", j.holds, j.score, j.mentions, j.mention_count);
        fail_msg("%.*s\n%.*s", SV_ARG(t->sources[0].text), SV_ARG(buf_view(&why)));
    }
    arena_free(&referee->work);
    return hit;
}

static inline void trying_free(struct trying *t)
{
    match_free(&t->match);
    table_free(&t->names);
    diag_free(&t->diags);
    arena_free(&t->arena);
}

static inline struct sv told(struct trying *t)
{
    struct buf out = {0};
    diag_write(&t->diags, &out, false);
    struct sv v = sv_dup(&t->arena, out.n ? buf_view(&out) : SV(""));
    buf_free(&out);
    return v;
}

/* ---- Tables ---- */

enum outcome { MISS, HIT };

/* A rule held against a text, which is the content of an item. */
struct trial {
    const char *rule, *text;
    enum outcome want;
    const char *why;
};

static inline void check_story(const char *rule, const struct story *s, enum outcome want, const char *why)
{
    struct trying t = {0};
    if (!compile_rule_text(&t, sv_of(rule)))
        fail_msg("%s\n  is an error (%s):\n%.*s", rule, why, SV_ARG(told(&t)));
    if ((hold(&t, s) != NULL) != (want == HIT))
        fail_msg("%s\n  %s  %s | %s | %s\n  because: %s", rule, want == HIT ? "misses" : "hits", s->title ? s->title : "",
                 s->summary ? s->summary : "", s->content ? s->content : "", why);
    trying_free(&t);
}

static inline void check_trials(const struct trial *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct story s = {.content = rows[i].text};
        check_story(rows[i].rule, &s, rows[i].want, rows[i].why);
    }
}
#define CHECK_TRIALS(rows) check_trials(rows, sizeof(rows) / sizeof *(rows))

/* A rule with one mistake: where it is (a column), and what is said of it. An empty message: no mistake, no warning. */
struct mistake {
    const char *rule;
    size_t column;
    const char *message;
};

static inline void check_told(struct trying *t, enum diag_level level, const struct mistake *m, bool compiled)
{
    size_t line = 0, column = 0;
    bool error = level == DIAG_ERROR;
    if (compiled == error || t->diags.errors != (error ? 1 : 0) || t->diags.warnings != (level == DIAG_WARNING ? 1 : 0))
        fail_msg("%s\n  is not told one %s but:\n%.*s", m->rule, error ? "error" : level == DIAG_WARNING ? "warning" : "nothing", SV_ARG(told(t)));
    if (level == DIAG_NOTE)
        return;
    diag_place(t->diags.list[0].where, &line, &column);
    if (column != m->column || sv_find(t->diags.list[0].message, sv_of(m->message)) < 0)
        fail_msg("%s\n  is told not \"%s\" at column %zu but:\n%.*s", m->rule, m->message, m->column, SV_ARG(told(t)));
}

static inline void check_mistakes(enum diag_level level, const struct mistake *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct trying t = {0};
        add_list(&t, "iran", "Iran | Tehran");
        bool compiled = compile_rule_text(&t, sv_of(rows[i].rule));
        check_told(&t, *rows[i].message ? level : DIAG_NOTE, &rows[i], compiled);
        trying_free(&t);
    }
}
#define CHECK_ERRORS(rows) check_mistakes(DIAG_ERROR, rows, sizeof(rows) / sizeof *(rows))
#define CHECK_WARNINGS(rows) check_mistakes(DIAG_WARNING, rows, sizeof(rows) / sizeof *(rows))

#endif
