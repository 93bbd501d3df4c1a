"""What the documents say is so: examples parse, everything that can be written or called is named, the pages format."""
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("NEWSWATCHD_BUILD", ROOT / "build")).resolve()
MAN = ROOT / "daemon/man"
PAGES = sorted(MAN.glob("*.[1578]"))
KAFKA = "kafka { embedded; }\n"


def plain(roff):
    """The text of a literal display."""
    for escape, text in ((r"\(aq", "'"), (r"\(dq", '"'), (r"\(ti", "~"), (r"\(ha", "^"), (r"\-", "-"), (r"\&", ""), (r"\e", "\\")):
        roff = roff.replace(escape, text)
    return roff


def examples():
    """All configurations shown, each with its place: a whole one, or a part that needs a kafka block."""
    display = re.compile(r'^\.\\" (A configuration|A part of one):\n\.Bd -literal[^\n]*\n(.*?)^\.Ed$', re.M | re.S)
    fence = re.compile(r"^```conf\n(.*?)^```$", re.M | re.S)
    for page in PAGES:
        for found in display.finditer(page.read_text(encoding="utf-8")):
            yield f"{page.name}:{found.string.count(chr(10), 0, found.start()) + 1}", plain(found[2])
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for found in fence.finditer(readme):
        yield f"README.md:{readme.count(chr(10), 0, found.start()) + 1}", found[1]


def run(*command, **options):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, check=False, **options)


def macros(page, *names):
    """The arguments of the list items that begin with one of these macros."""
    return re.findall(r"^\.It (?:%s) (.*)$" % "|".join(names), (MAN / page).read_text(encoding="utf-8"), re.M)


def test_the_documents_hold_examples():
    assert len(list(examples())) >= 8
    assert {place.split(":")[0] for place, _ in examples()} == {"newswatchd.8", "newswatchd.conf.5", "README.md"}


@pytest.mark.parametrize("text", [pytest.param(text, id=place) for place, text in examples()])
def test_an_example_is_right_and_gives_no_warning(text, tmp_path):
    conf = tmp_path / "example.conf"
    conf.write_text(text if re.search(r"^kafka\b", text, re.M) else KAFKA + text, encoding="utf-8")
    result = run(BUILD / "newswatchd", "-t", "-c", conf)
    assert result.returncode == 0, result.stderr
    # A part may lack what only a whole configuration has.
    warnings = [line for line in result.stderr.splitlines() if "warning:" in line]
    assert [w for w in warnings if not re.search(r": (no feed is watched|there is no rule: nothing will ever be published)$", w)] == [], result.stderr


def directives():
    """What the parser knows, from its tables: the macro that three of them share is one of the lines."""
    source = "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "daemon/conf").glob("*.c")))
    return sorted(set(re.findall(r'\{SV\("([a-z_]+)"\), \w+, (?:true|false)\}', source)))


def test_the_parsers_tables_are_found():
    assert {"include", "interval", "transfers", "brokers", "option", "feed", "country", "match", "threshold"} <= set(directives())


@pytest.mark.parametrize("name", directives())
def test_every_directive_is_described(name):
    assert name in {words.split()[0] for words in macros("newswatchd.conf.5", "Ic")}


def test_every_directive_that_is_described_exists():
    assert {words.split()[0] for words in macros("newswatchd.conf.5", "Ic")} <= set(directives())


@pytest.mark.parametrize("default", ["interval 10m", "min_interval 2m", "max_interval 6h", "timeout 1m", "connect_timeout 15s", "max_size 64m", "max_items 50000", "max_depth 250", "max_text 4m",
                                     "max_attributes 250", "updates off",
                                     "backlog 1d", "transfers 64", "topic news.alerts", "key outlet", "format binary", "drain 10s", "text_limit 256k", "remember 60d", "dead_letter off",
                                     "when_full stop", "window 16m", "max_size 10g"])
def test_a_default_is_as_described(default, tmp_path):
    """What -T prints of a configuration that says nothing is what the page says."""
    (tmp_path / "empty.conf").write_text(KAFKA)
    shown = run(BUILD / "newswatchd", "-T", "-c", tmp_path / "empty.conf").stdout
    assert re.search(r"\b%s;" % re.escape(default), shown), shown
    name, value = default.split()
    text = (MAN / "newswatchd.conf.5").read_text(encoding="utf-8")
    described = [item for item in re.split(r"^\.It ", text, flags=re.M) if item.startswith(f"Ic {name} ")]
    assert any(re.search(r"^Default: %s\b" % re.escape(value), item, re.M) for item in described)


def rendered(page, width):
    """Ragged and without hyphens, so that no word is broken."""
    return run("man", "--warnings", "--nh", "--nj", "-E", "UTF-8", "-l", page,
               env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": width, "MANPAGER": "cat"})


@pytest.mark.parametrize("program, page", [("newswatchd", "newswatchd.8"), ("newswatchctl", "newswatchctl.1")])
def test_every_option_is_described(program, page):
    option = re.compile(r"(?<![\w-])--?[A-Za-z][a-z-]*(?![\w-])")
    options = set(option.findall(run(BUILD / program, "--help").stdout))
    assert len(options) >= 7
    assert options <= set(option.findall(rendered(MAN / page, "120").stdout))


def test_every_header_of_an_alert_is_described():
    source = (ROOT / "daemon/alert/alert.c").read_text(encoding="utf-8")
    headers = set(re.findall(r'add_header\(m, SV\("([a-z_-]+)"\)', source))
    assert len(headers) >= 9
    assert headers <= set(re.findall(r"^\.It ([a-z_-]+)$", (MAN / "newswatchd-alerts.7").read_text(encoding="utf-8"), re.M))


def members(schema):
    """The names of all members that a schema describes, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from members(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from members(part)


def test_every_member_of_an_alert_is_described():
    schema = json.loads((ROOT / "daemon/alert/alert.schema.json").read_text(encoding="utf-8"))
    names = set(members(schema))
    assert len(names) >= 30
    text = plain((MAN / "newswatchd-alerts.7").read_text(encoding="utf-8"))
    assert [name for name in sorted(names) if not re.search(rf'"{name}"', text)] == []


def test_each_page_points_only_to_pages_that_exist():
    ours = {page.name for page in PAGES}
    for page in PAGES:
        for name, section in re.findall(r"^\.Xr (newswatch\S+) (\d)", page.read_text(encoding="utf-8"), re.M):
            assert f"{name}.{section}" in ours, f"{page.name} points to {name}({section})"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("width", ["72", "120"])
def test_a_page_formats_without_a_warning(page, width):
    assert shutil.which("man"), "man-db is missing"
    result = rendered(page, width)
    assert result.returncode == 0 and result.stderr == "", result.stderr
    assert len(result.stdout.splitlines()) > 40
    if shutil.which("mandoc"):
        lint = run("mandoc", "-T", "lint", "-W", "warning", page)
        assert lint.returncode == 0, lint.stdout


def test_the_readme_names_only_files_that_are_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)#:]+)\)", readme)
    assert named and [name for name in named if not (ROOT / name).exists()] == []
