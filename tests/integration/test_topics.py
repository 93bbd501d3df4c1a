"""The shipped rules over stories in fifteen languages: what they must find, and near misses that they must refuse.

The rows are in tests/data/topics, a file for each rule. All rules hear each story, so a story of one topic is a near miss of
the others."""

import json
import os
import subprocess
from collections import Counter, namedtuple
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("NEWSWATCHD_BUILD", ROOT / "build")).resolve()
CONF = ROOT / "conf/newswatchd.conf"
TOPICS = ["alaska-talks", "belt-and-road", "jcpoa"]
LANGUAGES = "en ru zh ar fa ja ko de fr es pt tr id ur hi".split()

Row = namedtuple("Row", "line language hit title text why")


def rows_of(topic):
    rows = []
    for number, line in enumerate((ROOT / f"tests/data/topics/{topic}.txt").read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            language, want, title, text, why = line.split(" | ")
            assert want in ("hit", "miss"), f"line {number}"
            rows.append(Row(number, language, want == "hit", title, text, why))
    return rows


@pytest.fixture(scope="module")
def found():
    """(topic, line) -> the rules that hit, the terms of each."""
    items = [{"id": f"{topic} {r.line}", "language": r.language, "title": r.title, "content_text": r.text}
             for topic in TOPICS for r in rows_of(topic)]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Stories", "items": items})
    done = subprocess.run([BUILD / "newswatchctl", "try", "--json", "-c", CONF, "-"], input=feed.encode(), capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    hits = {item["id"]: {} for item in items}
    for record in map(json.loads, done.stdout.decode("utf-8").splitlines()):
        if record["hit"]:
            hits[record["item"]][record["rule"]] = [term["text"] for term in record["terms"]]
    return hits


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_finds_its_stories_and_refuses_near_misses(found, topic, language):
    wrong = []
    for r in rows_of(topic):
        hits = found[f"{topic} {r.line}"]
        if r.language == language and set(hits) != ({topic} if r.hit else set()):
            wrong.append(f"{topic}.txt:{r.line}: wants a {'hit' if r.hit else 'miss'}, hits are {hits or 'none'}\n  {r.title} | {r.text}\n  because: {r.why}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_language_has_three_hits_and_two_near_misses(topic):
    count = Counter((r.language, r.hit) for r in rows_of(topic))
    assert {language for language, _ in count} == set(LANGUAGES)
    assert not [language for language in LANGUAGES if count[language, True] < 3 or count[language, False] < 2]


def test_the_shipped_rules_give_no_warning():
    done = subprocess.run([BUILD / "newswatchd", "-t", "-c", CONF], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if "warning" in line] == [f"warning: {CONF}: no feed is watched"]
