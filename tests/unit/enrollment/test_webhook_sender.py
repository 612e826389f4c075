"""Requests to webhooks against a real HTTPS server that behaves badly."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from enrollment.clients.webhook_sender import MOST_READ, WebhookSender
from enrollment.usecases.webhook_ports import WebhookAnswer

from tests.doubles.webhook_receiver import (
    Answer,
    Receiver,
    answer_status,
    drip,
    flood,
    hang,
    running_receiver,
)
from tests.parts.process import HOST

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]
SHORT = 1.0


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with running_receiver(tmp_path / "tls") as receiver:
        yield receiver


def sender_to(receiver: Receiver, seconds: float = 10.0) -> WebhookSender:
    return WebhookSender(LOOPBACK, context=receiver.context, seconds=seconds)


def test_a_message_arrives_as_it_was_signed(receiver: Receiver) -> None:
    sent = sender_to(receiver)(receiver.url, {"webhook-id": "dc.1"}, b'{"number":1}')
    assert sent == WebhookAnswer("", 204)
    [came] = receiver.received
    assert (came.path, came.body, came.id) == ("/hook?of=dc", b'{"number":1}', "dc.1")
    assert came.headers["host"] == f"{HOST}:{receiver.port}"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (200, ""), (299, ""), (300, "redirected"), (404, "status"), (410, "gone"),
        (429, "status"), (500, "status"), (503, "status"),
    ],
)  # fmt: skip
def test_what_is_answered_says_how_it_went(
    receiver: Receiver, status: int, reason: str
) -> None:
    receiver.usual = answer_status(status)
    assert sender_to(receiver)(receiver.url, {}, b"{}") == WebhookAnswer(reason, status)


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    receiver.usual = answer_status(302, location=f"https://{HOST}:{receiver.port}/x")
    assert sender_to(receiver)(receiver.url, {}, b"{}").reason == "redirected"
    assert [came.path for came in receiver.received] == ["/hook?of=dc"]


@pytest.mark.parametrize("answer", [hang, drip])
def test_nothing_is_waited_for_beyond_the_deadline(
    receiver: Receiver, answer: Answer
) -> None:
    receiver.usual = answer
    began = time.monotonic()
    assert sender_to(receiver, SHORT)(receiver.url, {}, b"{}").reason == "timeout"
    assert time.monotonic() - began < SHORT + 2


def test_an_answer_without_end_is_read_for_a_kilobyte(receiver: Receiver) -> None:
    receiver.usual = flood
    began = time.monotonic()
    assert sender_to(receiver)(receiver.url, {}, b"{}") == WebhookAnswer("", 200)
    assert time.monotonic() - began < 5
    assert MOST_READ == 1024


def test_a_server_that_says_nothing_at_all_is_left(receiver: Receiver) -> None:
    with socket.create_server((HOST, 0)) as silent:
        url = f"https://{HOST}:{silent.getsockname()[1]}/"
        assert sender_to(receiver, SHORT)(url, {}, b"{}").reason == "timeout"


def test_who_is_not_there_is_unreachable(receiver: Receiver) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
    answer = sender_to(receiver)(f"https://{HOST}:{port}/", {}, b"{}")
    assert answer == WebhookAnswer("unreachable")


def test_who_cannot_prove_the_name_is_told_nothing(receiver: Receiver) -> None:
    stranger = WebhookSender(LOOPBACK, context=ssl.create_default_context())
    assert stranger(receiver.url, {}, b"{}") == WebhookAnswer("tls-refused")
    assert receiver.received == []


def test_an_internal_address_is_not_reached_by_any_spelling(receiver: Receiver) -> None:
    outside_only = WebhookSender([], context=receiver.context)
    spellings = (HOST, "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "[::1]")
    names = ("localhost", "[::ffff:127.0.0.1]")
    for host in (*spellings, *names):
        url = f"https://{host}:{receiver.port}/"
        answer = outside_only(url, {}, b"{}")
        assert answer.reason in ("address-internal", "name-unknown"), host
    assert receiver.received == []


def test_one_internal_address_among_others_is_one_too_many(receiver: Receiver) -> None:
    mixed = WebhookSender([], resolve=lambda *_: ["1.1.1.1", "10.0.0.1"])
    assert mixed(receiver.url, {}, b"{}") == WebhookAnswer("address-internal")


def test_a_name_that_changes_its_meaning_leads_where_it_was_checked(
    receiver: Receiver,
) -> None:
    meanings = iter([[HOST], ["10.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def resolve(host: str, _: int) -> list[str]:
        asked.append(host)
        return next(meanings)

    rebound = WebhookSender(LOOPBACK, resolve, receiver.context)
    url = f"https://localhost:{receiver.port}/"
    assert rebound(url, {"webhook-id": "dc.1"}, b"{}").reason == ""
    assert asked == ["localhost"]
    assert rebound(url, {}, b"{}") == WebhookAnswer("address-internal")
    assert receiver.ids == ["dc.1"]


def test_a_name_that_nobody_knows_is_no_fault_of_ours(receiver: Receiver) -> None:
    def resolve(host: str, _: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, host)

    sender = WebhookSender(LOOPBACK, resolve, receiver.context)
    assert sender(receiver.url, {}, b"{}") == WebhookAnswer("name-unknown")


def test_a_resolver_that_hangs_is_left(receiver: Receiver) -> None:
    def resolve(host: str, _: int) -> list[str]:
        time.sleep(3)  # what hangs is a library: there is no event to wait for
        return [HOST]

    sender = WebhookSender(LOOPBACK, resolve, receiver.context, seconds=0.3)
    assert sender(receiver.url, {}, b"{}") == WebhookAnswer("timeout")
