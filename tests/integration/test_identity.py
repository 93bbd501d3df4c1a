"""The daemon and feeds that change: no flood from what is known, an alert for what is new in the same document."""

import pytest

import feeds
from daemon import QUICK, configuration

TITLES = ["Storm one", "Storm two", "Storm three", "Storm four", "Storm five", "Storm six"]

def story(n, guid=None, link=None, date=None, text="Text."):
    """An item exactly as told: what is None is not there."""
    parts = [f"<title>{TITLES[n]}</title>", f"<description>{text} {n}</description>"]
    parts += [f"<guid>{guid}</guid>"] if guid is not None else []
    parts += [f"<link>{link}</link>"] if link else []
    parts += [f"<pubDate>{date}</pubDate>"] if date else []
    return f"<item>{''.join(parts)}</item>"

DATES = [feeds.date(600 - n) for n in range(len(TITLES))]

# How item n is written at the poll p.
FEEDS = {
    "guids that change at every poll": lambda n, p: story(n, f"{n}-{p}", f"http://news.example/{n}", DATES[n]),
    "guids that change at every poll, without dates": lambda n, p: story(n, f"{n}-{p}", f"http://news.example/{n}"),
    "guids and dates that change at every poll": lambda n, p: story(n, f"{n}-{p}", f"http://news.example/{n}", feeds.date(3600 - 1200 * p)),
    "one guid for all": lambda n, p: story(n, "0", f"http://news.example/{n}", DATES[n]),
    "blank guids": lambda n, p: story(n, " ", f"http://news.example/{n}", DATES[n]),
    "one guid and the home page for all": lambda n, p: story(n, "http://news.example/", "http://news.example/", DATES[n]),
    "neither guids nor links nor dates": lambda n, p: story(n),
    "https instead of http": lambda n, p: story(n, f"{'https' if p else 'http'}://news.example/?p={n}", f"{'https' if p else 'http'}://news.example/{n}"),
    "another host": lambda n, p: story(n, None, f"http://{'www.other' if p else 'news'}.example/{n}", DATES[n]),
    "a host for each poll": lambda n, p: story(n, None, f"http://cdn{p}.example/{n}", DATES[n]),
    "tracking that changes at every poll": lambda n, p: story(n, None, f"http://news.example/{n}?utm_content={p}&amp;at_medium=RSS", DATES[n]),
    "guids and tracking that change at every poll": lambda n, p: story(n, f"{n}-{p}", f"http://news.example/{n}?fbclid={p}#xtor=RSS-{p}", DATES[n]),
    "guids that are added later": lambda n, p: story(n, f"{n}" if p else None, f"http://news.example/{n}", DATES[n]),
    "guids that are dropped later": lambda n, p: story(n, None if p else f"{n}", f"http://news.example/{n}", DATES[n]),
}

@pytest.mark.parametrize("kind", FEEDS)
def test_no_flood_and_the_new_item_is_alerted(daemon, site, topic, kind):
    """The backlog is long, so that all items of the first poll are alerts, but for those without a date."""
    page = site.page(body=feeds.rss())
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    site.asked(2)
    for poll in range(4):
        page.body = feeds.rss(*[FEEDS[kind](n, poll) for n in range(3 + poll)])
        assert [alert.title for alert in topic.read(3 + poll)] == TITLES[:3 + poll]
        site.asked_again(2)
    assert daemon.stop() == 0
    assert [alert.title for alert in topic.rest()] == TITLES
    assert len({alert.event["id"] for alert in topic.rest()}) == len(TITLES)

def test_the_id_of_an_item_without_a_guid_is_its_link_without_tracking(daemon, site, topic):
    link = "http://www.news.example/story/?id=7&amp;utm_source=rss"
    page = site.page(body=feeds.rss())
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    site.asked(2)
    page.body = feeds.rss(story(0, None, link))
    alert, = topic.read(1)
    assert alert.item["id"] == "http://www.news.example/story/?id=7"
    assert alert.item["url"] == link.replace("&amp;", "&")

def version_1(path, keys):
    """A store of the first schema, which had seen these items a day ago and polled the feed."""
    import hashlib
    import sqlite3
    import time
    path.parent.mkdir(parents=True, exist_ok=True)
    day = int(time.time()) // 86400 - 1
    database = sqlite3.connect(path)
    database.executescript("""
        CREATE TABLE feed (id TEXT PRIMARY KEY, url BLOB, etag BLOB, last_modified BLOB, error BLOB, next_poll INTEGER,
            last_success INTEGER, last_full INTEGER, failures INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE seen (outlet TEXT NOT NULL, digest BLOB NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (outlet, digest)) WITHOUT ROWID;
        CREATE INDEX seen_by_day ON seen (day);
        CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, topic TEXT NOT NULL, key BLOB, value BLOB NOT NULL,
            headers TEXT NOT NULL, added INTEGER NOT NULL, refused TEXT);
        CREATE INDEX outbox_refused ON outbox (id) WHERE refused IS NOT NULL;
        PRAGMA user_version = 1; PRAGMA application_id = 1853323108;""")
    for key in keys:
        digest = hashlib.sha256(len(key).to_bytes(8, "little") + key.encode()).digest()[:16]
        database.execute("INSERT INTO seen VALUES ('gazette', ?, ?)", (digest, day))
    database.execute("INSERT INTO feed VALUES ('gazette', NULL, NULL, NULL, NULL, NULL, ?, ?, 0)", (day * 86400000, day * 86400000))
    database.commit()
    database.close()

def test_an_upgrade_brings_no_flood(daemon, site, topic):
    version_1(daemon.state / "newswatchd.db", ["urn:0", "http://news.example/?p=1", "http://news.example/2?utm_source=rss"])
    page = site.page(body=feeds.rss(story(0, "urn:0", "http://news.example/0"), story(1, "http://news.example/?p=1", "http://news.example/1"),
                                    story(2, None, "http://news.example/2?utm_source=rss"), story(3, "urn:3")))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    assert topic.read(1)[0].title == TITLES[3]
    page.body = feeds.rss(story(0, "urn:new", "https://news.example/0"), story(1, "https://other.example/?p=1", "https://other.example/1"),
                          story(2, None, "https://www.news.example/2"), story(4, "urn:4"))
    topic.read(2)
    site.asked_again(2)
    assert daemon.stop() == 0
    assert [alert.title for alert in topic.rest()] == [TITLES[3], TITLES[4]]

UPDATED = "newswatchd.item.updated"

def test_an_update_is_an_event_of_its_own_and_flapping_is_told_once(daemon, site, topic):
    page = site.page(body=feeds.rss())
    daemon.start(configuration(topic.sink, {"gazette": f'updates on; feed "{site.url()}";'}))
    site.asked(2)
    texts = ["Calm", "Storm is near", "Storm is here", "Storm is near", "Storm is here", "Calm", "Storm is over"]
    for n, text in enumerate(texts):
        page.body = feeds.rss(feeds.item("The weather", text, guid="urn:1", ago=None))
        site.asked_again(2)
    topic.read(3)
    assert daemon.stop() == 0
    alerts = topic.rest()
    assert [alert.item["summary"] for alert in alerts] == ["Storm is near", "Storm is here", "Storm is over"]
    assert {alert.event["type"] for alert in alerts} == {UPDATED}
    assert len({alert.event["id"] for alert in alerts}) == 3 and {alert.item["id"] for alert in alerts} == {"urn:1"}
    assert len(daemon.lines(r"storm: gazette: The weather \(updated\)$")) == 3

def test_a_rule_may_ask_for_updates_by_itself_and_a_reload_brings_none(daemon, site, topic):
    page = site.page(body=feeds.rss(feeds.item("Storm", "one", guid="urn:1")))
    conf = configuration(topic.sink, {"gazette": site.url()}, "rule storm { match storm; }")
    daemon.start(conf)
    topic.read(1)
    page.body = feeds.rss(feeds.item("Storm", "two", guid="urn:1"))
    site.asked_again(2)
    daemon.reload(conf.replace("match storm;", "updates on; match storm;"))
    site.asked_again(2)
    page.body = feeds.rss(feeds.item("Storm", "three", guid="urn:1"))
    assert [alert.item["summary"] for alert in topic.read(2)] == ["one", "three"]
    site.asked_again(2)
    assert daemon.stop() == 0
    assert [alert.event["type"] for alert in topic.rest()] == ["newswatchd.item.matched", UPDATED]

def test_after_a_restart_a_known_text_is_known(daemon, site, topic):
    page = site.page(body=feeds.rss(feeds.item("Storm", "one", guid="urn:1")))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}, poll=QUICK + " "))
    topic.read(1)
    assert daemon.stop() == 0
    daemon.start(configuration(topic.sink, {"gazette": f'updates on; feed "{site.url()}";'}))
    site.asked_again(2)
    page.body = feeds.rss(feeds.item("Storm", "two", guid="urn:1"))
    topic.read(2)
    assert daemon.stop() == 0
    daemon.start()
    site.asked_again(2)
    page.body = feeds.rss(feeds.item("Storm", "one", guid="urn:1"))
    site.asked_again(2)
    assert daemon.stop() == 0
    assert [alert.item["summary"] for alert in topic.rest()] == ["one", "two"]

def test_what_is_beyond_max_size_is_cut_said_and_asked_for_again_in_full(daemon, site, topic):
    padding = "<item><title>Calm</title><description>" + "calm " * 60000 + "</description></item>"
    page = site.page(body=feeds.rss(feeds.item("Storm one"), padding, feeds.item("Storm two")), etag='"1"')
    daemon.start(configuration(topic.sink, {"gazette": f'max_size 100k; feed "{site.url()}";'}))
    assert topic.read(1)[0].title == "Storm one"
    daemon.wait_log(r"warning: gazette: the body is larger than max_size \(100 kB decoded\)")
    assert "If-None-Match" not in site.asked_again(1)[-1].headers
    page.body, page.etag = feeds.rss(feeds.item("Storm one"), feeds.item("Storm two")), '"2"'
    assert topic.read(2)[1].title == "Storm two"
    daemon.wait_log("gazette: works again")
    assert site.asked_again(2)[-1].headers["If-None-Match"] == '"2"'
    assert daemon.stop() == 0
    assert len(topic.rest()) == 2
