"""A code on paper lets in whom no letter reaches: once, for a time, nobody else."""

import time
from dataclasses import replace

import pytest
from gateway.identity.account import ACTIVE, OFFICER
from gateway.identity.activation_codes import (
    LENGTH,
    SYMBOLS,
    create_code,
    plain_code,
    written_code,
)
from gateway.identity.errors import (
    CodeRefused,
    RoleMissing,
    TooManyTries,
    WeakPassword,
)
from gateway.identity.manage_accounts import Actor
from gateway.identity.print_codes import NoCode, PrintedCode
from gateway.identity.sign_in_limits import OF_ONE_ADDRESS
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.gateway.identity import (
    HERE,
    NEXT,
    OFFICER_ACTS,
    PASSWORD,
    STAFF_ACTS,
    TRAINEE_ACTS,
    Identity,
    an_account,
)

PHONE = "13588800001"


@pytest.fixture
def identity() -> Identity:
    """One person of dongcheng without an address, whom enrollment knows."""
    made = Identity()
    made.enrollment.add("p9", PHONE)
    return made


def print_one(identity: Identity, by: Actor = OFFICER_ACTS, id_: str = "p9") -> str:
    """The code on the sheet of one person."""
    [printed], left = identity.print_codes(by, [id_])
    assert isinstance(printed, PrintedCode)
    assert left == []
    return written_code(printed.code)


@given(st.text(SYMBOLS, min_size=LENGTH, max_size=LENGTH))
def test_a_code_is_known_however_it_is_typed(code: str) -> None:
    full = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    typed = written_code(code).lower().replace("0", "o").replace("1", "l")
    assert {plain_code(each) for each in (code, typed, full, f" {typed} ")} == {code}


@pytest.mark.parametrize("written", ["", "0" * 11, "0" * 13, "U" * 12, "学" * 12, "\0"])
def test_what_is_no_code_is_none(written: str) -> None:
    assert plain_code(written) == ""


def test_no_two_codes_are_one() -> None:
    assert len({create_code() for _ in range(1000)}) == 1000


def test_whom_no_letter_reached_signs_in_with_the_code_and_is_attested(
    identity: Identity,
) -> None:
    code = print_one(identity)
    visitor = identity.activate(code, NEXT, HERE)
    account = identity.account("p9")
    assert visitor.account == account
    assert (account.state, account.login) == (ACTIVE, PHONE)
    assert account.attested_by == "dongcheng"
    assert identity.sign_in(PHONE, NEXT, HERE).account == account


def test_a_letter_needs_nobody_to_attest(identity: Identity) -> None:
    print_one(identity)
    identity.invite("p9", time.time() + 60)
    identity.sign_in.accept_invitation("link", NEXT, HERE)
    assert identity.account("p9").attested_by == ""


def test_a_code_works_once(identity: Identity) -> None:
    code = print_one(identity)
    identity.activate(code, NEXT, HERE)
    with pytest.raises(CodeRefused):
        identity.activate(code, "another one 77", HERE)
    assert identity.sign_in(PHONE, NEXT, HERE).account


def test_printing_again_voids_the_sheet_before(identity: Identity) -> None:
    first, second = print_one(identity), print_one(identity)
    with pytest.raises(CodeRefused):
        identity.activate(first, NEXT, HERE)
    assert identity.activate(second, NEXT, HERE).account


def test_a_code_that_is_replaced_while_its_password_is_set_is_void(
    identity: Identity,
) -> None:
    code = print_one(identity)
    identity.accounts.meanwhile.append(lambda: print_one(identity))
    with pytest.raises(CodeRefused):
        identity.activate(code, NEXT, HERE)
    assert identity.account("p9").secret == ""


def test_a_code_past_its_time_is_void(identity: Identity) -> None:
    code = print_one(identity)
    identity.accounts.change("p9", lambda a: replace(a, code_until=time.time() - 1))
    with pytest.raises(CodeRefused):
        identity.activate(code, NEXT, HERE)


def test_a_weak_password_leaves_the_code_as_it_is(identity: Identity) -> None:
    code = print_one(identity)
    with pytest.raises(WeakPassword):
        identity.activate(code, "12345678", HERE)
    assert identity.activate(code, NEXT, HERE).account


def test_nothing_is_kept_by_which_a_code_could_be_used(identity: Identity) -> None:
    code = plain_code(print_one(identity))
    assert code not in repr(identity.account("p9"))
    assert code not in repr(identity.events.named)


def test_wrong_codes_count_against_the_address_and_right_ones_do_not(
    identity: Identity,
) -> None:
    code = print_one(identity)
    for _ in range(OF_ONE_ADDRESS - 1):
        identity.activate.find_account(code, HERE)
        with pytest.raises(CodeRefused):
            identity.activate.find_account("0" * LENGTH, HERE)
    identity.activate.find_account(code, HERE)
    with pytest.raises(CodeRefused):
        identity.activate.find_account("0" * LENGTH, HERE)
    with pytest.raises(TooManyTries):
        identity.activate.find_account(code, HERE)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((("beijing", "xicheng"),), "unknown-person"),
        ((("beijing", "dongcheng"), ("beijing", "xicheng")), "member-elsewhere"),
    ],
)
def test_a_branch_prints_for_those_alone_whom_it_holds_alone(
    identity: Identity, lines: tuple[tuple[str, ...], ...], reason: str
) -> None:
    identity.enrollment.add("p9", PHONE, lines=lines)
    assert identity.print_codes(OFFICER_ACTS, ["p9"]) == ([], [NoCode("p9", reason)])
    assert "p9" not in identity.accounts.rows
    assert print_one(identity, STAFF_ACTS)


def test_a_branch_prints_for_those_below_it(identity: Identity) -> None:
    above = Actor(an_account("bj", OFFICER, branch_id="beijing"), HERE)
    print_one(identity, above)
    assert identity.account("p9").attested_by == "beijing"


def test_an_officer_without_a_branch_prints_for_nobody(identity: Identity) -> None:
    lost = Actor(an_account("lost", OFFICER), HERE)
    assert identity.print_codes(lost, ["p9"])[0] == []


def test_a_trainee_prints_nothing(identity: Identity) -> None:
    with pytest.raises(RoleMissing):
        identity.print_codes(TRAINEE_ACTS, ["p9"])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "already-active"),
        ({"is_disabled": True}, "account-disabled"),
        ({"secret": "", "is_reset": True}, "was-reset"),
    ],
)
def test_who_is_no_longer_invited_gets_no_code(
    identity: Identity, fields: dict[str, object], reason: str
) -> None:
    identity.enrollment.add("p1", "13512347784")
    account = replace(identity.account("p1"), **fields)  # type: ignore[arg-type]
    identity.accounts.rows["p1"] = account
    assert identity.print_codes(OFFICER_ACTS, ["p1"])[1] == [NoCode("p1", reason)]
    assert identity.account("p1") == account


def test_a_person_named_twice_has_one_slip(identity: Identity) -> None:
    printed, left = identity.print_codes(OFFICER_ACTS, ["p9", "p9", "nobody"])
    assert len(printed) == 1
    assert left == [NoCode("nobody", "unknown-person")]


def test_a_disabled_account_is_not_activated(identity: Identity) -> None:
    code = print_one(identity)
    identity.accounts.change("p9", lambda a: replace(a, is_disabled=True))
    with pytest.raises(CodeRefused):
        identity.activate(code, PASSWORD, HERE)
