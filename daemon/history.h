/* What an outlet's past says of the items of one document: which of them are new. It knows the store and the feed stage's keys.
 *
 * An item is known again by its guid, else by its link, else by what it says. A key that turns out to stand for different items is
 * shared, and the next one counts. An item whose guid is not known, but whose page and title are, is the same with another guid when it
 * bears the date it had; with another date it is open until the document's end: when most items are such, the feed has changed its guids
 * or its dates, else it is a new item that is called as yesterday's. Guids that change at every poll are not asked any more.
 * In doubt an item is new: better one alert too many. */
#ifndef HISTORY_H
#define HISTORY_H

#include "feed/identity.h"
#include "store/store.h"

struct history;

enum past_is {
    PAST_NEW,
    PAST_KNOWN,
    PAST_SUSPECT, /* new or known: the end of the document tells */
    PAST_UNREAD,  /* only its content can tell: history_read is wanted */
    PAST_TWICE,   /* the document has it already */
};

/* An item of the document. Lives as long as the history; all but `user` is the history's to change. */
struct past {
    struct identity keys;
    enum past_is is;
    bool by_other;     /* known, but by another key than that by which it will be known now */
    bool doubtful;     /* known, but edited: another item of the document may yet show that its key is shared */
    bool unrecorded;   /* its guid was recorded, but by a version that did not see that it is shared: it may be as old as the feed */
    bool guid_shared, link_shared;
    struct store_key row; /* of the key by which it is known; day -1: none */
    void *user;
};

/* `seed`: what is remembered of the feed; views that are copied. */
struct history *history_new(struct store *, struct sv outlet, const struct store_feed *);
/* What would be said of it, without adding it to the document. */
enum past_is history_ask(struct history *, const struct identity *);
/* The document's next item, before its text is made. */
struct past *history_meet(struct history *, const struct identity *);
/* Its text is made: the keys now have the content. */
void history_read(struct history *, struct past *, const struct identity *);
/* Does the key tell the item from all others? Else its id is made of the next one. */
bool history_guid_tells(const struct history *, const struct past *);
bool history_link_tells(const struct past *);

/* All items that were met, in the document's order. */
size_t history_items(const struct history *, struct past *const **items);

/* The end of the document, within the store's open transaction, in which siblings may have brought an item meanwhile: every item becomes
 * new, known or twice. */
void history_settle(struct history *);
/* Record a settled item as seen. false when the store refused. */
bool history_record(struct history *, const struct past *, int64_t now);
/* Revisions, of items that are known by guid or link. Is this text a new one, after those before it? Of an item that was seen without
 * its revisions being kept the first one is none. */
bool history_is_revised(const struct history *, const struct past *);
/* Record its text as seen, behind the item. false when the store refused. */
bool history_revise(struct history *, const struct past *, int64_t now);
/* What to remember of how far guids are trusted; SV_NONE: in full. `unchanged`: there was no document, for it was the last one again. */
struct sv history_trust(struct history *, bool unchanged);
void history_free(struct history **);

#endif
