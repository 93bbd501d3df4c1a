"""Each format, charset and compression, from the wire to the topic."""
import gzip
import json
import shutil
import subprocess
import time
import zlib

import pytest

import feeds
from daemon import configuration

ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Atom</title><id>urn:feed</id>
<updated>{feeds.iso()}</updated><entry><id>urn:atom</id><title type="html">A &amp;lt;storm&amp;gt; &lt;b&gt;warning&lt;/b&gt;</title>
<link href="/story"/><updated>{feeds.iso()}</updated><published>{feeds.iso()}</published>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content></entry></feed>"""
RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://news.example/"><title>RDF</title><link>http://news.example/</link>
<description/></channel><item rdf:about="http://news.example/1"><title>RDF storm</title><link>http://news.example/1</link>
<dc:date>{feeds.iso()}</dc:date></item></rdf:RDF>"""
JSON = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "JSON", "items": [
    {"id": "urn:json", "url": "http://news.example/1", "title": "JSON storm", "content_html": "<p>One.</p><p>Two.</p>",
     "date_published": feeds.iso(), "tags": ["weather"], "authors": [{"name": "Ann"}]}]})

FORMATS = {
    "rss2": ("application/rss+xml", feeds.rss("RSS storm"), "RSS storm", "The Daily Test"),
    "rss1": ("application/rdf+xml", RDF, "RDF storm", "RDF"),
    "atom": ("application/atom+xml", ATOM, "A <storm> warning", "Atom"),
    "json": ("application/feed+json", JSON, "JSON storm", "JSON"),
    "rss2-as-html": ("text/html", feeds.rss("RSS storm"), "RSS storm", "The Daily Test"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_feed_of_each_format_becomes_alerts(daemon, site, topic, name):
    type, body, title, feed_title = FORMATS[name]
    site.page(body=body, type=type)
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    alert, = topic.read(1)
    assert (alert.title, alert.value["feed"]["title"]) == (title, feed_title)
    assert "date_published" in alert.item
    if name in ("atom", "json"):
        assert alert.item["content_text"] == "One.\n\nTwo."
    if name == "atom":
        assert alert.item["url"] == site.url("/story")


@pytest.mark.parametrize("type, declared, encoded, title", [
    ("application/xml", "windows-1251", "windows-1251", "Шторм — «Новости»"),
    ("application/xml; charset=windows-1251", None, "windows-1251", "Шторм №1"),
    ("text/xml", "gb2312", "gb2312", "风暴来了"),
    ("text/xml", "gb2312", "gb18030", "风暴来了 — 镕"),
    ("text/xml", "iso-8859-1", "windows-1252", "Storm “in” Zürich"),
    ("text/xml; charset=iso-8859-1", "utf-8", "utf-8", "Storm: Ελλάδα"),
    ("text/xml", "utf-16", "utf-16", "Storm: 中文 é"),
])
def test_a_feed_of_another_charset_is_read_as_it_was_meant(daemon, site, topic, type, declared, encoded, title):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    site.page(body=feeds.rss(title, declaration=declaration).encode(encoded), type=type)
    daemon.start(configuration(topic.sink, {"gazette": site.url()}, "rule r { match storm | шторм* | 风暴; }"))
    assert topic.read(1)[0].title == title


def test_a_date_without_a_zone_is_in_the_outlets(daemon, site, tmp_path):
    now = int(time.time()) - 60
    local, utc = (time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now + ahead)) for ahead in (20700, 0))
    site.page(body=feeds.rss(feeds.item("Storm", ago=None, extra=f"<pubDate>{local}</pubDate>")))
    for zone in ("Asia/Kathmandu", "+05:45"):
        path = tmp_path / zone.replace("/", "-")
        daemon.state = tmp_path / f"state{zone[0]}"
        daemon.write(configuration(f'file "{path}";', {"gazette": f'timezone "{zone}"; feed "{site.url()}";'}))
        assert daemon.run("--once").returncode == 0
        alert, = map(json.loads, path.read_text().splitlines())
        assert alert["value"]["item"]["date_published"] == utc.replace(" ", "T") + "Z"


def raw_deflate(body):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def by_program(*command):
    return lambda body: subprocess.run(command, input=body, stdout=subprocess.PIPE, check=True).stdout


CODINGS = {"gzip": gzip.compress, "deflate": zlib.compress, "raw deflate": raw_deflate, "br": by_program("brotli", "-c"),
           "zstd": by_program("zstd", "-cq")}


@pytest.mark.parametrize("coding", CODINGS)
def test_a_compressed_feed_is_unpacked(daemon, site, topic, coding):
    if coding in ("br", "zstd") and not shutil.which({"br": "brotli"}.get(coding, coding)):
        pytest.skip("nothing here makes such a body")
    name = coding.split()[-1]
    site.page(body=CODINGS[coding](feeds.rss("Storm").encode()), encoding=name)
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    offered = site.asked(1)[0].headers["Accept-Encoding"].replace(",", " ").split()
    if name not in offered:
        pytest.skip(f"this libcurl knows no {name}")
    assert topic.read(1)[0].title == "Storm"
