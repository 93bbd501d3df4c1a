#include "feed/unpack.h"

#include <stdlib.h>
#include <zlib.h>

#define PIECE 65536

struct unpack {
    enum { UNDECIDED, PLAIN, PACKED, FAILED } state;
    uint64_t left; /* that may still come out */
    z_stream stream;
    struct buf held;
};

struct unpack *unpack_new(uint64_t most)
{
    struct unpack *u = xcalloc(1, sizeof *u);
    u->left = most;
    return u;
}

static bool inflate_all(struct unpack *u, struct sv bytes, struct buf *out)
{
    u->stream.next_in = (Bytef *)bytes.p;
    u->stream.avail_in = (uInt)bytes.n;
    while (u->stream.avail_in) {
        buf_reserve(out, PIECE);
        u->stream.next_out = (Bytef *)out->p + out->n;
        u->stream.avail_out = PIECE;
        int result = inflate(&u->stream, Z_NO_FLUSH);
        size_t n = PIECE - u->stream.avail_out;
        out->n += n;
        if ((result != Z_OK && result != Z_STREAM_END) || n > u->left)
            return false;
        u->left -= n;
        if (result == Z_STREAM_END && inflateReset(&u->stream) != Z_OK) /* a file may have several members (2.2) */
            return false;
    }
    return true;
}

static void decide(struct unpack *u)
{
    bool packed = u->held.n >= 2 && memcmp(u->held.p, "\x1F\x8B", 2) == 0 && inflateInit2(&u->stream, 16 + MAX_WBITS) == Z_OK;
    u->state = packed ? PACKED : PLAIN;
}

bool unpack_write(struct unpack *u, struct sv bytes, struct buf *out)
{
    if (u->state == UNDECIDED) {
        buf_sv(&u->held, bytes);
        if (u->held.n < 2)
            return true;
        decide(u);
        bytes = buf_view(&u->held);
    }
    if (u->state == PLAIN)
        buf_sv(out, bytes);
    else if (u->state == PACKED && !inflate_all(u, bytes, out))
        u->state = FAILED;
    return u->state != FAILED;
}

void unpack_end(struct unpack *u, struct buf *out)
{
    if (u->state == UNDECIDED)
        buf_sv(out, buf_view(&u->held));
}

void unpack_free(struct unpack **unpack)
{
    struct unpack *u = *unpack;
    if (!u)
        return;
    if (u->state == PACKED || u->state == FAILED)
        inflateEnd(&u->stream);
    buf_free(&u->held);
    free(u);
    *unpack = NULL;
}
