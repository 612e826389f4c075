"""Accounts, passwords and invitations."""

import pytest
from gateway.identity.account import Account, check_password, plain_login
from gateway.identity.errors import WeakPassword
from gateway.identity.passwords import Passwords
from gateway.identity.sign_in import Visitor, invited_account
from gateway.identity.store import hashed


@pytest.fixture(name="passwords", scope="module")
def _passwords() -> Passwords:
    return Passwords()


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short7!",
        "x" * 201,
        "aaaaaaaaaaaa",
        "abababababab",
        "13812345678",
        "my13812345678",
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, "13812345678")


def test_a_password_with_the_login_in_other_case_is_refused_too() -> None:
    with pytest.raises(WeakPassword):
        check_password("LiLaoShi-1", plain_login("LiLaoShi"))


@pytest.mark.parametrize(
    "password", ["correct horse", "密码要长一些才好记", "a1b2c3d4"]
)
def test_a_long_password_of_any_script_is_taken(password: str) -> None:
    check_password(password, "13812345678")


def test_logins_are_compared_without_case_and_outer_space() -> None:
    assert plain_login("  Li.Wei ") == "li.wei"


def test_taking_up_an_invitation_uses_it_up() -> None:
    account = Account("a", "li", "李", ("staff",), invitation="h", invited_until=9.0)
    accepted = account.accept("secret")
    assert (accepted.secret, accepted.invitation) == ("secret", "")
    assert accepted.invited_until == 0


def test_of_an_invitation_only_the_hash_is_kept() -> None:
    account, invitation = invited_account(" LI ", "李", ("officer",), branch_id="dc")
    assert account.login == "li"
    assert account.invitation == hashed(invitation)
    assert invitation not in repr(account)
    assert not account.secret


def test_the_account_of_a_person_has_the_persons_id() -> None:
    account, _ = invited_account("138", "张", ("trainee",), person_id="pq81m")
    assert (account.id, account.person_id) == ("pq81m", "pq81m")


def test_no_two_invitations_are_the_same() -> None:
    made = {invited_account("l", "n", ())[1] for _ in range(50)}
    assert len(made) == 50


def test_who_has_no_account_is_a_visitor_and_speaks_for_nobody() -> None:
    stranger = Visitor()
    assert stranger.roles == {"visitor"}
    assert stranger.speaks_for() == {
        "roles": {"visitor"},
        "person": "",
        "branch": "",
        "login": "",
    }


def test_a_password_fits_its_own_hash_only(passwords: Passwords) -> None:
    secret = passwords.hash("correct horse")
    assert "correct" not in secret
    assert passwords.fits(secret, "correct horse")
    assert not passwords.fits(secret, "correct hors")


@pytest.mark.parametrize("secret", ["", "no hash", "$argon2id$broken"])
def test_no_password_fits_an_account_without_one(
    passwords: Passwords, secret: str
) -> None:
    assert not passwords.fits(secret, "nobody has this password")
    assert not passwords.fits(secret, "")
