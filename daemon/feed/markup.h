/* Within the feed stage: UTF-8 that ought to be XML to tokens, whatever is wrong with it. */
#ifndef FEED_MARKUP_H
#define FEED_MARKUP_H

#include "base/buf.h"

/* Views for as long as the call. */
struct tag {
    struct sv name;       /* as written, with its prefix */
    struct sv attributes; /* as written: tag.h reads them */
    bool empty;           /* <name/> */
};

/* What is wrong and was passed over. */
enum flaw {
    FLAW_AMPERSAND,  /* an "&" that begins no reference */
    FLAW_LESS,       /* a "<" that begins no mark-up */
    FLAW_CHARACTER,  /* one that XML forbids, and that went */
    FLAW_QUOTE,      /* a value's quote that is not closed */
    FLAW_VALUE,      /* an attribute without quotes or without a value */
    FLAW_DOUBLE,     /* an attribute that is there twice */
    FLAW_CDATA,      /* a CDATA section that is not closed */
    FLAW_COMMENT,    /* a comment that is not closed */
    FLAW_CLOSED,     /* an element that another's end or beginning closed */
    FLAW_STRAY_END,  /* an end tag of nothing that is open */
    FLAW_BEFORE,     /* something stands before the root element, */
    FLAW_BEHIND,     /* or behind it */
    FLAWS
};

struct markup_handlers {
    void (*start)(void *, const struct tag *);
    void (*end)(void *, struct sv name);
    /* A piece of text, never cut within a reference or a character; `references`: they stand in it, undecoded. */
    void (*text)(void *, struct sv text, bool references);
    void (*doctype)(void *, struct sv whole);
    /* Is it the name of the innermost open element, or of the item? A CDATA section that is never closed ends with that. */
    bool (*holds)(void *, struct sv name);
    /* `at`: where in the input; NULL: on the line `opened`. */
    void (*flaw)(void *, enum flaw, const char *at, struct sv about);
    void *context;
};

/* Ends that may be missing. */
enum ending { COMMENT_END, INSTRUCTION_END, ENDINGS };

/* A tokeniser that knows text, tags, comments, processing instructions, DOCTYPE and CDATA. Comments, instructions and the DOCTYPE go,
 * and with it any entity that it declares: no entity can grow. What begins nothing is text. The tokens do not depend on how the
 * input is cut into pieces. At most 256 KiB of a token that is not yet whole are held. Linear in the input. */
struct markup {
    struct markup_handlers handlers;
    struct buf held;         /* begun, not yet whole */
    size_t wanted;           /* with so many bytes it is looked at again */
    unsigned char state;
    bool stopped;            /* set by a handler: nothing more is wanted */
    bool doctype_lost;       /* one was never closed */
    size_t taken;            /* bytes, of all input, before the token */
    size_t searched[ENDINGS]; /* bytes, of all input, up to where such an end is known to be missing */
    size_t line;             /* of `counted` */
    size_t opened;           /* the line on which the CDATA section began */
    const char *counted, *at; /* in the input under way: so far lines are counted; the token */
    bool return_counted;      /* the last that was counted is a CR: an LF behind it ends the same line */
};

/* `line`: of the first character that it will be given. */
void markup_init(struct markup *, const struct markup_handlers *, size_t line);
/* `last`: nothing follows. */
void markup_write(struct markup *, struct sv utf8, bool last);
/* The line, from 1, of a place in the input under way that is not before the last one asked for; NULL: of that one. */
size_t markup_line(struct markup *, const char *at);
void markup_free(struct markup *);

#endif
