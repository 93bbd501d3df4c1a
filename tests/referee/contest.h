/* A contest: rules and items written as lines of text, the engine's answers held against the referee's.
 *     list NAME = TERM | TERM
 *     rule EXPRESSION               (none: its scores decide alone)
 *     langs en ru                   (these four: of the rule before)
 *     outlets tass
 *     score +5 EXPRESSION
 *     threshold 5
 *     item
 *     title TEXT                    (\n in it is a line feed; also summary, content, author, tag, url)
 *     lang ru                       (also outlet, feed, country; home: the outlet's language)
 * A rule or list in error is left out, and so is what a line of another kind says. */
#ifndef REFEREE_CONTEST_H
#define REFEREE_CONTEST_H

#include "match/lex.h"
#include "referee.h"

#define CONTEST_RULES 300
#define CONTEST_LISTS 8
#define CONTEST_ITEMS 20
#define CONTEST_PARTS 10 /* words of `langs`, clauses, authors, tags */

struct contest {
    struct arena arena;
    struct table names;
    struct list lists[CONTEST_LISTS];
    struct rule rules[CONTEST_RULES];
    struct item items[CONTEST_ITEMS];
    struct match_context contexts[CONTEST_ITEMS];
    size_t list_count, rule_count, item_count;
    size_t left_out;          /* rules and lists in error */
    struct diags diags;       /* of the rules in error */
};

/* What was compared so far. */
struct tally {
    size_t pairs, hits, mentions, immense, left_out;
};

/* ---- Reading ---- */

static inline struct sv unescaped(struct contest *t, struct sv v)
{
    struct buf out = {0};
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] == '\\' && i + 1 < v.n && v.p[i + 1] == 'n')
            buf_byte(&out, '\n'), i++;
        else
            buf_byte(&out, v.p[i]);
    struct sv text = sv_dup(&t->arena, out.n ? buf_view(&out) : SV_NONE);
    buf_free(&out);
    return text;
}

static inline const struct source *source_of(struct contest *t, struct sv text)
{
    struct source *s = arena_zalloc(&t->arena, sizeof *s);
    *s = (struct source){SV("contest"), text};
    return s;
}

static inline void read_list(struct contest *t, struct sv line)
{
    struct sv name;
    struct diags diags = {0};
    struct lexer lexer;
    if (t->list_count == CONTEST_LISTS || !sv_split(&line, '=', &name))
        return;
    const struct source *s = source_of(t, line);
    struct list *list = &t->lists[t->list_count];
    *list = (struct list){.name = sv_trim(name), .where = {s, 0, 0}};
    if (source_check(s, &diags)) {
        lex_start(&lexer, s, &t->arena, &diags);
        list->body = rule_parse_list(&lexer, &t->arena, &diags);
    }
    if (list->body && diags.errors == 0 && !table_get(&t->names, list->name))
        table_put(&t->names, list->name, list), t->list_count++;
    else
        t->left_out++;
    diag_free(&diags);
}

static inline struct sv *read_words(struct contest *t, struct sv line, size_t *count)
{
    struct sv *list = arena_array(&t->arena, CONTEST_PARTS, sizeof *list);
    *count = 0;
    for (struct sv word; *count < CONTEST_PARTS && sv_split(&line, ' ', &word);)
        if (word.n)
            list[(*count)++] = word;
    return list;
}

static inline void read_clause(struct contest *t, struct rule *rule, struct sv line)
{
    struct sv number;
    if (rule->clause_count == CONTEST_PARTS || !sv_split(&line, ' ', &number))
        return;
    char *digits = sv_cstr(number);
    rule->clauses = rule->clauses ? rule->clauses : arena_array(&t->arena, CONTEST_PARTS, sizeof *rule->clauses);
    struct clause *c = &rule->clauses[rule->clause_count++];
    *c = (struct clause){strtol(digits, NULL, 10) % 1000000, rule_parse_text(source_of(t, line), &t->names, &t->arena, &t->diags), {0}};
    free(digits);
}

/* The last rule stays when it is one. */
static inline void end_rule(struct contest *t, size_t errors)
{
    if (t->rule_count == 0)
        return;
    struct rule *r = &t->rules[t->rule_count - 1];
    struct match *alone = t->diags.errors == errors && (r->match || r->clause_count) ? match_compile(r, 1, &t->diags) : NULL;
    t->rule_count -= !alone;
    t->left_out += !alone;
    match_free(&alone);
}

static inline bool read_rule_line(struct contest *t, struct sv key, struct sv value, size_t *errors, bool *open)
{
    bool begins = sv_eq(key, SV("rule")), ends = sv_eq(key, SV("item"));
    if (*open && (begins || ends)) {
        end_rule(t, *errors);
        *open = false;
    }
    if (begins && t->rule_count < CONTEST_RULES) {
        struct rule *r = &t->rules[t->rule_count];
        *errors = t->diags.errors;
        *r = (struct rule){.id = sv_of(arena_printf(&t->arena, "rule%zu", t->rule_count + t->left_out))};
        r->match = sv_trim(value).n ? rule_parse_text(source_of(t, value), &t->names, &t->arena, &t->diags) : NULL;
        t->rule_count++;
        *open = true;
    }
    struct rule *r = *open ? &t->rules[t->rule_count - 1] : NULL;
    if (r && sv_eq(key, SV("langs")))
        r->langs = read_words(t, value, &r->lang_count);
    else if (r && sv_eq(key, SV("outlets")))
        r->outlets = read_words(t, value, &r->outlet_count);
    else if (r && sv_eq(key, SV("score")))
        read_clause(t, r, value);
    else if (r && sv_eq(key, SV("threshold")))
        r->threshold = value.n ? strtol(arena_copy(&t->arena, value.p, value.n), NULL, 10) % 1000000 : 0;
    else
        return begins;
    return true;
}

static inline void read_item_line(struct contest *t, struct sv key, struct sv value)
{
    if (sv_eq(key, SV("item")) && t->item_count < CONTEST_ITEMS)
        t->items[t->item_count++] = (struct item){.id = SV("1"), .published = TIME_NONE, .modified = TIME_NONE};
    if (t->item_count == 0)
        return;
    struct item *i = &t->items[t->item_count - 1];
    struct match_context *c = &t->contexts[t->item_count - 1];
    const struct {
        const char *key;
        struct sv *value;
    } members[] = {{"title", &i->title}, {"summary", &i->summary}, {"content", &i->content_text}, {"url", &i->url}, {"lang", &i->language},
                   {"outlet", &c->outlet}, {"feed", &c->feed}, {"country", &c->country}, {"home", &c->language}};
    for (size_t k = 0; k < sizeof members / sizeof *members; k++)
        if (sv_eq(key, sv_of(members[k].key)))
            *members[k].value = unescaped(t, value);
    struct sv **list = sv_eq(key, SV("author")) ? &i->authors : sv_eq(key, SV("tag")) ? &i->tags : NULL;
    size_t *count = list == &i->authors ? &i->author_count : &i->tag_count;
    if (list && *count < CONTEST_PARTS) {
        *list = *list ? *list : arena_array(&t->arena, CONTEST_PARTS, sizeof **list);
        (*list)[(*count)++] = unescaped(t, value);
    }
}

static inline void read_lines(struct contest *t, struct sv text, bool lists)
{
    size_t errors = 0;
    bool open = false;
    struct sv key;
    for (struct sv line; sv_split(&text, '\n', &line);) {
        if (!sv_split(&line, ' ', &key))
            continue;
        if (lists && sv_eq(key, SV("list")))
            read_list(t, line);
        else if (!lists && !read_rule_line(t, key, line, &errors, &open))
            read_item_line(t, key, line);
    }
    if (open)
        end_rule(t, errors);
}

static inline void contest_read(struct contest *t, struct sv text)
{
    read_lines(t, text, true);
    for (size_t i = 0; i < t->list_count; i++)
        rule_resolve_list(&t->lists[i], &t->names, &t->diags);
    if (t->diags.errors == 0)
        read_lines(t, text, false);
}

static inline void contest_free(struct contest *t)
{
    table_free(&t->names);
    diag_free(&t->diags);
    arena_free(&t->arena);
}

/* ---- Comparing ---- */

static inline void describe(struct buf *out, const char *who, bool holds, int64_t score, const struct mention *mentions, size_t count)
{
    static const char *const fields[ITEM_FIELDS] = {"title", "summary", "content", "author", "category", "url"};
    buf_printf(out, "%s: %s, score %lld", who, holds ? "hit" : "miss", (long long)score);
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s[%.*s] %s%u %zu-%zu", i ? ", " : ": ", SV_ARG(mentions[i].term), fields[mentions[i].field], mentions[i].index,
                   mentions[i].start, mentions[i].end);
    buf_byte(out, '\n');
}

static inline bool same_answer(const struct hit *hit, const struct judgement *j)
{
    bool same = (hit != NULL) == j->holds && (!hit || ((!hit->scored || hit->score == j->score) && hit->mention_count == j->mention_count));
    for (size_t i = 0; same && hit && i < hit->mention_count; i++)
        same = judged_order(&hit->mentions[i], &j->mentions[i]) == 0 && sv_eq(hit->mentions[i].text, j->mentions[i].text);
    return same;
}

/* Adds to `why` what differs, of one item. */
static inline void compare_item(struct contest *t, size_t item, const struct match *match, struct referee *referee, struct tally *tally, struct buf *why)
{
    struct arena arena = {0};
    struct hit *hits;
    struct reading *reading = arena_zalloc(&arena, sizeof *reading);
    t->items[item].arena = &arena;
    read_item(reading, &t->items[item], &t->contexts[item], &arena);
    size_t count = match_item(match, &t->items[item], &t->contexts[item], &hits), next = 0;
    for (size_t i = 0; i < t->rule_count; i++) {
        const struct rule *rule = &t->rules[i];
        const struct hit *hit = next < count && sv_eq(hits[next].rule, rule->id) ? &hits[next++] : NULL;
        struct judgement j = judge(referee, rule, reading, &arena);
        tally->pairs++;
        tally->immense += j.immense;
        tally->hits += j.holds;
        tally->mentions += j.mention_count;
        if (j.immense || same_answer(hit, &j))
            continue;
        buf_printf(why, "item %zu, %.*s\n", item, SV_ARG(rule->id));
        describe(why, "  engine ", hit, hit ? hit->score : 0, hit ? hit->mentions : NULL, hit ? hit->mention_count : 0);
        describe(why, "  referee", j.holds, j.holds ? j.score : 0, j.mentions, j.mention_count);
    }
    if (next < count)
        buf_printf(why, "item %zu: a hit of %.*s out of order\n", item, SV_ARG(hits[next].rule));
    arena_free(&arena);
}

/* Whether engine and referee differ; then `why` says where. */
static inline bool contest_differs(struct sv text, struct tally *tally, struct buf *why)
{
    struct contest *t = xcalloc(1, sizeof *t);
    struct referee *referee = xcalloc(1, sizeof *referee);
    size_t before = why->n;
    contest_read(t, text);
    tally->left_out += t->left_out;
    struct diags diags = {0};
    struct match *match = t->rule_count ? match_compile(t->rules, t->rule_count, &diags) : NULL;
    if (t->rule_count && !match)
        buf_str(why, "rules that are good one by one are not good together\n");
    referee->arena = &t->arena;
    for (size_t i = 0; match && i < t->item_count; i++)
        compare_item(t, i, match, referee, tally, why);
    match_free(&match);
    diag_free(&diags);
    arena_free(&referee->work);
    free(referee);
    contest_free(t);
    free(t);
    return why->n > before;
}

/* ---- Shrinking ---- */

/* Takes away pieces (of `separator`) one by one, for as long as engine and referee still differ. */
static inline bool shrink_by(struct buf *text, char separator)
{
    bool smaller = false;
    for (size_t at = 0; at < text->n;) {
        const char *end = memchr(text->p + at, separator, text->n - at);
        size_t next = end ? (size_t)(end - text->p) + 1 : text->n;
        struct tally tally = {0};
        struct buf less = {0}, why = {0};
        buf_append(&less, text->p, at);
        buf_append(&less, text->p + next, text->n - next);
        if (less.n && contest_differs(buf_view(&less), &tally, &why)) {
            buf_clear(text);
            buf_sv(text, buf_view(&less));
            smaller = true;
        } else {
            at = next;
        }
        buf_free(&less);
        buf_free(&why);
    }
    return smaller;
}

/* The smallest contest that shows the difference, found simply: without lines, then words, then characters. */
static inline void contest_shrink(struct buf *text)
{
    while (shrink_by(text, '\n') || shrink_by(text, ' ') || shrink_by(text, ',') || shrink_by(text, '|') || shrink_by(text, ')'))
        ;
}

#endif
