"""One newswatchd of many: its configuration, its lives and deaths, its troubles, its feeds."""
import asyncio
import contextlib
import math
import os
import random
import re
import signal
import socket
import subprocess
import time

import faults
import newsroom
import processes
import proxy

DAY = 86_400_000
CLOCK_MOST = 20 * DAY  # less than what is seen is remembered for: beyond it a feed is a new one, by right
STOP_SECONDS = 40
EXIT_KILLED = -signal.SIGKILL
COMPRESSIONS = ("none", "gzip", "lz4", "snappy")


class Tally:
    """What was done to all of them, and what they did that they must not."""

    def __init__(self, log):
        self.log = log
        self.began = time.monotonic()
        self.kills, self.moments, self.outages = {}, {}, {}
        self.starts = self.alerts = self.broker_kills = 0
        self.complaints = []

    def note(self, who, what):
        self.log.write(f"{time.strftime('%H:%M:%S')} {time.monotonic() - self.began:9.3f} {who}: {what}\n")
        self.log.flush()

    def count(self, counts, what):
        counts[what] = counts.get(what, 0) + 1

    def complain(self, who, what):
        self.note(who, f"COMPLAINT: {what}")
        self.complaints.append(f"{who}: {what}")

    @property
    def killed(self):
        return sum(self.kills.values())


class Instance:
    def __init__(self, folder, number, seed, tally):
        self.name = f"t{number}"
        self.folder = folder / self.name
        self.folder.mkdir()
        self.chance = random.Random(f"{seed} {number}")
        self.program, self.tally, self.points = faults.program(), tally, faults.points()
        self.state, self.conf = self.folder / "state", self.folder / "newswatchd.conf"
        self.clock, self.disk = self.folder / "clock", self.folder / "disk-full"
        self.door = proxy.Door()
        self.topics = {"storm": f"{self.name}.storm", "flood": f"{self.name}.flood", "quake": "shared"}
        self.outlets = [f"{self.name}-{letter}" for letter in "abc"]
        self.feeds = [newsroom.Feed(outlet, name, self.chance, self.topics)
                      for outlet, names in zip(self.outlets, (("main",), ("main", "more"), ("main",))) for name in names]
        self.structured = self.chance.random() < 0.3
        self.process = None
        self.ready = self.stopping = False
        self.ended = asyncio.Event()
        self.wanted_dead = asyncio.Event()
        self.was_full = False  # was the disk full in this life?
        self.calm = True

    async def begin(self, first_host):
        """`first_host`: a number that leaves room for its hosts."""
        self.sites = []
        for i, outlet in enumerate(self.outlets):
            host = first_host + i
            site = newsroom.Site(f"127.2.{host // 250}.{host % 250 + 1}", [feed for feed in self.feeds if feed.outlet == outlet])
            self.sites.append(await site.start())
        await self.door.start()
        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.notified.bind(str(self.folder / "notify"))
        asyncio.get_running_loop().add_reader(self.notified, self.hear)

    # ---- Its configuration ----

    def write_conf(self):
        chance = self.chance
        options = {"linger.ms": chance.choice((0, 5, 50)), "compression.type": chance.choice(COMPRESSIONS),
                   "batch.num.messages": chance.choice((1, 10, 10000)), "reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 300,
                   "topic.metadata.refresh.interval.ms": 5000}
        outlets = "".join(
            f"outlet {site_outlet} {{ " + "".join(f'feed {feed.name} "http://{site.host}/{feed.name}"; ' for feed in site.feeds.values()) + "}\n"
            for site_outlet, site in zip(self.outlets, self.sites))
        rules = "".join(f"rule {word} {{ topic {topic}; match {word}; }}\n" for word, topic in self.topics.items())
        text = (f"instance {self.name};\n"
                f'kafka {{ brokers "127.0.0.1:{self.door.port}"; topic {self.topics["storm"]}; drain 2s;\n'
                f"    format {'structured' if self.structured else 'binary'};\n"
                + "".join(f'    option {name} "{value}";\n' for name, value in options.items()) +
                f"}}\npoll {{ interval {chance.choice((60, 100, 200))}ms; timeout 10s; }}\n{outlets}{rules}")
        new = self.conf.with_suffix(".new")
        new.write_text(text)
        os.replace(new, self.conf)

    # ---- Its life ----

    def say(self, what):
        self.tally.note(self.name, what)

    def hear(self):
        """What it tells systemd: before it is ready, it is not reloaded."""
        with contextlib.suppress(BlockingIOError):
            while told := self.notified.recv(65536):
                self.ready = self.ready or b"READY=1" in told.split(b"\n")

    def start(self, fault=None):
        environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS")}
        environment.update(STATE_DIRECTORY=str(self.state), NEWSWATCHD_CLOCK=str(self.clock), NEWSWATCHD_DISK_FULL=str(self.disk),
                           NOTIFY_SOCKET=str(self.folder / "notify"))
        if fault:
            environment["NEWSWATCHD_FAULT"] = fault
        self.was_full = self.disk.exists()
        self.hear()  # what the last one left
        self.fault = fault
        self.ready = self.stopping = False
        self.ended.clear()
        self.wanted_dead.clear()
        with open(self.folder / "log", "ab") as log:
            self.log_from = log.tell()
            log.write(f"---- {time.monotonic() - self.tally.began:.3f} start, {fault or 'no'} fault\n".encode())
            self.process = processes.start([str(self.program), "-c", str(self.conf)], env=environment, stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log)
        self.tally.starts += 1
        self.say(f"start {self.process.pid}, {fault or 'no'} fault")
        fd = os.pidfd_open(self.process.pid)
        asyncio.get_running_loop().add_reader(fd, self.reap, fd)

    def reap(self, fd):
        asyncio.get_running_loop().remove_reader(fd)
        os.close(fd)
        self.process.wait()
        self.ended.set()

    def signal(self, number):
        if not self.ended.is_set():
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    async def waits(self, event, seconds):
        """Did it happen in that time?"""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(event.wait(), max(seconds, 0))
        return event.is_set()

    async def judge_end(self, how):
        """`how` it was brought about: killed, stopped, stopped and killed, or by itself."""
        await self.ended.wait()
        status = self.process.returncode
        if status == EXIT_KILLED and (self.fault or "killed" in how):
            if how in ("by itself", "stopped"):
                how = f"at {self.fault.split(':')[0].split('+')[-1]}"
            self.tally.count(self.tally.kills, how)
            self.tally.count(self.tally.moments, self.moment())
            self.say(f"dead, {how}")
        elif self.stopping and (status == 0 or (status == -signal.SIGTERM and not self.ready)):
            self.tally.count(self.tally.outages, "stop")
            self.say("stopped")
        elif self.was_full and 0 < status < 10:
            self.say(f"gave up on a full disk: {status}")
            await asyncio.sleep(0.2)
        else:
            self.tally.complain(self.name, f"{how}, it ended with {status}; see {self.folder}/log")

    def draw_fault(self):
        if not self.points or self.chance.random() > 0.5:
            return None
        first = f"{self.chance.choice(self.points)}+" if self.chance.random() < 0.3 else ""
        return f"{first}{self.chance.choice(self.points)}:{int(math.exp(self.chance.uniform(0, 3)))}"

    def draw_life(self):
        """Seconds: dead while it starts, while it reads back, while it delivers."""
        return self.chance.choice((self.chance.uniform(0, 0.3), self.chance.uniform(0.3, 3), self.chance.uniform(2, 9), self.chance.uniform(2, 9)))

    async def lives(self):
        """One life after the other, until the calm."""
        while not self.calm:
            self.start(self.draw_fault())
            death = asyncio.create_task(self.wanted_dead.wait())
            end = asyncio.create_task(self.ended.wait())
            await asyncio.wait({death, end}, timeout=self.draw_life(), return_when=asyncio.FIRST_COMPLETED)
            death.cancel(), end.cancel()
            await self.die()
            if self.chance.random() < 0.3:
                await asyncio.sleep(self.chance.expovariate(2))

    async def die(self):
        how = self.chance.choices(("killed", "stopped", "stopped and killed"), (80, 10, 10))[0]
        if self.ended.is_set():
            how = "by itself"
        elif how == "killed" or self.wanted_dead.is_set():
            how = "killed"
            self.signal(signal.SIGKILL)
        elif how == "stopped":
            await self.stop()
            return
        else:
            self.stopping = True
            self.signal(signal.SIGTERM)
            await self.waits(self.ended, self.chance.uniform(0, 1))
            self.signal(signal.SIGKILL)
        await self.judge_end(how)

    async def stop(self):
        self.stopping = True
        self.signal(signal.SIGTERM)
        if not await self.waits(self.ended, STOP_SECONDS):
            self.tally.complain(self.name, f"does not stop in {STOP_SECONDS} s")
            self.signal(signal.SIGKILL)
        await self.judge_end("stopped")

    # ---- What it said ----

    def log(self):
        """Of this life."""
        with open(self.folder / "log", errors="replace") as log:
            log.seek(self.log_from)
            return log.read()

    def moment(self):
        """In what the kill finds it."""
        if not self.ready:
            return "beginning"
        reading = set()
        for topic, what in re.findall(r"Kafka: topic (\S+?):? (reading back|waiting|asking|is read back|\d+ of its)", self.log()):
            (reading.add if what in ("reading back", "waiting", "asking") else reading.discard)(topic)
        found = faults.read_store(self.state, "SELECT count(*) FROM outbox")
        return "reading back or settling" if reading else "with alerts under way" if found and found[0][0][0] else "at rest"

    def look_for_doubt(self):
        """Nothing that it needs for the read-back was taken from it: there is nothing to doubt."""
        for line in (self.folder / "log").read_text(errors="replace").splitlines():
            if "may come a second time" in line:
                self.tally.complain(self.name, f"doubts without a reason: {line}")

    # ---- Its troubles ----

    async def troubles(self):
        chance, door = self.chance, self.door
        while not self.calm:
            await asyncio.sleep(chance.expovariate(0.5))
            name = chance.choice(("cut", "refuse", "delay", "stall", "swallow", "swallow", "full disk", "clock", "reload", "reload"))
            if self.calm:
                return
            self.tally.count(self.tally.outages, name)
            door.resets = chance.random() < 0.5
            self.say(name)
            if name == "cut":
                door.cut()
            elif name == "refuse":
                with door.refuses():
                    await asyncio.sleep(chance.uniform(0.1, 3))
            elif name == "delay":
                with door.delays(chance.uniform(0.02, 0.7)):
                    await asyncio.sleep(chance.uniform(1, 4))
            elif name == "stall":
                with door.stalls():
                    await asyncio.sleep(chance.uniform(0.2, 4))
                    await self.die_perhaps()
            elif name == "swallow":
                with door.swallows():
                    await asyncio.sleep(chance.uniform(0.05, 2))
                    await self.die_perhaps()
            elif name == "full disk":
                await self.fill_disk(chance.uniform(0.2, 4))
            elif name == "clock":
                self.set_clock(chance.randint(-CLOCK_MOST, CLOCK_MOST) if chance.random() < 0.5 else chance.randint(-60_000, 60_000))
            else:
                self.write_conf()
                if self.ready:
                    self.signal(signal.SIGHUP)

    async def die_perhaps(self):
        """In the middle of it."""
        if self.chance.random() < 0.6:
            self.wanted_dead.set()
            await asyncio.sleep(self.chance.uniform(0, 0.5))

    async def fill_disk(self, seconds):
        self.was_full = True
        self.disk.touch()
        await asyncio.sleep(seconds)
        self.disk.unlink()

    def set_clock(self, ms):
        new = self.clock.with_suffix(".new")
        new.write_text(f"{ms}\n")
        os.replace(new, self.clock)

    # ---- Its feeds ----

    async def gain(self):
        while not self.calm:
            await asyncio.sleep(self.chance.expovariate(3))
            self.tally.alerts += self.chance.choice(self.feeds).gain(self.chance.choice((1, 1, 2, 3, 20)))

    def learn(self):
        """Its feeds drop what its store holds."""
        found = faults.read_store(self.state, "SELECT id, etag FROM feed WHERE etag NOT NULL")
        etags = dict(found[0]) if found else {}
        for feed in self.feeds:
            if feed.id in etags:
                feed.confirm(int(etags[feed.id].strip(b'"')))

    async def watch_store(self):
        while not self.calm:
            self.learn()
            await asyncio.sleep(0.2)

    # ---- Its beginning and its end ----

    async def settle_in(self, seconds):
        """A feed's first poll is another thing: it is over, and stored, when this is."""
        self.write_conf()
        self.start()
        until = time.monotonic() + seconds
        while any(feed.confirmed == 0 for feed in self.feeds):
            assert not self.ended.is_set() and time.monotonic() < until, f"{self.name} does not poll; see {self.folder}/log"
            await asyncio.sleep(0.05)
            self.learn()
        self.signal(signal.SIGKILL)
        await self.judge_end("killed")
        self.calm = False

    def waiting(self):
        """What keeps it from being done, or None."""
        self.learn()
        behind = sum(feed.unconfirmed for feed in self.feeds)
        found = faults.read_store(self.state, "SELECT count(*), count(refused) FROM outbox")
        waiting, refused = found[0][0] if found else (None, None)
        if waiting == 0 and not behind:
            return None
        return f"{behind} stories are not stored, {waiting} alerts wait, {refused} of them refused"

    async def finish(self, seconds):
        """Everything is healed: it must come to rest by itself."""
        self.start()
        until = time.monotonic() + seconds
        why = "it has not begun"
        while why and time.monotonic() < until and not self.ended.is_set():
            await asyncio.sleep(0.1)
            why = self.waiting()
        if why:
            self.tally.complain(self.name, f"is not done {seconds} s after all was healed: {why}; see {self.folder}/log")
        await self.stop()
        self.look_for_doubt()

    def close(self):
        if self.process:
            self.signal(signal.SIGKILL)
        for site in self.sites:
            site.close()
        self.door.close()
        self.notified.close()

    def expected(self):
        """As the judge wants it."""
        return {(topic, feed.outlet, feed.id): numbers for feed in self.feeds for topic, numbers in feed.expected().items()}
