"""How classes stand for their trainee on a day: what is to do, and until when."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from contracts.http.catalog import ClassOut, CourseOut
from contracts.http.enrollment import OwnEnrolmentOut
from contracts.http.learning import CertificateOut, CourseRecordOut, RecordOut
from contracts.http.media import WatchedOut
from gateway.clients.parts import Unavailable
from gateway.pages.trainee.class_lines import ClassLine, view_class_line
from gateway.pages.trainee.home import TraineeAnswers
from gateway.pages.trainee.home_view import view_trainee_home
from gateway.pages.trainee.my_classes import MyClasses, view_my_classes
from gateway.pages.trainee.own_classes import (
    COMING,
    FINISHED,
    LEFT,
    MISSED,
    OVER,
    RUNNING,
    WAITING,
    ClassAnswers,
    college_today,
    find_lessons_to_do,
    find_own_classes,
)

from tests.unit.gateway.nobody import shown_to_nobody
from tests.unit.gateway.samples import CERTIFICATE, CLASS, COURSE, LESSON, SEATED

TODAY = date(2026, 12, 31)
LESSONS = [LESSON, LESSON | {"lesson_id": "l2", "lecture_id": "v2", "title": "第二讲"}]
NO_RECORD = RecordOut(courses=[], watched={})
ISSUED = msgspec.convert(CERTIFICATE, CertificateOut)


@pytest.fixture(autouse=True, params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Whatever is shown is shown in both languages."""
    app = shown_to_nobody().application
    with ExitStack() as opened:
        spoken = {"Accept-Language": request.param}
        opened.enter_context(app.test_request_context(headers=spoken))
        yield request.param


def enrolment(class_id: str, state: str = "seated", **more: Any) -> OwnEnrolmentOut:
    fields = {"id": f"{class_id}.p.1", "class_id": class_id, "state": state}
    return msgspec.convert(SEATED | fields | more, OwnEnrolmentOut)


def a_class(id_: str, starts_on: str, ends_on: str) -> ClassOut:
    days = {"id": id_, "title": id_, "starts_on": starts_on, "ends_on": ends_on}
    return msgspec.convert(CLASS | days, ClassOut)


def a_course(*lessons: dict[str, Any]) -> CourseOut:
    return msgspec.convert(COURSE | {"lessons": lessons or LESSONS}, CourseOut)


def record(*done: str, completed_edition: int = 0) -> RecordOut:
    of_course = CourseRecordOut(
        course_id="k1",
        lessons_done=list(done),
        completed_edition=completed_edition,
        done_at=None,
    )
    return RecordOut(courses=[of_course], watched={})


def answers(**given: Any) -> ClassAnswers:
    """One class with a seat, which ends today; what is given is otherwise."""
    usual = ClassAnswers(
        today=TODAY,
        enrolments=[enrolment("c1")],
        record=NO_RECORD,
        certificates=[],
        classes={"c1": a_class("c1", "2026-12-01", "2026-12-31")},
        courses={"k1": a_course()},
    )
    return replace(usual, **given)


def of_days(*days: tuple[str, str, str], state: str = "seated") -> dict[str, Any]:
    """Classes of these ids and days, the trainee in all of them."""
    return {
        "enrolments": [enrolment(id_, state) for id_, _, _ in days],
        "classes": {id_: a_class(id_, first, last) for id_, first, last in days},
    }


def stage(**given: Any) -> str:
    [own] = find_own_classes(answers(**given))
    return own.stage


def line(**given: Any) -> ClassLine:
    [own] = find_own_classes(answers(**given))
    return view_class_line(own)


def to_do(**given: Any) -> list[str]:
    """The titles of what the first page calls to do."""
    shown = view_trainee_home(TraineeAnswers(answers(**given), Unavailable("x"), []))
    return [one.title for one in shown.to_do]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ((2026, 12, 31, 15, 59, 59), date(2026, 12, 31)),
        ((2026, 12, 31, 16, 0, 0), date(2027, 1, 1)),
        ((2028, 2, 28, 16, 0, 0), date(2028, 2, 29)),
    ],
)
def test_a_day_begins_at_midnight_of_the_college(
    moment: tuple[int, ...], day: date
) -> None:
    at = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]
    assert college_today(lambda: at) == day


@pytest.mark.parametrize(
    ("today", "days", "expected"),
    [
        (date(2026, 11, 30), 31, COMING),
        (date(2026, 12, 1), 30, RUNNING),
        (date(2026, 12, 31), 0, RUNNING),
        (date(2027, 1, 1), -1, OVER),
    ],
)
def test_a_class_runs_from_its_first_day_to_the_end_of_its_last(
    today: date, days: int, expected: str
) -> None:
    [own] = find_own_classes(answers(today=today))
    assert (own.days, own.stage) == (days, expected)


@pytest.mark.parametrize(
    ("today", "number", "tone"),
    [
        (date(2026, 11, 29), "2", "info"),
        (date(2026, 12, 23), "8", "info"),
        (date(2026, 12, 24), "7", "wait"),
        (date(2026, 12, 28), "3", "no"),
        (date(2026, 12, 29), "2", "no"),
    ],
)
def test_the_days_left_are_a_number_and_a_colour(
    today: date, number: str, tone: str
) -> None:
    shown = line(today=today)
    assert (number in shown.state, shown.tone) == (True, tone)


def test_each_day_near_a_boundary_is_said_in_words_of_its_own() -> None:
    days = [
        date(2026, 11, 30),  # tomorrow it begins
        date(2026, 12, 30),  # tomorrow is the last day
        date(2026, 12, 31),
        date(2027, 1, 1),
    ]
    shown = [line(today=day) for day in days]
    assert len({one.state for one in shown}) == len(days)
    assert [one.tone for one in shown] == ["info", "no", "no", "no"]


def test_what_is_to_do_leads_to_the_first_lesson_that_is_not_done() -> None:
    assert [way.path for way in line().ways] == ["/learn/k1/l1"]
    begun = line(record=record("l1"))
    assert [way.path for way in begun.ways] == ["/learn/k1/l2"]
    assert "1" in begun.about


def test_a_class_is_done_with_its_certificate_or_all_its_lessons() -> None:
    watched = WatchedOut(
        lecture_id="v2", edition=1, position=60, percent=100, completed=True
    )
    assert stage(certificates=[ISSUED]) == FINISHED
    assert stage(record=record("l1", "l2")) == FINISHED
    assert stage(record=record("l1"), watched={"v2": watched}) == FINISHED
    assert stage(record=record("l1")) == RUNNING
    assert stage(certificates=[ISSUED], record=Unavailable("learning")) == FINISHED


def test_a_completed_course_stays_done_whatever_a_later_edition_adds() -> None:
    later = record("l1", completed_edition=1)
    assert stage(record=later) == FINISHED
    assert stage(record=later, today=date(2027, 6, 1)) == FINISHED
    other = msgspec.structs.replace(later.courses[0], course_id="another")
    assert stage(record=RecordOut(courses=[other], watched={})) == RUNNING


def test_a_course_of_which_nothing_can_be_completed_is_never_called_done() -> None:
    onsite = LESSON | {"kind": "onsite", "is_completable": False}
    courses = {"k1": a_course(onsite)}
    assert stage(courses=courses) == RUNNING
    over = line(courses=courses, today=date(2027, 1, 1))
    assert over.ways == ()
    assert "·" not in over.about, "nothing is said of lessons"


def test_while_learning_is_away_nothing_is_said_of_what_is_left() -> None:
    shown = line(record=Unavailable("learning"), certificates=Unavailable("learning"))
    assert (shown.ways, "·" in shown.about) == ((), False)
    assert shown.tone == "no", "the day it ends on is known"


def test_while_the_catalogue_is_away_a_class_has_its_id_and_no_days() -> None:
    away = Unavailable("catalog")
    shown = line(classes=away, courses=away)
    assert (shown.title, shown.about, shown.ways) == ("c1", "", ())
    assert to_do(classes=away, courses=away) == ["c1"]


def test_the_nearest_end_comes_first_and_what_is_over_last() -> None:
    many = of_days(
        ("over", "2026-12-01", "2026-12-30"),
        ("year", "2026-12-01", "2027-12-31"),
        ("coming", "2027-01-02", "2027-01-05"),
        ("today", "2026-12-01", "2026-12-31"),
    )
    waits = enrolment("waits", "waiting", place=1)
    known = {"waits": a_class("waits", "2026-12-01", "2026-12-31")}
    many = {
        "enrolments": [waits, *many["enrolments"]],
        "classes": many["classes"] | known,
    }
    assert to_do(**many) == ["today", "coming", "year", "waits", "over"]
    lessons = find_lessons_to_do(answers(**many))
    assert next(lessons).path == "/learn/k1/l1"


def test_what_one_goes_on_with_belongs_to_the_class_that_ends_first() -> None:
    late = enrolment("late", course_id="k2")
    soon = enrolment("soon")
    classes = {
        "late": a_class("late", "2026-12-01", "2027-02-01"),
        "soon": a_class("soon", "2026-12-01", "2027-01-01"),
    }
    other = msgspec.structs.replace(a_course(), id="k2")
    found = answers(
        enrolments=[late, soon],
        classes=classes,
        courses={"k1": a_course(), "k2": other},
    )
    assert [one.course.id for one in find_lessons_to_do(found)] == [
        "k1", "k1", "k2", "k2",
    ]  # fmt: skip


def test_what_ended_undone_is_called_to_do_for_a_month() -> None:
    assert to_do(today=date(2027, 1, 30)) == ["c1"]
    assert to_do(today=date(2027, 1, 31)) == []


@pytest.mark.parametrize(
    ("state", "ends_on", "expected"),
    [
        ("waiting", "2026-12-31", WAITING),
        ("waiting", "2026-12-30", MISSED),
        ("withdrawn", "2027-12-31", LEFT),
        ("withdrawn", "2026-12-30", LEFT),
    ],
)
def test_without_a_seat_one_waits_until_the_class_is_over(
    state: str, ends_on: str, expected: str
) -> None:
    found = of_days(("c1", "2026-12-01", ends_on), state=state)
    assert stage(**found) == expected
    assert to_do(**found) == (["c1"] if expected == WAITING else [])
    assert line(**found).ways == ()


@pytest.mark.parametrize("is_last", [True, False])
def test_who_waits_is_told_the_place(language: str, is_last: bool) -> None:
    ends_on = "2026-12-31" if is_last else "2027-12-31"
    waits = of_days(("c1", "2026-12-01", ends_on), state="waiting")
    waits["enrolments"] = [enrolment("c1", "waiting", place=7, ticket=61)]
    shown = line(**waits)
    assert "7" in shown.state
    assert "61" not in shown.state + shown.about
    assert shown.tone == "wait"


def mine(**given: Any) -> MyClasses:
    return view_my_classes(answers(**given))


def keys(shown: MyClasses) -> dict[str, list[str]]:
    """The titles of each group."""
    return {group.key: [one.title for one in group.lines] for group in shown.groups}


def test_all_classes_stand_in_groups_the_nearest_first() -> None:
    many = of_days(
        ("old", "2025-01-01", "2025-02-01"),
        ("done", "2026-12-01", "2027-02-01"),
        ("runs", "2026-12-01", "2026-12-31"),
        ("comes", "2027-01-01", "2027-01-02"),
        ("waits", "2026-12-01", "2027-02-01"),
        ("missed", "2026-12-01", "2026-12-30"),
        ("left", "2026-12-01", "2027-02-01"),
    )
    states = {"waits": "waiting", "missed": "waiting", "left": "withdrawn"}
    many["enrolments"] = [
        enrolment(one.class_id, states.get(one.class_id, "seated"))
        for one in many["enrolments"]
    ]
    shown = mine(
        **many, certificates=[msgspec.structs.replace(ISSUED, class_id="done")]
    )
    assert keys(shown) == {
        "running": ["runs", "comes"],
        "waiting": ["waits"],
        "past": ["old", "done"],
        "left": ["missed", "left"],
    }


def test_a_finished_class_stays_open_for_reading_however_long_ago() -> None:
    shown = line(certificates=[ISSUED], today=date(2036, 1, 1))
    assert shown.path == "/classes/c1"
    assert [way.path for way in shown.ways] == [
        f"/verify/{ISSUED.number}", "/learn/k1/l1",
    ]  # fmt: skip
    assert shown.tone == "ok"


def test_nothing_and_everything_away_is_said_once_each() -> None:
    assert mine(enrolments=[]) == MyClasses([], [])
    enrollment, catalog = Unavailable("enrollment"), Unavailable("catalog")
    learning = Unavailable("learning")
    others = {
        "classes": catalog,
        "courses": catalog,
        "record": learning,
        "certificates": learning,
    }
    assert mine(enrolments=enrollment, **others) == MyClasses([], [enrollment])
    assert list(mine(**others).unseen) == [catalog, learning]
    assert keys(mine(**others)) == {"running": ["c1"]}
