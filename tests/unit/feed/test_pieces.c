/* A document is read alike however its bytes are cut into pieces, and what comes out is always text and has an id: properties
 * that are tried on thousands of documents, most of them broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "writing.h"

#define DOCUMENTS 1500 /* for each test; the seeds are fixed */

/* The smallest part of the document that still goes wrong: what a person wants to see. */
static void shrink(struct buf *b, uint64_t chance, size_t stop_after)
{
    enum cut cut;
    for (size_t n = b->n / 2; n > 0; n /= 2)
        for (size_t at = 0; at + n <= b->n;) {
            struct buf less = {0};
            buf_append(&less, b->p, at);
            buf_append(&less, b->p + at + n, b->n - at - n);
            bool still = tell_wrong(buf_view(&less), chance, stop_after, &cut) != NULL;
            struct buf gone = still ? *b : less;
            *b = still ? less : *b;
            buf_free(&gone);
            at += still ? 0 : n;
        }
}

static void show(struct sv document, enum cut cut, uint64_t chance, size_t stop_after)
{
    struct telling whole = tell(document, CUT_NOWHERE, 0, stop_after), pieces = tell(document, cut, chance, stop_after);
    fprintf(stderr, "the document, %zu bytes:\n%.*s\n", document.n, SV_ARG(document));
    for (size_t i = 0; i < document.n; i++)
        fprintf(stderr, "%02x ", (unsigned char)document.p[i]);
    fprintf(stderr, "\nat once:\n%.*s\nin pieces (way %d):\n%.*s\n", SV_ARG(buf_view(&whole.text)), (int)cut, SV_ARG(buf_view(&pieces.text)));
    buf_free(&whole.text);
    buf_free(&pieces.text);
}

static void hold(struct writing *w, uint64_t seed)
{
    enum cut cut;
    size_t stop_after = draw(&w->chance, 8) ? 0 : 1;
    const char *wrong = tell_wrong(buf_view(&w->out), seed, stop_after, &cut);
    if (!wrong)
        return;
    shrink(&w->out, seed, stop_after);
    wrong = tell_wrong(buf_view(&w->out), seed, stop_after, &cut);
    show(buf_view(&w->out), cut, seed, stop_after);
    buf_free(&w->out);
    fail_msg("document %llu: %s", (unsigned long long)seed, wrong);
}

static void write_any(struct writing *w)
{
    static void (*const writers[])(struct writing *) = {write_rss, write_rss, write_rdf, write_atom, write_atom, write_json, write_sitemap, write_page};
    PICK(w, writers)(w);
}

static void hold_documents(void (*change)(struct writing *))
{
    for (uint64_t seed = 1; seed <= DOCUMENTS; seed++) {
        struct writing w = {.chance = seed};
        write_any(&w);
        change(&w);
        hold(&w, seed);
        buf_free(&w.out);
    }
}

static void leave(struct writing *w) { (void)w; }

static void break_it(struct writing *w)
{
    for (uint64_t n = 1 + draw(&w->chance, 5); n > 0; n--)
        mutate(w);
}

static void recode(struct writing *w)
{
    static const char *const charsets[] = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "WINDOWS-1251", "GB18030", "SHIFT_JIS", "KOI8-R", "ISO-8859-1"};
    if (draw(&w->chance, 2))
        break_it(w);
    encode(&w->out, PICK(w, charsets));
    if (draw(&w->chance, 2))
        mutate(w);
}

static void compress_it(struct writing *w)
{
    if (draw(&w->chance, 2))
        break_it(w);
    pack(&w->out);
    if (draw(&w->chance, 2))
        mutate(w);
}

static void a_well_formed_feed_is_read_alike_however_it_is_cut(void **state) { (void)state, hold_documents(leave); }
static void a_broken_feed_is_read_alike_however_it_is_cut(void **state) { (void)state, hold_documents(break_it); }
static void a_feed_of_any_charset_is_read_alike_however_it_is_cut(void **state) { (void)state, hold_documents(recode); }
static void a_packed_feed_is_read_alike_however_it_is_cut(void **state) { (void)state, hold_documents(compress_it); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_well_formed_feed_is_read_alike_however_it_is_cut),
        cmocka_unit_test(a_broken_feed_is_read_alike_however_it_is_cut),
        cmocka_unit_test(a_feed_of_any_charset_is_read_alike_however_it_is_cut),
        cmocka_unit_test(a_packed_feed_is_read_alike_however_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
