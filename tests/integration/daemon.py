"""The built daemon: its configuration, its life, its log, what it tells systemd."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading

import broker
import processes
import record

BUILD = pathlib.Path(os.environ.get("NEWSWATCHD_BUILD", broker.ROOT / "build"))
PROGRAM = BUILD / "newswatchd"
SANITIZER = re.compile(r"(Address|Leak|UndefinedBehavior)Sanitizer|runtime error:")

# Quick polls, for tests: an operator's are minutes.
QUICK = "poll { interval 100ms; timeout 10s; }"


def configuration(sink, feeds, rules="rule storm { match storm; }", poll=QUICK, top=""):
    """`sink`: what stands in the kafka block. `feeds`: outlet id -> a URL, or the text of its block."""
    outlets = "".join("outlet %s { %s }\n" % (name, feed if ";" in feed else f'feed "{feed}";') for name, feed in feeds.items())
    return f"instance test;\n{top}\nkafka {{ {sink} }}\n{poll}\n{outlets}{rules}\n"


class Daemon:
    def __init__(self, folder):
        self.folder = folder
        self.program = PROGRAM
        self.path = folder / "newswatchd.conf"
        self.state = folder / "state"
        self.process = None
        self.log = self.told = self.out = None
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(str(folder / "notify"))
        threading.Thread(target=self.listen, daemon=True).start()

    def write(self, text):
        self.path.write_text(text)

    def environment(self, given):
        known = {"PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LANG"}
        inherited = {name: value for name, value in os.environ.items() if name in known}
        return {**inherited, "STATE_DIRECTORY": str(self.state), "NOTIFY_SOCKET": str(self.folder / "notify"), **given}

    def command(self, *arguments):
        return [str(self.program), "-c", str(self.path), *arguments]

    def run(self, *arguments, limit=None, **environment):
        """To its end: for --once, -t, -T, and starts that fail."""
        process = processes.start(self.command(*arguments), limit, env=self.environment(environment), text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(timeout=3 * record.DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert not SANITIZER.search(err), err
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    # ---- As a service ----

    def start(self, conf=None, *arguments, ready=True, limit=None, **environment):
        if conf:
            self.write(conf)
        self.log, self.told, self.out = record.Record("log"), record.Record("told to systemd"), record.Record("stdout")
        self.process = processes.start(self.command(*arguments), limit, env=self.environment(environment), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
        self.readers = [threading.Thread(target=self.read, args=pair, daemon=True)
                        for pair in ((self.process.stderr, self.log), (self.process.stdout, self.out))]
        for reader in self.readers:
            reader.start()
        if ready:
            self.wait_told("READY=1")
        return self

    @staticmethod
    def read(stream, to):
        with stream:
            for line in stream:
                to.add(line.rstrip("\n"))
        to.touch()

    def listen(self):
        while data := self.notify.recv(65536):
            if self.told is not None:
                self.told.add(data.decode())

    def wait_told(self, line):
        """Wait until systemd was told a message with this line; the message."""
        return self.told.wait(line, lambda messages: next((m for m in messages if line in m.split("\n")), None))

    def wait_log(self, pattern, after=0):
        """Wait for a line of the log that matches; the match."""
        return self.log.wait(f"the line /{pattern}/", lambda lines: next((m for l in lines[after:] if (m := re.search(pattern, l))), None))

    def lines(self, pattern):
        return [line for line in self.log.all() if re.search(pattern, line)]

    def signal(self, number):
        os.kill(self.process.pid, number)

    def reload(self, conf):
        """HUP, and wait until it is over; the log's lines of it."""
        self.write(conf)
        told, logged = len(self.told), len(self.log)
        self.signal(signal.SIGHUP)
        self.told.wait("the end of the reload", lambda messages: "READY=1" in "\n".join(messages[told:]).split("\n"))
        self.wait_log("reloaded", logged)
        return self.log.all()[logged:]

    def wait_end(self, seconds=2 * record.DEADLINE):
        """Its exit status. A report of a sanitizer fails the test."""
        status = self.process.wait(seconds)
        for reader in self.readers:
            reader.join(record.DEADLINE)
        text = "\n".join(self.log.all())
        assert not SANITIZER.search(text), text
        self.process = None
        return status

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait_end()

    def kill(self):
        """As a crash: without any notice."""
        self.process.kill()
        self.wait_end()

    def end(self):
        """At the end of a test: it must stop well."""
        try:
            if self.process:
                status = self.stop()
                assert status == 0, "\n".join(self.log.all())
        finally:
            if self.process:
                self.process.kill()
            self.notify.close()
