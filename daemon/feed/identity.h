/* Within the feed stage and for who keeps its history: by what an item is known again. Pure. */
#ifndef FEED_IDENTITY_H
#define FEED_IDENTITY_H

#include "base/facts.h"
#include "base/hash.h"
#include "base/item.h"

/* The keys of an item. Those that it lacks are not set; a link to a home page is none. */
struct identity {
    bool has_guid, has_link, has_name, has_content;
    struct digest guid;    /* the guid; not set where it is the link again */
    struct digest link;    /* the canonical link: whatever its scheme, "www." and tracking */
    struct digest name;    /* the title; of an untitled item the beginning of its text */
    struct digest content; /* title, summary and content: its revision, and what it is known by when it has nothing else */
    struct digest old;     /* what the first schema of the store had in place of all of them */
    struct facts facts;
};

/* Set item->id and item->identity: the guid, else the link without tracking, else a hash of what it says (which makes its text). */
void identify(struct item *);
/* Make the id of the link or of the content, when a guid or a link that other items have too is no id. The content must be known. */
void identity_rename(struct item *, const struct identity *, bool guid_tells, bool link_tells);
/* All but the content. */
void identity_of(struct item *, struct identity *);
/* The content too, once the item's text is made. Differences of white space are none. */
void identity_of_text(const struct item *, struct identity *);

#endif
