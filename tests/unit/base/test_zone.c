/* Local times to UTC: files that the tests make, rules, and the system's own zones held against the C library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/zone.h"

/* ---- Files ---- */

struct type {
    int32_t east;
    bool summer;
    unsigned char name; /* where it begins among the letters */
};

struct making {
    int64_t times[8];
    unsigned char kinds[8];
    struct type types[4];
    const char *letters; /* names with a NUL behind each; one more ends them */
    const char *footer;  /* NULL: none at all */
    size_t time_count, type_count, letter_count, leap_count;
    char version;
};

static void put(struct buf *out, int64_t value, size_t bytes)
{
    for (size_t i = bytes; i-- > 0;)
        buf_byte(out, (char)((uint64_t)value >> 8 * i));
}

static void put_block(struct buf *out, const struct making *m, size_t time_size)
{
    const size_t counts[] = {0, 0, m->leap_count, m->time_count, m->type_count, m->letter_count};
    buf_str(out, "TZif");
    buf_byte(out, m->version);
    buf_append(out, (char[15]){0}, 15);
    for (size_t i = 0; i < 6; i++)
        put(out, (int64_t)counts[i], 4);
    for (size_t i = 0; i < m->time_count; i++)
        put(out, m->times[i], time_size);
    buf_append(out, m->kinds, m->time_count);
    for (size_t i = 0; i < m->type_count; i++) {
        put(out, m->types[i].east, 4);
        put(out, m->types[i].summer, 1);
        put(out, m->types[i].name, 1);
    }
    buf_append(out, m->letters, m->letter_count);
    for (size_t i = 0; i < m->leap_count; i++)
        put(out, 78796800, time_size), put(out, 1, 4);
}

static struct buf make(const struct making *m)
{
    struct buf out = {0};
    put_block(&out, m, 4);
    if (m->version >= '2') {
        put_block(&out, m, 8);
        if (m->footer)
            buf_printf(&out, "\n%s\n", m->footer);
    }
    return out;
}

/* "Port": standard time +1 and summer time +2, in 2020 by changes, from 2021 on by a rule. */
static const struct making port = {
    .times = {-2000000000, 1585443600, 1603587600}, /* in 1906, 2020-03-29T01:00Z, 2020-10-25T01:00Z */
    .kinds = {1, 2, 1},
    .types = {{3000, false, 0}, {3600, false, 4}, {7200, true, 8}},
    .letters = "LMT\0PST\0PDT",
    .footer = "PST-1PDT,M3.5.0,M10.5.0/3",
    .time_count = 3, .type_count = 3, .letter_count = 12, .version = '2',
};

static const struct zone *read_zone(struct arena *a, const struct making *m)
{
    struct buf file = make(m);
    const char *wrong = "";
    const struct zone *z = zone_parse(a, buf_view(&file), &wrong);
    assert_true((z == NULL) == (wrong != NULL));
    buf_free(&file);
    return z;
}

/* ---- Times ---- */

static int64_t at(const char *text)
{
    int year, month, day, hour, minute;
    assert_int_equal(sscanf(text, "%d-%d-%d %d:%d", &year, &month, &day, &hour, &minute), 5);
    return days_from_civil(year, (unsigned)month, (unsigned)day) * MS_DAY + hour * MS_HOUR + minute * MS_MINUTE;
}

struct row {
    const char *local, *utc;
};

static void check(const struct zone *z, const struct row *rows, size_t count)
{
    assert_non_null(z);
    for (size_t i = 0; i < count; i++) {
        char got[TIME_TEXT], wanted[TIME_TEXT];
        time_rfc3339(zone_utc(z, at(rows[i].local)), got);
        time_rfc3339(at(rows[i].utc), wanted);
        if (strcmp(got, wanted) != 0)
            fail_msg("%s: %s instead of %s", rows[i].local, got, wanted);
    }
}
#define CHECK(zone, rows) check(zone, rows, sizeof rows / sizeof *rows)

static void a_time_is_of_the_offset_that_holds_then(void **state)
{
    (void)state;
    struct arena a = {0};
    static const struct row rows[] = {
        {"1899-06-01 12:00", "1899-06-01 11:10"}, {"1999-06-01 12:00", "1999-06-01 11:00"}, {"2020-03-01 12:00", "2020-03-01 11:00"},
        {"2020-06-01 12:00", "2020-06-01 10:00"}, {"2020-12-01 12:00", "2020-12-01 11:00"}, {"2021-07-01 12:00", "2021-07-01 10:00"},
        {"2025-11-05 09:01", "2025-11-05 08:01"}, {"2500-07-01 12:00", "2500-07-01 10:00"},
    };
    CHECK(read_zone(&a, &port), rows);
    arena_free(&a);
}

static void around_a_change_the_offset_from_before_counts(void **state)
{
    (void)state;
    struct arena a = {0};
    static const struct row rows[] = {
        /* by the list */
        {"2020-03-29 01:59", "2020-03-29 00:59"}, {"2020-03-29 02:00", "2020-03-29 01:00"}, {"2020-03-29 02:59", "2020-03-29 01:59"},
        {"2020-03-29 03:00", "2020-03-29 01:00"}, {"2020-10-25 01:59", "2020-10-24 23:59"}, {"2020-10-25 02:00", "2020-10-25 00:00"},
        {"2020-10-25 02:59", "2020-10-25 00:59"}, {"2020-10-25 03:00", "2020-10-25 02:00"},
        /* by the rule */
        {"2025-03-30 01:59", "2025-03-30 00:59"}, {"2025-03-30 02:30", "2025-03-30 01:30"}, {"2025-03-30 03:00", "2025-03-30 01:00"},
        {"2025-10-26 02:59", "2025-10-26 00:59"}, {"2025-10-26 03:00", "2025-10-26 02:00"},
    };
    CHECK(read_zone(&a, &port), rows);
    arena_free(&a);
}

static void without_a_footer_the_last_offset_stays(void **state)
{
    (void)state;
    struct arena a = {0};
    struct making m = port;
    static const struct row rows[] = {{"2020-06-01 12:00", "2020-06-01 10:00"}, {"2025-07-01 12:00", "2025-07-01 11:00"}};
    m.footer = "";
    CHECK(read_zone(&a, &m), rows);
    m.version = 0; /* the first version has times of 32 bits and nothing behind them */
    CHECK(read_zone(&a, &m), rows);
    arena_free(&a);
}

static void rules_are_those_of_posix(void **state)
{
    (void)state;
    struct arena a = {0};
    static const struct row fixed[] = {{"2025-07-01 12:00", "2025-07-01 09:00"}};
    static const struct row new_york[] = {{"2025-03-09 01:59", "2025-03-09 06:59"}, {"2025-03-09 03:00", "2025-03-09 07:00"},
                                          {"2025-11-02 01:59", "2025-11-02 05:59"}, {"2025-11-02 02:00", "2025-11-02 07:00"}};
    static const struct row sydney[] = {{"2025-01-01 00:00", "2024-12-31 13:00"}, {"2025-04-06 02:59", "2025-04-05 15:59"},
                                        {"2025-04-06 03:00", "2025-04-05 17:00"}, {"2025-10-05 03:00", "2025-10-04 16:00"}};
    static const struct row dublin[] = {{"2025-01-15 12:00", "2025-01-15 12:00"}, {"2025-03-30 00:59", "2025-03-30 00:59"},
                                          {"2025-03-30 01:30", "2025-03-30 01:30"},
                                        {"2025-03-30 02:00", "2025-03-30 01:00"}, {"2025-10-26 01:59", "2025-10-26 00:59"},
                                        {"2025-10-26 02:00", "2025-10-26 02:00"}};
    static const struct row half[] = {{"2025-02-28 12:00", "2025-02-28 08:30"}, {"2025-03-01 12:00", "2025-03-01 07:30"},
                                      {"2024-02-29 12:00", "2024-02-29 08:30"}, {"2024-03-01 12:00", "2024-03-01 07:30"},
                                      {"2025-12-31 12:00", "2025-12-31 08:30"}};
    static const struct row godthab[] = {{"2025-03-29 21:59", "2025-03-29 23:59"}, {"2025-03-30 00:00", "2025-03-30 01:00"}};
    CHECK(zone_posix(&a, SV("<+03>-3")), fixed);
    CHECK(zone_posix(&a, SV("EST5EDT,M3.2.0,M11.1.0")), new_york);
    CHECK(zone_posix(&a, SV("AEST-10AEDT,M10.1.0,M4.1.0/3")), sydney);
    CHECK(zone_posix(&a, SV("IST-1GMT0,M10.5.0,M3.5.0/1")), dublin); /* winter is what deviates */
    CHECK(zone_posix(&a, SV("XXX-3:30YYY,J60/0,364/0")), half);
    CHECK(zone_posix(&a, SV("<-02>2<-01>,M3.5.0/-1,M10.5.0/0")), godthab);
    arena_free(&a);
}

static void what_is_no_rule_is_refused(void **state)
{
    (void)state;
    struct arena a = {0};
    static const char *const cases[] = {"", "X3", "UTC", "EST5EDT", "EST25", "EST5EDT,M13.1.0,M11.1.0", "EST5EDT,M3.0.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0",
                                        "EST5EDT,J0,J365", "EST5EDT,M3.2.0", "EST5EDT,M3.2.0,M11.1.0,", "<+03-3", "EST5:60", "EST5EDT,366,1", "EST5EDT,M3.2.0/168,1"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (zone_posix(&a, sv_of(cases[i])))
            fail_msg("read: %s", cases[i]);
    arena_free(&a);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    struct arena a = {0};
    struct making m;
    struct buf whole = make(&port);
    const char *wrong;
    for (size_t n = 0; n < whole.n; n++) {
        char *cut = malloc(n ? n : 1); /* of its exact size, so that ASan sees a byte too many */
        memcpy(cut, whole.p, n);
        assert_null(zone_parse(&a, (struct sv){cut, n}, &wrong));
        free(cut);
    }
    assert_non_null(zone_parse(&a, buf_view(&whole), &wrong));
    buf_free(&whole);
    m = port, m.type_count = 0, m.time_count = 0;
    assert_null(read_zone(&a, &m));
    m = port, m.kinds[1] = 3; /* of no type */
    assert_null(read_zone(&a, &m));
    m = port, m.times[2] = m.times[1];
    assert_null(read_zone(&a, &m));
    m = port, m.types[1].name = 12;
    assert_null(read_zone(&a, &m));
    m = port, m.types[1].east = 26 * 3600;
    assert_null(read_zone(&a, &m));
    m = port, m.footer = "nonsense";
    assert_null(read_zone(&a, &m));
    m = port, m.leap_count = 1;
    assert_null(read_zone(&a, &m));
    struct buf file = make(&m);
    zone_parse(&a, buf_view(&file), &wrong);
    assert_string_equal(wrong, "its clock counts leap seconds");
    buf_free(&file);
    arena_free(&a);
}

static void a_zone_knows_its_abbreviations(void **state)
{
    (void)state;
    struct arena a = {0};
    struct making m = port;
    int64_t east = 0;
    const struct zone *z = read_zone(&a, &m);
    assert_true(zone_abbreviation(z, SV("pst"), &east));
    assert_int_equal(east, MS_HOUR);
    assert_true(zone_abbreviation(z, SV("PDT"), &east));
    assert_int_equal(east, 2 * MS_HOUR);
    assert_true(zone_abbreviation(z, SV("LMT"), &east));
    assert_false(zone_abbreviation(z, SV("CET"), &east));
    assert_false(zone_abbreviation(NULL, SV("CET"), &east));
    m.letters = "PST\0PST\0PDT", m.footer = ""; /* a name that once meant something else */
    assert_true(zone_abbreviation(read_zone(&a, &m), SV("PST"), &east));
    assert_int_equal(east, MS_HOUR);
    arena_free(&a);
}

static void a_copy_lives_by_itself(void **state)
{
    (void)state;
    struct arena a = {0}, b = {0};
    int64_t east = 0;
    const struct zone *copy = zone_copy(&b, read_zone(&a, &port));
    static const struct row rows[] = {{"1899-06-01 12:00", "1899-06-01 11:10"}, {"2020-06-01 12:00", "2020-06-01 10:00"}, {"2025-11-05 09:01", "2025-11-05 08:01"}};
    arena_free(&a);
    CHECK(copy, rows);
    assert_true(zone_abbreviation(copy, SV("PDT"), &east));
    assert_int_equal(east, 2 * MS_HOUR);
    assert_null(zone_copy(&b, NULL));
    assert_int_equal(zone_utc(zone_copy(&b, zone_fixed(&b, MS_HOUR)), 0), -MS_HOUR);
    arena_free(&b);
}

static void times_far_away_do_no_harm(void **state)
{
    (void)state;
    struct arena a = {0};
    struct making m = port;
    m.times[0] = INT64_MIN, m.times[2] = INT64_MAX;
    const struct zone *z = read_zone(&a, &m);
    assert_non_null(z);
    assert_int_equal(zone_utc(z, 0), -MS_HOUR);
    assert_int_equal(zone_utc(NULL, 5), 5);
    assert_int_equal(zone_utc(zone_fixed(&a, -5 * MS_HOUR), 0), 5 * MS_HOUR);
    arena_free(&a);
}

/* ---- The system's zones ---- */

static int64_t local_of(int64_t seconds)
{
    struct tm t;
    time_t time = (time_t)seconds;
    localtime_r(&time, &t);
    return (int64_t)timegm(&t);
}

/* Every hour or so: UTC to local by the C library and back by ours. Where a local time comes twice, the first is ours. */
static void check_system_zone(const char *name)
{
    struct arena a = {0};
    struct buf file = {0};
    char path[200], piece[65536];
    const char *wrong;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    FILE *f = fopen(path, "rb");
    if (!f)
        return; /* not installed */
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_append(&file, piece, n);
    fclose(f);
    const struct zone *z = zone_parse(&a, buf_view(&file), &wrong);
    if (!z)
        fail_msg("%s: %s", name, wrong);
    setenv("TZ", name, 1);
    tzset();
    for (int64_t utc = 315532800; utc < 2524608000; utc += 5407) { /* 1980 to 2050 */
        int64_t local = local_of(utc), ours = zone_utc(z, local * MS_SECOND) / MS_SECOND;
        if (ours != utc && (ours > utc || local_of(ours) != local))
            fail_msg("%s: %lld is %lld, not %lld", name, (long long)local, (long long)ours, (long long)utc);
    }
    unsetenv("TZ");
    tzset();
    buf_free(&file);
    arena_free(&a);
}

static void the_systems_zones_are_read_as_the_c_library_reads_them(void **state)
{
    (void)state;
    static const char *const names[] = {"UTC", "Europe/Moscow", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Gaza",
                                        "Africa/Casablanca", "Australia/Lord_Howe", "America/Nuuk", "Pacific/Apia", "Antarctica/Troll"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_system_zone(names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_of_the_offset_that_holds_then),
        cmocka_unit_test(around_a_change_the_offset_from_before_counts),
        cmocka_unit_test(without_a_footer_the_last_offset_stays),
        cmocka_unit_test(rules_are_those_of_posix),
        cmocka_unit_test(what_is_no_rule_is_refused),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(a_zone_knows_its_abbreviations),
        cmocka_unit_test(a_copy_lives_by_itself),
        cmocka_unit_test(times_far_away_do_no_harm),
        cmocka_unit_test(the_systems_zones_are_read_as_the_c_library_reads_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
