/* Compiled rules and an item prepared for them. Private to this folder. */
#ifndef MATCH_COMPILED_H
#define MATCH_COMPILED_H

#include <pthread.h>

#include "match/lexicon.h"
#include "match/match.h"
#include "match/words.h"

/* ---- Terms (term.c) ---- */

struct pattern {
    struct sv text;   /* folded; a glob may hold TERM_STAR at its end and TERM_ANY within */
    bool glob;
    uint32_t hash;    /* words_hash of the text, which is no glob's */
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

/* Into `arena`; NULL when an error was added. The regex is the caller's. */
struct term *term_compile(const struct node *, struct arena *, struct diags *);
bool term_glob_matches(struct sv glob, struct sv word);
size_t term_glob_head(struct sv glob); /* bytes before its first wildcard; all where it has none */

/* Matching regexes: what a run over many words needs is made once. */
struct regex_run {
    void *data, *limits;
};
void regex_start(struct regex_run *);
bool regex_matches(const struct regex_run *, const void *regex, struct sv word);
void regex_end(struct regex_run *);

/* ---- Wildcards, stems and regexes (inexact.c) ---- */

/* A number with this bit is not a word's but that of what matches words otherwise. */
#define INEXACT 0x80000000u

/* A glob, the stem of a term or a regex. */
struct inexact {
    enum inexact_kind { INEXACT_GLOB, INEXACT_STEM, INEXACT_REGEX } kind;
    bool headless;            /* a regex of which it is not known how its words begin */
    struct sv text;           /* as in a rule; the word of which stems are made */
    void *regex;              /* a pcre2_code */
    uint32_t chain;           /* as a lexeme's */
    uint32_t next;            /* the next with the same head, and 1, or 0 */
};

struct stem_table;

struct inexacts {
    struct inexact *list;
    size_t count, capacity;
    struct table globs, stems, regexes; /* by text: the number and 1 */
    struct lexicon heads;     /* what words begin with; the chain is that of the globs and regexes */
    uint64_t lengths[256];    /* by a head's first byte: a bit for each length there is; the last for all beyond */
    bool headless;            /* some regex is */
    struct stem_table *stem_tables; /* by language, made when the first item in it comes */
    size_t stem_table_count;
    pthread_mutex_t lock;     /* of the stem tables */
};

/* The number of a glob or stem (INEXACT set), which is added where it is new. */
uint32_t inexact_add(struct inexacts *, enum inexact_kind, struct sv text, struct arena *);
uint32_t inexact_add_regex(struct inexacts *, struct sv text, void *regex); /* which it frees where it is known already */
void inexacts_init(struct inexacts *);
void inexacts_free(struct inexacts *);

/* ---- Rules, compiled (match.c, compile.c) ---- */

/* A term as it is looked for: numbers instead of words. */
struct probe {
    const char *written;      /* as the rule writes it */
    uint32_t written_size;
    uint16_t count;
    bool exact;               /* its words must be written as probe_exact has them */
    bool shapeless;           /* some of its words are globs */
    uint32_t numbers[];       /* one for each word: a word's, or one with INEXACT */
};

/* They stand behind the numbers. */
static inline const struct sv *probe_exact(const struct probe *p)
{
    return (const struct sv *)(const void *)&p->numbers[(p->count + 1u) & ~1u];
}

/* lang:ru. The tree it comes from may be gone by the time that it is asked. */
struct condition {
    enum meta_kind kind;
    struct sv value;
};

/* A node, its terms compiled. */
struct part {
    unsigned char kind;       /* enum node_kind */
    unsigned char near;       /* enum near_kind */
    unsigned char fields;     /* as struct node's */
    bool open;                /* likewise */
    uint16_t n;               /* likewise */
    uint32_t count;           /* of children */
    union {
        struct part *children;
        struct probe *probe;        /* NODE_TERM */
        struct list_part *list;     /* NODE_LIST */
        struct condition *condition; /* NODE_META */
    };
    const struct node *node;  /* for warnings and for what is said of a miss; matching must not read it: see conf_forget_trees */
};

struct list_part {
    struct part body;
    uint32_t index;
    bool planted;             /* its terms are on the lookout for it */
    double cost;              /* how often a text holds one of them */
    uint32_t users;           /* the first of the targets that are looked at when one of its terms is there, and 1, or 0 */
};

struct compiled_rule {
    const struct rule *rule;
    struct part *match;       /* or NULL */
    struct part *clauses;
    bool conditional;         /* it has `lang` or `outlets` */
};

#define NO_NEED 0xFFFFFFFu
#define NEED_HERE 8

/* What an item that holds a word must be looked at for. */
struct seed {
    uint32_t target;          /* a rule, or rule_count and a list's index */
    uint32_t need : 28;       /* a word that must be there too, or NO_NEED */
    uint32_t where : 4;       /* its place behind the pair's first word and NEED_HERE; 0: anywhere */
    uint32_t next;            /* in the chain, and 1, or 0 */
    uint32_t first, second;   /* of a pair: the numbers of its words */
};

struct match {
    struct arena arena;
    struct compiled_rule *rules;
    size_t rule_count;
    struct table lists;       /* by name: struct list_part */
    struct list_part **list_by_index;
    struct lexicon lexicon;
    struct inexacts inexacts;
    struct seed *seeds;
    size_t seed_count, seed_capacity;
    struct lexicon_slot *pairs; /* by two words next to each other: the first seed and 1 */
    size_t pair_count;
    unsigned pair_bits;
    uint64_t *pair_filter;    /* a bit for each tag's beginning that a pair has: small enough to stay in the cache */
    unsigned filter_bits;
    size_t used;              /* words, in all terms */
    uint32_t *always;         /* rules that nothing need be there for */
    size_t always_count, always_capacity;
};

/* Rules as parts, their words numbered (compile.c). false when an error was added. */
bool compile_rules(struct match *, const struct rule *, size_t count, struct diags *);

/* ---- Which rules to look at (anchors.c) ---- */

/* Put every rule on the lookout for something that an item must hold for it. */
void anchors_plant(struct match *, struct diags *);
struct index;
/* The rules that the item may satisfy, in order, in the index's arena. */
const uint32_t *anchors_find(const struct match *, struct index *, size_t *count);

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

/* What matches a word otherwise than by its letters: one of the chain of each. */
struct finding {
    uint32_t inexact, word;   /* their numbers; the word's is the item's own */
    uint32_t at;              /* of a stem: the place, since spellings that fold alike may be stemmed otherwise; else NO_WORD: all of the word's */
    uint32_t next;            /* of the same inexact, and 1, or 0 */
};

struct index {
    struct arena arena;
    const struct match *match;
    const struct item *item;
    const struct match_context *context;
    struct sv language;       /* the item's, else the outlet's, or SV_NONE */
    struct text *texts;
    size_t text_count, text_capacity;
    size_t word_count;
    size_t vocabulary_count;  /* of different words, which are numbered from 0 */
    struct sv *vocabulary;    /* by number */
    uint32_t *lexeme;         /* by number: its number in the rules' lexicon, or NO_WORD */
    uint32_t *first, *times;  /* by number: its first place, a global word number; how often it is there */
    uint32_t *next;           /* by global word number: the same word's next place, or NO_WORD */
    uint32_t *id_at;          /* by global word number: its number */
    uint32_t *text_at;        /* by global word number: its text */
    uint32_t *own;            /* a hash table from lexicon numbers to own ones and 1 */
    unsigned own_bits;
    struct finding *findings; /* globs, stems and regexes that match words */
    size_t finding_count, finding_capacity;
    uint32_t *found;          /* a hash table from inexacts to their first finding and 1 */
    unsigned found_bits;
};

/* Match, item and context must outlive it. */
void index_build(struct index *, const struct match *, const struct item *, const struct match_context *);
void index_free(struct index *);
/* The item's number of a word of the lexicon, or NO_WORD. */
uint32_t index_own(const struct index *, uint32_t lexeme);
/* The first finding of an inexact and 1, or 0. */
uint32_t index_found(const struct index *, uint32_t inexact);
struct sv language_primary(struct sv language); /* "ru" of "ru-RU" and of "ru_RU" */
struct sv stem_language(struct sv language); /* the part of it that a stemmer goes by */
bool stem_has(struct sv language); /* whether there is a stemmer for it */
/* A word in lower case to its stem, folded; by the commonest language of its script where none is given, without a stemmer as it is. */
struct sv stem_word(struct sv word, struct sv language, struct arena *);
/* All that matches words of the item otherwise than by their letters. */
void inexacts_find(struct index *);

/* ---- Where parts are mentioned (places.c) ---- */

/* Where a part of a rule is mentioned: words first to last of a text (numbers within it). */
struct place {
    uint32_t text, first, last;
    bool taken;               /* it is in the result already */
    const struct probe *term; /* a leaf, or the two that it was made of */
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
/* Whether the words are there without which it is not: asked before places are looked for. */
bool eval_may_hold(const struct eval *, const struct part *);
void eval_start(struct eval *, struct index *, size_t lists);
void eval_forget(struct eval *);                     /* all that was found, before the next rule */
void eval_forget_since(struct eval *, size_t count); /* what was added after e->found.count was `count` */
void eval_end(struct eval *);
bool eval_conditions(const struct rule *, const struct index *); /* `lang` and `outlets` of the rule */

/* ---- Results (snippet.c) ---- */

/* The snippet around the hit's mentions. */
void snippet_make(struct hit *, const struct item *);

#endif
