#include "history.h"

#include <stdlib.h>

#include "likeness.h"
#include "trust.h"

struct history {
    struct store *store;
    struct arena arena;
    struct sv outlet;
    struct trust trust;
    int64_t day;
    struct pasts items;
    size_t dropped;           /* items that the document had already, and that tell nothing more */
    const struct digest *old; /* what version 0.1.0 recorded of the item under way; NULL: there is none */
};

/* ---- What the store knows ---- */

static struct sv view_of(const struct digest *d)
{
    return (struct sv){(const char *)d->bytes, sizeof d->bytes};
}

static bool look(const struct history *h, const struct digest *d, struct store_key *row)
{
    return store_key_load(h->store, h->outlet, d, row) > 0;
}

/* Asked but once, while its key is at hand. */
static bool is_old(const struct history *h, struct past *p)
{
    struct store_key row;
    if (!p->asked_old && h->old) {
        p->asked_old = true;
        p->is_old = look(h, h->old, &row) && !row.has_facts;
    }
    return p->is_old;
}

static bool wholly_same(const struct store_key *row, const struct past *p)
{
    const struct facts *a = &row->facts, *b = &p->keys.facts;
    return row->has_facts && a->page == b->page && like_title(a, b) && a->minute == b->minute;
}

static struct store_key renewed(const struct store_key *row, const struct facts *facts, bool shared, int64_t day)
{
    struct store_key key = *row;
    key.day = row->day > day ? row->day : day;
    key.shared |= shared;
    if (!row->has_facts || !key.shared) /* of a shared key the facts stay those of its first item */
        key.facts = row->has_facts ? facts_merged(&row->facts, facts) : *facts;
    key.has_facts = true;
    return key;
}

static bool is_as_before(const struct store_key *a, const struct store_key *b)
{
    return a->day == b->day && a->has_facts == b->has_facts && a->shared == b->shared && facts_equal(&a->facts, &b->facts);
}

static enum past_is known_as(const struct history *h, struct past *p, const struct store_key *row)
{
    const struct store_key key = renewed(row, &p->keys.facts, false, h->day);
    p->recorded = is_as_before(&key, row);
    p->doubtful = row->has_facts && !like_title(&row->facts, &p->keys.facts);
    return PAST_KNOWN;
}

static enum past_is known_by_other(struct past *p)
{
    p->by_other = true;
    return PAST_KNOWN;
}

/* The same title on the same page, or so it seems, with another date: yesterday's briefing, or the same story dated anew. */
static enum past_is dated_otherwise(const struct past *p, const struct store_key *row)
{
    return unlike_text(&row->facts, &p->keys.facts) ? PAST_NEW : PAST_SUSPECT;
}

/* The alias of the second and each later item of one name, which their dates tell apart. */
static struct digest dated_alias(const struct past *p)
{
    const int32_t minute = p->keys.facts.minute;
    const struct sv parts[] = {SV("dated"), view_of(&p->keys.alias), {(const char *)&minute, sizeof minute}};
    return hash_digest(parts, 3);
}

static enum past_is by_dated_alias(const struct history *h, struct past *p, const struct store_key *first)
{
    const struct digest d = dated_alias(p);
    struct store_key row;
    return look(h, &d, &row) ? known_by_other(p) : dated_otherwise(p, first);
}

static enum past_is by_alias(const struct history *h, struct past *p)
{
    const struct facts *now = &p->keys.facts;
    struct store_key row;
    if (!p->keys.has_alias || !look(h, &p->keys.alias, &row))
        return PAST_NEW;
    switch (like_dates(&row.facts, now, NEAR_MINUTES)) {
    case DATES_SAME: return known_by_other(p);
    case DATES_OTHER: return by_dated_alias(h, p, &row);
    default: return row.facts.page == now->page || (now->text && row.facts.text == now->text) ? known_by_other(p) : PAST_SUSPECT;
    }
}

/* With a guid that is not known, on a link that is. */
static enum past_is by_page(struct past *p, const struct store_key *row)
{
    if (!row->has_facts)
        return known_by_other(p);
    bool title = like_title(&row->facts, &p->keys.facts);
    enum dates dates = like_dates(&row->facts, &p->keys.facts, title ? NEAR_MINUTES : 0);
    if (dates == DATES_SAME || (title && dates == DATES_UNKNOWN))
        return known_by_other(p);
    if (title)
        return dated_otherwise(p, row);
    return dates == DATES_UNKNOWN ? PAST_SUSPECT : PAST_NEW;
}

static enum past_is by_words(const struct history *h, struct past *p)
{
    struct store_key row;
    if (!p->keys.has_content)
        return PAST_UNREAD;
    if (!look(h, &p->keys.content, &row))
        return PAST_NEW;
    return like_dates(&row.facts, &p->keys.facts, NEAR_MINUTES) == DATES_OTHER ? PAST_SUSPECT : known_by_other(p);
}

/* ---- Judging an item ---- */

bool history_guid_tells(const struct history *h, const struct past *p)
{
    return p->keys.has_guid && !h->trust.none && !p->guid_shared;
}

bool history_link_tells(const struct past *p)
{
    return p->keys.has_link && !p->link_shared;
}

/* The guid is not known: has the item another one? */
static enum past_is by_other_than_guid(const struct history *h, struct past *p)
{
    struct store_key row;
    if (history_link_tells(p) && look(h, &p->keys.link, &row)) {
        if (!row.shared)
            return by_page(p, &row);
        p->link_shared = true;
    }
    return history_link_tells(p) ? by_alias(h, p) : by_words(h, p);
}

static enum past_is judge_guid(struct history *h, struct past *p)
{
    struct store_key row;
    bool found = look(h, &p->keys.guid, &row);
    if (p->guid_shared || (found && row.shared)) {
        p->guid_shared = true;
        p->unrecorded = found ? !row.has_facts : is_old(h, p);
        return found && wholly_same(&row, p) ? PAST_KNOWN : PAST_UNREAD;
    }
    if (found && row.has_facts && unlike_under_guid(&row.facts, &p->keys.facts)) {
        p->guid_shared = true;
        return PAST_UNREAD;
    }
    return found ? known_as(h, p, &row) : is_old(h, p) ? PAST_KNOWN : by_other_than_guid(h, p);
}

static enum past_is judge_link(struct history *h, struct past *p)
{
    struct store_key row;
    bool found = look(h, &p->keys.link, &row);
    if (p->link_shared || (found && row.shared)) {
        p->link_shared = true;
        return found && wholly_same(&row, p) ? PAST_KNOWN : PAST_UNREAD;
    }
    return found ? known_as(h, p, &row) : !p->keys.has_guid && is_old(h, p) ? PAST_KNOWN : by_alias(h, p);
}

static enum past_is judge_content(struct history *h, struct past *p)
{
    struct store_key row;
    if (!p->keys.has_content)
        return PAST_UNREAD;
    if (look(h, &p->keys.content, &row))
        return known_as(h, p, &row);
    return !p->keys.has_guid && !p->keys.has_link && is_old(h, p) ? PAST_KNOWN : PAST_NEW;
}

static void judge(struct history *h, struct past *p)
{
    p->by_other = p->doubtful = p->recorded = false;
    if (history_guid_tells(h, p) || p->guid_shared) {
        p->is = judge_guid(h, p);
        if (p->is != PAST_UNREAD || history_guid_tells(h, p))
            return;
    }
    if (p->keys.has_link) {
        p->is = judge_link(h, p);
        if (p->is != PAST_UNREAD)
            return;
    }
    p->is = judge_content(h, p);
}

/* ---- The document ---- */

static void keep_keys(struct past_keys *kept, const struct identity *k)
{
    *kept = (struct past_keys){k->guid,     k->link,     k->alias,     k->content,    k->facts,
                               k->has_guid, k->has_link, k->has_alias, k->has_content};
}

/* Its guid stands in the document already. true: the item does. */
static bool is_twice_by_guid(struct history *h, struct past *p)
{
    struct past *first = p->keys.has_guid ? pasts_first_or_last(&h->items, PAST_GUID, &p->keys.guid) : NULL;
    if (!first || h->trust.none)
        return false;
    if (!first->guid_shared && unlike_twins_of_guid(&first->keys.facts, &p->keys.facts))
        first->guid_shared = true;
    p->guid_shared = first->guid_shared;
    return !p->guid_shared;
}

static bool is_twice_by_link(struct history *h, struct past *p)
{
    struct past *first = p->keys.has_link ? pasts_first_or_last(&h->items, PAST_LINK, &p->keys.link) : NULL;
    if (!first)
        return false;
    if (!first->link_shared && unlike_twins_of_link(&first->keys.facts, &p->keys.facts))
        first->link_shared = true;
    p->link_shared = first->link_shared;
    if (p->link_shared)
        return false;
    /* Two guids that are trusted, one title: a story that is listed twice has one date. */
    return !history_guid_tells(h, p) || like_dates(&first->keys.facts, &p->keys.facts, 0) == DATES_SAME;
}

static void judge_with(struct history *h, struct past *p, const struct identity *keys)
{
    h->old = &keys->old;
    judge(h, p);
    h->old = NULL;
}

struct past *history_meet(struct history *h, const struct identity *keys)
{
    struct past *p = pasts_add(&h->items);
    keep_keys(&p->keys, keys);
    if (is_twice_by_guid(h, p)) {
        p->is = PAST_TWICE;
        pasts_drop_last(&h->items);
        h->dropped++;
    } else if (is_twice_by_link(h, p)) {
        p->is = PAST_TWICE;
    } else {
        judge_with(h, p, keys);
    }
    return p;
}

enum past_is history_ask(struct history *h, const struct identity *keys)
{
    struct past p = {0};
    keep_keys(&p.keys, keys);
    judge_with(h, &p, keys);
    return p.doubtful ? PAST_UNREAD : p.is;
}

void history_read(struct history *h, struct past *p, const struct identity *keys)
{
    p->keys.has_content = keys->has_content;
    p->keys.content = keys->content;
    p->keys.facts.text = keys->facts.text;
    judge_with(h, p, keys);
    bool by_content = !history_guid_tells(h, p) && !history_link_tells(p);
    if (by_content && pasts_first_or_last(&h->items, PAST_CONTENT, &p->keys.content))
        p->is = PAST_TWICE;
}

/* Another item of the document has shown that the key by which this one was known tells nothing. */
static bool is_undone(const struct past *p)
{
    return p->is == PAST_KNOWN && p->doubtful && (p->guid_shared || p->link_shared);
}

size_t history_count(const struct history *h) { return h->items.count; }
struct past *history_item(const struct history *h, size_t i) { return pasts_at(&h->items, i); }
size_t history_met(const struct history *h) { return h->items.count + h->dropped; }

/* Most of the document's items, and no single one. */
static bool are_most(size_t some, size_t items)
{
    return some > 1 && 2 * some >= items;
}

void history_settle(struct history *h)
{
    size_t suspects = 0, others = 0, items = 0;
    for (size_t i = 0; i < h->items.count; i++) {
        struct past *p = pasts_at(&h->items, i);
        if (p->is == PAST_NEW || p->is == PAST_SUSPECT || is_undone(p))
            judge(h, p);
        suspects += p->is == PAST_SUSPECT;
        others += p->is == PAST_KNOWN && p->by_other;
        items += p->is != PAST_TWICE;
    }
    bool dated_anew = are_most(suspects, items), moved = are_most(suspects + others, items);
    for (size_t i = 0; i < h->items.count; i++) {
        struct past *p = pasts_at(&h->items, i);
        bool undated = p->keys.facts.minute == FACTS_NO_MINUTE; /* where others have kept their dates, one that has not is new */
        if (p->is == PAST_SUSPECT)
            p->is = dated_anew || (moved && undated) ? known_by_other(p) : PAST_NEW;
    }
}

/* ---- Recording ---- */

static bool record_key(struct history *h, const struct digest *d, const struct past *p, bool shared)
{
    struct store_key row = {.day = -1};
    look(h, d, &row);
    const struct store_key key = renewed(&row, &p->keys.facts, shared, h->day);
    return is_as_before(&key, &row) || store_key_save(h->store, h->outlet, d, &key);
}

/* An alias stays that of the first item of this name; a later one of another date has one of its own, from when it was new. */
static bool record_alias(struct history *h, const struct past *p)
{
    struct store_key row;
    if (look(h, &p->keys.alias, &row) && like_dates(&row.facts, &p->keys.facts, NEAR_MINUTES) == DATES_OTHER) {
        const struct digest d = dated_alias(p);
        if (p->is == PAST_NEW || look(h, &d, &row))
            return record_key(h, &d, p, false);
    }
    return record_key(h, &p->keys.alias, p, false);
}

bool history_record(struct history *h, const struct past *p)
{
    const struct past_keys *k = &p->keys;
    bool by_content = !history_guid_tells(h, p) && !history_link_tells(p);
    if (p->is == PAST_TWICE)
        return true;
    if (p->is == PAST_KNOWN && p->recorded && !p->guid_shared && !p->link_shared) /* the common case costs nothing */
        return true;
    return (!k->has_guid || h->trust.none || record_key(h, &k->guid, p, p->guid_shared)) &&
           (!k->has_link || record_key(h, &k->link, p, p->link_shared)) &&
           (!k->has_alias || record_alias(h, p)) &&
           (!k->has_content || (!by_content && k->has_link && !p->link_shared) || record_key(h, &k->content, p, false));
}

/* ---- Revisions ---- */

struct revision {
    struct digest anchor, key;
    struct store_key item; /* what is recorded of the item */
    struct store_key seen; /* day -1: this text of it is new */
};

/* false: there is none, for its content is all by which it is known, or it is not recorded. */
static bool find_revision(const struct history *h, const struct past *p, struct revision *r)
{
    bool by_guid = history_guid_tells(h, p);
    if (!p->keys.has_content || (!by_guid && !history_link_tells(p)))
        return false;
    r->anchor = by_guid ? p->keys.guid : p->keys.link;
    const struct sv parts[] = {SV("revision"), view_of(&r->anchor), view_of(&p->keys.content)};
    r->key = hash_digest(parts, 3);
    r->seen = (struct store_key){.day = -1};
    look(h, &r->key, &r->seen);
    return look(h, &r->anchor, &r->item);
}

bool history_is_revised(const struct history *h, const struct past *p)
{
    struct revision r;
    return find_revision(h, p, &r) && r.item.tracked && r.seen.day < 0;
}

bool history_revise(struct history *h, const struct past *p)
{
    struct revision r;
    if (!find_revision(h, p, &r))
        return true;
    if (!r.item.tracked) {
        r.item.tracked = true;
        if (!store_key_save(h->store, h->outlet, &r.anchor, &r.item))
            return false;
    }
    return r.seen.day >= h->day || store_key_save(h->store, h->outlet, &r.key, &(struct store_key){.day = h->day});
}

/* ---- Trust ---- */

/* How many of the document's guids were known before, and how many are another one's than the item had. */
static int speaks_of_guids(const struct history *h)
{
    size_t stayed = 0, changed = 0;
    for (size_t i = 0; i < h->items.count; i++) {
        const struct past *p = pasts_at(&h->items, i);
        bool by_guid = p->is == PAST_KNOWN && history_guid_tells(h, p);
        stayed += by_guid && !p->by_other;
        changed += by_guid && p->by_other;
    }
    return changed > stayed ? -1 : stayed ? 1 : 0;
}

/* While guids are not asked, those of the last document tell whether they stay. */
static int speaks_of_sample(const struct history *h)
{
    size_t stayed = 0;
    for (size_t i = 0; i < h->trust.sampled; i++)
        stayed += pasts_first(&h->items, PAST_GUID, &h->trust.sample[i]) != NULL;
    return stayed && 2 * stayed >= h->trust.sampled ? 1 : -1;
}

/* Some of the document's guids, from all over it. */
static void take_sample(struct history *h)
{
    size_t step = h->items.count / TRUST_SAMPLE ? h->items.count / TRUST_SAMPLE : 1;
    h->trust.sampled = 0;
    for (size_t i = 0; i < h->items.count && h->trust.sampled < TRUST_SAMPLE; i += step)
        if (pasts_at(&h->items, i)->keys.has_guid)
            h->trust.sample[h->trust.sampled++] = pasts_at(&h->items, i)->keys.guid;
}

struct sv history_trust(struct history *h, bool unchanged)
{
    trust_hear(&h->trust, unchanged ? 1 : h->trust.none ? speaks_of_sample(h) : speaks_of_guids(h));
    if (!unchanged)
        take_sample(h);
    return trust_pack(&h->trust, &h->arena);
}

/* ---- The whole ---- */

struct history *history_new(struct store *store, struct sv outlet, const struct store_feed *feed, int64_t now)
{
    struct history *h = xcalloc(1, sizeof *h);
    h->store = store;
    h->day = now / MS_DAY;
    h->outlet = sv_dup(&h->arena, outlet);
    trust_unpack(feed->trust, &h->trust);
    return h;
}

void history_free(struct history **history)
{
    struct history *h = *history;
    if (!h)
        return;
    pasts_free(&h->items);
    arena_free(&h->arena);
    free(h);
    *history = NULL;
}
