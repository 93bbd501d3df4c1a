/* Spellings that meet, and those that do not. A rule is one spelling, the text the other. */
#include "base/utf8.h"
#include "match/fold.h"
#include "trying.h"

static void letters_meet_without_case_and_marks(void **state)
{
    static const struct trial rows[] = {
        {"Iran", "IRAN", HIT, "case"},
        {"accord", "ＡＣＣＯＲＤ", HIT, "full width: NFKC"},
        {"office", "o\xEF\xAC\x83" "ce", HIT, "the ligature ffi: NFKC"},
        {"Straße", "STRASSE", HIT, "case folding of sharp s"},
        {"strasse", "Straße", HIT, "the same the other way"},
        {"nucléaire", "nucleaire", HIT, "Latin marks are dropped"},
        {"nucleaire", "nucl\x65\xCC\x81" "aire", HIT, "a combining accent too"},
        {"Việt", "viet", HIT, "two marks on a letter"},
        {"Istanbul", "İstanbul", HIT, "dotted capital I"},
        {"DIYARBAKIR", "Diyarbakır", HIT, "dotless i"},
        {"Łódź", "lodz", HIT, "l with stroke, o acute, z acute"},
        {"Øresund", "oresund", HIT, "o with stroke"},
        {"Đà", "da", HIT, "d with stroke"},
        {"Ħal", "hal", HIT, "h with stroke"},
        {"Æsop", "aesop", MISS, "ae is not among them"},
        {"Niño", "nino", HIT, "n tilde"},
        {"Αθήνα", "ΑΘΗΝΑ", HIT, "Greek tonos"},
        {"λόγος", "ΛΟΓΟΣ", HIT, "final sigma"},
        {"x²y", "x2y", HIT, "superscript two: NFKC"},
        {"Ⅷabc", "viiiabc", HIT, "a Roman numeral: NFKC"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void cyrillic_keeps_its_letters(void **state)
{
    static const struct trial rows[] = {
        {"Королёв", "королев", HIT, "ё is е"},
        {"Королев", "КОРОЛЁВ", HIT, "the same the other way"},
        {"Королев", "Корол\xD0\xB5\xCC\x88" "в", HIT, "е with a combining diaeresis"},
        {"замок", "за\xCC\x81мок", HIT, "a stress mark, acute"},
        {"замок", "за\xCC\x80мок", HIT, "a stress mark, grave"},
        {"край", "краи", MISS, "й stays"},
        {"край", "кра\xD0\xB8\xCC\x86", HIT, "й decomposed is й"},
        {"Київ", "Киів", MISS, "ї stays"},
        {"Путин", "ПУТИН", HIT, "case"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void arabic_and_hebrew_meet_without_points(void **state)
{
    static const struct trial rows[] = {
        {"إيران", "ايران", HIT, "alef with hamza below"},
        {"أحمد", "احمد", HIT, "alef with hamza above"},
        {"آسيا", "اسيا", HIT, "alef with madda"},
        {"ٱلله", "الله", HIT, "alef wasla"},
        {"محادثات", "مُحَادَثَات", HIT, "tashkeel"},
        {"محادثات", "محــادثات", HIT, "tatweel"},
        {"رحمن", "رحمٰن", HIT, "superscript alef, U+0670"},
        {"ایران", "ايران", HIT, "Farsi and Arabic yeh"},
        {"على", "علي", HIT, "alef maksura"},
        {"کتاب", "كتاب", HIT, "Farsi and Arabic kaf"},
        {"ﻣﺤﺎﺩﺛﺎﺕ", "محادثات", HIT, "presentation forms: NFKC"},
        {"2015", "٢٠١٥", HIT, "Arabic digits"},
        {"٢٠١٥", "۲۰۱۵", HIT, "Arabic and Persian digits"},
        {"مؤتمر", "موتمر", MISS, "waw with hamza is no alef"},
        {"שלום", "שָׁלוֹם", HIT, "niqqud"},
        {"שלום", "שלומ", MISS, "a final letter stays"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void han_meets_across_its_forms(void **state)
{
    static const struct trial rows[] = {
        {"伊核协议", "伊核協議", HIT, "simplified and traditional"},
        {"伊核協議", "伊核协议", HIT, "the other way"},
        {"会談", "會談", HIT, "Japanese and traditional"},
        {"会谈", "会談", HIT, "simplified and Japanese"},
        {"国", "國", HIT, "country"},
        {"沢", "澤", HIT, "Japanese new form, old form"},
        {"泽", "沢", HIT, "simplified, Japanese"},
        {"両", "两", HIT, "Japanese, simplified"},
        {"气", "気", HIT, "simplified, Japanese"},
        {"广", "広", HIT, "simplified, Japanese"},
        {"发", "發", HIT, "simplified, traditional"},
        {"发", "発", HIT, "simplified, Japanese"},
        {"龙", "竜", HIT, "simplified, Japanese"},
        {"济", "済", HIT, "simplified, Japanese"},
        {"图", "図", HIT, "simplified, Japanese"},
        {"经", "経", HIT, "simplified, Japanese"},
        {"对", "対", HIT, "simplified, Japanese"},
        {"战", "戦", HIT, "simplified, Japanese"},
        {"变", "変", HIT, "simplified, Japanese"},
        {"边", "辺", HIT, "simplified, Japanese"},
        {"滨", "浜", HIT, "simplified, Japanese"},
        {"一带一路", "一帶一路", HIT, "simplified, traditional"},
        {"一带一路", "一帯一路", HIT, "simplified, Japanese"},
        {"がくせい", "かくせい", MISS, "が stays"},
        {"がくせい", "\xE3\x81\x8B\xE3\x82\x99くせい", HIT, "が decomposed is が"},
        {"アラスカ", "ｱﾗｽｶ", HIT, "half-width kana: NFKC"},
        {"ガス", "ｶﾞｽ", HIT, "half-width kana with its sound mark"},
        {"アラスカ", "あらすか", MISS, "katakana is not hiragana"},
        {"일대일로", "\xE1\x84\x8B\xE1\x85\xB5\xE1\x86\xAF\xE1\x84\x83\xE1\x85\xA2\xE1\x84\x8B\xE1\x85\xB5\xE1\x86\xAF\xE1\x84\x85\xE1\x85\xA9", HIT, "Hangul decomposed"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

/* What stands for a character stands for itself: no form is led on to a third. */
static void each_form_of_han_has_one_representative(void **state)
{
    struct buf once = {0}, twice = {0};
    size_t changed = 0;
    (void)state;
    for (uint32_t c = 0x3400; c < 0x32000; c = c == 0x9FFF ? 0xF900 : c == 0xFAFF ? 0x20000 : c + 1) {
        char bytes[4];
        struct sv written = {bytes, utf8_encode(c, bytes)};
        once.n = twice.n = 0;
        fold_word(written, &once);
        fold_word(buf_view(&once), &twice);
        if (!sv_eq(buf_view(&once), buf_view(&twice)))
            fail_msg("U+%04X becomes %.*s, that becomes %.*s", (unsigned)c, (int)once.n, once.p, (int)twice.n, twice.p);
        changed += !sv_eq(buf_view(&once), written);
    }
    assert_true(changed > 6000);
    buf_free(&once);
    buf_free(&twice);
}

static void exact_terms_compare_what_is_written(void **state)
{
    static const struct trial rows[] = {
        {"'US'", "the US said", HIT, "as written"},
        {"'US'", "between us", MISS, "case"},
        {"'US'", "the U.S. said", HIT, "an acronym's dots are no letters"},
        {"'U.S.'", "the US said", HIT, "the other way"},
        {"'US'", "the u.s. said", MISS, "case in an acronym"},
        {"'resumé'", "a resumé", HIT, "marks as written"},
        {"'resumé'", "a resume", MISS, "marks"},
        {"'resume'", "a resumé", MISS, "marks"},
        {"'resumé'", "a resum\x65\xCC\x81", HIT, "NFC"},
        {"'Wirtschaft'", "Wirt\xC2\xADschaft", HIT, "soft hyphens are dropped"},
        {"'JCPOA'", "JC\xE2\x80\x8DPOA", HIT, "joiners are dropped"},
        {"'Al Jazeera'", "Al-Jazeera", HIT, "'A B' finds A-B"},
        {"'Al Jazeera'", "Al jazeera", MISS, "case in the second word"},
        {"'OBOR'", "OBOR's routes", HIT, "without the possessive"},
        {"'Café'", "CAFÉ", MISS, "case"},
        {"'ＵＳ'", "US", MISS, "NFC is not NFKC: full width stays"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void a_title_all_in_capitals_satisfies_no_exact_term(void **state)
{
    (void)state;
    check_story("'US'", &(struct story){.title = "US AND IRAN TALK"}, MISS, "every letter is a capital");
    check_story("US", &(struct story){.title = "US AND IRAN TALK"}, HIT, "a word that is not exact");
    check_story("'US'", &(struct story){.title = "US"}, HIT, "one word only");
    check_story("'US'", &(struct story){.title = "US and Iran"}, HIT, "other letters are small");
    check_story("'US'", &(struct story){.title = "US 2024: IRAN!"}, MISS, "digits and signs are no letters");
    check_story("'US'", &(struct story){.title = "US 伊核协议"}, HIT, "Han letters are no capitals");
    check_story("'СВПД'", &(struct story){.title = "СВПД СПАСЁН"}, MISS, "Cyrillic too");
    check_story("'US'", &(struct story){.content = "US AND IRAN TALK"}, HIT, "only titles shout");
    check_story("'US'", &(struct story){.title = "IRAN AND US", .content = "the US said"}, HIT, "its content may");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_meet_without_case_and_marks),
        cmocka_unit_test(cyrillic_keeps_its_letters),
        cmocka_unit_test(arabic_and_hebrew_meet_without_points),
        cmocka_unit_test(han_meets_across_its_forms),
        cmocka_unit_test(each_form_of_han_has_one_representative),
        cmocka_unit_test(exact_terms_compare_what_is_written),
        cmocka_unit_test(a_title_all_in_capitals_satisfies_no_exact_term),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
