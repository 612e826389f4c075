"""From a watched lecture to hours, course and certificate, each once."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from learning.domain import events
from learning.domain.course import Seat, TrainingClass
from learning.domain.errors import NotConsumedYet

from tests.unit.learning.fakes import (
    a_course,
)
from tests.unit.learning.world import (
    HOUR,
    LEAVING,
    LEFT,
    LEFT_THEN,
    SEAT,
    World,
)


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
    completed = [t for t in world.records.told if isinstance(t, events.CourseCompleted)]
    assert len(completed) == 1


def test_one_certificate_a_class_though_the_year_has_turned() -> None:
    world = World()
    world.follow(SEAT)
    world.watch("a", "b")
    world.clock.moment += datetime.timedelta(days=365)
    world.follow(SEAT, 2)
    assert len(world.certificates.rows) == 1


def test_hours_of_earlier_years_are_printed_too() -> None:
    world = World()
    long_ago = world.clock.moment.replace(year=2023)
    world.hear("p", "a", at=long_ago)
    world.hear("p", "b", at=long_ago.replace(year=2021), seconds=1000)
    world.follow(SEAT)
    (certificate,) = world.certificates.rows.values()
    assert certificate.hours == "1.50"


def test_two_classes_of_a_course_bring_a_certificate_each() -> None:
    world = World()
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k1", "财务二班"))])
    world.follow(SEAT)
    world.follow(Seat("c2.p.1", "p", "c2", "k1", True))
    world.watch("a", "b")
    assert len(world.certificates.rows) == 2


def test_a_lecture_no_course_shows_yet_is_asked_again_and_credits_nothing() -> None:
    world = World()
    with pytest.raises(NotConsumedYet):
        world.watch("z")
    assert not world.ledger.rows


def test_what_waited_for_a_class_or_a_name_is_made_up_when_it_comes_again() -> None:
    world = World()
    world.names.rows.clear()
    world.follow(SEAT)
    world.watch("a")
    with pytest.raises(NotConsumedYet):
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
