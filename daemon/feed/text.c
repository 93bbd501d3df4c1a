#include "feed/text.h"

#include "feed/entity.h"

/* What is not simply copied: controls but for white space, "&", and 0xEF, with which U+FFFE and U+FFFF begin. */
static const unsigned char special[256] = {
    [0 ... 8] = 1, [11] = 1, [12] = 1, [14 ... 31] = 1, ['&'] = 2, [0xEF] = 1,
};

/* Bytes at p that are copied as they are; `mask`: what stops it. */
static size_t run_length(const char *p, const char *end, unsigned char mask)
{
    const char *from = p;
    while (p < end && !(special[(unsigned char)*p] & mask))
        p++;
    return (size_t)(p - from);
}

/* The length of what is not allowed at p; 0: it is allowed. */
static size_t forbidden(const char *p, const char *end)
{
    unsigned char c = (unsigned char)*p;
    if (c < ' ')
        return 1;
    return end - p > 2 && (unsigned char)p[1] == 0xBF && (unsigned char)p[2] >= 0xBE ? 3 : 0;
}

static size_t copy(struct buf *out, struct sv text, unsigned char mask)
{
    size_t bare = 0;
    const char *p = text.p, *end = p + text.n;
    buf_reserve(out, text.n);
    while (p < end) {
        size_t n = run_length(p, end, mask);
        buf_append(out, p, n);
        p += n;
        if (p == end)
            break;
        if (*p == '&') {
            size_t length = entity_decode(sv_range(p, end), out);
            if (length == 0)
                buf_byte(out, '&'), bare++;
            p += length ? length : 1;
        } else {
            size_t gone = forbidden(p, end);
            if (gone == 0)
                buf_byte(out, *p);
            p += gone ? gone : 1;
        }
    }
    return bare;
}

void text_plain(struct buf *out, struct sv text)
{
    if (text.n)
        copy(out, text, 1);
}

size_t text_decoded(struct buf *out, struct sv text)
{
    return text.n ? copy(out, text, 3) : 0;
}

void text_escaped(struct buf *out, struct sv text)
{
    struct buf plain = {0};
    text_plain(&plain, text);
    for (size_t i = 0; i < plain.n; i++)
        if (plain.p[i] == '<')
            buf_str(out, "&lt;");
        else if (plain.p[i] == '&')
            buf_str(out, "&amp;");
        else
            buf_byte(out, plain.p[i]);
    buf_free(&plain);
}

struct sv text_value(struct arena *a, struct sv raw)
{
    struct buf value = {0};
    text_decoded(&value, raw);
    struct sv copied = sv_dup(a, value.p ? buf_view(&value) : SV(""));
    buf_free(&value);
    return copied;
}
