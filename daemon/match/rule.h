/* The rule language: its syntax tree, its parser. A tree lives in the arena it was parsed into and is never changed after. */
#ifndef MATCH_RULE_H
#define MATCH_RULE_H

#include "base/diag.h"
#include "base/item.h"
#include "base/table.h"

enum node_kind {
    NODE_OR, NODE_AND,         /* two children or more */
    NODE_NOT,                  /* one child */
    NODE_NEAR,                 /* a chain: two children or more, left to right */
    NODE_EXCEPT,               /* a chain: two children or more; what the later ones mention is taken from the first */
    NODE_ATLEAST, NODE_FIRST,  /* one child, n */
    NODE_FIELD,                /* one child, fields */
    NODE_TERM,
    NODE_LIST,
    NODE_META,
};

enum near_kind { NEAR_WORDS, NEAR_ORDERED, NEAR_SENTENCE, NEAR_PARAGRAPH };

enum term_kind {
    TERM_WORDS, /* a bare word or a phrase; may hold wildcards */
    TERM_EXACT,
    TERM_STEM,
    TERM_REGEX,
};

/* In a term's text the escapes are undone; an unescaped wildcard stands as one of these bytes, which no source may hold. */
#define TERM_STAR '\x01'
#define TERM_ANY '\x02'

enum meta_kind { META_LANG, META_OUTLET, META_FEED, META_COUNTRY };

#define FIELD_BIT(field) (1u << (field))
#define FIELDS_TEXT (FIELD_BIT(ITEM_TITLE) | FIELD_BIT(ITEM_SUMMARY) | FIELD_BIT(ITEM_CONTENT))

struct node {
    enum node_kind kind : 8;
    enum near_kind near : 8;
    enum term_kind term : 8;
    enum meta_kind meta : 8;
    unsigned fields : 8;        /* FIELD_BIT()s of a NODE_FIELD; of others what fields their terms name, 0 when none */
    bool open;                  /* some of its terms stand in no field and search those around it */
    uint16_t n;                 /* NEAR, ONEAR: words between; ATLEAST, FIRST */
    uint32_t child_count;
    struct node **children;
    struct span where;          /* the operator for a chain, the whole for a term, list name or meta */
    struct sv text;             /* TERM: see above; LIST: its name without $; META: its value */
    struct sv written;          /* TERM: as the rule writes it, without its delimiters: what a mention is called */
    const struct list *list;    /* LIST: what it names, once resolved */
};

struct list {
    struct sv name;
    struct span where;          /* the name */
    struct node *body;          /* an OR of terms and lists, or a single one; NULL when it was in error */
    enum { LIST_UNSEEN, LIST_OPEN, LIST_CLOSED } mark; /* for finding cycles */
};

struct clause {
    int64_t score;
    struct node *expr;
    struct span where;
};

/* A rule as written. */
struct rule {
    struct sv id, title, topic; /* topic: SV_NONE for the default one */
    struct sv *labels;
    size_t label_count;
    struct sv *langs;           /* `lang …;`: primary subtags, or none */
    size_t lang_count;
    struct sv *outlets;         /* `outlets …;`: ids, or none */
    size_t outlet_count;
    struct node *match;         /* NULL when only the score decides */
    struct clause *clauses;
    size_t clause_count;
    int64_t threshold;
    bool has_threshold;
    enum rule_updates { RULE_UPDATES_OF_FEED, RULE_UPDATES_ON, RULE_UPDATES_OFF } updates; /* known items whose text has changed */
    struct span where;          /* its id */
};

/* The one lexer for configuration files and rules is lex.h. */
struct lexer;

/* Parse an expression from where the lexer stands to the token that ends it: `;`, `}` or the end of the text, which is not
 * consumed. NULL when it was in error: then `diags` tells, and the lexer stands at such a token all the same. Lists are not
 * resolved yet. */
struct node *rule_parse(struct lexer *, struct arena *, struct diags *);
/* The body of `list NAME = … ;`, likewise. */
struct node *rule_parse_list(struct lexer *, struct arena *, struct diags *);
/* Find the lists that a tree names (struct list by name); unknown ones and cycles are errors, with "did you mean". */
void rule_resolve(struct node *, const struct table *lists, struct diags *);
void rule_resolve_list(struct list *, const struct table *lists, struct diags *);
/* An expression on its own, as given to `-e`: parsed whole and resolved. NULL on error. */
struct node *rule_parse_text(const struct source *, const struct table *lists, struct arena *, struct diags *);
/* The tree as rule text, with only the parentheses it needs: parsing it gives the same tree. */
void rule_print(const struct node *, struct buf *out);

#endif
