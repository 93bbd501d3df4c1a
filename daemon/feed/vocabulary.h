/* Within the feed stage: what the elements of feeds mean, whatever their prefix. */
#ifndef FEED_VOCABULARY_H
#define FEED_VOCABULARY_H

#include "base/sv.h"

enum space { /* a namespace */
    SPACE_NONE,  /* RSS: no namespace, and those of RSS 0.90 and 1.0 */
    SPACE_ATOM, SPACE_CONTENT, SPACE_DC, SPACE_MEDIA, SPACE_ITUNES, SPACE_FEEDBURNER, SPACE_XHTML, SPACE_RDF,
    SPACE_NEWS, SPACE_VIDEO, /* of sitemaps */
    SPACE_OTHER
};

enum meaning {
    MEANS_NOTHING,
    MEANS_TITLE, MEANS_SUMMARY, MEANS_CONTENT,            /* text that may be HTML */
    MEANS_LINK, MEANS_LINK_ELEMENT, MEANS_ID, MEANS_GUID, /* a URL as text; Atom's link; an id; RSS's guid, which may be a link */
    MEANS_PUBLISHED, MEANS_MODIFIED, MEANS_LANGUAGE,
    MEANS_AUTHOR, MEANS_NAME, MEANS_EMAIL,                /* a person: text, or the parts within */
    MEANS_CATEGORY, MEANS_KEYWORDS,
    MEANS_GROUP,                                          /* its children count as the item's */
    MEANS_SOURCE,                                         /* where an entry comes from: its author counts where the entry has none */
    MEANS_DESCRIPTION                                     /* of the feed */
};

struct meaning_of {
    enum meaning meaning;
    unsigned rank; /* among the elements that mean the same: the lowest wins */
};

/* A namespace by its URI, however misspelt; where that tells nothing, by the prefix that everybody uses. `depth`: of the element that
 * declares it, from 1: what is no namespace of ours and has no prefix is RSS at the root, and an extension further in. */
enum space vocabulary_space(struct sv uri, struct sv prefix, unsigned depth);
/* What an element's name means. */
struct known {
    enum space space;
    struct meaning_of item, head; /* as a child of an item, of the feed's head */
    bool is_void;                 /* it holds nothing, and its end is often forgotten */
    bool is_html;                 /* HTML knows it too: within a text it may be mark-up */
};
struct known vocabulary_known(enum space, struct sv name);

#endif
