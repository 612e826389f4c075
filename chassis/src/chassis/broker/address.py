"""A broker's address, with what TLS needs to know the broker by."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

FORM = "amqp[s]://USER:PASSWORD@HOST[:PORT]/[VHOST][?ca=FILE]"


@dataclass(frozen=True)
class AmqpAddress:
    """`amqp[s]://USER:PASSWORD@HOST[:PORT]/[VHOST][?ca=FILE]`.

    `url` is the address without `ca`, which is a file with the certificate of the
    authority that signed the broker's; without it the system's authorities count.
    """

    url: str
    host: str
    secure: bool
    ca: str

    @classmethod
    def of(cls, address: str) -> "AmqpAddress":
        """Read an address."""
        parts = urlsplit(address)
        options = dict(parse_qsl(parts.query))
        ca = options.pop("ca", "")
        url = urlunsplit(parts._replace(query=urlencode(options)))
        return cls(url, str(parts.hostname), parts.scheme == "amqps", ca)

    def is_tls(self) -> dict[str, object] | bool:
        """What py-amqp is told: the broker must show a certificate for its name."""
        if not self.secure:
            return False
        return {
            "cert_reqs": ssl.CERT_REQUIRED,
            "ca_certs": self.ca or ssl.get_default_verify_paths().cafile,
            "server_hostname": self.host,
        }

    def create_context(self) -> ssl.SSLContext | None:
        """The same for pika."""
        if not self.secure:
            return None
        return ssl.create_default_context(cafile=self.ca or None)


def find_fault(address: str) -> str:
    """What is wrong with an address, or nothing; it does not repeat the password."""
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole:
        return f"it must be {FORM}"
    ca = AmqpAddress.of(address).ca
    return f"ca={ca} is no file" if ca and not Path(ca).is_file() else ""
