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
    struct buf out = {0}, scratch = {0};
    struct charset *c = charset_new(sv_of(content_type));
    struct sv rest = bytes, text;
    bool last;
    do {
        struct sv part = sv_head(rest, piece);
        rest = sv_from(rest, part.n);
        last = part.n == 0;
        while ((text = charset_next(c, &part, last, &scratch)).n)
            buf_sv(&out, text);
        assert_int_equal(part.n, 0);
    } while (!last);
    snprintf(name, 40, "%.*s", SV_ARG(charset_name(c)));
    charset_free(&c);
    buf_free(&scratch);
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

/* The first two characters of GBK are valid UTF-8 by accident; the others are in part. */
static void a_short_accident_is_no_utf_8(void **state)
{
    (void)state;
    check_encoded("<?xml encoding='gb2312'?>模通", "gb18030", NULL, "gb18030");
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
    check_encoded("<?xml encoding='Shift_JIS'?>\xE6\x97\xA5\xE6\x9C\xAC\xE3\x81\xAE\xE3\x83\x8B\xE3\x83\xA5\xE3\x83\xBC\xE3\x82\xB9", "cp932", NULL, "shift_jis");
    check_encoded("<?xml encoding='euc-kr'?>\xED\x95\x9C\xEA\xB5\xAD\xEC\x9D\x98 \xEB\x89\xB4\xEC\x8A\xA4", "uhc", NULL, "euc-kr");
    check_encoded("<?xml encoding='big5'?>\xE4\xB8\x80\xE5\xB8\xB6\xE4\xB8\x80\xE8\xB7\xAF", "big5-hkscs", NULL, "big5");
    check_encoded("<?xml encoding='iso-2022-jp'?>\xE6\x97\xA5\xE6\x9C\xAC", "iso-2022-jp", NULL, "iso-2022-jp");
    check_encoded("<?xml encoding='euc-jp'?>\xE6\x97\xA5\xE6\x9C\xAC\xE3\x81\xAE", "euc-jp", NULL, "euc-jp");
}

/* ---- Where the label stands ---- */

static void a_header_is_read_however_it_is_written(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "text/xml; charset=\"windows-1251\"", "text/xml ;CHARSET = 'Windows-1251'", "text/xml;charset=windows-1251;q=1", "text/xml; charset=x; charset=windows-1251",
        "text/xml; charset=windows-1251,windows-1251", "text/xml; x-charset=koi8-r; charset=cp1251", "text/xml;charset=\"windows-1251", "text/xml; charset=windows_1251 ",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        check_encoded("<rss>" RUSSIAN "</rss>", "windows-1251", headers[i], "windows-1251");
}

/* The label that was not believed, of a document of 8 bits. */
static void check_disbelieved(struct sv bytes, const char *content_type, const char *label)
{
    struct buf scratch = {0};
    struct charset *c = charset_new(sv_of(content_type));
    while (charset_next(c, &bytes, true, &scratch).n)
        ;
    assert_sv(charset_disbelieved(c), label);
    charset_free(&c);
    buf_free(&scratch);
}

static void a_label_that_was_not_believed_is_told(void **state)
{
    (void)state;
    check_disbelieved(SV("<?xml encoding='ISO-8859-1'?>\xC3\xA9"), NULL, "iso-8859-1");
    check_disbelieved(SV("<?xml encoding='iso-8859-1'?>\xE9"), NULL, "(none)");
    check_disbelieved(SV("<?xml encoding='no\x01such'?>\xC3\xA9"), NULL, "no?such");
    check_disbelieved(SV("<?xml encoding='utf-16'?>\xC3\xA9"), "text/xml; charset=koi8-r", "koi8-r");
    check_disbelieved(SV("<\0a\0>\0<\0/\0a\0>\0"), "text/xml; charset=utf-8", "utf-8");
    check_disbelieved(SV("<\0a\0>\0<\0/\0a\0>\0"), "text/xml; charset=utf-16", "(none)");
}

/* ---- UTF-16 and UTF-32 ---- */

static void wide_characters_are_told_without_a_mark(void **state)
{
    (void)state;
    static const char *const encodings[] = {"utf-16le", "utf-16be", "utf-32le", "utf-32be"};
    for (size_t i = 0; i < 4; i++) {
        check_encoded("<?xml version='1.0' encoding='utf-8'?><rss>" CHINESE "</rss>", encodings[i], "text/xml; charset=utf-8", encodings[i]);
        check_encoded("\n  <!-- " RUSSIAN " --><rss>" RUSSIAN RUSSIAN "</rss>", encodings[i], NULL, encodings[i]);
        check_encoded("{\"title\":\"" CHINESE CHINESE "\"}", encodings[i], NULL, encodings[i]);
    }
}

static void a_mark_that_is_wrong_is_passed_over(void **state)
{
    (void)state;
    check(SV("\xFF\xFE<?xml version='1.0'?><rss>\xC3\xA9</rss>"), NULL, "<?xml version='1.0'?><rss>\xC3\xA9</rss>", "utf-8");
    check(SV("\xFE\xFF<\0a\0>\0<\0/\0a\0>\0"), NULL, "<a></a>", "utf-16le");
    check(SV("\xEF\xBB\xBF\xEF\xBB\xBF<a>\xC3\xA9</a>"), NULL, "<a>\xC3\xA9</a>", "utf-8");
    check(SV("\xEF\xBB\xBF<?xml encoding='windows-1251'?>\xCF\xE5\xF0\xE5\xE3\xEE\xE2\xEE\xF0\xFB"), NULL,
          "<?xml encoding='windows-1251'?>Переговоры", "windows-1251");
    check(SV("\xFF\xFE\x2D\x4E\x87\x65"), NULL, "中文", "utf-16le");
}

static void wide_characters_that_are_wrong_do_not_put_the_rest_out_of_step(void **state)
{
    (void)state;
    check(SV("\xFF\xFE<\0a\0\x00\xD8>\0<\0/\0a\0>\0!"), NULL, "<a\xEF\xBF\xBD></a>\xEF\xBF\xBD", "utf-16le");
}

/* ---- Mistakes ---- */

static void utf_8_with_few_mistakes_beats_another_label(void **state)
{
    (void)state;
    check(SV("<?xml encoding='windows-1251'?>" RUSSIAN "\xD0<"), NULL, "<?xml encoding='windows-1251'?>" RUSSIAN "\xEF\xBF\xBD<", "utf-8");
    check(SV("<?xml encoding='gb2312'?>" CHINESE CHINESE CHINESE "\xE4\xB8<"), NULL, "<?xml encoding='gb2312'?>" CHINESE CHINESE CHINESE "\xEF\xBF\xBD<", "utf-8");
}

static void a_lone_byte_that_no_western_text_has_is_a_mistake_in_utf_8(void **state)
{
    (void)state;
    check(SV("<?xml encoding='utf-8'?>bad \xFF byte"), NULL, "<?xml encoding='utf-8'?>bad \xEF\xBF\xBD byte", "utf-8");
    check(SV("<?xml encoding='utf-8'?>cut\xE2\x80<"), NULL, "<?xml encoding='utf-8'?>cut\xEF\xBF\xBD<", "utf-8");
    check(SV("<?xml encoding='utf-8'?>caf\xE9 cr\xE8me"), NULL, "<?xml encoding='utf-8'?>café crème", "windows-1252");
}

/* What is wrong far behind the window by which it is decided is replaced too. */
static void what_is_wrong_later_is_replaced(void **state)
{
    (void)state;
    struct buf bytes = {0}, text = {0};
    for (size_t i = 0; i < 5000; i++)
        buf_str(&bytes, RUSSIAN "\n");
    buf_sv(&text, buf_view(&bytes));
    buf_str(&bytes, "caf\xE9 <b>\xD0");
    buf_str(&text, "caf\xEF\xBF\xBD <b>\xEF\xBF\xBD");
    check(buf_view(&bytes), NULL, buf_cstr(&text), "utf-8");
    buf_free(&bytes);
    buf_free(&text);
}

static void a_multibyte_label_that_does_not_fit_is_not_believed(void **state)
{
    (void)state;
    check(SV("<?xml encoding='windows-1251'?>\xCF\xE5\xF0\xE5 \xE3\xEE\xE2 \xEE \xF0\xFB\xE2 \xE2"), "text/xml; charset=euc-jp",
          "<?xml encoding='windows-1251'?>Пере гов о рыв в", "windows-1251");
}

static void a_seven_bit_label_is_beaten_by_utf_8_only(void **state)
{
    (void)state;
    check(SV("<?xml encoding='iso-2022-jp'?>" RUSSIAN), NULL, "<?xml encoding='iso-2022-jp'?>" RUSSIAN, "utf-8");
    check(SV("<?xml encoding='iso-2022-jp'?>no kanji"), NULL, "<?xml encoding='iso-2022-jp'?>no kanji", "iso-2022-jp");
}

/* UTF-8 that was taken for windows-1252 and encoded again is what the outlet serves. */
static void text_that_was_encoded_twice_is_left_alone(void **state)
{
    (void)state;
    check(SV("<?xml encoding='utf-8'?>caf\xC3\x83\xC2\xA9"), NULL, "<?xml encoding='utf-8'?>cafÃ©", "utf-8");
}

/* ---- Guesses ---- */

static void what_has_no_label_is_guessed(void **state)
{
    (void)state;
    static const char russian[] = "<rss>Переговоры на Аляске прошли успешно, сообщает агентство со ссылкой на источники в правительстве</rss>";
    static const char *const of_russian[] = {"windows-1251", "koi8-r", "ibm866", "iso-8859-5"};
    for (size_t i = 0; i < 4; i++)
        check_encoded(russian, of_russian[i], NULL, of_russian[i]);
    check_encoded("<rss>Ο πρόεδρος της δημοκρατίας συναντήθηκε σήμερα με τον πρωθυπουργό στην Αθήνα</rss>", "windows-1253", NULL, "windows-1253");
    check_encoded("<rss>قال وزير الخارجية إن المفاوضات مستمرة في العاصمة بين الطرفين</rss>", "windows-1256", NULL, "windows-1256");
    check_encoded("<rss>中国外交部发言人表示，一带一路倡议得到了许多国家的支持和参与。</rss>", "gb18030", NULL, "gb18030");
    check_encoded("<rss>中華民國總統今天在台北表示，政府將繼續支持經濟發展與國際合作。</rss>", "big5", NULL, "big5");
    check_encoded("<rss>日本の首相は今日の記者会見で、ニュースについて話しました。</rss>", "shift_jis", NULL, "shift_jis");
    check_encoded("<rss>日本の首相は今日の記者会見で、ニュースについて話しました。</rss>", "euc-jp", NULL, "euc-jp");
    check_encoded("<rss>한국 정부는 오늘 새로운 경제 정책을 발표했다고 밝혔습니다.</rss>", "euc-kr", NULL, "euc-kr");
}

static void languages_with_letters_of_their_own_are_guessed(void **state)
{
    (void)state;
    static const struct {
        const char *charset, *text;
    } rows[] = {
        {"windows-1250", "<rss>Sejm przyjął ustawę o ochronie środowiska, rząd dążył do zmiany przepisów</rss>"},
        {"iso-8859-2", "<rss>Sejm przyjął ustawę o ochronie środowiska, rząd dążył do zmiany przepisów</rss>"},
        {"windows-1250", "<rss>Vláda schválila návrh zákona, řidič havaroval u Brna, teploty příští týden vystoupají</rss>"},
        {"iso-8859-2", "<rss>Vláda schválila návrh zákona, řidič havaroval u Žiliny, teploty příští týden vystoupají</rss>"},
        {"windows-1250", "<rss>A kormány elfogadta az új költségvetést, hétvégén esős, szeles idő várható</rss>"},
        {"windows-1250", "<rss>Preşedintele a declarat că ţara noastră îşi va respecta angajamentele faţă de aliaţi</rss>"},
        {"windows-1250", "<rss>Teška prometna nesreća kod Šibenika, građani traže veće plaće i još više reda</rss>"},
        {"windows-1254", "<rss>Cumhurbaşkanı yeni kabineyi açıkladı, sürücü gözaltına alındı, döviz yükselişe geçti</rss>"},
        {"windows-1257", "<rss>Vyriausybė pritarė naujam mokesčių įstatymui, sužeisti trys žmonės, šiandien šalčiau</rss>"},
        {"windows-1257", "<rss>Rīgā notikusi avārija: cietuši trīs cilvēki, policija noskaidro apstākļus, šodien būs vēsāks nekā vakar</rss>"},
        {"windows-1255", "<rss>ראש הממשלה נפגש עם שר החוץ האמריקאי בירושלים והם דנו במצב באזור</rss>"},
        {"windows-874", "<rss>นายกรัฐมนตรีแถลงผลการประชุมคณะรัฐมนตรีว่าที่ประชุมเห็นชอบร่างกฎหมายภาษี</rss>"},
        {"koi8-u", "<rss>Верховна Рада ухвалила закон, є постраждалі, поліція з'ясовує обставини події</rss>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_encoded(rows[i].text, strcmp(rows[i].charset, "windows-874") ? rows[i].charset : "CP874", NULL, rows[i].charset);
}

static void western_text_is_not_taken_for_anything_else(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "<rss>Der Außenminister erklärte, die Gespräche über Öl und Gas würden fortgeführt; für Österreich</rss>",
        "<rss>L'été dernier, le président a été reçu à l'Élysée où il a déclaré que la réunion était « très réussie »</rss>",
        "<rss>El señor Muñoz dijo que la situación económica del país mejorará el próximo año, según informó ayer</rss>",
        "<rss>A reunião não terá solução; ações e informações são da nação, à União</rss>",
        "<rss>È così che si uccide la sanità, più tasse: perché? Lunedì pioverà, martedì no, è già tardi</rss>",
        "<rss>Täna õhtul on oodata tugevat lumesadu, üks mees hukkus tulekahjus, öösel külm</rss>",
        "<rss>Regeringen foreslår en ny lov; ulykke på Øresundsmotorvejen, ældre får højere ydelser</rss>",
        "<rss>«\xC2\xA0Oui\xC2\xA0»</rss>", "<rss>Müller</rss>", "<rss>“So it is” – he said…</rss>", "<rss>Þjóðin á að ráða því hvað verður</rss>",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_encoded(texts[i], "windows-1252", NULL, "windows-1252");
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
        cmocka_unit_test(a_header_is_read_however_it_is_written),
        cmocka_unit_test(a_label_that_was_not_believed_is_told),
        cmocka_unit_test(wide_characters_are_told_without_a_mark),
        cmocka_unit_test(a_mark_that_is_wrong_is_passed_over),
        cmocka_unit_test(wide_characters_that_are_wrong_do_not_put_the_rest_out_of_step),
        cmocka_unit_test(utf_8_with_few_mistakes_beats_another_label),
        cmocka_unit_test(a_lone_byte_that_no_western_text_has_is_a_mistake_in_utf_8),
        cmocka_unit_test(what_is_wrong_later_is_replaced),
        cmocka_unit_test(a_multibyte_label_that_does_not_fit_is_not_believed),
        cmocka_unit_test(a_seven_bit_label_is_beaten_by_utf_8_only),
        cmocka_unit_test(text_that_was_encoded_twice_is_left_alone),
        cmocka_unit_test(what_has_no_label_is_guessed),
        cmocka_unit_test(languages_with_letters_of_their_own_are_guessed),
        cmocka_unit_test(western_text_is_not_taken_for_anything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
