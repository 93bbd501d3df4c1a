/* JSON: what is written is valid, what is read comes out the same however it is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json.h"

/* ---- Writing ---- */

static void the_writer_places_commas(void **state)
{
    (void)state;
    struct buf out = {0};
    struct json_writer w = {.out = &out};
    json_object(&w);
    json_key(&w, "a");
    json_array(&w);
    json_integer(&w, INT64_MIN);
    json_bool(&w, true);
    json_null(&w);
    json_object(&w);
    json_object_end(&w);
    json_array(&w);
    json_array_end(&w);
    json_array_end(&w);
    json_member(&w, "none", SV_NONE);
    json_member(&w, "empty", SV(""));
    json_key(&w, "raw");
    json_raw(&w, SV("{\"x\":1}"));
    json_object_end(&w);
    assert_string_equal(buf_cstr(&out), "{\"a\":[-9223372036854775808,true,null,{},[]],\"empty\":\"\",\"raw\":{\"x\":1}}");
    buf_free(&out);
}

static void strings_are_escaped_and_made_valid(void **state)
{
    (void)state;
    static const struct { struct sv text; const char *json; } cases[] = {
        {SV("a\"b\\c/"), "\"a\\\"b\\\\c/\""},
        {SV("\b\t\n\v\f\r\x01\x1F\0"), "\"\\b\\t\\n\\u000b\\f\\r\\u0001\\u001f\\u0000\""},
        {SV("\x7F"), "\"\\u007f\""},
        {SV("伊朗 🙂"), "\"伊朗 🙂\""},
        {SV("a\xFF\xE2\x82z"), "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\""},
        {SV("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {SV("\xEF\xBF\xBD"), "\"\xEF\xBF\xBD\""},
        {SV("\xE2\x82"), "\"\xEF\xBF\xBD\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        struct json_writer w = {.out = &out};
        json_string(&w, cases[i].text);
        assert_string_equal(buf_cstr(&out), cases[i].json);
        buf_free(&out);
    }
}

/* ---- Reading ---- */

/* Each event as a line of its own. */
static bool put(void *out, char kind, struct sv v)
{
    buf_byte(out, kind);
    buf_sv(out, v);
    buf_byte(out, '\n');
    return true;
}

static bool on_object(void *out) { return put(out, '{', SV("")); }
static bool on_object_end(void *out) { return put(out, '}', SV("")); }
static bool on_array(void *out) { return put(out, '[', SV("")); }
static bool on_array_end(void *out) { return put(out, ']', SV("")); }
static bool on_key(void *out, struct sv v) { return put(out, 'k', v); }
static bool on_string(void *out, struct sv v) { return put(out, 's', v) && !sv_eq(v, SV("stop")); }
static bool on_number(void *out, struct sv v) { return put(out, 'n', v); }
static bool on_boolean(void *out, bool b) { return put(out, 'b', b ? SV("true") : SV("false")); }
static bool on_null(void *out) { return put(out, '0', SV("")); }

static const struct json_handlers handlers = {on_object, on_object_end, on_array, on_array_end, on_key, on_string, on_number, on_boolean, on_null, NULL};

/* In two pieces, cut at `cut`; false with `error` filled when it was refused. */
static bool read_cut(struct sv json, size_t cut, struct buf *out, struct buf *error)
{
    struct json_reader *r = json_reader_new(&handlers, out, NULL);
    bool good = json_reader_feed(r, sv_head(json, cut)) && json_reader_feed(r, sv_from(json, cut)) && json_reader_end(r);
    if (!good && json_reader_error(r))
        buf_str(error, json_reader_error(r));
    json_reader_free(&r);
    return good;
}

static void a_document_is_the_same_however_it_is_cut(void **state)
{
    (void)state;
    static const struct sv json = SV("{\"k\\u00e9y\": [1, -2.5e+10, \"a\\n\\u4f0a朗\\ud83d\\ude42\", true, false, null, {}], \"\":\"\"}");
    static const char expected[] = "{\nkkéy\n[\nn1\nn-2.5e+10\nsa\n伊朗🙂\nbtrue\nbfalse\n0\n{\n}\n]\nk\ns\n}\n";
    for (size_t cut = 0; cut <= json.n; cut++) {
        struct buf out = {0}, error = {0};
        assert_true(read_cut(json, cut, &out, &error));
        assert_string_equal(buf_cstr(&out), expected);
        buf_free(&out);
        buf_free(&error);
    }
}

static void what_is_no_json_is_refused_with_one_line(void **state)
{
    (void)state;
    static const struct sv cases[] = {
        SV("{"), SV("[1,"), SV("{\"a\"}"), SV("[1,]"), SV("{\"a\":1,}"), SV("[01]"), SV("[1.]"), SV("[.5]"), SV("[+1]"), SV("[1e]"), SV("[NaN]"),
        SV("[tru]"), SV("\"a"), SV("[\"\\x\"]"), SV("[\"\\u12g4\"]"), SV("[\"\\u12"), SV("[\"a\nb\"]"), SV("[\"a long text\x1F that goes on\"]"), SV("[1] x"), SV("{} {}"), SV("['a']"), SV("]"),
        SV("[\"\xFF\"]"), SV("[1}"), SV("{1:2}"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t cut = 0; cut <= cases[i].n; cut++) {
            struct buf out = {0}, error = {0};
            if (read_cut(cases[i], cut, &out, &error))
                fail_msg("%.*s was read, cut at %zu", SV_ARG(cases[i]), cut);
            if (!error.n || strchr(buf_cstr(&error), '\n'))
                fail_msg("%.*s: '%s'", SV_ARG(cases[i]), error.n ? error.p : "");
            buf_free(&out);
            buf_free(&error);
        }
}

static void lone_surrogates_do_not_come_out(void **state)
{
    (void)state;
    static const struct sv cases[] = {SV("[\"\\ud83d\"]"), SV("[\"\\ude42\"]"), SV("[\"\\ud83dx\"]"), SV("[\"\\ud83d\\u0041\"]"), SV("[\"\\ude42\\ud83d\"]")};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0}, error = {0};
        read_cut(cases[i], 0, &out, &error);
        assert_null(memmem(out.p, out.n, "\xED", 1)); /* which begins every surrogate */
        buf_free(&out);
        buf_free(&error);
    }
}

/* ---- Reading what is nearly JSON ---- */

static bool on_fault(void *out, size_t line, const char *what, bool loses)
{
    buf_printf(out, "!%zu %s%s\n", line, what, loses ? ": lost" : "");
    return true;
}

static const struct json_handlers lenient = {on_object, on_object_end, on_array, on_array_end, on_key, on_string, on_number, on_boolean, on_null, on_fault};

/* In pieces of every size; the events of all must be equal. */
static struct buf read_leniently(struct sv json, const struct json_limits *limits)
{
    struct buf first = {0};
    for (size_t piece = 1; piece <= json.n; piece++) {
        struct buf out = {0};
        struct json_reader *r = json_reader_new(&lenient, &out, limits);
        for (struct sv rest = json; rest.n; rest = sv_from(rest, piece))
            json_reader_feed(r, sv_head(rest, piece));
        if (!json_reader_end(r))
            buf_printf(&out, "? %s\n", json_reader_error(r));
        json_reader_free(&r);
        if (piece == 1)
            first = out;
        else {
            assert_string_equal(buf_cstr(&out), buf_cstr(&first));
            buf_free(&out);
        }
    }
    return first;
}

static void what_is_nearly_json_is_read_as_it_was_meant(void **state)
{
    (void)state;
    static const struct { struct sv json; const char *events; } cases[] = {
        {SV("[1,]"), "[\nn1\n!1 a comma with nothing behind it\n]\n"},
        {SV("{\"a\":1,\n}"), "{\nka\nn1\n!2 a comma with nothing behind it\n}\n"},
        {SV("[1,,2]"), "[\nn1\n!1 a comma with nothing behind it\nn2\n]\n"},
        {SV("[{}\n{}]"), "[\n{\n}\n!2 a comma is missing\n{\n}\n]\n"},
        {SV("{\"a\":1 \"b\":2}"), "{\nka\nn1\n!1 a comma is missing\nkb\nn2\n}\n"},
        {SV("{\"a\" 1}"), "{\nka\n!1 a colon is missing\nn1\n}\n"},
        {SV("{\"a\",\"b\":,\"c\":}"), "{\nka\n!1 a name without a value\nkb\nkc\n}\n"},
        {SV("{a:1}"), "{\n!1 a name without quotes\nka\nn1\n}\n"},
        {SV("[NaN,007]"), "[\n!1 a word that is no value\n0\n0\n]\n"},
        {SV("['it\\'s','a\"b']"), "[\n!1 a text in single quotes\n!1 a backslash before a character that takes none\nsit's\nsa\"b\n]\n"},
        {SV("[\"a\tb\0c\"]"), "[\n!1 a control character within a text\nsa\tbc\n]\n"},
        {SV("[\"\\u0000a\\xb\\u12g\"]"),
         "[\n!1 a backslash before a character that takes none\n!1 \\u without four hexadecimal digits\nsaxb\xEF\xBF\xBDg\n]\n"},
        {SV("/* one\n */ [1, // two\n 2]"), "!1 a comment\n[\nn1\nn2\n]\n"},
        {SV("[1] \n{\"a\":[2]}"), "[\nn1\n]\n!2 more behind its end\n"},
        {SV("{\"a\":[{\"b\":1}},{\"b\":2}]}"), "{\nka\n[\n{\nkb\nn1\n}\n!1 a bracket that closes nothing\n{\nkb\nn2\n}\n]\n}\n"},
        {SV("[{\"a\":[\"x\"},{}]"), "[\n{\nka\n[\nsx\n!1 a bracket that is not closed\n]\n}\n{\n}\n]\n"},
        {SV("[{\"a\":\"say \"no\" now\",\"b\":1}]"), "[\n{\nka\n!1 a quotation mark within a text that has no backslash before it\nssay \"no\" now\nkb\nn1\n}\n]\n"},
        {SV("[\"a\"\n\" \n b\"]"), "[\nsa\n!2 a control character within a text\n!3 a comma is missing\ns \n b\n]\n"},
        {SV("[\"a\" \n\tb\" \n,1]"), "[\n!1 a quotation mark within a text that has no backslash before it\n!1 a control character within a text\nsa\" \n\tb\nn1\n]\n"},
        {SV("{\"a\":1 {\"x\":[2]}, \"b\":3}"), "{\nka\nn1\n!1 a comma is missing\nkb\nn3\n}\n"},
        {SV("[\"a\xFF\"]"), "[\n!1 text that is not UTF-8\nsa\xEF\xBF\xBD\n]\n"},
        {SV("[1,\n[2"), "[\nn1\n[\nn2\n? line 2: it ends too early\n"},
        {SV("]{"), "!1 a bracket that closes nothing\n{\n? line 1: it ends too early\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = read_leniently(cases[i].json, NULL);
        assert_string_equal(buf_cstr(&out), cases[i].events);
        buf_free(&out);
    }
}

static void what_is_beyond_the_limits_is_cut(void **state)
{
    (void)state;
    static const struct json_limits limits = {.depth = 2, .text = 5};
    struct buf out = read_leniently(SV("[[[[\"]\"]],1],\"abcde\",\"abcd\xC3\xA9z\",\"\\u0061bcd\\u00e9\"]"), &limits);
    assert_string_equal(buf_cstr(&out), "[\n[\n!1 nested deeper than is allowed: lost\nn1\n]\nsabcde\n!1 a text longer than is allowed: lost\nsabcd\nsabcd\n]\n");
    buf_free(&out);
}

static void lone_surrogates_are_replaced(void **state)
{
    (void)state;
    struct buf out = read_leniently(SV("[\"\\ud83d\",\"\\ud83dx\\ude42\",\"\\ud83d\\n\",\"\\ud83d\\ud83d\\ude42\"]"), NULL);
    assert_string_equal(buf_cstr(&out), "[\ns\xEF\xBF\xBD\ns\xEF\xBF\xBDx\xEF\xBF\xBD\ns\xEF\xBF\xBD\n\ns\xEF\xBF\xBD🙂\n]\n");
    buf_free(&out);
}

static void a_handler_may_stop(void **state)
{
    (void)state;
    struct buf out = {0};
    struct json_reader *r = json_reader_new(&handlers, &out, NULL);
    assert_false(json_reader_feed(r, SV("[\"a\", \"stop\", \"b\"]")));
    assert_string_equal(buf_cstr(&out), "[\nsa\nsstop\n");
    assert_false(json_reader_feed(r, SV("[]")));
    assert_false(json_reader_end(r));
    assert_null(json_reader_error(r)); /* it is no mistake */
    json_reader_free(&r);
    buf_free(&out);
}

static void deep_nesting_is_read(void **state)
{
    (void)state;
    struct buf json = {0}, out = {0}, error = {0};
    for (size_t i = 0; i < 100000; i++)
        buf_byte(&json, '[');
    for (size_t i = 0; i < 100000; i++)
        buf_byte(&json, ']');
    assert_true(read_cut(buf_view(&json), 50000, &out, &error));
    assert_int_equal(out.n, 2 * json.n);
    buf_free(&json);
    buf_free(&out);
    buf_free(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_writer_places_commas),
        cmocka_unit_test(strings_are_escaped_and_made_valid),
        cmocka_unit_test(a_document_is_the_same_however_it_is_cut),
        cmocka_unit_test(what_is_no_json_is_refused_with_one_line),
        cmocka_unit_test(lone_surrogates_do_not_come_out),
        cmocka_unit_test(what_is_nearly_json_is_read_as_it_was_meant),
        cmocka_unit_test(what_is_beyond_the_limits_is_cut),
        cmocka_unit_test(lone_surrogates_are_replaced),
        cmocka_unit_test(a_handler_may_stop),
        cmocka_unit_test(deep_nesting_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
