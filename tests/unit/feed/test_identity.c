/* The keys by which an item is known again. */
#include <stdio.h>

#include "feed/identity.h"
#include "reading.h"

struct made {
    struct arena arena;
    struct identity keys;
    struct item item;
};

static struct made make(const char *guid, const char *url, const char *title, const char *text)
{
    struct made m = {0};
    m.item = (struct item){.guid = sv_of(guid), .url = sv_of(url), .title = sv_of(title), .content_text = sv_of(text), .raw_content = {sv_of(text), false}, .published = TIME_NONE};
    m.item.arena = &m.arena;
    identify(&m.item);
    identity_of(&m.item, &m.keys);
    identity_of_text(&m.item, &m.keys);
    return m;
}

static bool same(const struct digest *a, const struct digest *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* The texts of two items; which of their keys are equal: g, l, n, c. */
static void assert_shares(struct made a, struct made b, const char *keys)
{
    char seen[5] = "";
    size_t n = 0;
    if (a.keys.has_guid && b.keys.has_guid && same(&a.keys.guid, &b.keys.guid))
        seen[n++] = 'g';
    if (a.keys.has_link && b.keys.has_link && same(&a.keys.link, &b.keys.link))
        seen[n++] = 'l';
    if (a.keys.has_name && b.keys.has_name && same(&a.keys.name, &b.keys.name))
        seen[n++] = 'n';
    if (same(&a.keys.content, &b.keys.content))
        seen[n++] = 'c';
    arena_free(&a.arena);
    arena_free(&b.arena);
    assert_string_equal(seen, keys);
}

static void a_guid_that_is_a_url_is_known_whatever_its_scheme_and_tracking(void **state)
{
    (void)state;
    assert_shares(make("http://www.a.example/?p=1&utm_source=rss", "http://a.example/x", "T", "t"), make("https://a.example/?p=1", "http://a.example/y", "U", "u"), "g");
    assert_shares(make("urn:1", NULL, "T", "t"), make("urn:1", NULL, "U", "u"), "g");
    assert_shares(make("1", NULL, "T", "t"), make("2", NULL, "T", "t"), "nc");
}

static void a_guid_that_is_the_link_again_is_no_key_of_its_own(void **state)
{
    (void)state;
    struct made m = make("http://a.example/1#7", "https://www.a.example/1?at_medium=RSS", "T", "t");
    assert_false(m.keys.has_guid);
    assert_true(m.keys.has_link);
    arena_free(&m.arena);
    assert_shares(make("http://a.example/1#0", "http://a.example/1", "T", "t"), make("http://a.example/1#1", "http://a.example/1", "U", "u"), "l");
    assert_shares(make("http://a.example/1", "http://a.example/1", "T", "t"), make(NULL, "http://a.example/1", "U", "u"), "l");
    assert_shares(make("http://a.example/1#1", "http://a.example/1#1", "T", "t"), make("http://a.example/1#2", "http://a.example/1#2", "U", "u"), "");
}

static void a_home_page_is_no_key(void **state)
{
    (void)state;
    static const char *const pages[] = {"https://a.example", "http://a.example/", "http://www.a.example/?utm_source=rss", "http://a.example/#rss"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct made m = make(pages[i], pages[i], "T", "t");
        assert_false(m.keys.has_guid || m.keys.has_link);
        arena_free(&m.arena);
    }
    struct made m = make(NULL, "http://a.example/?p=5", "T", "t");
    assert_true(m.keys.has_link);
    arena_free(&m.arena);
}

static void a_name_is_the_title_in_any_case_or_the_beginning_of_the_text(void **state)
{
    (void)state;
    assert_shares(make(NULL, "http://a.example/1", "The  Title ", "t"), make("urn:2", NULL, "the title", "u"), "n");
    assert_shares(make(NULL, "http://a.example/1", "One", "t"), make(NULL, "http://b.example/1", "Two", "t"), "");
    assert_shares(make(NULL, "http://a.example/1", NULL, "t"), make(NULL, "http://b.example/1", NULL, "t"), "nc");
    assert_shares(make(NULL, "http://a.example/1", NULL, NULL), make(NULL, "http://b.example/1", NULL, NULL), "c");
}

static void a_page_is_told_by_its_path_and_by_what_follows(void **state)
{
    (void)state;
    struct made a = make(NULL, "http://a.example/x?s=1", "T", "t"), b = make(NULL, "https://b.example/x?s=2#z", "T", "t"), c = make(NULL, "http://a.example/y?s=1", "T", "t");
    assert_true(a.keys.facts.page && a.keys.facts.page != b.keys.facts.page && a.keys.facts.page >> 16 == b.keys.facts.page >> 16);
    assert_true(a.keys.facts.page >> 16 != c.keys.facts.page >> 16 && (a.keys.facts.page & 0xFFFF) == (c.keys.facts.page & 0xFFFF));
    arena_free(&a.arena);
    arena_free(&b.arena);
    arena_free(&c.arena);
}

static void white_space_is_no_difference_of_content_and_all_else_is(void **state)
{
    (void)state;
    assert_shares(make("1", NULL, " A  title\n", "Some\n\ntext"), make("2", NULL, "A title", " Some text "), "nc");
    assert_shares(make("1", NULL, "A title", "text"), make("2", NULL, "A Title", "text"), "n");
    assert_shares(make("1", NULL, "A", "text"), make("2", NULL, "A", "texts"), "n");
}

static void the_key_of_older_versions_is_that_of_the_id_as_written(void **state)
{
    (void)state;
    static const struct {
        const char *guid, *url, *id;
    } rows[] = {{"http://a.example/?p=1", "http://a.example/x", "http://a.example/?p=1"}, {NULL, "http://www.a.example/x?utm_source=r", "http://www.a.example/x?utm_source=r"}};
    for (size_t i = 0; i < 2; i++) {
        struct made m = make(rows[i].guid, rows[i].url, "T", "t");
        struct sv id = sv_of(rows[i].id);
        const struct digest want = hash_digest(&id, 1);
        assert_true(same(&m.keys.old, &want));
        arena_free(&m.arena);
    }
    struct made m = make("urn:1", NULL, "T", "t");
    assert_true(same(&m.keys.old, &m.keys.guid)); /* so that one look is enough */
    arena_free(&m.arena);
}

static void the_id_is_the_guid_as_written_else_the_link_without_tracking(void **state)
{
    (void)state;
    struct made m = make("http://a.example/1?utm_source=x", "http://a.example/2", "T", "t");
    m.item.arena = &m.arena; /* it has moved */
    identity_rename(&m.item, &m.keys, true, true);
    assert_sv(m.item.id, "http://a.example/1?utm_source=x");
    identity_rename(&m.item, &m.keys, false, true);
    assert_sv(m.item.id, "http://a.example/2");
    identity_rename(&m.item, &m.keys, false, false);
    assert_int_equal(m.item.id.n, 32);
    arena_free(&m.arena);
    m = make("http://a.example/2#1", "http://a.example/2", "T", "t");
    identity_rename(&m.item, &m.keys, false, true); /* the guid is the link */
    assert_sv(m.item.id, "http://a.example/2#1");
    arena_free(&m.arena);
    m = make(NULL, "http://www.a.example/2?id=3&utm_source=x", "T", "t");
    assert_sv(m.item.id, "http://www.a.example/2?id=3");
    assert_sv(m.item.url, "http://www.a.example/2?id=3&utm_source=x");
    arena_free(&m.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guid_that_is_a_url_is_known_whatever_its_scheme_and_tracking),
        cmocka_unit_test(a_guid_that_is_the_link_again_is_no_key_of_its_own),
        cmocka_unit_test(a_home_page_is_no_key),
        cmocka_unit_test(a_name_is_the_title_in_any_case_or_the_beginning_of_the_text),
        cmocka_unit_test(a_page_is_told_by_its_path_and_by_what_follows),
        cmocka_unit_test(white_space_is_no_difference_of_content_and_all_else_is),
        cmocka_unit_test(the_key_of_older_versions_is_that_of_the_id_as_written),
        cmocka_unit_test(the_id_is_the_guid_as_written_else_the_link_without_tracking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
