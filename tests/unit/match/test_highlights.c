/* Which mentions a hit names, where they are, and its snippet. */
#include "trying.h"

static const char *const field_names[ITEM_FIELDS] = {"title", "summary", "content", "author", "category", "url"};

/* "term=text@field:start-end, …"; the term alone where the text is the same. */
static struct sv mentions_of(struct trying *t, const struct hit *hit)
{
    struct buf out = {0};
    for (size_t i = 0; i < hit->mention_count; i++) {
        const struct mention *m = &hit->mentions[i];
        buf_printf(&out, "%s%.*s", i ? ", " : "", SV_ARG(m->term));
        if (!sv_eq(m->term, m->text))
            buf_printf(&out, "=%.*s", SV_ARG(m->text));
        buf_printf(&out, "@%s", field_names[m->field]);
        if (m->field == ITEM_AUTHOR || m->field == ITEM_CATEGORY)
            buf_printf(&out, "%u", m->index);
        buf_printf(&out, ":%zu-%zu", m->start, m->end);
    }
    struct sv v = sv_dup(&t->arena, out.n ? buf_view(&out) : SV(""));
    buf_free(&out);
    return v;
}

static void check_mentions(const char *rule, const struct story *s, const char *want)
{
    struct trying t = {0};
    if (!compile_rule_text(&t, sv_of(rule)))
        fail_msg("%s: %.*s", rule, SV_ARG(told(&t)));
    const struct hit *hit = hold(&t, s);
    struct sv got = hit ? mentions_of(&t, hit) : SV("(no hit)");
    if (!sv_eq(got, sv_of(want)))
        fail_msg("%s | %s\n  mentions  %.*s\n  not       %s", rule, s->content ? s->content : "", SV_ARG(got), want);
    trying_free(&t);
}

static void check_content(const char *rule, const char *content, const char *want)
{
    check_mentions(rule, &(struct story){.content = content}, want);
}

static void every_mention_that_makes_the_rule_true(void **state)
{
    (void)state;
    check_content("Iran", "Iran and Iran", "Iran@content:0-4, Iran@content:9-13");
    check_content("Iran | talks", "talks in Iran", "talks@content:0-5, Iran@content:9-13"); /* in all branches that are true */
    check_content("Iran | (talks AND deal)", "talks in Iran", "Iran@content:9-13");         /* not in one that is false */
    check_content("Iran AND talks", "talks in Iran", "talks@content:0-5, Iran@content:9-13");
    check_content("Iran AND NOT talks", "Iran", "Iran@content:0-4");
    check_content("Iran AND NOT (talks AND deal)", "Iran talks", "Iran@content:0-4"); /* none that was denied */
    check_content("NOT talks", "Iran", "");
    check_content("Iran | NOT talks", "Iran talks", "Iran@content:0-4");
    check_content("Iran | Iran*", "Iran", "Iran@content:0-4, Iran*=Iran@content:0-4");
    check_content("Iran | Iran", "Iran", "Iran@content:0-4"); /* the same term at the same place is one */
    check_content("Iran | (Iran AND talks)", "Iran talks", "Iran@content:0-4, talks@content:5-10");
}

static void under_near_only_what_satisfies_it(void **state)
{
    (void)state;
    check_content("Iran NEAR/1 talks", "Iran talks. Iran is 1 2 3 4 talks.", "Iran@content:0-4, talks@content:5-10, Iran@content:12-16");
    check_content("Iran ONEAR/1 talks", "Iran talks Iran", "Iran@content:0-4, talks@content:5-10");
    check_content("Iran NEAR/s talks", "Iran talks. Iran. Talks.", "Iran@content:0-4, talks@content:5-10");
    check_content("aa NEAR/1 bb NEAR/1 cc", "aa bb cc 1 2 3 aa bb 1 2 3 cc", "aa@content:0-2, bb@content:3-5, cc@content:6-8");
    check_content("aa NEAR/9 bb NEAR/9 cc", "aa bb bb bb cc", /* one span, made in three ways */
                  "aa@content:0-2, bb@content:3-5, bb@content:6-8, bb@content:9-11, cc@content:12-14");
    check_content("(aa NEAR/1 bb) | cc", "aa 1 2 bb cc", "cc@content:10-12");
    check_content("FIRST/2(Iran)", "Iran and Iran", "Iran@content:0-4");
    check_content("ATLEAST/2(Iran)", "Iran and Iran", "Iran@content:0-4, Iran@content:9-13");
}

static void under_except_only_what_stays(void **state)
{
    (void)state;
    check_content("Alaska EXCEPT \"Alaska Air\"", "Alaska Air, Alaska", "Alaska@content:12-18");
    check_content("(Alaska EXCEPT \"Alaska Air\") NEAR/3 talks", "Alaska Air talks in Alaska", "talks@content:11-16, Alaska@content:20-26");
}

static void a_mention_is_cut_as_it_is_written(void **state)
{
    (void)state;
    check_content("Iran", "Iran's", "Iran@content:0-4");                          /* without the 's */
    check_content("\"Iran deal\"", "Iran's deal's end", "Iran deal=Iran's deal@content:0-11");
    check_content("\"US\"", "the U.S. said", "US=U.S.@content:4-8");              /* with an acronym's last dot */
    check_content("\"US\"", "the U.S said", "US=U.S@content:4-7");
    check_content("Иран*", "в Иране", "Иран*=Иране@content:3-13");                /* bytes */
    check_content("\"nuclear deal\"", "«nuclear, deal»", "nuclear deal=nuclear, deal@content:2-15");
    check_content("带一", "一带一路", "带一@content:3-9");
    check_content("Wirtschaft", "Wirt\xC2\xADschaft", "Wirtschaft=Wirt\xC2\xADschaft@content:0-12");
    check_content("'Iran'", "Iran", "Iran@content:0-4");
    check_content("/ira./", "IRAN", "ira.=IRAN@content:0-4");
    check_content("~negotiate", "negotiated", "negotiate=negotiated@content:0-10");
    check_content("\"say \\\"so\\\"\"", "say so", "say \\\"so\\\"=say so@content:0-6"); /* as the rule writes it */
    check_content("resume", "resum\x65\xCC\x81!", "resume=resum\x65\xCC\x81@content:0-8"); /* with its marks */
}

static void every_field_has_its_own_offsets(void **state)
{
    (void)state;
    check_mentions("Iran", &(struct story){.title = "On Iran", .summary = "Iran!", .content = "Of Iran"},
                   "Iran@title:3-7, Iran@summary:0-4, Iran@content:3-7");
    check_mentions("author:Roe | category:Asia", &(struct story){.authors = {"Jane Doe", "John Roe"}, .tags = {"World", "Asia"}},
                   "Roe@author1:5-8, Asia@category1:0-4");
    check_mentions("url:路", &(struct story){.url = "https://x.example/%E8%B7%AF.html"}, "路=%E8%B7%AF@url:18-27");
    check_mentions("url:iran", &(struct story){.url = "https://x.example/%69ran-talks"}, "iran=%69ran@url:18-24");
    check_mentions("url:münchen", &(struct story){.url = "https://xn--mnchen-3ya.example/"}, "münchen=xn--mnchen-3ya@url:8-22");
    check_mentions("url:中", &(struct story){.url = "http://xn--fiqs8s/"}, "中=xn--fiqs8s@url:7-17"); /* a part of a label is the label */
    check_mentions("url:example", &(struct story){.url = "http://xn--fiqs8s.example"}, "example@url:18-25");
    check_mentions("ATLEAST/1(Iran)", &(struct story){.summary = "Iran", .content = "Iran talks"}, "Iran@content:0-4");
}

/* The clauses that speak for the rule are mentioned, not those against it. */
static void what_speaks_against_a_rule_is_no_mention(void **state)
{
    struct trying t = {0};
    struct source sources[2] = {{SV("-e"), SV("Iran")}, {SV("-e"), SV("cricket")}};
    struct clause clauses[2] = {{9, rule_parse_text(&sources[0], NULL, &t.arena, &t.diags), {0}},
                                {-2, rule_parse_text(&sources[1], NULL, &t.arena, &t.diags), {0}}};
    (void)state;
    t.rule = (struct rule){.id = SV("r"), .clauses = clauses, .clause_count = 2, .threshold = 5};
    t.match = match_compile(&t.rule, 1, &t.diags);
    const struct hit *hit = hold(&t, &(struct story){.content = "cricket in Iran"});
    assert_non_null(hit);
    assert_int_equal(hit->score, 7);
    assert_string_equal(mentions_of(&t, hit).p, "Iran@content:11-15");
    trying_free(&t);
}

/* The snippet with its highlights in brackets. */
static void check_snippet(const char *rule, const struct story *s, const char *want)
{
    struct trying t = {0};
    struct buf out = {0};
    assert_true(compile_rule_text(&t, sv_of(rule)));
    const struct hit *hit = hold(&t, s);
    assert_non_null(hit);
    size_t next = 0;
    for (size_t i = 0; i <= hit->snippet.n; i++) {
        if (next < hit->highlight_count && hit->highlights[next].end == i)
            buf_byte(&out, ']'), next++;
        if (next < hit->highlight_count && hit->highlights[next].start == i)
            buf_byte(&out, '[');
        if (i < hit->snippet.n)
            buf_byte(&out, hit->snippet.p[i]);
    }
    if (!sv_eq(out.n ? buf_view(&out) : SV(""), sv_of(want)))
        fail_msg("%s\n  shows  %.*s\n  not    %s", rule, (int)out.n, out.p, want);
    buf_free(&out);
    trying_free(&t);
}

#define FILLER "one two three four five six seven eight nine ten eleven twelve thirteen "

static void the_snippet_is_one_line_around_the_mentions(void **state)
{
    (void)state;
    check_snippet("Iran", &(struct story){.content = "Talks in Iran."}, "Talks in [Iran].");
    check_snippet("Iran NEAR/3 talks", &(struct story){.content = "Iran's\n\n  talks"}, "[Iran]'s [talks]");
    check_snippet("Iran | \"Iran deal\"", &(struct story){.content = "the Iran deal"}, "the [Iran deal]"); /* overlaps are one */
    check_snippet("Iran", &(struct story){.title = "On Iran", .content = "In Iran"}, "In [Iran]");      /* where stories are told */
    check_snippet("NOT Iran", &(struct story){.content = "talks"}, "");
    check_snippet("Iran", &(struct story){.content = FILLER FILLER "Iran " FILLER FILLER FILLER FILLER},
                  "…" FILLER "[Iran] " FILLER FILLER "one two three…");
    check_snippet("Iran", &(struct story){.content = FILLER FILLER FILLER FILLER "Iran."}, /* at an end the other side gets the room */
                  "…twelve thirteen " FILLER FILLER FILLER "[Iran].");
}

static void the_snippet_stands_around_the_densest_place(void **state)
{
    (void)state;
    check_snippet("Iran AND deal AND talks", &(struct story){.content = "Iran Iran Iran. " FILLER FILLER FILLER "The Iran deal talks. " FILLER FILLER FILLER},
                  "…two three four five six seven eight nine ten eleven twelve thirteen The [Iran] [deal] [talks]. " FILLER FILLER "one…");
    check_snippet("Iran", &(struct story){.content = "Iran. " FILLER FILLER FILLER FILLER FILLER FILLER "Iran and Iran"},
                  "…thirteen " FILLER FILLER FILLER "[Iran] and [Iran]");
    check_snippet("Iran AND deal", &(struct story){.title = "Iran deal", .content = "Iran " FILLER FILLER FILLER FILLER FILLER FILLER "deal"}, "[Iran] [deal]");
    check_snippet("Iran", &(struct story){.title = "Iran", .summary = "Iran, a summary", .content = "Iran, all of it"}, "[Iran], all of it");
    check_snippet("author:Roe", &(struct story){.content = "Iran", .authors = {"Ann", "John Roe"}}, "John [Roe]");
}

#define TEN(text) text text text text text text text text text text

static void the_snippet_is_cut_at_words(void **state)
{
    (void)state;
    check_snippet("Iran", &(struct story){.content = TEN("well-known U.S. don't 1,000 ") "Iran " TEN("well-known U.S. don't 1,000 ")},
                  "…U.S. don't 1,000 well-known U.S. don't 1,000 well-known U.S. don't 1,000 [Iran] well-known U.S. don't 1,000 well-known U.S. don't 1,000 "
                  "well-known U.S. don't 1,000 well-known U.S. don't 1,000 well-known U.S. don't 1,000 well-known U.S.…");
    check_snippet("伊", &(struct story){.content = TEN("路路路路路路路路路路") "伊" TEN("路路路路路路路路路路")}, /* words are not written apart */
                  "…" TEN("路路") "路路路路路路[伊]" TEN("路路路路路") "路路…");
}

/* Filler all of one character on both sides of the mention: the snippet is whole characters of it. */
static void check_whole_characters(const char *character, size_t shift)
{
    struct trying t = {0};
    struct buf text = {0};
    size_t n = strlen(character);
    for (size_t i = 0; i < shift; i++)
        buf_byte(&text, 'x');
    for (int i = 0; i < 400; i++)
        buf_str(&text, i == 200 ? " Iran " : character);
    assert_true(compile_rule_text(&t, SV("Iran")));
    const struct hit *hit = hold(&t, &(struct story){.content = buf_cstr(&text)});
    assert_non_null(hit);
    assert_in_range(hit->snippet.n, 150, 260);
    assert_int_equal(hit->highlight_count, 1);
    size_t start = hit->highlights[0].start, end = hit->highlights[0].end;
    assert_memory_equal(hit->snippet.p + start, "Iran", 4);
    assert_true(start > 4 && (start - 3 - 1) % n == 0 && (hit->snippet.n - 3 - 1 - end) % n == 0);
    assert_memory_equal(hit->snippet.p + 3, character, n);
    assert_memory_equal(hit->snippet.p + hit->snippet.n - 3 - n, character, n);
    buf_free(&text);
    trying_free(&t);
}

static void the_snippet_is_cut_between_characters(void **state)
{
    static const char *const characters[] = {"路", "q", "é", "e\xCC\x81", "o\xCC\x82\xCC\x81", "กั", "กี่", "कि", "か\xE3\x82\x99", "ﾊﾞ", "👍🏽", "❤️", "א\xD6\xB8"};
    (void)state;
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
        for (size_t shift = 0; shift < 9; shift++)
            check_whole_characters(characters[i], shift);
}

static void no_mention_is_cut_by_the_snippets_edge(void **state)
{
    struct buf text = {0};
    (void)state;
    for (size_t shift = 0; shift < 120; shift++) {
        struct trying t = {0};
        buf_clear(&text);
        for (size_t i = 0; i < 300; i++)
            buf_str(&text, i == 150 ? "Iran deal talks " : i % 3 ? "One Belt One Road " : i % 2 ? "x " : " ");
        assert_true(compile_rule_text(&t, SV("(Iran AND deal AND talks) | \"One Belt One Road\"")));
        const struct hit *hit = hold(&t, &(struct story){.content = buf_cstr(&text) + shift});
        assert_non_null(hit);
        assert_true(hit->highlight_count > 3);
        for (size_t i = 0; i < hit->highlight_count; i++) {
            struct sv mark = sv_range(hit->snippet.p + hit->highlights[i].start, hit->snippet.p + hit->highlights[i].end);
            if (!sv_eq(mark, SV("One Belt One Road")) && !sv_eq(mark, SV("Iran")) && !sv_eq(mark, SV("deal")) && !sv_eq(mark, SV("talks")))
                fail_msg("%zu: %.*s in %.*s", shift, SV_ARG(mark), SV_ARG(hit->snippet));
        }
        trying_free(&t);
    }
    buf_free(&text);
}

/* Every place overlaps the next: the line must end within one of them. */
static void the_snippet_of_very_many_mentions_is_short(void **state)
{
    struct trying t = {0};
    struct buf text = {0};
    (void)state;
    for (int i = 0; i < 50000; i++)
        buf_str(&text, "路");
    assert_true(compile_rule_text(&t, SV("路路路 | 路路路路路")));
    const struct hit *hit = hold(&t, &(struct story){.content = buf_cstr(&text)});
    assert_non_null(hit);
    assert_true(hit->mention_count > 90000);
    assert_in_range(hit->snippet.n, 200, 500);
    assert_int_equal(hit->highlight_count, 1);
    buf_free(&text);
    trying_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mention_that_makes_the_rule_true),
        cmocka_unit_test(under_near_only_what_satisfies_it),
        cmocka_unit_test(under_except_only_what_stays),
        cmocka_unit_test(a_mention_is_cut_as_it_is_written),
        cmocka_unit_test(every_field_has_its_own_offsets),
        cmocka_unit_test(what_speaks_against_a_rule_is_no_mention),
        cmocka_unit_test(the_snippet_is_one_line_around_the_mentions),
        cmocka_unit_test(the_snippet_stands_around_the_densest_place),
        cmocka_unit_test(the_snippet_is_cut_at_words),
        cmocka_unit_test(the_snippet_is_cut_between_characters),
        cmocka_unit_test(no_mention_is_cut_by_the_snippets_edge),
        cmocka_unit_test(the_snippet_of_very_many_mentions_is_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
