"""What was watched before a course or a seat was told counts when it is."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from learning.domain.course import TrainingClass
from learning.domain.make_up import MOST_DOUBLED, WAIT_SECONDS, MakeUp
from learning.domain.record import Watched
from learning.usecases.follow_courses import follow_courses
from learning.usecases.make_up_courses import make_up_courses

from tests.unit.learning.fakes import (
    AT_ONCE,
    a_course,
)
from tests.unit.learning.world import HOUR, LEAVING, LEFT_THEN, SEAT, SECOND, World


def test_a_lecture_watched_before_a_seat_counts_for_the_course_of_the_seat() -> None:
    world = World()
    world.watch("b")
    world.publish(a_course("b", id_="k2"))
    assert world.records.get("p", "k2").lessons_done == ()
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.follow(SECOND)
    assert world.records.get("p", "k2").is_complete
    assert len(world.certificates.rows) == 1


def test_a_lecture_watched_before_a_course_shows_it_counts_when_it_does() -> None:
    world = World()
    world.watch("a", "b")
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
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
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.make_up()
    assert not world.certificates.rows, "it is not asked for all the time"
    world.make_up_later()
    assert len(world.certificates.rows) == 1
    [made_up] = world.make_ups.rows.values()
    assert made_up.due is None, "and then no more"


def test_a_certificate_that_waits_is_issued_though_a_newer_edition_came() -> None:
    world = World()
    world.watch("a")
    world.follow(SECOND)
    world.publish(a_course("a", id_="k2"))
    world.publish(a_course("a", "b", id_="k2", edition=2))
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.make_up_later()
    assert len(world.certificates.rows) == 1


@given(order=st.permutations(["seat", "seat", "a", "course"]))
def test_a_course_told_late_changes_nothing_for_who_completed_it_in_a_seat(
    order: list[str],
) -> None:
    world = World()
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
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
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    people = [f"p{number}" for number in range(2 * AT_ONCE + 1)]
    for person in people:
        world.names.rows[person] = person
        world.hear(person, "a")
        world.follow(replace(SECOND, id=f"c2.{person}.1", person_id=person))
    course = a_course("a", id_="k2")
    follow_courses(world.projections, world.make_ups, [("k2", 1, course)])
    assert make_up_courses(world.projections, world.make_ups, world.complete)
    some = len(world.certificates.rows)
    assert 0 < some < len(people), "one piece of work is a few seats"
    world.make_up()
    assert len(world.certificates.rows) == len(people)
    follow_courses(world.projections, world.make_ups, [("k2", 1, course)])
    assert not make_up_courses(world.projections, world.make_ups, world.complete)


def test_a_worker_that_comes_late_sets_the_make_up_of_a_course_not_back() -> None:
    made_up = MakeUp("k", 1, due=0.0).go_on("s4", "", now=1.0)
    assert made_up.go_on("s2", "", now=2.0).after == "s4"


def test_who_must_wait_long_is_asked_for_more_and_more_seldom() -> None:
    made_up, pauses = MakeUp("k", 1, due=0.0), []
    for _ in range(10):
        made_up = made_up.go_on("s1", "no name yet", now=0.0).end_round(now=0.0)
        pauses.append(made_up.due)
    assert pauses[:3] == [WAIT_SECONDS, 2 * WAIT_SECONDS, 4 * WAIT_SECONDS]
    assert pauses[-1] == pauses[-2] == WAIT_SECONDS * 2**MOST_DOUBLED
    assert made_up.go_on("s1", "", now=0.0).end_round(now=0.0).due is None


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
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.projections.put_watched([("p.z.1", 1, Watched("p", "z", 100))])
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
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k2", "二班"))])
    world.follow(replace(SECOND, id="c3.o.1", person_id="o", class_id="c3"))
    world.follow(SECOND)
    world.publish(a_course("a", id_="k2"))
    assert [one.person_id for one in world.certificates.rows.values()] == ["p"]
