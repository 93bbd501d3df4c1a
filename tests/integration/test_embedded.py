"""The broker inside the daemon, as its first reader meets it."""

import os
import re
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DAEMON = Path(os.environ.get("NEWSWATCHD_BUILD", ROOT / "build")).resolve() / "newswatchd"


def address_in(log):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = re.search(r"embedded broker at (\S+), for trying out", log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.02)
    raise AssertionError(log.read_text(encoding="utf-8"))


def test_its_topic_is_there_before_the_first_alert(tmp_path):
    """The log invites to read the topic at once; a consumer does not make one."""
    (tmp_path / "c.conf").write_text(f'state "{tmp_path}/state"; kafka {{ embedded; topic news.early; }}\n', encoding="utf-8")
    (tmp_path / "state").mkdir()
    log = tmp_path / "log"
    with open(log, "wb") as out:
        daemon = subprocess.Popen([DAEMON, "-c", tmp_path / "c.conf"], stderr=out)
    try:
        listed = subprocess.run(["kcat", "-L", "-b", address_in(log)], capture_output=True, text=True, timeout=30).stdout
        assert re.search(r'topic "news\.early" with [1-9]\d* partitions', listed), listed
    finally:
        daemon.terminate()
        assert daemon.wait(30) == 0
