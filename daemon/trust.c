#include "trust.h"

#define VOICES 2 /* that turn it */

void trust_hear(struct trust *t, int speaks)
{
    if (speaks == 0)
        return;
    t->voices = (speaks > 0) == t->none ? t->voices + 1 : 0;
    if (t->voices == VOICES) {
        t->none = !t->none;
        t->voices = 0;
    }
}

/* A byte each of the two numbers, and the sample. */
struct sv trust_pack(const struct trust *t, struct arena *a)
{
    if (!t->none && !t->voices)
        return SV_NONE;
    size_t n = 2 + t->sampled * sizeof *t->sample;
    char *bytes = arena_alloc(a, n);
    bytes[0] = t->none;
    bytes[1] = (char)t->voices;
    memcpy(bytes + 2, t->sample, n - 2);
    return (struct sv){bytes, n};
}

void trust_unpack(struct sv v, struct trust *t)
{
    *t = (struct trust){0};
    if (v.n < 2)
        return;
    t->none = v.p[0];
    t->voices = v.p[1] != 0;
    for (size_t at = 2; at + sizeof *t->sample <= v.n && t->sampled < TRUST_SAMPLE; at += sizeof *t->sample)
        memcpy(&t->sample[t->sampled++], v.p + at, sizeof *t->sample);
}
