/* The hash of a folded word, for the scanner that has just written it. Private to words.c; others take words_hash. */
#ifndef MATCH_WORDS_HASH_H
#define MATCH_WORDS_HASH_H

#include <endian.h>

#include "base/sv.h"

/* Random, drawn once per process by words_hash_seed, which may be called again at no cost. */
extern uint64_t words_hash_start, words_hash_factor;
void words_hash_seed(void);

static inline uint64_t load_8(const char *p)
{
    uint64_t bytes;
    memcpy(&bytes, p, 8);
    return le64toh(bytes);
}

/* Multiply by the secret factor and lay both halves of the product over each other: every bit of x reaches every bit of it. */
static inline uint64_t words_hash_mix(uint64_t x)
{
#ifdef __SIZEOF_INT128__
    unsigned __int128 product = (unsigned __int128)x * words_hash_factor;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t low = (x & UINT32_MAX) * words_hash_factor, high = (x >> 32) * words_hash_factor;
    return low ^ low >> 32 ^ (high << 32 | high >> 32);
#endif
}

/* `last`: the last bytes, one to eight, and zeros. */
static inline uint32_t words_hash_finish(uint64_t h, uint64_t last)
{
    h = words_hash_mix(h ^ last);
    return (uint32_t)(h ^ h >> 32);
}

/* words_hash of n > 0 bytes behind which eight more may be read. */
static inline uint32_t words_hash_padded(const char *p, size_t n)
{
    uint64_t h = words_hash_start + n;
    for (; n > 8; p += 8, n -= 8)
        h = words_hash_mix(h ^ load_8(p));
    return words_hash_finish(h, load_8(p) & UINT64_MAX >> (64 - 8 * n));
}

#endif
