"""The page of a class's participants: within the border, counted, sorted, as a file."""

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from contracts.http.catalog import ClassOut
from contracts.http.participants import StandingOut
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.officer.participants import ParticipantPages
from gateway.pages.officer.participants_view import find_sides, is_behind
from gateway.texts.participants import (
    ALL,
    BEHIND,
    DONE,
    LEFT,
    NOT_BEGUN,
    UNDER_WAY,
    WAITING,
)
from python_calamine import load_workbook

from tests.unit.gateway.samples import CLASS
from tests.unit.gateway.scene import Scene, scene

PAGE = "/classes/c1/people"
NUMBER = "BY-2026-ABCD-EFGH-JKLM"
OVER = {"starts_on": "2020-01-01", "ends_on": "2020-01-10"}
COMING = {"starts_on": "2090-01-01", "ends_on": "2090-01-10"}
FORMULA = '=HYPERLINK("http://x","张")'


def enrolment(person: str, ticket: int, state: str = "seated", **more: Any) -> Any:
    return {
        "id": f"c1.{person}.1", "class_id": "c1", "course_id": "k1",
        "person_id": person, "branch_id": "dongcheng", "ticket": ticket,
        "state": state,
    } | more  # fmt: skip


def named(person: str, name: str, number: str = "007") -> dict[str, Any]:
    held = {"branch_id": "dongcheng", "branch_name": "东城区总工会"}
    return {
        "person_id": person,
        "record_id": person,
        "name": name,
        "memberships": [held | {"member_no": number}],
    }


def standing(person: str, **more: Any) -> dict[str, Any]:
    return {
        "person_id": person, "percent": 0, "lessons_done": 0, "lessons": 4,
        "hours": 0.0, "is_complete": False, "completed_at": None, "certificate": "",
        "is_revoked": False,
    } | more  # fmt: skip


def fill(
    made: Scene,
    enrolments: Sequence[Any],
    names: Sequence[Any],
    standings: Sequence[Any],
    **class_: str,
) -> Scene:
    made.services["catalog"].answers["/classes/c1"] = CLASS | class_
    made.services["enrollment"].answers |= {
        "/classes/c1/enrolments": {"items": list(enrolments), "next": ""},
        "/people/named": list(names),
    }
    made.services["learning"].answers["/classes/c1/standing"] = list(standings)
    return made


def usual(made: Scene, **class_: str) -> Scene:
    """One who is half through, one who has not begun, one who is done, one who waits,
    one who left, and one whom no branch of the visitor holds any more."""
    return fill(
        made,
        [
            enrolment("half", 1),
            enrolment("fresh", 2),
            enrolment("done", 3),
            enrolment("queued", 4, "waiting"),
            enrolment("gone", 5, "withdrawn", returns_until="2099-01-01"),
            enrolment("moved", 6),
        ],
        [
            named("half", "赵半"),
            named("fresh", "钱新"),
            named("done", "孙毕"),
            named("queued", "李候"),
            named("gone", "周退"),
        ],
        [
            standing("half", percent=55, lessons_done=2, hours=1.5),
            standing("fresh"),
            standing("done", percent=100, lessons_done=4, certificate=NUMBER),
            standing("queued"),
            standing("gone"),
        ],
        **(class_ or OVER),
    )


@pytest.fixture
def officer() -> Scene:
    return usual(scene(ParticipantPages(), OFFICER))


def rows_of(made: Scene, query: str = "") -> list[list[Any]]:
    """The workbook's rows, with its heads first."""
    content = made.get(f"{PAGE}.xlsx{query}").data
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


# the border


def test_learning_is_asked_only_for_whom_enrollment_named(officer: Scene) -> None:
    officer.get(PAGE)
    (asked,) = officer.services["learning"].bodies
    assert asked.person_ids == ["half", "fresh", "done", "queued", "gone"]


@pytest.mark.parametrize("query", ["", "?state=behind", "?state=all&sort=-progress"])
def test_of_whom_no_own_branch_holds_there_is_neither_name_nor_progress(
    officer: Scene, query: str
) -> None:
    told_too_much = [
        standing("moved", percent=87, lessons_done=3, hours=7.25, certificate="BY-X"),
        standing("half", percent=55, lessons_done=2),
    ]
    officer.services["learning"].answers["/classes/c1/standing"] = told_too_much
    page = officer.get(PAGE + query).text
    for secret in ("87%", "7.25", "BY-X", "3/4", "/people/moved"):
        assert secret not in page
    lines = [line for line in rows_of(officer, query) if "已不在本单位" in line[3]]
    for line in lines:
        assert [cell for cell in line if cell] == [line[3]]
    assert len(lines) == (0 if "behind" in query else 1)


def test_nobody_is_asked_about_where_nobody_is_named(officer: Scene) -> None:
    officer.services["enrollment"].answers["/people/named"] = []
    page = officer.get(PAGE).text
    assert officer.services["learning"].asked == []
    assert "赵半" not in page
    assert "已不在本单位" in page


def test_a_trainee_and_a_stranger_see_nothing() -> None:
    assert usual(scene(ParticipantPages(), TRAINEE)).get(PAGE).status_code == 403
    stranger = usual(scene(ParticipantPages()))
    for path in (PAGE, f"{PAGE}.xlsx"):
        assert stranger.get(path).status_code == 303
    assert stranger.services["enrollment"].asked == []


# what is shown


def test_the_page_names_people_their_progress_and_their_certificate(
    officer: Scene,
) -> None:
    page = officer.get(PAGE).text
    for word in (
        "赵半",
        "007",
        "东城区总工会",
        "55%",
        "2/4",
        "1.5",
        f"/verify/{NUMBER}",
    ):
        assert word in page
    for text in (
        "全部 5",
        "落后 2",
        "未开始 1",
        "学习中 1",
        "已完成 1",
        "候补 1",
        "已退出 1",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("side", "there"),
    [
        ("behind", {"赵半", "钱新"}),
        ("not-begun", {"钱新"}),
        ("under-way", {"赵半"}),
        ("done", {"孙毕"}),
        ("waiting", {"李候"}),
        ("left", {"周退"}),
        ("all", {"赵半", "钱新", "孙毕", "李候", ""}),
        ("nonsense", {"赵半", "钱新", "孙毕", "李候", ""}),
    ],
)
def test_a_side_of_the_list_has_those_that_stand_on_it(
    officer: Scene, side: str, there: set[str]
) -> None:
    _, *lines = rows_of(officer, f"?state={side}")
    assert {line[0] for line in lines} == there


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("progress", ["李候", "钱新", "赵半", "孙毕", ""]),
        ("-progress", ["孙毕", "赵半", "李候", "钱新", ""]),
        ("-hours", ["赵半", "李候", "钱新", "孙毕", ""]),
        ("name", ["李候", "钱新", "孙毕", "赵半", ""]),
        ("nonsense", ["李候", "钱新", "孙毕", "赵半", ""]),
    ],
)
def test_the_list_is_sorted_and_who_has_no_name_comes_last(
    officer: Scene, sort: str, names: list[str]
) -> None:
    _, *lines = rows_of(officer, f"?sort={sort}")
    assert [line[0] for line in lines] == names


def test_of_several_attempts_the_last_counts(officer: Scene) -> None:
    again = enrolment("gone", 9) | {"id": "c1.gone.2"}
    officer.services["enrollment"].answers["/classes/c1/enrolments"] = {
        "items": [enrolment("gone", 5, "withdrawn"), again],
        "next": "",
    }
    assert [line[0] for line in rows_of(officer)[1:]] == ["周退"]
    assert len(rows_of(officer, "?state=left")) == 1


def test_a_merged_human_is_linked_by_the_record_that_is_reached(officer: Scene) -> None:
    officer.services["enrollment"].answers["/people/named"] = [
        named("half", "赵半") | {"record_id": "other"}
    ]
    page = officer.get(PAGE).text
    assert "/people/other" in page
    assert "/people/half" not in page


def test_the_number_of_the_branch_that_enrolled_comes_before_others(
    officer: Scene,
) -> None:
    below = {"branch_id": "school", "branch_name": "学校工会", "member_no": "S1"}
    person = named("half", "赵半", "D1")
    person["memberships"].insert(0, below)
    officer.services["enrollment"].answers["/people/named"] = [person]
    _, first, *_ = rows_of(officer)
    assert first[:3] == ["赵半", "D1", "东城区总工会"]


@pytest.mark.parametrize("after", ["50", "abc", "-1", "99999999", "²"])
def test_whatever_stands_for_the_page_there_is_one(officer: Scene, after: str) -> None:
    assert officer.get(f"{PAGE}?after={after}").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_class_without_people_says_how_they_come(language: str) -> None:
    made = fill(scene(ParticipantPages(), STAFF), [], [], [])
    page = made.get(PAGE, language)
    assert page.status_code == 200
    assert "<table" not in page.text
    assert made.services["learning"].asked == []


def test_names_are_in_the_order_of_their_sounds_and_rare_signs_behind(
    officer: Scene,
) -> None:
    names = ["𠮷真", "王一", "安二", "李三", "Ann"]
    people = [f"p{place}" for place in range(len(names))]
    fill(
        officer,
        [enrolment(one, place + 1) for place, one in enumerate(people)],
        [named(one, name) for one, name in zip(people, names, strict=True)],
        [],
    )
    _, *lines = rows_of(officer)
    assert [line[0] for line in lines] == ["Ann", "安二", "李三", "王一", "𠮷真"]


# services that are away


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_learning_the_names_stay_and_the_progress_is_away(
    officer: Scene, language: str
) -> None:
    officer.services["learning"].hangs = True
    page = officer.get(PAGE, language)
    assert page.status_code == 200
    assert "赵半" in page.text
    assert "55%" not in page.text
    assert officer.get(f"{PAGE}.xlsx").status_code == 503


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_enrollment_there_is_no_list_and_nobody_else_is_asked(
    officer: Scene, language: str
) -> None:
    officer.services["enrollment"].hangs = True
    page = officer.get(PAGE, language)
    assert page.status_code == 200
    assert "赵半" not in page.text
    assert officer.services["learning"].asked == []
    assert officer.get(f"{PAGE}.xlsx").status_code == 503


def test_a_class_that_is_not_there_is_not_found(officer: Scene) -> None:
    del officer.services["catalog"].answers["/classes/c1"]
    assert officer.get(PAGE).status_code == 404


# how much is asked


def test_five_hundred_people_are_shown_by_few_questions() -> None:
    people = [f"p{number}" for number in range(500)]
    made = fill(
        scene(ParticipantPages(), STAFF),
        [],
        [named(one, f"张{one}") for one in people],
        [standing(one) for one in people],
    )
    pages = iter([(people, "500"), ([], "")])

    def list_enrolments(query: dict[str, str]) -> dict[str, Any]:
        ids, following = next(pages)
        items = [enrolment(one, place + 1) for place, one in enumerate(ids)]
        return {"items": items, "next": following}

    made.services["enrollment"].answers["/classes/c1/enrolments"] = list_enrolments
    page = made.get(PAGE).text
    assert page.count('name="enrolment"') == 50
    assert sum(len(service.asked) for service in made.services.values()) <= 8


def test_six_hundred_are_asked_about_in_questions_of_five_hundred() -> None:
    people = [f"p{number}" for number in range(600)]
    made = fill(
        scene(ParticipantPages(), STAFF),
        [enrolment(one, place + 1) for place, one in enumerate(people)],
        [named(one, f"张{one}") for one in people],
        [],
    )
    made.get(PAGE)
    asked = [len(one.person_ids) for one in made.services["enrollment"].bodies]
    assert sorted(asked) == [100, 500]


# the workbook


def test_cells_are_texts_whatever_a_name_looks_like(officer: Scene) -> None:
    officer.services["enrollment"].answers["/people/named"] = [
        named("half", FORMULA, "00700000000000000001"),
        named("fresh", "+1+1"),
    ]
    content = officer.get(f"{PAGE}.xlsx").data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    cells = re.findall(r"<c [^>]*?(?:/>|>.*?</c>)", sheet)
    filled = [cell for cell in cells if "<v>" in cell]
    assert filled
    assert all('t="s"' in cell for cell in filled)
    assert "<f>" not in sheet
    values = [cell for row in rows_of(officer) for cell in row]
    assert {FORMULA, "00700000000000000001", "+1+1"} <= set(values)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_is_named_after_the_class(officer: Scene, language: str) -> None:
    answer = officer.get(f"{PAGE}.xlsx", language)
    assert "%E5%8D%8F%E5%95%86" in answer.headers["Content-Disposition"]


# behind


def a_class(starts_on: str, ends_on: str) -> ClassOut:
    days = {"starts_on": starts_on, "ends_on": ends_on}
    return msgspec.convert(CLASS | days, ClassOut)


def a_standing(**more: Any) -> StandingOut:
    return msgspec.convert(standing("p", **more), StandingOut)


@pytest.mark.parametrize(
    ("day", "done", "behind"),
    [
        ("2026-11-30", 0, False),
        ("2026-12-01", 0, False),
        ("2026-12-02", 0, True),
        ("2026-12-02", 1, False),
        ("2026-12-06", 2, False),
        ("2026-12-07", 2, True),
        ("2026-12-10", 3, True),
        ("2026-12-11", 3, True),
        ("2026-12-11", 4, False),
        ("2027-05-01", 3, True),
    ],
)
def test_behind_is_who_has_done_less_than_the_days_that_are_over(
    day: str, done: int, behind: bool
) -> None:
    of_ten_days = a_class("2026-12-01", "2026-12-10")
    today = datetime.date.fromisoformat(day)
    assert is_behind(a_standing(lessons_done=done), of_ten_days, today) is behind


def test_in_a_class_of_one_day_nobody_is_behind_before_it_is_over() -> None:
    day = datetime.date(2026, 12, 1)
    one_day = a_class("2026-12-01", "2026-12-01")
    assert not is_behind(a_standing(), one_day, day)
    assert is_behind(a_standing(), one_day, day + datetime.timedelta(days=1))


def test_where_there_is_nothing_to_do_nobody_is_behind() -> None:
    over = a_class("2020-01-01", "2020-01-02")
    today = datetime.date(2026, 12, 1)
    assert not is_behind(a_standing(lessons=0), over, today)


@pytest.mark.parametrize(
    ("state", "known", "sides"),
    [
        ("withdrawn", {"percent": 50}, {LEFT}),
        ("waiting", {}, {ALL, WAITING}),
        ("seated", {}, {ALL, NOT_BEGUN, BEHIND}),
        ("seated", {"percent": 1}, {ALL, UNDER_WAY, BEHIND}),
        ("seated", {"lessons_done": 4, "percent": 100}, {ALL, DONE}),
        ("seated", {"is_complete": True}, {ALL, DONE}),
        ("seated", {"certificate": NUMBER}, {ALL, DONE}),
        ("seated", {"lessons": 0}, {ALL, NOT_BEGUN}),
        ("seated", None, {ALL}),
    ],
)
def test_each_stands_on_the_sides_that_are_true_of_them(
    state: str, known: dict[str, Any] | None, sides: set[str]
) -> None:
    over, today = a_class("2020-01-01", "2020-01-10"), datetime.date(2026, 12, 1)
    shown = None if known is None else a_standing(**known)
    assert find_sides(state, shown, over, today) == sides


# leaving and coming back
