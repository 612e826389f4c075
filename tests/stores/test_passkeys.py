"""Passkeys by their pages and routes, on every engine."""

import pytest
from gateway.identity.account import Account
from gateway.second_factor.add_factors import RECOVERY_CODES
from gateway.second_factor.challenges import CHALLENGE_SECONDS

from tests.doubles.authenticator import Authenticator
from tests.doubles.second_gate import (
    HOME,
    SecondGate,
    options_of,
)
from tests.engines import Kept
from tests.stores.factors import FACTOR, SECOND, open_at


@pytest.fixture
def gate(kept: Kept) -> SecondGate:
    return open_at(kept, "off")


def test_a_passkey_is_the_second_proof(gate: SecondGate) -> None:
    owner = gate.visit()
    owner.sign_in()
    phone, codes = owner.add_passkey()
    assert len(codes) == RECOVERY_CODES
    person = gate.visit()
    person.sign_in()
    options = options_of(person.get(SECOND).text, "get")
    gone = person.post(SECOND, credential=phone.use(options), next="/courses")
    assert gone.headers["Location"] == "/courses"
    assert person.is_in()
    [passkey] = gate.factors.get("jiaowu").passkeys
    assert (passkey.name, passkey.used is not None) == ("手机", True)


def test_a_passkey_alone_signs_in(gate: SecondGate) -> None:
    owner = gate.visit()
    owner.sign_in()
    phone, _ = owner.add_passkey()
    person = gate.visit()
    options = options_of(person.get("/sign-in/passkey?next=/courses").text, "get")
    answer = phone.use(options)
    gone = person.post("/sign-in/passkey", credential=answer, next="/courses")
    assert (gone.headers["Location"], person.is_in()) == ("/courses", True)
    again = gate.visit().post("/sign-in/passkey", credential=answer)
    assert again.status_code == 422, "a challenge counts once"


def test_an_answer_for_one_purpose_serves_no_other(gate: SecondGate) -> None:
    owner = gate.visit()
    owner.sign_in()
    phone, _ = owner.add_passkey()
    one, other = gate.visit(), gate.visit()
    for person in (one, other):
        person.sign_in()
    alone = options_of(gate.visit().get("/sign-in/passkey").text, "get")
    of_other = options_of(other.get(SECOND).text, "get")
    for options in (alone, of_other):
        refused = one.post(SECOND, credential=phone.use(options))
        assert (refused.status_code, one.is_in()) == (422, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("origin", "http://evil.example"),
        ("is_verifying", False),
        ("credential", b"another"),
        ("user", b"operator"),
        ("user", b"nobody"),
        ("user", b"\xff"),
    ],
)
def test_what_is_not_as_it_was_made_is_refused(
    gate: SecondGate, field: str, value: object
) -> None:
    owner = gate.visit()
    owner.sign_in()
    phone, _ = owner.add_passkey()
    setattr(phone, field, value)
    person = gate.visit()
    options = options_of(person.get("/sign-in/passkey").text, "get")
    refused = person.post("/sign-in/passkey", credential=phone.use(options))
    assert (refused.status_code, person.is_in()) == (422, False)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"response":1}', "null", "x" * 99]
)
def test_what_is_no_answer_is_refused(gate: SecondGate, text: str) -> None:
    assert gate.visit().post("/sign-in/passkey", credential=text).status_code == 422


def test_a_passkey_that_was_copied_is_noticed(gate: SecondGate) -> None:
    owner = gate.visit()
    owner.sign_in()
    phone, _ = owner.add_passkey()
    phone.count = 7
    statuses = []
    for count in (7, 7, 3):
        phone.count = count
        person = gate.visit()
        options = options_of(person.get("/sign-in/passkey").text, "get")
        answer = phone.use(options)
        statuses.append(person.post("/sign-in/passkey", credential=answer).status_code)
    assert statuses == [303, 422, 422]


def test_a_challenge_is_answered_within_half_an_hour(gate: SecondGate) -> None:
    owner = gate.visit()
    owner.sign_in()
    phone, _ = owner.add_passkey()
    options = options_of(gate.visit().get("/sign-in/passkey").text, "get")
    gate.clock.ahead += CHALLENGE_SECONDS + 1
    refused = gate.visit().post("/sign-in/passkey", credential=phone.use(options))
    assert refused.status_code == 422


def test_a_disabled_account_is_not_let_in_by_its_passkey(gate: SecondGate) -> None:
    owner = gate.visit()
    owner.sign_in()
    phone, _ = owner.add_passkey()
    gate.accounts.change("jiaowu", Account.as_disabled)
    options = options_of(gate.visit().get("/sign-in/passkey").text, "get")
    person = gate.visit()
    refused = person.post("/sign-in/passkey", credential=phone.use(options))
    assert (refused.status_code, person.is_in()) == (403, False)


def test_whom_the_college_reset_a_passkey_does_not_let_in(gate: SecondGate) -> None:
    owner = gate.visit()
    owner.sign_in()
    phone, _ = owner.add_passkey()
    gate.accounts.change("jiaowu", lambda a: a.with_reset_password("h", 9e9, ""))
    options = options_of(gate.visit().get("/sign-in/passkey").text, "get")
    person = gate.visit()
    refused = person.post("/sign-in/passkey", credential=phone.use(options))
    assert (refused.status_code, person.is_in()) == (422, False)


def test_a_passkey_is_a_fresh_proof_and_is_named_and_removed(gate: SecondGate) -> None:
    owner = gate.visit()
    owner.sign_in()
    phone, _ = owner.add_passkey()
    gate.grow_old()
    options = options_of(owner.get(FACTOR).text, "get")
    owner.post(FACTOR, credential=phone.use(options))
    [passkey] = gate.factors.get("jiaowu").passkeys
    path = f"{HOME}/passkeys/{passkey.id}"
    assert "手机" in owner.get(path).text
    assert owner.post(path, name="").status_code == 422
    assert owner.post(path, name="旧手机").status_code == 303
    assert "旧手机" in owner.get(HOME).text
    assert owner.post(f"{HOME}/passkeys/none", name="x").status_code == 404
    assert owner.post(f"{path}/removal").status_code == 303
    assert not gate.factors.get("jiaowu").has_any
    assert owner.post(f"{path}/removal").status_code == 404


def test_all_limits_of_signing_in_hold_for_passkeys_too(gate: SecondGate) -> None:
    person = gate.visit()
    statuses = {
        person.post("/sign-in/passkey", credential="{}").status_code for _ in range(101)
    }
    assert statuses == {422, 429}


def test_ten_passkeys_are_enough(gate: SecondGate) -> None:
    owner = gate.visit()
    owner.sign_in()
    for number in range(10):
        phone = Authenticator(credential=f"phone {number}".encode())
        made = phone.create(options_of(owner.get(HOME).text, "create"))
        owner.post(f"{HOME}/passkeys", credential=made, name=f"{number}")
    assert len(gate.factors.get("jiaowu").passkeys) == 10
    assert options_of(owner.get(HOME).text, "create") == ""
