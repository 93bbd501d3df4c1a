#!/usr/bin/python3
"""Make entities.inc: HTML's named character references as a hash table with open addressing, for entity.c.

    entities.py > entities.inc

The names are those of WHATWG HTML 13.5, which Python carries as html.entities.html5.
"""
from html.entities import html5

SLOTS = 4096  # as ENTITY_SLOTS in entity.c


def slot(name):
    """As entity.c's: FNV-1a, folded."""
    h = 0x811C9DC5
    for byte in name.encode():
        h = (h ^ byte) * 0x01000193 & 0xFFFFFFFF
    return (h ^ h >> 16) % SLOTS


def main():
    table = [None] * SLOTS
    for name in sorted({n.rstrip(";") for n in html5}):
        i = slot(name)
        while table[i]:
            i = (i + 1) % SLOTS
        utf8 = html5[name + ";"].encode()
        bare = "true" if name in html5 else "false"
        table[i] = f'[{i}]={{"{name}",{len(name)},{bare},{len(utf8)},"' + "".join(f"\\{b:03o}" for b in utf8) + '"},'
    print("/* Made by entities.py; do not edit. */")
    line = ""
    for entry in filter(None, table):
        if len(line) + len(entry) > 139:
            print(line.rstrip())
            line = ""
        line += entry + " "
    print(line.rstrip())


main()
