"""Servers that misbehave: the feed fails, is said to fail once, and other feeds go on unharmed."""
import gzip
import socket
import ssl
import subprocess

import pytest

import feeds
from daemon import configuration

# Quick time limits and a small size, so that each bad answer comes to its end within a second.
POLL = "poll { interval 100ms; timeout 1s; max_size 4m; }"
CHUNK = b"<!-- " + b"padding " * 8000 + b"-->"


def hang(handler):
    """Neither an answer nor an end: until the daemon hangs up."""
    handler.connection.settimeout(30)
    handler.rfile.read(1)


def hang_in_the_body(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 5000\r\n\r\n<rss version='2.0'><channel>")
    hang(handler)


def endless_body(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss version='2.0'><channel>")
    while True:
        handler.wfile.write(CHUNK)


def gzip_bomb(handler):
    """40 MB of a valid feed in some 40 kB."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/rss+xml")
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(len(BOMB)))
    handler.end_headers()
    handler.wfile.write(BOMB)


BOMB = gzip.compress(feeds.rss(feeds.item("Big", "calm ")).encode().replace(b"calm ", b"calm " * (8 << 20)))


MORE = gzip.compress(feeds.rss("Quiet day").encode()) + b"and more"


def redirect_to(target):
    def answer(handler):
        handler.send_response(301)
        handler.send_header("Location", target)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
    return answer


def endless_head(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"X-More: " + b"y" * 1000 + b"\r\n")


def raw(data):
    def answer(handler):
        handler.wfile.write(data)
        handler.close_connection = True
    return answer


def empty_answer(handler):
    handler.close_connection = True


def cut_off(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss version='2.0'><channel>")
    handler.close_connection = True


def status(code):
    return lambda handler: handler.send_error(code)


MISDEEDS = {
    "hangs": (hang, "the server sent nothing for 1 s"),
    "hangs in the body": (hang_in_the_body, "not complete after 1 s"),
    "endless body": (endless_body, r"the body is larger than max_size \(4 MB decoded\)"),
    "gzip bomb": (gzip_bomb, r"larger than max_size|compressed beyond reason"),
    "redirect loop": (redirect_to("/feed"), "redirected too often: more than 10 times"),
    "redirect to a file": (redirect_to("file:///etc/passwd"), r"redirected to file://, which is refused"),
    "redirect to gopher": (redirect_to("gopher://127.0.0.1:70/"), r"redirected to gopher://, which is refused"),
    "endless head": (endless_head, "the header of the answer is too large"),
    "no HTTP": (raw(b"SSH-2.0-OpenSSH_9.2\r\n" * 3), "the answer is not HTTP"),
    "noise": (raw(bytes(range(256)) * 40), "the answer is not HTTP"),
    "nothing": (empty_answer, "the server closed the connection without an answer"),
    "cut off": (cut_off, "the body ended early, after 28 bytes"),
    "500": (status(500), r"HTTP 500 \(internal server error\)"),
    "404": (status(404), r"HTTP 404 \(not found\)"),
    "403": (status(403), r"HTTP 403 \(forbidden\)"),
    "a page of HTML": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 44\r\n\r\n<!DOCTYPE html><html><p>Hello</p></html> now"), "no feed|not a feed|HTML"),
    "an empty body": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "empty|no feed|not a feed"),
    "a damaged gzip": (raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + b"\x1f\x8b\x08\x00" + b"damaged " * 2),
                       "compressed body is damaged"),
    "a gzip with more behind it": (raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(MORE) + MORE),
                                   "compressed body is damaged"),
    "304 that nobody asked for": (raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "HTTP 304"),
}


@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_a_bad_answer_is_said_once_harms_no_other_feed_and_recovers(daemon, web, topic, misdeed):
    answer, reason = MISDEEDS[misdeed]
    bad, good = web.site(), web.site()
    page = bad.page(answer=answer)
    well = good.page(body=feeds.rss("Quiet day"))
    daemon.start(configuration(topic.sink, {"bad": bad.url(), "good": good.url()}, poll=POLL))
    daemon.wait_log(f"warning: bad: .*({reason}).*next try in")
    bad.asked(3)
    good.asked_again(2)
    well.body = feeds.rss("Storm in the good feed")
    assert topic.read(1)[0].title == "Storm in the good feed"
    page.answer, page.body = None, feeds.rss("Storm in the bad feed")
    assert topic.read(2)[1].title == "Storm in the bad feed"
    bad.asked_again(2)
    assert daemon.stop() == 0
    assert len(daemon.lines("warning: bad")) == len(daemon.lines("bad: works again")) == 1
    assert not daemon.lines("warning: good")
    assert not daemon.lines("root:")  # of /etc/passwd
    assert len(topic.rest()) == 2


def test_a_refused_connection_is_said_once_and_recovers(daemon, web, topic):
    good = web.site()
    well = good.page(body=feeds.rss())
    holder = socket.socket()  # bound, but not listening: nobody else gets the port, and it refuses
    holder.bind(("127.0.9.9", 0))
    url = "http://127.0.9.9:%d/feed" % holder.getsockname()[1]
    daemon.start(configuration(topic.sink, {"bad": url, "good": good.url()}, poll=POLL))
    daemon.wait_log("warning: bad: connection refused")
    well.body = feeds.rss("Storm")
    topic.read(1)
    good.asked_again(3)
    assert len(daemon.lines("warning: bad")) == 1
    holder.close()


def test_another_reason_to_fail_is_no_change_of_state(daemon, site, topic):
    page = site.page(answer=status(500))
    daemon.start(configuration(topic.sink, {"bad": site.url()}, poll=POLL))
    site.asked(2)
    page.answer = status(404)
    site.asked_again(2)
    assert daemon.stop() == 0
    assert len(daemon.lines("bad: HTTP")) == 1


def test_complete_items_of_a_body_that_breaks_off_are_alerts_once(daemon, site, topic):
    whole = feeds.rss("Storm one", "Storm two").encode()
    half = whole[:whole.index(b"Storm two")]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(whole)
    page = site.page(answer=raw(head + half))
    daemon.start(configuration(topic.sink, {"bad": site.url()}, poll=POLL))
    assert topic.read(1)[0].title == "Storm one"
    site.asked_again(1)
    page.answer, page.body = None, whole
    assert topic.read(2)[1].title == "Storm two"
    site.asked_again(2)
    assert daemon.stop() == 0
    assert len(topic.rest()) == 2


def test_a_match_is_one_line_of_the_log_of_bounded_length(daemon, site, topic):
    huge = feeds.item("Storm " + "and thunder " * 20000, guid="huge")
    site.page(body=feeds.rss(huge, huge, feeds.item("Flood of a storm")))
    many = "".join(f"rule of-many-{n} {{ match flood; }}\n" for n in range(200))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}, "rule storm { match storm; }\n" + many))
    assert len(topic.read(2)[1].value["matches"]) == 201
    site.asked(2)
    assert daemon.stop() == 0
    assert len(daemon.lines("storm: gazette: Storm and thunder .*…$")) == 1
    assert len(daemon.lines("storm, of-many-0, .*…: gazette: Flood of a storm$")) == 1
    assert max(map(len, daemon.log.all())) < 800


@pytest.fixture
def certificate(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=news.example", "-addext", "subjectAltName=IP:127.0.0.3", "-keyout", key, "-out", certificate],
                   check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def test_https_with_a_certificate_that_nobody_vouches_for_is_refused(daemon, web, topic, certificate):
    bad, good = web.site(secure=certificate[0]), web.site()
    bad.page(body=feeds.rss("Storm of an impostor"))
    good.page(body=feeds.rss("Storm"))
    daemon.start(configuration(topic.sink, {"bad": bad.url(), "good": good.url()}, poll=POLL))
    daemon.wait_log("warning: bad: the certificate is refused")
    topic.read(1)
    good.asked(4)
    assert daemon.stop() == 0
    assert len(bad.requests) == 0 and len(topic.rest()) == 1


def test_https_with_a_trusted_certificate_is_read_and_with_another_name_refused(daemon, web, topic, certificate):
    right, wrong = web.site(secure=certificate[0]), web.site(secure=certificate[0])
    assert right.host.startswith("127.0.0.3:")  # the name in the certificate
    for site in (right, wrong):
        site.page(body=feeds.rss("Storm"))
    daemon.start(configuration(topic.sink, {"right": right.url(), "wrong": wrong.url()}, poll=POLL), SSL_CERT_FILE=str(certificate[1]))
    daemon.wait_log("warning: wrong: the certificate is refused")
    assert topic.read(1)[0].key == "right"
    assert daemon.stop() == 0
    assert len(wrong.requests) == 0 and len(topic.rest()) == 1
