/* A news item: what feed makes, match reads and alert writes. JSON Feed 1.1's names and meaning. All text is plain UTF-8. */
#ifndef BASE_ITEM_H
#define BASE_ITEM_H

#include "base/clock.h"
#include "base/sv.h"

enum item_identity { ITEM_ID_GUID, ITEM_ID_LINK, ITEM_ID_CONTENT }; /* where the id was taken from */

/* A part as its feed wrote it, before plain text is made of it. */
struct item_source {
    struct sv text; /* SV_NONE: there is none */
    bool html;      /* else plain text */
};

struct item {
    struct arena *arena;       /* holds the item and whatever later stages make of it */
    struct sv guid;            /* as the feed gave it */
    struct sv id;              /* identity within the outlet: the guid, else the link, else a hash of the content */
    enum item_identity identity;
    struct sv url;             /* absolute; SV_NONE when there is none (as every member below) */
    struct sv title;
    struct sv summary, content_text;              /* made of the two below by feed_item_text; SV_NONE before */
    struct item_source raw_summary, raw_content;
    struct sv language;        /* BCP 47, as given by the item or its feed */
    struct sv *authors;        /* names */
    size_t author_count;
    struct sv *tags;
    size_t tag_count;
    struct sv raw_published, raw_modified; /* as written */
    int64_t published, modified;           /* ms since 1970, or TIME_NONE */
    bool unsettled;                        /* a date of which only the whole document tells day and month: feed_item_settle */
};

/* The parts that rules search. Authors and tags are a field each. */
enum item_field { ITEM_TITLE, ITEM_SUMMARY, ITEM_CONTENT, ITEM_AUTHOR, ITEM_CATEGORY, ITEM_URL };
#define ITEM_FIELDS 6

#endif
