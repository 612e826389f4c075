"""From a password or an invitation to a session, and what ends one."""

import time
from dataclasses import replace

import pytest
from gateway.identity.account import ACTIVE, OPERATOR
from gateway.identity.errors import (
    AccountDisabled,
    InvitationRefused,
    OldPasswordWrong,
    PasswordsBusy,
    Refusal,
    SignInRefused,
    TooManyTries,
    WeakPassword,
)
from gateway.identity.session_terms import OPERATOR_TERM, TERM
from gateway.identity.sign_in import Origin, Visitor
from gateway.identity.sign_in_limits import FROM_ONE_PLACE

from tests.unit.gateway.identity import HERE, NEXT, PASSWORD, TRAINEE_ACCOUNT, Identity

PHONE = TRAINEE_ACCOUNT.login


@pytest.fixture
def identity() -> Identity:
    return Identity()


def in_an_hour() -> float:
    return time.time() + 3600


@pytest.mark.parametrize("login", [PHONE, f" +86{PHONE}", "１３５１２３４７７８４"])
def test_a_right_password_begins_a_session(identity: Identity, login: str) -> None:
    visitor = identity.sign_in(login, PASSWORD, HERE)
    assert visitor.account == TRAINEE_ACCOUNT
    assert identity.sign_in.get_visitor(visitor.token).account == TRAINEE_ACCOUNT
    assert identity.devices.is_known(visitor.device, "p1")
    assert identity.events.rows == [("sign-in", "ok")]


def test_unknown_logins_and_wrong_passwords_are_answered_alike(
    identity: Identity,
) -> None:
    refusals = []
    for login, password in ((PHONE, "wrong"), ("nobody", PASSWORD), (PHONE, "")):
        with pytest.raises(SignInRefused) as refused:
            identity.sign_in(login, password, HERE)
        refusals.append(str(refused.value))
    assert len(set(refusals)) == 1
    assert identity.passwords.looked == 3, "as slow for nobody as for somebody"
    assert identity.sessions.rows == {}


def test_a_login_that_nobody_has_is_written_down_under_a_pseudonym(
    identity: Identity,
) -> None:
    with pytest.raises(SignInRefused):
        identity.sign_in("zhang.san", PASSWORD, HERE)
    (named,) = identity.events.named
    assert named.keys() == {"login"}
    assert "zhang" not in named["login"]


def test_a_try_counts_before_its_password_is_looked_at(identity: Identity) -> None:
    for _ in range(FROM_ONE_PLACE):
        with pytest.raises(SignInRefused):
            identity.sign_in(PHONE, "wrong", HERE)
    with pytest.raises(TooManyTries) as refused:
        identity.sign_in(PHONE, PASSWORD, HERE)
    assert refused.value.retry_after > 0
    assert identity.passwords.looked == FROM_ONE_PLACE
    assert identity.events.rows[-1] == ("sign-in", "limited")


def test_a_right_password_uses_up_no_try(identity: Identity) -> None:
    for _ in range(3 * FROM_ONE_PLACE):
        identity.sign_in(PHONE, PASSWORD, HERE)
    assert set(identity.tries.counts.values()) == {0}


def test_a_known_device_signs_in_whatever_strangers_tried(identity: Identity) -> None:
    device = identity.sign_in(PHONE, PASSWORD, HERE).device
    for _ in range(FROM_ONE_PLACE):
        with pytest.raises(SignInRefused):
            identity.sign_in(PHONE, "wrong", HERE)
    assert identity.sign_in(PHONE, PASSWORD, Origin(HERE.address, device)).account
    with pytest.raises(TooManyTries):
        identity.sign_in(PHONE, PASSWORD, Origin(HERE.address, "made up"))


def test_where_no_place_is_free_no_try_is_counted(identity: Identity) -> None:
    identity.passwords.is_full = True
    with pytest.raises(PasswordsBusy):
        identity.sign_in(PHONE, PASSWORD, HERE)
    assert (identity.tries.asked, identity.passwords.looked) == (0, 0)


def test_a_disabled_account_is_told_so_only_with_its_password(
    identity: Identity,
) -> None:
    identity.accounts.change("p1", lambda account: account.as_disabled())
    with pytest.raises(AccountDisabled):
        identity.sign_in(PHONE, PASSWORD, HERE)
    with pytest.raises(SignInRefused):
        identity.sign_in(PHONE, "wrong", HERE)
    assert identity.sessions.rows == {}


def test_operators_have_shorter_sessions(identity: Identity) -> None:
    identity.sign_in("operator", PASSWORD, HERE)
    identity.sign_in(PHONE, PASSWORD, HERE)
    assert identity.sessions.terms == {"operator": OPERATOR_TERM, "p1": TERM}


def test_a_session_is_worth_nothing_once_its_account_ended_it(
    identity: Identity,
) -> None:
    token = identity.sign_in(PHONE, PASSWORD, HERE).token
    identity.accounts.change("p1", lambda account: account.without_sessions())
    assert token in identity.sessions.rows, "it began while the account was changed"
    assert identity.sign_in.get_visitor(token) == Visitor()


@pytest.mark.parametrize("token", ["", "made up"])
def test_a_token_that_was_not_given_out_is_nobodys(
    identity: Identity, token: str
) -> None:
    assert identity.sign_in.get_visitor(token) == Visitor()


def test_a_session_of_a_disabled_or_lost_account_is_nobodys(identity: Identity) -> None:
    token = identity.sign_in(PHONE, PASSWORD, HERE).token
    disabled = replace(identity.account("p1"), is_disabled=True)
    identity.accounts.rows["p1"] = disabled
    assert identity.sign_in.get_visitor(token) == Visitor()
    del identity.accounts.rows["p1"]
    assert identity.sign_in.get_visitor(token) == Visitor()


def test_who_signs_out_ends_one_session(identity: Identity) -> None:
    first, second = (identity.sign_in(PHONE, PASSWORD, HERE) for _ in range(2))
    identity.sign_in.sign_out(first, HERE)
    identity.sign_in.sign_out(Visitor(), HERE)
    assert list(identity.sessions.rows) == [second.token]
    assert identity.events.rows[-1] == ("sign-out", "ok")


def test_only_an_operators_token_names_a_login(identity: Identity) -> None:
    by_login = {
        login: identity.sign_in(login, PASSWORD, HERE).token_claims()
        for login in ("operator", "shi", PHONE)
    }
    logins = [claims["login"] for claims in by_login.values()]
    assert logins == ["operator", "", ""]
    assert by_login["shi"]["branch"] == "dongcheng"
    assert by_login[PHONE]["person"] == "p1"
    assert Visitor().token_claims()["roles"] == {"visitor"}


def test_an_invitation_sets_the_first_password_once(identity: Identity) -> None:
    identity.invite("p1", in_an_hour())
    visitor = identity.sign_in.accept_invitation("link", NEXT, HERE)
    assert identity.sign_in.get_visitor(visitor.token).account is not None
    assert identity.account("p1").state == ACTIVE
    with pytest.raises(InvitationRefused):
        identity.sign_in.accept_invitation("link", "another good one 7", HERE)
    assert identity.sign_in(PHONE, NEXT, HERE).account
    assert identity.events.rows.count(("invitation-accepted", "ok")) == 1


@pytest.mark.parametrize("link", ["", "made up", "link "])
def test_a_link_that_was_not_sent_opens_nothing(identity: Identity, link: str) -> None:
    identity.invite("p1", in_an_hour())
    with pytest.raises(InvitationRefused):
        identity.sign_in.accept_invitation(link, NEXT, HERE)
    assert identity.events.rows == [("invitation-accepted", "refused")]


def test_an_invitation_past_its_time_opens_nothing(identity: Identity) -> None:
    identity.invite("p1", time.time() - 1)
    with pytest.raises(InvitationRefused):
        identity.sign_in.accept_invitation("link", NEXT, HERE)
    assert identity.account("p1").secret == ""


def test_an_invitation_to_a_disabled_account_opens_nothing(identity: Identity) -> None:
    identity.invite("p1", in_an_hour(), is_disabled=True)
    with pytest.raises(InvitationRefused):
        identity.sign_in.accept_invitation("link", NEXT, HERE)


def test_of_two_who_take_one_invitation_at_once_one_does(identity: Identity) -> None:
    identity.invite("p1", in_an_hour())
    identity.accounts.meanwhile.append(
        lambda: identity.sign_in.accept_invitation("link", NEXT, HERE)
    )
    with pytest.raises(InvitationRefused):
        identity.sign_in.accept_invitation("link", "another good one 7", HERE)
    assert identity.sign_in(PHONE, NEXT, HERE).account


@pytest.mark.parametrize("password", ["", "short", "12345678", PHONE, "x" * 201])
def test_a_weak_password_leaves_the_invitation_open(
    identity: Identity, password: str
) -> None:
    identity.invite("p1", in_an_hour())
    with pytest.raises(WeakPassword):
        identity.sign_in.accept_invitation("link", password, HERE)
    assert identity.sign_in.account_of_invitation("link").id == "p1"


def test_a_changed_password_ends_every_session_and_forgets_every_device(
    identity: Identity,
) -> None:
    other, here = (identity.sign_in(PHONE, PASSWORD, HERE) for _ in range(2))
    changed = identity.own_password.change_password(here, PASSWORD, NEXT, HERE)
    assert list(identity.sessions.rows) == [changed.token]
    assert not identity.devices.is_known(other.device, "p1")
    assert identity.sign_in(PHONE, NEXT, HERE).account
    with pytest.raises(SignInRefused):
        identity.sign_in(PHONE, PASSWORD, HERE)


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [("wrong", NEXT, OldPasswordWrong), (PASSWORD, "12345678", WeakPassword)],
)
def test_a_password_that_cannot_be_changed_stays_and_so_does_the_session(
    identity: Identity, old: str, new: str, refusal: type[Refusal]
) -> None:
    visitor = identity.sign_in(PHONE, PASSWORD, HERE)
    with pytest.raises(refusal):
        identity.own_password.change_password(visitor, old, new, HERE)
    assert identity.account("p1") == TRAINEE_ACCOUNT
    assert identity.sign_in.get_visitor(visitor.token).account


def test_a_password_is_not_changed_over_one_that_was_just_set(
    identity: Identity,
) -> None:
    visitor = identity.sign_in(PHONE, PASSWORD, HERE)
    reset = replace(TRAINEE_ACCOUNT, secret="")
    identity.accounts.meanwhile.append(
        lambda: identity.accounts.rows.update({"p1": reset})
    )
    with pytest.raises(SignInRefused):
        identity.own_password.change_password(visitor, PASSWORD, NEXT, HERE)
    assert identity.account("p1").secret == ""


def test_nobody_changes_a_password_without_a_session(identity: Identity) -> None:
    with pytest.raises(SignInRefused):
        identity.own_password.change_password(Visitor(), PASSWORD, NEXT, HERE)
    assert identity.passwords.looked == 0


def test_the_first_account_is_opened_on_an_empty_store_only(identity: Identity) -> None:
    identity.sign_in.open_first_account(NEXT)
    assert identity.sign_in("operator", PASSWORD, HERE).account
    identity.accounts.rows.clear()
    identity.sign_in.open_first_account(NEXT)
    account = identity.sign_in("operator", NEXT, HERE).account
    assert account is not None
    assert OPERATOR in account.roles
