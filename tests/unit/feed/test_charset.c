#include <iconv.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "feed/charset.h"
#include "reading.h"

#define RUSSIAN "\xD0\x9F\xD0\xB5\xD1\x80\xD0\xB5\xD0\xB3\xD0\xBE\xD0\xB2\xD0\xBE\xD1\x80\xD1\x8B \xD0\xB2 \xD0\x90\xD0\xBB\xD1\x8F\xD1\x81\xD0\xBA\xD0\xB5"
#define CHINESE "\xE4\xB8\x80\xE5\xB8\xA6\xE4\xB8\x80\xE8\xB7\xAF\xE5\x80\xA1\xE8\xAE\xAE"

/* `text` (UTF-8) in a charset. */
static struct buf encoded(const char *text, const char *charset)
{
    struct buf out = {0};
    iconv_t converter = iconv_open(charset, "UTF-8");
    assert_true(converter != (iconv_t)-1);
    char *in = (char *)text;
    size_t left = strlen(text), room = 4 * left + 16;
    buf_reserve(&out, room);
    char *to = out.p;
    assert_true(iconv(converter, &in, &left, &to, &room) != (size_t)-1);
    out.n = (size_t)(to - out.p);
    iconv_close(converter);
    return out;
}

static struct buf decoded(struct sv bytes, const char *content_type, size_t piece, char name[40])
{
    struct buf out = {0};
    struct charset *c = charset_new(sv_of(content_type));
    for (struct sv rest = bytes, part; rest.n; rest = sv_from(rest, part.n)) {
        part = sv_head(rest, piece);
        charset_write(c, part, &out);
    }
    charset_end(c, &out);
    snprintf(name, 40, "%.*s", SV_ARG(charset_name(c)));
    charset_free(&c);
    assert_int_equal(utf8_valid_until(buf_view(&out)), out.n);
    return out;
}

/* Bytes, however they are cut, give this text and this charset. */
static void check(struct sv bytes, const char *content_type, const char *text, const char *charset)
{
    static const size_t pieces[] = {1 << 20, 1, 3, 1000};
    for (size_t i = 0; i < 4; i++) {
        char name[40];
        struct buf out = decoded(bytes, content_type, pieces[i], name);
        assert_string_equal(buf_cstr(&out), text);
        assert_string_equal(name, charset);
        buf_free(&out);
    }
}

static void check_encoded(const char *text, const char *encoding, const char *content_type, const char *charset)
{
    struct buf bytes = encoded(text, encoding);
    check(buf_view(&bytes), content_type, text, charset);
    buf_free(&bytes);
}

static void the_http_header_names_the_charset(void **state)
{
    (void)state;
    check_encoded("<rss>" RUSSIAN "</rss>", "windows-1251", "text/xml; charset=windows-1251", "windows-1251");
    check_encoded("<rss>" RUSSIAN "</rss>", "koi8-r", "text/xml; charset=\"KOI8-R\"", "koi8-r");
}

static void the_declaration_names_the_charset(void **state)
{
    (void)state;
    check_encoded("<?xml version='1.0' encoding='windows-1251'?><rss>" RUSSIAN "</rss>", "windows-1251", NULL, "windows-1251");
    check_encoded("<?xml version=\"1.0\" encoding=\"gb2312\"?><rss>" CHINESE CHINESE "</rss>", "gb18030", "text/xml", "gb18030");
}

static void the_header_beats_the_declaration(void **state)
{
    (void)state;
    check_encoded("<?xml version='1.0' encoding='windows-1252'?>" RUSSIAN, "windows-1251", "text/xml; charset=cp1251", "windows-1251");
}

static void valid_utf_8_beats_another_label(void **state)
{
    (void)state;
    const char *text = "<?xml version='1.0' encoding='windows-1251'?>" RUSSIAN;
    check(sv_of(text), "text/xml; charset=iso-8859-1", text, "utf-8");
    const char *chinese = "<?xml version='1.0' encoding='gb2312'?>" CHINESE;
    check(sv_of(chinese), NULL, chinese, "utf-8");
}

/* These two characters of GBK are valid UTF-8 by accident. */
static void a_short_accident_is_no_utf_8(void **state)
{
    (void)state;
    check_encoded("<?xml encoding='gb2312'?>\xE8\x81\x94\xE9\x80\x9A", "gb18030", NULL, "gb18030");
}

static void latin_1_is_windows_1252(void **state)
{
    (void)state;
    check(SV("<?xml version='1.0' encoding='iso-8859-1'?>\x93quoted\x94 caf\xE9"), NULL,
          "<?xml version='1.0' encoding='iso-8859-1'?>\xE2\x80\x9Cquoted\xE2\x80\x9D caf\xC3\xA9", "windows-1252");
}

static void what_has_no_label_and_is_no_utf_8_is_windows_1252(void **state)
{
    (void)state;
    check(SV("<rss>caf\xE9</rss>"), NULL, "<rss>caf\xC3\xA9</rss>", "windows-1252");
}

static void a_mark_beats_everything(void **state)
{
    (void)state;
    check(SV("\xEF\xBB\xBF<rss>\xC3\xA9</rss>"), "text/xml; charset=windows-1251", "<rss>\xC3\xA9</rss>", "utf-8");
    check_encoded("<rss>" RUSSIAN "</rss>", "utf-16le", NULL, "utf-16le"); /* without a mark */
    check_encoded("<rss>" RUSSIAN "</rss>", "utf-16be", "text/xml; charset=utf-8", "utf-16be");
    check(SV("\xFF\xFE<\0a\0>\0"), NULL, "<a>", "utf-16le");
    check_encoded("<rss>" RUSSIAN "</rss>", "utf-32be", NULL, "utf-32be");
}

static void a_wrong_byte_becomes_a_replacement_and_the_rest_is_read(void **state)
{
    (void)state;
    check(SV("<?xml encoding='utf-8'?>" RUSSIAN "\xFF" RUSSIAN), NULL, "<?xml encoding='utf-8'?>" RUSSIAN "\xEF\xBF\xBD" RUSSIAN, "utf-8");
    check(SV("<?xml encoding='gb2312'?>\xD2\xBB\xFF\xD2\xBB\xD2\xBB\xD2\xBB\xD2\xBB"), NULL,
          "<?xml encoding='gb2312'?>\xE4\xB8\x80\xEF\xBF\xBD\xE4\xB8\x80\xE4\xB8\x80\xE4\xB8\x80\xE4\xB8\x80", "gb18030");
}

static void a_label_that_means_nothing_is_passed_over(void **state)
{
    (void)state;
    check(SV("<?xml encoding='no-such-thing'?>caf\xE9"), NULL, "<?xml encoding='no-such-thing'?>caf\xC3\xA9", "windows-1252");
    check(SV("<rss>caf\xE9</rss>"), "text/xml; charset=UTF-8//IGNORE", "<rss>caf\xC3\xA9</rss>", "windows-1252");
    check(SV("<?xml encoding='utf-16'?>\xC3\xA9"), NULL, "<?xml encoding='utf-16'?>\xC3\xA9", "utf-8");
}

static void east_asian_charsets_are_read(void **state)
{
    (void)state;
    check_encoded("<?xml encoding='Shift_JIS'?>\xE6\x97\xA5\xE6\x9C\xAC\xE3\x81\xAE\xE3\x83\x8B\xE3\x83\xA5\xE3\x83\xBC\xE3\x82\xB9", "cp932", NULL, "cp932");
    check_encoded("<?xml encoding='euc-kr'?>\xED\x95\x9C\xEA\xB5\xAD\xEC\x9D\x98 \xEB\x89\xB4\xEC\x8A\xA4", "uhc", NULL, "uhc");
    check_encoded("<?xml encoding='big5'?>\xE4\xB8\x80\xE5\xB8\xB6\xE4\xB8\x80\xE8\xB7\xAF", "big5-hkscs", NULL, "big5-hkscs");
    check_encoded("<?xml encoding='iso-2022-jp'?>\xE6\x97\xA5\xE6\x9C\xAC", "iso-2022-jp", NULL, "iso-2022-jp");
    check_encoded("<?xml encoding='euc-jp'?>\xE6\x97\xA5\xE6\x9C\xAC\xE3\x81\xAE", "euc-jp", NULL, "euc-jp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_http_header_names_the_charset),
        cmocka_unit_test(the_declaration_names_the_charset),
        cmocka_unit_test(the_header_beats_the_declaration),
        cmocka_unit_test(valid_utf_8_beats_another_label),
        cmocka_unit_test(a_short_accident_is_no_utf_8),
        cmocka_unit_test(latin_1_is_windows_1252),
        cmocka_unit_test(what_has_no_label_and_is_no_utf_8_is_windows_1252),
        cmocka_unit_test(a_mark_beats_everything),
        cmocka_unit_test(a_wrong_byte_becomes_a_replacement_and_the_rest_is_read),
        cmocka_unit_test(a_label_that_means_nothing_is_passed_over),
        cmocka_unit_test(east_asian_charsets_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
