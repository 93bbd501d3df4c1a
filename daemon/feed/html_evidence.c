#include "feed/html_evidence.h"

#include "base/ascii.h"
#include "feed/html_tag.h"

bool html_between_blanks(struct sv all, const char *from, const char *to)
{
    bool before = from == all.p || ascii_is_space(from[-1]), after = to == all.p + all.n || ascii_is_space(*to);
    return before && after;
}

struct entity html_escaped_again(struct sv all, const char *from, const char *p)
{
    struct entity e = entity_read(p, all.p + all.n);
    bool evident = e.length && e.closed && (e.numeric || (e.n > 1 && !html_between_blanks(all, from, p + e.length)));
    return evident ? e : (struct entity){0};
}

/* `plain`: it was said to be plain text, and does not begin with a tag. */
static bool is_evident(struct sv text, const char *from, const struct html_tag *tag, const struct html_elements *opened, bool plain)
{
    const struct html_element *e = tag->element;
    if (tag->valueless)
        return false;
    if (tag->closing)
        return !plain && html_elements_has(opened, e);
    bool alone = e->end == HTML_END_NEVER || (e->end == HTML_END_OPTIONAL && !plain);
    return tag->valued || (alone && !html_between_blanks(text, from, tag->behind));
}

bool html_is_markup(struct sv text, enum html_said said)
{
    const char *begin = sv_trim(text).p, *end = text.p + text.n;
    struct html_elements opened = {0};
    struct html_tag tag;
    bool plain = said == HTML_AS_TEXT;
    if (sv_starts(sv_range(begin, end), SV("<![CDATA[")))
        return true;
    for (const char *p = text.p; p < end && (p = memchr(p, '<', (size_t)(end - p))); p++) {
        if (!html_tag(p, end, &tag) || !tag.element)
            continue;
        if (!tag.behind)
            break;
        if (p == begin && tag.element->kind != HTML_INLINE)
            plain = false;
        if (is_evident(text, p, &tag, &opened, plain))
            return true;
        if (!tag.closing)
            html_elements_add(&opened, tag.element);
    }
    return false;
}

struct buf html_decoded(struct sv html)
{
    struct buf out = {0};
    const char *p = html.p, *end = html.p + html.n;
    for (const char *and; (and = memchr(p, '&', (size_t)(end - p)));) {
        struct entity e = entity_read(and + 1, end);
        buf_append(&out, p, (size_t)(and - p));
        buf_append(&out, e.length ? e.utf8 : "&", e.length ? e.n : 1);
        p = and + 1 + e.length;
    }
    buf_append(&out, p, (size_t)(end - p));
    return out;
}
