"""Under which names the site is served, to whose pages, and with which cookies."""

import pytest
from chassis.settings import SettingsError
from gateway.api.site import Site

from tests.unit.gateway.gateway_app import a_gateway

SECURE = "https://biyong.example"
FORM = {"login": "trainee", "password": "p"}


@pytest.mark.parametrize(
    ("public_url", "host", "is_served"),
    [
        (SECURE, "biyong.example", True),
        (SECURE, "BIYONG.example:443", True),
        (SECURE, "gateway:8000", True),
        (SECURE, "gateway", False),
        (SECURE, "biyong.example:80", False),
        (SECURE, "localhost", False),
        (SECURE, "evil.example", False),
        (SECURE, "biyong.example.", False),
        (SECURE, "biyong.example, evil.example", False),
        (SECURE, "biyong.example@evil.example", False),
        (SECURE, "biyong.example/x", False),
        (SECURE, "biyong.example:99999999", False),
        (SECURE, "[::1", False),
        (SECURE, "", False),
        ("http://127.0.0.1:8080", "localhost:8080", True),
        ("http://localhost:8080", "127.0.0.1:8080", True),
        ("http://localhost:8080", "[::1]:8080", True),
        ("http://localhost:8080", "localhost", False),
        ("http://localhost:8080", "192.0.2.1:8080", False),
    ],
)
def test_the_site_is_served_under_its_own_names_only(
    public_url: str, host: str, is_served: bool
) -> None:
    assert Site(public_url, "gateway:8000").is_named(host) is is_served
    answer = a_gateway(public_url, "gateway:8000").get("/verify", Host=host)
    assert answer.status_code == (200 if is_served else 400)


def test_a_redirect_of_the_framework_is_refused_under_another_name() -> None:
    gateway = a_gateway()
    assert gateway.get("/courses//x", Host="evil.example").status_code == 400
    assert gateway.get("/courses//x").headers["Location"] == "/courses/x"


def test_probes_come_by_any_name() -> None:
    gateway = a_gateway(SECURE)
    for path in ("/livez", "/readyz"):
        assert gateway.get(path, Host="10.1.2.3:8000").status_code == 200
    assert gateway.get("/metrics", Host="10.1.2.3:8000").status_code == 401


@pytest.mark.parametrize(
    "public_url", ["", "biyong.example", "ftp://x", "https://", "https://x/y"]
)
def test_a_public_address_that_is_none_stops_the_start(public_url: str) -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        Site(public_url)


def test_behind_tls_the_cookie_is_for_this_host_over_tls_only() -> None:
    gateway = a_gateway(SECURE)
    host = {"Host": "biyong.example", "Origin": SECURE}
    answer = gateway.open("POST", "/sign-in", data=FORM, **host)
    said, device = answer.headers.getlist("Set-Cookie")
    assert said.startswith("__Host-biyong_session=trainee; Secure; HttpOnly; Path=/;")
    assert device.startswith("__Host-biyong_device=device-trainee; Expires=")
    assert "; Secure; HttpOnly; " in device
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    session = {"Host": "biyong.example", "Cookie": "__Host-biyong_session=trainee"}
    assert gateway.get("/api/session", **session).json["person_id"] == "p1"
    plain = {"Host": "biyong.example", "Cookie": "biyong_session=trainee"}
    assert gateway.get("/api/session", **plain).json["person_id"] == ""
    left = gateway.open("POST", "/sign-out", **session, Origin=SECURE)
    assert left.headers["Set-Cookie"].startswith("__Host-biyong_session=; Expires=Thu")
    assert "Secure" in left.headers["Set-Cookie"]
    english = gateway.open("POST", "/language/en", **host)
    assert "Secure" in english.headers["Set-Cookie"]


def test_without_tls_it_is_as_it_was() -> None:
    gateway = a_gateway()
    answer = gateway.open("POST", "/sign-in", data=FORM, Origin="http://localhost")
    said = answer.headers.getlist("Set-Cookie")[0]
    assert said == "biyong_session=trainee; HttpOnly; Path=/; SameSite=Lax"
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": SECURE}, 303),
        ({"Origin": "http://biyong.example"}, 403),
        ({"Origin": "https://biyong.example.evil.example"}, 403),
        ({"Origin": "https://biyong.example:444"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://[", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Referer": f"{SECURE}/record?x=1"}, 303),
        ({"Referer": "https://evil.example/biyong.example"}, 403),
        ({"Referer": "https://biyong.example@evil.example/"}, 403),
        ({"Referer": "x"}, 403),
        ({}, 303),
    ],
)
def test_a_form_is_taken_from_pages_of_the_site_only(
    headers: dict[str, str], status: int
) -> None:
    own = {"Host": "biyong.example", "Cookie": "__Host-biyong_session=trainee"}
    answer = a_gateway(SECURE).open("POST", "/sign-out", **own, **headers)
    assert answer.status_code == status
