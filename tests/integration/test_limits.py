"""Each limit of a feed, from outside: what is beyond it is cut and said once, the rest counts, and the end of it is said once."""
import gzip
import json

import pytest

import feeds
from daemon import configuration

WORDS = "A storm of words. "


def rss(*items):
    return feeds.rss(*items, declaration="").replace("<item>", "\n<item>")


def json_feed(*items):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x",
                       "items": [{"id": title, "title": title, "content_text": text, "date_published": feeds.iso(), **more} for title, text, more in items]})


def nested(tag, depth):
    return f"<{tag}>" * depth + "deep" + f"</{tag}>" * depth


# The limit; a document beyond it; what becomes of it; what is said.
CUT = {
    "items": ("max_items 2;", rss("Storm 1", "Storm 2", "Storm 3"), ["Storm 1", "Storm 2"], r"more than 2 items.* \(line 4\)"),
    "items of JSON": ("max_items 2;", json_feed(*((f"Storm {n}", "", {}) for n in (1, 2, 3))), ["Storm 1", "Storm 2"], "more than 2 items"),
    "depth": ("max_depth 8;", rss(feeds.item("Storm 1", extra=f"<summary>{nested('div', 9)}</summary>"), "Storm 2"), ["Storm 1", "Storm 2"],
              "nested deeper than 8"),
    "depth of JSON": ("max_depth 8;", json_feed(("Storm 1", "", {"_x": [[[[[[[[]]]]]]]]}), ("Storm 2", "", {})), ["Storm 1", "Storm 2"], "nested deeper"),
    "text": ("max_text 1k;", rss(feeds.item("Storm 1", WORDS * 100), "Storm 2"), ["Storm 1", "Storm 2"],
             r"a text of more than 1024 bytes is cut \(line 2\)"),
    "text of JSON": ("max_text 1k;", json_feed(("Storm 1", WORDS * 100, {}), ("Storm 2", "", {})), ["Storm 1", "Storm 2"], "a text longer than is allowed"),
    "attributes": ("max_attributes 9;", rss(feeds.item("Storm 1", extra="<x" + "".join(f" a{n}='1'" for n in range(10)) + "/>"), "Storm 2"),
                   ["Storm 1", "Storm 2"], "only the first 9 are looked at"),
    "size, unpacked": ("max_size 4k;", gzip.compress(rss("Storm 1", feeds.item("Storm 2", WORDS * 1000), "Storm 3").encode()), ["Storm 1"],
                       "larger than 4096 bytes.*; the document ends before"),
    "its own end": ("interval 100ms;", rss("Storm 1", "Storm 2", "Storm 3").rpartition("<item>")[0] + "<item><title>Sto", ["Storm 1", "Storm 2"], "the document ends before"),
    "its own end, of JSON": ("interval 100ms;", json_feed(*((f"Storm {n}", "", {}) for n in (1, 2, 3)))[:-60], ["Storm 1", "Storm 2"], "ends too early"),
}
SAID, OVER = "warning: gazette: not all of it is read: ", "gazette: all of it is read again"


@pytest.mark.parametrize("name", CUT)
def test_what_is_beyond_a_limit_is_cut_and_said_once(daemon, site, topic, name):
    limit, document, titles, said = CUT[name]
    page = site.page(body=document)
    daemon.start(configuration(topic.sink, {"gazette": f'feed "{site.url()}" {{ {limit} }}'}))
    daemon.wait_log(SAID + f".*{said}.*{site.url()}")
    assert [alert.title for alert in topic.read(len(titles))] == titles
    page.body = document + (b" " if isinstance(document, bytes) else " ")  # read again, and as bad as before
    site.asked_again(2)
    page.body = rss("A storm later")
    assert topic.read(len(titles) + 1)[-1].title == "A storm later"
    daemon.wait_log(OVER)
    site.asked_again(2)
    assert daemon.stop() == 0
    assert len(daemon.lines("gazette: not all")) == len(daemon.lines(OVER)) == 1
    assert len(topic.rest()) == len(titles) + 1


def test_of_a_feed_within_its_limits_nothing_is_said(daemon, site, topic):
    site.page(body=rss("Storm 1", "Storm 2"))
    limits = "max_items 2; max_depth 8; max_text 1k; max_attributes 9; max_size 4k;"
    daemon.start(configuration(topic.sink, {"gazette": f'feed "{site.url()}" {{ {limits} }}'}))
    assert len(topic.read(2)) == 2
    site.asked(3)
    assert daemon.stop() == 0
    assert not daemon.lines("not all of it") and not daemon.lines("read again")


def test_a_text_is_cut_at_its_limit_and_matched_up_to_there(daemon, site, topic):
    site.page(body=rss(feeds.item("One", WORDS * 100 + "hurricane"), feeds.item("Two", "A hurricane")))
    daemon.start(configuration(topic.sink, {"gazette": f'feed "{site.url()}" {{ max_text 1k; }}'}, "rule h { match hurricane; }\nrule s { match storm; }"))
    one, two = topic.read(2)
    assert [[match["rule"] for match in alert.value["matches"]] for alert in (one, two)] == [["s"], ["h"]]
    assert 1000 < len(one.item["summary"]) <= 1024


@pytest.mark.parametrize("limit, reason", [("max_size 8k;", r"larger than max_size \(8 kB decoded\)"), ("timeout 1s;", "not complete after 1 s")])
def test_items_before_a_transfer_goes_beyond_a_limit_count(daemon, site, topic, limit, reason):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + rss("Storm 1", "Storm 2").rpartition("</channel>")[0].encode())
        if "size" in limit:
            handler.wfile.write(WORDS.encode() * 1000)
        handler.connection.settimeout(30)
        handler.rfile.read(1)
        handler.close_connection = True

    site.page(answer=answer)
    daemon.start(configuration(topic.sink, {"gazette": f'feed "{site.url()}" {{ {limit} }}'}))
    daemon.wait_log(f"warning: gazette: .*({reason})")
    assert [alert.title for alert in topic.read(2)] == ["Storm 1", "Storm 2"]
    assert daemon.stop() == 0
    assert not daemon.lines("not all of it")
