/* Within HTML to text: what a text is, judged by itself, where what it is said to be may be wrong. */
#ifndef FEED_HTML_EVIDENCE_H
#define FEED_HTML_EVIDENCE_H

#include "feed/entity.h"
#include "feed/html_element.h"

/* A set of elements. */
struct html_elements {
    uint64_t bits[(HTML_ELEMENTS + 63) / 64];
};

static inline void html_elements_add(struct html_elements *set, const struct html_element *e)
{
    unsigned n = html_element_number(e);
    set->bits[n / 64] |= 1ull << n % 64;
}

static inline bool html_elements_has(const struct html_elements *set, const struct html_element *e)
{
    unsigned n = html_element_number(e);
    return set->bits[n / 64] >> n % 64 & 1;
}

/* What stands from `from` to `to` is set between blanks, or the ends of all, as a word is. */
bool html_between_blanks(struct sv all, const char *from, const char *to);

/* What was escaped once more than its text calls for: the reference whose "&" is what stands from `from` to p. Only what
 * nobody writes about is taken for it: a number, or a name within or at a word for what is not in ASCII. */
struct entity html_escaped_again(struct sv all, const char *from, const char *p);

/* Is it evidently HTML, not a text about it? An element with both its tags, a tag with an attribute that has a value, or one
 * that needs no end tag and is not set between blanks like a word. Where it was said to be plain text (HTML_AS_TEXT), and does
 * not begin with the tag of a block, only an attribute will do, or a <br> or the like. */
enum html_said { HTML_ESCAPED, HTML_AS_TEXT };
bool html_is_markup(struct sv text, enum html_said);

/* The text with its references decoded, once. The caller frees it. */
struct buf html_decoded(struct sv html);

#endif
