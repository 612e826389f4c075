"""The proxies in front of this process, and the client's address behind them."""

import ipaddress
from collections.abc import Iterable
from typing import Any

from chassis.settings import SettingsError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
FORWARDED = ("FOR", "PROTO", "HOST", "PORT", "PREFIX")


class Proxies:
    """Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.

    Everybody else's are thrown away, so that nobody gives himself an address.
    """

    def __init__(self, networks: str = "") -> None:
        """Addresses and networks with commas between. Raises SettingsError."""
        names = [name.strip() for name in networks.split(",") if name.strip()]
        try:
            self.networks = [ipaddress.ip_network(name, strict=False) for name in names]
        except ValueError as error:
            raise SettingsError(f"TRUSTED_PROXIES: {error}") from error

    def is_trusted(self, text: str) -> bool:
        """Whether this is the address of a trusted proxy."""
        address = parse_address(text)
        return address is not None and any(address in net for net in self.networks)

    def wrap_application(self, application: Any) -> Any:
        """The application, told the client's own address and scheme."""

        def translate_request(environ: dict[str, Any], start_response: Any) -> Any:
            forwarded = {n: environ.pop(f"HTTP_X_FORWARDED_{n}", "") for n in FORWARDED}
            if self.is_trusted(environ.get("REMOTE_ADDR", "")):
                hops = reversed(forwarded["FOR"].split(","))
                environ["REMOTE_ADDR"] = self._client_address(
                    environ["REMOTE_ADDR"], hops
                )
                scheme = forwarded["PROTO"].rpartition(",")[2].strip().lower()
                if scheme in {"http", "https"}:
                    environ["wsgi.url_scheme"] = scheme
            return application(environ, start_response)

        return translate_request

    def _client_address(self, peer: str, hops: Iterable[str]) -> str:
        """The first address, from our side, that no trusted proxy has."""
        for hop in hops:
            address = parse_address(hop)
            if address is None:
                return peer
            peer = str(address)
            if not self.is_trusted(peer):
                return peer
        return peer


def parse_address(text: str) -> Address | None:
    """An address as written, without port and brackets, or None if it is none."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
