/* The three rules that are shipped, against stories of our own: what they are for, and near misses. */
#include "trying.h"

static const char *const lists[][2] = {
    {"iran", "Iran | Iranian* | Tehran | Иран* | Тегеран* | 伊朗 | إيران* | ایران*"},
    {"talks", "talks | summit | negotiations | meeting | Gipfel | переговор* | саммит* | 会谈 | 会晤 | 峰会 | محادثات"},
    {"akplace", "Anchorage | Аляск* | Анкоридж* | 阿拉斯加 | アラスカ | ألاسكا"},
};
static const char alaska[] = "((Alaska EXCEPT (\"Alaska Airlines\" | \"Alaska Air\")) | $akplace) NEAR/12 $talks\n"
                             "  AND (Blinken | Sullivan | Putin | Kremlin | Beijing | Chin* | \"Yang Jiechi\" | Путин* | 杨洁篪)";
static const char jcpoa[] = "'JCPOA' | \"Joint Comprehensive Plan of Action\" | СВПД | برجام | 伊核协议\n"
                            "  | $iran NEAR/8 (\"nuclear deal\" | \"nuclear agreement\" | \"accord nucléaire\" | \"ядерн* сделк*\")";
static const char belt[] = "\"Belt and Road\" | \"One Belt One Road\" | 'OBOR' | 一带一路 | 一帯一路 | 일대일로 | \"Пояс* и пут*\"\n"
                           "  | \"الحزام والطريق\" | \"Nouvelles routes de la soie\" | \"Neue Seidenstraße\"\n"
                           "  | ('BRI' EXCEPT (\"Bank BRI\" | \"BRI Liga\")) NEAR/25 (China | Chinese | Beijing | infrastructure)";

struct topic_row {
    const char *title, *content;
    enum outcome want;
    const char *why;
};

static void check_topic(const char *rule, const struct topic_row *rows, size_t count)
{
    struct trying t = {0};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        add_list(&t, lists[i][0], lists[i][1]);
    if (!compile_rule_text(&t, sv_of(rule)) || t.diags.warnings)
        fail_msg("%s", told(&t).p);
    for (size_t i = 0; i < count; i++) {
        struct story s = {.title = rows[i].title, .content = rows[i].content};
        if ((hold(&t, &s) != NULL) != (rows[i].want == HIT))
            fail_msg("%s: %s | %s\n  because: %s", rows[i].want == HIT ? "misses" : "hits", rows[i].title, rows[i].content, rows[i].why);
    }
    trying_free(&t);
}
#define CHECK_TOPIC(rule, rows) check_topic(rule, rows, sizeof(rows) / sizeof *(rows))

static void alaska_talks(void **state)
{
    static const struct topic_row rows[] = {
        {"Envoys leave Anchorage", "The talks in Anchorage between Blinken and the Chinese side were tense.", HIT, "English"},
        {"Alaska hosts a summit", "Putin lands at noon.", HIT, "place and talks in the title, the name in the content"},
        {"Gipfel in Alaska", "Der Kreml schweigt, Putin reist.", HIT, "German"},
        {"Саммит на Аляске", "Путин прибыл в Анкоридж.", HIT, "Russian"},
        {"Переговоры в Анкоридже", "О чём говорили Путину.", HIT, "Russian inflections"},
        {"中美会谈在阿拉斯加举行", "杨洁篪出席。", HIT, "Chinese"},
        {"楊潔篪抵達阿拉斯加", "會談今日開始。", MISS, "twelve characters at most, in one field"},
        {"阿拉斯加會談開始", "楊潔篪出席。", HIT, "traditional characters"},
        {"محادثات في ألاسكا", "Beijing sent its envoy.", HIT, "Arabic"},
        {"Alaska Airlines in talks", "Beijing is a new destination, the airline said.", MISS, "the airline"},
        {"Alaska Air opens talks with pilots", "Flights to Chinese cities may follow.", MISS, "the airline, shorter"},
        {"Alaska Airlines flies envoys to Alaska talks", "Sullivan was on board.", HIT, "the airline and the place"},
        {"Fishing in Alaska", "A meeting of fishermen.", MISS, "none of the names"},
        {"Alaska weather", "Snow. One two three four five six seven eight nine ten eleven twelve thirteen. Talks with Putin.", MISS, "too far"},
        {"Alaska's governor plans meeting", "The Kremlin did not comment.", HIT, "a possessive costs no position"},
        {"Chinatown meeting, Alaska", "Local shops.", HIT, "Chin* is wide: the rule as its analyst wrote it"},
    };
    (void)state;
    CHECK_TOPIC(alaska, rows);
}

static void iran_nuclear_deal(void **state)
{
    static const struct topic_row rows[] = {
        {"JCPOA lives", "", HIT, "the acronym"},
        {"The J.C.P.O.A. lives", "", HIT, "with dots"},
        {"jcpoa", "", MISS, "'JCPOA' asks for its capitals"},
        {"JCPOA LIVES", "", MISS, "a title that shouts satisfies no exact term"},
        {"JCPOA LIVES", "The JCPOA is alive.", HIT, "its content does"},
        {"On the joint comprehensive plan of action", "", HIT, "the full name"},
        {"Iran's nuclear deal alive", "", HIT, "a possessive"},
        {"A nuclear deal", "Diplomats in Tehran want it.", MISS, "not in the same field"},
        {"News", "The nuclear deal, which many had given up, is now back in Tehran.", MISS, "nine words between"},
        {"News", "The nuclear deal, which many had given up, is back in Tehran.", HIT, "eight words between"},
        {"News", "Nuclear deal. Iran says so.", HIT, "NEAR crosses sentences"},
        {"News", "Iran wants nuclear. Deal or no deal.", MISS, "a phrase does not"},
        {"Accord nucleaire avec Iran", "", HIT, "without the accent"},
        {"О ядерной сделке с Ираном", "", HIT, "Russian inflections"},
        {"СВПД спасён", "", HIT, "Russian acronym"},
        {"伊核协议", "", HIT, "simplified"},
        {"伊核協議談判", "", HIT, "traditional"},
        {"برجام زنده است", "", HIT, "Persian"},
        {"North Korea nuclear deal", "Pyongyang agrees.", MISS, "another country"},
        {"Iran trade deal", "Oil for food.", MISS, "another deal"},
        {"Iranians on the nuclear agreement", "", HIT, "Iranian*"},
    };
    (void)state;
    CHECK_TOPIC(jcpoa, rows);
}

static void belt_and_road(void **state)
{
    static const struct topic_row rows[] = {
        {"The Belt and Road Initiative at ten", "", HIT, "English"},
        {"Belt-and-road loans", "", HIT, "hyphens"},
        {"One Belt, One Road", "", HIT, "a comma"},
        {"A belt and a road", "He tightened his belt and took the road.", MISS, "a belt and a road"},
        {"The 'OBOR' plan", "", HIT, "the acronym"},
        {"Obor river floods", "", MISS, "not its capitals"},
        {"一带一路倡议", "", HIT, "simplified"},
        {"一帶一路倡議", "", HIT, "traditional"},
        {"一帯一路構想", "", HIT, "Japanese"},
        {"일대일로는 어디로", "", HIT, "Korean with its particle"},
        {"Инициатива «Пояса и пути»", "", HIT, "Russian inflections"},
        {"Один пояс, один путь", "", MISS, "another name, which the rule does not list"},
        {"مبادرة الحزام والطريق", "", HIT, "Arabic"},
        {"مبادرة الحِزام والطّريق", "", HIT, "Arabic with its points"},
        {"Les nouvelles routes de la soie", "", HIT, "French"},
        {"Die Neue Seidenstrasse", "", HIT, "German, ss for ß"},
        {"BRI loans", "The BRI brought infrastructure to the region.", HIT, "the acronym near what it is about"},
        {"Bank BRI profit", "Bank BRI of Indonesia lends to infrastructure.", MISS, "the bank"},
        {"BRI Liga 1", "BRI Liga 1 kicks off; Chinese striker signs.", MISS, "the football league"},
        {"Bank BRI joins BRI", "Bank BRI will fund a BRI port with Chinese builders.", HIT, "the bank and the initiative"},
        {"bri cheese", "Brie from China.", MISS, "not its capitals"},
        {"BRI", "A BRI review.", MISS, "nothing that says which"},
    };
    (void)state;
    CHECK_TOPIC(belt, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alaska_talks),
        cmocka_unit_test(iran_nuclear_deal),
        cmocka_unit_test(belt_and_road),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
