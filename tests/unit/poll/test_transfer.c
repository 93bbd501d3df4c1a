/* Real transfers from a server that behaves and misbehaves. */
#include "rig.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define COUNT(pages) (sizeof(pages) / sizeof *(pages))

static bool holds(const char *request, const char *what)
{
    assert_non_null(request);
    return strstr(request, what) != NULL;
}

/* One page at /, polled once. The caller looks at `seen[0]` and closes. */
static void poll_page(struct rig *r, struct server *s, const struct page *page, int64_t timeout)
{
    server_start(s, page, 1);
    rig_open(r, 4);
    rig_add(r, s, "/");
    r->feeds[0].timeout = timeout ? timeout : r->feeds[0].timeout;
    rig_set(r);
    rig_pass(r);
    assert_int_equal(r->seen[0].ends, 1);
}

static void done(struct rig *r, struct server *s)
{
    rig_close(r);
    server_stop(s);
}

/* A single answer and what becomes of it. */
static void answered(struct page page, long status, const char *error, const char *body)
{
    struct rig r;
    struct server s = {0};
    page.path = "/";
    poll_page(&r, &s, &page, 0);
    says(&r.seen[0], status, error);
    assert_int_equal(r.seen[0].begins, body != NULL);
    if (body)
        is((struct sv){r.seen[0].body.p ? r.seen[0].body.p : "", r.seen[0].body.n}, body);
    done(&r, &s);
}

/* ---- Asking again ---- */

static void validators_come_back_byte_for_byte_and_a_304_is_silent(void **state)
{
    (void)state;
    static const char *const odd[] = {"W/\"a\"", "unquoted", "\"with  blanks, and commas\"", "\"\xc3\xa4\""};
    for (size_t i = 0; i < COUNT(odd); i++) {
        char head[256], want[256];
        snprintf(head, sizeof head, OK "ETag: %s\r\nLast-Modified: yesterday, %s\r\nContent-Type: text/xml; charset=x\r\n", odd[i], odd[i]);
        const struct page pages[] = {{.path = "/", .head = head, .body = SV("<rss/>")}, {.path = "/", .head = "HTTP/1.1 304 Not Modified\r\n", .then = CLOSE}};
        struct server s = {0};
        struct rig r;
        server_start(&s, pages, 2);
        rig_open(&r, 4);
        struct seen *f = rig_add(&r, &s, "/");
        rig_set(&r);
        rig_pass(&r);
        says(f, 200, NULL);
        is(f->last.content_type, "text/xml; charset=x");
        is(buf_view(&f->body), "<rss/>");
        is(f->state.etag, odd[i]);
        is(f->state.url, f->url);
        assert_int_equal(f->state.last_full, f->state.last_success);
        assert_int_equal(f->before.last_success, TIME_NONE);
        assert_in_range(f->state.next - f->last.ended, MS_HOUR * 9 / 10 - 1000, MS_HOUR * 11 / 10 + 1000);
        assert_false(holds(server_request(&s, "/", 0), "If-"));
        assert_true(holds(server_request(&s, "/", 0), "User-Agent: newswatchd/1.2.3 "));
        assert_true(holds(server_request(&s, "/", 0), "Accept-Encoding: deflate, gzip"));
        int64_t full = f->state.last_full;
        rig_pass(&r);
        says(f, 304, NULL);
        assert_true(f->last.not_modified);
        assert_int_equal(f->begins, 1);
        is(f->state.etag, odd[i]);
        is(f->before.etag, odd[i]);
        assert_int_equal(f->state.last_full, full);
        snprintf(want, sizeof want, "\r\nIf-None-Match: %s\r\nIf-Modified-Since: yesterday, %s\r\n", odd[i], odd[i]);
        assert_true(holds(server_request(&s, "/", 1), want));
        done(&r, &s);
    }
}

static void after_a_day_the_whole_document_is_asked_for(void **state)
{
    (void)state;
    const struct page page = {.path = "/", .head = OK "ETag: \"a\"\r\n", .body = SV("x")};
    struct server s = {0};
    struct rig r;
    poll_page(&r, &s, &page, 0);
    r.ahead = MS_DAY + MS_MINUTE;
    rig_pass(&r);
    assert_false(holds(server_request(&s, "/", 1), "If-None-Match"));
    r.ahead += MS_HOUR;
    rig_pass(&r);
    assert_true(holds(server_request(&s, "/", 2), "If-None-Match: \"a\"\r\n"));
    done(&r, &s);
}

static void a_304_that_nobody_asked_for_is_a_failure(void **state)
{
    (void)state;
    answered((struct page){.head = "HTTP/1.1 304 Not Modified\r\n", .then = CLOSE}, 304, "HTTP 304 (not modified, though all of it was asked for)", NULL);
}

static void what_is_no_feed_leaves_no_validators(void **state)
{
    (void)state;
    const struct page pages[] = {{.path = "/", .head = OK "ETag: \"a\"\r\n", .body = SV("feed")}, {.path = "/", .head = OK "ETag: \"b\"\r\n", .body = SV("<html>")}};
    struct server s = {0};
    struct rig r;
    server_start(&s, pages, 2);
    rig_open(&r, 4);
    struct seen *f = rig_add(&r, &s, "/");
    rig_set(&r);
    rig_pass(&r);
    f->refusal = "no feed: an HTML page at http://u:p@h/";
    rig_pass(&r);
    is(f->last.error, NULL);
    is(f->state.error, "no feed: an HTML page at http://h/");
    is(f->state.etag, "\"a\"");
    assert_int_equal(f->state.failures, 1);
    rig_pass(&r);
    assert_int_equal(f->state.failures, 2);
    assert_int_equal(f->before.failures, 1);
    assert_true(holds(server_request(&s, "/", 2), "If-None-Match: \"a\"\r\n"));
    done(&r, &s);
}

static void a_changed_url_voids_its_validators(void **state)
{
    (void)state;
    const struct page pages[] = {{.path = "/a", .head = OK "ETag: \"a\"\r\n", .body = SV("a")}, {.path = "/b", .head = OK, .body = SV("b")}};
    struct server s = {0};
    struct rig r;
    server_start(&s, pages, 2);
    rig_open(&r, 4);
    struct seen *f = rig_add(&r, &s, "/a");
    rig_set(&r);
    rig_pass(&r);
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%d/b", s.port);
    char *url = strdup(f->url);
    r.feeds[0].url = sv_of(url);
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%d/a", s.port);
    rig_set(&r);
    rig_run(&r, 1); /* soon: not after an hour */
    is(buf_view(&f->body), "b");
    assert_false(holds(server_request(&s, "/b", 0), "If-None-Match"));
    is(f->state.url, url);
    is(f->state.etag, NULL);
    done(&r, &s);
    free(url);
}

/* ---- Bodies ---- */

static void squeezed_bodies_are_unpacked(void **state)
{
    (void)state;
    static const char text[] = "<rss><channel><title>squeezed</title></channel></rss>";
    answered((struct page){.head = OK "Content-Encoding: gzip\r\n",
                           .body = SV("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xb3\x29\x2a\x2e\xb6\xb3\x49\xce\x48\xcc\xcb\x4b\xcd\xb1\xb3\x29\xc9"
                                      "\x2c\xc9\x49\xb5\x2b\x2e\x2c\x4d\x4d\xad\x4a\x4d\xb1\xd1\x87\xf0\x6d\xf4\xe1\x0a\xf4\x41\xea\x01\x83\xdc\xbe"
                                      "\x3a\x35\x00\x00\x00")},
             200, NULL, text);
    answered((struct page){.head = OK "Content-Encoding: deflate\r\n",
                           .body = SV("\x78\x9c\xb3\x29\x2a\x2e\xb6\xb3\x49\xce\x48\xcc\xcb\x4b\xcd\xb1\xb3\x29\xc9\x2c\xc9\x49\xb5\x2b\x2e\x2c\x4d"
                                      "\x4d\xad\x4a\x4d\xb1\xd1\x87\xf0\x6d\xf4\xe1\x0a\xf4\x41\xea\x01\x15\x1f\x13\x76")},
             200, NULL, text);
    answered((struct page){.head = OK "Content-Encoding: gzip\r\n", .body = SV("this is not gzip at all")}, 200,
             "the compressed body is damaged, or of a kind that is not known", NULL);
}

static void an_empty_body_begins_all_the_same(void **state)
{
    (void)state;
    answered((struct page){.head = OK}, 200, NULL, "");
    answered((struct page){.head = "HTTP/1.1 204 No Content\r\n", .then = CLOSE}, 204, "HTTP 204 (no content)", NULL);
}

static void a_body_that_ends_early_is_a_failure(void **state)
{
    (void)state;
    answered((struct page){.head = OK "ETag: \"a\"\r\nContent-Length: 100\r\n", .body = SV("<rss>"), .then = CLOSE}, 200,
             "the body ended early, after 5 bytes", "<rss>");
    answered((struct page){.head = OK "Transfer-Encoding: chunked\r\n", .body = SV("5\r\n<rss>\r\n"), .then = CLOSE}, 200,
             "the body ended early, after 5 bytes", "<rss>");
}

static void an_endless_body_is_stopped(void **state)
{
    (void)state;
    static char piece[65536];
    const struct page page = {.path = "/", .head = OK, .then = ENDLESS, .rest = {piece, sizeof piece}};
    struct server s = {0};
    struct rig r;
    poll_page(&r, &s, &page, 0);
    says(&r.seen[0], 200, "the body is larger than max_size (4 MB decoded)");
    assert_in_range(r.seen[0].body.n, (4 << 20) - 65536, 4 << 20);
    is(r.seen[0].state.url, r.seen[0].url);
    is(r.seen[0].state.etag, NULL);
    done(&r, &s);
}

/* 64 kB of zeros in 83 bytes of deflate, as often as one likes. */
#define BOMB \
    SV("\xec\xc1\x01\x01\x00\x00\x00\x80\x90\xfe\xaf\xee\x08\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
       "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x6a\x00\x00\x00\xff\xff")

static void a_gzip_bomb_is_stopped(void **state)
{
    (void)state;
    const struct page page = {.path = "/", .head = OK "Content-Encoding: gzip\r\n", .body = SV("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03"),
                              .then = ENDLESS, .rest = BOMB};
    struct server s = {0};
    struct rig r;
    server_start(&s, &page, 1);
    rig_open(&r, 4);
    rig_add(&r, &s, "/");
    r.feeds[0].max_size = 1u << 30; /* the ratio must do it */
    rig_set(&r);
    rig_pass(&r);
    assert_int_equal(sv_find(r.seen[0].state.error, SV("the body is compressed beyond reason")), 0);
    assert_in_range(r.seen[0].body.n, 1 << 20, 32 << 20);
    done(&r, &s);
}

static void enough_is_no_failure(void **state)
{
    (void)state;
    static char piece[65536];
    const struct page page = {.path = "/", .head = OK "ETag: \"a\"\r\n", .then = ENDLESS, .rest = {piece, sizeof piece}};
    struct server s = {0};
    struct rig r;
    server_start(&s, &page, 1);
    rig_open(&r, 4);
    struct seen *f = rig_add(&r, &s, "/");
    f->stop_after = 100000;
    rig_set(&r);
    rig_pass(&r);
    says(f, 200, NULL);
    is(f->state.etag, "\"a\"");
    assert_in_range(f->body.n, 100000, 200000);
    f->refusal = "no feed";
    rig_pass(&r);
    is(f->last.error, NULL);
    is(f->state.error, "no feed");
    done(&r, &s);
}

/* ---- Statuses ---- */

static void errors_of_http_are_named_and_their_bodies_dropped(void **state)
{
    (void)state;
    static char piece[65536];
    answered((struct page){.head = "HTTP/1.1 404 Not Found\r\n", .body = SV("<html>no</html>")}, 404, "HTTP 404 (not found)", NULL);
    answered((struct page){.head = "HTTP/1.1 500 Oops\r\n", .then = ENDLESS, .rest = {piece, sizeof piece}}, 500, "HTTP 500 (internal server error)", NULL);
    answered((struct page){.head = "HTTP/1.1 404 X\r\nContent-Length: 9\r\n", .body = SV("cut"), .then = CLOSE}, 404, "HTTP 404 (not found)", NULL);
    answered((struct page){.head = "HTTP/1.1 302 Found\r\n", .body = SV("where?")}, 302, "HTTP 302", NULL);
    answered((struct page){.head = "HTTP/1.1 206 Partial Content\r\n", .body = SV("part")}, 206, "HTTP 206 (only a part)", "part");
}

static int64_t wait_after(const char *head, const char *error, long status)
{
    const struct page page = {.path = "/", .head = head};
    struct server s = {0};
    struct rig r;
    poll_page(&r, &s, &page, 0);
    says(&r.seen[0], status, error);
    int64_t wait = r.seen[0].state.next - r.seen[0].last.ended;
    done(&r, &s);
    return wait;
}

static void gone_and_retry_after_decide_the_next_poll(void **state)
{
    (void)state;
    assert_in_range(wait_after("HTTP/1.1 410 Gone\r\n", "HTTP 410 (gone)", 410), 7 * MS_DAY, 8 * MS_DAY);
    assert_in_range(wait_after("HTTP/1.1 429 Slow\r\nRetry-After: 36000\r\n", "HTTP 429 (too many requests)", 429), 10 * MS_HOUR, 12 * MS_HOUR);
    assert_in_range(wait_after("HTTP/1.1 503 Busy\r\nDate: Wed, 05 Nov 2025 13:01:01 GMT\r\nRetry-After: Thu, 06 Nov 2025 13:01:01 GMT\r\n",
                               "HTTP 503 (service unavailable)", 503),
                    24 * MS_HOUR, 26 * MS_HOUR);
    assert_in_range(wait_after("HTTP/1.1 503 Busy\r\n", "HTTP 503 (service unavailable)", 503), 2 * MS_HOUR * 8 / 10, 2 * MS_HOUR * 12 / 10);
}

/* ---- Redirects ---- */

static void redirects_are_followed_and_only_the_last_answer_counts(void **state)
{
    (void)state;
    const struct page pages[] = {
        {.path = "/1", .head = "HTTP/1.1 301 Moved\r\nLocation: /2\r\nETag: \"moved\"\r\n", .body = SV("go to 2")},
        {.path = "/2", .head = "HTTP/1.1 302 Found\r\nLocation: 3?x=1\r\nLast-Modified: never\r\n"},
        {.path = "/3?x=1", .head = "HTTP/1.1 307 Temporary\r\nLocation: /4\r\n"},
        {.path = "/4", .head = OK "Content-Type: text/xml\r\n", .body = SV("here")},
    };
    struct server s = {0};
    struct rig r;
    char want[64];
    server_start(&s, pages, COUNT(pages));
    rig_open(&r, 4);
    struct seen *f = rig_add(&r, &s, "/1");
    rig_set(&r);
    rig_pass(&r);
    says(f, 200, NULL);
    is(buf_view(&f->body), "here");
    snprintf(want, sizeof want, "http://127.0.0.1:%d/4", s.port);
    is(f->last.url, want);
    is(f->state.url, f->url);
    is(f->state.etag, NULL);
    is(f->state.last_modified, NULL);
    done(&r, &s);
}

static void a_redirect_loop_ends(void **state)
{
    (void)state;
    answered((struct page){.head = "HTTP/1.1 302 Found\r\nLocation: /\r\n"}, 302, "redirected too often: more than 10 times", NULL);
}

static void a_redirect_to_file_is_refused(void **state)
{
    (void)state;
    answered((struct page){.head = "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n", .body = SV("x")}, 302,
             "redirected to file://, which is refused", NULL);
    answered((struct page){.head = "HTTP/1.1 302 Found\r\nLocation: FTP://user:secret@h/\r\n"}, 302, "redirected to FTP://, which is refused", NULL);
    answered((struct page){.head = "HTTP/1.1 302 Found\r\nLocation: http://[/\r\n"}, 302, "redirected to what is no URL", NULL);
}

static void credentials_go_to_their_host_and_nowhere_else(void **state)
{
    (void)state;
    struct server a = {0}, b = {0};
    struct rig r;
    char head[128], url[128];
    const struct page there = {.path = "/", .head = OK "ETag: \"a\"\r\n", .body = SV("x")};
    server_start(&b, &there, 1);
    snprintf(head, sizeof head, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\n", b.port);
    const struct page here = {.path = "/", .head = head};
    server_start(&a, &here, 1);
    rig_open(&r, 4);
    snprintf(url, sizeof url, "http://user:secret@127.0.0.1:%d/", a.port);
    struct seen *f = rig_add(&r, NULL, url);
    snprintf(url, sizeof url, "http://user:secret@127.0.0.1:%d/", b.port);
    struct seen *g = rig_add(&r, NULL, url);
    rig_set(&r);
    rig_pass(&r);
    assert_true(holds(server_request(&a, "/", 0), "Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"));
    int with = strstr(server_request(&b, "/", 0), "Authorization:") != NULL, also = strstr(server_request(&b, "/", 1), "Authorization:") != NULL;
    assert_int_equal(with + also, 1); /* for g, not for f */
    assert_int_equal(sv_find(f->state.url, SV("secret")), -1);
    assert_int_equal(sv_find(g->state.url, SV("secret")), -1);
    assert_int_equal(sv_find(g->last.url, SV("secret")), -1);
    rig_pass(&r);
    assert_int_equal(g->last.status, 200);
    assert_true(holds(server_request(&b, "/", 2), "If-None-Match") && holds(server_request(&b, "/", 3), "If-None-Match"));
    rig_close(&r);
    server_stop(&a);
    server_stop(&b);
}

/* ---- Faults ---- */

static void faults_are_named(void **state)
{
    (void)state;
    answered((struct page){.then = CLOSE}, 0, "the server closed the connection without an answer", NULL);
    answered((struct page){.head = "SSH-2.0-OpenSSH\r\n", .then = CLOSE}, 0, "the answer is not HTTP", NULL);
    struct rig r;
    rig_open(&r, 4);
    struct server s = {0};
    server_start(&s, NULL, 0);
    server_stop(&s); /* nobody listens at its port any more */
    rig_add(&r, &s, "/");
    rig_add(&r, NULL, "file:///etc/passwd");
    rig_add(&r, NULL, "http://bad url/");
    rig_set(&r);
    rig_pass(&r);
    says(&r.seen[0], 0, "connection refused");
    says(&r.seen[1], 0, "only http and https are asked");
    says(&r.seen[2], 0, "the URL is not valid");
    rig_close(&r);
}

static void a_server_that_hangs_is_left_in_time(void **state)
{
    (void)state;
    struct server s = {0};
    struct rig r;
    const struct page silent = {.path = "/", .then = HANG}, half = {.path = "/", .head = OK "ETag: \"a\"\r\n", .body = SV("<rss>"), .then = HANG};
    poll_page(&r, &s, &silent, 300);
    says(&r.seen[0], 0, "the server sent nothing for 300 ms");
    assert_int_equal(r.seen[0].begins, 0);
    done(&r, &s);
    poll_page(&r, &s, &half, 300);
    says(&r.seen[0], 200, "not complete after 300 ms");
    is(buf_view(&r.seen[0].body), "<rss>");
    is(r.seen[0].state.etag, NULL);
    done(&r, &s);
}

static void an_endless_header_is_stopped(void **state)
{
    (void)state;
    static const char line[] = "ETag: \"012345678901234567890123456789012345678901234567890123\"\r\n";
    const struct page page = {.path = "/", .head = OK "X: 1", .then = ENDLESS, .rest = {line, sizeof line - 1}};
    struct server s = {0};
    struct rig r;
    poll_page(&r, &s, &page, 0);
    says(&r.seen[0], 200, "the header of the answer is too large");
    done(&r, &s);
}

static void the_others_go_on_unharmed(void **state)
{
    (void)state;
    static char piece[65536];
    const struct page bad[] = {{.path = "/", .then = HANG}}, endless[] = {{.path = "/", .head = OK, .then = ENDLESS, .rest = {piece, sizeof piece}}},
                      loop[] = {{.path = "/", .head = "HTTP/1.1 302 Found\r\nLocation: /\r\n"}}, good[] = {{.path = "/", .head = OK, .body = SV("good")}};
    struct server hangs = {0}, floods = {0}, loops = {0}, works = {0};
    struct rig r;
    server_start(&hangs, bad, 1);
    server_start(&floods, endless, 1);
    server_start(&loops, loop, 1);
    server_start(&works, good, 1);
    rig_open(&r, 4);
    rig_add(&r, &hangs, "/");
    rig_add(&r, &floods, "/");
    rig_add(&r, &loops, "/");
    struct seen *f = rig_add(&r, &works, "/");
    rig_set(&r);
    poll_all_now(r.poll);
    rig_run(&r, 3); /* all but the one that hangs, whose time limit is a minute */
    assert_int_equal(r.seen[0].ends, 0);
    says(f, 200, NULL);
    is(buf_view(&f->body), "good");
    assert_int_equal(poll_in_flight(r.poll), 1);
    rig_close(&r);
    server_stop(&hangs);
    server_stop(&floods);
    server_stop(&loops);
    server_stop(&works);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validators_come_back_byte_for_byte_and_a_304_is_silent),
        cmocka_unit_test(after_a_day_the_whole_document_is_asked_for),
        cmocka_unit_test(a_304_that_nobody_asked_for_is_a_failure),
        cmocka_unit_test(what_is_no_feed_leaves_no_validators),
        cmocka_unit_test(a_changed_url_voids_its_validators),
        cmocka_unit_test(squeezed_bodies_are_unpacked),
        cmocka_unit_test(an_empty_body_begins_all_the_same),
        cmocka_unit_test(a_body_that_ends_early_is_a_failure),
        cmocka_unit_test(an_endless_body_is_stopped),
        cmocka_unit_test(a_gzip_bomb_is_stopped),
        cmocka_unit_test(enough_is_no_failure),
        cmocka_unit_test(errors_of_http_are_named_and_their_bodies_dropped),
        cmocka_unit_test(gone_and_retry_after_decide_the_next_poll),
        cmocka_unit_test(redirects_are_followed_and_only_the_last_answer_counts),
        cmocka_unit_test(a_redirect_loop_ends),
        cmocka_unit_test(a_redirect_to_file_is_refused),
        cmocka_unit_test(credentials_go_to_their_host_and_nowhere_else),
        cmocka_unit_test(faults_are_named),
        cmocka_unit_test(a_server_that_hangs_is_left_in_time),
        cmocka_unit_test(an_endless_header_is_stopped),
        cmocka_unit_test(the_others_go_on_unharmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
