#include "poll/transfer.h"

#include <curl/curl.h>
#include <errno.h>
#include <ev.h>
#include <limits.h>
#include <stdlib.h>

#include "poll/url.h"
#include "poll/words.h"

#define POOL_MOST 16               /* idle handles, of 20 kB each */
#define IDLE_MOST 384u             /* connections that wait to be met again by a second feed of their host */
#define REDIRECTS_MOST 10l
#define HEAD_MOST (256u << 10)     /* bytes of all headers of a transfer */
#define DISCARD_MOST (64u << 10)   /* of the body of an error: so much is read to keep the connection */
#define RATIO_FROM (1u << 20)      /* decoded bytes from which the ratio counts */
#define RATIO_MOST 200u
#define TIMEOUT_DEFAULT MS_MINUTE
#define ACCEPT \
    "Accept: application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.9, " \
    "text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"

struct transfers {
    struct ev_loop *loop;
    CURLM *multi;
    struct transfer_handlers handlers;
    char *ca_file;
    ev_timer timer;
    CURL *pool[POOL_MOST];
    size_t pooled;
    struct transfer *first;
};

struct transfer {
    struct transfers *owner;
    struct transfer *next, *previous;
    void *context;
    CURL *easy;
    struct curl_slist *fields;
    char *url;
    struct head head;
    size_t head_bytes;
    uint64_t bytes, max_size;
    int64_t timeout, connect_timeout;
    enum words_limit limit;
    bool enough;                   /* stopped without an error */
    struct buf effective, error;
    char detail[CURL_ERROR_SIZE];
};

/* A socket of libcurl's on the loop. */
struct watcher {
    ev_io io;
    struct transfers *owner;
};

/* ---- libcurl on libev ---- */

static void release(struct transfer *t);
static void finish(struct transfer *t, CURLcode code);

static void act(struct transfers *ts, curl_socket_t s, int events)
{
    int running;
    curl_multi_socket_action(ts->multi, s, events, &running);
    CURLMsg *m;
    for (int left; (m = curl_multi_info_read(ts->multi, &left));) {
        struct transfer *t = NULL;
        if (m->msg == CURLMSG_DONE && curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t) == CURLE_OK && t)
            finish(t, m->data.result);
    }
}

static void on_io(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop;
    struct watcher *w = (struct watcher *)io; /* may be freed below */
    act(w->owner, io->fd, (events & EV_READ ? CURL_CSELECT_IN : 0) | (events & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int on_socket(CURL *easy, curl_socket_t s, int what, void *owner, void *socket_data)
{
    (void)easy;
    struct transfers *ts = owner;
    struct watcher *w = socket_data;
    if (what == CURL_POLL_REMOVE) {
        if (w)
            ev_io_stop(ts->loop, &w->io);
        free(w);
        curl_multi_assign(ts->multi, s, NULL);
        return 0;
    }
    if (!w) {
        w = xcalloc(1, sizeof *w);
        w->owner = ts;
        ev_init(&w->io, on_io);
        curl_multi_assign(ts->multi, s, w);
    }
    ev_io_stop(ts->loop, &w->io);
    ev_io_set(&w->io, s, (what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0));
    ev_io_start(ts->loop, &w->io);
    return 0;
}

/* libcurl must not be called from here. It says a time once only, so the timer must never fire early: the loop's idea of now may
 * be old, and a millisecond more is cheap. */
static int on_timeout(CURLM *multi, long ms, void *owner)
{
    (void)multi;
    struct transfers *ts = owner;
    ev_timer_stop(ts->loop, &ts->timer);
    if (ms < 0)
        return 0;
    ev_now_update(ts->loop);
    ev_timer_set(&ts->timer, ms > 0 ? ((double)ms + 1) / 1000 : 0., 0.);
    ev_timer_start(ts->loop, &ts->timer);
    return 0;
}

/* ---- What arrives ---- */

static struct transfer_result result_of(struct transfer *t)
{
    const char *url = NULL;
    curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
    buf_clear(&t->effective);
    url_without_secrets(sv_of(url ? url : t->url), &t->effective);
    return (struct transfer_result){&t->head, buf_view(&t->effective), t->bytes, SV_NONE};
}

static size_t on_head(char *bytes, size_t size, size_t n, void *transfer)
{
    struct transfer *t = transfer;
    n *= size;
    t->head_bytes += n;
    if (t->head_bytes > HEAD_MOST) {
        t->limit = LIMIT_HEAD;
        return 0;
    }
    head_line(&t->head, (struct sv){bytes, n});
    return n;
}

static enum words_limit limit_hit(const struct transfer *t)
{
    if (t->bytes > t->max_size)
        return LIMIT_SIZE;
    curl_off_t wire = 0;
    if (t->bytes > RATIO_FROM && curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire) == CURLE_OK &&
        t->bytes / RATIO_MOST > (uint64_t)wire)
        return LIMIT_RATIO;
    return LIMIT_NONE;
}

/* Returning another number than n stops the transfer. */
static size_t on_body(char *bytes, size_t size, size_t n, void *transfer)
{
    struct transfer *t = transfer;
    n *= size;
    t->head.closed = true;
    t->bytes += n;
    if (t->head.status / 100 != 2) {
        t->enough = t->bytes > DISCARD_MOST;
        return t->enough ? 0 : n;
    }
    t->limit = limit_hit(t);
    if (t->limit != LIMIT_NONE)
        return 0;
    if (n > 0) {
        struct transfer_result r = result_of(t);
        t->enough = !t->owner->handlers.data(t->context, &r, bytes, n);
    }
    return t->enough ? 0 : n;
}

static bool has_time(CURL *easy, CURLINFO what)
{
    curl_off_t us = 0;
    return curl_easy_getinfo(easy, what, &us) == CURLE_OK && us > 0;
}

static void say_why(struct transfer *t, CURLcode code)
{
    long os_errno = 0;
    curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &os_errno);
    bool connected = has_time(t->easy, CURLINFO_PRETRANSFER_TIME_T);
    const struct words_failure f = {
        .code = (int)code,
        .os_errno = code == CURLE_COULDNT_CONNECT || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR ? (int)os_errno : 0,
        .limit = t->limit,
        .detail = t->detail,
        .url = sv_of(t->url),
        .head = &t->head,
        .resolved = connected || has_time(t->easy, CURLINFO_NAMELOOKUP_TIME_T),
        .connected = connected,
        .timeout = t->timeout,
        .connect_timeout = t->connect_timeout,
        .max_size = t->max_size,
        .bytes = t->bytes,
    };
    words_failure(&t->error, &f);
}

static void finish(struct transfer *t, CURLcode code)
{
    struct transfer_result r = result_of(t);
    if (code != CURLE_OK && !t->enough) {
        say_why(t, code);
        r.error = buf_view(&t->error);
    }
    curl_multi_remove_handle(t->owner->multi, t->easy);
    /* Gone from the list, so that a handler that cancels others cannot come by it. */
    struct transfers *ts = t->owner;
    *(t->previous ? &t->previous->next : &ts->first) = t->next;
    if (t->next)
        t->next->previous = t->previous;
    ts->handlers.done(t->context, &r);
    t->next = t->previous = NULL;
    release(t);
}

/* ---- What is asked ---- */

static long ms_of(int64_t span)
{
    return span <= 0 ? (long)TIMEOUT_DEFAULT : span > INT_MAX ? INT_MAX : (long)span;
}

static void add_field(struct transfer *t, const char *name, struct sv value)
{
    struct buf line = {0};
    buf_printf(&line, "%s%.*s", name, SV_ARG(value));
    struct curl_slist *longer = curl_slist_append(t->fields, buf_cstr(&line));
    if (longer)
        t->fields = longer;
    buf_free(&line);
}

static void set_fields(struct transfer *t, const struct transfer_request *r)
{
    add_field(t, ACCEPT, SV_NONE);
    if (r->etag.n)
        add_field(t, "If-None-Match: ", r->etag);
    if (r->last_modified.n)
        add_field(t, "If-Modified-Since: ", r->last_modified);
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->fields);
}

static void set_limits(struct transfer *t)
{
    CURL *e = t->easy;
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 1l);
    curl_easy_setopt(e, CURLOPT_MAXREDIRS, REDIRECTS_MOST);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)t->timeout);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)t->connect_timeout);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1l);
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1l); /* else a hanging name server blocks the loop: its thread would be joined */
    curl_easy_setopt(e, CURLOPT_PROXY, "");      /* not from the environment */
}

static void set_callbacks(struct transfer *t)
{
    CURL *e = t->easy;
    curl_easy_setopt(e, CURLOPT_PRIVATE, (char *)t);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, (void *)t);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, (void *)t);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->detail);
}

static CURL *handle(struct transfers *ts)
{
    CURL *easy = ts->pooled ? ts->pool[--ts->pooled] : curl_easy_init();
    if (!easy)
        abort(); /* out of memory, as everywhere */
    return easy;
}

struct transfer *transfer_start(struct transfers *ts, const struct transfer_request *r, void *context)
{
    struct transfer *t = xcalloc(1, sizeof *t);
    *t = (struct transfer){.owner = ts, .next = ts->first, .context = context, .easy = handle(ts), .max_size = r->max_size,
                           .timeout = ms_of(r->timeout), .connect_timeout = ms_of(r->connect_timeout)};
    if (t->next)
        t->next->previous = t;
    ts->first = t;
    char *agent = sv_cstr(r->user_agent);
    t->url = sv_cstr(r->url);
    curl_easy_setopt(t->easy, CURLOPT_URL, t->url);
    curl_easy_setopt(t->easy, CURLOPT_USERAGENT, agent);
    curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, ""); /* all that libcurl knows */
    if (ts->ca_file)
        curl_easy_setopt(t->easy, CURLOPT_CAINFO, ts->ca_file);
    set_fields(t, r);
    set_limits(t);
    set_callbacks(t);
    free(agent);
    if (curl_multi_add_handle(ts->multi, t->easy) != CURLM_OK)
        abort();
    return t;
}

static void release(struct transfer *t)
{
    struct transfers *ts = t->owner;
    curl_easy_reset(t->easy); /* the connections stay: they belong to the multi handle */
    if (ts->pooled < POOL_MOST)
        ts->pool[ts->pooled++] = t->easy;
    else
        curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->fields);
    head_free(&t->head);
    buf_free(&t->effective);
    buf_free(&t->error);
    free(t->url);
    free(t);
}

void transfer_cancel(struct transfer *t)
{
    struct transfers *ts = t->owner;
    curl_multi_remove_handle(ts->multi, t->easy);
    *(t->previous ? &t->previous->next : &ts->first) = t->next;
    if (t->next)
        t->next->previous = t->previous;
    release(t);
}

struct transfers *transfers_new(struct ev_loop *loop, unsigned most, const char *ca_file, const struct transfer_handlers *handlers)
{
    struct transfers *ts = xcalloc(1, sizeof *ts);
    const char *ca = ca_file ? ca_file : getenv("SSL_CERT_FILE");
    *ts = (struct transfers){.loop = loop, .handlers = *handlers, .ca_file = ca && *ca ? xstrdup(ca) : NULL};
    ev_timer_init(&ts->timer, on_timer, 0., 0.);
    ts->timer.data = ts;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(ts->multi = curl_multi_init()))
        abort();
    curl_multi_setopt(ts->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(ts->multi, CURLMOPT_SOCKETDATA, (void *)ts);
    curl_multi_setopt(ts->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(ts->multi, CURLMOPT_TIMERDATA, (void *)ts);
    curl_multi_setopt(ts->multi, CURLMOPT_MAXCONNECTS, (long)(most + (most < IDLE_MOST / 3 ? most * 3 : IDLE_MOST)));
    return ts;
}

void transfers_free(struct transfers **transfers)
{
    struct transfers *ts = *transfers;
    if (!ts)
        return;
    while (ts->first)
        transfer_cancel(ts->first);
    while (ts->pooled)
        curl_easy_cleanup(ts->pool[--ts->pooled]);
    curl_multi_cleanup(ts->multi);
    ev_timer_stop(ts->loop, &ts->timer);
    curl_global_cleanup();
    free(ts->ca_file);
    free(ts);
    *transfers = NULL;
}
