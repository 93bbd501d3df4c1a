#!/usr/bin/python3
"""peer.py feedparser|fastfeedparser: speaks as bench_parse does. Ends with status 3 where the module is not installed."""
import importlib
import importlib.metadata
import sys
import time

LEAST = 4_000_000  # ns, as bench_parse's


def measure(read, body):
    spent, times, items = 0, 0, 0
    while spent < LEAST:
        began = time.process_time_ns()
        items = read(body)
        spent += time.process_time_ns() - began
        times += 1
    return f"{spent / 1e9 / times:.9f} {len(body)} {items}"


def main():
    try:
        module = importlib.import_module(sys.argv[1])
    except ImportError:
        sys.exit(3)
    print(importlib.metadata.version(sys.argv[1]), flush=True)
    for line in sys.stdin:
        with open(line.rstrip("\n"), "rb") as file:
            body = file.read()
        try:
            print(measure(lambda b: len(module.parse(b).entries), body), flush=True)
        except Exception:
            print("rejected", flush=True)


main()
