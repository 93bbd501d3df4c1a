/* Terms: words, phrases, wildcards, 'exact', ~stems, regexes; and what folding shows to be wrong in one. */
#include "trying.h"

static void words_and_phrases(void **state)
{
    static const struct trial rows[] = {
        {"Iran", "Iranian", MISS, "a whole word"},
        {"COVID-19", "covid 19 spreads", HIT, "a bare word with a hyphen is a phrase"},
        {"COVID-19", "covid19 spreads", MISS, "of two words"},
        {"O'Brien", "Mr O'Brien", HIT, "a bare word with an apostrophe"},
        {"state-of-the-art", "the state of the art", HIT, "several hyphens"},
        {"news.example", "see news.example now", HIT, "a bare word with a dot"},
        {"\"nuclear deal\"", "a nuclear deal", HIT, "side by side"},
        {"\"nuclear deal\"", "a deal nuclear", MISS, "in order"},
        {"\"nuclear deal\"", "nuclear arms deal", MISS, "nothing between"},
        {"\"nuclear deal\"", "NUCLEAR-DEAL", HIT, "signs between are nothing"},
        {"\"  nuclear   deal. \"", "nuclear deal", HIT, "signs in a phrase are nothing"},
        {"\"a b a b c\"", "a b a b a b c", HIT, "a beginning that repeats"},
        {"\"C++ code\"", "c code", HIT, "signs are not words"},
        {"\"say \\\"Iran\\\"\"", "say Iran", HIT, "an escaped quote is a sign"},
        {"\"AND\"", "this and that", HIT, "an operator, quoted, is a word"},
        {"一带一路", "一带和一路", MISS, "a bare phrase of four"},
        {"\"Al 一带\"", "al一带", HIT, "scripts may mix"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void a_star_is_the_rest_of_a_word(void **state)
{
    static const struct trial rows[] = {
        {"Iran*", "Iran", HIT, "it matches also nothing"},
        {"Iran*", "Iranians", HIT, "a longer word"},
        {"Iran*", "Ira", MISS, "a shorter word"},
        {"Iran*", "Afghanistan", MISS, "another word"},
        {"ядерн*", "ядерная сделка", HIT, "Cyrillic"},
        {"\"ядерн* сделк*\"", "о ядерной сделке", HIT, "within a phrase"},
        {"\"ядерн* сделк*\"", "ядерной новой сделке", MISS, "the phrase stays one"},
        {"\"Пояс* и пут*\"", "«Пояса и пути»", HIT, "the rule's own example"},
        {"ایران*", "ايرانی", HIT, "Arabic letters, folded"},
        {"إيران*", "الإيرانيين", MISS, "only the end is open"},
        {"202*", "in 2024", HIT, "digits count as letters"},
        {"éto*", "étoile", HIT, "after folding"},
        {"G20*", "G20", HIT, "letters and digits together"},
        {"\"Iran* \\*\"", "Iranian", HIT, "an escaped star is a sign"},
        {"U.S.A.*", "USAid", HIT, "an acronym's three letters"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void a_question_mark_is_one_letter(void **state)
{
    static const struct trial rows[] = {
        {"wom?n", "woman", HIT, "one letter"},
        {"wom?n", "women", HIT, "one letter"},
        {"wom?n", "womn", MISS, "not none"},
        {"wom?n", "womaan", MISS, "not two"},
        {"wom?n", "wom3n", MISS, "a digit is no letter"},
        {"w??an", "woman", HIT, "two of them"},
        {"м?р", "мир", HIT, "two bytes are one letter"},
        {"гор?д", "город", HIT, "Cyrillic"},
        {"wom?n*", "womanly", HIT, "with a star"},
        {"\"wom?n right*\"", "Women's rights", HIT, "within a phrase"},
        {"ह?न्दी", "हिन्दी", MISS, "a mark is no letter"},
        {"ह?द", "हन्द", HIT, "a letter with its marks"},
        {"\"who pays\\?\"", "Who pays?", HIT, "escaped: a sign"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void stems_meet_in_the_language(void **state)
{
    static const struct {
        const char *rule, *text, *lang, *outlet_lang;
        enum outcome want;
        const char *why;
    } rows[] = {
        {"~negotiate", "They negotiated", "en", NULL, HIT, "the item's language"},
        {"~negotiate", "negotiations", "en", NULL, HIT, "another ending"},
        {"~negotiate", "navigate", "en", NULL, MISS, "another word"},
        {"~переговоры", "на переговорах", "ru", NULL, HIT, "Russian"},
        {"~переговоры", "на переговорах", NULL, "ru", HIT, "the outlet's language"},
        {"~переговоры", "на переговорах", NULL, NULL, HIT, "by script"},
        {"~negotiate", "negotiated", NULL, NULL, HIT, "by script"},
        {"~negotiate", "negotiated", "de", "en", MISS, "the item's goes before the outlet's"},
        {"~talking", "talks", "-ru", NULL, HIT, "no language: by script"},
        {"~negociação", "negociações", "portuguese", NULL, HIT, "a language by its name"},
        {"~negotiate", "negotiated", "tlh", NULL, MISS, "no stemmer: the folded word"},
        {"~negotiate", "NEGOTIATE", "tlh", NULL, HIT, "no stemmer: the folded word"},
        {"~négociation", "négociations", "fr", NULL, HIT, "before marks are stripped"},
        {"~Verhandlung", "Verhandlungen", "de-AT", NULL, HIT, "a region behind the language"},
        {"~伊", "伊朗", "zh", NULL, HIT, "a character"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_story(rows[i].rule, &(struct story){.content = rows[i].text, .lang = rows[i].lang, .outlet_lang = rows[i].outlet_lang}, rows[i].want,
                    rows[i].why);
}

static void a_regex_is_for_the_whole_of_one_folded_word(void **state)
{
    static const struct trial rows[] = {
        {"/nucl(ear|eaire)/", "NUCLÉAIRE", HIT, "folded"},
        {"/nucl/", "nuclear", MISS, "the whole word"},
        {"/nucl.*/", "nuclear", HIT, "the whole word"},
        {"/iran talks/", "iran talks", MISS, "one word"},
        {"/f-?35/", "F-35", MISS, "the hyphen breaks the word"},
        {"/f35[ab]?/", "an F35B", HIT, "digits are literal"},
        {"/и?ран\\w*/", "Иранский", HIT, "Cyrillic, in characters"},
        {"/[^x]ран/", "иран", HIT, "one character, not one byte"},
        {"/ab|cd/", "abcd", MISS, "both branches are whole words"},
        {"/\\D+x/", "abx", HIT, "\\D is no literal capital"},
        {"/\\p{Lu}?iran/", "iran", HIT, "nor is \\p{Lu}"},
        {"/(a+)+b/", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", MISS, "steps are bounded"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

static void what_a_term_may_not_be(void **state)
{
    static const struct mistake rows[] = {
        {"*", 1, "a lone * matches everything"},
        {"Iran | *", 8, "a lone *"},
        {"\"Iran *\"", 1, "a * needs 3 letters before it, here are 0"},
        {"Ir*", 1, "a * needs 3 letters before it, here are 2"},
        {"\"e\xCC\x81t*\"", 1, "here are 2"},
        {"Iran | $iran | Te*", 16, "a * needs 3 letters"},
        {"nu*ar", 1, "a * stands at a word's end only"},
        {"a?b*", 1, "a * needs 3 letters before it, here are 2"},
        {"?ran", 1, "a ? stands for one letter inside a word"},
        {"\"?ran\"", 1, "a ? is one letter inside a word; for the sign itself write \\?"},
        {"Iran?", 1, "for the sign itself write \\?"},
        {"\"who pays?\"", 1, "for the sign itself write \\?"},
        {"\"who pays? Nobody\"", 1, "for the sign itself write \\?"},
        {"\"is it ? so\"", 1, "for the sign itself write \\?"},
        {"Ira?*", 1, "inside a word"},
        {"\"\"", 1, "holds no letter or digit"},
        {"\"...\"", 1, "signs are not words"},
        {"'+'", 1, "signs are not words"},
        {"\"\xE2\x84\xA2\"", 1, "signs are not words"},
        {"~\"Iran talks\"", 1, "a ~ stands before the word"},
        {"~", 1, "a ~ stands before the word"},
        {"~Iran-talks", 1, "a ~ stands before one word"},
        {"~Iran*", 1, "a ~ stands before one word without wildcards"},
        {"/Iran/", 1, "a capital letter never matches"},
        {"/[A-Z]x/", 1, "a capital letter never matches"},
        {"/Иран/", 1, "a capital letter never matches"},
        {"/(iran)\\1/", 1, "back-references are not allowed"},
        {"/(?<x>iran)\\k<x>/", 1, "back-references are not allowed"},
        {"/(iran)\\g{1}/", 1, "back-references are not allowed"},
        {"/(?P<x>iran)(?P=x)/", 1, "a capital letter"},
        {"/iran(?=x)/", 1, "look-around is not allowed"},
        {"/iran(?!x)/", 1, "look-around is not allowed"},
        {"/(?<=x)iran/", 1, "look-around is not allowed"},
        {"/(?<!x)iran/", 1, "look-around is not allowed"},
        {"/(*pla:x)iran/", 1, "is not allowed"},
        {"/(iran/", 1, "the regex: missing closing parenthesis"},
        {"//", 1, "the regex: it is empty"},
    };
    (void)state;
    CHECK_ERRORS(rows);
}

static void what_a_term_is_warned_of(void **state)
{
    static const struct mistake rows[] = {
        {"\"C++\"", 1, "is read as the single letter 'c'"},
        {"C", 1, "is read as the single letter 'c'"},
        {"U.S.", 1, "is read as one word without its dots"},
        {"т.е", 1, "is read as one word without its dots"},
        {"一带一路*", 1, "the * adds nothing"},
        {"\"日本*\"", 1, "the * adds nothing"},
        {"'Iran*'", 1, "no wildcards in an 'exact' term"},
        {"'who?'", 1, "no wildcards in an 'exact' term"},
        {"/\\d+/", 1, "no literal letter"},
        {"/.*/", 1, "no literal letter"},
        {"/伊.*/", 1, "each character of this script is one"},
        {"/élu.*/", 1, "where 'é' has become 'e'"},
        {"/ёлк[аи]/", 1, "where 'ё' has become 'е'"},
        {"/covid-19/", 1, "'-' stands in none"},
        {"/iran talks/", 1, "' ' stands in none"},
        {"/o'brien/", 1, "' stands in none"},
        {"/covid-?19/", 0, ""},
        {"/[а-яё-]+ский/", 0, ""},
        {"NOT Iran", 0, "this rule needs no term"},
        {"lang:ru", 0, "this rule needs no term"},
        {"Iran | lang:ru", 0, "this rule needs no term"},
        {"Iran | NOT talks", 0, "this rule needs no term"},
        {"Iran AND NOT talks", 0, ""},
        {"lang:ru AND Iran", 0, ""},
        {"/\\d+x/", 0, ""},
        {"\"5\"", 0, ""},
        {"一", 0, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trying t = {0};
        bool good = compile_rule_text(&t, sv_of(rows[i].rule));
        if (rows[i].column == 0 && *rows[i].message) { /* a warning of the whole rule, whose place the configuration knows */
            if (!good || t.diags.warnings != 1 || sv_find(t.diags.list[0].message, sv_of(rows[i].message)) < 0)
                fail_msg("%s: %.*s", rows[i].rule, SV_ARG(told(&t)));
        } else {
            check_told(&t, *rows[i].message ? DIAG_WARNING : DIAG_NOTE, &rows[i], good);
        }
        trying_free(&t);
    }
}

static void a_star_after_a_character_that_is_a_word_adds_nothing(void **state)
{
    static const struct trial rows[] = {
        {"一带一路*", "一带一路倡议", HIT, "it needs no three letters"},
        {"日*", "日本", HIT, "one is enough"},
        {"일대일로*", "일대일로", HIT, "Hangul"},
        {"ไทย*", "ไทย", HIT, "Thai"},
    };
    (void)state;
    CHECK_TRIALS(rows);
}

/* Each rule waits for another part of its phrase, by how often the words are asked for. */
static void phrases_of_many_words_wherever_they_stand(void **state)
{
    enum { TEXT = 400, RULES = 300, LONGEST = 24 };
    struct trying t = {0};
    struct buf text = {0};
    size_t starts[TEXT + 1];
    uint32_t chance = 7;
    (void)state;
    for (size_t i = 0; i < TEXT; i++) {
        chance = chance * 1664525 + 1013904223;
        starts[i] = text.n;
        buf_printf(&text, "w%u ", __builtin_clz(chance | 1) * (chance >> 8 & 3));
    }
    starts[TEXT] = text.n;
    struct rule *rules = arena_array(&t.arena, RULES, sizeof *rules);
    struct source *sources = arena_array(&t.arena, RULES, sizeof *sources);
    for (size_t i = 0; i < RULES; i++) {
        size_t n = 2 + i % (LONGEST - 1), at = i * 37 % (TEXT - n);
        sources[i].text = sv_of(arena_printf(&t.arena, "\"%.*s\"", (int)(starts[at + n] - starts[at]), text.p + starts[at]));
        rules[i] = (struct rule){.id = SV("r"), .match = rule_parse_text(&sources[i], NULL, &t.arena, &t.diags)};
        assert_non_null(rules[i].match);
    }
    t.match = match_compile(rules, RULES, &t.diags);
    struct match_context context = {0};
    for (size_t at = 0; at < TEXT - LONGEST; at += 7) { /* at the beginning, at the end, and across to another field, where it is none */
        struct item item = {.arena = &t.arena, .title = sv_head(buf_view(&text), starts[at]), .content_text = sv_from(buf_view(&text), starts[at])};
        size_t want = 0;
        for (size_t i = 0; i < RULES; i++) {
            struct sv phrase = sv_head(sv_from(sources[i].text, 1), sources[i].text.n - 2);
            want += sv_find(item.title, phrase) >= 0 || sv_find(item.content_text, phrase) >= 0;
        }
        assert_int_equal(match_item(t.match, &item, &context, &t.hits), want);
    }
    buf_free(&text);
    trying_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_phrases),
        cmocka_unit_test(a_star_is_the_rest_of_a_word),
        cmocka_unit_test(a_question_mark_is_one_letter),
        cmocka_unit_test(stems_meet_in_the_language),
        cmocka_unit_test(a_regex_is_for_the_whole_of_one_folded_word),
        cmocka_unit_test(what_a_term_may_not_be),
        cmocka_unit_test(what_a_term_is_warned_of),
        cmocka_unit_test(a_star_after_a_character_that_is_a_word_adds_nothing),
        cmocka_unit_test(phrases_of_many_words_wherever_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
