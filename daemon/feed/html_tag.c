#include "feed/html_tag.h"

#include "base/ascii.h"

static bool is_name_char(char c)
{
    return ascii_is_letter(c) || c == '-' || (c >= '0' && c <= ':');
}

static bool ends_name(char c)
{
    return c == '>' || c == '/' || ascii_is_space(c);
}

static const char *skip_space(const char *p, const char *end)
{
    while (p < end && ascii_is_space(*p))
        p++;
    return p;
}

/* ---- What hides an element ---- */

/* The last "display" of a style decides. */
static bool hides(struct sv style)
{
    bool hidden = false;
    struct sv declaration, property;
    while (sv_split(&style, ';', &declaration))
        if (sv_split(&declaration, ':', &property) && sv_eq_nocase(sv_trim(property), SV("display")))
            hidden = sv_starts_nocase(sv_trim(declaration), SV("none"));
    return hidden;
}

static void take_attribute(struct html_tag *tag, struct sv name, struct sv value)
{
    if (sv_eq_nocase(name, SV("hidden")))
        tag->hidden = true;
    else if (sv_eq_nocase(name, SV("style")))
        tag->hidden |= hides(value);
}

/* ---- Attributes ---- */

static bool begins_tag(const char *p, const char *end)
{
    const char *name = p + 1 + (end - p > 1 && p[1] == '/');
    return *p == '<' && name < end && ascii_is_letter(*name);
}

/* Behind "=": a value in quotes, or up to the next blank or tag. Returns where it ends; NULL: a quote that is never closed. */
static const char *read_value(const char *p, const char *end, struct sv *value)
{
    const char *from = p, *to;
    if (p < end && (*p == '"' || *p == '\'')) {
        from++;
        to = memchr(from, *p, (size_t)(end - from));
        p = to ? to + 1 : NULL;
    } else {
        while (p < end && *p != '>' && !ascii_is_space(*p) && !begins_tag(p, end))
            p++;
        to = p;
    }
    *value = to ? sv_range(from, to) : SV_NONE;
    return p;
}

/* Up to the end of the tag, which p is in: its ">", or where the next one begins. A quote that is never closed is none: then the
 * next ">" ends the tag. */
static void read_attributes(struct html_tag *tag, const char *p, const char *end)
{
    const char *first = p;
    for (;;) {
        while (p < end && (ascii_is_space(*p) || *p == '/'))
            tag->empty = *p++ == '/';
        if (p == end)
            return;
        if (*p == '>' || begins_tag(p, end)) {
            tag->behind = p + (*p == '>');
            return;
        }
        tag->empty = false;
        struct sv name = {p++, 1}, value = SV_NONE;
        while (p < end && *p != '=' && !ends_name(*p) && !begins_tag(p, end))
            p++;
        name.n = (size_t)(p - name.p);
        p = skip_space(p, end);
        bool valued = p < end && *p == '=';
        if (valued && !(p = read_value(skip_space(p + 1, end), end, &value))) {
            p = memchr(first, '>', (size_t)(end - first));
            tag->behind = p ? p + 1 : NULL;
            return;
        }
        *(valued ? &tag->valued : &tag->valueless) = true;
        if (name.n == 5 || name.n == 6)
            take_attribute(tag, name, value);
    }
}

bool html_tag(const char *p, const char *end, struct html_tag *tag)
{
    *tag = (struct html_tag){.closing = end - p > 1 && p[1] == '/'};
    const char *from = p + 1 + tag->closing;
    if (from >= end || !ascii_is_letter(*from))
        return false;
    for (p = from; p < end && is_name_char(*p);)
        p++;
    tag->name = sv_range(from, p);
    if (p < end && (!ends_name(*p) || p[-1] == ':'))
        return false;
    tag->element = html_element(tag->name);
    if (p < end && *p == '>')
        tag->behind = p + 1;
    else
        read_attributes(tag, p, end);
    bool cut = tag->behind && tag->behind[-1] != '>';
    return !cut || tag->valued;
}

const char *html_tag_named(const char *p, const char *end, struct sv name, bool *closing)
{
    for (; p < end && (p = memchr(p, '<', (size_t)(end - p))); p++) {
        *closing = end - p > 1 && p[1] == '/';
        struct sv rest = sv_range(p + 1 + *closing, end);
        if (sv_starts_nocase(rest, name) && (rest.n == name.n || ends_name(rest.p[name.n])))
            return p;
    }
    return NULL;
}
