"""The alerts on a real Kafka, read by three programs of others: confluent-kafka in Python, kcat, Kafka's console consumer."""

import json
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "integration"))

import broker  # noqa: E402
import confluent_kafka  # noqa: E402
import processes  # noqa: E402

JAVA = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={broker.HERE}/log4j2.properties", "-cp", f"{broker.LIB}/*"]
SEPARATOR = " | "  # between headers


def jars_are_there():
    return broker.LIB.exists()


class Readers:
    """The broker and its readers; what they have read is a list of (headers, key, value) each."""

    def __init__(self, home, topic):
        (home / "kafka").mkdir()
        self.topic, self.read = topic, home / "console"
        self.kafka = broker.Broker(home / "kafka")
        self.kafka.launch()
        self.console = self.consumer = None

    @property
    def address(self):
        return self.kafka.address

    def wait_until_up(self):
        self.kafka.wait_until_up()

    def make_topic(self):
        self.kafka.make_topic(self.topic)

    # -- confluent-kafka

    def start_python(self):
        self.consumer = confluent_kafka.Consumer({"bootstrap.servers": self.address, "group.id": "demo", "auto.offset.reset": "earliest",
                                                  "log_level": 0})
        self.consumer.subscribe([self.topic])

    def poll(self):
        """An alert, if there is one now."""
        message = self.consumer.poll(0.05)
        if message is None or message.error():
            return None
        headers = {name: value.decode() for name, value in message.headers()}
        return headers, message.key().decode(), json.loads(message.value())

    # -- kcat

    def kcat_command(self):
        return ["kcat", "-C", "-e", "-q", "-J", "-b", self.address, "-t", self.topic]

    def read_with_kcat(self):
        lines = subprocess.run(self.kcat_command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, timeout=20).stdout.splitlines()
        messages = map(json.loads, lines)
        return [(dict(zip(m["headers"][::2], m["headers"][1::2])), m["key"], json.loads(m["payload"])) for m in messages]

    # -- Kafka's console consumer

    def console_command(self, program=("kafka-console-consumer.sh",)):
        return [*program, "--bootstrap-server", self.address, "--topic", self.topic, "--from-beginning",
                "--formatter-property", "print.headers=true", "--formatter-property", "print.key=true"]

    def start_console(self, count):
        """Its Java takes a second to start: begun early, read late."""
        command = self.console_command([*JAVA, "org.apache.kafka.tools.consumer.ConsoleConsumer"])
        command += ["--formatter-property", f"headers.separator={SEPARATOR}", "--max-messages", str(count), "--timeout-ms", "20000"]
        with open(self.read, "wb") as out:
            self.console = processes.start(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL)

    def console_is_done(self):
        return self.console.poll() is not None

    def read_with_console(self):
        found = []
        for line in self.read.read_text(encoding="utf-8").splitlines():
            headers, key, value = line.split("\t")
            found.append((dict(header.split(":", 1) for header in headers.split(SEPARATOR)), key, json.loads(value)))
        return found

    def end(self):
        if self.consumer:
            self.consumer.close()
        if self.console and self.console.poll() is None:
            self.console.kill()
            self.console.wait()
        self.kafka.end()
