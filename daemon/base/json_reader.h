/* Within the JSON reader: what its two halves share, the tokens (json_read.c) and their grammar (json_grammar.c). */
#ifndef BASE_JSON_READER_H
#define BASE_JSON_READER_H

#include "base/json.h"

enum lexeme { BETWEEN, STRING, QUOTE, ESCAPE, HEX, WORD, SLASH, LINE_COMMENT, BLOCK_COMMENT, BLOCK_STAR };
enum expected { VALUE, VALUE_OR_END, KEY, KEY_OR_END, COLON, COMMA, NOTHING };

enum fault {
    NO_COMMA, EXTRA_COMMA, NO_COLON, EXTRA_COLON, NO_VALUE, STRAY_CLOSE, UNCLOSED, BARE_KEY, BAD_WORD, BAD_CHARACTER, MISPLACED, SINGLE_QUOTES, CONTROL, BARE_QUOTE,
    BAD_ESCAPE, BAD_HEX, NOT_UTF8, COMMENT, TRAILING, TOO_LONG, TOO_DEEP
};

struct json_reader {
    struct json_handlers handlers;
    void *context;
    struct json_limits limits;
    enum lexeme lexeme;
    enum expected expected;
    struct buf open;      /* the brackets that are open, as "{" and "[" */
    size_t objects;       /* how many of them are "{" */
    size_t skipping;      /* brackets open within what is passed over */
    struct buf token;     /* a string or a word under way */
    size_t most;          /* bytes of it; SIZE_MAX: no limit */
    bool unwanted;        /* strings are */
    struct buf blank;     /* white space behind a quote */
    struct buf mended;
    char quote;           /* that began the string, and ends it */
    char before;          /* the bracket or comma before this */
    unsigned digits, high; /* of \u: digits read; a high surrogate that waits for its low one */
    uint32_t unit;
    size_t line;
    uint32_t told;        /* faults, a bit each */
    bool stopped, forcing;
    struct buf error;
};

/* Tell of a fault. true: go on as if it were right. */
bool json_fault(struct json_reader *, enum fault);
/* End the reading with an error. */
void json_report(struct json_reader *, const char *what);

/* Would a string be a name? */
bool json_name_is_next(const struct json_reader *);
/* A token, to events. */
void json_bracket_opens(struct json_reader *, char bracket);
void json_bracket_closes(struct json_reader *, char bracket);
void json_comma(struct json_reader *);
void json_colon(struct json_reader *);
void json_string_ended(struct json_reader *, struct sv);
void json_word_ended(struct json_reader *, struct sv);

#endif
