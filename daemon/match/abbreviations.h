/* Abbreviations after which a dot ends no sentence. Private to this folder. */
#ifndef MATCH_ABBREVIATIONS_H
#define MATCH_ABBREVIATIONS_H

#include "base/sv.h"

/* The lists for a text in this language (a tag, such as "de-AT"), a bit for each, never 0. Where it is empty, all: in doubt it is no end. */
uint32_t abbreviation_lists(struct sv language);
/* Does one of these lists hold the folded word? */
bool abbreviation_known(struct sv folded, uint32_t lists);

#endif
