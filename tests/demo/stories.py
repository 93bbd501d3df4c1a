"""The sample stories: made up for the demo, and so are the outlets. Each says which rules it must meet.

A near miss is a story that a plain search for the same words would bring. Its last member says why the rules refuse it."""

from collections import namedtuple

Story = namedtuple("Story", "name age title html rules near", defaults=((), None))  # age: in minutes
Outlet = namedtuple("Outlet", "id name language format path encoding stories")

ALASKA, IRAN, BELT = "alaska-talks", "jcpoa", "belt-and-road"

OUTLETS = [
    Outlet("harbour-times", "Harbour Times", "en", "RSS 2.0", "harbour-times.rss", "UTF-8", [
        Story("anchorage", 12, "Delegations arrive in Anchorage",
              "<p>Snow was falling when the first aircraft landed. The <b>talks</b> in <b>Anchorage</b> begin tomorrow; the delegation"
              " from Beijing brought its own interpreters, and the hotel has cleared two floors.</p>", (ALASKA,)),
        Story("pilots", 31, "Alaska Airlines opens talks with its pilots",
              "<p>Alaska Airlines began talks with the pilots&rsquo; union this morning. A new route to Beijing is part of them.</p>",
              (), "the airline is not the place"),
        Story("ferry", 55, "Ferry fares go up in spring",
              "<p>The harbour board wants to replace two boats, and passengers will pay for them.</p>"),
    ]),
    Outlet("delta-courier", "Delta Courier", "en", "Atom", "delta-courier.atom", "UTF-8", [
        Story("inspectors", 8, "Inspectors return to a site closed for a year",
              "<p>Seals were changed and cameras mounted again, as the JCPOA provides. The inspectors stay until Friday.</p>", (IRAN,)),
        Story("pistachios", 44, "Pistachio harvest in Iran is the best in years",
              "<p>Growers in Iran speak of a mild spring and of rain at the right time. Further north, a power company has signed"
              " what its board calls a nuclear deal: two reactors, to be built within ten years.</p>",
              (), "Iran, and a nuclear deal, but they stand far apart and have nothing to do with each other"),
        Story("cyclist", 70, "All she takes along is a belt and a road",
              "<p>A belt and a road, says the cyclist, and a map of China to sleep on: more nobody needs.</p>",
              (), "a belt and a road, and even China, but not the Belt and Road"),
    ]),
    Outlet("jakarta-ledger", "Jakarta Ledger", "en", "JSON Feed", "jakarta-ledger.json", "UTF-8", [
        Story("bridge", 19, "The last bridge of the railway is in place",
              "<p>Trains will run from June. It is the largest BRI project on the island, and the first for which Chinese lenders accepted"
              " payment in local currency.</p>", (BELT,)),
        Story("bank", 26, "Bank BRI lends more to builders",
              "<p>Bank BRI will put a tenth of its loans into infrastructure, it said with its results.</p>",
              (), "infrastructure and BRI, but this BRI is a bank"),
        Story("league", 90, "New floodlights before the season",
              "<p>The clubs of BRI Liga 1 asked for better infrastructure, and got light.</p>", (), "the same, but this one is a football league"),
    ]),
    Outlet("vestnik-zaliva", "Вестник залива", "ru", "RSS 2.0", "vestnik-zaliva.rss", "windows-1251", [
        Story("povestka", 15, "Стороны согласовали повестку встречи",
              "<p>Саммит на Аляске продлится два дня. Путин прибудет утром, переговоры начнутся после обеда.</p>", (ALASKA,)),
        Story("sdelka", 37, "Дипломаты снова говорят о сделке",
              "<p>Для Ирана ядерная сделка остаётся условием любых соглашений, заявили в министерстве.</p>", (IRAN,)),
        Story("losos", 80, "Лосось вернулся к берегам Аляски",
              "<p>Биологи насчитали вдвое больше рыбы, чем годом раньше.</p>", (), "Alaska, but no talks"),
    ]),
    Outlet("east-observer", "东方观察", "zh", "RSS 1.0", "east-observer.rdf", "GB18030", [
        Story("port", 22, "新港口开始运营",
              "<p>作为“一带一路”的一部分，新港口昨天迎来了第一艘货船。当地工人接受了半年的培训。</p>", (BELT,)),
        Story("arrival", 9, "代表团抵达安克雷奇",
              "<p>杨洁篪一行抵达阿拉斯加，会谈将于明天上午举行。</p>", (ALASKA,)),
        Story("spring", 65, "春天的路",
              "<p>这一带的路，一到春天就开满了花。</p>", (), "the four characters of Belt and Road in that order, but not its name"),
    ]),
    Outlet("al-marfa", "صحيفة المرفأ", "ar", "Atom", "al-marfa.atom", "UTF-8", [
        Story("quay", 28, "رصيف جديد يستقبل أولى السفن",
              "<p>قال مدير الميناء إن الرصيف جزء من مبادرة الحزام والطريق، وإن العمل فيه استمر عامين.</p>", (BELT,)),
        Story("trees", 50, "حزام أخضر وطريق جديد حول المدينة",
              "<p>زرع المتطوعون ألف شجرة على طول الطريق.</p>", (), "a green belt and a new road"),
    ]),
    Outlet("rheinblatt", "Rheinblatt", "de", "RSS 2.0", "rheinblatt.rss", "ISO-8859-1", [
        Story("hafen", 33, "Duisburg baut ein weiteres Gleis",
              "<p>Die Neue Seidenstra&szlig;e endet f&uuml;r viele Container am Rhein. Jede Woche kommen vierzig Z&uuml;ge an.</p>", (BELT,)),
        Story("bruecke", 61, "Die alte Brücke bleibt gesperrt",
              "<p>Über die Kosten wird noch gestritten.</p>"),
    ]),
]

BREAKING_OUTLET = "delta-courier"
BREAKING = Story("midnight", 0, "Envoys reach an understanding after midnight",
                 "<p>Tehran will honour the nuclear agreement in full, both sides said in a joint statement. Details follow.</p>", (IRAN,))
