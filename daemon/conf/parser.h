/* What the parser's files share. Private to this folder. */
#ifndef CONF_PARSER_H
#define CONF_PARSER_H

#include "conf/conf.h"
#include "match/lex.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A feed's settings as one block gives them; `given` has a bit for each. */
enum { INTERVAL, MIN_INTERVAL, MAX_INTERVAL, TIMEOUT, CONNECT_TIMEOUT, BACKLOG, MAX_SIZE, USER_AGENT, TIMEZONE, MAX_ITEMS, MAX_DEPTH,
       MAX_TEXT, MAX_ATTRIBUTES, UPDATES, POLLING_SETTINGS };
struct polling {
    struct conf_polling values;
    struct sv timezone;
    const struct zone *zone;
    unsigned given;
    struct span where[POLLING_SETTINGS];
};

struct pending_outlet {
    struct conf_outlet outlet;
    struct polling polling;
    size_t feed_count;
};

struct pending_feed {
    struct conf_feed feed;
    struct polling polling;
    size_t outlet;
};

struct open_file {
    struct sv path;
    const struct open_file *from;
    unsigned depth;
};

/* A name that a rule uses, to be looked up when all is read. */
struct reference {
    struct sv name;
    struct span where;
};

struct conf_parser {
    struct conf *conf;
    struct lexer *l;
    const struct conf_reader *reader;
    const struct conf_checks *checks;
    struct diags *diags;
    struct sv path;                /* of the main file */
    const struct open_file *file;
    const struct frame *frame;     /* the block we are in */
    struct buf text;               /* of the file that is being read */
    bool block_ended;              /* by a directive that belongs outside of it */
    bool too_deep;                 /* includes: told, and no more are followed */
    bool incomplete;               /* a mistake hid a definition: unknown names are not judged */

    struct polling polling;
    struct span kafka_where, sink_where, dead_letter_where;
    struct pending_outlet *outlets;
    struct pending_feed *feeds;
    struct rule *rules;
    struct list *lists;
    struct conf_option *options;
    struct reference *outlets_named, *topics_named;
    size_t outlet_count, outlet_capacity, feed_count, feed_capacity, rule_count, rule_capacity, list_count, list_capacity;
    size_t option_count, option_capacity, outlets_named_count, outlets_named_capacity, topics_named_count, topics_named_capacity;
    /* What was seen so far; values: struct span in the arena. */
    struct table outlet_ids, feed_ids, rule_ids, list_names, urls, files;
    struct table zones;            /* that were read, by what was written */
};

/* A directive: its name, and what reads its arguments up to and with the `;`. The current token is its name. */
struct directive {
    struct sv name;
    void (*read)(struct conf_parser *, void *target);
    bool repeated;
};

struct block {
    const char *where; /* "in an outlet" */
    const struct directive *directives;
    size_t count;
};
extern const struct block top_block, poll_block, kafka_block, outbox_block, outlet_block, feed_block, rule_block;

/* ---- Grammar (parser.c) ---- */

void parser_error(struct conf_parser *, struct span, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* What is written there, for a message: without secrets. */
struct sv parser_shown(struct conf_parser *, struct sv written);
void parser_next(struct conf_parser *);
/* Each want_… checks the current token and moves behind it; false: told, and recovered to the `;`. */
bool want_word(struct conf_parser *, const char *what, struct sv *, struct span *);
bool want_string(struct conf_parser *, const char *what, struct sv *, struct span *);
bool want_either(struct conf_parser *, const char *what, struct sv *, struct span *);
bool want_semicolon(struct conf_parser *);
/* A wrong value was told: what is left of its directive is not judged. */
void parser_after_wrong(struct conf_parser *);
/* The directive's one value, checked (`check` may be NULL; it returns what is wrong), and its `;`. */
typedef bool parser_want(struct conf_parser *, const char *what, struct sv *, struct span *);
bool read_text(struct conf_parser *, parser_want *, const char *what, const char *(*check)(struct sv), struct sv *, struct span *);
/* The same of the current token. */
bool read_given(struct conf_parser *, parser_want *, const char *what, const char *(*check)(struct sv), struct sv *, struct span *);
bool read_duration(struct conf_parser *, int64_t *ms, struct span *);
bool read_size(struct conf_parser *, uint64_t *bytes, struct span *);
bool read_number(struct conf_parser *, int64_t least, int64_t most, int64_t *);
bool read_switch(struct conf_parser *, bool *); /* on or off */
/* One word of a few, which `list` names for people. Its index, or -1 after telling. */
int read_choice(struct conf_parser *, const struct sv *choices, size_t count, const char *list);
/* The current token as an id, checked and claimed. After a mistake in it the block is read all the same. */
bool read_id(struct conf_parser *, const char *what, struct table *ids, struct sv *id, struct span *);
/* false, told with the earlier place, when the id is taken. */
bool claim(struct conf_parser *, struct table *, struct sv id, struct span, const char *what);
void tell_second(struct conf_parser *, struct span where, struct sv name, struct span earlier);
/* `{ … }` from the current token on; the `}` counts as the `;` of the directive. */
void read_block(struct conf_parser *, const struct block *, void *target);
/* Directives up to a `}` or the end, neither of which is consumed. After each directive the current token is the `;` that ends it, or
 * the `}` of its own block, or what stopped the recovery. */
void parser_block(struct conf_parser *, const struct block *, void *target);
bool parser_is_directive(struct sv word); /* of any block */
bool block_has(const struct block *, struct sv word);
/* Whether the current token is a directive that wants to be in such a block, though the block was not opened: one on the same
 * line, or on a line further in. */
bool block_lacks_brace(const struct conf_parser *, const struct block *);

/* ---- Directives ---- */

void read_kafka(struct conf_parser *, void *);       /* kafka.c */
void read_option(struct conf_parser *, void *);      /* options.c */
void read_password_file(struct conf_parser *, void *);
void read_broker_list(struct conf_parser *);          /* brokers.c */
void read_outbox(struct conf_parser *, void *);      /* outbox.c */
void read_remember(struct conf_parser *, void *);
void read_poll(struct conf_parser *, void *);        /* outlets.c */
void read_top_backlog(struct conf_parser *, void *);
void read_outlet(struct conf_parser *, void *);
void read_list(struct conf_parser *, void *);        /* rules.c */
void read_rule(struct conf_parser *, void *);
void read_topic(struct conf_parser *, void *topic);  /* kafka.c */
void read_include(struct conf_parser *, void *);     /* include.c */
void read_timezone(struct conf_parser *, void *polling); /* zones.c */

struct sv parser_path(struct conf_parser *, struct sv); /* include.c: a path of the current file, whose folder a relative one begins at */
void parser_finish(struct conf_parser *);            /* finish.c: inherit, check what needs the whole, move into the conf */

#endif
