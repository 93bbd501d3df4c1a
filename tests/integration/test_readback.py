"""Reading back from a real Kafka: what a broker within the process cannot show."""
import contextlib
import hashlib
import json
import os
import select
import signal
import subprocess
import sys
import time

import confluent_kafka
import confluent_kafka.admin
import pytest

import broker
import daemon as daemons
import processes
from protocol import READ, WRITE, allow, delete_records

PROBE = daemons.BUILD / "tests" / "integration" / "readback_probe"
PATIENCE = 90


def event(number):
    return hashlib.md5(str(number).encode()).hexdigest()


class Probe:
    def __init__(self, address, *lines, rows=(), **options):
        assert PROBE.exists(), f"{PROBE}: `make units` makes it"
        text = [f"option {name.replace('_', '.')} {value}" for name, value in options.items()]
        text += [f"row {row} {event(row)}" for row in rows]
        self.process = processes.start([str(PROBE), address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.process.stdin.write("".join(line + "\n" for line in [*text, *lines]))
        self.process.stdin.close()
        self.words = []
        self.left = b""

    def lines(self, patience):
        """As they come, for so long."""
        until = time.monotonic() + patience
        while True:
            while b"\n" in self.left:
                line, self.left = self.left.split(b"\n", 1)
                yield json.loads(line)
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, until - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not piece:
                return
            self.left += piece

    def result(self, patience=PATIENCE):
        for line in self.lines(patience):
            if "end" in line:
                assert self.process.wait(10) == 0, self.process.stderr.read()
                return line
            self.words.append(line)
        return None

    def begins(self):
        for line in self.lines(PATIENCE):
            self.words.append(line)
            return line

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        errors = self.process.stderr.read()
        assert not daemons.SANITIZER.search(errors), errors


@pytest.fixture
def probe():
    made = []

    def make(*arguments, **options):
        made.append(Probe(*arguments, **options))
        return made[-1]
    yield make
    for one in made:
        one.end()


class Writer:
    def __init__(self, address, topic, **options):
        self.topic, self.reports = topic, []
        self.producer = confluent_kafka.Producer({"bootstrap.servers": address, "log_level": 0, "reconnect.backoff.ms": 50, "reconnect.backoff.max.ms": 200,
                                                  **{name.replace("_", "."): value for name, value in options.items()}})

    def write(self, partition=0, row=None, value=b"{}", key=None):
        headers = [("ce_id", event(row).encode())] if row is not None else []
        self.producer.produce(self.topic, value, key, partition=partition, headers=headers,
                              on_delivery=lambda error, message: self.reports.append((error, message.partition(), message.offset())))

    def flush(self):
        assert self.producer.flush(PATIENCE) == 0
        assert not [error for error, _, _ in self.reports if error]


def admin_of(kafka):
    return confluent_kafka.admin.AdminClient({"bootstrap.servers": kafka.address, "log_level": 0})


def make_topic(kafka, name, partitions=1, **config):
    admin = admin_of(kafka)
    new = confluent_kafka.admin.NewTopic(name, partitions, 1, config=config)
    until = time.monotonic() + PATIENCE
    while True:  # a deleted topic's name is free after a while
        try:
            return admin.create_topics([new])[name].result(timeout=60)
        except confluent_kafka.KafkaException as error:
            if error.args[0].code() != confluent_kafka.KafkaError.TOPIC_ALREADY_EXISTS or time.monotonic() > until:
                raise


def delete_topic(kafka, name):
    admin = admin_of(kafka)
    admin.delete_topics([name], operation_timeout=30)[name].result(timeout=60)
    until = time.monotonic() + PATIENCE
    while name in admin.list_topics(timeout=10).topics:
        assert time.monotonic() < until


@pytest.fixture
def name(request):
    return request.node.name.replace("_", "-")[:100]


# ---- What stands there ----

def test_finds_its_rows_on_three_partitions_beside_another_writer(kafka, probe, name):
    make_topic(kafka, name, 3)
    other, ours = Writer(kafka.address, name, compression_type="gzip", linger_ms=50), Writer(kafka.address, name, enable_idempotence=True, compression_type="lz4")
    for number in range(600):
        other.write(number % 3, value=b"another's")
        if number % 100 == 50:
            ours.write(number % 3, row=number)
    other.flush()
    ours.flush()
    reader = probe(kafka.address, f"topic {name}", "mark 0 0", "mark 1 0", "mark 2 0", rows=range(600))
    result = reader.result()
    assert sorted(result["found"]) == [50, 150, 250, 350, 450, 550]
    assert "doubt" not in result and result["records"] == 606
    assert sum(offset for offset, _ in result["marks"]) == 606
    assert reader.words[0]["of"] == 606


def test_settles_beside_a_writer_who_never_stops(kafka, probe, name):
    make_topic(kafka, name)
    writer = Writer(kafka.address, name, linger_ms=5)
    writer.write(row=1)
    reader = probe(kafka.address, f"topic {name}", "mark 0 0", rows=[1, 2])
    result = None
    until = time.monotonic() + PATIENCE
    while not result and time.monotonic() < until:
        for _ in range(200):
            writer.write(value=b"x" * 500)
        writer.producer.poll(0.005)
        result = reader.result(patience=0)
    assert result["found"] == [1] and "doubt" not in result


def test_takes_a_transaction_s_marks_and_one_that_is_open_for_no_loss(kafka, probe, name):
    make_topic(kafka, name)
    writer = Writer(kafka.address, name, transactional_id=name)
    writer.producer.init_transactions(PATIENCE)
    ours = Writer(kafka.address, name)
    for number in range(4):
        writer.producer.begin_transaction()
        writer.write(value=b"in a transaction")
        writer.producer.flush()
        (writer.producer.commit_transaction if number % 2 else writer.producer.abort_transaction)(PATIENCE)
    ours.write(row=1)
    ours.flush()
    writer.producer.begin_transaction()
    writer.write(value=b"is under way")
    writer.producer.flush()
    ours.write(row=2)
    ours.flush()
    result = probe(kafka.address, f"topic {name}", "mark 0 0", rows=[1, 2, 3]).result()
    assert sorted(result["found"]) == [1, 2]
    assert "doubt" not in result and result["marks"] == [[11, event(2)]]
    writer.producer.abort_transaction(PATIENCE)  # its mark is the last that stands there, and no record
    result = probe(kafka.address, f"topic {name}", f"mark 0 11 {event(2)}", rows=[3]).result()
    assert result["found"] == [] and "doubt" not in result and result["marks"] == [[12, None]]


def test_reads_from_a_mark_within_a_compressed_batch(kafka, probe, name):
    make_topic(kafka, name)
    writer = Writer(kafka.address, name, compression_type="zstd", linger_ms=300)
    for row in range(100):
        writer.write(row=row)
    writer.flush()
    result = probe(kafka.address, f"topic {name}", f"mark 0 40 {event(39)}", rows=range(40, 120)).result()
    assert len(result["found"]) == 60 and "doubt" not in result and result["records"] == 61


def test_begins_by_time_where_nothing_is_recorded(kafka, probe, name):
    make_topic(kafka, name)
    writer = Writer(kafka.address, name)
    now = int(time.time() * 1000)
    for days in (10, 9, 8):
        writer.producer.produce(name, b"old", partition=0, timestamp=now - days * 86400000)
    writer.write(row=1)
    writer.flush()
    result = probe(kafka.address, f"topic {name}", f"since {now}", rows=[1, 2]).result()
    assert result["found"] == [1] and "doubt" not in result and result["records"] == 1


def test_surveys_where_no_row_is_in_flight(kafka, probe, name):
    make_topic(kafka, name, 2)
    writer = Writer(kafka.address, name)
    writer.write(1, row=1)
    writer.flush()
    result = probe(kafka.address, f"topic {name}", "closed", rows=[1]).result()
    assert result["marks"] == [[0, None], [1, None]] and result["found"] == [] and len(result["cluster"]) == 22


def test_says_at_once_that_a_topic_is_missing(kafka, probe, name):
    result = probe(kafka.address, f"topic {name}", rows=[1]).result()
    assert result["end"] == "takes none" and "no such topic" in result["reason"]


# ---- Where the evidence is gone ----

@pytest.mark.parametrize("count", [1, 3, 9], ids=["shorter", "as_long", "longer"])
def test_doubts_a_topic_that_was_made_again(kafka, probe, name, count):
    name = name.replace("[", "-").replace("]", "")
    make_topic(kafka, name)
    writer = Writer(kafka.address, name)
    for row in range(3):
        writer.write(row=row)
    writer.flush()
    cluster = probe(kafka.address, f"topic {name}", "closed").result()["cluster"]
    delete_topic(kafka, name)
    make_topic(kafka, name)
    writer = Writer(kafka.address, name)
    for row in range(10, 10 + count):
        writer.write(row=row)
    writer.flush()
    result = probe(kafka.address, f"topic {name}", f"cluster {cluster}", f"mark 0 3 {event(2)}", rows=range(3, 30)).result()
    assert "made again" in result["doubt"] and len(result["found"]) == count


def test_doubts_another_cluster(kafka, probe, name):
    make_topic(kafka, name)
    writer = Writer(kafka.address, name)
    writer.write(row=1)
    writer.flush()
    result = probe(kafka.address, f"topic {name}", "cluster AAAAAAAAAAAAAAAAAAAAAA", "mark 0 1", f"since {int(time.time() * 1000)}", rows=[1]).result()
    assert "another cluster" in result["doubt"] and result["found"] == [1]


@pytest.mark.parametrize("before", [5, 6])
def test_doubts_when_records_behind_the_mark_were_deleted_and_not_when_those_before_it(kafka, probe, name, before):
    name = name.replace("[", "-").replace("]", "")
    make_topic(kafka, name)
    writer = Writer(kafka.address, name)
    for row in range(10):
        writer.write(row=row)
    writer.flush()
    delete_records(kafka, name, 0, before)
    result = probe(kafka.address, f"topic {name}", f"mark 0 5 {event(4)}", rows=range(5, 20)).result()
    assert sorted(result["found"]) == list(range(before, 10))
    assert ("were deleted" in result["doubt"]) if before > 5 else "doubt" not in result


def test_reads_a_partition_that_was_added_from_its_beginning(kafka, probe, name):
    make_topic(kafka, name)
    admin = admin_of(kafka)
    reader = probe(kafka.address, f"topic {name}", "mark 0 0", rows=[1, 2])
    assert reader.begins()
    admin.create_partitions([confluent_kafka.admin.NewPartitions(name, 2)])[name].result(timeout=60)
    writer = Writer(kafka.address, name)
    writer.write(1, row=2)
    writer.flush()
    result = reader.result()
    assert result["found"] == [2] and "doubt" not in result and len(result["marks"]) == 2


def test_says_that_a_topic_went_away_while_it_was_read(kafka, probe, name):
    make_topic(kafka, name)
    reader = probe(kafka.address, f"topic {name}", "mark 0 0", "settle 20000", rows=[1])
    assert reader.begins()
    delete_topic(kafka, name)
    result = reader.result()
    assert result["end"] == "takes none" and "no such topic" in result["reason"]


# ---- A broker of these tests' own: with rights, a quick cleaner, and one that may be stopped ----

GUARD = """
listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{users},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{users}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_news="word";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
log.cleaner.backoff.ms=100
log.segment.delete.delay.ms=100
"""
USER = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanisms": "PLAIN", "sasl_username": "news", "sasl_password": "word"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    node = broker.Broker(tmp_path_factory.mktemp("guarded"))
    users, = broker.free_ports(1)
    lines = node.properties.read_text()
    controller = lines.split("CONTROLLER://127.0.0.1:")[1].split()[0]
    node.properties.write_text(lines + GUARD.format(port=node.port, users=users, controller=controller))
    node.users = f"127.0.0.1:{users}"
    node.start()
    yield node
    node.end()


@contextlib.contextmanager
def stopped(node):
    os.kill(node.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(node.process.pid, signal.SIGCONT)


def test_without_the_right_to_read_doubts_only_when_something_was_written(guarded, probe, name):
    make_topic(guarded, name)
    allow(guarded.address, "news", name, WRITE)
    writer = Writer(guarded.users, name, **USER)
    writer.write(row=1)
    writer.flush()
    moved = probe(guarded.users, f"topic {name}", "mark 0 0", rows=[1, 2], **USER).result()
    assert "right READ" in moved["doubt"] and moved["found"] == [] and moved["marks"] == [[1, None]]
    still = probe(guarded.users, f"topic {name}", f"mark 0 1 {event(1)}", rows=[2], **USER).result()
    assert "doubt" not in still and still["marks"] == [[1, event(1)]]


def test_without_the_right_to_see_the_topic_it_takes_none(guarded, probe, name):
    make_topic(guarded, name)
    allow(guarded.address, "news", name, READ)  # which brings DESCRIBE
    assert probe(guarded.users, f"topic {name}", "mark 0 0", rows=[1], **USER).result()["end"] == "settled"
    make_topic(guarded, name + ".other")
    result = probe(guarded.users, f"topic {name}.other", "mark 0 0", rows=[1], **USER).result()
    assert result["end"] == "takes none" and "do not allow" in result["reason"]


def test_says_what_it_waits_for_when_its_password_is_wrong(guarded, probe, name):
    reader = probe(guarded.users, f"topic {name}", "mark 0 0", rows=[1], **{**USER, "sasl_password": "other"})
    assert "uthentication" in reader.begins()["what"]


def compacted(guarded, name):
    """Ten rows of one key, of which the cleaner leaves a few; behind them what it does not touch."""
    make_topic(guarded, name, **{"cleanup.policy": "compact", "segment.ms": "100", "min.cleanable.dirty.ratio": "0.001", "max.compaction.lag.ms": "100"})
    writer = Writer(guarded.address, name)
    for row in range(10):
        writer.write(row=row, key=b"outlet")
        writer.flush()
    consumer = confluent_kafka.Consumer({"bootstrap.servers": guarded.address, "group.id": "x", "enable.auto.commit": False})
    until = time.monotonic() + PATIENCE
    try:
        while True:  # a segment is closed, and so cleaned, when another is begun
            writer.write(row=99, key=b"outlet")
            writer.flush()
            consumer.assign([confluent_kafka.TopicPartition(name, 0, 0)])
            message = consumer.poll(PATIENCE)
            if message.offset() > 5:
                return
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        consumer.close()


def test_doubts_a_compacted_topic_whose_records_are_missing(guarded, probe, name):
    compacted(guarded, name)
    result = probe(guarded.address, f"topic {name}", "mark 0 2", rows=[100]).result()
    assert "compacted" in result["doubt"]
    result = probe(guarded.address, f"topic {name}", f"mark 0 4 {event(3)}", rows=[100]).result()
    assert "compacted" in result["doubt"]
    allow(guarded.address, "news", name, READ, WRITE)  # but not to ask for its configuration
    result = probe(guarded.users, f"topic {name}", "mark 0 2", rows=[100], **USER).result()
    assert "cannot be asked" in result["doubt"]


def test_waits_for_a_stopped_broker_and_ends_at_once_when_it_is_told_to(guarded, probe, name):
    make_topic(guarded, name)
    writer = Writer(guarded.address, name)
    writer.write(row=1)
    writer.flush()
    with stopped(guarded):
        first, second = (probe(guarded.address, f"topic {name}", "mark 0 0", rows=[1, 2]) for _ in range(2))
        assert first.result(patience=2) is None
        began = time.monotonic()
        first.process.terminate()
        assert first.process.wait(10) == 0
        assert time.monotonic() - began < 3
    assert second.result()["found"] == [1]


def test_settles_anew_when_the_broker_was_stopped_in_the_middle(guarded, probe, name):
    make_topic(guarded, name)
    reader = probe(guarded.address, f"topic {name}", "mark 0 0", "settle 4000", rows=[1, 2])
    assert reader.begins()
    with stopped(guarded):
        assert reader.result(patience=3) is None
    resumed = time.monotonic()
    assert reader.result()["found"] == []
    assert time.monotonic() - resumed > 2  # less than 4: what is heard late of the end


HELD = """
import confluent_kafka, sys
producer = confluent_kafka.Producer({"bootstrap.servers": sys.argv[1], "linger.ms": 0})
producer.produce(sys.argv[2], b"{}", partition=0, headers=[("ce_id", b"%s" % sys.argv[3].encode())])
producer.flush()
sys.stdin.readline()
producer.produce(sys.argv[2], b"{}", partition=0, headers=[("ce_id", b"%s" % sys.argv[4].encode())])
producer.flush()
"""


def unread(port):
    """Bytes in the kernel that the listener's side has not read."""
    queued = 0
    for file in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(file) as table:
            next(table)
            for line in table:
                _, local, _, state, queues, *_ = line.split()
                if state == "01" and int(local.split(":")[1], 16) == port:
                    queued += int(queues.split(":")[1], 16)
    return queued


def test_finds_what_a_stopped_broker_held_of_a_writer_that_was_killed(guarded, probe, name):
    make_topic(guarded, name)
    writer = processes.start([sys.executable, "-c", HELD, guarded.address, name, event(1), event(2)], stdin=subprocess.PIPE)
    reader = Writer(guarded.address, name)
    until = time.monotonic() + PATIENCE
    while reader_end(guarded, name) < 1:
        assert time.monotonic() < until
    with stopped(guarded):
        before = unread(guarded.port)
        writer.stdin.write(b"\n")
        writer.stdin.flush()
        while unread(guarded.port) < before + 60:
            assert time.monotonic() < until
        writer.kill()
        writer.wait()
        reader = probe(guarded.address, f"topic {name}", f"mark 0 1 {event(1)}", rows=[2, 3])
        assert reader.result(patience=1) is None
    assert reader.result()["found"] == [2]


def reader_end(kafka, topic):
    consumer = confluent_kafka.Consumer({"bootstrap.servers": kafka.address, "group.id": "x"})
    try:
        return consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, 0), timeout=PATIENCE)[1]
    finally:
        consumer.close()


def test_goes_on_after_the_broker_was_killed_and_started_again(guarded, probe, name):
    make_topic(guarded, name)
    writer = Writer(guarded.address, name)
    for row in range(3):
        writer.write(row=row)
    writer.flush()
    reader = probe(guarded.address, f"topic {name}", f"mark 0 1 {event(0)}", rows=range(1, 9))
    assert reader.begins()
    guarded.end(signal.SIGKILL)
    assert reader.result(patience=3) is None
    guarded.start()
    result = reader.result()
    assert sorted(result["found"]) == [1, 2] and "doubt" not in result
