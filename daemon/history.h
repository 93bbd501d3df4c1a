/* What an outlet's past says of the items of one document: which of them are new. It knows the store and the feed stage's keys.
 *
 * An item is known again by its guid, else by its link, else by what it says. A key that turns out to stand for different items is
 * shared, and the next one counts. An item none of whose keys is known, but whose title is, is the same with other keys when two of its
 * page, its date and its text are what they were; when less is, it is open until the document's end: when most items are such, the feed
 * has changed its keys or its dates, else it is a new item that is called as yesterday's. Guids that change at every poll are not asked
 * any more.
 * In doubt an item is new: better one alert too many. */
#ifndef HISTORY_H
#define HISTORY_H

#include "past.h"
#include "store/store.h"

struct history;

/* What is remembered of the feed: views that are copied. `now`: when its items are seen. */
struct history *history_new(struct store *, struct sv outlet, const struct store_feed *, int64_t now);
/* What would be said of it, without adding it to the document. */
enum past_is history_ask(struct history *, const struct identity *);
/* The document's next item, before its text is made. One that the document has already may be forgotten when the next one is met. */
struct past *history_meet(struct history *, const struct identity *);
/* The text of the item that was met last is made: the keys now have the content. */
void history_read(struct history *, struct past *, const struct identity *);
/* Does the key tell the item from all others? Else its id is made of the next one. */
bool history_guid_tells(const struct history *, const struct past *);
bool history_link_tells(const struct past *);

/* All items that are remembered, in the document's order, and how many were met. */
size_t history_count(const struct history *);
struct past *history_item(const struct history *, size_t);
size_t history_met(const struct history *);

/* The end of the document, within the store's open transaction, in which siblings may have brought an item meanwhile: every item becomes
 * new, known or twice. */
void history_settle(struct history *);
/* Record a settled item as seen. false when the store refused. */
bool history_record(struct history *, const struct past *);
/* Revisions, of items that are known by guid or link. Is this text a new one, after those before it? Of an item that was seen without
 * its revisions being kept the first one is none. */
bool history_is_revised(const struct history *, const struct past *);
/* Record its text as seen, behind the item. false when the store refused. */
bool history_revise(struct history *, const struct past *);
/* What to remember of how far guids are trusted; SV_NONE: in full. `unchanged`: there was no document, for it was the last one again. */
struct sv history_trust(struct history *, bool unchanged);
void history_free(struct history **);

#endif
