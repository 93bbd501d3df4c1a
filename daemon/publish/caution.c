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

/* ---- Tokens ---- */

static bool is_on(const struct publish_options *o, const char *name, const char *value)
{
    for (size_t i = 0; i < o->option_count; i++)
        if (sv_eq(o->options[i].name, sv_of(name)))
            return sv_eq_nocase(o->options[i].value, sv_of(value));
    return false;
}

/* One KEY=VALUE of sasl.oauthbearer.config, as librdkafka reads it. */
static const char *check_pair(struct sv pair, bool *principal)
{
    static const struct sv keys[] = {SV("principal="), SV("principalClaimName="), SV("scope="), SV("scopeClaimName="), SV("lifeSeconds="), SV("extension_")};
    const char *sign = pair.n ? memchr(pair.p, '=', pair.n) : NULL;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!sv_starts(pair, keys[i]) || !sign)
            continue;
        struct sv value = sv_from(pair, (size_t)(sign + 1 - pair.p));
        bool number = value.n > 0 && value.n < 10 && value.p[0] != '0';
        for (size_t k = 0; k < value.n; k++)
            number = number && value.p[k] >= '0' && value.p[k] <= '9';
        *principal = *principal || i == 0;
        return value.n == 0                       ? "a key has no value behind its ="
               : memchr(value.p, '"', value.n)    ? "a value holds a quote"
               : i == 4 && !number                ? "lifeSeconds is a whole number of seconds"
                                                  : NULL;
    }
    return "it holds principal=NAME and, with blanks between, scope=, scopeClaimName=, principalClaimName=, lifeSeconds= or extension_NAME=";
}

const char *publish_check_token(const struct publish_options *o)
{
    struct sv config = SV_NONE, pair;
    bool principal = false;
    if (!(is_on(o, "sasl.mechanism", "OAUTHBEARER") || is_on(o, "sasl.mechanisms", "OAUTHBEARER")) || is_on(o, "sasl.oauthbearer.method", "oidc"))
        return NULL;
    if (!is_on(o, "enable.sasl.oauthbearer.unsecure.jwt", "true"))
        return "OAUTHBEARER needs a token: set sasl.oauthbearer.method oidc, or for trying out enable.sasl.oauthbearer.unsecure.jwt true";
    for (size_t i = 0; i < o->option_count; i++)
        if (sv_eq(o->options[i].name, SV("sasl.oauthbearer.config")))
            config = o->options[i].value;
    while (sv_split(&config, ' ', &pair)) {
        const char *wrong = pair.n ? check_pair(pair, &principal) : NULL;
        if (wrong)
            return wrong;
    }
    return principal ? NULL : "sasl.oauthbearer.config holds no principal=NAME";
}
