"""A real HTTP server on loopback that answers as told, badly where asked to, and records what it was asked."""
import email.utils
import http.server
import selectors
import socket
import ssl
import threading
import time

import record


class Request:
    def __init__(self, path, headers):
        self.path = path
        self.headers = headers
        self.began = time.monotonic()

    def __repr__(self):
        return f"{self.path} {dict(self.headers)}"


class Page:
    """What stands at a path. With validators it answers conditional requests; `answer` takes the whole connection over."""

    def __init__(self, body="", type="application/rss+xml", etag=None, last_modified=None, encoding=None, answer=None):
        self.body, self.type, self.etag, self.last_modified, self.encoding = body, type, etag, last_modified, encoding
        self.answer = answer

    def serve(self, handler):
        if self.answer:
            self.answer(handler)
            return
        asked = handler.headers
        known = (self.etag and asked.get("If-None-Match") == self.etag) or \
            (not self.etag and self.last_modified and asked.get("If-Modified-Since") == self.last_modified)
        body = self.body.encode() if isinstance(self.body, str) else self.body
        handler.send_response(304 if known else 200)
        for name, value in (("ETag", self.etag), ("Last-Modified", self.last_modified)):
            if value:
                handler.send_header(name, value)
        if not known:
            handler.send_header("Content-Type", self.type)
            if self.encoding:
                handler.send_header("Content-Encoding", self.encoding)
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if not known:
            handler.wfile.write(body)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self):
        site = self.server
        page = site.pages.get(self.path)
        site.began(self)
        try:
            if page:
                page.serve(self)
            else:
                self.send_error(404)
        finally:
            site.ended()

    def log_message(self, *_):
        pass


class Site:
    """A host: an address of its own, so that the daemon takes it for one."""

    def __init__(self, web, address, secure=None):
        self.web, self.secure = web, secure
        self.pages = {}
        self.socket = socket.create_server((address, 0), backlog=64)
        self.socket.setblocking(False)
        self.host = "%s:%d" % self.socket.getsockname()
        self.requests = record.Record(self.host)
        self.under_way = self.most_at_once = 0

    def url(self, path="/feed"):
        return f"{'https' if self.secure else 'http'}://{self.host}{path}"

    def page(self, path="/feed", *arguments, **options):
        page = self.pages[path] = Page(*arguments, **options)
        return page

    def asked(self, count, path=None):
        """Wait until it (or this path) was asked so often; these requests."""
        def found(requests):
            those = [r for r in requests if path in (None, r.path)]
            return len(those) >= count and those
        return self.requests.wait(f"{count} requests of {path or 'any path'}", found)

    def asked_again(self, times=1, path=None):
        """Wait for so many requests that come after this call."""
        before = len([r for r in self.requests.all() if path in (None, r.path)])
        return self.asked(before + times, path)[before:]

    # Called by the handlers, each in its thread.
    def began(self, handler):
        with self.web.lock:
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
            self.web.under_way += 1
            self.web.most_at_once = max(self.web.most_at_once, self.web.under_way)
        self.requests.add(Request(handler.path, handler.headers))

    def ended(self):
        with self.web.lock:
            self.under_way -= 1
            self.web.under_way -= 1


class Web:
    """One thread accepts for all hosts, and gives each connection a thread."""

    def __init__(self):
        self.lock = threading.Lock()
        self.under_way = self.most_at_once = 0
        self.selector = selectors.DefaultSelector()
        self.sites, self.connections = [], []
        self.closing = threading.Event()
        self.waker, woken = socket.socketpair()
        self.selector.register(woken, selectors.EVENT_READ, None)
        self.woken = woken
        threading.Thread(target=self.accept, daemon=True).start()

    def site(self, secure=None):
        n = len(self.sites) + 2
        site = Site(self, f"127.0.{n // 250}.{n % 250 + 1}", secure)
        self.sites.append(site)
        self.selector.register(site.socket, selectors.EVENT_READ, site)
        self.waker.send(b".")
        return site

    def accept(self):
        while not self.closing.is_set():
            for key, _ in self.selector.select():
                if key.data is None:
                    key.fileobj.recv(4096)
                    continue
                try:
                    connection, peer = key.fileobj.accept()
                except OSError:
                    continue
                self.connections.append(connection)
                threading.Thread(target=self.talk, args=(connection, peer, key.data), daemon=True).start()

    def talk(self, connection, peer, site):
        connection.setblocking(True)
        try:
            if site.secure:
                connection = site.secure.wrap_socket(connection, server_side=True)
            Handler(connection, peer, site)
        except (OSError, ValueError, ssl.SSLError):
            pass  # the daemon hung up, which is its right
        finally:
            connection.close()

    def close(self):
        self.closing.set()
        self.waker.send(b".")
        for site in self.sites:
            site.socket.close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def http_date(seconds_ago=0):
    return email.utils.formatdate(time.time() - seconds_ago, usegmt=True)
