/* What the broker's and librdkafka's answers to a message mean for it. Private to this folder. */
#ifndef PUBLISH_ANSWERS_H
#define PUBLISH_ANSWERS_H

#include <librdkafka/rdkafka.h>

#include "publish/publish.h"

/* Of a delivery report, by its error and by what librdkafka says of the message's whereabouts. What is refused counts as refused in a
 * batch. */
enum publish_outcome answers_judge(rd_kafka_resp_err_t, rd_kafka_msg_status_t);
/* Of a message that librdkafka did not even take. */
enum publish_outcome answers_judge_local(rd_kafka_resp_err_t);

#endif
