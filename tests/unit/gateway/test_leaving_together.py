"""Several participants of a class leave together, and come back."""

from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER
from gateway.pages.officer.leaving_together import LeavingPages
from werkzeug.datastructures import MultiDict

from tests.unit.gateway.scene import Scene, scene
from tests.unit.gateway.test_participant_pages import PAGE, usual


@pytest.fixture
def acting() -> Scene:
    return usual(scene(LeavingPages(), OFFICER))


def post(made: Scene, path: str, **fields: Any) -> Any:
    headers = {"Accept": "text/html", "Accept-Language": "zh"}
    sent = MultiDict(fields)
    return made.client.post(f"{PAGE}/{path}", data=sent, headers=headers)


def acts(made: Scene) -> list[Any]:
    """What enrollment was told to do."""
    bodies = made.services["enrollment"].bodies
    return [body.enrolment_ids for body in bodies if hasattr(body, "enrolment_ids")]


def test_a_question_names_who_would_leave_and_nothing_happens_yet(
    acting: Scene,
) -> None:
    picked = ["c1.half.1", "c1.done.1", "c1.moved.1", "c1.gone.1", "c1.queued.1"]
    page = post(acting, "withdrawal", enrolment=picked)
    assert page.status_code == 200
    for name, is_there in (("赵半", 1), ("李候", 1), ("孙毕", 0), ("周退", 0)):
        assert (name in page.text) is bool(is_there)
    assert "c1.moved.1" not in page.text
    assert acts(acting) == []


def test_sure_they_leave_once_and_who_stays_is_named(acting: Scene) -> None:
    acting.services["enrollment"].answers["/classes/c1/withdrawals"] = {
        "left": ["c1.half.1"], "finished": ["c1.done.1"], "unknown": ["c1.moved.1"],
    }  # fmt: skip
    picked = ["c1.half.1", "c1.done.1", "c1.moved.1"]
    page = post(acting, "withdrawal", enrolment=picked, sure="yes", once="k" * 20)
    assert page.status_code == 200
    assert acts(acting) == [picked]
    for word in ("退出了 1 人", "赵半", "孙毕", 'value="c1.half.1"'):
        assert word in page.text
    assert 'value="c1.done.1"' not in page.text


def test_those_who_come_back_are_told_apart(acting: Scene) -> None:
    acting.services["enrollment"].answers["/classes/c1/returns"] = {
        "seated": ["c1.gone.1"], "waiting": [], "unknown": ["c1.half.1"],
    }  # fmt: skip
    page = post(acting, "returns", enrolment=["c1.gone.1", "c1.half.1"])
    assert page.status_code == 200
    assert "1 人又有了座位" in page.text
    assert "周退" in page.text


def test_where_nothing_changed_the_page_does_not_say_that_it_was_done(
    acting: Scene,
) -> None:
    acting.services["enrollment"].answers |= {
        "/classes/c1/withdrawals": {
            "left": [], "finished": [], "unknown": ["c1.half.1"],
        },
        "/classes/c1/returns": {"seated": [], "waiting": [], "unknown": ["c1.half.1"]},
    }  # fmt: skip
    for path in ("withdrawal", "returns"):
        page = post(acting, path, enrolment=["c1.half.1"], sure="yes")
        assert page.status_code == 200
        assert "<h1>没有变动</h1>" in page.text
        assert 'value="c1.half.1"' not in page.text


@pytest.mark.parametrize("path", ["withdrawal", "returns"])
def test_nobody_picked_or_too_many_is_said_and_nothing_happens(
    acting: Scene, path: str
) -> None:
    many = [f"c1.p{number}.1" for number in range(201)]
    for picked in ([], many):
        page = post(acting, path, enrolment=picked, sure="yes")
        assert page.status_code == 422
        assert 'role="alert"' in page.text
    assert acts(acting) == []


@pytest.mark.parametrize("status", [409, 422, 503])
def test_a_refusal_is_shown_where_one_pressed(acting: Scene, status: int) -> None:
    refused = Problem(status, "body-refused", "no")
    acting.services["enrollment"].answers["/classes/c1/withdrawals"] = refused
    page = post(acting, "withdrawal", enrolment=["c1.half.1"], sure="yes")
    assert page.status_code == status
    assert 'role="alert"' in page.text


@pytest.mark.parametrize("path", ["withdrawal", "returns"])
def test_where_no_answer_came_it_is_not_said_that_nothing_changed(
    acting: Scene, path: str
) -> None:
    """The same form stands there once more, under the same id: it is done once."""
    away = Problem(503, "service-away", "no")
    for name in ("withdrawals", "returns"):
        acting.services["enrollment"].answers[f"/classes/c1/{name}"] = away
    key = "k" * 20
    page = post(acting, path, enrolment=["c1.half.1"], sure="yes", once=key)
    assert page.status_code == 503
    assert "没有变动" not in page.text
    for kept in (f'action="{PAGE}/{path}"', f'value="{key}"', 'value="c1.half.1"'):
        assert kept in page.text
