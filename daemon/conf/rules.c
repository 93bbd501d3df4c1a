/* Lists and rules. */
#include "conf/parser.h"
#include "conf/value.h"

/* ---- list NAME = …; ---- */

/* The `;` behind an expression; after an error in it that it is missing may be no mistake of its own. */
static void end_expression(struct conf_parser *p, const struct node *n)
{
    if (n || p->l->token.kind == TOKEN_SEMICOLON)
        want_semicolon(p);
}

/* The body of a list, or NULL after telling what is wrong. */
static struct node *read_body(struct conf_parser *p, struct sv name)
{
    const struct token *t = &p->l->token;
    if (t->kind == TOKEN_WORD && sv_eq(t->text, SV("=")))
        return rule_parse_list(p->l, &p->conf->trees, p->diags);
    if (t->kind != TOKEN_BAD)
        parser_error(p, t->where, "a = with blanks around it is expected here:  list %.*s = term | term;", SV_ARG(name));
    lex_recover(p->l);
    return NULL;
}

/* A list in error is a list all the same: that the name is unknown would be another mistake. */
void read_list(struct conf_parser *p, void *target)
{
    (void)target;
    struct list list = {0};
    parser_next(p);
    const struct token *t = &p->l->token;
    const char *sign = t->kind == TOKEN_WORD ? memchr(t->text.p, '=', t->text.n) : NULL;
    if (sign && sign > t->text.p) {
        parser_error(p, t->where, "a = needs blanks around it:  list %.*s = term | term;", SV_ARG(sv_range(t->text.p, sign)));
        p->incomplete = true;
        lex_recover(p->l);
        return;
    }
    if (!read_id(p, "list", &p->list_names, &list.name, &list.where))
        return;
    list.body = read_body(p, list.name);
    p->lists = xgrow(p->lists, p->list_count, &p->list_capacity, sizeof *p->lists);
    p->lists[p->list_count++] = list;
    end_expression(p, list.body);
}

/* ---- rule ID { } ---- */

#define SCORE_MOST 1000000 /* of one clause */

static void read_rule_title(struct conf_parser *p, void *target)
{
    struct span at;
    read_text(p, want_string, "a title", NULL, &((struct rule *)target)->title, &at);
}

static void read_rule_topic(struct conf_parser *p, void *target)
{
    read_topic(p, &((struct rule *)target)->topic);
}

static void add_word(struct conf_parser *p, struct sv word, struct sv **list, size_t *count)
{
    size_t n = *count;
    if ((n & (n - 1)) == 0) /* full at each power of two */
        *list = arena_grow(&p->conf->arena, *list, n * sizeof **list, (n ? n * 2 : 1) * sizeof **list);
    (*list)[(*count)++] = sv_dup(&p->conf->arena, word);
}

/* Words up to the `;`, one at least. `each` (may be NULL) sees those that are right. */
static void read_words(struct conf_parser *p, const char *what, const char *(*check)(struct sv), struct sv **list, size_t *count,
                       void (*each)(struct conf_parser *, struct sv, struct span))
{
    parser_next(p);
    do {
        struct sv value;
        struct span where;
        if (!want_either(p, what, &value, &where))
            return;
        const char *wrong = sv_ends(value, SV(",")) ? "blanks stand between the values, no commas" : check ? check(value) : NULL;
        if (wrong) {
            parser_error(p, where, "'%.*s': %s", SV_ARG(value), wrong);
            lex_recover(p->l);
            return;
        }
        add_word(p, value, list, count);
        if (each)
            each(p, (*list)[*count - 1], where);
    } while ((p->l->token.kind == TOKEN_WORD || p->l->token.kind == TOKEN_STRING) && !lex_begins_directive(p->l));
    want_semicolon(p);
}

static const char *check_lang(struct sv v)
{
    const char *wrong = value_language(v);
    return wrong ? wrong : memchr(v.p, '-', v.n) ? "only the first part of a language counts, as in zh" : NULL;
}

static void note_outlet(struct conf_parser *p, struct sv id, struct span where)
{
    p->outlets_named = xgrow(p->outlets_named, p->outlets_named_count, &p->outlets_named_capacity, sizeof *p->outlets_named);
    p->outlets_named[p->outlets_named_count++] = (struct reference){id, where};
}

static void read_labels(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    read_words(p, "a label", NULL, &r->labels, &r->label_count, NULL);
}

static void read_langs(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    read_words(p, "a language", check_lang, &r->langs, &r->lang_count, NULL);
}

static void read_outlets(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    read_words(p, "an outlet's id", value_id, &r->outlets, &r->outlet_count, note_outlet);
}

static void read_match(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    r->match = rule_parse(p->l, &p->conf->trees, p->diags);
    end_expression(p, r->match);
}

static void add_clause(struct conf_parser *p, struct rule *r, const struct clause *c)
{
    size_t n = r->clause_count;
    if ((n & (n - 1)) == 0)
        r->clauses = arena_grow(&p->conf->arena, r->clauses, n * sizeof *c, (n ? n * 2 : 1) * sizeof *c);
    r->clauses[r->clause_count++] = *c;
}

static bool is_signed(const struct token *t)
{
    return t->kind == TOKEN_WORD && (t->text.p[0] == '+' || t->text.p[0] == '-');
}

static void read_clause(struct conf_parser *p, struct rule *r)
{
    const struct token *t = &p->l->token;
    struct clause c = {.where = t->where};
    bool good = is_signed(t) && value_number(t->text, -SCORE_MOST, SCORE_MOST, &c.score);
    if (good) {
        c.expr = rule_parse(p->l, &p->conf->trees, p->diags);
        add_clause(p, r, &c);
        end_expression(p, c.expr);
        return;
    }
    if (t->kind != TOKEN_BAD)
        parser_error(p, c.where, "a clause of score is a signed number to %d, an expression and a ;, as in  +5 title:word;", SCORE_MOST);
    lex_recover(p->l);
}

/* Clauses up to the }, or to a directive of the rule, before which it is missing. */
static void read_clauses(struct conf_parser *p, struct rule *r, struct span open)
{
    const struct token *t = &p->l->token;
    while (t->kind != TOKEN_CLOSE_BRACE && t->kind != TOKEN_END && !(t->kind == TOKEN_WORD && block_has(&rule_block, t->text))) {
        read_clause(p, r);
        if (t->kind == TOKEN_SEMICOLON)
            parser_next(p);
    }
    if (t->kind == TOKEN_CLOSE_BRACE) {
        p->l->token.kind = TOKEN_SEMICOLON; /* `threshold 5;` may follow on the same line */
    } else if (t->kind == TOKEN_END) {
        parser_error(p, open, "this { is not closed");
    } else {
        parser_error(p, t->where, "a } is missing before '%.*s'", SV_ARG(t->text));
        lex_supply_semicolon(p->l);
    }
}

static void read_score(struct conf_parser *p, void *target)
{
    parser_next(p);
    struct span open = p->l->token.where;
    if (p->l->token.kind == TOKEN_OPEN_BRACE) {
        parser_next(p);
        read_clauses(p, target, open);
        return;
    }
    parser_error(p, open, "a { is expected here:  score { +5 title:word; -2 other; }");
    if (is_signed(&p->l->token))
        read_clauses(p, target, open);
    else
        lex_recover(p->l);
}

static void read_threshold(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    r->has_threshold = true;
    read_number(p, -1000000000, 1000000000, &r->threshold);
}

static void read_rule_updates(struct conf_parser *p, void *target)
{
    struct rule *r = target;
    bool on;
    if (read_switch(p, &on))
        r->updates = on ? RULE_UPDATES_ON : RULE_UPDATES_OFF;
}

static const struct directive rule_directives[] = {
    {SV("title"), read_rule_title, false}, {SV("topic"), read_rule_topic, false}, {SV("labels"), read_labels, false},
    {SV("lang"), read_langs, false}, {SV("outlets"), read_outlets, false}, {SV("match"), read_match, false},
    {SV("score"), read_score, false}, {SV("threshold"), read_threshold, false},
    {SV("updates"), read_rule_updates, false},
};

static void check_rule(struct conf_parser *p, const struct rule *r, bool has_match)
{
    if (!has_match && !r->clause_count)
        parser_error(p, r->where, "the rule '%.*s' has neither match nor score", SV_ARG(r->id));
    else if (r->clause_count && !r->has_threshold)
        parser_error(p, r->where, "the rule '%.*s' has a score without a threshold: write  threshold 5;", SV_ARG(r->id));
    else if (!r->clause_count && r->has_threshold)
        parser_error(p, r->where, "the rule '%.*s' has a threshold without a score", SV_ARG(r->id));
}

const struct block rule_block = {"in a rule", rule_directives, COUNT(rule_directives)};

void read_rule(struct conf_parser *p, void *target)
{
    (void)target;
    struct rule rule = {0};
    parser_next(p);
    if (!read_id(p, "rule", &p->rule_ids, &rule.id, &rule.where))
        return;
    size_t before = p->diags->errors;
    read_block(p, &rule_block, &rule);
    if (p->diags->errors == before)
        check_rule(p, &rule, rule.match != NULL);
    p->rules = xgrow(p->rules, p->rule_count, &p->rule_capacity, sizeof *p->rules);
    p->rules[p->rule_count++] = rule;
}
