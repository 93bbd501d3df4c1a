/* The keys that a lane has sent through the present producer. A broker knows a gap in the sequence of what a producer sends to a partition
 * only when it has acknowledged something there: so of each key one message goes first, and the next ones once it is acknowledged. Else what
 * librdkafka has made ready behind a batch that is refused could be written before that. Private to this folder. */
#ifndef PUBLISH_KEYS_H
#define PUBLISH_KEYS_H

#include <stdint.h>

#include "base/sv.h"

#define KEYS_MOST 65536 /* more are forgotten, and go first once more */

struct key_slot;

/* A zeroed one is empty and ready. */
struct keys {
    struct key_slot *slots;
    size_t count, capacity;
};

/* Keys are known by a hash that is never 0: two that share one only wait for each other. */
bool keys_wait(const struct keys *, uint64_t key); /* is its first message still without an answer? */
void keys_sent(struct keys *, uint64_t key);
void keys_answered(struct keys *, uint64_t key, bool acknowledged);
void keys_free(struct keys *);                     /* empty it too */

#endif
