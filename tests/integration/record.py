"""A list that other threads add to, and that a test can wait on: no test sleeps, each waits for what it needs."""
import os
import threading
import time

DEADLINE = int(os.environ.get("DEADLINE", 40))  # seconds; generous, for a loaded machine: no timing decides a test


class Record:
    def __init__(self, name):
        self.name = name
        self.entries = []
        self.changed = threading.Condition()

    def add(self, entry):
        with self.changed:
            self.entries.append(entry)
            self.changed.notify_all()

    def touch(self):
        """Something else that is waited for may have changed."""
        with self.changed:
            self.changed.notify_all()

    def all(self):
        with self.changed:
            return list(self.entries)

    def __len__(self):
        return len(self.entries)

    def wait(self, what, found, seconds=DEADLINE):
        """What `found(entries)` returns, as soon as it is true."""
        until = time.monotonic() + seconds
        with self.changed:
            while not (result := found(self.entries)):
                left = until - time.monotonic()
                if left <= 0:
                    shown = "\n".join(f"    {entry}" for entry in self.entries[-60:])
                    raise AssertionError(f"{self.name}: waited {seconds} s in vain for {what}; the last of {len(self.entries)}:\n{shown}")
                self.changed.wait(left)
            return result
