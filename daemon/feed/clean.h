/* Within the feed stage: the pass that makes of a feed's UTF-8 something that an XML parser reads as its author meant it. */
#ifndef FEED_CLEAN_H
#define FEED_CLEAN_H

#include "base/buf.h"

/* A tokeniser that knows text, tag, comment, processing instruction, DOCTYPE and CDATA. Comments, processing instructions and
 * the DOCTYPE go (and with it any entity it declares: no entity can grow); text with references becomes CDATA with the
 * characters they stand for; "&" and "<" that begin nothing are escaped; characters that XML forbids go, and all that stands
 * before and behind the root element. Line ends of what goes stay, so that the parser's lines are the source's. */
struct clean {
    struct buf held;        /* begun, not yet whole */
    struct buf decoded;     /* scratch */
    unsigned char state;
    char quote;             /* within a DOCTYPE */
    bool subset;            /* within its brackets */
    char last;              /* character of text that was written */
    struct sv root;         /* its name as written; SV_NONE before it begins */
    char root_name[64];
    char first_name[64];    /* the first element's, which may be no root that we know */
    bool closed;            /* the root element ended */
    size_t escaped;         /* "&" and "<" that began nothing */
};

/* Zeroed is ready. `last`: nothing follows. */
void clean_write(struct clean *, struct sv utf8, bool last, struct buf *out);
void clean_free(struct clean *);

#endif
