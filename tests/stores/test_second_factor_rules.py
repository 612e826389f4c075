"""Who needs a second factor, who may change it, and the college, on every engine."""

import pytest
from gateway.second_factor.add_factors import RECOVERY_CODES
from gateway.second_factor.second_limits import WRONG_CODES

from tests.doubles.second_gate import (
    COLLEGE,
    HOME,
    PASSWORD,
    PHONE,
    SecondGate,
    codes_of,
)
from tests.engines import Kept
from tests.stores.factors import FACTOR, SECOND, open_at


@pytest.fixture
def gate(kept: Kept) -> SecondGate:
    return open_at(kept, "off")


@pytest.fixture
def strict(kept: Kept) -> SecondGate:
    return open_at(kept, COLLEGE)


# The setting


@pytest.mark.parametrize("login", [PHONE, "shi"])
def test_trainees_and_officers_need_none(strict: SecondGate, login: str) -> None:
    person = strict.visit()
    person.sign_in(login)
    assert person.is_in()


@pytest.mark.parametrize("login", ["operator", "jiaowu"])
def test_staff_and_operators_set_one_up_before_anything_else(
    strict: SecondGate, login: str
) -> None:
    person = strict.visit()
    person.sign_in(login)
    assert not person.is_in()
    page = person.get(f"{SECOND}?next=/courses")
    assert page.headers["Cache-Control"] == "private, no-store, no-transform"
    offer = person.take_app(page.text)
    wrong = person.post(f"{SECOND}/setup", offer=offer, code="000000", next="/courses")
    assert (wrong.status_code, person.is_in()) == (401, False)
    code = strict.code(person.app)
    shown = person.post(f"{SECOND}/setup", offer=offer, code=code, next="/courses")
    assert len(codes_of(shown.text)) == RECOVERY_CODES
    assert 'href="/courses"' in shown.text
    assert person.is_in()
    again = strict.visit()
    again.sign_in(login)
    code = strict.next_code(person.app)
    assert again.post(f"{SECOND}/setup", code=code).headers["Location"] == SECOND
    assert again.post(SECOND, code=code).status_code == 303


def test_the_last_required_one_is_not_removed(strict: SecondGate) -> None:
    person = strict.visit()
    person.sign_in()
    offer = person.take_app(person.get(SECOND).text)
    person.post(f"{SECOND}/setup", offer=offer, code=strict.code(person.app))
    assert person.post(f"{HOME}/app/removal").status_code == 409
    person.add_passkey()
    assert person.post(f"{HOME}/app/removal").status_code == 303
    factors = strict.factors.get("jiaowu")
    path = f"{HOME}/passkeys/{factors.passkeys[0].id}/removal"
    assert person.post(path).status_code == 409
    assert strict.factors.get("jiaowu").has_any


def test_who_need_not_have_one_removes_all_and_the_codes_with_them(
    gate: SecondGate,
) -> None:
    owner, _codes = gate.with_app()
    assert owner.post(f"{HOME}/app/removal").status_code == 303
    factors = gate.factors.get("jiaowu")
    assert (factors.has_any, factors.recovery) == (False, ())
    person = gate.visit()
    person.sign_in()
    assert person.is_in()


# Fresh proofs


@pytest.mark.parametrize(
    "path",
    [
        "app",
        "app/removal",
        "passkeys",
        "passkeys/x",
        "passkeys/x/removal",
        "recovery-codes",
    ],
)
def test_nothing_is_changed_without_a_fresh_proof(gate: SecondGate, path: str) -> None:
    owner, _ = gate.with_app()
    gate.grow_old()
    before = gate.factors.get("jiaowu")
    sent = {"code": "123456", "credential": "{}", "name": "x"}
    assert owner.post(f"{HOME}/{path}", **sent).status_code == 403
    assert gate.factors.get("jiaowu") == before
    for page in ("app", "passkeys/x"):
        gone = owner.get(f"{HOME}/{page}").headers["Location"]
        assert gone.startswith("/account/proof?next=")
    assert "data-passkey" not in owner.get(HOME).text


def test_a_password_or_a_second_factor_is_a_fresh_proof(gate: SecondGate) -> None:
    owner, codes = gate.with_app()
    assert FACTOR in owner.get("/account/proof").text
    for path, field, word, status in (
        ("/account/proof", "password", "wrong", 403),
        ("/account/proof", "password", PASSWORD, 303),
        (FACTOR, "code", "000000", 401),
        (FACTOR, "code", "", 422),
        (FACTOR, "code", gate.next_code(owner.app), 303),
        (FACTOR, "code", codes[0], 303),
    ):
        gate.grow_old()
        gone = owner.post(path, **{field: word, "next": HOME})
        assert (gone.status_code, gone.headers.get("Location", HOME)) == (status, HOME)
        changed = owner.get(f"{HOME}/app").status_code == 200
        assert changed == (status == 303)


def test_a_fresh_proof_is_that_sessions_alone(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    other = gate.visit()
    other.sign_in()
    other.post(SECOND, code=gate.next_code(owner.app))
    gate.grow_old()
    owner.post(FACTOR, code=gate.next_code(owner.app))
    assert other.post(f"{HOME}/app/removal").status_code == 403


def test_wrong_codes_of_a_proof_count_as_those_of_signing_in(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    statuses = [
        owner.post(FACTOR, code="000000").status_code for _ in range(WRONG_CODES + 1)
    ]
    assert statuses == [401] * WRONG_CODES + [429]


# The college


def test_the_college_resets_what_was_lost(gate: SecondGate) -> None:
    owner, _codes = gate.with_app("shi")
    staff = gate.visit()
    staff.sign_in("jiaowu")
    path = "/api/accounts/shi/second-factors"
    assert gate.visit().script("DELETE", path).status_code == 401
    assert owner.script("DELETE", path).status_code == 403
    answer = staff.script("DELETE", path)
    assert (answer.status_code, answer.get_json()["login"]) == (200, "shi")
    assert not owner.is_in()
    assert not gate.factors.get("shi").has_any
    assert ("second-factor-reset", "ok") in gate.events()
    person = gate.visit()
    person.sign_in("shi")
    assert person.is_in()


def test_staff_reset_no_operator_and_nobody_the_own(gate: SecondGate) -> None:
    staff, _ = gate.with_app("jiaowu")
    operator, _ = gate.with_app("operator")
    own = "/api/accounts/jiaowu/second-factors"
    others = "/api/accounts/operator/second-factors"
    assert staff.script("DELETE", others).status_code == 403
    assert staff.script("DELETE", own).status_code == 403
    assert operator.script("DELETE", others).status_code == 409
    assert operator.script("DELETE", own).status_code == 200
    assert gate.factors.get("operator").has_any


def test_every_step_leaves_a_security_event_without_a_secret(gate: SecondGate) -> None:
    owner, codes = gate.with_app()
    _phone, _ = owner.add_passkey()
    owner.post(f"{HOME}/recovery-codes")
    owner.post(f"{HOME}/app/removal")
    [passkey] = gate.factors.get("jiaowu").passkeys
    owner.post(f"{HOME}/passkeys/{passkey.id}", name="x")
    owner.post(f"{HOME}/passkeys/{passkey.id}/removal")
    assert [what for what, _ in gate.events() if what != "sign-in"] == [
        "totp-added",
        "passkey-added",
        "recovery-codes-made",
        "totp-removed",
        "passkey-renamed",
        "passkey-removed",
    ]
    written = repr(gate.sign_in.events.find_after("", 500))
    assert not any(code in written for code in codes)
