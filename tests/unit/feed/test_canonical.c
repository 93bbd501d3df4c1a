/* Which links lead to the same page. */
#include <stdio.h>

#include "feed/url.h"
#include "reading.h"

struct pair {
    const char *one, *other;
};

static struct sv canonical(struct arena *a, const char *url)
{
    size_t path;
    return url_canonical(a, sv_of(url), &path);
}

static void assert_same(const struct pair *pairs, size_t count, bool same)
{
    struct arena a = {0};
    for (size_t i = 0; i < count; i++)
        if (sv_eq(canonical(&a, pairs[i].one), canonical(&a, pairs[i].other)) != same)
            fail_msg("%s and %s: %.*s, %.*s", pairs[i].one, pairs[i].other, SV_ARG(canonical(&a, pairs[i].one)), SV_ARG(canonical(&a, pairs[i].other)));
    arena_free(&a);
}
#define COUNT(array) (sizeof(array) / sizeof *(array))

static void scheme_www_port_case_user_and_last_slash_do_not_tell_pages_apart(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"http://news.example/a", "https://news.example/a"},    {"http://www.news.example/a", "https://news.example/a"},
        {"http://news.example:80/a", "http://news.example/a"},  {"https://news.example:443/a", "http://news.example/a"},
        {"HTTPS://News.EXAMPLE/a", "http://news.example/a"},    {"http://me:pw@news.example/a", "http://news.example/a"},
        {"http://news.example/a/", "http://news.example/a"},    {"http://news.example./a", "http://news.example/a"},
        {"http://news.example", "http://news.example/"},        {"http://news.example/a/?id=1", "http://news.example/a?id=1"},
    };
    assert_same(pairs, COUNT(pairs), true);
}

static void percent_encoding_does_not_tell_pages_apart(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"http://a.example/%7euser", "http://a.example/~user"}, {"http://a.example/%d0%b0", "http://a.example/%D0%B0"},
        {"http://a.example/а", "http://a.example/%D0%B0"},      {"http://a.example/?q=%41", "http://a.example/?q=A"},
    };
    static const struct pair others[] = {{"http://a.example/a%2Fb", "http://a.example/a/b"}, {"http://a.example/%zz", "http://a.example/%25zz1"}};
    assert_same(pairs, COUNT(pairs), true);
    assert_same(others, COUNT(others), false);
}

static void tracking_does_not_tell_pages_apart(void **state)
{
    (void)state;
    static const char *const tracked[] = {
        "?utm_source=rss&utm_medium=feed", "?fbclid=x", "?gclid=1", "?at_medium=RSS&at_campaign=rss", "?ns_mchannel=rss", "?xtor=RSS-4", "#xtor=RSS-3208",
        "#ref=rss", "?ref=rss", "?cmpid=rss", "?CMP=rss", "?ito=1490", "?ocid=global", "?ftag=CAD", "?rss=1", "?partner=rss&emc=rss", "?mod=rss_news",
        "?feedType=RSS&feedName=top", "?mc_cid=1&mc_eid=2", "#utm_source=a&utm_medium=b", "?", "#", "?&", "?amp;utm_source=x&amp;utm_medium=y",
        "?UTM_SOURCE=x", "?source=rssfeed", "#rss", "#:~:text=word", "?yclid=9#", "?dclid=1&msclkid=2&igshid=3", ";jsessionid=8F4", "?PHPSESSID=12",
    };
    struct arena a = {0};
    for (size_t i = 0; i < COUNT(tracked); i++) {
        const char *url = arena_printf(&a, "https://news.example/story%s", tracked[i]);
        assert_sv(canonical(&a, url), "//news.example/story");
    }
    assert_sv(canonical(&a, "http://a.example/x#comments?utm_source=rss&b=1"), "//a.example/x#comments?b=1");
    assert_sv(canonical(&a, "http://a.example/x?id=5&utm_source=a&page=2&at_medium=b#comment-5"), "//a.example/x?id=5&page=2#comment-5");
    arena_free(&a);
}

static void what_may_name_an_article_is_kept(void **state)
{
    (void)state;
    static const char *const telling[] = {"?id=1", "?p=17", "?article=3", "?storyid=8", "?cid=77", "?story=x", "?ref=1234", "?source=politics", "#comment-5",
                                          "#item3", "#0", "?attachment=1", "?nsid=1", "?rss=17", "?rssid=5", "?feed=77", "?from=paris", "?date=2025-11-24"};
    struct arena a = {0};
    for (size_t i = 0; i < COUNT(telling); i++) {
        const char *url = arena_printf(&a, "https://news.example/story%s", telling[i]);
        assert_sv(canonical(&a, url), arena_printf(&a, "//news.example/story%s", telling[i]));
        assert_sv(url_untracked(&a, sv_of(url)), url);
    }
    arena_free(&a);
}

static void other_hosts_paths_and_ports_are_other_pages(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"http://a.example/1", "http://b.example/1"},      {"http://a.example/1", "http://a.example/2"}, {"http://a.example:8080/1", "http://a.example/1"},
        {"http://a.example/Story", "http://a.example/story"}, {"http://a.example/1?a", "http://a.example/1"}, {"https://a.example:80/1", "https://a.example/1"},
    };
    assert_same(pairs, COUNT(pairs), false);
}

static void other_uris_are_left_alone(void **state)
{
    (void)state;
    struct arena a = {0};
    static const char *const uris[] = {"tag:a.example,2005:1?utm_source=x", "urn:uuid:1", "mailto:a@b?utm_source=x", "", "ftp://A/b/", "story", "17"};
    for (size_t i = 0; i < COUNT(uris); i++)
        assert_sv(canonical(&a, uris[i]), uris[i]);
    arena_free(&a);
}

static void the_untracked_url_keeps_scheme_and_host_as_written(void **state)
{
    (void)state;
    struct arena a = {0};
    assert_sv(url_untracked(&a, SV("HTTP://www.A.example:80/x/?utm_source=a")), "HTTP://www.A.example:80/x/");
    assert_sv(url_untracked(&a, SV("https://a.example/x/?b=1&fbclid=2&c=%7e#xtor=RSS-1")), "https://a.example/x/?b=1&c=%7e");
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scheme_www_port_case_user_and_last_slash_do_not_tell_pages_apart),
        cmocka_unit_test(percent_encoding_does_not_tell_pages_apart),
        cmocka_unit_test(tracking_does_not_tell_pages_apart),
        cmocka_unit_test(what_may_name_an_article_is_kept),
        cmocka_unit_test(other_hosts_paths_and_ports_are_other_pages),
        cmocka_unit_test(other_uris_are_left_alone),
        cmocka_unit_test(the_untracked_url_keeps_scheme_and_host_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
