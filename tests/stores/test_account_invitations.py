"""Inviting officers and staff by their routes, on every engine."""

import pytest
from gateway.identity.account import OFFICER

from tests.doubles.sign_in_gate import (
    NEXT,
    PHONE,
    Gate,
    invite,
    managed,
    open_gate,
)
from tests.engines import Kept


@pytest.fixture
def gate(kept: Kept) -> Gate:
    return open_gate(kept)


def test_inviting_again_takes_over_all_that_was_asked(gate: Gate) -> None:
    status, said = invite(gate)
    assert (status, said["done"]) == (201, "invited")
    dead = gate.invitation()
    again = {"name": "王明", "email": "ming@b.example", "branch_id": "xicheng"}
    status, said = invite(gate, **again)
    assert (status, said["done"]) == (200, "invited-again")
    held = gate.accounts.get_by_login("wang")
    assert held is not None
    assert (held.name, held.email, held.branch_id) == (
        "王明", "ming@b.example", "xicheng",
    )  # fmt: skip
    letter = gate.letters.sent[-1]
    assert (letter.address, letter.branch_name) == ("ming@b.example", "西城区总工会")
    assert gate.call("POST", f"/api/invitations/{dead}", {"password": NEXT})[0] == 404
    path = f"/api/invitations/{letter.invitation}"
    assert gate.call("POST", path, {"password": NEXT})[0] == 201


@pytest.mark.parametrize(
    ("by", "more", "status", "slug", "reason"),
    [
        ("jiaowu", {"branch_id": "nope"}, 422, "unknown-branch", None),
        ("jiaowu", {"branch_id": ""}, 422, "invitation-illegal", "branch-missing"),
        ("jiaowu", {"branch_name": "别的工会"}, 422, "invitation-illegal",
         "branch-name-differs"),
        ("operator", {"role": "staff"}, 422, "invitation-illegal",
         "branch-not-for-role"),
        ("jiaowu", {"email": "wang at b"}, 422, "invitation-illegal", "email-invalid"),
        ("jiaowu", {"name": "<王>"}, 422, "invitation-illegal", "name-invalid"),
        ("jiaowu", {"login": "0perator"}, 422, "login-refused", None),
        ("jiaowu", {"login": "王主席"}, 422, "login-refused", None),
        ("jiaowu", {"login": "shi"}, 409, "login-taken", None),
        ("jiaowu", {"login": PHONE}, 409, "login-taken", None),
        ("jiaowu", {"role": "staff", "branch_id": ""}, 403, "role-missing", None),
        ("shi", {}, 403, "role-missing", None),
    ],
)  # fmt: skip
def test_an_invitation_that_cannot_be_meant_is_refused_whole(
    gate: Gate,
    by: str,
    more: dict[str, str],
    status: int,
    slug: str,
    reason: str | None,
) -> None:
    before = gate.accounts.rows.count()
    got, said = invite(gate, by, **more)
    assert (got, said["type"], said.get("reason")) == (status, slug, reason)
    assert gate.letters.sent == []
    assert gate.accounts.rows.count() == before


def test_another_role_is_not_smuggled_in_by_inviting_again(gate: Gate) -> None:
    invite(gate)
    status, said = invite(gate, "operator", role="staff", branch_id="")
    assert (status, said["type"]) == (409, "login-taken")
    held = gate.accounts.get_by_login("wang")
    assert held is not None
    assert held.roles == (OFFICER,)


def test_a_letter_that_fails_is_sent_when_asked_for_again(gate: Gate) -> None:
    gate.letters.is_away = True
    assert invite(gate)[0] == 503
    assert ("invitation-sent", "failed") in gate.told()
    gate.letters.is_away = False
    assert invite(gate)[0] == 200
    path = f"/api/invitations/{gate.invitation()}"
    assert gate.call("POST", path, {"password": NEXT})[0] == 201


def test_a_weak_password_leaves_the_invitation_open(gate: Gate) -> None:
    invite(gate)
    path = f"/api/invitations/{gate.invitation()}"
    for weak in ("12345678", "password1", "wangwang1", "王主席王主席1"):
        status, said = gate.call("POST", path, {"password": weak})
        assert (status, said["type"]) == (422, "weak-password"), weak
    assert gate.call("POST", path, {"password": NEXT})[0] == 201


def test_an_invitation_to_a_disabled_account_opens_nothing(gate: Gate) -> None:
    invite(gate)
    held = gate.accounts.get_by_login("wang")
    assert held is not None
    managed(gate.token("jiaowu"), gate)["disable"](held.id)
    path = f"/api/invitations/{gate.invitation()}"
    assert gate.call("POST", path, {"password": NEXT})[0] == 404
    assert invite(gate)[0] == 409
