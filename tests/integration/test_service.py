"""What a service manager and an operator see: notifications, reload, stop."""
import re
import signal
import threading
import time

import feeds
import record
from daemon import QUICK, configuration

AWAY = 'brokers "127.0.0.1:1"; drain 300ms;'  # nobody is there


def test_systemd_is_told_when_it_is_ready_and_how_it_stands(daemon, site, topic):
    site.page(answer=lambda handler: handler.send_error(500))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    daemon.wait_told("STATUS=1 feeds, 0 failing, 1 rules")
    daemon.wait_told("STATUS=1 feeds, 1 failing, 1 rules")
    assert daemon.stop() == 0
    stopping = daemon.wait_told("STOPPING=1")
    assert "STATUS=" in stopping
    assert daemon.told.all()[0].split("\n")[0] == "READY=1"


def test_systemd_is_not_told_ready_before_the_configuration_and_store_are(daemon, site):
    daemon.write("kafka { }")
    assert daemon.run().returncode == 1
    assert not daemon.told


def test_the_watchdog_is_fed_at_twice_the_pace_asked_for(daemon, site, topic):
    site.page(body=feeds.rss())
    before = time.monotonic()
    daemon.start(configuration(topic.sink, {"gazette": site.url()}), WATCHDOG_USEC="400000")
    daemon.told.wait("5 signs of life", lambda told: told.count("WATCHDOG=1") >= 5)
    assert time.monotonic() - before >= 0.9  # every 200 ms, and no more often


def test_no_watchdog_is_fed_unless_asked_for(daemon, site, topic):
    site.page(body=feeds.rss())
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    site.asked(5)
    assert daemon.stop() == 0
    assert "WATCHDOG=1" not in daemon.told.all()


# ---- Reload ----

def test_a_reload_adds_a_rule_and_a_feed_and_leaves_other_feeds_alone(daemon, web, topic):
    old, new = web.site(), web.site()
    page = old.page(body=feeds.rss("Flood one"), etag='"1"')
    new.page(body=feeds.rss("Storm two"))
    slow = "poll { interval 60m; }"
    feed = f'feed "{old.url()}" {{ interval 60m; }}'
    daemon.start(configuration(topic.sink, {"old": feed}, poll=slow))
    old.asked(1)
    daemon.wait_log("old: first poll: 1 items, 0 matched")
    before = time.clock_gettime(time.CLOCK_MONOTONIC)
    lines = daemon.reload(configuration(topic.sink, {"old": feed, "new": new.url()}, "rule storm { match storm; } rule flood { match flood; }", QUICK))
    assert any(re.search("reloaded .*newswatchd.conf: 2 feeds, 2 rules", line) for line in lines)
    reloading = daemon.wait_told("RELOADING=1")
    at = int(re.search(r"^MONOTONIC_USEC=(\d+)$", reloading, re.M).group(1)) / 1e6
    assert before - 0.01 <= at <= time.clock_gettime(time.CLOCK_MONOTONIC)
    assert topic.read(1)[0].title == "Storm two"
    assert len(old.requests) == 1  # not asked again, for all the polls of the other
    # A new rule applies to items fetched after it.
    page.body, page.etag = feeds.rss("Flood one", "Flood two"), '"2"'
    daemon.reload(configuration(topic.sink, {"old": old.url(), "new": new.url()}, "rule storm { match storm; } rule flood { match flood; }", QUICK))
    assert topic.read(2)[1].title == "Flood two"
    assert old.requests.all()[1].headers["If-None-Match"] == '"1"'
    assert daemon.stop() == 0
    assert len(topic.rest()) == 2


def test_a_reload_drops_a_feed_even_while_it_is_asked(daemon, web, topic):
    gone, stays = web.site(), web.site()
    gone.page(answer=lambda handler: handler.rfile.read(1))
    stays.page(body=feeds.rss())
    daemon.start(configuration(topic.sink, {"gone": gone.url(), "stays": stays.url()}))
    gone.asked(1)
    daemon.reload(configuration(topic.sink, {"stays": stays.url()}))
    stays.asked_again(3)
    assert len(gone.requests) == 1 and not daemon.lines("gone:")


def test_a_reload_in_the_middle_of_a_document_keeps_both_its_halves(daemon, web, topic):
    long, short = web.site(), web.site()
    body = feeds.rss(feeds.item("Storm one", "Some text. " * 60000), "Storm two").encode()  # more than what is held to know an unchanged body
    half, goes_on = body.index(b"</item>") + len(b"</item>"), threading.Event()

    def in_halves(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:half])
        goes_on.wait(record.DEADLINE)
        handler.wfile.write(body[half:])

    long.page(answer=in_halves)
    short.page(body=feeds.rss())
    outlets = {"long": long.url(), "short": short.url()}
    daemon.start(configuration(topic.sink, outlets))
    long.asked(1)
    short.asked_again(3)  # by then the loop has read the first half
    daemon.reload(configuration(topic.sink, outlets, "rule tempest { match storm; }"))
    goes_on.set()
    assert [(alert.title, alert.headers["rules"]) for alert in topic.read(2)] == [("Storm one", "storm"), ("Storm two", "tempest")]
    assert daemon.stop() == 0


def test_a_broken_file_changes_nothing_and_the_log_points_at_the_place(daemon, site, topic):
    page = site.page(body=feeds.rss())
    good = configuration(topic.sink, {"gazette": site.url()})
    daemon.start(good)
    site.asked(1)
    broken = good.replace("rule storm", "rule flood { match flood; }\nrull storm").replace("interval 100ms", "interval 60m")
    line = broken.split("\n").index(next(l for l in broken.split("\n") if l.startswith("rull"))) + 1
    lines = daemon.reload(broken)
    assert any(f"{daemon.path}:{line}:1: error:" in l and "did you mean 'rule'?" in l for l in lines), lines
    assert any("not reloaded, the old configuration stays" in l for l in lines)
    page.body = feeds.rss("Flood", "Storm")
    site.asked_again(2)
    assert topic.read(1)[0].title == "Storm"
    assert daemon.stop() == 0
    assert len(topic.rest()) == 1


def test_a_missing_file_changes_nothing(daemon, site, topic):
    site.page(body=feeds.rss())
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    daemon.path.unlink()
    daemon.signal(signal.SIGHUP)
    daemon.wait_log(r"newswatchd.conf.*No such file")
    daemon.wait_log("not reloaded, the old configuration stays")
    site.asked_again(2)


def test_a_reload_moves_the_alerts_that_wait_to_another_broker(daemon, site, topic):
    page = site.page(body=feeds.rss("Storm one"))
    daemon.start(configuration(f"{AWAY} topic {topic.name};", {"gazette": site.url()}))
    daemon.wait_log("storm: gazette: Storm one")
    daemon.reload(configuration(topic.sink, {"gazette": site.url()}))
    page.body = feeds.rss("Storm one", "Storm two")
    assert [alert.title for alert in topic.read(2)] == ["Storm one", "Storm two"]


# ---- Stop ----

def test_a_stop_delivers_what_is_left_and_says_so(daemon, site, topic):
    site.page(body=feeds.rss(*[f"Storm {n}" for n in range(300)]))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    daemon.wait_log("first poll: 300 items, 300 matched")
    assert daemon.stop() == 0
    assert daemon.lines("stopping: delivering what is left") and daemon.lines("stopped; every alert is delivered")
    assert sorted(alert.title for alert in topic.rest()) == sorted(f"Storm {n}" for n in range(300))


def test_a_stop_without_a_broker_says_what_stays_and_the_next_start_delivers_it(daemon, site, topic):
    site.page(body=feeds.rss("Storm one", "Storm two"))
    daemon.start(configuration(f"{AWAY} topic {topic.name};", {"gazette": site.url()}))
    daemon.wait_log("Kafka: .*; alerts are kept and delivered later")
    daemon.wait_log("first poll: 2 items, 2 matched")
    assert daemon.stop() == 0
    daemon.wait_log(f"2 alerts are not delivered yet: they stay in {daemon.state}")
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    assert sorted(alert.title for alert in topic.read(2)) == ["Storm one", "Storm two"]
    assert daemon.stop() == 0
    assert len(topic.rest()) == 2


def test_a_second_term_stops_at_once(daemon, site):
    site.page(body=feeds.rss("Storm"))
    daemon.start(configuration('brokers "127.0.0.1:1"; drain 10m;', {"gazette": site.url()}))
    daemon.wait_log("first poll")
    daemon.signal(signal.SIGTERM)
    daemon.wait_log("stopping: delivering")
    daemon.signal(signal.SIGTERM)
    assert daemon.wait_end() == 0
    daemon.wait_log("stopping at once")
    daemon.wait_log("1 alerts are not delivered yet")


def test_an_interrupt_stops_like_term_and_a_transfer_under_way_does_not_hold_it(daemon, site, topic):
    site.page(answer=lambda handler: handler.rfile.read(1))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}, poll="poll { interval 100ms; timeout 10m; }"))
    site.asked(1)
    daemon.signal(signal.SIGINT)
    assert daemon.wait_end() == 0
