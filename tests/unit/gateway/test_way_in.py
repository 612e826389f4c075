"""Visitors see how many seats are left, how to get in, whom to ask and who we are."""

from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE
from gateway.pages.public.courses import CoursePages
from gateway.pages.public.help import HelpPages
from gateway.pages.public.home import HomePages

from tests.unit.gateway.samples import CLASS, PROJECT, SEATED, SEATS, page_of
from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_courses_pages import before, page
from tests.unit.gateway.test_help_page import COLLEGE, with_contacts

LISTS = [(HomePages, "/"), (CoursePages, "/courses?q=x"), (CoursePages, "/courses/k1")]
CONTACTS = {
    "enrollment__contacts": {"items": [], "next": ""},
    "enrollment__contacts__college": {"items": [COLLEGE], "next": ""},
}
FULL = SEATS | {"taken": SEATS["capacity"], "waiting": 3}
WAY_IN = "怎么参加"


def class_page(role: str, **changed: Any) -> str:
    return page(role, CoursePages, "/classes/c1", **CONTACTS, **changed)


@pytest.mark.parametrize(("pages", "path"), [*LISTS, (CoursePages, "/classes/c1")])
@pytest.mark.parametrize(
    ("seats", "words"),
    [
        (SEATS | {"capacity": 40, "taken": 33}, "还有 7 席"),
        (FULL, "已满，3 人候补"),
        (FULL | {"waiting": 0}, "已满，可候补"),
        (FULL | {"taken": FULL["taken"] + 2, "waiting": 0}, "已满，可候补"),
    ],
)
def test_a_visitor_sees_how_many_seats_are_left(
    pages: Any, path: str, seats: dict[str, Any], words: str
) -> None:
    made = before("visitor", pages, enrollment__seats=[seats])
    assert words in made.get(path).text
    asked = made.services["enrollment"].asked
    assert asked.count("/seats") == 1, "for all classes of the page at once"


@pytest.mark.parametrize(("pages", "path"), LISTS)
def test_a_list_without_seats_is_still_a_list(pages: Any, path: str) -> None:
    away = Problem(503, "service-away", "It does not answer.")
    for seats in (away, []):
        shown = page("visitor", pages, path, enrollment__seats=seats)
        assert CLASS["title"] in shown
        assert ("还有" in shown, "已满" in shown) == (False, False)


@pytest.mark.parametrize("state", ["closed", "over"])
def test_a_class_that_takes_nobody_has_no_seats_left_and_no_way_in(state: str) -> None:
    changed = {"catalog__classes__c1": CLASS | {"state": state}}
    shown = class_page("visitor", **changed)
    assert ("还有" in shown, WAY_IN in shown) == (False, False)


def test_a_visitor_learns_how_to_get_in_and_whom_to_ask() -> None:
    shown = class_page("visitor")
    for words in (WAY_IN, COLLEGE["name"], COLLEGE["phone"]):
        assert words in shown
    assert 'href="/sign-in?next=/classes/c1"' in shown
    assert "名额已满也可以报" not in shown
    assert "名额已满也可以报" in class_page("visitor", enrollment__seats=[FULL])


@pytest.mark.parametrize(
    ("enrolments", "is_told"),
    [
        ([], True),
        ([SEATED | {"state": "withdrawn"}], True),
        ([SEATED], False),
        ([SEATED | {"state": "waiting", "place": 2}], False),
        (Problem(503, "service-away", ""), False),
    ],
)
def test_a_trainee_is_told_unless_they_are_in_or_perhaps_are(
    enrolments: Any, is_told: bool
) -> None:
    shown = class_page(TRAINEE, enrollment__enrolments=enrolments)
    assert (WAY_IN in shown) == is_told
    assert "/sign-in?next" not in shown


@pytest.mark.parametrize("role", [OFFICER, STAFF, OPERATOR])
def test_who_works_with_the_platform_is_not_told(role: str) -> None:
    assert WAY_IN not in class_page(role)


@pytest.mark.parametrize(("role", "status"), [(OPERATOR, 303), (STAFF, 200)])
def test_the_first_page_of_a_plain_operator_is_operations(
    role: str, status: int
) -> None:
    answer = before(role, HomePages).get("/")
    assert answer.status_code == status
    assert status == 200 or answer.location == "/operations"


@pytest.mark.parametrize("path", ["/help", "/privacy", "/about"])
def test_every_page_leads_to_help_and_to_what_is_stored_and_who_we_are(
    path: str,
) -> None:
    footer = page("visitor", CoursePages, "/courses").partition("<footer")[2]
    assert f'href="{path}"' in footer


def open_pages(path: str, *roles: str, is_away: bool = False) -> Any:
    made: Scene = with_contacts(scene(HelpPages(), *roles))
    if is_away:
        away = Problem(503, "service-away", "It does not answer.")
        made.services["enrollment"].answers["/contacts/college"] = away
    return made.get(path)


@pytest.mark.parametrize("path", ["/privacy", "/about"])
def test_what_is_stored_and_who_we_are_is_the_same_for_every_visitor(path: str) -> None:
    answer = open_pages(path)
    assert (answer.status_code, COLLEGE["name"] in answer.text) == (200, True)
    assert "public" in answer.headers["Cache-Control"]
    assert "public" not in open_pages(path, is_away=True).headers["Cache-Control"]


def test_the_page_says_what_trainees_are_asked_to_agree_to() -> None:
    shown = open_pages("/privacy").text
    for words in ("存什么，为什么", "谁能看到", "您可以"):
        assert words in shown
    assert "同意，开始学习" not in shown


def test_projects_and_classes_stand_together_on_the_first_page() -> None:
    found = page("visitor", HomePages, "/", catalog__projects=[PROJECT])
    assert PROJECT["name"] in found
    assert page_of(CLASS)["items"][0]["title"] in found
