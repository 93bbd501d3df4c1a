#include "feed/tag.h"

#include "base/ascii.h"
#include "feed/text.h"

static bool ends_name(char c)
{
    static const bool ends[256] = {[' '] = true, ['\t' ... '\r'] = true, ['='] = true, ['/'] = true, ['"'] = true, ['\''] = true};
    return ends[(unsigned char)c];
}

/* Quoted, or up to the next blank. */
static struct sv take_value(struct sv *rest)
{
    size_t from = 0, n = 0;
    if (rest->n && (rest->p[0] == '"' || rest->p[0] == '\'')) {
        from = 1;
        const char *end = memchr(rest->p + 1, rest->p[0], rest->n - 1);
        n = end ? (size_t)(end - rest->p) - 1 : rest->n - 1;
    } else {
        while (n < rest->n && !ascii_is_space(rest->p[n]))
            n++;
    }
    struct sv value = {rest->p + from, n};
    *rest = sv_from(*rest, from + n + (from && from + n < rest->n));
    return value;
}

bool tag_next(struct sv *rest, struct attribute *a)
{
    while (rest->n && ends_name(rest->p[0])) /* stray signs */
        *rest = sv_from(*rest, 1);
    size_t n = 0;
    while (n < rest->n && !ends_name(rest->p[n]))
        n++;
    if (n == 0)
        return false;
    *a = (struct attribute){.name = sv_head(*rest, n)};
    struct sv behind = sv_trim_start(sv_from(*rest, n));
    *rest = sv_from(*rest, n);
    if (behind.n && behind.p[0] == '=') {
        *rest = sv_trim_start(sv_from(behind, 1));
        a->quoted = rest->n && (rest->p[0] == '"' || rest->p[0] == '\'');
        a->raw = take_value(rest);
    }
    return true;
}

struct sv tag_local_name(struct sv name)
{
    const char *colon = name.n ? memchr(name.p, ':', name.n) : NULL;
    return colon ? sv_range(colon + 1, name.p + name.n) : name;
}

struct sv tag_prefix(struct sv name)
{
    const char *colon = name.n ? memchr(name.p, ':', name.n) : NULL;
    return colon ? sv_range(name.p, colon) : SV("");
}

static struct sv find(const struct tag *tag, const char *name, bool local, unsigned most, struct arena *arena)
{
    struct attribute a;
    struct sv rest = tag->attributes, wanted = sv_of(name);
    for (unsigned i = 0; i < most && tag_next(&rest, &a); i++)
        if (sv_eq_nocase(local ? tag_local_name(a.name) : a.name, wanted))
            return text_value(arena, a.raw);
    return SV_NONE;
}

struct sv tag_attribute(const struct tag *tag, const char *name, unsigned most, struct arena *arena)
{
    return find(tag, name, false, most, arena);
}

struct sv tag_attribute_local(const struct tag *tag, const char *name, unsigned most, struct arena *arena)
{
    return find(tag, name, true, most, arena);
}
