"""The tables of tests/conformance once more, through newswatchctl try: from the bytes of a feed to the JSON that programs read."""
import html
import json
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
CTL = pathlib.Path(os.environ.get("NEWSWATCHD_BUILD", ROOT / "build")) / "newswatchctl"
TABLES = ["grammar", "terms", "words", "folding", "sentences", "owes", "html"]
PARTS = {"title": "title", "summary": "summary", "url": "url", "lang": "language"}
FIELDS = {"content_text": "content", "tags": "category", "authors": "author"}
HEAD = """state "/nonexistent"; kafka { embedded; }
outlet tass { feed world "https://tass.example/"; country RU; }
list iran = Iran | Tehran | Тегеран*;
list talks = talks | Gipfel | "peace talk*" | 'SALT' | $iran;
"""


def plain(text):
    return re.sub(r"\\u\{(\w+)\}", lambda m: chr(int(m[1], 16)), text).replace("\\n", "\n")


def is_mistake(row):
    return row[2].startswith("error ") and not row[0].startswith(("list ", "score ", "match "))


def sections(wanted=lambda row: True):
    for table in TABLES:
        text = (ROOT / "tests/conformance" / f"{table}.txt").read_text()
        for section in text.split("## ")[1:]:
            title, *rows = section.strip().splitlines()
            rows = [[column.strip() for column in row.split(" · ", 3)] for row in rows if row]
            if any(map(wanted, rows)):
                yield pytest.param(table, rows, id=f"{table}: {title[:60]}")


def item_of(number, table, text):
    """As JSON Feed has it; None where the row asks for an outlet, which a feed alone does not name."""
    item = {"id": str(number)}
    pieces = re.split(r"\[(title|summary|content|author|category|url|lang|outlet|feed|country|outlet's lang)\] ", text)
    for part, value in zip(["content", *pieces[1::2]], pieces[::2]):
        value = plain(value.strip())
        if part in PARTS:
            item[PARTS[part]] = value
        elif part == "author":
            item.setdefault("authors", []).append({"name": value})
        elif part == "category":
            item.setdefault("tags", []).append(value)
        elif part == "content" and (table == "html" or "\n" in value):
            item["content_html"] = value if table == "html" else "<p>%s</p>" % html.escape(value).replace("\n\n", "</p><p>").replace("\n", "<br>")
        elif part == "content":
            item["content_text"] = value
        else:
            return None
    return item


def rule_of(number, rule):
    body = plain(rule) if rule.startswith(("match ", "score ")) else f"match\n{plain(rule)}\n;"
    return f"rule r{number} {{ {body} }}\n"


def mentions_of(line):
    said = []
    for term in line["terms"]:
        member, *index = term["field"].strip("/").split("/")[:2]
        text = "" if term["text"] == term["term"] else "=" + term["text"]
        said.append(f"{term['term']}{text}@{FIELDS.get(member, member)}{''.join(index)}:{term['start']}-{term['end']}")
    if "score" in line:
        said.append(f"score {line['score']}")
    return ", ".join(said)


def try_(tmp_path, conf, items):
    (tmp_path / "conf").write_text(conf)
    (tmp_path / "feed").write_text(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": items}))
    return subprocess.run([CTL, "try", "-c", tmp_path / "conf", "--json", tmp_path / "feed"], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("table, rows", sections())
def test_each_row_holds_from_a_feed_to_json(tmp_path, table, rows):
    rules, items, wants = "", [], {}
    for number, (rule, text, want, _) in enumerate(rows):
        item = item_of(number, table, text)
        if not item or want.startswith("error ") or text == "–" or rule.startswith("list "):
            continue
        rules += rule_of(number, rule)
        items.append(item)
        wants[str(number)] = want
    wrong = []
    if items:
        result = try_(tmp_path, HEAD + rules, items)
        assert result.returncode in (0, 1), result.stderr
        lines = [line for line in map(json.loads, result.stdout.splitlines()) if line["rule"] == f"r{line['item']}"]
        assert len(lines) == len(wants)
        for line in lines:
            want, row = plain(wants[line["item"]]), rows[int(line["item"])]
            if line["hit"] == (want == "miss") or (want.startswith("hit: ") and mentions_of(line) != want[5:]):
                wrong.append((row, line))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("table, rows", sections(is_mistake))
def test_a_mistake_is_told_at_its_place(tmp_path, table, rows):
    for rule, _, want, why in list(filter(is_mistake, rows))[:3]:
        column, message = plain(want[6:]).split(": ", 1)
        result = try_(tmp_path, HEAD + rule_of(0, rule), [])
        assert result.returncode == 2, (rule, why)
        assert f"conf:6:{column}: error: " in result.stderr and message in result.stderr, (rule, result.stderr)
