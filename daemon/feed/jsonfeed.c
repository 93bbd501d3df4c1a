/* JSON Feed (jsonfeed.org/version/1.1) from the events of the JSON reader: where we are is a short stack of places. */
#include "feed/jsonfeed.h"

#include <stdlib.h>

#include "base/json.h"
#include "feed/html.h"
#include "feed/url.h"

#define DEPTH_MOST 64

enum place { ELSEWHERE, TOP, ITEMS, ITEM, AUTHORS, AUTHOR, TAGS };

struct level {
    enum place place;
    char key[24]; /* the member under way; longer names mean nothing to us */
};

struct jsonfeed {
    struct document *d;
    struct json_reader *reader;
    struct level levels[DEPTH_MOST + 1];
    unsigned depth;
    bool has_items, ended;
};

static struct level *here(struct jsonfeed *j)
{
    return &j->levels[j->depth];
}

static bool key_is(struct jsonfeed *j, const char *key)
{
    return strcmp(here(j)->key, key) == 0;
}

static bool in_item(const struct jsonfeed *j)
{
    return j->d->draft.open;
}

/* ---- Places ---- */

static bool enter(struct jsonfeed *j, enum place place)
{
    if (j->depth == DEPTH_MOST) {
        document_error(j->d, "no feed: JSON nested deeper than %d", DEPTH_MOST);
        return false;
    }
    j->levels[++j->depth] = (struct level){.place = place};
    return true;
}

static bool on_object(void *context)
{
    struct jsonfeed *j = context;
    enum place outer = here(j)->place, place = ELSEWHERE;
    if (j->depth == 0)
        place = TOP;
    else if (outer == ITEMS)
        place = ITEM;
    else if (outer == AUTHORS || ((outer == ITEM || outer == TOP) && key_is(j, "author")))
        place = AUTHOR;
    if (place == ITEM)
        draft_open(j->d);
    return enter(j, place);
}

static bool on_object_end(void *context)
{
    struct jsonfeed *j = context;
    enum place place = here(j)->place;
    j->depth--;
    if (place == ITEM) {
        struct draft *draft = &j->d->draft;
        if (!draft->given.part[PART_LINK].p && sv_starts_nocase(draft->given.part[PART_ID], SV("http")))
            draft_offer(j->d, PART_LINK, 9, draft->given.part[PART_ID]);
        draft_close(j->d, 0);
    } else if (place == TOP) {
        j->ended = true;
    }
    return !j->d->stopped;
}

static bool on_array(void *context)
{
    struct jsonfeed *j = context;
    enum place outer = here(j)->place, place = ELSEWHERE;
    if (j->depth == 0) {
        document_error(j->d, "no feed: JSON, but a list where a JSON Feed is an object");
        return false;
    }
    if (outer == TOP && key_is(j, "items"))
        place = ITEMS, j->has_items = true;
    else if ((outer == ITEM || outer == TOP) && key_is(j, "authors"))
        place = AUTHORS;
    else if (outer == ITEM && key_is(j, "tags"))
        place = TAGS;
    return enter(j, place);
}

static bool on_array_end(void *context)
{
    struct jsonfeed *j = context;
    j->depth--;
    return true;
}

static bool on_key(void *context, struct sv key)
{
    struct jsonfeed *j = context;
    struct level *level = here(j);
    bool fits = key.n < sizeof level->key;
    memcpy(level->key, key.p, fits ? key.n : 0);
    level->key[fits ? key.n : 0] = 0;
    return true;
}

/* ---- Values ---- */

static void take_top(struct jsonfeed *j, struct sv value)
{
    struct feed_info *info = &j->d->info;
    struct arena scratch = {0};
    if (key_is(j, "version")) {
        ptrdiff_t at = sv_find(value, SV("jsonfeed.org/version/"));
        if (at >= 0)
            info->version = arena_copy(&j->d->arena, value.p + at + 21, value.n - (size_t)at - 21);
    } else if (key_is(j, "title")) {
        document_info(j->d, &info->title, html_plain(&scratch, value));
    } else if (key_is(j, "description")) {
        document_info(j->d, &info->description, html_plain(&scratch, value));
    } else if (key_is(j, "home_page_url")) {
        document_info(j->d, &info->home, url_resolve(&scratch, j->d->base, value));
    } else if (key_is(j, "language")) {
        document_info(j->d, &info->language, value);
    }
    arena_free(&scratch);
}

static void take_item(struct jsonfeed *j, struct sv value)
{
    struct document *d = j->d;
    struct arena *a = &d->draft.arena;
    struct sv base = d->base.p ? d->base : d->info.home;
    if (key_is(j, "id"))
        draft_offer(d, PART_ID, 0, value);
    else if (key_is(j, "url"))
        draft_offer(d, PART_LINK, 0, url_resolve(a, base, value));
    else if (key_is(j, "external_url"))
        draft_offer(d, PART_LINK, 1, url_resolve(a, base, value));
    else if (key_is(j, "title"))
        draft_offer(d, PART_TITLE, 0, html_plain(a, value));
    else if (key_is(j, "summary"))
        draft_offer_source(d, PART_SUMMARY, 0, (struct item_source){value, false});
    else if (key_is(j, "content_text"))
        draft_offer_source(d, PART_CONTENT, 1, (struct item_source){value, false});
    else if (key_is(j, "content_html"))
        draft_offer_source(d, PART_CONTENT, 0, (struct item_source){value, true});
    else if (key_is(j, "date_published"))
        draft_offer(d, PART_PUBLISHED, 0, value);
    else if (key_is(j, "date_modified"))
        draft_offer(d, PART_MODIFIED, 0, value);
    else if (key_is(j, "language"))
        draft_offer(d, PART_LANGUAGE, 0, value);
}

static bool on_string(void *context, struct sv value)
{
    struct jsonfeed *j = context;
    struct document *d = j->d;
    switch (here(j)->place) {
    case TOP: take_top(j, value); break;
    case ITEM: take_item(j, value); break;
    case TAGS: names_add(&d->draft.given.tags, &d->draft.arena, value); break;
    case AUTHOR:
        if (key_is(j, "name") && in_item(j))
            names_add(&d->draft.given.authors, &d->draft.arena, value);
        else if (key_is(j, "name"))
            names_add(&d->authors, &d->arena, value);
        break;
    default: break;
    }
    return true;
}

/* An id that is a number is what it is written as (JSON Feed 1.1, "id"); a date may be one of seconds or milliseconds. */
static bool on_number(void *context, struct sv value)
{
    struct jsonfeed *j = context;
    if (here(j)->place == ITEM && (key_is(j, "id") || key_is(j, "date_published") || key_is(j, "date_modified")))
        take_item(j, value);
    return true;
}

/* ---- The whole ---- */

struct jsonfeed *jsonfeed_new(struct document *d)
{
    static const struct json_handlers handlers = {
        .object = on_object, .object_end = on_object_end, .array = on_array, .array_end = on_array_end,
        .key = on_key,       .string = on_string,         .number = on_number,
    };
    struct jsonfeed *j = xcalloc(1, sizeof *j);
    j->d = d;
    j->reader = json_reader_new(&handlers, j, NULL);
    d->info.format = FEED_JSON;
    return j;
}

bool jsonfeed_write(struct jsonfeed *j, struct sv utf8)
{
    return json_reader_feed(j->reader, utf8) && !j->d->stopped;
}

/* A JSON Feed may be cut off, or broken, behind complete items. */
void jsonfeed_finish(struct jsonfeed *j)
{
    struct document *d = j->d;
    bool good = json_reader_end(j->reader);
    const char *error = json_reader_error(j->reader);
    if (d->stopped)
        return;
    if (!j->has_items)
        document_error(d, error && !j->ended ? "no feed: %s" : "no feed: JSON, but without the \"items\" of a JSON Feed", error);
    else if (!good && error)
        document_problem(d, 0, "%s; what was complete before counts", error);
    d->info.truncated = j->has_items && !j->ended;
}

void jsonfeed_free(struct jsonfeed **jsonfeed)
{
    struct jsonfeed *j = *jsonfeed;
    if (!j)
        return;
    json_reader_free(&j->reader);
    free(j);
    *jsonfeed = NULL;
}
