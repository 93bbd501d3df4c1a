/* What the parser's files share. Private to this folder. */
#ifndef CONF_PARSER_H
#define CONF_PARSER_H

#include "conf/conf.h"
#include "match/lex.h"

/* A feed's settings as one block gives them; `given` has a bit for each. */
enum { INTERVAL, MIN_INTERVAL, MAX_INTERVAL, TIMEOUT, CONNECT_TIMEOUT, BACKLOG, MAX_SIZE, USER_AGENT, POLLING_SETTINGS };
struct polling {
    struct conf_polling values;
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

struct conf_parser {
    struct conf *conf;
    struct lexer *l;
    const struct conf_reader *reader;
    const struct conf_checks *checks;
    struct diags *diags;
    const struct open_file *file;

    struct polling polling;
    struct span kafka_where, sink_where;
    struct pending_outlet *outlets;
    struct pending_feed *feeds;
    struct rule *rules;
    struct list *lists;
    struct conf_option *options;
    size_t outlet_count, outlet_capacity, feed_count, feed_capacity, rule_count, rule_capacity, list_count, list_capacity;
    size_t option_count, option_capacity;
    /* Ids seen so far; values: struct span in the arena. */
    struct table outlet_ids, feed_ids, rule_ids, list_names, urls;
};

/* A directive: its name, and what reads its arguments up to and with the `;`. The current token is its name. */
struct directive {
    struct sv name;
    void (*read)(struct conf_parser *, void *target);
    bool repeated;
};

void parser_block(struct conf_parser *, const struct directive *, size_t count, void *target, const char *block);
void parser_error(struct conf_parser *, struct span, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Move on. Each want_… checks the current token and moves behind it; false: told, and recovered to the `;`. */
void parser_next(struct conf_parser *);
bool want_word(struct conf_parser *, const char *what, struct sv *, struct span *);
bool want_string(struct conf_parser *, const char *what, struct sv *, struct span *);
bool want_either(struct conf_parser *, const char *what, struct sv *, struct span *);
bool want_semicolon(struct conf_parser *);
/* One value, checked, and the `;`. */
bool read_duration(struct conf_parser *, int64_t *ms, struct span *);
bool read_size(struct conf_parser *, uint64_t *bytes, struct span *);
/* false, told with the earlier place, when the id is taken. */
bool claim(struct conf_parser *, struct table *, struct sv id, struct span, const char *what);
struct sv unknown(struct conf_parser *, struct sv word, const struct directive *, size_t count);

/* The blocks (blocks.c). */
extern const struct directive top_directives[];
extern const size_t top_directive_count;
void parser_finish(struct conf_parser *);  /* inherit, check what needs the whole, move into the conf (finish.c) */
void parser_include(struct conf_parser *, void *);

#endif
