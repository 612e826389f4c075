"""Records from elsewhere: counted once, named as such, and told to nobody."""

import datetime
from dataclasses import replace

import pytest
from chassis.http.auth import access_of
from learning.api.imports import ImportRoutes
from learning.domain import events
from learning.domain.course import TrainingClass
from learning.domain.hours import IMPORTED
from learning.domain.imported import ImportedLine, LineResult
from learning.usecases.import_records import ImportRecords

from tests.unit.learning.fakes import FakeNames, a_course
from tests.unit.learning.world import HOUR, SEAT, World

SPRING = datetime.datetime(2026, 3, 5, 4, tzinfo=datetime.UTC)
LINE = ImportedLine(2, "p", "k1", "", SPRING, 10)
OLD = "旧学习平台"


class Import(World):
    """A learning service that imports."""

    def bring(
        self, *lines: ImportedLine, source: str = OLD, dry_run: bool = False
    ) -> list[LineResult]:
        import_records = ImportRecords(
            self.complete, self.names, self.audit, self.clock.now
        )
        return import_records(lines, source, "jiaowu", dry_run=dry_run)

    def outcomes(self, *lines: ImportedLine) -> list[str]:
        """What became of these lines; of refused ones the reason."""
        return [result.reason or result.outcome for result in self.bring(*lines)]


def test_a_line_brings_the_course_and_its_hours_of_that_day_with_where_from() -> None:
    world = Import()
    assert world.bring(LINE) == [LineResult(2, "imported")]
    record = world.records.get("p", "k1")
    assert (record.is_complete, record.done_at, record.source) == (True, SPRING, OLD)
    (entry,) = world.ledger.rows.values()
    assert (entry.quarters, entry.year, entry.rule) == (10, 2026, IMPORTED)
    assert (entry.at, entry.source, entry.title) == (SPRING, OLD, "工会财务")
    assert world.audit.lines == [
        ("jiaowu", "records-imported", OLD, {"lines": "1"}),
    ]


def test_the_same_file_again_changes_nothing() -> None:
    world = Import()
    world.follow(SEAT)
    world.bring(LINE)
    told = [*world.ledger.told, *world.records.told, *world.certificates.told]
    assert world.bring(LINE) == [LineResult(2, "known")]
    assert [*world.ledger.told, *world.records.told, *world.certificates.told] == told
    assert len(world.audit.lines) == 1


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    world = Import()
    assert world.bring(LINE, dry_run=True) == [LineResult(2, "imported")]
    assert not world.ledger.rows
    assert not world.records.rows
    assert not world.audit.lines


def test_what_an_import_brings_is_told_as_imported() -> None:
    world = Import()
    world.follow(SEAT)
    world.bring(LINE)
    told = [*world.ledger.told, *world.records.told, *world.certificates.told]
    loud = (events.HoursCredited, events.CourseCompleted, events.CertificateIssued)
    assert [one.imported for one in told if isinstance(one, loud)] == [True] * 3


def test_who_has_a_seat_gets_the_certificate_with_the_imported_hours() -> None:
    world = Import()
    world.follow(SEAT)
    world.bring(LINE)
    (certificate,) = world.certificates.rows.values()
    assert (certificate.hours, certificate.title) == ("2.50", "财务班")


def test_what_was_watched_here_before_is_not_counted_again() -> None:
    world = Import()
    world.watch("a")  # a whole hour
    world.bring(LINE)
    assert sum(entry.quarters for entry in world.ledger.rows.values()) == 10


def test_what_is_watched_here_after_is_not_counted_again_but_known() -> None:
    world = Import()
    world.bring(LINE)
    world.watch("a", "b")
    assert sum(entry.quarters for entry in world.ledger.rows.values()) == 10
    assert [type(one) for one in world.ledger.told] == [events.HoursCredited]
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k2", "别班"))])
    world.publish(a_course("a", "b", id_="k2"))
    world.follow(replace(SEAT, id="c2.p.1", class_id="c2", course_id="k2"))
    assert world.records.get("p", "k2").is_complete


def test_a_course_completed_here_stays_as_it_is() -> None:
    world = Import()
    world.watch("a", "b")
    before = dict(world.ledger.rows)
    assert world.outcomes(LINE) == ["known"]
    assert world.ledger.rows == before
    assert world.records.get("p", "k1").source == ""


def test_a_record_merged_with_another_counts_for_both() -> None:
    world = Import(names=FakeNames({"p": "张三", "q": "张三"}), leads={"q": "p"})
    assert world.outcomes(LINE, replace(LINE, line=3, person_id="q")) == [
        "imported",
        "known",
    ]
    assert len(world.ledger.rows) == 1


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"person_id": "nobody"}, "unknown-person"),
        ({"course_id": "k9"}, "unknown-course"),
        ({"course_id": ""}, "course-missing"),
        ({"class_id": "c9"}, "unknown-class"),
        ({"class_id": "c2"}, "class-of-another-course"),
        ({"completed_at": SPRING + 24 * 365 * HOUR}, "in-the-future"),
    ],
)
def test_a_bad_line_is_refused_alone(changed: dict[str, object], reason: str) -> None:
    world = Import()
    world.projections.put_classes([("c2", 1, TrainingClass("c2", "k2", "别班"))])
    bad = replace(LINE, line=3, **changed)  # type: ignore[arg-type]
    assert world.bring(bad, LINE) == [
        LineResult(3, "refused", reason),
        LineResult(2, "imported"),
    ]
    assert len(world.ledger.rows) == 1


def test_a_class_says_the_course() -> None:
    world = Import()
    assert world.outcomes(replace(LINE, course_id="", class_id="c1")) == ["imported"]


def test_another_day_for_what_was_imported_is_refused_and_changes_nothing() -> None:
    world = Import()
    world.bring(LINE)
    assert world.outcomes(replace(LINE, completed_at=SPRING - HOUR)) == [
        "imported-otherwise"
    ]
    assert len(world.ledger.rows) == 1


def test_a_certificate_that_must_wait_comes_when_the_line_comes_again() -> None:
    world = Import()
    world.follow(SEAT)
    opened = world.projections.classes.pop("c1")
    assert world.outcomes(LINE) == ["try-again"]
    world.projections.put_classes([("c1", 1, opened)])
    assert world.outcomes(LINE) == ["known"]
    assert len(world.certificates.rows) == 1
    assert len(world.ledger.rows) == 1


def test_the_door_is_for_staff_and_operators() -> None:
    access = access_of(ImportRoutes.post_import)
    assert access
    assert access.roles == frozenset({"staff", "operator"})
