"""The process is killed between two system calls that matter, at each such point alone; what comes after must make it good."""
import concurrent.futures
import itertools
import time

import confluent_kafka
import pytest

import alerts
import daemon as daemons
import faults
import feeds
import record

PASSINGS = (1, 2, 5)
TITLES = [f"Storm {n}" for n in range(1, 9)]
LARGE = "Storm large"  # the broker refuses it
numbers = itertools.count(1)


class Case:
    """One daemon that dies at the point's Nth passing: in its first life, or in one that finds rows that may be on the topic already."""

    def __init__(self, folder, kafka, site, point, passing, later):
        self.name = f"{point}:{passing} {'after a kill' if later else 'at first'}"
        self.kafka, self.site, self.fault, self.later = kafka, site, f"{point}:{passing}", later
        self.topic = f"crash.{next(numbers)}"
        self.folder = folder / self.topic
        self.folder.mkdir()
        site.page(body=feeds.rss(*TITLES[:4]), etag='"half"')

    def start(self, **environment):
        self.daemon.start(None, ready=False, NEWSWATCHD_SETTLE="300", **environment)

    def is_done(self):
        found = faults.read_store(self.daemon.state, "SELECT count(*) FROM outbox WHERE refused IS NULL", "SELECT etag FROM feed")
        return found == [[(0,)], [(b'"whole"',)]]

    def come_to_rest(self):
        """Until all is delivered, or it has died: did it die?"""
        until = time.monotonic() + 2 * record.DEADLINE
        while not self.is_done():
            assert time.monotonic() < until, f"{self.name}: it does not come to rest:\n" + "\n".join(self.daemon.log.all()[-40:])
            try:
                self.daemon.process.wait(0.05)
                return True
            except daemons.subprocess.TimeoutExpired:
                pass
        return False

    def run(self):
        """Was the point passed so often?"""
        self.daemon = daemons.Daemon(self.folder)
        self.daemon.program = faults.program()
        self.kafka.make_topic(self.topic, **{"max.message.bytes": "20000"})
        self.kafka.make_topic(self.topic + ".dead")
        self.reader = alerts.Reader(self.kafka.address, self.topic)
        try:
            options = 'option reconnect.backoff.max.ms 200; option batch.num.messages 2; option linger.ms 0;'
            sink = f'brokers "{self.kafka.address}"; topic {self.topic}; dead_letter {self.topic}.dead; {options}'
            self.daemon.write(daemons.configuration(sink, {"gazette": self.site.url()}))
            if self.later:
                self.start()
                self.reader.read(1)
                self.daemon.kill()
            self.start(NEWSWATCHD_FAULT=self.fault)
            if not self.later:
                self.site.asked(1)
            self.site.page(body=feeds.rss(*TITLES, feeds.item(LARGE, "x" * 40000)), etag='"whole"')
            died = self.come_to_rest()
            status = self.daemon.wait_end() if died else self.daemon.stop()  # some points are passed by a stop alone
            died = died or status != 0
            if died:
                assert status == -9, self.name
                self.start()
                assert not self.come_to_rest(), self.name
                self.daemon.wait_told("READY=1")
                assert self.daemon.stop() == 0, self.name
            assert [alert.title for alert in self.reader.rest()] == TITLES, self.name
            dead = confluent_kafka.TopicPartition(self.topic + ".dead", 0)
            assert self.reader.consumer.get_watermark_offsets(dead, timeout=record.DEADLINE) == (0, 1), self.name
            return died
        finally:
            self.reader.close()
            self.daemon.end()


@pytest.mark.parametrize("point", faults.spans())
def test_a_crash_leaves_every_alert_once_and_in_order(point, kafka, web, tmp_path):
    passings = PASSINGS[:1] if "+" in point else PASSINGS
    cases = [Case(tmp_path, kafka, web.site(), point, passing, later) for later in (False, True) for passing in passings]
    with concurrent.futures.ThreadPoolExecutor(len(cases)) as threads:
        running = [threads.submit(case.run) for case in cases]
    assert any([each.result() for each in running]), f"nothing passes {point}"
