/* Within the feed stage: a document under way. The readers of XML and JSON fill it; it makes the items. */
#ifndef FEED_DOCUMENT_H
#define FEED_DOCUMENT_H

#include "base/buf.h"
#include "feed/dates.h"
#include "feed/feed.h"

/* What an item may be given more than once, by elements of different rank: the lowest rank wins, then the first. */
enum part { PART_ID, PART_LINK, PART_TITLE, PART_SUMMARY, PART_CONTENT, PART_PUBLISHED, PART_MODIFIED, PART_LANGUAGE };
#define PARTS 8

struct names {
    struct sv *list;
    size_t count, capacity;
    unsigned added; /* in all: were there changes? */
    bool full;      /* more were there than are kept */
};

/* What an item was given so far. */
struct given {
    struct sv part[PARTS];
    unsigned char rank[PARTS];
    bool html[PARTS];      /* of a summary and a content: they are made text when somebody wants them */
    struct names authors, tags;
    unsigned author_rank;
    struct sv keywords;    /* they are its tags, when it has no other */
};

struct draft {
    bool open;
    struct arena arena;
    struct given given;
    unsigned doubt;        /* added to each rank: of what stands where it may not be the item's */
};

#define DOCUMENT_LINE_MOST 16384 /* bytes of a link, a name, a date, the feed's title: of all but an item's title, summary and content */
/* How many problems are told: of single items, of the whole document; of what is lost of single items, and of the document. */
enum problem_kind { PROBLEM, FLAW, CUT, LOSS };
#define DOCUMENT_PROBLEMS {8, 12, 4, 8}
#define DOCUMENT_PROBLEMS_ALL 32

struct document {
    struct feed_options options;
    struct feed_info info;
    size_t blank_lines;        /* in front of what its reader is given */
    struct arena arena;        /* holds what info and problems point to */
    struct sv base;            /* for relative links: the document's URL */
    struct sv language;        /* the root element's, where the feed names none */
    struct names authors;      /* of the feed, for items that name none (RFC 4287, 4.2.1) */
    struct feed_problem problems[DOCUMENT_PROBLEMS_ALL];
    size_t problem_count;
    unsigned told[4];          /* of each kind */
    struct dates dates;
    struct draft draft;
    bool stopped;              /* by the item handler */
    const char *error;         /* why it is no feed */
};

void document_problem(struct document *, size_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same for what concerns the whole document: it is told even when there are many problems. */
void document_flaw(struct document *, size_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A part of an item is lost, or items are: what the operator should hear of. */
void document_cut(struct document *, size_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));
void document_loss(struct document *, size_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The first error stays. */
void document_error(struct document *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Set a string of info, once: what is blank, and what comes later, is dropped. */
void document_info(struct document *, struct sv *member, struct sv value);
/* Add a copy, unless it is there, or there are too many. */
void names_add(struct names *, struct arena *, struct sv name);

void draft_open(struct document *);
/* Offer a value (copied; SV_NONE and blank ones are dropped). Lower ranks are better. */
void draft_offer(struct document *, enum part, unsigned rank, struct sv value);
/* The same for a summary or content, as written. */
void draft_offer_source(struct document *, enum part, unsigned rank, struct item_source);
/* The same for a date; one that can be read comes before one that cannot, whatever their ranks. */
void draft_offer_date(struct document *, enum part, unsigned rank, struct sv value, size_t line);
/* What was given since with this doubt or more is taken back. */
void draft_undo(struct document *, const struct given *before, unsigned doubt);
/* Would a value of this rank be taken? */
bool draft_wants(const struct document *, enum part, unsigned rank);
/* The item is whole: make it and hand it over. */
void draft_close(struct document *, size_t line);
void draft_drop(struct document *);
void document_free(struct document *);

#endif
