"""Pseudonyms: what is stored in place of a login or an address."""

import hashlib
import hmac
import ipaddress

IPV4_PREFIX, IPV6_PREFIX = 24, 48
"""What a security event keeps of an address: the network, not the household."""
IPV6_SITE = 64
"""One IPv6 customer has at least a /64, so tries are counted by it."""


class Pseudonyms:
    """Pseudonyms under a key of the gateway's.

    Phones are few enough to be tried out against a plain hash; without the key nobody
    can.
    """

    def __init__(self, key: bytes) -> None:
        self.key = hashlib.sha256(b"gateway pseudonyms\0" + key).digest()

    def of(self, *parts: str) -> str:
        """The pseudonym of these parts, always the same; it gives nothing away."""
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self.key, text, hashlib.sha256).hexdigest()[:32]


def network_of(address: str) -> str:
    """The network an address lies in, for security events and lists of sessions."""
    return _network_with_prefix(address, IPV4_PREFIX, IPV6_PREFIX)


def site_of(address: str) -> str:
    """The network whose tries are counted together."""
    return _network_with_prefix(address, 32, IPV6_SITE)


def cost_network_of(address: str) -> str:
    """The network whose messages are counted together: what one customer rents."""
    return _network_with_prefix(address, IPV4_PREFIX, IPV6_SITE)


def _network_with_prefix(address: str, four: int, six: int) -> str:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    prefix = four if ip.version == 4 else six
    return str(ipaddress.ip_network(f"{ip}/{prefix}", strict=False))
