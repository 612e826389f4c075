"""Codes of an app against the RFC's own, seals, and the site as devices know it."""

import pytest
from gateway.second_factor.passkey_ceremonies import PasskeyCeremonies
from gateway.second_factor.sealed_secrets import SealedSecrets
from gateway.second_factor.totp_codes import (
    app_address,
    create_totp_secret,
    find_step,
    make_code,
    written_secret,
)

OF_RFC = b"12345678901234567890"


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(moment: int, code: str) -> None:
    assert make_code(OF_RFC, moment) == code
    assert find_step(OF_RFC, code, moment, 0) == moment // 30


def test_a_step_that_was_used_and_those_before_are_none() -> None:
    now = 1_000_000.0
    step = int(now // 30)
    code = make_code(OF_RFC, now)
    assert find_step(OF_RFC, code, now, step - 1) == step
    assert find_step(OF_RFC, code, now, step) is None
    assert find_step(OF_RFC, code, now, step + 1) is None


def test_an_app_is_told_the_site_and_whose_it_is() -> None:
    address = app_address(OF_RFC, "li.wei", "辟雍")
    assert address.startswith("otpauth://totp/")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
    assert written_secret(OF_RFC).startswith("GEZD GNBV ")
    assert len(create_totp_secret()) == 20


def test_a_sealed_secret_opens_at_its_place_under_its_key_only() -> None:
    seals = SealedSecrets(b"key")
    sealed = seals.seal("li", b"secret")
    assert b"secret" not in sealed
    assert seals.unseal("li", sealed) == b"secret"
    assert seals.unseal("wang", sealed) is None
    assert SealedSecrets(b"other").unseal("li", sealed) is None
    for wrong in (b"", b"short", sealed[:-1], sealed + b"x"):
        assert seals.unseal("li", wrong) is None


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://biyong.example", "biyong.example", "https://biyong.example"),
        ("https://b.example:443", "b.example", "https://b.example"),
        ("https://b.example:8443", "b.example", "https://b.example:8443"),
        ("http://localhost:80", "localhost", "http://localhost"),
        ("http://127.0.0.1:8080", "localhost", "http://localhost:8080"),
        ("http://[::1]:8080", "localhost", "http://localhost:8080"),
    ],
)
def test_the_site_has_a_name_that_authenticators_take(
    url: str, host: str, origin: str
) -> None:
    site = PasskeyCeremonies(url, "辟雍")
    assert (site.host, site.origin) == (host, origin)
