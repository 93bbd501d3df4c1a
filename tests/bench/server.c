/* server FEEDS HOSTS ITEMS BYTES MARKED: an HTTP server for feeds that are made at its start, on many hosts of loopback.
 * Keep-alive, ETag and 304. Prints its port once it listens, and at its end, which is that of its stdin, what it answered. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "feeds.h"

#define HOSTS_MOST 250
#define REQUEST_LONGEST 8192

struct page {
    struct buf head, body;
    char etag[32];
};

enum kind { STDIN, LISTENER, CONNECTION };

struct peer {
    enum kind kind;
    int fd;
    char in[REQUEST_LONGEST + 1];
    size_t got;
    struct sv out[2]; /* what is left to send */
};

static struct page *pages;
static unsigned page_count;
static unsigned long full, unchanged, connections;
static int poller;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void watch(struct peer *p, uint32_t events, int how)
{
    struct epoll_event event = {.events = events, .data.ptr = p};
    if (epoll_ctl(poller, how, p->fd, &event) != 0)
        fail("epoll_ctl");
}

static struct peer *peer_new(enum kind kind, int fd)
{
    struct peer *p = xcalloc(1, sizeof *p);
    p->kind = kind;
    p->fd = fd;
    watch(p, EPOLLIN, EPOLL_CTL_ADD);
    return p;
}

static void make_pages(unsigned count, unsigned items, size_t bytes, unsigned marked)
{
    pages = xcalloc(count, sizeof *pages);
    page_count = count;
    for (unsigned i = 0; i < count; i++) {
        struct page *p = &pages[i];
        make_feed(&p->body, i, items, bytes, marked);
        snprintf(p->etag, sizeof p->etag, "\"%x-%zx\"", i, p->body.n);
        buf_printf(&p->head, "HTTP/1.1 200 OK\r\nContent-Type: application/xml; charset=utf-8\r\nETag: %s\r\nContent-Length: %zu\r\n\r\n", p->etag,
                   p->body.n);
    }
}

/* ---- Answers ---- */

/* Returns false when the connection is over. */
static bool send_out(struct peer *p)
{
    while (p->out[0].n || p->out[1].n) {
        struct iovec parts[2] = {{(char *)(uintptr_t)p->out[0].p, p->out[0].n}, {(char *)(uintptr_t)p->out[1].p, p->out[1].n}};
        ssize_t n = writev(p->fd, parts, 2);
        if (n < 0 && errno == EAGAIN) {
            watch(p, EPOLLOUT, EPOLL_CTL_MOD);
            return true;
        }
        if (n < 0)
            return false;
        size_t first = (size_t)n < p->out[0].n ? (size_t)n : p->out[0].n;
        p->out[0] = sv_from(p->out[0], first);
        p->out[1] = sv_from(p->out[1], (size_t)n - first);
    }
    return true;
}

static void answer(struct peer *p)
{
    static const struct sv not_found = SV("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    static const struct sv not_modified = SV("HTTP/1.1 304 Not Modified\r\n\r\n");
    unsigned i;
    p->out[1] = SV_NONE;
    if (sscanf(p->in, "GET /%u.xml ", &i) != 1 || i >= page_count) {
        p->out[0] = not_found;
        return;
    }
    const char *condition = strcasestr(p->in, "\r\nIf-None-Match:");
    if (condition && strncmp(condition + 17, pages[i].etag, strlen(pages[i].etag)) == 0) {
        p->out[0] = not_modified;
        unchanged++;
    } else {
        p->out[0] = buf_view(&pages[i].head);
        p->out[1] = buf_view(&pages[i].body);
        full++;
    }
}

/* One request at a time: clients of the bench do not pipeline. */
static bool serve(struct peer *p, uint32_t events)
{
    if (events & EPOLLOUT) {
        watch(p, EPOLLIN, EPOLL_CTL_MOD);
        return send_out(p);
    }
    ssize_t n = read(p->fd, p->in + p->got, REQUEST_LONGEST - p->got);
    if (n <= 0)
        return n < 0 && errno == EAGAIN;
    p->got += (size_t)n;
    p->in[p->got] = '\0';
    if (!strstr(p->in, "\r\n\r\n"))
        return p->got < REQUEST_LONGEST;
    p->got = 0;
    answer(p);
    return send_out(p);
}

/* ---- Hosts ---- */

/* 127.1.x.y for the h-th host. */
static struct sockaddr_in address_of(unsigned h, int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(0x7F010001u + h);
    return a;
}

static int listen_on(unsigned h, int port)
{
    struct sockaddr_in a = address_of(h, port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 128) != 0)
        fail("listen");
    peer_new(LISTENER, fd);
    return fd;
}

/* The first host's port is the kernel's choice; on the others it is free, or we do not begin. */
static int listen_on_all(unsigned hosts)
{
    struct sockaddr_in a;
    socklen_t size = sizeof a;
    int first = listen_on(0, 0);
    if (getsockname(first, (struct sockaddr *)&a, &size) != 0)
        fail("getsockname");
    for (unsigned h = 1; h < hosts; h++)
        listen_on(h, ntohs(a.sin_port));
    return ntohs(a.sin_port);
}

static void accept_all(int listener)
{
    for (int fd, one = 1; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0; connections++) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        peer_new(CONNECTION, fd);
    }
}

static void finish(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("%lu full, %lu unchanged, %lu connections, %.2f s of CPU\n", full, unchanged, connections,
           (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6);
    exit(0);
}

int main(int argc, char **argv)
{
    unsigned hosts = argc == 6 ? (unsigned)atoi(argv[2]) : 0;
    if (hosts < 1 || hosts > HOSTS_MOST) {
        fprintf(stderr, "usage: server FEEDS HOSTS(1 to %d) ITEMS BYTES MARKED\n", HOSTS_MOST);
        return 2;
    }
    make_pages((unsigned)atoi(argv[1]), (unsigned)atoi(argv[3]), (size_t)atol(argv[4]), (unsigned)atoi(argv[5]));
    poller = epoll_create1(EPOLL_CLOEXEC);
    printf("%d\n", listen_on_all(hosts));
    fflush(stdout);
    peer_new(STDIN, STDIN_FILENO);
    for (struct epoll_event events[64];;) {
        int n = epoll_wait(poller, events, 64, -1);
        for (int i = 0; i < n; i++) {
            struct peer *p = events[i].data.ptr;
            if (p->kind == STDIN)
                finish();
            else if (p->kind == LISTENER)
                accept_all(p->fd);
            else if (!serve(p, events[i].events))
                close(p->fd), free(p);
        }
    }
}
