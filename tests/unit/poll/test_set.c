/* The set of feeds while polls are under way: politeness, changes, stops, restored states, clocks that jump. */
#include "rig.h"

#define OK "HTTP/1.1 200 OK\r\n"

/* A body that begins and waits for server_release. */
static const struct page slow = {.path = "/slow", .head = OK "ETag: \"s\"\r\nContent-Length: 9\r\n", .body = SV("first"), .then = WAIT, .rest = SV("last")};
static const struct page quick = {.path = "/quick", .head = OK "ETag: \"q\"\r\n", .body = SV("quick")};

static void hosts_are_asked_one_thing_at_a_time(void **state)
{
    (void)state;
    struct load load = {0};
    struct server s = {.load = &load};
    struct rig r;
    server_start(&s, &quick, 1);
    rig_open(&r, 8);
    for (int i = 0; i < 8; i++)
        rig_add(&r, &s, "/quick");
    rig_set(&r);
    rig_pass(&r);
    for (int i = 0; i < 8; i++)
        assert_int_equal(r.seen[i].settles, 1);
    assert_int_equal(load.most, 1);
    assert_int_equal(s.connection_count, 1); /* kept alive */
    rig_close(&r);
    server_stop(&s);
}

static void transfers_are_bounded_in_all(void **state)
{
    (void)state;
    struct load load = {0};
    struct server s[6];
    struct rig r;
    rig_open(&r, 2);
    for (int i = 0; i < 6; i++) {
        s[i].load = &load;
        server_start(&s[i], &quick, 1);
        rig_add(&r, &s[i], "/quick");
    }
    rig_set(&r);
    rig_pass(&r);
    assert_in_range(load.most, 1, 2);
    rig_close(&r);
    for (int i = 0; i < 6; i++)
        server_stop(&s[i]);
}

static void a_state_from_the_store_is_taken_up(void **state)
{
    (void)state;
    struct server s = {0};
    struct rig r;
    server_start(&s, &quick, 1);
    rig_open(&r, 2);
    struct seen *later = rig_add(&r, &s, "/quick"), *overdue = rig_add(&r, &s, "/quick"), *absurd = rig_add(&r, &s, "/quick"), *moved = rig_add(&r, &s, "/quick");
    int64_t now = clock_wall(&clock_system);
    later->given = (struct poll_state){.url = sv_of(later->url), .etag = SV("\"kept\""), .next = now + MS_HOUR, .last_success = now, .last_full = now};
    later->known = overdue->known = absurd->known = moved->known = true;
    overdue->given = absurd->given = moved->given = later->given;
    overdue->given.next = now - 1;
    absurd->given.next = now + 100 * 365 * MS_DAY;
    moved->given.url = SV("http://elsewhere.example/");
    rig_set(&r);
    rig_run(&r, 3); /* all but `later`, within a second */
    assert_int_equal(later->settles, 0);
    assert_true(strstr(server_request(&s, "/quick", 0), "If-None-Match: \"kept\"\r\n") || strstr(server_request(&s, "/quick", 1), "If-None-Match: \"kept\"\r\n"));
    is(moved->before.etag, "\"kept\"");
    is(moved->before.url, "http://elsewhere.example/");
    rig_close(&r);
    server_stop(&s);
}

static void a_feed_that_is_removed_is_cancelled_without_a_call(void **state)
{
    (void)state;
    const struct page pages[] = {slow, quick};
    struct server s = {0};
    struct rig r;
    server_start(&s, pages, 2);
    rig_open(&r, 4);
    struct seen *gone = rig_add(&r, &s, "/slow"), *kept = rig_add(&r, &s, "/quick");
    rig_set(&r);
    while (!gone->begins)
        rig_run_to_begin(&r);
    poll_set(r.poll, &r.feeds[1], 1, rig_state_of);
    assert_int_equal(poll_in_flight(r.poll), 0);
    unsigned before = kept->settles;
    poll_all_now(r.poll);
    rig_run(&r, 1); /* its host is free again */
    assert_int_equal(kept->settles, before + 1);
    assert_int_equal(gone->ends, 0);
    assert_int_equal(gone->settles, 0);
    rig_close(&r);
    server_stop(&s);
}

static void a_feed_that_is_kept_goes_on_under_its_new_user(void **state)
{
    (void)state;
    struct server s = {0};
    struct rig r;
    server_start(&s, &slow, 1);
    rig_open(&r, 4);
    struct seen *old = rig_add(&r, &s, "/slow"), *new = &r.seen[1];
    char *id = strdup(old->id), *url = strdup(old->url);
    r.feeds[0].id = sv_of(id), r.feeds[0].url = sv_of(url);
    rig_set(&r);
    rig_run_to_begin(&r);
    *new = (struct seen){.rig = &r, .begins = old->begins, .open = true, .body = old->body};
    memcpy(new->id, old->id, sizeof new->id), memcpy(new->url, old->url, sizeof new->url);
    old->body = (struct buf){0};
    r.feeds[0].user = new, r.feeds[0].id = sv_of(new->id), r.feeds[0].url = sv_of(new->url);
    rig_set(&r);
    memset(id, 'x', strlen(id)), memset(url, 'x', strlen(url)); /* the old views are dead */
    free(id), free(url);
    assert_int_equal(poll_in_flight(r.poll), 1);
    server_release(&s);
    rig_run(&r, 1);
    assert_int_equal(old->ends, 0);
    assert_int_equal(new->settles, 1);
    assert_int_equal(new->begins, 1);
    is(buf_view(&new->body), "firstlast");
    is(new->state.etag, "\"s\"");
    r.count = 2; /* for rig_close */
    rig_close(&r);
    server_stop(&s);
}

static void a_url_that_changes_during_a_transfer_is_asked_next(void **state)
{
    (void)state;
    const struct page pages[] = {slow, quick};
    struct server s = {0};
    struct rig r;
    char other[128];
    server_start(&s, pages, 2);
    rig_open(&r, 4);
    struct seen *f = rig_add(&r, &s, "/slow");
    rig_set(&r);
    rig_run_to_begin(&r);
    snprintf(other, sizeof other, "http://localhost:%d/quick", s.port); /* another host, too */
    r.feeds[0].url = sv_of(other);
    rig_set(&r);
    server_release(&s);
    rig_run(&r, 1);
    is(f->state.url, f->url);
    is(f->state.etag, "\"s\"");
    rig_run(&r, 1); /* soon: not after an hour */
    is(f->state.url, other);
    is(f->state.etag, "\"q\"");
    assert_null(strstr(server_request(&s, "/quick", 0), "If-None-Match"));
    rig_close(&r);
    server_stop(&s);
}

static void a_shorter_interval_holds_at_once(void **state)
{
    (void)state;
    struct server s = {0};
    struct rig r;
    server_start(&s, &quick, 1);
    rig_open(&r, 4);
    struct seen *f = rig_add(&r, &s, "/quick");
    rig_set(&r);
    rig_run(&r, 1);
    r.feeds[0].interval = r.feeds[0].min_interval = 20;
    rig_set(&r);
    rig_run(&r, 3);
    assert_int_equal(f->settles, 4);
    rig_close(&r);
    server_stop(&s);
}

static void a_stop_cancels_without_a_call_and_starts_nothing(void **state)
{
    (void)state;
    struct server s = {0};
    struct rig r;
    server_start(&s, &slow, 1);
    rig_open(&r, 4);
    struct seen *f = rig_add(&r, &s, "/slow"), *waits = rig_add(&r, &s, "/slow");
    rig_set(&r);
    poll_all_now(r.poll);
    rig_run_to_begin(&r);
    assert_int_equal(poll_in_flight(r.poll), 1);
    assert_int_equal(poll_waiting(r.poll), 1);
    poll_stop(r.poll);
    poll_stop(r.poll);
    assert_int_equal(poll_in_flight(r.poll), 0);
    poll_all_now(r.poll);
    rig_set(&r);
    server_release(&s);
    for (int i = 0; i < 20; i++)
        ev_run(r.loop, EVRUN_NOWAIT);
    assert_int_equal(f->ends + waits->ends + f->settles + waits->settles, 0);
    assert_int_equal(s.request_count, 1);
    rig_close(&r);
    server_stop(&s);
}

static void a_stop_from_within_settled_is_safe(void **state)
{
    (void)state;
    struct server a = {0}, b = {0};
    struct rig r;
    server_start(&a, &quick, 1);
    server_start(&b, &slow, 1);
    rig_open(&r, 4);
    rig_add(&r, &a, "/quick");
    rig_add(&r, &b, "/slow");
    r.stops = true;
    rig_set(&r);
    poll_all_now(r.poll);
    rig_run(&r, 1);
    assert_int_equal(r.seen[0].settles, 1);
    assert_int_equal(r.seen[1].settles, 0);
    assert_int_equal(poll_in_flight(r.poll), 0);
    rig_close(&r);
    server_stop(&a);
    server_stop(&b);
}

static void a_state_that_could_not_be_stored_is_put_back(void **state)
{
    (void)state;
    struct server s = {0};
    struct rig r;
    server_start(&s, &quick, 1);
    rig_open(&r, 4);
    struct seen *f = rig_add(&r, &s, "/quick");
    f->restores = true;
    rig_set(&r);
    rig_run(&r, 1);
    is(f->state.etag, "\"q\"");
    rig_run(&r, 1); /* soon: the state before had no time of its own */
    assert_int_equal(f->before.last_success, TIME_NONE);
    is(f->before.etag, NULL);
    assert_null(strstr(server_request(&s, "/quick", 1), "If-None-Match"));
    f->restores = false;
    struct poll_state later = {.url = sv_of(f->url), .etag = SV("\"old\""), .next = clock_wall(&clock_system) + MS_HOUR, .last_success = TIME_NONE,
                               .last_full = clock_wall(&clock_system) - 1};
    poll_restore(r.poll, sv_of(f->id), &later);
    poll_restore(r.poll, SV("nobody"), &later);
    rig_pass(&r);
    assert_non_null(strstr(server_request(&s, "/quick", 2), "If-None-Match: \"old\"\r\n"));
    rig_close(&r);
    server_stop(&s);
}

static void polls_go_on_while_the_wall_clock_jumps(void **state)
{
    (void)state;
    struct server s = {0};
    struct rig r;
    server_start(&s, &quick, 1);
    rig_open(&r, 4);
    struct seen *f = rig_add(&r, &s, "/quick");
    r.feeds[0].interval = r.feeds[0].min_interval = 20, r.feeds[0].max_interval = 1000;
    r.jumps = true; /* by ten years, back and forth, at each poll */
    rig_set(&r);
    rig_run(&r, 6);
    assert_int_equal(f->settles, 6);
    rig_close(&r);
    server_stop(&s);
}

static void pause_is_over(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)timer, (void)events;
    ev_break(loop, EVBREAK_ALL);
}

static size_t asked(const struct rig *r)
{
    return r->settles + poll_in_flight(r->poll) + poll_waiting(r->poll);
}

/* The clock stands at the moment of waking up, so that no feed of a later moment is asked however slow the machine is. */
static void behind_a_pause_feeds_are_spread_as_at_a_start(void **state)
{
    (void)state;
    struct server s = {0};
    struct rig r;
    ev_timer timer;
    server_start(&s, &quick, 1);
    rig_open(&r, 4);
    for (int i = 0; i < SEEN_MOST; i++) {
        rig_add(&r, &s, "/quick");
        r.feeds[i].interval = 300, r.feeds[i].min_interval = 1;
    }
    rig_set(&r);
    rig_pass(&r);
    r.slept = MS_MINUTE;
    r.stands_at = rig_monotonic(&r.clock);
    size_t before = asked(&r);
    ev_timer_init(&timer, pause_is_over, .5, 0.); /* behind the time at which the first would have been asked */
    ev_now_update(r.loop);
    ev_timer_start(r.loop, &timer);
    r.until = r.settles + 1000;
    ev_run(r.loop, 0);
    assert_in_range(asked(&r) - before, 0, 2);
    r.stands_at = 0;
    rig_run(&r, SEEN_MOST);
    rig_close(&r);
    server_stop(&s);
}

static void an_id_that_comes_twice_is_one_feed(void **state)
{
    (void)state;
    struct server s = {0};
    struct rig r;
    server_start(&s, &quick, 1);
    rig_open(&r, 4);
    rig_add(&r, &s, "/quick");
    rig_add(&r, &s, "/quick");
    r.feeds[1].id = r.feeds[0].id;
    rig_set(&r);
    poll_all_now(r.poll);
    rig_run(&r, 1);
    assert_int_equal(r.seen[0].settles, 1);
    assert_int_equal(poll_waiting(r.poll), 0);
    poll_set(r.poll, NULL, 0, rig_state_of);
    rig_close(&r);
    server_stop(&s);
}

static void a_pause_asks_nobody_and_its_end_asks_everybody(void **state)
{
    (void)state;
    struct server s = {0};
    struct rig r;
    server_start(&s, &quick, 1);
    rig_open(&r, 2);
    rig_add(&r, &s, "/quick");
    rig_add(&r, &s, "/quick");
    rig_set(&r);
    poll_pause(r.poll, true);
    poll_all_now(r.poll);
    for (int i = 0; i < 20; i++)
        ev_run(r.loop, EVRUN_NOWAIT);
    assert_int_equal(poll_in_flight(r.poll), 0);
    assert_int_equal(s.connection_count, 0);
    poll_pause(r.poll, false);
    rig_run(&r, 2);
    assert_int_equal(r.seen[0].settles + r.seen[1].settles, 2);
    rig_close(&r);
    server_stop(&s);
}

static void the_library_is_named(void **state)
{
    (void)state;
    assert_true(sv_starts(sv_of(poll_library()), SV("libcurl/")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_asked_one_thing_at_a_time),
        cmocka_unit_test(transfers_are_bounded_in_all),
        cmocka_unit_test(a_state_from_the_store_is_taken_up),
        cmocka_unit_test(a_feed_that_is_removed_is_cancelled_without_a_call),
        cmocka_unit_test(a_feed_that_is_kept_goes_on_under_its_new_user),
        cmocka_unit_test(a_url_that_changes_during_a_transfer_is_asked_next),
        cmocka_unit_test(a_shorter_interval_holds_at_once),
        cmocka_unit_test(a_stop_cancels_without_a_call_and_starts_nothing),
        cmocka_unit_test(a_stop_from_within_settled_is_safe),
        cmocka_unit_test(a_state_that_could_not_be_stored_is_put_back),
        cmocka_unit_test(polls_go_on_while_the_wall_clock_jumps),
        cmocka_unit_test(behind_a_pause_feeds_are_spread_as_at_a_start),
        cmocka_unit_test(a_pause_asks_nobody_and_its_end_asks_everybody),
        cmocka_unit_test(an_id_that_comes_twice_is_one_feed),
        cmocka_unit_test(the_library_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
