"""Feeds out of stories, in the four formats, and the HTTP server that serves them as a careful outlet would."""

import email.utils
import hashlib
import json
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

CONTENT_TYPES = {"RSS 2.0": "application/rss+xml", "RSS 1.0": "application/rdf+xml", "Atom": "application/atom+xml",
                 "JSON Feed": "application/feed+json"}


def link_of(outlet, story):
    return f"https://{outlet.id}.example/{story.name}"


def rss2(outlet, stories):
    items = "".join(f"<item><title>{escape(s.title)}</title><link>{link_of(outlet, s)}</link><guid>{link_of(outlet, s)}</guid>"
                    f"<pubDate>{email.utils.format_datetime(date)}</pubDate>"
                    f"<description><![CDATA[{s.html}]]></description></item>\n" for s, date in stories)
    return (f'<rss version="2.0"><channel><title>{escape(outlet.name)}</title><link>https://{outlet.id}.example/</link>'
            f"<description>Sample stories</description><language>{outlet.language}</language>\n{items}</channel></rss>\n")


def rss1(outlet, stories):
    items = "".join(f'<item rdf:about="{link_of(outlet, s)}"><title>{escape(s.title)}</title><link>{link_of(outlet, s)}</link>'
                    f"<dc:date>{date.isoformat()}</dc:date><description>{escape(s.html)}</description></item>\n" for s, date in stories)
    return ('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f'<channel rdf:about="https://{outlet.id}.example/"><title>{escape(outlet.name)}</title></channel>\n{items}</rdf:RDF>\n')


def atom(outlet, stories):
    entries = "".join(f'<entry><id>{link_of(outlet, s)}</id><title>{escape(s.title)}</title><link href="{link_of(outlet, s)}"/>'
                      f"<published>{date.isoformat()}</published><updated>{date.isoformat()}</updated>"
                      f'<content type="html">{escape(s.html)}</content></entry>\n' for s, date in stories)
    return (f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}"><id>https://{outlet.id}.example/</id>'
            f"<title>{escape(outlet.name)}</title><updated>{max(date for _, date in stories).isoformat()}</updated>\n{entries}</feed>\n")


def json_feed(outlet, stories):
    items = [{"id": link_of(outlet, s), "url": link_of(outlet, s), "title": s.title, "content_html": s.html,
              "date_published": date.isoformat()} for s, date in stories]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "language": outlet.language, "items": items},
                      ensure_ascii=False, indent=1)


WRITERS = {"RSS 2.0": rss2, "RSS 1.0": rss1, "Atom": atom, "JSON Feed": json_feed}


def write_feed(outlet, stories):
    """The bytes of a feed, from pairs of a story and its date."""
    text = WRITERS[outlet.format](outlet, stories)
    if outlet.format != "JSON Feed":
        text = f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n{text}'
    return text.encode(outlet.encoding)


class Server(ThreadingHTTPServer):
    """Serves the feeds at a port that the kernel chooses; answers a conditional request with 304, and counts."""

    daemon_threads = True

    def __init__(self, outlets):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.outlets = {o.id: o for o in outlets}
        self.stories = {o.id: [] for o in outlets}
        self.pages = {}
        self.answers = {o.id: {200: 0, 304: 0} for o in outlets}
        for o in outlets:
            self.publish(o.id, o.stories)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def publish(self, outlet_id, stories):
        """Add stories to a feed; their ages count from now."""
        o = self.outlets[outlet_id]
        now = datetime.now(timezone.utc).replace(microsecond=0)
        dated = [(s, now - timedelta(minutes=s.age)) for s in stories]
        self.stories[outlet_id] = sorted(dated + self.stories[outlet_id], key=lambda pair: pair[1], reverse=True)
        body = write_feed(o, self.stories[outlet_id])
        headers = {"Content-Type": CONTENT_TYPES[o.format], "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
                   "Last-Modified": email.utils.format_datetime(now, usegmt=True)}
        with self.lock:
            self.pages["/" + o.path] = (o.id, headers, body)

    def count(self, status):
        with self.lock:
            return sum(a[status] for a in self.answers.values())

    def least(self, status):
        """How often the feed that had this answer least often had it."""
        with self.lock:
            return min(a[status] for a in self.answers.values())

    def handle_error(self, request, client_address):
        pass  # a client that went away in the middle is no news


class Handler(BaseHTTPRequestHandler):
    server_version = "demo"
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        with self.server.lock:
            outlet_id, headers, body = self.server.pages.get(self.path, (None, {}, b""))
            fresh = headers.get("ETag") != self.headers.get("If-None-Match")
            if outlet_id:
                self.server.answers[outlet_id][200 if fresh else 304] += 1
        if not outlet_id:
            self.send_error(404)
            return
        self.send_response(200 if fresh else 304)
        for name, value in headers.items():
            self.send_header(name, value)
        if fresh:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fresh:
            self.wfile.write(body)

    def log_message(self, *args):
        pass
