"""Feeds of our own, written for the tests."""
import email.utils
import time
from xml.sax.saxutils import escape

HOUR = 3600


def date(seconds_ago=60):
    """RFC 822, as RSS has it."""
    return email.utils.formatdate(time.time() - seconds_ago, usegmt=True)


def iso(seconds_ago=60):
    """RFC 3339, as Atom has it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds_ago))


def item(title, text="", guid=None, ago=60, extra="", content=None):
    """An item of RSS; `ago` None leaves it without a date. `content`: the whole text, beside the description."""
    if content:
        extra += f'<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">{escape(content)}</content:encoded>'
    published = "" if ago is None else f"<pubDate>{date(ago)}</pubDate>"
    name = guid or "urn:story:" + title.encode().hex()
    return (f"<item><title>{escape(title)}</title><link>http://news.example/{name.encode().hex()[-40:]}</link>"
            f'<guid isPermaLink="false">{escape(name)}</guid>{published}<description>{escape(text)}</description>{extra}</item>')


def rss(*items, title="The Daily Test", declaration='<?xml version="1.0" encoding="UTF-8"?>', language="en"):
    """Each item is the text of one, or a title."""
    inner = "".join(each if each.startswith("<item") else item(each) for each in items)
    return (f'{declaration}<rss version="2.0"><channel><title>{title}</title><link>http://news.example/</link>'
            f"<description>of the tests</description><language>{language}</language>{inner}</channel></rss>")
