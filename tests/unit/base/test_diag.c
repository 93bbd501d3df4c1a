/* How a diagnostic is shown. What the configuration's look like is tested there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/diag.h"

static const char *shown(struct diags *d, struct buf *out, bool colour)
{
    buf_clear(out);
    diag_write(d, out, colour);
    return buf_cstr(out);
}

static void a_place_counts_lines_and_characters(void **state)
{
    (void)state;
    static const struct { const char *text; size_t at, line, column; } cases[] = {
        {"", 0, 1, 1}, {"abc", 3, 1, 4}, {"a\nb", 2, 2, 1}, {"\n\n", 2, 3, 1}, {"a\r\nb", 3, 2, 1}, {"伊朗x", 6, 1, 3}, {"e\xCC\x81x", 3, 1, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct source s = {SV("f"), sv_of(cases[i].text)};
        size_t line, column;
        diag_place((struct span){&s, cases[i].at, cases[i].at}, &line, &column);
        assert_int_equal(line, cases[i].line);
        assert_int_equal(column, cases[i].column);
    }
}

static void a_diagnostic_outlives_its_source(void **state)
{
    (void)state;
    struct diags d = {0};
    struct buf out = {0}, text = {0};
    buf_str(&text, "one\ntwo three\nfour");
    struct source *s = malloc(sizeof *s);
    *s = (struct source){SV("f"), buf_view(&text)};
    diag_add(&d, DIAG_ERROR, (struct span){s, 8, 13}, "no %s", "three");
    diag_add(&d, DIAG_NOTE, (struct span){s, 14, 18}, "but");
    free(s);
    buf_free(&text);
    assert_string_equal(shown(&d, &out, false), "f:2:5: error: no three\n     2 | two three\n       |     ^~~~~\nf:3:1: note: but\n     3 | four\n       | ^~~~\n");
    buf_free(&out);
    diag_free(&d);
}

static void a_long_line_is_shown_around_its_place(void **state)
{
    (void)state;
    for (size_t at = 0; at < 3000; at += 3) {
        struct diags d = {0};
        struct buf out = {0}, text = {0};
        for (int i = 0; i < 1000; i++)
            buf_str(&text, "伊");
        memcpy(text.p + at, "abc", 3);
        const struct source s = {SV("f"), buf_view(&text)};
        diag_add(&d, DIAG_ERROR, (struct span){&s, at, at + 3}, "x");
        shown(&d, &out, false);
        assert_true(out.n < 400);
        struct sv rest = buf_view(&out), head = SV_NONE, line = SV_NONE, caret = SV_NONE;
        assert_true(sv_split(&rest, '\n', &head) && sv_split(&rest, '\n', &line) && sv_split(&rest, '\n', &caret));
        assert_true(sv_find(line, SV("abc")) > 0);
        assert_true(sv_ends(caret, SV("^~~")));
        /* Each wide character before the place takes two columns, the cut's sign one. */
        size_t before = (size_t)sv_find(line, SV("abc")) - 9, cut = sv_find(line, SV("…")) == 9 ? 3 : 0;
        assert_int_equal(caret.n - 3 - 9, (before - cut) / 3 * 2 + (cut ? 1 : 0));
        buf_free(&text);
        buf_free(&out);
        diag_free(&d);
    }
}

static void a_span_over_lines_ends_with_its_first(void **state)
{
    (void)state;
    struct diags d = {0};
    struct buf out = {0};
    const struct source s = {SV("f"), SV("ab\ncd\n")};
    diag_add(&d, DIAG_WARNING, (struct span){&s, 1, 5}, "x");
    diag_add(&d, DIAG_ERROR, (struct span){&s, 6, 6}, "y");
    assert_string_equal(shown(&d, &out, false), "f:1:2: warning: x\n     1 | ab\n       |  ^\nf:3:1: error: y\n     3 | \n       | ^\n");
    buf_free(&out);
    diag_free(&d);
}

static void without_a_place_there_is_the_message_alone(void **state)
{
    (void)state;
    struct diags d = {0};
    struct buf out = {0};
    diag_add(&d, DIAG_ERROR, (struct span){0}, "x\ny\x1B");
    assert_string_equal(shown(&d, &out, false), "error: x␊y␛\n");
    assert_string_equal(shown(&d, &out, true), "\033[1m\033[1;31merror:\033[0m x␊y␛\n");
    buf_free(&out);
    diag_free(&d);
}

static void a_note_goes_with_what_it_belongs_to(void **state)
{
    (void)state;
    struct diags d = {0};
    struct buf out = {0};
    for (int i = 0; i < 22; i++) {
        diag_add(&d, DIAG_ERROR, (struct span){0}, "e%d", i);
        diag_add(&d, DIAG_NOTE, (struct span){0}, "n%d", i);
    }
    diag_add(&d, DIAG_WARNING, (struct span){0}, "w");
    diag_add(&d, DIAG_NOTE, (struct span){0}, "of w");
    shown(&d, &out, false);
    assert_non_null(strstr(out.p, "error: e19\nnote: n19\nwarning: w\nnote: of w\n2 more errors are not shown\n"));
    assert_true(diag_full(&d, DIAG_ERROR) && !diag_full(&d, DIAG_WARNING));
    buf_free(&out);
    diag_free(&d);
}

static void a_long_message_loses_its_middle(void **state)
{
    (void)state;
    struct diags d = {0};
    char word[3001];
    for (size_t shift = 0; shift < 3; shift++) {
        memset(word, 'a', shift);
        for (size_t i = shift; i + 3 <= 3000; i += 3)
            memcpy(word + i, "伊", 4);
        diag_add(&d, DIAG_ERROR, (struct span){0}, "there is no '%s': write b", word);
        struct sv m = d.list[shift].message;
        assert_true(m.n <= 410 && sv_starts(m, SV("there is no '")) && sv_ends(m, SV("': write b")) && sv_find(m, SV("…")) > 0);
        assert_true(sv_find(m, SV("\xEF\xBF\xBD")) < 0);
    }
    diag_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_counts_lines_and_characters),
        cmocka_unit_test(a_diagnostic_outlives_its_source),
        cmocka_unit_test(a_long_line_is_shown_around_its_place),
        cmocka_unit_test(a_span_over_lines_ends_with_its_first),
        cmocka_unit_test(without_a_place_there_is_the_message_alone),
        cmocka_unit_test(a_note_goes_with_what_it_belongs_to),
        cmocka_unit_test(a_long_message_loses_its_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
