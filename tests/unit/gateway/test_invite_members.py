"""Officers, staff and operators are invited: whole, or not at all."""

from dataclasses import replace

import pytest
from chassis.http.problem import Problem
from gateway.identity.account import INVITED, OFFICER, OPERATOR, STAFF, Account
from gateway.identity.errors import (
    InvitationIllegal,
    LoginRefused,
    LoginTaken,
    Refusal,
    RoleMissing,
    UnknownBranch,
)
from gateway.identity.invite_members import (
    INVITED_AGAIN,
    InvitationRequest,
    SentInvitation,
)
from gateway.identity.tokens import hash_token

from tests.unit.gateway.identity import (
    ACCOUNTS,
    HERE,
    OFFICER_ACCOUNT,
    OPERATOR_ACCOUNT,
    STAFF_ACCOUNT,
    TRAINEE_ACCOUNT,
    Identity,
)

OFFICER_WANTED = InvitationRequest(
    "new.officer", "王某", "wang@b.example", OFFICER, "dongcheng"
)
STAFF_WANTED = InvitationRequest("new.staff", "李某", "li@b.example", STAFF)


@pytest.fixture
def identity() -> Identity:
    return Identity()


def invite(
    identity: Identity, who: Account, request: InvitationRequest
) -> SentInvitation:
    return identity.invite_members(who, request, HERE)


def test_an_officer_is_invited_for_a_branch_with_a_letter_whose_link_works(
    identity: Identity,
) -> None:
    sent = invite(identity, STAFF_ACCOUNT, OFFICER_WANTED)
    assert (sent.account.roles, sent.account.branch_id) == ((OFFICER,), "dongcheng")
    assert (sent.done, sent.account.state) == (INVITED, INVITED)
    (letter,) = identity.letters.sent
    assert (letter.address, letter.branch_name) == ("wang@b.example", "东城区总工会")
    assert hash_token(letter.invitation) == identity.account(sent.account.id).invitation
    assert identity.events.rows == [("invitation-sent", "ok")]


@pytest.mark.parametrize("who", [OFFICER_ACCOUNT, TRAINEE_ACCOUNT])
def test_only_the_college_invites(identity: Identity, who: Account) -> None:
    with pytest.raises(RoleMissing):
        invite(identity, who, OFFICER_WANTED)
    assert len(identity.accounts.rows) == len(ACCOUNTS)


@pytest.mark.parametrize("role", [STAFF, OPERATOR])
def test_staff_and_operators_are_invited_by_operators(
    identity: Identity, role: str
) -> None:
    wanted = replace(STAFF_WANTED, role=role)
    with pytest.raises(RoleMissing):
        invite(identity, STAFF_ACCOUNT, wanted)
    assert invite(identity, OPERATOR_ACCOUNT, wanted).account.roles == (role,)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"login": "root"}, LoginRefused),
        ({"login": "r00t"}, LoginRefused),
        ({"login": "ｗang"}, LoginRefused),
        ({"login": ""}, LoginRefused),
        ({"name": ""}, InvitationIllegal),
        ({"name": "王\n某"}, InvitationIllegal),
        ({"email": "nowhere"}, InvitationIllegal),
        ({"email": ""}, InvitationIllegal),
        ({"branch_id": ""}, InvitationIllegal),
        ({"branch_id": "nowhere"}, UnknownBranch),
        ({"branch_name": "西城区总工会"}, InvitationIllegal),
    ],
)
def test_an_invitation_that_cannot_be_meant_is_refused_whole(
    identity: Identity, changed: dict[str, str], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        invite(identity, OPERATOR_ACCOUNT, replace(OFFICER_WANTED, **changed))
    assert identity.letters.sent == []
    assert len(identity.accounts.rows) == len(ACCOUNTS)


def test_staff_have_no_branch(identity: Identity) -> None:
    wanted = replace(STAFF_WANTED, branch_id="dongcheng")
    with pytest.raises(InvitationIllegal) as refused:
        invite(identity, OPERATOR_ACCOUNT, wanted)
    assert refused.value.members == {"reason": "branch-not-for-role"}


def test_inviting_again_sends_a_fresh_link_and_the_old_one_is_dead(
    identity: Identity,
) -> None:
    first = invite(identity, STAFF_ACCOUNT, OFFICER_WANTED)
    again = invite(
        identity, STAFF_ACCOUNT, replace(OFFICER_WANTED, email="new@b.example")
    )
    assert (again.done, again.account.id) == (INVITED_AGAIN, first.account.id)
    assert again.account.email == "new@b.example"
    old, new = (letter.invitation for letter in identity.letters.sent)
    assert identity.accounts.get_by_invitation(hash_token(old)) is None
    assert identity.accounts.get_by_invitation(hash_token(new)) == again.account


@pytest.mark.parametrize("account", ACCOUNTS[1:], ids=lambda account: account.id)
def test_a_login_that_is_taken_up_is_not_invited_again(
    identity: Identity, account: Account
) -> None:
    wanted = replace(OFFICER_WANTED, login=account.login)
    with pytest.raises(LoginTaken):
        invite(identity, OPERATOR_ACCOUNT, wanted)
    assert identity.account(account.id) == account
    assert identity.letters.sent == []
    assert identity.events.rows == [("invitation-sent", "refused")]


def test_no_other_role_is_smuggled_in_by_inviting_again(identity: Identity) -> None:
    first = invite(identity, STAFF_ACCOUNT, OFFICER_WANTED)
    wanted = replace(STAFF_WANTED, login=OFFICER_WANTED.login)
    with pytest.raises(LoginTaken):
        invite(identity, OPERATOR_ACCOUNT, wanted)
    assert identity.account(first.account.id).roles == (OFFICER,)


def test_a_disabled_account_is_not_invited_again(identity: Identity) -> None:
    first = invite(identity, STAFF_ACCOUNT, OFFICER_WANTED)
    identity.accounts.change(first.account.id, lambda account: account.as_disabled())
    with pytest.raises(LoginTaken):
        invite(identity, STAFF_ACCOUNT, OFFICER_WANTED)


def test_a_letter_that_fails_is_sent_when_asked_for_again(identity: Identity) -> None:
    identity.letters.is_away = True
    with pytest.raises(Problem):
        invite(identity, STAFF_ACCOUNT, OFFICER_WANTED)
    assert identity.events.rows == [("invitation-sent", "failed")]
    identity.letters.is_away = False
    assert invite(identity, STAFF_ACCOUNT, OFFICER_WANTED).done == INVITED_AGAIN
    assert len(identity.letters.sent) == 1
