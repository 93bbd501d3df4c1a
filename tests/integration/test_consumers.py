"""The alerts of a real run as other programs read them: kcat, Kafka's console consumer, confluent-kafka, CloudEvents' own SDK."""
import datetime
import json
import os
import re
import shlex
import subprocess
import sys
import threading

import confluent_kafka
import confluent_kafka.admin
import pytest

import broker
import feeds
import processes
import record
from daemon import configuration

SDK = broker.ROOT / "build" / "python"
sys.path.append(str(SDK))  # behind all others: Debian's packages stay what they are

STORIES = ["Storm at the coast", "Шторм у берега", 'Storm "of\tthe\nyear", they say', "风暴 😀 storm"]
RULES = "rule storm { match storm | шторм; } rule coast { match coast | берега; }"


@pytest.fixture(params=["binary", "structured"])
def published(request, daemon, site, topic):
    """The topic, with the alerts of four stories as the tests' own reader has them."""
    site.page(body=feeds.rss(*(feeds.item(title, "The coast is <b>far</b> away.", guid=f"urn:{n}") for n, title in enumerate(STORIES))))
    daemon.start(configuration(f"{topic.sink} format {request.param};", {"gazette": f'name "The Gazette"; feed "{site.url()}";'}, RULES))
    topic.read(len(STORIES))
    assert daemon.stop() == 0
    assert len(topic.rest()) == len(STORIES)
    return topic


def assert_same(topic, found):
    """`found`: of each message in the topic's order its key, its headers and its value as JSON."""
    expected = [(a.key, a.headers, {**a.event, "datacontenttype": "application/json", "data": a.value} if a.structured else a.value)
                for a in topic.rest()]
    assert [(key, headers, json.loads(value)) for key, headers, value in found] == expected


def run(*command):
    return subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, timeout=3 * record.DEADLINE,
                          encoding="utf-8").stdout


# ---- The command line ----

def test_kcat_reads_key_headers_and_value(published):
    lines = run("kcat", "-C", "-q", "-e", "-J", "-b", published.kafka.address, "-t", published.name, "-o", "beginning").splitlines()
    messages = [json.loads(line) for line in lines]
    assert {m["topic"] for m in messages} == {published.name}
    assert_same(published, [(m["key"], dict(zip(m["headers"][::2], m["headers"][1::2])), m["payload"]) for m in messages])


CONSOLE = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={broker.HERE}/log4j2.properties", "-cp", f"{broker.LIB}/*",
           "org.apache.kafka.tools.consumer.ConsoleConsumer"]


def console_consumer(topic, count, **properties):
    options = [word for name, value in properties.items() for word in ("--formatter-property", f"{name.replace('_', '.')}={value}")]
    return run(*CONSOLE, "--bootstrap-server", topic.kafka.address, "--topic", topic.name, "--from-beginning", "--max-messages", count,
               "--timeout-ms", 1000 * record.DEADLINE, *options)


def test_kafkas_console_consumer_reads_key_headers_and_value(published):
    """A message is a line: nothing in an alert breaks it."""
    out = console_consumer(published, len(STORIES), print_key="true", print_headers="true", headers_separator=" & ")
    found = []
    for line in out.splitlines():
        headers, key, value = line.split("\t")
        found.append((key, dict(header.split(":", 1) for header in headers.split(" & ")), value))
    assert_same(published, found)


# ---- As the manual has it ----

MANUAL = broker.ROOT / "daemon" / "man" / "newswatchd-alerts.7"


def shown(what, topic):
    """What the manual shows under this name, for our broker and topic."""
    text = re.search(rf'^\.\\" {what}:\n\.Bd [^\n]*\n(.*?)^\.Ed$', MANUAL.read_text(), re.M | re.S)[1]
    return text.replace("\\e", "\\").replace("localhost:9092", topic.kafka.address).replace("news.alerts", topic.name)


def lines_of(count, *command, **environment):
    """The first lines of what runs for ever."""
    process = processes.start(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, encoding="utf-8",
                              env={**os.environ, **environment})
    timer = threading.Timer(3 * record.DEADLINE, process.kill)
    timer.start()
    try:
        return [process.stdout.readline().rstrip("\n") for _ in range(count)]
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


binary_only = pytest.mark.parametrize("published", ["binary"], indirect=True)


@binary_only
def test_the_manuals_kcat_command_reads_the_alerts(published):
    lines = lines_of(len(STORIES), "sh", "-c", "exec " + shown("kcat", published))
    assert [json.loads(json.loads(line)["payload"]) for line in lines] == [alert.value for alert in published.rest()]


@binary_only
def test_the_manuals_console_consumer_reads_the_alerts(published):
    command = shown("The console consumer", published).replace("kafka-console-consumer.sh", " ".join(map(shlex.quote, CONSOLE)))
    lines = lines_of(len(STORIES), "sh", "-c", "exec " + command)
    assert [json.loads(line.rsplit("\t", 1)[1]) for line in lines] == [alert.value for alert in published.rest()]


@binary_only
def test_the_manuals_python_reads_the_alerts(published, tmp_path):
    """Both examples: an alert as it comes, and as CloudEvents' SDK has it."""
    program = shown("Python", published) + "".join(f"    {line}\n" if line else "\n" for line in shown("The SDK", published).splitlines())
    (tmp_path / "pager.py").write_text(program.replace('["title"])', '["title"], flush=True)'))
    lines = lines_of(2 * len(STORIES), sys.executable, tmp_path / "pager.py", PYTHONPATH=str(SDK), PYTHONUTF8="1")
    expected = [line for a in published.rest()
                for line in (f"{a.event['id']} {a.headers['rules']} {a.title}", f"{a.event['id']} {a.title}")]
    assert lines == expected


# ---- CloudEvents' SDK ----

@pytest.fixture
def sdk():
    """Of today's interface and of that of 1.x: what makes an event of headers, key and value."""
    assert SDK.is_dir(), "CloudEvents' SDK is not in build/python: `tests/need check` fetches it"
    from cloudevents.core.bindings import kafka
    from cloudevents.v1 import kafka as older

    def read(headers, key, value):
        event = kafka.from_kafka_event(kafka.KafkaMessage(headers, key, value))
        attributes = event.get_attributes()
        return dict(attributes), event.get_data()

    def read_older(headers, key, value):
        convert = older.from_binary if "ce_id" in headers else older.from_structured
        event = convert(older.KafkaMessage(headers, key, value))
        attributes = {**event.get_attributes(), "partitionkey": event["partitionkey"].decode()}
        if "ce_id" not in headers:  # it takes the headers of a structured message for attributes, too
            assert attributes.pop("rules") == headers["rules"].decode()
            attributes["datacontenttype"] = json.loads(value)["datacontenttype"]
        return attributes, event.get_data()
    return read, read_older


def raw(topic):
    """The messages as confluent-kafka gives them."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": topic.kafka.address, "group.id": "raw", "enable.auto.commit": False, "log_level": 0})
    consumer.assign([confluent_kafka.TopicPartition(topic.name, 0, confluent_kafka.OFFSET_BEGINNING)])
    messages = take(consumer, len(topic.rest()))
    consumer.close()
    return messages


def take(consumer, count):
    """That many messages, however they come."""
    messages = []
    while len(messages) < count:
        message = consumer.poll(record.DEADLINE)
        assert message is not None, f"{len(messages)} of {count} messages came"
        assert not message.error(), message.error()
        messages.append(message)
    return messages


def test_cloudevents_sdk_parses_attributes_and_data(published, sdk):
    for read in sdk:
        for message, alert in zip(raw(published), published.rest()):
            attributes, data = read(dict(message.headers()), message.key(), message.value())
            assert data == alert.value and data["item"]["title"] == alert.title
            time = attributes.pop("time")
            if isinstance(time, str):
                time = datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))
            assert time == datetime.datetime.fromisoformat(alert.value["times"]["matched"].replace("Z", "+00:00"))
            assert attributes == {"specversion": "1.0", "id": alert.event["id"], "source": "/newswatchd/test", "type": "newswatchd.item.matched",
                                  "subject": "gazette", "dataschema": alert.event["dataschema"], "datacontenttype": "application/json",
                                  "partitionkey": "gazette"}


def test_what_the_sdk_writes_of_an_alert_is_the_alert(published, sdk):
    """Written in the mode it was read in, with the outlet's id as the key."""
    from cloudevents.core.bindings import kafka
    for message, alert in zip(raw(published), published.rest()):
        event = kafka.from_kafka_event(kafka.KafkaMessage(dict(message.headers()), None, message.value()))
        write = kafka.to_structured_event if alert.structured else kafka.to_binary_event
        again = write(event, key_mapper=lambda event: event.get_subject())
        assert again.key == alert.key
        value = json.loads(again.value)
        if alert.structured:
            assert value.pop("data") == alert.value
            assert {**value, "time": ""} == {**alert.event, "datacontenttype": "application/json", "time": ""}
        else:
            assert value == alert.value
            headers = {name: text.decode() for name, text in again.headers.items()}
            assert {**headers, "ce_time": "", "rules": ""} == {**alert.headers, "ce_time": "", "rules": ""}


# ---- confluent-kafka, as a group ----

@pytest.fixture
def wide(kafka, request):
    """A topic of three partitions."""
    name = "wide-" + request.node.name[:60]
    admin = kafka.admin()
    admin.create_topics([confluent_kafka.admin.NewTopic(name, 3, 1)])[name].result(timeout=record.DEADLINE)
    return name


def member(kafka, topic):
    """One that commits by hand."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": kafka.address, "group.id": topic, "auto.offset.reset": "earliest",
                                         "enable.auto.commit": False, "log_level": 0})
    consumer.subscribe([topic])
    return consumer


def titles(messages):
    return [json.loads(m.value())["item"]["title"] for m in messages]


def ids(messages):
    return [dict(m.headers())["ce_id"] for m in messages]


def start_outlets(daemon, web, kafka, topic, count):
    """That many outlets, each with a page for stories."""
    sites = {f"o{n}": web.site() for n in range(count)}
    pages = {name: site.page(body=feeds.rss("Quiet day")) for name, site in sites.items()}
    daemon.start(configuration(f'brokers "{kafka.address}"; topic {topic};', {name: site.url() for name, site in sites.items()}))
    for site in sites.values():
        site.asked(2)
    return pages


def tell(pages, first, last):
    """Each outlet has the stories `first` to `last`, told one after the other: the first one is the oldest."""
    for name, page in pages.items():
        page.body = feeds.rss(*(feeds.item(f"Storm {name} {n}", ago=600 - n) for n in range(last, first - 1, -1)))
    return {f"Storm {name} {n}" for name in pages for n in range(first, last + 1)}


def test_a_consumer_group_resumes_where_it_committed(daemon, web, kafka, wide):
    """A member reads a part, commits and leaves; more is published; another member reads the rest: all of it, each once."""
    pages = start_outlets(daemon, web, kafka, wide, 6)
    wanted = tell(pages, 1, 5)
    first = member(kafka, wide)
    found = take(first, 13)
    for message in found:
        first.commit(message, asynchronous=False)
    first.close()
    wanted |= tell(pages, 6, 8)
    second = member(kafka, wide)
    found += take(second, len(wanted) - 13)
    assert sorted(titles(found)) == sorted(wanted)
    assert daemon.stop() == 0
    assert second.poll(0.2) is None
    second.close()
    assert len(set(ids(found))) == len(found)
    assert len({m.partition() for m in found}) > 1
    for name in pages:
        mine = [m for m in found if m.key().decode() == name]
        assert len({m.partition() for m in mine}) == 1
        assert [m.offset() for m in mine] == sorted(m.offset() for m in mine)


def test_what_a_member_did_not_commit_comes_again_with_the_same_id(daemon, web, kafka, wide):
    """What a consumer keeps of the ids lets it drop what it has seen."""
    pages = start_outlets(daemon, web, kafka, wide, 3)
    wanted = tell(pages, 1, 4)
    first = member(kafka, wide)
    before = take(first, 7)
    for message in before[:4]:
        first.commit(message, asynchronous=False)
    first.close()
    committed = {m.partition(): m.offset() + 1 for m in before[:4]}
    second = member(kafka, wide)
    expected = len(wanted) - sum(committed.values())
    after = take(second, expected)
    assert daemon.stop() == 0
    assert second.poll(0.2) is None
    second.close()
    again = {i for m, i in zip(before, ids(before)) if m.offset() >= committed.get(m.partition(), 0)}
    assert len(again) >= 3 and again == set(ids(before)) & set(ids(after))
    assert set(titles(before + after)) == wanted and len(set(ids(before + after))) == len(wanted)
