"""The control socket and newswatchctl's commands on it: what the daemon tells, and what it lets an operator do."""
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import time

import pytest
from confluent_kafka import admin

import daemon as daemons
import feeds
from daemon import configuration

AWAY = 'brokers "127.0.0.1:1"; topic news.x; drain 100ms;'
MANY = 20_000


def ctl(daemon, *arguments, status=0, at=None, environment=None):
    """newswatchctl's standard output, after it ended as it should."""
    command = [daemons.BUILD / "newswatchctl", "-s", at or daemon.state / "control", *map(str, arguments)]
    if at is False:
        command[1:3] = []
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **(environment or {})})
    assert not daemons.SANITIZER.search(result.stderr), result.stderr
    assert result.returncode == status, (result.returncode, result.stdout, result.stderr)
    return result.stdout if status == 0 else result.stderr


def rows(daemon, *arguments):
    return [json.loads(line) for line in ctl(daemon, "outbox", "--json", *arguments).splitlines()]


def standing(daemon):
    return json.loads(ctl(daemon, "status", "--json"))


def until(what, found, seconds=60):
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, f"waited in vain for {what}"
    return result


@pytest.fixture
def waiting(daemon, site):
    """A daemon with two alerts and no broker."""
    site.page(body=feeds.rss("Storm one", feeds.item("Storm two", "of the century")))
    daemon.start(configuration(AWAY, {"gazette": site.url()}))
    until("two alerts", lambda: standing(daemon)["outbox"]["waiting"] == 2)
    return daemon


# ---- Status ----


def test_status_tells_how_the_daemon_stands(waiting):
    found = until("the broker to be missed", lambda: (s := standing(waiting))["broker"].get("error") and s)
    assert found["version"] and found["instance"] == "test" and found["pid"] == waiting.process.pid and found["state"] == "running"
    assert found["feeds"] == {"total": 1, "failing": 0} and found["rules"] == 1
    assert found["broker"]["sink"] == "brokers" and found["broker"]["address"] == "127.0.0.1:1" and found["broker"]["connected"] is False
    assert found["outbox"]["waiting"] == 2 and found["outbox"]["refused"] == 0 and found["outbox"]["bytes"] > 1000
    assert 0 <= found["outbox"]["oldest_age"] < 300
    assert found["store"]["path"] == str(waiting.state) and found["store"]["bytes"] > 0
    assert set(found["counts"]) == {"delivered", "dropped", "possibly_doubled", "dead_letters"}
    assert [(t["topic"], t["waiting"], t["refused"]) for t in found["topics"]] == [("news.x", 2, 0)]
    assert found["topics"][0]["state"] and found["topics"][0]["reason"]
    text = ctl(waiting, "status")
    for words in ("newswatchd 0", "(test): running for", f"process {waiting.process.pid}", str(waiting.path), "1, 0 failing; 1 rules",
                  "127.0.0.1:1, not connected: ", "2 wait, the oldest for", "0 delivered", "\nnews.x "):
        assert words in text


def test_status_tells_of_feeds_that_fail(daemon, web):
    daemon.start(configuration(AWAY, {"gone": web.site().url("/nothing")}))
    until("the failure", lambda: standing(daemon)["feeds"]["failing"] == 1)


def test_status_tells_what_was_delivered_and_that_the_broker_is_there(daemon, site, topic):
    site.page(body=feeds.rss("Storm one"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    topic.read(1)
    found = until("the acknowledgement", lambda: (s := standing(daemon))["outbox"]["waiting"] == 0 and s)
    assert found["broker"]["connected"] is True and "error" not in found["broker"]
    assert rows(daemon) == []
    assert ctl(daemon, "outbox") == ""


# ---- The outbox ----


def test_the_outbox_shows_what_waits_and_why(waiting):
    one, two = rows(waiting)
    assert one["id"] < two["id"] and [one["title"], two["title"]] == ["Storm one", "Storm two"]
    for row in (one, two):
        assert row["topic"] == "news.x" and row["outlet"] == row["key"] == "gazette" and row["rules"] == "storm"
        assert row["size"] > 500 and row["age"] >= 0 and row["url"].startswith("http://news.example/")
        assert re.fullmatch("[0-9a-f]{32}", row["event"])
    until("why", lambda: all(row["state"] == "waits" and row.get("reason") for row in rows(waiting)))
    text = ctl(waiting, "outbox")
    assert re.search(r"^ +%d  .*  news\.x  waits: .+\n +gazette: Storm two  \[storm\]$" % two["id"], text, re.M)
    assert [row["id"] for row in rows(waiting, "-n", 1)] == [one["id"]]
    assert rows(waiting, "--refused") == []
    assert [row["id"] for row in rows(waiting, "--topic", "news.x")] == [one["id"], two["id"]]
    assert rows(waiting, "--topic", "news.&=y") == []


def test_the_title_is_read_from_structured_events_too_and_turns_no_terminal(daemon, site):
    site.page(body=feeds.rss(feeds.item("Storm \u202e\u009b31m one", "x" * 5000), feeds.item("Storm " + "y" * 3000)))
    daemon.start(configuration(AWAY + " format structured;", {"gazette": site.url()}))
    found = until("two alerts", lambda: len(all := rows(daemon)) == 2 and all)
    assert found[0]["title"].startswith("Storm ") and found[0]["outlet"] == "gazette"
    assert 300 < len(found[1]["title"]) <= 400
    text = ctl(daemon, "outbox") + ctl(daemon, "outbox", "--json")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)


def test_an_alert_that_was_dropped_is_gone_for_good(daemon, site):
    """Nothing else is committed meanwhile that could take it along."""
    site.page(body=feeds.rss("Storm one", "Storm two"))
    daemon.start(configuration(AWAY, {"gazette": site.url()}, poll="poll { interval 1h; }"))
    one, two = until("two alerts", lambda: len(all := rows(daemon)) == 2 and all)
    ctl(daemon, "outbox", "drop", one["id"])
    daemon.kill()  # what was answered is on disk
    daemon.start()
    assert [row["id"] for row in rows(daemon)] == [two["id"]]
    assert f"there is no row {one['id']} in the outbox" in ctl(daemon, "outbox", "drop", one["id"], status=1)
    assert f"there is no row {two['id']} that the broker has refused" in ctl(daemon, "outbox", "retry", two["id"], status=1)


def test_each_of_several_rows_is_tried(waiting):
    one, two = rows(waiting)
    assert "there is no row 9999 in the outbox" in ctl(waiting, "outbox", "drop", one["id"], 9999, two["id"], status=1)
    assert rows(waiting) == []
    waiting.wait_log(f"the operator has dropped row {two['id']} of the outbox")


def test_a_topic_is_dropped_whole(waiting):
    assert ctl(waiting, "outbox", "drop", "--topic", "news.other") == "0 dropped\n"
    assert ctl(waiting, "outbox", "drop", "--topic", "news.x") == "2 dropped\n"
    assert rows(waiting) == [] and standing(waiting)["counts"]["dropped"] == 2


def allow(kafka, topic, size):
    client = kafka.admin()  # must live until the result is there
    resource = admin.ConfigResource(admin.ConfigResource.Type.TOPIC, topic.name, set_config={"max.message.bytes": str(size)})
    client.alter_configs([resource])[resource].result(60)


def test_what_the_broker_refused_is_shown_and_sent_again_when_it_takes_more(daemon, site, make_topic, kafka):
    topic = make_topic(**{"max.message.bytes": "20000"})
    long = [feeds.item(f"Storm {i}", "x" * 30000) for i in range(3)]
    site.page(body=feeds.rss(*long, "Storm short"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    refused = until("three refused ones", lambda: len(all := rows(daemon, "--refused")) == 3 and all)
    assert all(row["state"] == "refused" and row["reason"] for row in refused)
    assert standing(daemon)["outbox"]["refused"] == 3
    assert "refused: " in ctl(daemon, "outbox", "--refused")
    ctl(daemon, "outbox", "drop", refused[0]["id"])
    allow(kafka, topic, 1_000_000)
    ctl(daemon, "outbox", "retry", refused[1]["id"])
    assert ctl(daemon, "outbox", "retry", "--refused") == "1 sent again\n"
    found = topic.wait("the rest", lambda all: len(all) >= 3 and all)
    assert sorted(alert.title for alert in found) == ["Storm 1", "Storm 2", "Storm short"]
    until("an empty outbox", lambda: rows(daemon) == [])
    assert daemon.stop() == 0


def test_drop_refused_leaves_what_waits(waiting):
    assert ctl(waiting, "outbox", "drop", "--refused") == "0 dropped\n"
    assert len(rows(waiting)) == 2


def fill(daemon, count):
    """The daemon's first row, many times over."""
    with sqlite3.connect(daemon.state / "newswatchd.db") as db:
        names = ", ".join(name for _, name, *_ in db.execute("PRAGMA table_info(outbox)") if name != "id")
        db.execute(f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
                   f" INSERT INTO outbox ({names}) SELECT {names} FROM outbox, n WHERE outbox.id = (SELECT min(id) FROM outbox)")
    db.close()


def test_many_rows_come_in_pieces_and_polling_goes_on(waiting, site):
    assert waiting.stop() == 0
    fill(waiting, MANY)
    waiting.start()
    assert standing(waiting)["outbox"]["waiting"] == MANY + 2
    reader = subprocess.Popen([daemons.BUILD / "newswatchctl", "-s", waiting.state / "control", "outbox", "--json"], stdout=subprocess.PIPE, text=True)
    first = json.loads(reader.stdout.readline())  # it writes on until the pipe is full, and waits
    site.asked_again(3)
    assert standing(waiting)["state"] == "running"
    ids = [first["id"], *(json.loads(line)["id"] for line in reader.stdout)]
    assert reader.wait(60) == 0
    assert len(ids) == MANY + 2 and ids == sorted(set(ids))
    assert json.loads(ctl(waiting, "outbox", "--json", "drop", "--topic", "news.x"))["done"] == MANY + 2
    assert rows(waiting) == []


# ---- Reload ----


def test_reload_says_when_it_is_done_and_what_is_wrong(waiting, site):
    assert ctl(waiting, "reload") == "reloaded\n"
    waiting.write(configuration(AWAY, {"gazette": site.url()}) + "rulez x;\n")
    told = ctl(waiting, "reload", status=1)
    assert "there is no 'rulez'" in told and "rulez x;" in told and "^~~~~" in told
    found = standing(waiting)["configuration"]
    assert "there is no 'rulez'" in found["error"] and found["refused"] >= found["loaded"]
    assert "not reloaded" in ctl(waiting, "status")
    waiting.write(configuration(AWAY, {"gazette": site.url()}, rules="rule storm { match storm; } rule calm { match calm; }"))
    assert "loading" in json.loads(ctl(waiting, "reload", "--json"))
    assert standing(waiting)["rules"] == 2
    assert "error" not in standing(waiting)["configuration"]


def test_reload_moves_the_socket_and_turns_it_off(waiting, site, tmp_path):
    moved = tmp_path / "moved"
    waiting.reload(configuration(AWAY, {"gazette": site.url()}, top=f'control "{moved}";'))
    assert not (waiting.state / "control").exists()
    assert json.loads(ctl(waiting, "status", "--json", at=moved))["pid"] == waiting.process.pid
    found = ctl(waiting, "-c", waiting.path, "status", at=False)
    assert f"process {waiting.process.pid}" in found
    waiting.reload(configuration(AWAY, {"gazette": site.url()}, top="control off;"))
    assert not moved.exists()
    assert "says `control off;`" in ctl(waiting, "-c", waiting.path, "status", at=False, status=3)
    waiting.reload(configuration(AWAY, {"gazette": site.url()}))
    assert standing(waiting)["pid"] == waiting.process.pid


# ---- The socket ----


def test_the_socket_is_for_the_group_and_goes_at_the_stop(waiting):
    path = waiting.state / "control"
    assert stat.S_ISSOCK(path.stat().st_mode) and stat.S_IMODE(path.stat().st_mode) == 0o660
    assert waiting.stop() == 0
    assert not path.exists()
    assert "no daemon is reached" in ctl(waiting, "status", status=3)


def test_systemds_runtime_directory_is_where_it_stands(daemon, site, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    daemon.start(configuration(AWAY, {"gazette": site.url()}), RUNTIME_DIRECTORY=f"{run}:/elsewhere")
    assert (run / "control").exists() and not (daemon.state / "control").exists()
    assert "running for" in ctl(daemon, "status", at=False, environment={"RUNTIME_DIRECTORY": str(run)})


def test_a_crash_leaves_a_socket_that_the_next_start_replaces(waiting):
    waiting.kill()
    assert (waiting.state / "control").exists()
    assert "Connection refused" in ctl(waiting, "status", status=3)
    waiting.start()
    assert standing(waiting)["pid"] == waiting.process.pid


def test_another_process_socket_is_left_alone_and_the_daemon_works_without(daemon, site, topic, tmp_path):
    path = tmp_path / "taken"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()
        site.page(body=feeds.rss("Storm one"))
        daemon.start(configuration(topic.sink, {"gazette": site.url()}, top=f'control "{path}";'))
        daemon.wait_log(f"no control socket: {path}: process {os.getpid()} listens there")
        topic.read(1)
    daemon.wait_log(f"the control socket is {path}")
    assert json.loads(ctl(daemon, "status", "--json", at=path))["pid"] == daemon.process.pid


def test_while_it_stops_it_still_tells(daemon, site):
    """A second signal ends the drain."""
    site.page(body=feeds.rss("Storm one"))
    daemon.start(configuration(AWAY.replace("100ms", "1h"), {"gazette": site.url()}))
    until("an alert", lambda: standing(daemon)["outbox"]["waiting"] == 1)
    daemon.signal(signal.SIGTERM)
    daemon.wait_log("stopping: delivering what is left")
    assert standing(daemon)["state"] == "stopping"
    assert "the daemon stops" in ctl(daemon, "reload", status=1)
    daemon.signal(signal.SIGTERM)
    assert daemon.wait_end() == 0


def test_once_has_no_socket(daemon, site):
    site.page(body=feeds.rss("Calm"))
    daemon.write(configuration(AWAY, {"gazette": site.url()}))
    assert daemon.run("--once").returncode == 0
    assert not (daemon.state / "control").exists()


def test_rough_clients_do_not_disturb_delivery(daemon, site, topic):
    page = site.page(body=feeds.rss("Storm 0"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    topic.read(1)
    held = []
    for number in range(60):
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(daemon.state / "control"))
        client.sendall([b"", b"GET /outbox HT", b"\0" * 4000, b"POST /outbox/1/drop HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n"][number % 4])
        held.append(client)
    page.body = feeds.rss("Storm 0", "Storm 1")
    topic.read(2)
    assert standing(daemon)["state"] == "running"  # though they hold all the places
    for client in held:
        client.close()
    assert daemon.stop() == 0
