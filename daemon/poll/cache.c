#include "poll/cache.h"

/* A value that the store gave back must not be able to write header lines. */
static struct sv sendable(struct sv v)
{
    for (size_t i = 0; i < v.n; i++)
        if ((unsigned char)v.p[i] < ' ' && v.p[i] != '\t')
            return SV_NONE;
    return v.n && v.n <= HEAD_LONGEST ? v : SV_NONE;
}

struct cache_validators cache_ask(const struct poll_state *s, struct sv url, int64_t wall)
{
    bool recent = s->last_full != TIME_NONE && s->last_full <= wall && wall - MS_DAY < s->last_full;
    if (!recent || !sv_eq(s->url, url))
        return (struct cache_validators){SV_NONE, SV_NONE};
    return (struct cache_validators){sendable(s->etag), sendable(s->last_modified)};
}

struct poll_state cache_settle(const struct poll_state *before, struct sv url, const struct head *head, struct sv error, int64_t wall)
{
    struct poll_state s = *before;
    if (!sv_eq(before->url, url))
        s.etag = s.last_modified = SV_NONE;
    s.url = url;
    s.error = error;
    if (error.p) {
        s.failures += s.failures < UINT32_MAX;
        return s;
    }
    bool full = head->status != 304;
    if (full || head->etag.p)
        s.etag = head->etag;
    if (full || head->last_modified.p)
        s.last_modified = head->last_modified;
    if (full)
        s.last_full = wall;
    s.last_success = wall;
    s.failures = 0;
    return s;
}
