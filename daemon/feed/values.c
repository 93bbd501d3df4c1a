#include "feed/values.h"

#include "feed/html.h"
#include "feed/url.h"

#define LINK_ID 7 /* the rank of a link that is really an id */

/* A relative reference, by xml:base, else the document's URL, else the feed's home. Lives as long as the event. */
static struct sv resolve(const struct values *v, struct sv reference)
{
    struct sv base = nesting_base(v->nesting);
    if (!base.p)
        base = v->d->base.p ? v->d->base : v->d->info.home;
    return url_resolve(v->scratch, base, reference);
}

/* ---- People ---- */

static struct sv without_quotes(struct sv v)
{
    v = sv_trim(v);
    return v.n > 2 && v.p[0] == '"' && v.p[v.n - 1] == '"' ? sv_trim((struct sv){v.p + 1, v.n - 2}) : v;
}

/* "name@example.org (Name)", "Name (name@example.org)", "Name <name@example.org>": the name, else the address. */
static struct sv person_name(struct sv text)
{
    text = sv_trim(text);
    char closing = text.n ? text.p[text.n - 1] : 0;
    ptrdiff_t open = closing == ')' ? sv_find(text, SV("(")) : closing == '>' ? sv_find(text, SV("<")) : -1;
    if (open < 0)
        return without_quotes(text);
    struct sv before = sv_trim(sv_head(text, (size_t)open)), within = sv_trim((struct sv){text.p + open + 1, text.n - (size_t)open - 2});
    if (before.n && sv_find(before, SV("@")) < 0)
        return sv_find(within, SV("@")) >= 0 || within.n == 0 ? without_quotes(before) : text;
    return within.n ? within : before;
}

/* Authors of a better rank replace those of a worse one. */
static void add_author(struct values *v, unsigned rank, struct sv name)
{
    struct draft *draft = &v->d->draft;
    if (!draft->open) {
        if (v->d->info.items == 0) /* behind the first it may be an item's that ended too early */
            names_add(&v->d->authors, &v->d->arena, name);
        return;
    }
    rank += draft->doubt;
    struct given *given = &draft->given;
    if (sv_trim(name).n == 0 || (given->authors.count && rank > given->author_rank))
        return;
    if (given->authors.count && rank < given->author_rank)
        given->authors = (struct names){.added = given->authors.added}; /* the list itself may be needed: what comes may be taken back */
    given->author_rank = rank;
    names_add(&given->authors, &draft->arena, name);
}

static void add_keywords(struct draft *draft, struct sv text)
{
    struct sv word;
    while (sv_split(&text, ',', &word))
        names_add(&draft->given.tags, &draft->arena, word);
}

/* ---- The item ---- */

void values_open(struct values *v, const struct element *e)
{
    draft_open(v->d);
    struct sv about = e->tag->attributes.n ? tag_attribute_local(e->tag, "about", e->attributes_most, e->scratch) : SV_NONE;
    draft_offer(v->d, PART_ID, 1, sv_trim(about));
    draft_offer(v->d, PART_LINK, LINK_ID, resolve(v, about));
}

void values_close(struct values *v, size_t line)
{
    draft_offer(v->d, PART_LANGUAGE, 3, nesting_language(v->nesting, v->nesting->depth));
    if (v->d->draft.given.tags.count == 0)
        add_keywords(&v->d->draft, v->d->draft.given.keywords);
    draft_close(v->d, line);
}

static bool part_of(enum meaning meaning, enum part *part)
{
    static const struct {
        enum meaning meaning;
        enum part part;
    } parts[] = {{MEANS_TITLE, PART_TITLE}, {MEANS_SUMMARY, PART_SUMMARY}, {MEANS_CONTENT, PART_CONTENT}, {MEANS_LANGUAGE, PART_LANGUAGE}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].meaning == meaning)
            return *part = parts[i].part, true;
    return false;
}

bool values_wants(const struct values *v, struct meaning_of means)
{
    enum part part;
    bool date = means.meaning == MEANS_PUBLISHED || means.meaning == MEANS_MODIFIED;
    return !v->d->draft.open || date || !part_of(means.meaning, &part) || draft_wants(v->d, part, means.rank);
}

/* An id that is a URL serves as the link where there is none. */
static void take_id(struct values *v, const struct capture *c, struct sv text)
{
    if (c->is_link && (sv_starts_nocase(text, SV("http://")) || sv_starts_nocase(text, SV("https://"))))
        draft_offer(v->d, PART_LINK, LINK_ID, resolve(v, text));
    draft_offer(v->d, PART_ID, c->means.rank, text);
}

static void take_of_item(struct values *v, const struct capture *c)
{
    struct draft *draft = &v->d->draft;
    struct arena *a = v->scratch;
    struct sv text = sv_trim(buf_view(&c->text));
    unsigned rank = c->means.rank;
    switch (c->means.meaning) {
    case MEANS_TITLE: draft_offer(v->d, PART_TITLE, rank, capture_title(c, a)); break;
    case MEANS_SUMMARY: draft_offer_source(v->d, PART_SUMMARY, rank, capture_source(c)); break;
    case MEANS_CONTENT: draft_offer_source(v->d, PART_CONTENT, rank, capture_source(c)); break;
    case MEANS_LINK: draft_offer(v->d, PART_LINK, rank, resolve(v, text)); break;
    case MEANS_GUID:
    case MEANS_ID: take_id(v, c, text); break;
    case MEANS_AUTHOR: add_author(v, rank, person_name(html_title(a, text))); break;
    case MEANS_NAME: add_author(v, v->person_rank, person_name(html_title(a, text))); break;
    case MEANS_EMAIL: add_author(v, 3 + v->person_rank, text); break;
    case MEANS_CATEGORY: names_add(&draft->given.tags, &draft->arena, html_title(a, text)); break;
    case MEANS_KEYWORDS: draft->given.keywords = sv_dup(&draft->arena, html_title(a, text)); break;
    case MEANS_PUBLISHED: draft_offer_date(v->d, PART_PUBLISHED, rank, text, c->line); break;
    case MEANS_MODIFIED: draft_offer_date(v->d, PART_MODIFIED, rank, text, c->line); break;
    case MEANS_LANGUAGE: draft_offer(v->d, PART_LANGUAGE, rank, text); break;
    default: break;
    }
}

/* ---- The head ---- */

static void take_of_head(struct values *v, const struct capture *c)
{
    struct feed_info *info = &v->d->info;
    switch (c->means.meaning) {
    case MEANS_TITLE: document_info(v->d, &info->title, capture_title(c, v->scratch)); break;
    case MEANS_DESCRIPTION: document_info(v->d, &info->description, capture_title(c, v->scratch)); break;
    case MEANS_LINK: document_info(v->d, &info->home, resolve(v, buf_view(&c->text))); break;
    case MEANS_LANGUAGE: document_info(v->d, &info->language, buf_view(&c->text)); break;
    case MEANS_MODIFIED: dates_take_head(v->d, buf_view(&c->text)); break;
    case MEANS_NAME:
    case MEANS_AUTHOR: add_author(v, 0, person_name(html_title(v->scratch, buf_view(&c->text)))); break;
    default: break;
    }
}

void values_take(struct values *v, const struct capture *c)
{
    unsigned doubt = v->d->draft.doubt;
    v->d->draft.doubt = c->doubt;
    bool text = c->means.meaning == MEANS_TITLE || c->means.meaning == MEANS_CONTENT || c->means.meaning == MEANS_SUMMARY;
    if (v->d->draft.open && text) /* an xml:lang of its own */
        draft_offer(v->d, PART_LANGUAGE, 2, nesting_language(v->nesting, v->nesting->depth));
    if (v->d->draft.open)
        take_of_item(v, c);
    else
        take_of_head(v, c);
    v->d->draft.doubt = doubt;
}

/* ---- Elements that are attributes ---- */

static bool same_language(struct sv a, struct sv b)
{
    struct sv primary;
    return a.n == 0 || b.n == 0 || (sv_split(&a, '-', &primary) && sv_starts_nocase(b, primary));
}

/* Atom's link, by its relation, type and language: the alternate, HTML before other types, the entry's language before others. */
void values_take_link(struct values *v, const struct element *e, unsigned rank)
{
    struct sv rel = sv_trim(element_attribute(e, "rel")), type = element_attribute(e, "type");
    struct sv href = resolve(v, element_attribute(e, "href"));
    struct sv language = nesting_language(v->nesting, 1).n ? nesting_language(v->nesting, 1) : v->d->info.language;
    bool alternate = !rel.n || sv_eq_nocase(rel, SV("alternate")) || sv_ends(rel, SV("#alternate")) || sv_ends(rel, SV("/alternate"));
    bool html = !sv_trim(type).n || sv_find_nocase(type, SV("html")) >= 0, native = same_language(sv_trim(element_attribute(e, "hreflang")), language);
    if (alternate && v->d->draft.open)
        draft_offer(v->d, PART_LINK, rank + 2u * !html + !native, href);
    else if (alternate && html)
        document_info(v->d, &v->d->info.home, href);
}

bool values_take_category(struct values *v, const struct element *e)
{
    struct sv term = sv_trim(element_attribute(e, "term")), label = sv_trim(element_attribute(e, "label"));
    if (v->d->draft.open && (term.n || label.n))
        names_add(&v->d->draft.given.tags, &v->d->draft.arena, html_plain_title(e->scratch, term.n ? term : label));
    return term.n || label.n;
}
