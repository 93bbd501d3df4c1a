"""The build with faults on demand (daemon/base/fault.h): make FAULTS=1."""
import contextlib
import os
import pathlib
import re
import sqlite3

import broker

BUILD = pathlib.Path(os.environ.get("NEWSWATCHD_FAULTS", broker.ROOT / "build" / "faults"))


def program():
    path = BUILD / "newswatchd"
    assert path.exists() and b"NEWSWATCHD_FAULT" in path.read_bytes(), f"{path}: is no build with faults: make FAULTS=1"
    return path


def points():
    """Those that the sources name, so that none is forgotten."""
    text = "".join(path.read_text() for path in sorted((broker.ROOT / "daemon").rglob("*.c")))
    return sorted(set(re.findall(r'FAULT\("([a-z-]+)"\)', text)))


def spans():
    """Each of them, and what a commit is about: a commit that follows one of the store's changes is another point each time."""
    alone = points()
    changes = [point for point in ("added", "removed", "marked", "refused", "dead-letter", "lane-opened", "lane-closed") if point in alone]
    return alone + [f"{change}+{commit}" for change in changes for commit in ("committing", "committed")]


def read_store(state, *questions):
    """The answers of what is committed in a store that may be in use; None: it is not there yet, is being made, or recovered."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{state}/newswatchd.db?mode=ro", uri=True, timeout=0)) as store:
            return [store.execute(question).fetchall() for question in questions]
    except sqlite3.Error:
        return None
