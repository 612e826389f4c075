"""The client's address behind proxies, and nobody's own word for it."""

from typing import Any

import pytest
from chassis.http.proxies import Proxies, parse_address
from chassis.settings import SettingsError

TRUSTED = "10.0.0.0/8, 192.0.2.7, 2001:db8::/64"


def seen(peer: str, **told: str) -> tuple[str, str]:
    """Address and scheme as the application gets them."""
    environ: dict[str, Any] = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"}
    environ |= {f"HTTP_X_FORWARDED_{name}": value for name, value in told.items()}

    def application(environ: dict[str, Any], _: Any) -> tuple[str, str]:
        assert not [name for name in environ if "FORWARDED" in name]
        return environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]

    found: tuple[str, str] = Proxies(TRUSTED).wrap_application(application)(
        environ, None
    )
    return found


@pytest.mark.parametrize(
    ("peer", "told", "client"),
    [
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1", "127.0.0.1"),
        ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("192.0.2.7", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("192.0.2.7", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        ("192.0.2.7", "10.4.4.4, 10.9.9.9", "10.4.4.4"),
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "1.1.1.1, <script>", "192.0.2.7"),
        ("2001:db8::1", '"[2001:db8:1::9]:4711"', "2001:db8:1::9"),
        ("::ffff:10.1.2.3", "198.51.100.1:4711", "198.51.100.1"),
    ],
)
def test_the_client_is_the_last_whom_no_trusted_proxy_has(
    peer: str, told: str, client: str
) -> None:
    assert seen(peer, FOR=told, HOST="evil.example")[0] == client


def test_the_scheme_comes_from_trusted_proxies_only() -> None:
    assert seen("10.1.2.3", PROTO="http, https")[1] == "https"
    assert seen("10.1.2.3", PROTO="gopher")[1] == "http"
    assert seen("203.0.113.5", PROTO="https")[1] == "http"


def test_without_a_setting_nobody_is_trusted() -> None:
    assert not Proxies().is_trusted("127.0.0.1")
    assert parse_address("nobody") is None


def test_what_is_no_address_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
        Proxies("10.0.0.0/8, nginx")
