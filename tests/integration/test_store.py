"""The store: whose it is, and what is done about one that cannot be used."""
import os
import resource
import shutil
import signal
import sqlite3

import pytest

import feeds
from daemon import configuration

AWAY = 'brokers "127.0.0.1:1"; drain 100ms;'


@pytest.fixture
def stored(daemon, site):
    """A daemon that has run and left a store behind; the path of its database."""
    site.page(body=feeds.rss("Storm"))
    daemon.start(configuration(AWAY, {"gazette": site.url()}))
    daemon.wait_log("first poll")
    assert daemon.stop() == 0
    return daemon.state / "newswatchd.db"


def refused(daemon, words):
    """It exits with 5, and says these words of the store."""
    result = daemon.run()
    assert result.returncode == 5, result.stderr
    for word in (str(daemon.state), *words):
        assert word in result.stderr


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "lock"}


def test_a_second_daemon_on_the_same_state_is_refused_and_told_whose_it_is(daemon, site, topic):
    page = site.page(body=feeds.rss())
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    told = len(daemon.told)
    refused(daemon, [f"is held by another process (pid {daemon.process.pid})"])
    page.body = feeds.rss("Storm")
    topic.read(1)  # the first one never noticed
    assert "READY=1" not in "".join(daemon.told.all()[told:])


def test_the_lock_dies_with_its_holder(daemon, site, topic):
    site.page(body=feeds.rss("Storm"))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    daemon.kill()
    daemon.start()
    topic.read(1)


def damage_the_header(data):
    return b"no database" + data[11:]


def damage_a_page(data):
    assert len(data) > 8192
    return data[:4096] + b"\xa5" * 4096 + data[8192:]


def cut_in_half(data):
    return data[:len(data) // 2]


@pytest.mark.parametrize("damage", [damage_the_header, damage_a_page, cut_in_half])
def test_a_corrupt_store_is_refused_and_left_as_it_is(daemon, stored, damage):
    stored.write_bytes(damage(stored.read_bytes()))
    before = contents(daemon.state)
    refused(daemon, ["is corrupt", "nothing was changed"])
    assert contents(daemon.state)["newswatchd.db"] == before["newswatchd.db"]


def change(path, statement):
    database = sqlite3.connect(path)
    database.execute(statement)
    database.commit()
    database.close()


def test_a_store_of_a_newer_version_is_refused_and_left_as_it_is(daemon, stored):
    change(stored, "PRAGMA user_version=99")
    before = contents(daemon.state)
    refused(daemon, ["newer newswatchd", "99", "nothing was changed"])
    assert contents(daemon.state)["newswatchd.db"] == before["newswatchd.db"]


def test_a_database_of_another_program_is_refused(daemon, stored):
    change(stored, "PRAGMA application_id=4711")
    refused(daemon, ["of another program"])


def test_a_state_directory_that_cannot_be_is_refused(daemon, site, tmp_path):
    daemon.write(configuration(AWAY, {"gazette": site.url()}))
    daemon.state = tmp_path / "no" / "such" / "place"
    refused(daemon, ["No such file or directory"])
    (tmp_path / "file").write_text("")
    daemon.state = tmp_path / "file"
    refused(daemon, ["Not a directory"])


def as_nobody():
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_store_that_may_only_be_read_is_refused(daemon, stored, tmp_path):
    """In a directory that may be written, so that it is the database that is refused."""
    for folder in [daemon.state, tmp_path, *tmp_path.parents[:3]]:
        if folder.owner() == "root" and str(folder) not in ("/", "/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    daemon.path.chmod(0o644)
    daemon.state.chmod(0o777)
    (daemon.state / "lock").chmod(0o666)
    stored.chmod(0o444)
    daemon.program = shutil.copy(daemon.program, tmp_path)  # the tree may stand where only root comes
    result = daemon.run(limit=as_nobody)
    assert result.returncode == 5 and f"{stored}: cannot be written" in result.stderr


def little_room():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150000, resource.RLIM_INFINITY))


def test_once_does_not_say_well_done_when_the_store_is_full(daemon, site, tmp_path):
    site.page(body=feeds.rss("Storm"))
    daemon.write(configuration(f'file "{tmp_path}/alerts"; drain 100ms;', {"gazette": site.url()}))
    assert daemon.run("--once").returncode == 0
    site.page(body=feeds.rss(*[feeds.item(f"Storm {n}", "Some text. " * 100) for n in range(300)]))
    result = daemon.run("--once", limit=little_room)
    assert result.returncode == 3 and "what could not be stored is fetched again" in result.stderr
    assert daemon.run("--once").returncode == 0
    assert len((tmp_path / "alerts").read_text().splitlines()) == 301


def test_a_full_disk_is_said_once_loses_nothing_and_is_over_when_there_is_room(daemon, site, topic):
    """The largest size of a file stands for the disk."""
    page = site.page(body=feeds.rss("Storm 0"), etag='"0"')
    daemon.start(configuration(topic.sink, {"gazette": site.url()}), limit=little_room)
    topic.read(1)
    many = [feeds.item(f"Storm {n}", "Some text. " * 100) for n in range(300)]
    page.body, page.etag = feeds.rss(*many), '"many"'
    daemon.wait_log(f"error: {daemon.state}/newswatchd.db: .*; nothing is lost")
    assert len(daemon.lines("storm: gazette: ")) == 1  # what is not stored is no match yet
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    daemon.kill()  # it would ask again after half a minute; the next start asks at once, for nothing was stored
    daemon.start()
    topic.wait("all alerts", lambda alerts: {alert.title for alert in alerts} >= {f"Storm {n}" for n in range(300)})
    assert daemon.stop() == 0


def test_a_running_daemon_recovers_from_a_full_disk_by_itself(daemon, site, topic):
    big = site.page("/big", body=feeds.rss())
    small = site.page("/small", body=feeds.rss())
    daemon.start(configuration(topic.sink, {"big": site.url("/big"), "small": site.url("/small")}), limit=little_room)
    site.asked(2, "/big")
    big.body = feeds.rss(*[feeds.item(f"Storm {n}", "Some text. " * 100) for n in range(300)])
    daemon.wait_log("error: .*; nothing is lost")
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    daemon.wait_log("the store can be written again")
    small.body = feeds.rss("Storm small")
    assert topic.read(1)[0].title == "Storm small"
    assert len(daemon.lines("nothing is lost")) == 1
    assert daemon.stop() == 0
