"""Nothing is doubled: not by a crash, a stop, a reload, or a broker that answers late."""
import signal
import sqlite3

import pytest

import alerts
import broker as brokers
import feeds
import record
from daemon import configuration

MANY = 200
READ_BACK = r"topic {}.* is read back: "


@pytest.fixture
def second(tmp_path):
    """A cluster of its own."""
    node = brokers.Broker(tmp_path)
    yield node
    node.end()


def stories(count, word="Storm"):
    return [feeds.item(f"{word} {n}", "Some text of the story that is not short. " * 40) for n in range(count)]


def titles(count, word="Storm"):
    return sorted(f"{word} {n}" for n in range(count))


def told(found):
    return sorted(alert.title for alert in found)


def waiting(daemon):
    database = sqlite3.connect(f"file:{daemon.state}/newswatchd.db?mode=ro", uri=True)
    try:
        return database.execute("SELECT count(*) FROM outbox WHERE refused IS NULL").fetchone()[0]
    finally:
        database.close()


def wait_for(what, condition):
    """Of things that tell nobody when they change."""
    entries = record.Record(what)
    for _ in range(record.DEADLINE * 20):
        if condition():
            return
        try:
            entries.wait(what, lambda _: False, 0.05)
        except AssertionError:
            pass
    raise AssertionError(f"waited in vain for {what}")


def test_behind_a_clean_stop_nothing_is_read_back(daemon, site, topic):
    page = site.page(body=feeds.rss("Storm 0"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    topic.read(1)
    assert daemon.stop() == 0
    page.body = feeds.rss("Storm 0", "Storm 1")
    daemon.start()
    topic.read(2)
    assert daemon.stop() == 0
    assert not daemon.lines("is read back")
    assert told(topic.rest()) == titles(2)


def test_alerts_that_were_never_in_flight_are_not_looked_for(daemon, site, topic):
    site.page(body=feeds.rss("Storm 0"))
    daemon.start(configuration(f'brokers "127.0.0.1:1"; topic {topic.name};', {"gazette": site.url()}))
    wait_for("the alert in the outbox", lambda: waiting(daemon) == 1)
    daemon.kill()
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    topic.read(1)
    assert daemon.stop() == 0
    assert not daemon.lines("is read back")
    assert told(topic.rest()) == titles(1)


def test_what_a_stopped_broker_held_when_the_daemon_was_killed_comes_once(daemon, site, make_topic, kafka):
    topic = make_topic()
    page = site.page(body=feeds.rss("Storm 0"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    topic.read(1)
    wait_for("the first alert's end", lambda: waiting(daemon) == 0)
    kafka.signal(signal.SIGSTOP)
    try:
        page.body = feeds.rss(*stories(MANY))
        wait_for("the others in the outbox", lambda: waiting(daemon) == MANY - 1)
        daemon.kill()
        daemon.start()
    finally:
        kafka.signal(signal.SIGCONT)
    topic.wait("every story", lambda found: len(found) >= MANY)
    wait_for("an empty outbox", lambda: waiting(daemon) == 0)
    assert daemon.lines(READ_BACK.format(topic.name))
    assert daemon.stop() == 0
    assert told(topic.rest()) == titles(MANY)


def test_a_reload_to_another_cluster_sends_what_waits_there(daemon, site, topic, second):
    second.start()
    second.make_topic("elsewhere")
    page = site.page(body=feeds.rss("Storm 0"))
    daemon.start(configuration('brokers "127.0.0.1:1"; topic elsewhere;', {"gazette": site.url()}))
    wait_for("the alert in the outbox", lambda: waiting(daemon) == 1)
    daemon.reload(configuration(f'brokers "{second.address}"; topic elsewhere;', {"gazette": site.url()}))
    reader = alerts.Reader(second.address, "elsewhere")
    reader.read(1)
    page.body = feeds.rss("Storm 0", "Storm 1")
    reader.read(2)
    assert daemon.stop() == 0
    assert told(reader.rest()) == titles(2)
    reader.close()


def test_reloads_with_changed_options_in_full_flight_lose_and_double_nothing(daemon, site, topic):
    page = site.page(body=feeds.rss())
    conf = lambda n: configuration(topic.sink + f" option linger.ms {n};", {"gazette": site.url()})
    daemon.start(conf(0))
    for n in range(1, 5):
        page.body = feeds.rss(*stories(n * MANY))
        topic.wait("some of them", lambda found: len(found) > (n - 1) * MANY)
        daemon.reload(conf(n))
    topic.wait("every story", lambda found: len(found) >= 4 * MANY)
    assert daemon.stop() == 0
    assert told(topic.rest()) == titles(4 * MANY)
    assert [a.title for a in topic.rest()][-1] != ""


def test_a_topic_that_was_made_again_gets_the_rest_and_a_warning(daemon, site, kafka, topic):
    """The alerts that were in flight when it was killed cannot be looked for any more."""
    page = site.page(body=feeds.rss("Storm 0"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    topic.read(1)
    wait_for("the first alert's end", lambda: waiting(daemon) == 0)
    kafka.signal(signal.SIGSTOP)
    try:
        page.body = feeds.rss(*stories(5))
        wait_for("the others in the outbox", lambda: waiting(daemon) == 4)
        daemon.kill()
    finally:
        kafka.signal(signal.SIGCONT)
    topic.reader.close()
    topic.reader = None
    kafka.remove_topic(topic.name)
    kafka.make_topic(topic.name)
    daemon.start()
    assert told(topic.read(4)) == titles(5)[1:]
    daemon.wait_log(rf"warning: Kafka: topic {topic.name}: .*may come a second time: ")
    assert daemon.stop() == 0


def test_another_cluster_behind_the_same_configuration_is_told(daemon, site, topic, kafka, second):
    page = site.page(body=feeds.rss("Storm 0"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    topic.read(1)
    wait_for("the first alert's end", lambda: waiting(daemon) == 0)
    kafka.signal(signal.SIGSTOP)
    try:
        page.body = feeds.rss(*stories(5))
        wait_for("the others in the outbox", lambda: waiting(daemon) == 4)
        daemon.kill()
    finally:
        kafka.signal(signal.SIGCONT)
    second.start()
    second.make_topic(topic.name)
    daemon.start(configuration(f'brokers "{second.address}"; topic {topic.name};', {"gazette": site.url()}))
    reader = alerts.Reader(second.address, topic.name)
    assert told(reader.read(4)) == titles(5)[1:]
    daemon.wait_log(rf"warning: Kafka: topic {topic.name}: .*may come a second time: .*cluster")
    assert daemon.stop() == 0
    reader.close()


def test_an_embedded_broker_is_never_read_back(daemon, site):
    site.page(body=feeds.rss("Storm 0"))
    daemon.start(configuration("embedded;", {"gazette": site.url()}))
    wait_for("the alert's end", lambda: daemon.lines("1 matched") and waiting(daemon) == 0)
    daemon.kill()
    daemon.start()
    site.asked_again(2)
    assert daemon.stop() == 0
    assert not daemon.lines("read back|second time")
