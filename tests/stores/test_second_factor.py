"""Codes of an app and recovery codes by their pages and routes, on every engine."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway.identity.account import Account
from gateway.identity.login_sessions import HALF_SECONDS
from gateway.identity.tokens import moment_in
from gateway.second_factor.add_factors import RECOVERY_CODES, SETUP_SECONDS
from gateway.second_factor.second_limits import WRONG_CODES
from gateway.second_factor.totp_codes import STEP_SECONDS

from tests.doubles.second_gate import (
    COLLEGE,
    HOME,
    PASSWORD,
    SecondGate,
    codes_of,
)
from tests.engines import Kept
from tests.stores.factors import SECOND, open_at


@pytest.fixture
def gate(kept: Kept) -> SecondGate:
    return open_at(kept, "off")


@pytest.fixture
def strict(kept: Kept) -> SecondGate:
    return open_at(kept, COLLEGE)


# Half sessions


def test_without_a_second_factor_a_password_is_enough(gate: SecondGate) -> None:
    person = gate.visit()
    assert person.sign_in().headers["Location"] == "/"
    assert person.is_in()


def test_after_the_password_one_is_a_stranger_until_the_code(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    person = gate.visit()
    gone = person.post(
        "/sign-in", login="jiaowu", password=PASSWORD, next="/courses?q=a&b=c"
    )
    assert gone.headers["Location"] == f"{SECOND}?next=/courses%3Fq%3Da%26b%3Dc"
    assert not person.is_in()
    assert person.get(HOME).headers["Location"].startswith("/sign-in?next=")
    assert "Set-Cookie" in gone.headers
    asked = person.get(gone.headers["Location"])
    assert (asked.status_code, 'value="/courses?q=a&amp;b=c"' in asked.text) == (
        200,
        True,
    )
    code = gate.next_code(owner.app)
    came = person.post(SECOND, code=f" {code[:3]} {code[3:]}", next="/courses?q=a&b=c")
    assert came.headers["Location"] == "/courses?q=a&b=c"
    assert person.is_in()
    assert ("second-factor", "ok") in gate.events()


def test_a_half_session_is_neither_listed_nor_good_for_long(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    person = gate.visit()
    person.sign_in()
    assert len(gate.sign_in.sessions.find_by_account("jiaowu")) == 1
    late = moment_in(-HALF_SECONDS)
    gate.database["sessions"].update_many(
        {"whole": {"$exists": True}}, {"$set": {"until": late, "ends": late}}
    )
    code = gate.next_code(owner.app)
    assert person.post(SECOND, code=code).headers["Location"] == "/sign-in"
    assert not person.is_in()


def test_the_token_of_the_half_session_is_worth_nothing_afterwards(
    gate: SecondGate,
) -> None:
    owner, _ = gate.with_app()
    person = gate.visit()
    person.sign_in()
    half = person.client.get_cookie("biyong_session")
    assert half is not None
    person.post(SECOND, code=gate.next_code(owner.app))
    whole = person.client.get_cookie("biyong_session")
    assert whole is not None
    assert half.value != whole.value
    thief = gate.visit()
    thief.client.set_cookie("biyong_session", half.value)
    assert thief.get(SECOND).headers["Location"] == "/sign-in"
    assert not thief.is_in()


def test_a_half_token_is_no_bearer_token(gate: SecondGate) -> None:
    gate.with_app()
    person = gate.visit()
    person.sign_in()
    half = person.client.get_cookie("biyong_session")
    assert half is not None
    answer = gate.visit().script(
        "GET", "/api/session", Authorization=f"Bearer {half.value}"
    )
    assert answer.status_code == 401


def test_who_is_signed_in_or_a_stranger_has_no_second_step(gate: SecondGate) -> None:
    stranger = gate.visit()
    assert stranger.get(SECOND).headers["Location"] == "/sign-in"
    assert stranger.post(SECOND, code="123456").headers["Location"] == "/sign-in"
    assert stranger.post(f"{SECOND}/setup").headers["Location"] == "/sign-in"
    stranger.sign_in()
    assert stranger.get(f"{SECOND}?next=/a").headers["Location"] == "/a"
    assert stranger.get(f"{SECOND}?next=//evil").headers["Location"] == "/"


def test_a_disabled_account_finishes_nothing(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    person = gate.visit()
    person.sign_in()
    gate.accounts.change("jiaowu", Account.as_disabled)
    person.post(SECOND, code=gate.next_code(owner.app))
    assert not person.is_in()


def test_a_password_that_is_changed_asks_for_no_second_factor_again(
    gate: SecondGate,
) -> None:
    owner, _ = gate.with_app()
    body = {"old": PASSWORD, "new": "battery staple 9"}
    assert owner.script("PUT", "/api/account/password", body).status_code == 200


# Codes of an app


def test_a_code_is_good_once(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    code = gate.next_code(owner.app)
    statuses = []
    for _ in range(2):
        person = gate.visit()
        person.sign_in()
        statuses.append(person.post(SECOND, code=code).status_code)
    assert statuses == [303, 401]


def test_the_code_that_set_the_app_up_does_not_sign_in(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    person = gate.visit()
    person.sign_in()
    assert person.post(SECOND, code=gate.code(owner.app)).status_code == 401


@pytest.mark.parametrize(
    ("steps", "status"), [(-2, 401), (-1, 303), (1, 303), (2, 401)]
)
def test_a_clock_may_be_half_a_minute_off(
    gate: SecondGate, steps: int, status: int
) -> None:
    owner, _ = gate.with_app()
    gate.clock.ahead += 10 * STEP_SECONDS
    person = gate.visit()
    person.sign_in()
    assert person.post(SECOND, code=gate.code(owner.app, steps)).status_code == status


def test_of_one_code_sent_many_times_at_once_one_gets_in(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    code = gate.next_code(owner.app)
    people = [gate.visit() for _ in range(5)]
    for person in people:
        person.sign_in()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda person: person.post(SECOND, code=code), people))
    assert [person.is_in() for person in people].count(True) == 1


def test_nothing_is_stored_of_an_app_that_never_worked(gate: SecondGate) -> None:
    person = gate.visit()
    person.sign_in()
    offer = person.take_app(person.get(f"{HOME}/app").text)
    again = person.post(f"{HOME}/app", offer=offer, code="000000")
    assert again.status_code == 401
    secret = person.app
    person.take_app(again.text)
    assert person.app == secret, "the same code is on the page, for it was scanned"
    assert not gate.factors.get("jiaowu").has_any


def test_an_offer_is_for_its_account_and_for_half_an_hour(gate: SecondGate) -> None:
    person, other = gate.visit(), gate.visit()
    person.sign_in()
    other.sign_in("operator")
    offer = person.take_app(person.get(f"{HOME}/app").text)
    for who, ahead in ((other, 0.0), (person, SETUP_SECONDS + 60.0)):
        gate.clock.ahead = ahead
        code = gate.code(person.app)
        refused = who.post(f"{HOME}/app", offer=offer, code=code)
        assert refused.status_code == 422
    assert not gate.factors.get("operator").has_any


def test_at_rest_a_secret_is_sealed_and_codes_are_pseudonyms(gate: SecondGate) -> None:
    owner, codes = gate.with_app()
    stored = repr(gate.database["second_factors"].find_one({"_id": "jiaowu"}))
    assert repr(owner.app)[2:-1] not in stored
    assert not any(code in stored for code in codes)
    assert not any(code.replace("-", "") in stored for code in codes)


def test_pages_with_secrets_are_neither_kept_nor_packed(gate: SecondGate) -> None:
    person = gate.visit()
    person.sign_in()
    page = person.get(f"{HOME}/app")
    codes = person.post(
        f"{HOME}/app", offer=person.take_app(page.text), code=gate.code(person.app)
    )
    for one in (page, codes):
        assert one.headers["Cache-Control"] == "private, no-store, no-transform"


# Recovery codes


def test_there_are_ten_recovery_codes_and_each_is_good_once(gate: SecondGate) -> None:
    _, codes = gate.with_app()
    assert len(set(codes)) == RECOVERY_CODES
    statuses = []
    for code in (codes[0], codes[0], codes[1].lower().replace("-", " ")):
        person = gate.visit()
        person.sign_in()
        statuses.append(person.post(SECOND, code=code).status_code)
    assert statuses == [303, 401, 303]
    assert len(gate.factors.get("jiaowu").recovery) == RECOVERY_CODES - 2
    assert gate.events().count(("recovery-code-used", "ok")) == 2


def test_fresh_recovery_codes_void_those_before(gate: SecondGate) -> None:
    owner, codes = gate.with_app()
    fresh = codes_of(owner.post(f"{HOME}/recovery-codes").text)
    assert len(fresh) == RECOVERY_CODES
    assert not set(fresh) & set(codes)
    statuses = []
    for code in (codes[0], fresh[0]):
        person = gate.visit()
        person.sign_in()
        statuses.append(person.post(SECOND, code=code).status_code)
    assert statuses == [401, 303]


def test_a_recovery_code_of_another_is_no_use(gate: SecondGate) -> None:
    _, codes = gate.with_app("operator")
    gate.with_app()
    person = gate.visit()
    person.sign_in()
    assert person.post(SECOND, code=codes[0]).status_code == 401


# Limits


def test_who_has_the_password_soon_guesses_no_more(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    statuses = []
    for number in range(WRONG_CODES + 1):
        guesser = gate.visit(f"10.7.{number}.1")
        guesser.sign_in()
        statuses.append(guesser.post(SECOND, code="000000").status_code)
    assert statuses == [401] * WRONG_CODES + [429]
    stranger = gate.visit("10.8.0.1")
    stranger.sign_in()
    refused = stranger.post(SECOND, code=gate.next_code(owner.app))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert ("second-factor", "limited") in gate.events()
    owner.post("/sign-out")
    owner.sign_in()
    owner.post(SECOND, code=gate.next_code(owner.app))
    assert owner.is_in(), "a device that signed in before has tries of its own"
    gate.clock.ahead += int(refused.headers["Retry-After"])
    stranger.sign_in()
    stranger.post(SECOND, code=gate.next_code(owner.app))
    assert stranger.is_in(), "nobody is shut out for ever"


def test_who_has_no_password_uses_up_none_of_them(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    stranger = gate.visit("10.7.7.7")
    for _ in range(WRONG_CODES + 1):
        stranger.post("/sign-in", login="jiaowu", password="wrong")
        stranger.post(SECOND, code="000000")
    person = gate.visit("10.9.9.9")
    person.sign_in()
    person.post(SECOND, code=gate.next_code(owner.app))
    assert person.is_in()


def test_right_codes_do_not_count(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    for _ in range(WRONG_CODES + 2):
        person = gate.visit()
        person.sign_in()
        person.post(SECOND, code=gate.next_code(owner.app))
        assert person.is_in()


# Scripts


def test_a_script_is_told_to_send_the_code_along(gate: SecondGate) -> None:
    owner, codes = gate.with_app()
    script, body = gate.visit(), {"login": "jiaowu", "password": PASSWORD}
    refused = script.script("POST", "/api/session", body)
    assert refused.status_code == 403
    assert refused.get_json()["type"].endswith("/second-factor-needed")
    assert "second" in refused.get_json()["detail"]
    wrong = script.script("POST", "/api/session", {**body, "second": "000000"})
    assert wrong.status_code == 401
    for code in (gate.next_code(owner.app), codes[3]):
        answer = script.script("POST", "/api/session", {**body, "second": code})
        assert (answer.status_code, answer.get_json()["login"]) == (201, "jiaowu")
    half = gate.database["sessions"].count_documents({"whole": {"$exists": True}})
    assert half == 0


def test_after_a_one_time_code_it_is_asked_for_too(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    script, path = gate.visit(), "/api/sign-in-codes/answers"
    body = {"ticket": "jiaowu", "code": "123456"}
    assert script.script("POST", path, body).status_code == 403
    answer = script.script("POST", path, {**body, "second": gate.next_code(owner.app)})
    assert (answer.status_code, answer.get_json()["login"]) == (201, "jiaowu")


def test_a_second_factor_is_nobodys_way_past_the_password(gate: SecondGate) -> None:
    owner, _ = gate.with_app()
    body = {"login": "jiaowu", "password": "wrong", "second": gate.next_code(owner.app)}
    refused = gate.visit().script("POST", "/api/session", body)
    assert refused.get_json()["type"].endswith("/sign-in-refused")


def test_without_one_set_up_a_script_is_sent_to_a_browser(strict: SecondGate) -> None:
    body = {"login": "jiaowu", "password": PASSWORD, "second": "123456"}
    refused = strict.visit().script("POST", "/api/session", body)
    assert refused.status_code == 403
    assert refused.get_json()["type"].endswith("/second-factor-unset")


def test_two_who_change_at_once_lose_nothing(gate: SecondGate) -> None:
    _owner, codes = gate.with_app()
    people = [gate.visit() for _ in range(4)]
    for person in people:
        person.sign_in()
    with ThreadPoolExecutor(4) as pool:
        pairs = zip(people, codes, strict=False)
        list(pool.map(lambda one: one[0].post(SECOND, code=one[1]), pairs))
    assert all(person.is_in() for person in people)
    assert len(gate.factors.get("jiaowu").recovery) == RECOVERY_CODES - 4
