/* What is read from headers, sent back, remembered and said: all of it pure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <errno.h>

#include "poll/cache.h"
#include "poll/pace.h"
#include "poll/url.h"
#include "poll/words.h"

#define NOW (1762347661 * MS_SECOND) /* Wed, 05 Nov 2025 13:01:01 GMT */
#define FEED SV("https://news.example/feed")

static struct head head_of(const char *text)
{
    struct head h = {0};
    struct sv rest = sv_of(text), line;
    while (sv_split(&rest, '\n', &line))
        head_line(&h, line);
    return h;
}

static void is(struct sv got, const char *want)
{
    if (!sv_eq(got, sv_of(want)) || (got.p == NULL) != (want == NULL))
        fail_msg("\"%.*s\" instead of \"%s\"", SV_ARG(got), want ? want : "(none)");
}

/* ---- Headers ---- */

static void values_are_kept_byte_for_byte(void **state)
{
    (void)state;
    static const char *const odd[] = {"W/\"a\"", "\"\"", "unquoted", "\"with  two blanks\"", "\"a\"b\"", "\"\xe4\xff\"", "W/\"x\", \"y\"", "\"a:b\""};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct buf text = {0};
        buf_printf(&text, "HTTP/1.1 200 OK\r\neTaG: \t %s \r\nLast-Modified:%s\r\n\r\n", odd[i], odd[i]);
        struct head h = head_of(buf_cstr(&text));
        assert_int_equal(h.status, 200);
        is(h.etag, odd[i]);
        is(h.last_modified, odd[i]);
        head_free(&h);
        buf_free(&text);
    }
}

static void only_the_last_answer_counts(void **state)
{
    (void)state;
    struct head h = head_of("HTTP/1.1 302 Found\r\nETag: \"redirect\"\r\nLocation: /x\r\n\r\nHTTP/2 103\r\nLast-Modified: hint\r\n\r\n"
                            "HTTP/2 200\r\ncontent-type: text/xml\r\n\r\nETag: \"trailer\"\r\n");
    assert_int_equal(h.status, 200);
    is(h.etag, NULL);
    is(h.location, NULL);
    is(h.last_modified, NULL);
    is(h.content_type, "text/xml");
    head_free(&h);
}

static void broken_headers_do_no_harm(void **state)
{
    (void)state;
    struct head h = head_of("HTTP/1.1\r\n: x\r\nETag\r\nno colon at all\r\nETag:\r\nLast-Modified:   \r\nContent-Type: a\r\n");
    assert_int_equal(h.status, 0);
    is(h.etag, NULL);
    is(h.last_modified, NULL);
    is(h.content_type, "a");
    head_free(&h);
    h = head_of("HTTP/1.1 99999999999999999999 OK\r\n");
    assert_int_equal(h.status, 999);
    head_free(&h);
    struct buf text = {0};
    buf_str(&text, "ETag: ");
    for (size_t i = 0; i <= HEAD_LONGEST; i++)
        buf_byte(&text, 'x');
    head_line(&h, buf_view(&text));
    is(h.etag, NULL);
    head_free(&h);
    buf_free(&text);
}

static int64_t retry(const char *value)
{
    struct buf text = {0};
    buf_printf(&text, "HTTP/1.1 503 Busy\nRetry-After: %s\n", value);
    struct head h = head_of(buf_cstr(&text));
    int64_t wait = head_retry_after(&h, NOW);
    head_free(&h);
    buf_free(&text);
    return wait;
}

static void retry_after_is_seconds_or_a_date(void **state)
{
    (void)state;
    assert_int_equal(retry("120"), 120 * MS_SECOND);
    assert_int_equal(retry("0"), 0);
    assert_true(retry("99999999999999999999999") > 365 * MS_DAY);
    assert_int_equal(retry("Wed, 05 Nov 2025 13:11:01 GMT"), 10 * MS_MINUTE);
    assert_int_equal(retry("Wednesday, 05-Nov-25 13:11:01 GMT"), 10 * MS_MINUTE);
    assert_int_equal(retry("Wed Nov  5 13:11:01 2025"), 10 * MS_MINUTE);
    assert_int_equal(retry("Wed, 05 Nov 2025 12:11:01 GMT"), 0);
    assert_int_equal(retry("120\nDate: Wed, 05 Nov 2025 13:01:01 GMT"), 120 * MS_SECOND);
    /* A server whose clock is wrong means its own clock. */
    assert_int_equal(retry("Wed, 05 Nov 2031 13:11:01 GMT\nDate: Wed, 05 Nov 2031 13:01:01 GMT"), 10 * MS_MINUTE);
    static const char *const nonsense[] = {"", "-5", "soon", "1.5", "120s", "0x10"};
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++)
        assert_int_equal(retry(nonsense[i]), -1);
}

static void what_the_server_says_is_kept_to_but_not_for_ever(void **state)
{
    (void)state;
    const struct pace p = {10 * MS_MINUTE, 2 * MS_MINUTE, 6 * MS_HOUR};
    uint64_t chance = 1;
    for (int i = 0; i < 1000; i++) {
        int64_t wait = pace_failed(&p, 1, 3 * MS_HOUR, &chance);
        assert_true(wait >= 3 * MS_HOUR && wait < 4 * MS_HOUR);
        assert_true(pace_failed(&p, 1, 1000, &chance) >= 18 * MS_MINUTE); /* the back-off holds too */
        wait = pace_failed(&p, 1, 100 * 365 * MS_DAY, &chance);
        assert_true(wait >= 7 * MS_DAY && wait <= 8 * MS_DAY);
        wait = pace_failed(&p, 4000000000u, PACE_UNSAID, &chance);
        assert_true(wait >= MS_DAY * 9 / 10 && wait <= MS_DAY);
    }
}

static void settings_that_make_no_sense_do_not_spin(void **state)
{
    (void)state;
    static const struct pace odd[] = {{0, 0, 0}, {-5, -5, -5}, {INT64_MAX, INT64_MAX, INT64_MAX}, {10, 1000, 5}, {INT64_MIN, 0, INT64_MAX}};
    uint64_t chance = 1;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        assert_true(pace_good(&odd[i], &chance) > 0);
        assert_true(pace_failed(&odd[i], 3, PACE_UNSAID, &chance) > 0);
        assert_true(pace_spread(&odd[i], SIZE_MAX, &chance) >= 0);
    }
    assert_int_equal(pace_good(&odd[3], &chance), 1000);
}

/* ---- Validators ---- */

static const struct poll_state known = {
    .url = SV("https://news.example/feed"),
    .etag = SV("W/\"a\""),
    .last_modified = SV("Tue, 04 Nov 2025 00:00:00 GMT"),
    .next = NOW,
    .last_success = NOW - MS_HOUR,
    .last_full = NOW - MS_HOUR,
};

static void validators_are_sent_back_to_the_url_they_came_from(void **state)
{
    (void)state;
    struct cache_validators v = cache_ask(&known, FEED, NOW);
    is(v.etag, "W/\"a\"");
    is(v.last_modified, "Tue, 04 Nov 2025 00:00:00 GMT");
    v = cache_ask(&known, SV("https://news.example/feed2"), NOW);
    is(v.etag, NULL);
    is(v.last_modified, NULL);
}

static void once_a_day_all_of_it_is_asked_for(void **state)
{
    (void)state;
    struct poll_state s = known;
    const int64_t full[] = {NOW - MS_DAY, NOW - 30 * MS_DAY, TIME_NONE, NOW + 1, INT64_MAX};
    for (size_t i = 0; i < sizeof full / sizeof *full; i++) {
        s.last_full = full[i];
        struct cache_validators v = cache_ask(&s, FEED, NOW);
        is(v.etag, NULL);
        is(v.last_modified, NULL);
    }
    s.last_full = NOW - MS_DAY + 1;
    assert_non_null(cache_ask(&s, FEED, NOW).etag.p);
}

static void a_stored_validator_cannot_write_a_header_line(void **state)
{
    (void)state;
    struct poll_state s = known;
    s.etag = SV("\"a\"\r\nX-Evil: 1");
    assert_null(cache_ask(&s, FEED, NOW).etag.p);
    assert_non_null(cache_ask(&s, FEED, NOW).last_modified.p);
}

static void a_200_replaces_both_validators(void **state)
{
    (void)state;
    struct poll_state failing = known;
    failing.failures = 3, failing.error = SV("HTTP 500");
    struct head h = head_of("HTTP/1.1 200 OK\r\nETag: \"b\"\r\n\r\n");
    struct poll_state s = cache_settle(&failing, FEED, &h, SV_NONE, NOW);
    is(s.etag, "\"b\"");
    is(s.last_modified, NULL);
    is(s.error, NULL);
    assert_int_equal(s.failures, 0);
    assert_int_equal(s.last_full, NOW);
    assert_int_equal(s.last_success, NOW);
    head_free(&h);
}

static void a_304_renews_what_it_names(void **state)
{
    (void)state;
    struct head h = head_of("HTTP/1.1 304 Not Modified\r\nETag: \"b\"\r\n\r\n");
    struct poll_state s = cache_settle(&known, FEED, &h, SV_NONE, NOW);
    is(s.etag, "\"b\"");
    is(s.last_modified, "Tue, 04 Nov 2025 00:00:00 GMT");
    assert_int_equal(s.last_full, NOW - MS_HOUR);
    assert_int_equal(s.last_success, NOW);
    head_free(&h);
}

static void a_failure_leaves_the_validators_of_the_same_url(void **state)
{
    (void)state;
    struct head h = head_of("HTTP/1.1 200 OK\r\nETag: \"b\"\r\n\r\n");
    struct poll_state s = cache_settle(&known, FEED, &h, SV("not a feed"), NOW);
    is(s.etag, "W/\"a\"");
    is(s.error, "not a feed");
    assert_int_equal(s.failures, 1);
    assert_int_equal(s.last_success, NOW - MS_HOUR);
    s = cache_settle(&known, SV("https://elsewhere.example/"), &h, SV("not a feed"), NOW);
    is(s.url, "https://elsewhere.example/");
    is(s.etag, NULL);
    is(s.last_modified, NULL);
    head_free(&h);
}

/* ---- URLs and words ---- */

static void a_host_is_one_queue_however_it_is_written(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"http://News.Example/a", "news.example:80"},
        {"HTTPS://news.example", "news.example:443"},
        {"https://news.example:443/b", "news.example:443"},
        {"https://news.example:/b", "news.example:443"},
        {"https://news.example.:8443?x=http://other/", "news.example:8443"},
        {"https://user:pa@ss@news.example/b@c", "news.example:443"},
        {"http://[2001:DB8::1]/x", "[2001:db8::1]:80"},
        {"http://[2001:db8::1]:8080#y", "[2001:db8::1]:8080"},
        {"no url", "no:80"},
        {"", ":80"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf host = {0};
        url_host(sv_of(rows[i][0]), &host);
        is(buf_view(&host), rows[i][1]);
        buf_free(&host);
    }
}

static void secrets_are_never_shown(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"https://user:pass@news.example/feed", "https://news.example/feed"},
        {"https://user:p@ss\"'w@news.example/feed?mail=a@b", "https://news.example/feed?mail=a@b"},
        {"could not reach http://u:p@a/ nor 'ftp://v:q@b': mail root@here", "could not reach http://a/ nor 'ftp://b': mail root@here"},
        {"http://plain/", "http://plain/"},
        {"://@", "://"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf shown = {0};
        words_clean(&shown, sv_of(rows[i][0]));
        is(buf_view(&shown), rows[i][1]);
        buf_free(&shown);
    }
}

static void an_error_is_one_line_of_bounded_length(void **state)
{
    (void)state;
    struct buf long_text = {0}, shown = {0};
    buf_str(&long_text, " a\r\nb\033\xff\x7f");
    for (int i = 0; i < 10000; i++)
        buf_str(&long_text, "\xc3\xa4");
    words_clean(&shown, buf_view(&long_text));
    assert_true(sv_starts(buf_view(&shown), SV("a  b \xef\xbf\xbd \xc3\xa4")));
    assert_in_range(shown.n, 200, 310);
    buf_free(&shown);
    buf_free(&long_text);
}

static void says(struct words_failure f, const char *want)
{
    struct buf out = {0};
    f.timeout = 30 * MS_SECOND, f.connect_timeout = 10 * MS_SECOND, f.max_size = 16 << 20;
    f.url = f.url.p ? f.url : FEED;
    f.detail = f.detail ? f.detail : "";
    words_failure(&out, &f);
    is(buf_view(&out), want);
    buf_free(&out);
}

static void reasons_are_in_plain_words(void **state)
{
    (void)state;
    const struct head none = {0}, redirect = {.status = 302, .location = SV("file:///etc/passwd")}, odd = {.status = 302, .location = SV("gopher:x")},
                      begun = {.status = 200};
    says((struct words_failure){.code = CURLE_COULDNT_CONNECT, .os_errno = ECONNREFUSED, .head = &none}, "connection refused");
    says((struct words_failure){.code = CURLE_OPERATION_TIMEDOUT, .head = &none, .resolved = true, .connected = true}, "the server sent nothing for 30 s");
    says((struct words_failure){.code = CURLE_OPERATION_TIMEDOUT, .head = &begun, .resolved = true, .connected = true}, "not complete after 30 s");
    says((struct words_failure){.code = CURLE_OPERATION_TIMEDOUT, .head = &none, .resolved = true}, "no connection within 10 s");
    says((struct words_failure){.code = CURLE_OPERATION_TIMEDOUT, .head = &none}, "the name server sent no answer for 10 s");
    says((struct words_failure){.limit = LIMIT_SIZE, .head = &begun}, "the body is larger than max_size (16 MB decoded)");
    says((struct words_failure){.limit = LIMIT_RATIO, .head = &begun, .bytes = (3 << 20) + 5}, "the body is compressed beyond reason: stopped at 3 MB");
    says((struct words_failure){.code = CURLE_UNSUPPORTED_PROTOCOL, .head = &redirect}, "redirected to file://, which is refused");
    says((struct words_failure){.code = CURLE_UNSUPPORTED_PROTOCOL, .head = &odd}, "redirected to gopher:, which is refused");
    says((struct words_failure){.code = CURLE_UNSUPPORTED_PROTOCOL, .head = &none}, "the answer is not HTTP");
    says((struct words_failure){.code = CURLE_UNSUPPORTED_PROTOCOL, .head = &none, .url = SV("ftp://x/")}, "only http and https are asked");
    says((struct words_failure){.code = CURLE_PARTIAL_FILE, .head = &begun, .bytes = 12}, "the body ended early, after 12 bytes");
    says((struct words_failure){.code = CURLE_SSL_CONNECT_ERROR, .head = &none, .detail = "Bad thing at https://u:p@h/"}, "bad thing at https://h/");
    struct buf out = {0};
    words_status(&out, 503);
    is(buf_view(&out), "HTTP 503 (service unavailable)");
    buf_clear(&out);
    words_status(&out, 599);
    is(buf_view(&out), "HTTP 599");
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_kept_byte_for_byte),
        cmocka_unit_test(only_the_last_answer_counts),
        cmocka_unit_test(broken_headers_do_no_harm),
        cmocka_unit_test(retry_after_is_seconds_or_a_date),
        cmocka_unit_test(what_the_server_says_is_kept_to_but_not_for_ever),
        cmocka_unit_test(settings_that_make_no_sense_do_not_spin),
        cmocka_unit_test(validators_are_sent_back_to_the_url_they_came_from),
        cmocka_unit_test(once_a_day_all_of_it_is_asked_for),
        cmocka_unit_test(a_stored_validator_cannot_write_a_header_line),
        cmocka_unit_test(a_200_replaces_both_validators),
        cmocka_unit_test(a_304_renews_what_it_names),
        cmocka_unit_test(a_failure_leaves_the_validators_of_the_same_url),
        cmocka_unit_test(a_host_is_one_queue_however_it_is_written),
        cmocka_unit_test(secrets_are_never_shown),
        cmocka_unit_test(an_error_is_one_line_of_bounded_length),
        cmocka_unit_test(reasons_are_in_plain_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
