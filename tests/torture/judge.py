"""What must be on the topics held against what is there: lost, doubled, out of order, or never asked for."""
import collections
import json
import time

import confluent_kafka

KINDS = ("lost", "doubled", "out of order", "unasked")
READ_SECONDS = 120
ALERT_LEAST = 100  # bytes

# An alert of ours on a topic. `feed` is the id of its feed, `number` that of its story there.
Found = collections.namedtuple("Found", "topic partition offset outlet feed number id")


class Verdict:
    def __init__(self):
        self.alerts = 0
        self.faults = {kind: [] for kind in KINDS}

    def complain(self, kind, text):
        self.faults[kind].append(text)

    def count(self, kind):
        return len(self.faults[kind])

    @property
    def clean(self):
        return not any(self.faults.values())


def place(found):
    return f"partition {found.partition} offset {found.offset} id {found.id}"


def judge(expected, found):
    """`expected`: (topic, outlet, feed) -> the numbers that must be there, once each, in ascending order. `found`: of each partition in its order."""
    verdict = Verdict()
    verdict.alerts = len(found)
    of_feed, of_outlet = collections.defaultdict(list), collections.defaultdict(set)
    for each in found:
        of_feed[each.topic, each.outlet, each.feed].append(each)
        of_outlet[each.topic, each.outlet].add(each.partition)
    for name in sorted(set(expected) | set(of_feed)):
        judge_feed(verdict, " ".join(name), set(expected.get(name, ())), of_feed.get(name, []))
    for name, partitions in sorted(of_outlet.items()):
        if len(partitions) > 1:
            verdict.complain("out of order", f"{' '.join(name)}: one outlet's alerts stand in partitions {sorted(partitions)}")
    return verdict


def judge_feed(verdict, name, expected, found):
    places, last = {}, None
    for each in found:
        if each.number in places:
            verdict.complain("doubled", f"{name} {each.number}: {place(places[each.number])}, {place(each)}")
            continue
        places[each.number] = each
        if each.number not in expected:
            verdict.complain("unasked", f"{name} {each.number}: {place(each)}")
        elif last and each.partition == last.partition and each.number < last.number:
            verdict.complain("out of order", f"{name} {each.number} ({place(each)}) stands behind {last.number} ({place(last)})")
        else:
            last = each
    for number in sorted(expected - set(places)):
        verdict.complain("lost", f"{name} {number}")


# ---- Reading ----

def read_topics(address, topics, take):
    """Every message up to the ends as they are now goes to `take(message)`, those of a partition in order."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": "judge", "enable.auto.commit": False, "log_level": 0,
                                         "auto.offset.reset": "error", "broker.address.family": "v4", "enable.partition.eof": True})
    try:
        known = consumer.list_topics(timeout=30).topics
        partitions = [confluent_kafka.TopicPartition(topic, number, confluent_kafka.OFFSET_BEGINNING)
                      for topic in topics for number in known[topic].partitions]
        missing = {(p.topic, p.partition) for p in partitions}
        consumer.assign(partitions)
        until = time.monotonic() + READ_SECONDS
        while missing:
            messages = consumer.consume(1000, 0.2)  # it waits for all of them, or so long
            assert time.monotonic() < until, f"the ends of {sorted(missing)} cannot be read"
            for message in messages:
                error = message.error()
                if not error:
                    take(message)
                elif error.code() == confluent_kafka.KafkaError._PARTITION_EOF:
                    missing.discard((message.topic(), message.partition()))
                elif error.fatal() or not error.retriable():
                    raise confluent_kafka.KafkaException(error)
    finally:
        consumer.close()


def alert_of(message):
    """What the judge wants to know of a message; None when another program wrote it.

    Of a short one the headers are not asked: Debian 12's confluent_kafka loses a reference to None with each header that has no value."""
    if len(message.value() or b"") < ALERT_LEAST:
        return None
    headers = dict(message.headers() or [])
    if b"foreign" in headers.values():
        return None
    value = json.loads(message.value())
    if "ce_id" in headers:
        id = headers["ce_id"].decode()
    else:
        id, value = value["id"], value["data"]
    assert message.key().decode() == value["outlet"]["id"]
    number = int(value["item"]["id"].rsplit(":", 1)[1])
    return Found(message.topic(), message.partition(), message.offset(), value["outlet"]["id"], value["feed"]["id"], number, id)


def read_alerts(address, topics):
    found = []

    def take(message):
        alert = alert_of(message)
        if alert:
            found.append(alert)
    read_topics(address, topics, take)
    return found
