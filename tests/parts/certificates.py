"""A certificate authority of the tests' own, with one server on loopback."""

import datetime
import ipaddress
import shutil
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.parts import having
from tests.parts.process import HOST

STORE_PASSWORD = "changeit"  # Java's own word for it; nothing in it is secret
NAMES = ("ca.pem", "server.pem", "server.key")


@dataclass(frozen=True)
class Certificates:
    """Where the authority's certificate and the server's own lie."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def server(self) -> Path:
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"

    def environment(self) -> dict[str, str]:
        """How OpenSSL, Go, Node and Java are told of the authority."""
        store = self.folder / "trust.p12"
        if not store.exists():
            keep = ["-keystore", str(store), "-storetype", "PKCS12"]
            take = ["-importcert", "-noprompt", "-file", str(self.authority)]
            command = ["keytool", *take, *keep, "-storepass", STORE_PASSWORD]
            having.run("make Java's store of authorities", *command)
        return {
            "SSL_CERT_FILE": str(self.authority),
            "NODE_EXTRA_CA_CERTS": str(self.authority),
            "JAVA_TOOL_OPTIONS": f"-Djavax.net.ssl.trustStore={store} "
            f"-Djavax.net.ssl.trustStorePassword={STORE_PASSWORD}",
        }

    def copy_to(self, folder: Path) -> None:
        """Lay all three into a part's folder."""
        for name in NAMES:
            shutil.copy(self.folder / name, folder / name)


def make(folder: Path) -> Certificates:
    """A new authority and a server certificate for the loopback address."""
    folder.mkdir(parents=True, exist_ok=True)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _signed("tests' authority", authority_key, None, authority_key)
    server_key = ec.generate_private_key(ec.SECP256R1())
    server = _signed(HOST, server_key, authority, authority_key)
    made = Certificates(folder)
    made.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    made.server.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(issuer is None, None), critical=True)
    )
    if issuer is not None:
        loopback = x509.IPAddress(ipaddress.ip_address(HOST))
        names = x509.SubjectAlternativeName([loopback, x509.DNSName("localhost")])
        built = built.add_extension(names, critical=False)
    return built.sign(issuer_key, hashes.SHA256())
