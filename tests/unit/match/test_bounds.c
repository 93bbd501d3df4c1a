/* Hostile texts and rules: what would cost the square of a text, or multiply, ends soon and still says what is true. A test that
 * does not end is one that fails. */
#include "trying.h"

static struct sv repeated(struct trying *t, const char *piece, size_t bytes)
{
    struct buf out = {0};
    while (out.n < bytes)
        buf_str(&out, piece);
    struct sv v = sv_dup(&t->arena, buf_view(&out));
    buf_free(&out);
    return v;
}

static size_t mentions(const char *rule, size_t repeat, const char *more, const char *piece, size_t bytes)
{
    struct trying t = {0};
    struct buf text = {0};
    struct match_context context = {0};
    buf_str(&text, rule);
    for (size_t i = 0; i < repeat; i++)
        buf_str(&text, more);
    if (!compile_rule_text(&t, buf_view(&text)))
        fail_msg("%s", told(&t).p);
    struct item item = {.arena = &t.arena, .id = SV("1"), .content_text = repeated(&t, piece, bytes)};
    size_t count = match_item(t.match, &item, &context, &t.hits) ? t.hits[0].mention_count : 0;
    buf_free(&text);
    trying_free(&t);
    return count;
}

#define LONG (256u << 10)

static void a_word_repeated_without_end(void **state)
{
    (void)state;
    assert_int_equal(mentions("aaa", 0, "", "aaa ", LONG), LONG / 4);
    assert_int_equal(mentions("aaa NEAR/10 aaa", 0, "", "aaa ", LONG), LONG / 4); /* every one of them is near another */
    assert_int_equal(mentions("aaa NEAR/10000 bbb", 0, "", "aaa bbb ", LONG), LONG / 4);
    assert_int_equal(mentions("aaa* NEAR/10000 bbb*", 0, "", "aaax bbbx ", LONG), (LONG / 10 + 1) * 2);
    assert_int_equal(mentions("aaa NEAR/0 ccc", 0, "", "aaa bbb ", LONG), 0);
    assert_int_equal(mentions("ATLEAST/10000(aaa NEAR/3 bbb)", 0, "", "aaa bbb ", LONG), LONG / 4);
}

static void chains_and_nests_over_it(void **state)
{
    (void)state;
    assert_true(mentions("aaa", 99, " NEAR/10 aaa", "aaa ", LONG) > 0);
    assert_true(mentions("aaa", 99, " NEAR/10000 aaa", "aaa ", 10240) > 0);
    assert_true(mentions("aaa NEAR/s aaa", 20, " NEAR/s aaa", "aaa ", LONG) > 0);
    assert_true(mentions("(((((((aaa NEAR/9 aaa) NEAR/9 aaa) NEAR/9 aaa) NEAR/9 aaa) NEAR/9 aaa) NEAR/9 aaa) NEAR/9 aaa)", 0, "", "aaa ", LONG) > 0);
}

static void many_alternatives(void **state)
{
    (void)state;
    assert_int_equal(mentions("aaa", 9999, " | bbb", "ccc ", LONG), 0);
    assert_int_equal(mentions("aaa", 9999, " | bbb", "ccc bbb ", 1024), 128);
    assert_true(mentions("aaa", 500, " | aaa", "aaa ", LONG) > 0);
}

static void phrases_of_one_word(void **state)
{
    (void)state;
    assert_int_equal(mentions("\"aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa aaa bbb\"", 0, "", "aaa ", LONG), 0);
    assert_int_equal(mentions("/(a*)*c/", 0, "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ", LONG), 0);
}

static void signs_without_end(void **state)
{
    (void)state;
    assert_int_equal(mentions("aaa", 0, "", ".", LONG), 0);
    assert_int_equal(mentions("aaa", 0, "", "?\"!", LONG), 0);
    assert_int_equal(mentions("aaa", 0, "", "? ", LONG), 0);
    assert_int_equal(mentions("aaa", 0, "", "\xCC\x81\xCC\xA3", LONG), 0);
    assert_int_equal(mentions("aaa", 0, "", "a.", LONG), 0);
    assert_int_equal(mentions("aaa*", 0, "", "aaa", LONG), 1);
}

/* A letter with marks of two classes by turns: to order them costs the square of their number. */
static void marks_without_end(void **state)
{
    struct trying t = {0};
    struct match_context context = {0};
    struct buf text = {0};
    (void)state;
    buf_str(&text, "Iran a");
    while (text.n < LONG)
        buf_str(&text, "\xCC\x81\xCC\xA3");
    assert_true(compile_rule_text(&t, SV("Iran AND NOT talks")));
    struct item item = {.arena = &t.arena, .id = SV("1"), .content_text = buf_view(&text)};
    assert_int_equal(match_item(t.match, &item, &context, &t.hits), 1);
    buf_free(&text);
    trying_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_repeated_without_end), cmocka_unit_test(chains_and_nests_over_it), cmocka_unit_test(many_alternatives),
        cmocka_unit_test(phrases_of_one_word),         cmocka_unit_test(signs_without_end),        cmocka_unit_test(marks_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
