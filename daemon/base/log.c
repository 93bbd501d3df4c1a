#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

static void stderr_sink(enum log_level level, const struct log_field *fields, const char *message)
{
    static const char *const names[] = {"error: ", "warning: ", "", "", "debug: "};
    (void)fields; /* the message says it all to a person */
    char now[TIME_TEXT];
    time_rfc3339(clock_wall(&clock_system) / MS_SECOND * MS_SECOND, now);
    fprintf(stderr, "%s %s%s\n", now, names[level - LOG_LEVEL_ERROR], message);
}

static log_sink *sink = stderr_sink;
static enum log_level limit = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
    limit = level;
}

void log_set_sink(log_sink *new_sink)
{
    sink = new_sink ? new_sink : stderr_sink;
}

void log_write(enum log_level level, const struct log_field *fields, const char *format, ...)
{
    if (level > limit)
        return;
    struct arena arena = {0};
    va_list args;
    va_start(args, format);
    char *message = arena_vprintf(&arena, format, args);
    va_end(args);
    for (char *c = message; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = '?';
    sink(level, fields, message);
    arena_free(&arena);
}
