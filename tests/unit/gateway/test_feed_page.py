"""The page of a branch's feed and its webhook, and what an officer is told first."""

from typing import Any

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER, STAFF, TRAINEE
from gateway.pages.officer.feed import FeedPages
from gateway.pages.public.home import HomePages

from tests.unit.gateway.scene import Scene, scene

EAST = {
    "id": "dongcheng", "name": "东城区总工会", "parent": "beijing",
    "line": ["beijing", "dongcheng"], "version": 5,
}  # fmt: skip
PATH, HOOK = "/branches/dongcheng/feed", "/branches/dongcheng/webhook"
AT = "2026-11-30T08:00:00Z"
ENTRY = {
    "number": 7, "id": "e1.1.0", "type": "enrollment.seat.taken.v1", "timestamp": AT,
    "branch_id": "jianguomen", "member_no": "M-17", "data": {},
}  # fmt: skip
WEBHOOK: dict[str, Any] = {
    "branch_id": "dongcheng", "url": "https://hooks.example.org/x", "state": "active",
    "delivered": 4, "last": 7, "failing_since": None, "next_try": None,
    "failures": [], "is_tested": False, "test": None, "old_until": None,
}  # fmt: skip
TRY = {"at": AT, "number": 5, "reason": "status", "status": 503}
SECRET = "whsec_c2VjcmV0"


def feed_of(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(entries), "next": 7, "first": 1, "last": 7}


def page_of(webhook: Any = WEBHOOK, *roles: str) -> Scene:
    made = scene(FeedPages(), *(roles or (OFFICER,)))
    made.services["enrollment"].answers |= {
        "/branches/dongcheng": EAST,
        "/branches/dongcheng/feed": feed_of(ENTRY),
        HOOK: webhook or Problem(404, "unknown-webhook", "none"),
    }
    return made


def test_the_latest_entries_are_shown_with_member_and_branch() -> None:
    text = page_of().client.get(PATH).text
    assert "录取" in text
    assert "M-17" in text
    assert "jianguomen" in text


def test_without_a_webhook_the_page_says_how_there_is_one() -> None:
    made = page_of(webhook=None)
    shown = made.client.get(PATH)
    assert shown.status_code == 200
    assert "还没有设置推送" in shown.text
    assert "重新推送" not in shown.text


def test_a_new_secret_is_shown_once_and_kept_nowhere() -> None:
    made = page_of()
    new = WEBHOOK | {"secret": SECRET}
    calls = iter([new, WEBHOOK])
    made.services["enrollment"].answers[HOOK] = lambda _: next(calls)
    sent = {"action": "put", "url": "https://hooks.example.org/x"}
    shown = made.client.post(PATH, data=sent)
    assert SECRET in shown.text
    assert shown.headers["Cache-Control"] == "private, no-store, no-transform"
    assert SECRET not in page_of().client.get(PATH).text


@pytest.mark.parametrize(
    ("action", "asked"),
    [
        ("test", f"{HOOK}/test"),
        ("replay", f"{HOOK}/replay"),
        ("rotate", f"{HOOK}/secret"),
    ],
)
def test_a_button_asks_for_what_it_says(action: str, asked: str) -> None:
    made = page_of()
    made.services["enrollment"].answers[asked] = WEBHOOK | {"secret": SECRET}
    shown = made.client.post(PATH, data={"action": action, "number": "3"})
    assert asked in made.services["enrollment"].asked
    assert shown.status_code == (200 if action == "rotate" else 303)


def test_pausing_keeps_the_address() -> None:
    made = page_of(WEBHOOK | {"secret": ""})
    assert made.client.post(PATH, data={"action": "pause"}).status_code == 303
    [body] = made.services["enrollment"].bodies
    assert (body.url, body.paused) == (WEBHOOK["url"], True)


@pytest.mark.parametrize("sent", [{"action": "put", "url": ""}, {"action": "what"}])
def test_what_is_not_filled_in_is_not_sent(sent: dict[str, str]) -> None:
    made = page_of()
    assert made.client.post(PATH, data=sent).status_code == 422
    assert made.services["enrollment"].bodies == []


def test_a_refused_address_is_told_at_its_field() -> None:
    made = page_of(webhook=None)
    refused = Problem(422, "webhook-internal", "no")
    missing = Problem(404, "unknown-webhook", "none")
    calls = iter([refused, missing])

    def answer(_: object) -> object:
        raise next(calls)

    made.services["enrollment"].answers[HOOK] = answer
    sent = {"action": "put", "url": "https://10.0.0.1/"}
    shown = made.client.post(PATH, data=sent)
    assert shown.status_code == 422
    assert "这个地址在内部网络里" in shown.text
    assert "https://10.0.0.1/" in shown.text


def test_what_did_not_arrive_is_named_with_its_reason() -> None:
    failing = WEBHOOK | {"failing_since": AT, "next_try": AT, "failures": [TRY]}
    text = page_of(failing).client.get(PATH).text
    assert "对方回应 503" in text
    assert "第 5 条" in text


@pytest.mark.parametrize("roles", [(OFFICER,), (STAFF,)])
def test_officers_and_staff_see_the_page(roles: tuple[str, ...]) -> None:
    assert page_of(WEBHOOK, *roles).client.get(PATH).status_code == 200


def test_trainees_do_not() -> None:
    assert page_of(WEBHOOK, TRAINEE).client.get(PATH).status_code == 403


@pytest.mark.parametrize(("state", "is_told"), [("disabled", True), ("active", False)])
def test_an_officer_is_told_first_thing_that_a_webhook_was_given_up(
    state: str, is_told: bool
) -> None:
    made = scene(HomePages(), OFFICER)
    made.services["enrollment"].answers |= {
        "/branches": {"items": [EAST]},
        "/rosters": {"items": []},
        HOOK: WEBHOOK | {"state": state},
    }
    made.services["catalog"].answers["/classes"] = {"items": []}
    shown = made.client.get("/")
    assert shown.status_code == 200
    assert (PATH in shown.text and "已停用" in shown.text) == is_told
