"""People are reminded of a class once a day, whoever asks and however often."""

import datetime
from dataclasses import dataclass, field

import pytest
from notify.domain.errors import UnknownClass
from notify.usecases.find_languages import FindLanguages
from notify.usecases.notify_people import NotifyPeople
from notify.usecases.remind_people import Reminded, RemindPeople

from tests.unit.notify.fakes import (
    FakeClock,
    FakeDeleted,
    FakeGroups,
    FakeLanguages,
    FakeMails,
    FakeNotices,
    FakeTitles,
)

EVENING = datetime.datetime(2026, 11, 28, 15, 59, tzinfo=datetime.UTC)
"""A minute before midnight in China."""


@dataclass
class World:
    """Notify with two classes known."""

    now: datetime.datetime = EVENING
    notices: FakeNotices = field(default_factory=FakeNotices)
    deleted: FakeDeleted = field(default_factory=FakeDeleted)
    mails: FakeMails = field(default_factory=lambda: FakeMails(FakeClock()))

    def remind(self, *people: str, class_id: str = "c1") -> Reminded:
        titles = FakeTitles({"c1": "一班", "c2": "二班"})
        tell = NotifyPeople(
            self.notices, self.mails, titles, lambda: self.now, self.deleted,
            FindLanguages(FakeLanguages(), FakeGroups()),
        )  # fmt: skip
        remind = RemindPeople(self.mails, titles, tell, lambda: self.now)
        return remind(class_id, people, "2026-12-31")


def test_a_reminder_is_a_notice_with_a_mail_that_names_class_and_last_day() -> None:
    world = World()
    assert world.remind("p1") == Reminded(["p1"], [])
    [notice] = world.notices.rows.values()
    assert (notice.kind, notice.person_id) == ("reminder", "p1")
    assert notice.words == {
        "class_id": "c1", "class_title": "一班", "ends_on": "2026-12-31",
    }  # fmt: skip
    assert set(world.mails.rows) == {notice.id}


def test_who_was_reminded_today_is_not_reminded_again() -> None:
    world = World()
    world.remind("p1")
    assert world.remind("p1", "p2") == Reminded(["p2"], ["p1"])
    assert len(world.mails.rows) == 2


def test_whose_mail_was_not_written_before_a_crash_gets_it_the_next_time() -> None:
    world = World()
    world.remind("p1")
    world.mails.rows.clear()  # as where the process died after the notice
    assert world.remind("p1") == Reminded(["p1"], [])
    assert (len(world.notices.rows), len(world.mails.rows)) == (1, 1)


def test_the_same_person_named_twice_is_reminded_once() -> None:
    world = World()
    assert world.remind("p1", "p1") == Reminded(["p1"], [])
    assert len(world.notices.rows) == 1


def test_the_day_ends_at_midnight_in_china() -> None:
    world = World()
    world.remind("p1")
    world.now += datetime.timedelta(minutes=2)
    assert world.remind("p1") == Reminded(["p1"], [])


def test_each_class_has_its_own_reminder() -> None:
    world = World()
    world.remind("p1")
    assert world.remind("p1", class_id="c2") == Reminded(["p1"], [])


def test_of_a_class_that_is_not_known_nobody_is_told() -> None:
    world = World()
    with pytest.raises(UnknownClass):
        world.remind("p1", class_id="c9")
    assert world.notices.rows == {}


def test_who_is_deleted_is_not_reminded() -> None:
    world = World(deleted=FakeDeleted(gone={"p1"}))
    world.remind("p1", "p2")
    assert {one.person_id for one in world.notices.rows.values()} == {"p2"}


def test_nobody_is_nobody() -> None:
    assert World().remind() == Reminded([], [])
