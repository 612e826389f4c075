"""Where webhooks may lead: an https address outside, never one of our own network."""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from enrollment.domain.errors import Refusal

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
HTTPS = 443
"""The only port that the network's policies let out (docs/operations/network.md)."""
URL = re.compile(r"[!-~]+")
"""What stands in an address: no blanks, no control signs, nothing beyond ASCII."""
INTERNAL_V4 = [
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
"""What IANA registers as not globally reachable, multicast, and the relays of 6to4."""
GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
INTERNAL_V6 = [
    ipaddress.IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]
"""Of the global ones: what lies around IPv4 (Teredo, 6to4), and what is for documents
and protocols. NAT64, mapped, private and local ones are outside GLOBAL_V6."""
ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""An IPv4 address lies behind these in the lower half of an address."""


class WebhookUrlRefused(Refusal):
    """The address is none that a webhook may have."""

    slug = "webhook-url-refused"


class WebhookInternal(Refusal):
    """The address leads into a network of our own."""

    slug = "webhook-internal"


def require_url(url: str, allowed: Sequence[Network]) -> None:
    """Raises WebhookUrlRefused for what is no https address with a host, and
    WebhookInternal for an internal address that is written out. A port other than 443
    is only for installations that allow networks of their own."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise _refuse_url() from error
    is_plain = URL.fullmatch(url) and not parts.username and not parts.fragment
    if parts.scheme != "https" or not host or not is_plain or "@" in parts.netloc:
        raise _refuse_url()
    if port == 0 or "\\" in url:
        raise _refuse_url()
    if port not in (None, HTTPS) and not allowed:
        raise _refuse_url()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    if is_internal(host, allowed):
        raise WebhookInternal("这个地址在内部网络里：请填写外网可以访问的地址")


def _refuse_url() -> WebhookUrlRefused:
    return WebhookUrlRefused(
        "请填写 https:// 开头的完整网址，端口只能是 443，不带用户名和 # 部分"
    )


def is_internal(text: str, allowed: Sequence[Network]) -> bool:
    """Whether an IP address must not be reached: what is not plainly outside is not,
    but for the networks that are allowed all the same."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return True
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return True
        address = address.ipv4_mapped or address
    if any(address in network for network in allowed):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return any(address in network for network in INTERNAL_V4)
    lies_around_v4 = (int(address) >> 32) & 0xFFFF_FFFF in ISATAP
    is_reserved = any(address in network for network in INTERNAL_V6)
    return address not in GLOBAL_V6 or lies_around_v4 or is_reserved
