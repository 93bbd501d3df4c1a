#include "feed/wrappers.h"

static bool is_doubtful(enum meaning meaning)
{
    return meaning == MEANS_NOTHING || meaning == MEANS_SOURCE;
}

enum meaning wrappers_meaning(const struct wrappers *w)
{
    return w->count ? w->open[w->count - 1].meaning : MEANS_NOTHING;
}

unsigned wrappers_depth(const struct wrappers *w)
{
    return w->count ? w->open[w->count - 1].depth : 0;
}

bool wrappers_enter(struct wrappers *w, struct draft *draft, enum meaning meaning, unsigned depth)
{
    if (w->count == WRAPPERS_MOST)
        return false;
    w->open[w->count++] = (struct wrapper){meaning, depth, draft->given};
    if (is_doubtful(meaning))
        draft->doubt += WRAPPERS_DOUBT;
    return true;
}

void wrappers_leave(struct wrappers *w, struct document *d, bool as_it_should)
{
    const struct wrapper *left = &w->open[--w->count];
    struct draft *draft = &d->draft;
    struct names authors = draft->given.authors;
    if (is_doubtful(left->meaning))
        draft->doubt -= WRAPPERS_DOUBT;
    if (!as_it_should || !draft->open)
        return;
    if (left->meaning == MEANS_GROUP)
        draft_undo(d, &left->before, draft->doubt + WRAPPERS_DOUBT);
    else if (is_doubtful(left->meaning))
        draft->given = left->before;
    if (left->meaning == MEANS_SOURCE) /* RFC 4287, 4.2.1 */
        draft->given.authors = authors;
}

/* A person has a name, a group of an item what its namespace is for. */
bool wrappers_hold(const struct wrappers *w, const struct element *e, enum meaning meaning, bool in_item)
{
    bool of_person = meaning == MEANS_NAME || meaning == MEANS_EMAIL;
    bool of_group = e->known.space == SPACE_MEDIA || e->known.space == SPACE_NEWS || e->known.space == SPACE_VIDEO;
    switch (wrappers_meaning(w)) {
    case MEANS_AUTHOR: return of_person;
    case MEANS_GROUP: return !of_person && (!in_item || of_group);
    default: return !of_person;
    }
}
