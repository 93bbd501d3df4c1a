/* The one lexer for configuration files and rules. The parser says at each step which of the two it expects. */
#ifndef MATCH_LEX_H
#define MATCH_LEX_H

#include "match/rule.h"

enum token_kind {
    TOKEN_END,            /* of the text */
    TOKEN_OPEN_BRACE, TOKEN_CLOSE_BRACE, TOKEN_SEMICOLON,
    TOKEN_BAD,            /* was in error and told */
    /* in a configuration */
    TOKEN_WORD,           /* a bare word */
    TOKEN_STRING,         /* "…", escapes undone */
    /* in a rule */
    TOKEN_OPEN, TOKEN_CLOSE, /* parentheses */
    TOKEN_OR, TOKEN_AND, TOKEN_NOT, TOKEN_NEAR, TOKEN_EXCEPT, TOKEN_ATLEAST, TOKEN_FIRST,
    TOKEN_FIELD,          /* "title:" */
    TOKEN_META,           /* "lang:ru" */
    TOKEN_LIST,           /* "$iran" */
    TOKEN_TERM,
};

struct token {
    enum token_kind kind;
    struct span where;
    struct sv text;       /* WORD, STRING: its content; TERM, LIST, META: as in struct node */
    struct sv written;    /* TERM */
    unsigned n;           /* NEAR, ATLEAST, FIRST */
    enum near_kind near;
    unsigned fields;
    enum term_kind term;
    enum meta_kind meta;
};

struct lexer {
    const struct source *source;
    size_t at;
    size_t last_end;      /* where the token before the current one ended: what is missing is missing there */
    struct token token;   /* the current one */
    struct arena *arena;  /* for texts with escapes undone */
    struct diags *diags;
    /* Whether a word is a directive's name: at a line's beginning it shows that a `;` is missing before it. May be NULL. */
    bool (*is_directive)(struct sv word);
};

/* Check the bytes: valid UTF-8, no control characters but tabs and line ends. An error is told at its place. A lexer expects
 * a source that has passed. */
bool source_check(const struct source *, struct diags *);
void lex_start(struct lexer *, const struct source *, struct arena *, struct diags *);
/* Move to the next token. */
void lex_conf(struct lexer *);
void lex_rule(struct lexer *);
/* Whether the current token is a directive's name at the beginning of a line. */
bool lex_begins_directive(const struct lexer *);
/* Make a `;` current where one is missing, before the current token, which is read again after it. */
void lex_supply_semicolon(struct lexer *);
/* Skip to the next `;` (which becomes current), or to a `}` or the end, past strings and nested blocks. Quietly: what follows an
 * error is not judged. */
void lex_recover(struct lexer *);
/* From a rule's token on, likewise. */
void lex_recover_rule(struct lexer *);

#endif
