/* Hits to events: one message for each (item, topic), as the contract with consumers has it. Pure. */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include "base/hit.h"
#include "base/json.h"
#include "base/message.h"

#define ALERT_SCHEMA_URI "https://newswatchd.example/schema/alert-1.json"

enum alert_key { ALERT_KEY_OUTLET, ALERT_KEY_ITEM, ALERT_KEY_FEED };
enum alert_format { ALERT_BINARY, ALERT_STRUCTURED }; /* CloudEvents content modes */

struct alert_outlet {
    struct sv id, name, country, language;
};
struct alert_feed {
    struct sv id, url, title;
};

struct alert_context {
    struct sv instance;
    struct sv topic;           /* for rules without one of their own */
    enum alert_key key;
    enum alert_format format;
    uint64_t text_limit;       /* bytes of content_text; a title and a summary may have 64 KiB in any case */
    struct alert_outlet outlet;
    struct alert_feed feed;
    int64_t fetched, matched;  /* ms */
    struct sv revision;        /* what tells this text of a known item from its others: the event is an update; SV_NONE: it is a new item */
};

/* The messages for an item's hits, in the item's arena, ordered by each topic's first hit. Returns how many. */
size_t alert_make(const struct item *, const struct hit *, size_t hit_count, const struct alert_context *, struct message **);
/* An item as a JSON Feed 1.1 item; `truncated`: say that its texts are beginnings. */
void alert_write_item(struct json_writer *, const struct item *, bool truncated);
/* A mention of a term. One that ends beyond its text in the item, which may be a beginning, has no place. */
void alert_write_mention(struct json_writer *, const struct mention *, const struct item *);
/* The JSON Pointer (RFC 6901) of a field within `item`. */
void alert_pointer(enum item_field, unsigned index, struct buf *out);

#endif
