"""Reading alerts back, each held against the contract with consumers."""
import json
import re
import time

import confluent_kafka
import jsonschema

import broker
import record

SCHEMA = json.loads((broker.ROOT / "daemon" / "alert" / "alert.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
ATTRIBUTES = {"specversion", "id", "source", "type", "time", "subject", "dataschema"}
checked = 0  # messages of this run


class Alert:
    """A message, taken apart. Making one checks it."""

    def __init__(self, topic, key, headers, value):
        global checked
        self.topic, self.key = topic, key
        self.headers = {name: text for name, text in headers}
        assert len(self.headers) == len(headers), f"a header twice: {headers}"
        whole = json.loads(value)
        self.structured = self.headers["content-type"].startswith("application/cloudevents+json")
        if self.structured:
            assert self.headers["content-type"] == "application/cloudevents+json; charset=UTF-8"
            assert set(self.headers) == {"content-type", "rules"}
            self.value = whole.pop("data")
            assert whole.pop("datacontenttype") == "application/json"
            self.event = whole
        else:
            assert self.headers["content-type"] == "application/json"
            assert set(self.headers) == {"ce_" + name for name in ATTRIBUTES} | {"content-type", "rules"}
            self.value = whole
            self.event = {name[3:]: text for name, text in self.headers.items() if name.startswith("ce_")}
        self.check_event()
        self.check_value()
        checked += 1

    def check_event(self):
        assert set(self.event) == ATTRIBUTES
        assert self.event["specversion"] == "1.0"
        assert re.fullmatch("[0-9a-f]{32}", self.event["id"])
        assert re.fullmatch("/newswatchd/.+", self.event["source"])
        assert self.event["type"] in ("newswatchd.item.matched", "newswatchd.item.updated")
        assert TIME.fullmatch(self.event["time"]) and self.event["time"] == self.value["times"]["matched"]
        assert self.event["subject"] == self.value["outlet"]["id"]
        assert self.event["dataschema"] == SCHEMA["$id"]

    def check_value(self):
        VALIDATOR.validate(self.value)
        assert self.headers["rules"] == ",".join(match["rule"] for match in self.value["matches"])
        for match in self.value["matches"]:
            for term in match["terms"]:
                if "field" in term:
                    assert cut_out(self.item, term) == term["text"]

    @property
    def item(self):
        return self.value["item"]

    @property
    def title(self):
        return self.item["title"]

    @property
    def terms(self):
        return [term for match in self.value["matches"] for term in match["terms"]]


def cut_out(item, term):
    """What stands at a mention's place: a JSON Pointer, and bytes of UTF-8 into the string that is there."""
    target = item
    for step in term["field"].split("/")[1:]:
        target = target[int(step)] if isinstance(target, list) else target[step]
    return target.encode()[term["start"]:term["end"]].decode()


class Reader:
    """Reads a topic from its beginning."""

    def __init__(self, address, topic):
        self.topic = topic
        self.alerts = []
        self.partition = confluent_kafka.TopicPartition(topic, 0, confluent_kafka.OFFSET_BEGINNING)
        self.consumer = confluent_kafka.Consumer({
            "bootstrap.servers": address, "group.id": "tests", "enable.auto.commit": False, "log_level": 0, "fetch.wait.max.ms": 100,
            "reconnect.backoff.ms": 50, "reconnect.backoff.max.ms": 200, "topic.metadata.refresh.interval.ms": 1000,
            "broker.address.family": "v4"})
        self.consumer.list_topics(topic, timeout=record.DEADLINE)  # else the first fetch waits half a second for its leader
        self.consumer.assign([self.partition])

    def take(self, seconds):
        message = self.consumer.poll(seconds)
        if message is None or message.error():
            return
        headers = [(name, text.decode()) for name, text in message.headers() or []]
        self.alerts.append(Alert(message.topic(), (message.key() or b"").decode(), headers, message.value().decode()))

    def wait(self, what, found, seconds=record.DEADLINE):
        until = time.monotonic() + seconds
        while not (result := found(self.alerts)):
            left = until - time.monotonic()
            titles = [alert.item.get("title") for alert in self.alerts]
            assert left > 0, f"{self.topic}: waited {seconds} s in vain for {what}; there are {len(titles)}: {titles[-20:]}"
            self.take(min(left, 1))
        return result

    def read(self, count):
        """The first `count` alerts."""
        self.wait(f"{count} alerts", lambda alerts: len(alerts) >= count)
        return self.alerts[:count]

    def rest(self):
        """All alerts up to the end of the topic as it stands: nothing has been overlooked when this returns."""
        end = self.consumer.get_watermark_offsets(self.partition, timeout=record.DEADLINE)[1]
        return self.read(end)

    def close(self):
        self.consumer.close()


def of_lines(text):
    """The alerts of the file sink."""
    lines = [json.loads(line) for line in text.splitlines()]
    return [Alert(line["topic"], line["key"], list(line["headers"].items()), json.dumps(line["value"])) for line in lines]
