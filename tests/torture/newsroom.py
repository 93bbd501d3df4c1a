"""Feeds that gain stories all the time, behind an HTTP server.

A story is numbered, so that order and completeness can be judged, and stays in its feed until the daemon's store holds it: the ETag that stands
there tells (see instance.learn). So nothing is ever missed because of the feed, whatever happens to the daemon."""
import asyncio
import email.utils
import time

OVERLAP = 15      # stories that stay although the daemon holds them: it must know them again
PILE_MOST = 250   # stories that it does not hold yet: then the feed waits

WORDS = "the harbour council met again to speak about the long bridge while traders waited for news of the river and its old market ".split()


class Feed:
    def __init__(self, outlet, name, chance, topics):
        """`topics`: word -> the topic that a story with this word goes to."""
        self.outlet, self.name, self.chance, self.topics = outlet, name, chance, topics
        self.id = f"{outlet}.{name}"
        self.stories = [self.render("Calm", [])]  # its number is 0; a feed always has one
        self.words = [()]                         # of each story
        self.confirmed = 0                        # stories that the daemon's store holds
        self.body = None

    @property
    def unconfirmed(self):
        return len(self.stories) - self.confirmed

    def render(self, title, words):
        number = len(self.stories) if hasattr(self, "stories") else 0
        text = " ".join(self.chance.choices(WORDS, k=self.chance.choice((5, 40, 40, 150, 600))))
        return (f"<item><title>{title} {number} in {self.id}</title><link>http://{self.id}.example/{number}</link>"
                f'<guid isPermaLink="false">urn:torture:{self.id}:{number}</guid>'
                f"<pubDate>{email.utils.formatdate(time.time(), usegmt=True)}</pubDate>"
                f"<description>{' '.join(words)} {text}</description></item>")

    def gain(self, count):
        """Returns how many alerts this asks for."""
        alerts = 0
        for _ in range(min(count, PILE_MOST - self.unconfirmed)):
            words = tuple(word for word in self.topics if self.chance.random() < 0.45)
            self.stories.append(self.render("Report", words))
            self.words.append(words)
            alerts += len(words)
            self.body = None
        return alerts

    def confirm(self, count):
        """The daemon's store holds so many."""
        if count > self.confirmed:
            for number in range(max(0, self.confirmed - OVERLAP), max(0, count - OVERLAP)):
                self.stories[number] = ""  # they would fill the memory
            self.confirmed, self.body = count, None

    def expected(self):
        """topic -> the numbers of the stories that go there."""
        return {topic: [number for number, words in enumerate(self.words) if word in words] for word, topic in self.topics.items()}

    def answer(self, etag):
        """The oldest story stands first, for alerts are sent in the document's order."""
        if etag == f'"{len(self.stories)}"':
            return b'HTTP/1.1 304 Not Modified\r\nETag: "%d"\r\n\r\n' % len(self.stories)
        if self.body is None:
            stories = "".join(self.stories[max(0, self.confirmed - OVERLAP):])
            self.body = (f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{self.id}</title>'
                         f"<link>http://{self.id}.example/</link><description>of the torture</description><language>en</language>{stories}"
                         f"</channel></rss>").encode()
        return b'HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: "%d"\r\nContent-Length: %d\r\n\r\n%b' % (
            len(self.stories), len(self.body), self.body)


class Site:
    """The host of one outlet."""

    def __init__(self, address, feeds):
        self.address = address
        self.feeds = {f"/{feed.name}": feed for feed in feeds}

    async def start(self):
        self.server = await asyncio.start_server(self.talk, self.address, 0)
        self.host = "%s:%d" % self.server.sockets[0].getsockname()
        return self

    async def talk(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.decode("latin-1").split("\r\n")
                etag = next((line.split(":", 1)[1].strip() for line in lines if line.lower().startswith("if-none-match:")), None)
                writer.write(self.feeds[lines[0].split()[1]].answer(etag))
                await writer.drain()
        except (OSError, EOFError, asyncio.LimitOverrunError):
            pass  # the daemon hung up, or died
        finally:
            writer.close()

    def close(self):
        self.server.close()
