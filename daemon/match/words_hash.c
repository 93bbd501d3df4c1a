#include "match/words_hash.h"

#include <pthread.h>

#include "base/hash.h"
#include "match/words.h"

uint64_t words_hash_start, words_hash_factor;

static void seed(void)
{
    words_hash_start = hash_fast(SV("start"));
    words_hash_factor = hash_fast(SV("factor")) | 1;
}

void words_hash_seed(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, seed);
}

uint32_t words_hash(struct sv v)
{
    words_hash_seed();
    uint64_t h = words_hash_start + v.n;
    for (; v.n > 16; v = sv_from(v, 16))
        h = words_hash_step(h, load_8(v.p), load_8(v.p + 8));
    char last[16] = "";
    if (v.n)
        memcpy(last, v.p, v.n);
    return words_hash_fold(words_hash_step(h, load_8(last), load_8(last + 8)));
}
