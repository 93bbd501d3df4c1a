"""newswatchctl parse and try: each sentence of their contract with scripts."""
import http.server
import json
import os
import pathlib
import pty
import subprocess
import threading

import pytest

CTL = pathlib.Path(os.environ.get("NEWSWATCHD_BUILD", pathlib.Path(__file__).parents[2] / "build")) / "newswatchctl"

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Polar News</title><link>https://polar.example/</link><description>From the north</description>
<language>en-GB</language>
<item><guid>1</guid><title>Alaska talks begin</title><link>/story/1</link><description>Talks in Alaska on the &lt;b&gt;nuclear deal&lt;/b&gt; &amp;amp; more.</description>
<pubDate>Tue, 05 Nov 2024 09:01:00 +0100</pubDate><category>World</category><author>ann@polar.example (Ann)</author></item>
<item><guid>2</guid><title>Alaska Airlines adds a flight</title><description>To Seattle.</description></item>
</channel></rss>
"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Новости</title><id>urn:f</id>
<entry><id>urn:1</id><title>Переговоры</title><updated>2024-11-05T09:01:00Z</updated><content type="html">&lt;p&gt;Аляска&lt;/p&gt;</content></entry></feed>"""
CONF = """state "/nonexistent";
kafka { brokers "127.0.0.1:1"; }
outlet polar { name "Polar"; country US; language en; feed "http://127.0.0.1/feed.xml"; }
outlet other { feed "http://127.0.0.1/other.xml"; }
list talks = talks | summit;
rule alaska { match (Alaska EXCEPT "Alaska Airlines") NEAR/12 $talks; }
rule there { match Alaska; outlets polar; }
rule american { match Alaska AND country:US; }
rule never { match zebra; }
"""


def ctl(*arguments, stdin=b"", **options):
    return subprocess.run([CTL, *map(str, arguments)], input=stdin, capture_output=True, timeout=60, **options)


def lines(result):
    return [json.loads(line) for line in result.stdout.decode().splitlines()]


@pytest.fixture
def rss(tmp_path):
    path = tmp_path / "rss.xml"
    path.write_text(RSS)
    return path


@pytest.fixture
def conf(tmp_path):
    path = tmp_path / "newswatchd.conf"
    path.write_text(CONF)
    return path


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, this is no feed.\n")
    return path


@pytest.fixture
def server():
    """Serves what is put into `pages`: path to (content type, bytes)."""
    pages = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            content_type, body = pages.get(self.path, (None, None))
            self.send_response(204 if body == b"" else 200 if body else 404)
            if body:
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever, args=(0.05,))
    thread.start()
    web.pages = pages
    web.url = f"http://127.0.0.1:{web.server_port}"
    yield web
    web.shutdown()
    thread.join()
    web.server_close()


# ---- The command itself ----

def test_help_and_version_go_to_stdout():
    for arguments in (["--help"], ["parse", "--help"], ["try", "--help"]):
        result = ctl(*arguments)
        assert result.returncode == 0 and result.stdout.startswith(b"Usage: newswatchctl") and not result.stderr
    result = ctl("--version")
    assert result.returncode == 0 and result.stdout.startswith(b"newswatchctl ") and not result.stderr


@pytest.mark.parametrize("arguments, said", [
    ([], "Usage: "), (["pares"], "no command 'pares'"), (["parse"], "no file is given"), (["try"], "no feed is given"), (["try", "-e", "x"], "no feed is given"),
    (["parse", "--frob", "x"], "newswatchctl: parse: unrecognized option '--frob'"), (["parse", "--url"], "requires an argument"),
    (["try", "--frob", "x"], "newswatchctl: try: unrecognized option '--frob'"), (["try", "-e"], "requires an argument"),
], ids=str)
def test_wrong_usage_is_2_and_says_what(arguments, said):
    result = ctl(*arguments)
    assert result.returncode == 2 and said in result.stderr.decode() and not result.stdout


def test_what_cannot_be_written_is_an_error(rss):
    for arguments in (["parse", rss], ["try", "-e", "Alaska", rss], ["--help"]):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([CTL, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=60)
        assert result.returncode == 2 and b"No space left" in result.stderr


# ---- parse ----

def test_parse_writes_one_json_feed_document(rss):
    result = ctl("parse", rss)
    assert result.returncode == 0 and not result.stderr
    assert result.stdout.count(b"\n") == 1
    feed = json.loads(result.stdout)
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1", "title": "Polar News", "home_page_url": "https://polar.example/",
        "description": "From the north", "language": "en-GB",
        "items": [
            {"id": "1", "url": "https://polar.example/story/1", "title": "Alaska talks begin", "content_text": "",
             "summary": "Talks in Alaska on the nuclear deal & more.", "date_published": "2024-11-05T08:01:00Z",
             "authors": [{"name": "Ann"}], "tags": ["World"], "language": "en-GB"},
            {"id": "2", "title": "Alaska Airlines adds a flight", "content_text": "", "summary": "To Seattle.", "language": "en-GB"},
        ],
        "_newswatchd": {"format": "rss", "version": "2.0", "charset": "utf-8", "truncated": False, "problems": []},
    }


@pytest.mark.parametrize("document", [RSS, ATOM, '{"version":"https://jsonfeed.org/version/1","title":"J","items":[{"id":7,"content_html":"<p>a"}]}',
                                      "<rss><channel><item><title>only this</title></item></channel></rss>"], ids=["rss", "atom", "json", "bare"])
def test_parse_is_valid_json_feed_1_1(document):
    result = ctl("parse", "-", stdin=document.encode())
    assert result.returncode == 0
    feed = json.loads(result.stdout)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str) and feed["items"]
    for item in feed["items"]:
        assert isinstance(item["id"], str) and item["id"]
        assert isinstance(item["content_text"], str)
        assert all(isinstance(author["name"], str) for author in item.get("authors", []))


def test_parse_takes_the_url_for_relative_links(rss):
    feed = json.loads(ctl("parse", "--url", "https://polar.example/feeds/all.xml", rss).stdout)
    assert feed["items"][0]["url"] == "https://polar.example/story/1"
    assert feed["feed_url"] == "https://polar.example/feeds/all.xml"


def test_parse_takes_the_content_type_for_the_charset():
    document = '<rss version="2.0"><channel><item><guid>1</guid><title>Переговоры</title></item></channel></rss>'.encode("koi8-r")
    feed = json.loads(ctl("parse", "--content-type", "text/xml; charset=koi8-r", "-", stdin=document).stdout)
    assert feed["items"][0]["title"] == "Переговоры"
    assert feed["_newswatchd"]["charset"] == "koi8-r"


def test_parse_says_what_was_mended_and_where():
    document = RSS.replace("<title>Alaska Airlines adds", "<title>R&D: Alaska Airlines adds").replace("To Seattle.", "To <i>Seattle.").encode()
    feed = json.loads(ctl("parse", "-", stdin=document).stdout)
    assert [item["title"] for item in feed["items"]][1] == "R&D: Alaska Airlines adds a flight"
    problems = feed["_newswatchd"]["problems"]
    assert any("&" in problem["problem"] for problem in problems)
    assert any(problem.get("line") == 6 and "not well formed" in problem["problem"] for problem in problems)


def test_parse_lets_the_whole_feed_tell_day_and_month_and_keeps_the_order():
    dates = ["05/11/2025 09:01", "Wed, 05 Nov 2025 08:00:00 GMT", "04/11/2025", "nonsense", "25/10/2025"]
    items = "".join(f"<item><guid>{n}</guid><pubDate>{date}</pubDate></item>" for n, date in enumerate(dates))
    feed = json.loads(ctl("parse", "-", stdin=f"<rss><channel>{items}</channel></rss>".encode()).stdout)
    assert [item["id"] for item in feed["items"]] == ["0", "1", "2", "3", "4"]
    assert [item.get("date_published") for item in feed["items"]] == [
        "2025-11-05T09:01:00Z", "2025-11-05T08:00:00Z", "2025-11-04T00:00:00Z", None, "2025-10-25T00:00:00Z"]
    feed = json.loads(ctl("parse", "-", stdin=b"<rss><channel><item><guid>0</guid><pubDate>05/11/2025</pubDate></item></channel></rss>").stdout)
    assert "date_published" not in feed["items"][0]
    assert "two ways" in feed["_newswatchd"]["problems"][0]["problem"]


def test_parse_says_when_it_is_truncated():
    document = RSS[: RSS.index("<item><guid>2")].encode()
    result = ctl("parse", "-", stdin=document)
    feed = json.loads(result.stdout)
    assert result.returncode == 0
    assert [item["id"] for item in feed["items"]] == ["1"]
    assert feed["_newswatchd"]["truncated"] is True


def test_parse_of_what_is_no_feed_is_1_with_a_reason(letter, tmp_path):
    for path, why in ((letter, "no feed"), (tmp_path / "missing.xml", "No such file"), (tmp_path, "Is a directory")):
        result = ctl("parse", path)
        assert result.returncode == 1 and not result.stdout
        assert str(path) in result.stderr.decode() and why in result.stderr.decode()
    assert ctl("parse", "-").returncode == 1


def test_parse_of_several_files_is_one_line_each(rss, letter):
    result = ctl("parse", rss, letter, rss)
    first, second, third = lines(result)
    assert result.returncode == 1
    assert first["file"] == str(rss) and first["ok"] is True and len(first["feed"]["items"]) == 2 and "error" not in first
    assert second["file"] == str(letter) and second["ok"] is False and "no feed" in second["error"] and "feed" not in second
    assert third == first
    assert ctl("parse", rss, rss).returncode == 0


def test_parse_lines_is_so_for_one_file_too(rss, letter):
    (only,) = lines(ctl("parse", "--lines", rss))
    assert only["ok"] is True and only["feed"]["title"] == "Polar News"
    result = ctl("parse", "--lines", letter)
    assert result.returncode == 1 and lines(result)[0]["ok"] is False


def test_parse_survives_a_name_of_any_bytes(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\n.xml"
    pathlib.Path(os.fsdecode(path)).write_text(RSS)
    result = subprocess.run([CTL, "parse", "--lines", path], capture_output=True, timeout=60)
    (only,) = lines(result)
    assert only["ok"] is True and only["file"].endswith("\ufffd\n.xml")


def test_parse_takes_a_url(server):
    server.pages["/feed"] = ("application/rss+xml", RSS.encode())
    result = ctl("parse", server.url + "/feed")
    feed = json.loads(result.stdout)
    assert feed["feed_url"] == server.url + "/feed" and feed["items"][0]["url"] == server.url + "/story/1"
    result = ctl("parse", server.url + "/none")
    assert result.returncode == 1 and b"404" in result.stderr


# ---- try ----

def test_try_tells_hits_and_misses_for_people(rss):
    result = ctl("try", "-e", '"nuclear deal"', rss)
    text = result.stdout.decode()
    assert result.returncode == 0 and not result.stderr
    assert "[nuclear deal]" in text and "Alaska Airlines adds a flight" in text and "missing: " in text and "\033" not in text


def test_try_json_is_one_line_for_each_item_and_rule(rss):
    result = ctl("try", "--json", "-e", "Alaska AND deal", "-e", "Seattle", rss)
    assert result.returncode == 0
    records = lines(result)
    assert [(r["item"], r["rule"], r["hit"]) for r in records] == [
        ("1", "Alaska AND deal", True), ("1", "Seattle", False), ("2", "Alaska AND deal", False), ("2", "Seattle", True)]
    assert records[0]["terms"] == [
        {"term": "Alaska", "text": "Alaska", "field": "/title", "start": 0, "end": 6},
        {"term": "Alaska", "text": "Alaska", "field": "/summary", "start": 9, "end": 15},
        {"term": "deal", "text": "deal", "field": "/summary", "start": 31, "end": 35}]
    assert records[0]["missing"] == [] and records[2]["terms"] == []
    assert len(records[2]["missing"]) == 1 and "deal" in records[2]["missing"][0]


def test_try_offsets_are_bytes_into_the_item_as_parsed():
    for record in lines(ctl("try", "--json", "-e", "Аляск* | Переговоры", "-", stdin=ATOM.encode())):
        item = json.loads(ctl("parse", "-", stdin=ATOM.encode()).stdout)["items"][0]
        assert {t["field"] for t in record["terms"]} == {"/title", "/content_text"}
        for term in record["terms"]:
            member = item[term["field"][1:]].encode()
            assert member[term["start"]:term["end"]].decode() == term["text"]


def test_try_exit_status_tells_hit_or_not(rss, letter, tmp_path):
    assert ctl("try", "-e", "Alaska", rss).returncode == 0
    assert ctl("try", "-e", "zebra", rss).returncode == 1
    assert ctl("try", "-e", "zebra", "-e", "Alaska", rss).returncode == 0
    for feed in (letter, tmp_path / "missing.xml", tmp_path):
        result = ctl("try", "-e", "Alaska", rss, feed)
        assert result.returncode == 4 and str(feed) in result.stderr.decode()
        assert b"[Alaska]" in result.stdout # the others are tried all the same


def test_try_takes_the_rules_of_the_configuration(rss, conf):
    records = lines(ctl("try", "-c", conf, "--json", rss))
    assert {(r["item"], r["rule"]) for r in records if r["hit"]} == {("1", "alaska")}
    assert {r["rule"] for r in records} == {"alaska", "there", "american", "never"}


def test_try_with_an_outlet_is_as_in_the_daemon(rss, conf):
    records = lines(ctl("try", "-c", conf, "--outlet", "polar", "--json", rss))
    assert {(r["item"], r["rule"]) for r in records if r["hit"]} == {
        ("1", "alaska"), ("1", "there"), ("2", "there"), ("1", "american"), ("2", "american")}
    records = lines(ctl("try", "-c", conf, "--outlet", "other", "--json", rss))
    assert {(r["item"], r["rule"]) for r in records if r["hit"]} == {("1", "alaska")}
    assert lines(ctl("try", "-e", "outlet:any AND Alaska", "--outlet", "any", "--json", rss))[0]["hit"] is True


def test_try_takes_only_the_rules_that_are_named(rss, conf):
    result = ctl("try", "-c", conf, "--rule", "never", "--rule", "alaska", "--json", rss)
    assert [(r["item"], r["rule"]) for r in lines(result)] == [("1", "never"), ("1", "alaska"), ("2", "never"), ("2", "alaska")]
    assert ctl("try", "-c", conf, "--rule", "never", rss).returncode == 1


def test_try_expressions_may_use_the_lists_of_a_configuration(rss, conf):
    assert [r["hit"] for r in lines(ctl("try", "-c", conf, "-e", "$talks", "--json", rss))] == [True, False]


@pytest.mark.parametrize("arguments, said", [
    (["-e", "Alaska talks"], "-e:1:8: error: two terms with nothing between"),
    (["-e", "$talks"], "-e:1:1: error: there is no list 'talks'"),
    (["-e", "("], "-e:1:"), (["-e", ""], "-e:1:1: error: "), (["-e", "Alaska", "-e", "and"], "-e:1:"),
    (["-c", "/nowhere/a.conf"], "/nowhere/a.conf: No such file"),
    (["-c", "CONF", "--rule", "alsaka"], "has no rule 'alsaka'"), (["-c", "CONF", "--outlet", "poler"], "has no outlet 'poler'"),
], ids=str)
def test_try_with_an_error_in_a_rule_or_the_call_is_2(rss, conf, arguments, said):
    result = ctl("try", *[str(conf) if a == "CONF" else a for a in arguments], rss)
    assert result.returncode == 2 and said in result.stderr.decode() and not result.stdout


def test_try_shows_the_diagnostics_of_the_configuration_as_from_t(rss, tmp_path):
    path = tmp_path / "wrong.conf"
    path.write_text(CONF.replace("match zebra;", "mtach zebra;").replace("$talks;", "$tolks;"))
    result = ctl("try", "-c", path, rss)
    checked = subprocess.run([CTL.parent / "newswatchd", "-t", "-c", path], capture_output=True, timeout=60)
    assert result.returncode == 2 and result.stderr == checked.stderr
    assert f"{path}:9:".encode() in result.stderr and b"did you mean" in result.stderr


def test_try_warns_of_an_expression_and_goes_on(rss):
    result = ctl("try", "-e", "NOT zebra", rss)
    assert result.returncode == 0 and b"-e:1:1: warning: " in result.stderr


def test_try_takes_stdin_and_a_url(server):
    assert ctl("try", "-e", "Alaska", "-", stdin=RSS.encode()).returncode == 0
    server.pages["/feed"] = ("application/rss+xml", RSS.encode())
    server.pages["/empty"] = ("text/xml", b"")
    assert ctl("try", "-e", "Alaska", server.url + "/feed").returncode == 0
    for path in ("/none", "/empty"):
        result = ctl("try", "-e", "Alaska", server.url + path)
        assert result.returncode == 4 and path in result.stderr.decode()


def on_a_terminal(*arguments, **environment):
    try:
        mine, its = pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal can be had here: {error}")
    process = subprocess.Popen([CTL, *map(str, arguments)], stdin=its, stdout=its, stderr=its, env={**os.environ, **environment})
    os.close(its)
    text = b""
    while True:
        try:
            piece = os.read(mine, 65536)
        except OSError: # the other end is closed
            break
        if not piece:
            break
        text += piece
    os.close(mine)
    return process.wait(60), text.decode()


def test_try_highlights_terms_on_a_terminal(rss):
    status, text = on_a_terminal("try", "-e", "deal", rss)
    assert status == 0 and "nuclear \033[1;33mdeal\033[0m" in text and "missing: " in text
    status, text = on_a_terminal("try", "-e", "deal", rss, NO_COLOR="1")
    assert "\033" not in text and "nuclear [deal]" in text
    status, text = on_a_terminal("try", "-e", "a b", rss)
    assert status == 2 and "error" in text and "\033" in text


def test_try_lets_no_control_character_through_to_the_terminal():
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "J",
            "items": [{"id": "1", "title": "a\u001b[2J\u009b31m\u0007b deal", "content_text": "x\u001b]0;title\u0007 deal"}]}
    result = ctl("try", "-e", "deal", "-", stdin=json.dumps(feed).encode())
    text = result.stdout.decode()
    assert result.returncode == 0 and "[deal]" in text
    assert not [c for c in text if c != "\n" and (c < " " or "\x7f" <= c < "\xa0")]
