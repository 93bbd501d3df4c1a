/* Items to hits. Pure: a compiled set of rules is immutable and may be used from any thread. */
#ifndef MATCH_MATCH_H
#define MATCH_MATCH_H

#include "base/hit.h"
#include "match/rule.h"

struct match;

/* What an item does not say of itself. Views only. */
struct match_context {
    struct sv outlet, feed;    /* ids */
    struct sv country;         /* the outlet's, or SV_NONE */
    struct sv language;        /* the outlet's, or SV_NONE; used when the item has none */
};

/* Compile rules whose lists are resolved. What folding shows to be wrong in a term (a phrase of signs, a prefix too short, a
 * bad regex) goes to `diags`; NULL when any error was added. The rules and
 * sources must outlive the set; their trees only while someone explains a miss with it. */
struct match *match_compile(const struct rule *rules, size_t count, struct diags *);
void match_free(struct match **);
const char *match_library(void); /* "utf8proc/2.8.0 PCRE2/10.42" */

/* All rules that the item satisfies, in the order of the rules; allocated in the item's arena. Returns how many. */
size_t match_item(const struct match *, const struct item *, const struct match_context *, struct hit **hits);

/* A part of a rule that is to blame for a miss. */
struct missing {
    struct sv part;   /* as rule text, shortened where it is long; "lang ru", "score 3 of 5"; "…" for all that are too many to be told */
    struct sv reason; /* what the item has instead, for people */
};

struct miss {
    const struct missing *parts; /* the smallest ones whose absence or presence denies the rule */
    size_t count;                /* 0: the rule matches */
    bool scored;
    int64_t score;
};

/* An item held ready to be asked why rules miss it. All that is given must outlive it. */
struct match_explainer *match_explain(const struct match *, const struct item *, const struct match_context *);
/* Why rule `index` does not match; what is told lives until the next call. */
struct miss match_miss(struct match_explainer *, size_t index);
void match_explain_end(struct match_explainer **);

#endif
