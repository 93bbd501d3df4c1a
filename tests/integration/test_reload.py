"""Loading goes on aside: while the configuration is read, however long that takes, the daemon lives on."""
import contextlib
import os
import signal
import time

import pytest

import feeds
import record
from daemon import configuration

MANY = 30000


class Held:
    """A file of rules that is read only to where its writer has come: a pipe."""

    def __init__(self, path):
        self.path = path
        os.mkfifo(path)

    def open(self):
        """From here on who reads it waits."""
        self.end = os.open(self.path, os.O_RDWR)
        return self

    def started(self, daemon):
        """Wait until the daemon has it open, so that it reads, or is about to."""
        until = time.monotonic() + record.DEADLINE
        while not self.is_open(f"/proc/{daemon.process.pid}/fd"):
            assert time.monotonic() < until and daemon.process.poll() is None
            os.sched_yield()

    def is_open(self, descriptors):
        for name in os.listdir(descriptors):
            with contextlib.suppress(OSError):
                if os.readlink(f"{descriptors}/{name}") == str(self.path):
                    return True
        return False

    def write(self, text):
        left = text.encode()
        while left:
            left = left[os.write(self.end, left[:4096]):]

    def close(self):
        os.close(self.end)
        self.end = None


@pytest.fixture
def held(tmp_path):
    pipe = Held(tmp_path / "held.conf")
    pipe.end = None
    yield pipe
    if pipe.end is not None:
        pipe.close()


def many_rules(count=MANY):
    return "\n".join(f'rule generated-{n} {{ match "word{n} other{n}" | third{n} NEAR/8 fourth{n}; }}' for n in range(count))


def with_include(conf, held):
    return conf + f'include "{held.path}";\n'


def hup(daemon):
    told = len(daemon.told)
    daemon.signal(signal.SIGHUP)
    return told


def wait_told_after(daemon, told, line):
    daemon.told.wait(f"{line} after message {told}", lambda messages: any(line in m.split("\n") for m in messages[told:]))


def test_while_a_configuration_is_loaded_feeds_are_polled_and_alerts_delivered(daemon, site, topic, held):
    page = site.page(body=feeds.rss("Storm one"))
    conf = configuration(topic.sink, {"gazette": site.url()})
    daemon.start(conf, WATCHDOG_USEC="400000")
    assert topic.read(1)[0].title == "Storm one"
    daemon.write(with_include(conf, held))
    held.open()
    told = hup(daemon)
    wait_told_after(daemon, told, "RELOADING=1")
    held.started(daemon)
    site.asked_again(3)
    page.body = feeds.rss("Storm one", "Storm two", "Flood two")
    assert [alert.title for alert in topic.read(2)] == ["Storm one", "Storm two"]
    before = len(daemon.told)
    wait_told_after(daemon, before, "WATCHDOG=1")
    wait_told_after(daemon, before, "STATUS=1 feeds, 0 failing, 1 rules; reloading the configuration")
    assert not any("READY=1" in m.split("\n") for m in daemon.told.all()[told:])
    held.write(many_rules() + "\nrule flood { match flood; }\n")
    held.close()
    wait_told_after(daemon, told, "READY=1")
    daemon.wait_log(f"reloaded .*newswatchd.conf: 1 feeds, {MANY + 2} rules")
    page.body = feeds.rss("Flood three")
    alert = topic.read(3)[2]
    assert (alert.title, alert.headers["rules"]) == ("Flood three", "flood")
    assert daemon.stop() == 0
    assert len(topic.rest()) == 3


def test_a_second_hup_while_loading_loads_what_stands_there_by_then(daemon, site, topic, held):
    page = site.page(body=feeds.rss())
    conf = configuration(topic.sink, {"gazette": site.url()})
    daemon.start(conf)
    daemon.write(with_include(conf, held))
    held.open()
    told = hup(daemon)
    held.started(daemon)
    daemon.write(conf.replace("rule storm { match storm; }", "rule last { match storm; } rule flood { match flood; }"))
    for _ in range(3):  # however often: once more
        daemon.signal(signal.SIGHUP)
    site.asked_again(2)  # by then the daemon has seen them
    held.write("rule between { match never; }")
    held.close()
    daemon.wait_log("reloaded .*: 1 feeds, 2 rules")
    daemon.wait_log("reloaded .*: 1 feeds, 2 rules", after=1 + next(n for n, l in enumerate(daemon.log.all()) if "reloaded" in l))
    daemon.told.wait("two ends", lambda messages: "\n".join(messages[told:]).split("\n").count("READY=1") == 2)
    steps = [line for m in daemon.told.all()[told:] for line in m.split("\n") if line in ("RELOADING=1", "READY=1")]
    assert steps == ["RELOADING=1", "READY=1", "RELOADING=1", "READY=1"]
    page.body = feeds.rss("Storm")
    assert topic.read(1)[0].headers["rules"] == "last"
    assert daemon.stop() == 0
    assert len(daemon.lines("reloaded")) == 2


def test_a_stop_while_loading_does_not_wait_for_the_load(daemon, site, topic, held):
    site.page(body=feeds.rss("Storm"))
    conf = configuration(topic.sink, {"gazette": site.url()})
    daemon.start(conf)
    assert topic.read(1)[0].title == "Storm"
    daemon.write(with_include(conf, held))
    held.open()
    daemon.signal(signal.SIGHUP)
    held.started(daemon)
    held.write(many_rules(100))
    assert daemon.stop() == 0  # the pipe is open still: a load that was waited for would never end
    assert daemon.lines("stopped; every alert is delivered")
    assert not daemon.lines("reloaded|error:|not read")


def test_a_stop_while_rules_are_compiled_ends_well(daemon, site, topic, held):
    site.page(body=feeds.rss())
    conf = configuration(topic.sink, {"gazette": site.url()})
    daemon.start(conf)
    daemon.write(with_include(conf, held))
    held.open()
    daemon.signal(signal.SIGHUP)
    held.started(daemon)
    held.write(many_rules())
    held.close()
    assert daemon.stop() == 0


def test_a_load_that_ends_in_an_error_leaves_the_old_rules(daemon, site, topic, held):
    page = site.page(body=feeds.rss())
    conf = configuration(topic.sink, {"gazette": site.url()})
    daemon.start(conf)
    daemon.write(with_include(conf, held))
    held.open()
    told = hup(daemon)
    held.started(daemon)
    held.write(many_rules(1000) + "\nrule flood { match flood AND; }\n")
    held.close()
    wait_told_after(daemon, told, "READY=1")
    daemon.wait_log(r"held\.conf:1001:\d+: error:")
    daemon.wait_log("not reloaded, the old configuration stays")
    page.body = feeds.rss("Flood", "Storm")
    site.asked_again(2)
    assert topic.read(1)[0].title == "Storm"
    # The next one, without the mistake, takes its place.
    daemon.reload(conf.replace("match storm", "match flood"))
    page.body = feeds.rss("Flood two")
    assert topic.read(2)[1].title == "Flood two"
    assert daemon.stop() == 0
    assert len(topic.rest()) == 2


def test_what_takes_the_place_of_many_rules_again_and_again_frees_them(daemon, site, topic):
    page = site.page(body=feeds.rss())
    conf = configuration(topic.sink, {"gazette": site.url()})
    daemon.start(conf)
    for n in range(3):
        daemon.reload(conf + many_rules(5000 + n))
    daemon.reload(conf)
    page.body = feeds.rss("Storm")
    assert topic.read(1)[0].title == "Storm"
    assert daemon.stop() == 0  # under ASan: with nothing left
