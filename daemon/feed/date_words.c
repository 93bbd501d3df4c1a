/* Words are written here as their languages write them, without the dots of abbreviations; they are folded when first used.
 * A language is left out where its names mean other months elsewhere: Croatian's "listopad" is the Pole's November. */
#include "feed/date_words.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/table.h"
#include "base/utf8.h"
#include "feed/date_fold.h"

/* "_" is the blank within. */
struct language {
    const char *months[12];
    const char *days[7]; /* from Monday */
};

static const struct language languages[] = {
    /* English */
    {{"January Jan", "February Feb Febr", "March Mar", "April Apr", "May", "June Jun", "July Jul", "August Aug", "September Sep Sept", "October Oct",
      "November Nov", "December Dec"},
     {"Monday Mon Mo", "Tuesday Tue Tues Tu", "Wednesday Wed Weds We", "Thursday Thu Thur Thurs Th", "Friday Fri Fr", "Saturday Sat Sa", "Sunday Sun Su"}},
    /* German */
    {{"Januar Jan Jänner Jän Jaenner", "Februar Feb Feber", "März Mär Maerz Mrz", "April Apr", "Mai", "Juni Jun", "Juli Jul", "August Aug",
      "September Sep Sept", "Oktober Okt", "November Nov", "Dezember Dez"},
     {"Montag Mo", "Dienstag Di", "Mittwoch Mi", "Donnerstag Do", "Freitag Fr", "Samstag Sa Sonnabend", "Sonntag So"}},
    /* French */
    {{"janvier janv jan", "février févr fév", "mars", "avril avr", "mai", "juin", "juillet juil juill", "août", "septembre sept", "octobre oct", "novembre nov",
      "décembre déc"},
     {"lundi lun lu", "mardi mar ma", "mercredi mer me", "jeudi jeu je", "vendredi ven ve", "samedi sam sa", "dimanche dim di"}},
    /* Spanish */
    {{"enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago", "septiembre setiembre sep sept set",
      "octubre oct", "noviembre nov", "diciembre dic"},
     {"lunes lun lu", "martes mar ma", "miércoles mié mi", "jueves jue ju", "viernes vie vi", "sábado sáb sa", "domingo dom do"}},
    /* Portuguese */
    {{"janeiro jan", "fevereiro fev", "março mar", "abril abr", "maio mai", "junho jun", "julho jul", "agosto ago", "setembro set", "outubro out",
      "novembro nov", "dezembro dez"},
     {"segunda seg", "terça ter", "quarta qua", "quinta qui", "sexta sex", "sábado sáb", "domingo dom"}},
    /* Italian */
    {{"gennaio gen genn", "febbraio feb febb", "marzo mar", "aprile apr", "maggio mag", "giugno giu", "luglio lug", "agosto ago", "settembre set sett",
      "ottobre ott", "novembre nov", "dicembre dic"},
     {"lunedì lun", "martedì mar", "mercoledì mer", "giovedì gio", "venerdì ven", "sabato sab", "domenica dom"}},
    /* Catalan */
    {{"gener gen", "febrer febr", "març", "abril d’abril abr d’abr", "maig", "juny", "juliol jul", "agost d’agost ag d’ag", "setembre set",
      "octubre d’octubre oct d’oct", "novembre nov", "desembre des"},
     {"dilluns dl", "dimarts dt", "dimecres dc", "dijous dj", "divendres dv", "dissabte ds", "diumenge dg"}},
    /* Romanian */
    {{"ianuarie ian", "februarie feb", "martie mar", "aprilie apr", "mai", "iunie iun", "iulie iul", "august aug", "septembrie sept", "octombrie oct",
      "noiembrie nov noi", "decembrie dec"},
     {"luni lun lu", "marți mar ma", "miercuri mie mi", "joi", "vineri vin vi", "sâmbătă sâm sâ", "duminică dum du"}},
    /* Dutch */
    {{"januari jan", "februari feb", "maart mrt", "april apr", "mei", "juni jun", "juli jul", "augustus aug", "september sep sept", "oktober okt",
      "november nov", "december dec"},
     {"maandag ma", "dinsdag di", "woensdag wo", "donderdag do", "vrijdag vr", "zaterdag za", "zondag zo"}},
    /* Swedish */
    {{"januari jan", "februari feb febr", "mars", "april apr", "maj", "juni", "juli", "augusti aug", "september sep sept", "oktober okt", "november nov",
      "december dec"},
     {"måndag mån må", "tisdag tis ti", "onsdag ons on", "torsdag tors to", "fredag fre fr", "lördag lör lö", "söndag sön sö"}},
    /* Danish, Norwegian, Icelandic */
    {{"januar jan janúar", "februar feb febrúar", "marts mars mar", "april apr apríl", "maj mai maí", "juni jun júní jún", "juli jul júlí júl",
      "august aug ágúst ágú", "september sep", "oktober okt október", "november nov nóvember nóv", "december dec desember des"},
     {"mandag man ma mánudagur mán", "tirsdag tir ti þriðjudagur þri", "onsdag ons on miðvikudagur mið", "torsdag tor to fimmtudagur fim",
      "fredag fre fr föstudagur fös", "lørdag lør lø laugardagur lau", "søndag søn sø sunnudagur sun"}},
    /* Finnish */
    {{"tammikuuta tammikuu tammik tammi", "helmikuuta helmikuu helmik helmi", "maaliskuuta maaliskuu maalisk maalis", "huhtikuuta huhtikuu huhtik huhti",
      "toukokuuta toukokuu toukok touko", "kesäkuuta kesäkuu kesäk kesä", "heinäkuuta heinäkuu heinäk heinä", "elokuuta elokuu elok elo",
      "syyskuuta syyskuu syysk syys", "lokakuuta lokakuu lokak loka", "marraskuuta marraskuu marrask marras", "joulukuuta joulukuu jouluk joulu"},
     {"maanantaina maanantai ma", "tiistaina tiistai ti", "keskiviikkona keskiviikko ke", "torstaina torstai to", "perjantaina perjantai pe",
      "lauantaina lauantai la", "sunnuntaina sunnuntai su"}},
    /* Estonian */
    {{"jaanuar jaan", "veebruar veebr", "märts", "aprill apr", "mai", "juuni", "juuli", "august aug", "september sept", "oktoober okt", "november nov",
      "detsember dets"},
     {"esmaspäev", "teisipäev", "kolmapäev", "neljapäev", "reede", "laupäev", "pühapäev"}},
    /* Latvian */
    {{"janvāris janvārī janv", "februāris februārī febr", "marts martā", "aprīlis aprīlī apr", "maijs maijā", "jūnijs jūnijā jūn", "jūlijs jūlijā jūl",
      "augusts augustā aug", "septembris septembrī sept", "oktobris oktobrī okt", "novembris novembrī nov", "decembris decembrī dec"},
     {"pirmdiena pirmd", "otrdiena otrd", "trešdiena trešd", "ceturtdiena ceturtd", "piektdiena piektd", "sestdiena sestd", "svētdiena svētd"}},
    /* Lithuanian */
    {{"sausio sausis saus", "vasario vasaris vas", "kovo kovas kov", "balandžio balandis bal", "gegužės gegužė geg", "birželio birželis birž",
      "liepos liepa liep", "rugpjūčio rugpjūtis rugp", "rugsėjo rugsėjis rugs", "spalio spalis spal", "lapkričio lapkritis lapkr",
      "gruodžio gruodis gruod"},
     {"pirmadienis", "antradienis", "trečiadienis", "ketvirtadienis", "penktadienis", "šeštadienis", "sekmadienis"}},
    /* Polish */
    {{"stycznia styczeń sty", "lutego luty lut", "marca marzec mar", "kwietnia kwiecień kwi", "maja maj", "czerwca czerwiec cze", "lipca lipiec lip",
      "sierpnia sierpień sie", "września wrzesień wrz", "października październik paź", "listopada listopad lis", "grudnia grudzień gru"},
     {"poniedziałek pon pn", "wtorek wt wto", "środa śr śro", "czwartek czw", "piątek pt pią", "sobota sob", "niedziela niedz nie nd"}},
    /* Czech */
    {{"ledna leden led", "února únor úno", "března březen bře", "dubna duben dub", "května květen kvě", "června červen čvn", "července červenec čvc",
      "srpna srpen srp", "září zář", "října říjen říj", "listopadu listopad lis", "prosince prosinec pro"},
     {"pondělí po", "úterý út", "středa st", "čtvrtek čt", "pátek pá", "sobota so", "neděle ne"}},
    /* Slovak */
    {{"januára január", "februára február", "marca marec mar", "apríla apríl", "mája máj", "júna jún", "júla júl", "augusta august", "septembra september",
      "októbra október", "novembra november", "decembra december"},
     {"pondelok po", "utorok ut", "streda st", "štvrtok št", "piatok pi", "sobota so", "nedeľa ne"}},
    /* Slovene, Serbian in Latin letters */
    {{"januar januarja januara jan", "februar februarja februara feb", "marec marca mart marta mar", "april aprila apr", "maj maja", "junij junija jun juna",
      "julij julija jul jula", "avgust avgusta avg", "september septembra septembar sep", "oktober oktobra oktobar okt", "november novembra novembar nov",
      "december decembra decembar dec"},
     {"ponedeljek ponedeljak ponedjeljak pon", "torek tor utorak uto", "sreda sre srijeda sri", "četrtek četvrtak čet", "petek petak pet", "sobota subota sob sub",
      "nedelja nedjelja ned"}},
    /* Hungarian */
    {{"január jan", "február febr feb", "március márc már", "április ápr", "május máj", "június jún", "július júl", "augusztus aug", "szeptember szept szep",
      "október okt", "november nov", "december dec"},
     {"hétfő", "kedd", "szerda sze", "csütörtök", "péntek", "szombat szo", "vasárnap"}},
    /* Turkish */
    {{"Ocak Oca", "Şubat Şub", "Mart Mar", "Nisan Nis", "Mayıs May", "Haziran Haz", "Temmuz Tem", "Ağustos Ağu", "Eylül Eyl", "Ekim Eki", "Kasım Kas",
      "Aralık Ara"},
     {"Pazartesi Pzt Pt", "Salı Sal", "Çarşamba Çar Çrş", "Perşembe Per Prş", "Cuma Cum", "Cumartesi Cmt Ct", "Pazar Paz"}},
    /* Azerbaijani */
    {{"yanvar yan", "fevral fev", "mart mar", "aprel apr", "may", "iyun iyn", "iyul iyl", "avqust avq", "sentyabr", "oktyabr okt", "noyabr noy",
      "dekabr dek"},
     {"bazar_ertəsi", "çərşənbə_axşamı", "çərşənbə", "cümə_axşamı", "cümə", "şənbə", "bazar"}},
    /* Albanian */
    {{"janar", "shkurt shk", "mars", "prill pri", "maj", "qershor qer", "korrik", "gusht", "shtator", "tetor tet", "nëntor nën", "dhjetor dhj"},
     {"hënë", "martë", "mërkurë", "enjte", "premte", "shtunë", "diel"}},
    /* Greek */
    {{"Ιανουαρίου Ιανουάριος Ιαν", "Φεβρουαρίου Φεβρουάριος Φεβ", "Μαρτίου Μάρτιος Μαρ", "Απριλίου Απρίλιος Απρ", "Μαΐου Μάιος Μαΐ", "Ιουνίου Ιούνιος Ιουν",
      "Ιουλίου Ιούλιος Ιουλ", "Αυγούστου Αύγουστος Αυγ", "Σεπτεμβρίου Σεπτέμβριος Σεπ Σεπτ", "Οκτωβρίου Οκτώβριος Οκτ", "Νοεμβρίου Νοέμβριος Νοε",
      "Δεκεμβρίου Δεκέμβριος Δεκ"},
     {"Δευτέρα Δευ", "Τρίτη Τρί", "Τετάρτη Τετ", "Πέμπτη Πέμ", "Παρασκευή Παρ", "Σάββατο Σάβ", "Κυριακή Κυρ"}},
    /* Russian */
    {{"января январь янв", "февраля февраль февр фев", "марта март мар", "апреля апрель апр", "мая май", "июня июнь июн", "июля июль июл",
      "августа август авг", "сентября сентябрь сент сен", "октября октябрь окт", "ноября ноябрь нояб ноя", "декабря декабрь дек"},
     {"понедельник пн пон", "вторник вт", "среда ср среду", "четверг чт", "пятница пт пятницу", "суббота сб субботу", "воскресенье вс"}},
    /* Ukrainian */
    {{"січня січень січ", "лютого лютий лют", "березня березень бер", "квітня квітень квіт кві", "травня травень трав тра", "червня червень черв чер",
      "липня липень лип", "серпня серпень серп сер", "вересня вересень вер", "жовтня жовтень жовт жов", "листопада листопад лист лис",
      "грудня грудень груд гру"},
     {"понеділок пн", "вівторок вт", "середа ср", "четвер чт", "п’ятниця пт", "субота сб", "неділя нд"}},
    /* Belarusian */
    {{"студзеня студзень сту", "лютага люты лют", "сакавіка сакавік сак", "красавіка красавік кра", "мая май", "чэрвеня чэрвень чэр", "ліпеня ліпень ліп",
      "жніўня жнівень жні", "верасня верасень вер", "кастрычніка кастрычнік кас", "лістапада лістапад ліс", "снежня снежань сне"},
     {"панядзелак пн", "аўторак аў", "серада ср", "чацвер чц", "пятніца пт", "субота сб", "нядзеля нд"}},
    /* Bulgarian, Macedonian, Serbian */
    {{"януари яну јануари јануар јан", "февруари фев фебруар феб", "март мар", "април апр", "май мај", "юни јуни јун", "юли јули јул", "август авг",
      "септември сеп септ септембар", "октомври окт октобар", "ноември ное ноем новембар нов", "декември дек децембар дец"},
     {"понеделник понедељак пн пон", "вторник вт вто уторак уто", "сряда среда ср сре", "четвъртък четврток четвртак чт чет", "петък петок петак пт пет",
      "събота сабота субота сб саб суб", "неделя недела недеља нд нед"}},
    /* Kazakh */
    {{"қаңтар қаң", "ақпан ақп", "наурыз нау", "сәуір сәу", "мамыр мам", "маусым мау", "шілде шіл", "тамыз там", "қыркүйек қыр", "қазан қаз", "қараша қар",
      "желтоқсан жел"},
     {"дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі"}},
    /* Indonesian, Malay */
    {{"Januari Jan", "Februari Feb Pebruari", "Maret Mar Mac", "April Apr", "Mei", "Juni Jun", "Juli Jul Julai", "Agustus Agu Agt Ags Ogos Ogo",
      "September Sep", "Oktober Okt", "November Nov Nopember Nop", "Desember Des Disember Dis"},
     {"Senin Sen Isnin Isn", "Selasa Sel", "Rabu Rab", "Kamis Kam Khamis Kha", "Jumat Jum’at Jum Jumaat", "Sabtu Sab", "Minggu Min Ahad Ahd"}},
    /* Vietnamese; more by WORD_MONTH_NUMBER */
    {{"tháng_một tháng_giêng", "tháng_hai", "tháng_ba", "tháng_tư", "tháng_năm", "tháng_sáu", "tháng_bảy", "tháng_tám", "tháng_chín", "tháng_mười",
      "tháng_mười_một", "tháng_mười_hai tháng_chạp"},
     {"thứ_hai", "thứ_ba", "thứ_tư", "thứ_năm", "thứ_sáu", "thứ_bảy", "chủ_nhật chúa_nhật"}},
    /* Hindi */
    {{"जनवरी जन", "फ़रवरी फरवरी फ़र फर", "मार्च", "अप्रैल", "मई", "जून", "जुलाई जुल", "अगस्त अग", "सितंबर सितम्बर सित", "अक्तूबर अक्टूबर अक्तू अक्टू",
      "नवंबर नवम्बर नव", "दिसंबर दिसम्बर दिस"},
     {"सोमवार सोम", "मंगलवार मंगल", "बुधवार बुध", "गुरुवार गुरु बृहस्पतिवार", "शुक्रवार शुक्र", "शनिवार शनि", "रविवार रवि"}},
    /* Bengali */
    {{"জানুয়ারী জানুয়ারি জানু", "ফেব্রুয়ারী ফেব্রুয়ারি ফেব", "মার্চ", "এপ্রিল", "মে", "জুন", "জুলাই", "আগস্ট", "সেপ্টেম্বর", "অক্টোবর", "নভেম্বর", "ডিসেম্বর"},
     {"সোমবার সোম", "মঙ্গলবার মঙ্গল", "বুধবার বুধ", "বৃহস্পতিবার", "শুক্রবার শুক্র", "শনিবার শনি", "রবিবার রবি"}},
    /* Arabic: Egypt and the Gulf, the Levant, the Maghreb */
    {{"يناير كانون_الثاني جانفي", "فبراير شباط فيفري", "مارس آذار", "أبريل إبريل نيسان أفريل", "مايو أيار ماي", "يونيو حزيران جوان يونيه",
      "يوليو تموز جويلية يوليوز يوليه", "أغسطس آب أوت غشت", "سبتمبر أيلول شتنبر", "أكتوبر تشرين_الأول", "نوفمبر تشرين_الثاني نونبر",
      "ديسمبر كانون_الأول دجنبر"},
     {"الاثنين الإثنين إثنين", "الثلاثاء ثلاثاء", "الأربعاء أربعاء", "الخميس خميس", "الجمعة جمعة", "السبت سبت", "الأحد أحد"}},
    /* Persian, Gregorian */
    {{"ژانویه", "فوریه", "مارس", "آوریل", "مه می", "ژوئن", "ژوئیه جولای", "اوت آگوست", "سپتامبر", "اکتبر", "نوامبر", "دسامبر"},
     {"دوشنبه", "سه‌شنبه سه_شنبه", "چهارشنبه", "پنجشنبه پنج_شنبه", "جمعه", "شنبه", "یکشنبه یک_شنبه"}},
    /* Urdu */
    {{"جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر"},
     {"پیر", "منگل", "بدھ", "جمعرات", "جمعہ", "ہفتہ", "اتوار"}},
    /* Hebrew */
    {{"ינואר בינואר ינו בינו", "פברואר בפברואר פבר בפבר", "מרץ במרץ מרס במרס", "אפריל באפריל אפר באפר", "מאי במאי", "יוני ביוני", "יולי ביולי", "אוגוסט באוגוסט אוג באוג",
      "ספטמבר בספטמבר ספט בספט", "אוקטובר באוקטובר אוק באוק", "נובמבר בנובמבר נוב בנוב", "דצמבר בדצמבר דצמ בדצמ"},
     {"שני", "שלישי", "רביעי", "חמישי", "שישי", "שבת", "ראשון"}},
    /* Thai */
    {{"มกราคม ม.ค", "กุมภาพันธ์ ก.พ", "มีนาคม มี.ค", "เมษายน เม.ย", "พฤษภาคม พ.ค", "มิถุนายน มิ.ย", "กรกฎาคม ก.ค", "สิงหาคม ส.ค", "กันยายน ก.ย", "ตุลาคม ต.ค",
      "พฤศจิกายน พ.ย", "ธันวาคม ธ.ค"},
     {"วันจันทร์ วันจันทร์ที่ จันทร์", "วันอังคาร วันอังคารที่ อังคาร", "วันพุธ วันพุธที่ พุธ", "วันพฤหัสบดี วันพฤหัสบดีที่ พฤหัสบดี", "วันศุกร์ วันศุกร์ที่ ศุกร์", "วันเสาร์ วันเสาร์ที่ เสาร์",
      "วันอาทิตย์ วันอาทิตย์ที่ อาทิตย์"}},
    /* Armenian, Georgian */
    {{"հունվարի հունվար იანვარი", "փետրվարի փետրվար თებერვალი", "մարտի մարտ მარტი", "ապրիլի ապրիլ აპრილი", "մայիսի մայիս მაისი", "հունիսի հունիս ივნისი",
      "հուլիսի հուլիս ივლისი", "օգոստոսի օգոստոս აგვისტო", "սեպտեմբերի սեպտեմբեր სექტემბერი", "հոկտեմբերի հոկտեմբեր ოქტომბერი", "նոյեմբերի նոյեմբեր ნოემბერი",
      "դեկտեմբերի դեկտեմբեր დეკემბერი"},
     {"երկուշաբթի ორშაბათი", "երեքշաբթի სამშაბათი", "չորեքշաբթի ოთხშაბათი", "հինգշաբթի ხუთშაბათი", "ուրբաթ პარასკევი", "շաբաթ შაბათი", "կիրակի კვირა"}},
    /* Chinese, Japanese, Korean: their months are numbers */
    {{"", "", "", "", "", "", "", "", "", "", "", ""},
     {"星期一 周一 週一 礼拜一 月曜日 月曜 월요일 월 月", "星期二 周二 週二 礼拜二 火曜日 火曜 화요일 화 火", "星期三 周三 週三 礼拜三 水曜日 水曜 수요일 수 水",
      "星期四 周四 週四 礼拜四 木曜日 木曜 목요일 목 木", "星期五 周五 週五 礼拜五 金曜日 金曜 금요일 금 金", "星期六 周六 週六 礼拜六 土曜日 土曜 토요일 토 土",
      "星期日 星期天 周日 週日 礼拜日 礼拜天 日曜日 日曜 일요일 일 日"}},
};

static const struct {
    enum date_role role;
    short value;
    const char *words;
} roles[] = {
    {WORD_SKIP, 0,
     "t of the on st nd rd th oclock hrs hours etc der den dem uhr h le er el la las los de del da do das dos di il l lo e y a à às em dia día van "
     "feira r roku dnia w dne ve hod d en an jen ei ej i órakor roku p pm günü του η στις m gada plkst tanggal pada ngày năm vào "
     "в г гг թ года год г_в от р року об на ж ч час часа часов мин хв он в_г й го е "
     "في يوم م عام سنة الموافق روز יום ב ה को बजे ที่ วันที่ น เวลา พ.ศ ค.ศ 公元 西暦 整 o de_la"},
    {WORD_BEFORE_TIME, 0, "at um om kl klo kello klockan ore ora oră alle saat ώρα lúc hồi pukul pkl jam godz godzina o_godz o v las в о у الساعة ساعت בשעה kell val u"},
    {WORD_AM, 0, "a.m a_m 上午 午前 오전 凌晨 早上 清晨 早晨 π.μ ق.ظ صباحا صباحًا ÖÖ пр.об дп पूर्वाह्न f.h लfм"},
    {WORD_PM, 0, "p.m p_m 下午 午後 오후 傍晚 μ.μ ب.ظ مساء مساءً ÖS сл.об пп अपराह्न e.h m.d ptg"},
    {WORD_MAYBE_AM, 0, "am sa ص fm pg"},
    {WORD_MAYBE_PM, 0, "pm ch م em du"},
    {WORD_NOON, 0, "中午 正午 정오"},
    {WORD_NIGHT, 0, "晚上 夜晚 夜 밤"},
    {WORD_YEAR, 0, "年 년"},
    {WORD_MONTH, 0, "月 월"},
    {WORD_DAY, 0, "日 號 号 일"},
    {WORD_HOUR, 0, "時 时 点 點 시 h hs hrs uhr uur giờ ч час часа часов"},
    {WORD_MINUTE, 0, "分 분 min phút мин хв"},
    {WORD_SECOND, 0, "秒 초 s sec sek giây"},
    {WORD_MONTH_NUMBER, 0, "tháng thg"},
    {WORD_DAY_NUMBER, 0, "thứ"},
    {WORD_ERA, 2018, "令和"},
    {WORD_ERA, 1988, "平成"},
    {WORD_ERA, 1925, "昭和"},
    {WORD_ERA, 1911, "民國 民国"},
};

#define NORTH_AMERICA ",M3.2.0,M11.1.0"
static const struct date_zone zones[] = {
    {"GMT", NULL, 0},      {"UTC", NULL, 0},      {"UT", NULL, 0},       {"Z", NULL, 0},        {"EST", NULL, -300},   {"EDT", NULL, -240},
    {"CST", NULL, -360},   {"CDT", NULL, -300},   {"MST", NULL, -420},   {"MDT", NULL, -360},   {"PST", NULL, -480},   {"PDT", NULL, -420},
    {"AKST", NULL, -540},  {"AKDT", NULL, -480},  {"HST", NULL, -600},   {"AST", NULL, -240},   {"ADT", NULL, -180},   {"NST", NULL, -210},
    {"NDT", NULL, -150},   {"WET", NULL, 0},      {"WEST", NULL, 60},    {"BST", NULL, 60},     {"CET", NULL, 60},     {"CEST", NULL, 120},
    {"MET", NULL, 60},     {"MEST", NULL, 120},   {"MEZ", NULL, 60},     {"MESZ", NULL, 120},   {"EET", NULL, 120},    {"EEST", NULL, 180},
    {"MSK", NULL, 180},    {"мск", NULL, 180},    {"SAMT", NULL, 240},   {"YEKT", NULL, 300},   {"NOVT", NULL, 420},   {"TRT", NULL, 180},
    {"OMST", NULL, 360},   {"KRAT", NULL, 420},   {"IRKT", NULL, 480},   {"YAKT", NULL, 540},   {"VLAT", NULL, 600},   {"MAGT", NULL, 660},
    {"PETT", NULL, 720},   {"MSD", NULL, 240},    {"GET", NULL, 240},    {"AFT", NULL, 270},    {"IRDT", NULL, 270},   {"TJT", NULL, 300},
    {"TMT", NULL, 300},    {"KGT", NULL, 360},    {"BTT", NULL, 360},    {"MMT", NULL, 390},    {"ULAT", NULL, 480},   {"PYT", NULL, -180},
    {"IDT", NULL, 180},    {"IRST", NULL, 210},   {"GST", NULL, 240},    {"AZT", NULL, 240},    {"PKT", NULL, 300},    {"UZT", NULL, 300},
    {"IST", NULL, 330},    {"NPT", NULL, 345},    {"BDT", NULL, 360},    {"ICT", NULL, 420},    {"WIB", NULL, 420},    {"WITA", NULL, 480},
    {"WIT", NULL, 540},    {"SGT", NULL, 480},    {"MYT", NULL, 480},    {"HKT", NULL, 480},    {"PHT", NULL, 480},    {"AWST", NULL, 480},
    {"JST", NULL, 540},    {"KST", NULL, 540},    {"ACST", NULL, 570},   {"ACDT", NULL, 630},   {"AEST", NULL, 600},   {"AEDT", NULL, 660},
    {"NZST", NULL, 720},   {"NZDT", NULL, 780},   {"CAT", NULL, 120},    {"SAST", NULL, 120},   {"EAT", NULL, 180},    {"WAT", NULL, 60},
    {"BRT", NULL, -180},   {"BRST", NULL, -120},  {"ART", NULL, -180},   {"UYT", NULL, -180},   {"CLT", NULL, -240},   {"CLST", NULL, -180},
    {"VET", NULL, -240},   {"BOT", NULL, -240},   {"COT", NULL, -300},   {"PET", NULL, -300},   {"ECT", NULL, -300},
    {"ET", "EST5EDT" NORTH_AMERICA, 0},           {"CT", "CST6CDT" NORTH_AMERICA, 0},           {"MT", "MST7MDT" NORTH_AMERICA, 0},
    {"PT", "PST8PDT" NORTH_AMERICA, 0},
};

/* ---- The table ---- */

static struct table words;
static pthread_once_t words_once = PTHREAD_ONCE_INIT;

static size_t fold_text(struct sv text, char out[DATE_WORD_MOST])
{
    size_t n = 0;
    for (const char *p = text.p, *end = p + text.n; p < end && n + 4 <= DATE_WORD_MOST;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        if (date_fold(c, &c) != CHAR_DROPPED)
            n += utf8_encode(c == '_' ? ' ' : c, out + n);
    }
    return n;
}

static struct date_word *word_like(struct sv text)
{
    char folded[DATE_WORD_MOST];
    struct sv key = {folded, fold_text(text, folded)};
    struct date_word *w = table_get(&words, key);
    if (w)
        return w;
    w = xcalloc(1, sizeof *w + key.n);
    memcpy((char *)(w + 1), key.p, key.n);
    w->text = (struct sv){(char *)(w + 1), key.n};
    table_put(&words, w->text, w);
    return w;
}

/* That no word means two months is seen when the table is built: a mistake in it does not live to be shipped. */
static void add(const char *list, int month, int days, enum date_role role, short value)
{
    struct sv rest = sv_of(list), text;
    while (sv_split(&rest, ' ', &text)) {
        if (text.n == 0)
            continue;
        struct date_word *w = word_like(text);
        if (w->month && month && w->month != month)
            abort();
        w->month |= (unsigned char)month;
        w->days |= (unsigned char)days;
        if (role > w->role)
            w->role = (unsigned char)role, w->value = value;
    }
}

static void build(void)
{
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        for (int month = 0; month < 12; month++)
            add(languages[i].months[month], month + 1, 0, WORD_PLAIN, 0);
        for (int day = 0; day < 7; day++)
            add(languages[i].days[day], 0, 1 << (day + 1) % 7, WORD_PLAIN, 0);
    }
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        add(roles[i].words, 0, 0, roles[i].role, roles[i].value);
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        word_like(sv_of(zones[i].name))->zone = &zones[i];
}

const struct date_word *date_word(struct sv folded)
{
    pthread_once(&words_once, build);
    return folded.n <= DATE_WORD_MOST ? table_get(&words, folded) : NULL;
}

const struct date_word *date_ideographs(struct sv folded)
{
    for (size_t n = folded.n < 9 ? folded.n / 3 * 3 : 9; n; n -= 3) { /* three characters of three bytes */
        const struct date_word *w = date_word(sv_head(folded, n));
        if (w)
            return w;
    }
    return NULL;
}
