"""The page of a person: what an officer sees there, and can do."""

from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import ACTIVE, OFFICER, TRAINEE
from gateway.identity.invitation_states import InvitationState
from gateway.identity.invitees import MAIL
from gateway.pages.officer.person import PersonPages
from gateway.pages.officer.replacing import ReplacementPages

from tests.unit.gateway.samples import CLASS
from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_participant_pages import NUMBER, enrolment, named, standing

PERSON = {
    "person_id": "p1", "name": "赵半", "phone": "138••••0001", "email": "",
    "has_id_number": False, "version": 1,
    "memberships": [
        {"branch_id": "dongcheng", "member_no": "007", "since": "2026-01-01"},
    ],
}  # fmt: skip
RUNNING = {"starts_on": "2020-01-01", "ends_on": "2090-01-10", "state": "open"}
SWAP = "/classes/c1/people/c1.p1.1/replacement"


def person_page(*enrolments: Any, states: Any = None) -> Scene:
    known = states or {}
    made = scene(PersonPages(lambda _: {}, lambda _: known), OFFICER)
    branch = {"id": "dongcheng", "name": "东城区总工会", "parent": "", "line": []}
    made.services["enrollment"].answers |= {
        "/people/p1": PERSON,
        "/people/p1/changes": [],
        "/people/p1/enrolments": list(enrolments),
        "/branches": {"items": [branch], "next": ""},
    }
    classes = {one["class_id"] for one in enrolments}
    made.services["catalog"].answers["/classes"] = {
        "items": [CLASS | RUNNING | {"id": id_} for id_ in sorted(classes)], "next": "",
    }  # fmt: skip
    return made


def of_class(
    class_id: str, state: str = "seated", attempt: int = 1, **more: Any
) -> Any:
    id_ = f"{class_id}.p1.{attempt}"
    return enrolment("p1", attempt, state, id=id_, class_id=class_id, **more)


def test_it_shows_how_far_one_is_and_offers_what_can_be_done() -> None:
    made = person_page(of_class("c1"))
    half = standing("p1", percent=55, lessons_done=2, hours=1.5)
    made.services["learning"].answers["/classes/c1/standing"] = [half]
    page = made.get("/people/p1").text
    for shown in (
        "55%", "2/4", 'action="/classes/c1/reminders"', f'href="{SWAP}"',
        'action="/classes/c1/people/withdrawal"', 'value="c1.p1.1"',
        'href="/people/p1/transfers"',
    ):  # fmt: skip
        assert shown in page


def test_who_waits_leaves_but_is_neither_reminded_nor_replaced() -> None:
    page = person_page(of_class("c1", "waiting")).get("/people/p1").text
    assert "/people/withdrawal" in page
    assert "/reminders" not in page
    assert "/replacement" not in page


def test_who_has_the_certificate_stays() -> None:
    made = person_page(of_class("c1"))
    done = standing("p1", percent=100, lessons_done=4, certificate=NUMBER)
    made.services["learning"].answers["/classes/c1/standing"] = [done]
    page = made.get("/people/p1").text
    assert f"/verify/{NUMBER}" in page
    assert "/people/withdrawal" not in page


def test_of_a_class_the_last_enrolment_is_shown_and_given_back() -> None:
    left = of_class("c1", "withdrawn", returns_until="2099-01-01")
    old = of_class("c2", "withdrawn")
    again = of_class("c2", attempt=2)
    page = person_page(left, old, again).get("/people/p1").text
    assert 'action="/classes/c1/people/returns"' in page
    assert 'action="/classes/c2/people/returns"' not in page
    assert 'value="c2.p1.2"' in page
    assert 'value="c2.p1.1"' not in page


def test_what_may_not_be_undone_is_not_offered() -> None:
    page = person_page(of_class("c1", "withdrawn")).get("/people/p1").text
    assert "/people/returns" not in page


@pytest.mark.parametrize(
    ("state", "is_offered"),
    [
        (InvitationState(MAIL, 1.0, may_invite=True), True),
        (InvitationState(MAIL, 1.0, may_invite=False), False),
        (InvitationState(ACTIVE), False),
    ],
)
def test_who_is_not_in_yet_is_invited_again(
    state: InvitationState, is_offered: bool
) -> None:
    page = person_page(states={"p1": state}).get("/people/p1").text
    assert ('action="/people/invitations/p1"' in page) is is_offered


def test_while_learning_is_away_the_page_stands() -> None:
    made = person_page(of_class("c1"))
    away = Problem(503, "service-away", "It does not answer.")
    made.services["learning"].answers["/classes/c1/standing"] = away
    page = made.get("/people/p1")
    assert page.status_code == 200
    assert "/people/withdrawal" in page.text


@pytest.fixture
def swapping() -> Scene:
    made = scene(ReplacementPages(), OFFICER)
    made.services["catalog"].answers["/classes/c1"] = CLASS | RUNNING
    left = enrolment("gone", 1, "withdrawn")
    made.services["enrollment"].answers |= {
        "/classes/c1/enrolments": {"items": [enrolment("p1", 2), left], "next": ""},
        "/people/named": [named("p1", "赵半", "M7")],
        "/classes/c1/replacements": enrolment("p2", 3),
    }
    return made


def post(made: Scene, **fields: str) -> Any:
    headers = {"Accept": "text/html", "Accept-Language": "zh"}
    return made.client.post(SWAP, data=fields, headers=headers)


def test_a_seat_passes_on_to_who_is_named(swapping: Scene) -> None:
    assert "赵半" in swapping.get(SWAP).text
    page = post(swapping, member_no="M8", once="k" * 20)
    assert page.status_code == 200
    assert f"{SWAP.replace('p1', 'p2')}?back=c1.p1.1" in page.text
    bodies = swapping.services["enrollment"].bodies
    [asked] = [body for body in bodies if hasattr(body, "enrolment_id")]
    assert (asked.enrolment_id, asked.member_no, asked.branch_id) == (
        "c1.p1.1", "M8", "",
    )  # fmt: skip


def test_swapped_back_the_number_stands_there_already(swapping: Scene) -> None:
    assert 'value="M7"' in swapping.get(f"{SWAP}?back=c1.p1.1").text


def test_without_a_number_nothing_is_asked(swapping: Scene) -> None:
    assert post(swapping).status_code == 422
    assert "/classes/c1/replacements" not in swapping.services["enrollment"].asked


@pytest.mark.parametrize(
    ("reason", "field"),
    [("newcomer-enrolled", "member_no"), ("name-missing", "name_of"), ("finished", "")],
)
def test_a_refusal_stands_at_its_field(
    swapping: Scene, reason: str, field: str
) -> None:
    refused = Problem(409, "not-replaced", "no", reason=reason)
    swapping.services["enrollment"].answers["/classes/c1/replacements"] = refused
    page = post(swapping, member_no="M8")
    assert page.status_code == 409
    assert 'role="alert"' in page.text
    assert (f'id="{field}-fault"' in page.text) is bool(field)


def test_whom_one_does_not_reach_there_is_no_page_for(swapping: Scene) -> None:
    swapping.services["enrollment"].answers["/people/named"] = []
    assert swapping.get(SWAP).status_code == 404
    assert post(swapping, member_no="M8").status_code == 404


def test_a_trainee_replaces_nobody() -> None:
    assert scene(ReplacementPages(), TRAINEE).get(SWAP).status_code == 403
