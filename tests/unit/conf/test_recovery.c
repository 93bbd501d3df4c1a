/* One mistake is told once, and hides no other. */
#include "conf/parsing.h"

static const char good[] =
    "state \"/var/lib/newswatchd\";\n"
    "kafka {\n"
    "    brokers \"kafka1:9092,kafka2:9092\";\n"
    "    topic   news.alerts;\n"
    "    option  compression.type zstd;   # anything\n"
    "}\n"
    "poll { interval 10m; min_interval 2m; max_interval 6h; }\n"
    "\n"
    "outlet globaltimes {\n"
    "    name \"Global Times\"; country CN; language en;\n"
    "    feed \"https://www.globaltimes.cn/rss/outbrain.xml\" { interval 5m; }\n"
    "    feed china \"https://www.globaltimes.cn/rss/china.xml\";\n"
    "}\n"
    "outlet bbc {\n"
    "    feed \"https://bbc.example/rss\" {\n"
    "        interval 5m;\n"
    "        backlog 1d;\n"
    "    }\n"
    "}\n"
    "\n"
    "list iran = Iran | Iranian* | \"Tehran city\" | $more;\n"
    "list more =\n"
    "    Qom\n"
    "  | Shiraz;\n"
    "\n"
    "rule jcpoa {\n"
    "    title \"Iran nuclear deal (JCPOA)\";\n"
    "    topic news.iran;\n"
    "    lang en ru;  outlets globaltimes;\n"
    "    match 'JCPOA' OR \"Joint Comprehensive Plan of Action\"\n"
    "       OR $iran NEAR/8 (\"nuclear deal\" OR \"nuclear agreement\");\n"
    "}\n"
    "rule score {\n"
    "    match $more;\n"
    "    score { +5 title:\"Belt and Road\"; -10 \"British Rail\"; } threshold 5;\n"
    "}\n";

static size_t line_of(const char *text, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return line;
}

/* The line that the first error is told at. */
static size_t line_told(const struct parsing *p)
{
    return strtoul(p->told.p + 2, NULL, 10); /* behind "c:" */
}

static void parse_without(struct parsing *p, size_t at)
{
    char text[sizeof good];
    strcpy(text, good);
    memmove(text + at, text + at + 1, sizeof good - at - 1);
    parse_conf(p, text);
}

static void a_missing_sign_is_told_once(void **state)
{
    (void)state;
    size_t tried = 0;
    for (size_t i = 0; good[i]; i++) {
        bool in_text = strncmp(good + i, "(JCPOA)", 7) == 0 || strncmp(good + i, ")\"", 2) == 0;
        if (!strchr(";{}=()'", good[i]) || in_text)
            continue;
        struct parsing p;
        size_t line = line_of(good, i);
        parse_without(&p, i);
        bool block_never_ends = strncmp(p.told.p, "c:33:12: error: this { is not closed", 36) == 0; /* the last } of all */
        if (p.diags.errors != 1 || p.diags.warnings || (!block_never_ends && (line_told(&p) < line || line_told(&p) > line + 3)))
            fail_msg("without the %c of line %zu:\n%s", good[i], line, p.told.p);
        parsing_free(&p);
        tried++;
    }
    assert_true(tried > 40);
}

/* Where a quote is missing the next one opens what it should close: that is told too, and nothing behind that line. */
static void a_missing_quote_is_told_on_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; good[i]; i++) {
        if (good[i] != '"')
            continue;
        struct parsing p;
        size_t line = line_of(good, i);
        char place[20];
        parse_without(&p, i);
        snprintf(place, sizeof place, "c:%zu:", line);
        size_t here = 0;
        for (const char *at = p.told.p; (at = strstr(at, place)); at++)
            here++;
        if (p.diags.errors < 1 || p.diags.errors > 2 || here != p.diags.errors)
            fail_msg("without a quote of line %zu:\n%s", line, p.told.p);
        parsing_free(&p);
    }
}

static void mistakes_do_not_hide_each_other(void **state)
{
    (void)state;
    struct parsing p;
    parse_conf(&p,
        "stat \"/var/lib/n\";\n"                            /*  1 */
        "kafka {\n    brokers kafka1:9092;\n"                /*  3 */
        "    topic news alerts;\n"                           /*  4 */
        "    key titel;\n    option acks 1;\n}\n"            /*  5, 6 */
        "poll {\n    interval 10\n    min_interval 2m\n}\n"  /*  9, 10 */
        "outlet BBC {\n    feed \"www.bbc.example\";\n"       /* 12, 13 */
        "    feed x \"https://x.example {\n        interval 5 m;\n    }\n    county GB;\n" /* 14, 17 */
        "rule a {\n    match Alaska talks\n    lang en, ru;\n" /* 18, 19, 20 */
        "    title 'x';\n}\n"                                /* 21 */
        "list l Iran | Tehran;\n"                            /* 23 */
        "rule a { match x; } }\n"                            /* 24, twice */
        "rule b { match (x | y }");                          /* 25 */
    static const size_t lines[] = {1, 3, 4, 5, 6, 9, 9, 10, 12, 13, 14, 17, 18, 19, 19, 20, 21, 23, 24, 24};
    struct sv rest = buf_view(&p.told), line;
    size_t told = 0;
    while (sv_split(&rest, '\n', &line)) {
        if (sv_find(line, SV(": error: ")) < 0)
            continue;
        assert_true(told < sizeof lines / sizeof *lines);
        if (strtoul(line.p + 2, NULL, 10) != lines[told])
            fail_msg("%.*s: line %zu was expected", SV_ARG(line), lines[told]);
        told++;
    }
    assert_int_equal(told, sizeof lines / sizeof *lines);
    assert_told(&p, "1 more error is not shown\n"); /* line 25 */
    parsing_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_sign_is_told_once),
        cmocka_unit_test(a_missing_quote_is_told_on_its_line),
        cmocka_unit_test(mistakes_do_not_hide_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
