"""Whom no mail reaches is told by short message, once, within the day's limits."""

import datetime
from dataclasses import dataclass, field

import pytest
from notify.domain.echoes import BY_MESSAGE, KINDS, turn_to_message
from notify.domain.message_day import room_at_phone, room_for
from notify.domain.notice import MAIL, NO_ADDRESS, SENT, SMS, Mail
from notify.usecases.ports import Contact
from notify.usecases.send_mails import SendMails
from notify.usecases.take_mails import TakeMails
from notify.usecases.tell_by_message import TellByMessage

from tests.unit.notify.fakes import (
    FakeClock,
    FakeContacts,
    FakeDeleted,
    FakeLimits,
    FakeMails,
    FakePostman,
)

PHONE = "13800000001"
CONTACTS = {
    "wang": Contact("王小明", "w@example.com", PHONE),
    "li": Contact("李雷", phone=PHONE),
    "zhao": Contact("赵四"),
}


@dataclass
class World:
    """What sends mails, and what takes messages in their place."""

    limits: FakeLimits = field(default_factory=FakeLimits)
    deleted: FakeDeleted = field(default_factory=FakeDeleted)
    dropped: list[Mail] = field(default_factory=list)
    kinds: dict[str, frozenset[str]] = field(
        default_factory=lambda: {MAIL: KINDS, SMS: KINDS}
    )

    def __post_init__(self) -> None:
        clock = FakeClock()
        self.mails, self.postman = FakeMails(clock), FakePostman()
        take = TakeMails(
            self.mails, self.limits, self.kinds,
            lambda: datetime.datetime(2026, 3, 1, 4, tzinfo=datetime.UTC),
            self.dropped.append, self.deleted,
        )  # fmt: skip
        self.send = SendMails(
            self.mails, FakeContacts(CONTACTS), self.postman, lambda _: None,
            clock, clock, tell_otherwise=TellByMessage(take, self.dropped.append),
        )  # fmt: skip

    def post(self, id_: str, person: str, kind: str = "seat-taken") -> None:
        words = {"class_title": "三月班"}
        self.mails.create([Mail(id_, kind, person, words=words, language="en")])


def test_who_has_only_a_phone_gets_a_message_in_the_place_of_the_mail() -> None:
    world = World()
    for person in CONTACTS:
        world.post(person, person)
    world.send()
    assert world.postman.carried[0] == ("wang", "w@example.com")
    rows = world.mails.rows
    assert set(rows) == {"wang", "li", "zhao", "li/sms"}
    assert [rows[id_].state for id_ in ("wang", "li", "zhao")] == [
        SENT, NO_ADDRESS, NO_ADDRESS,
    ]  # fmt: skip
    message = rows["li/sms"]
    assert (message.channel, message.address, message.language) == (SMS, PHONE, "en")
    assert message.words == {"class_title": "三月班", "name": "李雷"}


def test_a_mail_that_comes_again_puts_no_second_message_and_counts_none() -> None:
    world = World()
    world.post("m", "li")
    world.mails.away = [RuntimeError("the store is away")]
    with pytest.raises(RuntimeError):
        world.send()
    world.send()
    assert world.limits.counted == ["m/sms"]


def test_what_there_is_no_room_for_is_dropped_and_told_to_operators() -> None:
    world = World(limits=FakeLimits(room=1))
    for id_ in ("a", "b", "c"):
        world.post(id_, "li")
    world.send()
    assert {mail.id for mail in world.dropped} == {"b/sms", "c/sms"}
    assert "a/sms" in world.mails.rows
    world.post("d", "li")
    world.send()
    assert world.dropped[-1].id == "d/sms", "also where there is room for none"
    assert world.mails.rows["d"].state == NO_ADDRESS


def test_where_there_are_no_messages_nobody_gets_one() -> None:
    world = World(kinds={MAIL: KINDS})
    world.post("m", "li")
    world.send()
    assert set(world.mails.rows) == {"m"}


def test_nothing_is_put_for_who_is_deleted() -> None:
    world = World(deleted=FakeDeleted(gone={"li"}))
    world.post("m", "li")
    world.send()
    assert set(world.mails.rows) == {"m"}


@pytest.mark.parametrize("kind", ["hours-credited", "invitation", "sign-in-code"])
def test_what_comes_with_every_lecture_or_is_no_notice_is_no_message(kind: str) -> None:
    assert turn_to_message(Mail("m", kind, "li"), "李雷", PHONE) is None


def test_every_other_notice_is_a_message_unless_it_was_one() -> None:
    for kind in BY_MESSAGE:
        assert turn_to_message(Mail("m", kind, "li"), "李雷", PHONE) is not None
        sms = Mail("m", kind, "li", channel=SMS)
        assert turn_to_message(sms, "李雷", PHONE) is None


def test_notices_leave_room_for_invitations_and_these_for_codes() -> None:
    echo, invitation = Mail("a", "reminder"), Mail("b", "invitation")
    code = Mail("c", "sign-in-code", until=1.0)
    rooms = [room_for(one, 100) for one in (echo, invitation, code)]
    assert rooms == [50, 80, 100]
    assert [room_at_phone(one, 20) for one in (echo, code)] == [10, 20]
