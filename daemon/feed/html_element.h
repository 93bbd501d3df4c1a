/* Within HTML to text: what each of HTML's elements means for the layout of the text. */
#ifndef FEED_HTML_ELEMENT_H
#define FEED_HTML_ELEMENT_H

#include "base/sv.h"

enum html_kind {
    HTML_INLINE,      /* leaves nothing, as does what HTML does not know */
    HTML_BLOCK,       /* a paragraph of its own */
    HTML_BREAK,       /* ends a line, two of them a paragraph */
    HTML_TABLE,
    HTML_ROW,
    HTML_CELL,
    HTML_WORD_END,    /* breaks a word */
    HTML_PICTURE,     /* the same */
    HTML_SOFT_HYPHEN,
    HTML_PRE,
    HTML_RUBY,        /* ends HTML_READING */
    HTML_READING,     /* how the word before it is pronounced: dropped with its contents */
    HTML_DROPPED,     /* dropped with its contents, which are mark-up */
    HTML_EMBEDDED,    /* the same, and a word ends there: a picture or a frame stands in the page */
    HTML_RAW,         /* the same, its contents are no mark-up and last, if need be, to the end of all */
};

enum html_end { HTML_END_NEEDED, HTML_END_OPTIONAL, HTML_END_NEVER };

#define HTML_NAME_MOST 12 /* bytes, a NUL included, of any name that HTML knows */

struct html_element {
    char name[HTML_NAME_MOST];
    unsigned char kind, end;
};

/* The element that HTML knows by this name in any case; NULL: it knows none. */
const struct html_element *html_element(struct sv name);
/* It shows something other than text. */
bool html_is_picture(const struct html_element *);
/* A small number for each element, below HTML_ELEMENTS. */
#define HTML_ELEMENTS 416
unsigned html_element_number(const struct html_element *);

#endif
