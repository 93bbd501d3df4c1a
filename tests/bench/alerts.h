/* Alerts as they stand in an outbox, made in no time: a key, the nine headers, a value of so many bytes. */
#ifndef ALERTS_H
#define ALERTS_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/message.h"

#define OUTLETS 200
#define LETTERS 65536

struct alerts {
    struct sv topic;
    size_t bytes; /* of a value */
    char *value, letters[LETTERS];
    char id[33], key[16];
    struct message_header headers[9];
};

static inline void alerts_init(struct alerts *a, const char *topic, size_t bytes)
{
    static const struct message_header headers[] = {
        {SV("ce_specversion"), SV("1.0")},
        {SV("ce_id"), SV_NONE},
        {SV("ce_source"), SV("/newswatchd/bench")},
        {SV("ce_type"), SV("newswatchd.item.matched")},
        {SV("ce_time"), SV("2025-11-24T12:00:00.000Z")},
        {SV("ce_subject"), SV_NONE},
        {SV("ce_dataschema"), SV("https://newswatchd.example/schema/alert-1.json")},
        {SV("content-type"), SV("application/json")},
        {SV("rules"), SV("storm,coast")},
    };
    a->topic = sv_of(topic);
    a->bytes = bytes < 100 ? 100 : bytes;
    a->value = xcalloc(1, a->bytes + 1);
    memcpy(a->headers, headers, sizeof headers);
    uint64_t drawn = 88172645463325252u;
    for (size_t i = 0; i < LETTERS; i++) {
        drawn ^= drawn << 13, drawn ^= drawn >> 7, drawn ^= drawn << 17;
        a->letters[i] = drawn % 6 ? (char)('a' + drawn / 6 % 26) : ' ';
    }
}

/* The i-th alert; valid until the next call. */
static inline struct message alerts_make(struct alerts *a, unsigned i)
{
    size_t n = (size_t)sprintf(a->value, "{\"item\":{\"id\":\"urn:bench:%u\",\"content_text\":\"", i);
    for (size_t from = i * 7919u % (LETTERS / 2); n < a->bytes - 3;) {
        size_t part = a->bytes - 3 - n < LETTERS / 2 ? a->bytes - 3 - n : LETTERS / 2;
        memcpy(a->value + n, a->letters + from, part);
        n += part;
    }
    memcpy(a->value + n, "\"}}", 4);
    snprintf(a->id, sizeof a->id, "%032" PRIx64, (uint64_t)i * 0x9E3779B97F4A7C15u + 1);
    snprintf(a->key, sizeof a->key, "outlet-%u", i % OUTLETS);
    a->headers[1].value = sv_of(a->id);
    a->headers[5].value = sv_of(a->key);
    return (struct message){sv_of(a->id), a->topic, sv_of(a->key), {a->value, n + 3}, a->headers, 9};
}

#endif
