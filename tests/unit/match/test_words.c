/* What a word is, what takes a position, and where sentences and paragraphs end. NEAR/0 asks: are they side by side? */
#include "trying.h"

#define SHY "\xC2\xAD"
#define ZWSP "\xE2\x80\x8B"
#define ZWNJ "\xE2\x80\x8C"
#define ZWJ "\xE2\x80\x8D"
#define WJ "\xE2\x81\xA0"
#define BOM "\xEF\xBB\xBF"
#define RLM "\xE2\x80\x8F"
#define VS16 "\xEF\xB8\x8F"

static void all_but_letters_digits_and_marks_breaks_words(void **state)
{
    static const struct trial rows[] = {
        {"\"Al Jazeera\"", "Al-Jazeera", HIT, "a hyphen breaks"},
        {"AlJazeera", "Al-Jazeera", MISS, "a hyphen breaks"},
        {"\"Al Jazeera\"", "Al\xE2\x80\x91Jazeera", HIT, "a hyphen that does not break lines breaks words"},
        {"\"Al Jazeera\"", "Al\xE2\x80\x94Jazeera", HIT, "a dash"},
        {"\"and or\"", "and/or", HIT, "a slash"},
        {"\"news example\"", "news.example", HIT, "a dot"},
        {"\"1 000\"", "1,000", HIT, "1,000 is two words"},
        {"1000", "1,000", MISS, "1,000 is two words"},
        {"\"O Brien\"", "O'Brien", HIT, "'"},
        {"O'Brien", "O\xE2\x80\x99" "Brien", HIT, "right quote"},
        {"O'Brien", "O\xE2\x80\x98" "Brien", HIT, "left quote"},
        {"O'Brien", "O\xEF\xBC\x87" "Brien", HIT, "full width"},
        {"O'Brien", "O`Brien", HIT, "grave accent"},
        {"O'Brien", "O\xC2\xB4" "Brien", HIT, "acute accent"},
        {"O'Brien", "O\xE2\x80\xB2" "Brien", HIT, "prime"},
        {"O'Brien", "O\xCA\xBC" "Brien", HIT, "modifier letter"},
        {"Brien", "O\xCA\xBC" "Brien", HIT, "it breaks"},
        {"Windows", "Windows™", HIT, "a sign breaks before folding"},
        {"Windowstm", "Windows™", MISS, "so it is not TM"},
        {"no", "№5", MISS, "№ vanishes"},
        {"5", "№5", HIT, "№ breaks"},
        {"\"Samsung said\"", "Samsung㈱ said", HIT, "㈱ vanishes"},
        {"Iran NEAR/0 talks", "Iran \xF0\x9F\x87\xAE\xF0\x9F\x87\xB7 talks", HIT, "flags take no position"},
        {"\"Iran talks\"", "Iran \xF0\x9F\x98\x80 \xE2\x98\x8E" VS16 " talks", HIT, "emoji take no position"},
        {"Iran NEAR/0 talks", "Iran \xCC\x81 talks", HIT, "a mark without a letter is no word"},
        {"Иран", "«Иран»", HIT, "quotes break"},
        {"हिन्दी", "हिन्दी", HIT, "marks are part of a word"},
        {"हिन", "हिन्दी", MISS, "so this is only its beginning"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void invisible_characters(void **state)
{
    static const struct trial rows[] = {
        {"Wirtschaft", "Wirt" SHY "schaft", HIT, "a soft hyphen is dropped"},
        {"Iran", "Ir" ZWJ "an", HIT, "a zero-width joiner is dropped"},
        {"Iran", "Ir" WJ "an", HIT, "a word joiner is dropped"},
        {"Iran", BOM "Ir" BOM "an", HIT, "a byte order mark is dropped"},
        {"Iran", RLM "Ir" RLM "an", HIT, "a direction mark is dropped"},
        {"Iran", "Ir\xE2\x80\xAA" "an\xE2\x80\xAC", HIT, "embedding"},
        {"Iran", "\xE2\x81\xA8" "Iran\xE2\x81\xA9", HIT, "isolates"},
        {"Iran", "Ira" VS16 "n", HIT, "a variation selector is dropped"},
        {"\"Ir an\"", "Ir" ZWSP "an", HIT, "a zero-width space breaks"},
        {"Iran", "Ir" ZWSP "an", MISS, "a zero-width space breaks"},
        {"Iran", "Ir" ZWNJ "an", HIT, "a zero-width non-joiner is dropped"},
        {"\"می خواهد\"", "می" ZWNJ "خواهد", HIT, "after an Arabic letter it breaks"},
        {"میخواهد", "می" ZWNJ "خواهد", MISS, "after an Arabic letter it breaks"},
        {"क्ष", "क्" ZWNJ "ष", HIT, "in Devanagari it is dropped"},
        {"Wirt" SHY "schaft", "Wirtschaft", HIT, "in a rule too"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void the_possessive_takes_no_position(void **state)
{
    static const struct trial rows[] = {
        {"\"Iran nuclear\"", "Iran's nuclear", HIT, "the rule's own example"},
        {"\"Iran nuclear\"", "Iran\xE2\x80\x99s nuclear", HIT, "any apostrophe"},
        {"\"Iran nuclear\"", "IRAN'S NUCLEAR", HIT, "a capital"},
        {"\"Iran's nuclear\"", "Iran nuclear", HIT, "in a rule too"},
        {"Iran's", "Iran", HIT, "bare too"},
        {"Iran NEAR/0 nuclear", "Iran's nuclear", HIT, "for NEAR"},
        {"Iran NEAR/0 nuclear", "Iran'st nuclear", MISS, "a letter after it: no possessive"},
        {"\"Iran st\"", "Iran'st", HIT, "then it is a word"},
        {"\"Rock n Roll\"", "Rock'n'Roll", HIT, "n is not s"},
        {"\"日本 経済\"", "日本's 経済", HIT, "after any word"},
        {"\"US plan\"", "the U.S.'s plan", HIT, "after an acronym"},
        {"\"1990 boom\"", "the 1990's boom", HIT, "after digits"},
        {"\"Iran s\"", "Iran s", HIT, "no apostrophe, no possessive"},
        {"\"states plan\"", "the states' plan", HIT, "an apostrophe alone is a sign"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void dotted_acronyms_join(void **state)
{
    static const struct trial rows[] = {
        {"US", "the U.S. said", HIT, "U.S. = US"},
        {"US", "the U.S said", HIT, "the last dot is optional"},
        {"U.S.", "the US said", HIT, "in a rule too"},
        {"U.S", "the US said", HIT, "without its last dot"},
        {"USA", "U.S.A.", HIT, "three letters"},
        {"те", "т.е.", HIT, "any alphabet"},
        {"СССР", "С.С.С.Р.", HIT, "any alphabet"},
        {"US", "U. S. Steel", MISS, "a blank between"},
        {"\"US China\"", "U.S.-China talks", HIT, "a hyphen behind"},
        {"\"JK Rowling\"", "J.K. Rowling", HIT, "initials"},
        {"\"J Rowling\"", "J. Rowling", HIT, "one letter is no acronym"},
        {"\"eg the\"", "e.g.the", HIT, "what follows is no single letter"},
        {"\"a bc\"", "a.bc", HIT, "bc is no single letter"},
        {"\"צה\xD7\xB4ל\"", "צהל", HIT, "gershayim join"},
        {"צהל", "צה\"ל", HIT, "a quote for gershayim"},
        {"צהל", "צה\xD7\xB4ל", HIT, "gershayim"},
        {"צהל", "צה'ל", HIT, "an apostrophe for geresh"},
        {"צהל", "צה\xD7\xB3ל", HIT, "geresh"},
        {"\"צה ל\"", "צה-ל", HIT, "a hyphen does not join"},
        {"\"צהל\"", "\"צהל\"", HIT, "quotes around a word do not join"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void scripts_without_blanks_have_a_word_for_each_character(void **state)
{
    static const struct trial rows[] = {
        {"一带一路", "中国的一带一路倡议", HIT, "a phrase of four"},
        {"一带一路", "一带 一路", HIT, "a phrase crosses blanks"},
        {"일대일로", "일대일로는", HIT, "the rule's own example"},
        {"アラスカ", "アラスカで会談", HIT, "katakana"},
        {"サミット", "サミットー", HIT, "ー is katakana"},
        {"サミトー", "サミット", MISS, "ー is a character"},
        {"ไทย", "ประเทศไทย", HIT, "Thai"},
        {"ลาว", "ປະເທດລາວ", MISS, "Thai is not Lao"},
        {"ລາວ", "ປະເທດລາວ", HIT, "Lao"},
        {"កម្ពុជា", "ព្រះរាជាណាចក្រកម្ពុជា", HIT, "Khmer"},
        {"မြန်မာ", "မြန်မာနိုင်ငံ", HIT, "Myanmar"},
        {"ကြ", "က", MISS, "marks belong to their character"},
        {"中 NEAR/2 美", "中一二美", HIT, "NEAR counts characters"},
        {"中 NEAR/1 美", "中一二美", MISS, "NEAR counts characters"},
        {"FIRST/3(美)", "中国美", HIT, "FIRST counts characters"},
        {"FIRST/2(美)", "中国美", MISS, "FIRST counts characters"},
        {"\"2024 年\"", "2024年", HIT, "digits are a run"},
        {"G7", "G7峰会", HIT, "a Latin word ends where Han begins"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void a_phrase_crosses_all_but_ends_of_sentences_and_blocks(void **state)
{
    static const struct trial rows[] = {
        {"\"Iran talks\"", "Iran, talks", HIT, "a comma"},
        {"\"Iran talks\"", "Iran (talks)", HIT, "a parenthesis"},
        {"\"Iran talks\"", "Iran: talks", HIT, "a colon"},
        {"\"Iran talks\"", "Iran; talks", HIT, "a semicolon"},
        {"\"Iran talks\"", "Iran\ttalks", HIT, "a table cell"},
        {"\"Iran talks\"", "Iran. Talks", MISS, "a sentence's end"},
        {"\"Iran talks\"", "Iran. talks", HIT, "a lower-case letter goes on"},
        {"\"Iran talks\"", "Iran.Talks", HIT, "no white space"},
        {"\"Iran talks\"", "Iran! Talks", MISS, "!"},
        {"\"Iran talks\"", "Iran? Talks", MISS, "?"},
        {"\"Iran talks\"", "Iran\xE2\x80\xA6 Talks", MISS, "…"},
        {"\"Iran talks\"", "Iran... Talks", MISS, "three dots"},
        {"\"Iran talks\"", "Iran... talks", HIT, "three dots within"},
        {"\"Iran talks\"", "\"Iran.\" Talks", MISS, "closing quotes"},
        {"\"Iran talks\"", "\xE2\x80\x9CIran.\xE2\x80\x9D Talks", MISS, "closing quotes"},
        {"\"Иран переговоры\"", "«Иран.» Переговоры", MISS, "closing quotes"},
        {"\"Iran 2015\"", "Iran. 2015", MISS, "a digit is no lower-case letter"},
        {"\"Iran talks\"", "Iran\ntalks", MISS, "a block's end"},
        {"\"Iran talks\"", "Iran\n\ntalks", MISS, "a paragraph's end"},
        {"\"plan b talks\"", "plan B. Talks", HIT, "never after a single letter"},
        {"\"US talks\"", "the U.S. Talks", HIT, "never after a dotted acronym"},
        {"\"Mr Putin\"", "Mr. Putin", HIT, "Mr."},
        {"\"St Petersburg\"", "St. Petersburg", HIT, "St."},
        {"\"No 10\"", "No. 10", HIT, "No."},
        {"\"Gen Milley\"", "Gen. Milley", HIT, "Gen."},
        {"\"伊朗 会谈\"", "伊朗。会谈", MISS, "。 always"},
        {"\"伊朗 会谈\"", "伊朗！会谈", MISS, "！ always"},
        {"\"伊朗 会谈\"", "伊朗？会谈", MISS, "？ always"},
        {"\"伊朗 会谈\"", "伊朗｡会谈", MISS, "｡ always"},
        {"\"伊朗 会谈\"", "伊朗，会谈", HIT, "a comma"},
        {"\"إيران محادثات\"", "إيران؟محادثات", MISS, "؟ always"},
        {"\"ایران جوہری\"", "ایران۔جوہری", MISS, "۔ always"},
        {"\"ईरान वार्ता\"", "ईरान।वार्ता", MISS, "। always"},
        {"\"ईरान वार्ता\"", "ईरान॥वार्ता", MISS, "॥ always"},
        {"\"Ιράν συνομιλίες\"", "Ιράν; συνομιλίες", MISS, "; in Greek"},
        {"\"Mr Putin\"", "Mr... Putin", HIT, "in doubt it is no end"},
        {"Iran NEAR/0 talks", "Iran. Talks", HIT, "NEAR crosses sentences, whose ends cost nothing"},
        {"Iran NEAR/0 talks", "Iran\n\nTalks", HIT, "NEAR crosses blocks, whose ends cost nothing"},
        {"Iran NEAR/s talks", "Iran holds talks. It ends.", HIT, "same sentence"},
        {"Iran NEAR/s talks", "Iran holds. Talks end.", MISS, "two sentences"},
        {"Iran NEAR/s talks", "Iran holds\ntalks", MISS, "a block's end ends a sentence"},
        {"Iran NEAR/p talks", "Iran holds. Talks end.", HIT, "same paragraph"},
        {"Iran NEAR/p talks", "Iran holds.\nTalks end.", HIT, "one line feed ends block and sentence alone"},
        {"Iran NEAR/p talks", "Iran holds.\n\nTalks end.", MISS, "a blank line ends a paragraph"},
        {"Iran NEAR/p talks", "Iran holds.\n \t\nTalks end.", MISS, "a line of blanks is blank"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void abbreviations_are_those_of_the_language(void **state)
{
    static const struct {
        const char *lang, *rule, *text;
        enum outcome want;
    } rows[] = {
        {"de", "\"z B Iran\"", "z. B. Iran", HIT},
        {"de", "\"bzw Iran\"", "bzw. Iran", HIT},
        {"en", "\"Sens Cruz\"", "Sens. Cruz", HIT},
        {"en", "\"Calif Gov Newsom\"", "Calif. Gov. Newsom", HIT},
        {"de", "\"Okt Berlin\"", "Okt. Berlin", HIT},
        {"fr", "\"Mgr Dupont\"", "Mgr. Dupont", HIT},
        {"es", "\"Núm 5\"", "Núm. 5", HIT},
        {"ru", "\"12 сент Москва\"", "12 сент. Москва", HIT},
        {"ru", "\"гос Дума\"", "гос. Дума", HIT},
        {"bg", "\"ул Витоша\"", "ул. Витоша", HIT},
        {"pl", "\"św Jana\"", "św. Jana", HIT},
        {"en", "\"bzw Iran\"", "bzw. Iran", MISS},
        {"de-AT", "\"usw Iran\"", "usw. Iran", HIT},
        {"ru", "\"2015 г Иран\"", "2015 г. Иран", HIT},
        {"ru", "\"млрд Иран\"", "млрд. Иран", HIT},
        {NULL, "\"млрд Иран\"", "млрд. Иран", HIT}, /* where the language is not known, those of all */
        {NULL, "\"bzw Iran\"", "bzw. Iran", HIT},
        {"ru", "\"сделка Иран\"", "сделка. Иран", MISS},
        {"uk", "\"грн Іран\"", "грн. Іран", HIT},
        {"fr", "\"av Foch\"", "av. Foch", HIT},
        {"es", "\"Sra Rey\"", "Sra. Rey", HIT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_story(rows[i].rule, &(struct story){.content = rows[i].text, .lang = rows[i].lang}, rows[i].want, rows[i].lang ? rows[i].lang : "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_but_letters_digits_and_marks_breaks_words),
        cmocka_unit_test(invisible_characters),
        cmocka_unit_test(the_possessive_takes_no_position),
        cmocka_unit_test(dotted_acronyms_join),
        cmocka_unit_test(scripts_without_blanks_have_a_word_for_each_character),
        cmocka_unit_test(a_phrase_crosses_all_but_ends_of_sentences_and_blocks),
        cmocka_unit_test(abbreviations_are_those_of_the_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
