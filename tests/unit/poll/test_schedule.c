/* The schedule and the pace together, in simulated time: a week of polling in about a second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "poll/pace.h"
#include "poll/schedule.h"

#define HOSTS 60
#define MOST 16u
#define FAR INT64_MAX

struct sim_feed {
    struct place place; /* first */
    char id[16], host[24];
    struct pace pace;
    uint64_t chance;
    struct poll_state state;
    int64_t first, last, longest, shortest; /* polls, and the time between two */
    int64_t ends;                    /* of the transfer under way */
    unsigned polls;
};

/* A simulated daemon: the feeds outlive it, as the store does. */
struct sim {
    struct sim_feed *feeds;
    size_t count;
    struct schedule *schedule;
    int64_t now, wall_ahead;         /* monotonic; what the wall clock has more */
    struct sim_feed *asking[MOST];
    size_t asking_count, most_seen;
    uint64_t trace;                  /* a hash of who was asked when */
    int64_t (*answer)(struct sim *, struct sim_feed *); /* 0: good; else as pace_failed's retry_after */
    unsigned starts_per_second_most, starts_this_second;
    int64_t second;
};

static int64_t always_good(struct sim *s, struct sim_feed *f)
{
    (void)s, (void)f;
    return 0;
}

static struct sim *sim_new(size_t count, int64_t interval)
{
    struct sim *s = calloc(1, sizeof *s);
    s->feeds = calloc(count, sizeof *s->feeds);
    s->count = count;
    s->answer = always_good;
    s->now = 1000000;
    s->wall_ahead = 1800000000 * MS_SECOND;
    for (size_t i = 0; i < count; i++) {
        struct sim_feed *f = &s->feeds[i];
        snprintf(f->id, sizeof f->id, "feed%zu", i);
        snprintf(f->host, sizeof f->host, "host%zu:443", i % 7 ? i % HOSTS : 0); /* one host has many */
        f->pace = (struct pace){interval, 2 * MS_MINUTE, 6 * MS_HOUR};
        f->state = (struct poll_state){.next = TIME_NONE, .last_success = TIME_NONE, .last_full = TIME_NONE};
    }
    return s;
}

static void sim_start(struct sim *s, uint64_t seed)
{
    s->schedule = schedule_new(MOST);
    size_t newcomers = 0;
    for (size_t i = 0; i < s->count; i++)
        newcomers += pace_kept(&s->feeds[i].pace, &s->feeds[i].state, s->now + s->wall_ahead) == TIME_NONE;
    for (size_t i = 0; i < s->count; i++) {
        struct sim_feed *f = &s->feeds[i];
        f->chance = pace_seed(seed, sv_of(f->id));
        f->first = f->last = TIME_NONE;
        f->shortest = FAR, f->longest = 0, f->polls = 0;
        int64_t wait = pace_kept(&f->pace, &f->state, s->now + s->wall_ahead);
        if (wait == TIME_NONE)
            wait = pace_spread(&f->pace, newcomers, &f->chance);
        schedule_add(s->schedule, &f->place, sv_of(f->host), s->now + wait);
    }
}

static void sim_stop(struct sim *s)
{
    schedule_free(&s->schedule);
    s->asking_count = 0;
}

static void sim_free(struct sim *s)
{
    sim_stop(s);
    free(s->feeds);
    free(s);
}

static void asked(struct sim *s, struct sim_feed *f)
{
    for (size_t i = 0; i < s->asking_count; i++)
        assert_string_not_equal(s->asking[i]->host, f->host);
    assert_true(s->asking_count < MOST);
    s->asking[s->asking_count++] = f;
    s->most_seen = s->asking_count > s->most_seen ? s->asking_count : s->most_seen;
    s->trace = (s->trace ^ (uint64_t)s->now ^ (uint64_t)(f - s->feeds) << 40) * 0x100000001b3u;
    if (f->last != TIME_NONE) {
        int64_t gap = s->now - f->last;
        f->longest = gap > f->longest ? gap : f->longest;
        f->shortest = gap < f->shortest ? gap : f->shortest;
    }
    f->last = s->now;
    f->first = f->polls++ ? f->first : s->now;
    f->ends = s->now + 20 + (int64_t)(s->trace % 1000); /* a server takes its time */
    s->starts_this_second = s->now / 1000 == s->second ? s->starts_this_second + 1 : 1;
    s->second = s->now / 1000;
    if (s->starts_this_second > s->starts_per_second_most)
        s->starts_per_second_most = s->starts_this_second;
}

static void answered(struct sim *s, size_t at)
{
    struct sim_feed *f = s->asking[at];
    s->asking[at] = s->asking[--s->asking_count];
    int64_t said = s->answer(s, f);
    f->state.failures = said ? f->state.failures + 1 : 0;
    int64_t wait = said ? pace_failed(&f->pace, f->state.failures, said, &f->chance) : pace_good(&f->pace, &f->chance);
    f->state.next = s->now + s->wall_ahead + wait;
    schedule_done(s->schedule, &f->place, s->now + wait);
}

static void sim_run(struct sim *s, int64_t until)
{
    while (s->now < until) {
        for (struct place *p; (p = schedule_take(s->schedule, s->now));)
            asked(s, (struct sim_feed *)p);
        int64_t wait = schedule_wait(s->schedule, s->now);
        int64_t next = wait < 0 ? until : s->now + wait;
        for (size_t i = 0; i < s->asking_count; i++)
            if (s->asking[i]->ends < next)
                next = s->asking[i]->ends;
        assert_true(next > s->now); /* it never spins */
        s->now = next;
        for (size_t i = 0; i < s->asking_count;)
            if (s->asking[i]->ends <= s->now)
                answered(s, i);
            else
                i++;
    }
}

/* ---- A week ---- */

static void a_week_is_polite_and_each_feed_keeps_its_interval(void **state)
{
    (void)state;
    struct sim *s = sim_new(500, 10 * MS_MINUTE);
    for (size_t i = 0; i < s->count; i += 10)
        s->feeds[i].pace.interval = MS_HOUR;
    sim_start(s, 1);
    sim_run(s, s->now + 7 * MS_DAY); /* asked() checks each host and the bound */
    assert_int_equal(schedule_asking(s->schedule), s->asking_count);
    for (size_t i = 0; i < s->count; i++) {
        const struct sim_feed *f = &s->feeds[i];
        unsigned wanted = (unsigned)(7 * MS_DAY / f->pace.interval);
        assert_in_range(f->polls, wanted * 97 / 100, wanted * 102 / 100);
        assert_true(f->shortest >= f->pace.interval * 9 / 10);
        assert_true(f->longest <= f->pace.interval * 11 / 10 + MS_MINUTE); /* the queue of its host */
        assert_true(f->longest - f->shortest > f->pace.interval / 10);     /* jitter */
    }
    assert_true(s->starts_per_second_most < 50);
    sim_free(s);
}

static void the_bound_is_reached_but_not_passed(void **state)
{
    (void)state;
    struct sim *s = sim_new(500, 10 * MS_MINUTE);
    sim_start(s, 1);
    for (size_t i = 0; i < s->count; i++) /* all at once, as --once wants it */
        schedule_move(s->schedule, &s->feeds[i].place, s->now);
    sim_run(s, s->now + 5 * MS_MINUTE);
    assert_int_equal(s->most_seen, MOST);
    for (size_t i = 0; i < s->count; i++)
        assert_int_equal(s->feeds[i].polls, 1);
    sim_free(s);
}

static void a_start_is_spread(void **state)
{
    (void)state;
    struct sim *s = sim_new(10, 10 * MS_MINUTE);
    sim_start(s, 1);
    sim_run(s, s->now + 2 * MS_SECOND + 2 * MS_SECOND);
    int64_t first = FAR, last = 0;
    for (size_t i = 0; i < s->count; i++) {
        assert_int_equal(s->feeds[i].polls, 1);
        first = s->feeds[i].last < first ? s->feeds[i].last : first;
        last = s->feeds[i].last > last ? s->feeds[i].last : last;
    }
    assert_true(last - first > 500);
    sim_free(s);

    s = sim_new(3000, 10 * MS_MINUTE);
    for (size_t i = 0; i < s->count; i++)
        snprintf(s->feeds[i].host, sizeof s->feeds[i].host, "h%zu", i);
    sim_start(s, 1);
    int64_t start = s->now;
    sim_run(s, start + MS_SECOND);
    assert_in_range(s->starts_per_second_most, 1, 100); /* of 3,000 */
    sim_run(s, start + 7 * MS_MINUTE);
    for (size_t i = 0; i < s->count; i++)
        assert_int_equal(s->feeds[i].polls, 1);
    sim_free(s);
}

static void a_single_feed_starts_at_once(void **state)
{
    (void)state;
    struct sim *s = sim_new(1, 10 * MS_MINUTE);
    sim_start(s, 1);
    sim_run(s, s->now + MS_SECOND);
    assert_int_equal(s->feeds[0].polls, 1);
    sim_free(s);
}

static uint64_t trace_of(uint64_t seed)
{
    struct sim *s = sim_new(100, 10 * MS_MINUTE);
    sim_start(s, seed);
    sim_run(s, s->now + MS_DAY);
    uint64_t trace = s->trace;
    sim_free(s);
    return trace;
}

static void the_same_seed_gives_the_same_schedule(void **state)
{
    (void)state;
    assert_true(trace_of(5) == trace_of(5));
    assert_true(trace_of(5) != trace_of(6));
}

/* ---- Failure ---- */

static int64_t outage_until;

static int64_t fails_for_a_while(struct sim *s, struct sim_feed *f)
{
    return f == &s->feeds[0] && s->now < outage_until ? PACE_UNSAID : 0;
}

static void a_failing_feed_backs_off_to_a_day_is_never_given_up_and_recovers(void **state)
{
    (void)state;
    struct sim *s = sim_new(20, 10 * MS_MINUTE);
    s->answer = fails_for_a_while;
    int64_t start = s->now;
    outage_until = start + 30 * MS_DAY;
    sim_start(s, 1);
    sim_run(s, start + 30 * MS_DAY);
    const struct sim_feed *f = &s->feeds[0];
    assert_in_range(f->polls, 30 + 5, 30 + 12); /* eight doublings to a day, then once a day */
    assert_true(f->longest <= MS_DAY + MS_MINUTE && f->longest > MS_DAY * 8 / 10);
    assert_true(f->shortest >= 18 * MS_MINUTE);
    for (size_t i = 1; i < s->count; i++) /* the others do not suffer */
        assert_in_range(s->feeds[i].polls, 30 * 144 * 97 / 100, 30 * 144 * 102 / 100);
    unsigned polls = f->polls;
    sim_run(s, start + 32 * MS_DAY);
    assert_true(f->polls > polls + 144 - 10); /* asked at its interval again, a day later at the latest */
    assert_int_equal(f->state.failures, 0);
    sim_free(s);
}

static int64_t is_gone(struct sim *s, struct sim_feed *f)
{
    (void)s, (void)f;
    return PACE_GONE;
}

static void what_is_gone_is_asked_once_a_week(void **state)
{
    (void)state;
    struct sim *s = sim_new(1, 10 * MS_MINUTE);
    s->answer = is_gone;
    sim_start(s, 1);
    sim_run(s, s->now + 10 * 7 * MS_DAY);
    assert_in_range(s->feeds[0].polls, 9, 10);
    assert_true(s->feeds[0].shortest >= 7 * MS_DAY);
    sim_free(s);
}

static int64_t says_three_hours(struct sim *s, struct sim_feed *f)
{
    (void)s;
    return f->polls == 1 ? 3 * MS_HOUR : 0;
}

static void retry_after_holds_for_the_feed_that_was_told(void **state)
{
    (void)state;
    struct sim *s = sim_new(1, 10 * MS_MINUTE);
    s->answer = says_three_hours;
    sim_start(s, 1);
    int64_t start = s->now;
    sim_run(s, start + 3 * MS_HOUR);
    assert_int_equal(s->feeds[0].polls, 1);
    sim_run(s, start + 4 * MS_HOUR);
    assert_true(s->feeds[0].polls > 1);
    sim_free(s);
}

/* ---- Clocks and restarts ---- */

static void a_wall_clock_that_jumps_changes_nothing(void **state)
{
    (void)state;
    struct sim *s = sim_new(50, 10 * MS_MINUTE);
    sim_start(s, 1);
    int64_t start = s->now;
    sim_run(s, start + MS_DAY);
    s->wall_ahead -= 3650 * MS_DAY;
    sim_run(s, start + 2 * MS_DAY);
    s->wall_ahead += 7300 * MS_DAY;
    sim_run(s, start + 3 * MS_DAY);
    for (size_t i = 0; i < s->count; i++) {
        assert_in_range(s->feeds[i].polls, 3 * 144 * 97 / 100, 3 * 144 * 102 / 100);
        assert_true(s->feeds[i].longest <= 11 * MS_MINUTE + MS_MINUTE);
        assert_true(s->feeds[i].shortest >= 9 * MS_MINUTE);
    }
    sim_free(s);
}

static void a_restart_keeps_the_next_poll(void **state)
{
    (void)state;
    struct sim *s = sim_new(50, MS_HOUR);
    sim_start(s, 1);
    sim_run(s, s->now + MS_DAY);
    int64_t next[50];
    for (size_t i = 0; i < s->count; i++)
        next[i] = s->feeds[i].state.next;
    sim_stop(s);
    int64_t boot = s->now = 5000; /* the monotonic clock begins anew; half of the feeds are overdue, the others not */
    s->wall_ahead = next[0] - boot;
    sim_start(s, 2);
    sim_run(s, boot + 3 * MS_HOUR);
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        int64_t due = next[i] - s->wall_ahead;
        kept += due > boot;
        assert_true(s->feeds[i].first >= due && s->feeds[i].first <= (due > boot ? due : boot) + MS_MINUTE);
    }
    assert_in_range(kept, 5, 45);
    sim_free(s);
}

static void a_restart_under_a_wrong_clock_neither_stalls_nor_bursts(void **state)
{
    (void)state;
    for (int back = 0; back <= 1; back++) {
        struct sim *s = sim_new(300, MS_HOUR);
        sim_start(s, 1);
        sim_run(s, s->now + MS_DAY);
        sim_stop(s);
        s->wall_ahead += back ? -3650 * MS_DAY : 3650 * MS_DAY;
        s->starts_per_second_most = 0;
        sim_start(s, 2);
        sim_run(s, s->now + 3 * MS_MINUTE);
        for (size_t i = 0; i < s->count; i++)
            assert_int_equal(s->feeds[i].polls, 1);
        assert_in_range(s->starts_per_second_most, 1, 25);
        sim_free(s);
    }
}

/* ---- The schedule alone ---- */

static void hosts_take_turns_and_a_host_answers_in_order(void **state)
{
    (void)state;
    struct schedule *s = schedule_new(10);
    struct place a[3], b;
    for (size_t i = 0; i < 3; i++)
        schedule_add(s, &a[i], SV("a"), (int64_t)i);
    schedule_add(s, &b, SV("b"), 5);
    assert_null(schedule_take(s, -1));
    assert_int_equal(schedule_wait(s, -10), 10);
    assert_ptr_equal(schedule_take(s, 9), &a[0]);
    assert_ptr_equal(schedule_take(s, 9), &b); /* though two of a's have waited for longer */
    assert_null(schedule_take(s, 9));
    assert_int_equal(schedule_waiting(s), 2);
    assert_int_equal(schedule_asking(s), 2);
    assert_int_equal(schedule_wait(s, 9), -1);
    schedule_done(s, &a[0], 100);
    assert_int_equal(schedule_wait(s, 9), 0);
    assert_ptr_equal(schedule_take(s, 9), &a[1]);
    assert_null(schedule_take(s, 9));
    schedule_done(s, &a[1], 100);
    assert_ptr_equal(schedule_take(s, 9), &a[2]);
    schedule_free(&s);
    schedule_free(&s);
}

static void whoever_leaves_frees_its_host_and_room(void **state)
{
    (void)state;
    struct schedule *s = schedule_new(1);
    struct place a, b, c;
    schedule_add(s, &a, SV("x"), 0);
    schedule_add(s, &b, SV("x"), 1);
    schedule_add(s, &c, SV("y"), 2);
    assert_ptr_equal(schedule_take(s, 9), &a);
    assert_null(schedule_take(s, 9)); /* no room */
    schedule_remove(s, &a);           /* while it asks */
    assert_ptr_equal(schedule_take(s, 9), &c);
    schedule_remove(s, &b);           /* while it waits */
    schedule_remove(s, &b);           /* once more is nothing */
    assert_int_equal(schedule_waiting(s), 0);
    schedule_done(s, &c, 50);
    assert_null(schedule_take(s, 49));
    schedule_move(s, &c, 20);
    assert_ptr_equal(schedule_take(s, 49), &c);
    schedule_remove(s, &c);
    assert_int_equal(schedule_wait(s, 0), -1);
    schedule_free(&s);
}

static void a_heap_of_many_gives_them_in_order(void **state)
{
    (void)state;
    enum { N = 2000 };
    struct schedule *s = schedule_new(N);
    struct place *places = calloc(N, sizeof *places);
    uint64_t chance = 7;
    for (size_t i = 0; i < N; i++) {
        char host[16];
        snprintf(host, sizeof host, "%zu", i);
        schedule_add(s, &places[i], sv_of(host), (int64_t)(pace_seed(chance, sv_of(host)) % 500));
    }
    for (size_t i = 0; i < N; i += 3)
        schedule_remove(s, &places[i]);
    for (size_t i = 1; i < N; i += 3)
        schedule_move(s, &places[i], (int64_t)(i * 7919 % 500));
    int64_t last = -1;
    size_t taken = 0;
    for (int64_t now = 0; now < 500; now++)
        for (struct place *p; (p = schedule_take(s, now)); taken++) {
            assert_true(p->due == now && p->due >= last);
            last = p->due;
        }
    assert_int_equal(taken, N - (N + 2) / 3);
    schedule_free(&s);
    free(places);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_week_is_polite_and_each_feed_keeps_its_interval),
        cmocka_unit_test(the_bound_is_reached_but_not_passed),
        cmocka_unit_test(a_start_is_spread),
        cmocka_unit_test(a_single_feed_starts_at_once),
        cmocka_unit_test(the_same_seed_gives_the_same_schedule),
        cmocka_unit_test(a_failing_feed_backs_off_to_a_day_is_never_given_up_and_recovers),
        cmocka_unit_test(what_is_gone_is_asked_once_a_week),
        cmocka_unit_test(retry_after_holds_for_the_feed_that_was_told),
        cmocka_unit_test(a_wall_clock_that_jumps_changes_nothing),
        cmocka_unit_test(a_restart_keeps_the_next_poll),
        cmocka_unit_test(a_restart_under_a_wrong_clock_neither_stalls_nor_bursts),
        cmocka_unit_test(hosts_take_turns_and_a_host_answers_in_order),
        cmocka_unit_test(whoever_leaves_frees_its_host_and_room),
        cmocka_unit_test(a_heap_of_many_gives_them_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
