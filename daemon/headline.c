#include "headline.h"

#include "base/json.h"
#include "base/utf8.h"

#define DEPTH 3 /* of what is asked for: data.item.title */

struct reading {
    struct arena *arena;
    struct headline found;
    struct buf keys[DEPTH]; /* the name at each level */
    size_t depth;           /* brackets that are open */
};

static bool opens(void *context)
{
    struct reading *r = context;
    if (r->depth < DEPTH)
        buf_clear(&r->keys[r->depth]);
    r->depth++;
    return true;
}

static bool closes(void *context)
{
    struct reading *r = context;
    r->depth--;
    return true;
}

static bool is_at(const struct reading *r, size_t level, struct sv name)
{
    return r->depth > level && level < DEPTH && sv_eq(buf_view(&r->keys[level]), name);
}

/* What is too long is cut. */
static bool on_fault(void *context, size_t line, const char *what, bool loses)
{
    (void)context, (void)line, (void)what, (void)loses;
    return true;
}

/* Behind the title come the long texts: nothing else is wanted. */
static bool on_key(void *context, struct sv name)
{
    struct reading *r = context;
    if (r->depth == 0 || r->depth > DEPTH)
        return true;
    struct buf *key = &r->keys[r->depth - 1];
    buf_clear(key);
    buf_sv(key, name);
    bool in_item = is_at(r, r->depth - 2, SV("item"));
    return !(in_item && (sv_eq(name, SV("content_text")) || sv_eq(name, SV("summary"))));
}

static bool on_string(void *context, struct sv text)
{
    struct reading *r = context;
    size_t level = is_at(r, 0, SV("data")); /* in structured mode the event is around it */
    if (r->depth == 1 && is_at(r, 0, SV("subject")))
        r->found.outlet = sv_dup(r->arena, text);
    if (r->depth != level + 2 || !is_at(r, level, SV("item")))
        return true;
    if (is_at(r, level + 1, SV("url")))
        r->found.url = sv_dup(r->arena, utf8_cut(text, HEADLINE_TEXT));
    if (!is_at(r, level + 1, SV("title")))
        return true;
    r->found.title = sv_dup(r->arena, utf8_cut(text, HEADLINE_TEXT));
    return false;
}

struct headline headline_of(const struct message *m, struct arena *a)
{
    static const struct json_handlers handlers = {.object = opens, .object_end = closes, .array = opens, .array_end = closes, .key = on_key,
                                                  .string = on_string, .fault = on_fault};
    static const struct json_limits limits = {.depth = 16, .text = 4 * HEADLINE_TEXT, .word = 256};
    struct reading r = {.arena = a};
    struct json_reader *reader = json_reader_new(&handlers, &r, &limits);
    json_reader_feed(reader, m->value); /* a stop, or what is no JSON: what was found stays */
    json_reader_free(&reader);
    for (size_t i = 0; i < DEPTH; i++)
        buf_free(&r.keys[i]);
    for (size_t i = 0; i < m->header_count; i++)
        if (sv_eq(m->headers[i].name, SV("ce_subject")))
            r.found.outlet = sv_dup(a, m->headers[i].value);
        else if (sv_eq(m->headers[i].name, SV("rules")))
            r.found.rules = sv_dup(a, m->headers[i].value);
    return r.found;
}
