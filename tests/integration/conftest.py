import itertools
import re
import time

import pytest

import alerts
import broker
import daemon as daemons
import web as webs

figures = []
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory):
    node = broker.Broker(tmp_path_factory.mktemp("kafka"))
    node.start()
    yield node
    node.end()


class Topic:
    """A topic of a test's own. At the test's end every message of it is read, and so held against the contract."""

    def __init__(self, kafka, name):
        self.kafka, self.name, self.reader = kafka, name, None

    @property
    def sink(self):
        return f'brokers "{self.kafka.address}"; topic {self.name};'

    def __getattr__(self, name):  # read, rest, wait
        if not self.reader:
            self.reader = alerts.Reader(self.kafka.address, self.name)
        return getattr(self.reader, name)


@pytest.fixture
def make_topic(kafka, request):
    made = []

    def make(**config):
        name = "%s.%d" % (re.sub(r"[^A-Za-z0-9]+", "-", request.node.name)[:80].strip("-"), next(numbers))
        kafka.make_topic(name, **config)
        made.append(Topic(kafka, name))
        return made[-1]
    yield make
    for topic in made:
        topic.rest()
        topic.reader.close()


@pytest.fixture
def topic(make_topic):
    return make_topic()


@pytest.fixture
def web():
    server = webs.Web()
    yield server
    server.close()


@pytest.fixture
def site(web):
    return web.site()


@pytest.fixture
def daemon(tmp_path, web):  # the server must outlive it
    instance = daemons.Daemon(tmp_path)
    yield instance
    instance.end()


@pytest.fixture
def figure():
    """A line that the run prints at its end."""
    return figures.append


def pytest_terminal_summary(terminalreporter):
    for line in [*figures, f"{alerts.checked} alerts were held against the schema"]:
        terminalreporter.write_line(f"figure: {line}")
