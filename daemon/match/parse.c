/* The rule language's parser: recursive descent over lex.h's tokens. Every function returns a tree even after an error, so that
 * one mistake does not hide the next; `broken` tells that it must not be used. */
#include "match/lex.h"

#define DEPTH_MOST 100
#define TERMS_MOST 10000 /* of one expression */
#define SIDES_MOST 100   /* of one chain */

struct parser {
    struct lexer *l;
    struct arena *arena;
    struct diags *diags;
    unsigned depth;
    size_t terms;
    bool broken;
    bool lost;  /* the last primary was in error: what follows it is no news */
};

static struct node *parse_expr(struct parser *);

static void complain(struct parser *p, struct span where, const char *message)
{
    diag_add(p->diags, DIAG_ERROR, where, "%s", message);
    p->broken = true;
}

static struct node *new_node(struct parser *p, enum node_kind kind, struct span where)
{
    struct node *n = arena_zalloc(p->arena, sizeof *n);
    n->kind = kind;
    n->where = where;
    return n;
}

static void add_child(struct parser *p, struct node *n, struct node *child)
{
    size_t count = n->child_count;
    if ((count & (count - 1)) == 0) /* full at each power of two */
        n->children = arena_grow(p->arena, n->children, count * sizeof *n->children, (count ? count * 2 : 1) * sizeof *n->children);
    n->children[n->child_count++] = child;
}

static struct node *wrap(struct parser *p, enum node_kind kind, struct span where, struct node *child)
{
    struct node *n = new_node(p, kind, where);
    add_child(p, n, child);
    return n;
}

static enum token_kind current(const struct parser *p)
{
    return p->l->token.kind;
}

static void advance(struct parser *p)
{
    lex_rule(p->l);
    p->broken = p->broken || current(p) == TOKEN_BAD;
}

/* A tree to go on with where there is none. */
static struct node *nothing(struct parser *p)
{
    p->broken = p->lost = true;
    struct node *n = new_node(p, NODE_TERM, p->l->token.where);
    n->text = n->written = SV("?");
    return n;
}

/* ---- Primaries ---- */

static struct node *parse_term(struct parser *p)
{
    const struct token *t = &p->l->token;
    struct node *n = new_node(p, NODE_TERM, t->where);
    n->term = t->term;
    n->text = t->text;
    n->written = t->written;
    if (++p->terms == TERMS_MOST + 1)
        diag_add(p->diags, DIAG_ERROR, t->where, "more than %d terms in one expression: put them into lists", TERMS_MOST), p->broken = true;
    advance(p);
    return n;
}

static struct node *parse_meta(struct parser *p)
{
    struct node *n = new_node(p, NODE_META, p->l->token.where);
    n->meta = p->l->token.meta;
    n->text = p->l->token.text;
    advance(p);
    return n;
}

static struct node *parse_list_name(struct parser *p)
{
    struct node *n = new_node(p, NODE_LIST, p->l->token.where);
    n->text = p->l->token.text;
    advance(p);
    return n;
}

static struct node *parse_group(struct parser *p)
{
    struct span open = p->l->token.where;
    advance(p);
    if (current(p) == TOKEN_CLOSE) {
        complain(p, open, "nothing between these parentheses");
        advance(p);
        return nothing(p);
    }
    struct node *n = parse_expr(p);
    if (current(p) == TOKEN_CLOSE)
        advance(p);
    else if (!p->broken)
        complain(p, open, "this parenthesis is not closed");
    return n;
}

static struct node *parse_prim(struct parser *);

static struct node *parse_counted(struct parser *p, enum node_kind kind)
{
    struct token operator = p->l->token;
    const char *name = kind == NODE_ATLEAST ? "ATLEAST" : "FIRST";
    advance(p);
    if (current(p) != TOKEN_OPEN) {
        diag_add(p->diags, DIAG_ERROR, operator.where, "%s takes parentheses: write %s/%u(…)", name, name, operator.n);
        return nothing(p);
    }
    struct node *n = wrap(p, kind, operator.where, parse_group(p));
    n->n = operator.n;
    return n;
}

static struct node *parse_field(struct parser *p)
{
    struct token field = p->l->token;
    advance(p);
    struct node *n = wrap(p, NODE_FIELD, field.where, parse_prim(p));
    n->fields = field.fields;
    return n;
}

static struct node *parse_misplaced(struct parser *p)
{
    struct token t = p->l->token;
    switch (t.kind) {
    case TOKEN_NOT:
        complain(p, t.where, "NOT has no place here: it stands before a whole part, as in a AND NOT b");
        while (current(p) == TOKEN_NOT)
            advance(p);
        return nothing(p);
    case TOKEN_AND: case TOKEN_OR: case TOKEN_NEAR: case TOKEN_EXCEPT:
        complain(p, t.where, t.where.end == t.where.start + 1 ? "an operator, where a term should be"
                                                                  : "an operator, where a term should be; to search for the word, quote it");
        break;
    case TOKEN_CLOSE:
        complain(p, t.where, "a closing parenthesis, where a term should be");
        break;
    default: /* a bad token was told of already */
        if (t.kind != TOKEN_BAD)
            complain(p, t.where, "a term is missing here");
        break;
    }
    if (t.kind != TOKEN_CLOSE && t.kind != TOKEN_END && t.kind != TOKEN_SEMICOLON && t.kind != TOKEN_CLOSE_BRACE)
        advance(p);
    return nothing(p);
}

static struct node *parse_prim(struct parser *p)
{
    if (++p->depth > DEPTH_MOST) {
        if (p->depth == DEPTH_MOST + 1)
            diag_add(p->diags, DIAG_ERROR, p->l->token.where, "nested deeper than %d levels", DEPTH_MOST);
        p->broken = true;
        lex_recover_rule(p->l);
        return nothing(p);
    }
    struct node *n;
    p->lost = false;
    switch (current(p)) {
    case TOKEN_TERM: n = parse_term(p); break;
    case TOKEN_LIST: n = parse_list_name(p); break;
    case TOKEN_META: n = parse_meta(p); break;
    case TOKEN_OPEN: n = parse_group(p); break;
    case TOKEN_ATLEAST: n = parse_counted(p, NODE_ATLEAST); break;
    case TOKEN_FIRST: n = parse_counted(p, NODE_FIRST); break;
    case TOKEN_FIELD: n = parse_field(p); break;
    default: n = parse_misplaced(p); break;
    }
    p->depth--;
    return n;
}

/* ---- Chains ---- */

static bool same_operator(const struct token *a, const struct token *b)
{
    return a->kind == b->kind && (a->kind == TOKEN_EXCEPT || (a->near == b->near && a->n == b->n));
}

static struct node *parse_near(struct parser *p)
{
    struct node *first = parse_prim(p), *chain = NULL;
    struct token operator = {0};
    bool told = false;
    while (current(p) == TOKEN_NEAR || current(p) == TOKEN_EXCEPT) {
        if (!chain) {
            operator = p->l->token;
            chain = wrap(p, operator.kind == TOKEN_NEAR ? NODE_NEAR : NODE_EXCEPT, operator.where, first);
            chain->near = operator.near;
            chain->n = operator.n;
        } else if (!same_operator(&operator, &p->l->token) && !told) {
            complain(p, p->l->token.where, "another operator or another number in the same chain: which goes first? Write parentheses");
            told = true;
        }
        advance(p);
        add_child(p, chain, parse_prim(p));
    }
    if (!chain)
        return first;
    if (chain->child_count > SIDES_MOST) {
        diag_add(p->diags, DIAG_ERROR, operator.where, "a chain of %u sides: at most %d are allowed", chain->child_count, SIDES_MOST);
        p->broken = true;
    }
    return chain;
}

static struct node *parse_unary(struct parser *p)
{
    if (current(p) != TOKEN_NOT)
        return parse_near(p);
    struct span where = p->l->token.where;
    advance(p);
    return wrap(p, NODE_NOT, where, parse_near(p));
}

static bool begins_term(enum token_kind kind)
{
    return kind == TOKEN_TERM || kind == TOKEN_LIST || kind == TOKEN_META || kind == TOKEN_OPEN || kind == TOKEN_ATLEAST || kind == TOKEN_FIRST ||
           kind == TOKEN_FIELD || kind == TOKEN_NOT || kind == TOKEN_BAD;
}

static void complain_of_neighbours(struct parser *p, const struct node *last)
{
    const struct token *t = &p->l->token;
    if (t->kind == TOKEN_BAD || p->lost)
        return; /* told already */
    bool words = last->kind == NODE_TERM && last->term == TERM_WORDS && t->kind == TOKEN_TERM && t->term == TERM_WORDS;
    if (words)
        diag_add(p->diags, DIAG_ERROR, t->where, "two terms with nothing between: a phrase needs quotes (\"%.*s %.*s\"); or write AND, OR or NEAR/n",
                 SV_ARG(last->written), SV_ARG(t->written));
    else
        diag_add(p->diags, DIAG_ERROR, t->where, "two terms with nothing between: write %s", t->kind == TOKEN_NOT ? "AND NOT" : "AND, OR or NEAR/n");
    p->broken = true;
}

static struct node *parse_expr(struct parser *p)
{
    struct node *first = parse_unary(p), *chain = NULL, *last = first;
    enum token_kind kind = TOKEN_END;
    bool told = false;
    for (;;) {
        enum token_kind next = current(p);
        if (next == TOKEN_AND || next == TOKEN_OR) {
            if (kind != TOKEN_END && kind != next && !told) {
                complain(p, p->l->token.where, "OR and AND side by side: which goes first? Write parentheses");
                told = true;
            }
            kind = kind == TOKEN_END ? next : kind;
            if (!chain)
                chain = wrap(p, kind == TOKEN_AND ? NODE_AND : NODE_OR, p->l->token.where, first);
            advance(p);
        } else if (lex_begins_directive(p->l)) {
            size_t at = p->l->last_end;
            complain(p, (struct span){p->l->source, at, at}, "a ; is missing here");
            lex_supply_semicolon(p->l);
            break;
        } else if (begins_term(next)) {
            if (!told)
                complain_of_neighbours(p, last);
            told = p->broken = true;
        } else {
            break;
        }
        last = parse_unary(p);
        if (chain)
            add_child(p, chain, last);
    }
    return chain ? chain : first;
}

/* ---- What may stand where ---- */

enum place { ANYWHERE, IN_NEAR, IN_EXCEPT, IN_ATLEAST, IN_FIRST, IN_FIELD };

static const char *const place_names[] = {"", "NEAR", "EXCEPT", "ATLEAST", "FIRST", "a field"};

/* Inside NEAR, EXCEPT, ATLEAST, FIRST and a field there is only what has mentions. */
static bool may_stand(struct parser *p, const struct node *n, enum place in)
{
    const char *what = n->kind == NODE_AND                           ? "AND"
                       : n->kind == NODE_NOT                         ? "NOT"
                       : n->kind == NODE_META                        ? "a condition on the item"
                       : n->kind == NODE_ATLEAST && in != IN_FIELD ? "ATLEAST"
                                                                     : NULL;
    if (in == ANYWHERE || !what)
        return true;
    const char *instead = n->kind == NODE_AND && in == IN_FIRST   ? "write FIRST/n(a) AND FIRST/n(b)"
                          : n->kind == NODE_AND && in == IN_FIELD ? "write title:a AND title:b"
                                                                  : "terms, lists, OR, NEAR, EXCEPT and FIRST";
    diag_add(p->diags, DIAG_ERROR, n->where, "%s has no place inside %s, which takes what has mentions: %s", what, place_names[in], instead);
    return false;
}

static enum place place_of_children(const struct node *n, enum place in)
{
    switch (n->kind) {
    case NODE_NEAR: return IN_NEAR;
    case NODE_EXCEPT: return IN_EXCEPT;
    case NODE_ATLEAST: return IN_ATLEAST;
    case NODE_FIRST: return IN_FIRST;
    case NODE_FIELD: return in == ANYWHERE ? IN_FIELD : in;
    default: return in;
    }
}

/* What the sides of a NEAR search: a side that names no field takes the others'. */
static bool join_sides(struct parser *p, struct node *near)
{
    for (size_t i = 0; i < near->child_count; i++) {
        const struct node *side = near->children[i];
        if (side->fields && near->fields && side->fields != near->fields) {
            complain(p, near->where, "the sides are in different fields, where nothing is near: name one field, or use AND");
            return false;
        }
        near->fields |= side->fields;
        near->open = near->open || (side->fields && side->open);
    }
    near->open = near->open || !near->fields;
    return true;
}

/* Checks the tree and fills in `fields` and `open`, from below. What is wrong is told once, where it is written. */
static bool check(struct parser *p, struct node *n, enum place in, bool in_field)
{
    if (!may_stand(p, n, in))
        return false;
    if (n->kind == NODE_FIELD && in_field) {
        complain(p, n->where, "a field inside another field");
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < n->child_count; i++)
        good = check(p, n->children[i], place_of_children(n, in), in_field || n->kind == NODE_FIELD) && good;
    if (n->kind == NODE_FIELD || !good)
        return good;
    if (n->kind == NODE_NEAR)
        return join_sides(p, n);
    n->open = n->child_count == 0;
    for (size_t i = 0; i < (n->kind == NODE_EXCEPT ? 1 : n->child_count); i++) {
        n->fields |= n->children[i]->fields;
        n->open = n->open || n->children[i]->open;
    }
    return true;
}

/* ---- Entrances ---- */

static struct node *parse_whole(struct lexer *l, struct arena *arena, struct diags *diags)
{
    struct parser p = {.l = l, .arena = arena, .diags = diags};
    advance(&p);
    enum token_kind kind = current(&p);
    if (kind == TOKEN_SEMICOLON || kind == TOKEN_END || kind == TOKEN_CLOSE_BRACE) {
        complain(&p, l->token.where, "an expression is missing here");
        return NULL;
    }
    struct node *n = parse_expr(&p);
    if (current(&p) == TOKEN_CLOSE && !p.broken)
        complain(&p, l->token.where, "this parenthesis was not opened");
    lex_recover_rule(l);
    return check(&p, n, ANYWHERE, false) && !p.broken ? n : NULL;
}

struct node *rule_parse(struct lexer *l, struct arena *arena, struct diags *diags)
{
    return parse_whole(l, arena, diags);
}

static bool is_list_part(const struct node *n)
{
    return n->kind == NODE_TERM || n->kind == NODE_LIST;
}

struct node *rule_parse_list(struct lexer *l, struct arena *arena, struct diags *diags)
{
    struct node *n = parse_whole(l, arena, diags);
    if (!n || is_list_part(n))
        return n;
    const struct node *wrong = n->kind == NODE_OR ? NULL : n;
    for (size_t i = 0; n->kind == NODE_OR && i < n->child_count && !wrong; i++)
        wrong = is_list_part(n->children[i]) ? NULL : n->children[i];
    if (!wrong)
        return n;
    diag_add(diags, DIAG_ERROR, wrong->where, "a list holds terms and other lists, with | between; this belongs into a rule");
    return NULL;
}

struct node *rule_parse_text(const struct source *source, const struct table *lists, struct arena *arena, struct diags *diags)
{
    static const struct table none;
    struct lexer l;
    size_t before = diags->errors;
    if (!source_check(source, diags))
        return NULL;
    lex_start(&l, source, arena, diags);
    struct node *n = rule_parse(&l, arena, diags);
    if (n && l.token.kind == TOKEN_SEMICOLON) {
        lex_conf(&l); /* one at the end is forgiven */
    }
    if (n && l.token.kind != TOKEN_END)
        diag_add(diags, DIAG_ERROR, l.token.where, "the expression ends before this");
    if (n)
        rule_resolve(n, lists ? lists : &none, diags);
    return diags->errors == before ? n : NULL;
}
