/* Random rule sets over random items: the engine and the referee (tests/referee) give the same hits, scores, terms and offsets.
 *     NEWSWATCHD_PAIRS=1000000 so many (item, rule) pairs, NEWSWATCHD_CHANCE=7 from another beginning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../referee/drawing.h"

#define PAIRS 100000
#define RULES 20
#define ITEMS 10
#define MANY_RULES 290 /* now and then: more than fit in a word, or a byte */

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value ? strtoull(value, NULL, 10) : otherwise;
}

/* The smallest contest that shows the same, as a file of tests/fuzz/seeds/engine would hold it. */
static void tell(struct buf *contest, struct buf *why)
{
    struct tally tally = {0};
    contest_shrink(contest);
    buf_clear(why);
    contest_differs(buf_view(contest), &tally, why);
    print_error("engine and referee differ:\n%.*s\n%.*s", SV_ARG(buf_view(contest)), SV_ARG(buf_view(why)));
}

static void engine_and_referee_give_the_same_hits(void **state)
{
    struct drawing drawing = {.chance = setting("NEWSWATCHD_CHANCE", 20151103)};
    struct tally tally = {0};
    struct buf contest = {0}, why = {0};
    uint64_t pairs = setting("NEWSWATCHD_PAIRS", PAIRS);
    size_t drawn = 0;
    bool differs = false;
    (void)state;
    while (tally.pairs < pairs && !differs) {
        bool many = seldom(&drawing, 20);
        draw_contest(&drawing, &contest, many ? MANY_RULES : RULES, many ? 2 : ITEMS);
        drawn += many ? MANY_RULES : RULES;
        differs = contest_differs(buf_view(&contest), &tally, &why);
    }
    if (differs)
        tell(&contest, &why);
    print_message("%zu pairs, %zu hits, %zu mentions, %zu too large to judge, %zu of %zu rules and lists in error\n", tally.pairs, tally.hits, tally.mentions,
                  tally.immense, tally.left_out, drawn);
    buf_free(&contest);
    buf_free(&why);
    assert_false(differs);
    assert_true(tally.hits > tally.pairs / 10); /* else it is no test */
    assert_true(tally.immense < tally.pairs / 100);
    assert_true(tally.left_out < drawn / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engine_and_referee_give_the_same_hits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
