"""Letters through a mail server: one that does what it is told, and a real one."""

import asyncio
import ssl
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from notify.clients.smtp import CUT, SmtpPostman
from notify.clients.smtp_address import SmtpAddress
from notify.domain.notice import Mail
from notify.usecases.ports import Contact, PutOff, Refused, ServerAway

from tests.parts import certificates as authority
from tests.parts.certificates import Certificates
from tests.parts.mail import MailServer, running_mail_server
from tests.parts.process import HOST, free_ports, wait_until

USER, PASSWORD = "college", "p@ss:word/1"
SENDER = "辟雍 <college@biyong.example>"
SECRET = "secret.person@example.com"


@dataclass
class Told:
    """A mail server that answers as it is told; `answers` by command, in turn."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    letters: list[bytes] = field(default_factory=list)
    receivers: list[str] = field(default_factory=list)
    connections: int = 0
    slow_seconds: float = 0.0

    def _answer(self, server: SMTP, command: str) -> str:
        said = self.answers.get(command, [])
        answer = said.pop(0) if said else "250 OK"
        if answer == "cut":
            server.transport.abort()
        return answer

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.connections += session.ssl is None
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        envelope.mail_from = address
        return self._answer(server, "MAIL")

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        answer = self._answer(server, "RCPT")
        if answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.slow_seconds)
        answer = self._answer(server, "DATA")
        if answer.startswith("250"):
            assert isinstance(envelope.original_content, bytes)
            self.letters.append(envelope.original_content)
            self.receivers += envelope.rcpt_tos
        return answer


@pytest.fixture(name="certificates", scope="module")
def _certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return authority.make(tmp_path_factory.mktemp("authority"))


@contextmanager
def serving(told: Told, **options: Any) -> Iterator[int]:
    """The server on a loopback port."""
    [port] = free_ports(1)
    controller = Controller(told, hostname=HOST, port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def allow(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    good = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == good, handled=False)


def behind_tls(certificates: Certificates) -> dict[str, Any]:
    """What makes the server ask for STARTTLS and a login."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.server, certificates.key)
    return {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": allow,
        "auth_required": True,
    }


def url(
    port: int,
    certificates: Certificates,
    password: str = "p%40ss%3Aword%2F1",
    scheme: str = "smtp",
) -> str:
    login = f"{USER}:{password}"
    return f"{scheme}://{login}@{HOST}:{port}?ca={certificates.authority}"


def postman(address: str, patience_seconds: float = 5.0) -> SmtpPostman:
    return SmtpPostman(
        SmtpAddress.parse_url(address),
        SENDER,
        "https://biyong.example",
        patience_seconds,
    )


@pytest.fixture(name="told")
def _told() -> Told:
    return Told()


@pytest.fixture(name="plain")
def _plain(told: Told) -> Iterator[SmtpPostman]:
    """To a server without TLS on this machine."""
    with serving(told) as port:
        carrier = postman(f"smtp://{HOST}:{port}?starttls=no", patience_seconds=1.0)
        yield carrier
        carrier.close_connection()


def a_mail(id_: str = "m1", title: str = "三月班") -> Mail:
    return Mail(
        id_, "seat-taken", "wang", words={"class_title": title, "class_id": "c"}
    )


def send(carrier: SmtpPostman, id_: str = "m1", to: str = SECRET, **words: str) -> None:
    carrier.deliver(a_mail(id_, **words), Contact("王小明", to))


def read(raw: bytes) -> EmailMessage:
    said = message_from_bytes(raw, policy=default)
    assert isinstance(said, EmailMessage)
    return said


def test_letters_leave_over_one_connection_with_tls_and_login(
    told: Told, certificates: Certificates
) -> None:
    with serving(told, **behind_tls(certificates)) as port:
        carrier = postman(url(port, certificates))
        for id_ in ("m1", "m2", "m1"):
            send(carrier, id_)
        carrier.close_connection()
    assert told.connections == 1
    assert told.receivers == [SECRET] * 3
    letters = [read(raw) for raw in told.letters]
    assert letters[0]["Subject"] == "已录取：三月班"
    assert "王小明 同志" in letters[0].get_content()
    assert letters[0]["Date"]
    ids = [letter["Message-ID"] for letter in letters]
    assert ids[0] == ids[2] != ids[1]


def test_a_certificate_of_nobody_we_trust_lets_no_letter_leave(
    told: Told, certificates: Certificates, tmp_path: Path
) -> None:
    other = authority.make(tmp_path)
    with (
        serving(told, **behind_tls(certificates)) as port,
        pytest.raises(ServerAway, match="certificate"),
    ):
        send(postman(url(port, other)))
    assert told.letters == []


def test_a_wrong_password_lets_no_letter_leave(
    told: Told, certificates: Certificates
) -> None:
    with (
        serving(told, **behind_tls(certificates)) as port,
        pytest.raises(ServerAway, match=r"login \(535\)"),
    ):
        send(postman(url(port, certificates, password="wrong")))
    assert told.letters == []


def test_a_server_without_tls_gets_no_letter_unless_that_is_meant(
    told: Told, certificates: Certificates
) -> None:
    with serving(told) as port:
        with pytest.raises(ServerAway, match="STARTTLS"):
            send(postman(f"smtp://{HOST}:{port}"))
        carrier = postman(f"smtp://{HOST}:{port}?starttls=no")
        send(carrier)
        carrier.close_connection()
    assert len(told.letters) == 1


def test_where_nobody_listens_no_letter_leaves() -> None:
    [port] = free_ports(1)
    with pytest.raises(ServerAway, match="does not answer"):
        send(postman(f"smtp://{HOST}:{port}?starttls=no"))


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (f"550 5.1.1 <{SECRET}> is nobody", Refused, "550 5.1.1"),
        (f"554 refused for {SECRET}", Refused, "554"),
        (f"451 4.7.1 {SECRET}: greylisted", PutOff, "451 4.7.1"),
        ("452 full", PutOff, "452"),
    ],
)
def test_a_letter_that_is_refused_says_its_code_alone_and_the_next_one_leaves(
    told: Told, plain: SmtpPostman, command: str, answer: str,
    outcome: type[Refused], code: str,
) -> None:  # fmt: skip
    told.answers[command] = [answer]
    with pytest.raises(Refused) as raised:
        send(plain)
    assert type(raised.value) is outcome
    assert raised.value.code == code
    assert SECRET not in "".join(traceback.format_exception(raised.value))
    send(plain, "m2", "li@example.com")
    assert told.receivers == ["li@example.com"]
    assert told.connections == 1


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_connection_that_is_cut_puts_that_letter_off_and_the_next_one_leaves(
    told: Told, plain: SmtpPostman, command: str
) -> None:
    told.answers[command] = ["cut"]
    with pytest.raises(PutOff, match=CUT):
        send(plain)
    send(plain, "m2")
    assert (len(told.letters), told.connections) == (1, 2)


def test_a_server_that_closes_between_two_letters_is_called_again(
    told: Told, plain: SmtpPostman
) -> None:
    send(plain)
    told.answers["MAIL"] = ["cut"]
    send(plain, "m2")
    assert (len(told.letters), told.connections) == (2, 2)


def test_a_server_that_says_it_closes_is_called_again_for_the_next_letter(
    told: Told, plain: SmtpPostman
) -> None:
    told.answers["RCPT"] = ["421 4.3.2 closing"]
    with pytest.raises(PutOff, match="421"):
        send(plain)
    send(plain, "m2")
    assert told.connections == 2


def test_a_server_that_takes_too_long_puts_the_letter_off(
    told: Told, plain: SmtpPostman
) -> None:
    told.slow_seconds = 3.0
    with pytest.raises(PutOff, match=CUT):
        send(plain)


def test_a_server_that_refuses_the_sender_gets_none_of_the_letters(
    told: Told, plain: SmtpPostman
) -> None:
    told.answers["MAIL"] = [f"553 5.7.1 not your address, {SECRET}"]
    with pytest.raises(ServerAway, match=r"sender \(553\)") as raised:
        send(plain)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


@pytest.fixture(name="real", scope="module")
def _real(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[MailServer]:
    folder = tmp_path_factory.mktemp("mail")
    with running_mail_server(folder, certificates) as server:
        yield server


@pytest.mark.part("mail")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_real_server_takes_chinese_letters(real: MailServer, scheme: str) -> None:
    carrier = postman(real.url(scheme))
    address = f"wang-{scheme}@example.com"
    for id_ in ("m1", "m2"):
        send(carrier, id_, address, title="《新时代工会工作》" * 20)
    carrier.close_connection()
    assert wait_until(lambda: len(real.letters(address)) == 2, 30)
    for letter in map(read, real.letters(address)):
        assert letter["Subject"] == "已录取：" + "《新时代工会工作》" * 20
        assert "《新时代工会工作》" * 20 in letter.get_content()
        assert letter["From"] == SENDER


@pytest.mark.part("mail")
def test_a_real_server_says_who_is_nobody_who_later_and_what_it_refuses(
    real: MailServer,
) -> None:
    carrier = postman(real.url())
    with pytest.raises(Refused, match=r"550 5\.1\.1"):
        send(carrier, to="nobody@example.com")
    with pytest.raises(PutOff, match=r"451 4\.2\.1"):
        send(carrier, to="later@example.com")
    with pytest.raises(Refused, match=r"550 5\.7\.1"):
        send(carrier, to="li@example.com", title="spam")
    send(carrier, to="li@example.com")
    carrier.close_connection()
    assert wait_until(lambda: len(real.letters("li@example.com")) == 1, 30)


@pytest.mark.part("mail")
def test_a_real_server_lets_nobody_in_with_another_password(real: MailServer) -> None:
    with pytest.raises(ServerAway, match="535"):
        send(postman(real.url(password="wrong")))
