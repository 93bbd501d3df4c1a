/* What the header of an answer says, as far as polling needs it (RFC 9110). Pure. */
#ifndef POLL_HEAD_H
#define POLL_HEAD_H

#include "poll/poll.h"

/* Of the last answer of a transfer; those before it (redirects, 1xx) are forgotten. Values byte for byte as received, without
 * the white space around them; SV_NONE when absent, empty or longer than HEAD_LONGEST. A zeroed struct is empty and ready. */
#define HEAD_LONGEST 4096
struct head {
    long status; /* 0: nothing has come */
    struct sv etag, last_modified, content_type, location, retry_after, date;
    bool closed; /* the header is complete: what comes now are trailers, which mean nothing here */
    struct arena arena;
};

/* A line of the header, with or without its line end. */
void head_line(struct head *, struct sv line);
void head_free(struct head *);

/* Retry-After (seconds, or a date, which is held against the answer's own Date where it has one): ms from now, or -1. */
int64_t head_retry_after(const struct head *, int64_t wall);

#endif
