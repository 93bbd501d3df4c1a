/* A document under way: its head, its problems, and the item that is being read. */
#include "feed/document.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "feed/html.h"
#include "feed/identity.h"

#define NAMES_MOST 256 /* authors, tags: what is beyond is dropped */
#define NAME_MOST 1024 /* bytes */

/* One line, whatever of the document is quoted in it. */
static char *one_line(struct document *d, const char *format, va_list values)
{
    char *line = arena_vprintf(&d->arena, format, values);
    for (char *p = line; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7F)
            *p = ' ';
    return line;
}

static void add_problem(struct document *d, enum problem_kind kind, size_t line, const char *format, va_list values)
{
    static const unsigned most[] = DOCUMENT_PROBLEMS;
    if (d->told[kind]++ < most[kind])
        d->problems[d->problem_count++] = (struct feed_problem){line, sv_of(one_line(d, format, values)), kind >= CUT};
}

void document_problem(struct document *d, size_t line, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add_problem(d, PROBLEM, line, format, values);
    va_end(values);
}

void document_flaw(struct document *d, size_t line, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add_problem(d, FLAW, line, format, values);
    va_end(values);
}

void document_cut(struct document *d, size_t line, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add_problem(d, CUT, line, format, values);
    va_end(values);
}

void document_loss(struct document *d, size_t line, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add_problem(d, LOSS, line, format, values);
    va_end(values);
}

void document_error(struct document *d, const char *format, ...)
{
    if (d->error)
        return;
    va_list values;
    va_start(values, format);
    d->error = one_line(d, format, values);
    va_end(values);
}

void document_info(struct document *d, struct sv *member, struct sv value)
{
    value = sv_trim(value);
    if (!member->p && value.n)
        *member = sv_dup(&d->arena, utf8_cut(value, DOCUMENT_LINE_MOST));
}

void names_add(struct names *names, struct arena *a, struct sv name)
{
    name = utf8_cut(sv_trim(name), NAME_MOST);
    if (name.n == 0 || names->full)
        return;
    for (size_t i = 0; i < names->count; i++)
        if (sv_eq(names->list[i], name))
            return;
    if (names->count == NAMES_MOST) {
        names->full = true;
        return;
    }
    if (names->count == names->capacity) {
        size_t more = names->capacity ? 2 * names->capacity : 4;
        names->list = arena_grow(a, names->list, names->count * sizeof *names->list, more * sizeof *names->list);
        names->capacity = more;
    }
    names->list[names->count++] = sv_dup(a, name);
    names->added++;
}

void draft_open(struct document *d)
{
    draft_drop(d);
    d->draft.open = true;
}

bool draft_wants(const struct document *d, enum part part, unsigned rank)
{
    return !d->draft.given.part[part].p || d->draft.given.rank[part] > rank + d->draft.doubt;
}

void draft_offer(struct document *d, enum part part, unsigned rank, struct sv value)
{
    if (sv_trim(value).n == 0 || !draft_wants(d, part, rank))
        return;
    d->draft.given.part[part] = sv_dup(&d->draft.arena, value);
    d->draft.given.rank[part] = (unsigned char)(rank + d->draft.doubt);
}

void draft_offer_source(struct document *d, enum part part, unsigned rank, struct item_source source)
{
    if (sv_trim(source.text).n == 0 || !draft_wants(d, part, rank))
        return;
    draft_offer(d, part, rank, source.text);
    d->draft.given.html[part] = source.html;
}

static bool is_date(const struct document *d, struct sv text)
{
    struct date date = date_read(text, d->options.zone);
    return date.time != TIME_NONE || date.either;
}

void draft_offer_date(struct document *d, enum part part, unsigned rank, struct sv value, size_t line)
{
    struct given *given = &d->draft.given;
    struct sv earlier = given->part[part];
    if (earlier.p && sv_trim(value).n && is_date(d, earlier) != is_date(d, value)) {
        bool better = is_date(d, value);
        bool ignored;
        dates_take(d, better ? earlier : value, line, &ignored); /* tells of it */
        given->rank[part] = better ? UINT8_MAX : 0;
    }
    draft_offer(d, part, rank, value);
}

void draft_undo(struct document *d, const struct given *before, unsigned doubt)
{
    struct given *given = &d->draft.given;
    for (int i = 0; i < PARTS; i++)
        if (given->part[i].p && given->rank[i] >= doubt) {
            given->part[i] = before->part[i];
            given->rank[i] = before->rank[i];
            given->html[i] = before->html[i];
        }
}

void draft_drop(struct document *d)
{
    arena_reset(&d->draft.arena);
    d->draft = (struct draft){.arena = d->draft.arena};
}

static struct sv text_of(struct item *item, struct item_source source)
{
    if (!source.text.p)
        return SV_NONE;
    return source.html ? html_text(item->arena, source.text) : html_plain(item->arena, source.text);
}

void feed_item_text(struct item *item)
{
    if (!item->summary.p)
        item->summary = text_of(item, item->raw_summary);
    if (!item->content_text.p)
        item->content_text = text_of(item, item->raw_content);
}

static struct sv first_of(struct sv a, struct sv b, struct sv c)
{
    return a.p ? a : b.p ? b : c;
}

void draft_close(struct document *d, size_t line)
{
    if (d->info.items == d->options.limits.items) {
        document_loss(d, line, "more than %zu items: the rest is cut", d->options.limits.items);
        d->stopped = true;
        draft_drop(d);
        return;
    }
    const struct given *given = &d->draft.given;
    struct item item = {
        .arena = &d->draft.arena,
        .url = given->part[PART_LINK],
        .title = given->part[PART_TITLE],
        .guid = sv_trim(given->part[PART_ID]),
        .raw_summary = {given->part[PART_SUMMARY], given->html[PART_SUMMARY]},
        .raw_content = {given->part[PART_CONTENT], given->html[PART_CONTENT]},
        .language = first_of(given->part[PART_LANGUAGE], d->info.language, d->language),
        .raw_published = sv_trim(given->part[PART_PUBLISHED]),
        .raw_modified = sv_trim(given->part[PART_MODIFIED]),
    };
    if (given->authors.full || given->tags.full)
        document_cut(d, line, "of an item's authors and categories only the first %d are taken", NAMES_MOST);
    const struct names *authors = given->authors.count ? &given->authors : &d->authors;
    item.authors = authors->list, item.author_count = authors->count;
    item.tags = given->tags.list, item.tag_count = given->tags.count;
    item.published = dates_take(d, item.raw_published, line, &item.unsettled);
    item.modified = dates_take(d, item.raw_modified, line, &item.unsettled);
    identify(&item);
    d->info.items++;
    if (!d->options.item(d->options.context, &item))
        d->stopped = true;
    draft_drop(d);
}

void document_free(struct document *d)
{
    arena_free(&d->draft.arena);
    arena_free(&d->arena);
}
