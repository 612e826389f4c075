"""Why hours stand, and how staff correct them on pages."""

import html
from typing import Any

import msgspec
import pytest
from chassis.http.problem import Problem
from contracts.http.learning import HoursAdditionIn, HoursCorrectionIn
from gateway.forms.hours import read_quarters
from gateway.pages.staff.hours import StaffHoursPages
from gateway.pages.trainee.own_hour import OwnHourPages

from tests.unit.gateway.samples import HOURS
from tests.unit.gateway.scene import Scene, scene

ENTRY = "lecture.v1.p1"
PERSON = {
    "person_id": "p1", "name": "王小明", "phone": "138****0001", "email": "",
    "has_id_number": False, "memberships": [], "version": 1,
}  # fmt: skip
CREDITED = {
    "title": "第一讲", "hours": 1.0, "reason": "lecture", "rule": "cadre-online-1",
    "at": "2026-11-28T12:00:00Z", "id": ENTRY, "year": 2026, "edition": 2,
    "seconds": 1925.0,
}  # fmt: skip
TAKEN = CREDITED | {
    "hours": -0.75, "reason": "correction", "rule": "by-hand-1", "corrects": ENTRY,
    "id": f"correction.1.{ENTRY}", "note": "<b>看错了</b>", "by": "a1",
}  # fmt: skip
BACK = TAKEN | {
    "hours": 0.75, "id": f"correction.2.{ENTRY}", "undoes": TAKEN["id"], "note": "改回",
}  # fmt: skip
WHY = {
    "entry": CREDITED, "hours": 0.25, "corrections": [TAKEN], "seen": 1,
    "lecture_id": "v1", "percent": 100, "instead": "",
    "shown_in": [
        {"course_id": "k1", "course_title": "集体协商", "lesson_title": "第一讲"}
    ],
}  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    "' or 1=1 --",
    "=1+1",
    "$gt",
    "长" * 199,
]
INVISIBLE = ["\u202eab", "a\u200bb", "\x00", "长" * 201, "   ", ""]
PATH = "/people/p1/hours"


def office(**answers: Any) -> Scene:
    seen = scene(StaffHoursPages(lambda ids: dict.fromkeys(ids, "王教务")), "staff")
    seen.services["enrollment"].answers["/people/p1"] = PERSON
    learning = seen.services["learning"]
    learning.answers[PATH] = HOURS | {"entries": [TAKEN, CREDITED], "additions": 3}
    learning.answers[f"{PATH}/{ENTRY}"] = WHY
    learning.answers |= answers
    return seen


def send(office_: Scene, path: str, /, **fields: str) -> Any:
    return office_.client.post(path, data=fields, headers={"Accept": "text/html"})


def body_of(seen: Scene, kind: type[Any]) -> Any:
    [sent] = [b for b in seen.services["learning"].bodies if isinstance(b, kind)]
    return sent


@pytest.mark.parametrize(
    ("written", "quarters"),
    [
        ("1", 4), ("0.25", 1), (" 1.5 ", 6), ("１．５", 6), ("100", 400),
        ("0", 0), ("-1", 0), ("0.3", 0), ("100.25", 0), ("1e2", 0), ("1_0", 0),
        ("1.50", 6), ("1e9", 0),
        ("nan", 0), ("inf", 0), ("一", 0), ("", 0), ("1" * 30, 0), ("1,5", 0),
    ],
)  # fmt: skip
def test_hours_are_read_in_quarters_and_nothing_else(
    written: str, quarters: int
) -> None:
    assert read_quarters(written) == quarters


def test_an_hour_says_all_it_rests_on() -> None:
    page = office().get(f"{PATH}/{ENTRY}").get_data(as_text=True)
    for text in ("32:05", "100%", "集体协商", "0.25", "-0.75", "王教务"):
        assert text in page
    assert html.escape("<b>看错了</b>") in page
    assert f"undoing?correction=correction.1.{ENTRY}" in page


def test_a_correction_that_was_taken_back_is_not_offered_again() -> None:
    why = WHY | {"corrections": [TAKEN, BACK], "seen": 2}
    page = office(**{f"{PATH}/{ENTRY}": why}).get(f"{PATH}/{ENTRY}")
    assert "undoing?correction" not in page.get_data(as_text=True)


def test_the_person_reads_why_but_not_which_account() -> None:
    seen = scene(OwnHourPages(), "trainee")
    own = WHY | {"corrections": [TAKEN | {"by": ""}]}
    seen.services["learning"].answers[f"/hours/{ENTRY}"] = own
    page = seen.get(f"/record/hours/{ENTRY}").get_data(as_text=True)
    assert html.escape("<b>看错了</b>") in page
    assert "学院教务" in page
    assert "undoing" not in page


@pytest.mark.parametrize(("way", "quarters"), [("take", -3), ("give", 3)])
def test_a_correction_goes_out_with_what_was_seen(way: str, quarters: int) -> None:
    seen = office(**{f"POST {PATH}/{ENTRY}/corrections": TAKEN})
    answered = send(
        seen, f"{PATH}/{ENTRY}", way=way, hours="0.75", reason="看错了", seen="1"
    )
    assert answered.status_code == 303
    sent = HoursCorrectionIn(reason="看错了", seen=1, quarters=quarters)
    assert body_of(seen, HoursCorrectionIn) == sent


@pytest.mark.parametrize("reason", HOSTILE)
def test_hostile_reasons_are_texts(reason: str) -> None:
    note = TAKEN | {"note": reason}
    seen = office(
        **{
            f"POST {PATH}/{ENTRY}/corrections": note,
            f"{PATH}/{ENTRY}": WHY | {"corrections": [note]},
        }
    )
    path = f"{PATH}/{ENTRY}"
    assert send(seen, path, way="take", hours="1", reason=reason).status_code == 303
    page = seen.get(path).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "49" not in page.partition('id="corrections"')[2].partition("</ol>")[0]


@pytest.mark.parametrize("reason", INVISIBLE)
def test_a_reason_that_says_nothing_or_hides_something_is_not_sent(reason: str) -> None:
    seen = office()
    answered = send(seen, f"{PATH}/{ENTRY}", way="take", hours="1", reason=reason)
    assert answered.status_code == 422
    assert seen.services["learning"].bodies == []


@pytest.mark.parametrize("way", ["", "neither"])
def test_without_a_way_nothing_is_sent(way: str) -> None:
    seen = office()
    fields = {"way": way, "hours": "1", "reason": "x"}
    assert send(seen, f"{PATH}/{ENTRY}", **fields).status_code == 422
    assert seen.services["learning"].bodies == []


@pytest.mark.parametrize(
    ("slug", "field"), [("hours-below-zero", "hours"), ("corrected-meanwhile", "")]
)
def test_a_refusal_keeps_what_was_typed_and_shows_the_latest(
    slug: str, field: str
) -> None:
    refused = Problem(409, slug, "No.")
    seen = office(**{f"POST {PATH}/{ENTRY}/corrections": refused})
    answered = send(
        seen, f"{PATH}/{ENTRY}", way="take", hours="0.75", reason="看错了", seen="0"
    )
    page = answered.get_data(as_text=True)
    assert answered.status_code == 409
    assert 'value="0.75"' in page
    assert 'name="seen" type="hidden" value="1"' in page
    assert (f'id="{field}-fault"' in page) == bool(field)


def test_a_correction_is_taken_back_by_another() -> None:
    seen = office(**{f"POST {PATH}/{ENTRY}/corrections": BACK})
    path = f"{PATH}/{ENTRY}/undoing"
    asked = seen.get(f"{path}?correction={TAKEN['id']}").get_data(as_text=True)
    assert "-0.75" in asked
    fields = {"correction": str(TAKEN["id"]), "reason": "改回", "seen": "1"}
    assert send(seen, path, **fields).status_code == 303
    sent = body_of(seen, HoursCorrectionIn)
    assert (sent.undoes, sent.quarters, sent.seen) == (TAKEN["id"], 0, 1)


def test_hours_from_elsewhere_are_added_to_their_year() -> None:
    seen = office(**{f"POST {PATH}": TAKEN | {"reason": "addition"}})
    page = seen.get(PATH).get_data(as_text=True)
    assert 'name="seen" type="hidden" value="3"' in page
    fields = {"title": "现场教学", "year": "2026", "hours": "2", "reason": "有签到表"}
    answered = send(seen, PATH, **fields, seen="3")
    assert answered.headers["Location"] == f"{PATH}?year=2026&done=added"
    assert body_of(seen, HoursAdditionIn) == HoursAdditionIn(
        title="现场教学", year=2026, quarters=8, reason="有签到表", seen=3
    )


@pytest.mark.parametrize("year", ["", "1999", "x", "2101"])
def test_a_year_that_is_none_is_refused_at_its_field(year: str) -> None:
    seen = office()
    fields = {"title": "教学", "year": year, "hours": "2", "reason": "有"}
    answered = send(seen, PATH, **fields)
    assert answered.status_code == 422
    assert 'id="year-fault"' in answered.get_data(as_text=True)


def test_somebody_who_is_not_there_has_no_hours_to_correct() -> None:
    seen = office()
    seen.services["enrollment"].answers.clear()
    assert seen.get(PATH).status_code == 404
    assert send(seen, f"{PATH}/{ENTRY}", way="take").status_code == 404


@pytest.mark.parametrize("role", ["officer", "trainee", "operator"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/{ENTRY}", f"{PATH}/{ENTRY}/undoing"])
def test_nobody_but_staff_corrects(role: str, path: str) -> None:
    seen = scene(StaffHoursPages(lambda _: {}), role)
    assert seen.get(path).status_code == 403
    assert seen.client.post(path, data={}).status_code == 403
    assert seen.services["learning"].asked == []


def test_learning_of_before_explains_with_what_it_has() -> None:
    older = {k: CREDITED[k] for k in ("title", "hours", "reason", "at", "rule")}
    assert msgspec.json.encode(older)
    seen = office(**{PATH: HOURS | {"entries": [older]}})
    assert seen.get(PATH).status_code == 200
