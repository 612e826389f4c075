"""The mail server's address: what may stand in it."""

import pytest
from notify.clients.smtp_address import SmtpAddress


def test_an_address_says_where_how_and_who() -> None:
    said = SmtpAddress.parse_url(
        "smtp://me%40c.example:p%40ss%2F@mail.example?ca=/ca.pem"
    )
    assert said == SmtpAddress(
        "mail.example", 587, "me@c.example", "p@ss/", False, True, "/ca.pem"
    )


def test_tls_begins_at_once_or_by_starttls_and_must_unless_it_is_said() -> None:
    assert SmtpAddress.parse_url("smtps://mail.example").port == 465
    assert SmtpAddress.parse_url("smtps://mail.example:1465").tls_at_once
    assert SmtpAddress.parse_url("smtp://mail.example:25").starttls
    assert not SmtpAddress.parse_url("smtp://mail.example?starttls=no").is_covered


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://user@mail.example",
        "smtp://:secret-word@mail.example",
        "smtp://u:secret-word@mail.example?starttls=no",
        "smtp://u:secret-word@mail.example?starttls=yes",
        "smtp://u:secret-word@mail.example?tls=1",
        "smtp://u:secret-word@mail.example:70000",
        "smtp://u:secret-word@mail.example:port",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="mail server") as raised:
        SmtpAddress.parse_url(url)
    assert "secret-word" not in str(raised.value)


def test_within_one_machine_a_password_needs_no_tls() -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        assert SmtpAddress.parse_url(f"smtp://u:p@{host}?starttls=no").password == "p"
