#include "publish/keys.h"

#include <stdlib.h>

enum key_state { KEY_NEW, KEY_FIRST_SENT, KEY_ACKNOWLEDGED };

struct key_slot {
    uint64_t key; /* 0: empty */
    enum key_state state;
};

static struct key_slot *place_of(const struct keys *s, uint64_t key)
{
    size_t at = (size_t)key & (s->capacity - 1);
    while (s->slots[at].key && s->slots[at].key != key)
        at = (at + 1) & (s->capacity - 1);
    return &s->slots[at];
}

bool keys_wait(const struct keys *s, uint64_t key)
{
    return s->capacity && place_of(s, key)->state == KEY_FIRST_SENT;
}

void keys_sent(struct keys *s, uint64_t key)
{
    if ((s->count + 1) * 2 > s->capacity) {
        struct keys old = *s;
        s->capacity = old.capacity ? old.capacity * 2 : 64;
        s->slots = xcalloc(s->capacity, sizeof *s->slots);
        for (size_t i = 0; i < old.capacity; i++)
            if (old.slots[i].key)
                *place_of(s, old.slots[i].key) = old.slots[i];
        free(old.slots);
    }
    struct key_slot *slot = place_of(s, key);
    s->count += slot->key == 0;
    slot->key = key;
    if (slot->state == KEY_NEW)
        slot->state = KEY_FIRST_SENT;
}

void keys_answered(struct keys *s, uint64_t key, bool acknowledged)
{
    struct key_slot *slot = s->capacity ? place_of(s, key) : NULL;
    if (slot && slot->state == KEY_FIRST_SENT)
        slot->state = acknowledged ? KEY_ACKNOWLEDGED : KEY_NEW;
}

void keys_free(struct keys *s)
{
    free(s->slots);
    *s = (struct keys){0};
}
