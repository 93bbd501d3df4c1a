#include "base/json.h"

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
