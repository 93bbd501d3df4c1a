"""The outbox under pressure: at its configured size, and on a disk without room."""
import resource
import signal

import feeds
from daemon import configuration
from test_exactly_once import stories, titles, told, wait_for, waiting

AWAY = 'brokers "127.0.0.1:1"; '
SMALL = "outbox { max_size 1m; when_full %s; }"


def test_an_outbox_at_its_size_pauses_polling_until_there_is_room(daemon, site, topic):
    many = 700  # some 1.5 MB
    site.page(body=feeds.rss(*stories(many)))
    site.page("/later", body=feeds.rss("Storm later"))
    conf = lambda sink: configuration(sink, {"gazette": site.url(), "times": site.url("/later")}, top=SMALL % "stop")
    daemon.start(conf(f"{AWAY} topic {topic.name};"))
    daemon.wait_log("warning: the outbox has reached its max_size: polling pauses")
    daemon.reload(conf(f"{AWAY} topic {topic.name};"))
    before = len(site.requests)  # what was under way has ended meanwhile
    daemon.reload(conf(f"{AWAY} topic {topic.name};"))
    assert len(site.requests) == before
    daemon.reload(conf(topic.sink))
    daemon.wait_log("the outbox has room again: polling goes on")
    topic.wait("every story", lambda found: len(found) >= many + 1)
    assert daemon.stop() == 0
    assert told(topic.rest()) == sorted(titles(many) + ["Storm later"])


def test_an_outbox_that_drops_the_oldest_keeps_the_newest(daemon, site, topic):
    page = site.page(body=feeds.rss(*stories(700, "Storm old")))
    conf = lambda sink: configuration(sink, {"gazette": site.url()}, top=SMALL % "drop_oldest")
    daemon.start(conf(f"{AWAY} topic {topic.name};"))
    daemon.wait_log("warning: the outbox is full: its oldest alerts are dropped")
    page.body = feeds.rss(*stories(100, "Storm new"))
    site.asked_again(3)
    daemon.reload(conf(topic.sink))
    topic.wait("the newest", lambda found: sum("new" in alert.title for alert in found) == 100)
    assert daemon.stop() == 0
    found = [alert.title for alert in topic.rest()]
    assert 100 < len(found) < 800 and len(set(found)) == len(found)


def full(daemon, room):
    size = 0 if not room else resource.RLIM_INFINITY
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_on_a_full_disk_what_is_committed_is_delivered_once_and_polling_pauses(daemon, site, topic, kafka):
    """No write at all succeeds, be it the removal of what was delivered."""
    page = site.page(body=feeds.rss("Storm 0"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}), limit=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
    topic.read(1)
    wait_for("the first alert's end", lambda: waiting(daemon) == 0)
    kafka.stop()
    try:
        page.body = feeds.rss(*stories(50))
        wait_for("the others in the outbox", lambda: waiting(daemon) == 49)
        full(daemon, False)
        page.body = feeds.rss(*stories(60))
        daemon.wait_log("error: .*; nothing is lost")
    finally:
        kafka.start()
    topic.wait("what was committed", lambda found: len(found) >= 50)
    assert waiting(daemon) == 49
    full(daemon, True)
    daemon.wait_log("the store can be written again")
    topic.wait("the rest", lambda found: len(found) >= 60)
    wait_for("an empty outbox", lambda: waiting(daemon) == 0)
    daemon.kill()
    daemon.start()
    site.asked_again(1)
    assert daemon.stop() == 0
    assert told(topic.rest()) == titles(60)


def test_a_crash_on_a_full_disk_doubles_nothing(daemon, site, topic, kafka):
    page = site.page(body=feeds.rss("Storm 0"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}), limit=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
    topic.read(1)
    wait_for("the first alert's end", lambda: waiting(daemon) == 0)
    kafka.stop()
    try:
        page.body = feeds.rss(*stories(50))
        wait_for("the others in the outbox", lambda: waiting(daemon) == 49)
        full(daemon, False)
    finally:
        kafka.start()
    topic.wait("what was committed", lambda found: len(found) >= 50)
    daemon.kill()
    daemon.start()
    wait_for("an empty outbox", lambda: waiting(daemon) == 0)
    daemon.wait_log(rf"topic {topic.name} is read back: 49 of its 49")
    assert daemon.stop() == 0
    assert told(topic.rest()) == titles(50)
