/* What holds of any text that is split into folded words, whatever its script: held on random ones and on every character. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "match/fold.h"
#include "match/words.h"

#define STRANGER 0x10428 /* a letter far from all others: a word with it is folded whole, and it changes nothing of the rest */

static uint32_t seed;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* ---- Folding ---- */

static struct sv folded(struct buf *out, const uint32_t *chars, size_t n)
{
    struct buf word = {0};
    for (size_t i = 0; i < n; i++)
        buf_codepoint(&word, chars[i]);
    buf_clear(out);
    buf_reserve(out, 1);
    fold_word(buf_view(&word), out);
    buf_free(&word);
    return buf_view(out);
}

static void a_word_folds_the_same_character_by_character_and_as_a_whole(void **state)
{
    static const uint32_t before[] = {0, 0x1100, 'a', 0x435, 0x627, 0x5D0, 0x9C7, 0x93F};
    struct buf one = {0}, whole = {0}, stranger = {0};
    (void)state;
    buf_codepoint(&stranger, STRANGER);
    for (uint32_t c = 1; c < 0x10000; c++) {
        size_t b = c < 0x3000 ? sizeof before / sizeof *before : 2; /* beyond there are hardly any marks */
        while (b-- && (c < 0xD800 || c > 0xDFFF)) {
            uint32_t word[] = {before[b], c, STRANGER};
            const uint32_t *from = before[b] ? word : word + 1;
            size_t n = before[b] ? 2 : 1;
            struct sv plain = folded(&one, from, n), long_way = folded(&whole, from, n + 1);
            if (!sv_ends(long_way, buf_view(&stranger)) || !sv_eq(plain, sv_head(long_way, long_way.n - stranger.n)))
                fail_msg("U+%04X after U+%04X: '%.*s' by itself, '%.*s' in company", c, before[b], SV_ARG(plain), SV_ARG(long_way));
        }
    }
    buf_free(&one);
    buf_free(&whole);
    buf_free(&stranger);
}

/* ---- Random texts ---- */

static const struct {
    uint32_t from, to;
} scripts[] = {
    {' ', '~'},         {'a', 'z'},         {'A', 'Z'},         {0xA0, 0x24F},      {0x300, 0x36F},     {0x370, 0x3FF},     {0x400, 0x52F},
    {0x5D0, 0x5F4},     {0x600, 0x6FF},     {0x900, 0xDFF},     {0xE00, 0xEFF},     {0x1000, 0x11FF},   {0x1E00, 0x1FFF},   {0x2000, 0x206F},
    {0x3000, 0x30FF},   {0x4E00, 0x9FFF},   {0xAC00, 0xD7A3},   {0xFB00, 0xFFFF},   {0x10400, 0x1044F}, {0x20000, 0x20FFF}, {1, 0xD7FF},
};
static const char *const pieces[] = {" ", " ", " ", ". ", "'s ", "’s ", "U.S. ", "т.е.", "Mr. ", "\n", "\n\n", "! ", ";", "\"", "\xE2\x80\x8C", "\xC2\xAD", "。", "\xE4\xB8", "\xFF"};

static void put_any_word(struct buf *out)
{
    size_t script = any(sizeof scripts / sizeof *scripts);
    for (size_t letters = any(200) ? 1 + any(9) : any(1500); letters; letters--)
        buf_codepoint(out, scripts[script].from + any(scripts[script].to - scripts[script].from + 1));
}

static void make_text(struct buf *out)
{
    buf_clear(out);
    buf_reserve(out, 1);
    for (size_t n = any(40); n; n--)
        if (any(3))
            put_any_word(out);
        else
            buf_str(out, pieces[any(sizeof pieces / sizeof *pieces)]);
}

static bool is_word_class(enum char_class class)
{
    return class == CHAR_LETTER || class == CHAR_DIGIT || class == CHAR_ALONE;
}

/* A word begins with what makes one, is folded as it is by itself, and has its hash. */
static void check_word(struct sv text, const struct words *w, size_t i)
{
    const struct word *word = &w->list[i];
    struct sv raw = sv_range(text.p + word->start, text.p + word->end), form = word_folded(w, i);
    uint32_t c;
    utf8_decode(raw.p, raw.p + raw.n, &c);
    assert_true(is_word_class(char_class(c)));
    assert_int_equal(word->hash, words_hash(form));
    assert_true(i == 0 || word->start >= w->list[i - 1].end);
    assert_true(i == 0 || (word->sentence >= w->list[i - 1].sentence && word->paragraph >= w->list[i - 1].paragraph));
    if (word->joined || memmem(raw.p, raw.n, "\xE2\x80\x8C", 3))
        return;
    struct buf alone = {0};
    fold_word(utf8_cut(raw, WORD_MOST), &alone);
    assert_true(sv_eq(buf_view(&alone), form));
    buf_free(&alone);
}

/* No letter or digit is left out between two words, but a possessive's s and what folds to nothing. */
static void check_gap(struct sv gap)
{
    struct buf form = {0};
    for (const char *p = gap.p, *end = gap.p + gap.n; p < end;) {
        uint32_t c;
        size_t n = utf8_decode(p, end, &c);
        buf_clear(&form);
        fold_word((struct sv){p, n}, &form);
        if (is_word_class(char_class(c)) && c != 's' && c != 'S' && form.n)
            fail_msg("U+%04X is in no word", c);
        p += n;
    }
    buf_free(&form);
}

static void every_letter_and_digit_is_in_one_word(void **state)
{
    struct buf text = {0};
    struct words w = {0};
    (void)state;
    seed = 1;
    for (int round = 0; round < 3000; round++) {
        make_text(&text);
        struct sv view = sv_from(buf_view(&text), 0);
        words_split(view, SV("en"), &w);
        uint32_t at = 0;
        for (size_t i = 0; i < w.count; at = w.list[i++].end) {
            check_gap(sv_range(view.p + at, view.p + w.list[i].start));
            check_word(view, &w, i);
        }
        check_gap(sv_from(view, at));
    }
    words_free(&w);
    buf_free(&text);
}

/* The words of `w` from number `first` on are those of `part`, moved by `shift` bytes and by the same number of sentences and paragraphs. */
static void check_same(const struct words *w, size_t first, const struct words *part, uint32_t shift)
{
    assert_true(first + part->count <= w->count);
    for (size_t i = 0; i < part->count; i++) {
        const struct word *a = &w->list[first + i], *b = &part->list[i], *a0 = &w->list[first], *b0 = &part->list[0];
        assert_true(sv_eq(word_folded(w, first + i), word_folded(part, i)));
        assert_int_equal(a->start, b->start + shift);
        assert_int_equal(a->end, b->end + shift);
        assert_int_equal(a->sentence - a0->sentence, b->sentence - b0->sentence);
        assert_int_equal(a->paragraph - a0->paragraph, b->paragraph - b0->paragraph);
        assert_int_equal(a->joined, b->joined);
        assert_int_equal(a->hash, b->hash);
    }
}

static void paragraphs_have_the_words_that_they_have_alone(void **state)
{
    struct buf text = {0}, rest = {0};
    struct words one = {0}, other = {0}, both = {0};
    (void)state;
    seed = 2;
    for (int round = 0; round < 3000; round++) {
        make_text(&text);
        make_text(&rest);
        words_split(buf_view(&text), SV("ru"), &one);
        words_split(buf_view(&rest), SV("ru"), &other);
        buf_str(&text, "\n\n");
        uint32_t shift = (uint32_t)text.n;
        buf_sv(&text, buf_view(&rest));
        words_split(buf_view(&text), SV("ru"), &both);
        assert_int_equal(both.count, one.count + other.count);
        check_same(&both, 0, &one, 0);
        check_same(&both, one.count, &other, shift);
    }
    words_free(&one);
    words_free(&other);
    words_free(&both);
    buf_free(&text);
    buf_free(&rest);
}

/* ---- Where a text lies ---- */

static void a_word_of_any_length_ends_where_its_text_does(void **state)
{
    static const char *const letters[] = {"q", "Z", "7", "ж", "ё", "ب", "ß", "ｑ", "é"};
    static const char *const forms[] = {"q", "z", "7", "ж", "е", "ب", "ss", "q", "e"};
    struct words w = {0};
    (void)state;
    for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
        for (size_t length = 1; length < 70; length++) {
            struct buf text = {0}, form = {0};
            for (size_t i = 0; i < length; i++) {
                buf_str(&text, letters[k]);
                buf_str(&form, forms[k]);
            }
            char *tight = xmalloc(text.n); /* whoever reads beyond it meets the sanitizer */
            memcpy(tight, text.p, text.n);
            words_split((struct sv){tight, text.n}, SV_NONE, &w);
            assert_int_equal(w.count, 1);
            assert_int_equal(w.list[0].end, text.n);
            assert_true(sv_eq(word_folded(&w, 0), buf_view(&form)));
            assert_int_equal(w.list[0].hash, words_hash(buf_view(&form)));
            buf_str(&text, " next");
            words_split(buf_view(&text), SV_NONE, &w);
            assert_int_equal(w.count, 2);
            assert_int_equal(w.list[0].end, text.n - 5);
            assert_true(sv_eq(word_folded(&w, 0), buf_view(&form)));
            free(tight);
            buf_free(&text);
            buf_free(&form);
        }
    words_free(&w);
}

static void a_text_of_words_that_grow_has_room(void **state)
{
    /* Two bytes become three, three become thirty-three, and a word of each kind stands before those that follow. */
    static const char *const grown[] = {"Ⱥ", "ŉ", "ﷺ", "Ⱥﷺ", "ΐ", "Ⱥx"};
    struct words w = {0};
    (void)state;
    for (size_t k = 0; k < sizeof grown / sizeof *grown; k++) {
        struct buf text = {0};
        for (int i = 0; i < 2000; i++) {
            buf_str(&text, grown[k]);
            buf_str(&text, i % 7 ? grown[k] : " ");
        }
        words_free(&w);
        words_split(buf_view(&text), SV_NONE, &w);
        assert_true(w.count > 200);
        for (size_t i = 0; i < w.count; i++)
            check_word(buf_view(&text), &w, i);
        buf_free(&text);
    }
    for (int count = 1; count < 60; count++) { /* one that grows eightfold has filled all, and as much comes behind it */
        struct buf text = {0};
        for (int i = 0; i < count * 18; i++)
            buf_str(&text, i < count ? "ﷺ " : i % 9 ? "a" : "a ");
        words_free(&w);
        words_split(buf_view(&text), SV_NONE, &w);
        assert_int_equal(w.count, count * 3 - (count - 1) / 9);
        buf_free(&text);
    }
    words_free(&w);
}

/* ---- Hashes ---- */

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void hashes_of_different_words_differ(void **state)
{
    enum { WORDS = 20000 };
    uint32_t *hashes = xmalloc(3 * WORDS * sizeof *hashes);
    size_t same = 0;
    (void)state;
    for (unsigned i = 0; i < WORDS; i++) { /* short, of one block and a bit, long: they differ at the end, in the middle, in length */
        char name[64];
        hashes[i] = words_hash((struct sv){name, (size_t)sprintf(name, "%x", i)});
        hashes[WORDS + i] = words_hash((struct sv){name, (size_t)sprintf(name, "verhandlung%06x", i)});
        hashes[2 * WORDS + i] = words_hash((struct sv){name, (size_t)sprintf(name, "%06xdonaudampfschifffahrtsgesell", i)});
    }
    qsort(hashes, 3 * WORDS, sizeof *hashes, compare);
    for (size_t i = 1; i < 3 * WORDS; i++)
        same += hashes[i] == hashes[i - 1];
    assert_true(same <= 10); /* one in two runs is what chance gives */
    free(hashes);
}

/* ---- Threads ---- */

static void *split_in_thread(void *text)
{
    struct words *w = xcalloc(1, sizeof *w);
    words_split(*(struct sv *)text, SV_NONE, w);
    return w;
}

static void threads_that_meet_characters_at_once_find_the_same(void **state)
{
    struct buf text = {0};
    pthread_t threads[4];
    struct words *results[4];
    (void)state;
    for (uint32_t c = 0xA0; c < 0xD7A0; c++) { /* the first test: none has been met */
        buf_codepoint(&text, c);
        buf_str(&text, c % 5 ? "" : "mr. ");
    }
    struct sv view = buf_view(&text);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, split_in_thread, &view), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], (void **)&results[i]);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(results[i]->count, results[0]->count);
        check_same(results[i], 0, results[0], 0);
    }
    for (int i = 0; i < 4; i++) {
        words_free(results[i]);
        free(results[i]);
    }
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_that_meet_characters_at_once_find_the_same),
        cmocka_unit_test(a_word_folds_the_same_character_by_character_and_as_a_whole),
        cmocka_unit_test(every_letter_and_digit_is_in_one_word),
        cmocka_unit_test(paragraphs_have_the_words_that_they_have_alone),
        cmocka_unit_test(a_word_of_any_length_ends_where_its_text_does),
        cmocka_unit_test(a_text_of_words_that_grow_has_room),
        cmocka_unit_test(hashes_of_different_words_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
