#include "feed/unpack.h"

#include <stdlib.h>
#include <zlib.h>

#define PIECE 65536
#define TRIAL 512 /* bytes by which zlib data are told from a text that begins with "x" */
#define GZIP_MAGIC "\x1F\x8B\x08" /* 8: deflate, the only method there is */

struct unpack {
    enum { UNDECIDED, PLAIN, PACKED, MEMBER_ENDED, ENDED } state;
    bool inflating;    /* the stream is initialised */
    bool gzip, cut_off;
    const char *problem;
    z_stream stream;
    struct buf held;   /* the beginning, until it is decided; behind a member what may begin another */
    size_t at;         /* what is before it of what is held was taken */
};

struct unpack *unpack_new(void)
{
    return xcalloc(1, sizeof(struct unpack));
}

/* The checksum of the two bytes, and then the data themselves. */
static bool is_zlib(struct sv head)
{
    unsigned char flags[2], sink[1024];
    if (head.n < 2)
        return false;
    memcpy(flags, head.p, 2);
    if ((flags[0] & 0x0F) != Z_DEFLATED || flags[0] >> 4 > 7 || (flags[0] << 8 | flags[1]) % 31 != 0 || flags[1] & 0x20)
        return false;
    z_stream trial = {.next_in = (Bytef *)head.p, .avail_in = (uInt)head.n, .next_out = sink, .avail_out = sizeof sink};
    if (inflateInit(&trial) != Z_OK)
        return false;
    int result = inflate(&trial, Z_SYNC_FLUSH);
    inflateEnd(&trial);
    return result == Z_STREAM_END || (result == Z_OK && trial.avail_out < sizeof sink);
}

static void decide(struct unpack *u)
{
    struct sv head = buf_view(&u->held);
    u->gzip = sv_starts(head, SV(GZIP_MAGIC));
    u->state = PLAIN;
    if ((u->gzip || is_zlib(head)) && inflateInit2(&u->stream, MAX_WBITS + (u->gzip ? 16 : 0)) == Z_OK) {
        u->state = PACKED;
        u->inflating = true;
    }
}

/* Hold more, until there are `n` bytes. */
static void hold(struct unpack *u, struct sv *bytes, size_t n)
{
    struct sv more = sv_head(*bytes, u->held.n < n ? n - u->held.n : 0);
    buf_sv(&u->held, more);
    *bytes = sv_from(*bytes, more.n);
}

static void finish(struct unpack *u, const char *problem, bool cut_off)
{
    u->state = ENDED;
    u->problem = problem;
    u->cut_off = cut_off;
}

/* "incorrect data check" and the like: all of it came out, but perhaps not as it was. */
static bool is_checksum(const char *message)
{
    return message && sv_ends(sv_of(message), SV("check")) && !sv_starts(sv_of(message), SV("incorrect header"));
}

static void inflate_some(struct unpack *u, struct sv *in, struct buf *out)
{
    struct sv piece = sv_head(*in, PIECE);
    buf_reserve(out, PIECE);
    u->stream.next_in = (Bytef *)piece.p, u->stream.avail_in = (uInt)piece.n;
    u->stream.next_out = (Bytef *)out->p, u->stream.avail_out = PIECE;
    int result = inflate(&u->stream, Z_NO_FLUSH);
    out->n = PIECE - u->stream.avail_out;
    *in = sv_from(*in, piece.n - u->stream.avail_in);
    if (result == Z_STREAM_END) {
        u->state = u->gzip ? MEMBER_ENDED : ENDED;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        bool whole = is_checksum(u->stream.msg);
        finish(u, whole ? "do not agree with their checksum" : "are broken", !whole);
    }
}

/* A file may have several members (RFC 1952, 2.2). */
static void look_for_member(struct unpack *u, struct sv *bytes, bool last)
{
    struct sv rest = sv_from(buf_view(&u->held), u->at);
    memmove(u->held.p, rest.p, rest.n);
    u->held.n = rest.n, u->at = 0;
    hold(u, bytes, 3);
    if (sv_starts(buf_view(&u->held), SV(GZIP_MAGIC)) && inflateReset(&u->stream) == Z_OK)
        u->state = PACKED;
    else if (u->held.n >= 3 || last)
        u->state = ENDED;
}

/* The bytes that come next: what is held, then what is new. */
static struct sv inflate_next(struct unpack *u, struct sv *bytes, struct buf *out)
{
    struct sv rest = sv_from(buf_view(&u->held), u->at);
    if (rest.n) {
        inflate_some(u, &rest, out);
        u->at = u->held.n - rest.n;
    } else {
        inflate_some(u, bytes, out);
    }
    return buf_view(out);
}

struct sv unpack_next(struct unpack *u, struct sv *bytes, bool last, struct buf *scratch)
{
    struct sv out = {"", 0};
    buf_clear(scratch);
    if (u->state == UNDECIDED) {
        hold(u, bytes, TRIAL);
        if (u->held.n < TRIAL && !last)
            return out;
        decide(u);
    }
    for (;;) {
        struct sv rest = sv_from(buf_view(&u->held), u->at);
        if (u->state == PLAIN) {
            out = rest.n ? rest : *bytes;
            u->at = u->held.n;
            if (!rest.n)
                *bytes = sv_from(*bytes, bytes->n);
            return out;
        }
        if (u->state == ENDED) {
            *bytes = sv_from(*bytes, bytes->n);
            return out;
        }
        if (u->state == MEMBER_ENDED) {
            look_for_member(u, bytes, last);
            if (u->state == MEMBER_ENDED)
                return out;
            continue;
        }
        out = inflate_next(u, bytes, scratch);
        if (out.n)
            return out;
        if (u->state == PACKED && bytes->n == 0 && u->at == u->held.n) {
            if (last)
                finish(u, "are cut off", true);
            return out;
        }
    }
}

const char *unpack_problem(const struct unpack *u)
{
    return u->problem;
}

const char *unpack_format(const struct unpack *u)
{
    return !u->inflating ? "plain" : u->gzip ? "gzip" : "zlib";
}

bool unpack_truncated(const struct unpack *u)
{
    return u->cut_off;
}

void unpack_free(struct unpack **unpack)
{
    struct unpack *u = *unpack;
    if (!u)
        return;
    if (u->inflating)
        inflateEnd(&u->stream);
    buf_free(&u->held);
    free(u);
    *unpack = NULL;
}
