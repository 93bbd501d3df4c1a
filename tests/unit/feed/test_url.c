#include <stdio.h>

#include "feed/url.h"
#include "reading.h"

static void check(const char *base, const char *reference, const char *want)
{
    struct arena a = {0};
    struct sv got = url_resolve(&a, sv_of(base), sv_of(reference));
    if (!sv_eq(got, sv_of(want)) || (got.p == NULL) != (want == NULL))
        fail_msg("%s against %s: %.*s instead of %s", reference, base, SV_ARG(got), want ? want : "(none)");
    arena_free(&a);
}

/* The table of RFC 3986, 5.4.1 and 5.4.2. */
static void references_resolve_as_the_rfc_shows(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"g:h", "g:h"},                   {"g", "http://a/b/c/g"},        {"./g", "http://a/b/c/g"},       {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},             {"//g", "http://g"},            {"?y", "http://a/b/c/d;p?y"},    {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},   {"g#s", "http://a/b/c/g#s"},    {"g?y#s", "http://a/b/c/g?y#s"}, {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},      {".", "http://a/b/c/"},         {"./", "http://a/b/c/"},         {"..", "http://a/b/"},
        {"../", "http://a/b/"},           {"../g", "http://a/b/g"},       {"../..", "http://a/"},          {"../../", "http://a/"},
        {"../../g", "http://a/g"},        {"../../../g", "http://a/g"},   {"/./g", "http://a/g"},          {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},        {"..g", "http://a/b/c/..g"},    {"./../g", "http://a/b/g"},      {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},    {"g/../h", "http://a/b/c/h"},   {"g?y/../x", "http://a/b/c/g?y/../x"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check("http://a/b/c/d;p?q", rows[i][0], rows[i][1]);
}

static void a_base_without_a_path_gets_one(void **state)
{
    (void)state;
    check("https://news.example", "story", "https://news.example/story");
}

static void white_space_is_mended(void **state)
{
    (void)state;
    check("https://news.example/", " /a\n/b ", "https://news.example/a/b");
    check("https://news.example/", "/a b", "https://news.example/a%20b");
}

static void a_relative_reference_without_a_base_is_none(void **state)
{
    (void)state;
    check(NULL, "/story", NULL);
    check("https://news.example/", "", NULL);
    check(NULL, "https://news.example/x", "https://news.example/x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_resolve_as_the_rfc_shows),
        cmocka_unit_test(a_base_without_a_path_gets_one),
        cmocka_unit_test(white_space_is_mended),
        cmocka_unit_test(a_relative_reference_without_a_base_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
