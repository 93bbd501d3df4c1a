/* What libxml2 takes for well formed is read as libxml2 reads it: on thousands of documents, mutated too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "oracle.h"
#include "writing.h"

#define DOCUMENTS 3000 /* for each test; the seeds are fixed */

static void hold(struct sv document, uint64_t seed, size_t *agreed)
{
    struct buf why = {0};
    enum opinion opinion = oracle_asked(document, &why);
    *agreed += opinion == ORACLE_AGREES;
    if (opinion == ORACLE_DIFFERS) {
        fprintf(stderr, "document %llu:\n%.*s\n\n%.*s", (unsigned long long)seed, SV_ARG(document), SV_ARG(buf_view(&why)));
        buf_free(&why);
        fail();
    }
    buf_free(&why);
}

/* Returns how many of them could be compared. */
static size_t hold_documents(unsigned mutations)
{
    static void (*const writers[])(struct writing *) = {write_rss, write_rdf, write_atom};
    size_t agreed = 0;
    for (uint64_t seed = 1; seed <= DOCUMENTS; seed++) {
        struct writing w = {.chance = seed};
        PICK(&w, writers)(&w);
        for (unsigned i = 0; i < mutations; i++)
            mutate(&w);
        hold(buf_view(&w.out), seed, &agreed);
        buf_free(&w.out);
    }
    return agreed;
}

static void a_well_formed_feed_is_read_as_libxml2_reads_it(void **state)
{
    (void)state;
    assert_in_range(hold_documents(0), DOCUMENTS * 9 / 10, DOCUMENTS);
}

static void a_mutated_feed_that_is_still_well_formed_is_read_as_libxml2_reads_it(void **state)
{
    (void)state;
    assert_in_range(hold_documents(1), DOCUMENTS / 5, DOCUMENTS);
}

static void feeds_mutated_twice_are_too(void **state)
{
    (void)state;
    assert_in_range(hold_documents(2), DOCUMENTS / 20, DOCUMENTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_well_formed_feed_is_read_as_libxml2_reads_it),
        cmocka_unit_test(a_mutated_feed_that_is_still_well_formed_is_read_as_libxml2_reads_it),
        cmocka_unit_test(feeds_mutated_twice_are_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
