"""What the daemon needs for a feed of 100 MB beside what it needs for a small one: little, whatever the bytes are. Told by the
kernel (VmHWM), of a build without sanitizers, which have memory of their own."""
import itertools
import pathlib
import re

import pytest

import broker
import feeds
from daemon import configuration

PLAIN = broker.ROOT / "build/newswatchd"
SIZE, JUNK_SIZE = 100 << 20, 40 << 20
MOST = 8 << 20  # bytes above the small feed's peak
POLL = "poll { interval 1h; timeout 60s; max_size 256m; %s }"
TEXT = 1 << 20  # max_text, where one text is all there is: it is held as it is written, as plain text, and while it is matched
WORDS = b"The talks went on for a second day, and nobody would say how they went. "
HEAD, TAIL = b"<rss version='2.0'><channel><title>The Daily Test</title>", b"</channel></rss>"


def item(i, text):
    return b"<item><title>Story %d</title><link>http://news.example/%d</link><guid>%d</guid><description>%s</description></item>\n" % (i, i, i, text)


def until(size, piece):
    """Pieces, each made by `piece` of its number, until they are so many bytes."""
    for i in itertools.count():
        made = piece(i)
        yield made
        size -= len(made)
        if size <= 0:
            return


def filled(before, filling, after=b"", size=SIZE):
    """A document of so many bytes: `filling` again and again between two ends."""
    block = filling * ((1 << 16) // len(filling) + 1)
    return lambda: itertools.chain([HEAD, before], until(size, lambda _: block), [after, TAIL])


def junk(before, filling, after=b""):
    return filled(before, filling, after, JUNK_SIZE)


def items(text, count):
    """So many items, SIZE bytes in all."""
    body = text * (SIZE // count // len(text))
    return lambda: itertools.chain([HEAD], (item(i, body) for i in range(count)), [TAIL])


def json_items():
    text = b"<p>" + WORDS * 30 + b"</p>"
    yield b'{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": ['
    yield from until(SIZE, lambda i: b'%s{"id": "%d", "title": "Story %d", "content_html": "%s"}' % (b"," if i else b"", i, i, text))
    yield b"]}"


def attributes():
    yield HEAD + b"<item"
    yield from until(JUNK_SIZE, lambda i: b" a%d='%d'" % (i, i))
    yield b"><title>Story</title></item>" + TAIL


def namespaces():
    yield HEAD
    yield from until(JUNK_SIZE, lambda i: b"<n%d:a xmlns:n%d='http://news.example/%d'>" % (i, i, i))
    yield TAIL


def categories():
    yield HEAD + b"<item><title>Story</title>"
    yield from until(SIZE, lambda i: b"<category>%d</category>" % i)
    yield b"</item>" + TAIL


def authors():
    yield HEAD
    yield from until(SIZE, lambda i: b"<author>%d</author>" % i)
    yield TAIL


def utf16():
    for piece in items(WORDS, 2000)():
        yield piece.decode().encode("utf-16le")[:SIZE]


def undated(i):
    """Of which only the whole document tells the day: it waits, but not all of them do."""
    return item(i, WORDS * 10 + b"</description><pubDate>05/11/2025 10:%02d</pubDate><description>" % (i % 60))


def again(inside):
    """One item of so many elements that say nothing of it, or nothing new."""
    return lambda: itertools.chain([HEAD, b"<item><title>Story</title>"], until(SIZE, lambda i: inside.replace(b"%d", b"%d" % i)), [b"</item>", TAIL])


def same_keys():
    yield b'{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{"id": "1", "title": "Story"'
    yield from until(SIZE, lambda i: b', "title": "%s", "url": "/%d", "tags": ["%d", "%s"]' % (WORDS * 100, i, i, WORDS * 100))
    yield b"}]}"


FIT = {
    "items of 2 KB": items(WORDS, 45000),
    "items of 10 KB with escaped HTML": items(b"&lt;p&gt;One &amp;amp; two.&lt;/p&gt;\n", 10000),
    "items of 10 KB in CDATA": items(b"<![CDATA[<p>" + WORDS + b"</p>]]>\n", 10000),
    "more items than are taken": lambda: itertools.chain([HEAD], until(SIZE, lambda i: item(i, b"A word.")), [TAIL]),
    "JSON items of 2 KB": json_items,
    "UTF-16": utf16,
    "items of one guid": lambda: itertools.chain([HEAD], until(SIZE, lambda i: item(7, WORDS)), [TAIL]),
    "categories of one item": categories,
    "authors of the feed": authors,
    "a title of the feed": filled(b"<title>", WORDS, b"</title>"),
    "white space": filled(b"", b" \n"),
    "empty elements": filled(b"", b"<x/>"),
    "dates that can be read in two ways": lambda: itertools.chain([HEAD], until(SIZE, undated), [TAIL]),
    "texts in elements that say nothing": again(b"<x><description>" + WORDS * 1000 + b"</description></x>"),
    "texts in groups": again(b"<media:group><description>" + WORDS * 1000 + b"</description></media:group>"),
    "sources with authors": again(b"<atom:source><atom:title>" + WORDS * 1000 + b"</atom:title><atom:author><atom:name>%d</atom:name></atom:author></atom:source>"),
    "authors that are long": again(b"<author>" + WORDS * 100 + b"%d</author>"),
    "links again and again": again(b"<link>/%d</link><guid>%d</guid><pubDate>%d</pubDate>"),
    "JSON keys again and again": same_keys,
}
JUNK = {
    "junk before the root": lambda: itertools.chain(until(JUNK_SIZE, lambda _: WORDS * 1000), [HEAD, TAIL]),
    "a comment": junk(b"<!--", WORDS, b"-->"),
    "a comment without an end": junk(b"<!--", WORDS),
    "a processing instruction": junk(b"<?php ", WORDS, b"?>"),
    "a DOCTYPE": lambda: itertools.chain([b"<!DOCTYPE rss ["], until(JUNK_SIZE, lambda _: b"<!ENTITY a 'b'>" * 1000), [b"]>", HEAD, TAIL]),
    "an attribute": junk(b"<item a='", WORDS, b"'><title>Story</title></item>"),
    "attributes of one element": attributes,
    "a tag without an end": junk(b"<item ", WORDS),
    "a quote without an end": junk(b"<item a=\"", b"<b>" + WORDS),
    "an end tag without an end": junk(b"</item ", WORDS),
    "nested elements": junk(b"", b"<a>"),
    "nested items": junk(b"", b"<item>"),
    "namespaces": namespaces,
    "end tags": junk(b"", b"</a>"),
    "a name": junk(b"<", b"abc"),
    "CDATA without an end": junk(b"<![CDATA[", WORDS),
    "ends of CDATA": junk(b"<item><title><![CDATA[", b"]]"),
    "an HTML page": lambda: itertools.chain([b"<!DOCTYPE html><html><head><title>A page</title></head><body>"], until(JUNK_SIZE, lambda _: b"<p class='a'>" + WORDS * 10)),
    "zeros": lambda: until(JUNK_SIZE, lambda _: bytes(1 << 16)),
    "a JSON string": lambda: itertools.chain([b'{"version": "x", "y": "'], until(JUNK_SIZE, lambda _: WORDS * 1000), [b'", "items": []}']),
    "a JSON key": lambda: itertools.chain([b'{"'], until(JUNK_SIZE, lambda _: WORDS * 1000), [b'": 1}']),
    "nested JSON": lambda: until(JUNK_SIZE, lambda _: b"[" * (1 << 16)),
    "a JSON number": lambda: itertools.chain([b'{"version": '], until(JUNK_SIZE, lambda _: b"1" * (1 << 16)), [b"}"]),
}
ONE_TEXT = {
    "nested elements in a text": junk(b"<item><description>", b"<a>"),
    "a reference without an end": junk(b"<item><title>&#", b"0"),
    "signs that become references": junk(b"<item><description><![CDATA[", b"<&", b"]]><b>x</b></description></item>"),
    "an unclosed quote": junk(b"<item><description>&lt;a href='", WORDS, b"</description></item>"),
    "plain": filled(b"<item><title>Story</title><description>", WORDS, b"</description></item>"),
    "escaped": filled(b"<item><title>Story</title><description>", b"&lt;p&gt;One &amp;amp; two.&lt;/p&gt;", b"</description></item>"),
    "CDATA": filled(b"<item><title>Story</title><description><![CDATA[", WORDS, b"]]></description></item>"),
    "title": filled(b"<item><title>", WORDS, b"</title></item>"),
    "link": filled(b"<item><title>Story</title><link>http://news.example/", b"a/../", b"</link></item>"),
    "JSON": lambda: itertools.chain([b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_text": "'],
                                    until(SIZE, lambda _: WORDS * 1000), [b'"}]}']),
}


def serve(document):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/rss+xml")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        pieces = iter(document())
        while block := b"".join(itertools.islice(pieces, 500)):
            handler.wfile.write(block)
    return answer


def peak(daemon):
    """Bytes."""
    status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) << 10


def watch(daemon, site, tmp_path, limits):
    """The peaks after a small feed and after the large one, which comes second."""
    if not PLAIN.exists():
        pytest.skip("there is no build without sanitizers: run make")
    daemon.program = PLAIN
    site.page("/small", feeds.rss("Quiet day"))
    sink = f'file "{tmp_path}/alerts.json";'
    daemon.start(configuration(sink, {"a_small": site.url("/small")}, poll=POLL % limits))
    daemon.wait_log("a_small: first poll")
    idle = peak(daemon)
    daemon.reload(configuration(sink, {"a_small": site.url("/small"), "large": site.url("/large")}, poll=POLL % limits))
    daemon.wait_log("large: ")
    return idle, peak(daemon)


def hold(daemon, site, tmp_path, document, most, limits=""):
    site.page("/large", answer=serve(document))
    idle, large = watch(daemon, site, tmp_path, limits)
    told = daemon.lines("large: ")[0]
    assert large - idle < most, f"{(large - idle) / 2**20:.1f} MB above the {idle / 2**20:.1f} MB of a small feed: {told}"


@pytest.mark.parametrize("name", FIT)
def test_a_feed_of_100_mb_takes_less_than_8_mb(daemon, site, tmp_path, name):
    hold(daemon, site, tmp_path, FIT[name], MOST)


@pytest.mark.parametrize("name", JUNK)
def test_40_mb_of_junk_take_less_than_8_mb(daemon, site, tmp_path, name):
    hold(daemon, site, tmp_path, JUNK[name], MOST)


@pytest.mark.parametrize("name", ONE_TEXT)
def test_memory_is_bounded_by_the_largest_text(daemon, site, tmp_path, name):
    hold(daemon, site, tmp_path, ONE_TEXT[name], 5 * TEXT, f"max_text {TEXT};")
