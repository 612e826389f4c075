"""Where short messages are handed over, and the key that proves who does it."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SHORTEST_KEY = 32
"""In characters: of random letters that is more than 128 bits."""


@dataclass(frozen=True)
class SmsAddress:
    """The address that messages are posted to, the key, and a file with the authority's
    certificate, empty for those the machine trusts."""

    url: str
    key: str = field(repr=False)
    ca: str = ""

    @classmethod
    def parse_url(cls, url: str, key: str, ca: str = "") -> "SmsAddress":
        """The address of settings. Raises ValueError that repeats no secret."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            host = ""
        if not host or parts.scheme not in {"http", "https"} or parts.username:
            raise ValueError("the address must be https://HOST[:PORT]/PATH")
        if parts.scheme == "http" and not _is_this_machine(host):
            raise ValueError("phones and codes need TLS: the address must be https://")
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"the key must have {SHORTEST_KEY} characters or more")
        return cls(url, key, ca)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
