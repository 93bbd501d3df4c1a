/* Reading back, against a broker within the process. */
#include "reread.h"

#define TOPIC "news"

static int setup(void **state)
{
    struct reread *r = xcalloc(1, sizeof *r);
    reread_open(r, 1);
    rd_kafka_mock_topic_create(r->cluster, TOPIC, 3, 1);
    *state = r;
    return 0;
}

static int teardown(void **state)
{
    reread_close(*state);
    free(*state);
    return 0;
}

static void finds_the_rows_on_any_partition_among_other_writers_records(void **state)
{
    struct reread *r = *state;
    for (int i = 0; i < 50; i++)
        write_foreign(r, TOPIC, i % 3);
    write_event(r, TOPIC, 0, 1);
    write_event(r, TOPIC, 1, 3);
    write_foreign(r, TOPIC, 2);
    write_event(r, TOPIC, 2, 5);
    write_all(r);
    const struct readback_mark marks[] = {{0, 10, {{0}}, false}, {1, 10, {{0}}, false}, {2, 10, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 1, 6);
    reread_run(r, &q);
    assert_int_equal(r->end, READBACK_SETTLED);
    assert_string_equal(r->doubt, "");
    assert_int_equal(r->found_count, 3);
    assert_true(was_found(r, 1) && was_found(r, 3) && was_found(r, 5));
    assert_int_equal(r->mark_count, 3);
    assert_int_equal(r->marks[0].offset, 18);
    assert_int_equal(r->marks[1].offset, 18);
    assert_int_equal(r->marks[2].offset, 18);
    assert_true(r->marks[2].has_event);
    const struct digest last = event_of(5);
    assert_memory_equal(&r->marks[2].event, &last, sizeof last);
    assert_int_equal(r->records, 24);
    assert_true(r->words >= 1);
}

static void makes_marks_of_the_ends_where_no_row_can_be_in_flight(void **state)
{
    struct reread *r = *state;
    for (int i = 0; i < 9; i++)
        write_event(r, TOPIC, i % 3, i);
    write_all(r);
    struct readback_request q = request_of(TOPIC, NULL, 0, 1, 9);
    q.open = false;
    reread_run(r, &q);
    assert_int_equal(r->end, READBACK_SETTLED);
    assert_int_equal(r->found_count, 0);
    assert_int_equal(r->mark_count, 3);
    for (int i = 0; i < 3; i++)
        assert_true(r->marks[i].partition == i && r->marks[i].offset == 3 && !r->marks[i].has_event);
    assert_string_not_equal(r->id, "");
    assert_int_equal(r->records, 0);
}

static void takes_a_mark_whose_record_is_still_there_as_good(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 0, 1);
    write_event(r, TOPIC, 0, 2);
    write_all(r);
    const struct readback_mark marks[] = {{0, 1, event_of(1), true}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 2, 3);
    reread_run(r, &q);
    assert_string_equal(r->doubt, "");
    assert_int_equal(r->found_count, 1);
    assert_true(was_found(r, 2));
}

static void keeps_a_mark_s_event_where_nothing_came_behind_it(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 0, 1);
    write_all(r);
    const struct readback_mark marks[] = {{0, 1, event_of(1), true}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 2, 3);
    reread_run(r, &q);
    assert_string_equal(r->doubt, "");
    assert_int_equal(r->found_count, 0);
    assert_true(r->marks[0].has_event && r->marks[0].offset == 1);
}

static void doubts_and_reads_all_when_another_record_stands_before_the_mark(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 1, 7);
    write_event(r, TOPIC, 0, 8);
    write_event(r, TOPIC, 0, 9);
    write_all(r);
    const struct readback_mark marks[] = {{0, 2, event_of(1), true}, {1, 1, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 7, 10);
    reread_run(r, &q);
    assert_says(r->doubt, "made again");
    assert_int_equal(r->found_count, 3);
}

static void doubts_when_the_end_is_below_the_mark(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 0, 8);
    write_all(r);
    const struct readback_mark marks[] = {{0, 2, event_of(1), true}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 7, 10);
    reread_run(r, &q);
    assert_says(r->doubt, "made again");
    assert_int_equal(r->found_count, 1);
    assert_true(was_found(r, 8));
}

static void reads_a_partition_that_is_newer_than_the_marks_from_its_beginning(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 2, 2);
    write_all(r);
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}, {1, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 2, 1, 3);
    reread_run(r, &q);
    assert_string_equal(r->doubt, "");
    assert_true(r->found_count == 1 && was_found(r, 2));
    assert_int_equal(r->mark_count, 3);
}

static void doubts_where_another_cluster_answers(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 2, 2);
    write_all(r);
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}, {1, 0, {{0}}, false}, {2, 1, {{0}}, false}};
    struct readback_request q = request_of(TOPIC, marks, 3, 1, 3);
    q.cluster = SV("elsewhere");
    reread_run(r, &q);
    assert_says(r->doubt, "another cluster");
    assert_true(r->found_count == 1 && was_found(r, 2));
}

static void reads_all_where_nothing_is_recorded(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 2, 2);
    write_all(r);
    const struct readback_request q = request_of(TOPIC, NULL, 0, 1, 3);
    reread_run(r, &q);
    assert_string_equal(r->doubt, "");
    assert_true(r->found_count == 1 && was_found(r, 2));
}

static void finds_one_row_for_two_copies_of_it(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 0, 2);
    write_event(r, TOPIC, 0, 2);
    write_all(r);
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 1, 1, 3);
    reread_run(r, &q);
    assert_true(r->found_count == 1 && was_found(r, 2));
}

static void finds_events_in_structured_mode(void **state)
{
    struct reread *r = *state;
    char value[256];
    int n = snprintf(value, sizeof value, "{\"specversion\":\"1.0\",\"data\":{\"id\":\"%s\"},", id_of(1));
    n += snprintf(value + n, sizeof value - (size_t)n, "\"id\":\"%s\"}", id_of(2));
    write_raw(r, TOPIC, 0, NULL, "application/cloudevents+json; charset=UTF-8", value, (size_t)n);
    write_all(r);
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 1, 1, 3);
    reread_run(r, &q);
    assert_true(r->found_count == 1 && was_found(r, 2));
}

static void passes_over_whatever_else_stands_there(void **state)
{
    struct reread *r = *state;
    char *huge = xcalloc(1, 900000);
    memset(huge, '[', 900000);
    huge[0] = '{';
    write_raw(r, TOPIC, 0, NULL, "application/cloudevents+json", huge, 900000);
    write_raw(r, TOPIC, 0, NULL, "application/cloudevents+json", NULL, 0);
    write_raw(r, TOPIC, 0, NULL, NULL, NULL, 0);
    write_raw(r, TOPIC, 0, "", NULL, huge, 900000);
    write_raw(r, TOPIC, 0, "0123", NULL, "", 0);
    write_raw(r, TOPIC, 0, "zz112233445566778899aabbccddeeff", NULL, "", 0);
    write_event(r, TOPIC, 0, 2);
    write_all(r);
    free(huge);
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 1, 1, 3);
    reread_run(r, &q);
    assert_string_equal(r->doubt, "");
    assert_true(r->found_count == 1 && was_found(r, 2));
}

static void says_that_a_missing_topic_takes_none(void **state)
{
    struct reread *r = *state;
    rd_kafka_mock_topic_set_error(r->cluster, "gone", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    const struct readback_request q = request_of("gone", NULL, 0, 1, 3);
    reread_run(r, &q);
    assert_int_equal(r->end, READBACK_TAKES_NONE);
    assert_says(r->reason, "no such topic");
}

static void says_that_a_topic_that_may_not_be_seen_takes_none(void **state)
{
    struct reread *r = *state;
    rd_kafka_mock_topic_set_error(r->cluster, TOPIC, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    const struct readback_request q = request_of(TOPIC, NULL, 0, 1, 3);
    reread_run(r, &q);
    assert_int_equal(r->end, READBACK_TAKES_NONE);
    assert_says(r->reason, "do not allow");
}

static void doubts_without_the_right_to_read_when_something_was_written(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 0, 2);
    write_all(r);
    rd_kafka_mock_push_request_errors(r->cluster, FETCH, 3, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                                      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 1, 3);
    reread_run(r, &q);
    assert_int_equal(r->end, READBACK_SETTLED);
    assert_says(r->doubt, "READ");
    assert_int_equal(r->marks[0].offset, 1);
}

static void waits_for_a_partition_s_leader_while_other_topics_go_on(void **state)
{
    struct reread *r = *state;
    rd_kafka_mock_topic_create(r->cluster, "other", 1, 1);
    write_event(r, TOPIC, 1, 2);
    write_event(r, "other", 0, 1);
    write_all(r);
    rd_kafka_mock_partition_set_leader(r->cluster, TOPIC, 1, -1);
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 1, 3), other = request_of("other", marks, 1, 1, 3);
    readback_add(r->readback, &q);
    readback_add(r->readback, &other);
    reread_wait(r, 1);
    assert_string_equal(r->topic, "other");
    assert_int_equal(r->found_count, 1);
    rd_kafka_mock_partition_set_leader(r->cluster, TOPIC, 1, 1);
    reread_wait(r, 2);
    assert_string_equal(r->topic, TOPIC);
    assert_true(r->found_count == 1 && was_found(r, 2));
}

static void waits_for_a_broker_and_ends_at_once_when_it_is_freed(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 1, 2);
    write_all(r);
    rd_kafka_mock_broker_set_down(r->cluster, 1);
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 1, 3), again = request_of(TOPIC, marks, 3, 1, 3);
    readback_add(r->readback, &q);
    struct pollfd fd = {readback_fd(r->readback), POLLIN, 0};
    assert_int_equal(poll(&fd, 1, 700), 0);
    int64_t before = clock_monotonic(&clock_system);
    readback_free(&r->readback);
    assert_true(clock_monotonic(&clock_system) - before < 2 * MS_SECOND);
    reread_connect(r, r->address, reread_quick, 2);
    readback_add(r->readback, &again);
    assert_int_equal(poll(&(struct pollfd){readback_fd(r->readback), POLLIN, 0}, 1, 700), 0);
    rd_kafka_mock_broker_set_up(r->cluster, 1);
    reread_wait(r, 1);
    assert_true(r->found_count == 1 && was_found(r, 2));
}

static void begin_to_read(struct reread *r, const struct readback_request *q)
{
    unsigned words = r->words;
    readback_add(r->readback, q);
    while (r->words == words) {
        assert_int_equal(poll(&(struct pollfd){readback_fd(r->readback), POLLIN, 0}, 1, GUARD), 1);
        readback_serve(r->readback);
    }
}

static void goes_on_when_the_broker_was_away_in_the_middle(void **state)
{
    struct reread *r = *state;
    readback_set_settle(r->readback, 3000);
    write_event(r, TOPIC, 1, 2);
    write_all(r);
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 1, 3);
    begin_to_read(r, &q);
    rd_kafka_mock_broker_set_down(r->cluster, 1);
    assert_int_equal(poll(&(struct pollfd){readback_fd(r->readback), POLLIN, 0}, 1, 1500), 0);
    rd_kafka_mock_broker_set_up(r->cluster, 1);
    write_event(r, TOPIC, 2, 3);
    write_all(r);
    reread_wait(r, 1);
    assert_int_equal(r->found_count, 2);
}

static void takes_no_silence_for_an_answer(void **state)
{
    struct reread *r = *state;
    write_event(r, TOPIC, 0, 1);
    write_event(r, TOPIC, 1, 2);
    write_all(r);
    rd_kafka_mock_broker_push_request_error_rtts(r->cluster, 1, LIST_OFFSETS, 4, RD_KAFKA_RESP_ERR_NO_ERROR, 900, RD_KAFKA_RESP_ERR_NO_ERROR, 0,
                                                 RD_KAFKA_RESP_ERR_NO_ERROR, 900, RD_KAFKA_RESP_ERR_NO_ERROR, 900);
    const struct readback_mark marks[] = {{0, 1, event_of(1), true}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 2, 3);
    reread_run(r, &q);
    assert_string_equal(r->doubt, "");
    assert_true(r->found_count == 1 && was_found(r, 2));
    assert_int_equal(r->marks[0].offset, 1);
}

static void is_not_kept_going_by_a_writer_that_never_stops(void **state)
{
    struct reread *r = *state;
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 1, 3);
    readback_add(r->readback, &q);
    int64_t until = clock_monotonic(&clock_system) + GUARD;
    for (int n = 0; !r->results && clock_monotonic(&clock_system) < until; n++) {
        write_foreign(r, TOPIC, n % 3);
        rd_kafka_poll(r->producer, 1);
        if (poll(&(struct pollfd){readback_fd(r->readback), POLLIN, 0}, 1, 0) > 0)
            readback_serve(r->readback);
    }
    assert_int_equal(r->results, 1);
    assert_string_equal(r->doubt, "");
}

static void settles_no_sooner_than_the_settle_time_after_the_first_answer(void **state)
{
    struct reread *r = *state;
    readback_set_settle(r->readback, 700);
    const struct readback_request q = request_of(TOPIC, NULL, 0, 1, 3);
    int64_t began = clock_monotonic(&clock_system);
    reread_run(r, &q);
    assert_true(clock_monotonic(&clock_system) - began >= 700);
}

static void settles_no_sooner_than_the_settle_time_after_the_last_of_its_rows(void **state)
{
    struct reread *r = *state;
    readback_set_settle(r->readback, 700);
    for (unsigned attempt = 1; attempt <= 20; attempt++) { /* a machine that is busy may be too late with the row */
        const struct readback_request q = request_of(TOPIC, NULL, 0, attempt, attempt);
        begin_to_read(r, &q);
        poll(&(struct pollfd){readback_fd(r->readback), POLLIN, 0}, 1, 350);
        int64_t wrote = clock_monotonic(&clock_system);
        write_event(r, TOPIC, 0, attempt);
        write_all(r);
        reread_wait(r, attempt);
        if (r->found_count == 1) {
            assert_true(clock_monotonic(&clock_system) - wrote >= 700);
            return;
        }
    }
    fail_msg("no row was found");
}

static void goes_its_way_whatever_the_operator_s_options_are(void **state)
{
    struct reread *r = *state;
    static const struct publish_option options[] = {
        {{"group.id", 8}, {"x", 1}}, {{"fetch.max.bytes", 15}, {"1", 1}}, {{"isolation.level", 15}, {"read_committed", 14}},
        {{"auto.offset.reset", 17}, {"latest", 6}}, {{"message.max.bytes", 17}, {"90000000", 8}}, {{"session.timeout.ms", 18}, {"3600000", 7}},
        {{"receive.message.max.bytes", 25}, {"1000", 4}}, {{"enable.partition.eof", 20}, {"false", 5}}, {{"linger.ms", 9}, {"5", 1}},
        {{"compression.type", 16}, {"lz4", 3}}, {{"queued.max.messages.kbytes", 26}, {"1", 1}}, {{"fetch.min.bytes", 15}, {"100000000", 9}},
    };
    readback_free(&r->readback);
    reread_connect(r, r->address, options, sizeof options / sizeof *options);
    write_event(r, TOPIC, 1, 2);
    write_all(r);
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 1, 3);
    reread_run(r, &q);
    assert_true(r->found_count == 1 && was_found(r, 2));
}

static void reads_many_topics_at_a_time(void **state)
{
    struct reread *r = *state;
    char names[40][8];
    const struct readback_mark marks[] = {{0, 0, {{0}}, false}};
    for (int i = 0; i < 40; i++) {
        snprintf(names[i], sizeof names[i], "t%d", i);
        rd_kafka_mock_topic_create(r->cluster, names[i], 1, 1);
        write_event(r, names[i], 0, i + 1);
    }
    write_all(r);
    for (int i = 0; i < 40; i++) {
        const struct readback_request q = request_of(names[i], marks, 1, 1, 40);
        readback_add(r->readback, &q);
    }
    for (unsigned i = 1; i <= 40; i++) {
        reread_wait(r, i);
        assert_int_equal(r->found_count, 1);
        assert_int_equal(r->found[0], atoi(r->topic + 1) + 1);
    }
}

static void marks_of_compressed_batches_may_stand_in_their_middle(void **state)
{
    struct reread *r = *state;
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", r->address, error, sizeof error);
    rd_kafka_conf_set(conf, "compression.type", "gzip", error, sizeof error);
    rd_kafka_conf_set(conf, "linger.ms", "200", error, sizeof error);
    struct reread writer = {.producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error)};
    for (int64_t n = 1; n <= 20; n++)
        write_event(&writer, TOPIC, 0, n);
    write_all(&writer);
    rd_kafka_destroy(writer.producer);
    const struct readback_mark marks[] = {{0, 10, event_of(10), true}, {1, 0, {{0}}, false}, {2, 0, {{0}}, false}};
    const struct readback_request q = request_of(TOPIC, marks, 3, 11, 30);
    reread_run(r, &q);
    assert_string_equal(r->doubt, "");
    assert_int_equal(r->found_count, 10);
    assert_int_equal(r->records, 11);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(finds_the_rows_on_any_partition_among_other_writers_records), T(makes_marks_of_the_ends_where_no_row_can_be_in_flight),
        T(takes_a_mark_whose_record_is_still_there_as_good), T(keeps_a_mark_s_event_where_nothing_came_behind_it),
        T(doubts_and_reads_all_when_another_record_stands_before_the_mark), T(doubts_when_the_end_is_below_the_mark),
        T(reads_a_partition_that_is_newer_than_the_marks_from_its_beginning), T(doubts_where_another_cluster_answers),
        T(reads_all_where_nothing_is_recorded), T(finds_one_row_for_two_copies_of_it), T(finds_events_in_structured_mode),
        T(passes_over_whatever_else_stands_there), T(says_that_a_missing_topic_takes_none), T(says_that_a_topic_that_may_not_be_seen_takes_none),
        T(doubts_without_the_right_to_read_when_something_was_written), T(waits_for_a_partition_s_leader_while_other_topics_go_on),
        T(waits_for_a_broker_and_ends_at_once_when_it_is_freed), T(goes_on_when_the_broker_was_away_in_the_middle),
        T(takes_no_silence_for_an_answer),
        T(is_not_kept_going_by_a_writer_that_never_stops), T(settles_no_sooner_than_the_settle_time_after_the_first_answer),
        T(settles_no_sooner_than_the_settle_time_after_the_last_of_its_rows),
        T(goes_its_way_whatever_the_operator_s_options_are), T(reads_many_topics_at_a_time), T(marks_of_compressed_batches_may_stand_in_their_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
