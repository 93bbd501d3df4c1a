/* An item, its hits, and what alert makes of them. */
#ifndef MAKING_H
#define MAKING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "alert/alert.h"

#define NOW (1700000000123)

struct making {
    struct arena arena;
    struct item item;
    struct hit hits[8];
    size_t hit_count;
    struct alert_context about;
    struct message *messages;
    size_t count;
};

static inline void making_open(struct making *m)
{
    memset(m, 0, sizeof *m);
    m->item = (struct item){.arena = &m->arena, .id = SV("tag:1"), .published = TIME_NONE, .modified = TIME_NONE};
    m->about = (struct alert_context){.instance = SV("desk"), .topic = SV("news.alerts"), .text_limit = 256 << 10, .fetched = NOW - 1123, .matched = NOW,
                                      .outlet = {.id = SV("gt"), .name = SV("GT")}, .feed = {.id = SV("gt.china"), .url = SV("https://gt.example/c.xml")}};
}

static inline struct hit *add_hit(struct making *m, const char *rule, const char *topic)
{
    struct hit *hit = &m->hits[m->hit_count++];
    hit->rule = sv_of(rule);
    hit->topic = sv_of(topic);
    return hit;
}

static inline struct mention *add_mention(struct making *m, struct hit *hit, enum item_field field, unsigned index, size_t start, size_t end)
{
    hit->mentions = arena_grow(&m->arena, hit->mentions, hit->mention_count * sizeof *hit->mentions, (hit->mention_count + 1) * sizeof *hit->mentions);
    hit->mentions[hit->mention_count] = (struct mention){SV("t"), SV("T"), field, index, start, end};
    return &hit->mentions[hit->mention_count++];
}

static inline void make(struct making *m)
{
    m->count = alert_make(&m->item, m->hits, m->hit_count, &m->about, &m->messages);
}

static inline const char *value_of(struct making *m, size_t i)
{
    assert_true(i < m->count);
    return arena_copy(&m->arena, m->messages[i].value.p, m->messages[i].value.n);
}

/* A header's value, or NULL. */
static inline const char *header(struct making *m, size_t i, const char *name)
{
    assert_true(i < m->count);
    const char *found = NULL;
    for (size_t k = 0; k < m->messages[i].header_count; k++)
        if (sv_eq(m->messages[i].headers[k].name, sv_of(name))) {
            assert_null(found);
            found = arena_copy(&m->arena, m->messages[i].headers[k].value.p, m->messages[i].headers[k].value.n);
        }
    return found;
}

static inline bool is_json(struct sv text)
{
    static const struct json_handlers none;
    struct json_reader *reader = json_reader_new(&none, NULL, NULL);
    bool good = json_reader_feed(reader, text) && json_reader_end(reader);
    json_reader_free(&reader);
    return good;
}

#define assert_has(text, part)                                      \
    do {                                                            \
        if (!strstr(text, part))                                    \
            fail_msg("%s\nhas no %s", text, part);                  \
    } while (0)
#define assert_lacks(text, part)                                    \
    do {                                                            \
        if (strstr(text, part))                                     \
            fail_msg("%s\nhas %s", text, part);                     \
    } while (0)

#endif
