/* How far a feed's guids are trusted, from document to document. */
#ifndef TRUST_H
#define TRUST_H

#include "base/hash.h"

#define TRUST_SAMPLE 4

struct trust {
    bool none;      /* guids are not asked: they changed at every poll */
    unsigned voices; /* documents in a row that spoke against how it is */
    struct digest sample[TRUST_SAMPLE]; /* guids of the last document */
    size_t sampled;
};

/* A document speaks: 1: guids stay, -1: they change, 0: it says nothing. Two in a row turn it. */
void trust_hear(struct trust *, int speaks);
/* As it is kept in the store; SV_NONE: in full. */
struct sv trust_pack(const struct trust *, struct arena *);
void trust_unpack(struct sv, struct trust *);

#endif
