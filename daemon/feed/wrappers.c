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
    w->open[w->count++] = (struct wrapper){meaning, depth, draft->given, arena_mark(&draft->arena)};
    if (is_doubtful(meaning))
        draft->doubt += WRAPPERS_DOUBT;
    return true;
}

/* All that was given since goes, and its memory with it. */
static void take_back(struct draft *draft, const struct wrapper *left)
{
    draft->given = left->before;
    arena_rewind(&draft->arena, left->mark);
}

static bool same_names(const struct names *a, const struct names *b) { return a->added == b->added; }

/* All but the authors (RFC 4287, 4.2.1). */
static void take_back_source(struct draft *draft, const struct wrapper *left)
{
    struct given given = draft->given;
    if (same_names(&given.authors, &left->before.authors)) {
        take_back(draft, left);
        return;
    }
    struct arena aside = {0};
    struct names kept = {0};
    for (size_t i = 0; i < given.authors.count; i++)
        names_add(&kept, &aside, given.authors.list[i]);
    take_back(draft, left);
    draft->given.author_rank = given.author_rank;
    draft->given.authors = (struct names){.added = given.authors.added, .full = given.authors.full};
    for (size_t i = 0; i < kept.count; i++)
        names_add(&draft->given.authors, &draft->arena, kept.list[i]);
    arena_free(&aside);
}

/* Was nothing given since then that is kept? */
static bool is_as_before(const struct given *now, const struct given *before)
{
    bool same = same_names(&now->authors, &before->authors) && same_names(&now->tags, &before->tags) && now->keywords.p == before->keywords.p;
    for (int i = 0; i < PARTS; i++)
        same &= now->part[i].p == before->part[i].p;
    return same;
}

void wrappers_leave(struct wrappers *w, struct document *d, bool as_it_should)
{
    const struct wrapper *left = &w->open[--w->count];
    struct draft *draft = &d->draft;
    if (is_doubtful(left->meaning))
        draft->doubt -= WRAPPERS_DOUBT;
    if (!as_it_should || !draft->open)
        return;
    switch (left->meaning) {
    case MEANS_NOTHING: take_back(draft, left); break;
    case MEANS_SOURCE: take_back_source(draft, left); break;
    case MEANS_GROUP:
        draft_undo(d, &left->before, draft->doubt + WRAPPERS_DOUBT);
        if (is_as_before(&draft->given, &left->before))
            arena_rewind(&draft->arena, left->mark);
        break;
    default: break;
    }
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
