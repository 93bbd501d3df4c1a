"""The broker of the torture: a door's worth of listeners, its deaths and its stand-stills, and the other program that writes to the same topics."""
import asyncio
import concurrent.futures
import random
import signal
import socket
import threading

import confluent_kafka
import confluent_kafka.admin

import broker

STAND_STILL_MOST = 5  # seconds


def quiet_ports(count, chance):
    """Ports that nobody is given by chance while the broker is away: a client of it could be, and then it could not come back."""
    lowest = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
    found = []
    while len(found) < count:
        port = chance.randrange(10000, lowest)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


class Node(broker.Broker):
    """For each door a listener that tells clients to come through that door."""

    def __init__(self, folder, doors):
        super().__init__(folder)
        self.port, controller, *ports = quiet_ports(2 + len(doors), random.Random())
        self.address = f"127.0.0.1:{self.port}"
        listeners = {"PLAINTEXT": (self.port, self.port), **{f"D{n}": (port, door.port) for n, (port, door) in enumerate(zip(ports, doors))}}
        with open(self.properties, "a") as properties:  # the last one of a name counts
            properties.write("\n".join([
                f"controller.quorum.voters=1@127.0.0.1:{controller}",
                f"listeners=CONTROLLER://127.0.0.1:{controller}," + ",".join(f"{name}://127.0.0.1:{here}" for name, (here, _) in listeners.items()),
                "advertised.listeners=" + ",".join(f"{name}://127.0.0.1:{told}" for name, (_, told) in listeners.items()),
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT," + ",".join(f"{name}:PLAINTEXT" for name in listeners),
                "num.network.threads=1", "num.io.threads=4", ""]))
        for port, door in zip(ports, doors):
            door.target = ("127.0.0.1", port)

    def make_topics(self, partitions):
        """`partitions`: topic -> how many."""
        admin = self.admin()
        made = admin.create_topics([confluent_kafka.admin.NewTopic(topic, count, 1) for topic, count in partitions.items()])
        for each in made.values():
            each.result(timeout=60)


class Outages:
    """All that befalls the broker. What blocks is done on one thread that lives as long as this: its child dies with it."""

    def __init__(self, node, seed, tally, instances):
        self.node, self.tally, self.instances = node, tally, instances
        self.chance = random.Random(f"{seed} broker")
        self.thread = concurrent.futures.ThreadPoolExecutor(1)
        self.calm = False

    async def call(self, function, *arguments):
        return await asyncio.get_running_loop().run_in_executor(self.thread, function, *arguments)

    def say(self, what):
        self.tally.note("broker", what)

    async def run(self, kills_most):
        """Kills up to so many; stand-stills between them."""
        while not self.calm:
            await asyncio.sleep(self.chance.uniform(0.3, 4))
            if self.calm:
                return
            if self.chance.random() < 0.3 or self.tally.broker_kills >= kills_most:
                await self.stand_still()
            else:
                await self.die()

    async def die(self):
        self.say("killed")
        await self.call(self.node.end, signal.SIGKILL)
        self.tally.broker_kills += 1
        await asyncio.sleep(self.chance.choice((0, 0, self.chance.uniform(0, 4))))
        await self.call(self.node.start)
        self.say("is back")

    async def stand_still(self):
        """It holds requests in its sockets while those who sent them are killed and begin anew."""
        self.tally.count(self.tally.outages, "stopped broker")
        self.say("stands still")
        self.node.signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(self.chance.uniform(0.05, 1))
            for instance in self.chance.sample(self.instances, max(1, len(self.instances) // 3)):
                instance.wanted_dead.set()
            await asyncio.sleep(self.chance.uniform(0, STAND_STILL_MOST))
        finally:
            self.node.signal(signal.SIGCONT)
        self.say("goes on")

    def close(self):
        self.node.end()
        self.thread.shutdown()


class Foreigner:
    """Another program that writes to the same topics, and anything at all."""

    def __init__(self, address, topics, seed):
        self.chance = random.Random(f"{seed} foreigner")
        self.topics = topics
        self.written = 0
        self.over = threading.Event()
        self.producer = confluent_kafka.Producer({"bootstrap.servers": address, "log_level": 0, "broker.address.family": "v4",
                                                  "reconnect.backoff.ms": 50, "reconnect.backoff.max.ms": 500, "linger.ms": 5})
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def message(self):
        """(key, value, headers)"""
        chance = self.chance
        noise = chance.randbytes(chance.choice((0, 10, 500, 20000)))
        event = chance.randbytes(16).hex()
        return chance.choice((
            (None, noise, []),
            (b"t0-a", None, []),
            (noise[:20], noise, [("ce_id", noise[:200])]),
            (b"t0-a", b"{}", [("ce_id", event.encode()), ("ce_id", None)]),
            (b"t0-b", b'{"id": 17', [("content-type", b"application/cloudevents+json")]),
            (b"t0-b", b'{"id":"%s","id":["x"]}' % event.encode(), [("content-type", b"application/cloudevents+json; charset=UTF-8")]),
            (None, b"[" * 3000, [("content-type", b"application/cloudevents+json; charset=UTF-8")])))

    def run(self):
        while not self.over.wait(self.chance.expovariate(8)):
            for _ in range(self.chance.choice((1, 1, 5, 60))):
                key, value, headers = self.message()
                try:
                    self.producer.produce(self.chance.choice(self.topics), value, key, headers=[*headers, ("writer", b"foreign")])
                    self.written += 1
                except BufferError:
                    break
            self.producer.poll(0)

    def end(self):
        self.over.set()
        self.thread.join()
        self.producer.flush(60)
