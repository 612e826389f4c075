"""Accounts are disabled, reset and given roles by those who may, and by nobody else."""

from collections.abc import Callable

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import OFFICER, OPERATOR, STAFF, TRAINEE, Account
from gateway.identity.errors import (
    EnableFirst,
    InvitationIllegal,
    LastRole,
    NoAddress,
    OwnAccount,
    RoleMissing,
    UnknownAccount,
    UnknownBranch,
)
from gateway.identity.manage_accounts import Actor, ManageAccounts
from gateway.identity.tokens import hash_token

from tests.unit.gateway.identity import (
    HERE,
    OFFICER_ACCOUNT,
    OFFICER_ACTS,
    OPERATOR_ACTS,
    PASSWORD,
    STAFF_ACCOUNT,
    STAFF_ACTS,
    TRAINEE_ACCOUNT,
    TRAINEE_ACTS,
    Identity,
)

Act = Callable[[ManageAccounts, Actor, str], object]
ACTS: tuple[Act, ...] = (
    ManageAccounts.disable,
    ManageAccounts.enable,
    ManageAccounts.end_sessions,
    ManageAccounts.reset_password,
    lambda manage, by, id_: manage.give_role(by, id_, OFFICER, "dongcheng"),
    lambda manage, by, id_: manage.take_role(by, id_, OFFICER),
)
NAMES = ("disable", "enable", "end sessions", "reset", "give role", "take role")
every_act = pytest.mark.parametrize("act", ACTS, ids=NAMES)


@pytest.fixture
def identity() -> Identity:
    return Identity()


@every_act
@pytest.mark.parametrize("by", [OFFICER_ACTS, TRAINEE_ACTS], ids=["officer", "trainee"])
def test_only_the_college_manages_accounts(
    identity: Identity, act: Act, by: Actor
) -> None:
    with pytest.raises(RoleMissing):
        act(identity.manage, by, "shi")
    assert identity.account("shi") == OFFICER_ACCOUNT
    assert (identity.letters.sent, identity.events.rows) == ([], [])


@every_act
def test_staff_manage_neither_staff_nor_operators(identity: Identity, act: Act) -> None:
    before = dict(identity.accounts.rows)
    for id_ in ("operator", "jiaowu"):
        with pytest.raises(RoleMissing):
            act(identity.manage, STAFF_ACTS, id_)
    assert identity.accounts.rows == before


@every_act
def test_nobody_does_it_with_the_own_account(identity: Identity, act: Act) -> None:
    before = identity.account("operator")
    with pytest.raises(OwnAccount):
        act(identity.manage, OPERATOR_ACTS, "operator")
    assert identity.account("operator") == before


@every_act
def test_an_account_that_is_not_there_is_unknown(identity: Identity, act: Act) -> None:
    with pytest.raises(UnknownAccount):
        act(identity.manage, OPERATOR_ACTS, "nobody")


def test_a_disabled_account_is_out_at_once_and_comes_back_with_its_password(
    identity: Identity,
) -> None:
    token = identity.sign_in("shi", PASSWORD, HERE).token
    assert identity.manage.disable(STAFF_ACTS, "shi").is_disabled
    assert identity.sign_in.get_visitor(token).account is None
    identity.manage.enable(STAFF_ACTS, "shi")
    assert identity.sign_in.get_visitor(token).account is None
    assert identity.sign_in("shi", PASSWORD, HERE).account
    assert ("account-disabled", "ok") in identity.events.rows
    assert ("account-enabled", "ok") in identity.events.rows


def test_a_session_that_began_meanwhile_is_over_too(identity: Identity) -> None:
    tokens: list[str] = []

    def sign_in() -> None:
        tokens.append(identity.sign_in("shi", PASSWORD, HERE).token)

    identity.accounts.meanwhile.append(sign_in)
    identity.manage.end_sessions(STAFF_ACTS, "shi")
    assert identity.sign_in.get_visitor(tokens[0]).account is None


def test_who_becomes_staff_meanwhile_is_not_managed_by_staff(
    identity: Identity,
) -> None:
    def promote() -> None:
        identity.manage.give_role(OPERATOR_ACTS, "shi", STAFF, "")

    identity.accounts.meanwhile.append(promote)
    with pytest.raises(RoleMissing):
        identity.manage.disable(STAFF_ACTS, "shi")
    assert not identity.account("shi").is_disabled


def test_an_event_names_who_did_it_to_whom(identity: Identity) -> None:
    identity.manage.give_role(OPERATOR_ACTS, "shi", STAFF, "")
    (named,) = identity.events.named
    assert named == {"who": "operator", "account": "shi", "role": STAFF}


def test_an_account_is_found_by_its_login_in_any_form(identity: Identity) -> None:
    found = identity.manage.get_by_login(STAFF_ACTS, "+86 135 1234 7784")
    assert found == TRAINEE_ACCOUNT
    with pytest.raises(UnknownAccount):
        identity.manage.get_by_login(STAFF_ACTS, "nobody")
    with pytest.raises(RoleMissing):
        identity.manage.get_by_login(OFFICER_ACTS, "shi")


def test_only_live_sessions_are_listed(identity: Identity) -> None:
    identity.sign_in("shi", PASSWORD, HERE)
    assert len(identity.manage.find_sessions(STAFF_ACTS, "shi")) == 1
    identity.accounts.change("shi", Account.without_sessions)
    assert identity.manage.find_sessions(STAFF_ACTS, "shi") == []


def test_roles_are_given_and_taken_and_end_the_sessions(identity: Identity) -> None:
    token = identity.sign_in(TRAINEE_ACCOUNT.login, PASSWORD, HERE).token
    given = identity.manage.give_role(STAFF_ACTS, "p1", OFFICER, "dongcheng")
    assert (set(given.roles), given.branch_id) == ({TRAINEE, OFFICER}, "dongcheng")
    assert identity.sign_in.get_visitor(token).account is None
    taken = identity.manage.take_role(STAFF_ACTS, "p1", OFFICER)
    assert (taken.roles, taken.branch_id) == ((TRAINEE,), "")
    assert taken.epoch == TRAINEE_ACCOUNT.epoch + 2


@pytest.mark.parametrize("role", [STAFF, OPERATOR, TRAINEE])
def test_staff_give_and_take_the_role_of_officers_only(
    identity: Identity, role: str
) -> None:
    with pytest.raises(RoleMissing):
        identity.manage.give_role(STAFF_ACTS, "shi", role, "")
    with pytest.raises(RoleMissing):
        identity.manage.take_role(STAFF_ACTS, "shi", role)
    assert identity.account("shi") == OFFICER_ACCOUNT


@pytest.mark.parametrize(
    ("role", "branch", "refusal"),
    [
        (OFFICER, "", InvitationIllegal),
        (STAFF, "dongcheng", InvitationIllegal),
        (OFFICER, "nowhere", UnknownBranch),
    ],
)
def test_officers_have_a_branch_that_there_is_and_nobody_else_has_one(
    identity: Identity, role: str, branch: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        identity.manage.give_role(OPERATOR_ACTS, "p1", role, branch)
    assert identity.account("p1") == TRAINEE_ACCOUNT


def test_the_last_role_is_not_taken(identity: Identity) -> None:
    with pytest.raises(LastRole):
        identity.manage.take_role(OPERATOR_ACTS, "shi", OFFICER)
    assert identity.account("shi") == OFFICER_ACCOUNT


def test_a_reset_voids_password_sessions_and_devices_and_sends_a_link(
    identity: Identity,
) -> None:
    visitor = identity.sign_in("jiaowu", PASSWORD, HERE)
    reset = identity.manage.reset_password(OPERATOR_ACTS, "jiaowu")
    assert (reset.secret, reset.state) == ("", "reset")
    assert identity.sign_in.get_visitor(visitor.token).account is None
    assert not identity.devices.is_known(visitor.device, "jiaowu")
    (letter,) = identity.letters.sent
    assert (letter.kind, letter.address) == ("password-reset", STAFF_ACCOUNT.email)
    assert reset.invitation == hash_token(letter.invitation)


def test_a_persons_letter_goes_where_enrollment_writes_to_and_nowhere_else(
    identity: Identity,
) -> None:
    with pytest.raises(InvitationIllegal) as refused:
        identity.manage.reset_password(STAFF_ACTS, "p1", "thief@b.example")
    assert refused.value.members == {"reason": "address-of-person"}
    assert identity.account("p1") == TRAINEE_ACCOUNT
    reset = identity.manage.reset_password(STAFF_ACTS, "p1")
    assert identity.letters.sent[0].address == "p1@b.example"
    assert reset.email == "", "a person's address is enrollment's to know"


def test_without_an_address_the_password_stays(identity: Identity) -> None:
    identity.addresses.clear()
    for id_ in ("p1", "shi"):
        before = identity.account(id_)
        with pytest.raises(NoAddress):
            identity.manage.reset_password(STAFF_ACTS, id_)
        assert identity.account(id_) == before
    with pytest.raises(InvitationIllegal):
        identity.manage.reset_password(STAFF_ACTS, "shi", "nowhere")
    assert identity.manage.reset_password(STAFF_ACTS, "shi", "shi@b.example").is_reset


def test_a_reset_whose_letter_fails_is_written_down_and_asked_for_again(
    identity: Identity,
) -> None:
    identity.letters.is_away = True
    with pytest.raises(Problem):
        identity.manage.reset_password(STAFF_ACTS, "p1")
    assert identity.account("p1").secret == ""
    assert identity.events.rows[-1] == ("password-reset", "failed")
    identity.letters.is_away = False
    identity.manage.reset_password(STAFF_ACTS, "p1")
    assert len(identity.letters.sent) == 1


def test_a_disabled_account_is_not_reset_but_enabled_first(identity: Identity) -> None:
    identity.manage.disable(STAFF_ACTS, "p1")
    with pytest.raises(EnableFirst):
        identity.manage.reset_password(STAFF_ACTS, "p1")
    assert identity.letters.sent == []
