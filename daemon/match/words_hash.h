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

/* Both halves of the product laid over each other: every bit of x and y reaches every bit of it. */
static inline uint64_t words_hash_mix(uint64_t x, uint64_t y)
{
#ifdef __SIZEOF_INT128__
    unsigned __int128 product = (unsigned __int128)x * y;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t low = (x & UINT32_MAX) * (y & UINT32_MAX), high = (x >> 32) * (y >> 32);
    uint64_t middle = (x >> 32) * (y & UINT32_MAX) ^ (x & UINT32_MAX) * (y >> 32);
    return low ^ high ^ (middle << 32 | middle >> 32);
#endif
}

/* One step for 16 bytes; the last is for what is left, with zeros behind it. */
static inline uint64_t words_hash_step(uint64_t h, uint64_t a, uint64_t b)
{
    return words_hash_mix(a ^ h, b ^ words_hash_factor);
}

static inline uint32_t words_hash_fold(uint64_t h)
{
    return (uint32_t)(h ^ h >> 32);
}

/* words_hash of n bytes behind which sixteen more may be read. No branch for the words that there are. */
static inline uint32_t words_hash_padded(const char *p, size_t n)
{
    uint64_t h = words_hash_start + n;
    for (; n > 16; p += 16, n -= 16)
        h = words_hash_step(h, load_8(p), load_8(p + 8));
    uint64_t a = load_8(p) & (n < 8 ? ~(UINT64_MAX << 8 * n) : UINT64_MAX);
    uint64_t b = load_8(p + 8) & (n > 8 ? UINT64_MAX >> (128 - 8 * n) : 0);
    return words_hash_fold(words_hash_step(h, a, b));
}

#endif
