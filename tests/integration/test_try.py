"""What newswatchctl try shows of items: highlights in the whole text, and for each miss what was missing."""
import json

import pytest

from test_ctl import ctl, lines, on_a_terminal

TEXT = ("Nothing is said here.\n\n" "Envoys met in Alaska for the talks.\n\n" + "Filler stands here. " * 300 + "The deal is near. " +
        "Filler stands here. " * 300 + "\n\n" "Nothing again.")
ITEMS = [
    {"id": "1", "url": "https://h.example/%E8%B7%AF/a", "title": "Alaska talks begin", "content_text": TEXT, "tags": ["World", "Asia", "Iran"],
     "authors": [{"name": "Jane Roe"}], "language": "en"},
    {"id": "2", "title": "Alaska Airlines adds a flight", "content_text": "To Seattle, IRAN said."},
    {"id": "3", "title": "Nothing", "content_text": "Nothing at all."},
]
RULES = 'state "/nonexistent"; kafka { brokers "127.0.0.1:1"; }\noutlet h { feed "http://127.0.0.1/f"; }\n'


def feed(*items):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": items}).encode()


def try_(*arguments, items=ITEMS, **options):
    return ctl("try", *arguments, "-", stdin=feed(*items), **options)


def text(result):
    return result.stdout.decode()


def missing(rule, item, *arguments):
    (record,) = lines(try_("--json", "-e", rule, *arguments, items=[{"id": "1", **item}]))
    assert record["hit"] is False
    return record["missing"]


@pytest.fixture
def conf(tmp_path):
    def write(rules):
        path = tmp_path / "rules.conf"
        path.write_text(RULES + rules)
        return path
    return write


def test_an_item_is_shown_once_with_what_all_rules_found():
    result = try_("-e", "Alaska NEAR/9 talks", "-e", "category:Asia | author:Roe | url:路", "-e", "deal", "-e", "zebra", items=ITEMS[:1])
    assert result.returncode == 0
    rows = text(result).splitlines()
    assert rows[:3] == ["[Alaska] [talks] begin", "    https://h.example/[%E8%B7%AF]/a", "    Envoys met in [Alaska] for the [talks]."]
    assert rows[3].startswith("    …") and rows[3].endswith("…") and "here. The [deal] is near. Filler" in rows[3] and len(rows[3]) < 700
    assert rows[4:] == ["    author: Jane [Roe]", "    category: [Asia]", "  + Alaska NEAR/9 talks: Alaska, talks",
                        "  + category:Asia | author:Roe | url:路: Roe, Asia, %E8%B7%AF", "  + deal: deal", '  - zebra  missing: "zebra": not found', "",
                        "3 hits in 1 item, with 4 rules"]


def test_a_summary_that_the_content_begins_with_is_shown_once():
    item = {"id": "1", "title": "t", "summary": "Envoys met.", "content_text": "Envoys met. They left."}
    assert text(try_("-e", "envoys", items=[item])).splitlines()[:2] == ["t", "    [Envoys] met. They left."]
    assert text(try_("-e", "summary:envoys", items=[item])).splitlines()[:2] == ["t", "    [Envoys] met."]


def test_an_item_that_nothing_matches_is_shown_with_what_was_missing():
    rows = text(try_("-e", "Iran NEAR/2 Alaska", items=ITEMS[1:])).splitlines()
    assert rows == ["Alaska Airlines adds a flight",
                    '  - Iran NEAR/2 Alaska  missing: "Iran" NEAR/2 "Alaska": NEAR/2 held nothing: '
                    "never in the same field: the one is in content, the other in title", "",
                    "Nothing", '  - Iran NEAR/2 Alaska  missing: "Iran": not found', '        and: "Alaska": not found', "",
                    "0 hits in 2 items, with 1 rule"]


def test_terms_are_in_colour_on_a_terminal_in_the_text_too(tmp_path):
    path = tmp_path / "feed.json"
    path.write_bytes(feed(*ITEMS))
    status, shown = on_a_terminal("try", "-e", "Alaska NEAR/9 talks", path)
    assert status == 0
    assert "Envoys met in \033[1;33mAlaska\033[0m for the \033[1;33mtalks\033[0m." in shown
    assert "\033[1;33mAlaska\033[0m \033[1;33mtalks\033[0m begin" in shown and "[Alaska]" not in shown


def test_a_long_text_full_of_mentions_is_bounded():
    result = try_("-e", "word", items=[{"id": "1", "title": "t", "content_text": "a word\n\n" * 20000}])
    assert len(result.stdout) < 20000 and "more\n" in text(result)
    result = try_("-e", "word", items=[{"id": "1", "title": "t" * 9000, "content_text": "word " * 50000}])
    assert len(result.stdout) < 20000


@pytest.mark.parametrize("rule, item, said", [
    ("Iran NEAR/8 deal", {"content_text": "Iran " + "x " * 14 + "deal"}, '"Iran" NEAR/8 "deal": NEAR/8 held nothing: nearest were 14 words apart'),
    ("Iran AND deal", {"content_text": "Iran"}, '"deal": not found'),
    ("title:Iran", {"title": "t", "content_text": "Iran"}, 'title:"Iran": found in content, not in title'),
    ("ATLEAST/3(Iran)", {"content_text": "Iran, Iran"}, 'ATLEAST/3("Iran"): found 2 of 3'),
    ("FIRST/50(Iran)", {"content_text": "x " * 60 + "Iran"}, 'FIRST/50("Iran"): the first mention ends with word 61 of the content'),
    ("Iran AND NOT talks", {"content_text": "Iran Talks"}, 'NOT "talks": found "Talks" in content'),
    ("'Iran'", {"content_text": "IRAN"}, "'Iran': found only with other case or marks: \"IRAN\""),
    ("Iran AND lang:ru", {"content_text": "Iran", "language": "en"}, "lang:ru: the item's language is en"),
], ids=str)
def test_a_miss_tells_the_smallest_part_and_what_is_there_instead(rule, item, said):
    assert missing(rule, item) == [said]


def test_the_outlet_is_told_where_a_rule_asks_for_another():
    assert missing("Iran AND outlet:tass", {"content_text": "Iran"}, "--outlet", "h") == ["outlet:tass: the outlet is h"]
    assert missing("Iran AND outlet:tass", {"content_text": "Iran"}) == ["outlet:tass: the outlet is not known"]


def test_a_scored_rule_tells_its_score_when_it_misses_too(conf):
    path = conf("rule r { score { +3 Alaska; +4 zebra; -1 talks; } threshold 5; }")
    first, second, third = lines(try_("-c", path, "--json"))
    assert (first["score"], second["score"], third["score"]) == (2, 3, 0)
    assert first["missing"] == ['score 2 of 5: counted: +3 "Alaska", -1 "talks"; not: +4 "zebra"']
    assert third["missing"] == ['score 0 of 5: counted: none; not: +3 "Alaska", +4 "zebra"']
    path = conf("rule r { score { +3 Alaska; } threshold 3; }")
    assert [r["score"] for r in lines(try_("-c", path, "--json"))] == [3, 3, 0]


def test_the_conditions_of_a_rule_are_told(conf):
    path = conf("rule r { match Alaska; lang ru uk; outlets h; }")
    assert lines(try_("-c", path, "--json"))[0]["missing"] == ["lang ru uk: the item's language is en", "outlets h: the outlet is not known"]


def test_misses_of_many_rules_do_not_drown_the_hits(conf):
    path = conf("rule found { match Seattle; }\n" + "".join(f"rule r{i} {{ match zebra{i}; }}\n" for i in range(300)))
    rows = text(try_("-c", path)).splitlines()
    assert rows == ["Alaska Airlines adds a flight", "    To [Seattle], IRAN said.", "  + found: Seattle", "",
                    "1 hit in 3 items, with 301 rules; --misses tells why the others miss"]
    assert text(try_("-c", path, "--misses")).count("missing: ") == 902
    assert text(try_("-c", path, "--rule", "r7")).count("missing: ") == 3
    assert len(lines(try_("-c", path, "--json"))) == 903


def test_two_rules_of_one_name_are_told_apart(conf):
    path = conf("rule seattle { match zebra; }")
    records = lines(try_("-c", path, "--rule", "seattle", "-e", "seattle", "--json"))
    assert [r["hit"] for r in records] == [False, False, False, True, False, False]


def test_a_misspelt_rule_is_answered_with_the_one_that_was_meant(conf):
    result = try_("-c", conf("rule belt-and-road { match a; }"), "--rule", "belt-and-raod")
    assert result.returncode == 2 and b"has no rule 'belt-and-raod': did you mean 'belt-and-road'?" in result.stderr
    result = try_("-c", conf("outlet herald { feed \"http://127.0.0.1/g\"; }"), "--outlet", "heralt")
    assert result.returncode == 2 and b"has no outlet 'heralt': did you mean 'herald'?" in result.stderr


def test_a_typing_error_in_an_expression_is_told_with_a_caret():
    result = try_("-e", "Iran NEAR5 deal")
    assert result.returncode == 2 and result.stdout == b""
    assert result.stderr.decode() == ("-e:1:6: error: NEAR takes a number, s or p: write NEAR/5\n"
                                      "     1 | Iran NEAR5 deal\n       |      ^~~~~\n")


TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("arguments", [(), ("--json",)], ids=str)
def test_nothing_in_a_feed_turns_or_moves_what_a_terminal_shows(arguments):
    bad = "a" + "".join(f"{c}b" for c in TURNS + "\x1b\x07\x7f\u0085\u009b\u2028\r") + " word Iran" + TURNS
    item = {"id": bad, "url": "https://h.example/" + bad, "title": bad, "content_text": bad, "tags": [bad], "authors": [{"name": bad}], "language": bad}
    result = try_("-e", "word", "-e", "category:word | author:word | url:word", "-e", "'iran' AND NOT word", "-e", "Iran AND lang:ru", *arguments, items=[item])
    assert result.returncode == 0 and "word" in text(result)
    assert not [c for c in text(result) if c in TURNS or (c != "\n" and (c < " " or "\x7f" <= c < "\xa0")) or c == "\u2028"]
    if arguments: # escaped, not changed
        assert lines(result)[0]["item"].endswith("word Iran" + TURNS)


def test_offsets_of_every_field_point_to_the_very_bytes():
    item = {"id": "1", "url": "https://xn--mnchen-3ya.example/%E8%B7%AF-iran", "title": "В Иране", "content_text": "伊朗 Iran’s", "tags": ["é", "ü", "Ä Iran"],
            "authors": [{"name": "Ö Iran"}, {"name": "ß"}]}
    (record,) = lines(try_("--json", "-e", "Иран* | 伊朗 | Iran | category:Iran | author:Iran | url:路 | url:münchen", items=[item]))
    parsed = json.loads(ctl("parse", "-", stdin=feed(item)).stdout)["items"][0]
    fields = []
    for term in record["terms"]:
        value = parsed
        for step in term["field"].split("/")[1:]:
            value = value[int(step)] if isinstance(value, list) else value[step]
        assert value.encode()[term["start"]:term["end"]].decode() == term["text"]
        fields.append((term["field"], term["text"]))
    assert fields == [("/title", "Иране"), ("/content_text", "伊朗"), ("/content_text", "Iran"), ("/authors/0/name", "Iran"), ("/tags/2", "Iran"),
                      ("/url", "xn--mnchen-3ya"), ("/url", "%E8%B7%AF")]
