/* The file sink: a line of JSON for each message. A message counts as delivered when its line is on the disk. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "publish/sink.h"

#define MOST_UNSYNCED 1000 /* lines between two syncs */
#define LINE_START "{\"topic\":"

struct file {
    struct sink sink;
    int fd;
    bool regular;  /* to be synced */
    bool cuts;     /* may cut off what it has written of a line that found no room */
    bool half;     /* such a line stands at the end all the same */
    bool full;     /* the last line found no room */
    bool failing;  /* and that was told */
    off_t size;    /* of what was written whole, where it cuts */
    struct buf line;
    int64_t *rows; /* written, not synced yet */
    size_t count;
};

static void write_line(struct buf *out, const struct message *m)
{
    struct json_writer w = {.out = out};
    json_object(&w);
    json_member(&w, "topic", m->topic);
    json_member(&w, "key", m->key);
    json_key(&w, "headers");
    json_object(&w);
    for (size_t i = 0; i < m->header_count; i++) {
        char name[256];
        snprintf(name, sizeof name, "%.*s", SV_ARG(m->headers[i].name));
        json_member(&w, name, m->headers[i].value);
    }
    json_object_end(&w);
    json_key(&w, "value");
    json_raw(&w, m->value.n ? m->value : SV("null")); /* it has no line feed */
    json_object_end(&w);
    buf_byte(out, '\n');
}

/* All or nothing: what was written of a line that does not fit is taken back, or at least ended before the next one. */
static bool append(struct file *f, struct sv line)
{
    size_t done = 0;
    while (done < line.n) {
        ssize_t n = write(f->fd, line.p + done, line.n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    if (done == line.n) {
        f->size += (off_t)done;
        f->half = false;
        return true;
    }
    int reason = errno;
    if (done && (!f->cuts || ftruncate(f->fd, f->size) != 0))
        f->half = true;
    errno = reason;
    return false;
}

static void tell(struct file *f, bool up, const char *reason)
{
    if (f->failing == !up)
        return;
    f->failing = !up;
    f->sink.handlers.connected(f->sink.handlers.context, up, reason);
}

static bool file_send(struct sink *s, int64_t row, const struct message *m)
{
    struct file *f = (struct file *)s;
    if (f->count == MOST_UNSYNCED)
        return false;
    buf_clear(&f->line);
    if (f->half)
        buf_byte(&f->line, '\n');
    write_line(&f->line, m);
    f->full = !append(f, buf_view(&f->line));
    if (!f->full) {
        f->rows[f->count++] = row;
        sink_wake(s);
    } else {
        tell(f, false, strerror(errno));
        sink_report_late(s, row, PUBLISH_FAILED, "the file cannot be written");
    }
    return true;
}

static void file_serve(struct sink *s, int64_t now)
{
    (void)now;
    struct file *f = (struct file *)s;
    size_t count = f->count;
    f->count = 0;
    bool good = !count || !f->regular || fdatasync(f->fd) == 0;
    if (count && !(good && f->full))
        tell(f, good, good ? NULL : strerror(errno));
    for (size_t i = 0; i < count; i++)
        sink_report(s, f->rows[i], good ? PUBLISH_DELIVERED : PUBLISH_FAILED, good ? NULL : "the file cannot be synced");
    sink_flush_late(s);
}

static size_t file_pending(const struct sink *s)
{
    return ((const struct file *)s)->count;
}

static void file_free(struct sink *s)
{
    struct file *f = (struct file *)s;
    file_serve(s, 0);
    if (f->fd > STDERR_FILENO)
        close(f->fd);
    buf_free(&f->line);
    free(f->rows);
    free(f);
}

/* Where the last whole line ends, or -1. */
static off_t whole_lines(const struct file *f)
{
    char block[4096];
    off_t end = f->size;
    while (end > 0) {
        off_t from = end > (off_t)sizeof block ? end - (off_t)sizeof block : 0;
        ssize_t n = pread(f->fd, block, (size_t)(end - from), from);
        if (n != end - from)
            return -1;
        const char *feed = memrchr(block, '\n', (size_t)n);
        if (feed)
            return from + (feed - block) + 1;
        end = from;
    }
    return 0;
}

/* A crash may have left half an alert, which is still in the outbox and comes again whole. Anything else is not ours to cut. */
static bool cut_half_line(struct file *f, const char *path, char *error)
{
    char first[sizeof LINE_START - 1];
    off_t whole = whole_lines(f);
    if (whole == f->size)
        return true;
    ssize_t n = whole < 0 ? -1 : pread(f->fd, first, sizeof first, whole);
    if (n <= 0)
        snprintf(error, PUBLISH_ERROR, "%s: cannot be read: %s", path, strerror(errno));
    else if (memcmp(first, LINE_START, (size_t)n) != 0)
        snprintf(error, PUBLISH_ERROR, "%s: its last line has no end and is no alert; is it the right file? It was left as it is", path);
    else if (ftruncate(f->fd, whole) != 0)
        snprintf(error, PUBLISH_ERROR, "%s: its last line is not whole and cannot be cut off: %s", path, strerror(errno));
    else
        return f->size = whole, true;
    return false;
}

static bool open_stdout(struct file *f, char *error)
{
    struct stat about;
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY || fstat(STDOUT_FILENO, &about) != 0) {
        snprintf(error, PUBLISH_ERROR, "alerts cannot go to stdout: it is closed");
        return false;
    }
    f->fd = STDOUT_FILENO;
    f->regular = S_ISREG(about.st_mode);
    return true;
}

static bool open_file(struct file *f, const char *path, char *error)
{
    if (strcmp(path, "-") == 0)
        return open_stdout(f, error);
    f->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (f->fd < 0 && (errno == ENXIO || errno == EINVAL || errno == EACCES)) /* a pipe or a device that is only written to */
        f->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    struct stat about;
    if (f->fd < 0 || fstat(f->fd, &about) != 0) {
        snprintf(error, PUBLISH_ERROR, "%s: cannot be opened for alerts: %s", path, strerror(errno));
        return false;
    }
    f->regular = f->cuts = S_ISREG(about.st_mode);
    f->size = about.st_size;
    return !f->cuts || cut_half_line(f, path, error);
}

struct sink *sink_file_new(const struct publish_options *options, char error[PUBLISH_ERROR])
{
    static const struct sink_class class = {file_send, file_serve, NULL, file_pending, NULL, NULL, file_free};
    struct file *f = xcalloc(1, sizeof *f);
    f->sink.class = &class;
    f->fd = -1;
    f->rows = xcalloc(MOST_UNSYNCED, sizeof *f->rows);
    char *path = sv_cstr(options->target);
    bool good = open_file(f, path, error);
    free(path);
    if (!good) {
        file_free(&f->sink);
        return NULL;
    }
    return &f->sink;
}
