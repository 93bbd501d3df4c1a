/* Bytes from a file, stdin or a URL. */
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "poll/poll.h"

#define PIECE 65536

static bool read_file(const char *path, const struct ctl_reader *reader, char *error, size_t error_size)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        snprintf(error, error_size, "%s", strerror(errno));
        return false;
    }
    reader->begin(reader->context, SV_NONE, SV_NONE);
    static char piece[PIECE];
    ssize_t n;
    while ((n = read(fd, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0 && !reader->data(reader->context, piece, (size_t)n))
            break;
    if (n < 0)
        snprintf(error, error_size, "%s", strerror(errno));
    if (fd != STDIN_FILENO)
        close(fd);
    return n >= 0;
}

struct fetch {
    const struct ctl_reader *reader;
    struct ev_loop *loop;
    char *error;
    size_t error_size;
    bool good;
};

static void on_begin(void *user, const struct poll_response *response)
{
    struct fetch *f = user;
    f->reader->begin(f->reader->context, response->url, response->content_type);
}

static bool on_data(void *user, const char *bytes, size_t n)
{
    struct fetch *f = user;
    return f->reader->data(f->reader->context, bytes, n);
}

static const char *on_end(void *user, const struct poll_response *response)
{
    struct fetch *f = user;
    f->good = !response->error.p;
    if (response->error.p)
        snprintf(f->error, f->error_size, "%.*s", SV_ARG(response->error));
    return NULL;
}

static void on_settled(void *user, const struct poll_state *state, const struct poll_state *before)
{
    (void)state, (void)before;
    struct fetch *f = user;
    ev_break(f->loop, EVBREAK_ALL);
}

static bool no_state(void *user, struct poll_state *state)
{
    (void)user, (void)state;
    return false;
}

static bool fetch(const char *url, const struct ctl_reader *reader, char *error, size_t error_size)
{
    struct fetch f = {.reader = reader, .loop = ev_default_loop(EVFLAG_AUTO), .error = error, .error_size = error_size};
    const struct poll_options options = {.loop = f.loop, .clock = &clock_system, .transfers = 1, .seed = 1, .version = VERSION};
    const struct poll_handlers handlers = {on_begin, on_data, on_end, on_settled};
    const struct poll_feed feed = {.id = SV("try"), .url = sv_of(url), .interval = MS_HOUR, .min_interval = MS_HOUR, .max_interval = MS_HOUR,
                                   .timeout = MS_MINUTE, .connect_timeout = 15 * MS_SECOND, .max_size = 64u << 20, .user = &f};
    signal(SIGPIPE, SIG_IGN);
    struct poll *poll = poll_new(&options, &handlers);
    poll_set(poll, &feed, 1, no_state);
    poll_all_now(poll);
    ev_run(f.loop, 0);
    poll_free(&poll);
    return f.good;
}

bool ctl_read(const char *from, const struct ctl_reader *reader, char *error, size_t error_size)
{
    bool url = strncasecmp(from, "http://", 7) == 0 || strncasecmp(from, "https://", 8) == 0;
    return url ? fetch(from, reader, error, error_size) : read_file(from, reader, error, error_size);
}
