/* What is printed is a configuration that means the same, but for its secrets. */
#include "conf/parsing.h"

static const char *const samples[] = {
    KAFKA OUTLET RULE,
    "kafka { file \"/a \\\"b\\\" \\\\ \\n\\t.jsonl\"; topic a.b_c-D; key feed; format structured; drain 0s; }" OUTLET RULE,
    "kafka { brokers \"a:9092\"; option compression.type zstd; option client.id \"a \\\"b\\\"; }\"; option empty \"\"; }" OUTLET RULE,
    "remember 400h; control off; outbox { max_size 3m; when_full drop_oldest; window 65k; }"
    "kafka { file \"-\"; dead_letter \"off\"; }" OUTLET RULE,
    "control \"/run/a \\\"b\\\"\"; kafka { file \"-\"; dead_letter news.dead; }" OUTLET RULE,
    "instance \"a b;\"; state \"/var/lib/n\"; text_limit 1025; backlog 0s; poll { transfers 1; interval 90s; max_size 3000k; timeout 1001ms; max_items 1; max_depth 2; max_text 3; max_attributes 4; updates on; }" KAFKA
    "outlet a { country de; language de-AT; name \"N {;}\"; interval 1w; updates off; feed \"http://a.example/\"; feed b \"http://a.example/b\" { interval 1s; } }"
    "outlet empty { name 5; }"
    "outlet b { user_agent \"b \\\\ \\\"\"; feed x \"https://b.example/?q=1&r=[2]#f\" { backlog 2d; connect_timeout 1h; timeout 2h; min_interval 30s; max_interval 5d; } }" RULE,
    KAFKA OUTLET
    "list iran = Iran | Iranian* | \"a b*\" | 'Exact \\'x\\' \\\\' | ~negotiate | /ira[nq]\\/?\\\\/ | $more | O’Brien | 伊朗 | إيران*;"
    "list more = \"\\\"q\\\" \\* \\? \\\\\" | wom?n;"
    "rule a { title \"T \\\"q\\\" 伊朗\"; topic t.a; updates on; labels x \"y z\" \"\\\"\"; lang en RU; outlets bbc;"
    "  match ($iran NEAR/0 (b | c)) AND NOT (d | (e AND f)) AND (g EXCEPT (\"g h\" | 'G') EXCEPT i) AND title:(j | k) AND text:l AND url:m"
    "    AND ATLEAST/3(n | o) AND FIRST/50(p NEAR/s q) AND (r ONEAR/10000 s ONEAR/10000 t) AND (u NEAR/p v) AND lang:ru AND outlet:bbc AND feed:BBC"
    "    AND country:CN AND (author:(w NEAR/2 x) OR category:y OR (z1 OR z2)); }"
    "rule b { updates off; score { +5 title:\"Belt and Road\"; -10 (a AND b) OR c; +0 NOT d; } threshold -3; }"
    "rule c { match U.S. | COVID-19; score { -1 x; } threshold 0; }",
    "\xEF\xBB\xBF" KAFKA OUTLET "rule long { match \"a\r\" | b\r\n; }\r\n",
};

static void assert_same_polling(const struct conf_polling *a, const struct conf_polling *b)
{
    assert_int_equal(a->interval, b->interval);
    assert_int_equal(a->min_interval, b->min_interval);
    assert_int_equal(a->max_interval, b->max_interval);
    assert_int_equal(a->timeout, b->timeout);
    assert_int_equal(a->connect_timeout, b->connect_timeout);
    assert_int_equal(a->max_size, b->max_size);
    assert_int_equal(a->max_items, b->max_items);
    assert_int_equal(a->max_depth, b->max_depth);
    assert_int_equal(a->max_text, b->max_text);
    assert_int_equal(a->max_attributes, b->max_attributes);
    assert_int_equal(a->updates, b->updates);
    assert_int_equal(a->backlog, b->backlog);
    assert_true(sv_eq(a->user_agent, b->user_agent));
}

static void assert_same_words(const struct sv *a, size_t a_count, const struct sv *b, size_t b_count)
{
    assert_int_equal(a_count, b_count);
    for (size_t i = 0; i < a_count; i++)
        assert_true(sv_eq(a[i], b[i]));
}

static void assert_same_tree(const struct node *a, const struct node *b)
{
    assert_true((a == NULL) == (b == NULL));
    if (!a)
        return;
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->near, b->near);
    assert_int_equal(a->fields, b->fields);
    assert_int_equal(a->term, b->term);
    assert_int_equal(a->meta, b->meta);
    assert_true(sv_eq(a->text, b->text));
    assert_int_equal(a->child_count, b->child_count);
    for (size_t i = 0; i < a->child_count; i++)
        assert_same_tree(a->children[i], b->children[i]);
}

static void assert_same_kafka(const struct conf_kafka *a, const struct conf_kafka *b)
{
    assert_int_equal(a->sink, b->sink);
    assert_int_equal(a->key, b->key);
    assert_int_equal(a->format, b->format);
    assert_int_equal(a->drain, b->drain);
    assert_true(sv_eq(a->brokers, b->brokers) && sv_eq(a->file, b->file) && sv_eq(a->topic, b->topic));
    assert_true((a->dead_letter.p != NULL) == (b->dead_letter.p != NULL) && sv_eq(a->dead_letter, b->dead_letter));
    assert_int_equal(a->option_count, b->option_count);
    for (size_t i = 0; i < a->option_count; i++)
        assert_true(sv_eq(a->options[i].name, b->options[i].name) && sv_eq(a->options[i].value, b->options[i].value));
}

static void assert_same_outlets(const struct conf *a, const struct conf *b)
{
    assert_int_equal(a->outlet_count, b->outlet_count);
    for (size_t i = 0; i < a->outlet_count; i++) {
        const struct conf_outlet *x = &a->outlets[i], *y = &b->outlets[i];
        assert_true(sv_eq(x->id, y->id) && sv_eq(x->name, y->name) && sv_eq(x->country, y->country) && sv_eq(x->language, y->language));
    }
    assert_int_equal(a->feed_count, b->feed_count);
    for (size_t i = 0; i < a->feed_count; i++) {
        assert_true(sv_eq(a->feeds[i].id, b->feeds[i].id) && sv_eq(a->feeds[i].url, b->feeds[i].url));
        assert_int_equal(a->feeds[i].outlet - a->outlets, b->feeds[i].outlet - b->outlets);
        assert_same_polling(&a->feeds[i].polling, &b->feeds[i].polling);
    }
}

static void assert_same_rule(const struct rule *a, const struct rule *b)
{
    assert_true(sv_eq(a->id, b->id) && sv_eq(a->title, b->title) && sv_eq(a->topic, b->topic));
    assert_same_words(a->labels, a->label_count, b->labels, b->label_count);
    assert_same_words(a->langs, a->lang_count, b->langs, b->lang_count);
    assert_same_words(a->outlets, a->outlet_count, b->outlets, b->outlet_count);
    assert_same_tree(a->match, b->match);
    assert_int_equal(a->clause_count, b->clause_count);
    for (size_t i = 0; i < a->clause_count; i++) {
        assert_int_equal(a->clauses[i].score, b->clauses[i].score);
        assert_same_tree(a->clauses[i].expr, b->clauses[i].expr);
    }
    assert_int_equal(a->updates, b->updates);
    assert_int_equal(a->has_threshold, b->has_threshold);
    assert_int_equal(a->threshold, b->threshold);
}

static void assert_same(const struct conf *a, const struct conf *b)
{
    assert_true(sv_eq(a->instance, b->instance) && sv_eq(a->state, b->state));
    assert_int_equal(a->text_limit, b->text_limit);
    assert_int_equal(a->transfers, b->transfers);
    assert_int_equal(a->remember, b->remember);
    assert_true((a->control.p != NULL) == (b->control.p != NULL) && sv_eq(a->control, b->control));
    assert_memory_equal(&a->outbox, &b->outbox, sizeof a->outbox);
    assert_same_polling(&a->polling, &b->polling);
    assert_same_kafka(&a->kafka, &b->kafka);
    assert_same_outlets(a, b);
    assert_int_equal(a->list_count, b->list_count);
    for (size_t i = 0; i < a->list_count; i++) {
        assert_true(sv_eq(a->lists[i].name, b->lists[i].name));
        assert_same_tree(a->lists[i].body, b->lists[i].body);
    }
    assert_int_equal(a->rule_count, b->rule_count);
    for (size_t i = 0; i < a->rule_count; i++)
        assert_same_rule(&a->rules[i], &b->rules[i]);
}

static void what_is_printed_means_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct parsing p, q;
        struct buf once = {0}, twice = {0};
        parse_conf(&p, samples[i]);
        if (!p.conf)
            fail_msg("%s\n%s", samples[i], p.told.p);
        conf_print(p.conf, &once);
        parse_bytes(&q, buf_view(&once));
        if (!q.conf)
            fail_msg("%s\n%s", buf_cstr(&once), q.told.p);
        assert_same(p.conf, q.conf);
        conf_print(q.conf, &twice);
        assert_string_equal(buf_cstr(&once), buf_cstr(&twice));
        parsing_free(&p);
        parsing_free(&q);
        buf_free(&once);
        buf_free(&twice);
    }
}

static void the_print_reads_well(void **state)
{
    (void)state;
    struct parsing p;
    struct buf out = {0};
    conf_print(parse_good(&p, "kafka { brokers \"a:9092\"; }" OUTLET "list l = a | b; rule r { title \"T\"; match $l NEAR/3 c; }"), &out);
    assert_string_equal(buf_cstr(&out),
        "instance \"host\";\n"
        "text_limit 256k;\n"
        "remember 60d;\n"
        "kafka {\n"
        "    brokers \"a:9092\";\n"
        "    topic news.alerts;\n"
        "    key outlet;\n"
        "    format binary;\n"
        "    drain 10s;\n"
        "    dead_letter off;\n"
        "}\n"
        "outbox { max_size 10g; when_full stop; window 16m; }\n"
        "poll { transfers 64; interval 10m; min_interval 2m; max_interval 6h; timeout 1m; connect_timeout 15s; backlog 1d; "
        "max_size 64m; max_items 50000; max_depth 250; max_text 4m; max_attributes 250; updates off; }\n"
        "outlet bbc {\n"
        "    name \"bbc\";\n"
        "    feed \"https://bbc.example/rss\" { interval 10m; min_interval 2m; max_interval 6h; timeout 1m; connect_timeout 15s; backlog 1d; "
        "max_size 64m; max_items 50000; max_depth 250; max_text 4m; max_attributes 250; updates off; }\n"
        "}\n"
        "list l = \"a\" | \"b\";\n"
        "rule r {\n"
        "    title \"T\";\n"
        "    match $l NEAR/3 \"c\";\n"
        "}\n");
    parsing_free(&p);
    buf_free(&out);
}

static void secrets_are_hidden(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "kafka { brokers \"a\"; option sasl.password \"s3cret\"; }" OUTLET RULE,
        "kafka { brokers \"a\"; option ssl.key.password s3cret; }" OUTLET RULE,
        "kafka { brokers \"a\"; option ssl.key.pem \"s3cret\"; }" OUTLET RULE,
        "kafka { brokers \"a\"; option sasl.oauthbearer.client.secret \"s3cret\"; }" OUTLET RULE,
        "kafka { brokers \"a\"; option sasl.oauthbearer.config \"x=s3cret\"; }" OUTLET RULE,
        KAFKA RULE "outlet a { feed \"https://user:s3cret@a.example/f\"; }",
        KAFKA RULE "outlet a { feed \"https://s3cret@a.example/f\"; }",
        KAFKA RULE "outlet a { feed \"https://a.example/f?x=1&token=s3cret\"; }",
        KAFKA RULE "outlet a { feed \"https://a.example/f?api_key=s3cret&y=2\"; }",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct parsing p, q;
        struct buf out = {0};
        conf_print(parse_good(&p, texts[i]), &out);
        assert_null(strstr(buf_cstr(&out), "s3cret"));
        assert_non_null(strstr(out.p, "(hidden)"));
        parse_bytes(&q, buf_view(&out));
        assert_non_null(q.conf);
        parsing_free(&p);
        parsing_free(&q);
        buf_free(&out);
    }
}

static void what_is_no_secret_is_shown(void **state)
{
    (void)state;
    struct parsing p;
    struct buf out = {0};
    conf_print(parse_good(&p, "kafka { brokers \"a\"; option sasl.username me; option sasl.oauthbearer.token.endpoint.url \"https://t\"; }" OUTLET RULE), &out);
    assert_non_null(strstr(buf_cstr(&out), "option sasl.username \"me\";"));
    assert_non_null(strstr(out.p, "\"https://t\""));
    parsing_free(&p);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_means_the_same),
        cmocka_unit_test(the_print_reads_well),
        cmocka_unit_test(secrets_are_hidden),
        cmocka_unit_test(what_is_no_secret_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
