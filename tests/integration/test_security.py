"""The way to Kafka is closed to others: TLS, SASL, rights. What is wrong is told and waits; what is mended goes on without a restart.
No secret is ever shown."""
import os
import pathlib

import confluent_kafka
import pytest

import daemon as daemons
import feeds
import secure_broker
from secure_broker import PASSWORD, USER

EXPIRED = "20200102000000Z"
RULES = "rule storm { match storm; }"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory):
    """In the place of the one that everybody may come to."""
    node = secure_broker.SecureBroker(tmp_path_factory.mktemp("secure"))
    node.start()
    yield node
    node.end()


@pytest.fixture(scope="module")
def strangers(tmp_path_factory):
    """An authority that the broker does not know."""
    authority = secure_broker.Authority(tmp_path_factory.mktemp("strangers") / "ca", "strangers")
    authority.issue(USER)
    return authority


@pytest.fixture
def pages(site):
    return site.page(body=feeds.rss("Storm one", "Storm two"))


def grant(kafka, topic, user=USER):
    kafka.acl("--add", topic.name, user)


def options(**values):
    return "".join(f'option {name.replace("_", ".")} {value if value.startswith("file ") else chr(34) + value + chr(34)};\n' for name, value in values.items())


def sink(kafka, topic, listener, protocol, more):
    return (f'brokers "localhost:{kafka.ports[listener]}"; topic {topic.name};\n'
            + options(security_protocol=protocol, broker_address_family="v4", reconnect_backoff_max_ms="500", topic_metadata_propagation_max_ms="500") + more)


def tls(kafka, topic, folder, ca=None, more=""):
    return sink(kafka, topic, "ssl", "ssl", options(ssl_ca_location=str(ca or kafka.authority.certificate), ssl_certificate_location=f"{folder}/client.pem",
                                                    ssl_key_location=f"{folder}/client.key") + more)


def sasl(kafka, topic, mechanism, password):
    return sink(kafka, topic, "sasl_ssl", "sasl_ssl",
                options(ssl_ca_location=str(kafka.authority.certificate), sasl_mechanism=mechanism, sasl_username=USER) + password)


def hand_out(authority, folder, **how):
    """A certificate and its key where the daemon looks for them, each put in the place of the one before as a whole."""
    for made, name in zip(authority.issue(USER, **how), ("client.key", "client.pem")):
        (folder / "new").write_text(made.read_text())
        (folder / "new").rename(folder / name)


def configuration(kafka_block, site, rules=RULES):
    return daemons.configuration(kafka_block, {"gazette": site.url()}, rules)


def hup(daemon):
    """A reload of what is written there already."""
    return daemon.reload(daemon.path.read_text())


def put_secret(path, text):
    path.write_text(text)
    path.chmod(0o600)
    return path


def shown(daemon, **environment):
    """All that anybody can see of a running daemon."""
    process = pathlib.Path(f"/proc/{daemon.process.pid}")
    return "\n".join([*daemon.log.all(), *daemon.told.all(), *daemon.out.all(), daemon.run("-T", **environment).stdout,
                      (process / "cmdline").read_text(), (process / "environ").read_text(),
                      *(thread.joinpath("comm").read_text() for thread in (process / "task").iterdir())])


def titles(topic, count):
    return sorted(alert.title for alert in topic.read(count))


def test_over_tls_with_a_clients_certificate(daemon, site, pages, topic, kafka, tmp_path):
    grant(kafka, topic, f"CN={USER}")
    hand_out(kafka.authority, tmp_path)
    daemon.start(configuration(tls(kafka, topic, tmp_path), site))
    assert titles(topic, 2) == ["Storm one", "Storm two"]
    assert "PRIVATE KEY" not in shown(daemon)


def test_over_tls_with_a_key_whose_password_stands_in_a_file(daemon, site, pages, topic, kafka, tmp_path):
    grant(kafka, topic, f"CN={USER}")
    hand_out(kafka.authority, tmp_path, password="marvellous")
    put_secret(tmp_path / "key.password", "marvellous\n")
    daemon.start(configuration(tls(kafka, topic, tmp_path, more=options(ssl_key_password='file "key.password"')), site))
    assert titles(topic, 2) == ["Storm one", "Storm two"]
    assert "marvellous" not in shown(daemon)


def test_over_tls_with_certificate_and_key_from_credentials(daemon, site, pages, topic, kafka, tmp_path):
    grant(kafka, topic, f"CN={USER}")
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    hand_out(kafka.authority, credentials)
    block = sink(kafka, topic, "ssl", "ssl", options(ssl_ca_pem=f'file "{kafka.authority.certificate}"', ssl_certificate_pem='file "client.pem"',
                                                     ssl_key_pem='file "client.key"'))
    daemon.start(configuration(block, site), CREDENTIALS_DIRECTORY=str(credentials))
    assert titles(topic, 2) == ["Storm one", "Storm two"]
    assert "PRIVATE KEY" not in shown(daemon, CREDENTIALS_DIRECTORY=str(credentials))


@pytest.mark.parametrize("where", ["option", "file", "credential"])
def test_with_a_password(daemon, site, pages, topic, kafka, tmp_path, where):
    grant(kafka, topic)
    environment = {}
    if where == "credential":
        (tmp_path / "credentials").mkdir()
        put_secret(tmp_path / "credentials" / "kafka.password", PASSWORD)
        put_secret(tmp_path / "kafka.password", "of somebody else")
        environment = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}
    elif where == "file":
        put_secret(tmp_path / "kafka.password", PASSWORD + "\n")

    daemon.start(configuration(sasl(kafka, topic, "PLAIN", options(sasl_password=PASSWORD) if where == "option" else 'password_file "kafka.password";'),
                               site), **environment)
    assert titles(topic, 2) == ["Storm one", "Storm two"]
    assert PASSWORD not in shown(daemon, **environment)


def test_with_a_bearers_token(daemon, site, pages, topic, kafka):
    grant(kafka, topic, "bearer")
    daemon.start(configuration(sink(kafka, topic, "sasl", "sasl_plaintext", options(
        sasl_mechanism="OAUTHBEARER", enable_sasl_oauthbearer_unsecure_jwt="true", sasl_oauthbearer_config="principal=bearer scope=marvellous")), site))
    assert titles(topic, 2) == ["Storm one", "Storm two"]
    assert "marvellous" not in shown(daemon)


@pytest.mark.parametrize("config", ["principal=bearer marvellous=wonderful", "principal=", "scope=marvellous", "principal=bearer lifeSeconds=marvellous"])
def test_a_token_that_cannot_be_made_is_told_and_not_shown(daemon, site, topic, kafka, config):
    """librdkafka would show it, and then die of it."""
    daemon.write(configuration(sink(kafka, topic, "sasl", "sasl_plaintext", options(
        sasl_mechanism="OAUTHBEARER", enable_sasl_oauthbearer_unsecure_jwt="true", sasl_oauthbearer_config=config)), site))
    done = daemon.run("-t")
    assert done.returncode == 1 and ": error: " in done.stderr
    assert "marvellous" not in done.stderr and "wonderful" not in done.stderr


def test_with_scram(daemon, site, pages, topic, kafka, tmp_path):
    """Brokers of today refuse that of an older librdkafka: then a warning says why, and what else there is."""
    grant(kafka, topic)
    put_secret(tmp_path / "kafka.password", PASSWORD)
    daemon.start(configuration(sasl(kafka, topic, "SCRAM-SHA-512", 'password_file "kafka.password";'), site))
    if confluent_kafka.libversion()[1] < 0x02060100:
        daemon.wait_log("warning: brokers since Kafka 3.7.2 .*: use PLAIN")
        daemon.wait_log("warning: Kafka: .*(?i:authentication|SASL).*; alerts are kept and delivered later")
        daemon.reload(configuration(sasl(kafka, topic, "PLAIN", 'password_file "kafka.password";'), site))
    assert titles(topic, 2) == ["Storm one", "Storm two"]
    assert PASSWORD not in shown(daemon)


def test_with_a_wrong_password_alerts_wait_for_the_right_one(daemon, site, pages, topic, kafka, tmp_path):
    """It changes in its file; the configuration says the same as before."""
    grant(kafka, topic)
    put_secret(tmp_path / "kafka.password", "marvellous")
    daemon.start(configuration(sasl(kafka, topic, "PLAIN", 'password_file "kafka.password";'), site))
    daemon.wait_log("warning: Kafka: .*(?i:authentication|SASL).*; alerts are kept and delivered later")
    site.asked_again(2)
    put_secret(tmp_path / "kafka.password", PASSWORD)
    hup(daemon)
    assert titles(topic, 2) == ["Storm one", "Storm two"]
    pages.body = feeds.rss("Storm three")
    assert titles(topic, 3)[1] == "Storm three"
    everything = shown(daemon)
    assert "marvellous" not in everything and PASSWORD not in everything
    assert len(topic.rest()) == 3


@pytest.mark.parametrize("wrong", ["expired", "untrusted"])
def test_a_certificate_that_the_broker_does_not_take_is_told_and_renewed(daemon, site, pages, topic, kafka, strangers, tmp_path, wrong):
    grant(kafka, topic, f"CN={USER}")
    hand_out(*((kafka.authority, tmp_path) if wrong == "expired" else (strangers, tmp_path)), **({"until": EXPIRED} if wrong == "expired" else {}))
    daemon.start(configuration(tls(kafka, topic, tmp_path), site))
    daemon.wait_log("warning: Kafka: .*(?i:ssl|certificate).*; alerts are kept and delivered later")
    site.asked_again(2)
    hand_out(kafka.authority, tmp_path)
    hup(daemon)
    assert titles(topic, 2) == ["Storm one", "Storm two"]
    assert "PRIVATE KEY" not in shown(daemon)
    assert len(topic.rest()) == 2


def test_a_broker_that_is_not_trusted_is_told_until_its_authority_is(daemon, site, pages, topic, kafka, strangers, tmp_path):
    grant(kafka, topic, f"CN={USER}")
    hand_out(kafka.authority, tmp_path)
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(strangers.certificate.read_text())
    daemon.start(configuration(tls(kafka, topic, tmp_path, trusted), site))
    daemon.wait_log("warning: Kafka: .*(?i:certificate).*; alerts are kept and delivered later")
    trusted.write_text(kafka.authority.certificate.read_text())
    hup(daemon)
    assert titles(topic, 2) == ["Storm one", "Storm two"]


def test_a_reload_with_a_key_that_is_no_key_changes_nothing(daemon, site, pages, topic, kafka, tmp_path):
    grant(kafka, topic, f"CN={USER}")
    hand_out(kafka.authority, tmp_path)
    daemon.start(configuration(tls(kafka, topic, tmp_path), site))
    topic.read(2)
    (tmp_path / "client.key").write_text("not yet\n")
    logged = len(daemon.log)
    told = len(daemon.told)
    os.kill(daemon.process.pid, 1)
    daemon.told.wait("the end of the reload", lambda messages: "READY=1" in "\n".join(messages[told:]).split("\n"))
    daemon.wait_log("not reloaded, the old configuration stays", logged)
    pages.body = feeds.rss("Storm three")
    assert titles(topic, 3)[1] == "Storm three"


def test_a_topic_without_a_right_waits_alone_until_it_is_given(daemon, site, pages, make_topic, kafka, tmp_path):
    open_one, closed_one = make_topic(), make_topic()
    grant(kafka, open_one)
    put_secret(tmp_path / "kafka.password", PASSWORD)
    pages.body = feeds.rss("Storm one", "Flood one")
    daemon.start(configuration(sasl(kafka, open_one, "PLAIN", 'password_file "kafka.password";'), site,
                               f"rule flood {{ topic {closed_one.name}; match flood; }}" + RULES))
    assert titles(open_one, 1) == ["Storm one"]
    daemon.wait_log(rf"warning: Kafka: topic {closed_one.name}: .*do not allow this user .*")
    pages.body = feeds.rss("Storm two", "Flood two")
    assert titles(open_one, 2) == ["Storm one", "Storm two"]
    grant(kafka, closed_one)
    assert [alert.title for alert in closed_one.read(2)] == ["Flood one", "Flood two"]
    daemon.wait_log(rf"Kafka: topic {closed_one.name} takes alerts again")
    assert len(daemon.lines("warning: Kafka")) == 1


def test_a_right_that_is_taken_away_and_given_back_costs_nothing(daemon, site, pages, topic, kafka, tmp_path):
    grant(kafka, topic)
    put_secret(tmp_path / "kafka.password", PASSWORD)
    daemon.start(configuration(sasl(kafka, topic, "PLAIN", 'password_file "kafka.password";'), site))
    topic.read(2)
    kafka.acl("--remove", topic.name)
    pages.body = feeds.rss("Storm three")
    daemon.wait_log(rf"warning: Kafka: topic {topic.name}: .*(?i:authoriz)")
    grant(kafka, topic)
    assert titles(topic, 3) == ["Storm one", "Storm three", "Storm two"]
    assert len(topic.rest()) == 3


def test_a_mistake_beside_a_secret_does_not_show_it(daemon, site, pages, topic, kafka):
    grant(kafka, topic)
    good = configuration(sasl(kafka, topic, "PLAIN", options(sasl_password=PASSWORD)), site)
    daemon.start(good)
    topic.read(2)
    daemon.write(good.replace(f'"{PASSWORD}"', f'"{PASSWORD}" oops'))
    logged = len(daemon.log)
    os.kill(daemon.process.pid, 1)
    daemon.wait_log("not reloaded, the old configuration stays", logged)
    assert daemon.lines(r"error: a ; is expected here") and daemon.lines(r"option sasl\.password \*+ ")
    assert PASSWORD not in "\n".join(daemon.log.all())
