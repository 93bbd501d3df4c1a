/* What is answered on the control socket, to clients who behave and to those who do not. */
#include "caller.h"

static void a_resource_is_answered_with_json(void **state)
{
    struct desk *d = *state;
    assert_answer(d, "GET /status", 200, "{\"state\":\"well\"}\n");
    struct caller c = desk_call(d, "GET /status HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_non_null(strstr(c.got.p, "\r\nConnection: close\r\n"));
    assert_non_null(strstr(c.got.p, "\r\nContent-Length: 17\r\n"));
    caller_end(&c);
    assert_answer(d, "HEAD /status", 200, "");
    c = desk_call(d, "GET /status HTTP/1.0\r\n\r\n");
    assert_non_null(strstr(c.got.p, "\r\n\r\n{\"state\":\"well\"}\n"));
    caller_end(&c);
}

static void a_number_in_the_path_is_handed_over(void **state)
{
    struct desk *d = *state;
    assert_answer(d, "POST /things/12/drop", 200, "{}\n");
    assert_int_equal(d->number, 12);
    assert_answer(d, "POST /things/9223372036854775807/drop", 200, "{}\n");
    assert_int_equal(d->number, INT64_MAX);
    assert_int_equal(d->drops, 2);
}

static void what_is_no_number_from_1_is_not_found(void **state)
{
    struct desk *d = *state;
    static const char *const numbers[] = {"0", "-1", "+1", "", "1x", "x", "1%20", "9223372036854775808", "99999999999999999999999", "0x1", "1.0"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct buf request = {0};
        buf_printf(&request, "POST /things/%s/drop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", numbers[i]);
        struct caller c = desk_call(d, buf_cstr(&request));
        assert_true(sv_starts(buf_view(&c.got), SV("HTTP/1.1 404 ")));
        caller_end(&c);
        buf_free(&request);
    }
    assert_int_equal(d->drops, 0);
}

static void arguments_come_from_the_query(void **state)
{
    struct desk *d = *state;
    assert_answer(d, "GET /page", 200, "[7,100,\"\"]\n");
    assert_answer(d, "GET /page?after=0&most=1000&name=a%20%22b", 200, "[0,1000,\"a \\\"b\"]\n");
    assert_answer(d, "GET /page?after=9223372036854775807&most=1001", 200, "[9223372036854775807,-1,\"\"]\n");
    assert_answer(d, "GET /page?after=-1&most=ten", 200, "[-1,-1,\"\"]\n");
}

static void an_error_says_what_is_wrong(void **state)
{
    struct desk *d = *state;
    assert_answer(d, "POST /things/404/drop", 404, "{\"error\":\"there is no row 404: it is \\\"gone\\\"\"}\n");
    assert_answer(d, "GET /nothing", 404, "{\"error\":\"there is no /nothing here\"}\n");
    assert_answer(d, "GET /status/", 404, "{\"error\":\"there is no /status/ here\"}\n");
    assert_answer(d, "GET /things/12/drop", 405, "{\"error\":\"/things/12/drop takes POST\"}\n");
    assert_answer(d, "DELETE /status", 405, "{\"error\":\"/status takes GET, HEAD\"}\n");
    struct caller c = desk_call(d, "POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    assert_non_null(strstr(c.got.p, "\r\nAllow: GET, HEAD\r\n"));
    caller_end(&c);
    assert_int_equal(d->drops, 1);
}

static void a_long_path_is_shown_cut(void **state)
{
    struct desk *d = *state;
    struct buf request = {0};
    buf_str(&request, "GET /");
    for (int i = 0; i < 3000; i++)
        buf_byte(&request, 'x');
    buf_str(&request, " HTTP/1.1\r\nHost: x\r\n\r\n");
    struct caller c = desk_call(d, buf_cstr(&request));
    assert_true(sv_starts(buf_view(&c.got), SV("HTTP/1.1 404 ")));
    assert_true(c.got.n < 1500);
    caller_end(&c);
    buf_free(&request);
    assert_well(d);
}

static void a_small_body_is_passed_over_and_a_large_one_ends_it(void **state)
{
    struct desk *d = *state;
    struct caller c = desk_call(d, "POST /things/5/drop HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    assert_true(sv_starts(buf_view(&c.got), SV("HTTP/1.1 200 ")));
    caller_end(&c);
    assert_int_equal(d->drops, 1);
    struct buf request = {0};
    buf_str(&request, "POST /things/6/drop HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n");
    for (int i = 0; i < 20000; i++)
        buf_byte(&request, 'x');
    c = desk_call(d, buf_cstr(&request));
    assert_int_equal(d->drops, 1);
    caller_end(&c);
    buf_free(&request);
    assert_well(d);
}

static void rubbish_harms_nobody(void **state)
{
    struct desk *d = *state;
    static const char *const rubbish[] = {
        "\r\n\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "GET /status HTTP/9.9\r\n\r\n",
        "GET /%00%ff%zz? HTTP/1.1\r\nHost: x\r\n\r\n", "POST /things/1/drop HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /things/1/drop HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", "GET /status HTTP/1.1\r\n: x\r\n y\r\n\r\n",
    };
    size_t before = descriptors();
    for (size_t i = 0; i < sizeof rubbish / sizeof *rubbish; i++) {
        struct caller c;
        assert_true(caller_try(&c, d->path));
        caller_say(&c, rubbish[i], strlen(rubbish[i]));
        assert_well(d);
        shutdown(c.fd, SHUT_WR);
        assert_well(d);
        caller_end(&c);
    }
    assert_int_equal(d->drops, 0);
    desk_rest(d, before);
}

static void a_head_without_end_is_cut_off(void **state)
{
    struct desk *d = *state;
    struct caller c;
    struct buf line = {0};
    assert_true(caller_try(&c, d->path));
    caller_say(&c, "GET /status HTTP/1.1\r\n", 22);
    buf_str(&line, "X-Long: ");
    for (int i = 0; i < 60000; i++)
        buf_byte(&line, 'x');
    caller_say(&c, line.p, line.n);
    desk_wait(d, &c);
    caller_end(&c);
    buf_free(&line);
    assert_well(d);
}

static void a_large_answer_waits_for_a_slow_reader_and_keeps_nobody(void **state)
{
    struct desk *d = *state;
    struct caller slow;
    assert_true(caller_try(&slow, d->path));
    caller_say(&slow, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n", 32);
    for (int i = 0; i < 20; i++) {
        assert_well(d);
        caller_read(&slow, 1000);
    }
    assert_true(slow.got.n > 10000 && slow.got.n <= 20000);
    desk_wait(d, &slow);
    assert_true(slow.got.n > LARGE);
    assert_string_equal(slow.got.p + slow.got.n - 3, "x\"\n");
    caller_end(&slow);
}

static void clients_who_vanish_leave_nothing_behind(void **state)
{
    struct desk *d = *state;
    static const char *const requests[] = {"", "GET /lar", "GET /large HTTP/1.1\r\nHost: x\r\n\r\n", "GET /status HTTP/1.1\r\nHost: x\r\n\r\n",
                                           "POST /things/1/drop HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"};
    size_t before = descriptors();
    for (size_t i = 0; i < 200; i++) {
        struct caller c;
        assert_true(caller_try(&c, d->path));
        caller_say(&c, requests[i % 5], strlen(requests[i % 5]));
        if (i % 2)
            ev_run(d->loop, EVRUN_NOWAIT);
        if (i % 3)
            caller_read(&c, 100);
        caller_end(&c);
        ev_run(d->loop, EVRUN_NOWAIT);
    }
    desk_rest(d, before);
    assert_well(d);
}

/* They keep all places and the queue before them, and say nothing; yet others get their turn. */
static void hundreds_of_idle_connections_keep_nobody_out(void **state)
{
    struct desk *d = *state;
    enum { MANY = 300 };
    static struct caller idle[MANY];
    size_t held = 0, before = descriptors(), most = 0;
    for (size_t i = 0; i < MANY; i++, held++) {
        for (int k = 0; k < 20 && !caller_try(&idle[held], d->path); k++) { /* the queue is full: let it in */
            close(idle[held].fd);
            idle[held].fd = -1;
            ev_run(d->loop, EVRUN_NOWAIT);
        }
        if (idle[held].fd < 0)
            break;
    }
    assert_true(held >= 64);
    struct caller c;
    while (!caller_try(&c, d->path)) {
        close(c.fd);
        ev_run(d->loop, EVRUN_ONCE);
        most = descriptors() > most ? descriptors() : most;
    }
    caller_say(&c, "GET /status HTTP/1.1\r\nHost: x\r\n\r\n", 34);
    desk_wait(d, &c);
    assert_true(sv_starts(buf_view(&c.got), SV("HTTP/1.1 200 ")));
    assert_true(most <= before + held + 40); /* those let in at a time are few */
    caller_end(&c);
    while (held)
        caller_end(&idle[--held]);
    desk_rest(d, before);
    assert_well(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)
        TEST(a_resource_is_answered_with_json),
        TEST(a_number_in_the_path_is_handed_over),
        TEST(what_is_no_number_from_1_is_not_found),
        TEST(arguments_come_from_the_query),
        TEST(an_error_says_what_is_wrong),
        TEST(a_long_path_is_shown_cut),
        TEST(a_small_body_is_passed_over_and_a_large_one_ends_it),
        TEST(rubbish_harms_nobody),
        TEST(a_head_without_end_is_cut_off),
        TEST(a_large_answer_waits_for_a_slow_reader_and_keeps_nobody),
        TEST(clients_who_vanish_leave_nothing_behind),
        TEST(hundreds_of_idle_connections_keep_nobody_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
