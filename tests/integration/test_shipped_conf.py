"""The configuration that is installed: right as it is, complete, and true about its defaults."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAEMON = Path(os.environ.get("NEWSWATCHD_BUILD", ROOT / "build")).resolve() / "newswatchd"
CONF = ROOT / "conf/newswatchd.conf"

WITHOUT_DEFAULT = {"instance", "state", "embedded", "file", "option", "user_agent", "control", "password_file"}  # or with one that depends on the place and time


def run(*arguments):
    return subprocess.run([DAEMON, *arguments], capture_output=True, text=True, timeout=30)


def effective(path):
    done = run("-T", "-c", path)
    assert done.returncode == 0, done.stderr
    return done.stdout


def write_in_effect(tmp_path, line_to_line):
    """The shipped file beside its rules, each line as `line_to_line` says."""
    for name in ("rules.d", "outlets.d"):
        if not (tmp_path / name).exists():
            (tmp_path / name).symlink_to(ROOT / "conf" / name)
    path = tmp_path / "newswatchd.conf"
    path.write_text("".join(line_to_line(line) for line in CONF.read_text(encoding="utf-8").splitlines(keepends=True)), encoding="utf-8")
    return path


COMMENTED = re.compile(r"^( *)#([a-z_]+)( [^;]*)?;")


def test_is_right_as_it_is_and_asks_nobody():
    done = run("-t", "-c", CONF)
    assert done.returncode == 0
    assert "is right: 0 feeds of 0 outlets, 3 rules" in done.stderr


def test_the_defaults_that_it_tells_are_those_in_effect(tmp_path):
    taken = set()

    def uncomment(line):
        m = COMMENTED.match(line)
        if not m or m[2] in WITHOUT_DEFAULT:
            return line
        taken.add(m[2])
        return line.replace("#", "", 1)

    assert effective(write_in_effect(tmp_path, uncomment)) == effective(CONF)
    assert {"text_limit", "topic", "key", "format", "drain", "interval", "timeout", "max_size", "backlog", "transfers"} <= taken


def test_what_it_shows_without_a_default_is_right_too(tmp_path):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=newswatchd",
                    "-keyout", tmp_path / "kafka.key", "-out", tmp_path / "kafka.pem"], check=True, capture_output=True)

    shutil.copy(tmp_path / "kafka.pem", tmp_path / "ca.pem")
    (tmp_path / "kafka.password").write_text("wonderful\n")
    (tmp_path / "kafka.key.password").write_text("marvellous\n")

    def uncomment(line):
        m = COMMENTED.match(line)
        wanted = m and m[2] in ("instance", "state", "option", "user_agent", "control", "password_file")
        return re.sub(r'"/[^"]*/(kafka\.\w+|ca\.pem)"', rf'"{tmp_path}/\1"', line.replace("#", "", 1)) if wanted else line

    shown = effective(write_in_effect(tmp_path, uncomment))
    assert 'instance "newsdesk-1";' in shown and 'state "/var/lib/newswatchd";' in shown
    assert 'option sasl.username "newswatchd";' in shown and f'password_file "{tmp_path}/kafka.password";' in shown
    assert f'option ssl.key.password file "{tmp_path}/kafka.key.password";' in shown and 'control "/run/newswatchd/control";' in shown
    assert "wonderful" not in shown and "marvellous" not in shown
    assert 'user_agent "newswatchd/' in shown


@pytest.mark.parametrize("sink", ["embedded", "file"])
def test_each_sink_that_it_shows_can_take_the_place_of_brokers(tmp_path, sink):
    def swap(line):
        m = COMMENTED.match(line)
        return "" if line.lstrip().startswith("brokers ") else line.replace("#", "", 1) if m and m[2] == sink else line

    assert f"    {sink}" in effective(write_in_effect(tmp_path, swap))


def test_it_shows_every_directive():
    """Those of blocks that the file itself holds; outlets and rules have their examples beside it."""
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "daemon/conf").glob("*.c"))
    known = set(re.findall(r'\{SV\("([a-z_]+)"\), \w+, (?:true|false)\}', source))
    assert {"include", "brokers", "transfers", "score"} <= known, "the tables of directives look different now"
    text = "".join(p.read_text(encoding="utf-8") for p in [CONF, *CONF.parent.glob("outlets.d/*"), *CONF.parent.glob("rules.d/*")])
    rare = {"topic", "labels", "lang", "outlets", "score", "threshold"}  # of rules: the manual's matter
    missing = {name for name in known - rare if not re.search(rf"^[ #]*{name}[ ;]|[{{;] *{name} ", text, re.M)}
    assert not missing


def test_the_example_outlets_are_right_once_they_are_uncommented(tmp_path):
    text = (ROOT / "conf/outlets.d/example.conf").read_text(encoding="utf-8")
    code = "".join(line[1:] for line in text.splitlines(keepends=True) if re.match(r"#( {4}|outlet|\})", line))
    (tmp_path / "c.conf").write_text("kafka { embedded; }\n" + code, encoding="utf-8")
    done = run("-T", "-c", tmp_path / "c.conf")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n    feed ") == 4
    assert "secret" not in done.stdout
    assert all(host.endswith(".example") for host in re.findall(r'https?://(?:[^/@"]*@)?([^/"]+)', done.stdout)), "nobody real"
