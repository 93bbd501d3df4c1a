#include "feed/element.h"

/* libxml2 leaves an ampersand in a value as &#38;, and nothing else, unless it is told to replace entities. */
static struct sv attribute_value(struct sv value, struct arena *scratch)
{
    const struct sv left = SV("&#38;");
    if (sv_find(value, left) < 0)
        return value;
    char *text = arena_alloc(scratch, value.n), *end = text;
    for (; value.n; value = sv_from(value, sv_starts(value, left) ? left.n : 1))
        *end++ = value.p[0];
    return sv_range(text, end);
}

struct sv element_attribute(const struct element *e, const char *prefix, const char *name)
{
    for (int i = 0; i < e->attribute_count; i++) {
        const xmlChar **a = e->attributes + 5 * i;
        if (sv_eq_nocase(element_sv(a[0]), sv_of(name)) && (prefix ? sv_eq(element_sv(a[1]), sv_of(prefix)) : a[1] == NULL))
            return attribute_value(sv_range((const char *)a[3], (const char *)a[4]), e->scratch);
    }
    return SV_NONE;
}
