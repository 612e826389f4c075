"""What somebody was told, for operators and staff."""

from typing import Any

import pytest
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE
from gateway.pages.operator.deliveries import DeliveryPages

from tests.unit.gateway.scene import Scene, scene

PATH = "/operations/deliveries/p1"
AT = "2026-11-30T08:00:00Z"
MAIL = {
    "id": "n1", "kind": "seat-taken", "channel": "mail", "state": "refused",
    "code": "550 5.1.1", "tries": 1, "closed": AT,
}  # fmt: skip
TRAIL: dict[str, Any] = {
    "id": "n1", "kind": "seat-taken", "at": AT, "about": "三月班", "read": False,
    "deliveries": [MAIL],
}  # fmt: skip


def page_of(role: str, *trails: Any, letters: tuple[Any, ...] = ()) -> Scene:
    made = scene(DeliveryPages(), role)
    answer = {"notices": list(trails), "letters": list(letters), "next": ""}
    made.services["notify"].answers = {"/people/p1/deliveries": answer}
    return made


@pytest.mark.parametrize("role", [OPERATOR, STAFF])
def test_each_notice_has_what_became_of_its_mail(role: str) -> None:
    text = page_of(role, TRAIL).get(PATH).text
    for said in ("录取", "三月班", "邮件", "没有送到", "550 5.1.1", "还没看"):
        assert said in text


def test_what_repeats_no_notice_stands_apart() -> None:
    invitation = MAIL | {"kind": "invitation", "state": "sent", "code": ""}
    text = page_of(OPERATOR, letters=(invitation,)).get(PATH).text
    assert "激活邀请" in text
    assert "没有给这位学员发过消息" in text


def test_what_waits_on_purpose_says_for_what() -> None:
    held = MAIL | {"state": "due", "code": "quiet-hours", "closed": None}
    text = page_of(OPERATOR, TRAIL | {"deliveries": [held]}).get(PATH).text
    assert "等免打扰时间过去" in text


def test_a_message_that_was_never_made_in_a_mails_place_is_said() -> None:
    left = MAIL | {"state": "by-message", "code": ""}
    text = page_of(OPERATOR, TRAIL | {"deliveries": [left]}).get(PATH).text
    assert "没有发出" in text
    message = left | {"id": "n1/sms", "channel": "sms", "state": "sent"}
    both = page_of(OPERATOR, TRAIL | {"deliveries": [left, message]}).get(PATH).text
    assert "没有发出" not in both


def test_a_kind_of_a_later_release_is_shown_by_its_code() -> None:
    text = page_of(OPERATOR, TRAIL | {"kind": "from-tomorrow"}).get(PATH).text
    assert "from-tomorrow" in text


@pytest.mark.parametrize("role", [OFFICER, TRAINEE])
def test_nobody_else_sees_it(role: str) -> None:
    assert page_of(role, TRAIL).get(PATH).status_code == 403
