"""Asking to join on the class's page, and the page on which officers answer."""

from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.pages.officer.join_requests import JoinRequestPages
from gateway.pages.public.courses import CoursePages
from gateway.pages.trainee.joining import JoiningPages

from tests.unit.gateway.samples import (
    CLASS,
    COURSE,
    RECORD,
    SEATED,
    SEATS,
    page_of,
)
from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.sent_form import read_form

EAST = {"branch_id": "dongcheng", "branch_name": "东城区总工会"}
WEST = {"branch_id": "xicheng", "branch_name": "西城区总工会"}
OWN = {
    "id": "c1.p.1", "class_id": "c1", "branch_id": "dongcheng",
    "branch_name": "东城区总工会", "state": "pending", "why": "岗位需要", "reason": "",
    "asked": "2026-11-28T10:00:00+00:00", "decided": None,
}  # fmt: skip
ASKED = OWN | {"person_id": "p", "name": "王小明", "member_no": "M-1", "seat": ""}
AWAY = Problem(503, "service-away", "")
LANGUAGES = ("zh", "en")


def own(*items: object, branches: tuple[object, ...] = (EAST,)) -> dict[str, object]:
    return {"items": list(items), "branches": list(branches)}


def before(pages: Any, role: str, **enrollment: Any) -> Scene:
    """These pages before somebody of this role; enrollment answers as given."""
    made = scene(pages(), role)
    made.services["catalog"].answers = {
        "/classes": page_of(CLASS), "/classes/c1": CLASS, "/courses/k1": COURSE,
    }  # fmt: skip
    made.services["learning"].answers = {"/record": RECORD, "/certificates": []}
    answers: dict[str, Any] = {"enrolments": [], "seats": [SEATS]}
    answers |= {"contacts": page_of(), "contacts/college": page_of()} | enrollment
    made.services["enrollment"].answers = {f"/{n}": a for n, a in answers.items()}
    return made


def send(shown: Scene, path: str, **form: Any) -> Any:
    """What a form of the site is answered."""
    headers = {"Accept": "text/html", "Origin": "http://localhost:80"}
    return shown.client.post(path, data=form, headers=headers)


def class_page(language: str = "zh", **enrollment: Any) -> str:
    got = before(CoursePages, "trainee", **enrollment).get("/classes/c1", language)
    assert got.status_code == 200
    return str(got.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_class_offers_its_form_to_who_is_not_in_it(language: str) -> None:
    shown = class_page(language, **{"requests/own": own()})
    assert 'action="/classes/c1/requests"' in shown
    sent = read_form(shown)
    assert sent["why"] == [""]
    assert sent["once"][0]
    assert "branch_id" not in shown, "who has one branch is not asked which"
    several = class_page(language, **{"requests/own": own(branches=(EAST, WEST))})
    assert 'value="xicheng"' in several


def test_who_is_in_the_class_and_who_is_no_trainee_is_offered_none() -> None:
    made = before(CoursePages, "trainee", enrolments=[SEATED])
    assert "/classes/c1/requests" not in made.get("/classes/c1").text
    assert "/requests/own" not in made.services["enrollment"].asked
    for role in ("officer", "staff"):
        made = before(CoursePages, role)
        made.services["catalog"].answers["/drafts/k1"] = Problem(404, "x", "")
        assert "/requests/own" not in made.services["enrollment"].asked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("state", "may_ask", "may_withdraw"),
    [
        ("pending", False, True),
        ("refused", True, False),
        ("withdrawn", True, False),
        ("lapsed", True, False),
    ],
)
def test_a_class_says_how_the_own_request_stands(
    language: str, state: str, may_ask: bool, may_withdraw: bool
) -> None:
    request = OWN | {"state": state, "reason": "先学别的"}
    shown = class_page(language, **{"requests/own": own(request)})
    assert "先学别的" in shown
    assert ('action="/classes/c1/requests"' in shown) == may_ask
    assert ("/requests/c1.p.1/withdrawal" in shown) == may_withdraw


def test_who_was_approved_and_left_may_ask_again() -> None:
    left = {"enrolments": [SEATED | {"state": "withdrawn"}]}
    request = OWN | {"state": "approved"}
    shown = class_page(**left, **{"requests/own": own(request)})
    assert 'action="/classes/c1/requests"' in shown
    assert "已退出" in shown
    assert "已同意" not in shown


def test_nobody_is_offered_to_ask_where_nobody_could_answer() -> None:
    shown = class_page(**{"requests/own": own(branches=())})
    assert "/classes/c1/requests" not in shown
    assert 'href="/help"' in shown


def test_a_class_that_takes_nobody_offers_no_form_and_says_what_was() -> None:
    for found, is_said in ((own(), False), (own(OWN | {"state": "lapsed"}), True)):
        made = before(CoursePages, "trainee", **{"requests/own": found})
        made.services["catalog"].answers["/classes/c1"] = CLASS | {"state": "over"}
        shown = made.get("/classes/c1").text
        assert 'action="/classes/c1/requests"' not in shown
        assert ('id="joining"' in shown) == is_said


@pytest.mark.parametrize("answer", [AWAY, None])
def test_a_class_is_shown_where_nobody_can_say_who_asked(answer: Any) -> None:
    shown = class_page(**{"requests/own": answer})
    assert "协商一班" in shown
    assert 'action="/classes/c1/requests"' not in shown


def test_asking_sends_what_was_written_once_and_leads_to_the_class() -> None:
    answers = {"requests/own": own(branches=(EAST, WEST)), "classes/c1/requests": OWN}
    made = before(JoiningPages, "trainee", **answers)
    got = send(made, "/classes/c1/requests", branch_id="xicheng", why=" 岗位 需要 ")
    assert (got.status_code, got.location) == (303, "/classes/c1")
    [body] = made.services["enrollment"].bodies
    assert (body.branch_id, body.why) == ("xicheng", "岗位 需要")


@pytest.mark.parametrize(
    ("form", "field"),
    [({"why": "x" * 201, "branch_id": "xicheng"}, "why"), ({}, "branch_id"),
     ({"why": "\u202e", "branch_id": "xicheng"}, "why")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(
    form: dict[str, str], field: str
) -> None:
    answers = {"requests/own": own(branches=(EAST, WEST))}
    made = before(JoiningPages, "trainee", **answers)
    got = send(made, "/classes/c1/requests", **form)
    assert got.status_code == 422
    assert f'id="{field}-fault"' in got.text
    assert made.services["enrollment"].bodies == []


@pytest.mark.parametrize("slug", ["request-pending", "already-enrolled"])
def test_a_refusal_of_the_service_stands_above_the_form(slug: str) -> None:
    refused = {"classes/c1/requests": Problem(409, slug, "")}
    made = before(JoiningPages, "trainee", **{"requests/own": own()}, **refused)
    got = send(made, "/classes/c1/requests", why="再问一次")
    assert got.status_code == 409
    assert read_form(got.text)["why"] == ["再问一次"]


def test_a_request_is_taken_back() -> None:
    taken = {"requests/c1.p.1": OWN | {"state": "withdrawn"}}
    made = before(JoiningPages, "trainee", **taken)
    got = send(made, "/requests/c1.p.1/withdrawal")
    assert (got.status_code, got.location) == (303, "/classes/c1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trainee_sees_the_own_requests(language: str) -> None:
    made = before(JoiningPages, "trainee", **{"requests/own": own(OWN)})
    shown = made.get("/requests/own", language).text
    assert "协商一班" in shown
    assert "/requests/c1.p.1/withdrawal" in shown
    made = before(JoiningPages, "trainee", **{"requests/own": own()})
    assert 'href="/courses"' in made.get("/requests/own", language).text
    made.services["catalog"].hangs = True
    made.services["enrollment"].answers["/requests/own"] = own(OWN)
    assert 'href="/classes/c1"' in made.get("/requests/own", language).text
    got = before(JoinRequestPages, "trainee").get("/requests")
    assert (got.status_code, got.location) == (303, "/requests/own")


@pytest.mark.parametrize("language", LANGUAGES)
def test_officers_pick_from_what_waits_with_four_questions_at_most(
    language: str,
) -> None:
    many = [ASKED | {"id": f"c1.p{n}.1"} for n in range(50)]
    requests = {"requests": page_of(*many, next_cursor="1.0/c1.p49")}
    made = before(JoinRequestPages, "officer", **requests)
    shown = made.get("/requests", language).text
    assert shown.count('name="request"') == 50
    assert "岗位需要" in shown
    assert 'rel="next"' in shown
    assert sum(len(s.asked) for s in made.services.values()) <= 4
    none = before(JoinRequestPages, "officer", requests=page_of())
    assert 'name="request"' not in none.get("/requests", language).text
    none.services["enrollment"].hangs = True
    assert none.get("/requests", language).status_code == 503


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_decided_says_how_the_person_stands_now(language: str) -> None:
    decided = ASKED | {"state": "approved", "decided": OWN["asked"], "seat": "waiting"}
    refused = decided | {"state": "refused", "seat": "", "reason": "先学别的"}
    requests = {"requests": page_of(decided, refused)}
    made = before(JoinRequestPages, "officer", **requests)
    shown = made.get("/requests?decided=y", language).text
    assert ("在候补" if language == "zh" else "on the waiting list") in shown
    assert "先学别的" in shown
    assert 'name="request"' not in shown


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"decision": "approved"}, "request"),
        ({"request": ["c1.p.1"]}, "decision"),
        ({"request": ["c1.p.1"], "decision": "perhaps"}, "decision"),
        ({"request": ["c1.p.1"], "decision": "refused"}, "reason"),
        ({"request": ["c1.p.1"], "decision": "refused", "reason": " "}, "reason"),
        (
            {"request": ["c1.p.1"], "decision": "refused", "reason": "x" * 201},
            "reason",
        ),
    ],
)
def test_a_decision_that_lacks_something_decides_nothing_and_keeps_the_picks(
    form: dict[str, Any], field: str
) -> None:
    made = before(JoinRequestPages, "officer", requests=page_of(ASKED))
    got = send(made, "/requests", **form)
    assert got.status_code == 422
    assert f'href="#{field}"' in got.text
    assert made.services["enrollment"].bodies == []
    assert (read_form(got.text).get("request") == ["c1.p.1"]) == ("request" in form)


def test_what_became_of_each_is_said() -> None:
    done = [
        {"id": "a.b.1", "state": "approved", "seat": "seated"},
        {"id": "a.c.1", "state": "approved", "seat": "waiting"},
        {"id": "a.d.1", "refused": "request-lapsed"},
        {"id": "a.e.1", "refused": "request-lapsed"},
    ]
    answers = {"requests": page_of(), "requests/decisions": done}
    made = before(JoinRequestPages, "officer", **answers)
    ids = [one["id"] for one in done]
    got = send(made, "/requests", request=ids, decision="approved")
    assert got.status_code == 200
    [body] = made.services["enrollment"].bodies
    assert (body.ids, body.decision, body.reason) == (ids, "approved", "")
    for words in ("录取 1 人", "候补 1 人", "2 个没有办成"):
        assert words in got.text


def test_a_request_that_is_not_the_branchs_is_refused_above_the_list() -> None:
    refused = {"requests/decisions": Problem(404, "unknown-request", "")}
    made = before(JoinRequestPages, "officer", requests=page_of(ASKED), **refused)
    got = send(made, "/requests", request=["x.y.1"], decision="approved")
    assert got.status_code == 404
    assert 'role="alert"' in got.text
