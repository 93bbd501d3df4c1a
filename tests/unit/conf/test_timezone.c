/* The time zone of an outlet's dates: names, offsets, what is inherited, what is told. */
#include "conf/told.h"

#define TAIL "outlet b { feed \"http://b.example/\"; }\n" KAFKA RULE
/* A file of the tz database with one offset alone: seconds east in four bytes, and the name. */
#define ZONE(east, name) \
    SV("TZif\0" "0123456789abcde" "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\1" "\0\0\0\4" east "\0\0" name "\0")

static const struct memory_file zones[] = {
    {"c", SV(""), NULL},
    {"/usr/share/zoneinfo/Europe/Moscow", ZONE("\0\0\x2A\x30", "MSK"), NULL},
    {"/usr/share/zoneinfo/Asia/Kolkata", ZONE("\0\0\x4D\x58", "IST"), NULL},
    {"/usr/share/zoneinfo/America/New_York", ZONE("\xFF\xFF\xB9\xB0", "EST"), NULL},
    {"/usr/share/zoneinfo/Asia/Broken", SV("TZif"), NULL},
    {"/usr/share/zoneinfo/UCT", ZONE("\0\0\0\0", "UTC"), NULL},
    {"/usr/share/zoneinfo/right/Moscow", ZONE("\0\0\0\0", "UTC"), NULL},
    {"/usr/share/zoneinfo/tzdata.zi", SV("text"), NULL},
};
#define ZONES (sizeof zones / sizeof *zones)

static void parse_with_zones(struct parsing *p, const char *text)
{
    struct memory_file files[ZONES];
    memcpy(files, zones, sizeof files);
    files[0].text = sv_of(text);
    parse_files(p, files, ZONES);
}

static int64_t east_of(const struct conf_feed *feed)
{
    return -zone_utc(feed->zone, 0);
}

static void without_one_dates_are_utc(void **state)
{
    (void)state;
    struct parsing p;
    parse_with_zones(&p, KAFKA OUTLET RULE);
    assert_null(p.conf->feeds[0].zone);
    assert_null(p.conf->feeds[0].timezone.p);
    parsing_free(&p);
}

static void a_name_is_read_from_its_file(void **state)
{
    (void)state;
    struct parsing p;
    parse_with_zones(&p, "outlet a { feed \"http://a.example/\"; timezone \"Europe/Moscow\"; feed x \"http://a.example/x\"; }" TAIL);
    assert_string_equal(p.told.p, "");
    assert_int_equal(east_of(&p.conf->feeds[0]), 3 * MS_HOUR); /* given behind the feed, and for it all the same */
    assert_int_equal(east_of(&p.conf->feeds[1]), 3 * MS_HOUR);
    assert_null(p.conf->feeds[2].zone);
    assert_ptr_equal(p.conf->feeds[0].zone, p.conf->feeds[1].zone);
    parsing_free(&p);
}

static void the_feeds_own_wins(void **state)
{
    (void)state;
    struct parsing p;
    parse_with_zones(&p, "outlet a { timezone Asia/Kolkata; feed \"http://a.example/\" { timezone \"America/New_York\"; }\n"
                         "  feed x \"http://a.example/x\"; feed u \"http://a.example/u\" { timezone UTC; } }" TAIL);
    assert_string_equal(p.told.p, "");
    assert_int_equal(east_of(&p.conf->feeds[0]), -5 * MS_HOUR);
    assert_int_equal(east_of(&p.conf->feeds[1]), 5 * MS_HOUR + 30 * MS_MINUTE);
    assert_int_equal(east_of(&p.conf->feeds[2]), 0);
    parsing_free(&p);
}

static void an_offset_needs_no_file(void **state)
{
    (void)state;
    static const struct { const char *text; int64_t minutes; } cases[] = {
        {"+03:00", 180}, {"-05:30", -330}, {"+0545", 345}, {"+3", 180}, {"-11", -660}, {"+14:00", 840}, {"+00:00", 0}, {"utc", 0}, {"GMT", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        struct parsing p;
        snprintf(text, sizeof text, "outlet a { timezone \"%s\"; feed \"http://a.example/\"; }" TAIL, cases[i].text);
        parse_with_zones(&p, text);
        assert_string_equal(p.told.p, "");
        assert_int_equal(east_of(&p.conf->feeds[0]), cases[i].minutes * MS_MINUTE);
        parsing_free(&p);
    }
}

static void it_is_printed_where_it_differs(void **state)
{
    (void)state;
    struct parsing p, q;
    struct buf out = {0}, again = {0};
    parse_with_zones(&p, "outlet a { timezone Europe/Moscow; feed \"http://a.example/\"; feed x \"http://a.example/x\" { timezone +01:00; } }" TAIL);
    conf_print(p.conf, &out);
    assert_non_null(strstr(buf_cstr(&out), "\n    timezone \"Europe/Moscow\";\n"));
    assert_non_null(strstr(out.p, " timezone \"+01:00\"; }"));
    assert_null(strstr(strstr(out.p, "\"+01:00\"") + 1, "timezone"));
    parse_with_zones(&q, out.p);
    conf_print(q.conf, &again);
    assert_string_equal(out.p, buf_cstr(&again));
    assert_int_equal(east_of(&q.conf->feeds[0]), 3 * MS_HOUR);
    assert_int_equal(east_of(&q.conf->feeds[1]), MS_HOUR);
    buf_free(&out);
    buf_free(&again);
    parsing_free(&p);
    parsing_free(&q);
}

static void what_is_no_zone_is_told_with_what_was_meant(void **state)
{
    (void)state;
    static const struct { const char *zone, *told; } cases[] = {
        {"Moscow", "there is no time zone 'Moscow'; did you mean \"Europe/Moscow\"?"},
        {"europe/moscow", "there is no time zone 'europe/moscow'; did you mean \"Europe/Moscow\"?"},
        {"America/New York", "there is no time zone 'America/New York'; did you mean \"America/New_York\"?"},
        {"Asia/Kolkatta", "there is no time zone 'Asia/Kolkatta'; did you mean \"Asia/Kolkata\"?"},
        {"Mars/Tharsis", "there is no time zone 'Mars/Tharsis' in /usr/share/zoneinfo: a name is such as"},
        {"Asia/Broken", "/usr/share/zoneinfo/Asia/Broken: it is no time zone (a TZif file)"},
        {"UTC+3", "'UTC+3': an offset stands alone, as in \"+03:00\""},
        {"+15:00", "'+15:00': a time zone is a name such as"}, {"+3:5", "'+3:5': a time zone"}, {"+03:60", "'+03:60': a time zone"},
        {"../../../etc/passwd", "'../../../etc/passwd': a time zone is a name such as"}, {"/etc/passwd", "'/etc/passwd': a time zone"},
        {"Europe/../Moscow", "'Europe/../Moscow': a time zone"}, {"Europe//Moscow", "'Europe//Moscow': a time zone"}, {"Europe/", "'Europe/': a time zone"},
        {"tzdata.zi", "'tzdata.zi': a time zone"}, {"", "'': a time zone"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        struct parsing p;
        snprintf(text, sizeof text, "outlet a { timezone \"%s\"; feed \"http://a.example/\"; }" TAIL, cases[i].zone);
        parse_with_zones(&p, text);
        assert_null(p.conf);
        assert_int_equal(p.diags.errors, 1);
        assert_told(&p, cases[i].told);
        parsing_free(&p);
    }
}

static void a_machine_without_zones_is_told_of(void **state)
{
    (void)state;
    struct parsing p;
    parse_conf(&p, "outlet a { timezone \"Europe/Moscow\"; feed \"http://a.example/\"; }" TAIL);
    assert_told(&p, "c:1:21: error: 'Europe/Moscow': there are no time zones in /usr/share/zoneinfo: install tzdata, or write an offset");
    parsing_free(&p);
}

static void it_does_not_belong_in_poll(void **state)
{
    (void)state;
    struct parsing p;
    parse_with_zones(&p, "poll { timezone UTC; }" TAIL);
    assert_told(&p, "there is no 'timezone' in poll: it belongs in an outlet");
    parsing_free(&p);
    parse_with_zones(&p, "outlet a { timezone UTC; timezone GMT; feed \"http://a.example/\"; }" TAIL);
    assert_told(&p, "'timezone' is given a second time");
    parsing_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_one_dates_are_utc),
        cmocka_unit_test(a_name_is_read_from_its_file),
        cmocka_unit_test(the_feeds_own_wins),
        cmocka_unit_test(an_offset_needs_no_file),
        cmocka_unit_test(it_is_printed_where_it_differs),
        cmocka_unit_test(what_is_no_zone_is_told_with_what_was_meant),
        cmocka_unit_test(a_machine_without_zones_is_told_of),
        cmocka_unit_test(it_does_not_belong_in_poll),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
