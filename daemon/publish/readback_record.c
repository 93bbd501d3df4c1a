#include "publish/readback_record.h"

#include <stdlib.h>

#include "base/json.h"


/* ---- A record's event ---- */

/* The top level's "id" is looked for; what follows it is not read. */
struct id_search {
    unsigned depth;
    bool is_id, found;
    struct digest event;
};

static bool opens(void *context)
{
    struct id_search *s = context;
    s->depth++;
    s->is_id = false;
    return true;
}

static bool closes(void *context)
{
    struct id_search *s = context;
    s->depth--;
    return true;
}

static bool on_key(void *context, struct sv key)
{
    struct id_search *s = context;
    s->is_id = s->depth == 1 && sv_eq(key, SV("id"));
    return true;
}

static bool on_string(void *context, struct sv text)
{
    struct id_search *s = context;
    s->found = s->is_id && digest_read(text, &s->event);
    return !s->is_id;
}

static bool is_structured(struct sv type)
{
    static const struct sv structured = {"application/cloudevents+json", 28};
    type = sv_trim(type);
    return sv_starts_nocase(type, structured) && (type.n == structured.n || strchr("; \t", type.p[structured.n]));
}

bool record_event(struct sv id, struct sv content_type, struct sv value, struct digest *event)
{
    if (id.p)
        return digest_read(id, event);
    if (!content_type.p || !is_structured(content_type) || !value.n || value.p[0] != '{')
        return false;
    static const struct json_handlers handlers = {.object = opens, .object_end = closes, .array = opens, .array_end = closes, .key = on_key, .string = on_string};
    static const struct json_limits limits = {.depth = 64, .word = 4096};
    struct id_search search = {0};
    struct json_reader *reader = json_reader_new(&handlers, &search, &limits);
    json_reader_feed(reader, value);
    json_reader_free(&reader);
    *event = search.event;
    return search.found;
}

/* ---- Rows ---- */

static int by_event(const void *a, const void *b)
{
    const struct readback_row *one = a, *other = b;
    return memcmp(one->event.bytes, other->event.bytes, sizeof one->event.bytes);
}

void wanted_sort(struct wanted *w)
{
    if (w->count)
        qsort(w->rows, w->count, sizeof *w->rows, by_event);
}

bool wanted_find(struct wanted *w, const struct digest *event)
{
    size_t low = 0, high = w->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(w->rows[middle].event.bytes, event->bytes, sizeof event->bytes) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool ours = false;
    for (; low < w->count && memcmp(w->rows[low].event.bytes, event->bytes, sizeof event->bytes) == 0; low++) {
        ours = true;
        if (w->rows[low].row > 0) {
            w->rows[low].row = -w->rows[low].row;
            w->found++;
            break;
        }
    }
    return ours;
}

void wanted_clear(struct wanted *w)
{
    for (size_t i = 0; i < w->count && w->found; i++)
        if (w->rows[i].row < 0) {
            w->rows[i].row = -w->rows[i].row;
            w->found--;
        }
}

int64_t *wanted_found(const struct wanted *w)
{
    int64_t *found = xmalloc((w->found + 1) * sizeof *found);
    size_t n = 0;
    for (size_t i = 0; i < w->count && n < w->found; i++)
        if (w->rows[i].row < 0)
            found[n++] = -w->rows[i].row;
    return found;
}
