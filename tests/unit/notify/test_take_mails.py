"""Mails and messages are taken once each, as far as there are texts and room."""

import datetime

import pytest
from notify.domain.errors import ChannelMissing, TooManyMessages, UnknownKind
from notify.domain.notice import MAIL, SMS, Mail
from notify.usecases.take_mails import TakeMails

from tests.unit.notify.fakes import FakeClock, FakeDeleted, FakeLimits, FakeMails

NOON = datetime.datetime(2026, 3, 1, 4, tzinfo=datetime.UTC)
KINDS = {MAIL: frozenset({"invitation", "seat-taken"}), SMS: frozenset({"invitation"})}


def message(id_: str, phone: str = "13800000001") -> Mail:
    return Mail(id_, "invitation", address=phone, channel=SMS)


def taking(
    limits: FakeLimits, deleted: FakeDeleted | None = None, **kinds: frozenset[str]
) -> tuple[TakeMails, FakeMails]:
    mails, deleted = FakeMails(FakeClock()), deleted or FakeDeleted()
    dropped: list[Mail] = []
    take = TakeMails(
        mails, limits, kinds or KINDS, lambda: NOON, dropped.append, deleted
    )
    return take, mails


def test_mails_have_no_limit_and_messages_have_one() -> None:
    take, mails = taking(FakeLimits(room=1))
    posted = [Mail(f"m{n}", "seat-taken") for n in range(5)]
    assert take([*posted, message("a"), message("b")]) == ["b"]
    assert set(mails.rows) == {"m0", "m1", "m2", "m3", "m4", "a"}


def test_a_message_that_is_known_is_not_counted_again() -> None:
    limits = FakeLimits(room=1)
    take, mails = taking(limits)
    for _ in range(3):
        assert take([message("a")]) == []
    assert limits.counted == ["a"]
    assert set(mails.rows) == {"a"}


def test_a_message_to_nobody_is_taken_and_not_counted() -> None:
    limits = FakeLimits(full={""})
    take, _ = taking(limits)
    assert take([message("a", "")]) == []
    assert limits.counted == []


def test_where_there_is_room_for_none_the_refusal_says_until_when() -> None:
    take, mails = taking(FakeLimits(full={"13800000001"}))
    with pytest.raises(TooManyMessages, match="明天") as raised:
        take([message("a")])
    assert raised.value.members == {"retry_after": 12 * 3600 + 1}
    assert mails.rows == {}
    assert take([message("b", "13800000002"), message("c")]) == ["c"]


def test_a_code_to_sign_in_without_room_is_dropped_and_nobody_is_told() -> None:
    sms = frozenset({"sign-in-code", "invitation"})
    take, mails = taking(FakeLimits(full={"13800000001"}), sms=sms)
    code = Mail(
        "a", "sign-in-code", "", "13800000001", channel=SMS, until=NOON.timestamp()
    )
    assert take([code]) == []
    assert mails.rows == {}
    assert take([code, message("b")]) == ["b"]


def test_nothing_at_all_is_taken_as_it_is() -> None:
    take, mails = taking(FakeLimits())
    assert take([]) == []
    assert mails.rows == {}


def test_a_kind_without_a_text_on_its_channel_is_refused_with_all() -> None:
    take, mails = taking(FakeLimits())
    with pytest.raises(UnknownKind, match="seat-taken"):
        take([message("a"), Mail("b", "seat-taken", channel=SMS)])
    assert mails.rows == {}


def test_a_channel_that_is_not_to_be_had_is_refused() -> None:
    take, mails = taking(FakeLimits(), mail=frozenset({"invitation"}))
    with pytest.raises(ChannelMissing, match="SMS_URL"):
        take([message("a")])
    assert mails.rows == {}


def test_nothing_is_stored_for_who_is_deleted_or_is_about_to_be() -> None:
    deleted = FakeDeleted(gone={"wang"}, late={"li"})
    take, mails = taking(FakeLimits(room=9), deleted)
    posted = [Mail(f"of {who}", "invitation", who) for who in ("wang", "li", "zhao")]
    assert take(posted) == []
    assert set(mails.rows) == {"of li", "of zhao"}
    assert deleted.forgotten == {"li"}, "what was stored meanwhile is deleted again"
