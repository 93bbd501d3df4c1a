/* JSON (RFC 8259): a writer into a buffer, and a reader that takes bytes as they come. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

/* The writer. It places commas itself; strings are made valid UTF-8 (what is not becomes U+FFFD) and escaped.
 * A zeroed struct with `out` set is ready. Nesting is the caller's duty, to 64 levels. */
struct json_writer {
    struct buf *out;
    uint64_t started; /* a bit for each level: has it a member already? */
    unsigned depth;
    bool after_key;
};

void json_object(struct json_writer *);
void json_object_end(struct json_writer *);
void json_array(struct json_writer *);
void json_array_end(struct json_writer *);
void json_key(struct json_writer *, const char *);
void json_string(struct json_writer *, struct sv);
void json_integer(struct json_writer *, int64_t);
void json_bool(struct json_writer *, bool);
void json_null(struct json_writer *);
void json_raw(struct json_writer *, struct sv json); /* a value that is written already */
/* A key and its string; nothing at all when the value is SV_NONE (its p is NULL). */
void json_member(struct json_writer *, const char *key, struct sv value);

/* The reader. Each handler returns false to stop; any may be NULL. Strings are decoded and valid UTF-8; they live during the
 * call only. A lone surrogate is U+FFFD. */
struct json_handlers {
    bool (*object)(void *);
    bool (*object_end)(void *);
    bool (*array)(void *);
    bool (*array_end)(void *);
    bool (*key)(void *, struct sv);
    bool (*string)(void *, struct sv);
    bool (*number)(void *, struct sv); /* as written */
    bool (*boolean)(void *, bool);
    bool (*null)(void *);
    /* With it the reader is lenient: what is wrong is passed over as its author probably meant it, and told here, each kind once,
     * with its line (from 1). `loses`: a limit cut something off. Without it the first fault ends the reading. */
    bool (*fault)(void *, size_t line, const char *what, bool loses);
};
/* What is beyond is a fault: what is longer is cut, what is nested deeper is skipped. 0: no limit. */
struct json_limits {
    size_t depth; /* levels */
    size_t text;  /* bytes of a string */
    size_t word;  /* of a name, or of a number */
};
struct json_reader;

/* `limits` may be NULL. Memory grows with the depth and with the longest string. */
struct json_reader *json_reader_new(const struct json_handlers *, void *context, const struct json_limits *limits);
/* Strings that begin from now on are cut at so many bytes; 0: they are not wanted, and come as empty ones. */
void json_reader_text_most(struct json_reader *, size_t most);
bool json_reader_feed(struct json_reader *, struct sv bytes); /* false: an error or a handler's stop */
bool json_reader_end(struct json_reader *);                   /* false: also when the document is not complete */
const char *json_reader_error(const struct json_reader *);    /* one line; NULL when there was none. Lives as long as the reader. */
size_t json_reader_line(const struct json_reader *);          /* of what was read last */
bool json_reader_forces(const struct json_reader *);          /* what ends now was not closed itself, but by what is around it */
void json_reader_free(struct json_reader **);

#endif
