/* Known faults of librdkafka's that an operator meets, and what of its words is not to be shown. */
#include <librdkafka/rdkafka.h>
#include <stdio.h>

#include "base/sv.h"
#include "publish/publish.h"

/* Its client's nonce was sent twice; brokers since 3.7.2 and 3.8.1 hold SCRAM to RFC 5802 and refuse that as a wrong password. */
#define SCRAM_MENDED 0x02060100

const char *publish_caution(const char *name, const char *value)
{
    static _Thread_local char text[160];
    bool mechanism = strcmp(name, "sasl.mechanism") == 0 || strcmp(name, "sasl.mechanisms") == 0;
    if (!mechanism || !sv_starts_nocase(sv_of(value), SV("SCRAM-")) || rd_kafka_version() >= SCRAM_MENDED)
        return NULL;
    snprintf(text, sizeof text, "brokers since Kafka 3.7.2 and 3.8.1 refuse the SCRAM of librdkafka %s (2.6.1 mends it): use PLAIN with sasl_ssl, or a certificate",
             rd_kafka_version_str());
    return text;
}

const char *publish_public(const char *text, char *room, size_t size)
{
    static const char name[] = "sasl.oauthbearer.config", beginning[] = " beginning at:";
    const char *at = strstr(text, name), *end = NULL;
    if (!at)
        return text;
    at += sizeof name - 1;
    if (strncmp(at, beginning, sizeof beginning - 1) == 0)
        end = at + sizeof beginning - 1;
    else if (*at == ':')
        end = strchr(at + 1, ':');
    if (!end)
        return text;
    snprintf(room, size, "%.*s (hidden)", (int)(end - text - (end[-1] == ':')), text);
    return room;
}
