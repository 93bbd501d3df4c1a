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
    const struct digest *old; /* what the first schema recorded of the item under way; NULL: there is none */
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

/* By which key it is known, or seems to be, and what of the row has a say later. */
static void note_key(const struct history *h, struct past *p, enum past_key key, const struct store_key *row)
{
    const struct store_key again = renewed(row, &p->keys.facts, false, h->day);
    p->key = key;
    p->recorded = is_as_before(&again, row);
    p->today = row->has_facts && row->day >= h->day;
    p->redated = like_dates(&row->facts, &p->keys.facts, NEAR_MINUTES) == DATES_OTHER;
}

static enum past_is known_as(const struct history *h, struct past *p, enum past_key key, const struct store_key *row)
{
    note_key(h, p, key, row);
    p->doubtful = row->has_facts && !like_title(&row->facts, &p->keys.facts);
    return PAST_KNOWN;
}

static enum past_is known_by_other(const struct history *h, struct past *p, enum past_key key, const struct store_key *row)
{
    note_key(h, p, key, row);
    p->by_other = true;
    return PAST_KNOWN;
}

/* Under the same title, or on the same page. */
static enum past_is by_likeness(const struct history *h, struct past *p, enum past_key key, const struct store_key *row)
{
    if (!p->keys.has_content)
        return PAST_UNREAD;
    known_by_other(h, p, key, row);
    switch (like_namesakes(&row->facts, &p->keys.facts, history_link_tells(p))) {
    case ALIKE_SURE: return PAST_KNOWN;
    case ALIKE_MAYBE: return PAST_SUSPECT;
    default: return PAST_NEW;
    }
}

/* The name of the second and each later item of one title, which their dates tell apart, or else their texts. */
static struct digest later_name(const struct past *p)
{
    const struct facts *f = &p->keys.facts;
    const uint32_t mark[] = {(uint32_t)f->minute, f->minute == FACTS_NO_MINUTE ? f->text : 0};
    const struct sv parts[] = {SV("later"), view_of(&p->keys.name), {(const char *)mark, sizeof mark}};
    return hash_digest(parts, 3);
}

static enum past_is by_name(const struct history *h, struct past *p)
{
    struct store_key row, later;
    if (!p->keys.has_name || !look(h, &p->keys.name, &row))
        return PAST_NEW;
    enum past_is as_first = by_likeness(h, p, PAST_NAME, &row);
    const struct digest d = later_name(p);
    return as_first != PAST_KNOWN && look(h, &d, &later) ? by_likeness(h, p, PAST_LATER, &later) : as_first;
}

/* With a guid that is not known, on a link that is. */
static enum past_is by_page(const struct history *h, struct past *p, const struct store_key *row)
{
    if (!row->has_facts)
        return known_by_other(h, p, PAST_LINK, row);
    if (like_title(&row->facts, &p->keys.facts))
        return by_likeness(h, p, PAST_LINK, row);
    switch (like_dates(&row->facts, &p->keys.facts, 0)) {
    case DATES_SAME: return known_by_other(h, p, PAST_LINK, row);
    case DATES_UNKNOWN: known_by_other(h, p, PAST_LINK, row); return PAST_SUSPECT;
    default: return PAST_NEW;
    }
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
            return by_page(h, p, &row);
        p->link_shared = true;
    }
    return by_name(h, p);
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
    return found ? known_as(h, p, PAST_GUID, &row) : is_old(h, p) ? PAST_KNOWN : by_other_than_guid(h, p);
}

static enum past_is judge_link(struct history *h, struct past *p)
{
    struct store_key row;
    bool found = look(h, &p->keys.link, &row);
    if (p->link_shared || (found && row.shared)) {
        p->link_shared = true;
        return found && wholly_same(&row, p) ? PAST_KNOWN : PAST_UNREAD;
    }
    return found ? known_as(h, p, PAST_LINK, &row) : !p->keys.has_guid && is_old(h, p) ? PAST_KNOWN : by_name(h, p);
}

static enum past_is judge_content(struct history *h, struct past *p)
{
    struct store_key row;
    if (!p->keys.has_content)
        return PAST_UNREAD;
    if (look(h, &p->keys.content, &row))
        return known_as(h, p, PAST_CONTENT, &row);
    return !p->keys.has_guid && !p->keys.has_link && is_old(h, p) ? PAST_KNOWN : by_name(h, p);
}

static void judge(struct history *h, struct past *p)
{
    p->by_other = p->doubtful = p->recorded = p->today = p->redated = false;
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
    *kept = (struct past_keys){k->guid,     k->link,     k->name,      k->content,    k->facts,
                               k->has_guid, k->has_link, k->has_name, k->has_content};
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
        if (p->is == PAST_SUSPECT) /* where others have kept their dates, one that has not is new */
            p->is = dated_anew || (moved && !p->redated) ? PAST_KNOWN : PAST_NEW;
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

/* A name stays that of its first item; a later one has one of its own, from when it was new. */
static bool record_name(struct history *h, const struct past *p)
{
    struct store_key row;
    const struct digest d = later_name(p);
    bool later = p->is == PAST_NEW ? look(h, &p->keys.name, &row) : look(h, &d, &row);
    return record_key(h, later ? &d : &p->keys.name, p, false);
}

/* All keys of a known item are recorded once a day; in between, that by which it is known. So keys that change at every poll do not fill
 * the store; but for a new guid, whose feed is still to be judged. */
static bool needs_one_key(const struct history *h, const struct past *p)
{
    bool new_guid = p->by_other && history_guid_tells(h, p);
    return p->is == PAST_KNOWN && p->today && !p->guid_shared && !p->link_shared && !new_guid;
}

static bool record_known(struct history *h, const struct past *p)
{
    const struct digest later = later_name(p);
    const struct digest *const keys[] = {&p->keys.guid, &p->keys.link, &p->keys.content, &p->keys.name, &later};
    return record_key(h, keys[p->key], p, false);
}

bool history_record(struct history *h, const struct past *p)
{
    const struct past_keys *k = &p->keys;
    bool by_content = !history_guid_tells(h, p) && !history_link_tells(p);
    if (p->is == PAST_TWICE)
        return true;
    if (needs_one_key(h, p))
        return p->recorded /* the common case costs nothing */ || record_known(h, p);
    return (!k->has_guid || h->trust.none || record_key(h, &k->guid, p, p->guid_shared)) &&
           (!k->has_link || record_key(h, &k->link, p, p->link_shared)) &&
           (!k->has_name || record_name(h, p)) && (!by_content || !k->has_content || record_key(h, &k->content, p, false));
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
