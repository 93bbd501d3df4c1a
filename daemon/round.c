#include "round.h"

#include <stdlib.h>

#include "alert/alert.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "feed/feed.h"
#include "history.h"

#define LOG_MOST 300u          /* bytes of a title, or of the names of rules, in a log line */
#define LOSSES_MOST 3         /* that are told */
#define KEPT_MOST (2u << 20) /* bytes of items that wait for the document's end: beyond it the first of them wait no longer */
#define KEPT_LEAST 4096       /* bytes that even a small one takes */
#define HOLD_MOST (512u << 10) /* a body up to here is read when it is whole, and known to be another than the last one */

struct messages {
    struct message *list;
    size_t count;
    struct sv rules; /* for the log */
};

/* What an item brings along, if its history wants it. */
struct entry {
    struct messages fresh, revised; /* as a new item; as a new text of a known one */
    struct sv title, url;           /* for the log */
};

/* An item that waits for the end of the document. */
struct kept {
    struct item item;
    struct arena arena;
    size_t bytes;
    struct kept *next;
};

struct round {
    struct round_tools tools;
    const struct setup *setup;
    const struct conf_feed *conf;
    struct feed *feed;
    struct history *history;
    struct arena arena; /* the entries, and what is known of the feed */
    struct store_feed known;
    struct kept *kept, **kept_end;
    size_t kept_bytes;
    struct sv settings, url, content_type;
    struct buf hold;    /* the body's beginning, until it is read */
    char body[33];      /* of a whole one: what tells it from others, in hexadecimal digits */
    int64_t started;
    size_t matched;
    bool first, reading, unchanged, whole;
};

/* ---- Alerts of an item ---- */

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

static struct sv names_of(struct arena *a, const struct hit *hits, size_t count)
{
    struct buf names = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&names, "%s%.*s", i ? ", " : "", SV_ARG(hits[i].rule));
    struct sv rules = shortened(a, buf_view(&names));
    buf_free(&names);
    return rules;
}

static struct alert_context alert_context_of(const struct round *r, struct sv revision)
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
        .revision = revision,
    };
}

static struct messages write_alerts(struct round *r, const struct item *item, const struct hit *hits, size_t count, struct sv revision)
{
    const struct alert_context about = alert_context_of(r, revision);
    struct message *made;
    struct messages m = {.count = alert_make(item, hits, count, &about, &made), .rules = names_of(&r->arena, hits, count)};
    m.list = arena_array(&r->arena, m.count, sizeof *m.list);
    for (size_t i = 0; i < m.count; i++)
        m.list[i] = copy_message(&r->arena, &made[i]);
    return m;
}

/* Does this feed, or some rule, want to hear of changed texts? */
static bool wants_updates(const struct round *r)
{
    return r->conf->polling.updates || r->setup->conf->updates;
}

/* Keep the hits of rules that want to hear of a changed text. */
static size_t of_updates(const struct round *r, struct hit *hits, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = table_get(&r->setup->conf->rules_by_id, hits[i].rule);
        bool asks = rule && (rule->updates == RULE_UPDATES_OF_FEED ? r->conf->polling.updates : rule->updates == RULE_UPDATES_ON);
        if (asks)
            hits[kept++] = hits[i];
    }
    return kept;
}

/* At a feed's first poll, what is old or undated is recorded without an alert. */
static bool is_backlog(const struct round *r, const struct item *item, const struct past *past)
{
    if (!r->first && !past->unrecorded)
        return false;
    return item->published == TIME_NONE || item->published < r->started - r->conf->polling.backlog;
}

/* The alerts of an item as a new one, and as a new text of a known one: its history decides at the end which of them go out. */
static void match_entry(struct round *r, struct past *past, struct item *item)
{
    const struct conf_outlet *outlet = r->conf->outlet;
    const struct match_context context = {outlet->id, r->conf->id, outlet->country, outlet->language};
    bool fresh = (past->is != PAST_KNOWN || past->doubtful) && !is_backlog(r, item, past);
    bool revised = past->is == PAST_KNOWN && wants_updates(r) && history_is_revised(r->history, past);
    struct hit *hits;
    size_t count = fresh || revised ? match_item(r->setup->match, item, &context, &hits) : 0;
    if (count == 0)
        return;
    struct entry *entry = past->user = arena_zalloc(&r->arena, sizeof *entry);
    char revision[33];
    entry->title = shortened(&r->arena, item->title);
    entry->url = sv_dup(&r->arena, item->url);
    if (fresh)
        entry->fresh = write_alerts(r, item, hits, count, SV_NONE);
    if (revised && (count = of_updates(r, hits, count)) > 0)
        entry->revised = write_alerts(r, item, hits, count, sv_of(digest_hex(past->keys.content, revision)));
}

/* ---- Items ---- */

/* The text is made only of what may be new, or may have changed. */
static void read_item(struct round *r, struct item *item)
{
    struct identity keys;
    identity_of(item, &keys);
    struct past *past = history_meet(r->history, &keys);
    if (past->is == PAST_TWICE || (past->is == PAST_KNOWN && !past->doubtful && !wants_updates(r)))
        return;
    feed_item_text(item);
    identity_of_text(item, &keys);
    history_read(r->history, past, &keys);
    if (past->is == PAST_TWICE)
        return;
    identity_rename(item, &keys, history_guid_tells(r->history, past), history_link_tells(past));
    match_entry(r, past, item);
}

/* The first that waits goes on its way, its dates settled by what was read so far. */
static void read_first_kept(struct round *r)
{
    struct kept *kept = r->kept;
    feed_item_settle(r->feed, &kept->item);
    r->kept_bytes -= kept->bytes;
    read_item(r, &kept->item);
    r->kept = kept->next;
    r->kept_end = r->kept ? r->kept_end : &r->kept;
    arena_free(&kept->arena);
    free(kept);
}

/* A new item with a date that only the whole document explains waits for its end. */
static bool waits(struct round *r, struct item *item)
{
    struct identity keys;
    identity_of(item, &keys);
    if (history_ask(r->history, &keys) == PAST_KNOWN)
        return false;
    struct kept *kept = xcalloc(1, sizeof *kept);
    kept->bytes = KEPT_LEAST + item->arena->used;
    kept->arena = *item->arena;
    *item->arena = (struct arena){0};
    kept->item = *item;
    kept->item.arena = &kept->arena;
    *r->kept_end = kept;
    r->kept_end = &kept->next;
    r->kept_bytes += kept->bytes;
    while (r->kept_bytes > KEPT_MOST)
        read_first_kept(r);
    return true;
}

static bool on_item(void *context, struct item *item)
{
    struct round *r = context;
    if (!item->unsettled || !waits(r, item))
        read_item(r, item);
    return true;
}

static void read_kept(struct round *r)
{
    while (r->kept)
        read_first_kept(r);
}

/* ---- The document ---- */

/* Never read before, or so long ago that the store may have forgotten its items. In doubt it is not: better one alert too many. */
static bool load_known(struct round *r)
{
    int found = store_feed_load(r->tools.store, r->conf->id, &r->arena, &r->known);
    if (found <= 0)
        r->known = (struct store_feed){.last_success = TIME_NONE};
    return found == 0 || (found > 0 && (r->known.last_success == TIME_NONE || r->known.forgotten));
}

static struct feed_limits limits_of(const struct conf_polling *p)
{
    return (struct feed_limits){p->max_size, (size_t)p->max_items, (unsigned)p->max_depth, p->max_text, (unsigned)p->max_attributes};
}

/* All that has a say in what is made of a body, as text. The day is part of it, so that once a day what the feed holds is seen again, and
 * not forgotten. */
static struct sv settings_of(struct round *r)
{
    const struct conf_polling *p = &r->conf->polling;
    return sv_of(arena_printf(&r->arena, VERSION " %lld %lld %lld %llu %lld %d %d %.*s", (long long)(r->started / MS_DAY),
                              (long long)p->max_items, (long long)p->max_depth, (unsigned long long)p->max_text,
                              (long long)p->max_attributes, p->updates, r->setup->conf->updates, SV_ARG(r->conf->timezone)));
}

struct round *round_new(const struct round_tools *tools, const struct setup *setup, const struct conf_feed *conf, const struct poll_response *response)
{
    struct round *r = xcalloc(1, sizeof *r);
    *r = (struct round){.tools = *tools, .setup = setup, .conf = conf, .started = response->started};
    r->kept_end = &r->kept;
    r->first = load_known(r);
    r->settings = settings_of(r);
    r->url = sv_dup(&r->arena, response->url);
    r->content_type = sv_dup(&r->arena, response->content_type);
    r->history = history_new(tools->store, conf->outlet->id, &r->known, response->started);
    const struct feed_options options = {
        .url = r->url, .content_type = r->content_type, .now = response->started, .zone = conf->zone, .limits = limits_of(&conf->polling),
        .item = on_item, .context = r};
    r->feed = feed_open(&options);
    return r;
}

void round_adopt(struct round *r, const struct setup *setup, const struct conf_feed *conf)
{
    r->setup = setup;
    r->conf = conf;
    feed_zone(r->feed, conf->zone); /* the old one goes with its configuration */
}

static bool read_bytes(struct round *r, const char *bytes, size_t n)
{
    store_read_begin(r->tools.store);
    bool more = feed_write(r->feed, bytes, n);
    store_read_end(r->tools.store);
    return more;
}

static bool read_hold(struct round *r)
{
    r->reading = true;
    bool more = read_bytes(r, r->hold.p, r->hold.n);
    buf_free(&r->hold);
    return more;
}

bool round_data(struct round *r, const char *bytes, size_t n)
{
    if (r->reading)
        return read_bytes(r, bytes, n);
    buf_append(&r->hold, bytes, n);
    return r->hold.n <= HOLD_MOST || read_hold(r);
}

/* What makes a body the last one again: its bytes, and all that has a say in how they are read. */
static void digest_body(struct round *r)
{
    const struct sv parts[] = {r->settings, r->url, r->content_type, buf_view(&r->hold)};
    digest_hex(hash_digest(parts, sizeof parts / sizeof *parts), r->body);
}

const char *round_end(struct round *r, bool complete)
{
    if (complete && !r->reading) {
        digest_body(r);
        r->unchanged = sv_eq(r->known.body, sv_of(r->body));
    }
    if (r->unchanged)
        return NULL;
    if (!r->reading)
        read_hold(r);
    store_read_begin(r->tools.store);
    bool good = feed_finish(r->feed);
    read_kept(r);
    store_read_end(r->tools.store);
    r->whole = good && complete && !round_truncated(r);
    return good ? NULL : feed_error(r->feed);
}

bool round_truncated(const struct round *r) { return feed_info(r->feed)->truncated; }
bool round_unchanged(const struct round *r) { return r->unchanged; }
bool round_is_first(const struct round *r) { return r->first; }
size_t round_matched(const struct round *r) { return r->matched; }

size_t round_items(const struct round *r)
{
    return history_met(r->history);
}

const char *round_losses(struct round *r)
{
    const struct feed_problem *problems;
    size_t count = feed_problems(r->feed, &problems), told = 0;
    struct buf out = {0};
    for (size_t i = 0; i < count; i++)
        if (problems[i].loses && told++ < LOSSES_MOST) {
            buf_printf(&out, "%s%.*s", told > 1 ? "; " : "", SV_ARG(shortened(&r->arena, problems[i].what)));
            if (problems[i].line)
                buf_printf(&out, " (line %zu)", problems[i].line);
        }
    if (told > LOSSES_MOST)
        buf_str(&out, "; and more");
    const char *losses = arena_copy(&r->arena, out.p, out.n);
    buf_free(&out);
    return losses;
}

/* ---- Alerts to the store ---- */

static bool send(struct round *r, const struct entry *entry, bool updated, int64_t now, void (*told)(void *, const struct news *), void *context)
{
    const struct messages *m = updated ? &entry->revised : &entry->fresh;
    for (size_t i = 0; i < m->count; i++)
        if (!store_outbox_add(r->tools.store, &m->list[i], now))
            return false;
    if (m->count) {
        r->matched++;
        told(context, &(struct news){r->conf->id, r->conf->outlet->id, entry->url, m->rules, entry->title, updated});
    }
    return true;
}

/* What to remember of the feed, where that is not what is remembered already. */
static bool remember(struct round *r)
{
    struct sv body = r->whole && *r->body ? sv_of(r->body) : r->known.body, trust = history_trust(r->history, r->unchanged);
    if (sv_eq(body, r->known.body) && sv_eq(trust, r->known.trust))
        return true;
    return store_feed_remember(r->tools.store, r->conf->id, body, trust);
}

bool round_record(struct round *r, int64_t now, void (*told)(void *context, const struct news *), void *context)
{
    history_settle(r->history);
    for (size_t i = 0; i < history_count(r->history); i++) {
        const struct past *past = history_item(r->history, i);
        if (past->is == PAST_TWICE)
            continue;
        bool updates = wants_updates(r), fresh = past->is == PAST_NEW, revised = updates && history_is_revised(r->history, past);
        if (!history_record(r->history, past) || (updates && !history_revise(r->history, past)))
            return false;
        if (past->user && (fresh || revised) && !send(r, past->user, !fresh, now, told, context))
            return false;
    }
    return remember(r);
}

void round_free(struct round **round)
{
    struct round *r = *round;
    if (!r)
        return;
    for (struct kept *kept; (kept = r->kept);) {
        r->kept = kept->next;
        arena_free(&kept->arena);
        free(kept);
    }
    feed_free(&r->feed);
    history_free(&r->history);
    buf_free(&r->hold);
    arena_free(&r->arena);
    free(r);
    *round = NULL;
}
