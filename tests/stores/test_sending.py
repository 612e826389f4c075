"""Messages through the store to a provider that fails, and what a day allows."""

import contextlib
import datetime
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from notify.clients.sms import SmsCarrier
from notify.clients.sms_address import SmsAddress
from notify.domain.notice import DUE, EXPIRED, MAIL, SENT, SMS, Mail
from notify.events.to_events import to_event
from notify.store import documents
from notify.store.mails import MAIL_FORM, StoredMails
from notify.store.message_counts import MessageCounts
from notify.usecases.ports import ServerAway
from notify.usecases.send_mails import SendMails

from tests.engines import Kept
from tests.parts.sms import CUT_WHEN_TAKEN, KEY, SmsProvider, running_provider
from tests.stores.rows import let_lapse
from tests.unit.notify.fakes import FakeContacts

NOON = datetime.datetime(2026, 3, 1, 4, tzinfo=datetime.UTC)
KEY_OF_COUNTS = b"a key"


def message(id_: str, phone: str = "13800000001", until: float = 0.0) -> Mail:
    words = {"name": "王小明", "code": "123456", "minutes": "10"}
    kind = "sign-in-code" if until else "invitation"
    return Mail(id_, kind, "", phone, words, channel=SMS, until=until)


@pytest.fixture(name="mails")
def _mails(kept: Kept) -> StoredMails:
    rows = kept.aggregates("notify", documents.MailDocument, MAIL_FORM, to_event)
    return StoredMails(rows, queue=SMS)


@pytest.fixture(name="provider")
def _provider() -> Iterator[SmsProvider]:
    with running_provider() as provider:
        yield provider


class Clock:
    """A clock that tests set forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


def sending(mails: StoredMails, url: str, clock: Clock) -> SendMails:
    address = SmsAddress.parse_url(url, KEY)
    carrier = SmsCarrier(address, "https://biyong.example", clock)
    return SendMails(
        mails, FakeContacts({}), carrier, lambda _: None, clock, clock
    )  # fmt: skip


def send_all(mails: StoredMails, send: SendMails, clock: Clock) -> None:
    """Send until nothing is due, hours passing meanwhile."""
    for _ in range(200):
        with contextlib.suppress(ServerAway):
            send()
        clock.ahead += 10
        due = mails.rows.find({"state": DUE})
        if not due:
            return
        for mail in due:
            let_lapse(mails.rows, mail.id)


def test_a_provider_that_fails_and_forgets_to_answer_gets_each_invitation_once(
    mails: StoredMails, provider: SmsProvider
) -> None:
    phones = [f"1380000{number:04}" for number in range(30)]
    provider.answers = [500, 202, CUT_WHEN_TAKEN, 503, 503, 503, 503, 402, 202] * 2
    mails.create(message(f"m{n}", phone) for n, phone in enumerate(phones))
    clock = Clock()
    send_all(mails, sending(mails, provider.url, clock), clock)
    assert [len(provider.texts(phone)) for phone in phones] == [1] * 30
    assert {mail.state for mail in mails.rows.find({})} == {SENT}
    assert provider.refused == []


def test_codes_have_a_queue_of_their_own_and_late_ones_are_dropped(
    mails: StoredMails, provider: SmsProvider
) -> None:
    now = time.time()
    codes = StoredMails(mails.rows, queue="urgent-sms")
    new = [message("a", until=now + 600), message("b", until=now - 1), message("c")]
    codes.create(new)
    clock = Clock()
    assert sending(codes, provider.url, clock)()
    states = {mail.id: mail.state for mail in mails.rows.find({})}
    assert states == {"a": SENT, "b": EXPIRED, "c": DUE}
    assert len(provider.texts("13800000001")) == 1


def test_who_puts_mails_wakes_the_queues_they_are_in(mails: StoredMails) -> None:
    woken: list[str] = []
    waking = StoredMails(mails.rows, woken.append)
    waking.create([message("a"), Mail("b", "invitation"), message("c", until=1.0)])
    assert sorted(woken) == ["mail", "sms", "urgent-sms"]
    assert mails.find_known(["a", "c", "x"]) == {"a", "c"}


def test_mails_of_an_earlier_release_are_in_the_queue_of_mails(
    mails: StoredMails,
) -> None:
    old = StoredMails(mails.rows, queue=MAIL)
    old.create([replace(message("a"), channel=MAIL)])
    mails.rows.collection.update_one(
        {"_id": "a"}, {"$unset": {"queue": "", "channel": "", "until": ""}}
    )
    assert old.claim(10) == []
    old.queue_old()
    assert [mail.id for mail in old.claim(10)] == ["a"]


def counts(kept: Kept, per_person: int, per_day: int, days: int = 0) -> MessageCounts:
    moment = NOON + datetime.timedelta(days=days)
    database = kept.database("notify")
    return MessageCounts(database, KEY_OF_COUNTS, per_person, per_day, lambda: moment)


def test_a_phone_gets_so_many_a_day_and_the_next_day_as_many(kept: Kept) -> None:
    limits = counts(kept, per_person=3, per_day=100)
    limits.declare_indexes()
    new = [message(f"m{n}", until=1.0) for n in range(5)]
    assert limits.count_messages(new) == {"m3", "m4"}
    assert limits.count_messages([message("x", "13800000002")]) == set()
    tomorrow = counts(kept, per_person=3, per_day=100, days=1)
    assert tomorrow.count_messages(new) == {"m3", "m4"}


def test_the_last_fifth_of_a_day_is_for_codes(kept: Kept) -> None:
    limits = counts(kept, per_person=9, per_day=10)
    invitations = [message(f"i{n}", f"138000000{n:02}") for n in range(20)]
    assert len(limits.count_messages(invitations)) == 12
    codes = [message(f"c{n}", f"139000000{n:02}", until=1.0) for n in range(5)]
    assert limits.count_messages(codes) == {"c2", "c3", "c4"}
    assert limits.count_messages(codes[2:]) == {"c2", "c3", "c4"}


def test_notices_leave_half_of_a_day_and_of_a_phone_to_what_is_asked_for(
    kept: Kept,
) -> None:
    limits = counts(kept, per_person=4, per_day=10)
    notices = [replace(message(f"n{n}"), kind="reminder") for n in range(4)]
    assert limits.count_messages(notices) == {"n2", "n3"}
    assert limits.count_messages(notices[2:]) == {"n2", "n3"}, "nothing was counted"
    codes = [message(f"c{n}", until=1.0) for n in range(3)]
    assert limits.count_messages(codes) == {"c2"}
    others = [
        replace(message(f"o{n}", f"138000001{n:02}"), kind="reminder") for n in range(9)
    ]
    assert len(limits.count_messages(others)) == 8, "four of five are gone"


def test_of_a_phone_nothing_is_stored_in_the_counts(kept: Kept) -> None:
    limits = counts(kept, per_person=9, per_day=10)
    limits.count_messages([message("a", "13812345678")])
    assert "13812345678" not in str(list(limits.rows.find({})))
