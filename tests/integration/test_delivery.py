"""Nothing is lost: not by a crash, not while the broker is away."""
import time

import alerts
import broker as brokers
import feeds
from daemon import configuration

OUTLETS, FEEDS, ITEMS = 40, 5, 50  # 200 feeds of 50 items


def test_a_kill_in_the_middle_of_200_feeds_of_50_items_loses_no_match(daemon, web, topic, figure):
    """Every second item matches. A quarter of the alerts is out when the process dies."""
    expected = set()
    outlets = {}
    for o in range(OUTLETS):
        site = web.site()
        for f in range(FEEDS):
            stories = []
            for i in range(ITEMS):
                title = f"{'Storm' if i % 2 else 'Calm'} {o}.{f}.{i}"
                stories.append(feeds.item(title, "Some text of the story that is not short. " * 8))
                if i % 2:
                    expected.add(title)
            site.page(f"/{f}", body=feeds.rss(*stories), etag='"1"')
        outlets[f"o{o}"] = "".join(f'feed f{f} "{site.url(f"/{f}")}";' for f in range(FEEDS))
    daemon.start(configuration(topic.sink, outlets, poll="poll { interval 1s; }"))
    before = len(topic.read(len(expected) // 4))
    daemon.kill()
    daemon.start()
    topic.wait("every match", lambda all: len(all) >= len(expected) and {alert.title for alert in all} >= expected, 120)
    assert daemon.stop() == 0
    found = [alert.title for alert in topic.rest()]
    assert set(found) == expected
    ids = {(alert.title, alert.event["id"]) for alert in topic.rest()}
    assert len(ids) == len(expected)  # what comes twice has the same id
    figure(f"kill -9 after {before} of {len(expected)} alerts of 200 feeds: 0 lost, {len(found) - len(expected)} doubled")


def test_a_kill_before_the_first_acknowledgement_loses_nothing(daemon, site, topic):
    site.page(body=feeds.rss("Storm one", "Storm two"), etag='"1"')
    daemon.start(configuration(f'brokers "127.0.0.1:1"; topic {topic.name};', {"gazette": site.url()}))
    daemon.wait_log("first poll: 2 items, 2 matched")
    site.asked(2)  # so the first poll is committed
    daemon.kill()
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    assert sorted(alert.title for alert in topic.read(2)) == ["Storm one", "Storm two"]
    assert daemon.stop() == 0
    assert len(topic.rest()) == 2


def test_while_the_broker_is_away_for_20_s_it_polls_on_and_keeps_alerts(daemon, site, topic, kafka):
    page = site.page(body=feeds.rss("Storm 0"))
    stories = ["Storm 0"]
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    topic.read(1)
    kafka.stop()
    try:
        since = time.monotonic()
        daemon.wait_log("warning: Kafka: .*; alerts are kept and delivered later")
        while time.monotonic() - since < 20:
            stories.append(f"Storm {len(stories)}")
            page.body = feeds.rss(*stories)
            daemon.wait_log(f"{stories[-1]}$")  # matched
            site.asked_again(10)
        daemon.told.wait("how many wait", lambda told: any("alerts wait for the broker" in line for line in told))
        assert len(daemon.lines("Kafka: .*alerts are kept and delivered later")) == 1
    finally:
        kafka.start()
    topic.read(len(stories))
    daemon.wait_log("Kafka: connected")
    assert daemon.stop() == 0
    assert sorted(alert.title for alert in topic.rest()) == sorted(stories)
    assert len(daemon.lines("Kafka: .*alerts are kept and delivered later")) == 1
    assert not daemon.lines("warning: gazette")


def test_without_a_broker_at_the_start_it_polls_on_and_delivers_when_there_is_one(daemon, site, kafka, tmp_path):
    """A broker of its own for this one, which does not exist yet."""
    late = brokers.Broker(tmp_path)
    site.page(body=feeds.rss("Storm"))
    topic = f'brokers "{late.address}"; topic late;'
    daemon.start(configuration(topic, {"gazette": site.url()}))
    daemon.wait_log("Kafka: .*; alerts are kept and delivered later")
    site.asked_again(3)
    late.start()
    try:
        late.make_topic("late")
        daemon.wait_log("Kafka: connected")
        assert daemon.stop() == 0
        assert daemon.lines("every alert is delivered")
        reader = alerts.Reader(late.address, "late")
        assert [alert.title for alert in reader.rest()] == ["Storm"]
        reader.close()
    finally:
        late.end()
    assert len(daemon.lines("alerts are kept and delivered later")) == 1


def test_a_missing_topic_holds_up_its_own_alerts_only(daemon, site, topic, kafka):
    site.page(body=feeds.rss("Storm", "Flood"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()},
                               f"rule flood {{ topic {topic.name}.later; match flood; }} rule storm {{ match storm; }}"))
    assert topic.read(1)[0].title == "Storm"
    daemon.wait_log(rf"warning: Kafka: topic {topic.name}\.later: .*no such topic; its alerts are kept and tried again$")
    site.asked_again(2)
    kafka.make_topic(topic.name + ".later")
    later = alerts.Reader(kafka.address, topic.name + ".later")
    assert later.read(1)[0].title == "Flood"
    later.close()
    daemon.wait_log(rf"Kafka: topic {topic.name}\.later takes alerts again")
    assert len(daemon.lines("warning: Kafka")) == 1


def test_a_missing_topic_is_found_though_nothing_else_happens(daemon, site, topic, kafka):
    site.page(body=feeds.rss("Flood"), etag='"1"')
    daemon.start(configuration(f'brokers "{kafka.address}"; topic {topic.name}.later;', {"gazette": site.url()}, "rule flood { match flood; }",
                               poll="poll { interval 1h; }"))
    daemon.wait_log("its alerts are kept and tried again$")
    kafka.make_topic(topic.name + ".later")
    later = alerts.Reader(kafka.address, topic.name + ".later")
    assert later.read(1)[0].title == "Flood"
    later.close()


def test_an_alert_that_the_broker_refuses_for_good_stays_and_holds_up_no_other(daemon, site, make_topic):
    topic = make_topic(**{"max.message.bytes": "20000"})
    page = site.page(body=feeds.rss(feeds.item("Storm large", "x" * 40000)))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    daemon.wait_log("error: the broker refuses an alert for good")
    page.body = feeds.rss("Storm small")
    assert topic.read(1)[0].title == "Storm small"
    assert daemon.stop() == 0
    daemon.wait_log("1 alerts were refused by the broker for good: they stay")
    assert not daemon.lines("sent at the next start")
    daemon.start()
    site.asked_again(2)
    daemon.wait_told("STATUS=1 feeds, 0 failing, 1 rules; 1 alerts were refused by the broker")
    assert daemon.stop() == 0
    assert len(topic.rest()) == 1


def test_once_with_a_refused_alert_is_4(daemon, site, make_topic):
    topic = make_topic(**{"max.message.bytes": "20000"})
    site.page(body=feeds.rss(feeds.item("Storm large", "x" * 40000)))
    daemon.write(configuration(topic.sink, {"gazette": site.url()}))
    assert daemon.run("--once").returncode == 4
    assert daemon.run("--once").returncode == 0  # nothing of this run
