#include "base/json.h"

#include <stdlib.h>
#include <yajl/yajl_parse.h>

#include "base/utf8.h"

static void before_value(struct json_writer *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->started >> w->depth & 1)
        buf_byte(w->out, ',');
    w->started |= (uint64_t)1 << w->depth;
}

static void opens(struct json_writer *w, char bracket)
{
    before_value(w);
    buf_byte(w->out, bracket);
    w->depth++;
    w->started &= ~((uint64_t)1 << w->depth);
}

static void closes(struct json_writer *w, char bracket)
{
    w->depth--;
    buf_byte(w->out, bracket);
}

void json_object(struct json_writer *w) { opens(w, '{'); }
void json_object_end(struct json_writer *w) { closes(w, '}'); }
void json_array(struct json_writer *w) { opens(w, '['); }
void json_array_end(struct json_writer *w) { closes(w, ']'); }

static void escape(struct buf *out, unsigned char c)
{
    static const char short_forms[] = "btn?fr";
    buf_byte(out, '\\');
    if (c == '"' || c == '\\')
        buf_byte(out, (char)c);
    else if (c >= '\b' && c <= '\r' && c != '\v')
        buf_byte(out, short_forms[c - '\b']);
    else
        buf_printf(out, "u%04x", c);
}

static void quoted(struct buf *out, struct sv v)
{
    buf_byte(out, '"');
    const char *p = v.p, *end = v.p + v.n, *plain = p;
    while (p < end) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x80 && c >= ' ' && c != '"' && c != '\\' && c != 0x7F) {
            p++;
            continue;
        }
        if (c >= 0x80) {
            uint32_t codepoint;
            size_t n = utf8_decode(p, end, &codepoint);
            if (codepoint != UTF8_REPLACEMENT) {
                p += n;
                continue;
            }
            buf_append(out, plain, (size_t)(p - plain));
            buf_codepoint(out, codepoint);
            p += n;
        } else {
            buf_append(out, plain, (size_t)(p - plain));
            escape(out, c);
            p++;
        }
        plain = p;
    }
    buf_append(out, plain, (size_t)(p - plain));
    buf_byte(out, '"');
}

void json_key(struct json_writer *w, const char *key)
{
    before_value(w);
    quoted(w->out, sv_of(key));
    buf_byte(w->out, ':');
    w->after_key = true;
}

void json_string(struct json_writer *w, struct sv v)
{
    before_value(w);
    quoted(w->out, v);
}

void json_integer(struct json_writer *w, int64_t i)
{
    before_value(w);
    buf_printf(w->out, "%lld", (long long)i);
}

void json_bool(struct json_writer *w, bool b)
{
    before_value(w);
    buf_str(w->out, b ? "true" : "false");
}

void json_null(struct json_writer *w)
{
    before_value(w);
    buf_str(w->out, "null");
}

void json_raw(struct json_writer *w, struct sv json)
{
    before_value(w);
    buf_sv(w->out, json);
}

void json_member(struct json_writer *w, const char *key, struct sv v)
{
    if (!v.p)
        return;
    json_key(w, key);
    json_string(w, v);
}

struct json_reader {
    yajl_handle yajl;
    struct json_handlers handlers;
    void *context;
    struct buf error;
    struct buf repaired;
    bool failed;
};

/* yajl lets a lone low surrogate through, as bytes that are no UTF-8. */
static struct sv valid(struct json_reader *r, struct sv v)
{
    if (utf8_valid_until(v) == v.n)
        return v;
    buf_clear(&r->repaired);
    for (const char *p = v.p, *end = v.p + v.n; p < end;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        buf_codepoint(&r->repaired, c);
    }
    return buf_view(&r->repaired);
}

#define CALL(name, ...)                     \
    struct json_reader *r = context;        \
    return !r->handlers.name || r->handlers.name(r->context, ##__VA_ARGS__)

static int on_null(void *context) { CALL(null); }
static int on_boolean(void *context, int value) { CALL(boolean, value != 0); }
static int on_number(void *context, const char *p, size_t n) { CALL(number, (struct sv){p, n}); }
static int on_string(void *context, const unsigned char *p, size_t n) { CALL(string, valid(r, (struct sv){(const char *)p, n})); }
static int on_object(void *context) { CALL(object); }
static int on_key(void *context, const unsigned char *p, size_t n) { CALL(key, valid(r, (struct sv){(const char *)p, n})); }
static int on_object_end(void *context) { CALL(object_end); }
static int on_array(void *context) { CALL(array); }
static int on_array_end(void *context) { CALL(array_end); }

struct json_reader *json_reader_new(const struct json_handlers *handlers, void *context)
{
    static const yajl_callbacks callbacks = {on_null,   on_boolean, NULL,          NULL,     on_number,    on_string,
                                             on_object, on_key,     on_object_end, on_array, on_array_end};
    struct json_reader *r = xcalloc(1, sizeof *r);
    r->handlers = *handlers;
    r->context = context;
    r->yajl = yajl_alloc(&callbacks, NULL, r);
    if (!r->yajl)
        abort();
    return r;
}

/* yajl's message shows an excerpt over several lines; the first line says what is wrong. */
static bool keep_error(struct json_reader *r, yajl_status status, struct sv bytes)
{
    if (status == yajl_status_ok)
        return true;
    r->failed = true;
    if (status == yajl_status_error && !r->error.n) {
        unsigned char *text = yajl_get_error(r->yajl, 0, (const unsigned char *)bytes.p, bytes.n);
        struct sv message = sv_of((const char *)text), line;
        if (sv_split(&message, '\n', &line))
            buf_sv(&r->error, sv_trim(line));
        yajl_free_error(r->yajl, text);
    }
    return false;
}

bool json_reader_feed(struct json_reader *r, struct sv bytes)
{
    if (r->failed)
        return false;
    return keep_error(r, yajl_parse(r->yajl, (const unsigned char *)bytes.p, bytes.n), bytes);
}

bool json_reader_end(struct json_reader *r)
{
    if (r->failed)
        return false;
    return keep_error(r, yajl_complete_parse(r->yajl), SV(""));
}

const char *json_reader_error(const struct json_reader *r)
{
    return r->error.n ? buf_cstr((struct buf *)&r->error) : NULL;
}

void json_reader_free(struct json_reader **r)
{
    if (!*r)
        return;
    yajl_free((*r)->yajl);
    buf_free(&(*r)->error);
    buf_free(&(*r)->repaired);
    free(*r);
    *r = NULL;
}
