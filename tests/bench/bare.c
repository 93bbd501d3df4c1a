/* bare PORT FEEDS HOSTS AT_ONCE: what a pass over the feeds costs at the least: libev, curl_multi, libxml2's push parser with
 * handlers that do nothing. Nothing is matched, stored or published. Prints the CPU ms a feed and the seconds of a first pass
 * and of an unchanged one, each on connections of its own. */
#include <curl/curl.h>
#include <ev.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

struct feed {
    CURL *easy;
    xmlParserCtxtPtr parser;
    struct curl_slist *fields;
    char url[80], etag[64];
};

static struct ev_loop *loop;
static CURLM *multi;
static ev_timer timer;
static struct feed *feeds;
static unsigned feed_count, host_count, next_feed, in_flight;
static unsigned long elements, full, unchanged, failed;

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces, const xmlChar **list,
                     int attributes, int defaulted, const xmlChar **values)
{
    (void)context, (void)name, (void)prefix, (void)uri, (void)namespaces, (void)list, (void)attributes, (void)defaulted, (void)values;
    elements++;
}

static void on_text(void *context, const xmlChar *text, int n)
{
    (void)context, (void)text, (void)n;
}

static xmlSAXHandler handlers = {.initialized = XML_SAX2_MAGIC, .startElementNs = on_start, .characters = on_text, .cdataBlock = on_text};

static size_t on_body(char *bytes, size_t size, size_t n, void *feed)
{
    struct feed *f = feed;
    if (!f->parser)
        f->parser = xmlCreatePushParserCtxt(&handlers, NULL, NULL, 0, NULL);
    xmlParseChunk(f->parser, bytes, (int)(size * n), 0);
    return size * n;
}

static size_t on_head(char *bytes, size_t size, size_t n, void *feed)
{
    struct feed *f = feed;
    n *= size;
    if (n > 8 && n < sizeof f->etag && strncasecmp(bytes, "etag: ", 6) == 0) {
        memcpy(f->etag, bytes + 6, n - 8);
        f->etag[n - 8] = '\0';
    }
    return n;
}

static void ask(struct feed *f)
{
    char field[100];
    f->easy = curl_easy_init();
    curl_easy_setopt(f->easy, CURLOPT_URL, f->url);
    curl_easy_setopt(f->easy, CURLOPT_PRIVATE, (char *)f);
    curl_easy_setopt(f->easy, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(f->easy, CURLOPT_HEADERDATA, (void *)f);
    curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(f->easy, CURLOPT_WRITEDATA, (void *)f);
    curl_easy_setopt(f->easy, CURLOPT_NOSIGNAL, 1l);
    if (*f->etag) {
        snprintf(field, sizeof field, "If-None-Match: %s", f->etag);
        f->fields = curl_slist_append(NULL, field);
        curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, f->fields);
    }
    in_flight++;
    curl_multi_add_handle(multi, f->easy);
}

static void settle(struct feed *f, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    if (f->parser) {
        xmlParseChunk(f->parser, NULL, 0, 1);
        xmlFreeParserCtxt(f->parser);
        f->parser = NULL;
    }
    failed += code != CURLE_OK;
    full += status == 200;
    unchanged += status == 304;
    curl_multi_remove_handle(multi, f->easy);
    curl_easy_cleanup(f->easy);
    curl_slist_free_all(f->fields);
    f->fields = NULL;
    in_flight--;
    if (next_feed < feed_count)
        ask(&feeds[next_feed++]);
    else if (in_flight == 0)
        ev_break(loop, EVBREAK_ALL);
}

static void act(curl_socket_t socket, int events)
{
    int running, left;
    curl_multi_socket_action(multi, socket, events, &running);
    for (CURLMsg *m; (m = curl_multi_info_read(multi, &left));) {
        struct feed *f;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&f);
        settle(f, m->data.result);
    }
}

static void on_io(struct ev_loop *l, ev_io *io, int events)
{
    (void)l;
    act(io->fd, (events & EV_READ ? CURL_CSELECT_IN : 0) | (events & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_timer(struct ev_loop *l, ev_timer *t, int events)
{
    (void)l, (void)t, (void)events;
    act(CURL_SOCKET_TIMEOUT, 0);
}

static int on_socket(CURL *easy, curl_socket_t s, int what, void *context, void *watcher)
{
    (void)easy, (void)context;
    ev_io *io = watcher;
    if (!io) {
        io = calloc(1, sizeof *io);
        ev_init(io, on_io);
        curl_multi_assign(multi, s, io);
    }
    ev_io_stop(loop, io);
    if (what == CURL_POLL_REMOVE) {
        free(io);
        curl_multi_assign(multi, s, NULL);
        return 0;
    }
    ev_io_set(io, s, (what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0));
    ev_io_start(loop, io);
    return 0;
}

static int on_timeout(CURLM *m, long ms, void *context)
{
    (void)m, (void)context;
    ev_timer_stop(loop, &timer);
    if (ms >= 0) {
        ev_now_update(loop);
        ev_timer_set(&timer, (double)ms / 1000, 0.);
        ev_timer_start(loop, &timer);
    }
    return 0;
}

static double cpu(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e3 + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e3;
}

static void pass(unsigned at_once)
{
    double before = cpu(), began = ev_time();
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)(host_count + at_once));
    for (next_feed = 0; next_feed < at_once && next_feed < feed_count;)
        ask(&feeds[next_feed++]);
    ev_run(loop, 0);
    curl_multi_cleanup(multi);
    printf("%.4f %.3f\n", (cpu() - before) / feed_count, ev_time() - began);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fputs("usage: bare PORT FEEDS HOSTS AT_ONCE\n", stderr);
        return 2;
    }
    unsigned at_once = (unsigned)atoi(argv[4]);
    host_count = (unsigned)atoi(argv[3]);
    feed_count = (unsigned)atoi(argv[2]);
    feeds = calloc(feed_count, sizeof *feeds);
    for (unsigned i = 0; i < feed_count; i++)
        snprintf(feeds[i].url, sizeof feeds[i].url, "http://127.1.0.%u:%s/%u.xml", i % host_count + 1, argv[1], i);
    loop = ev_default_loop(0);
    ev_timer_init(&timer, on_timer, 0., 0.);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    pass(at_once);
    pass(at_once);
    if (failed || full != feed_count || unchanged != feed_count || elements < full) {
        fprintf(stderr, "bare: %lu failed, %lu full, %lu unchanged of %u each\n", failed, full, unchanged, feed_count);
        return 1;
    }
    return 0;
}
