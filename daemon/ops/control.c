#include "ops/control.h"

#include <errno.h>
#include <ev.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/log.h"
#include "ops/door.h"

#define CLIENTS_MOST 32
#define CLIENT_MEMORY ((size_t)16 << 10) /* for a request's head, and what is read at a time */
#define CLIENT_TIME 20.   /* seconds for a request and its answer */
#define CROWDED_TIME 2.   /* the same while others wait for a place */
#define BODY_MOST 4096    /* of a request: nothing in it is read */
#define SWEEP_EVERY 0.5
#define CHECK_EVERY 2.    /* is the socket still there? */
#define ACCEPT_RETRY 1.   /* after the system had no descriptor left */

/* A connection; it is good for one request. */
struct client {
    struct client *next, *previous;
    int fd;
    ev_tstamp since;
    size_t body; /* bytes of it that came */
};

struct control {
    struct ev_loop *loop;
    const struct control_resource *resources;
    size_t count;
    void *context;
    struct MHD_Daemon *http;
    struct client clients; /* the list's head: the oldest is the first */
    size_t client_count;
    char *wanted;          /* where it shall listen; NULL: nowhere */
    struct door door;      /* where it does */
    char error[CONTROL_ERROR]; /* why it does not: told already */
    ev_io arrivals, work;
    ev_timer due, sweep, check, accept_again;
};

struct control_request {
    struct MHD_Connection *connection;
    int64_t number;
};

/* ---- Requests and answers ---- */

int64_t control_number(const struct control_request *r)
{
    return r->number;
}

const char *control_argument(const struct control_request *r, const char *name)
{
    return r->connection ? MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, name) : NULL;
}

/* -1: it is none from 0 to `most`. */
static int64_t number_of(const char *text, const char *end, int64_t most)
{
    int64_t number = 0;
    if (text == end)
        return -1;
    for (; text < end; text++) {
        int digit = *text - '0';
        if (!ascii_is_digit(*text) || number > (most - digit) / 10)
            return -1;
        number = number * 10 + digit;
    }
    return number;
}

int64_t control_argument_number(const struct control_request *r, const char *name, int64_t otherwise, int64_t most)
{
    const char *text = control_argument(r, name);
    return text ? number_of(text, text + strlen(text), most) : otherwise;
}

void control_refuse(struct control_reply *reply, unsigned status, const char *format, ...)
{
    char text[CONTROL_ERROR];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_clear(&reply->body);
    reply->json = (struct json_writer){.out = &reply->body};
    reply->status = status;
    json_object(&reply->json);
    json_member(&reply->json, "error", sv_of(text));
    json_object_end(&reply->json);
}

/* Does the path fit the pattern? A "#" in it must be a number. */
static bool path_fits(const char *pattern, const char *path, int64_t *number)
{
    for (; *pattern; pattern++) {
        if (*pattern != '#') {
            if (*pattern != *path++)
                return false;
            continue;
        }
        const char *end = path + strcspn(path, "/");
        *number = number_of(path, end, INT64_MAX);
        if (*number <= 0)
            return false;
        path = end;
    }
    return !*path;
}

/* Returns the methods that the path knows, where that is not among them; else NULL. */
static const char *answer(struct control *c, struct control_request *request, const char *method, const char *path, struct control_reply *reply)
{
    bool get = false, post = false;
    if (strcmp(method, "HEAD") == 0) /* libmicrohttpd leaves the body out */
        method = "GET";
    for (const struct control_resource *r = c->resources; r < c->resources + c->count; r++) {
        request->number = 0;
        if (!path_fits(r->path, path, &request->number))
            continue;
        if (strcmp(r->method, method) == 0) {
            r->answer(c->context, request, reply);
            return NULL;
        }
        get = get || strcmp(r->method, "GET") == 0;
        post = post || strcmp(r->method, "POST") == 0;
    }
    const char *allowed = get && post ? "GET, HEAD, POST" : get ? "GET, HEAD" : post ? "POST" : NULL;
    if (allowed)
        control_refuse(reply, MHD_HTTP_METHOD_NOT_ALLOWED, "%s takes %s", path, allowed);
    else
        control_refuse(reply, MHD_HTTP_NOT_FOUND, "there is no %s here", path);
    return allowed;
}

static enum MHD_Result respond(struct control *c, struct MHD_Connection *connection, const char *method, const char *path)
{
    struct control_request request = {.connection = connection};
    struct control_reply reply = {.status = MHD_HTTP_OK};
    reply.json.out = &reply.body;
    const char *allowed = answer(c, &request, method, path, &reply);
    buf_byte(&reply.body, '\n');
    struct MHD_Response *response = MHD_create_response_from_buffer(reply.body.n, reply.body.p, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        buf_free(&reply.body);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", "application/json");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "Connection", "close");
    if (allowed)
        MHD_add_response_header(response, "Allow", allowed);
    enum MHD_Result queued = MHD_queue_response(connection, reply.status, response);
    MHD_destroy_response(response);
    return queued;
}

/* Called when the head has come, for each piece of a body, and when all has come. MHD_NO closes the connection. */
static enum MHD_Result on_request(void *control, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
                                  const char *bytes, size_t *n, void **begun)
{
    (void)version, (void)bytes;
    const union MHD_ConnectionInfo *about = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct client *client = about ? about->socket_context : NULL;
    if (!client)
        return MHD_NO;
    if (!*begun) {
        *begun = client;
        return MHD_YES;
    }
    client->body += *n;
    if (client->body > BODY_MOST)
        return MHD_NO;
    if (*n == 0)
        return respond(control, connection, method, path);
    *n = 0;
    return MHD_YES;
}

/* ---- Connections ---- */

static void listen_for_arrivals(struct control *c)
{
    bool room = c->client_count < CLIENTS_MOST && !ev_is_active(&c->accept_again);
    if (c->door.path && room)
        ev_io_start(c->loop, &c->arrivals);
    else
        ev_io_stop(c->loop, &c->arrivals);
    if (c->client_count)
        ev_timer_start(c->loop, &c->sweep);
    else
        ev_timer_stop(c->loop, &c->sweep);
}

static void on_connection(void *control, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode what)
{
    struct control *c = control;
    struct client *client = *socket_context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *about = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        client = xcalloc(1, sizeof *client);
        *client = (struct client){&c->clients, c->clients.previous, about ? about->connect_fd : -1, ev_now(c->loop), 0};
        client->previous->next = client->next->previous = client;
        c->client_count++;
        *socket_context = client;
    } else if (client) {
        client->previous->next = client->next;
        client->next->previous = client->previous;
        c->client_count--;
        free(client);
        *socket_context = NULL;
    }
    listen_for_arrivals(c);
}

/* Whoever is too slow goes, the sooner when there is no place for another. libmicrohttpd sees the end and closes. */
static void on_sweep(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)events;
    struct control *c = timer->data;
    double most = c->client_count < CLIENTS_MOST ? CLIENT_TIME : CROWDED_TIME;
    for (struct client *client = c->clients.next; client != &c->clients && ev_now(loop) - client->since > most; client = client->next)
        shutdown(client->fd, SHUT_RDWR);
}

static void serve(struct control *c)
{
    MHD_UNSIGNED_LONG_LONG wait;
    MHD_run(c->http);
    ev_timer_stop(c->loop, &c->due);
    if (MHD_get_timeout(c->http, &wait) != MHD_YES)
        return;
    ev_timer_set(&c->due, (double)wait / MS_SECOND, 0.);
    ev_timer_start(c->loop, &c->due);
}

static void on_work(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop, (void)events;
    serve(io->data);
}

static void on_due(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    serve(timer->data);
}

/* One at a time: the rest of the loop has its turn in between. */
static void on_arrival(struct ev_loop *loop, ev_io *io, int events)
{
    (void)events;
    struct control *c = io->data;
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int fd = accept4(c->door.fd, (struct sockaddr *)&address, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
        MHD_add_connection(c->http, fd, (struct sockaddr *)&address, size); /* closes it where it fails */
        serve(c);
    } else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
        ev_timer_again(loop, &c->accept_again);
        listen_for_arrivals(c);
    }
}

static void on_accept_again(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)events;
    ev_timer_stop(loop, timer);
    listen_for_arrivals(timer->data);
}

/* ---- Where it listens ---- */

static void close_door(struct control *c)
{
    ev_io_stop(c->loop, &c->arrivals);
    door_close(&c->door);
}

/* Open the wanted door; the one before goes when there is a new one. A failure is told when it is another than the last. */
static void open_door(struct control *c)
{
    struct door door;
    char error[CONTROL_ERROR];
    if (!door_open(&door, c->wanted, error, sizeof error)) {
        if (strcmp(error, c->error) != 0)
            log_error("no control socket: %s", error);
        strcpy(c->error, error);
        return;
    }
    if (c->error[0])
        log_notice("the control socket is %s", c->wanted);
    c->error[0] = '\0';
    close_door(c);
    c->door = door;
    ev_io_set(&c->arrivals, door.fd, EV_READ);
    listen_for_arrivals(c);
}

static bool is_where_wanted(const struct control *c)
{
    return c->door.path && strcmp(c->door.path, c->wanted) == 0 && door_is_ours(&c->door);
}

static void on_check(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct control *c = timer->data;
    if (is_where_wanted(c))
        return;
    if (c->door.path && !c->error[0] && strcmp(c->door.path, c->wanted) == 0)
        log_warning("somebody has taken the control socket %s away: it is made anew", c->wanted);
    open_door(c);
}

void control_listen(struct control *c, const char *path)
{
    free(c->wanted);
    c->wanted = path ? xstrdup(path) : NULL;
    c->error[0] = '\0';
    if (!path) {
        ev_timer_stop(c->loop, &c->check);
        close_door(c);
        return;
    }
    if (!is_where_wanted(c))
        open_door(c);
    ev_timer_again(c->loop, &c->check);
}

const char *control_path(const struct control *c)
{
    return c->door.path;
}

/* ---- The whole ---- */

static struct MHD_Daemon *start_http(struct control *c)
{
    return MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, on_request, c, MHD_OPTION_NOTIFY_CONNECTION, on_connection, c,
                            MHD_OPTION_CONNECTION_LIMIT, 2u * CLIENTS_MOST, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CLIENT_MEMORY,
                            MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
}

static void start_watchers(struct control *c, int work)
{
    ev_io_init(&c->arrivals, on_arrival, -1, EV_READ);
    ev_io_init(&c->work, on_work, work, EV_READ);
    ev_init(&c->due, on_due);
    ev_timer_init(&c->sweep, on_sweep, SWEEP_EVERY, SWEEP_EVERY);
    ev_timer_init(&c->check, on_check, 0., CHECK_EVERY);
    ev_timer_init(&c->accept_again, on_accept_again, 0., ACCEPT_RETRY);
    c->arrivals.data = c->work.data = c->due.data = c->sweep.data = c->check.data = c->accept_again.data = c;
    ev_io_start(c->loop, &c->work);
}

struct control *control_new(struct ev_loop *loop, const struct control_resource *resources, size_t count, void *context, char error[CONTROL_ERROR])
{
    struct control *c = xcalloc(1, sizeof *c);
    *c = (struct control){.loop = loop, .resources = resources, .count = count, .context = context};
    c->clients.next = c->clients.previous = &c->clients;
    errno = 0;
    c->http = start_http(c);
    const union MHD_DaemonInfo *about = c->http ? MHD_get_daemon_info(c->http, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    if (!about) {
        snprintf(error, CONTROL_ERROR, "libmicrohttpd does not start: %s", errno ? strerror(errno) : "it says no reason");
        if (c->http)
            MHD_stop_daemon(c->http);
        free(c);
        return NULL;
    }
    start_watchers(c, about->epoll_fd);
    return c;
}

void control_free(struct control **control)
{
    struct control *c = *control;
    if (!c)
        return;
    close_door(c);
    ev_io_stop(c->loop, &c->work);
    MHD_stop_daemon(c->http); /* tells of the end of each connection */
    ev_timer_stop(c->loop, &c->due);
    ev_timer_stop(c->loop, &c->sweep);
    ev_timer_stop(c->loop, &c->check);
    ev_timer_stop(c->loop, &c->accept_again);
    free(c->wanted);
    free(c);
    *control = NULL;
}

const char *control_library(void)
{
    static char name[48];
    snprintf(name, sizeof name, "libmicrohttpd/%s", MHD_get_version());
    return name;
}
