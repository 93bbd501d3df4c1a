/* What is told of rules, and of the configuration as a whole. */
#include "conf/told.h"

static const struct expectation rules[] = {
    {"rule x { title \"y\"; }",
     "c:1:6: error: the rule 'x' has neither match nor score\n"
     "     1 | rule x { title \"y\"; }\n"
     "       |      ^\n", false},
    {"rule x { match; }",
     "c:1:15: error: an expression is missing here\n"
     "     1 | rule x { match; }\n"
     "       |               ^\n", false},
    {"rule x { match Alaska talks; }",
     "c:1:23: error: two terms with nothing between: a phrase needs quotes (\"Alaska talks\"); or write AND, OR or NEAR/n\n"
     "     1 | rule x { match Alaska talks; }\n"
     "       |                       ^~~~~\n", false},
    {"rule x { match a AND b OR c; }",
     "c:1:24: error: OR and AND side by side: which goes first? Write parentheses\n"
     "     1 | rule x { match a AND b OR c; }\n"
     "       |                        ^~\n", false},
    {"rule x { match (a | b; }",
     "c:1:16: error: this parenthesis is not closed\n"
     "     1 | rule x { match (a | b; }\n"
     "       |                ^\n", false},
    {"rule x { score { +5 a; } }",
     "c:1:6: error: the rule 'x' has a score without a threshold: write  threshold 5;\n"
     "     1 | rule x { score { +5 a; } }\n"
     "       |      ^\n", false},
    {"rule x { match a; threshold 5; }",
     "c:1:6: error: the rule 'x' has a threshold without a score\n"
     "     1 | rule x { match a; threshold 5; }\n"
     "       |      ^\n", false},
    {"rule x { score { 5 a; +3 b } threshold 2; }",
     "c:1:18: error: a clause of score is a signed number to 1000000, an expression and a ;, as in  +5 title:word;\n"
     "     1 | rule x { score { 5 a; +3 b } threshold 2; }\n"
     "       |                  ^\n"
     "c:1:27: error: a ; is missing here\n"
     "     1 | rule x { score { 5 a; +3 b } threshold 2; }\n"
     "       |                           ^\n", false},
    {"rule x { score 5; }",
     "c:1:16: error: a { is expected here:  score { +5 title:word; -2 other; }\n"
     "     1 | rule x { score 5; }\n"
     "       |                ^\n", false},
    {"rule x { match a; match b; }",
     "c:1:19: error: 'match' is given a second time\n"
     "     1 | rule x { match a; match b; }\n"
     "       |                   ^~~~~\n"
     "c:1:10: note: it was given here\n"
     "     1 | rule x { match a; match b; }\n"
     "       |          ^~~~~\n", false},
    {"list l = a AND b;\n"
     "rule x { match $l; }",
     "c:1:12: error: a list holds terms and other lists, with | between; this belongs into a rule\n"
     "     1 | list l = a AND b;\n"
     "       |            ^~~\n", false},
    {"rule x { match a Near/5 b; }",
     "c:1:18: error: operators are upper case: write NEAR/5; to search for the word, quote it: \"Near/5\"\n"
     "     1 | rule x { match a Near/5 b; }\n"
     "       |                  ^~~~~~\n", false},
};

static const struct expectation the_whole[] = {
    {"",
     "error: c: there is no kafka block: write  kafka { brokers \"host:9092\"; }  (or embedded; or file \"PATH\";)\n"
     "warning: c: no feed is watched\n"
     "warning: c: there is no rule: nothing will ever be published\n", true},
    {"# nothing",
     "error: c: there is no kafka block: write  kafka { brokers \"host:9092\"; }  (or embedded; or file \"PATH\";)\n"
     "warning: c: no feed is watched\n"
     "warning: c: there is no rule: nothing will ever be published\n", true},
    {"kafka { topic x; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }",
     "c:1:1: error: kafka names no place for alerts: write  brokers \"host:9092\";  (or embedded; or file \"PATH\";)\n"
     "     1 | kafka { topic x; }\n"
     "       | ^~~~~\n", true},
    {"kafka { embedded; }",
     "warning: c: no feed is watched\n"
     "warning: c: there is no rule: nothing will ever be published\n", true},
    {"kafka { embedded; file \"-\"; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }",
     "c:1:19: error: brokers, embedded and file exclude each other\n"
     "     1 | kafka { embedded; file \"-\"; }\n"
     "       |                   ^~~~\n"
     "c:1:9: note: the other one is here\n"
     "     1 | kafka { embedded; file \"-\"; }\n"
     "       |         ^~~~~~~~\n", true},
    {"kafka { embedded; }",
     "c:2:1: error: 'kafka' is given a second time\n"
     "     2 | kafka { embedded; }\n"
     "       | ^~~~~\n"
     "c:1:1: note: it was given here\n"
     "     1 | kafka { embedded; }\n"
     "       | ^~~~~\n", false},
    {"kafka { brokers \",\"; key title; format binry; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }",
     "c:1:17: error: ',': no broker is named: write \"host:9092\"\n"
     "     1 | kafka { brokers \",\"; key title; format binry; }\n"
     "       |                 ^~~\n"
     "c:1:26: error: 'title' is not one of outlet, item or feed\n"
     "     1 | kafka { brokers \",\"; key title; format binry; }\n"
     "       |                          ^~~~~\n"
     "c:1:40: error: 'binry' is not one of binary or structured; did you mean 'binary'?\n"
     "     1 | kafka { brokers \",\"; key title; format binry; }\n"
     "       |                                        ^~~~~\n", true},
    {"kafka { embedded; option acks 1; option linger.ms nonsense; option a b; option a c; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }",
     "c:1:26: error: 'acks' cannot be set\n"
     "     1 | kafka { embedded; option acks 1; option linger.ms nonsense; option a b; option a c; }\n"
     "       |                          ^~~~\n"
     "c:1:51: error: Invalid value for configuration property \"linger.ms\"\n"
     "     1 | kafka { embedded; option acks 1; option linger.ms nonsense; option a b; option a c; }\n"
     "       |                                                   ^~~~~~~~\n"
     "c:1:80: error: 'a' is given a second time\n"
     "     1 | kafka { embedded; option acks 1; option linger.ms nonsense; option a b; option a c; }\n"
     "       |                                                                                ^\n"
     "c:1:68: note: it was given here\n"
     "     1 | kafka { embedded; option acks 1; option linger.ms nonsense; option a b; option a c; }\n"
     "       |                                                                    ^\n", true},
    {"backlog 3h;\n"
     "poll { backlog 5h; }",
     "c:2:8: error: 'backlog' is given a second time\n"
     "     2 | poll { backlog 5h; }\n"
     "       |        ^~~~~~~\n"
     "c:1:9: note: it was given here\n"
     "     1 | backlog 3h;\n"
     "       |         ^~\n", false},
    {"poll { backlog 5h; }\n"
     "backlog 3h;",
     "c:2:1: error: 'backlog' is given a second time\n"
     "     2 | backlog 3h;\n"
     "       | ^~~~~~~\n"
     "c:1:16: note: it was given here\n"
     "     1 | poll { backlog 5h; }\n"
     "       |                ^~\n", false},
    {"instance a;\n"
     "instance b;",
     "c:2:1: error: 'instance' is given a second time\n"
     "     2 | instance b;\n"
     "       | ^~~~~~~~\n"
     "c:1:1: note: it was given here\n"
     "     1 | instance a;\n"
     "       | ^~~~~~~~\n", false},
    {"poll { interval 1m; min_interval 2m; }",
     "c:1:17: error: interval 1m is less than min_interval 2m\n"
     "     1 | poll { interval 1m; min_interval 2m; }\n"
     "       |                 ^~\n"
     "c:1:34: note: min_interval is given here\n"
     "     1 | poll { interval 1m; min_interval 2m; }\n"
     "       |                                  ^~\n", false},
    {"poll { min_interval 5m; }\n"
     "outlet x { interval 1m; feed \"http://x.example/1\"; feed b \"http://x.example/2\"; }",
     "c:2:21: error: interval 1m is less than min_interval 5m\n"
     "     2 | outlet x { interval 1m; feed \"http://x.example/1\"; feed b \"http://x.example/2\"; }\n"
     "       |                     ^~\n"
     "c:1:21: note: min_interval is given here\n"
     "     1 | poll { min_interval 5m; }\n"
     "       |                     ^~\n", false},
    {"poll { min_interval 5m; max_interval 4m; }\n"
     "outlet x { timeout 1m; feed \"http://x.example/1\" { backlog 1h; } }",
     "c:1:38: error: max_interval 4m is less than min_interval 5m\n"
     "     1 | poll { min_interval 5m; max_interval 4m; }\n"
     "       |                                      ^~\n"
     "c:1:21: note: min_interval is given here\n"
     "     1 | poll { min_interval 5m; max_interval 4m; }\n"
     "       |                     ^~\n", false},
    {"outlet x { feed \"http://x.example/1\" { interval 7h; max_interval 6h; } }",
     "c:1:49: error: interval 7h is more than max_interval 6h\n"
     "     1 | outlet x { feed \"http://x.example/1\" { interval 7h; max_interval 6h; } }\n"
     "       |                                                 ^~\n"
     "c:1:66: note: max_interval is given here\n"
     "     1 | outlet x { feed \"http://x.example/1\" { interval 7h; max_interval 6h; } }\n"
     "       |                                                                  ^~\n", false},
};

static void mistakes_in_rules_are_told(void **state)
{
    (void)state;
    check_told(rules, sizeof rules / sizeof *rules);
}

static void mistakes_in_the_whole_are_told(void **state)
{
    (void)state;
    check_told(the_whole, sizeof the_whole / sizeof *the_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_in_rules_are_told),
        cmocka_unit_test(mistakes_in_the_whole_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
