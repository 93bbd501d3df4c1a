/* Bytes to items: RSS, Atom, RDF and JSON Feed, whatever their charset, well formed or not. Pure and streaming: items are
 * handed over as they close. */
#ifndef FEED_FEED_H
#define FEED_FEED_H

#include "base/item.h"
#include "base/zone.h"

struct feed;

enum feed_format { FEED_UNKNOWN, FEED_RSS, FEED_RDF, FEED_ATOM, FEED_JSON, FEED_SITEMAP };

/* What is known of the document before and after its bytes. Strings live as long as the struct feed. */
struct feed_info {
    enum feed_format format;
    const char *version;      /* "2.0", "1.0", "1.1", …; "" when it says none */
    struct sv charset;        /* what it was decoded from: "utf-8", "windows-1251", … */
    struct sv title, home, description, language; /* SV_NONE where it has none */
    size_t items;
    bool truncated;           /* it ended before its end; the items are those that were complete */
};

/* Something that is wrong with the document and was mended or passed over. */
struct feed_problem {
    size_t line;              /* from 1, in the document as received; 0 when unknown */
    struct sv what;
    bool loses;               /* items, or a part of their texts, are lost */
};

/* What is beyond is cut and told as a problem; what is complete counts. Real feeds stay far below the defaults. */
struct feed_limits {
    uint64_t size;       /* bytes of the document, unpacked */
    size_t items;
    unsigned depth;      /* of nested elements, or of JSON */
    size_t text;         /* bytes of one text of an item */
    unsigned attributes; /* of one element */
};
extern const struct feed_limits feed_limits_default;

struct feed_options {
    struct sv url;            /* where it came from, for relative links; may be SV_NONE */
    struct sv content_type;   /* the HTTP header's value; may be SV_NONE */
    int64_t now;              /* to tell an unbelievable date; TIME_NONE: no such check */
    const struct zone *zone;  /* of dates that name none; NULL: UTC. It is copied */
    struct feed_limits limits; /* a zero stands for the default */
    /* An item, whole but for its texts (feed_item_text). Its arena is freed when the handler returns, unless the handler takes it:
     * copies the struct arena and zeroes the item's. Return false to stop. */
    bool (*item)(void *context, struct item *);
    void *context;
};

struct feed *feed_open(const struct feed_options *);
/* From now on dates that name no zone are in this one: the one of the options need not live any more. */
void feed_zone(struct feed *, const struct zone *);
/* false: nothing more is wanted (an error, a stop): feed_finish tells why. */
bool feed_write(struct feed *, const char *bytes, size_t n);
/* The end of the bytes. true when it was a feed, even a broken one; else feed_error says in one line why not. */
bool feed_finish(struct feed *);
const char *feed_error(const struct feed *);
/* Make summary and content_text, once. An item that nobody wants, because it was seen before, does without. */
void feed_item_text(struct item *);
/* The dates of an item that is unsettled, by what was read so far: best after feed_finish, when that is all. */
void feed_item_settle(const struct feed *, struct item *);
const struct feed_info *feed_info(const struct feed *);
size_t feed_problems(const struct feed *, const struct feed_problem **problems); /* the first of each kind */
const char *feed_format_name(enum feed_format); /* "rss", "rdf", "atom", "json", "sitemap" */
void feed_free(struct feed **);

#endif
