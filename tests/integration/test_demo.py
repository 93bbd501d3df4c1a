"""make demo's script against the build under test: what a newcomer is promised happens."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "tests/demo/demo"


def environment(tmp_path, **more):
    """No locale and a temporary directory of its own, as in a bare container."""
    build = os.environ.get("NEWSWATCHD_BUILD", str(ROOT / "build"))
    keep = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TMPDIR": str(tmp_path), "NEWSWATCHD_BUILD": build, **keep, **more}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    home = tmp_path_factory.mktemp("demo")
    began = time.monotonic()
    done = subprocess.run([DEMO], env=environment(home), stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    took = time.monotonic() - began
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert done.stderr == b""
    assert took < 60
    assert list(home.iterdir()) == [], "it leaves nothing behind"
    return done.stdout.decode("utf-8")


def alerts_in(text):
    """(rule, link) of each alert."""
    return re.findall(r"^  \d\d:\d\d:\d\d  .*?  ([a-z-]+)\n(?: {12}.*\n)+? {12}(https://\S+)\n", text, re.M)


def test_each_rule_gives_its_alerts_in_every_language_once(shown):
    found = alerts_in(shown)
    links = [link for _, link in found]
    assert len(links) == len(set(links)) == 10
    assert ("alaska-talks", "https://harbour-times.example/anchorage") in found
    assert ("alaska-talks", "https://vestnik-zaliva.example/povestka") in found
    assert ("alaska-talks", "https://east-observer.example/arrival") in found
    assert ("jcpoa", "https://delta-courier.example/inspectors") in found
    assert ("jcpoa", "https://vestnik-zaliva.example/sdelka") in found
    assert ("belt-and-road", "https://east-observer.example/port") in found
    assert ("belt-and-road", "https://al-marfa.example/quay") in found
    assert ("belt-and-road", "https://rheinblatt.example/hafen") in found
    assert ("belt-and-road", "https://jakarta-ledger.example/bridge") in found


def test_the_terms_are_marked_in_their_script(shown):
    for term in ("[Anchorage]", "[Аляске]", "[一带一路]", "[الحزام والطريق]", "[Neue Seidenstraße]"):
        assert term in shown
    assert "\033" not in shown, "no colours where there is no terminal"


def test_a_story_that_breaks_arrives_after_it_was_announced(shown):
    announced, arrived = shown.index("A story breaks"), shown.index("https://delta-courier.example/midnight")
    assert announced < arrived
    assert all(shown.index(link) < announced for _, link in alerts_in(shown) if not link.endswith("/midnight"))


def test_near_misses_are_named_and_give_no_alert(shown):
    links = [link for _, link in alerts_in(shown)]
    for name, title in (("pilots", "Alaska Airlines"), ("bank", "Bank BRI"), ("cyclist", "a belt and a road"), ("spring", "春天的路")):
        assert title in shown
        assert not any(link.endswith(f"/{name}") for link in links)


def test_polls_of_what_has_not_changed_are_answered_by_304(shown):
    fetched, unchanged = map(int, re.search(r"(\d+) × 200 with a body, (\d+) × 304 Not Modified", shown).groups())
    assert fetched == 8, "each feed once, and the one that changed again"
    assert unchanged >= 7


def test_it_shows_the_command_that_reads_the_topic(shown):
    assert re.search(r"kcat -C .*-b 127\.0\.0\.1:\d+ -t news\.alerts", shown)


def test_three_programs_of_others_read_the_same_from_a_real_kafka(shown):
    _, kafka = shown.split("The same stories once more")
    assert re.search(r"kcat: 10 alerts\n +kcat -C .*-b 127\.0\.0\.1:\d+", kafka)
    assert re.search(r"console consumer: 10 alerts\n +kafka-console-consumer\.sh --bootstrap-server", kafka)
    read = re.findall(r"^  ([0-9a-f]{8})…  ([a-z-]+) +([a-z-]+)$", kafka, re.M)
    assert len(read) == len(set(read)) == 10
    assert {(outlet, rule) for _, outlet, rule in read} == {(re.match(r"https://([a-z-]+)", link)[1], rule) for rule, link in alerts_in(shown)}
    assert any(id == re.search(r"ce_id: ([0-9a-f]{8})[0-9a-f]{24}\n", kafka)[1] for id, _, _ in read)
    assert "Three readers, the same 10 alerts, each once." in kafka


def test_alerts_wait_for_a_missing_topic_and_newswatchctl_says_why(shown):
    _, kafka = shown.split("The same stories once more")
    waits, delivered = kafka.split("Now the topic news.alerts is made.")
    assert len(re.findall(r"^ +\d+  .*  news\.alerts  waits: .*topic.*$", waits, re.M)) == 3
    assert re.search(r"^ +so far +10 delivered, 0 dropped, 0 possibly doubled, 0 dead letters$", delivered, re.M)


def members_of(group):
    """Processes of a process group that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


@pytest.mark.parametrize("when, number", [("kcat", signal.SIGINT), ("kcat", signal.SIGTERM), ("The same stories once more", signal.SIGINT)])
def test_an_interrupt_leaves_no_process_and_no_file(tmp_path, when, number):
    demo = subprocess.Popen([DEMO], env=environment(tmp_path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
    try:
        for line in demo.stdout:
            if when.encode() in line:
                break
        assert len(members_of(demo.pid)) >= 2
        os.killpg(demo.pid, number) if number == signal.SIGINT else demo.send_signal(number)
        demo.stdout.read()
        assert demo.wait(30) == 128 + number
        assert members_of(demo.pid) == []
        assert list(tmp_path.iterdir()) == []
    finally:
        for pid in members_of(demo.pid):
            os.kill(int(pid), signal.SIGKILL)


def test_a_daemon_that_fails_is_told_with_its_log(tmp_path):
    build = tmp_path / "build"
    build.mkdir()
    (build / "newswatchd").write_text("#!/bin/sh\necho 'the disk is on fire' >&2\nexit 5\n")
    (build / "newswatchd").chmod(0o755)
    (build / "newswatchctl").symlink_to(Path(environment(tmp_path)["NEWSWATCHD_BUILD"]) / "newswatchctl")
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run([DEMO], env=environment(home, NEWSWATCHD_BUILD=str(build)), capture_output=True, timeout=60)
    assert done.returncode == 1
    assert b"exit status 5" in done.stderr and b"the disk is on fire" in done.stderr
    assert list(home.iterdir()) == []
