"""From a watched lecture to hours, course and certificate, each once."""

import datetime
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from learning.domain import facts
from learning.domain.course import Course, Seat, TrainingClass
from learning.domain.errors import NotToldYet
from learning.domain.making_up import MOST_DOUBLED, WAIT_SECONDS, MakeUp
from learning.domain.record import Watched
from learning.usecases.complete_lecture import Certify, CompleteLecture, Completion
from learning.usecases.follow_courses import follow_courses
from learning.usecases.follow_seats import follow_seats
from learning.usecases.make_up_courses import make_up_courses

from tests.unit.learning.fakes import (
    AT_ONCE,
    FakeCertificates,
    FakeClock,
    FakeCopies,
    FakeLedger,
    FakeMakingUp,
    FakeNames,
    FakeRecords,
    FakeSeal,
    a_course,
)

SEAT = Seat("c1.p.1", "p", "c1", "k1", True)
LEFT = replace(SEAT, seated=False)
SECOND = Seat("c2.p.1", "p", "c2", "k2", True)


@dataclass
class World:
    """One learning service in memory, with a course of two lectures and its class."""

    copies: FakeCopies = field(default_factory=FakeCopies)
    records: FakeRecords = field(default_factory=FakeRecords)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    certificates: FakeCertificates = field(default_factory=FakeCertificates)
    making_up: FakeMakingUp = field(default_factory=FakeMakingUp)
    names: FakeNames = field(default_factory=lambda: FakeNames({"p": "张三"}))
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.certify = Certify(
            self.copies,
            self.ledger,
            self.certificates,
            FakeSeal(),
            self.names,
            self.clock.now,
            "学院",
        )
        self.complete = CompleteLecture(
            self.copies, self.records, self.ledger, self.certify
        )
        self.copies.put_courses([("k1", 1, a_course("a", "b"))])
        self.copies.put_classes([("c1", 1, TrainingClass("c1", "k1", "财务班"))])

    def watch(self, *lectures: str, seconds: float = 1800, edition: int = 1) -> None:
        for lecture in lectures:
            self.hear("p", lecture, seconds=seconds, edition=edition)

    def hear(
        self,
        person: str,
        lecture: str,
        *,
        seconds: float = 1800,
        edition: int = 1,
        at: datetime.datetime | None = None,
    ) -> None:
        """That a lecture was watched to its end, now or at another moment."""
        moment = at or self.clock.moment
        self.complete(Completion(person, lecture, edition, seconds, moment))

    def follow(self, seat: Seat, version: int = 1) -> None:
        seats = [(seat.id, version, seat)]
        follow_seats(self.copies, self.records, self.complete, seats)

    def publish(self, course: Course) -> None:
        """And make up for it what can be made up now."""
        told = [(course.id, course.edition, course)]
        follow_courses(self.copies, self.making_up, told)
        self.make_up()

    def make_up(self) -> None:
        while make_up_courses(self.copies, self.making_up, self.complete):
            pass

    def make_up_later(self) -> None:
        """When those come again whose certificate had to wait."""
        self.making_up.now += WAIT_SECONDS
        self.make_up()


def test_a_watched_lecture_brings_hours_and_its_lesson() -> None:
    world = World()
    world.watch("a")
    (entry,) = world.ledger.rows.values()
    assert (entry.quarters, entry.year, entry.title) == (4, 2026, "课 a")
    assert world.records.get("p", "k1").lessons_done == ("s-a",)


def test_watching_twice_or_another_edition_counts_once() -> None:
    world = World()
    world.watch("a", "a")
    world.watch("a", edition=2, seconds=60)
    assert len(world.ledger.told) == 1
    assert len(world.records.told) == 1


def test_the_last_lecture_brings_the_certificate_to_who_has_a_seat() -> None:
    world = World()
    world.follow(SEAT)
    world.watch("a")
    assert not world.certificates.rows
    world.watch("b", seconds=1000)
    (certificate,) = world.certificates.rows.values()
    assert (certificate.name, certificate.title) == ("张三", "财务班")
    assert (certificate.hours, certificate.issued_on) == ("1.50", "2026-11-23")
    assert certificate.signature


def test_without_a_seat_the_course_is_completed_and_nothing_printed() -> None:
    world = World()
    world.watch("a", "b")
    assert world.records.get("p", "k1").is_complete
    assert not world.certificates.rows


def test_a_seat_that_comes_later_brings_the_certificate_then() -> None:
    world = World()
    world.watch("a", "b")
    world.follow(SEAT)
    assert len(world.certificates.rows) == 1


def test_a_seat_given_up_brings_no_certificate() -> None:
    world = World()
    world.follow(SEAT)
    world.follow(LEFT, 2)
    world.watch("a", "b")
    assert not world.certificates.rows


def test_a_seat_told_late_after_it_was_given_up_brings_no_certificate() -> None:
    world = World()
    world.watch("a", "b")
    world.follow(LEFT, 2)
    world.follow(SEAT, 1)
    assert not world.certificates.rows


HOUR = datetime.timedelta(hours=1)
LEAVING = FakeClock().moment + 2 * HOUR
LEFT_THEN = replace(LEFT, seated_until=LEAVING)


@given(order=st.permutations(["seat", "seat", "a", "b"]))
def test_what_was_completed_before_leaving_counts_in_whatever_order_it_is_heard(
    order: list[str],
) -> None:
    world = World()
    seat = iter([(SEAT, 1), (LEFT_THEN, 2)])
    for one in order:
        if one == "seat":
            world.follow(*next(seat))
        else:
            world.hear("p", one, at=LEAVING - HOUR)
    assert len(world.certificates.rows) == 1


@given(order=st.permutations(["a", "b"]))
def test_what_was_completed_after_leaving_brings_no_certificate(
    order: list[str],
) -> None:
    world = World()
    world.follow(LEFT_THEN, 2)
    moments = {"a": LEAVING + HOUR, "b": LEAVING - HOUR}
    for lecture in order:
        world.hear("p", lecture, at=moments[lecture])
    assert world.records.get("p", "k1").is_complete
    assert not world.certificates.rows


@given(order=st.permutations(["left", "a", "b"]))
def test_a_seat_of_which_only_the_end_was_heard_counts_too(order: list[str]) -> None:
    world = World()
    for one in order:
        if one == "left":
            world.follow(LEFT_THEN, 2)
        else:
            world.hear("p", one)
    assert len(world.certificates.rows) == 1


def test_everything_repeated_brings_nothing_more() -> None:
    world = World()
    for _ in range(3):
        world.follow(SEAT)
        world.watch("a", "b")
    assert len(world.certificates.told) == 1
    assert len(world.ledger.told) == 2
    completed = [t for t in world.records.told if isinstance(t, facts.CourseCompleted)]
    assert len(completed) == 1


def test_one_certificate_a_class_though_the_year_has_turned() -> None:
    world = World()
    world.follow(SEAT)
    world.watch("a", "b")
    world.clock.moment += datetime.timedelta(days=365)
    world.follow(SEAT, 2)
    assert len(world.certificates.rows) == 1


def test_two_classes_of_a_course_bring_a_certificate_each() -> None:
    world = World()
    world.copies.put_classes([("c2", 1, TrainingClass("c2", "k1", "财务二班"))])
    world.follow(SEAT)
    world.follow(Seat("c2.p.1", "p", "c2", "k1", True))
    world.watch("a", "b")
    assert len(world.certificates.rows) == 2


def test_a_lecture_no_course_shows_yet_is_asked_again_and_credits_nothing() -> None:
    world = World()
    with pytest.raises(NotToldYet):
        world.watch("z")
    assert not world.ledger.rows


def test_what_waited_for_a_class_or_a_name_is_made_up_when_it_comes_again() -> None:
    world = World()
    world.names.rows.clear()
    world.follow(SEAT)
    world.watch("a")
    with pytest.raises(NotToldYet):
        world.watch("b")
    world.names.rows["p"] = "张三"
    world.watch("b")
    assert len(world.certificates.rows) == 1
    assert len(world.ledger.rows) == 2


def test_a_lecture_shown_by_two_courses_is_a_lesson_of_both_and_hours_once() -> None:
    world = World()
    world.publish(a_course("a", id_="k2"))
    world.watch("a")
    assert world.records.get("p", "k2").is_complete
    assert world.records.get("p", "k1").lessons_done == ("s-a",)
    assert len(world.ledger.rows) == 1


def test_a_lecture_watched_before_a_seat_counts_for_the_course_of_the_seat() -> None:
    world = World()
    world.watch("b")
    world.publish(a_course("b", id_="k2"))
    assert world.records.get("p", "k2").lessons_done == ()
    world.copies.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.follow(SECOND)
    assert world.records.get("p", "k2").is_complete
    assert len(world.certificates.rows) == 1


def test_a_lecture_watched_before_a_course_shows_it_counts_when_it_does() -> None:
    world = World()
    world.watch("a", "b")
    world.copies.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.follow(SECOND)
    assert not world.certificates.rows
    world.publish(a_course("a", id_="k2"))
    assert world.records.get("p", "k2").is_complete
    assert len(world.certificates.rows) == 1
    world.publish(a_course("a", "c", "b", id_="k2", edition=2))
    assert world.records.get("p", "k2").lessons_done == ("s-a", "s-b")
    assert len(world.certificates.rows) == 1


def test_a_certificate_that_waits_for_its_class_is_issued_on_the_next_try() -> None:
    world = World()
    world.watch("a")
    world.follow(SECOND)
    world.publish(a_course("a", id_="k2"))
    assert world.records.get("p", "k2").is_complete
    world.copies.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.make_up()
    assert not world.certificates.rows, "it is not asked for all the time"
    world.make_up_later()
    assert len(world.certificates.rows) == 1
    [made_up] = world.making_up.rows.values()
    assert made_up.due is None, "and then no more"


def test_a_certificate_that_waits_is_issued_though_a_newer_edition_came() -> None:
    world = World()
    world.watch("a")
    world.follow(SECOND)
    world.publish(a_course("a", id_="k2"))
    world.publish(a_course("a", "b", id_="k2", edition=2))
    world.copies.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.make_up_later()
    assert len(world.certificates.rows) == 1


@given(order=st.permutations(["seat", "seat", "a", "course"]))
def test_a_course_told_late_changes_nothing_for_who_completed_it_in_a_seat(
    order: list[str],
) -> None:
    world = World()
    world.copies.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    left = replace(SECOND, seated=False, seated_until=LEAVING)
    seat = iter([(SECOND, 1), (left, 2)])
    for one in order:
        if one == "seat":
            world.follow(*next(seat))
        elif one == "a":
            world.hear("p", "a", at=LEAVING - HOUR)
        else:
            world.publish(a_course("a", id_="k2"))
    assert len(world.certificates.rows) == 1


def test_a_dropped_lesson_completes_the_course_when_the_others_were_done() -> None:
    world = World()
    world.follow(SEAT)
    world.hear("p", "a", at=LEAVING - HOUR)
    world.follow(LEFT_THEN, 2)
    world.publish(a_course("a", edition=2))
    assert len(world.certificates.rows) == 1


def test_a_course_with_many_seats_is_made_up_in_full_a_few_at_a_time() -> None:
    world = World()
    world.copies.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    people = [f"p{number}" for number in range(2 * AT_ONCE + 1)]
    for person in people:
        world.names.rows[person] = person
        world.hear(person, "a")
        world.follow(replace(SECOND, id=f"c2.{person}.1", person_id=person))
    course = a_course("a", id_="k2")
    follow_courses(world.copies, world.making_up, [("k2", 1, course)])
    assert make_up_courses(world.copies, world.making_up, world.complete)
    some = len(world.certificates.rows)
    assert 0 < some < len(people), "one piece of work is a few seats"
    world.make_up()
    assert len(world.certificates.rows) == len(people)
    follow_courses(world.copies, world.making_up, [("k2", 1, course)])
    assert not make_up_courses(world.copies, world.making_up, world.complete)


def test_a_worker_that_comes_late_sets_the_making_up_of_a_course_not_back() -> None:
    made_up = MakeUp("k", 1, due=0.0).go_on("s4", "", now=1.0)
    assert made_up.go_on("s2", "", now=2.0).after == "s4"


def test_who_must_wait_long_is_asked_for_more_and_more_seldom() -> None:
    made_up, pauses = MakeUp("k", 1, due=0.0), []
    for _ in range(10):
        made_up = made_up.go_on("s1", "no name yet", now=0.0).end(now=0.0)
        pauses.append(made_up.due)
    assert pauses[:3] == [WAIT_SECONDS, 2 * WAIT_SECONDS, 4 * WAIT_SECONDS]
    assert pauses[-1] == pauses[-2] == WAIT_SECONDS * 2**MOST_DOUBLED
    assert made_up.go_on("s1", "", now=0.0).end(now=0.0).due is None


def test_what_somebody_without_a_seat_watched_is_not_made_up() -> None:
    world = World()
    world.watch("a", "b")
    world.follow(replace(SECOND, seated=False))
    world.publish(a_course("a", id_="k2"))
    assert world.records.get("p", "k2").lessons_done == ()


def test_what_was_watched_and_not_credited_yet_waits_for_its_hours() -> None:
    """A certificate must show all hours of its course."""
    world = World()
    world.publish(a_course("a", "z", id_="k2"))
    world.copies.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.copies.put_watched([("p.z.1", 1, Watched("p", "z", 100))])
    world.watch("a")
    world.follow(SECOND)
    assert not world.certificates.rows
    world.watch("z")
    [certificate] = world.certificates.rows.values()
    assert certificate.hours == "2.00"


def test_an_edition_without_the_lesson_that_was_missing_completes_the_course() -> None:
    world = World()
    world.follow(SEAT)
    world.watch("a")
    assert not world.certificates.rows
    world.publish(a_course("a", edition=2))
    assert world.records.get("p", "k1").completed_edition == 2
    assert len(world.certificates.rows) == 1


def test_one_whose_certificate_must_wait_keeps_no_other_waiting() -> None:
    world = World()
    world.names.rows |= {"o": "李四"}
    for person in ("o", "p"):
        world.hear(person, "a")
    world.copies.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.follow(replace(SECOND, id="c3.o.1", person_id="o", class_id="c3"))
    world.follow(SECOND)
    world.publish(a_course("a", id_="k2"))
    assert [one.person_id for one in world.certificates.rows.values()] == ["p"]
