"""Standings of people in a class: by all records of each, for many at once."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

from learning.domain.certificate import UNJOINED, Certificate
from learning.domain.course import Course, Lesson, TrainingClass
from learning.domain.record import Watched
from learning.domain.standing import Standing
from learning.usecases.find_standings import FindStandings

from tests.unit.learning.fakes import FakeCertificates, FakeProjections, a_course
from tests.unit.learning.world import HOUR, World

CERTIFICATE = Certificate(
    "BY-2026-ABCD-EFGH-JKLM", "p", "c1", "张三", "财务班", "1.50", "2026-11-23", "学院"
)


class Read:
    """Projections and certificates of a world, for many at once; `asked` counts."""

    def __init__(
        self, projections: FakeProjections, certificates: FakeCertificates
    ) -> None:
        self.projections, self.certificates = projections, certificates
        self.asked = 0

    def get_course(self, id_: str) -> Course | None:
        self.asked += 1
        return self.projections.get_course(id_)

    def get_class(self, id_: str) -> TrainingClass | None:
        self.asked += 1
        return self.projections.get_class(id_)

    def find_watched(
        self, persons: Sequence[str], lectures: Sequence[str]
    ) -> list[Watched]:
        self.asked += 1
        rows = [watched for _, watched in self.projections.watched_rows.values()]
        return [
            one
            for one in rows
            if one.person_id in persons and one.lecture_id in lectures
        ]

    def find_of_class(self, class_id: str, persons: Sequence[str]) -> list[Certificate]:
        self.asked += 1
        rows = self.certificates.rows.values()
        return [
            one for one in rows if one.person_id in persons and one.class_id == class_id
        ]


def stand(world: World, *persons: str, class_id: str = "c1") -> dict[str, Standing]:
    read = Read(world.projections, world.certificates)
    find = FindStandings(read, world.records, world.ledger, read, world.groups)
    return find(class_id, persons)


def note(world: World, person: str, lecture: str, percent: int) -> None:
    watched = Watched(person, lecture, percent)
    world.projections.put_watched([(f"{person}.{lecture}", percent, watched)])


def test_who_has_done_nothing_has_all_lessons_before_them() -> None:
    assert stand(World(), "p") == {"p": Standing(lessons=2)}


def test_lessons_done_and_what_is_watched_make_the_per_cent_together() -> None:
    world = World()
    world.watch("a")
    note(world, "p", "a", 100)
    note(world, "p", "b", 41)
    standing = stand(world, "p")["p"]
    assert (standing.percent, standing.lessons_done, standing.lessons) == (70, 1, 2)
    assert (standing.quarters, standing.is_complete) == (4, False)


def test_what_is_watched_to_its_end_is_not_whole_before_it_counts_as_done() -> None:
    world = World()
    note(world, "p", "a", 100)
    note(world, "p", "b", 100)
    standing = stand(world, "p")["p"]
    assert (standing.percent, standing.lessons_done) == (99, 0)


def test_a_completed_course_is_whole_and_says_when() -> None:
    world = World()
    world.watch("a", "b")
    standing = stand(world, "p")["p"]
    assert (standing.percent, standing.lessons_done, standing.quarters) == (100, 2, 8)
    assert (standing.is_complete, standing.completed_at) == (True, world.clock.moment)


def test_a_new_lesson_takes_nothing_from_who_completed_the_course_before() -> None:
    world = World()
    world.watch("a", "b")
    world.projections.put_courses([("k1", 2, a_course("a", "b", "c", edition=2))])
    standing = stand(world, "p")["p"]
    assert (standing.percent, standing.lessons_done, standing.lessons) == (100, 3, 3)


def test_lessons_on_site_are_not_counted() -> None:
    world = World()
    course = a_course("a")
    onsite = Lesson("s-on", "现场", "onsite")
    with_onsite = replace(course, lessons=(*course.lessons, onsite))
    world.projections.put_courses([("k1", 2, with_onsite)])
    world.watch("a")
    standing = stand(world, "p")["p"]
    assert (standing.lessons_done, standing.lessons, standing.percent) == (1, 1, 100)


def test_merged_records_count_as_one_and_a_lecture_under_both_once() -> None:
    world = World(leads={"q": "p"})
    world.hear("p", "a")
    world.hear("q", "a", at=world.clock.moment + HOUR)
    world.hear("q", "b", at=world.clock.moment + HOUR)
    found = stand(world, "p", "q", "r")
    assert found["p"] == found["q"]
    assert (found["p"].lessons_done, found["p"].quarters) == (2, 8)
    assert found["r"] == Standing(lessons=2)


def test_nobody_is_given_what_another_has_done() -> None:
    world = World()
    world.hear("q", "a")
    note(world, "q", "b", 60)
    world.certificates.issue(replace(CERTIFICATE, person_id="q"))
    found = stand(world, "p")
    assert found == {"p": Standing(lessons=2)}


def test_hours_are_those_of_the_lectures_of_this_course() -> None:
    world = World()
    world.projections.put_courses([("k2", 1, a_course("z", id_="k2"))])
    world.watch("z", "a")
    assert stand(world, "p")["p"].quarters == 4


def test_a_certificate_is_that_of_the_class_and_one_that_holds_comes_first() -> None:
    world = World(leads={"q": "p"})
    other = replace(CERTIFICATE, number="BY-2026-OTHE-RRRR-RRRR", class_id="c2")
    world.certificates.issue(other)
    assert stand(world, "p")["p"].certificate == ""
    revoked = replace(CERTIFICATE, revoked_on="2026-11-23", revoked_for="误发")
    world.certificates.issue(revoked)
    standing = stand(world, "p")["p"]
    assert (standing.certificate, standing.is_revoked) == (CERTIFICATE.number, True)
    second = replace(CERTIFICATE, number="BY-2026-SECO-NDDD-DDDD", person_id="q")
    world.certificates.issue(second)
    standing = stand(world, "p")["p"]
    assert (standing.certificate, standing.is_revoked) == (second.number, False)


def test_replaced_and_lapsed_certificates_are_none() -> None:
    world = World()
    world.certificates.issue(replace(CERTIFICATE, replaced_by="BY-2026-NEXT"))
    lapsed = replace(CERTIFICATE, number="BY-2026-LAPS", revoked_on="2026-11-23")
    world.certificates.issue(replace(lapsed, revoked_for=UNJOINED))
    assert stand(world, "p")["p"].certificate == ""


def test_a_class_not_heard_of_yet_has_no_lessons() -> None:
    assert stand(World(), "p", class_id="c9") == {"p": Standing()}


def test_five_hundred_people_are_read_as_often_as_one() -> None:
    world = World()
    counts = []
    for people in (1, 500):
        read = Read(world.projections, world.certificates)
        find = FindStandings(read, world.records, world.ledger, read, world.groups)
        find("c1", [f"p{number}" for number in range(people)])
        counts.append(read.asked)
    assert counts[0] == counts[1] == 4


def test_the_moment_is_that_of_the_first_record_that_was_complete() -> None:
    world = World(leads={"q": "p"})
    later = world.clock.moment + datetime.timedelta(days=1)
    for lecture in ("a", "b"):
        world.hear("q", lecture, at=later)
    assert stand(world, "p")["p"].completed_at == later
