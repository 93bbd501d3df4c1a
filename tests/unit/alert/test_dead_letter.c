/* What stands on the dead-letter topic for an alert: all but its texts, and never too large. */
#include "making.h"

#include "alert/dead_letter.h"

#define TOPIC SV("news.dead")
#define LARGE (300u << 10)

static const char *large_text(struct making *m, const char *of)
{
    char *text = arena_alloc(&m->arena, LARGE + 1);
    size_t n = strlen(of);
    for (size_t i = 0; i < LARGE; i++)
        text[i] = of[i % n];
    text[LARGE] = '\0';
    return text;
}

static void fill(struct making *m)
{
    making_open(m);
    m->item.url = SV("https://gt.example/1");
    m->item.title = SV("A \"title\"");
    m->item.content_text = SV("SECRETTEXT in the content");
    m->item.summary = SV("SECRETTEXT in the summary");
    m->item.published = NOW - 60000;
    m->about.outlet.country = SV("CN");
    struct hit *hit = add_hit(m, "jcpoa", NULL);
    hit->rule_title = SV("Iran nuclear deal");
    hit->snippet = SV("SECRETTEXT in a snippet");
    add_mention(m, hit, ITEM_CONTENT, 0, 0, 10)->text = SV("SECRETTEXT");
    add_mention(m, hit, ITEM_CONTENT, 0, 11, 13)->text = SV("SECRETTEXT");
    add_hit(m, "other", NULL);
}

static const char *stripped(struct making *m)
{
    const struct message dead = dead_letter_make(&m->messages[0], TOPIC, SV("too large"), &m->arena);
    assert_true(is_json(dead.value));
    return arena_copy(&m->arena, dead.value.p, dead.value.n);
}

#define DATA                                                                                                                           \
    "{\"item\":{\"id\":\"tag:1\",\"url\":\"https://gt.example/1\",\"title\":\"A \\\"title\\\"\","                                        \
    "\"date_published\":\"2023-11-14T22:12:20.123Z\",\"truncated\":true},"                                                             \
    "\"outlet\":{\"id\":\"gt\",\"name\":\"GT\",\"country\":\"CN\"},\"feed\":{\"id\":\"gt.china\",\"url\":\"https://gt.example/c.xml\"}," \
    "\"matches\":[{\"rule\":\"jcpoa\",\"title\":\"Iran nuclear deal\",\"terms\":[],\"terms_omitted\":2},{\"rule\":\"other\",\"terms\":[]}]," \
    "\"times\":{\"published\":\"2023-11-14T22:12:20.123Z\",\"fetched\":\"2023-11-14T22:13:19Z\",\"matched\":\"2023-11-14T22:13:20.123Z\"}}"

static void it_says_which_item_it_was_without_its_texts(void **state)
{
    (void)state;
    struct making m;
    fill(&m);
    make(&m);
    assert_string_equal(stripped(&m), DATA);
    arena_free(&m.arena);
}

static void a_structured_event_stays_one(void **state)
{
    (void)state;
    struct making m;
    fill(&m);
    m.about.format = ALERT_STRUCTURED;
    make(&m);
    const char *value = stripped(&m);
    assert_has(value, "{\"specversion\":\"1.0\",\"id\":\"");
    assert_has(value, ",\"subject\":\"gt\",\"dataschema\":\"" ALERT_SCHEMA_URI "\",\"datacontenttype\":\"application/json\",\"data\":" DATA "}");
    arena_free(&m.arena);
}

static void headers_say_where_it_should_have_gone_and_why(void **state)
{
    (void)state;
    struct making m;
    fill(&m);
    make(&m);
    const struct message *refused = &m.messages[0], dead = dead_letter_make(refused, TOPIC, SV("Broker: Message size too large"), &m.arena);
    assert_true(sv_eq(dead.topic, TOPIC) && sv_eq(dead.id, refused->id) && sv_eq(dead.key, refused->key));
    assert_int_equal(dead.header_count, refused->header_count + 3);
    for (size_t i = 0; i < refused->header_count; i++)
        assert_true(sv_eq(dead.headers[i].name, refused->headers[i].name) && sv_eq(dead.headers[i].value, refused->headers[i].value));
    static const char *const added[][2] = {
        {"dead_letter_topic", "news.alerts"}, {"dead_letter_key", "gt"}, {"dead_letter_reason", "Broker: Message size too large"}};
    for (size_t i = 0; i < 3; i++) {
        const struct message_header *h = &dead.headers[refused->header_count + i];
        assert_true(sv_eq(h->name, sv_of(added[i][0])) && sv_eq(h->value, sv_of(added[i][1])));
    }
    arena_free(&m.arena);
}

static size_t size_of(const struct message *m)
{
    size_t n = m->value.n + m->key.n;
    for (size_t i = 0; i < m->header_count; i++)
        n += m->headers[i].name.n + m->headers[i].value.n;
    return n;
}

static void whatever_was_large_it_is_small(void **state)
{
    (void)state;
    static const char *const texts[] = {"x", "\x01", "\xD0\x90", "a,", "\xff"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int structured = 0; structured < 2; structured++) {
            struct making m;
            fill(&m);
            struct sv large = sv_of(large_text(&m, texts[i]));
            m.item.id = m.item.url = m.item.title = m.item.content_text = m.item.summary = large;
            m.about.outlet.name = m.about.feed.title = m.about.feed.url = large;
            m.hits[0].rule = m.hits[0].rule_title = m.hits[0].snippet = large;
            m.about.key = ALERT_KEY_ITEM;
            m.about.format = structured ? ALERT_STRUCTURED : ALERT_BINARY;
            make(&m);
            const struct message dead = dead_letter_make(&m.messages[0], TOPIC, large, &m.arena);
            assert_true(is_json(dead.value) && size_of(&dead) < 100000);
            assert_true(dead.value.n > 2000); /* something was kept */
            arena_free(&m.arena);
        }
}

static void a_thousand_rules_leave_the_first_ones(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    struct buf value = {0}, rules = {0};
    buf_str(&value, "{\"item\":{\"id\":\"1\"},\"matches\":[");
    for (int i = 0; i < 1000; i++) {
        buf_printf(&value, "%s{\"rule\":\"rule-%d\",\"terms\":[{\"term\":\"t\"},{\"term\":\"u\"}],\"terms_omitted\":40}", i ? "," : "", i);
        buf_printf(&rules, "%srule-%d", i ? "," : "", i);
    }
    buf_str(&value, "],\"times\":{\"fetched\":\"now\"}}");
    struct message_header header = {SV("rules"), buf_view(&rules)};
    const struct message refused = {SV("01"), SV("news"), SV("gt"), buf_view(&value), &header, 1};
    const struct message dead = dead_letter_make(&refused, TOPIC, SV("too large"), &m.arena);
    const char *text = arena_copy(&m.arena, dead.value.p, dead.value.n);
    assert_true(is_json(dead.value) && dead.value.n < 10000);
    assert_has(text, "{\"rule\":\"rule-0\",\"terms\":[],\"terms_omitted\":42},{\"rule\":\"rule-1\"");
    assert_lacks(text, "rule-999");
    assert_has(text, "\"times\":{\"fetched\":\"now\"}}");
    assert_true(dead.headers[0].value.n <= 1024 && sv_starts(dead.headers[0].value, SV("rule-0,rule-1,")));
    assert_true(dead.headers[0].value.p[dead.headers[0].value.n - 1] != ',' && buf_view(&rules).p[dead.headers[0].value.n] == ',');
    buf_free(&value);
    buf_free(&rules);
    arena_free(&m.arena);
}

static void what_cannot_be_read_gives_an_empty_object(void **state)
{
    (void)state;
    static const char *const values[] = {"", "{", "[]", "[{\"item\":{}}]", "7", "\"item\"", "null", "{\"item\":{\"id\":\"1\"}", "{\"item\":{}}x", "{]", "\xff"};
    struct making m;
    making_open(&m);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const struct message refused = {SV("01"), SV("news"), SV("gt"), sv_of(values[i]), NULL, 0};
        const struct message dead = dead_letter_make(&refused, TOPIC, SV("r"), &m.arena);
        if (!sv_eq(dead.value, SV("{}")))
            fail_msg("%s: %.*s", values[i], SV_ARG(dead.value));
    }
    arena_free(&m.arena);
}

/* Somebody has edited the store. */
static void members_of_another_kind_are_left_out(void **state)
{
    (void)state;
    static const char *const values[][2] = {
        {"{\"item\":[{\"id\":\"1\"}],\"outlet\":\"o\",\"feed\":7,\"matches\":{\"rule\":\"r\"},\"times\":null}", "{}"},
        {"{\"item\":{\"id\":{\"id\":\"2\"},\"title\":[\"t\"],\"url\":true}}", "{\"item\":{\"truncated\":true}}"},
        {"{\"matches\":[\"r\",[{\"rule\":\"x\"}],{\"rule\":\"y\",\"terms\":{\"rule\":\"z\"}}]}", "{\"matches\":[{\"rule\":\"y\",\"terms\":[]}]}"},
        {"{\"data\":{\"item\":{\"id\":\"1\"}},\"x\":{\"item\":{\"id\":\"2\"}}}", "{}"},
        {"{\"item\":{\"deep\":{\"id\":\"3\"},\"id\":\"4\"}}", "{\"item\":{\"id\":\"4\",\"truncated\":true}}"},
    };
    struct making m;
    making_open(&m);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const struct message refused = {SV("01"), SV("news"), SV("gt"), sv_of(values[i][0]), NULL, 0};
        const struct message dead = dead_letter_make(&refused, TOPIC, SV("r"), &m.arena);
        assert_string_equal(arena_copy(&m.arena, dead.value.p, dead.value.n), values[i][1]);
    }
    /* So many that it could never be an alert. */
    struct buf many = {0};
    buf_str(&many, "{\"x\":0");
    for (int i = 0; i < 5000; i++)
        buf_str(&many, ",\"item\":{\"id\":\"1\",\"title\":\"again and again\"}");
    buf_byte(&many, '}');
    const struct message refused = {SV("01"), SV("news"), SV("gt"), buf_view(&many), NULL, 0};
    assert_true(sv_eq(dead_letter_make(&refused, TOPIC, SV("r"), &m.arena).value, SV("{}")));
    buf_free(&many);
    arena_free(&m.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_which_item_it_was_without_its_texts),
        cmocka_unit_test(a_structured_event_stays_one),
        cmocka_unit_test(headers_say_where_it_should_have_gone_and_why),
        cmocka_unit_test(whatever_was_large_it_is_small),
        cmocka_unit_test(a_thousand_rules_leave_the_first_ones),
        cmocka_unit_test(what_cannot_be_read_gives_an_empty_object),
        cmocka_unit_test(members_of_another_kind_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
