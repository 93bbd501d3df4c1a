/* The items of one document, and what its outlet's past says of each: a small record that lives as long as the document. */
#ifndef PAST_H
#define PAST_H

#include "feed/identity.h"

enum past_is {
    PAST_NEW,
    PAST_KNOWN,
    PAST_SUSPECT, /* new or known: the end of the document tells */
    PAST_UNREAD,  /* only its content can tell: history_read is wanted */
    PAST_TWICE,   /* the document has it already */
};

/* What is kept of struct identity. */
struct past_keys {
    struct digest guid, link, name, content;
    struct facts facts;
    bool has_guid : 1, has_link : 1, has_name : 1, has_content : 1;
};

/* PAST_LATER: the name of a later item of one title. Of the first three the document's first item is remembered. */
enum past_key { PAST_GUID, PAST_LINK, PAST_CONTENT, PAST_NAME, PAST_LATER };

/* An item. All but `user` is the history's to change. There may be 50,000 of them: it is as small as may be. */
struct past {
    void *user;
    struct past_keys keys;
    enum past_is is : 8;
    enum past_key key : 8; /* by which it is known, or seems to be */
    bool by_other : 1;    /* known, but by another key than that by which it will be known now */
    bool doubtful : 1;    /* known, but edited: another item of the document may yet show that its key is shared */
    bool unrecorded : 1;  /* its guid was recorded, but by a version that did not see that it is shared: it may be as old as the feed */
    bool recorded : 1;    /* that key says all of it already, and today */
    bool today : 1;       /* that key was seen today already */
    bool redated : 1;     /* that key was recorded with another date */
    bool guid_shared : 1, link_shared : 1;
    bool asked_old : 1, is_old : 1; /* did the first schema of the store record it? */
};

/* The first item of the document with a key: numbers from 1, by the key's hash. */
struct past_firsts {
    uint32_t *slots;
    size_t capacity, count;
};

/* Zeroed is ready. */
struct pasts {
    struct past **blocks;
    size_t count, block_count, block_capacity;
    struct past_firsts firsts[3];
};

/* A new item, the last; it stays where it is. */
struct past *pasts_add(struct pasts *);
/* The last item, which is nobody's first, goes; it may be looked at until the next one comes. */
void pasts_drop_last(struct pasts *);
/* From 0, in the document's order. */
struct past *pasts_at(const struct pasts *, size_t);
/* The first item with that key, or NULL. */
struct past *pasts_first(const struct pasts *, enum past_key, const struct digest *);
/* The same; where there is none, the last item becomes it. */
struct past *pasts_first_or_last(struct pasts *, enum past_key, const struct digest *);
void pasts_free(struct pasts *);

#endif
