/* Within HTML to text: the writer, which decides about the white space between what is written. It writes straight into
 * memory that is large enough from the start, see html_writer_room. */
#ifndef FEED_HTML_WRITER_H
#define FEED_HTML_WRITER_H

#include "base/sv.h"

/* White space that waits for the next character, by weight: the heaviest wins. */
enum html_space { HTML_NOTHING, HTML_BLANK, HTML_TAB, HTML_LINE, HTML_PARAGRAPH };

/* What a line feed of the source is: a blank; the end of a line; nothing but a blank, unless a blank line follows. */
enum html_line_feed { HTML_LF_BLANK, HTML_LF_LINE, HTML_LF_PLAIN };

struct html_writer {
    char *begin, *out;
    enum html_space space;
    unsigned lines;    /* their ends in a row */
    bool one_line;     /* all white space is a blank */
    enum { HTML_NO_CELL, HTML_CELL_EMPTY, HTML_CELL_FILLED } cell;
};

/* What n bytes of HTML may grow to. Characters are copied, and what they are parted by is never longer than what calls for
 * it: a line feed in <pre>, <br>, two bytes for a block of three or more. A reference may be longer than itself by one byte
 * in five (`&nGt;`). The rest is for stores of sixteen bytes at a time. */
static inline size_t html_writer_room(size_t n)
{
    return n + n / 5 + 32;
}

static inline void html_put_space(struct html_writer *w, enum html_space space)
{
    if (space > w->space)
        w->space = space;
}

/* The end of a block, or of a table's row: nothing at the beginning of a cell. */
static inline void html_put_end(struct html_writer *w, enum html_space space)
{
    if (w->cell != HTML_CELL_EMPTY)
        html_put_space(w, space);
}

static inline void html_put_line(struct html_writer *w)
{
    html_put_end(w, ++w->lines > 1 ? HTML_PARAGRAPH : HTML_LINE);
}

/* A cell begins or ends, a row, a table: what blocks within the cell called for at its end is no more. */
void html_put_cell(struct html_writer *, bool opens);
void html_put_row(struct html_writer *);
void html_put_table(struct html_writer *, bool opens);
/* Characters, up to a "<", "&" or the end: returns where. */
const char *html_put_text(struct html_writer *, const char *p, const char *end, enum html_line_feed);
/* A character that is no mark-up, whichever it is; or a few, none of them white space. */
void html_put_character(struct html_writer *, const char *utf8, size_t n, enum html_line_feed);

#endif
