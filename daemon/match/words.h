/* A text as words with their places. Private to this folder. */
#ifndef MATCH_WORDS_H
#define MATCH_WORDS_H

#include "base/buf.h"

struct word {
    uint32_t start, end;           /* bytes of the text: without a possessive, with an acronym's last dot */
    uint32_t folded, folded_size;  /* in words.folded */
    uint32_t sentence, paragraph;  /* counted from 0; a block's end ends a sentence */
    uint32_t hash;                 /* words_hash of the folded form */
    bool joined;                   /* from dotted letters, or over a Hebrew sign */
};

struct words {
    struct word *list;
    size_t count, capacity;
    struct buf folded;
};

/* Split and fold. `words` is emptied first, its memory used again. Texts beyond 4 GiB are cut. */
void words_split(struct sv text, struct sv language, struct words *);
void words_free(struct words *);
/* A hash of a folded word for tables in memory: seeded at random once per process, so that hostile words cannot pile up. */
uint32_t words_hash(struct sv folded);
static inline struct sv word_folded(const struct words *w, size_t i)
{
    return (struct sv){w->folded.p + w->list[i].folded, w->list[i].folded_size};
}

#endif
