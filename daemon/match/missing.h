/* Explaining a miss: what the walk over a rule (missing.c) and the words for what it finds (reason.c) share. Private to this folder. */
#ifndef MATCH_MISSING_H
#define MATCH_MISSING_H

#include "match/compiled.h"

#define FIELDS_ALL ((1u << ITEM_FIELDS) - 1)

struct match_explainer {
    const struct match *match;
    struct index index;
    struct eval eval;
    struct arena arena;  /* what is told of one rule */
    size_t words_left;   /* that may still be compared one by one, for this rule */
};

/* How near a part is to being true, from nothing of it (0) to all of it (100): of an OR the nearest branch is explained. */
enum {
    NEAR_WORDS_APART = 20, /* a phrase's words are there, but not together */
    NEAR_ENOUGH = 30,      /* below it the whole OR says more than a branch */
    NEAR_DENIED = 40,
    NEAR_ELSEWHERE = 50,   /* in another field */
    NEAR_OTHERWISE = 60,   /* written in another way */
    NEAR_ALMOST = 80,      /* all is there, and not as it must be */
};

/* Where a part stands. */
struct scope {
    unsigned mask;            /* the fields that a bare term searches */
    const struct node *field; /* the field it stands in, or NULL */
};

/* Tells of a part that has no mention: why, and returns how near it is. */
unsigned reason_absent(struct match_explainer *, const struct part *, struct scope, struct sv *reason);
/* Of a NEAR of which all sides are mentioned. */
struct sv reason_apart(struct match_explainer *, const struct part *, struct scope);
/* Of an EXCEPT whose first side is mentioned. */
struct sv reason_excepted(struct match_explainer *, const struct part *, struct scope);
/* Of an ATLEAST that has some mentions; *count: how many. */
struct sv reason_too_few(struct match_explainer *, const struct part *, struct scope, unsigned *count);
struct sv reason_too_late(struct match_explainer *, const struct part *, struct scope);
/* Of a NOT: what is there. */
struct sv reason_denied(struct match_explainer *, const struct part *, struct scope);
/* What the item has in place of what `lang:`, `outlet:`, … ask for. */
struct sv reason_meta(struct match_explainer *, enum meta_kind);

/* Whether a part is true; nothing that was found before is valid after. */
bool missing_holds(struct match_explainer *, const struct part *, unsigned mask);
/* A node as rule text, in the field where it stands, at most so many bytes. */
struct sv missing_text(struct match_explainer *, const struct node *, const struct node *field, size_t most);
static inline const struct part *missing_child(const struct part *p, size_t i) { return &p->children[i]; }

#endif
