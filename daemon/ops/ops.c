#include "ops/ops.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#define FIELDS_MOST 16

/* ---- The journal ---- */

/* Names come from our own code, but values from anywhere: sd_journal_sendv takes lengths, so any byte may be in them. */
static void journal_sink(enum log_level level, const struct log_field *fields, const char *message)
{
    struct arena arena = {0};
    struct iovec lines[FIELDS_MOST + 2];
    int count = 0;
    lines[count].iov_base = arena_printf(&arena, "PRIORITY=%d", (int)level);
    lines[count].iov_len = strlen(lines[count].iov_base);
    count++;
    lines[count].iov_base = arena_printf(&arena, "MESSAGE=%s", message);
    lines[count].iov_len = strlen(lines[count].iov_base);
    count++;
    for (; fields && fields->name && count < FIELDS_MOST + 2; fields++) {
        if (!fields->value.p)
            continue;
        size_t name = strlen(fields->name);
        char *line = arena_alloc(&arena, name + 1 + fields->value.n);
        memcpy(line, fields->name, name);
        line[name] = '=';
        memcpy(line + name + 1, fields->value.p, fields->value.n);
        lines[count++] = (struct iovec){line, name + 1 + fields->value.n};
    }
    sd_journal_sendv(lines, count);
    arena_free(&arena);
}

/* systemd names the device and inode of the stream that it gave us (systemd.exec(5), JOURNAL_STREAM). */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat about;
    return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(STDERR_FILENO, &about) == 0 &&
           about.st_dev == (dev_t)device && about.st_ino == (ino_t)inode;
}

void ops_log_start(void)
{
    if (stderr_is_journal())
        log_set_sink(journal_sink);
}

/* ---- systemd ---- */

void ops_ready(const char *status)
{
    sd_notifyf(0, "READY=1%s%s", status ? "\nSTATUS=" : "", status ? status : "");
}

void ops_status(const char *format, ...)
{
    struct arena arena = {0};
    va_list args;
    va_start(args, format);
    const char *status = arena_vprintf(&arena, format, args);
    va_end(args);
    sd_notifyf(0, "STATUS=%s", status);
    arena_free(&arena);
}

/* To the microsecond: a time before systemd's own request, if only by rounding, tells it of an older reload. */
void ops_reloading(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=reloading the configuration",
               (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

void ops_stopping(const char *status)
{
    sd_notifyf(0, "STOPPING=1\nSTATUS=%s", status);
}

int64_t ops_watchdog_interval(void)
{
    uint64_t microseconds;
    return sd_watchdog_enabled(0, &microseconds) > 0 ? (int64_t)(microseconds / 2000) : 0;
}

void ops_watchdog(void)
{
    sd_notify(0, "WATCHDOG=1");
}

const char *ops_library(void)
{
    return "libsystemd"; /* it does not tell its version */
}
