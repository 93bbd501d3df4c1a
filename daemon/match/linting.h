/* What the parts of the lint share: lint.c walks, lint_members.c looks for repeats, lint_denied.c for what excludes what. Private to
 * these files. */
#ifndef MATCH_LINTING_H
#define MATCH_LINTING_H

#include "match/lint.h"
#include "match/pool.h"

#define NO_END UINT32_MAX
#define LISTS_LOOKED_INTO 8 /* of one OR, or behind one NOT */

enum truth { MAY_HOLD, NEVER_HOLDS, ALWAYS_HOLDS };

/* What is known of a part. */
struct sense {
    uint64_t key;             /* the same for parts that say the same, fields and all; of a NOT the complement of what it denies */
    uint64_t own;             /* of a term or list: without the fields; else 0 */
    enum truth truth;
    uint32_t least, most;     /* a mention's words at least; the word of its field where it ends at most (FIRST), or NO_END */
    unsigned fields;          /* that its terms search */
    size_t cause;             /* the finding that made it never or always hold, as lint_tell numbers it, or 0 */
};

/* One of the parts that AND or OR binds together, through parentheses. */
struct member {
    const struct part *part;
    unsigned mask;            /* the fields that a term without one searches */
    struct sense sense;
};

/* A warning, until it is known whether it explains the whole rule. */
struct told {
    struct span where, note;
    const char *note_text;    /* or NULL */
    const char *text;
    enum truth truth;
};

struct lint {
    const struct match *m;
    struct diags *diags;
    struct arena texts;
    struct told *told;
    size_t told_count, told_capacity;
    struct member *members;   /* a stack: those of the AND or OR at hand are on top */
    size_t member_count, member_capacity;
    struct pool_table table;  /* of the AND or OR at hand */
    struct pool_table listed; /* of all lists, each with its own salt */
    struct pool_table twins;  /* the rules, each with its match */
    struct pool *lists;       /* by list index; `table` NULL: not looked at yet */
    struct sense *list_senses;
};

/* Told when the rule is done. `truth`: of the part at `where`; MAY_HOLD: the warning is about something else. `note_text` may be NULL.
 * Returns the number that a sense's `cause` takes. */
size_t lint_tell(struct lint *, enum truth, struct span where, struct span note, const char *note_text, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
struct sense lint_look(struct lint *, const struct part *, unsigned mask);
uint64_t lint_key_of_meta(const struct node *);

/* ---- Members and repeats (lint_members.c) ---- */

/* Push the members of an AND or OR; a part of another kind is its only member. The caller pops them. */
void lint_gather(struct lint *, const struct part *, unsigned mask, enum node_kind);
/* An empty pool in the table at hand. All that is looked at must have been: looking needs the table, too. */
struct pool lint_pool(struct lint *, size_t count);
/* The key and fields with which a member is in a pool: a term's fields are compared apart. */
uint64_t lint_pooled(const struct member *, unsigned *mask);
/* Tell which of the members from `from` on repeat others. */
void lint_repeats(struct lint *, size_t from, enum node_kind);
/* A list is looked at once. */
struct sense lint_list(struct lint *, const struct list_part *);
/* The list, of these, that has what the term finds; or NULL. */
const struct part *lint_listed(const struct lint *, const struct member *lists, size_t count, const struct part *, unsigned mask);

/* ---- What excludes what (lint_denied.c) ---- */

/* Of the members of an AND, from `from` on: the cause why it never holds, or 0. `rule`: whose whole match it is, or NULL. */
size_t lint_contradiction(struct lint *, size_t from, const struct rule *);
/* Of an OR: why it always holds, or 0. */
size_t lint_complement(struct lint *, size_t from);
/* Does what EXCEPT takes away, the sides after the first, hold each mention of the first? Alternatives of which that is so are told. */
size_t lint_taken(struct lint *, const struct part *except, unsigned mask);

#endif
