"""What is announced to a class reaches whoever is in it at that moment, once."""

import datetime
from dataclasses import dataclass, field, replace

import pytest
from notify.domain.announcement import MOST_A_DAY, Announcement
from notify.domain.errors import TooManyAnnouncements, UnknownClass
from notify.domain.seat import LEFT, SEATED, WAITING, Seat
from notify.usecases import tell_class
from notify.usecases.announce_to_class import AnnounceToClass
from notify.usecases.find_languages import FindLanguages
from notify.usecases.notify_people import NotifyPeople
from notify.usecases.tell_class import TellClass

from tests.unit.notify.fakes import (
    FakeClock,
    FakeDeleted,
    FakeGroups,
    FakeLanguages,
    FakeMails,
    FakeNotices,
    FakeTitles,
)

NOON = datetime.datetime(2026, 12, 1, 4, tzinfo=datetime.UTC)
ASKED = Announcement("", "c1", "改教室", "周三改在三楼", "staff", NOON, "key-1")


class Died(Exception):
    """The process is gone."""


@dataclass
class FakeAnnouncements:
    """Announcements; all that are not made are to be had at once."""

    rows: dict[str, Announcement] = field(default_factory=dict)

    def create(self, announcement: Announcement) -> bool:
        is_new = announcement.id not in self.rows
        self.rows.setdefault(announcement.id, announcement)
        return is_new

    def find_by_ids(self, ids: object) -> list[Announcement]:
        return [self.rows[id_] for id_ in ids if id_ in self.rows]  # type: ignore[attr-defined]

    def find_by_class(self, class_id: str, limit: int) -> list[Announcement]:
        return [one for one in self.rows.values() if one.class_id == class_id][:limit]

    def claim(self) -> Announcement | None:
        return next((one for one in self.rows.values() if not one.is_done), None)

    def close(self, announcement: Announcement) -> None:
        self.rows[announcement.id] = announcement


@dataclass
class FakeSeats:
    """Who is in the class."""

    rows: list[Seat] = field(default_factory=list)

    def put(self, rows: object) -> None:
        raise NotImplementedError

    def find_branches(self, class_id: str) -> list[str]:
        raise NotImplementedError

    def add(self, person: str, state: str = SEATED) -> None:
        ticket = len(self.rows) + 1
        self.rows.append(Seat(f"c1.{person}.1", "c1", person, "b", ticket, state))

    def find_newest_ticket(self, class_id: str) -> int:
        return len(self.rows)

    def find_after(
        self, class_id: str, after: int, until: int, limit: int, *, with_waiting: bool
    ) -> list[Seat]:
        states = {SEATED, WAITING} if with_waiting else {SEATED}
        return [
            seat
            for seat in self.rows
            if after < seat.ticket <= until and seat.state in states
        ][:limit]


class World:
    """A class with three people in it, one who waits and one who left."""

    def __init__(self) -> None:
        self.now = NOON
        self.made, self.seats = FakeAnnouncements(), FakeSeats()
        self.notices, self.mails = FakeNotices(), FakeMails(FakeClock())
        for person in ("p1", "p2", "p3"):
            self.seats.add(person)
        self.seats.add("waiting", WAITING)
        self.seats.add("left", LEFT)
        titles = FakeTitles({"c1": "一班", "c2": "二班"})
        self.announce = AnnounceToClass(self.made, self.seats, titles, lambda: self.now)
        self.tell = TellClass(
            self.made,
            self.seats,
            NotifyPeople(
                self.notices, self.mails, titles, lambda: self.now, FakeDeleted(),
                FindLanguages(FakeLanguages(), FakeGroups()),
            ),
        )  # fmt: skip

    def tell_all(self) -> None:
        while self.tell():
            pass

    @property
    def told(self) -> list[str]:
        return sorted(notice.person_id for notice in self.notices.rows.values())


@pytest.fixture(name="world")
def _world() -> World:
    return World()


def test_who_is_seated_is_told_and_nobody_who_waits_or_left(world: World) -> None:
    made = world.announce(ASKED)
    world.tell_all()
    assert world.told == ["p1", "p2", "p3"]
    assert set(world.mails.rows) == set(world.notices.rows)
    assert world.made.rows[made.id].people == 3
    notice = world.notices.rows[f"{made.id}.p1"]
    assert (notice.kind, notice.announcement) == ("class-notice", made.id)
    assert notice.words["text"] == ASKED.text


def test_who_waits_is_told_where_staff_say_so(world: World) -> None:
    world.announce(replace(ASKED, with_waiting=True))
    world.tell_all()
    assert world.told == ["p1", "p2", "p3", "waiting"]


def test_who_joins_after_it_was_sent_is_not_told(world: World) -> None:
    world.announce(ASKED)
    world.seats.add("late")
    world.tell_all()
    assert "late" not in world.told


def test_a_second_click_tells_nobody_twice(world: World) -> None:
    first = world.announce(ASKED)
    world.tell_all()
    assert world.announce(ASKED).id == first.id
    world.tell_all()
    assert world.told == ["p1", "p2", "p3"]


def test_a_worker_that_died_in_between_tells_nobody_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell_class, "AT_ONCE", 1)
    world.announce(ASKED)
    tell, calls = world.tell.tell, list[int]()

    def die_at_third(causes: object) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Died
        tell(causes)  # type: ignore[arg-type]

    monkeypatch.setattr(world.tell, "tell", die_at_third)
    with pytest.raises(Died):
        world.tell()
    assert len(world.told) == 2
    world.tell_all()
    assert world.told == ["p1", "p2", "p3"]


def test_a_class_is_told_so_often_a_day_and_again_the_next(world: World) -> None:
    for number in range(MOST_A_DAY):
        world.announce(replace(ASKED, key=f"key-{number}"))
    with pytest.raises(TooManyAnnouncements):
        world.announce(replace(ASKED, key="one-more"))
    world.announce(replace(ASKED, class_id="c2", key="other-class"))
    world.now += datetime.timedelta(days=1)
    world.announce(replace(ASKED, key="next-day"))


def test_an_unknown_class_is_told_nothing(world: World) -> None:
    with pytest.raises(UnknownClass):
        world.announce(replace(ASKED, class_id="nothing"))
    assert not world.made.rows
