/* The courier with librdkafka's producer, against a broker that makes mistakes when it is told to. */
#include "post.h"

#include "base/log.h"

static void see_the_message(const rd_kafka_message_t *m)
{
    static const char *const wanted[][2] = {{"ce_id", "0123"}, {"empty", ""}, {"rules", "a,b"}};
    rd_kafka_headers_t *headers;
    const char *name;
    const void *value;
    size_t n;
    assert_true(m->key_len == 6 && memcmp(m->key, "outlet", 6) == 0);
    assert_int_equal(rd_kafka_message_headers(m, &headers), RD_KAFKA_RESP_ERR_NO_ERROR);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(rd_kafka_header_get_all(headers, i, &name, &value, &n), RD_KAFKA_RESP_ERR_NO_ERROR);
        assert_string_equal(name, wanted[i][0]);
        assert_true(n == strlen(wanted[i][1]) && memcmp(value, wanted[i][1], n) == 0);
    }
    assert_int_equal(rd_kafka_header_get_all(headers, 3, &name, &value, &n), RD_KAFKA_RESP_ERR__NOENT);
}

static void each_row_arrives_once_whole_and_in_order(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_EMBEDDED, NULL);
    assert_non_null(courier_address(p.courier));
    post_rows(&p, 1200); /* more than one pump sends */
    post_run(&p, 1200, 0);
    assert_string_equal(topic_of(courier_address(p.courier), "news", see_the_message), numbers(1, 1200));
    for (int row = 1; row <= 1200; row++)
        assert_int_equal(p.reports[row], 1);
    assert_int_equal(courier_under_way(p.courier), 0);
    assert_true(p.ups == 1 && p.downs == 0);
    post_close(&p);
}

/* The fd fires only when a queue that was empty gets something. */
static void each_new_row_wakes_the_loop(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_EMBEDDED, NULL);
    for (unsigned i = 1; i <= 30; i++) {
        post_rows(&p, i % 3 + 1);
        post_run(&p, (size_t)p.count, 0);
    }
    post_close(&p);
}

static void a_row_is_not_sent_again_before_it_is_forgotten(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_EMBEDDED, NULL);
    p.keeps = true;
    post_rows(&p, 5);
    post_run(&p, 5, 0);
    assert_int_equal(courier_under_way(p.courier), 5);
    post_rows(&p, 5);
    post_run(&p, 10, 0);
    assert_string_equal(topic_of(courier_address(p.courier), "news", NULL), numbers(1, 10));
    for (int row = 1; row <= 10; row++)
        courier_forget(p.courier, row);
    courier_forget(p.courier, 77); /* none of its own */
    assert_int_equal(courier_under_way(p.courier), 0);
    post_close(&p);
}

static void a_full_queue_goes_on_with_the_reports(void **state)
{
    (void)state;
    struct broker b;
    struct post p = {0};
    broker_open(&b);
    static const struct publish_option small[] = {{{"queue.buffering.max.messages", 28}, {"7", 1}}, {{"linger.ms", 9}, {"0", 1}}};
    assert_true(post_try(&p, PUBLISH_BROKERS, b.address, small, 2));
    post_rows(&p, 1);
    post_run(&p, 1, 0);
    post_rows(&p, 300);
    assert_int_equal(courier_pump(p.courier, post_now(&p)), -1);
    assert_int_equal(courier_under_way(p.courier), 7);
    post_run(&p, 301, 0);
    assert_string_equal(topic_of(b.address, "news", NULL), numbers(1, 301));
    post_close(&p);
    broker_close(&b);
}

static void an_outbox_that_cannot_be_read_is_tried_again(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_EMBEDDED, NULL);
    post_rows(&p, 1);
    p.unreadable = true;
    int64_t wait = courier_pump(p.courier, post_now(&p));
    assert_true(wait > 0 && wait <= MS_MINUTE);
    p.unreadable = false;
    post_run(&p, 1, 0);
    post_close(&p);
}

static void without_a_broker_rows_are_kept_and_delivered_later(void **state)
{
    (void)state;
    struct broker b;
    struct post p;
    broker_open(&b);
    rd_kafka_mock_broker_set_down(b.cluster, 1);
    post_open(&p, PUBLISH_BROKERS, b.address);
    post_rows(&p, 20);
    post_run_down(&p, 1);
    assert_true(p.delivered == 0 && p.refused == 0 && p.ups == 0);
    rd_kafka_mock_broker_set_up(b.cluster, 1);
    post_run(&p, 20, 0);
    assert_true(p.ups == 1 && p.downs == 1);

    rd_kafka_mock_broker_set_down(b.cluster, 1);
    post_rows(&p, 20);
    post_run_down(&p, 2);
    rd_kafka_mock_broker_set_up(b.cluster, 1);
    post_run(&p, 40, 0);
    assert_true(p.ups == 2 && p.downs == 2); /* told once per change */
    assert_string_equal(topic_of(b.address, "news", NULL), numbers(1, 40));
    post_close(&p);
    broker_close(&b);
}

static void nobody_at_the_address_is_told_once(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_BROKERS, "127.0.0.1:1");
    post_rows(&p, 1);
    post_run_down(&p, 1);
    int64_t until = clock_monotonic(&clock_system) + 1500; /* some attempts more */
    while (clock_monotonic(&clock_system) < until) {
        courier_pump(p.courier, post_now(&p));
        struct pollfd fd = {courier_fd(p.courier), POLLIN, 0};
        if (poll(&fd, 1, 50) > 0)
            courier_serve(p.courier, post_now(&p));
    }
    assert_true(p.downs == 1 && p.ups == 0 && p.delivered == 0);
    assert_int_equal(courier_under_way(p.courier), 1);
    post_close(&p);
}

static void a_message_that_is_too_large_is_refused_and_the_others_go_on(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_EMBEDDED, NULL);
    post_rows(&p, 2);
    char *large = arena_zalloc(&p.arena, 2 << 20);
    post_message(&p, (struct sv){large, 2 << 20});
    post_rows(&p, 1);
    post_run(&p, 3, 1);
    assert_true(p.states[3] == REFUSED && p.states[4] == DELIVERED);
    assert_says(p.reason, "too large");
    assert_string_equal(topic_of(courier_address(p.courier), "news", NULL), "1 2 4");
    post_close(&p);
}

/* The broker's limit holds for batches: what it refuses together is sent again one by one, and only what it refuses then is. */
static void the_broker_refuses_a_batch_for_one_message(void **state)
{
    (void)state;
    static const rd_kafka_resp_err_t errors[] = {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,
                                                 RD_KAFKA_RESP_ERR_INVALID_RECORD};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        struct broker b;
        struct post p;
        broker_open(&b);
        post_open(&p, PUBLISH_BROKERS, b.address);
        post_rows(&p, 1);
        post_run(&p, 1, 0); /* the producer has its id, so that the next ones go together */
        rd_kafka_mock_push_request_errors(b.cluster, PRODUCE, 1, errors[i]);
        post_rows(&p, 10);
        courier_pump(p.courier, post_now(&p));
        post_run_idle(&p);
        assert_true(p.states[2] == WAITING && p.refused == 0);
        rd_kafka_mock_push_request_errors(b.cluster, PRODUCE, 1, errors[i]); /* for the first that is sent alone */
        p.ahead += MS_MINUTE;
        post_run(&p, 10, 1);
        assert_int_equal(p.states[2], REFUSED);
        assert_non_null(strchr(p.reason, ' '));
        post_rows(&p, 5);
        post_run(&p, 15, 1);
        for (int row = 1; row <= p.count; row++)
            assert_int_equal(p.reports[row], 1);
        post_close(&p);
        broker_close(&b);
    }
}

static void assert_nothing_lost_after(rd_kafka_resp_err_t error)
{
    struct broker b;
    struct post p;
    broker_open(&b);
    post_open(&p, PUBLISH_BROKERS, b.address);
    post_rows(&p, 1);
    post_run(&p, 1, 0);
    rd_kafka_mock_push_request_errors(b.cluster, PRODUCE, 1, error);
    post_rows(&p, 50);
    post_run(&p, 51, 0);
    post_rows(&p, 5);
    post_run(&p, 56, 0);
    for (int row = 1; row <= p.count; row++)
        assert_int_equal(p.reports[row], 1);
    post_close(&p);
    broker_close(&b);
}

static unsigned told_closed, told_open;

static void count_topic_lines(enum log_level level, const struct log_field *fields, const char *message)
{
    (void)fields;
    told_closed += level == LOG_LEVEL_WARNING && strstr(message, "topic news: ");
    told_open += level == LOG_LEVEL_NOTICE && strstr(message, "topic news takes alerts again");
}

static void a_topic_without_right_is_told_once_and_tried_again(void **state)
{
    (void)state;
    log_set_sink(count_topic_lines);
    assert_nothing_lost_after(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    log_set_sink(NULL);
    assert_int_equal(told_closed, 1);
    assert_int_equal(told_open, 1);
}

/* A lost sequence: a new producer takes over, and what was under way is sent again. */
static void a_fatal_error_of_the_producer_loses_nothing(void **state)
{
    (void)state;
    assert_nothing_lost_after(RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
}

static void another_broker_takes_over_what_is_under_way(void **state)
{
    (void)state;
    struct broker a, b;
    struct post p;
    broker_open(&a);
    broker_open(&b);
    post_open(&p, PUBLISH_BROKERS, a.address);
    post_rows(&p, 3);
    post_run(&p, 3, 0);
    rd_kafka_mock_broker_set_down(a.cluster, 1);
    post_rows(&p, 30);
    post_run_down(&p, 1);
    assert_int_equal(courier_under_way(p.courier), 30);
    static const struct publish_option wrong = {{"compression.codec", 17}, {"bzip2", 5}};
    struct publish_options o = {PUBLISH_BROKERS, sv_of(b.address), SV("news.alerts"), &wrong, 1, 0};
    assert_false(courier_change(p.courier, &o, WINDOW, post_now(&p), p.error));
    assert_says(p.error, "bzip2");
    assert_int_equal(courier_under_way(p.courier), 30); /* the old one stays */
    o.options = quick;
    assert_true(courier_change(p.courier, &o, WINDOW, post_now(&p), p.error));
    assert_int_equal(courier_under_way(p.courier), 0);
    post_run(&p, 33, 0);
    assert_string_equal(topic_of(b.address, "news", NULL), numbers(4, 33));
    post_close(&p);
    broker_close(&a);
    broker_close(&b);
}

static void what_was_refused_at_once_is_told_before_another_broker_takes_over(void **state)
{
    (void)state;
    struct broker b;
    struct post p;
    broker_open(&b);
    post_open(&p, PUBLISH_BROKERS, b.address);
    post_message(&p, (struct sv){arena_zalloc(&p.arena, 2 << 20), 2 << 20});
    courier_pump(p.courier, post_now(&p));
    assert_int_equal(p.refused, 0); /* reports come when the courier is served */
    const struct publish_options o = {PUBLISH_BROKERS, sv_of(b.address), SV("news.alerts"), quick, 2, 0};
    assert_true(courier_change(p.courier, &o, WINDOW, post_now(&p), p.error));
    assert_int_equal(p.refused, 1);
    assert_says(p.reason, "too large");
    assert_int_equal(courier_under_way(p.courier), 0);
    post_close(&p);
    broker_close(&b);
}

static void closing_with_rows_under_way_does_not_wait_for_a_broker(void **state)
{
    (void)state;
    struct broker b;
    struct post p;
    broker_open(&b);
    rd_kafka_mock_broker_set_down(b.cluster, 1);
    post_open(&p, PUBLISH_BROKERS, b.address);
    p.spread = true;
    post_rows(&p, 600);
    assert_int_equal(courier_pump(p.courier, post_now(&p)), 0); /* there is more */
    assert_int_equal(courier_under_way(p.courier), 500); /* a pump is bounded */
    post_close(&p);
    assert_true(p.delivered == 0 && p.refused == 0);
    broker_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_arrives_once_whole_and_in_order),
        cmocka_unit_test(each_new_row_wakes_the_loop),
        cmocka_unit_test(a_row_is_not_sent_again_before_it_is_forgotten),
        cmocka_unit_test(a_full_queue_goes_on_with_the_reports),
        cmocka_unit_test(an_outbox_that_cannot_be_read_is_tried_again),
        cmocka_unit_test(without_a_broker_rows_are_kept_and_delivered_later),
        cmocka_unit_test(nobody_at_the_address_is_told_once),
        cmocka_unit_test(a_message_that_is_too_large_is_refused_and_the_others_go_on),
        cmocka_unit_test(the_broker_refuses_a_batch_for_one_message),
        cmocka_unit_test(a_topic_without_right_is_told_once_and_tried_again),
        cmocka_unit_test(a_fatal_error_of_the_producer_loses_nothing),
        cmocka_unit_test(another_broker_takes_over_what_is_under_way),
        cmocka_unit_test(what_was_refused_at_once_is_told_before_another_broker_takes_over),
        cmocka_unit_test(closing_with_rows_under_way_does_not_wait_for_a_broker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
