/* Every answer that a broker can give to a produce request or to the request for a producer's id, and what must follow. */
#include "post.h"

#include "base/log.h"
#include "publish/answers.h"

#define PRODUCER_ID 22 /* Kafka's number of that request */

static struct broker broker;
static unsigned anew, gaps; /* producers that gave up; those that ended because nothing may overtake a message */

static void count_producers(enum log_level level, const struct log_field *fields, const char *message)
{
    (void)level, (void)fields;
    anew += strstr(message, "the producer gave up") != NULL;
    gaps += strstr(message, "a new producer takes over") != NULL;
}

static int open_broker(void **state)
{
    (void)state;
    broker_open(&broker);
    log_set_level(LOG_LEVEL_DEBUG);
    log_set_sink(count_producers);
    return 0;
}

static int close_broker(void **state)
{
    (void)state;
    log_set_sink(NULL);
    broker_close(&broker);
    return 0;
}

/* What must follow an answer to the one row that is sent. In each case it is delivered in the end, and told so once. */
enum follows {
    KNOWN,  /* it was there already: delivered, but nobody knows where */
    AGAIN,  /* sent again, by librdkafka or by the courier: nobody is told anything */
    ALONE,  /* refused with what was sent beside it: sent again alone, and by another producer, so that nothing overtook it */
    WAITS,  /* the topic's lane is told closed, surely unwritten */
    UNSURE, /* the lane is told closed, perhaps written; another producer takes over */
};

static const struct {
    rd_kafka_resp_err_t code;
    enum follows follows;
} produce[] = {
    {RD_KAFKA_RESP_ERR_UNKNOWN, UNSURE},
    {RD_KAFKA_RESP_ERR_INVALID_MSG, AGAIN}, /* corrupted on its way */
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, AGAIN},
    {RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE, ALONE},
    {RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, AGAIN},
    {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, AGAIN},
    {RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, AGAIN},
    {RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, AGAIN},
    {RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, AGAIN},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, ALONE},
    {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, AGAIN},
    {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, AGAIN},
    {RD_KAFKA_RESP_ERR_NOT_COORDINATOR, AGAIN},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, WAITS},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, ALONE},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, AGAIN},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, AGAIN},
    {RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS, WAITS},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, WAITS},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, WAITS},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, WAITS},
    {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, ALONE},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, WAITS},
    {RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE, WAITS},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, WAITS},
    {RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, WAITS},
    {RD_KAFKA_RESP_ERR_INVALID_CONFIG, WAITS},
    {RD_KAFKA_RESP_ERR_INVALID_REQUEST, WAITS},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, WAITS},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, WAITS},
    {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, UNSURE},
    {RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER, KNOWN},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, UNSURE},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING, UNSURE},
    {RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, UNSURE},
    {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, UNSURE},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, WAITS},
    {RD_KAFKA_RESP_ERR_SECURITY_DISABLED, WAITS},
    {RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, AGAIN},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, WAITS},
    {RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID, AGAIN}, /* of a first attempt, with nothing else in flight */
    {RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_AUTHORIZATION_FAILED, WAITS},
    {RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_EXPIRED, WAITS},
    {RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, AGAIN},
    {RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, AGAIN},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE, WAITS},
    {RD_KAFKA_RESP_ERR_INVALID_RECORD, ALONE},
    {RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED, AGAIN},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, UNSURE},
};
#define CODES_MOST 130 /* beyond what any Kafka has; what is not in the table leaves it open */

static enum follows wanted_of(int code)
{
    for (size_t i = 0; i < sizeof produce / sizeof *produce; i++)
        if (produce[i].code == code)
            return produce[i].follows;
    return UNSURE;
}

static void send_with_answer(struct post *p, int request, int code, bool first)
{
    anew = gaps = 0;
    post_open(p, PUBLISH_BROKERS, broker.address);
    p->hurries = true;
    if (!first) {
        post_rows(p, 1);
        post_run(p, 1, 0);
    }
    rd_kafka_mock_push_request_errors(broker.cluster, request, 1, code);
    post_rows(p, 1);
    post_run(p, (size_t)p->count, 0);
    assert_int_equal(p->reports[p->count], 1);
}

static void each_answer_to_a_message_has_its_place(void **state)
{
    (void)state;
    struct post p;
    for (int code = -1; code <= CODES_MOST; code += 1 + (code == -1)) {
        send_with_answer(&p, PRODUCE, code, false);
        enum follows wanted = wanted_of(code);
        bool placed = p.places[p.count].partition >= 0;
        bool good = wanted == KNOWN   ? p.closed == 0 && anew + gaps == 0 && !placed
                    : wanted == AGAIN ? p.closed == 0 && placed
                    : wanted == ALONE ? p.closed == 0 && gaps == 1 && anew == 0 && placed
                    : wanted == WAITS ? p.closed == 1 && p.unsure == 0 && anew == 0 && placed
                                      : p.closed == 1 && p.unsure == 1 && anew == 1 && placed;
        if (!good)
            fail_msg("%s (%d): %u closed, %u of them unsure, %u producers gave up, %u ended at a gap, placed: %d", rd_kafka_err2name(code), code, p.closed,
                     p.unsure, anew, gaps, placed);
        if (p.closed)
            assert_string_equal(p.why, rd_kafka_err2str(code));
        post_close(&p);
    }
}

/* What librdkafka tried again by itself may have been written by an attempt before, whatever the last one was told. */
static void a_refusal_after_a_lost_answer_is_unsure(void **state)
{
    (void)state;
    static const rd_kafka_resp_err_t last[] = {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
                                               RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE};
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        struct post p;
        post_open(&p, PUBLISH_BROKERS, broker.address);
        p.hurries = true;
        post_rows(&p, 1);
        post_run(&p, 1, 0);
        rd_kafka_mock_push_request_errors(broker.cluster, PRODUCE, 2, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, last[i]);
        post_rows(&p, 1);
        post_run(&p, 2, 0);
        assert_true(p.closed == 1 && p.unsure == 1 && p.refused == 0);
        post_close(&p);
    }
}

/* Before it has its id the producer sends nothing: the rows stay where they are, and no lane is closed. */
static void no_answer_to_the_request_for_an_id_loses_anything(void **state)
{
    (void)state;
    static const struct {
        rd_kafka_resp_err_t code;
        unsigned anew;
    } codes[] = {
        {RD_KAFKA_RESP_ERR_UNKNOWN, 0},
        {RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, 0},
        {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, 0},
        {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, 0},
        {RD_KAFKA_RESP_ERR_NOT_COORDINATOR, 0},
        {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, 1},
        {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, 0},
        {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, 1},
        {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, 0},
        {RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED, 0},
        {CODES_MOST, 0},
    };
    struct post p;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        send_with_answer(&p, PRODUCER_ID, codes[i].code, true);
        if (p.closed || anew != codes[i].anew)
            fail_msg("%s: %u closed, %u producers gave up", rd_kafka_err2name(codes[i].code), p.closed, anew);
        post_close(&p);
    }
}

static void what_librdkafka_says_itself_has_its_place(void **state)
{
    (void)state;
    static const struct {
        rd_kafka_resp_err_t code;
        enum publish_outcome unsent, local;
    } codes[] = {
        {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, PUBLISH_FAILED, PUBLISH_FAILED},
        {RD_KAFKA_RESP_ERR__TIMED_OUT, PUBLISH_FAILED, PUBLISH_FAILED},
        {RD_KAFKA_RESP_ERR__TRANSPORT, PUBLISH_FAILED, PUBLISH_FAILED},
        {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, PUBLISH_TOPIC_WAITS, PUBLISH_TOPIC_WAITS},
        {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, PUBLISH_TOPIC_WAITS, PUBLISH_TOPIC_WAITS},
        {RD_KAFKA_RESP_ERR__BAD_COMPRESSION, PUBLISH_TOPIC_WAITS, PUBLISH_TOPIC_WAITS},
        {RD_KAFKA_RESP_ERR__PURGE_QUEUE, PUBLISH_RETURNED, PUBLISH_RETURNED},
        {RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, PUBLISH_UNSURE, PUBLISH_FAILED},
        {RD_KAFKA_RESP_ERR__FATAL, PUBLISH_RETURNED, PUBLISH_RETURNED},
        {RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE, PUBLISH_RETURNED, PUBLISH_RETURNED},
        {RD_KAFKA_RESP_ERR__BAD_MSG, PUBLISH_UNSURE, PUBLISH_FAILED},
        {RD_KAFKA_RESP_ERR__INVALID_ARG, PUBLISH_UNSURE, PUBLISH_FAILED},
        {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, PUBLISH_BATCH_REFUSED, PUBLISH_REFUSED},
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        assert_int_equal(answers_judge(codes[i].code, RD_KAFKA_MSG_STATUS_NOT_PERSISTED), codes[i].unsent);
        assert_int_equal(answers_judge(codes[i].code, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED), PUBLISH_UNSURE);
        assert_int_equal(answers_judge(codes[i].code, RD_KAFKA_MSG_STATUS_PERSISTED), PUBLISH_DELIVERED);
        assert_int_equal(answers_judge_local(codes[i].code), codes[i].local);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_answer_to_a_message_has_its_place, open_broker, close_broker),
        cmocka_unit_test_setup_teardown(a_refusal_after_a_lost_answer_is_unsure, open_broker, close_broker),
        cmocka_unit_test_setup_teardown(no_answer_to_the_request_for_an_id_loses_anything, open_broker, close_broker),
        cmocka_unit_test(what_librdkafka_says_itself_has_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
