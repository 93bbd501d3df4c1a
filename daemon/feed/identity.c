#include "feed/identity.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "feed/feed.h"
#include "feed/url.h"

#define ID_MOST 1024          /* a longer one is replaced by its digest */
#define UNTITLED_MOST 1024    /* of an item without a title: so much of its text stands for it */

static struct sv hashed(struct arena *a, const struct sv *parts, size_t n)
{
    char hex[33];
    return sv_dup(a, sv_of(digest_hex(hash_digest(parts, n), hex)));
}

static struct sv of_bounded_length(struct arena *a, struct sv id)
{
    return id.n > ID_MOST ? hashed(a, &id, 1) : id;
}

static struct sv id_of_content(struct item *item, const struct identity *keys)
{
    char hex[33];
    return sv_dup(item->arena, sv_of(digest_hex(keys->content, hex)));
}

void identify(struct item *item)
{
    item->identity = item->guid.n ? ITEM_ID_GUID : item->url.n ? ITEM_ID_LINK : ITEM_ID_CONTENT;
    if (item->identity == ITEM_ID_CONTENT) {
        struct identity keys;
        feed_item_text(item);
        identity_of_text(item, &keys);
        item->id = id_of_content(item, &keys);
    } else {
        item->id = of_bounded_length(item->arena, item->guid.n ? item->guid : url_untracked(item->arena, item->url));
    }
}

void identity_rename(struct item *item, const struct identity *keys, bool guid_tells, bool link_tells)
{
    if (guid_tells || (link_tells && !keys->has_guid))
        return;
    if (link_tells)
        item->id = of_bounded_length(item->arena, url_untracked(item->arena, item->url));
    else
        item->id = id_of_content(item, keys);
}

/* ---- Keys ---- */

/* A run of white space becomes a blank, none at the ends; `lower`: ASCII letters too. */
static struct sv squeezed(struct buf *out, struct sv v, bool lower)
{
    buf_clear(out);
    v = sv_trim(v);
    buf_reserve(out, v.n + 1);
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];
        if (ascii_is_space(c)) {
            if (out->p[out->n - 1] != ' ')
                out->p[out->n++] = ' ';
        } else {
            out->p[out->n++] = lower ? ascii_lower(c) : c;
        }
    }
    return buf_view(out);
}

/* FNV-1a. Whoever makes two items collide only hides his own. Never 0 for what is there. */
static uint32_t fingerprint(struct sv v)
{
    uint32_t h = 2166136261u;
    if (v.n == 0)
        return 0;
    for (size_t i = 0; i < v.n; i++)
        h = (h ^ (unsigned char)v.p[i]) * 16777619u;
    return h ? h : 1;
}

/* "…/story#3" for the story itself: the number of its revision. */
static struct sv without_revision(struct sv guid)
{
    size_t n = guid.n;
    while (n && ascii_is_digit(guid.p[n - 1]))
        n--;
    return n && n < guid.n && guid.p[n - 1] == '#' ? sv_head(guid, n - 1) : guid;
}

static void set_link_key(const struct item *item, struct sv link, size_t path, struct identity *keys)
{
    struct sv page = sv_from(link, path);
    size_t n = 0;
    keys->has_link = item->url.n && page.n;
    if (!keys->has_link)
        return;
    keys->link = hash_digest(&link, 1);
    while (n < page.n && page.p[n] != '?' && page.p[n] != '#')
        n++;
    keys->facts.page = fingerprint(sv_head(page, n)) << 16 | (fingerprint(sv_from(page, n)) & 0xFFFF);
    keys->facts.page |= !keys->facts.page;
}

static void set_name_key(struct sv name, struct identity *keys)
{
    const struct sv parts[] = {SV("name"), name};
    keys->facts.title = fingerprint(name);
    keys->has_name = name.n;
    if (keys->has_name)
        keys->name = hash_digest(parts, 2);
}

static void set_guid_key(const struct item *item, struct sv link, struct identity *keys)
{
    size_t path;
    struct sv guid = url_canonical(item->arena, item->guid, &path);
    bool is_link = keys->has_link && (sv_eq(guid, link) || (path && sv_eq(without_revision(guid), link)));
    bool is_home = path && path == guid.n;
    keys->has_guid = guid.n && !is_link && !is_home;
    if (keys->has_guid)
        keys->guid = hash_digest(&guid, 1);
}

/* What the first schema of the store took for the id. The hash of the content is found again only without a change of how text is made. */
static struct digest old_key(struct item *item)
{
    const struct sv content[] = {item->title, item->summary, item->content_text, item->raw_published};
    struct sv id = item->guid.n ? item->guid : item->url.n ? item->url : hashed(item->arena, content, 4);
    id = of_bounded_length(item->arena, id);
    return hash_digest(&id, 1);
}

void identity_of(struct item *item, struct identity *keys)
{
    struct buf title = {0};
    size_t path;
    *keys = (struct identity){.facts.minute = item->published == TIME_NONE ? FACTS_NO_MINUTE : (int32_t)(item->published / MS_MINUTE)};
    struct sv link = url_canonical(item->arena, item->url, &path);
    struct sv squeezed_title = squeezed(&title, item->title, true);
    struct sv beginning = item->raw_summary.text.n ? item->raw_summary.text : item->raw_content.text;
    set_name_key(squeezed_title.n ? squeezed_title : sv_head(beginning, UNTITLED_MOST), keys);
    set_link_key(item, link, path, keys);
    set_guid_key(item, link, keys);
    keys->old = old_key(item);
    buf_free(&title);
}

void identity_of_text(const struct item *item, struct identity *keys)
{
    struct buf title = {0}, summary = {0}, content = {0};
    const struct sv parts[] = {SV("content"), squeezed(&title, item->title, false), squeezed(&summary, item->summary, false),
                               squeezed(&content, item->content_text, false)};
    keys->has_content = true;
    keys->content = hash_digest(parts, 4);
    keys->facts.text = 0;
    if (summary.n + content.n) {
        struct digest text = hash_digest(parts + 2, 2);
        memcpy(&keys->facts.text, text.bytes, sizeof keys->facts.text);
        keys->facts.text |= !keys->facts.text;
    }
    buf_free(&title);
    buf_free(&summary);
    buf_free(&content);
}
