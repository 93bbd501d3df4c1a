#include "base/hash.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/ascii.h"

/* SipHash-1-3 (Aumasson and Bernstein, 2012). */
static uint64_t seed[2];

static void draw_seed(void)
{
    if (getrandom(seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed[0] = (uint64_t)(uintptr_t)&seed;
    seed[1] |= 1;
}

static inline uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

uint64_t hash_fast(struct sv key)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT; /* a thread loads configurations, too */
    pthread_once(&once, draw_seed);
    uint64_t v[4] = {seed[0] ^ 0x736f6d6570736575u, seed[1] ^ 0x646f72616e646f6du, seed[0] ^ 0x6c7967656e657261u,
                     seed[1] ^ 0x7465646279746573u};
    size_t i = 0;
    uint64_t word;
    for (; i + 8 <= key.n; i += 8) {
        memcpy(&word, key.p + i, 8);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    word = 0;
    if (key.n > i)
        memcpy(&word, key.p + i, key.n - i);
    word |= (uint64_t)key.n << 56;
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
    v[2] ^= 0xFF;
    for (int k = 0; k < 3; k++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct digest hash_digest(const struct sv *parts, size_t n)
{
    static const EVP_MD *sha256;
    static EVP_MD_CTX *context;
    if (!context) {
        sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
        context = EVP_MD_CTX_new();
    }
    unsigned char whole[EVP_MAX_MD_SIZE];
    bool good = sha256 && context && EVP_DigestInit_ex2(context, sha256, NULL);
    for (size_t i = 0; good && i < n; i++) {
        unsigned char length[8];
        for (int k = 0; k < 8; k++)
            length[k] = (unsigned char)((uint64_t)parts[i].n >> (8 * k));
        good = EVP_DigestUpdate(context, length, sizeof length) && EVP_DigestUpdate(context, parts[i].p, parts[i].n);
    }
    if (!good || !EVP_DigestFinal_ex(context, whole, NULL)) {
        fputs("newswatchd: SHA-256 is not available\n", stderr);
        abort();
    }
    struct digest d;
    memcpy(d.bytes, whole, sizeof d.bytes);
    return d;
}

char *digest_hex(struct digest d, char out[33])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof d.bytes; i++) {
        out[2 * i] = digits[d.bytes[i] >> 4];
        out[2 * i + 1] = digits[d.bytes[i] & 15];
    }
    out[32] = '\0';
    return out;
}

bool digest_read(struct sv hex, struct digest *d)
{
    if (hex.n != 2 * sizeof d->bytes)
        return false;
    for (size_t i = 0; i < hex.n; i++) {
        int digit = hex.p[i] >= 'A' && hex.p[i] <= 'F' ? -1 : ascii_hex(hex.p[i]);
        if (digit < 0)
            return false;
        d->bytes[i / 2] = (unsigned char)(i % 2 ? d->bytes[i / 2] | digit : digit << 4);
    }
    return true;
}
