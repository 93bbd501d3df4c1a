/* Log lines for people, with fields for machines. Where they go is a sink's matter: a terminal, or the journal. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/sv.h"

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_NOTICE = 5, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 }; /* as in syslog */

/* A structured field: an upper-case name (FEED, OUTLET, URL, ERROR, …) and its value. An array of them ends with a NULL name. */
struct log_field {
    const char *name;
    struct sv value;
};
#define LOG_FIELDS(...) ((const struct log_field[]){__VA_ARGS__, {NULL, {NULL, 0}}})

typedef void log_sink(enum log_level, const struct log_field *fields, const char *message);

/* Lines above `level` are dropped. The default sink writes to stderr, the default level is INFO. */
void log_set_level(enum log_level);
void log_set_sink(log_sink *);

/* One line. Control characters in the message, which may come from the network, are made visible. `fields` may be NULL. */
void log_write(enum log_level, const struct log_field *fields, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define log_error(...) log_write(LOG_LEVEL_ERROR, NULL, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, NULL, __VA_ARGS__)
#define log_notice(...) log_write(LOG_LEVEL_NOTICE, NULL, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, NULL, __VA_ARGS__)
#define log_debug(...) log_write(LOG_LEVEL_DEBUG, NULL, __VA_ARGS__)

#endif
