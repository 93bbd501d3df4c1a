/* Compiled rules and an item prepared for them. Private to this folder. */
#ifndef MATCH_COMPILED_H
#define MATCH_COMPILED_H

#include "match/match.h"
#include "match/words.h"

/* ---- Terms (term.c) ---- */

struct pattern {
    struct sv text;   /* folded; a glob may hold TERM_STAR at its end and TERM_ANY within */
    bool glob;
};

struct term {
    enum term_kind kind;
    const struct node *node;
    struct pattern *patterns; /* one for each word */
    size_t count;
    struct sv *exact;         /* TERM_EXACT: each word as written */
    struct sv stem;           /* TERM_STEM: the word with its marks, case folded */
    void *regex;              /* TERM_REGEX: a pcre2_code */
};

/* Into `arena`; NULL when an error was added. `regex` members must be given to term_free. */
struct term *term_compile(const struct node *, struct arena *, struct diags *);
void term_free(struct term *);
bool term_glob_matches(struct sv glob, struct sv word);
bool term_regex_matches(const struct term *, struct sv word);

/* ---- Trees (match.c) ---- */

/* A node, its terms compiled. */
struct part {
    const struct node *node;
    struct part **children;
    size_t count;
    struct term *term;
    struct list_part *list;
};

struct list_part {
    const struct list *list;
    struct part *body;
    size_t index;
};

struct compiled_rule {
    const struct rule *rule;
    struct part *match;
    struct part **clauses;
};

struct match {
    struct arena arena;
    struct compiled_rule *rules;
    size_t rule_count;
    struct table lists;       /* by name: struct list_part */
    struct term **terms;      /* all, to be freed */
    size_t term_count, term_capacity;
};

/* ---- An item, prepared (index.c) ---- */

struct text {
    enum item_field field;
    unsigned index;
    struct sv bytes;          /* as the item has it */
    uint32_t *origin;         /* a decoded URL: for each byte of it the byte as written, and one more; else NULL */
    struct words words;
    size_t base;              /* the global number of its first word */
    bool shouting;            /* a title all in capitals: satisfies no exact term */
    bool repeated;            /* a summary that the content begins with: ATLEAST does not count it */
    struct sv split;          /* the bytes that were split: `bytes`, or the decoded URL */
};

#define NO_WORD UINT32_MAX

struct index {
    struct arena arena;
    const struct item *item;
    const struct match_context *context;
    struct sv language;       /* the item's, else the outlet's, or SV_NONE */
    struct text *texts;
    size_t text_count, text_capacity;
    size_t word_count;
    struct table ids;         /* folded word to its number + 1 */
    struct sv *vocabulary;    /* by number */
    uint32_t *first;          /* by number: its first place, a global word number */
    uint32_t *next;           /* by global word number: the same word's next place, or NO_WORD */
    uint32_t *id_at;          /* by global word number: its number */
    uint32_t *text_at;        /* by global word number: its text */
    size_t vocabulary_count;
    struct sv *stems;         /* by number, once asked for */
};

void index_build(struct index *, const struct item *, const struct match_context *);
void index_free(struct index *);
/* The stem of a vocabulary word, in the language that fits. */
struct sv index_stem(struct index *, uint32_t id);
struct sv stem_word(struct sv word, struct sv language, struct arena *);

/* ---- Where parts are mentioned (places.c) ---- */

/* Where a part of a rule is mentioned: words first to last of a text (numbers within it). */
struct place {
    uint32_t text, first, last;
    bool taken;               /* it is in the result already */
    const struct term *term;  /* a leaf, or the two that it was made of */
    struct place *left, *right;
    struct place *same;       /* the same span, made in another way */
};

struct places {
    struct place **list;
    size_t count, capacity;
};

struct list_memo;

struct eval {
    struct index *index;
    struct arena *arena;      /* where places are made: `rule`, or `kept` within a list */
    struct arena rule, kept;  /* forgotten after each rule; kept for the item */
    size_t places_left;       /* that this rule may still make */
    struct list_memo **lists; /* by list_part.index: what was looked up already */
    struct places found;      /* the leaves that make the rule true */
};

/* Of a rule in an item: what is beyond is not looked for, but for the first of each part. */
#define PLACES_MOST 1000000

/* All places of a part that has mentions, ordered. `mask`: the fields that a bare term searches. */
struct places places_find(struct eval *, const struct part *, unsigned mask);
void places_push(struct eval *, struct places *, struct place *);
/* The fields that the terms of a chain's side search where they name none; `mask`: what the chain's own would. */
unsigned places_side_mask(const struct part *chain, size_t side, unsigned mask);

/* ---- Evaluation (eval.c) ---- */

/* Whether the part is true of the item; if so its leaves are added to e->found. */
bool eval_part(struct eval *, const struct part *, unsigned mask);
void eval_start(struct eval *, struct index *, size_t lists);
void eval_forget(struct eval *);                     /* all that was found, before the next rule */
void eval_forget_since(struct eval *, size_t count); /* what was added after e->found.count was `count` */
void eval_end(struct eval *);
bool eval_conditions(const struct rule *, const struct index *); /* `lang` and `outlets` of the rule */

/* ---- Results (snippet.c) ---- */

/* The snippet around the hit's mentions. */
void snippet_make(struct hit *, const struct item *);

#endif
