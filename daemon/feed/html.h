/* Within the feed stage: HTML to the plain text that is matched. One pass, linear in the input. */
#ifndef FEED_HTML_H
#define FEED_HTML_H

#include "base/sv.h"

/* The layout of the text: a blank line ends a paragraph (after any block), a line feed ends a line (<br>), a tab a table
 * cell; all other white space outside <pre> becomes one blank. Scripts, styles and comments are dropped, references decoded
 * once. Inline tags leave nothing behind, but <sub>, <sup> and <img> break a word; <wbr> becomes a soft hyphen. */
struct sv html_text(struct arena *, struct sv html);
/* A title, on one line: tags that HTML knows are stripped, "<" before anything else stands for itself. */
struct sv html_title(struct arena *, struct sv html);
/* Text that is no HTML: white space to single blanks, but a blank line stays one. */
struct sv html_plain(struct arena *, struct sv text);
/* Is it the name of an HTML element? */
bool html_knows(struct sv name);

#endif
