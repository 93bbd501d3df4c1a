"""make, make install, make uninstall: on a copy of the tree, so that the build under test stays as it is."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Tree:
    def __init__(self, path):
        self.path = path
        for name in ("daemon", "conf", "systemd"):
            shutil.copytree(ROOT / name, path / name)
        for name in ("Makefile", "LICENSE"):
            shutil.copy2(ROOT / name, path / name)

    def make(self, *arguments, good=True, **environment):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS")) and k not in ("SANITIZE", "CC", "B", "DESTDIR")}
        done = subprocess.run(["make", "-j2", "CFLAGS=-O0", *arguments], cwd=self.path, env={**clean, **environment}, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        assert (done.returncode == 0) == good, done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    tree = Tree(tmp_path_factory.mktemp("tree"))
    tree.make()
    return tree


def files_in(path):
    return {str(p.relative_to(path)) for p in path.rglob("*") if not p.is_dir()}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


CONFIGURATION = {"newswatchd.conf", "rules.d/alaska-talks.conf", "rules.d/belt-and-road.conf", "rules.d/countries.conf", "rules.d/jcpoa.conf",
                 "outlets.d/example.conf"}


def test_installs_under_destdir_where_a_packager_expects_it(tree, tmp_path):
    tree.make("install", "prefix=/usr", f"DESTDIR={tmp_path}")
    wanted = {"usr/sbin/newswatchd", "usr/bin/newswatchctl", "usr/lib/systemd/system/newswatchd.service", "usr/lib/sysusers.d/newswatchd.conf",
              "usr/lib/tmpfiles.d/newswatchd.conf", "usr/share/newswatchd/alert.schema.json"}
    wanted |= {f"etc/newswatchd/{name}" for name in CONFIGURATION} | {f"usr/share/doc/newswatchd/examples/{name}" for name in CONFIGURATION}
    found = files_in(tmp_path)
    assert wanted <= found
    assert all(name.startswith(("usr/share/man/man", "usr/share/doc/newswatchd/")) for name in found - wanted)
    assert mode(tmp_path / "usr/sbin/newswatchd") == 0o755
    assert mode(tmp_path / "etc/newswatchd") == 0o750, "passwords may stand in there"
    unit = (tmp_path / "usr/lib/systemd/system/newswatchd.service").read_text(encoding="utf-8")
    assert "ExecStart=/usr/sbin/newswatchd -c /etc/newswatchd/newswatchd.conf\n" in unit
    assert "ExecReload=/usr/sbin/newswatchd -t -c /etc/newswatchd/newswatchd.conf\n" in unit, "a reload of a wrong configuration must fail"
    assert "@" not in unit.replace("@system-service", "").replace("@privileged", "").replace("@resources", "")


def test_each_gnu_name_moves_what_it_names(tree, tmp_path):
    tree.make("install", "prefix=/p", "exec_prefix=/e", "sysconfdir=/c", "mandir=/m", "datadir=/d", "docdir=/o", "systemdsystemunitdir=/u",
              "sysusersdir=/s", "tmpfilesdir=/t", f"DESTDIR={tmp_path}")
    found = files_in(tmp_path)
    assert {"e/sbin/newswatchd", "e/bin/newswatchctl", "c/newswatchd/newswatchd.conf", "d/newswatchd/alert.schema.json", "u/newswatchd.service",
            "s/newswatchd.conf", "t/newswatchd.conf", "o/LICENSE"} <= found
    assert not any(name.startswith(("p/", "usr/", "etc/")) for name in found)


def test_the_installed_daemon_finds_the_installed_configuration(tree, tmp_path):
    """Built for one prefix, installed to another: what is compiled in must follow."""
    tree.make("install", f"prefix={tmp_path}/place")
    checked = subprocess.run([tmp_path / "place/sbin/newswatchd", "-t"], capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0, checked.stderr
    assert f"{tmp_path}/place/etc/newswatchd/newswatchd.conf is right" in checked.stderr


def test_a_second_install_leaves_the_operators_files_alone(tree, tmp_path):
    tree.make("install", "prefix=/usr", f"DESTDIR={tmp_path}")
    conf = tmp_path / "etc/newswatchd"
    (conf / "newswatchd.conf").write_text("kafka { embedded; }\n")
    (conf / "rules.d/jcpoa.conf").write_text("# mine\n")
    (conf / "rules.d/belt-and-road.conf").unlink()
    (conf / "outlets.d/mine.conf").write_text("# mine too\n")
    tree.make("install", "prefix=/usr", f"DESTDIR={tmp_path}")
    assert (conf / "newswatchd.conf").read_text() == "kafka { embedded; }\n"
    assert (conf / "rules.d/jcpoa.conf").read_text() == "# mine\n"
    assert not (conf / "rules.d/belt-and-road.conf").exists(), "a rule that was deleted must not come back"
    assert (conf / "outlets.d/mine.conf").exists()


def test_uninstall_takes_back_all_but_the_configuration(tree, tmp_path):
    tree.make("install", "prefix=/usr", f"DESTDIR={tmp_path}")
    tree.make("uninstall", "prefix=/usr", f"DESTDIR={tmp_path}")
    assert files_in(tmp_path) == {f"etc/newswatchd/{name}" for name in CONFIGURATION}


def test_make_builds_again_only_what_a_change_concerns(tree):
    tree.make()
    assert " CC " not in tree.make() and " LD " not in tree.make()
    os.utime(tree.path / "daemon/publish/courier.h")
    again = tree.make()
    assert "CC build/publish/courier.o" in again and "CC build/delivery.o" in again, again
    assert "build/feed/" not in again and "build/match/" not in again, again


def test_make_shows_its_commands_when_asked_and_cleans_up(tree, tmp_path):
    (tree.path / "daemon/main.c").touch()
    assert "-c -o build/main.o daemon/main.c" in tree.make("V=1")
    assert "make install" in tree.make("help")
    tree.make("B=other", "other/base/sv.o")
    tree.make("clean")
    assert not (tree.path / "build").exists()
    shutil.rmtree(tree.path / "other")


def test_a_missing_library_is_named_with_its_package(tree, tmp_path):
    said = tree.make("B=nothing", good=False, PKG_CONFIG_LIBDIR=str(tmp_path))
    assert "Missing:" in said and "libcurl4-openssl-dev" in said and "librdkafka-dev" in said
    assert "libev-dev" not in said and "fatal error" not in said
    said = tree.make("B=nothing", "CPPFLAGS=-nostdinc", good=False)
    assert "Missing: libev-dev libstemmer-dev" in said
    said = tree.make("B=nothing", "PKG_CONFIG=no-such-program", good=False)
    assert "Missing: pkg-config" in said


def run_tool(*command):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_systemd_accepts_the_unit(tree, tmp_path):
    tree.make("install", f"prefix={tmp_path}")
    assert run_tool("systemd-analyze", "verify", "--man=no", tmp_path / "lib/systemd/system/newswatchd.service") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_daemons_user_can_read_the_configuration_and_others_cannot(tree, tmp_path):
    tree.make("install", "prefix=/usr", f"DESTDIR={tmp_path}")
    run_tool("systemd-sysusers", f"--root={tmp_path}", tmp_path / "usr/lib/sysusers.d/newswatchd.conf")
    run_tool("systemd-tmpfiles", f"--root={tmp_path}", "--create", tmp_path / "usr/lib/tmpfiles.d/newswatchd.conf")
    group = next(line.split(":") for line in (tmp_path / "etc/group").read_text().splitlines() if line.startswith("newswatchd:"))
    about = (tmp_path / "etc/newswatchd").stat()
    assert (about.st_uid, about.st_gid, mode(tmp_path / "etc/newswatchd")) == (0, int(group[2]), 0o750)
