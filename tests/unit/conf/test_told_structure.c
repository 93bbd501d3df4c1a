/* What is told of names and punctuation, and that one mistake is told once. */
#include "conf/told.h"

static const struct expectation names[] = {
    {"poll { inteval 5m; }",
     "c:1:8: error: there is no 'inteval' in poll; did you mean 'interval'?\n"
     "     1 | poll { inteval 5m; }\n"
     "       |        ^~~~~~~\n", false},
    {"poll { interval: 5m; }",
     "c:1:8: error: there is no 'interval:' in poll; did you mean 'interval'?\n"
     "     1 | poll { interval: 5m; }\n"
     "       |        ^~~~~~~~~\n", false},
    {"intervall 5m;",
     "c:1:1: error: there is no 'intervall' at the top level; did you mean 'interval' in poll?\n"
     "     1 | intervall 5m;\n"
     "       | ^~~~~~~~~\n", false},
    {"lst l = Alaska;\n"
     "rule x { match $l; }",
     "c:1:1: error: there is no 'lst' at the top level; did you mean 'list'?\n"
     "     1 | lst l = Alaska;\n"
     "       | ^~~\n", false},
    {"interval 5m;",
     "c:1:1: error: there is no 'interval' at the top level: it belongs in poll\n"
     "     1 | interval 5m;\n"
     "       | ^~~~~~~~\n", false},
    {"brokers \"x:9092\";",
     "c:1:1: error: there is no 'brokers' at the top level: it belongs in kafka\n"
     "     1 | brokers \"x:9092\";\n"
     "       | ^~~~~~~\n", false},
    {"outlet x { feed \"http://x.example\"; rule y { match Alaska; } }",
     "c:1:37: error: there is no 'rule' in an outlet: it belongs at the top level\n"
     "     1 | outlet x { feed \"http://x.example\"; rule y { match Alaska; } }\n"
     "       |                                     ^~~~\n", false},
    {"rule x { outlet bbc; match Alaska; }",
     "c:1:10: error: there is no 'outlet' in a rule; did you mean 'outlets'?\n"
     "     1 | rule x { outlet bbc; match Alaska; }\n"
     "       |          ^~~~~~\n", false},
    {"// a comment\n"
     ";",
     "c:1:1: error: a comment begins with #\n"
     "     1 | // a comment\n"
     "       | ^~\n", false},
    {"\"x\";",
     "c:1:1: error: a directive is expected here\n"
     "     1 | \"x\";\n"
     "       | ^~~\n", false},
    {"rule x { outlets bcc; match Alaska; }",
     "c:1:18: warning: there is no outlet 'bcc'; did you mean 'bbc'?\n"
     "     1 | rule x { outlets bcc; match Alaska; }\n"
     "       |                  ^~~\n", false},
    {"rule x { match Alaska AND outlet:bcc; }",
     "c:1:27: warning: there is no outlet 'bcc'; did you mean 'bbc'?\n"
     "     1 | rule x { match Alaska AND outlet:bcc; }\n"
     "       |                           ^~~~~~~~~~\n", false},
    {"rule x { match Alaska AND country:China; }",
     "c:1:27: warning: no outlet can be in 'China': a country is two letters (ISO 3166), as in CN\n"
     "     1 | rule x { match Alaska AND country:China; }\n"
     "       |                           ^~~~~~~~~~~~~\n", false},
    {"rule x { match Alaska AND feed:zzz; }",
     "c:1:27: warning: there is no feed 'zzz'\n"
     "     1 | rule x { match Alaska AND feed:zzz; }\n"
     "       |                           ^~~~~~~~\n", false},
    {"list iran = Iran;\n"
     "rule x { match $irn; }",
     "c:2:16: error: there is no list 'irn'; did you mean $iran?\n"
     "     2 | rule x { match $irn; }\n"
     "       |                ^~~~\n", false},
    {"rule x { match $iran; }",
     "c:1:16: error: there is no list 'iran': define it by  list iran = … ;\n"
     "     1 | rule x { match $iran; }\n"
     "       |                ^~~~~\n", false},
    {"list iran = Iran;",
     "c:1:6: warning: no rule uses the list 'iran'\n"
     "     1 | list iran = Iran;\n"
     "       |      ^~~~\n", false},
    {"list iran = Iran;\n"
     "list more = $iran | $tehran;\n"
     "list tehran = Tehran;\n"
     "rule x { match NOT ($tehran AND $tehran); }",
     "c:1:6: warning: no rule uses the list 'iran'\n"
     "     1 | list iran = Iran;\n"
     "       |      ^~~~\n"
     "c:2:6: warning: no rule uses the list 'more'\n"
     "     2 | list more = $iran | $tehran;\n"
     "       |      ^~~~\n", false},
    {"list iran = Iran | $tehran;\n"
     "list tehran = Tehran | $city;\n"
     "list city = $capital;\n"
     "list capital = capital;\n"
     "rule x { score { +1 title:$iran; } threshold 1; }",
     "", false},
    {"list a = $b;\n"
     "list b = $a;\n"
     "rule x { match $a; }",
     "c:2:10: error: the list 'a' would contain itself\n"
     "     2 | list b = $a;\n"
     "       |          ^~\n"
     "c:1:6: note: it is defined here\n"
     "     1 | list a = $b;\n"
     "       |      ^\n", false},
};

static const struct expectation punctuation[] = {
    {"poll {\n"
     "    interval 5m # often\n"
     "    timeout 3s;\n"
     "}",
     "c:2:16: error: a ; is missing here\n"
     "     2 |     interval 5m # often\n"
     "       |                ^\n", false},
    {"poll { interval 5m }",
     "c:1:19: error: a ; is missing here\n"
     "     1 | poll { interval 5m }\n"
     "       |                   ^\n", false},
    {"rule x {\n"
     "    match Alaska AND talks\n"
     "    title \"y\";\n"
     "}",
     "c:2:27: error: a ; is missing here\n"
     "     2 |     match Alaska AND talks\n"
     "       |                           ^\n", false},
    {"rule x {\n"
     "    match Alaska\n"
     "}",
     "c:2:17: error: a ; is missing here\n"
     "     2 |     match Alaska\n"
     "       |                 ^\n", false},
    {"list l = a | b\n"
     "rule x { match $l; }",
     "c:1:15: error: a ; is missing here\n"
     "     1 | list l = a | b\n"
     "       |               ^\n", false},
    {"rule x {\n"
     "    lang en ru\n"
     "    match Alaska;\n"
     "}",
     "c:2:15: error: a ; is missing here\n"
     "     2 |     lang en ru\n"
     "       |               ^\n", false},
    {"rule x {\n"
     "    topic\n"
     "    match Alaska;\n"
     "}",
     "c:2:10: error: a topic is missing here\n"
     "     2 |     topic\n"
     "       |          ^\n", false},
    {"outlet x\n"
     "    feed \"http://x.example\";\n"
     "}",
     "c:1:9: error: a { is missing here\n"
     "     1 | outlet x\n"
     "       |         ^\n", false},
    {"rule x match Alaska;",
     "c:1:7: error: a { is missing here\n"
     "     1 | rule x match Alaska;\n"
     "       |       ^\n"
     "c:2:1: error: a } is missing before 'kafka'\n"
     "     2 | kafka { embedded; }\n"
     "       | ^~~~~\n"
     "c:1:7: note: this { is not closed\n"
     "     1 | rule x match Alaska;\n"
     "       |       ^\n", false},
    {"}",
     "c:1:1: error: this } closes nothing\n"
     "     1 | }\n"
     "       | ^\n", false},
    {"poll { interval 5m; }\n"
     "}\n"
     "}",
     "c:2:1: error: this } closes nothing\n"
     "     2 | }\n"
     "       | ^\n"
     "c:3:1: error: this } closes nothing\n"
     "     3 | }\n"
     "       | ^\n", false},
    {"outlet x {\n"
     "    feed \"http://x.example\";\n"
     "rule y { match Alaska; }",
     "c:3:1: error: a } is missing before 'rule'\n"
     "     3 | rule y { match Alaska; }\n"
     "       | ^~~~\n"
     "c:1:10: note: this { is not closed\n"
     "     1 | outlet x {\n"
     "       |          ^\n", false},
    {"outlet x {\n"
     "    feed \"http://x.example\" {\n"
     "        interval 5m;\n"
     "    feed y \"http://x.example/y\";\n"
     "}",
     "c:4:5: error: a } is missing before 'feed'\n"
     "     4 |     feed y \"http://x.example/y\";\n"
     "       |     ^~~~\n"
     "c:2:29: note: this { is not closed\n"
     "     2 |     feed \"http://x.example\" {\n"
     "       |                             ^\n", false},
    {"outlet x {\n"
     "    feed \"http://x.example\" {\n"
     "        interval 5m;\n"
     "rule y { match Alaska; }",
     "c:4:1: error: a } is missing before 'rule'\n"
     "     4 | rule y { match Alaska; }\n"
     "       | ^~~~\n"
     "c:2:29: note: this { is not closed\n"
     "     2 |     feed \"http://x.example\" {\n"
     "       |                             ^\n"
     "c:4:1: error: a } is missing before 'rule'\n"
     "     4 | rule y { match Alaska; }\n"
     "       | ^~~~\n"
     "c:1:10: note: this { is not closed\n"
     "     1 | outlet x {\n"
     "       |          ^\n", false},
    {"kafka { embedded; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }\n"
     "rule x { match Alaska;",
     "c:4:8: error: this { is not closed\n"
     "     4 | rule x { match Alaska;\n"
     "       |        ^\n", true},
    {"kafka { embedded; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }\n"
     "rule x { score { +1 a;",
     "c:4:16: error: this { is not closed\n"
     "     4 | rule x { score { +1 a;\n"
     "       |                ^\n"
     "c:4:8: error: this { is not closed\n"
     "     4 | rule x { score { +1 a;\n"
     "       |        ^\n", true},
    {"kafka { embedded; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }\n"
     "rule x { match Alaska",
     "c:4:22: error: a ; is missing here\n"
     "     4 | rule x { match Alaska\n"
     "       |                      ^\n"
     "c:4:8: error: this { is not closed\n"
     "     4 | rule x { match Alaska\n"
     "       |        ^\n", true},
    {"kafka { embedded; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }\n"
     "rule",
     "c:4:5: error: the rule's id is missing here\n"
     "     4 | rule\n"
     "       |     ^\n", true},
    {"outlet x {\n"
     "    feed \"http://x.example;\n"
     "    interval 5m;\n"
     "}",
     "c:2:10: error: this \" is not closed on its line\n"
     "     2 |     feed \"http://x.example;\n"
     "       |          ^\n", false},
    {"outlet x {\n"
     "    feed \"http://x.example {\n"
     "        interval 5m;\n"
     "    }\n"
     "}",
     "c:2:10: error: this \" is not closed on its line\n"
     "     2 |     feed \"http://x.example {\n"
     "       |          ^\n", false},
    {"rule x {\n"
     "    match \"Alaska talks | b;\n"
     "    title \"y\";\n"
     "}",
     "c:2:11: error: this \" is not closed on its line\n"
     "     2 |     match \"Alaska talks | b;\n"
     "       |           ^\n", false},
    {"rule x { match 'US | b; }\n",
     "c:1:16: error: this ' is not closed on its line\n"
     "     1 | rule x { match 'US | b; }\n"
     "       |                ^\n", false},
    {"list l Iran | \"Teh\\*ran\";\n"
     "rule x { match $l; }",
     "c:1:8: error: a = with blanks around it is expected here:  list l = term | term;\n"
     "     1 | list l Iran | \"Teh\\*ran\";\n"
     "       |        ^~~~\n", false},
    {"list l= Iran;\n"
     "rule x { match $l; }",
     "c:1:6: error: a = needs blanks around it:  list l = term | term;\n"
     "     1 | list l= Iran;\n"
     "       |      ^~\n", false},
    {"list l =Iran;\n"
     "rule x { match $l; }",
     "c:1:8: error: a = with blanks around it is expected here:  list l = term | term;\n"
     "     1 | list l =Iran;\n"
     "       |        ^~~~~\n", false},
    {"poll { interval\u00a05m; }",
     "c:1:16: error: an invisible character (U+00A0) stands here: type a plain blank instead\n"
     "     1 | poll { interval\u00a05m; }\n"
     "       |                ^\n", false},
    {"rule x { match Alaska\u00a0AND talks; }",
     "c:1:22: error: an invisible character (U+00A0) stands here: type a plain blank instead\n"
     "     1 | rule x { match Alaska\u00a0AND talks; }\n"
     "       |                      ^\n", false},
    {"rule x { match { Alaska } }",
     "c:1:16: error: a { has no place in a rule's text: is the ; before it missing?\n"
     "     1 | rule x { match { Alaska } }\n"
     "       |                ^\n", false},
    {"rule x { match \"abc }",
     "c:1:16: error: this \" is not closed on its line\n"
     "     1 | rule x { match \"abc }\n"
     "       |                ^\n", false},
    {"timeot 5m;\n"
     "lst l = a;\n"
     "rule x { match a }\n"
     "poll { intervl 1m; }",
     "c:1:1: error: there is no 'timeot' at the top level; did you mean 'timeout' in poll?\n"
     "     1 | timeot 5m;\n"
     "       | ^~~~~~\n"
     "c:2:1: error: there is no 'lst' at the top level; did you mean 'list'?\n"
     "     2 | lst l = a;\n"
     "       | ^~~\n"
     "c:3:17: error: a ; is missing here\n"
     "     3 | rule x { match a }\n"
     "       |                 ^\n"
     "c:4:8: error: there is no 'intervl' in poll; did you mean 'interval'?\n"
     "     4 | poll { intervl 1m; }\n"
     "       |        ^~~~~~~\n", false},
};

static void mistakes_in_names_are_told(void **state)
{
    (void)state;
    check_told(names, sizeof names / sizeof *names);
}

static void mistakes_in_punctuation_are_told(void **state)
{
    (void)state;
    check_told(punctuation, sizeof punctuation / sizeof *punctuation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_in_names_are_told),
        cmocka_unit_test(mistakes_in_punctuation_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
