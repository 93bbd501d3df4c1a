/* Forgetting: what was not seen for long goes, in small steps; an item that may be shown again never does, whatever the clock does. */
#include "shelf.h"

#define KEEP (60 * MS_DAY)
#define DAYS 60

/* A day of the daemon: its feed is read, shows these items, and the store is tidied before and after. */
static void live(struct shelf *s, int64_t now, const char *const *items)
{
    const struct store_feed feed = {.last_success = now, .next = TIME_NONE, .last_full = now};
    assert_true(store_tidy(s->store, now, KEEP) && store_begin(s->store) && store_feed_save(s->store, SV("feed"), &feed));
    for (; *items; items++)
        sees(s, "o", *items, now);
    assert_true(store_end(s->store, true) && store_tidy(s->store, now, KEEP) && store_commit(s->store));
}

static void live_days(struct shelf *s, int64_t from, int days, const char *const *items)
{
    for (int i = 0; i < days; i++)
        live(s, from + i * MS_DAY, items);
}

static bool forgotten(struct shelf *s, const char *feed)
{
    struct store_feed f;
    assert_int_equal(store_feed_load(s->store, sv_of(feed), &s->arena, &f), 1);
    return f.forgotten;
}

static const char *const shown[] = {"a", "b", NULL}, *const gone[] = {"a", "b", "gone", NULL}, *const fresh[] = {"a", "b", "new", NULL};

static void an_item_is_forgotten_when_it_was_not_shown_for_so_long(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    live(&s, NOW, gone);
    live_days(&s, NOW + MS_DAY, DAYS, shown);
    assert_true(seen(&s, "o", "gone"));
    live_days(&s, NOW + (DAYS + 1) * MS_DAY, 2, shown);
    assert_false(seen(&s, "o", "gone"));
    assert_true(seen(&s, "o", "a") && seen(&s, "o", "b"));
    shelf_close(&s);
}

/* The setting may change at any time. */
static void it_is_forgotten_by_what_is_configured_now(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    live(&s, NOW, gone);
    live_days(&s, NOW + MS_DAY, 20, shown);
    assert_true(store_tidy(s.store, NOW + 20 * MS_DAY, 30 * MS_DAY) && seen(&s, "o", "gone"));
    assert_true(store_tidy(s.store, NOW + 20 * MS_DAY, 7 * MS_DAY) && !seen(&s, "o", "gone"));
    assert_true(store_tidy(s.store, NOW + 20 * MS_DAY, INT64_MAX) && store_tidy(s.store, NOW + 20 * MS_DAY, 0) && store_commit(s.store));
    assert_true(seen(&s, "o", "a"));
    shelf_close(&s);
}

static void a_feed_that_was_away_for_longer_is_told_from_one_that_was_not(void **state)
{
    (void)state;
    struct shelf s;
    const struct store_feed away = {.last_success = NOW, .next = TIME_NONE, .last_full = NOW}, never = {.last_success = TIME_NONE};
    shelf_open(&s);
    assert_true(store_feed_save(s.store, SV("away"), &away) && store_feed_save(s.store, SV("never"), &never));
    live(&s, NOW, gone);
    for (int i = 1; i <= DAYS + 3; i++) {
        live(&s, NOW + i * MS_DAY, shown);
        assert_true(store_feed_save(s.store, SV("away"), &away)); /* it fails */
        assert_true(forgotten(&s, "away") || seen(&s, "o", "gone")); /* so that nothing that it shows again is new */
        assert_false(forgotten(&s, "feed"));
        assert_false(forgotten(&s, "never"));
    }
    assert_true(forgotten(&s, "away"));
    shelf_reopen(&s);
    assert_true(forgotten(&s, "away") && !forgotten(&s, "feed"));
    assert_true(store_feed_save(s.store, SV("away"), &(struct store_feed){.last_success = NOW + 70 * MS_DAY}));
    assert_false(forgotten(&s, "away"));
    shelf_close(&s);
}

/* ---- Clocks that are wrong ---- */

static void a_clock_that_jumps_ahead_for_a_moment_makes_nothing_old(void **state)
{
    (void)state;
    struct shelf s;
    int64_t today = NOW + 100 * MS_DAY;
    shelf_open(&s);
    live_days(&s, NOW, 100, gone);
    const struct store_feed away = {.last_success = today - 20 * MS_DAY};
    assert_true(store_feed_save(s.store, SV("away"), &away));
    for (int i = 0; i < 50; i++) /* before any feed is read, and after it */
        assert_true(store_tidy(s.store, today + 365 * MS_DAY, KEEP));
    assert_true(seen(&s, "o", "gone") && !forgotten(&s, "away"));
    live(&s, today + 365 * MS_DAY, fresh);
    live(&s, today, fresh);
    assert_true(seen(&s, "o", "gone") && seen(&s, "o", "new") && !forgotten(&s, "feed") && !forgotten(&s, "away"));
    live_days(&s, today, 50, fresh);
    assert_true(seen(&s, "o", "gone") && !forgotten(&s, "feed"));
    live_days(&s, today + 50 * MS_DAY, 15, fresh); /* it goes on as if nothing had been */
    assert_true(!seen(&s, "o", "gone") && seen(&s, "o", "a") && seen(&s, "o", "new"));
    shelf_close(&s);
}

static void what_is_recorded_while_the_clock_is_back_is_not_old_afterwards(void **state)
{
    (void)state;
    struct shelf s;
    int64_t today = NOW + 100 * MS_DAY;
    shelf_open(&s);
    live_days(&s, NOW, 100, shown);
    shelf_reopen(&s); /* at a start, before the time is known */
    live(&s, today - 365 * MS_DAY, fresh);
    assert_true(store_tidy(s.store, today, KEEP) && store_tidy(s.store, today + MS_DAY, KEEP));
    assert_true(seen(&s, "o", "new") && !forgotten(&s, "feed"));
    live(&s, today, fresh);
    assert_true(seen(&s, "o", "new") && seen(&s, "o", "a"));
    shelf_close(&s);
}

/* Off for a year: then all is as it was, and ages from there. */
static void time_in_which_nothing_runs_makes_nothing_old(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    live_days(&s, NOW, 100, gone);
    shelf_reopen(&s);
    live(&s, NOW + 465 * MS_DAY, shown);
    assert_true(seen(&s, "o", "gone") && !forgotten(&s, "feed"));
    live_days(&s, NOW + 466 * MS_DAY, DAYS + 3, shown);
    assert_false(seen(&s, "o", "gone"));
    shelf_close(&s);
}

/* Items that are shown all the time are new once, however the clock jumps from poll to poll. */
static void a_clock_that_always_jumps_brings_nothing_back_as_new(void **state)
{
    (void)state;
    struct shelf s;
    uint32_t random = 1;
    shelf_open(&s);
    live_days(&s, NOW, 100, shown);
    for (int i = 0; i < 500; i++) {
        random = random * 1664525u + 1013904223u;
        int64_t now = NOW + 100 * MS_DAY + ((int64_t)(random >> 16) % 2000 - 1000) * MS_DAY;
        assert_true(store_tidy(s.store, now, KEEP));
        assert_true(seen(&s, "o", "a") && seen(&s, "o", "b"));
        live(&s, now, shown);
        assert_false(forgotten(&s, "feed"));
    }
    shelf_close(&s);
}

/* ---- Steps ---- */

static void a_tidy_up_is_bounded_and_says_when_there_is_more(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    assert_true(store_begin(s.store));
    for (int i = 0; i < 5000; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        assert_true(sees(&s, "o", id, NOW));
    }
    assert_true(store_end(s.store, true) && store_commit(s.store));
    for (int i = 1; i <= DAYS + 2; i++) /* not tidied meanwhile */
        sees(&s, "o", "a", NOW + i * MS_DAY);
    int64_t left = 5001, before;
    for (int turns = 0; left > 1; turns++) {
        assert_true(turns < 10);
        assert_true(store_tidy(s.store, NOW + 100 * MS_DAY, KEEP) && store_commit(s.store));
        before = left;
        left = shelf_number(&s, "SELECT count(*) FROM seen");
        assert_true(left < before && before - left <= 2000);
        assert_true(store_is_untidy(s.store));
    }
    assert_true(store_tidy(s.store, NOW + 100 * MS_DAY, KEEP) && store_commit(s.store));
    assert_false(store_is_untidy(s.store));
    shelf_close(&s);
}

/* A commit that fails takes back what was forgotten, and what is known of it. */
static void a_tidy_up_that_is_not_committed_has_not_happened(void **state)
{
    (void)state;
    struct shelf s;
    shelf_open(&s);
    live(&s, NOW, gone);
    for (int i = 1; i <= DAYS + 2; i++)
        sees(&s, "o", "a", NOW + i * MS_DAY);
    const struct store_feed away = {.last_success = NOW - 5 * MS_DAY};
    assert_true(store_feed_save(s.store, SV("away"), &away));
    assert_true(store_tidy(s.store, NOW + (DAYS + 2) * MS_DAY, KEEP) && forgotten(&s, "away") && !seen(&s, "o", "gone"));
    char other[128];
    snprintf(other, sizeof other, "%s.moved", s.db);
    assert_int_equal(rename(s.db, other), 0);
    assert_false(store_commit(s.store));
    assert_int_equal(rename(other, s.db), 0);
    assert_true(!forgotten(&s, "away") && seen(&s, "o", "gone"));
    assert_true(store_tidy(s.store, NOW + (DAYS + 2) * MS_DAY, KEEP) && store_commit(s.store));
    shelf_reopen(&s);
    assert_true(forgotten(&s, "away") && !seen(&s, "o", "gone"));
    shelf_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_forgotten_when_it_was_not_shown_for_so_long),
        cmocka_unit_test(it_is_forgotten_by_what_is_configured_now),
        cmocka_unit_test(a_feed_that_was_away_for_longer_is_told_from_one_that_was_not),
        cmocka_unit_test(a_clock_that_jumps_ahead_for_a_moment_makes_nothing_old),
        cmocka_unit_test(what_is_recorded_while_the_clock_is_back_is_not_old_afterwards),
        cmocka_unit_test(time_in_which_nothing_runs_makes_nothing_old),
        cmocka_unit_test(a_clock_that_always_jumps_brings_nothing_back_as_new),
        cmocka_unit_test(a_tidy_up_is_bounded_and_says_when_there_is_more),
        cmocka_unit_test(a_tidy_up_that_is_not_committed_has_not_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
