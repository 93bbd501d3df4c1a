#include "publish/readback_broker.h"

#include <stdio.h>
#include <stdlib.h>

#define PATIENCE_MS 500
#define POLICY_MS 10000

static enum broker_answer say(enum broker_answer answer, rd_kafka_resp_err_t error, char *text)
{
    snprintf(text, BROKER_TEXT, "%s", rd_kafka_err2str(error));
    return answer;
}

/* Of the whole topic. What will not change by itself within moments is said at once. */
static enum broker_answer judge_topic(rd_kafka_resp_err_t error, char *text)
{
    switch (error) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        snprintf(text, BROKER_TEXT, "the brokers have no such topic");
        return BROKER_REFUSES;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        snprintf(text, BROKER_TEXT, "the brokers do not allow this user to see the topic (its right DESCRIBE, or WRITE)");
        return BROKER_REFUSES;
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        snprintf(text, BROKER_TEXT, "the brokers do not take this as a topic's name");
        return BROKER_REFUSES;
    default:
        return say(BROKER_NOT_NOW, error, text);
    }
}

static enum broker_answer judge_metadata(const rd_kafka_metadata_topic_t *t, int32_t *count, char *text)
{
    if (t->err)
        return judge_topic(t->err, text);
    if (t->partition_cnt <= 0) {
        snprintf(text, BROKER_TEXT, "the topic has no partition");
        return BROKER_REFUSES;
    }
    for (int i = 0; i < t->partition_cnt; i++)
        if (t->partitions[i].leader < 0 || t->partitions[i].id < 0 || t->partitions[i].id >= t->partition_cnt) {
            snprintf(text, BROKER_TEXT, "partition %d has no leader", t->partitions[i].id);
            return BROKER_NOT_NOW;
        }
    *count = t->partition_cnt;
    return BROKER_ANSWERS;
}

enum broker_answer broker_partitions(rd_kafka_t *asker, rd_kafka_topic_t *topic, int32_t *count, char text[BROKER_TEXT])
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t error = rd_kafka_metadata(asker, 0, topic, &metadata, PATIENCE_MS);
    if (error)
        return say(BROKER_SILENT, error, text);
    enum broker_answer answer = metadata->topic_cnt == 1 ? judge_metadata(&metadata->topics[0], count, text)
                                                         : say(BROKER_NOT_NOW, RD_KAFKA_RESP_ERR__BAD_MSG, text);
    rd_kafka_metadata_destroy(metadata);
    return answer;
}

/* Not every librdkafka tells an error when no answer came in time: then the time that was asked for is left where the offset
 * would stand. */
static rd_kafka_resp_err_t take_offsets(const rd_kafka_topic_partition_list_t *list, int64_t time, int64_t *offsets)
{
    for (int i = 0; i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *p = &list->elems[i];
        bool timeless = p->err == RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT; /* of old records */
        if (p->err && !timeless)
            return p->err;
        if (p->offset == time && !timeless)
            return RD_KAFKA_RESP_ERR__TIMED_OUT;
        offsets[p->partition] = timeless ? BROKER_EARLIEST : p->offset;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

enum broker_answer broker_offsets(rd_kafka_t *asker, const char *topic, int32_t count, int64_t time, int64_t *offsets, char text[BROKER_TEXT])
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
    for (int32_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = time;
    rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(asker, list, PATIENCE_MS);
    if (!error)
        error = take_offsets(list, time, offsets);
    rd_kafka_topic_partition_list_destroy(list);
    switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        return BROKER_ANSWERS;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: /* whether there is one is said by broker_partitions: its leader is new, or old */
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        return say(BROKER_NOT_NOW, error, text);
    default:
        return judge_topic(error, text);
    }
}

char *broker_cluster(rd_kafka_t *asker)
{
    return rd_kafka_clusterid(asker, PATIENCE_MS / 5);
}

/* ---- Is it compacted? ---- */

void broker_ask_policy(rd_kafka_t *asker, const char *topic, rd_kafka_queue_t *queue)
{
    char error[BROKER_TEXT];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(asker, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_AdminOptions_set_request_timeout(options, POLICY_MS, error, sizeof error);
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    rd_kafka_DescribeConfigs(asker, &resource, 1, options, queue);
    rd_kafka_ConfigResource_destroy(resource);
    rd_kafka_AdminOptions_destroy(options);
}

static bool will_pass(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE || error == RD_KAFKA_RESP_ERR__TRANSPORT ||
           error == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT || error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || error == RD_KAFKA_RESP_ERR__DESTROY;
}

static enum broker_policy judge_policy(const rd_kafka_ConfigResource_t *resource, char *text)
{
    rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(resource);
    if (error) {
        snprintf(text, BROKER_TEXT, "%s", rd_kafka_err2str(error));
        return will_pass(error) ? POLICY_NOT_NOW : POLICY_UNKNOWN;
    }
    size_t count;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), "cleanup.policy") == 0) {
            const char *value = rd_kafka_ConfigEntry_value(entries[i]);
            return value && strstr(value, "compact") ? POLICY_COMPACTED : POLICY_KEPT;
        }
    snprintf(text, BROKER_TEXT, "the brokers do not say the topic's cleanup.policy");
    return POLICY_UNKNOWN;
}

enum broker_policy broker_policy(rd_kafka_queue_t *queue, char text[BROKER_TEXT])
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 0);
    if (!event)
        return POLICY_PENDING;
    enum broker_policy policy = POLICY_UNKNOWN;
    rd_kafka_resp_err_t error = rd_kafka_event_error(event);
    size_t count = 0;
    const rd_kafka_DescribeConfigs_result_t *result = rd_kafka_event_DescribeConfigs_result(event);
    const rd_kafka_ConfigResource_t **resources = result ? rd_kafka_DescribeConfigs_result_resources(result, &count) : NULL;
    if (!error && count == 1) {
        policy = judge_policy(resources[0], text);
    } else {
        snprintf(text, BROKER_TEXT, "%s", rd_kafka_err2str(error));
        policy = will_pass(error) ? POLICY_NOT_NOW : POLICY_UNKNOWN;
    }
    rd_kafka_event_destroy(event);
    return policy;
}
