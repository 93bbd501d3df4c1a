/* Within the feed stage: the text of an element under way, with the mark-up in it, and how it is to be read. */
#ifndef FEED_CAPTURE_H
#define FEED_CAPTURE_H

#include "base/buf.h"
#include "base/item.h"
#include "feed/element.h"
#include "feed/text.h"

/* RFC 4287, 3.1.1, and Atom 0.3's mode. Markup that is written as elements shows itself: HTML will do for XHTML. Other media types are
 * in base64 (4.1.3.3): what comes out is HTML, if it is text at all, and not a picture. */
enum construct { AS_HTML, AS_TEXT, AS_BINARY };

/* Zeroed is ready; its text is freed by the owner. */
struct capture {
    struct meaning_of means;
    unsigned depth;      /* of the element; 0: no capture is under way */
    enum construct construct;
    bool is_link;        /* a guid that is one */
    bool base64;         /* the text is in it (Atom 0.3) */
    bool nested;         /* elements stood in it: the text is mark-up */
    unsigned doubt;      /* of the draft, when it began */
    size_t line;         /* of a date: where it begins */
    size_t most;         /* bytes */
    struct buf text;
};

/* Begin with an element. What is longer than `most` bytes is cut. */
void capture_begin(struct capture *, struct meaning_of, unsigned depth, const struct element *, size_t most);
/* What stands in it: an element's start and end, and text. */
void capture_start(struct capture *, const struct element *);
void capture_end(struct capture *, struct sv name);
void capture_text(struct capture *, struct sv text, bool references, struct text_faults *);
/* It is whole. true: it was cut. */
bool capture_finish(struct capture *);
/* What was captured, as written; a view. */
struct item_source capture_source(const struct capture *);
/* As plain text on one line. */
struct sv capture_title(const struct capture *, struct arena *);

#endif
