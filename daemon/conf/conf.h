/* The configuration: text in, an immutable struct out, every error told. Pure: files come through a reader. */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include "base/diag.h"
#include "base/clock.h"
#include "base/zone.h"
#include "match/rule.h"

/* How files are read. Both return false with a reason in `error` (one line, without the path). */
struct conf_reader {
    bool (*read)(void *context, const char *path, struct buf *text, char *error, size_t error_size);
    /* The paths that match a pattern, sorted bytewise, in `arena`; a pattern without wildcards that matches nothing is
     * returned as it is, so that reading it gives the error. */
    bool (*glob)(void *context, const char *pattern, struct arena *, struct sv **paths, size_t *count, char *error, size_t error_size);
    /* A small file that an option's value is taken from, of at most `most` bytes. 1: read; 0: there is none; -1: it cannot be read; both
     * with a reason. `*open`: every user of this machine may read it. May be NULL: there is no such file. */
    int (*read_value)(void *context, const char *path, size_t most, struct buf *, bool *open, char *error, size_t error_size);
    /* Another number when the file or the folder was written or replaced; 0: there is none. May be NULL. */
    uint64_t (*stamp)(void *context, const char *path);
    void *context;
    const char *credentials; /* the folder of systemd's credentials, where such a file is looked for first; NULL: there is none */
};
extern const struct conf_reader conf_files; /* the file system */
/* The same, but once the descriptor `*stop` is readable nothing more is read: not even a pipe is waited for whose writer is slow. */
struct conf_reader conf_files_until(int *stop);

/* What other stages know better: checks that are called at the right place. Any may be NULL. */
struct conf_checks {
    /* A librdkafka option: false with librdkafka's own words in `error`. */
    bool (*kafka_option)(void *context, const char *name, const char *value, char *error, size_t error_size);
    /* The rules, their lists resolved: the terms in them. Called once at the end, after errors with the rules that were understood,
     * so that all mistakes are told together; without errors with the array that the configuration then holds. */
    void (*rules)(void *context, const struct rule *, size_t count, struct diags *);
    void *context;
};

enum conf_sink { CONF_SINK_NONE, CONF_SINK_BROKERS, CONF_SINK_EMBEDDED, CONF_SINK_FILE };
enum conf_key { CONF_KEY_OUTLET, CONF_KEY_ITEM, CONF_KEY_FEED };
enum conf_format { CONF_FORMAT_BINARY, CONF_FORMAT_STRUCTURED };
enum conf_when_full { CONF_FULL_STOP, CONF_FULL_DROP_OLDEST };

struct conf_option {
    struct sv name, value;
    struct sv file;              /* its path, where the value is a file's content; else SV_NONE */
    uint64_t stamp;              /* of the file that was read, or that the value names for librdkafka to read; 0: none */
    struct span where;
};

struct conf_kafka {
    enum conf_sink sink;
    struct sv brokers;           /* for CONF_SINK_BROKERS */
    struct sv file;              /* for CONF_SINK_FILE; "-" is stdout */
    struct sv topic;             /* default "news.alerts" */
    struct sv dead_letter;       /* the topic that takes what the broker refuses for good; SV_NONE: off, the default */
    enum conf_key key;
    enum conf_format format;
    int64_t drain;               /* ms to deliver what is left at a stop; default 10 s */
    struct conf_option *options;
    size_t option_count;
};

/* What waits to be delivered. Sizes in bytes. */
struct conf_outbox {
    uint64_t max_size;           /* of the alerts in the store; default 10g */
    enum conf_when_full when_full; /* default: polling stops until there is room */
    uint64_t window;             /* of the alerts under way, in memory; default 16m, from 64k to 1g */
};

/* What a feed inherits: poll block, outlet, feed, the nearest wins. Times in ms, sizes in bytes. */
struct conf_polling {
    int64_t interval;            /* default 10m */
    int64_t min_interval;        /* default 2m, or less where interval is less */
    int64_t max_interval;        /* default 6h, or more where interval is more */
    int64_t timeout;             /* the whole transfer; default 60s */
    int64_t connect_timeout;     /* default 15s */
    uint64_t max_size;           /* of the decoded body; default 64m */
    int64_t max_items;           /* of a document; default 50000 */
    int64_t max_depth;           /* of nested elements; default 250 */
    uint64_t max_text;           /* of one text of an item; default 4m */
    int64_t max_attributes;      /* of an element; default 250 */
    bool updates;                /* a known item whose text has changed is matched again; default off */
    int64_t backlog;             /* at the first poll, items older than this give no alert; default 24h */
    struct sv user_agent;        /* SV_NONE: the poll stage's own */
};

struct conf_outlet {
    struct sv id, name, country, language; /* name: the id when not given; the others SV_NONE */
    struct sv timezone;          /* as written; SV_NONE: not given */
    struct span where;
};

struct conf_feed {
    struct sv id;                /* "globaltimes" or "globaltimes.china" */
    struct sv url;
    struct sv shown_url;         /* without its secrets, for logs and alerts: user, password, parameters such as token */
    const struct conf_outlet *outlet;
    struct conf_polling polling;
    struct sv timezone;          /* its own or its outlet's, as written; SV_NONE: neither gives one */
    const struct zone *zone;     /* of dates that name none; NULL: UTC */
    struct span where;
};

struct conf {
    struct arena arena;          /* holds all of it, with the texts of the files, but for the trees */
    struct arena trees;          /* of the rules' expressions and the lists */
    struct sv instance;          /* default: conf_parse's `host` */
    struct sv state;             /* SV_NONE: $STATE_DIRECTORY decides */
    struct sv control;           /* the control socket's path; empty: off; SV_NONE: $RUNTIME_DIRECTORY or the state directory decides */
    int64_t remember;            /* ms that a seen item is remembered after its feed held it last; default 60d, at least 7d */
    uint64_t text_limit;         /* default 256k */
    unsigned transfers;          /* most transfers at a time; default 64 */
    struct conf_polling polling; /* the global one */
    struct conf_kafka kafka;
    struct conf_outbox outbox;
    struct conf_outlet *outlets;
    size_t outlet_count;
    struct conf_feed *feeds;     /* in the order written */
    size_t feed_count;
    struct rule *rules;
    size_t rule_count;
    bool updates;                /* some rule asks for them, whatever its feed says */
    struct list *lists;
    size_t list_count;
    struct table outlets_by_id, feeds_by_id, rules_by_id, lists_by_name; /* values: the structs above */
    size_t files;                /* that were read */
};

/* Read and check a configuration, its lists resolved. What `diags` tells of it shows no secrets. NULL when there was any error. `host` is the default instance, `checks` may
 * be NULL. `diags` outlives the result: it keeps what it shows. */
struct conf *conf_parse(const char *path, const struct conf_reader *, const struct conf_checks *, struct sv host, struct diags *);
/* The effective configuration as text: it parses to the same. Secrets are replaced by "(hidden)". */
void conf_print(const struct conf *, struct buf *out);
/* Whether what is sent by one goes where the other one sends it, in the same way: sink, brokers, options, with what the files that they
 * name hold. A certificate that was renewed makes a difference. */
bool conf_kafka_same(const struct conf_kafka *, const struct conf_kafka *);
/* Whether a file that its options name was written or replaced since it was read: then loading anew makes a difference. */
bool conf_kafka_is_stale(const struct conf_kafka *, const struct conf_reader *);
/* Give back the trees of rules and lists, half of what many rules take: once compiled, only conf_print and whoever explains a miss read
 * them. Then neither may be asked any more. */
void conf_forget_trees(struct conf *);
void conf_free(struct conf **);

#endif
