/* What a tree prints is a rule, and the same one. */
#include "trying.h"

static struct sv printed(struct trying *t, const char *rule)
{
    struct buf out = {0};
    if (!compile_rule_text(t, sv_of(rule)))
        fail_msg("%s\n%.*s", rule, SV_ARG(told(t)));
    rule_print(t->rule.match, &out);
    struct sv v = sv_dup(&t->arena, buf_view(&out));
    buf_free(&out);
    return v;
}

static void a_rule_prints_as_it_was_meant(void **state)
{
    static const struct {
        const char *rule, *print;
    } rows[] = {
        {"Iran", "\"Iran\""},
        {"Iran OR (Tehran)|Qom", "\"Iran\" | \"Tehran\" | \"Qom\""},
        {"(Iran | Tehran) AND talks", "(\"Iran\" | \"Tehran\") AND \"talks\""},
        {"NOT Iran AND ((talks))", "NOT \"Iran\" AND \"talks\""},
        {"NOT (Iran | talks)", "NOT (\"Iran\" | \"talks\")"},
        {"NOT (NOT Iran)", "NOT (NOT \"Iran\")"},
        {"NOT Iran NEAR/3 talks", "NOT \"Iran\" NEAR/3 \"talks\""},
        {"(Iran AND talks) AND deal", "(\"Iran\" AND \"talks\") AND \"deal\""},
        {"Iran NEAR/0 talks NEAR/0 deal", "\"Iran\" NEAR/0 \"talks\" NEAR/0 \"deal\""},
        {"(Iran ONEAR/5 talks) NEAR/s (deal NEAR/p pact)", "(\"Iran\" ONEAR/5 \"talks\") NEAR/s (\"deal\" NEAR/p \"pact\")"},
        {"Alaska EXCEPT (\"Alaska Airlines\" | \"Alaska Air\")", "\"Alaska\" EXCEPT (\"Alaska Airlines\" | \"Alaska Air\")"},
        {"title:Iran | text:(Iran | $iran)", "title:\"Iran\" | text:(\"Iran\" | $iran)"},
        {"summary:Iran | content:Iran | author:Iran | category:Iran | url:Iran",
         "summary:\"Iran\" | content:\"Iran\" | author:\"Iran\" | category:\"Iran\" | url:\"Iran\""},
        {"ATLEAST/3(Iran | talks) AND FIRST/50(Iran)", "ATLEAST/3(\"Iran\" | \"talks\") AND FIRST/50(\"Iran\")"},
        {"(lang:ru | country:CN | outlet:xinhua | feed:xinhua.world) AND Iran",
         "(lang:ru | country:CN | outlet:xinhua | feed:xinhua.world) AND \"Iran\""},
        {"Iran* | wom?n | \"nuc* de?l\"", "\"Iran*\" | \"wom?n\" | \"nuc* de?l\""},
        {"\"say \\\"so\\\" \\\\ \\*\\?\"", "\"say \\\"so\\\" \\\\ \\*\\?\""},
        {"'O\\'Brien \\\\ \"x\"'", "'O\\'Brien \\\\ \"x\"'"},
        {"/nucl(ear|.aire)\\d?/ | /a\\/b|a\\\\b/", "/nucl(ear|.aire)\\d?/ | /a\\/b|a\\\\b/"},
        {"~negotiate", "~negotiate"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trying t = {0}, again = {0};
        add_list(&t, "iran", "Iran");
        add_list(&again, "iran", "Iran");
        struct sv first = printed(&t, rows[i].rule);
        if (!sv_eq(first, sv_of(rows[i].print)))
            fail_msg("%s\n  prints %.*s", rows[i].rule, SV_ARG(first));
        struct sv second = printed(&again, first.p);
        if (!sv_eq(first, second))
            fail_msg("%s\n  prints %.*s\n  then   %.*s", rows[i].rule, SV_ARG(first), SV_ARG(second));
        trying_free(&t);
        trying_free(&again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_prints_as_it_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
