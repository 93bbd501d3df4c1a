/* UTF-8, string views and "did you mean". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"

/* By the definition in RFC 3629, table 3-7 of Unicode: slow and plain. */
static bool is_valid(const unsigned char *s, size_t n, size_t *length)
{
    static const struct { unsigned char from[4], to[4]; size_t n; } forms[] = {
        {{0}, {0x7F}, 1}, {{0xC2, 0x80}, {0xDF, 0xBF}, 2}, {{0xE0, 0xA0, 0x80}, {0xE0, 0xBF, 0xBF}, 3}, {{0xE1, 0x80, 0x80}, {0xEC, 0xBF, 0xBF}, 3},
        {{0xED, 0x80, 0x80}, {0xED, 0x9F, 0xBF}, 3}, {{0xEE, 0x80, 0x80}, {0xEF, 0xBF, 0xBF}, 3}, {{0xF0, 0x90, 0x80, 0x80}, {0xF0, 0xBF, 0xBF, 0xBF}, 4},
        {{0xF1, 0x80, 0x80, 0x80}, {0xF3, 0xBF, 0xBF, 0xBF}, 4}, {{0xF4, 0x80, 0x80, 0x80}, {0xF4, 0x8F, 0xBF, 0xBF}, 4},
    };
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        bool good = forms[f].n <= n;
        for (size_t i = 0; good && i < forms[f].n; i++)
            good = s[i] >= forms[f].from[i] && s[i] <= forms[f].to[i];
        if (good) {
            *length = forms[f].n;
            return true;
        }
    }
    return false;
}

static void decoding_agrees_with_the_definition(void **state)
{
    (void)state;
    static const unsigned char interesting[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                                                0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF};
    enum { N = sizeof interesting };
    for (size_t i = 0; i < N * N * N * N; i++) {
        unsigned char s[4] = {interesting[i % N], interesting[i / N % N], interesting[i / N / N % N], interesting[i / N / N / N]};
        uint32_t c;
        size_t expected, n = utf8_decode((char *)s, (char *)s + 4, &c);
        if (is_valid(s, 4, &expected)) {
            char again[4];
            assert_int_equal(n, expected);
            assert_int_equal(utf8_encode(c, again), n);
            assert_memory_equal(again, s, n);
        } else {
            assert_int_equal(c, UTF8_REPLACEMENT);
            assert_in_range(n, 1, 3);
            assert_int_equal(utf8_valid_until((struct sv){(char *)s, 4}), 0);
        }
    }
}

/* Long texts in one script or in several, now and then with a wrong byte: where validity ends agrees with the definition. */
static void the_end_of_validity_agrees_with_the_definition(void **state)
{
    (void)state;
    static const char *const parts[] = {"a", "abcdefghijklmnopqrstuvwxyz012345", "\xD0\xBF", "\xE4\xB8\x80", "\xED\x9F\xBF", "\xF0\x9F\x99\x82", "\xF4\x8F\xBF\xBF",
                                        "\xE0\xA0\x80", "\xEF\xBF\xBD"};
    static const char *const wrong[] = {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xFF", "\xE4\xB8"};
    uint32_t chance = 1;
    for (unsigned round = 0; round < 20000; round++) {
        char text[600];
        chance = chance * 1664525 + 1013904223;
        size_t n = 0, most = (chance >> 8) % 500, good = 0, length;
        while (n < most) {
            chance = chance * 1664525 + 1013904223;
            const char *part = chance >> 20 == 0 ? "" : (chance >> 24) == 1 ? wrong[chance >> 16 & 7] : parts[(chance >> 16) % 9];
            memcpy(text + n, part, strlen(part));
            n += strlen(part);
        }
        while (good < n && is_valid((unsigned char *)text + good, n - good, &length))
            good += length;
        assert_int_equal(utf8_valid_until((struct sv){text, n}), good);
    }
}

static void every_character_survives_its_encoding(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110010; c++) {
        char s[4];
        uint32_t again;
        bool scalar = c < 0x110000 && (c < 0xD800 || c > 0xDFFF);
        size_t n = utf8_encode(c, s);
        assert_int_equal(utf8_decode(s, s + n, &again), n);
        if (again != (scalar ? c : UTF8_REPLACEMENT))
            fail_msg("U+%04X came back as U+%04X", c, again);
    }
}

static void the_first_bad_byte_is_found_anywhere(void **state)
{
    (void)state;
    for (size_t length = 0; length < 40; length++)
        for (size_t at = 0; at <= length; at++) {
            char text[41];
            memset(text, 'a', sizeof text);
            if (at < length)
                text[at] = (char)0xFF;
            assert_int_equal(utf8_valid_until((struct sv){text, length}), at);
        }
    assert_int_equal(utf8_valid_until(SV("\xEF\xBF\xBD ok")), 6); /* the replacement character itself is valid */
    assert_int_equal(utf8_valid_until(SV("12345678\xE4\xBC")), 8);
    assert_int_equal(utf8_valid_until(SV_NONE), 0);
}

static void a_cut_never_splits_a_character(void **state)
{
    (void)state;
    struct sv v = SV("a伊🙂b");
    static const size_t expected[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 9, 9};
    for (size_t n = 0; n < sizeof expected / sizeof *expected; n++)
        assert_int_equal(utf8_cut(v, n).n, expected[n]);
}

static void views_are_split_trimmed_and_found(void **state)
{
    (void)state;
    struct sv rest = SV("a,,b,"), part;
    static const char *const parts[] = {"a", "", "b", ""};
    size_t count = 0;
    while (sv_split(&rest, ',', &part)) {
        assert_int_equal(part.n, strlen(parts[count]));
        assert_memory_equal(part.p, parts[count], part.n);
        count++;
    }
    assert_int_equal(count, 4);
    assert_true(sv_eq(sv_trim(SV(" \t\r\n\v\fa b \n")), SV("a b")));
    assert_int_equal(sv_trim(SV(" \n")).n, 0);
    assert_int_equal(sv_find(SV("abcabd"), SV("abd")), 3);
    assert_int_equal(sv_find(SV("ab"), SV("abd")), -1);
    assert_int_equal(sv_find(SV_NONE, SV("")), 0);
    assert_true(sv_cmp(SV("a"), SV("ab")) < 0 && sv_cmp(SV("b"), SV("ab")) > 0 && sv_cmp(SV(""), SV_NONE) == 0);
    assert_true(sv_cmp(SV("\xFF"), SV("a")) > 0);
    assert_true(sv_eq_nocase(SV("AbZ"), SV("aBz")) && !sv_eq_nocase(SV("["), SV("{")));
}

static void what_was_meant_is_near(void **state)
{
    (void)state;
    static const struct sv names[] = {SV("interval"), SV("min_interval"), SV("timeout"), SV("feed")};
    static const struct { struct sv word; const char *meant; } cases[] = {
        {SV("inteval"), "interval"}, {SV("itnerval"), "interval"}, {SV("intervall"), "interval"}, {SV("feeds"), "feed"}, {SV("fed"), "feed"},
        {SV("tiemout"), "timeout"}, {SV("xyz"), NULL}, {SV(""), NULL}, {SV("f"), NULL}, {SV("mininterval"), "min_interval"}, {SV("country"), NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sv near = sv_nearest(cases[i].word, names, sizeof names / sizeof *names);
        if (!sv_eq(near, sv_of(cases[i].meant)))
            fail_msg("%.*s: %.*s", SV_ARG(cases[i].word), SV_ARG(near));
    }
    char long_word[200];
    memset(long_word, 'x', sizeof long_word);
    assert_int_equal(sv_distance((struct sv){long_word, sizeof long_word}, SV("x")), 9);
}

static void of_equally_near_names_the_first_is_meant(void **state)
{
    (void)state;
    static const struct sv one[] = {SV("bbd"), SV("bba"), SV("bbe")}, other[] = {SV("bba"), SV("bbe"), SV("bbd")};
    assert_true(sv_eq(sv_nearest(SV("bbc"), one, 3), SV("bba")));
    assert_true(sv_eq(sv_nearest(SV("bbc"), other, 3), SV("bba")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decoding_agrees_with_the_definition),
        cmocka_unit_test(the_end_of_validity_agrees_with_the_definition),
        cmocka_unit_test(every_character_survives_its_encoding),
        cmocka_unit_test(the_first_bad_byte_is_found_anywhere),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(views_are_split_trimmed_and_found),
        cmocka_unit_test(what_was_meant_is_near),
        cmocka_unit_test(of_equally_near_names_the_first_is_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
