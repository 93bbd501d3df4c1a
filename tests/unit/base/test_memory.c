/* Arena, buffer, table, hash: what everything stands on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/table.h"

#define KEYS 3000

static void an_arena_hands_out_separate_aligned_memory(void **state)
{
    (void)state;
    struct arena a = {0};
    char *pieces[500];
    for (size_t i = 0; i < 500; i++) {
        size_t size = i * 37 % 700;
        pieces[i] = arena_alloc(&a, size);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        memset(pieces[i], (int)i, size);
    }
    for (size_t i = 0; i < 500; i++)
        for (size_t k = 0; k < i * 37 % 700; k++)
            assert_int_equal((unsigned char)pieces[i][k], i & 0xFF);
    char *large = arena_zalloc(&a, 5 << 20);
    for (size_t i = 0; i < 5 << 20; i += 4096)
        assert_int_equal(large[i], 0);
    arena_reset(&a);
    assert_int_equal(a.used, 0);
    assert_string_equal(arena_copy(&a, "abc", 2), "ab");
    arena_free(&a);
    assert_string_equal(arena_printf(&a, "%d-%s", 5, "x"), "5-x");
    arena_free(&a);
}

static void an_arena_takes_back_what_the_newest_does_not_need(void **state)
{
    (void)state;
    struct arena a = {0};
    char *first = arena_alloc(&a, 1000), *second = arena_alloc(&a, 1000);
    arena_give_back(&a, first, 1000, 10); /* not the newest: nothing happens */
    arena_give_back(&a, second, 1000, 10);
    char *third = arena_alloc(&a, 16);
    assert_true(third >= second + 10 && third < second + 100);
    arena_give_back(&a, third, 16, 0);
    assert_ptr_equal(arena_alloc(&a, 16), third);
    arena_free(&a);
}

static void an_arena_is_taken_back_to_a_mark(void **state)
{
    (void)state;
    struct arena a = {0};
    const struct arena_mark empty = arena_mark(&a);
    char *kept = arena_copy(&a, "kept", 4);
    for (int round = 0; round < 3; round++) {
        const struct arena_mark mark = arena_mark(&a);
        char *first = arena_alloc(&a, 100);
        arena_alloc(&a, 1 << 20);
        arena_rewind(&a, mark);
        assert_int_equal(a.used, mark.used);
        assert_ptr_equal(arena_alloc(&a, 100), first);
        arena_rewind(&a, mark);
        assert_string_equal(kept, "kept");
    }
    arena_rewind(&a, empty);
    assert_int_equal(a.used, 0);
    assert_null(a.chunk);
}

static void what_grew_large_once_is_not_kept_for_the_next_use(void **state)
{
    (void)state;
    struct arena a = {0};
    struct buf b = {0};
    arena_alloc(&a, 1 << 20);
    arena_reset(&a);
    assert_null(a.chunk);
    arena_alloc(&a, 100);
    arena_reset(&a);
    assert_non_null(a.chunk);
    arena_free(&a);
    buf_reserve(&b, 1 << 20);
    buf_recycle(&b);
    assert_int_equal(b.capacity, 0);
    buf_str(&b, "small");
    buf_recycle(&b);
    assert_int_equal(b.n, 0);
    assert_true(b.capacity > 0);
    buf_free(&b);
}

static void what_grows_in_an_arena_keeps_its_contents(void **state)
{
    (void)state;
    struct arena a = {0};
    unsigned *list = NULL;
    size_t capacity = 0;
    for (unsigned i = 0; i < 10000; i++) {
        if (i == capacity) {
            size_t more = capacity ? capacity * 2 : 1;
            list = arena_grow(&a, list, capacity * sizeof *list, more * sizeof *list);
            capacity = more;
            if (i % 3 == 0)
                arena_alloc(&a, 1); /* so that it cannot always extend */
        }
        list[i] = i;
    }
    for (unsigned i = 0; i < 10000; i++)
        assert_int_equal(list[i], i);
    arena_free(&a);
}

static void a_buffer_grows(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%d,", i);
    buf_append(&b, NULL, 0);
    buf_codepoint(&b, 0x4F0A);
    buf_codepoint(&b, 0xD800);
    assert_int_equal(b.n, 3890 + 6);
    assert_string_equal(buf_cstr(&b) + 3890 - 4, "999,伊\xEF\xBF\xBD");
    buf_free(&b);
    assert_string_equal(buf_cstr(&b), "");
    buf_free(&b);
}

/* Against a plain array of what is in it: put, take away, find, walk. */
static void a_table_holds_what_was_put_and_not_removed(void **state)
{
    (void)state;
    static char keys[KEYS][12];
    static bool in[KEYS];
    struct table t = {0};
    size_t count = 0, walked = 0;
    for (unsigned i = 0; i < KEYS; i++)
        snprintf(keys[i], sizeof keys[i], "k%u", i);
    assert_null(table_get(&t, SV("k1")));
    assert_null(table_remove(&t, SV("k1")));
    srand(7);
    for (unsigned step = 0; step < 60000; step++) {
        unsigned i = (unsigned)rand() % KEYS;
        void *was = rand() % 3 ? table_put(&t, sv_of(keys[i]), keys[i]) : table_remove(&t, sv_of(keys[i]));
        assert_ptr_equal(was, in[i] ? keys[i] : NULL);
        in[i] = table_get(&t, sv_of(keys[i])) != NULL;
    }
    for (unsigned i = 0; i < KEYS; i++) {
        assert_ptr_equal(table_get(&t, sv_of(keys[i])), in[i] ? keys[i] : NULL);
        count += in[i];
    }
    struct table_slot *slot;
    for (size_t at = 0; table_next(&t, &at, &slot); walked++)
        assert_true(in[strtoul(slot->key.p + 1, NULL, 10)]);
    assert_int_equal(t.count, count);
    assert_int_equal(walked, count);
    table_free(&t);
}

static void a_table_keeps_the_first_value(void **state)
{
    (void)state;
    struct table t = {0};
    int one, two;
    assert_null(table_put(&t, SV(""), &one));
    assert_ptr_equal(table_put(&t, SV(""), &two), &one);
    assert_ptr_equal(table_get(&t, SV_NONE), &one); /* no bytes are no bytes */
    assert_int_equal(t.count, 1);
    table_free(&t);
}

/* Identities in the store are made of it: this value may never change. */
static void a_digest_is_stable_and_parts_do_not_run_together(void **state)
{
    (void)state;
    char hex[33], other[33];
    const struct sv parts[] = {SV("a"), SV("bc")}, moved[] = {SV("ab"), SV("c")};
    assert_string_equal(digest_hex(hash_digest(parts, 2), hex), "9a8acca1b6c6c0befd3fbc756aed625d");
    assert_string_not_equal(hex, digest_hex(hash_digest(moved, 2), other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_hands_out_separate_aligned_memory),
        cmocka_unit_test(an_arena_takes_back_what_the_newest_does_not_need),
        cmocka_unit_test(an_arena_is_taken_back_to_a_mark),
        cmocka_unit_test(what_grew_large_once_is_not_kept_for_the_next_use),
        cmocka_unit_test(what_grows_in_an_arena_keeps_its_contents),
        cmocka_unit_test(a_buffer_grows),
        cmocka_unit_test(a_table_holds_what_was_put_and_not_removed),
        cmocka_unit_test(a_table_keeps_the_first_value),
        cmocka_unit_test(a_digest_is_stable_and_parts_do_not_run_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
