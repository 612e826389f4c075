"""The record by year: tabs, what is under way, and a file of it."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from chassis.http.problem import Problem
from contracts.http.catalog import ClassOut, CourseOut
from contracts.http.enrollment import OwnEnrolmentOut
from contracts.http.learning import (
    CertificateOut,
    CourseRecordOut,
    HoursEntryOut,
    HoursOut,
    RecordOut,
)
from contracts.http.media import WatchedOut
from gateway.clients.parts import Unavailable
from gateway.identity.account import TRAINEE
from gateway.pages.trainee.own_classes import ClassAnswers
from gateway.pages.trainee.record import RecordPages
from gateway.pages.trainee.record_view import (
    CourseUnderWay,
    YearAnswers,
    find_certificates,
    view_under_way,
    view_years,
)
from gateway.pages.trainee.record_workbook import write_record
from gateway.pages.years import read_year
from python_calamine import load_workbook

from tests.unit.gateway.nobody import shown_to_nobody
from tests.unit.gateway.samples import (
    CERTIFICATE,
    CLASS,
    COURSE,
    HOURS,
    LESSON,
    RECORD,
    SEATED,
    page_of,
)
from tests.unit.gateway.scene import Scene, scene

NOON = datetime(2026, 12, 21, 4, tzinfo=UTC)
ISSUED = msgspec.convert(CERTIFICATE, CertificateOut)
OF_YEAR = msgspec.convert(HOURS, HoursOut)
LESSONS = [LESSON, LESSON | {"lesson_id": "l2", "lecture_id": "v2"}]
PART = {"HX-Request": "true"}
FORMULAS = ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\u4e36"]


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """A request of a reader of a language."""
    app = shown_to_nobody().application
    with ExitStack() as opened:
        spoken = {"Accept-Language": request.param}
        opened.enter_context(app.test_request_context(headers=spoken))
        yield request.param


def of_year(asked: int | None = None, **given: Any) -> YearAnswers:
    usual = YearAnswers(asked, 2026, OF_YEAR, [])
    return replace(usual, **given)


def hours_of(year: int, *years: int) -> HoursOut:
    return msgspec.structs.replace(OF_YEAR, year=year, years=list(years))


def issued_on(*days: str) -> list[CertificateOut]:
    return [msgspec.structs.replace(ISSUED, issued_on=day) for day in days]


def years(answers: YearAnswers) -> list[tuple[str, str]]:
    """The tabs; the one that is shown has a star."""
    return [
        (tab.text + ("*" if tab.is_current else ""), tab.path)
        for tab in view_years(answers)
    ]


def test_a_newcomer_has_no_tabs_of_years() -> None:
    assert years(of_year()) == []
    assert years(of_year(hours=hours_of(2026, 2026))) == []
    away = Unavailable("learning")
    assert years(of_year(hours=away, certificates=away)) == []


def test_years_are_those_of_hours_and_of_certificates_and_this_one() -> None:
    answers = of_year(
        2023, hours=hours_of(2023, 2024, 2023), certificates=issued_on("2025-01-01")
    )
    assert years(answers) == [
        ("2026", "/record"),
        ("2025", "/record?year=2025"),
        ("2024", "/record?year=2024"),
        ("2023*", "/record?year=2023"),
    ]


def test_a_learning_of_before_that_names_no_years_still_leads_back() -> None:
    older = msgspec.convert(HOURS | {"year": 2024}, HoursOut)
    shown = years(of_year(2024, hours=older))
    assert shown == [("2026", "/record"), ("2024*", "/record?year=2024")]


def test_certificates_stand_in_the_year_of_their_issue() -> None:
    both = issued_on("2025-12-31", "2026-01-01")
    assert find_certificates(of_year(certificates=both)) == both[1:]
    before = of_year(2025, hours=hours_of(2025, 2025), certificates=both)
    assert find_certificates(before) == both[:1]
    away = Unavailable("learning")
    assert find_certificates(of_year(certificates=away)) == away


def test_an_address_without_a_year_asks_for_this_one() -> None:
    assert (read_year({}), read_year({"year": ""})) == (None, None)
    assert read_year({"year": "2024"}) == 2024


@pytest.mark.parametrize(
    "text", ["1999", "2101", "abc", "2024.5", "-2024", "２０２４", "2024'", "9" * 400]
)
def test_an_address_with_no_such_year_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read_year({"year": text})
    assert (refused.value.status, refused.value.slug) == (422, "query-refused")


def classes(**given: Any) -> ClassAnswers:
    """A seat in one class of two lessons, which ends today."""
    usual = ClassAnswers(
        today=date(2026, 12, 31),
        enrolments=[msgspec.convert(SEATED, OwnEnrolmentOut)],
        record=RecordOut(courses=[], watched={}),
        certificates=[],
        classes={"c1": msgspec.convert(CLASS, ClassOut)},
        courses={"k1": msgspec.convert(COURSE | {"lessons": LESSONS}, CourseOut)},
    )
    return replace(usual, **given)


def done(*lessons: str, **watched: int) -> RecordOut:
    of_course = CourseRecordOut(
        course_id="k1", lessons_done=list(lessons), completed_edition=0, done_at=None
    )
    return RecordOut(courses=[of_course], watched=watched)


def under_way(**given: Any) -> list[CourseUnderWay]:
    found = view_under_way(classes(**given))
    assert not isinstance(found, Unavailable)
    return found


@pytest.mark.parametrize(
    ("record", "percent"),
    [
        (done(), 0),
        (done(v1=75), 37),
        (done("l1"), 50),
        (done("l1", v1=80, v2=99), 99),
        (done(v1=100, v2=100), 99),
    ],
)
@pytest.mark.usefixtures("language")
def test_a_course_is_as_far_as_its_lessons_are_and_done_only_when_all_are(
    record: RecordOut, percent: int
) -> None:
    [course] = under_way(record=record)
    assert (course.title, course.percent) == ("集体协商实务", percent)


@pytest.mark.usefixtures("language")
def test_what_media_knows_counts_before_learning_has_heard_of_it() -> None:
    watched = WatchedOut(
        lecture_id="v1", edition=1, position=60, percent=100, completed=True
    )
    [course] = under_way(watched={"v1": watched})
    assert (course.percent, course.path) == (50, "/learn/k1/l2")
    [course] = under_way(watched=Unavailable("media"), record=done(v1=50))
    assert course.percent == 25


@pytest.mark.usefixtures("language")
def test_what_is_done_left_or_waited_for_is_not_under_way() -> None:
    assert under_way(enrolments=[]) == []
    assert under_way(record=done("l1", "l2")) == []
    assert under_way(certificates=[ISSUED]) == []
    for state in ("waiting", "withdrawn"):
        other = msgspec.convert(SEATED | {"state": state}, OwnEnrolmentOut)
        assert under_way(enrolments=[other]) == []


@pytest.mark.usefixtures("language")
def test_what_has_ended_or_is_to_come_is_under_way_once_it_is_begun() -> None:
    for today in (date(2026, 11, 1), date(2027, 1, 1)):
        assert under_way(today=today) == []
        assert len(under_way(today=today, record=done("l1"))) == 1


@pytest.mark.usefixtures("language")
def test_a_course_in_two_classes_is_under_way_once() -> None:
    second = SEATED | {"id": "c2.p.1", "class_id": "c2"}
    seats = [msgspec.convert(one, OwnEnrolmentOut) for one in (second, SEATED)]
    later = CLASS | {"id": "c2", "ends_on": "2027-12-31"}
    known = {one["id"]: msgspec.convert(one, ClassOut) for one in (CLASS, later)}
    [course] = under_way(enrolments=seats, classes=known)
    assert "2026" in course.until


@pytest.mark.parametrize("part", ["enrolments", "courses", "record"])
def test_nobody_says_what_is_under_way_while_a_part_is_away(part: str) -> None:
    away = Unavailable("x")
    assert view_under_way(classes(**{part: away})) == away


def answering() -> Scene:
    """Somebody with hours of this year and of 2024, and a course under way."""
    made = scene(RecordPages(lambda: NOON), TRAINEE)
    made.services["catalog"].answers |= {
        "/classes": page_of(CLASS),
        "/courses": page_of(COURSE),
    }
    made.services["enrollment"].answers["/enrolments"] = [SEATED]
    made.services["media"].answers["/watching"] = []

    def hours(query: dict[str, Any]) -> Any:
        year = int(query.get("year", 2026))
        return HOURS | {"year": year, "years": [2026, 2024]}

    made.services["learning"].answers |= {
        "/record": RECORD,
        "/hours": hours,
        "/certificates": [CERTIFICATE | {"class_id": "an-earlier-one"}],
    }
    return made


def asked(made: Scene) -> int:
    return sum(len(service.asked) for service in made.services.values())


def test_the_record_of_this_year_shows_what_is_under_way_and_leads_to_others() -> None:
    made = answering()
    page = made.get("/record").text
    assert asked(made) <= 8
    for words in ("21%", "/record?year=2024", "/record.xlsx?year=2026", "BY-2026"):
        assert words in page
    english = made.get("/record", "en").text
    assert "Under way" in english


def test_another_year_asks_for_two_things_alone() -> None:
    made = answering()
    page = made.get("/record?year=2024").text
    assert asked(made) == 2
    assert "21%" not in page
    assert "BY-2026" not in page, "issued in another year"
    assert 'hx-get="/record?seen=' in page
    assert "year=2024" in page


def test_an_open_record_asks_for_two_things_until_one_of_them_changes() -> None:
    made = answering()
    seen = made.get("/record").text.split("seen=")[1][:16]
    for service in made.services.values():
        service.asked.clear()
    unchanged = made.get(f"/record?seen={seen}", **PART)
    assert (unchanged.status_code, asked(made)) == (204, 2)
    other_year = made.get(f"/record?seen={seen}&year=2024", **PART)
    assert other_year.status_code == 200
    made.services["learning"].answers["/certificates"] = []
    changed = made.get(f"/record?seen={seen}", **PART)
    assert changed.status_code == 200
    assert "21%" in changed.text


def test_what_was_imported_says_where_it_comes_from() -> None:
    made = answering()
    brought = entry("旧课")
    brought.source = "旧平台"
    hours = HOURS | {"entries": [msgspec.to_builtins(brought)]}
    made.services["learning"].answers["/hours"] = hours
    assert "导入自：旧平台" in made.get("/record").text
    assert "Imported from 旧平台" in made.get("/record", "en").text


@pytest.mark.parametrize("away", ["catalog", "enrollment"])
def test_without_what_is_under_way_the_record_is_there(away: str) -> None:
    made = answering()
    made.services[away].hangs = True
    page = made.get("/record")
    assert page.status_code == 200
    assert "没有回应" in page.text
    assert "BY-2026" in page.text


def entry(title: str) -> HoursEntryOut:
    return HoursEntryOut(
        title=title, hours=0.5, reason="lecture", at=NOON, rule="cadre-online-1"
    )


def sheets_of(content: bytes) -> list[list[list[Any]]]:
    book = load_workbook(io.BytesIO(content))
    return [
        book.get_sheet_by_index(place).to_python()
        for place in range(len(book.sheet_names))
    ]


def test_a_file_has_the_hours_the_certificates_and_nothing_that_computes() -> None:
    hours = msgspec.structs.replace(OF_YEAR, entries=[entry(one) for one in FORMULAS])
    issued = [
        msgspec.structs.replace(ISSUED, title=one, name=one, revoked_on=one)
        for one in FORMULAS
    ]
    content = write_record(hours, issued)
    entries, certificates = sheets_of(content)
    assert [row[1] for row in entries[1:-1]] == FORMULAS
    assert [row[2] for row in entries[1:]] == ["0.5"] * len(FORMULAS) + ["1.5"]
    assert [row[1:3] for row in certificates[1:]] == [[one, one] for one in FORMULAS]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert not name.startswith("xl/worksheets/_rels"), "no links"
        for place in (1, 2):
            sheet = archive.read(f"xl/worksheets/sheet{place}.xml")
            assert b"<f" not in sheet.replace(b"<format", b"")
            assert sheet.count(b"<c ") == sheet.count(b't="s"'), "every cell is text"


def test_a_file_says_where_what_was_imported_comes_from() -> None:
    brought = msgspec.structs.replace(entry("旧课"), rule="imported", source="旧平台")
    hours = msgspec.structs.replace(hours_of(2026, 2026), entries=[brought])
    ((_, line, _), _) = sheets_of(write_record(hours, []))
    assert line[1:] == ["旧课", "0.5", "imported", "旧平台"]


def test_a_file_tells_the_moment_by_the_clock_of_the_college() -> None:
    late = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    at_night = msgspec.structs.replace(entry("x"), at=late)
    hours = msgspec.structs.replace(OF_YEAR, entries=[at_night])
    assert sheets_of(write_record(hours, []))[0][1][0] == "2026-12-31 23:59"


def test_a_file_of_nothing_has_its_heads() -> None:
    entries, certificates = sheets_of(write_record(OF_YEAR, []))
    assert (len(entries), len(certificates)) == (2, 1)


def test_a_year_is_fetched_as_a_file_of_its_name() -> None:
    made = answering()
    answered = made.get("/record.xlsx?year=2024")
    assert answered.status_code == 200
    assert 'filename="record-2024.xlsx"' in answered.headers["Content-Disposition"]
    _, certificates = sheets_of(answered.data)
    assert len(certificates) == 1, "issued in another year"
    assert len(sheets_of(made.get("/record.xlsx").data)[1]) == 2
    assert made.get("/record.xlsx?year=1").status_code == 422


def test_a_file_that_would_lack_something_is_not_made() -> None:
    made = answering()
    made.services["learning"].hangs = True
    assert made.get("/record.xlsx").status_code == 503
