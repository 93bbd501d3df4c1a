/* Within the feed stage: what a document is that is no feed, for the operator to know what to do. */
#ifndef FEED_STRANGER_H
#define FEED_STRANGER_H

#include "feed/document.h"
#include "feed/element.h"

/* What was seen before a feed's root element. Zeroed is ready. */
struct stranger {
    char first[48];      /* the first element's name */
    bool page;           /* HTML */
    bool in_title, password;
    char raw[8];         /* the script or style that is open: what is in it is no mark-up */
    unsigned feeds;      /* that it links to */
    struct buf title, base, links, text;
    struct buf code;     /* scripts, and what tags say: bot walls are told by it */
};

void stranger_doctype(struct stranger *, struct sv whole);
void stranger_start(struct stranger *, const struct element *);
void stranger_end(struct stranger *, struct sv name);
void stranger_text(struct stranger *, struct sv raw);
static inline bool stranger_is_page(const struct stranger *s) { return s->page; }
static inline bool stranger_is_empty(const struct stranger *s) { return s->first[0] == 0; }
/* Say in the document's error what it is. */
void stranger_name(const struct stranger *, struct document *);
void stranger_free(struct stranger *);
/* What a document is that begins with these bytes and is no text at all; NULL: nothing known. */
const char *stranger_binary(struct sv head);

#endif
