/* What each directive means, what is inherited, what holds when nothing is said. */
#include "conf/parsing.h"

static void everything_has_a_default(void **state)
{
    (void)state;
    struct parsing p;
    const struct conf *c = parse_good(&p, KAFKA OUTLET RULE);
    assert_sv(c->instance, "host");
    assert_null(c->state.p);
    assert_int_equal(c->text_limit, 256 << 10);
    assert_int_equal(c->transfers, 64);
    assert_int_equal(c->kafka.sink, CONF_SINK_EMBEDDED);
    assert_sv(c->kafka.topic, "news.alerts");
    assert_int_equal(c->kafka.key, CONF_KEY_OUTLET);
    assert_int_equal(c->kafka.format, CONF_FORMAT_BINARY);
    assert_int_equal(c->kafka.drain, 10 * MS_SECOND);
    assert_sv(c->outlets[0].name, "bbc");
    assert_null(c->outlets[0].country.p);
    assert_null(c->outlets[0].language.p);
    const struct conf_polling *v = &c->feeds[0].polling;
    assert_int_equal(v->interval, 10 * MS_MINUTE);
    assert_int_equal(v->min_interval, 2 * MS_MINUTE);
    assert_int_equal(v->max_interval, 6 * MS_HOUR);
    assert_int_equal(v->timeout, MS_MINUTE);
    assert_int_equal(v->connect_timeout, 15 * MS_SECOND);
    assert_int_equal(v->max_size, 64 << 20);
    assert_int_equal(v->max_items, 50000);
    assert_int_equal(v->max_depth, 250);
    assert_int_equal(v->max_text, 4 << 20);
    assert_int_equal(v->max_attributes, 250);
    assert_false(v->updates || c->updates);
    assert_int_equal(c->rules[0].updates, RULE_UPDATES_OF_FEED);
    assert_int_equal(v->backlog, MS_DAY);
    assert_null(v->user_agent.p);
    parsing_free(&p);
}

static void each_directive_is_read(void **state)
{
    (void)state;
    struct parsing p;
    const struct conf *c = parse_good(&p,
        "instance desk-1; state \"/var/lib/n\"; text_limit 64k; backlog 3d;\n"
        "kafka { brokers \"a:9092,b:9092\"; topic news.x; key item; format structured; drain 3s; option linger.ms 5;\n"
        "        option client.id \"two words\"; }\n"
        "poll { interval 7m; min_interval 1m; max_interval 1w; timeout 30s; connect_timeout 500ms; max_size 2m; user_agent \"me \\\"1\\\"\";\n"
        "       transfers 8; max_items 7; max_depth 8; max_text 9k; max_attributes 10; updates on; }\n"
        "outlet bbc { name \"The BBC\"; country gb; language en; feed \"https://bbc.example/rss\"; }\n"
        "list ak = Alaska | Аляск*;\n"
        "rule r { title \"A title\"; topic news.ak; labels arctic \"two words\"; lang en ru; outlets bbc; updates on; match $ak;\n"
        "         score { +5 title:Alaska; -2 Hawaii; } threshold 3; }\n");
    assert_sv(c->instance, "desk-1");
    assert_sv(c->state, "/var/lib/n");
    assert_int_equal(c->text_limit, 64 << 10);
    assert_int_equal(c->transfers, 8);
    assert_int_equal(c->kafka.sink, CONF_SINK_BROKERS);
    assert_sv(c->kafka.brokers, "a:9092,b:9092");
    assert_sv(c->kafka.topic, "news.x");
    assert_int_equal(c->kafka.key, CONF_KEY_ITEM);
    assert_int_equal(c->kafka.format, CONF_FORMAT_STRUCTURED);
    assert_int_equal(c->kafka.drain, 3000);
    assert_int_equal(c->kafka.option_count, 2);
    assert_sv(c->kafka.options[0].name, "linger.ms");
    assert_sv(c->kafka.options[0].value, "5");
    assert_sv(c->kafka.options[1].value, "two words");
    const struct conf_polling *v = &c->feeds[0].polling;
    assert_int_equal(v->interval, 7 * MS_MINUTE);
    assert_int_equal(v->min_interval, MS_MINUTE);
    assert_int_equal(v->max_interval, 7 * MS_DAY);
    assert_int_equal(v->timeout, 30000);
    assert_int_equal(v->connect_timeout, 500);
    assert_int_equal(v->max_size, 2 << 20);
    assert_int_equal(v->max_items, 7);
    assert_int_equal(v->max_depth, 8);
    assert_int_equal(v->max_text, 9 << 10);
    assert_int_equal(v->max_attributes, 10);
    assert_true(v->updates && c->updates);
    assert_int_equal(c->rules[0].updates, RULE_UPDATES_ON);
    assert_int_equal(v->backlog, 3 * MS_DAY);
    assert_sv(v->user_agent, "me \"1\"");
    assert_sv(c->outlets[0].name, "The BBC");
    assert_sv(c->outlets[0].country, "GB");
    assert_sv(c->outlets[0].language, "en");
    const struct rule *r = &c->rules[0];
    assert_sv(r->id, "r");
    assert_sv(r->title, "A title");
    assert_sv(r->topic, "news.ak");
    assert_int_equal(r->label_count, 2);
    assert_sv(r->labels[1], "two words");
    assert_int_equal(r->lang_count, 2);
    assert_sv(r->langs[1], "ru");
    assert_int_equal(r->outlet_count, 1);
    assert_sv(r->outlets[0], "bbc");
    assert_ptr_equal(r->match->list, &c->lists[0]);
    assert_int_equal(r->clause_count, 2);
    assert_int_equal(r->clauses[0].score, 5);
    assert_int_equal(r->clauses[1].score, -2);
    assert_int_equal(r->threshold, 3);
    parsing_free(&p);
}

static void a_sink_may_be_a_file(void **state)
{
    (void)state;
    struct parsing p;
    const struct conf *c = parse_good(&p, "kafka { file \"-\"; key feed; }\n" OUTLET RULE);
    assert_int_equal(c->kafka.sink, CONF_SINK_FILE);
    assert_sv(c->kafka.file, "-");
    assert_int_equal(c->kafka.key, CONF_KEY_FEED);
    parsing_free(&p);
}

static void a_duration_takes_each_unit(void **state)
{
    (void)state;
    static const struct { const char *text; int64_t ms; } cases[] = {
        {"0ms", 0}, {"1ms", 1}, {"1s", 1000}, {"1m", 60000}, {"1h", 3600000}, {"1d", 86400000}, {"1w", 604800000}, {"0010m", 600000},
        {"36500d", 36500 * MS_DAY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        struct parsing p;
        snprintf(text, sizeof text, "backlog %s;" KAFKA OUTLET RULE, cases[i].text);
        assert_int_equal(parse_good(&p, text)->feeds[0].polling.backlog, cases[i].ms);
        parsing_free(&p);
    }
}

static void a_size_takes_each_unit(void **state)
{
    (void)state;
    static const struct { const char *text; uint64_t bytes; } cases[] = {
        {"1", 1}, {"1000", 1000}, {"1k", 1024}, {"3m", 3 << 20}, {"1g", 1 << 30}, {"1024g", 1ull << 40},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        struct parsing p;
        snprintf(text, sizeof text, "text_limit %s;" KAFKA OUTLET RULE, cases[i].text);
        assert_int_equal(parse_good(&p, text)->text_limit, cases[i].bytes);
        parsing_free(&p);
    }
}

static void what_is_out_of_range_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "backlog 99999999999999999999999w;", "backlog 36601d;", "backlog 9223372036854775807ms;", "backlog -1s;", "backlog 1.5h;", "backlog m;",
        "text_limit 0;", "text_limit 1025g;", "text_limit 18446744073709551617;", "poll { transfers 0; }", "poll { transfers 10001; }",
        "poll { transfers 18446744073709551617; }", "poll { interval 0s; }", "poll { timeout 0ms; }",
        "rule x { score { +1000001 a; } threshold 1; }", "rule x { score { +1 a; } threshold 99999999999999999999; }",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        struct parsing p;
        snprintf(text, sizeof text, KAFKA OUTLET RULE "%s", cases[i]);
        parse_conf(&p, text);
        if (p.conf || p.diags.errors != 1)
            fail_msg("%s: %zu errors: %s", cases[i], p.diags.errors, p.told.p);
        parsing_free(&p);
    }
}

static void the_nearest_setting_wins(void **state)
{
    (void)state;
    struct parsing p;
    const struct conf *c = parse_good(&p, KAFKA RULE
        "poll { interval 20m; timeout 10s; max_size 1m; user_agent \"all\"; max_items 100; max_text 1k; max_attributes 5; }\n"
        "outlet a { interval 30m; connect_timeout 1s; max_items 50; updates on; max_depth 9;\n"
        "    feed \"http://a.example/1\" { interval 40m; max_size 2m; updates off; max_text 2k; max_attributes 6; max_items 25; max_depth 8; }\n"
        "    feed two \"http://a.example/2\" { user_agent \"own\"; }\n"
        "    backlog 1h; }\n"
        "outlet b { feed \"http://b.example/\"; }\n");
    const struct conf_feed *f = c->feeds;
    assert_sv(f[0].id, "a");
    assert_sv(f[1].id, "a.two");
    assert_int_equal(f[0].polling.interval, 40 * MS_MINUTE);
    assert_int_equal(f[1].polling.interval, 30 * MS_MINUTE);
    assert_int_equal(f[2].polling.interval, 20 * MS_MINUTE);
    assert_int_equal(f[0].polling.max_size, 2 << 20);
    assert_int_equal(f[1].polling.max_size, 1 << 20);
    assert_true(!f[0].polling.updates && f[1].polling.updates && !f[2].polling.updates);
    assert_true(f[0].polling.max_items == 25 && f[1].polling.max_items == 50 && f[2].polling.max_items == 100);
    assert_true(f[0].polling.max_text == 2048 && f[1].polling.max_text == 1024);
    assert_true(f[0].polling.max_depth == 8 && f[1].polling.max_depth == 9 && f[2].polling.max_depth == 250);
    assert_true(f[0].polling.max_attributes == 6 && f[1].polling.max_attributes == 5);
    assert_int_equal(f[0].polling.connect_timeout, 1000);
    assert_int_equal(f[2].polling.connect_timeout, 15000);
    assert_int_equal(f[0].polling.timeout, 10000);
    assert_int_equal(f[0].polling.backlog, MS_HOUR); /* given behind the feed, and for it all the same */
    assert_int_equal(f[2].polling.backlog, MS_DAY);
    assert_sv(f[0].polling.user_agent, "all");
    assert_sv(f[1].polling.user_agent, "own");
    assert_ptr_equal(f[1].outlet, &c->outlets[0]);
    parsing_free(&p);
}

static void a_bound_that_nobody_gave_makes_room(void **state)
{
    (void)state;
    struct parsing p;
    const struct conf *c = parse_good(&p, KAFKA RULE
        "outlet a { feed \"http://a.example/1\" { interval 30s; } feed b \"http://a.example/2\" { interval 2d; }\n"
        "           feed c \"http://a.example/3\" { min_interval 12h; } feed d \"http://a.example/4\" { max_interval 1m; } }\n");
    assert_int_equal(c->feeds[0].polling.min_interval, 30000);
    assert_int_equal(c->feeds[1].polling.max_interval, 2 * MS_DAY);
    assert_int_equal(c->feeds[2].polling.interval, 12 * MS_HOUR);
    assert_int_equal(c->feeds[2].polling.max_interval, 12 * MS_HOUR);
    assert_int_equal(c->feeds[3].polling.interval, MS_MINUTE);
    assert_int_equal(c->feeds[3].polling.min_interval, MS_MINUTE);
    parsing_free(&p);
}

static void strings_have_escapes_and_comments_end_with_the_line(void **state)
{
    (void)state;
    struct parsing p;
    const struct conf *c = parse_good(&p, "# at the beginning\n" KAFKA OUTLET RULE
        "state \"/a # b; {c} \\\\ \\\"d\\\" \\t\\n\"; # behind; a \"comment\n"
        "rule b { # here\n match Alaska # and here;\n AND talks; #\n}# at the end");
    assert_sv(c->state, "/a # b; {c} \\ \"d\" \t\n");
    assert_int_equal(c->rule_count, 2);
    assert_int_equal(c->rules[1].match->child_count, 2);
    parsing_free(&p);
}

static void white_space_is_of_no_account(void **state)
{
    (void)state;
    struct parsing p;
    parse_good(&p, "\xEF\xBB\xBF" "kafka{embedded;}outlet bbc{feed\"https://bbc.example/rss\"{interval 5m;}}rule ak{match Alaska;};;\r\n");
    assert_int_equal(p.conf->feeds[0].polling.interval, 5 * MS_MINUTE);
    parsing_free(&p);
    parse_good(&p, "kafka\r\n{\r\n\tembedded\r\n;\r\n}\r\n" OUTLET "rule\r\nak\r\n{\r\nmatch\r\nAlaska\r\nOR\r\nJuneau\r\n;}");
    parsing_free(&p);
}

static void ids_find_what_they_name(void **state)
{
    (void)state;
    struct parsing p;
    const struct conf *c = parse_good(&p, KAFKA OUTLET "outlet x-1_a { feed \"http://x.example\"; feed b \"http://x.example/b\"; }\n"
                                                       "list l = a | $m; list m = b;\n" RULE "rule two { match $l; }");
    assert_ptr_equal(table_get(&c->outlets_by_id, SV("x-1_a")), &c->outlets[1]);
    assert_ptr_equal(table_get(&c->feeds_by_id, SV("x-1_a.b")), &c->feeds[2]);
    assert_ptr_equal(table_get(&c->rules_by_id, SV("two")), &c->rules[1]);
    assert_ptr_equal(table_get(&c->lists_by_name, SV("m")), &c->lists[1]);
    assert_null(table_get(&c->feeds_by_id, SV("b")));
    assert_int_equal(c->files, 1);
    parsing_free(&p);
}

static void secrets_are_not_shown(void **state)
{
    (void)state;
    static const struct { const char *url, *shown; } cases[] = {
        {"https://a.example/f?x=1", "https://a.example/f?x=1"},
        {"https://me:pass@a.example:8443/f", "https://a.example:8443/f"},
        {"https://p@ss@a.example/f@g", "https://a.example/f@g"},
        {"https://a.example/f?x=1&token=abc&y=2", "https://a.example/f?x=1&token=&y=2"},
        {"https://a.example?API_KEY=abc#top", "https://a.example?API_KEY=#top"},
        {"http://a.example/key=1/?tokens=3", "http://a.example/key=1/?tokens=3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        struct parsing p;
        snprintf(text, sizeof text, KAFKA RULE "outlet a { feed \"%s\"; }", cases[i].url);
        parse_good(&p, text);
        assert_sv(p.conf->feeds[0].url, cases[i].url);
        assert_sv(p.conf->feeds[0].shown_url, cases[i].shown);
        parsing_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_has_a_default),
        cmocka_unit_test(each_directive_is_read),
        cmocka_unit_test(a_sink_may_be_a_file),
        cmocka_unit_test(a_duration_takes_each_unit),
        cmocka_unit_test(a_size_takes_each_unit),
        cmocka_unit_test(what_is_out_of_range_is_refused),
        cmocka_unit_test(the_nearest_setting_wins),
        cmocka_unit_test(a_bound_that_nobody_gave_makes_room),
        cmocka_unit_test(strings_have_escapes_and_comments_end_with_the_line),
        cmocka_unit_test(white_space_is_of_no_account),
        cmocka_unit_test(ids_find_what_they_name),
        cmocka_unit_test(secrets_are_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
