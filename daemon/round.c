#include "round.h"

#include <stdlib.h>

#include "alert/alert.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "feed/feed.h"

#define LOG_MOST 300u /* bytes of a title, or of the names of rules, in a log line */

/* An item: what is to be recorded, and the alerts that stand or fall with it. */
struct entry {
    struct digest digest;
    struct message *messages;
    size_t message_count;
    struct sv rules, title, url; /* for the log */
};

struct round {
    struct round_tools tools;
    const struct setup *setup;
    const struct conf_feed *conf;
    struct feed *feed;
    struct arena arena; /* the messages */
    struct entry *entries;
    size_t count, capacity;
    int64_t started;
    size_t matched;
    bool first;
};

/* ---- Items to entries ---- */

static struct message copy_message(struct arena *a, const struct message *m)
{
    struct message copy = {sv_dup(a, m->id), sv_dup(a, m->topic), sv_dup(a, m->key), sv_dup(a, m->value), NULL, m->header_count};
    copy.headers = arena_array(a, m->header_count, sizeof *copy.headers);
    for (size_t i = 0; i < m->header_count; i++)
        copy.headers[i] = (struct message_header){sv_dup(a, m->headers[i].name), sv_dup(a, m->headers[i].value)};
    return copy;
}

/* What a feed says may be of any length; a log line is read by people. */
static struct sv shortened(struct arena *a, struct sv v)
{
    struct sv cut = utf8_cut(v, LOG_MOST);
    return cut.n == v.n ? sv_dup(a, v) : sv_of(arena_printf(a, "%.*s…", SV_ARG(cut)));
}

static void note_match(struct arena *a, struct entry *entry, const struct item *item, const struct hit *hits, size_t count)
{
    struct buf rules = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&rules, "%s%.*s", i ? ", " : "", SV_ARG(hits[i].rule));
    entry->rules = shortened(a, buf_view(&rules));
    entry->title = shortened(a, item->title);
    entry->url = sv_dup(a, item->url);
    buf_free(&rules);
}

static struct alert_context alert_context_of(const struct round *r)
{
    const struct conf *conf = r->setup->conf;
    const struct conf_outlet *outlet = r->conf->outlet;
    return (struct alert_context){
        .instance = conf->instance,
        .topic = conf->kafka.topic,
        .key = conf->kafka.key == CONF_KEY_ITEM ? ALERT_KEY_ITEM : conf->kafka.key == CONF_KEY_FEED ? ALERT_KEY_FEED : ALERT_KEY_OUTLET,
        .format = conf->kafka.format == CONF_FORMAT_STRUCTURED ? ALERT_STRUCTURED : ALERT_BINARY,
        .text_limit = conf->text_limit,
        .outlet = {outlet->id, outlet->name, outlet->country, outlet->language},
        .feed = {r->conf->id, r->conf->shown_url, feed_info(r->feed)->title},
        .fetched = r->started,
        .matched = clock_wall(r->tools.clock),
    };
}

/* Hold a fresh item against the rules and put the alerts into its entry. */
static void match_entry(struct round *r, struct entry *entry, struct item *item)
{
    const struct conf_outlet *outlet = r->conf->outlet;
    const struct match_context context = {outlet->id, r->conf->id, outlet->country, outlet->language};
    struct hit *hits;
    feed_item_text(item);
    size_t count = match_item(r->setup->match, item, &context, &hits);
    if (count == 0)
        return;
    const struct alert_context about = alert_context_of(r);
    struct message *messages;
    entry->message_count = alert_make(item, hits, count, &about, &messages);
    entry->messages = arena_array(&r->arena, entry->message_count, sizeof *entry->messages);
    for (size_t i = 0; i < entry->message_count; i++)
        entry->messages[i] = copy_message(&r->arena, &messages[i]);
    r->matched++;
    note_match(&r->arena, entry, item, hits, count);
}

/* At a feed's first poll, what is old or undated is recorded without an alert. */
static bool is_backlog(const struct round *r, const struct item *item)
{
    if (!r->first)
        return false;
    return item->published == TIME_NONE || item->published < r->started - r->conf->polling.backlog;
}

static bool on_item(void *context, struct item *item)
{
    struct round *r = context;
    r->entries = xgrow(r->entries, r->count, &r->capacity, sizeof *r->entries);
    struct entry *entry = &r->entries[r->count++];
    *entry = (struct entry){.digest = hash_digest(&item->id, 1)};
    if (store_seen(r->tools.store, r->conf->outlet->id, entry->digest))
        return true;
    if (!is_backlog(r, item))
        match_entry(r, entry, item);
    return true;
}

/* Never read before, or so long ago that the store may have forgotten its items. In doubt it is not: better one alert too many. */
static bool is_first(const struct round *r)
{
    struct arena arena = {0};
    struct store_feed known;
    int found = store_feed_load(r->tools.store, r->conf->id, &arena, &known);
    arena_free(&arena);
    return found == 0 || (found > 0 && (known.last_success == TIME_NONE || known.last_success < r->started - STORE_SEEN_KEPT));
}

/* ---- The document ---- */

struct round *round_new(const struct round_tools *tools, const struct setup *setup, const struct conf_feed *conf, const struct poll_response *response)
{
    struct round *r = xcalloc(1, sizeof *r);
    *r = (struct round){.tools = *tools, .setup = setup, .conf = conf, .started = response->started};
    r->first = is_first(r);
    const struct feed_options options = {
        .url = response->url, .content_type = response->content_type, .now = response->started, .zone = conf->zone, .item = on_item, .context = r};
    r->feed = feed_open(&options);
    return r;
}

void round_adopt(struct round *r, const struct setup *setup, const struct conf_feed *conf)
{
    r->setup = setup;
    r->conf = conf;
}

bool round_data(struct round *r, const char *bytes, size_t n)
{
    return feed_write(r->feed, bytes, n);
}

const char *round_end(struct round *r)
{
    return feed_finish(r->feed) ? NULL : feed_error(r->feed);
}

bool round_truncated(const struct round *r) { return feed_info(r->feed)->truncated; }
bool round_is_first(const struct round *r) { return r->first; }
size_t round_items(const struct round *r) { return r->count; }
size_t round_matched(const struct round *r) { return r->matched; }

/* ---- Entries to the store ---- */

bool round_record(const struct round *r, int64_t now, void (*told)(void *context, const struct news *), void *context)
{
    for (const struct entry *entry = r->entries; entry < r->entries + r->count; entry++) {
        bool fresh;
        if (!store_see(r->tools.store, r->conf->outlet->id, entry->digest, now, &fresh))
            return false;
        if (!fresh) /* a sibling feed, or the document itself, has brought it meanwhile */
            continue;
        for (size_t i = 0; i < entry->message_count; i++)
            if (!store_outbox_add(r->tools.store, &entry->messages[i], now))
                return false;
        if (entry->message_count)
            told(context, &(struct news){r->conf->id, r->conf->outlet->id, entry->url, entry->rules, entry->title});
    }
    return true;
}

void round_free(struct round **r)
{
    if (!*r)
        return;
    feed_free(&(*r)->feed);
    arena_free(&(*r)->arena);
    free((*r)->entries);
    free(*r);
    *r = NULL;
}
