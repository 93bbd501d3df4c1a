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
 * bad regex) goes to `diags`; NULL when any error was added. The rules, their trees and sources must outlive the set. */
struct match *match_compile(const struct rule *rules, size_t count, struct diags *);
void match_free(struct match **);
const char *match_library(void); /* "utf8proc/2.8.0 PCRE2/10.42" */

/* All rules that the item satisfies, in the order of the rules; allocated in the item's arena. Returns how many. */
size_t match_item(const struct match *, const struct item *, const struct match_context *, struct hit **hits);

/* Why rule `index` does not match the item: the parts, as rule text, whose absence or presence denies it; in the item's arena.
 * Returns how many; 0 when it matches. */
size_t match_missing(const struct match *, size_t index, const struct item *, const struct match_context *, struct sv **parts);

#endif
