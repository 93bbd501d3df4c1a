"""Calls and exit statuses that scripts rely on."""
import re
import signal
import subprocess
import threading

import pytest

import alerts
import feeds
import processes
import record
from daemon import BUILD, PROGRAM, configuration

AWAY = 'brokers "127.0.0.1:1"; drain 300ms;'


def call(*arguments):
    return subprocess.run([PROGRAM, *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)


def test_version_names_the_program_and_its_libraries():
    result = call("--version")
    assert result.returncode == 0
    assert re.match(r"newswatchd \d+\.\d+\.\d+\n", result.stdout)
    for library in ("libev", "libcurl", "SQLite", "librdkafka"):
        assert re.search(library + r"/\d", result.stdout), library


def test_help_goes_to_stdout_and_names_every_option():
    result = call("--help")
    assert result.returncode == 0 and not result.stderr
    for option in ("-c", "-t", "-T", "--once", "--version", "--help"):
        assert option in result.stdout


@pytest.mark.parametrize("arguments", [["--nonsense"], ["-x"], ["extra"], ["-t", "-T"], ["-t", "--once"], ["-c"]])
def test_wrong_usage_is_2_and_says_where_help_is(arguments):
    result = call(*arguments)
    assert result.returncode == 2 and not result.stdout
    assert "--help" in result.stderr


# ---- -t and -T ----

def test_a_right_configuration_checks_as_0(daemon, site):
    daemon.write(configuration(AWAY, {"gazette": site.url()}))
    result = daemon.run("-t")
    assert (result.returncode, result.stdout) == (0, "")
    assert "1 feeds of 1 outlets, 1 rules" in result.stderr
    assert not daemon.state.exists() and not daemon.told


def test_a_wrong_configuration_checks_as_1_with_each_error_at_its_place(daemon, site):
    daemon.write(configuration(AWAY, {"gazette": site.url()}, "rule a { match storm AND flood OR hail; }\nrule a { match storm; }\nrule b { mach storm; }"))
    for option in ("-t", "-T"):
        result = daemon.run(option)
        assert (result.returncode, result.stdout) == (1, "")
        places = re.findall(rf"^{daemon.path}:(\d+):\d+: error:", result.stderr, re.M)
        first = daemon.path.read_text().split("\n").index("rule a { match storm; }")
        assert [int(place) - first for place in places[:3]] == [0, 1, 2]
        assert "did you mean 'match'?" in result.stderr and "^" in result.stderr


def test_a_librdkafka_option_that_is_none_is_an_error_in_its_line(daemon, site):
    daemon.write(configuration(AWAY + "\noption compression.typ zstd;", {"gazette": site.url()}))
    result = daemon.run("-t")
    assert result.returncode == 1
    assert re.search(rf"{daemon.path}:4:8: error: .*compression.typ", result.stderr)


def test_what_is_printed_means_the_same_and_keeps_secrets(daemon, site):
    daemon.write(configuration(AWAY + ' option sasl.password hush; option linger.ms 7;',
                               {"gazette": 'name "A \\"b\\""; feed "http://ann:quiet@news.example/feed" { interval 90s; }'},
                               "list l = a1 | 'B c'; rule r { labels x; match $l NEAR/3 \"d e\" AND NOT f*oo; }".replace("f*oo", "foo*")))
    first = daemon.run("-T")
    assert first.returncode == 0
    assert "hush" not in first.stdout and "quiet" not in first.stdout
    assert "interval 90s" in first.stdout and "linger.ms" in first.stdout
    daemon.write(first.stdout)
    second = daemon.run("-T")
    assert (second.returncode, second.stdout) == (0, first.stdout)


@pytest.mark.parametrize("arguments", [[], ["--once"], ["-t"]])
def test_a_wrong_configuration_is_1_however_it_is_started(daemon, arguments):
    daemon.write("kafka { embedded; }\nnonsense;\n")
    result = daemon.run(*arguments)
    assert result.returncode == 1
    assert f"{daemon.path}:2:1: error:" in result.stderr


def test_a_file_that_is_not_there_is_1(daemon):
    result = daemon.run()
    assert result.returncode == 1
    assert str(daemon.path) in result.stderr and "No such file" in result.stderr


def test_no_state_directory_is_1_and_says_how_to_name_one(daemon, site):
    daemon.write(configuration(AWAY, {"gazette": site.url()}))
    result = daemon.run(STATE_DIRECTORY="")
    assert result.returncode == 1
    assert 'write  state "' in result.stderr


# ---- --once ----

def test_once_polls_every_feed_delivers_and_is_0(daemon, web, topic):
    sites = [web.site() for _ in range(5)]
    for n, site in enumerate(sites):
        site.page(body=feeds.rss(f"Storm {n}"))
    daemon.write(configuration(topic.sink, {f"o{n}": site.url() for n, site in enumerate(sites)}, poll=""))
    assert daemon.run("--once").returncode == 0
    assert sorted(alert.title for alert in topic.rest()) == [f"Storm {n}" for n in range(5)]
    assert [len(site.requests) for site in sites] == [1] * 5
    assert daemon.run("--once").returncode == 0  # again, whatever the schedule says
    assert [len(site.requests) for site in sites] == [2] * 5
    assert len(topic.rest()) == 5


def test_a_reload_while_once_is_under_way_is_ignored(daemon, web, topic):
    slow, go = web.site(), threading.Event()
    slow.page(answer=lambda handler: go.wait(record.DEADLINE) and handler.send_error(404))
    daemon.start(configuration(topic.sink, {"slow": slow.url()}), "--once")
    slow.asked(1)
    daemon.write(configuration(topic.sink, {}))  # without the feed that is waited for
    daemon.signal(signal.SIGHUP)
    daemon.wait_log("a reload is for the daemon that stays")
    go.set()
    assert daemon.wait_end() == 3


def test_once_with_a_feed_that_fails_is_3_and_delivers_the_rest(daemon, web, topic):
    good, bad = web.site(), web.site()
    good.page(body=feeds.rss("Storm"))
    daemon.write(configuration(topic.sink, {"good": good.url(), "bad": bad.url()}))
    result = daemon.run("--once")
    assert result.returncode == 3 and "bad: HTTP 404" in result.stderr
    assert len(topic.rest()) == 1


def test_once_without_a_broker_is_4_and_the_next_one_delivers(daemon, web, topic):
    good, bad = web.site(), web.site()
    good.page(body=feeds.rss("Storm"))
    away = configuration(f"{AWAY} topic {topic.name};", {"good": good.url(), "bad": bad.url()})
    daemon.write(away)
    assert daemon.run("--once").returncode == 4  # which outranks the bad feed's 3
    daemon.write(configuration(topic.sink, {"good": good.url()}))
    assert daemon.run("--once").returncode == 0
    assert len(topic.rest()) == 1


def test_once_without_any_feed_is_0(daemon, topic):
    daemon.write(configuration(topic.sink, {}))
    assert daemon.run("--once").returncode == 0


# ---- Sinks for trying out ----

def test_the_file_sink_appends_a_line_of_json_for_each_alert(daemon, site, tmp_path):
    site.page(body=feeds.rss("Storm 1", "Storm 2", language="ru"))
    path = tmp_path / "alerts.json"
    daemon.write(configuration(f'file "{path}"; topic news.test;', {"gazette": site.url()}))
    assert daemon.run("--once").returncode == 0
    site.page(body=feeds.rss("Storm 1", "Storm 2", "Storm 3"))
    assert daemon.run("--once").returncode == 0
    found = alerts.of_lines(path.read_text())
    assert [(alert.title, alert.topic, alert.key) for alert in found] == [(f"Storm {n}", "news.test", "gazette") for n in (1, 2, 3)]


def test_the_file_sink_takes_back_the_half_line_of_a_crash(daemon, site, tmp_path):
    site.page(body=feeds.rss("Storm"))
    path = tmp_path / "alerts.json"
    path.write_text('{"whole":1}\n{"topic":"news.al')
    daemon.write(configuration(f'file "{path}";', {"gazette": site.url()}))
    assert daemon.run("--once").returncode == 0
    first, second = path.read_text().splitlines()
    assert first == '{"whole":1}' and alerts.of_lines(second)[0].title == "Storm"


def test_a_file_that_cannot_be_opened_stops_the_start_and_is_named(daemon, site):
    daemon.write(configuration('file "/nonexistent/alerts";', {"gazette": site.url()}))
    result = daemon.run()
    assert result.returncode == 1 and "/nonexistent/alerts: cannot be opened" in result.stderr


def test_a_file_that_finds_no_room_is_named_once_and_keeps_the_alerts(daemon, site, tmp_path):
    site.page(body=feeds.rss("Storm"))
    path = tmp_path / "alerts.json"
    daemon.start(configuration('file "/dev/full"; drain 100ms;', {"gazette": site.url()}))
    daemon.wait_log("warning: /dev/full: No space left on device; alerts are kept and delivered later$")
    daemon.wait_told("STATUS=1 feeds, 0 failing, 1 rules; 1 alerts wait for the broker")
    assert len(daemon.lines("/dev/full: ")) == 1
    daemon.reload(configuration(f'file "{path}";', {"gazette": site.url()}))
    assert daemon.stop() == 0
    assert [alert.title for alert in alerts.of_lines(path.read_text())] == ["Storm"]


def test_the_standard_output_can_be_the_sink(daemon, site):
    page = site.page(body=feeds.rss("Storm"))
    daemon.write(configuration('file "-";', {"gazette": site.url()}))
    result = daemon.run("--once")
    assert result.returncode == 0
    assert [alert.title for alert in alerts.of_lines(result.stdout)] == ["Storm"]
    page.body = feeds.rss("Storm", "Storm two")
    daemon.start()
    daemon.out.wait("the line", len)  # as it comes, not at the end
    assert daemon.stop() == 0
    assert [alert.title for alert in alerts.of_lines("\n".join(daemon.out.all()))] == ["Storm two"]


def test_the_embedded_broker_can_be_read_at_the_address_in_the_log(daemon, site):
    page = site.page(body=feeds.rss("Storm one"))
    daemon.start(configuration("embedded; topic tryout;", {"gazette": site.url()}))
    found = daemon.wait_log(r"embedded broker at (\S+), for trying out: (kcat -C -b \S+ -t tryout)$")
    reader = alerts.Reader(found.group(1), "tryout")
    assert reader.read(1)[0].title == "Storm one"
    page.body = feeds.rss("Storm one", "Storm two")
    assert reader.read(2)[1].title == "Storm two"
    reader.close()
    kcat = processes.start([*found.group(2).split(), "-e", "-q"], stdout=subprocess.PIPE, text=True)
    out, _ = kcat.communicate(timeout=60)
    assert "Storm one" in out and "Storm two" in out
