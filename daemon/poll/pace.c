#include "poll/pace.h"

#include "base/hash.h"

#define WEEK (7 * MS_DAY)
#define SPREAD_EACH 200ll
#define SPREAD_MOST MS_MINUTE

/* splitmix64 */
static uint64_t draw(uint64_t *chance)
{
    uint64_t z = *chance += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* A number from 0 to `most`, which is included. */
static int64_t draw_to(uint64_t *chance, int64_t most)
{
    return (int64_t)(draw(chance) % ((uint64_t)most + 1));
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

/* The interval as it can be meant: a slip in the settings must neither spin nor overflow. */
static int64_t interval_of(const struct pace *p)
{
    return least(most(p->interval, 1), 365 * MS_DAY);
}

static int64_t give_or_take(int64_t span, uint64_t *chance)
{
    return span - span / 10 + draw_to(chance, span / 5);
}

uint64_t pace_seed(uint64_t seed, struct sv id)
{
    const struct sv parts[] = {{(const char *)&seed, sizeof seed}, id};
    struct digest d = hash_digest(parts, 2);
    uint64_t chance;
    memcpy(&chance, d.bytes, sizeof chance);
    return chance;
}

int64_t pace_good(const struct pace *p, uint64_t *chance)
{
    int64_t span = least(give_or_take(interval_of(p), chance), most(p->max_interval, 1));
    return most(span, p->min_interval);
}

int64_t pace_failed(const struct pace *p, unsigned failures, int64_t retry_after, uint64_t *chance)
{
    if (retry_after == PACE_GONE)
        return WEEK + draw_to(chance, WEEK / 10);
    int64_t bound = most(MS_DAY, interval_of(p)), span = interval_of(p);
    for (unsigned i = 0; i < failures && span < bound; i++)
        span *= 2;
    span = most(least(give_or_take(least(span, bound), chance), bound), p->min_interval);
    if (retry_after > 0) { /* those who were all told the same time do not come back all at that time */
        retry_after = least(retry_after, WEEK);
        span = most(span, retry_after + draw_to(chance, least(retry_after / 10, MS_HOUR)));
    }
    return span;
}

int64_t pace_kept(const struct pace *p, const struct poll_state *s, int64_t wall)
{
    if (s->next == TIME_NONE || s->next <= wall)
        return TIME_NONE;
    int64_t bound = most(most(p->max_interval, p->min_interval), 1);
    if (s->failures > 0)
        bound = most(bound, WEEK + MS_DAY);
    int64_t wait;
    if (__builtin_sub_overflow(s->next, wall, &wait) || wait > bound)
        return TIME_NONE;
    return wait;
}

int64_t pace_spread(const struct pace *p, size_t count, uint64_t *chance)
{
    int64_t window = count > SPREAD_MOST / SPREAD_EACH ? SPREAD_MOST : (int64_t)count * SPREAD_EACH;
    return draw_to(chance, least(window, interval_of(p)));
}
