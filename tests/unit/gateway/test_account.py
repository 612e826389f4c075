"""Accounts, logins, passwords and invitations."""

import threading
import time
from contextlib import ExitStack, suppress

import pytest
from gateway.identity.account import Account
from gateway.identity.errors import LoginRefused, PasswordsBusy, WeakPassword
from gateway.identity.invitations import create_invited_account
from gateway.identity.login_names import RESERVED, legal_login, plain_login
from gateway.identity.password_hashes import PasswordHashes
from gateway.identity.password_rules import check_password
from gateway.identity.sign_in import Visitor
from gateway.identity.tokens import hash_token
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from tests.depth import IS_DEEP


@pytest.fixture(name="passwords", scope="module")
def _passwords() -> PasswordHashes:
    return PasswordHashes()


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
        "12345678138",
        "87654321831",
        "王小明12345",
        "12345678",
        "password",
        "Password1",
        "P@ssw0rd!",
        "qwertyui",
        "abcdabcd",
        "1qaz2wsx",
        "a1b2c3d4",
        "woaini1314",
        "5201314520",
        "gonghui123",
        "Biyong2026",
        "20261128",
        "correct\u200bhorse",
        "line\nbreak and more",
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_password(password, "13812345678", "王小明")
    assert refused.value.slug == "weak-password"


def test_the_three_thousand_commonest_passwords_are_refused() -> None:
    every = 1 if IS_DEEP else 4
    commonest = list(FREQUENCY_LISTS["passwords"])[:3000:every]
    taken = []
    for password in commonest:
        for written in (password, password.capitalize(), password.upper()):
            with suppress(WeakPassword):
                check_password(written, "zhang")
                taken.append(written)
    assert taken == []


@pytest.mark.parametrize("login", ["pwtest", "zhang.wei", "13812345678"])
def test_a_password_made_of_the_login_is_refused(login: str) -> None:
    for made in (
        f"{login}12",
        f"12{login}",
        login[::-1] + "12",
        login * 2,
        f"{login}!",
    ):
        with pytest.raises(WeakPassword):
            check_password(made, login)


def test_judging_a_password_takes_no_longer_for_one_full_of_look_alikes() -> None:
    began = time.process_time()
    with suppress(WeakPassword):
        check_password("4@8({[</369&#!1/|0$5+7%2" * 8, "zhang")
    assert time.process_time() - began < 2


def test_a_password_with_the_login_in_other_case_is_refused_too() -> None:
    with pytest.raises(WeakPassword):
        check_password("LiLaoShi-1", plain_login("LiLaoShi"))


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "密码要长一些才好记",
        "biyong-demo",
        "x7-Kp2mQ",
        "ein-gutes-passwort",
        "e\u0301cole du soir",
    ],
)
def test_a_long_password_of_any_script_is_taken(password: str) -> None:
    check_password(password, "13812345678")


@pytest.mark.parametrize(
    ("raw", "login"),
    [
        ("  Li.Wei ", "li.wei"),
        ("ＬＩ.wei", "li.wei"),
        ("li.wei\u200b", "li.wei"),
        ("１３５１２３４７７８４", "13512347784"),
        ("135 1234 7784", "13512347784"),
        ("135-1234-7784", "13512347784"),
        ("+8613512347784", "13512347784"),
        ("+86 135 1234 7784", "13512347784"),
        ("0086-13512347784", "13512347784"),
        ("", ""),
        ("\ud800", "\ud800"),
    ],
)
def test_however_a_login_is_written_it_is_one_login(raw: str, login: str) -> None:
    assert plain_login(raw) == login


@pytest.mark.parametrize(
    "login", ["shi", "li.wei", "Dongcheng", "xicheng-o", "a@b.example", "13512347784"]
)
def test_a_plain_login_may_be_given(login: str) -> None:
    assert legal_login(login) == login.lower()


@pytest.mark.parametrize(
    "login",
    [
        *sorted(RESERVED),
        "Operator",
        "0perator",
        "operat0r",
        "operator.",
        "o.p.e.rator",
        "adrnin",
        "adm1n",
        "admln",
        "5taff",
        "оperator",  # a Cyrillic o
        "ｓｈｉ",
        "sh\u200bi",
        "shi\u0301",
        "shi\nx",
        "张三",
        "a",
        "a b",
        "",
        "x" * 65,
        "-shi",
        "<shi>",
    ],
)
def test_a_login_that_is_reserved_or_looks_like_another_is_refused(login: str) -> None:
    with pytest.raises(LoginRefused) as refused:
        legal_login(login)
    assert refused.value.slug == "login-refused"


def test_taking_up_an_invitation_uses_it_up() -> None:
    account = Account("a", "li", "李", ("staff",), invitation="h", invited_until=9.0)
    accepted = account.with_first_password("secret")
    assert (accepted.secret, accepted.invitation) == ("secret", "")
    assert accepted.invited_until == 0
    assert accepted.epoch == account.epoch + 1


def test_of_an_invitation_only_the_hash_is_kept() -> None:
    account, invitation = create_invited_account(
        " LI ", "李", ("officer",), branch_id="dc"
    )
    assert account.login == "li"
    assert account.invitation == hash_token(invitation)
    assert invitation not in repr(account)
    assert not account.secret


def test_the_account_of_a_person_has_the_persons_id() -> None:
    account, _ = create_invited_account("138", "张", ("trainee",), person_id="pq81m")
    assert (account.id, account.person_id) == ("pq81m", "pq81m")


def test_no_two_invitations_are_the_same() -> None:
    made = {create_invited_account("l", "n", ())[1] for _ in range(50)}
    assert len(made) == 50


def test_who_has_no_account_is_a_visitor_and_speaks_for_nobody() -> None:
    stranger = Visitor()
    assert stranger.roles == {"visitor"}
    assert stranger.token_claims() == {
        "roles": {"visitor"},
        "person": "",
        "branch": "",
        "login": "",
        "account": "",
        "session": "",
    }


def test_a_password_fits_its_own_hash_only(passwords: PasswordHashes) -> None:
    secret = passwords.hash("correct horse")
    assert "correct" not in secret
    assert passwords.is_match(secret, "correct horse")
    assert not passwords.is_match(secret, "correct hors")


@pytest.mark.parametrize("secret", ["", "no hash", "$argon2id$broken"])
def test_no_password_fits_an_account_without_one(
    passwords: PasswordHashes, secret: str
) -> None:
    assert not passwords.is_match(secret, "nobody has this password")
    assert not passwords.is_match(secret, "")


def test_one_password_is_one_whatever_width_it_was_typed_in(
    passwords: PasswordHashes,
) -> None:
    secret = passwords.hash("correct １２３ e\u0301")
    assert passwords.is_match(secret, "correct 123 é")


def test_who_finds_no_place_in_the_queue_is_turned_away_at_once() -> None:
    passwords = PasswordHashes(at_once=1, waiting=5)
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(passwords.hold_place(is_known=False))
        began = time.monotonic()
        with pytest.raises(PasswordsBusy) as busy, passwords.hold_place(is_known=False):
            pass
        assert time.monotonic() - began < 1
        assert busy.value.retry_after > 0
        for _ in range(4):  # the places that strangers cannot fill
            held.enter_context(passwords.hold_place(is_known=True))
        with pytest.raises(PasswordsBusy), passwords.hold_place(is_known=True):
            pass
    with passwords.hold_place(is_known=False):
        assert passwords.is_match(passwords.hash("correct horse"), "correct horse")


def test_passwords_are_hashed_by_threads_of_their_own(
    passwords: PasswordHashes,
) -> None:
    threads = [
        threading.Thread(target=passwords.hash, args=("correct horse",))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    own = [t for t in threading.enumerate() if t.name.startswith("passwords")]
    named_here = [t for t in own if t in passwords.pool._threads]
    assert len(named_here) <= 4
