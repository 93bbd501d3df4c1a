/* The directives that delivery stands on: the outbox, dead letters, what is remembered, the control socket, brokers. */
#include "conf/told.h"

static void each_has_a_default(void **state)
{
    (void)state;
    struct parsing p;
    const struct conf *c = parse_good(&p, KAFKA OUTLET RULE);
    assert_true(c->outbox.max_size == 10ull << 30);
    assert_int_equal(c->outbox.when_full, CONF_FULL_STOP);
    assert_int_equal(c->outbox.window, 16 << 20);
    assert_true(c->remember == 60 * MS_DAY);
    assert_null(c->control.p);
    assert_null(c->kafka.dead_letter.p);
    parsing_free(&p);
}

static void each_is_read(void **state)
{
    (void)state;
    struct parsing p;
    const struct conf *c = parse_good(&p, "outbox { max_size 1m; when_full drop_oldest; window 64k; }\nremember 7d; control \"/run/n/control\";\n"
                                          "kafka { embedded; dead_letter news.dead-letters; }" OUTLET RULE);
    assert_true(c->outbox.max_size == 1 << 20);
    assert_int_equal(c->outbox.when_full, CONF_FULL_DROP_OLDEST);
    assert_int_equal(c->outbox.window, 64 << 10);
    assert_true(c->remember == 7 * MS_DAY);
    assert_sv(c->control, "/run/n/control");
    assert_sv(c->kafka.dead_letter, "news.dead-letters");
    parsing_free(&p);
}

static void off_is_no_path_and_no_topic(void **state)
{
    (void)state;
    struct parsing p;
    const struct conf *c = parse_good(&p, "control off; kafka { embedded; dead_letter off; }" OUTLET RULE);
    assert_true(c->control.p && c->control.n == 0);
    assert_null(c->kafka.dead_letter.p);
    parsing_free(&p);
    c = parse_good(&p, "kafka { embedded; dead_letter \"off\"; }" OUTLET RULE);
    assert_sv(c->kafka.dead_letter, "off");
    parsing_free(&p);
}

static const struct expectation limits[] = {
    {"outbox { max_size 1023k; when_full drop; window 63k; }\n"
     "remember 167h;",
     "c:1:19: error: the outbox needs room for some alerts: at least 1m\n"
     "     1 | outbox { max_size 1023k; when_full drop; window 63k; }\n"
     "       |                   ^~~~~\n"
     "c:1:36: error: 'drop' is not one of stop or drop_oldest; did you mean 'drop_oldest'?\n"
     "     1 | outbox { max_size 1023k; when_full drop; window 63k; }\n"
     "       |                                    ^~~~\n"
     "c:1:49: error: the window is what is in memory at a time: from 64k to 1g\n"
     "     1 | outbox { max_size 1023k; when_full drop; window 63k; }\n"
     "       |                                                 ^~~\n"
     "c:2:10: error: an item that is forgotten so soon can come back as new: at least 7d\n"
     "     2 | remember 167h;\n"
     "       |          ^~~~\n", false},
    {"outbox { window 1025m; }",
     "c:1:17: error: the window is what is in memory at a time: from 64k to 1g\n"
     "     1 | outbox { window 1025m; }\n"
     "       |                 ^~~~~\n", false},
    {"control \"control\";",
     "c:1:9: error: 'control': the path of a socket begins with /, as in \"/run/newswatchd/control\"; off goes without quotes\n"
     "     1 | control \"control\";\n"
     "       |         ^~~~~~~~~\n", false},
    {"max_size 3g;",
     "c:1:1: error: there is no 'max_size' at the top level: it belongs in poll\n"
     "     1 | max_size 3g;\n"
     "       | ^~~~~~~~\n", false},
};

static void what_is_out_of_bounds_is_told(void **state)
{
    (void)state;
    check_told(limits, sizeof limits / sizeof *limits);
}

static void the_path_of_a_socket_fits_its_address(void **state)
{
    (void)state;
    for (int n = 107; n <= 108; n++) {
        struct parsing p;
        char text[400];
        snprintf(text, sizeof text, "control \"/%0*d\";\n" KAFKA OUTLET RULE, n - 1, 0);
        parse_conf(&p, text);
        assert_true((p.conf != NULL) == (n == 107));
        if (n == 108)
            assert_told(&p, "the path of a socket has 107 bytes at most");
        parsing_free(&p);
    }
}

static const struct expectation dead_letters[] = {
    {"kafka { embedded; dead_letter news.ak; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { topic news.ak; match Alaska; }\n"
     "rule two { topic news.ak; match Hawaii; }",
     "c:1:31: error: 'news.ak' is a topic of alerts: dead letters need one of their own\n"
     "     1 | kafka { embedded; dead_letter news.ak; }\n"
     "       |                               ^~~~~~~\n"
     "c:3:17: note: alerts go to it from here\n"
     "     3 | rule ak { topic news.ak; match Alaska; }\n"
     "       |                 ^~~~~~~\n", true},
    {"kafka { embedded; topic t; dead_letter t; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }",
     "c:1:40: error: 't' is a topic of alerts: dead letters need one of their own\n"
     "     1 | kafka { embedded; topic t; dead_letter t; }\n"
     "       |                                        ^\n"
     "c:1:25: note: alerts go to it from here\n"
     "     1 | kafka { embedded; topic t; dead_letter t; }\n"
     "       |                         ^\n", true},
    {"kafka { embedded; dead_letter news.alerts; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }",
     "c:1:31: error: 'news.alerts' is a topic of alerts: dead letters need one of their own\n"
     "     1 | kafka { embedded; dead_letter news.alerts; }\n"
     "       |                               ^~~~~~~~~~~\n"
     "note: it is the topic of rules that name none\n", true},
};

static void dead_letters_among_alerts_are_told_with_both_places(void **state)
{
    (void)state;
    check_told(dead_letters, sizeof dead_letters / sizeof *dead_letters);
}

static void a_broker_is_told_where_it_stands_in_the_list(void **state)
{
    (void)state;
    static const struct {
        const char *brokers, *told, *caret; /* what the caret stands under */
    } cases[] = {
        {"a:9092, b:909x,c", "'909x': a broker's port is a number from 1 to 65535, as in kafka1:9092", "909x"},
        {"a:65536", "'65536': a broker's port", "65536"},
        {"a:0", "'0': a broker's port", "0"},
        {"a:+5", "'+5': a broker's port", "+5"},
        {"a:", "'': a broker's port", ""},
        {"x,a:9092;b:9092", "several brokers stand with commas between", "a:9092;b:9092"},
        {"x,a:9092 b:9092", "several brokers stand with commas between", "a:9092 b:9092"},
        {"x,::1:9092", "an address with colons stands in brackets", "::1:9092"},
        {"x,[::1:9092", "an address with colons stands in brackets", "[::1:9092"},
        {"x,[::1]9092", "an address with colons stands in brackets", "[::1]9092"},
        {"http://a:9092", "'http': a broker is HOST:PORT", "http"},
        {"x,:9092", "':9092': a broker is HOST:PORT", ":9092"},
        {"x,a:9092/b", "a broker's port", "9092/b"},
        {"x,a/b", "a broker is HOST:PORT", "a/b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsing p;
        struct buf text = {0};
        buf_printf(&text, "kafka { brokers \"%s\"; }\n" OUTLET RULE, cases[i].brokers);
        parse_bytes(&p, buf_view(&text));
        assert_told(&p, cases[i].told);
        assert_int_equal(p.diags.count, 1);
        struct span where = p.diags.list[0].where;
        char at[100];
        snprintf(at, sizeof at, "%.*s", (int)(where.end - where.start), where.source->text.p + where.start);
        assert_string_equal(at, cases[i].caret);
        parsing_free(&p);
        buf_free(&text);
    }
}

static void brokers_as_librdkafka_takes_them_are_taken(void **state)
{
    (void)state;
    static const char *const lists[] = {"a", "a:1", "a:65535 , b", ",a,,b,", "[::1]:9092", "[::1]", "SASL_SSL://a:9093", "10.0.0.1:9092,[2001:db8::1]:9092"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct parsing p;
        char text[200];
        snprintf(text, sizeof text, "kafka { brokers \"%s\"; }\n" OUTLET RULE, lists[i]);
        assert_sv(parse_good(&p, text)->kafka.brokers, lists[i]);
        parsing_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_a_default),
        cmocka_unit_test(each_is_read),
        cmocka_unit_test(off_is_no_path_and_no_topic),
        cmocka_unit_test(what_is_out_of_bounds_is_told),
        cmocka_unit_test(the_path_of_a_socket_fits_its_address),
        cmocka_unit_test(dead_letters_among_alerts_are_told_with_both_places),
        cmocka_unit_test(a_broker_is_told_where_it_stands_in_the_list),
        cmocka_unit_test(brokers_as_librdkafka_takes_them_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
