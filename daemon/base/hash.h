/* Hashes: a fast keyed one for tables, and a strong one for identities that must never change. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/sv.h"

/* For tables in memory only: seeded at random once per process, so that hostile keys cannot pile up. */
uint64_t hash_fast(struct sv);

/* The first 16 bytes of SHA-256 over the parts, each preceded by its length, so that ("a","bc") and ("ab","c") differ.
 * Stable for ever: identities in the store and in events are made of it. Not for two threads at once. */
struct digest {
    unsigned char bytes[16];
};
struct digest hash_digest(const struct sv *parts, size_t n);
/* 32 hexadecimal digits and a NUL. */
char *digest_hex(struct digest, char out[33]);
/* The other way. false: these are not 32 hexadecimal digits as digest_hex writes them. */
bool digest_read(struct sv hex, struct digest *);

#endif
