"""The site as browsers know it: its names, and whether it stands behind TLS."""

from urllib.parse import SplitResult, urlsplit

from chassis.settings import SettingsError
from flask import request

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
PORTS = {"http": 80, "https": 443}


class Site:
    """The one site that is served, by `PUBLIC_URL` and `ALLOWED_HOSTS`."""

    def __init__(self, public_url: str, allowed_hosts: str = "") -> None:
        """Raises SettingsError for an address that is none.

        An address of this machine goes by all names of this machine.
        """
        self.url = public_url.rstrip("/")
        parts = urlsplit(self.url)
        if parts.scheme not in PORTS or not parts.hostname or parts.path or parts.query:
            raise SettingsError(
                f"PUBLIC_URL is '{public_url}'; it is like https://biyong.example"
            )
        self.is_secure = parts.scheme == "https"
        own_host = _host_and_port(parts)
        also = [name.strip() for name in allowed_hosts.split(",") if name.strip()]
        host, _, port = own_host.rpartition(":")
        names = (
            [f"{name}:{port}" for name in LOOPBACK] if host in LOOPBACK else [own_host]
        )
        self.hosts = {
            *names,
            *(_host_and_port(urlsplit(f"{parts.scheme}://{n}")) for n in also),
        }

    def is_named(self, host: str) -> bool:
        """Whether a request's `Host` is a name of this site; two at once are not."""
        scheme = "https" if self.is_secure else "http"
        try:
            return _host_and_port(urlsplit(f"{scheme}://{host}")) in self.hosts
        except ValueError:
            return False

    def is_own_page(self) -> bool:
        """Whether this request was sent by a page of the site, as the browser says.

        A browser says it in one of three headers. Who sends none is no browser, so
        nobody's cookie was borrowed.
        """
        origin = request.headers.get("Origin", "")
        if origin:
            return self._is_here(origin)
        site = request.headers.get("Sec-Fetch-Site", "")
        if site:
            return site in {"same-origin", "none"}
        referer = request.headers.get("Referer", "")
        return not referer or self._is_here(referer)

    def _is_here(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
            is_of_scheme = parts.scheme == ("https" if self.is_secure else "http")
            return is_of_scheme and self.is_named(parts.netloc)
        except ValueError:
            return False


def _host_and_port(parts: SplitResult) -> str:
    """Host and port as one text. Raises ValueError if they are none."""
    host = parts.hostname or ""
    if "@" in parts.netloc or "," in parts.netloc or parts.path or parts.query:
        raise ValueError("more than a host")
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{parts.port or PORTS[parts.scheme]}"
