/* Bodies that are packed, and no header says so. */
#include <stdio.h>
#include <zlib.h>

#include "feed/unpack.h"
#include "reading.h"

#define GZIP 16
#define ZLIB 0
#define FEED "<rss version='2.0'><channel><item><title>one</title></item><item><title>two</title></item></channel></rss>"

static struct buf packed(struct sv text, int format, int level)
{
    struct buf out = {0};
    z_stream z = {0};
    buf_reserve(&out, text.n + 1000);
    assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, format + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)text.p, z.avail_in = (uInt)text.n;
    z.next_out = (Bytef *)out.p, z.avail_out = (uInt)out.capacity;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.n = out.capacity - z.avail_out;
    deflateEnd(&z);
    return out;
}

struct unpacked {
    struct buf text;
    const char *problem;
    bool truncated;
};

static struct unpacked unpacked(struct sv bytes, size_t piece)
{
    struct unpacked out = {0};
    struct buf scratch = {0};
    struct unpack *u = unpack_new();
    bool last;
    do {
        struct sv part = sv_head(bytes, piece), text;
        bytes = sv_from(bytes, part.n);
        last = part.n == 0;
        while ((text = unpack_next(u, &part, last, &scratch)).n) {
            assert_true(text.n <= 65536 || text.n <= piece);
            buf_sv(&out.text, text);
        }
        assert_int_equal(part.n, 0);
    } while (!last);
    out.problem = unpack_problem(u);
    out.truncated = unpack_truncated(u);
    unpack_free(&u);
    buf_free(&scratch);
    return out;
}

/* However they are cut, these bytes are this text. */
static void check(struct sv bytes, struct sv text, const char *problem, bool truncated)
{
    static const size_t pieces[] = {1, 2, 3, 7, 100, 1 << 20};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct unpacked out = unpacked(bytes, pieces[i]);
        assert_int_equal(out.text.n, text.n);
        assert_int_equal(memcmp(buf_cstr(&out.text), text.n ? text.p : "", text.n), 0);
        assert_string_equal(out.problem ? out.problem : "", problem);
        assert_int_equal(out.truncated, truncated);
        buf_free(&out.text);
    }
}

static void gzip_and_zlib_are_unpacked(void **state)
{
    (void)state;
    static const int levels[] = {0, 1, 5, 6, 9}; /* each with a header of its own */
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        for (int format = ZLIB; format <= GZIP; format += GZIP) {
            struct buf bytes = packed(SV(FEED), format, levels[i]);
            check(buf_view(&bytes), SV(FEED), "", false);
            buf_free(&bytes);
        }
}

static void an_empty_body_may_be_packed(void **state)
{
    (void)state;
    struct buf bytes = packed(SV(""), GZIP, 9);
    check(buf_view(&bytes), SV(""), "", false);
    buf_free(&bytes);
    check(SV(""), SV(""), "", false);
}

static void what_only_looks_packed_is_left_as_it_is(void **state)
{
    (void)state;
    static const struct sv texts[] = {SV("x"), SV("x^ and so on, as a text may begin"), SV("\x78\x9C<rss>"), SV("\x1F\x8B"), SV("\x1F\x8B\x07<rss>"), SV("<"), SV(FEED)};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check(texts[i], texts[i], "", false);
}

static void members_follow_each_other_and_junk_behind_them_is_dropped(void **state)
{
    (void)state;
    struct buf bytes = packed(SV(FEED), GZIP, 9), more = packed(SV("<!-- more -->"), GZIP, 9);
    buf_sv(&bytes, buf_view(&more));
    check(buf_view(&bytes), SV(FEED "<!-- more -->"), "", false);
    size_t n = bytes.n;
    static const struct sv junk[] = {SV("\0\0\0\0"), SV("\x1F"), SV("\x1F\x8B"), SV("and more"), SV("\x1F\x1F\x8B\x08")};
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++) {
        bytes.n = n;
        buf_sv(&bytes, junk[i]);
        check(buf_view(&bytes), SV(FEED "<!-- more -->"), "", false);
    }
    buf_free(&bytes);
    buf_free(&more);
}

static void what_came_out_before_the_end_counts(void **state)
{
    (void)state;
    struct buf bytes = packed(SV(FEED), GZIP, 0); /* stored: each byte comes out at once */
    check(sv_head(buf_view(&bytes), bytes.n - 8 - 20), sv_head(SV(FEED), sizeof FEED - 1 - 20), "are cut off", true);
    check(sv_head(buf_view(&bytes), bytes.n - 3), SV(FEED), "are cut off", true);
    bytes.p[bytes.n - 2] ^= 1;
    check(buf_view(&bytes), SV(FEED), "do not agree with their checksum", false);
    buf_free(&bytes);
    bytes = packed(SV(FEED), GZIP, 9);
    bytes.p[10] = (char)0xFF; /* a block of a kind that there is not */
    check(buf_view(&bytes), SV(""), "are broken", true);
    buf_free(&bytes);
}

/* ---- In a feed ---- */

static void read_limited(struct reading *r, struct sv document, uint64_t size, size_t piece)
{
    const struct feed_options options = {.now = TIME_NONE, .limits = {.size = size}, .item = keep_item, .context = r};
    r->feed = feed_open(&options);
    for (struct sv part; document.n; document = sv_from(document, part.n)) {
        part = sv_head(document, piece);
        if (!feed_write(r->feed, part.p, part.n))
            break;
    }
    r->good = feed_finish(r->feed);
}

static void a_feed_that_is_cut_off_within_gzip_is_truncated(void **state)
{
    (void)state;
    struct buf bytes = packed(SV(FEED), GZIP, 0);
    struct reading r = {0};
    read_limited(&r, sv_head(buf_view(&bytes), bytes.n - 8 - 30), 0, 10);
    assert_true(r.good);
    assert_int_equal(r.count, 1);
    assert_true(feed_info(r.feed)->truncated);
    assert_true(has_problem(&r, "the gzip data are cut off"));
    reading_free(&r);
    buf_free(&bytes);
}

static void utf_16_may_be_packed(void **state)
{
    (void)state;
    struct buf wide = {0};
    buf_sv(&wide, SV("\xFF\xFE"));
    for (const char *p = FEED; *p; p++)
        buf_append(&wide, (char[]){*p, 0}, 2);
    struct buf bytes = packed(buf_view(&wide), ZLIB, 6);
    struct reading r = {0};
    read_limited(&r, buf_view(&bytes), 0, 1);
    assert_int_equal(r.count, 2);
    assert_sv(feed_info(r.feed)->charset, "utf-16le");
    reading_free(&r);
    buf_free(&wide);
    buf_free(&bytes);
}

/* The limit is of what was unpacked, and of what need not be. */
static void what_is_beyond_the_size_is_cut_and_told(void **state)
{
    (void)state;
    size_t size = strstr(FEED, "</item>") + 20 - FEED;
    struct buf bytes = packed(SV(FEED), GZIP, 9);
    struct sv documents[] = {SV(FEED), buf_view(&bytes)};
    for (size_t i = 0; i < 2; i++)
        for (size_t piece = 1; piece < 300; piece += 23) {
            struct reading r = {0};
            read_limited(&r, documents[i], size, piece);
            assert_true(r.good);
            assert_int_equal(r.count, 1);
            assert_true(feed_info(r.feed)->truncated);
            assert_true(has_problem(&r, "larger than"));
            reading_free(&r);
        }
    struct reading whole = {0}; /* the feed is, but not the document */
    read_limited(&whole, SV(FEED "<!-- more -->"), sizeof FEED + 3, 10);
    assert_int_equal(whole.count, 2);
    assert_true(feed_info(whole.feed)->truncated);
    reading_free(&whole);
    struct reading r = {0};
    read_limited(&r, documents[1], sizeof FEED - 1, 1);
    assert_int_equal(r.count, 2);
    assert_false(feed_info(r.feed)->truncated);
    reading_free(&r);
    buf_free(&bytes);
}

static void a_bomb_is_stopped_at_the_limit(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_str(&text, "<rss version='2.0'><channel><item><title>one</title></item><item><description>");
    while (text.n < 30 << 20)
        buf_str(&text, "bomb bomb bomb bomb bomb bomb bomb bomb ");
    struct buf bytes = packed(buf_view(&text), GZIP, 9);
    struct reading r = {0};
    read_limited(&r, buf_view(&bytes), 1 << 20, 1000);
    assert_int_equal(r.count, 1);
    assert_true(feed_info(r.feed)->truncated);
    assert_true(has_problem(&r, "larger than 1048576 bytes"));
    reading_free(&r);
    buf_free(&text);
    buf_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gzip_and_zlib_are_unpacked),
        cmocka_unit_test(an_empty_body_may_be_packed),
        cmocka_unit_test(what_only_looks_packed_is_left_as_it_is),
        cmocka_unit_test(members_follow_each_other_and_junk_behind_them_is_dropped),
        cmocka_unit_test(what_came_out_before_the_end_counts),
        cmocka_unit_test(a_feed_that_is_cut_off_within_gzip_is_truncated),
        cmocka_unit_test(utf_16_may_be_packed),
        cmocka_unit_test(what_is_beyond_the_size_is_cut_and_told),
        cmocka_unit_test(a_bomb_is_stopped_at_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
