"""Where a webhook may lead, and where it never does."""

import ipaddress

import pytest
from enrollment.domain.webhook_address import (
    WebhookInternal,
    WebhookUrlRefused,
    is_internal,
    require_url,
)

OUTSIDE = (
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.167.1.1",
    "223.255.255.255",
    "2400:3200::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "::ffff:8.8.8.8",
)
INTERNAL = (
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2400:3200::5efe:a00:1",
    "2400:3200::200:5efe:7f00:1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "2400:3200::1%1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "not-an-address",
    "",
)
NETWORKS = [ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00::/64")]


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_plainly_outside_is_reached(address: str) -> None:
    assert not is_internal(address, [])


@pytest.mark.parametrize("address", INTERNAL)
def test_nothing_else_is(address: str) -> None:
    assert is_internal(address, [])


def test_a_network_may_be_allowed_all_the_same_and_no_other_is() -> None:
    allowed = ("10.1.2.3", "::ffff:10.1.2.3", "fd00::1")
    assert not any(is_internal(address, NETWORKS) for address in allowed)
    others = ("10.2.0.1", "127.0.0.1", "fd00:1::1", "::ffff:10.2.0.1", "fd00::1%eth0")
    assert all(is_internal(address, NETWORKS) for address in others)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org",
        "https://hooks.example.org:8443/a/b?c=d",
        "https://1.1.1.1/x",
        "https://[2606:4700:4700::1111]/x",
        "https://10.1.2.3/x",
    ],
)
def test_an_https_address_with_a_host_is_taken(url: str) -> None:
    require_url(url, NETWORKS)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.org",
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user:word@hooks.example.org/",
        "https://@hooks.example.org/",
        "https://hooks.example.org/#part",
        "https://hooks.example.org:8443/",
        "https://hooks.example.org:99999/",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:port/",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/\r\nhost: other",
        "https://hooks.example.org\\@10.0.0.1/",
        "https://例子.example/",
        "https://[::1/",
    ],
)
def test_no_other_address_is(url: str) -> None:
    with pytest.raises(WebhookUrlRefused):
        require_url(url, [])


def test_the_port_of_https_may_be_written_out() -> None:
    require_url("https://hooks.example.org:443/a", [])


@pytest.mark.parametrize("host", ["10.2.0.1", "127.0.0.1", "[::1]", "[::ffff:a00:1]"])
def test_an_internal_address_is_refused_as_it_is_written(host: str) -> None:
    with pytest.raises(WebhookInternal):
        require_url(f"https://{host}/hook", NETWORKS)
