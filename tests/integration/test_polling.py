"""When and how feeds are asked."""
import re
import threading

import pytest

import feeds
import web as webs
from daemon import configuration


def test_the_second_poll_is_answered_304_and_silent(daemon, site, topic):
    """Both validators come back byte for byte, odd ones too."""
    etag, modified = 'W/"a,b  c\\"é"'.encode().decode("latin-1"), "Tue, 01 jul 2025 10:00:00 +0000"
    page = site.page(body=feeds.rss("Storm"), etag=etag, last_modified=modified)
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    first, *later = site.asked(4)
    assert "If-None-Match" not in first.headers and "If-Modified-Since" not in first.headers
    for request in later:
        assert (request.headers["If-None-Match"], request.headers["If-Modified-Since"]) == (etag, modified)
    page.etag, page.body = '"2"', feeds.rss("Storm", "Storm two")
    assert [alert.title for alert in topic.read(2)] == ["Storm", "Storm two"]
    assert site.asked_again(2)[-1].headers["If-None-Match"] == '"2"'
    assert daemon.stop() == 0
    assert len(topic.rest()) == 2


def test_a_request_is_that_of_a_polite_reader(daemon, site, topic):
    site.page(body=feeds.rss())
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    headers = site.asked(1)[0].headers
    assert re.match(r"newswatchd/\d+\.\d+", headers["User-Agent"])
    assert "gzip" in headers["Accept-Encoding"] and "application/rss+xml" in headers["Accept"]
    assert headers["Host"] == site.host


def test_a_restart_is_silent_and_keeps_the_next_poll(daemon, web, topic):
    slow, quick = web.site(), web.site()
    for site in (slow, quick):
        site.page(body=feeds.rss("Storm"), etag='"1"')
    daemon.start(configuration(topic.sink, {"slow": f'feed "{slow.url()}" {{ interval 5s; min_interval 4s; }}', "quick": quick.url()}))
    topic.read(2)
    assert daemon.stop() == 0
    asked = len(slow.requests)
    quick.pages["/feed"].etag = '"2"'  # the same items in a document that is sent anew: the store must know them
    daemon.start()
    quick.asked_again(3)
    assert len(slow.requests) == asked  # though the other was asked again and again since the start
    again = slow.asked(asked + 1)[asked]
    assert again.began - slow.requests.all()[asked - 1].began >= 3.9  # the interval of before, not one from the start
    assert again.headers["If-None-Match"] == '"1"'
    assert daemon.stop() == 0
    assert len(topic.rest()) == 2


def test_a_host_is_asked_one_request_at_a_time_and_all_hosts_a_bounded_number(daemon, web, topic):
    """Each answer waits until the bound is reached, or the host is asked a second time."""
    sites = [web.site() for _ in range(6)]
    full = threading.Event()

    def hold(handler):
        if web.under_way >= 4:
            full.set()
        full.wait(10)
        webs.Page(feeds.rss()).serve(handler)

    outlets = {}
    for n, site in enumerate(sites):
        for path in ("/a", "/b", "/c"):
            site.page(path, answer=hold)
        outlets[f"o{n}"] = "".join(f'feed {name} "{site.url("/" + name)}";' for name in "abc")
    daemon.start(configuration(topic.sink, outlets, poll="poll { interval 100ms; transfers 4; }"))
    for site in sites:
        site.asked(9)
    assert [site.most_at_once for site in sites] == [1] * 6
    assert web.most_at_once == 4


def test_feeds_are_not_all_asked_at_once_at_a_start(daemon, web, topic):
    sites = [web.site() for _ in range(30)]
    for site in sites:
        site.page(body=feeds.rss())
    daemon.start(configuration(topic.sink, {f"o{n}": site.url() for n, site in enumerate(sites)}, poll="poll { interval 3s; }"))
    times = sorted(site.asked(1)[0].began for site in sites)
    assert times[-1] - times[0] > 1  # of 3 s: a burst would take a tenth of it
    halfway = sum(time < times[0] + (times[-1] - times[0]) / 2 for time in times)
    assert 3 < halfway < 27


def test_a_redirect_is_followed_and_relative_links_stand_on_its_target(daemon, web, topic):
    first, second = web.site(), web.site()

    def moved(handler):
        handler.send_response(302)
        handler.send_header("Location", second.url("/new/feed"))
        handler.send_header("Content-Length", "0")
        handler.end_headers()
    first.page(answer=moved)
    second.page("/new/feed", body=feeds.rss("Storm").replace("<link>http://news.example/", "<link>../"))
    daemon.start(configuration(topic.sink, {"gazette": first.url()}))
    alert, = topic.read(1)
    assert alert.item["url"].startswith(second.url("/"))
    assert alert.value["feed"]["url"] == first.url()


def test_user_and_password_of_a_url_are_sent_and_shown_nowhere(daemon, site, topic):
    page = site.page(body=feeds.rss("Storm"))
    daemon.start(configuration(topic.sink, {"gazette": site.url().replace("http://", "http://ann:hush@")}))
    assert site.asked(1)[0].headers["Authorization"] == "Basic YW5uOmh1c2g="
    alert, = topic.read(1)
    page.answer = lambda handler: handler.send_error(500)
    daemon.wait_log("gazette: HTTP 500")
    assert "hush" not in str(alert.value) and "hush" not in "".join(daemon.log.all() + daemon.told.all())


@pytest.mark.parametrize("status, header, least", [(503, "1", 1), (429, "1", 1)])
def test_a_server_that_asks_for_time_gets_it(daemon, site, topic, status, header, least):
    def busy(handler):
        handler.send_response(status)
        handler.send_header("Retry-After", header)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
    site.page(answer=busy)
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    first, second = site.asked(2)[:2]
    assert second.began - first.began >= least
