"""A new item becomes a message, and the message keeps the contract with consumers."""
import time

import pytest

import feeds
from daemon import QUICK, configuration


def test_a_new_item_becomes_a_message_with_every_header_and_member(daemon, site, topic):
    page = site.page(body=feeds.rss("Quiet day"))
    daemon.start(configuration(topic.sink, {"gazette": f'name "The Gazette"; country GB; language en; feed "{site.url()}";'},
                               'rule storm { title "Storms"; labels weather "high risk"; match storm NEAR/5 coast; }'))
    site.asked(2)
    before = time.time()
    page.body = feeds.rss(feeds.item("Storm hits the coast", "Nobody was hurt.", guid="urn:1",
                                     extra="<author>ann@news.example (Ann Other)</author><category>Weather</category>"), "Quiet day")
    alert, = topic.read(1)
    assert alert.key == "gazette"
    assert alert.headers["rules"] == "storm"
    assert alert.event["source"] == "/newswatchd/test"
    assert alert.event["subject"] == "gazette"
    assert alert.value["outlet"] == {"id": "gazette", "name": "The Gazette", "country": "GB", "language": "en"}
    assert alert.value["feed"] == {"id": "gazette", "url": site.url(), "title": "The Daily Test"}
    assert alert.item["id"] == "urn:1" and alert.title == "Storm hits the coast"
    assert alert.item["tags"] == ["Weather"] and alert.item["authors"] and alert.item["url"].startswith("http://news.example/")
    match, = alert.value["matches"]
    assert match["title"] == "Storms" and match["labels"] == ["weather", "high risk"]
    assert [(t["text"], t["field"], t["start"], t["end"]) for t in match["terms"]] == [("Storm", "/title", 0, 5), ("coast", "/title", 15, 20)]
    assert "Storm hits the coast" in match["snippet"]
    matched = time.strptime(alert.event["time"][:19], "%Y-%m-%dT%H:%M:%S")
    assert before - 2 <= time.mktime(matched) - time.timezone <= time.time() + 2
    assert daemon.stop() == 0
    assert len(topic.rest()) == 1


def test_offsets_are_bytes_of_utf8_into_the_very_member(daemon, site, topic):
    site.page(body=feeds.rss(feeds.item("Пекин: шторм у берега 😀 шторм", "Пишет 新华社: 一带一路 и шторм",
                                        extra="<category>погода</category><category>шторм</category>"
                                              "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Иван Шторм</dc:creator>")))
    daemon.start(configuration(topic.sink, {"gazette": site.url()},
                               "rule r { match шторм | 一带一路 | category:шторм | author:шторм | url:news; }"))
    alert, = topic.read(1)  # the reader holds each mention's text against the place that it names
    places = {(t["field"], t["text"]) for t in alert.terms}
    body = "/content_text" if "content_text" in alert.item else "/summary"
    assert {("/title", "шторм"), (body, "一带一路"), ("/tags/1", "шторм"), ("/authors/0/name", "Шторм"), ("/url", "news")} <= places
    first, second = [t["start"] for t in alert.terms if t["field"] == "/title"]
    assert (first, second) == (len("Пекин: ".encode()), len("Пекин: шторм у берега 😀 ".encode()))


@pytest.mark.parametrize("key, expected", [("outlet", "gazette"), ("item", "urn:1"), ("feed", "gazette.coast")])
def test_the_record_key_is_what_key_says(daemon, site, topic, key, expected):
    site.page(body=feeds.rss(feeds.item("Storm", guid="urn:1")))
    daemon.start(configuration(f"{topic.sink} key {key};", {"gazette": f'feed coast "{site.url()}";'}))
    assert topic.read(1)[0].key == expected


def test_the_structured_format_carries_the_event_in_the_value(daemon, site, topic):
    site.page(body=feeds.rss("Storm"))
    daemon.start(configuration(f"{topic.sink} format structured;", {"gazette": site.url()}))
    alert, = topic.read(1)
    assert alert.structured and alert.title == "Storm"


def test_two_rules_of_one_topic_share_a_message_and_another_topic_gets_its_own(daemon, site, make_topic):
    topic, other = make_topic(), make_topic()
    site.page(body=feeds.rss("Storm at the coast"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()},
                               f"rule storm {{ match storm; }} rule coast {{ match coast; }} "
                               f"rule elsewhere {{ topic {other.name}; match storm; }} rule never {{ match calm; }}"))
    both, one = topic.read(1)[0], other.read(1)[0]
    assert both.headers["rules"] == "storm,coast" and one.headers["rules"] == "elsewhere"
    assert both.event["id"] != one.event["id"]
    assert daemon.stop() == 0
    assert len(topic.rest()) == len(other.rest()) == 1


def test_a_rule_is_held_to_its_languages_and_outlets(daemon, site, topic):
    site.page("/en", body=feeds.rss("Storm one", language="en"))
    site.page("/de", body=feeds.rss("Storm two", language="de"))
    daemon.start(configuration(topic.sink, {"english": site.url("/en"), "german": site.url("/de")},
                               "rule g { lang de; match storm; } rule e { outlets english; match storm; } rule n { lang de; outlets english; match storm; }"))
    found = {alert.title: alert.headers["rules"] for alert in topic.read(2)}
    assert found == {"Storm one": "e", "Storm two": "g"}


def test_text_beyond_text_limit_is_cut_and_its_mentions_lose_their_offsets(daemon, site, topic):
    site.page(body=feeds.rss(feeds.item("Ice", content="storm " + "é" * 700 + " storm")))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}, top="text_limit 1k;"))
    alert, = topic.read(1)
    assert alert.item["truncated"] is True and len(alert.item["content_text"].encode()) in (1023, 1024)
    early, late = alert.terms
    assert early["start"] == 0 and "field" not in late and late["text"] == "storm"
    assert alert.value["matches"][0]["snippet"]


def test_the_first_poll_alerts_neither_old_nor_undated_items_nor_does_a_later_one(daemon, site, topic):
    page = site.page(body=feeds.rss(feeds.item("Storm of today"), feeds.item("Storm of old", ago=3 * feeds.HOUR), feeds.item("Storm undated", ago=None)))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}, poll="poll { interval 100ms; backlog 2h; }"))
    site.asked(3)
    page.body = page.body.replace("</channel>", feeds.item("Storm undated and new", ago=None) + "</channel>")
    assert [alert.title for alert in topic.read(2)] == ["Storm of today", "Storm undated and new"]
    site.asked_again(2)
    assert daemon.stop() == 0
    assert len(topic.rest()) == 2
    undated = topic.rest()[1]
    assert "date_published" not in undated.item and "published" not in undated.value["times"]


def test_what_a_sibling_feed_of_the_outlet_brought_gives_no_second_alert(daemon, site, topic):
    story = feeds.item("Storm", guid="urn:same")
    site.page("/one", body=feeds.rss(story))
    site.page("/two", body=feeds.rss(story, feeds.item("Storm again", guid="urn:other")))
    site.page("/else", body=feeds.rss(story))
    daemon.start(configuration(topic.sink, {"gazette": f'feed "{site.url("/one")}"; feed two "{site.url("/two")}";',
                                            "herald": site.url("/else")}))
    site.asked(3, "/one"), site.asked(3, "/two"), site.asked(3, "/else")
    assert daemon.stop() == 0
    found = sorted((alert.key, alert.item["id"]) for alert in topic.rest())
    assert found == [("gazette", "urn:other"), ("gazette", "urn:same"), ("herald", "urn:same")]
    assert len({alert.event["id"] for alert in topic.rest()}) == 3


def test_the_event_id_is_the_same_whoever_makes_it(daemon, site, topic, tmp_path):
    """After the loss of all state the same item has the same id."""
    site.page(body=feeds.rss(feeds.item("Storm", guid="urn:1")))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    topic.read(1)
    assert daemon.stop() == 0
    daemon.state = tmp_path / "other"
    daemon.start()
    first, second = topic.read(2)
    assert first.event["id"] == second.event["id"]


@pytest.mark.parametrize("rule, title", [
    ("alaska-talks", "Blinken and Yang meet for talks in Anchorage, Beijing says"),
    ("jcpoa", "Tehran wants the nuclear deal back"),
    ("belt-and-road", "China's BRI brings infrastructure"),
])
def test_a_rule_of_the_language_description_finds_its_story(daemon, site, topic, rule, title):
    rules = """
    list iran = Iran | Iranian* | Tehran | Иран* | 伊朗;
    list talks = talks | summit | negotiations;
    rule alaska-talks { match ((Alaska EXCEPT ("Alaska Airlines" | "Alaska Air")) | Anchorage) NEAR/12 $talks AND (Blinken | Beijing); }
    rule jcpoa { match 'JCPOA' | $iran NEAR/8 ("nuclear deal" | "nuclear agreement"); }
    rule belt-and-road { match "Belt and Road" | ('BRI' EXCEPT ("Bank BRI" | "BRI Liga")) NEAR/25 (China | infrastructure); }
    """
    site.page(body=feeds.rss(title, "Alaska Airlines talks to Beijing", "Bank BRI has a China desk", "A belt and a road"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}, rules, QUICK))
    alert, = topic.read(1)
    assert (alert.title, alert.headers["rules"]) == (title, rule)
    assert daemon.stop() == 0
    assert len(topic.rest()) == 1
