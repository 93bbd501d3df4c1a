#include "alert/alert.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/utf8.h"

#define OTHER_TEXT_MOST (64u << 10) /* of a title or summary, where text_limit is not more */
#define TERMS_MOST 2000             /* of an event, shared by its rules: a broker takes about a megabyte */
#define TYPE_MATCHED "newswatchd.item.matched"
#define TYPE_UPDATED "newswatchd.item.updated"

static const char *const pointers[ITEM_FIELDS] = {
    [ITEM_TITLE] = "/title",     [ITEM_SUMMARY] = "/summary", [ITEM_CONTENT] = "/content_text",
    [ITEM_AUTHOR] = "/authors/", [ITEM_CATEGORY] = "/tags/",  [ITEM_URL] = "/url",
};

void alert_pointer(enum item_field field, unsigned index, struct buf *out)
{
    buf_str(out, pointers[field]);
    if (field == ITEM_AUTHOR)
        buf_printf(out, "%u/name", index);
    else if (field == ITEM_CATEGORY)
        buf_printf(out, "%u", index);
}

/* ---- The value ---- */

static void time_member(struct json_writer *w, const char *key, int64_t ms)
{
    char text[TIME_TEXT];
    time_rfc3339(ms, text);
    if (*text)
        json_member(w, key, sv_of(text));
}

static void string_array(struct json_writer *w, const char *key, const struct sv *list, size_t n)
{
    if (n == 0)
        return;
    json_key(w, key);
    json_array(w);
    for (size_t i = 0; i < n; i++)
        json_string(w, list[i]);
    json_array_end(w);
}

void alert_write_item(struct json_writer *w, const struct item *item, bool truncated)
{
    json_object(w);
    json_member(w, "id", item->id);
    json_member(w, "url", item->url);
    json_member(w, "title", item->title);
    json_member(w, "content_text", item->content_text);
    json_member(w, "summary", item->summary);
    time_member(w, "date_published", item->published);
    time_member(w, "date_modified", item->modified);
    if (item->author_count) {
        json_key(w, "authors");
        json_array(w);
        for (size_t i = 0; i < item->author_count; i++) {
            json_object(w);
            json_member(w, "name", item->authors[i]);
            json_object_end(w);
        }
        json_array_end(w);
    }
    string_array(w, "tags", item->tags, item->tag_count);
    json_member(w, "language", item->language);
    if (truncated) {
        json_key(w, "truncated");
        json_bool(w, true);
    }
    json_object_end(w);
}

static void write_origin(struct json_writer *w, const struct alert_context *about)
{
    json_key(w, "outlet");
    json_object(w);
    json_member(w, "id", about->outlet.id);
    json_member(w, "name", about->outlet.name);
    json_member(w, "country", about->outlet.country);
    json_member(w, "language", about->outlet.language);
    json_object_end(w);
    json_key(w, "feed");
    json_object(w);
    json_member(w, "id", about->feed.id);
    json_member(w, "url", about->feed.url);
    json_member(w, "title", about->feed.title);
    json_object_end(w);
}

static bool has_place(const struct mention *m, const struct item *item)
{
    switch (m->field) {
    case ITEM_TITLE: return m->end <= item->title.n;
    case ITEM_SUMMARY: return m->end <= item->summary.n;
    case ITEM_CONTENT: return m->end <= item->content_text.n;
    default: return m->start != HIT_NO_OFFSET;
    }
}

void alert_write_mention(struct json_writer *w, const struct mention *m, const struct item *item)
{
    json_object(w);
    json_member(w, "term", m->term);
    json_member(w, "text", m->text);
    if (has_place(m, item)) {
        struct buf pointer = {0};
        alert_pointer(m->field, m->index, &pointer);
        json_member(w, "field", buf_view(&pointer));
        buf_free(&pointer);
        json_key(w, "start");
        json_integer(w, (int64_t)m->start);
        json_key(w, "end");
        json_integer(w, (int64_t)m->end);
    }
    json_object_end(w);
}

static void write_terms(struct json_writer *w, const struct hit *hit, const struct item *item, size_t most)
{
    size_t count = hit->mention_count < most ? hit->mention_count : most;
    json_key(w, "terms");
    json_array(w);
    for (size_t i = 0; i < count; i++)
        alert_write_mention(w, &hit->mentions[i], item);
    json_array_end(w);
    if (count < hit->mention_count) {
        json_key(w, "terms_omitted");
        json_integer(w, (int64_t)(hit->mention_count - count));
    }
}

static void write_hit(struct json_writer *w, const struct hit *hit, const struct item *item, size_t terms_most)
{
    json_object(w);
    json_member(w, "rule", hit->rule);
    json_member(w, "title", hit->rule_title);
    string_array(w, "labels", hit->labels, hit->label_count);
    if (hit->scored) {
        json_key(w, "score");
        json_integer(w, hit->score);
    }
    write_terms(w, hit, item, terms_most);
    json_member(w, "snippet", hit->snippet);
    json_object_end(w);
}

/* ---- The message ---- */

struct event {
    const struct item *item;
    const struct alert_context *about;
    const struct hit *hits;
    size_t hit_count;
    struct sv topic;
    char id[33];
    char time[TIME_TEXT];
    struct sv source, rules;
};

static struct sv topic_of(const struct hit *hit, const struct alert_context *about)
{
    return hit->topic.p ? hit->topic : about->topic;
}

static bool cut(struct sv *text, uint64_t limit)
{
    size_t whole = text->n;
    *text = utf8_cut(*text, limit);
    return text->n < whole;
}

/* Whatever an outlet writes, the event fits what a broker takes. */
static bool cut_texts(struct item *item, uint64_t text_limit)
{
    uint64_t others = text_limit > OTHER_TEXT_MOST ? text_limit : OTHER_TEXT_MOST;
    bool content = cut(&item->content_text, text_limit), title = cut(&item->title, others);
    return cut(&item->summary, others) || title || content;
}

static size_t hits_of(const struct event *e)
{
    size_t n = 0;
    for (size_t i = 0; i < e->hit_count; i++)
        n += sv_eq(topic_of(&e->hits[i], e->about), e->topic);
    return n;
}

static void write_data(struct json_writer *w, const struct event *e)
{
    struct item shown = *e->item;
    bool truncated = cut_texts(&shown, e->about->text_limit);
    size_t share = TERMS_MOST / hits_of(e);
    json_object(w);
    json_key(w, "item");
    alert_write_item(w, &shown, truncated);
    write_origin(w, e->about);
    json_key(w, "matches");
    json_array(w);
    for (size_t i = 0; i < e->hit_count; i++)
        if (sv_eq(topic_of(&e->hits[i], e->about), e->topic))
            write_hit(w, &e->hits[i], &shown, share ? share : 1);
    json_array_end(w);
    json_key(w, "times");
    json_object(w);
    time_member(w, "published", e->item->published);
    time_member(w, "fetched", e->about->fetched);
    time_member(w, "matched", e->about->matched);
    json_object_end(w);
    json_object_end(w);
}

static struct sv type_of(const struct event *e)
{
    return e->about->revision.p ? SV(TYPE_UPDATED) : SV(TYPE_MATCHED);
}

/* CloudEvents 1.0, JSON format: the attributes and the data in one object. */
static void write_structured(struct json_writer *w, const struct event *e)
{
    json_object(w);
    json_member(w, "specversion", SV("1.0"));
    json_member(w, "id", sv_of(e->id));
    json_member(w, "source", e->source);
    json_member(w, "type", type_of(e));
    json_member(w, "time", sv_of(e->time));
    json_member(w, "subject", e->about->outlet.id);
    json_member(w, "dataschema", SV(ALERT_SCHEMA_URI));
    json_member(w, "datacontenttype", SV("application/json"));
    json_key(w, "data");
    write_data(w, e);
    json_object_end(w);
}

static void add_header(struct message *m, struct sv name, struct sv value)
{
    m->headers[m->header_count++] = (struct message_header){name, value};
}

/* CloudEvents' Kafka binding: binary mode carries the attributes as headers, structured mode in the value. */
static void add_headers(struct message *m, const struct event *e, struct arena *a)
{
    bool structured = e->about->format == ALERT_STRUCTURED;
    m->headers = arena_array(a, 9, sizeof *m->headers);
    if (!structured) {
        add_header(m, SV("ce_specversion"), SV("1.0"));
        add_header(m, SV("ce_id"), m->id);
        add_header(m, SV("ce_source"), e->source);
        add_header(m, SV("ce_type"), type_of(e));
        add_header(m, SV("ce_time"), sv_dup(a, sv_of(e->time)));
        add_header(m, SV("ce_subject"), e->about->outlet.id);
        add_header(m, SV("ce_dataschema"), SV(ALERT_SCHEMA_URI));
    }
    add_header(m, SV("content-type"), structured ? SV("application/cloudevents+json; charset=UTF-8") : SV("application/json"));
    add_header(m, SV("rules"), e->rules);
}

static struct sv rules_of(const struct event *e, struct arena *a)
{
    struct buf rules = {0};
    for (size_t i = 0; i < e->hit_count; i++)
        if (sv_eq(topic_of(&e->hits[i], e->about), e->topic))
            buf_printf(&rules, "%s%.*s", rules.n ? "," : "", SV_ARG(e->hits[i].rule));
    struct sv list = sv_dup(a, buf_view(&rules));
    buf_free(&rules);
    return list;
}

static struct message make_message(struct event *e, struct arena *a)
{
    const struct alert_context *about = e->about;
    const struct sv identity[] = {SV("alert"), e->topic, about->outlet.id, e->item->id, about->revision.p ? about->revision : SV("0")};
    digest_hex(hash_digest(identity, sizeof identity / sizeof *identity), e->id);
    time_rfc3339(about->matched, e->time);
    e->source = sv_of(arena_printf(a, "/newswatchd/%.*s", SV_ARG(about->instance)));
    e->rules = rules_of(e, a);
    struct message m = {.id = sv_dup(a, sv_of(e->id)), .topic = e->topic};
    m.key = about->key == ALERT_KEY_ITEM ? e->item->id : about->key == ALERT_KEY_FEED ? about->feed.id : about->outlet.id;
    add_headers(&m, e, a);
    struct buf value = {0};
    struct json_writer w = {.out = &value};
    if (about->format == ALERT_STRUCTURED)
        write_structured(&w, e);
    else
        write_data(&w, e);
    m.value = sv_dup(a, buf_view(&value));
    buf_free(&value);
    return m;
}

size_t alert_make(const struct item *item, const struct hit *hits, size_t hit_count, const struct alert_context *about, struct message **messages)
{
    struct arena *a = item->arena;
    size_t count = 0;
    *messages = arena_array(a, hit_count, sizeof **messages);
    for (size_t i = 0; i < hit_count; i++) {
        struct event e = {.item = item, .about = about, .hits = hits, .hit_count = hit_count, .topic = topic_of(&hits[i], about)};
        bool made = false;
        for (size_t k = 0; k < count && !made; k++)
            made = sv_eq((*messages)[k].topic, e.topic);
        if (!made)
            (*messages)[count++] = make_message(&e, a);
    }
    return count;
}
