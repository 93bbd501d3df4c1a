"""newswatchd -t and -T, driven from outside: exit statuses, what is said where, and that what -T prints means the same."""

import os
import pathlib
import subprocess

import pytest

PROGRAM = pathlib.Path(os.environ.get("NEWSWATCHD_BUILD", "build")).resolve() / "newswatchd"

GOOD = """\
state "/nowhere";
kafka { brokers "127.0.0.1:1"; option compression.type zstd; option sasl.password "s3cret"; }
outlet bbc { name "The BBC"; country gb; feed "https://user:s3cret@bbc.example/rss?token=s3cret" { interval 5m; } }
include "rules.d/*.conf";
"""
RULES = {
    "10-lists.conf": 'list iran = Iran | Iranian* | "Тегеран*" | 伊朗;\n',
    "20-rules.conf": 'rule jcpoa { title "The deal"; topic news.iran; labels nuclear; lang en; outlets bbc;\n'
    "    match 'JCPOA' | $iran NEAR/8 (\"nuclear deal\" | talks); }\n",
}


def run(*arguments, cwd=None):
    environment = {k: v for k, v in os.environ.items() if k not in ("LANG", "LC_ALL")}
    return subprocess.run([PROGRAM, *map(str, arguments)], cwd=cwd, env=environment, capture_output=True, timeout=60, encoding="utf-8")


def write(folder, main=GOOD, rules=RULES):
    (folder / "rules.d").mkdir()
    for name, text in rules.items():
        (folder / "rules.d" / name).write_text(text, encoding="utf-8")
    path = folder / "main.conf"
    path.write_bytes(main if isinstance(main, bytes) else main.encode())
    return path


def test_a_right_configuration_is_said_to_be_right(tmp_path):
    path = write(tmp_path)
    done = run("-t", "-c", path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"newswatchd: {path} is right: 1 feeds of 1 outlets, 1 rules\n"


def test_warnings_are_told_and_leave_it_right(tmp_path):
    path = write(tmp_path, GOOD + "list unused = a;\n")
    done = run("-t", "-c", path)
    assert done.returncode == 0
    assert f"{path}:5:6: warning: no rule uses the list 'unused'\n" in done.stderr


def test_every_mistake_in_every_file_is_told(tmp_path):
    path = write(
        tmp_path,
        GOOD.replace("sasl.password", "sasl.pasword") + "pol { interval 5m; }\n",
        {"a.conf": "rule a { match Alaska talks; }\n", "b.conf": "rule B { match x }\n"},
    )
    done = run("-t", "-c", path)
    assert (done.returncode, done.stdout) == (1, "")
    where = [line.split(": error: ")[0] for line in done.stderr.splitlines() if ": error: " in line]
    assert where == [f"{path}:2:69", f"{tmp_path}/rules.d/a.conf:1:23", f"{tmp_path}/rules.d/b.conf:1:6", f"{tmp_path}/rules.d/b.conf:1:17", f"{path}:5:1"]
    assert "No such configuration property: \"sasl.pasword\"; did you mean 'sasl.password'?" in done.stderr
    assert "\033" not in done.stderr  # no colours where nobody sees them
    assert "is right" not in done.stderr


def test_a_mistake_in_a_term_is_told_beside_others(tmp_path):
    path = write(tmp_path, GOOD + "poll { inteval 5m; }\n", {"a.conf": "rule a { match ab*; }\n"})
    done = run("-t", "-c", path)
    assert done.returncode == 1
    assert "a * needs 3 letters before it" in done.stderr
    assert "did you mean 'interval'?" in done.stderr


@pytest.mark.parametrize(
    "option, said",
    [
        ("acks 1", "'acks' cannot be set: it is always 'all'"),
        ('bootstrap.servers "x"', 'cannot be set: write  brokers "HOST:PORT,…";'),
        ("linger.ms soon", "Invalid value for configuration property"),
        ("compresion.type zstd", "did you mean 'compression.type'?"),
    ],
)
def test_an_option_is_judged_by_librdkafka_at_its_line(tmp_path, option, said):
    path = write(tmp_path, GOOD.replace("option compression.type zstd", "option " + option))
    done = run("-t", "-c", path)
    assert done.returncode == 1
    assert f"{path}:2:" in done.stderr and said in done.stderr


def test_what_is_printed_is_the_same_configuration(tmp_path):
    path = write(tmp_path)
    first = run("-T", "-c", path)
    assert (first.returncode, first.stderr) == (0, "")
    assert "s3cret" not in first.stdout
    printed = tmp_path / "printed.conf"
    printed.write_text(first.stdout, encoding="utf-8")
    second = run("-T", "-c", printed)
    assert (second.returncode, second.stderr, second.stdout) == (0, "", first.stdout)
    assert "interval 5m" in first.stdout and "rule jcpoa" in first.stdout and "伊朗" in first.stdout


def test_with_its_secrets_filled_in_again_it_is_whole(tmp_path):
    path = write(tmp_path)
    printed = tmp_path / "printed.conf"
    hidden = run("-T", "-c", path).stdout
    printed.write_text(hidden.replace("(hidden)@", "user:s3cret@").replace("(hidden)", "s3cret"), encoding="utf-8")
    assert 'feed "https://user:s3cret@bbc.example/rss?token=s3cret"' in printed.read_text(encoding="utf-8")
    assert run("-T", "-c", printed).stdout == hidden


def test_nothing_is_printed_of_a_wrong_configuration(tmp_path):
    done = run("-T", "-c", write(tmp_path, GOOD + "}"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "this } closes nothing" in done.stderr


def test_a_print_that_cannot_be_written_is_a_failure(tmp_path):
    path = write(tmp_path)
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "-T", "-c", path], stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr


def test_a_relative_path_starts_from_the_file_that_names_it(tmp_path):
    write(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run("-t", "-c", "../main.conf", cwd=elsewhere).returncode == 0
    assert run("-t", "-c", "main.conf", cwd=tmp_path).returncode == 0


def test_files_are_read_in_sorted_order(tmp_path):
    names = ["b", "10", "a", "9", "B"]
    path = write(tmp_path, rules={f"{n}.conf": f"rule r-{n.lower()}-{len(n)}{int(n.isupper())} {{ match Alaska; }}\n" for n in names})
    printed = run("-T", "-c", path).stdout
    assert [x.split()[1] for x in printed.splitlines() if x.startswith("rule ")] == ["r-10-20", "r-9-10", "r-b-11", "r-a-10", "r-b-10"]


def test_what_is_no_file_is_told(tmp_path):
    (tmp_path / "loop.conf").symlink_to("loop.conf")
    for name, said in [("none.conf", "No such file or directory"), (".", "it is a directory"), ("loop.conf", "Too many levels of symbolic links")]:
        done = run("-t", "-c", tmp_path / name)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("error: ") and said in done.stderr and done.stderr.count("\n") == 1


def test_an_include_that_cannot_be_read_is_told_at_its_line(tmp_path):
    path = write(tmp_path, GOOD + 'include "none.conf";\ninclude "rules.d";\ninclude "nowhere/*.conf";\ninclude "loop.conf";\n')
    (tmp_path / "loop.conf").symlink_to("loop.conf")
    done = run("-t", "-c", path)
    assert done.returncode == 1
    for line, said in [(5, "No such file or directory"), (6, "it is a directory"), (7, "No such file or directory"), (8, "Too many levels")]:
        assert [x for x in done.stderr.splitlines() if x.startswith(f"{path}:{line}:9: error: ") and said in x], done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    path = write(tmp_path)
    (tmp_path / "rules.d" / "10-lists.conf").chmod(0)
    done = run("-t", "-c", path)
    assert done.returncode == 1 and "Permission denied" in done.stderr


@pytest.mark.parametrize(
    "text, said",
    [
        (b"caf\xe9", "the byte 0xE9 is not valid UTF-8: save the file as UTF-8"),
        (b"kafka {\0}", "a control character (0x00, NUL) has no place in a text file"),
        (b"x" * (10 << 20), "there is no 'xxx"),
        (b"", "there is no kafka block"),
    ],
    ids=["latin-1", "nul", "a line of 10 MB", "empty"],
)
def test_a_text_that_is_no_configuration_is_told_in_few_words(tmp_path, text, said):
    done = run("-t", "-c", write(tmp_path, text))
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr and len(done.stderr) < 2000


def test_a_file_without_end_is_not_read_to_its_end(tmp_path):
    done = run("-t", "-c", "/dev/zero")
    assert done.returncode == 1
    assert done.stderr == "error: /dev/zero: larger than 64 MB\n"


def test_a_pipe_is_read_but_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert run("-t", "-c", write(tmp_path, GOOD + 'include "pipe";\n')).returncode == 0
    done = subprocess.run([PROGRAM, "-t", "-c", "/dev/stdin"], input=GOOD.replace("include", "#"), capture_output=True, timeout=60, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def test_a_loop_of_links_ends(tmp_path):
    path = write(tmp_path, GOOD + 'include "self/main.conf";\n')
    (tmp_path / "self").symlink_to(".")
    done = run("-t", "-c", path)
    assert done.returncode == 1
    assert "is defined a second time" in done.stderr or "deeper than 16 levels" in done.stderr


@pytest.mark.parametrize("arguments", [["-t", "-T"], ["-x"], ["-c"], ["extra"], ["--once", "-t"]])
def test_wrong_usage_is_told_apart(arguments):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
