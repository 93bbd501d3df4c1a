/* Items, and what rules found in them or missed, for people. Nothing that a feed wrote can move the cursor or turn the line around. */
#ifndef CTL_SHOW_H
#define CTL_SHOW_H

#include <stdio.h>

#include "match/match.h"

/* A text in one line: control characters become blanks, what turns the direction is left out. */
void show_text(FILE *, struct sv);
/* A line of JSON: those characters are escaped. */
void show_json(struct sv line);

/* The item: its title, its URL, then each place where something was found, and the rules that found it. Terms are highlighted, with
 * colours or in brackets. */
void show_item(const struct item *, const struct hit *hits, size_t count, bool colour);
/* A rule that does not match the item that was shown last. */
void show_miss(struct sv rule, const struct miss *, bool colour);

#endif
