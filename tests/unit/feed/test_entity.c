#include <stdio.h>

#include "feed/entity.h"
#include "reading.h"

/* A reference and what stands for it with the rest of the text behind it. */
static void check_html(const char *text, const char *want)
{
    struct entity e = entity_read(text + 1, text + strlen(text));
    char got[64];
    snprintf(got, sizeof got, "%.*s%s", e.length ? e.n : 1, e.length ? e.utf8 : "&", text + 1 + e.length);
    if (strcmp(got, want) != 0)
        fail_msg("%s gives \"%s\", not \"%s\"", text, got, want);
}

static void check_xml(const char *text, const char *want)
{
    struct buf out = {0};
    size_t n = entity_decode(sv_of(text), &out);
    if (n == 0)
        buf_byte(&out, '&');
    buf_str(&out, text + (n ? n : 1));
    assert_string_equal(buf_cstr(&out), want);
    buf_free(&out);
}

static void names_are_html5s(void **state)
{
    (void)state;
    check_html("&amp;x", "&x");
    check_html("&lt;", "<");
    check_html("&quot;&apos;", "\"&apos;");
    check_html("&eacute;t", "\xC3\xA9t");
    check_html("&CounterClockwiseContourIntegral;", "\xE2\x88\xB3");
    check_html("&nGt;", "\xE2\x89\xAB\xE2\x83\x92");
    check_html("&zwnj;", "\xE2\x80\x8C");
    check_html("&Eacute;", "\xC3\x89");
    check_html("&EACUTE;", "&EACUTE;");
    check_html("&unknown;", "&unknown;");
    check_html("&", "&");
    check_html("&;", "&;");
    check_html("& amp;", "& amp;");
}

static void the_longest_name_that_may_stand_bare_counts(void **state)
{
    (void)state;
    check_html("&copy2025", "\xC2\xA9" "2025");
    check_html("&notit;", "\xC2\xACit;");
    check_html("&notin;", "\xE2\x88\x89");
    check_html("&frac12", "\xC2\xBD");
    check_html("&ampersand", "&ersand");
    check_html("&mdash ", "&mdash ");
    check_html("&copy=2", "&copy=2");
    check_html("&region=2", "&region=2");
}

static void the_halves_of_a_character_are_one(void **state)
{
    (void)state;
    check_html("&#55357;&#56832;x", "\xF0\x9F\x98\x80x");
    check_html("&#xD83D;&#xDE00;x", "\xF0\x9F\x98\x80x");
    check_xml("&#xd83d;&#56832;x", "\xF0\x9F\x98\x80x");
    check_html("&#55357;", "\xEF\xBF\xBD");
    check_html("&#55357;&#55357;", "\xEF\xBF\xBD&#55357;");
    check_html("&#55357;&amp;", "\xEF\xBF\xBD&amp;");
    check_html("&#56832;&#55357;", "\xEF\xBF\xBD&#55357;");
    check_html("&#55357;&#56832", "\xEF\xBF\xBD&#56832");
}

static void numbers_are_mended(void **state)
{
    (void)state;
    check_html("&#8217;s", "\xE2\x80\x99s");
    check_html("&#x2019s", "\xE2\x80\x99s");
    check_html("&#X1f600;", "\xF0\x9F\x98\x80");
    check_html("&#150;", "\xE2\x80\x93"); /* windows-1252 by number */
    check_html("&#x92;", "\xE2\x80\x99");
    check_html("&#0;", "\xEF\xBF\xBD");
    check_html("&#xD800;", "\xEF\xBF\xBD");
    check_html("&#1114112;", "\xEF\xBF\xBD");
    check_html("&#4294967361;", "\xEF\xBF\xBD"); /* 65 beyond 32 bits */
    check_html("&#1;", " ");
    check_html("&#;", "&#;");
    check_html("&#x;", "&#x;");
    check_html("&#xg", "&#xg");
}

static void xml_leaves_bare_ampersands_alone(void **state)
{
    (void)state;
    check_xml("&eacute;", "\xC3\xA9");
    check_xml("&#8217s", "\xE2\x80\x99s");
    check_xml("&amp b", "& b");
    check_xml("&lt", "<");
    check_xml("&ampersand", "&ampersand");
    check_xml("&copy2025", "&copy2025");
    check_xml("&notit;", "&notit;");
    check_xml("&lt=1", "&lt=1");
    check_xml("&T", "&T");
}

static void nothing_is_read_beyond_the_end(void **state)
{
    (void)state;
    const char *text = "&amp;&eacute;&#8217;&copy";
    for (const char *p = text; *p; p++)
        for (const char *end = p + 1; end <= text + strlen(text); end++) {
            struct buf copy = {0};
            buf_append(&copy, p, (size_t)(end - p));
            struct entity e = entity_read(copy.p + 1, copy.p + copy.n);
            assert_true(e.length < copy.n);
            buf_free(&copy);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_html5s),
        cmocka_unit_test(the_longest_name_that_may_stand_bare_counts),
        cmocka_unit_test(the_halves_of_a_character_are_one),
        cmocka_unit_test(numbers_are_mended),
        cmocka_unit_test(xml_leaves_bare_ampersands_alone),
        cmocka_unit_test(nothing_is_read_beyond_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
