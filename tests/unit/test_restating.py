"""What aggregates tell of their state now is what they told last."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from catalog.domain.content import Lesson
from catalog.domain.course import Course
from catalog.domain.training_class import TrainingClass
from enrollment.domain.enrolment import SEATED, WAITING, Enrolment
from media.domain.lecture import Edition
from media.domain.watch import WatchRecord

from tests.unit.catalog.fakes import after_edit

NOON = datetime.datetime(2026, 11, 23, 4, tzinfo=datetime.UTC)
LESSON = Lesson("s1", "第一讲", "lecture", "lec1")
DRAFT = Course("k1", "工会财务", "m1", "", "李老师", (LESSON,))
CLASS = TrainingClass(
    "c1", "k1", "一班", 30, (), "2026-12-01", "2026-12-05", "", "online"
)
ENROLMENT = Enrolment("c1", "k1", "p", 1, ("a",), "chunk", 3, WAITING, WAITING)
EDITION = Edition("v1", 1, "讲", "source", 60.0, 1000)


def changed(decided: tuple[Any, list[object]] | None) -> tuple[Any, list[object]]:
    assert decided is not None
    return decided


def test_a_course_tells_its_last_publication_and_not_the_edits_after_it() -> None:
    assert DRAFT.to_snapshot() == []
    published, told = DRAFT.publish()
    edited = after_edit(
        published,
        "改了",
        "",
        "李老师",
        (LESSON, replace(LESSON, lesson_id="s2", title="二")),
    )
    assert edited.to_snapshot() == told
    archived, _ = changed(edited.archive())
    assert archived.to_snapshot() == told
    again, newer = edited.publish()
    assert again.to_snapshot() == newer != told


def test_a_class_tells_its_opening_even_when_it_is_closed() -> None:
    closed, _ = changed(CLASS.close())
    assert closed.to_snapshot() == CLASS.open(NOON.date())


def test_an_enrolment_tells_how_it_stands() -> None:
    seated = replace(ENROLMENT, first=SEATED, state=SEATED)
    assert seated.to_snapshot() == seated.creation_events()
    assert ENROLMENT.to_snapshot() == ENROLMENT.creation_events()
    promoted, told = changed(ENROLMENT.promote())
    assert promoted.to_snapshot() == told
    for one in (seated, ENROLMENT):
        left, told = changed(one.withdraw(NOON))
        assert left.to_snapshot() == told
    left, told = changed(promoted.withdraw(NOON))
    assert left.to_snapshot() == told


def test_an_edition_tells_how_far_it_is() -> None:
    assert EDITION.to_snapshot() == []
    started, told = changed(EDITION.queue_making(5.0))
    assert started.to_snapshot() == told
    tried, _ = changed(started.begin_try(6.0))
    further, told = changed(tried.note_progress(1, 40))
    assert further.to_snapshot() == told
    ends = (
        further.finish_try(1, ("v0",), 60.0),
        further.fail_try(1, "坏"),
        further.cancel_making(),
        further.delete(7.0),
    )
    for ended in ends:
        done, told = changed(ended)
        assert done.to_snapshot() == told


@pytest.mark.parametrize("minutes", [1, 2, 3])
def test_a_watch_record_tells_the_quarter_it_told_last(minutes: int) -> None:
    record = WatchRecord("p", "v1", 1, 240.0)
    last: list[object] = []
    for second in range(0, minutes * 60, 10):
        covered = record.cover_stretch((float(second), float(second + 10)))
        assert covered is not None
        record, told = covered
        last = told or last
    assert record.to_snapshot() == last


def test_a_watch_record_that_is_whole_tells_its_completion() -> None:
    covered = WatchRecord("p", "v1", 1, 10.0).cover_stretch((0.0, 10.0))
    assert covered is not None
    done, told = covered
    assert done.to_snapshot() == told
    assert WatchRecord("p", "v1", 1, 10.0).to_snapshot() == []
