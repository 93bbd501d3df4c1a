/* A Content-Type on the first line, then a document, perhaps packed: only valid UTF-8 comes out, of a length that the bytes
 * bound, and it is the same however they are cut. */
#include <stdlib.h>

#include "base/utf8.h"
#include "feed/charset.h"
#include "feed/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define UNPACKED_MOST (1u << 20)

struct way {
    struct unpack *unpack;
    struct charset *charset;
    struct buf unpacked, scratch, out;
    size_t taken;
};

static void read_bytes(struct way *w, struct sv bytes, bool last)
{
    for (struct sv text; (text = charset_next(w->charset, &bytes, last, &w->scratch)).n;) {
        if (utf8_valid_until(text) != text.n)
            abort();
        buf_sv(&w->out, text);
    }
    if (bytes.n)
        abort();
}

static void write_bytes(struct way *w, struct sv bytes, bool last)
{
    for (struct sv piece; w->taken < UNPACKED_MOST && (piece = unpack_next(w->unpack, &bytes, last, &w->unpacked)).n; w->taken += piece.n)
        read_bytes(w, sv_head(piece, UNPACKED_MOST - w->taken), false);
}

static struct buf read_in_pieces(struct sv type, struct sv bytes, size_t piece)
{
    struct way w = {.unpack = unpack_new(), .charset = charset_new(type)};
    for (struct sv rest = bytes; rest.n; rest = sv_from(rest, piece))
        write_bytes(&w, sv_head(rest, piece), false);
    write_bytes(&w, SV(""), true);
    read_bytes(&w, SV(""), true);
    if (w.out.n > 16 * (w.taken + 16)) /* some charsets have a byte for a whole word */
        abort();
    buf_sv(&w.out, charset_name(w.charset));
    buf_sv(&w.out, charset_disbelieved(w.charset));
    buf_str(&w.out, unpack_problem(w.unpack) ? unpack_problem(w.unpack) : "");
    unpack_free(&w.unpack);
    charset_free(&w.charset);
    buf_free(&w.unpacked);
    buf_free(&w.scratch);
    return w.out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv bytes = {(const char *)data, size}, type;
    if (!sv_split(&bytes, '\n', &type))
        return 0;
    struct buf whole = read_in_pieces(type, bytes, size + 1), pieces = read_in_pieces(type, bytes, 1 + size % 7);
    if (!sv_eq(buf_view(&whole), buf_view(&pieces)))
        abort();
    buf_free(&whole);
    buf_free(&pieces);
    return 0;
}
