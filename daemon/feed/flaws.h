/* Within the feed stage: what is not well formed in a document: each kind is told once, with its first line and how often it was met. */
#ifndef FEED_FLAWS_H
#define FEED_FLAWS_H

#include "feed/document.h"
#include "feed/markup.h"

struct flaw_seen {
    size_t line, count;
    char about[32];
};

/* Zeroed is ready. */
struct flaws {
    struct flaw_seen seen[FLAWS];
};

static inline bool flaws_has(const struct flaws *f, enum flaw flaw) { return f->seen[flaw].count > 0; }
/* `at`: in the input under way; NULL: on the line that the markup remembers. `about`: a name, to be shown; may be SV_NONE. */
void flaws_note(struct flaws *, struct markup *, enum flaw, size_t count, const char *at, struct sv about);
/* What is wrong with the attributes of a tag, which the markup is at. false: it has more than `most`, and those were not looked at. */
bool flaws_check(struct flaws *, struct markup *, const struct tag *, unsigned most);
/* The end: tell the document's reader. */
void flaws_tell(const struct flaws *, struct document *);

#endif
