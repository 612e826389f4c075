"""The pages of seats: staff change them, officers see theirs, trainees take one."""

import datetime
from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.officer.branch_seats import BranchSeatPages
from gateway.pages.public.courses import CoursePages
from gateway.pages.staff.class_seats import ClassSeatPages
from gateway.pages.staff.classes import StaffClassPages
from gateway.pages.trainee.enrolments import EnrolmentPages
from msgspec import to_builtins

from tests.unit.gateway import samples
from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.sent_form import read_form
from tests.unit.gateway.test_management_pages import find_branches
from tests.unit.gateway.test_staff_classes import TYPED as NEW_CLASS
from tests.unit.gateway.test_staff_classes import copying, opening

TODAY = datetime.date(2026, 12, 1)
AWAY = Problem(503, "service-away", "")
PATH = "/staff/classes/c1/seats"
PLAN = {
    "class_id": "c1", "capacity": 40, "taken": 38, "waiting": 7, "closed": False,
    "admission": "branch", "version": 3,
    "quotas": [{"branch_id": "dongcheng", "seats": 12, "taken": 11}],
}  # fmt: skip
FORESEEN = {
    "before": PLAN,
    "after": PLAN | {"capacity": 45, "taken": 43, "waiting": 2, "quotas": []},
    "promoted": [{"branch_id": "dongcheng", "people": 5}],
}
TYPED = {
    "version": "3", "capacity": "45",
    "quota_branch_1": "东城区总工会（dongcheng）", "quota_seats_1": "20",
}  # fmt: skip
PLANNED = "/classes/c1/seat-plan"


def changing(**enrollment: Any) -> Scene:
    """The form of a class's seats; enrollment answers otherwise as given."""
    shown = scene(ClassSeatPages(lambda: TODAY), STAFF)
    shown.services["catalog"].answers = {"/classes/c1": samples.CLASS}
    shown.services["enrollment"].answers = {
        PLANNED: PLAN,
        f"{PLANNED}/preview": FORESEEN,
        "/branches": find_branches,
    } | {f"{method} {PLANNED}": answer for method, answer in enrollment.items()}
    return shown


def send(shown: Scene, path: str, **form: str) -> Any:
    return shown.client.post(path, data=form, headers={"Accept": "text/html"})


def methods(shown: Scene) -> list[dict[str, Any]]:
    return [to_builtins(body) for body in shown.services["enrollment"].bodies]


def test_the_form_begins_with_the_seats_as_they_are() -> None:
    sent = read_form(changing().get(PATH).text)
    assert (sent["capacity"], sent["version"], sent["sure"]) == (["40"], ["3"], [""])
    assert sent["quota_branch_1"] == ["东城区总工会（dongcheng）"]
    assert sent["quota_seats_1"] == ["12"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_would_change_is_shown_before_it_is_done(language: str) -> None:
    shown = changing(PUT=AWAY)
    answer = shown.client.post(
        PATH, data=TYPED, headers={"Accept": "text/html", "Accept-Language": language}
    )
    assert answer.status_code == 200
    for word in ("40", "45", "38", "43", "东城区总工会", 'name="sure" value="y"'):
        assert word in answer.text
    assert methods(shown) == [
        {"capacity": 45, "quotas": [{"branch_id": "dongcheng", "seats": 20}]}
    ]


def test_what_was_looked_at_is_done_and_its_page_says_so() -> None:
    shown = changing()
    answer = send(shown, PATH, **TYPED, sure="y")
    assert answer.headers["Location"] == "/staff/classes/c1?done=seats"
    assert PLANNED in shown.services["enrollment"].asked


@pytest.mark.parametrize(
    "typed",
    [
        {"capacity": "0"}, {"capacity": "-3"}, {"capacity": "1e9"},
        {"capacity": "1000000000"}, {"capacity": "四十"}, {"capacity": ""},
        {"quota_seats_1": "-1"}, {"quota_seats_1": "1000000000"},
        {"quota_seats_1": "many"}, {"quota_branch_1": ""},
        {"quota_branch_2": "东城区总工会（dongcheng）", "quota_seats_2": "1"},
        {"quota_branch_1": "没有这个单位"},
    ],
)  # fmt: skip
def test_what_can_be_no_seats_is_refused_at_its_field(typed: dict[str, str]) -> None:
    shown = changing()
    answer = send(shown, PATH, **TYPED | typed, sure="y")
    assert answer.status_code == 422
    assert "-fault" in answer.text
    assert methods(shown) == []


def test_fewer_seats_than_are_taken_are_refused_at_their_fields() -> None:
    few = Problem(409, "capacity-below-taken", "", taken=38)
    answer = send(changing(PUT=few), PATH, **TYPED, sure="y")
    assert (answer.status_code, 'id="capacity-fault"' in answer.text) == (409, True)
    few = Problem(409, "quota-below-taken", "", taken=11, branch_id="dongcheng")
    answer = send(changing(PUT=few), PATH, **TYPED, sure="y")
    assert 'id="quota_seats_1-fault"' in answer.text


def test_who_was_too_late_sees_how_it_is_and_saves_over_that() -> None:
    late = Problem(412, "edit-conflict", "", version=3)
    answer = send(changing(PUT=late), PATH, **TYPED | {"version": "2"}, sure="y")
    sent = read_form(answer.text)
    assert (answer.status_code, sent["version"], sent["capacity"]) == (
        412, ["3"], ["45"],
    )  # fmt: skip
    assert "<dd>40</dd>" in answer.text


@pytest.mark.parametrize("plan", [PLAN, AWAY, None])
def test_the_page_of_a_class_shows_seats_as_enrollment_says(plan: Any) -> None:
    shown = scene(StaffClassPages(lambda: TODAY), STAFF)
    quotas = [{"branch_id": "dongcheng", "seats": 9}]
    shown.services["catalog"].answers = {
        "/classes/c1": samples.CLASS | {"quotas": quotas},
        "/drafts/k1": samples.DRAFT,
    }
    shown.services["enrollment"].answers = {
        "/branches": find_branches, "/seats": [samples.SEATS],
    } | ({PLANNED: plan} if plan else {})  # fmt: skip
    page = shown.get("/staff/classes/c1?done=seats")
    assert (page.status_code, "/staff/classes/c1/seats" in page.text) == (200, True)
    assert ("最多 12 席，已录取 11" in page.text) is (plan is PLAN)


OWN = {
    "class_id": "c1", "branch_id": "dongcheng", "capacity": 40, "taken": 30,
    "closed": False, "seated": 9, "waiting": 2, "free": 3,
    "quotas": [
        {"branch_id": "dongcheng", "branch_name": "东城区总工会", "seats": 12,
         "taken": 9, "free": 3},
        {"branch_id": "jianguomen", "branch_name": "建国门街道", "seats": 5,
         "taken": 5, "free": 0},
    ],
}  # fmt: skip


def own_seats(classes: Any, seats: Any) -> Scene:
    shown = scene(BranchSeatPages(), OFFICER)
    shown.services["catalog"].answers = {"/classes": classes}
    shown.services["enrollment"].answers = {"/seats/own": seats}
    return shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_officer_sees_what_the_branch_has_of_open_classes(language: str) -> None:
    page = own_seats(samples.page_of(samples.CLASS), [OWN]).get("/seats", language)
    assert page.status_code == 200
    for word in ("9 / 12", "建国门街道", "/classes/c1/people", "协商一班"):
        assert word in page.text


def test_a_class_without_a_quota_has_no_limit_and_a_closed_one_says_so() -> None:
    open_ = own_seats(samples.page_of(samples.CLASS), [OWN | {"quotas": []}])
    assert "不限" in open_.get("/seats").text
    closed = own_seats(samples.page_of(samples.CLASS), [OWN | {"closed": True}])
    assert "已停止报名" in closed.get("/seats").text


def test_without_classes_or_while_a_service_is_away_it_is_a_page() -> None:
    empty = own_seats(samples.page_of(), [])
    assert 'class="empty' in empty.get("/seats").text
    assert empty.services["enrollment"].asked == []
    for classes, seats in ((AWAY, []), (samples.page_of(samples.CLASS), AWAY)):
        page = own_seats(classes, seats).get("/seats")
        assert (page.status_code, 'class="away"' in page.text) == (200, True)


OPEN_CLASS = samples.CLASS | {"admission": "open"}
BRANCHES = [
    {"branch_id": "dongcheng", "branch_name": "东城区总工会"},
    {"branch_id": "xicheng", "branch_name": "西城区总工会"},
]
ENROLMENT = {
    "id": "c1.p.1", "class_id": "c1", "course_id": "k1", "person_id": "p",
    "branch_id": "dongcheng", "ticket": 1, "state": "waiting", "place": 3,
}  # fmt: skip


def before_class(
    *roles: str, branches: int = 1, enrol: Any = ENROLMENT, own: Any = ()
) -> tuple[Scene, Scene]:
    """The page of a class that is open to all, and the form that takes a seat."""
    catalog = {"/classes/c1": OPEN_CLASS, "/courses/k1": samples.COURSE}
    enrollment = {
        "/enrolments": list(own),
        "/seats": [samples.SEATS],
        "/requests/own": {"items": [], "branches": BRANCHES[:branches]},
        "/contacts": samples.page_of(),
        "/contacts/college": samples.page_of(),
        "POST /classes/c1/enrolments": enrol,
    }
    made = scene(CoursePages(), *roles), scene(EnrolmentPages(), *roles)
    for shown in made:
        shown.services["catalog"].answers = catalog
        shown.services["enrollment"].answers = enrollment
        shown.services["learning"].answers = {
            "/record": samples.RECORD, "/certificates": [],
        }  # fmt: skip
    return made


def test_a_visitor_is_told_that_a_class_is_open_to_all() -> None:
    page, _ = before_class()
    text = page.get("/classes/c1").text
    assert "面向全体学员" in text
    assert "/classes/c1/enrolment" not in text


def test_a_trainee_enrols_on_the_page_and_is_asked_for_a_branch_only_of_several() -> (
    None
):
    for branches, asked in ((1, False), (2, True)):
        page, _ = before_class(TRAINEE, branches=branches)
        text = page.get("/classes/c1").text
        assert 'action="/classes/c1/enrolment"' in text
        assert "/classes/c1/requests" not in text
        assert ('name="branch_id"' in text) is asked


def test_who_is_in_is_not_offered_a_seat() -> None:
    page, _ = before_class(TRAINEE, own=[ENROLMENT])
    text = page.get("/classes/c1").text
    assert ("/classes/c1/enrolment" in text, "3" in text) == (False, True)


def test_enrolling_leads_back_to_the_class() -> None:
    _, form = before_class(TRAINEE, branches=2)
    answer = send(form, "/classes/c1/enrolment", branch_id="xicheng")
    assert answer.headers["Location"] == "/classes/c1"
    [body] = form.services["enrollment"].bodies
    assert to_builtins(body) == {"branch_id": "xicheng"}


def test_a_refusal_stands_in_the_form() -> None:
    _, form = before_class(TRAINEE, branches=2)
    assert send(form, "/classes/c1/enrolment").status_code == 422
    for status, slug in ((409, "class-not-open"), (422, "branch-to-ask"), (503, "x")):
        _, form = before_class(TRAINEE, enrol=Problem(status, slug, "说明"))
        assert send(form, "/classes/c1/enrolment").status_code == status


def test_a_copy_has_all_quotas_however_many_and_they_are_sent_on() -> None:
    many = [{"branch_id": f"b{n}", "seats": n} for n in range(1, 224)]
    sent = read_form(copying(many))
    assert sent["quota_branch_223"] == ["（b223）"]
    shown = opening(classes=samples.CLASS)
    shown.services["enrollment"].answers["/branches"] = name_all
    typed = {name: values[0] for name, values in sent.items()} | NEW_CLASS
    assert send(shown, "/staff/classes/new", **typed).status_code == 303
    [body] = shown.services["catalog"].bodies
    assert to_builtins(body)["quotas"] == many


def name_all(query: dict[str, str]) -> dict[str, Any]:
    """Every id is a branch's."""
    ids = query["ids"].split(",")
    return samples.page_of(*({"id": id_, "name": id_, "parent": ""} for id_ in ids))
