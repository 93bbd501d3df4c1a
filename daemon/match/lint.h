/* What is worth a warning in rules that compile: parts that can never be true or always are, terms that add nothing. Private to this
 * folder; match_compile calls lint_rules. */
#ifndef MATCH_LINT_H
#define MATCH_LINT_H

#include "match/compiled.h"

/* To be called for rules without errors, once compiled. At most one warning for a place, and none in doubt: each is certain to be so for
 * every item. Linear in the rules' size but for what hangs on a NOT, which is looked at once for each AND and OR around it. */
void lint_rules(const struct match *, struct diags *);

#endif
