/* Topics wait, fail and go on independently, and nothing overtakes within one. */
#include "post.h"

#include "base/log.h"

static void add_to(struct post *p, struct sv topic, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        post_to(p, topic, sv_of(arena_printf(&p->arena, "%lld", (long long)p->count + 1)));
}

static struct courier_lane state_of(const struct post *p, struct sv topic)
{
    struct courier_lane lane;
    assert_true(courier_lane_state(p->courier, topic, &lane));
    return lane;
}

/* A topic none of whose partitions has a leader any more: messages to it wait in librdkafka. */
static void make_leaderless(struct broker *b, struct post *p, const char *topic)
{
    struct sv name = sv_dup(&p->arena, sv_of(topic));
    assert_int_equal(rd_kafka_mock_topic_create(b->cluster, topic, 4, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
    courier_open(p->courier, name);
    add_to(p, name, 1);
    post_run(p, (size_t)p->count, 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(rd_kafka_mock_partition_set_leader(b->cluster, topic, i, -1), RD_KAFKA_RESP_ERR_NO_ERROR);
}

static void give_leaders(struct broker *b, const char *topic)
{
    for (int i = 0; i < 4; i++)
        assert_int_equal(rd_kafka_mock_partition_set_leader(b->cluster, topic, i, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
}

static void a_lane_that_hangs_leaves_the_others_room(void **state)
{
    (void)state;
    struct broker b;
    struct post p = {.window = 100000};
    broker_open(&b);
    assert_true(post_try(&p, PUBLISH_BROKERS, b.address, quick, 2));
    make_leaderless(&b, &p, "hung");
    add_to(&p, SV("hung"), 999);
    add_to(&p, SV("news"), 1000);
    post_run(&p, 1001, 0);
    struct courier_lane hung = state_of(&p, SV("hung")), news = state_of(&p, SV("news"));
    assert_true(hung.open && hung.in_flight > 50 && hung.bytes < 70000 && hung.since >= 0);
    assert_true(news.open && news.in_flight == 0 && news.bytes == 0 && news.since == -1);
    assert_int_equal(courier_in_flight(p.courier), hung.in_flight);
    for (int row = 2; row <= 1000; row++)
        assert_int_equal(p.states[row], WAITING);
    give_leaders(&b, "hung");
    post_run(&p, 2000, 0);
    assert_string_equal(topic_of(b.address, "hung", NULL), numbers(1, 1000));
    assert_string_equal(topic_of(b.address, "news", NULL), numbers(1001, 2000));
    assert_int_equal(state_of(&p, SV("hung")).since, -1);
    post_close(&p);
    broker_close(&b);
}

static void many_lanes_that_hang_share_the_window_evenly(void **state)
{
    (void)state;
    struct broker b;
    struct post p = {.window = 200000};
    size_t all = 0;
    broker_open(&b);
    assert_true(post_try(&p, PUBLISH_BROKERS, b.address, quick, 2));
    for (char name[] = "hung1"; name[4] <= '4'; name[4]++)
        make_leaderless(&b, &p, name);
    for (char name[] = "hung1"; name[4] <= '4'; name[4]++)
        add_to(&p, sv_dup(&p.arena, sv_of(name)), 400);
    for (int i = 0; i < 10; i++)
        courier_pump(p.courier, post_now(&p));
    for (char name[] = "hung1"; name[4] <= '4'; name[4]++) {
        struct courier_lane lane = state_of(&p, sv_of(name));
        assert_in_range(lane.bytes, 30000, 60000);
        all += lane.bytes;
    }
    assert_true(all < 200000);
    add_to(&p, SV("news"), 100);
    post_run(&p, 104, 0);
    post_close(&p);
    broker_close(&b);
}

/* A message that is larger than the window goes all the same, by itself. */
static void each_lane_has_one_message_at_least(void **state)
{
    (void)state;
    struct post p = {.window = 1};
    assert_true(post_try(&p, PUBLISH_EMBEDDED, NULL, NULL, 0));
    courier_open(p.courier, SV("other"));
    add_to(&p, SV("news"), 5);
    add_to(&p, SV("other"), 5);
    courier_pump(p.courier, post_now(&p));
    assert_int_equal(courier_in_flight(p.courier), 2);
    post_run(&p, 10, 0);
    post_close(&p);
}

static void a_topic_without_right_waits_and_the_others_go_on(void **state)
{
    (void)state;
    struct broker b;
    struct post p;
    broker_open(&b);
    post_open(&p, PUBLISH_BROKERS, b.address);
    post_rows(&p, 1);
    post_run(&p, 1, 0);
    p.stays_closed = true;
    courier_open(p.courier, SV("secret"));
    rd_kafka_mock_push_request_errors(b.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    add_to(&p, SV("secret"), 10);
    post_run_closed(&p, 1);
    assert_true(p.unsure == 0);
    assert_says(p.why, "authorization failed");
    assert_true(!courier_is_open(p.courier, SV("secret")) && courier_is_open(p.courier, SV("news")));
    assert_says(state_of(&p, SV("secret")).reason, "authorization failed");
    add_to(&p, SV("news"), 10);
    post_run(&p, 11, 0);
    assert_int_equal(courier_under_way(p.courier), 0);
    assert_int_equal(p.closed, 1);
    courier_open(p.courier, SV("secret")); /* as after a while: the right may be given */
    post_run(&p, 21, 0);
    assert_string_equal(topic_of(b.address, "secret", NULL), numbers(2, 11));
    assert_null(state_of(&p, SV("secret")).reason);
    post_close(&p);
    broker_close(&b);
}

static void a_lane_that_was_never_opened_sends_nothing(void **state)
{
    (void)state;
    struct post p;
    struct courier_lane lane;
    post_open(&p, PUBLISH_EMBEDDED, NULL);
    add_to(&p, SV("shut"), 3);
    add_to(&p, SV("news"), 3);
    post_run(&p, 3, 0);
    assert_true(!courier_lane_state(p.courier, SV("shut"), &lane) && !courier_is_open(p.courier, SV("shut")));
    courier_open(p.courier, SV("shut"));
    post_run(&p, 6, 0);
    post_close(&p);
}

static void a_lane_at_its_end_is_not_asked_again(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_EMBEDDED, NULL);
    add_to(&p, SV("news"), 3);
    post_run(&p, 3, 0);
    courier_pump(p.courier, post_now(&p));
    size_t asked = p.asked;
    for (int i = 0; i < 100; i++)
        assert_int_equal(courier_pump(p.courier, post_now(&p)), -1);
    assert_int_equal(p.asked, asked);
    add_to(&p, SV("news"), 1);
    post_run(&p, 4, 0);
    post_close(&p);
}

static void where_it_was_written_is_told(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_EMBEDDED, NULL);
    post_rows(&p, 100);
    post_run(&p, 100, 0);
    for (int row = 1; row <= 100; row++)
        assert_true(p.places[row].partition == p.places[1].partition && p.places[row].offset == row - 1);
    post_close(&p);
}

/* ---- Order ---- */

/* What is ready behind a batch that is refused could be written before it, where the broker knows nothing of the producer yet. */
static void of_each_key_one_message_goes_first(void **state)
{
    (void)state;
    struct broker b;
    struct post p;
    broker_open(&b);
    post_open(&p, PUBLISH_BROKERS, b.address);
    for (int round = 0; round < 2; round++) {
        size_t before = p.delivered;
        p.spread = false;
        post_rows(&p, 3);
        courier_pump(p.courier, post_now(&p));
        assert_int_equal(courier_in_flight(p.courier), 1);
        post_run(&p, before + 3, 0);
        post_rows(&p, 10);
        courier_pump(p.courier, post_now(&p));
        assert_int_equal(courier_in_flight(p.courier), 10);
        post_run(&p, before + 13, 0);
        p.spread = true;
        post_rows(&p, 10);
        courier_pump(p.courier, post_now(&p));
        assert_int_equal(courier_in_flight(p.courier), 10);
        post_run(&p, before + 23, 0);
        /* Another producer begins anew. */
        const struct publish_options o = {PUBLISH_BROKERS, sv_of(b.address), SV("news.alerts"), quick, 2, 0};
        assert_true(courier_change(p.courier, &o, WINDOW, post_now(&p), p.error));
    }
    post_close(&p);
    broker_close(&b);
}

static void the_first_of_a_key_that_comes_back_goes_first_again(void **state)
{
    (void)state;
    struct broker b;
    struct post p;
    broker_open(&b);
    post_open(&p, PUBLISH_BROKERS, b.address);
    rd_kafka_mock_push_request_errors(b.cluster, PRODUCE, 2, RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR_INVALID_RECORD);
    post_rows(&p, 20);
    post_run(&p, 19, 1); /* refused, and refused alone */
    assert_int_equal(p.states[1], REFUSED);
    assert_string_equal(topic_of(b.address, "news", NULL), numbers(2, 20));
    post_close(&p);
    broker_close(&b);
}

/* ---- Ends ---- */

#define SLOW 20000 /* ms that a broker takes to answer */

static unsigned requests; /* that were written to a socket */

static void count_requests(enum log_level level, const struct log_field *fields, const char *message)
{
    (void)level, (void)fields;
    requests += strstr(message, "Sent ProduceRequest") != NULL;
}

/* Rows whose request the broker has, and does not answer. */
static void post_unanswered(struct post *p, struct broker *b)
{
    static const struct publish_option telling[] = {{{"debug", 5}, {"protocol", 8}}, {{"reconnect.backoff.max.ms", 24}, {"200", 3}}};
    memset(p, 0, sizeof *p);
    log_set_sink(count_requests);
    log_set_level(LOG_LEVEL_DEBUG);
    assert_true(post_try(p, PUBLISH_BROKERS, b->address, telling, 2));
    courier_open(p->courier, SV("other"));
    post_rows(p, 1);
    post_run(p, 1, 0);
    rd_kafka_mock_broker_set_rtt(b->cluster, 1, SLOW);
    requests = 0;
    post_rows(p, 5);
    post_run_until(p, &requests, 1);
    log_set_level(LOG_LEVEL_INFO);
    log_set_sink(NULL);
}

static void what_was_in_flight_at_a_stop_is_unsure(void **state)
{
    (void)state;
    struct broker b;
    struct post p;
    broker_open(&b);
    post_unanswered(&p, &b);
    p.stays_closed = true;
    assert_false(courier_stop(p.courier, post_now(&p)));
    assert_true(p.closed == 2 && p.unsure == 1);
    assert_true(courier_in_flight(p.courier) == 0 && courier_under_way(p.courier) == 0 && courier_fd(p.courier) == -1);
    assert_int_equal(courier_pump(p.courier, post_now(&p)), -1);
    post_close(&p);
    broker_close(&b);
}

static void what_was_never_sent_is_sure_at_a_stop(void **state)
{
    (void)state;
    struct broker b;
    struct post p;
    broker_open(&b);
    rd_kafka_mock_broker_set_down(b.cluster, 1);
    post_open(&p, PUBLISH_BROKERS, b.address);
    p.spread = true;
    post_rows(&p, 5);
    courier_pump(p.courier, post_now(&p));
    post_run_down(&p, 1);
    assert_int_equal(courier_in_flight(p.courier), 5);
    p.stays_closed = true;
    assert_true(courier_stop(p.courier, post_now(&p)));
    assert_true(p.closed == 1 && p.unsure == 0);
    post_close(&p);
    broker_close(&b);
}

static void a_connection_that_breaks_leaves_what_it_carried_unsure(void **state)
{
    (void)state;
    struct broker b;
    struct post p;
    broker_open(&b);
    post_unanswered(&p, &b);
    rd_kafka_mock_broker_set_down(b.cluster, 1);
    post_run_down(&p, 1);
    p.stays_closed = true;
    assert_false(courier_stop(p.courier, post_now(&p)));
    assert_int_equal(p.unsure, 1);
    post_close(&p);
    broker_close(&b);
}

static void what_is_held_is_not_sent_and_what_is_in_flight_arrives(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_EMBEDDED, NULL);
    post_rows(&p, 3);
    courier_pump(p.courier, post_now(&p));
    courier_hold(p.courier, true);
    post_rows(&p, 3);
    post_run(&p, 3, 0);
    courier_pump(p.courier, post_now(&p));
    assert_int_equal(courier_in_flight(p.courier), 0);
    assert_true(courier_stop(p.courier, post_now(&p)) == true && p.delivered == 3);
    post_close(&p);
}

static void a_row_is_held_until_it_is_forgotten(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_EMBEDDED, NULL);
    p.keeps = true;
    post_rows(&p, 2);
    courier_pump(p.courier, post_now(&p));
    courier_forget(p.courier, 1); /* nothing was told of it yet: it stays */
    assert_true(courier_holds(p.courier, 1) && courier_holds(p.courier, 2) && !courier_holds(p.courier, 3));
    post_run(&p, 2, 0);
    assert_true(courier_holds(p.courier, 1) && courier_in_flight(p.courier) == 0);
    courier_stop(p.courier, post_now(&p));
    courier_forget(p.courier, 1);
    assert_true(!courier_holds(p.courier, 1) && courier_holds(p.courier, 2));
    post_close(&p);
}

/* ---- A producer that gives up again and again ---- */

static void each_new_producer_waits_longer(void **state)
{
    (void)state;
    struct broker b;
    struct post p;
    int64_t longest = 0, last = 0;
    broker_open(&b);
    log_set_level(LOG_LEVEL_ERROR);
    post_open(&p, PUBLISH_BROKERS, b.address);
    post_rows(&p, 1);
    post_run(&p, 1, 0);
    for (unsigned i = 1; i <= 8; i++) {
        rd_kafka_mock_push_request_errors(b.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
        post_rows(&p, 1);
        p.hurries = false;
        post_run_closed(&p, i);
        int64_t wait = courier_pump(p.courier, post_now(&p));
        assert_true(wait > 500 && wait <= 30000 && wait > last - 500);
        longest = wait > longest ? wait : longest;
        last = wait;
        p.hurries = true;
        post_run(&p, i + 1, 0);
        assert_int_equal(p.unsure, i);
    }
    assert_true(longest > 29000);
    /* After a while without one it begins anew. */
    p.ahead += 2 * MS_MINUTE;
    rd_kafka_mock_push_request_errors(b.cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    post_rows(&p, 1);
    p.hurries = false;
    post_run(&p, 10, 0);
    assert_true(p.closed == 9 && p.unsure == 9);
    log_set_level(LOG_LEVEL_INFO);
    post_close(&p);
    broker_close(&b);
}

static void without_an_answer_a_lane_shows_since_when_and_why(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_BROKERS, "127.0.0.1:1");
    int64_t before = post_now(&p);
    post_rows(&p, 1);
    courier_pump(p.courier, post_now(&p));
    post_run_down(&p, 1);
    struct courier_lane lane = state_of(&p, SV("news"));
    assert_true(lane.open && lane.in_flight == 1 && lane.since >= before && lane.since <= post_now(&p));
    assert_non_null(lane.reason);
    post_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lane_that_hangs_leaves_the_others_room),
        cmocka_unit_test(many_lanes_that_hang_share_the_window_evenly),
        cmocka_unit_test(each_lane_has_one_message_at_least),
        cmocka_unit_test(a_topic_without_right_waits_and_the_others_go_on),
        cmocka_unit_test(a_lane_that_was_never_opened_sends_nothing),
        cmocka_unit_test(a_lane_at_its_end_is_not_asked_again),
        cmocka_unit_test(where_it_was_written_is_told),
        cmocka_unit_test(of_each_key_one_message_goes_first),
        cmocka_unit_test(the_first_of_a_key_that_comes_back_goes_first_again),
        cmocka_unit_test(what_was_in_flight_at_a_stop_is_unsure),
        cmocka_unit_test(what_was_never_sent_is_sure_at_a_stop),
        cmocka_unit_test(a_connection_that_breaks_leaves_what_it_carried_unsure),
        cmocka_unit_test(what_is_held_is_not_sent_and_what_is_in_flight_arrives),
        cmocka_unit_test(a_row_is_held_until_it_is_forgotten),
        cmocka_unit_test(each_new_producer_waits_longer),
        cmocka_unit_test(without_an_answer_a_lane_shows_since_when_and_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
