/* What the two halves of the lexer share. Private to this folder. */
#ifndef MATCH_LEXING_H
#define MATCH_LEXING_H

#include "base/ascii.h"
#include "match/lex.h"

static inline const char *here(const struct lexer *l)
{
    return l->source->text.p + l->at;
}

static inline size_t left(const struct lexer *l)
{
    return l->source->text.n - l->at;
}

/* Past white space and comments: a token of no kind yet begins. */
void lex_begin(struct lexer *, bool rule);
bool lex_is_tag(const struct lexer *); /* a # here is glued to a word */
/* "title:" is seen before the rest of its run, so that many fields in a row are read in one pass; false: here is none. */
bool lex_known_field(struct lexer *);
/* A run with a colon in it: a condition, or a mistake. */
void lex_colon(struct lexer *, struct sv run, const char *colon);
void lex_end(struct lexer *, enum token_kind, size_t length);
/* `{`, `}`, `;` and the end are the same everywhere. */
bool lex_mark(struct lexer *);

/* How a quoted text is written. */
struct quoting {
    char quote;
    bool wildcards;       /* * and ? are, where no backslash stands before them */
    const char *escapes;  /* what may stand behind a backslash, for people */
    bool (*escape)(struct buf *, char); /* appends what a backslash and this character mean; false when it means nothing */
};
/* From the quote where we stand to the one that closes it: the content, escapes undone, in l->token.text, which lies in the source
 * itself where there are none. The token is ended, as a TOKEN_BAD; false when the text is not closed. */
bool lex_quoted(struct lexer *, const struct quoting *);
/* Characters that look like a blank or like nothing, pasted from elsewhere: nobody finds them by eye. */
bool lex_is_invisible(uint32_t c);
void lex_tell_invisible(struct lexer *, struct span, uint32_t c);

#endif
