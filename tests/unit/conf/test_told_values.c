/* What is told of values, URLs and ids. */
#include "conf/told.h"

static const struct expectation values[] = {
    {"poll { interval 5min; }",
     "c:1:17: error: '5min': a duration is a whole number and a unit (ms s m h d w), as in 10m\n"
     "     1 | poll { interval 5min; }\n"
     "       |                 ^~~~\n", false},
    {"poll { timeout 30; }",
     "c:1:16: error: '30': a duration is a whole number and a unit (ms s m h d w), as in 10m\n"
     "     1 | poll { timeout 30; }\n"
     "       |                ^~\n", false},
    {"poll { max_size 3mb; }",
     "c:1:17: error: '3mb': a size is a whole number and a unit (k m g), as in 64k\n"
     "     1 | poll { max_size 3mb; }\n"
     "       |                 ^~~\n", false},
    {"poll { updates yes; }",
     "c:1:16: error: 'yes': on or off is expected\n"
     "     1 | poll { updates yes; }\n"
     "       |                ^~~\n", false},
    {"poll { max_items 0; }",
     "c:1:18: error: '0': a whole number from 1 to 100000000 is expected\n"
     "     1 | poll { max_items 0; }\n"
     "       |                  ^\n", false},
    {"poll { max_depth 10001; }",
     "c:1:18: error: '10001': a whole number from 1 to 10000 is expected\n"
     "     1 | poll { max_depth 10001; }\n"
     "       |                  ^~~~~\n", false},
    {"poll { interval 5 m; }",
     "c:1:17: error: '5': a duration is a whole number and a unit (ms s m h d w), as in 10m\n"
     "     1 | poll { interval 5 m; }\n"
     "       |                 ^\n", false},
    {"poll { interval \"5m\"; }",
     "c:1:17: error: a duration takes no quotes\n"
     "     1 | poll { interval \"5m\"; }\n"
     "       |                 ^~~~\n", false},
    {"poll { interval = 5m; }",
     "c:1:17: error: no = here: a duration follows the name after a blank\n"
     "     1 | poll { interval = 5m; }\n"
     "       |                 ^\n", false},
    {"poll { interval; }",
     "c:1:16: error: a duration is missing here\n"
     "     1 | poll { interval; }\n"
     "       |                ^\n", false},
    {"poll { interval 5m 6m; }",
     "c:1:20: error: a ; is expected here\n"
     "     1 | poll { interval 5m 6m; }\n"
     "       |                    ^~\n", false},
    {"poll { interval 0s; }",
     "c:1:17: error: a time of nothing: it must be more\n"
     "     1 | poll { interval 0s; }\n"
     "       |                 ^~\n", false},
    {"poll { transfers many; }",
     "c:1:18: error: 'many': a whole number from 1 to 10000 is expected\n"
     "     1 | poll { transfers many; }\n"
     "       |                  ^~~~\n", false},
    {"backlog 99999999999999999999w;",
     "c:1:9: error: '99999999999999999999w': at most 36600d\n"
     "     1 | backlog 99999999999999999999w;\n"
     "       |         ^~~~~~~~~~~~~~~~~~~~~\n", false},
    {"state /var/lib/n;",
     "c:1:7: error: a directory needs quotes: write \"/var/lib/n\"\n"
     "     1 | state /var/lib/n;\n"
     "       |       ^~~~~~~~~~\n", false},
    {"state \"\";",
     "c:1:7: error: '': it cannot be empty\n"
     "     1 | state \"\";\n"
     "       |       ^~\n", false},
    {"state '/var/lib';",
     "c:1:7: error: a text stands between straight double quotes: type \" instead of '\n"
     "     1 | state '/var/lib';\n"
     "       |       ^\n", false},
    {"state “/var/lib”;",
     "c:1:7: error: a text stands between straight double quotes: type \" instead of “\n"
     "     1 | state “/var/lib”;\n"
     "       |       ^\n", false},
    {"state \"a\\b\";",
     "c:1:9: error: a backslash stands before \\\" \\\\ \\n \\t only; a backslash itself is \\\\\n"
     "     1 | state \"a\\b\";\n"
     "       |         ^~\n", false},
    {"outlet x { country CHN; feed \"http://x.example\"; }",
     "c:1:20: error: 'CHN': a country is two letters (ISO 3166), as in CN\n"
     "     1 | outlet x { country CHN; feed \"http://x.example\"; }\n"
     "       |                    ^~~\n", false},
    {"outlet x { language e; feed \"http://x.example\"; }",
     "c:1:21: error: 'e': a language is a tag such as en, ru or zh-Hant\n"
     "     1 | outlet x { language e; feed \"http://x.example\"; }\n"
     "       |                     ^\n", false},
    {"outlet x { language english; feed \"http://x.example\"; }",
     "c:1:21: error: 'english': a language is a tag such as en, ru or zh-Hant\n"
     "     1 | outlet x { language english; feed \"http://x.example\"; }\n"
     "       |                     ^~~~~~~\n", false},
    {"rule x { lang english; match Alaska; }",
     "c:1:15: error: 'english': a language is a tag such as en, ru or zh-Hant\n"
     "     1 | rule x { lang english; match Alaska; }\n"
     "       |               ^~~~~~~\n", false},
    {"rule x { lang en, ru; match Alaska; }",
     "c:1:15: error: 'en,': blanks stand between the values, no commas\n"
     "     1 | rule x { lang en, ru; match Alaska; }\n"
     "       |               ^~~\n", false},
    {"rule x { lang zh-Hant; match Alaska; }",
     "c:1:15: error: 'zh-Hant': only the first part of a language counts, as in zh\n"
     "     1 | rule x { lang zh-Hant; match Alaska; }\n"
     "       |               ^~~~~~~\n", false},
    {"rule x { topic \"a b\"; match Alaska; }",
     "c:1:16: error: 'a b': a Kafka topic holds letters, digits, '.', '_' and '-' only\n"
     "     1 | rule x { topic \"a b\"; match Alaska; }\n"
     "       |                ^~~~~\n", false},
};

static const struct expectation urls[] = {
    {"outlet x { feed \"www.x.example/rss\"; }",
     "c:1:17: error: 'www.x.example/rss': a URL begins with http:// or https://: write \"https://www.x.example/rss\"\n"
     "     1 | outlet x { feed \"www.x.example/rss\"; }\n"
     "       |                 ^~~~~~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"htpp://x.example/rss\"; }",
     "c:1:17: error: 'htpp://x.example/rss': a URL begins with http:// or https://; did you mean http://?\n"
     "     1 | outlet x { feed \"htpp://x.example/rss\"; }\n"
     "       |                 ^~~~~~~~~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"htps://x.example/rss\"; }",
     "c:1:17: error: 'htps://x.example/rss': a URL begins with http:// or https://; did you mean https://?\n"
     "     1 | outlet x { feed \"htps://x.example/rss\"; }\n"
     "       |                 ^~~~~~~~~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"file:///etc/passwd\"; }",
     "c:1:17: error: 'file:///etc/passwd': a URL begins with http:// or https://\n"
     "     1 | outlet x { feed \"file:///etc/passwd\"; }\n"
     "       |                 ^~~~~~~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed https://x.example/rss; }",
     "c:1:17: error: a URL needs quotes: write \"https://x.example/rss\"\n"
     "     1 | outlet x { feed https://x.example/rss; }\n"
     "       |                 ^~~~~~~~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"https:///rss\"; }",
     "c:1:17: error: 'https:///rss': the URL names no host\n"
     "     1 | outlet x { feed \"https:///rss\"; }\n"
     "       |                 ^~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"https://me:pw@/rss\"; }",
     "c:1:17: error: 'https:///rss': the URL names no host\n"
     "     1 | outlet x { feed \"https://*****@/rss\"; }\n"
     "       |                 ^~~~~~~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"https://:8080/\"; }",
     "c:1:17: error: 'https://:8080/': the URL names no host\n"
     "     1 | outlet x { feed \"https://:8080/\"; }\n"
     "       |                 ^~~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"https://x.example:99999/\"; }",
     "c:1:17: error: 'https://x.example:99999/': the URL's port is a number from 1 to 65535\n"
     "     1 | outlet x { feed \"https://x.example:99999/\"; }\n"
     "       |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"https://[::1/\"; }",
     "c:1:17: error: 'https://[::1/': the [ of the URL's address is not closed\n"
     "     1 | outlet x { feed \"https://[::1/\"; }\n"
     "       |                 ^~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"https://x.example/a b\"; }",
     "c:1:17: error: 'https://x.example/a b': a URL has no blanks or control characters: write them as %20\n"
     "     1 | outlet x { feed \"https://x.example/a b\"; }\n"
     "       |                 ^~~~~~~~~~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"\" ; }",
     "c:1:17: error: '': a URL begins with http:// or https://\n"
     "     1 | outlet x { feed \"\" ; }\n"
     "       |                 ^~\n", false},
    {"outlet x { feed \"http://x.example\";\n"
     " feed \"http://y.example\"; }",
     "c:2:7: error: a second feed of an outlet needs a name: write  feed NAME \"…\";\n"
     "     2 |  feed \"http://y.example\"; }\n"
     "       |       ^~~~~~~~~~~~~~~~~~\n", false},
    {"outlet x { feed \"https://bbc.example/rss\"; }",
     "c:3:19: warning: the same URL is polled twice\n"
     "     3 | outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "       |                   ^~~~~~~~~~~~~~~~~~~~~~~~~\n"
     "c:1:17: note: the other feed is here\n"
     "     1 | outlet x { feed \"https://bbc.example/rss\"; }\n"
     "       |                 ^~~~~~~~~~~~~~~~~~~~~~~~~\n", false},
    {"outlet x { }",
     "c:1:8: warning: the outlet 'x' has no feed\n"
     "     1 | outlet x { }\n"
     "       |        ^\n", false},
};

static const struct expectation ids[] = {
    {"outlet BBC { feed \"http://x.example\"; }",
     "c:1:8: error: 'BBC': an id holds lower-case letters, digits, '_' and '-' only: write bbc\n"
     "     1 | outlet BBC { feed \"http://x.example\"; }\n"
     "       |        ^~~\n", false},
    {"rule Big.Rule { match Alaska; }",
     "c:1:6: error: 'Big.Rule': an id holds lower-case letters, digits, '_' and '-' only: write big-rule\n"
     "     1 | rule Big.Rule { match Alaska; }\n"
     "       |      ^~~~~~~~\n", false},
    {"rule ру { match Alaska; }",
     "c:1:6: error: 'ру': an id holds lower-case letters, digits, '_' and '-' only\n"
     "     1 | rule ру { match Alaska; }\n"
     "       |      ^~\n", false},
    {"rule { match Alaska; }",
     "c:1:5: error: the rule's id is missing here\n"
     "     1 | rule { match Alaska; }\n"
     "       |     ^\n", false},
    {"rule \"x\" { match Alaska; }",
     "c:1:6: error: the rule's id takes no quotes\n"
     "     1 | rule \"x\" { match Alaska; }\n"
     "       |      ^~~\n", false},
    {"rule x { match Alaska; }\n"
     "rule x { match Alaska; }",
     "c:2:6: error: the rule 'x' is defined a second time\n"
     "     2 | rule x { match Alaska; }\n"
     "       |      ^\n"
     "c:1:6: note: it was defined here\n"
     "     1 | rule x { match Alaska; }\n"
     "       |      ^\n", false},
    {"list l = Alaska;\n"
     "list l = Alaska;\n"
     "rule x { match $l; }",
     "c:2:6: error: the list 'l' is defined a second time\n"
     "     2 | list l = Alaska;\n"
     "       |      ^\n"
     "c:1:6: note: it was defined here\n"
     "     1 | list l = Alaska;\n"
     "       |      ^\n", false},
    {"outlet x { feed \"http://x.example/1\"; feed a \"http://x.example/2\"; }\n"
     "outlet x { feed \"http://x.example/3\"; feed a \"http://x.example/4\"; }",
     "c:2:8: error: the outlet 'x' is defined a second time\n"
     "     2 | outlet x { feed \"http://x.example/3\"; feed a \"http://x.example/4\"; }\n"
     "       |        ^\n"
     "c:1:8: note: it was defined here\n"
     "     1 | outlet x { feed \"http://x.example/1\"; feed a \"http://x.example/2\"; }\n"
     "       |        ^\n", false},
    {"outlet x { feed a \"http://x.example/1\";\n"
     " feed a \"http://x.example/2\"; }",
     "c:2:7: error: the feed 'x.a' is defined a second time\n"
     "     2 |  feed a \"http://x.example/2\"; }\n"
     "       |       ^\n"
     "c:1:17: note: it was defined here\n"
     "     1 | outlet x { feed a \"http://x.example/1\";\n"
     "       |                 ^\n", false},
};

static void mistakes_in_values_are_told(void **state)
{
    (void)state;
    check_told(values, sizeof values / sizeof *values);
}

static void mistakes_in_urls_are_told(void **state)
{
    (void)state;
    check_told(urls, sizeof urls / sizeof *urls);
}

static void mistakes_in_ids_are_told(void **state)
{
    (void)state;
    check_told(ids, sizeof ids / sizeof *ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_in_values_are_told),
        cmocka_unit_test(mistakes_in_urls_are_told),
        cmocka_unit_test(mistakes_in_ids_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
