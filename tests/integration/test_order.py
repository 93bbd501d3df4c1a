"""An outlet's alerts keep their order, whatever the broker does not take."""
import feeds
from daemon import configuration


def test_what_follows_a_refused_alert_does_not_overtake_what_was_refused_with_it(daemon, site, make_topic):
    """The broker refuses a whole batch: its good alerts are sent again, before any later one."""
    topic = make_topic(**{"max.message.bytes": "20000"})
    titles = [f"Storm {n}" for n in range(60)]
    items = [feeds.item(f"Storm large {n}", "x" * 40000) if n % 13 == 1 else title for n, title in enumerate(titles)]
    site.page(body=feeds.rss(*items))
    daemon.start(configuration(topic.sink + " option batch.num.messages 4; option linger.ms 0;", {"gazette": site.url()}))
    wanted = [title for n, title in enumerate(titles) if n % 13 != 1]
    assert [alert.title for alert in topic.read(len(wanted))] == wanted
