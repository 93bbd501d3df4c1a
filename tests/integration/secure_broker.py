"""A real Kafka that lets in only whom it knows: TLS, SASL, access control lists. The tests themselves come by a plain listener, as its
administrator; the daemon by the others, as the user `news`."""
import subprocess

import broker

PASSWORD = "wonder-ful/42!"  # of `news`
USER = "news"

PROPERTIES = """
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL,SASL_PLAINTEXT:SASL_PLAINTEXT
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller},SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{sasl_ssl},SASL_PLAINTEXT://127.0.0.1:{sasl}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SSL://localhost:{ssl},SASL_SSL://localhost:{sasl_ssl},SASL_PLAINTEXT://127.0.0.1:{sasl}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=false
ssl.keystore.type=PEM
ssl.keystore.location={folder}/ca/broker.both
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca/ca.pem
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512,OAUTHBEARER
listener.name.sasl_ssl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{user}="{password}";
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_plaintext.sasl.enabled.mechanisms=OAUTHBEARER
listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";
connection.failed.authentication.delay.ms=50
"""

CA = """
[ca]
default_ca = own
[own]
database = {folder}/index
new_certs_dir = {folder}
serial = {folder}/serial
default_md = sha256
policy = any
unique_subject = no
x509_extensions = ours
[any]
commonName = supplied
[ours]
subjectAltName = DNS:localhost, IP:127.0.0.1
"""


class Authority:
    """Makes certificates: NAME.key (PKCS #8), NAME.pem, NAME.both."""

    def __init__(self, folder, name="ca"):
        folder.mkdir()
        self.folder = folder
        (folder / "index").touch()
        (folder / "serial").write_text("1000\n")
        (folder / "conf").write_text(CA.format(folder=folder))
        self.certificate = folder / "ca.pem"
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", "100", "-keyout", folder / "ca.key", "-out", self.certificate)

    def openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)

    def issue(self, name, until="20991231000000Z", password=None):
        """Also anew, in the place of the one before. `until`: a time that is over makes one that has expired."""
        key, request, certificate = (self.folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
        secrecy = ("-passout", f"pass:{password}") if password else ("-nodes",)
        self.openssl("req", "-new", "-newkey", "rsa:2048", *secrecy, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        self.openssl("ca", "-batch", "-notext", "-config", self.folder / "conf", "-cert", self.certificate, "-keyfile", self.folder / "ca.key",
                     "-startdate", "20200101000000Z", "-enddate", until, "-in", request, "-out", certificate)
        (self.folder / f"{name}.both").write_text(key.read_text() + certificate.read_text())
        return key, certificate


class SecureBroker(broker.Broker):
    users = ("--add-scram", f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]")

    def __init__(self, folder):
        self.authority = Authority(folder / "ca")
        self.authority.issue("broker")
        self.ports = dict(zip(("ssl", "sasl_ssl", "sasl"), broker.free_ports(3)))
        super().__init__(folder)

    def settings(self, controller):
        own = PROPERTIES.format(port=self.port, controller=controller, folder=self.folder, user=USER, password=PASSWORD, **self.ports)
        replaced = {line.split("=")[0] for line in own.splitlines()}
        return "\n".join(line for line in super().settings(controller).splitlines() if line.split("=")[0] not in replaced) + own

    def acl(self, change, topic, user=USER):
        """`change`: --add or --remove. Who may write may describe."""
        done = subprocess.run([*self.java, "org.apache.kafka.tools.AclCommand", "--bootstrap-server", self.address, change, "--force",
                               "--allow-principal", f"User:{user}", "--operation", "Write", "--operation", "Read", "--topic", topic],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        assert done.returncode == 0, done.stdout
