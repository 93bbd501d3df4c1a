/* The labels of the WHATWG Encoding standard, and what each encoding makes of its bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "feed/encoding.h"

/* Every label of the standard, behind the name of its encoding. */
static const char *const standard[] = {
    "utf-8", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "ibm866", "866 cp866 csibm866 ibm866",
    "iso-8859-2", "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso-8859-3", "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso-8859-4", "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso-8859-5", "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso-8859-6", "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 "
                  "iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso-8859-7", "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek",
    "iso-8859-8", "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual",
    "iso-8859-8-i", "csiso88598i iso-8859-8-i logical",
    "iso-8859-10", "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso-8859-13", "iso-8859-13 iso8859-13 iso885913",
    "iso-8859-14", "iso-8859-14 iso8859-14 iso885914",
    "iso-8859-15", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso-8859-16", "iso-8859-16",
    "koi8-r", "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u", "koi8-ru koi8-u",
    "macintosh", "csmacintosh mac macintosh x-mac-roman",
    "windows-874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "windows-1250", "cp1250 windows-1250 x-cp1250",
    "windows-1251", "cp1251 windows-1251 x-cp1251",
    "windows-1252", "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 "
                    "latin1 us-ascii windows-1252 x-cp1252",
    "windows-1253", "cp1253 windows-1253 x-cp1253",
    "windows-1254", "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254",
    "windows-1255", "cp1255 windows-1255 x-cp1255",
    "windows-1256", "cp1256 windows-1256 x-cp1256",
    "windows-1257", "cp1257 windows-1257 x-cp1257",
    "windows-1258", "cp1258 windows-1258 x-cp1258",
    "x-mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian",
    "gb18030", "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030",
    "big5", "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc-jp", "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso-2022-jp", "csiso2022jp iso-2022-jp",
    "shift_jis", "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "euc-kr", "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
    "iso-2022-kr", "csiso2022kr iso-2022-kr",
    "iso-2022-cn", "iso-2022-cn iso-2022-cn-ext",
    "utf-16be", "unicodefffe utf-16be",
    "utf-16le", "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    "x-user-defined", "x-user-defined",
};

static void all_labels_of_the_standard_are_known_and_their_encodings_can_be_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof standard / sizeof *standard; i += 2) {
        char name[ENCODING_NAME];
        for (struct sv rest = sv_of(standard[i + 1]), label; sv_split(&rest, ' ', &label);) {
            if (!encoding_find(label, name))
                fail_msg("%.*s is not known", SV_ARG(label));
            assert_string_equal(name, standard[i]);
        }
        struct decoder d;
        if (!decoder_open(&d, standard[i]))
            fail_msg("%s cannot be read", standard[i]);
        decoder_close(&d);
    }
}

static void labels_are_compared_by_letters_and_digits(void **state)
{
    (void)state;
    static const char *const labels[][2] = {{" Windows_1251\t", "windows-1251"}, {"UTF 8", "utf-8"}, {"utf_8", "utf-8"}, {"ISO 8859-15", "iso-8859-15"},
                                            {"GB-18030", "gb18030"}, {"EUC_KR", "euc-kr"}, {"Shift JIS", "shift_jis"}, {"win-1250", "windows-1250"}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        char name[ENCODING_NAME];
        assert_true(encoding_find(sv_of(labels[i][0]), name));
        assert_string_equal(name, labels[i][1]);
    }
}

static void what_iconv_has_beside_is_taken_but_not_what_hides_ascii(void **state)
{
    (void)state;
    char name[ENCODING_NAME];
    assert_true(encoding_find(SV("CP850"), name));
    assert_string_equal(name, "cp850");
    static const char *const nonsense[] = {"", "-", "no-such-thing", "utf-7", "UTF-8//IGNORE", "ebcdic-us", "ibm037", "../../x", "hz-gb-2312", "utf-8\xFF",
                                           "a-very-long-label-that-goes-on-and-on-for-more-than-forty-bytes"};
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++)
        assert_false(encoding_find(sv_of(nonsense[i]), name));
}

/* In two pieces, cut everywhere; each must give the text. */
static void check(const char *name, struct sv bytes, const char *text)
{
    for (size_t cut = 0; cut <= bytes.n; cut++) {
        struct decoder d;
        struct buf out = {0}, scratch = {0};
        assert_true(decoder_open(&d, name));
        struct sv parts[] = {sv_head(bytes, cut), sv_from(bytes, cut), SV("")}, piece;
        for (size_t i = 0; i < 3; i++)
            while ((piece = decoder_next(&d, &parts[i], i == 2, &scratch)).n)
                buf_sv(&out, piece);
        assert_string_equal(buf_cstr(&out), text);
        decoder_close(&d);
        buf_free(&out);
        buf_free(&scratch);
    }
}

static void encodings_mean_what_the_standard_says(void **state)
{
    (void)state;
    check("windows-1252", SV("\x80\x81\x93\xE9<"), "€\xC2\x81“é<");
    check("windows-1251", SV("\xCF\xF0\xE8\x98"), "При\xC2\x98");
    check("koi8-u", SV("\xA4\xA6\xAE\xBE"), "єіўЎ");
    check("x-mac-cyrillic", SV("\x80\xFF"), "А€");
    check("macintosh", SV("\x8E\xC6\xDB"), "é∆€");
    check("windows-874", SV("\x80\x85\x93\xA1\xFE"), "€…“ก\xEF\xBF\xBD");
    check("windows-1255", SV("\xE9\xC4\xE0"), "יִא");
    check("windows-1258", SV("a\xCC" "b\xC2"), "a\xCC\x80" "bÂ");
    check("iso-8859-8-i", SV("\xF9\xEC\xE5\xED"), "שלום");
    check("x-user-defined", SV("a\x80\xFF"), "a\xEF\x9E\x80\xEF\x9F\xBF");
    check("gb18030", SV("\x80\xD2\xBB\x81\x30\x81\x30\xA2\xE3"), "€一\xC2\x80€");
    check("big5", SV("\xA4@\xA3\xE1\x87\x40"), "一€䏰");
    check("shift_jis", SV("\x88\xEA\xB1\x87\x40\\~"), "一ｱ①\\~");
    check("euc-jp", SV("\xB0\xEC\xAD\xA1\x8E\xB1\x8F\xB0\xA1"), "一①ｱ丂");
    check("euc-kr", SV("\xC7\xD1\x81\x41"), "한갂");
    check("iso-2022-jp", SV("a\x1B$B0l-!\x1B(I1\x1B(J\\\x1B$(D0!\x1B(B<"), "a一①ｱ¥丂<");
    check("utf-16be", SV("\0<\xD8\x3D\xDE\x42\x4E\0"), "<🙂一");
    check("utf-32le", SV("<\0\0\0\x42\xF6\x01\0"), "<🙂");
}

#define WRONG "\xEF\xBF\xBD"

static void a_wrong_sequence_is_one_replacement_and_eats_no_ascii(void **state)
{
    (void)state;
    check("utf-8", SV("\xE4\xB8<\xC0\xAF\xED\xA0\x80\xF4\x90z\xF0\x9F\x99"), WRONG "<" WRONG WRONG WRONG WRONG WRONG WRONG WRONG "z" WRONG);
    check("gb18030", SV("\xD2<\xD2\xFF\xD2\xBB\x81\x30<\x81\x30\x81<\xFF<\xD2"), WRONG "<" WRONG "一" WRONG "0<" WRONG "0" WRONG "<" WRONG "<" WRONG);
    check("big5", SV("\x88\x66\xFF<\x88\x62"), "Ê" WRONG "<Ê\xCC\x84"); /* the first waits for what may follow */
    check("big5", SV("\xA4<\xA4\xFF\xA4@\xC8"), WRONG "<" WRONG "一" WRONG);
    check("shift_jis", SV("\x88<\x88\xFF\x88\xEA\xFF<\x88"), WRONG "<" WRONG "一" WRONG "<" WRONG);
    check("euc-jp", SV("\xB0<\xB0\xFF\xB0\xEC\x8F\xB0<\x8F\xB0\xFF\xB0\xEC\x8F\xB0"), WRONG "<" WRONG "一" WRONG "<" WRONG "一" WRONG);
    check("euc-kr", SV("\xC7<\xC7\xFF\xC7\xD1\xFF<\xC7"), WRONG "<" WRONG "한" WRONG "<" WRONG);
    check("iso-2022-jp", SV("\x1B%A\x1B$B0l0\x1B(B<\xFF\x1B$B0"), WRONG "%A一" WRONG "<" WRONG WRONG);
    check("utf-16le", SV("\x3D\xD8<\0\x42\xDE<\0x"), WRONG "<" WRONG "<" WRONG);
    check("utf-16be", SV("\xD8\x3D"), WRONG);
    check("utf-32be", SV("\0\x11\0\0\0\0\xD8\0\0\0\0<\0"), WRONG WRONG "<" WRONG);
}

/* A thousand random texts of bytes that begin, go on and end sequences: cut in the middle they give the same. */
static void random_bytes_are_the_same_however_they_are_cut(void **state)
{
    (void)state;
    static const char *const names[] = {"utf-8", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-2022-jp", "iso-2022-kr", "utf-16le", "utf-32be", "johab", "euc-tw"};
    static const unsigned char bytes[] = {0x00, 0x1B, '$', '(', 'B', 'D', '0', '<', '@', 0x7F, 0x80, 0x81, 0x88, 0x8E, 0x8F, 0xA1, 0xB0, 0xBF,
                                          0xC8, 0xD8, 0xDC, 0xE0, 0xED, 0xF0, 0xF4, 0xFE, 0xFF, 0x0E, 0x0F, 0xCC, 0x62, 0x88};
    uint32_t chance = 7;
    for (size_t round = 0; round < 1000 * sizeof names / sizeof *names; round++) {
        const char *name = names[round % (sizeof names / sizeof *names)];
        char text[24];
        for (size_t i = 0; i < sizeof text; i++) {
            chance = chance * 1664525 + 1013904223;
            text[i] = (char)bytes[chance >> 16 & 31];
        }
        struct buf whole = {0}, scratch = {0};
        struct decoder d;
        assert_true(decoder_open(&d, name));
        struct sv rest = {text, sizeof text}, piece;
        while ((piece = decoder_next(&d, &rest, true, &scratch)).n)
            buf_sv(&whole, piece);
        decoder_close(&d);
        assert_int_equal(utf8_valid_until(buf_view(&whole)), whole.n);
        for (size_t n = 1; n < 6; n++) {
            struct buf out = {0};
            assert_true(decoder_open(&d, name));
            for (size_t at = 0; at <= sizeof text; at += n) {
                struct sv part = sv_head(sv_from((struct sv){text, sizeof text}, at), n);
                while ((piece = decoder_next(&d, &part, at + n > sizeof text, &scratch)).n)
                    buf_sv(&out, piece);
            }
            decoder_close(&d);
            if (!sv_eq(buf_view(&out), buf_view(&whole)))
                fail_msg("%s, round %zu, pieces of %zu: '%s', not '%s'", name, round, n, buf_cstr(&out), buf_cstr(&whole));
            buf_free(&out);
        }
        buf_free(&whole);
        buf_free(&scratch);
    }
}

static void valid_utf_8_is_passed_on_as_it_lies(void **state)
{
    (void)state;
    struct decoder d;
    struct buf scratch = {0};
    struct sv bytes = SV("Переговоры <b>"), rest = bytes;
    assert_true(decoder_open(&d, "utf-8"));
    struct sv text = decoder_next(&d, &rest, false, &scratch);
    assert_ptr_equal(text.p, bytes.p);
    assert_int_equal(text.n, bytes.n);
    decoder_close(&d);
    buf_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_labels_of_the_standard_are_known_and_their_encodings_can_be_read),
        cmocka_unit_test(labels_are_compared_by_letters_and_digits),
        cmocka_unit_test(what_iconv_has_beside_is_taken_but_not_what_hides_ascii),
        cmocka_unit_test(encodings_mean_what_the_standard_says),
        cmocka_unit_test(a_wrong_sequence_is_one_replacement_and_eats_no_ascii),
        cmocka_unit_test(random_bytes_are_the_same_however_they_are_cut),
        cmocka_unit_test(valid_utf_8_is_passed_on_as_it_lies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
