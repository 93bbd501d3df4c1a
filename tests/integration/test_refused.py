"""What the broker refuses: it judges batches, but one alert's fault is its own, and nothing overtakes."""
import feeds
from daemon import configuration


def story(number, size):
    return feeds.item(f"Storm {number:03}", "x" * size, ago=4000 - number)


def test_batches_above_the_limit_arrive_in_order_and_only_what_is_too_large_alone_is_refused(daemon, site, make_topic):
    """Seen from the topic: 300 alerts of 2 KB go out together, and 100 kB is the limit."""
    topic = make_topic(**{"max.message.bytes": "100000"})
    site.page(body=feeds.rss(*[story(n, 150_000 if n == 170 else 2000) for n in range(300)]))
    daemon.start(configuration(topic.sink, {"gazette": site.url()}))
    numbers = [int(alert.title.split()[1]) for alert in topic.read(299)]
    assert numbers in ([n for n in range(300) if n != 170], [n for n in reversed(range(300)) if n != 170])
    daemon.wait_log("error: the broker refuses an alert for good")
    assert len(daemon.lines("refuses an alert")) == 1
    assert daemon.stop() == 0
    assert len(topic.rest()) == 299
    assert not daemon.lines("producer gave up")
