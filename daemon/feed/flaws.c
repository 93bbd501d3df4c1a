#include "feed/flaws.h"

#include <stdio.h>

#include "base/utf8.h"
#include "feed/tag.h"

#define SHOWN_MOST 20 /* bytes of a name */

void flaws_note(struct flaws *f, struct markup *m, enum flaw flaw, size_t count, const char *at, struct sv about)
{
    struct flaw_seen *seen = &f->seen[flaw];
    bool first = seen->count == 0;
    seen->count += count;
    if (first && count) {
        seen->line = at ? markup_line(m, at) : m->opened;
        snprintf(seen->about, sizeof seen->about, "%.*s", SV_ARG(utf8_cut(about, SHOWN_MOST)));
    }
}

/* Told once: it costs, and nobody needs a count. */
bool flaws_check(struct flaws *f, struct markup *m, const struct tag *tag, unsigned most)
{
    struct attribute a, earlier;
    struct sv rest = tag->attributes, before;
    for (unsigned count = 0; tag_next(&rest, &a); count++) {
        if (count == most)
            return false;
        if (!a.quoted && !flaws_has(f, FLAW_VALUE))
            flaws_note(f, m, FLAW_VALUE, 1, m->at, a.name);
        before = sv_range(tag->attributes.p, a.name.p);
        while (count && !flaws_has(f, FLAW_DOUBLE) && tag_next(&before, &earlier))
            if (sv_eq(earlier.name, a.name))
                flaws_note(f, m, FLAW_DOUBLE, 1, m->at, a.name);
    }
    return true;
}

void flaws_tell(const struct flaws *f, struct document *d)
{
    static const char *const words[FLAWS] = {
        [FLAW_AMPERSAND] = "an \"&\" stands for itself: it should be &amp;",
        [FLAW_LESS] = "a \"<\" stands for itself: it should be &lt;",
        [FLAW_CHARACTER] = "a control character, which no text may hold, is dropped",
        [FLAW_VALUE] = "an attribute's value stands without quotes, or is missing",
        [FLAW_DOUBLE] = "an attribute is there twice: the first counts",
        [FLAW_QUOTE] = "the quote of an attribute's value is not closed, or the tag is not",
        [FLAW_CDATA] = "a CDATA section is not closed",
        [FLAW_COMMENT] = "a comment is not closed",
        [FLAW_CLOSED] = "an element is not closed",
        [FLAW_STRAY_END] = "an end tag ends nothing that is open",
        [FLAW_BEFORE] = "something stands before the root element, and is passed over",
        [FLAW_BEHIND] = "more stands behind the end of the root element",
    };
    for (int i = 0; i < FLAWS; i++) {
        const struct flaw_seen *seen = &f->seen[i];
        char about[48] = "", more[48] = "";
        if (seen->about[0])
            snprintf(about, sizeof about, " (%s)", seen->about);
        if (seen->count > 1)
            snprintf(more, sizeof more, "; %zu times in all", seen->count);
        if (seen->count)
            document_flaw(d, seen->line, "not well formed: %s%s%s", words[i], about, more);
    }
}
