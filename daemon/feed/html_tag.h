/* Within HTML to text: the tag, as HTML's tokeniser reads it (WHATWG HTML, 13.2.5.6 to 13.2.5.40). */
#ifndef FEED_HTML_TAG_H
#define FEED_HTML_TAG_H

#include "feed/html_element.h"

struct html_tag {
    struct sv name;
    const struct html_element *element; /* NULL: HTML knows none of this name */
    bool closing;                       /* </p> */
    bool empty;                         /* <p/> */
    bool hidden;                        /* by its `hidden` or `style` attribute: nobody sees its contents */
    bool valued, valueless;             /* it has attributes that have a value; that have none */
    const char *behind;                 /* its ">"; NULL when it is cut off */
};

/* Read the tag at p, where a "<" stands. false: what stands there is text. A name is made of ASCII's letters, digits and
 * `-_:`, so that <name@example.org>, <AAPL.O>, <https://…> and <A股> are text. */
bool html_tag(const char *p, const char *end, struct html_tag *);
/* The "<" of the next tag of this name, in any case, that begins at p or later; NULL: there is none. */
const char *html_tag_named(const char *p, const char *end, struct sv name, bool *closing);

#endif
