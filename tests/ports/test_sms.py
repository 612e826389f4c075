"""Short messages to a provider over HTTP that does what it is told."""

import time
import traceback
from collections.abc import Iterator
from dataclasses import replace

import pytest
from notify.clients.letter_texts import letter_kinds
from notify.clients.sms import NO_ANSWER, SmsCarrier
from notify.clients.sms_address import SmsAddress
from notify.domain.notice import SMS, Mail
from notify.usecases.ports import Contact, Refused, ServerAway, Stalled

from tests.parts.process import free_ports
from tests.parts.sms import (
    CUT,
    CUT_WHEN_TAKEN,
    KEY,
    SLOW,
    SmsProvider,
    running_provider,
)

PHONE, URL = "13800000001", "https://biyong.example"
WANG = Contact("王小明", phone=PHONE)
WORDS = {
    "code": "123456", "minutes": "10", "login": PHONE, "branch_name": "东城总工会",
    "link": f"{URL}/invitations/x", "class_title": "三月班", "class_id": "c1",
    "title": "工会法", "hours": "1", "number": "BY-1", "ends_on": "2026-12-31",
    "reason": "教室停用", "year": "2026",
}  # fmt: skip


@pytest.fixture(name="provider")
def _provider() -> Iterator[SmsProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture(name="carrier")
def _carrier(provider: SmsProvider) -> Iterator[SmsCarrier]:
    carrier = carrier_to(provider.url)
    yield carrier
    carrier.close_connection()


def carrier_to(url: str, key: str = KEY) -> SmsCarrier:
    return SmsCarrier(SmsAddress.parse_url(url, key), URL, answer_seconds=2.0)


def a_message(kind: str = "sign-in-code", id_: str = "m1", until: float = 0) -> Mail:
    return Mail(
        id_, kind, address=PHONE, words=WORDS, channel=SMS,
        until=until,
    )  # fmt: skip


def test_a_message_arrives_signed_with_all_that_a_provider_needs(
    provider: SmsProvider, carrier: SmsCarrier
) -> None:
    carrier.deliver(a_message(until=4_000_000_000), WANG)
    assert provider.texts(PHONE) == [
        "【辟雍】登录验证码 123456，10 分钟内有效。请勿告诉任何人。"
    ]
    [message] = provider.requests
    assert message["to"] == f"+86{PHONE}"
    assert message["kind"] == "sign-in-code"
    assert message["words"]["code"] == "123456"
    assert message["until"] == "2096-10-02T07:06:40+00:00"
    assert provider.refused == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", sorted(letter_kinds(SMS)))
def test_every_kind_has_its_words_filled_in(
    provider: SmsProvider, carrier: SmsCarrier, kind: str, language: str
) -> None:
    carrier.deliver(replace(a_message(kind), language=language), WANG)
    [text] = provider.texts(PHONE)
    assert "$" not in text
    assert "\n" not in text
    assert text.startswith("[Biyong]" if language == "en" else "【辟雍】")
    assert len(text) < 200


def test_a_message_whose_answer_was_lost_is_taken_once(
    provider: SmsProvider, carrier: SmsCarrier
) -> None:
    provider.answers = [CUT_WHEN_TAKEN]
    with pytest.raises(Stalled, match=NO_ANSWER):
        carrier.deliver(a_message(), WANG)
    carrier.deliver(a_message(), WANG)
    assert len(provider.requests) == 2
    assert len(provider.texts(PHONE)) == 1


@pytest.mark.parametrize("answer", [CUT, 500, 502, (503, "busy"), (429, "slow-down")])
def test_a_provider_that_breaks_at_a_message_lets_it_wait(
    provider: SmsProvider, carrier: SmsCarrier, answer: str | int
) -> None:
    provider.answers = [answer]
    with pytest.raises(Stalled) as raised:
        carrier.deliver(a_message(), WANG)
    assert PHONE not in "".join(traceback.format_exception(raised.value))
    carrier.deliver(a_message(), WANG)
    assert len(provider.texts(PHONE)) == 1


def test_a_slow_provider_is_waited_for_no_longer_than_a_code_lives(
    provider: SmsProvider, carrier: SmsCarrier
) -> None:
    provider.answers = [SLOW, SLOW]
    began = time.monotonic()
    with pytest.raises(Stalled, match=NO_ANSWER):
        carrier.deliver(a_message(until=time.time() + 0.3), WANG)
    assert time.monotonic() - began < 1.5
    with pytest.raises(Stalled, match=NO_ANSWER):
        carrier.deliver(a_message(), WANG)
    assert 2 <= time.monotonic() - began < 6


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((422, "phone-blocked"), "422 phone-blocked"),
        ((400, f"+86{PHONE} is nobody"), "400"),
        (410, "410"),
    ],
)
def test_a_message_that_is_refused_says_status_and_code_alone(
    provider: SmsProvider, carrier: SmsCarrier, answer: tuple[int, str], code: str
) -> None:
    provider.answers = [answer]
    with pytest.raises(Refused) as raised:
        carrier.deliver(a_message(), WANG)
    assert type(raised.value) is Refused
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("status", "reason"), [(401, "key"), (402, "credit"), (404, "address")]
)
def test_what_concerns_all_messages_lets_none_leave(
    provider: SmsProvider, carrier: SmsCarrier, status: int, reason: str
) -> None:
    provider.answers = [status]
    with pytest.raises(ServerAway, match=reason):
        carrier.deliver(a_message(), WANG)


def test_another_key_lets_no_message_leave(provider: SmsProvider) -> None:
    carrier = carrier_to(provider.url, "another key, of thirty-two letters")
    with pytest.raises(ServerAway, match="key"):
        carrier.deliver(a_message(), WANG)
    carrier.close_connection()
    assert provider.refused == ["signature-wrong"]


def test_where_nobody_listens_no_message_leaves() -> None:
    [port] = free_ports(1)
    with pytest.raises(ServerAway, match="does not answer"):
        carrier_to(f"http://127.0.0.1:{port}/").deliver(a_message(), WANG)


@pytest.mark.parametrize("phone", ["", "110", "13800000001\r\nx", "w@example.com"])
def test_who_has_no_phone_is_refused_by_a_code_that_names_nobody(
    provider: SmsProvider, carrier: SmsCarrier, phone: str
) -> None:
    with pytest.raises(Refused, match="phone-invalid"):
        carrier.deliver(a_message(), Contact("王", phone=phone))
    assert provider.requests == []


def test_a_name_of_several_lines_is_one_line_of_the_text(
    provider: SmsProvider, carrier: SmsCarrier
) -> None:
    named = Contact("王\n点这里 https://evil.example", phone=PHONE)
    carrier.deliver(a_message("invitation"), named)
    assert provider.texts(PHONE)[0].startswith("【辟雍】王 点这里 https")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://sms.example/x", KEY),
        ("https://user:word@sms.example/x", KEY),
        ("ftp://sms.example/x", KEY),
        ("https://", KEY),
        ("https://sms.example:x/", KEY),
        ("https://sms.example/x", "too-short"),
    ],
)
def test_an_address_without_tls_or_with_a_weak_key_is_not_begun_with(
    url: str, key: str
) -> None:
    with pytest.raises(ValueError, match=r"address|key") as raised:
        SmsAddress.parse_url(url, key)
    assert "word" not in str(raised.value)
    assert "too-short" not in str(raised.value)
