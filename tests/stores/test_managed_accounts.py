"""Managing accounts by their routes, on every engine."""

import pytest
from gateway.identity.login_sessions import Begun
from gateway.identity.session_terms import TERM

from tests.doubles.sign_in_gate import (
    NEXT,
    PHONE,
    Gate,
    Row,
    managed,
    open_gate,
)
from tests.engines import Kept


@pytest.fixture
def gate(kept: Kept) -> Gate:
    return open_gate(kept)


@pytest.mark.parametrize(
    ("by", "of", "status"),
    [
        ("", "shi", 401),
        (PHONE, "shi", 403),
        ("shi", "p1", 403),
        ("shi", "shi", 403),
        ("jiaowu", "operator", 403),
        ("jiaowu", "jiaowu", 403),
        ("operator", "nobody", 404),
        ("jiaowu", "nobody", 404),
    ],
)
def test_who_may_not_manage_an_account_changes_nothing(
    gate: Gate, by: str, of: str, status: int
) -> None:
    token = gate.token(by) if by else ""
    before = gate.accounts.get(of)
    for name, way in managed(token, gate).items():
        assert way(of)[0] == status, name
    assert gate.accounts.get(of) == before
    assert gate.letters.sent == []


@pytest.mark.parametrize(("by", "of"), [("jiaowu", "shi"), ("operator", "jiaowu")])
def test_a_disabled_account_is_out_at_once_and_stays_out(
    gate: Gate, by: str, of: str
) -> None:
    device = gate.sign_in(of)[1]["device"]
    old, ways = gate.token(of), managed(gate.token(by), gate)
    assert ways["disable"](of)[1]["state"] == "disabled"
    assert not gate.is_signed_in(old)
    status, said = gate.sign_in(of, device=device)
    assert (status, said["type"]) == (403, "account-disabled")
    assert gate.sign_in(of, "wrong")[0] == 401
    assert ways["enable"](of)[1]["state"] == "active"
    assert not gate.is_signed_in(old)
    assert gate.sign_in(of)[0] == 201


def test_a_stream_ends_with_the_session_it_was_made_for(gate: Gate) -> None:
    status, said = gate.sign_in(PHONE)
    assert status == 201
    [session] = gate.sessions.find_by_account("p1")
    managed(gate.token("jiaowu"), gate)["disable"]("p1")
    path = f"/v/sig-{session.id}-rest/l1/1/0.ts"
    assert gate.call("GET", path, token=said["token"])[0] == 401


def test_a_session_that_begins_while_the_account_is_stopped_is_worth_nothing(
    gate: Gate,
) -> None:
    """The account was read before, its session is written after."""
    token, _ = gate.sessions.create_session(Begun("shi", 0, TERM))
    assert gate.is_signed_in(token)
    managed(gate.token("jiaowu"), gate)["end"]("shi")
    late, _ = gate.sessions.create_session(Begun("shi", 0, TERM))
    assert not gate.is_signed_in(late)


def test_ending_the_sessions_of_an_account_leaves_its_password(gate: Gate) -> None:
    token, ways = gate.token("shi"), managed(gate.token("jiaowu"), gate)
    assert len(ways["sessions"]("shi")[1]["sessions"]) == 1
    assert ways["end"]("shi")[0] == 200
    assert not gate.is_signed_in(token)
    assert ways["sessions"]("shi")[1]["sessions"] == []
    assert gate.sign_in("shi")[0] == 201


def test_a_reset_voids_password_sessions_and_devices_at_once(gate: Gate) -> None:
    device, token = gate.sign_in("shi")[1]["device"], gate.token("shi")
    status, said = managed(gate.token("jiaowu"), gate)["reset"]("shi")
    assert (status, said["state"]) == (200, "reset")
    assert not gate.is_signed_in(token)
    assert gate.sign_in("shi", device=device)[0] == 401
    [letter] = gate.letters.sent
    assert (letter.address, letter.kind) == ("shi@b.example", "password-reset")
    path = f"/api/invitations/{letter.invitation}"
    assert gate.call("POST", path, {"password": NEXT})[0] == 201
    assert gate.sign_in("shi", NEXT)[0] == 201
    assert gate.call("POST", path, {"password": NEXT})[0] == 404


def test_a_persons_letter_goes_where_enrollment_writes_to(gate: Gate) -> None:
    staff = gate.token("jiaowu")
    chosen = {"email": "thief@b.example"}
    status, said = gate.call("POST", "/api/accounts/p1/reset", chosen, staff)
    assert (status, said["type"]) == (422, "invitation-illegal")
    assert gate.sign_in(PHONE)[0] == 201
    assert gate.call("POST", "/api/accounts/p1/reset", {}, staff)[0] == 200
    assert gate.letters.sent[-1].address == "p1@b.example"


@pytest.mark.parametrize(
    ("email", "slug"),
    [("", "no-address"), ("not an address", "invitation-illegal")],
)
def test_a_reset_without_an_address_leaves_the_password(
    gate: Gate, email: str, slug: str
) -> None:
    path, operator = "/api/accounts/jiaowu/reset", gate.token("operator")
    status, said = gate.call("POST", path, {"email": email}, operator)
    assert (status, said["type"]) == (422, slug)
    assert gate.sign_in("jiaowu")[0] == 201


def test_a_reset_whose_letter_fails_is_asked_for_again(gate: Gate) -> None:
    ways = managed(gate.token("jiaowu"), gate)
    gate.letters.is_away = True
    assert ways["reset"]("shi")[0] == 503
    assert gate.sign_in("shi")[0] == 401
    gate.letters.is_away = False
    assert ways["reset"]("shi")[0] == 200
    path = f"/api/invitations/{gate.invitation()}"
    assert gate.call("POST", path, {"password": NEXT})[0] == 201


def test_a_disabled_account_is_not_reset_but_enabled_first(gate: Gate) -> None:
    ways = managed(gate.token("jiaowu"), gate)
    ways["disable"]("shi")
    status, said = ways["reset"]("shi")
    assert (status, said["type"]) == (409, "enable-first")
    assert gate.letters.sent == []


def test_roles_are_given_and_taken_and_end_the_sessions(gate: Gate) -> None:
    operator, token = gate.token("operator"), gate.token("shi")
    path = "/api/accounts/shi/roles"
    given = gate.call("PUT", path, {"role": "staff"}, operator)
    assert given[1]["roles"] == ["officer", "staff"]
    assert not gate.is_signed_in(token)
    taken = gate.call("DELETE", f"{path}/officer", token=operator)
    assert (taken[1]["roles"], taken[1]["branch_id"]) == (["staff"], "")
    status, said = gate.call("DELETE", f"{path}/staff", token=operator)
    assert (status, said["type"]) == (409, "last-role")
    moved = {"role": "officer", "branch_id": "xicheng"}
    assert gate.call("PUT", path, moved, operator)[1]["branch_id"] == "xicheng"


@pytest.mark.parametrize(
    ("by", "body", "status", "slug"),
    [
        ("jiaowu", {"role": "staff"}, 403, "role-missing"),
        ("jiaowu", {"role": "operator"}, 403, "role-missing"),
        ("operator", {"role": "officer"}, 422, "invitation-illegal"),
        (
            "operator",
            {"role": "staff", "branch_id": "xicheng"},
            422,
            "invitation-illegal",
        ),
        ("operator", {"role": "officer", "branch_id": "nope"}, 422, "unknown-branch"),
        ("operator", {"role": "king"}, 422, "body-refused"),
    ],
)
def test_a_role_that_cannot_be_given_changes_nothing(
    gate: Gate, by: str, body: Row, status: int, slug: str
) -> None:
    before = gate.accounts.get("shi")
    got, said = gate.call("PUT", "/api/accounts/shi/roles", body, gate.token(by))
    assert (got, said["type"]) == (status, slug)
    assert gate.accounts.get("shi") == before


def test_nobody_disables_demotes_or_resets_the_own_account(gate: Gate) -> None:
    token = gate.token("operator")
    ways = managed(token, gate)
    for name in ("disable", "reset", "give", "take", "end"):
        status, said = ways[name]("operator")
        assert (status, said["type"]) == (409, "own-account"), name
    assert gate.is_signed_in(token)


def test_an_account_is_found_by_its_login_in_any_form(gate: Gate) -> None:
    body = {"login": "+86 135 1234 7784"}
    found = gate.call("POST", "/api/accounts/find", body, gate.token("jiaowu"))[1]
    assert (found["id"], found["state"]) == ("p1", "active")
    assert gate.call("POST", "/api/accounts/find", body, gate.token("shi"))[0] == 403
