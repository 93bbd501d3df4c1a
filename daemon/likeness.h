/* How alike two items are, by what is remembered of them. Pure. */
#ifndef LIKENESS_H
#define LIKENESS_H

#include <stdbool.h>

#include "base/facts.h"

#define NEAR_MINUTES 15 /* a story that is listed again may be dated anew by so much */

enum dates { DATES_UNKNOWN, DATES_SAME, DATES_OTHER };
enum dates like_dates(const struct facts *, const struct facts *, int tolerance); /* minutes */
bool like_title(const struct facts *, const struct facts *);
/* Of two items of one title, or of one page. */
enum alike { ALIKE_NOT, ALIKE_MAYBE, ALIKE_SURE };
/* `paged`: their pages tell them from others. */
enum alike like_namesakes(const struct facts *, const struct facts *, bool paged);
/* What is recorded under a guid, and what has it now: nothing that is known of both is the same. */
bool unlike_under_guid(const struct facts *, const struct facts *);
/* Two items of one document under one guid, or one link. */
bool unlike_twins_of_guid(const struct facts *, const struct facts *);
bool unlike_twins_of_link(const struct facts *, const struct facts *);
bool facts_equal(const struct facts *, const struct facts *);
/* `now`, with what it does not know taken from `old`. */
struct facts facts_merged(const struct facts *old, const struct facts *now);

#endif
