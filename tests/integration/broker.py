"""A real Kafka: one node that is broker and controller, on loopback, for the whole run."""
import hashlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import confluent_kafka
import confluent_kafka.admin

import processes

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
POM = HERE / "pom.xml"
LIB = ROOT / "build" / "kafka" / hashlib.sha256(POM.read_bytes()).hexdigest()[:12]  # another pom, another folder
START_SECONDS = 120

PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=200
auto.create.topics.enable=false
"""


def fetch_jars():
    if LIB.exists():
        return
    new = LIB.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    subprocess.run(["mvn", "-q", "-B", "--no-transfer-progress", "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={new}",
                    "-DincludeScope=runtime"], check=True, timeout=600)
    new.rename(LIB)


def free_ports(count):
    """Held together, so that they differ."""
    holders = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [holder.getsockname()[1] for holder in holders]
    for holder in holders:
        holder.close()
    return ports


class Broker:
    users = ()  # arguments that make them, when the storage is formatted

    def __init__(self, folder):
        fetch_jars()
        self.folder = folder
        self.log = folder / "broker.log"
        self.properties = folder / "server.properties"
        self.process = None
        self.port, controller = free_ports(2)
        self.address = f"127.0.0.1:{self.port}"
        self.properties.write_text(self.settings(controller))
        self.java = ["java", "-Xmx400m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{LIB}/*",
                     f"-Dlog4j2.configurationFile={HERE}/log4j2.properties"]
        cluster = self.tool("random-uuid").strip()
        self.tool("format", "-t", cluster, "-c", str(self.properties), *self.users)

    def settings(self, controller):
        return PROPERTIES.format(port=self.port, controller=controller, folder=self.folder)

    def tool(self, *arguments):
        return subprocess.run([*self.java, "kafka.tools.StorageTool", *arguments], check=True, timeout=120, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def start(self):
        self.launch()
        self.wait_until_up()

    def launch(self):
        with open(self.log, "ab") as log:
            self.process = processes.start([*self.java, "kafka.Kafka", str(self.properties)], stdout=log, stderr=log,
                                           stdin=subprocess.DEVNULL)

    def wait_until_up(self):
        admin = self.admin()
        until = time.monotonic() + START_SECONDS
        while True:
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"Kafka does not start:\n{self.log.read_text()[-4000:]}")
            try:
                if admin.list_topics(timeout=2).brokers:
                    return
            except confluent_kafka.KafkaException:
                pass

    def admin(self):
        return confluent_kafka.admin.AdminClient({"bootstrap.servers": self.address, "log_level": 0,
                                                  "reconnect.backoff.ms": 50, "reconnect.backoff.max.ms": 100})

    def make_topic(self, name, **config):
        admin = self.admin()  # must live until the result is there
        admin.create_topics([confluent_kafka.admin.NewTopic(name, 1, 1, config=config)])[name].result(timeout=60)

    def remove_topic(self, name):
        admin = self.admin()
        admin.delete_topics([name])[name].result(timeout=60)

    def stop(self):
        """A clean stop, as an operator's."""
        self.end(signal.SIGTERM)

    def end(self, how=signal.SIGKILL):
        if self.process and self.process.poll() is None:
            os.kill(self.process.pid, how)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def signal(self, number):
        os.kill(self.process.pid, number)
