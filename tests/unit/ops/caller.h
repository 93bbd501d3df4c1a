/* A control socket with a few resources on a loop of its own, and clients that call there: one thread drives both ends. */
#ifndef CALLER_H
#define CALLER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "ops/control.h"

#define GUARD (30 * MS_SECOND) /* what takes longer has failed */
#define LARGE (5u << 20)

struct desk {
    char folder[64], path[96];
    struct ev_loop *loop;
    struct control *control;
    int64_t number;        /* of the last POST to /things/#/drop */
    unsigned drops;
    struct buf log;
};

struct caller {
    int fd;
    struct buf got;
    bool ended;
};

static struct desk *desk_in_use; /* for the log */

static void desk_log(enum log_level level, const struct log_field *fields, const char *message)
{
    (void)level, (void)fields;
    buf_printf(&desk_in_use->log, "%s\n", message);
}

static void answer_status(void *context, const struct control_request *request, struct control_reply *reply)
{
    (void)context, (void)request;
    json_object(&reply->json);
    json_member(&reply->json, "state", SV("well"));
    json_object_end(&reply->json);
}

static void answer_page(void *context, const struct control_request *request, struct control_reply *reply)
{
    (void)context;
    json_array(&reply->json);
    json_integer(&reply->json, control_argument_number(request, "after", 7, INT64_MAX));
    json_integer(&reply->json, control_argument_number(request, "most", 100, 1000));
    json_string(&reply->json, sv_of(control_argument(request, "name") ? control_argument(request, "name") : ""));
    json_array_end(&reply->json);
}

static void answer_large(void *context, const struct control_request *request, struct control_reply *reply)
{
    (void)context, (void)request;
    char *text = malloc(LARGE);
    memset(text, 'x', LARGE);
    json_string(&reply->json, (struct sv){text, LARGE});
    free(text);
}

static void answer_drop(void *context, const struct control_request *request, struct control_reply *reply)
{
    struct desk *d = context;
    d->number = control_number(request);
    d->drops++;
    json_object(&reply->json);
    if (d->number == 404)
        control_refuse(reply, 404, "there is no row %lld: it is \"gone\"", (long long)d->number);
    else
        json_object_end(&reply->json);
}

static const struct control_resource desk_resources[] = {
    {"GET", "/status", answer_status},
    {"GET", "/page", answer_page},
    {"GET", "/large", answer_large},
    {"POST", "/things/#/drop", answer_drop},
};

static int desk_open(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    char error[CONTROL_ERROR];
    desk_in_use = d;
    log_set_sink(desk_log);
    strcpy(d->folder, "/tmp/newswatchd-control-XXXXXX");
    if (!mkdtemp(d->folder))
        return 1;
    snprintf(d->path, sizeof d->path, "%s/control", d->folder);
    d->loop = ev_loop_new(EVFLAG_AUTO);
    d->control = control_new(d->loop, desk_resources, sizeof desk_resources / sizeof *desk_resources, d, error);
    if (!d->control)
        return 1;
    control_listen(d->control, d->path);
    *state = d;
    return 0;
}

static int desk_close(void **state)
{
    struct desk *d = *state;
    char command[128];
    control_free(&d->control);
    ev_loop_destroy(d->loop);
    log_set_sink(NULL);
    buf_free(&d->log);
    snprintf(command, sizeof command, "rm -r %s", d->folder);
    free(d);
    return system(command);
}

/* ---- Clients ---- */

/* Whether it can: a socket's queue may be full, or nobody may be there. */
static inline bool caller_try(struct caller *c, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    *c = (struct caller){.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    return connect(c->fd, (struct sockaddr *)&address, sizeof address) == 0;
}

static inline void caller_say(struct caller *c, const char *text, size_t n)
{
    /* What does not go goes nowhere: the other end has closed, or has enough. */
    ssize_t sent = send(c->fd, text, n, MSG_NOSIGNAL);
    (void)sent;
}

static inline void caller_read(struct caller *c, size_t most)
{
    char piece[65536];
    ssize_t n;
    while (most && (n = recv(c->fd, piece, most < sizeof piece ? most : sizeof piece, 0)) > 0)
        buf_append(&c->got, piece, (size_t)n), most -= (size_t)n;
    c->ended = c->ended || (most && (n == 0 || errno != EAGAIN));
}

static inline void caller_end(struct caller *c)
{
    close(c->fd);
    buf_free(&c->got);
}

/* Turn the loop until the connection is closed. */
static inline void desk_wait(struct desk *d, struct caller *c)
{
    for (int64_t until = clock_monotonic(&clock_system) + GUARD; !c->ended; caller_read(c, SIZE_MAX)) {
        assert_true(clock_monotonic(&clock_system) < until);
        ev_run(d->loop, EVRUN_NOWAIT);
        poll(&(struct pollfd){.fd = c->fd, .events = POLLIN}, 1, 1);
    }
    buf_cstr(&c->got);
}

static inline struct caller desk_call(struct desk *d, const char *request)
{
    struct caller c;
    assert_true(caller_try(&c, d->path));
    caller_say(&c, request, strlen(request));
    desk_wait(d, &c);
    return c;
}

/* The answer to a request: its status, and that its body is this. */
static inline void assert_answer(struct desk *d, const char *request, int status, const char *body)
{
    struct buf whole = {0};
    buf_printf(&whole, "%s HTTP/1.1\r\nHost: localhost\r\n\r\n", request);
    struct caller c = desk_call(d, buf_cstr(&whole));
    int found = 0;
    assert_int_equal(sscanf(c.got.p, "HTTP/1.1 %d ", &found), 1);
    assert_int_equal(found, status);
    const char *at = strstr(c.got.p, "\r\n\r\n");
    assert_non_null(at);
    assert_string_equal(at + 4, body);
    assert_non_null(strstr(c.got.p, "\r\nContent-Type: application/json\r\n"));
    caller_end(&c);
    buf_free(&whole);
}

static inline void assert_well(struct desk *d)
{
    assert_answer(d, "GET /status", 200, "{\"state\":\"well\"}\n");
}

static inline size_t descriptors(void)
{
    size_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

/* Turn the loop until nothing is open that was not before. */
static inline void desk_rest(struct desk *d, size_t before)
{
    for (int64_t until = clock_monotonic(&clock_system) + GUARD; descriptors() > before;) {
        assert_true(clock_monotonic(&clock_system) < until);
        ev_run(d->loop, EVRUN_NOWAIT);
        poll(NULL, 0, 1);
    }
}

#endif
