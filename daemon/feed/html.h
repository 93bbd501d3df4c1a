/* Within the feed stage: HTML to the plain text that is matched. One pass, linear in the input, which is UTF-8. */
#ifndef FEED_HTML_H
#define FEED_HTML_H

#include "base/sv.h"

/* The layout of the text: a blank line ends a paragraph (after any block), a line feed ends a line (<br>, a table's row), a tab
 * a cell; all other white space outside <pre>, Unicode's too, becomes one blank. Zero-width characters and direction marks stay.
 * Inline tags leave nothing behind, but <sub>, <sup> and <img> break a word; <wbr> becomes a soft hyphen.
 *
 * Dropped are scripts, styles, comments, pictures and frames with what stands for them, what is hidden (by its `hidden`
 * attribute or `display: none`) and the readings of ruby. Tags and references are read as HTML5's tokeniser reads them, except
 * where that would lose text that cannot be meant as mark-up.
 *
 * References are decoded once. HTML that was escaped once too often, and evidently so, is decoded once more; what stands in
 * <![CDATA[ ]]> is HTML like the rest. The text lives in the arena; SV_NONE when there is none. */
struct sv html_text(struct arena *, struct sv html);
/* A title, on one line: tags that HTML knows are stripped, "<" before anything else stands for itself, as does a tag that the
 * title speaks of: one that lacks its end tag ("Why the <blink> tag died"). */
struct sv html_title(struct arena *, struct sv html);
/* Text that is no HTML: white space to single blanks, but a blank line stays one. What evidently is HTML is read as such. */
struct sv html_plain(struct arena *, struct sv text);
struct sv html_plain_title(struct arena *, struct sv text); /* the same, on one line */
/* Is it the name of an HTML element? */
bool html_knows(struct sv name);

#endif
