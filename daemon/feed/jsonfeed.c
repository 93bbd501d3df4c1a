/* JSON Feed (jsonfeed.org/version/1.1) from the events of the JSON reader: where we are is a short stack of places. */
#include "feed/jsonfeed.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/json.h"
#include "base/utf8.h"
#include "feed/html.h"
#include "feed/url.h"

#define LEVELS 8      /* nothing of a feed stands deeper */
#define KEYS_SHOWN 5
#define QUOTE_MOST 160
#define WORD_MOST 1024 /* bytes of a name or a number */

/* What a server says instead of a feed, by how much it says. */
static const char *const message_keys[] = {"message", "error_description", "error_message", "detail", "error", "errors", "msg", "reason"};

enum place { ELSEWHERE, OUTSIDE, TOP, ITEMS, ITEM, AUTHORS, AUTHOR, TAGS, TAG, ERRORS };

struct level {
    enum place place;
    char key[24]; /* the member under way; longer names mean nothing to us */
};

struct jsonfeed {
    struct document *d;
    struct json_reader *reader;
    struct level levels[LEVELS + 1]; /* the last is of all that is deeper */
    size_t depth;
    size_t junk;          /* bytes to pass over */
    size_t date_line;     /* of the item's last date */
    struct arena scratch; /* what is made of a value, until it is taken */
    struct sv feed_url;
    struct sv keys[KEYS_SHOWN]; /* the first of the document, to say what it is when it is no feed */
    size_t key_count;
    struct sv message;    /* of what reports an error */
    unsigned message_rank;
    bool has_items, is_list, ended, full;
};

static size_t line_of(const struct jsonfeed *j)
{
    return json_reader_line(j->reader) + j->d->blank_lines;
}

static struct level *here(struct jsonfeed *j)
{
    return &j->levels[j->depth < LEVELS ? j->depth : LEVELS];
}

static bool key_is(struct jsonfeed *j, const char *key)
{
    return strcmp(here(j)->key, key) == 0;
}

/* ---- Places ---- */

static bool is_one_of(struct jsonfeed *j, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (key_is(j, keys[i]))
            return true;
    return false;
}
#define KEY_IS_ONE_OF(j, keys) is_one_of(j, keys, sizeof(keys) / sizeof *(keys))

/* How much of a string that stands here is wanted. */
static size_t text_most(struct jsonfeed *j)
{
    static const char *const texts[] = {"title", "summary", "content_text", "content_html"};
    static const char *const lines[] = {
        "id", "url", "external_url", "date_published", "date_modified", "language", "tags", "author", "authors", /* of items */
        "version", "title", "description", "feed_url", "home_page_url",                                          /* of the feed */
    };
    size_t most = j->d->options.limits.text, line = most < DOCUMENT_LINE_MOST ? most : DOCUMENT_LINE_MOST;
    switch (here(j)->place) {
    case ELSEWHERE:
    case OUTSIDE: return 0;
    case ITEM: return KEY_IS_ONE_OF(j, texts) ? most : KEY_IS_ONE_OF(j, lines) ? line : 0;
    case TOP: return KEY_IS_ONE_OF(j, lines) || KEY_IS_ONE_OF(j, message_keys) ? line : 0;
    default: return line;
    }
}

static bool is_here(struct jsonfeed *j)
{
    json_reader_text_most(j->reader, text_most(j));
    return true;
}

static bool enter(struct jsonfeed *j, enum place place)
{
    j->depth++;
    *here(j) = (struct level){.place = place};
    return is_here(j);
}

static bool is_author_key(struct jsonfeed *j)
{
    return key_is(j, "author") || key_is(j, "authors");
}

static bool open_item(struct jsonfeed *j)
{
    struct document *d = j->d;
    if (d->info.items == d->options.limits.items) {
        document_loss(d, line_of(j), "more than %zu items: the rest is cut", d->options.limits.items);
        j->full = true;
        return false;
    }
    j->date_line = 0;
    draft_open(d);
    return true;
}

static bool on_object(void *context)
{
    struct jsonfeed *j = context;
    enum place outer = here(j)->place, place = ELSEWHERE;
    if (outer == OUTSIDE)
        place = TOP;
    else if (outer == ITEMS)
        place = ITEM;
    else if (outer == TOP && key_is(j, "items")) /* PHP writes an array with a gap in its indexes so */
        place = ITEMS, j->has_items = true;
    else if (outer == AUTHORS || ((outer == ITEM || outer == TOP) && is_author_key(j)))
        place = AUTHOR;
    else if (outer == TAGS)
        place = TAG;
    else if (outer == ERRORS || (outer == TOP && (key_is(j, "error") || key_is(j, "errors"))))
        place = ERRORS;
    if (place == ITEM && !open_item(j))
        return false;
    return enter(j, place);
}

static void close_item(struct jsonfeed *j)
{
    struct document *d = j->d;
    struct draft *draft = &d->draft;
    struct sv id = draft->given.part[PART_ID];
    if (!draft->given.part[PART_LINK].p && (sv_starts_nocase(id, SV("http://")) || sv_starts_nocase(id, SV("https://"))))
        draft_offer(d, PART_LINK, 9, id);
    bool empty = true;
    for (size_t i = 0; i < PARTS; i++)
        empty &= i == PART_LANGUAGE || !draft->given.part[i].p;
    size_t line = line_of(j);
    if (empty || json_reader_forces(j->reader)) {
        document_problem(d, line, empty ? "an item with nothing in it" : "an item without its end");
        draft_drop(d);
    } else {
        draft_close(d, j->date_line ? j->date_line : line);
    }
}

static bool on_object_end(void *context)
{
    struct jsonfeed *j = context;
    enum place place = here(j)->place;
    j->depth--;
    if (place == ITEM)
        close_item(j);
    else if (place == TOP)
        j->ended = true;
    is_here(j);
    return !j->d->stopped && !(place == TOP && j->is_list);
}

static bool on_array(void *context)
{
    struct jsonfeed *j = context;
    enum place outer = here(j)->place, place = ELSEWHERE;
    if (outer == OUTSIDE && !j->is_list) /* the first object of a list may be the feed */
        place = OUTSIDE, j->is_list = true;
    else if (outer == TOP && key_is(j, "items"))
        place = ITEMS, j->has_items = true;
    else if ((outer == ITEM || outer == TOP) && is_author_key(j))
        place = AUTHORS;
    else if (outer == ITEM && key_is(j, "tags"))
        place = TAGS;
    else if (outer == TOP && key_is(j, "errors"))
        place = ERRORS;
    return enter(j, place);
}

static bool on_array_end(void *context)
{
    struct jsonfeed *j = context;
    j->depth--;
    return is_here(j);
}

static bool on_key(void *context, struct sv key)
{
    struct jsonfeed *j = context;
    struct level *level = here(j);
    bool fits = key.n < sizeof level->key && !memchr(key.p, 0, key.n);
    memcpy(level->key, key.p, fits ? key.n : 0);
    level->key[fits ? key.n : 0] = 0;
    if (level->place == TOP && j->key_count < KEYS_SHOWN && !j->has_items)
        j->keys[j->key_count++] = sv_dup(&j->d->arena, utf8_cut(key, sizeof level->key));
    return is_here(j);
}

/* ---- Values ---- */

static void take_version(struct feed_info *info, struct arena *a, struct sv value)
{
    ptrdiff_t at = sv_find(value, SV("/version/"));
    struct sv number = sv_trim(at < 0 ? value : sv_from(value, (size_t)at + 9));
    size_t n = 0;
    while (n < number.n && n < 8 && (ascii_is_digit(number.p[n]) || number.p[n] == '.'))
        n++;
    if (n && !info->version[0])
        info->version = arena_copy(a, number.p, n);
}

static void take_message(struct jsonfeed *j, struct sv value)
{
    unsigned rank = 0, count = sizeof message_keys / sizeof *message_keys;
    while (rank < count && !key_is(j, message_keys[rank]))
        rank++;
    if (rank == count && here(j)->place == ERRORS && !here(j)->key[0])
        rank = 4; /* a list of texts */
    if (rank == count || (j->message.p && j->message_rank <= rank) || sv_trim(value).n == 0)
        return;
    j->message = html_plain_title(&j->d->arena, utf8_cut(value, QUOTE_MOST));
    j->message_rank = rank;
}

static void add_author(struct jsonfeed *j, struct sv name)
{
    struct document *d = j->d;
    if (d->draft.open)
        names_add(&d->draft.given.authors, &d->draft.arena, name);
    else
        names_add(&d->authors, &d->arena, name);
}

static void add_tags(struct jsonfeed *j, struct sv list)
{
    for (struct sv tag; sv_split(&list, ',', &tag);)
        names_add(&j->d->draft.given.tags, &j->d->draft.arena, tag);
}

/* The document's URL, else what the feed says of itself. */
static struct sv base(const struct jsonfeed *j)
{
    return j->d->base.p ? j->d->base : j->feed_url.p ? j->feed_url : j->d->info.home;
}

static void take_top(struct jsonfeed *j, struct sv value)
{
    struct document *d = j->d;
    struct feed_info *info = &d->info;
    struct arena *a = &j->scratch;
    if (key_is(j, "version"))
        take_version(info, &d->arena, value);
    else if (key_is(j, "title"))
        document_info(d, &info->title, html_plain_title(a, value));
    else if (key_is(j, "description"))
        document_info(d, &info->description, html_plain_title(a, value));
    else if (key_is(j, "feed_url"))
        document_info(d, &j->feed_url, url_resolve(a, d->base, value));
    else if (key_is(j, "home_page_url"))
        document_info(d, &info->home, url_resolve(a, base(j), value));
    else if (key_is(j, "language"))
        document_info(d, &info->language, value);
    else if (is_author_key(j))
        add_author(j, value);
    else
        take_message(j, value);
}

static void take_item(struct jsonfeed *j, struct sv value)
{
    struct document *d = j->d;
    struct arena *a = &j->scratch;
    if (key_is(j, "id"))
        draft_offer(d, PART_ID, 0, value);
    else if (key_is(j, "url"))
        draft_offer(d, PART_LINK, 0, url_resolve(a, base(j), value));
    else if (key_is(j, "external_url"))
        draft_offer(d, PART_LINK, 1, url_resolve(a, base(j), value));
    else if (key_is(j, "title"))
        draft_offer(d, PART_TITLE, 0, html_plain_title(a, value));
    else if (key_is(j, "summary"))
        draft_offer_source(d, PART_SUMMARY, 0, (struct item_source){value, false});
    else if (key_is(j, "content_text"))
        draft_offer_source(d, PART_CONTENT, 1, (struct item_source){value, false});
    else if (key_is(j, "content_html"))
        draft_offer_source(d, PART_CONTENT, 0, (struct item_source){value, true});
    else if (key_is(j, "date_published"))
        draft_offer(d, PART_PUBLISHED, 0, value), j->date_line = line_of(j);
    else if (key_is(j, "date_modified"))
        draft_offer(d, PART_MODIFIED, 0, value), j->date_line = line_of(j);
    else if (key_is(j, "language"))
        draft_offer(d, PART_LANGUAGE, 0, sv_trim(value));
    else if (key_is(j, "tags"))
        add_tags(j, value);
    else if (is_author_key(j))
        add_author(j, value);
}

static bool on_string(void *context, struct sv value)
{
    struct jsonfeed *j = context;
    arena_reset(&j->scratch);
    switch (here(j)->place) {
    case TOP: take_top(j, value); break;
    case ITEM: take_item(j, value); break;
    case TAGS: names_add(&j->d->draft.given.tags, &j->d->draft.arena, value); break;
    case TAG:
        if (key_is(j, "name") || key_is(j, "term") || key_is(j, "label"))
            names_add(&j->d->draft.given.tags, &j->d->draft.arena, value);
        break;
    case AUTHORS: add_author(j, value); break;
    case AUTHOR:
        if (key_is(j, "name"))
            add_author(j, value);
        break;
    case ERRORS: take_message(j, value); break;
    default: break;
    }
    return true;
}

/* A number where a text is due is that text, as it is written (of an id, JSON Feed 1.1 says so). */
static bool on_number(void *context, struct sv value)
{
    struct jsonfeed *j = context;
    enum place place = here(j)->place;
    if (place == ITEM || place == TAGS || (place == TOP && (key_is(j, "version") || key_is(j, "title"))))
        on_string(j, value);
    return true;
}

static bool on_null(void *context)
{
    struct jsonfeed *j = context;
    if (here(j)->place == TOP && key_is(j, "items") && j->d->info.version[0])
        j->has_items = true; /* none today */
    return true;
}

static bool on_fault(void *context, size_t line, const char *what, bool loses)
{
    struct jsonfeed *j = context;
    (loses ? document_loss : document_flaw)(j->d, line + j->d->blank_lines, "JSON: %s", what);
    return true;
}

/* ---- Where it begins ---- */

#define START_MOST 4096

static bool begins_markup(struct sv text)
{
    static const struct sv beginnings[] = {{"<?xml", 5}, {"<rss", 4}, {"<feed", 5}, {"<rdf:", 5}, {"<html", 5}, {"<head", 5}, {"<!doctype", 9}, {"<script", 7}};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (sv_starts_nocase(text, beginnings[i]))
            return true;
    return false;
}

/* A `{"` before anything of XML or HTML, but for the tags that PHP's warnings have. */
static ptrdiff_t start_behind_junk(struct sv text, bool enough)
{
    for (size_t i = 0; i < text.n; i++) {
        struct sv rest = sv_from(text, i);
        if (text.p[i] == '<' && begins_markup(rest))
            return JSONFEED_NONE;
        if (text.p[i] != '{')
            continue;
        struct sv next = sv_trim_start(sv_from(rest, 1));
        if (next.n == 0)
            break;
        if (next.p[0] == '"')
            return (ptrdiff_t)i;
    }
    return enough ? JSONFEED_NONE : JSONFEED_UNDECIDED;
}

ptrdiff_t jsonfeed_start(struct sv text, bool whole)
{
    bool enough = whole || text.n >= START_MOST;
    text = sv_head(text, START_MOST);
    struct sv rest = sv_trim_start(text);
    while (sv_starts(rest, SV("\xEF\xBB\xBF")))
        rest = sv_trim_start(sv_from(rest, 3));
    if (rest.n == 0)
        return text.n == START_MOST ? JSONFEED_NONE : JSONFEED_UNDECIDED;
    struct sv inner = sv_trim_start(sv_from(rest, 1));
    if (rest.p[0] == '{' || (rest.p[0] == '[' && inner.n && strchr("[{\"]", inner.p[0])))
        return rest.p - text.p;
    if (rest.p[0] == '<' && rest.n >= 3 && !sv_starts_nocase(rest, SV("<br")) && !sv_starts_nocase(rest, SV("<b>")))
        return JSONFEED_NONE;
    return start_behind_junk(text, enough);
}

/* ---- The whole ---- */

struct jsonfeed *jsonfeed_new(struct document *d, size_t junk)
{
    static const struct json_handlers handlers = {
        .object = on_object, .object_end = on_object_end, .array = on_array, .array_end = on_array_end, .key = on_key,
        .string = on_string, .number = on_number,         .null = on_null,   .fault = on_fault,
    };
    const struct json_limits limits = {.depth = d->options.limits.depth, .text = d->options.limits.text, .word = WORD_MOST};
    struct jsonfeed *j = xcalloc(1, sizeof *j);
    j->d = d;
    j->junk = junk;
    j->levels[0].place = OUTSIDE;
    j->reader = json_reader_new(&handlers, j, &limits);
    d->info.format = FEED_JSON;
    return j;
}

/* Its lines count all the same. */
static void pass_over_junk(struct jsonfeed *j, struct sv junk)
{
    if (sv_trim_start(junk).n && !sv_eq(sv_trim_start(junk), SV("\xEF\xBB\xBF")))
        document_flaw(j->d, 1 + j->d->blank_lines, "text before the JSON");
    for (size_t i = 0; i < junk.n; i++)
        if (junk.p[i] == '\n')
            json_reader_feed(j->reader, SV("\n"));
}

bool jsonfeed_write(struct jsonfeed *j, struct sv utf8)
{
    if (j->junk) {
        pass_over_junk(j, sv_head(utf8, j->junk));
        utf8 = sv_from(utf8, j->junk);
        j->junk = 0;
    }
    return json_reader_feed(j->reader, utf8) && !j->d->stopped;
}

static bool has_key(const struct jsonfeed *j, const char *key)
{
    for (size_t i = 0; i < j->key_count; i++)
        if (sv_eq(j->keys[i], sv_of(key)))
            return true;
    return false;
}

/* What it is that is no feed. */
static void tell_what_it_is(struct jsonfeed *j, const char *error)
{
    struct document *d = j->d;
    struct buf keys = {0};
    for (size_t i = 0; i < j->key_count; i++)
        buf_printf(&keys, "%s\"%.*s\"", i ? ", " : "", SV_ARG(j->keys[i]));
    if (error && !j->ended)
        document_error(d, "no feed: JSON, %s", error);
    else if (j->message.p)
        document_error(d, "no feed: JSON that says \"%.*s\"", SV_ARG(j->message));
    else if (has_key(j, "jsonapi"))
        document_error(d, "no feed: a document of a JSON:API");
    else if (j->is_list && has_key(j, "guid") && has_key(j, "date_gmt"))
        document_error(d, "no feed: posts as WordPress's programming interface gives them; its feed is at /feed/");
    else if (has_key(j, "rss") || has_key(j, "channel"))
        document_error(d, "no feed: RSS turned into JSON");
    else if (j->is_list)
        document_error(d, "no feed: JSON, but a list%s%s where a JSON Feed is an object", keys.n ? " of objects with " : "", keys.n ? buf_cstr(&keys) : "");
    else
        document_error(d, "no feed: JSON%s%s, but without the \"items\" of a JSON Feed", keys.n ? " with " : "", keys.n ? buf_cstr(&keys) : "");
    buf_free(&keys);
}

/* A JSON Feed may be cut off, or broken, behind complete items. */
void jsonfeed_finish(struct jsonfeed *j)
{
    struct document *d = j->d;
    bool good = json_reader_end(j->reader);
    const char *error = json_reader_error(j->reader);
    if (d->stopped || j->full)
        return;
    if (!j->has_items)
        tell_what_it_is(j, error);
    else if (!good && error && !j->ended)
        document_loss(d, line_of(j), "JSON: %s; what was complete before counts", strchr(error, ':') + 2);
    d->info.truncated |= j->has_items && !j->ended;
}

void jsonfeed_free(struct jsonfeed **jsonfeed)
{
    struct jsonfeed *j = *jsonfeed;
    if (!j)
        return;
    json_reader_free(&j->reader);
    arena_free(&j->scratch);
    free(j);
    *jsonfeed = NULL;
}
