/* The value: what is unknown is absent, what is hostile is harmless, what is long is cut. */
#include "making.h"

static void what_is_unknown_is_absent(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    add_hit(&m, "r", NULL);
    make(&m);
    assert_string_equal(value_of(&m, 0), "{\"item\":{\"id\":\"tag:1\"},\"outlet\":{\"id\":\"gt\",\"name\":\"GT\"},"
                                         "\"feed\":{\"id\":\"gt.china\",\"url\":\"https://gt.example/c.xml\"},"
                                         "\"matches\":[{\"rule\":\"r\",\"terms\":[]}],"
                                         "\"times\":{\"fetched\":\"2023-11-14T22:13:19Z\",\"matched\":\"2023-11-14T22:13:20.123Z\"}}");
    arena_free(&m.arena);
}

static void everything_has_its_place(void **state)
{
    (void)state;
    struct making m;
    struct sv authors[] = {SV("A"), SV("B")}, tags[] = {SV("x"), SV("y")}, labels[] = {SV("l1"), SV("l2")};
    making_open(&m);
    m.item.url = SV("https://gt.example/1"), m.item.title = SV("Title"), m.item.summary = SV("Sum"), m.item.content_text = SV("Text");
    m.item.language = SV("en"), m.item.authors = authors, m.item.author_count = 2, m.item.tags = tags, m.item.tag_count = 2;
    m.item.published = NOW - 5 * MS_DAY, m.item.modified = NOW - 123;
    m.about.outlet.country = SV("CN"), m.about.outlet.language = SV("zh"), m.about.feed.title = SV("China");
    struct hit *hit = add_hit(&m, "r", NULL);
    hit->rule_title = SV("Rule"), hit->labels = labels, hit->label_count = 2, hit->scored = true, hit->score = -7, hit->snippet = SV("…a b…");
    add_mention(&m, hit, ITEM_TITLE, 0, 0, 5);
    make(&m);
    assert_string_equal(
        value_of(&m, 0),
        "{\"item\":{\"id\":\"tag:1\",\"url\":\"https://gt.example/1\",\"title\":\"Title\",\"content_text\":\"Text\",\"summary\":\"Sum\","
        "\"date_published\":\"2023-11-09T22:13:20.123Z\",\"date_modified\":\"2023-11-14T22:13:20Z\",\"authors\":[{\"name\":\"A\"},{\"name\":\"B\"}],"
        "\"tags\":[\"x\",\"y\"],\"language\":\"en\"},\"outlet\":{\"id\":\"gt\",\"name\":\"GT\",\"country\":\"CN\",\"language\":\"zh\"},"
        "\"feed\":{\"id\":\"gt.china\",\"url\":\"https://gt.example/c.xml\",\"title\":\"China\"},\"matches\":[{\"rule\":\"r\",\"title\":\"Rule\","
        "\"labels\":[\"l1\",\"l2\"],\"score\":-7,\"terms\":[{\"term\":\"t\",\"text\":\"T\",\"field\":\"/title\",\"start\":0,\"end\":5}],"
        "\"snippet\":\"…a b…\"}],\"times\":{\"published\":\"2023-11-09T22:13:20.123Z\",\"fetched\":\"2023-11-14T22:13:19Z\","
        "\"matched\":\"2023-11-14T22:13:20.123Z\"}}");
    arena_free(&m.arena);
}

static void fields_are_json_pointers_into_the_item(void **state)
{
    (void)state;
    static const struct {
        enum item_field field;
        unsigned index;
        const char *want;
    } cases[] = {{ITEM_TITLE, 0, "/title"},   {ITEM_SUMMARY, 0, "/summary"},        {ITEM_CONTENT, 0, "/content_text"},
                 {ITEM_URL, 0, "/url"},       {ITEM_CATEGORY, 12, "/tags/12"},      {ITEM_AUTHOR, 3, "/authors/3/name"}};
    struct buf b = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_clear(&b);
        alert_pointer(cases[i].field, cases[i].index, &b);
        assert_string_equal(buf_cstr(&b), cases[i].want);
    }
    buf_free(&b);
}

/* ---- The limit of the text ---- */

static const char *cut_at(struct making *m, const char *text, uint64_t limit)
{
    m->item.content_text = sv_of(text);
    m->about.text_limit = limit;
    m->hit_count = 0;
    add_hit(m, "r", NULL);
    make(m);
    return value_of(m, 0);
}

static void a_long_text_is_cut_at_a_character_and_says_so(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    assert_has(cut_at(&m, "abcdef", 6), "\"content_text\":\"abcdef\"}");
    assert_has(cut_at(&m, "abcdef", 5), "\"content_text\":\"abcde\",\"truncated\":true}");
    assert_has(cut_at(&m, "aЖb", 3), "\"content_text\":\"aЖ\",\"truncated\":true}");
    assert_has(cut_at(&m, "aЖb", 2), "\"content_text\":\"a\",\"truncated\":true}");
    assert_has(cut_at(&m, "😀😀", 7), "\"content_text\":\"😀\",\"truncated\":true}");
    assert_has(cut_at(&m, "😀", 3), "\"content_text\":\"\",\"truncated\":true}");
    assert_has(cut_at(&m, "abc", 0), "\"content_text\":\"\",\"truncated\":true}");
    assert_lacks(cut_at(&m, "", 0), "truncated");
    arena_free(&m.arena);
}

/* A feed may write megabytes anywhere, and a rule may find a word ten thousand times: the event must fit what a broker takes. */
static void no_item_and_no_rule_makes_an_event_that_no_broker_takes(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    char *megabyte = arena_alloc(&m.arena, 1 << 20);
    memset(megabyte, 'a', 1 << 20);
    m.item.title = m.item.summary = m.item.content_text = (struct sv){megabyte, 1 << 20};
    for (int rule = 0; rule < 2; rule++) {
        struct hit *hit = add_hit(&m, rule ? "s" : "r", NULL);
        for (size_t i = 0; i < 10000; i++)
            add_mention(&m, hit, ITEM_SUMMARY, 0, 100 * i, 100 * i + 1);
    }
    make(&m);
    assert_true(m.messages[0].value.n < 1000000);
    const char *value = value_of(&m, 0);
    assert_has(value, "\"truncated\":true}");
    assert_has(value, "\"start\":99900,\"end\":99901}],\"terms_omitted\":9000}"); /* the thousandth of each */
    assert_has(value, "\"rule\":\"s\"");
    m.about.text_limit = 100; /* a short text is asked for; a title is not */
    make(&m);
    assert_has(value_of(&m, 0), "\"start\":65500,\"end\":65501},{\"term\":\"t\",\"text\":\"T\"},");
    arena_free(&m.arena);
}

static void a_hit_beyond_the_cut_keeps_its_snippet_and_loses_its_place(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    m.item.content_text = SV("one two three four"), m.item.title = SV("a title that is longer than the text may be"), m.about.text_limit = 9;
    struct hit *hit = add_hit(&m, "r", NULL);
    hit->snippet = SV("…three four");
    add_mention(&m, hit, ITEM_TITLE, 0, 20, 26);
    add_mention(&m, hit, ITEM_CONTENT, 0, 0, 9);
    add_mention(&m, hit, ITEM_CONTENT, 0, 8, 10); /* across the cut */
    add_mention(&m, hit, ITEM_CONTENT, 0, 14, 18);
    add_mention(&m, hit, ITEM_URL, 0, HIT_NO_OFFSET, HIT_NO_OFFSET);
    make(&m);
    assert_has(value_of(&m, 0), "\"terms\":["
                                "{\"term\":\"t\",\"text\":\"T\",\"field\":\"/title\",\"start\":20,\"end\":26},"
                                "{\"term\":\"t\",\"text\":\"T\",\"field\":\"/content_text\",\"start\":0,\"end\":9},"
                                "{\"term\":\"t\",\"text\":\"T\"},{\"term\":\"t\",\"text\":\"T\"},{\"term\":\"t\",\"text\":\"T\"}],"
                                "\"snippet\":\"…three four\"");
    arena_free(&m.arena);
}

/* ---- Hostile bytes ---- */

static void invalid_bytes_and_control_characters_never_get_out(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    m.item.id = SV("\xFF\xC0\x80"), m.item.title = SV("\"\\/\b\f\n\r\t\x01\x1F\x7F\0x"), m.item.summary = SV("\xED\xA0\x80 \xF4\x90\x80\x80 \xE4\xB8");
    m.item.content_text = SV("\xEF\xBF\xBD ok \xF0\x9F\x98\x80");
    struct hit *hit = add_hit(&m, "r", NULL);
    hit->snippet = SV("\xFE");
    make(&m);
    const char *value = value_of(&m, 0);
    assert_has(value, "\"id\":\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_has(value, "\"title\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\\u0000x\"");
    assert_has(value, "\"content_text\":\"\xEF\xBF\xBD ok \xF0\x9F\x98\x80\"");
    for (size_t i = 0; i < m.messages[0].value.n; i++)
        assert_true((unsigned char)value[i] >= ' ' && value[i] != 0x7F);
    assert_true(is_json(m.messages[0].value)); /* valid UTF-8 too */
    arena_free(&m.arena);
}

static void any_bytes_make_valid_json(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    for (int round = 0; round < 2000; round++) {
        struct making m;
        char noise[64];
        making_open(&m);
        for (size_t i = 0; i < sizeof noise; i++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            noise[i] = (char)(seed >> 32);
        }
        struct sv any = {noise, sizeof noise};
        m.item.id = m.item.title = m.item.content_text = m.item.url = any;
        m.about.text_limit = seed % 70;
        m.about.format = round % 2 ? ALERT_BINARY : ALERT_STRUCTURED;
        add_hit(&m, "r", NULL)->snippet = any;
        make(&m);
        assert_true(is_json(m.messages[0].value));
        arena_free(&m.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_unknown_is_absent),
        cmocka_unit_test(everything_has_its_place),
        cmocka_unit_test(fields_are_json_pointers_into_the_item),
        cmocka_unit_test(a_long_text_is_cut_at_a_character_and_says_so),
        cmocka_unit_test(no_item_and_no_rule_makes_an_event_that_no_broker_takes),
        cmocka_unit_test(a_hit_beyond_the_cut_keeps_its_snippet_and_loses_its_place),
        cmocka_unit_test(invalid_bytes_and_control_characters_never_get_out),
        cmocka_unit_test(any_bytes_make_valid_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
