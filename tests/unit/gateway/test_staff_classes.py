"""The pages on which staff list, open and close classes."""

import datetime
from typing import Any

import pytest
from chassis.http.problem import Problem
from contracts.http.catalog import ClassOut
from contracts.http.drafts import DraftOut
from flask import Flask
from gateway.identity.account import STAFF
from gateway.pages.staff.class_lines import state_of
from gateway.pages.staff.class_opening import ClassOpeningPages
from gateway.pages.staff.class_particulars import ClassParticularsPages
from gateway.pages.staff.classes import StaffClassPages, view_tabs
from gateway.pages.staff.course_head import view_head
from gateway.texts.classes import CLASS_STATES, CLASS_TABS
from msgspec import convert

from tests.unit.gateway import samples
from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.sent_form import read_form
from tests.unit.gateway.test_management_pages import find_branches

TODAY = datetime.date(2026, 12, 1)
AWAY = Problem(503, "service-away", "")
QUOTAS = [{"branch_id": "dongcheng", "seats": 12}]
CLASS = samples.CLASS | {"quotas": QUOTAS}
TYPED = {
    "course": "k1", "title": "协商二班", "starts_on": "2026-12-01",
    "ends_on": "2026-12-31", "form": "blended", "point": "东城", "capacity": "40",
}  # fmt: skip


def listing(**catalog: Any) -> Scene:
    """The list and a class of staff; the catalogue answers otherwise as given."""
    return _answering(scene(StaffClassPages(lambda: TODAY), STAFF), catalog)


def opening(**catalog: Any) -> Scene:
    """The form of a new class; the catalogue answers otherwise as given."""
    return _answering(scene(ClassOpeningPages(lambda: TODAY), STAFF), catalog)


def _answering(shown: Scene, catalog: dict[str, Any]) -> Scene:
    shown.services["catalog"].answers = {
        "/classes": samples.page_of(CLASS),
        "/classes/c1": CLASS,
        "/courses": samples.page_of(samples.COURSE),
        "/drafts/k1": samples.DRAFT,
    } | {f"/{name}": answer for name, answer in catalog.items()}
    shown.services["enrollment"].answers = {
        "/seats": [samples.SEATS | {"waiting": 7}],
        "/branches": find_branches,
    }
    return shown


def send(shown: Scene, path: str, **form: str) -> Any:
    return shown.client.post(path, data=form, headers={"Accept": "text/html"})


def a_class(first: str, last: str, state: str = "open") -> ClassOut:
    return convert(
        CLASS | {"starts_on": first, "ends_on": last, "state": state}, ClassOut
    )


@pytest.mark.parametrize(
    ("first", "state", "shown"),
    [
        ("2026-12-02", "open", "coming"),
        ("2026-12-01", "open", "running"),
        ("2026-11-01", "open", "running"),
        ("2026-12-02", "closed", "closed"),
        ("2026-11-01", "over", "over"),
    ],
)
def test_a_class_runs_from_its_first_day_on(first: str, state: str, shown: str) -> None:
    assert state_of(a_class(first, "2026-12-31", state), TODAY) == shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_shows_classes_with_their_courses_and_seats(language: str) -> None:
    page = listing().get("/staff/classes", language).text
    for word in ("协商一班", "集体协商实务", "/staff/classes/c1", "40", "7"):
        assert word in page


def test_a_list_of_many_asks_each_service_as_often_as_one_of_few() -> None:
    many = [CLASS | {"id": f"c{n}", "course_id": f"k{n}"} for n in range(30)]
    asked = []
    for rows in ([CLASS], many):
        shown = listing(classes=samples.page_of(*rows))
        assert shown.get("/staff/classes").status_code == 200
        asked.append([sorted(one.asked) for one in shown.services.values()])
    assert asked[0] == asked[1]


def test_tabs_keep_words_and_course_and_begin_at_the_first_page() -> None:
    with Flask("tabs").test_request_context():
        tabs = view_tabs("over", {"q": "协商", "course": "k1", "after": "x"})
    assert [tab.is_current for tab in tabs] == [name == "over" for name in CLASS_TABS]
    assert [("after" in tab.path, "course=k1" in tab.path) for tab in tabs] == [
        (False, True)
    ] * len(tabs)
    assert set(CLASS_TABS) == {"", *CLASS_STATES}


def test_a_tab_asks_for_its_state_and_one_that_there_is_not_for_none() -> None:
    seen: list[dict[str, Any]] = []

    def list_classes(query: dict[str, Any]) -> Any:
        seen.append(query)
        return samples.page_of()

    shown = listing(classes=list_classes)
    shown.get("/staff/classes?state=over&course=k1&q=班")
    shown.get("/staff/classes?state=nonsense")
    assert (seen[0]["state"], seen[0]["course"], seen[0]["q"]) == ("over", "k1", "班")
    assert not seen[1].get("state")


def test_without_classes_the_list_offers_to_open_one() -> None:
    empty = listing(classes=samples.page_of())
    assert "/staff/classes/new" in empty.get("/staff/classes").text
    of_course = empty.get("/staff/classes?course=k1").text
    assert "/staff/classes/new?course=k1" in of_course


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_is_a_page_while_a_service_is_away(language: str) -> None:
    away = listing(classes=AWAY, courses=AWAY).get("/staff/classes", language)
    assert (away.status_code, 'class="away"' in away.text) == (200, True)
    shown = listing()
    shown.services["enrollment"].answers["/seats"] = AWAY
    page = shown.get("/staff/classes", language)
    assert (page.status_code, "—" in page.text) == (200, True)


def test_a_part_of_the_list_is_no_whole_page() -> None:
    part = listing().get("/staff/classes", **{"HX-Request": "true"}).text
    assert ("协商一班" in part, "<html" in part) == (True, False)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_class_shows_its_facts_seats_and_quotas(language: str) -> None:
    page = listing().get("/staff/classes/c1", language).text
    for word in (
        "东城区总工会",
        "12",
        "/staff/courses/k1",
        "集体协商实务",
        "c1/closing",
    ):
        assert word in page


def test_a_class_is_a_page_while_its_course_or_its_seats_are_away() -> None:
    shown = listing(**{"drafts/k1": AWAY})
    shown.services["enrollment"].answers["/seats"] = AWAY
    page = shown.get("/staff/classes/c1")
    assert (page.status_code, 'class="away"' in page.text) == (200, True)
    new = listing()
    new.services["enrollment"].answers["/seats"] = []
    assert new.get("/staff/classes/c1").status_code == 200


def test_what_is_closed_or_over_can_not_be_closed() -> None:
    for state in ("closed", "over"):
        shown = listing(**{"classes/c1": CLASS | {"state": state}})
        assert "c1/closing" not in shown.get("/staff/classes/c1").text
        asked = shown.get("/staff/classes/c1/closing")
        assert asked.headers["Location"] == "/staff/classes/c1"


def test_a_class_is_closed_after_a_question() -> None:
    shown = listing(**{"classes/c1/closing": CLASS | {"state": "closed"}})
    asked = shown.get("/staff/classes/c1/closing").text
    assert ("协商一班" in asked, 'action="/staff/classes/c1/closing"' in asked) == (
        True,
        True,
    )
    assert "/classes/c1/closing" not in shown.services["catalog"].asked
    for _ in range(2):
        done = send(shown, "/staff/classes/c1/closing")
        assert done.headers["Location"] == "/staff/classes/c1?done=closed"
    assert listing().get("/staff/classes/nobodys").status_code == 404


def test_without_a_course_one_is_chosen_first() -> None:
    page = opening().get("/staff/classes/new")
    assert (page.status_code, "/staff/classes/new?course=k1" in page.text) == (
        200,
        True,
    )
    assert opening().get("/staff/classes/new?course=%2E%2E").status_code == 404
    none = opening(courses=samples.page_of()).get("/staff/classes/new")
    assert "/staff/courses" in none.text


def test_what_was_typed_opens_a_class_once() -> None:
    shown = opening(classes=CLASS | {"id": "c2"})
    form = TYPED | {
        "quota_branch_1": "东城区总工会（dongcheng）", "quota_seats_1": "12",
        "quota_branch_3": "北京市总工会", "quota_seats_3": "0", "once": "0123456789ab",
    }  # fmt: skip
    done = send(shown, "/staff/classes/new", **form)
    assert done.headers["Location"] == "/staff/classes/c2?done=opened"
    [body] = shown.services["catalog"].bodies
    assert (body.course_id, body.title, body.capacity) == ("k1", "协商二班", 40)
    assert (body.starts_on, body.ends_on) == ("2026-12-01", "2026-12-31")
    assert [(quota.branch_id, quota.seats) for quota in body.quotas] == [
        ("dongcheng", 12),
        ("beijing", 0),
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "字" * 201}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
        ({"starts_on": "1999-12-01"}, "starts_on"),
        ({"ends_on": ""}, "ends_on"),
        ({"ends_on": "2026-11-30"}, "ends_on"),
        ({"starts_on": "2026-11-01", "ends_on": "2026-11-30"}, "ends_on"),
        ({"form": "by-post"}, "form"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "四十"}, "capacity"),
        ({"quota_branch_1": "东城区总工会"}, "quota_seats_1"),
        ({"quota_seats_2": "3"}, "quota_branch_2"),
        ({"quota_branch_1": "没有", "quota_seats_1": "3"}, "quota_branch_1"),
        ({"quota_branch_1": "总工会", "quota_seats_1": "3"}, "quota_branch_1"),
        ({"quota_branch_1": "dongcheng", "quota_seats_1": "x"}, "quota_seats_1"),
        ({"quota_branch_1": "dongcheng", "quota_seats_1": "-1"}, "quota_seats_1"),
        (
            {
                "quota_branch_1": "dongcheng", "quota_seats_1": "1",
                "quota_branch_2": "东城区总工会", "quota_seats_2": "2",
            },
            "quota_branch_2",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_opens_nothing(
    changed: dict[str, str], field: str
) -> None:
    shown = opening()
    answer = send(shown, "/staff/classes/new", **TYPED | changed)
    assert (answer.status_code, f'id="{field}-fault"' in answer.text) == (422, True)
    assert shown.services["catalog"].bodies == []


@pytest.mark.parametrize(
    ("problem", "field"),
    [
        (Problem(422, "wrong-dates", ""), "ends_on"),
        (Problem(422, "quota-repeated", ""), "quota_branch_1"),
        (Problem(409, "course-not-completable", ""), ""),
        (Problem(409, "wrong-state", ""), ""),
        (AWAY, ""),
    ],
)
def test_a_refusal_of_the_catalogue_stands_where_it_belongs(
    problem: Problem, field: str
) -> None:
    answer = send(opening(classes=problem), "/staff/classes/new", **TYPED)
    fault = f'id="{field}-fault"' if field else 'class="fault"'
    assert (answer.status_code, fault in answer.text) == (problem.status, True)
    assert "协商二班" in answer.text


@pytest.mark.parametrize(
    "otherwise",
    [
        {"state": "archived"},
        {"published": None, "state": "draft"},
        {
            "published": samples.CONTENT
            | {"lessons": [samples.LESSON | {"is_completable": False}]}
        },
    ],
)
def test_a_course_that_can_have_no_class_says_why(otherwise: dict[str, Any]) -> None:
    shown = opening(**{"drafts/k1": samples.DRAFT | otherwise})
    page = shown.get("/staff/classes/new?course=k1")
    assert (page.status_code, 'name="capacity"' in page.text) == (200, False)
    assert "/staff/courses/k1/publication" in page.text


@pytest.mark.parametrize(
    ("state", "leads"), [("published", True), ("draft", False), ("archived", False)]
)
def test_a_course_leads_to_a_new_class_once_it_is_published(
    state: str, leads: bool
) -> None:
    with Flask("head").test_request_context():
        head = view_head(convert(samples.DRAFT | {"state": state}, DraftOut), "", "")
    assert (head.opening == "/staff/classes/new?course=k1") is leads


def copying(quotas: list[dict[str, Any]], **otherwise: Any) -> str:
    shown = opening(**{"classes/c1": CLASS | {"quotas": quotas} | otherwise})
    return str(shown.get("/staff/classes/new?copy=c1").text)


def test_the_next_run_begins_as_a_copy_without_days() -> None:
    sent = read_form(copying(QUOTAS, point="东城"))
    assert {name: sent[name] for name in ("course", "title", "point", "capacity")} == {
        "course": ["k1"], "title": ["协商一班"], "point": ["东城"], "capacity": ["40"],
    }  # fmt: skip
    assert (sent["starts_on"], sent["ends_on"]) == ([""], [""])
    assert sent["quota_branch_1"] == ["东城区总工会（dongcheng）"]
    assert sent["quota_seats_1"] == ["12"]
    assert opening().get("/staff/classes/new?copy=nobodys").status_code == 404
    assert opening().get("/staff/classes/new?copy=%2E%2E").status_code == 404


EDIT = {
    "version": "1",
    **{n: v for n, v in TYPED.items() if n not in ("course", "capacity")},
}


def changing(**catalog: Any) -> Scene:
    """The form in which a class is changed."""
    return _answering(scene(ClassParticularsPages(lambda: TODAY), STAFF), catalog)


def test_the_form_of_a_change_shows_the_class_as_it_is() -> None:
    sent = read_form(changing().get("/staff/classes/c1/edit").text)
    for name in ("title", "starts_on", "ends_on", "form", "point"):
        assert sent[name] == [CLASS[name]]
    assert sent["version"] == ["1"]


def test_a_change_is_written_whole_under_the_version_that_was_seen() -> None:
    shown = changing()
    done = send(shown, "/staff/classes/c1/edit", **EDIT)
    assert done.headers["Location"] == "/staff/classes/c1?done=changed"
    [body] = shown.services["catalog"].bodies
    assert (body.title, body.ends_on, body.form) == (
        "协商二班",
        "2026-12-31",
        "blended",
    )


@pytest.mark.parametrize(
    ("changed", "known_last", "status"),
    [
        ({"ends_on": "2026-11-30"}, "2026-12-31", 422),
        ({"ends_on": "2026-11-30", "starts_on": "2026-11-01"}, "2026-12-31", 422),
        ({"ends_on": "2026-11-30", "starts_on": "2026-11-01"}, "2026-11-30", 303),
        ({"title": ""}, "2026-12-31", 422),
    ],
)
def test_a_last_day_that_has_passed_stays_but_is_not_chosen(
    changed: dict[str, str], known_last: str, status: int
) -> None:
    shown = changing(**{"classes/c1": CLASS | {"ends_on": known_last}})
    answer = send(shown, "/staff/classes/c1/edit", **EDIT | changed)
    assert answer.status_code == status
    assert len(shown.services["catalog"].bodies) == (status == 303)


def refused_change(problem: Problem, **known: Any) -> Any:
    """The answer to a change that the catalogue refuses; it knows the class so."""
    shown = changing(**{"classes/c1": CLASS | known})
    shown.services["catalog"].answers["PUT /classes/c1"] = problem
    return send(shown, "/staff/classes/c1/edit", **EDIT)


def test_who_was_slower_sees_how_the_class_is_and_may_write_over_it() -> None:
    conflict = Problem(412, "edit-conflict", "")
    answer = refused_change(conflict, title="别人改的", version=7)
    assert (answer.status_code, "别人改的" in answer.text) == (412, True)
    sent = read_form(answer.text)
    assert (sent["title"], sent["version"]) == (["协商二班"], ["7"])


@pytest.mark.parametrize(
    ("problem", "fault"),
    [
        (Problem(422, "wrong-dates", ""), 'id="ends_on-fault"'),
        (AWAY, 'class="fault"'),
    ],
)
def test_a_refused_change_stands_where_it_belongs(problem: Problem, fault: str) -> None:
    answer = refused_change(problem)
    assert (answer.status_code, fault in answer.text) == (problem.status, True)
