/* A small HTTP server on loopback that answers as a test tells it, well or badly. A thread for each connection. */
#ifndef SERVER_H
#define SERVER_H

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"

#define CONNECTIONS_MOST 64
#define REQUESTS_MOST 64

/* What comes behind the body. KEEP: a Content-Length, and the connection stays. */
enum then { KEEP, CLOSE, HANG, ENDLESS /* `rest` again and again */, WAIT /* for server_release, then `rest` */ };

/* The answer to a path; several pages of one path are used in turn, and the last one goes on. */
struct page {
    const char *path;
    const char *head; /* the status line and fields, without the empty line; NULL: no answer at all */
    struct sv body;
    enum then then;
    struct sv rest;
};

/* How many requests servers are busy with, and were at the most. */
struct load {
    atomic_int busy, most;
};

struct server {
    const struct page *pages;
    size_t page_count;
    int fd, port;
    pthread_t accepting, threads[CONNECTIONS_MOST];
    int connections[CONNECTIONS_MOST];
    size_t connection_count;
    pthread_mutex_t lock;
    char *requests[REQUESTS_MOST];
    size_t request_count;
    atomic_bool released, stopped;
    struct load *load;
};

struct connection {
    struct server *server;
    int fd;
};

static inline bool send_all(int fd, struct sv v)
{
    while (v.n) {
        ssize_t n = send(fd, v.p, v.n, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        v = sv_from(v, (size_t)n);
    }
    return true;
}

/* Has the other side gone, within a moment? */
static inline bool peer_gone(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char c;
    return poll(&p, 1, 5) > 0 && recv(fd, &c, 1, MSG_PEEK) <= 0;
}

static inline bool is_for(const char *request, const char *path)
{
    const char *at = strchr(request, ' ');
    size_t n = strlen(path);
    return at && strncmp(at + 1, path, n) == 0 && at[1 + n] == ' ';
}

/* The nth request for a path, or NULL. */
static inline const char *server_request(struct server *s, const char *path, size_t nth)
{
    const char *found = NULL;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->request_count && !found; i++)
        if (is_for(s->requests[i], path) && nth-- == 0)
            found = s->requests[i];
    pthread_mutex_unlock(&s->lock);
    return found;
}

static inline const struct page *page_for(struct server *s, const char *request)
{
    const struct page *found = NULL;
    size_t before = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->page_count && !before; i++)
        if (is_for(request, s->pages[i].path))
            for (size_t r = 0; r < s->request_count; r++)
                before += is_for(s->requests[r], s->pages[i].path);
    pthread_mutex_unlock(&s->lock);
    for (size_t i = 0; i < s->page_count; i++)
        if (is_for(request, s->pages[i].path)) {
            found = &s->pages[i];
            if (--before == 0)
                break;
        }
    return found;
}

static inline void count_load(struct load *l)
{
    if (!l)
        return;
    int busy = ++l->busy, most = l->most;
    while (busy > most && !atomic_compare_exchange_weak(&l->most, &most, busy)) {
    }
    usleep(10000); /* so that another one, if it may come, does come; a slow machine makes no test fail */
    l->busy--; /* before the answer, which allows the next request */
}

/* false: the connection ends. */
static inline bool answer(struct server *s, int fd, const struct page *p)
{
    struct buf b = {0};
    if (p && p->head) {
        buf_str(&b, p->head);
        if (p->then == KEEP)
            buf_printf(&b, "Content-Length: %zu\r\n", p->body.n);
        buf_str(&b, "\r\n");
        buf_sv(&b, p->body);
    }
    bool good = send_all(fd, buf_view(&b));
    buf_free(&b);
    if (!p || !good || p->then == CLOSE)
        return false;
    while (p->then == ENDLESS && good)
        good = send_all(fd, p->rest);
    while ((p->then == HANG || (p->then == WAIT && !s->released)) && good)
        good = !s->stopped && !peer_gone(fd);
    if (p->then == WAIT && good)
        send_all(fd, p->rest);
    return p->then == KEEP;
}

static inline void *serve(void *context)
{
    struct connection c = *(struct connection *)context;
    struct server *s = c.server;
    free(context);
    struct buf in = {0};
    bool open = true;
    while (open) {
        char piece[4096];
        ssize_t n = recv(c.fd, piece, sizeof piece, 0);
        if (n <= 0)
            break;
        buf_append(&in, piece, (size_t)n);
        if (sv_find(buf_view(&in), SV("\r\n\r\n")) < 0)
            continue;
        pthread_mutex_lock(&s->lock);
        const char *request = s->request_count < REQUESTS_MOST ? (s->requests[s->request_count++] = strndup(in.p, in.n)) : "GET /none ";
        pthread_mutex_unlock(&s->lock);
        buf_clear(&in);
        count_load(s->load);
        open = answer(s, c.fd, page_for(s, request));
    }
    shutdown(c.fd, SHUT_RDWR); /* closed with the server, so that the number is not used again */
    buf_free(&in);
    return NULL;
}

static inline void *accept_all(void *server)
{
    struct server *s = server;
    for (int fd; (fd = accept(s->fd, NULL, NULL)) >= 0;) {
        pthread_mutex_lock(&s->lock);
        if (s->connection_count == CONNECTIONS_MOST || s->stopped) {
            close(fd);
        } else {
            struct connection *c = malloc(sizeof *c);
            *c = (struct connection){s, fd};
            s->connections[s->connection_count] = fd;
            pthread_create(&s->threads[s->connection_count++], NULL, serve, c);
        }
        pthread_mutex_unlock(&s->lock);
    }
    return NULL;
}

static inline void server_start(struct server *s, const struct page *pages, size_t count)
{
    struct load *load = s->load;
    memset(s, 0, sizeof *s);
    s->load = load, s->pages = pages, s->page_count = count;
    pthread_mutex_init(&s->lock, NULL);
    s->fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&a, sizeof a) || listen(s->fd, 64) || getsockname(s->fd, (struct sockaddr *)&a, &n))
        abort();
    s->port = ntohs(a.sin_port);
    pthread_create(&s->accepting, NULL, accept_all, s);
}

static inline void server_release(struct server *s)
{
    s->released = true;
}

static inline void server_stop(struct server *s)
{
    s->stopped = true;
    shutdown(s->fd, SHUT_RDWR);
    pthread_join(s->accepting, NULL);
    for (size_t i = 0; i < s->connection_count; i++) {
        shutdown(s->connections[i], SHUT_RDWR);
        pthread_join(s->threads[i], NULL);
        close(s->connections[i]);
    }
    for (size_t i = 0; i < s->request_count; i++)
        free(s->requests[i]);
    close(s->fd);
    pthread_mutex_destroy(&s->lock);
}

#endif
