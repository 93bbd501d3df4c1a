/* One message for each topic: headers, key, identity. */
#include "making.h"

static void all_rules_of_a_topic_stand_in_one_message(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    add_hit(&m, "a", NULL), add_hit(&m, "b", "news.iran"), add_hit(&m, "c", "news.alerts"), add_hit(&m, "d", "news.iran");
    make(&m);
    assert_int_equal(m.count, 2);
    assert_true(sv_eq(m.messages[0].topic, SV("news.alerts")) && sv_eq(m.messages[1].topic, SV("news.iran")));
    assert_string_equal(header(&m, 0, "rules"), "a,c");
    assert_string_equal(header(&m, 1, "rules"), "b,d");
    assert_has(value_of(&m, 0), "\"matches\":[{\"rule\":\"a\",\"terms\":[]},{\"rule\":\"c\",\"terms\":[]}]");
    assert_has(value_of(&m, 1), "\"matches\":[{\"rule\":\"b\",\"terms\":[]},{\"rule\":\"d\",\"terms\":[]}]");
    arena_free(&m.arena);
}

static void no_hit_gives_no_message(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    make(&m);
    assert_int_equal(m.count, 0);
    arena_free(&m.arena);
}

static void the_headers_are_those_of_the_contract(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    add_hit(&m, "jcpoa", NULL);
    make(&m);
    assert_int_equal(m.messages[0].header_count, 9);
    assert_string_equal(header(&m, 0, "ce_specversion"), "1.0");
    assert_int_equal(strlen(header(&m, 0, "ce_id")), 32);
    assert_string_equal(header(&m, 0, "ce_source"), "/newswatchd/desk");
    assert_string_equal(header(&m, 0, "ce_type"), "newswatchd.item.matched");
    assert_string_equal(header(&m, 0, "ce_time"), "2023-11-14T22:13:20.123Z");
    assert_string_equal(header(&m, 0, "ce_subject"), "gt");
    assert_string_equal(header(&m, 0, "ce_dataschema"), ALERT_SCHEMA_URI);
    assert_string_equal(header(&m, 0, "content-type"), "application/json");
    assert_string_equal(header(&m, 0, "rules"), "jcpoa");
    assert_true(sv_eq(m.messages[0].id, sv_of(header(&m, 0, "ce_id"))));
    arena_free(&m.arena);
}

static void a_revision_makes_an_update_with_an_id_of_its_own(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    add_hit(&m, "r", NULL);
    make(&m);
    const char *first = header(&m, 0, "ce_id");
    m.about.revision = SV("1f");
    make(&m);
    const char *second = header(&m, 0, "ce_id");
    assert_string_equal(header(&m, 0, "ce_type"), "newswatchd.item.updated");
    assert_string_not_equal(second, first);
    m.about.matched += MS_DAY;
    make(&m);
    assert_string_equal(header(&m, 0, "ce_id"), second);
    m.about.revision = SV("2f");
    make(&m);
    assert_string_not_equal(header(&m, 0, "ce_id"), second);
    m.about.format = ALERT_STRUCTURED;
    make(&m);
    assert_has(value_of(&m, 0), "\"type\":\"newswatchd.item.updated\"");
    arena_free(&m.arena);
}

static const char *id_with(struct making *m)
{
    m->hit_count = 0;
    add_hit(m, "r", NULL);
    make(m);
    return header(m, 0, "ce_id");
}

/* Consumers know an event by its id for ever: a change of this number is a change that breaks them. */
static void the_id_is_the_same_for_ever_and_of_each_event_its_own(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    const char *first = id_with(&m);
    assert_string_equal(first, "157b9f8d9455b88da9b5431f119b8933");
    m.about.matched += MS_DAY, m.about.fetched += MS_DAY, m.about.instance = SV("other"), m.about.feed.id = SV("gt.world");
    m.item.title = SV("changed"), m.about.key = ALERT_KEY_ITEM, m.about.text_limit = 1;
    assert_string_equal(id_with(&m), first);
    m.about.format = ALERT_STRUCTURED;
    id_with(&m);
    assert_true(sv_eq(m.messages[0].id, sv_of(first)));
    m.about.format = ALERT_BINARY;
    m.about.topic = SV("news.other");
    assert_string_not_equal(id_with(&m), first);
    m.about.topic = SV("news.alerts"), m.about.outlet.id = SV("xinhua");
    assert_string_not_equal(id_with(&m), first);
    m.about.outlet.id = SV("gt"), m.item.id = SV("tag:2");
    assert_string_not_equal(id_with(&m), first);
    m.about.outlet.id = SV("gtt"), m.item.id = SV("ag:1"); /* the parts do not run together */
    assert_string_not_equal(id_with(&m), first);
    arena_free(&m.arena);
}

static void the_key_is_the_outlet_or_what_the_operator_chose(void **state)
{
    (void)state;
    static const struct {
        enum alert_key key;
        const char *want;
    } cases[] = {{ALERT_KEY_OUTLET, "gt"}, {ALERT_KEY_ITEM, "tag:1"}, {ALERT_KEY_FEED, "gt.china"}};
    for (size_t i = 0; i < 3; i++) {
        struct making m;
        making_open(&m);
        m.about.key = cases[i].key;
        add_hit(&m, "r", NULL);
        make(&m);
        assert_true(sv_eq(m.messages[0].key, sv_of(cases[i].want)));
        arena_free(&m.arena);
    }
}

static void a_structured_event_stands_in_the_value(void **state)
{
    (void)state;
    struct making m;
    making_open(&m);
    m.about.format = ALERT_STRUCTURED;
    add_hit(&m, "r", NULL);
    make(&m);
    assert_int_equal(m.messages[0].header_count, 2);
    assert_string_equal(header(&m, 0, "content-type"), "application/cloudevents+json; charset=UTF-8");
    assert_string_equal(header(&m, 0, "rules"), "r");
    char start[512];
    snprintf(start, sizeof start,
             "{\"specversion\":\"1.0\",\"id\":\"%.*s\",\"source\":\"/newswatchd/desk\",\"type\":\"newswatchd.item.matched\","
             "\"time\":\"2023-11-14T22:13:20.123Z\",\"subject\":\"gt\",\"dataschema\":\"%s\",\"datacontenttype\":\"application/json\",\"data\":{\"item\":{",
             SV_ARG(m.messages[0].id), ALERT_SCHEMA_URI);
    assert_true(sv_starts(m.messages[0].value, sv_of(start)));
    assert_true(is_json(m.messages[0].value));
    arena_free(&m.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_rules_of_a_topic_stand_in_one_message),
        cmocka_unit_test(no_hit_gives_no_message),
        cmocka_unit_test(the_headers_are_those_of_the_contract),
        cmocka_unit_test(a_revision_makes_an_update_with_an_id_of_its_own),
        cmocka_unit_test(the_id_is_the_same_for_ever_and_of_each_event_its_own),
        cmocka_unit_test(the_key_is_the_outlet_or_what_the_operator_chose),
        cmocka_unit_test(a_structured_event_stands_in_the_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
