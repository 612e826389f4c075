"""Guessing is slow, and nobody is shut out by what others try."""

from dataclasses import dataclass
from typing import cast

import pytest
from gateway.identity.errors import TooManyTries
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.sign_in_limits import (
    ATTACKED_LOGIN,
    ATTACKED_PLATFORM,
    FROM_ONE_PLACE,
    FROM_ONE_PLACE_UNDER_ATTACK,
    OF_ONE_ADDRESS,
    REFUSED_SECONDS,
    SETTING,
    Attempt,
    SignInLimits,
)
from gateway.identity.tries import Tries

from tests.unit.gateway.identity_world import AGAIN_SECONDS, FakeTries

WANG = Attempt("wang", "10.0.0.1")


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


class Limits(SignInLimits):
    """The limits over tries in memory, with a clock of the test's own."""

    def __init__(self) -> None:
        self.counted, self.time = FakeTries(), Clock()
        super().__init__(cast(Tries, self.counted), Pseudonyms(b"key"), self.time)

    def pass_until_refused(self, attempt: Attempt, most: int = 200) -> int:
        """How many tries pass before one is refused."""
        for tries in range(most):
            try:
                self.count_attempt(attempt)
            except TooManyTries:
                return tries
        return most

    def attack(self, logins: list[str]) -> None:
        """A wrong try for each of these logins, each from an address of its own."""
        for number, login in enumerate(logins):
            address = f"10.{1 + number // 65_536}.{number // 256 % 256}.{number % 256}"
            self.count_attempt(Attempt(login, address))


@pytest.fixture
def limits() -> Limits:
    return Limits()


def test_an_address_has_so_many_tries_for_a_login(limits: Limits) -> None:
    assert limits.pass_until_refused(WANG) == FROM_ONE_PLACE
    assert limits.pass_until_refused(Attempt("li", WANG.address)) == FROM_ONE_PLACE


def test_another_address_has_tries_of_its_own(limits: Limits) -> None:
    limits.pass_until_refused(WANG)
    assert limits.count_attempt(Attempt("wang", "10.0.0.2"))


def test_a_refusal_says_when_to_come_back(limits: Limits) -> None:
    limits.pass_until_refused(WANG)
    with pytest.raises(TooManyTries) as refused:
        limits.count_attempt(WANG)
    assert refused.value.retry_after == AGAIN_SECONDS


def test_an_address_has_so_many_tries_over_all_logins(limits: Limits) -> None:
    passed = 0
    for number in range(OF_ONE_ADDRESS + 5):
        passed += limits.pass_until_refused(Attempt(f"u{number}", "10.0.0.1"), 1)
    assert passed == OF_ONE_ADDRESS


def test_the_addresses_of_one_ipv6_customer_are_one(limits: Limits) -> None:
    for number in range(FROM_ONE_PLACE):
        limits.count_attempt(Attempt("wang", f"2001:db8:1:1::{number:x}"))
    with pytest.raises(TooManyTries):
        limits.count_attempt(Attempt("wang", "2001:db8:1:1:ffff::1"))
    assert limits.count_attempt(Attempt("wang", "2001:db8:1:2::1"))


def test_a_login_that_many_addresses_try_has_few_tries_for_each(limits: Limits) -> None:
    limits.attack(["wang"] * ATTACKED_LOGIN)
    assert limits.pass_until_refused(WANG) == FROM_ONE_PLACE_UNDER_ATTACK
    assert limits.pass_until_refused(Attempt("li", "10.0.0.2")) == FROM_ONE_PLACE


def test_a_platform_that_is_attacked_has_few_tries_for_every_login(
    limits: Limits,
) -> None:
    limits.attack([f"u{number}" for number in range(ATTACKED_PLATFORM)])
    assert limits.pass_until_refused(WANG) == FROM_ONE_PLACE_UNDER_ATTACK


def test_a_known_device_keeps_its_tries_while_its_login_is_attacked(
    limits: Limits,
) -> None:
    limits.attack(["wang"] * ATTACKED_LOGIN)
    limits.pass_until_refused(WANG)
    known = Attempt("wang", WANG.address, "device")
    assert limits.pass_until_refused(known) == FROM_ONE_PLACE


def test_tries_that_are_given_back_count_for_nothing(limits: Limits) -> None:
    for _ in range(3 * FROM_ONE_PLACE):
        limits.give_back(limits.count_attempt(WANG))
    assert set(limits.counted.counts.values()) == {0}


def test_a_refusal_is_repeated_for_a_moment_without_asking_the_store(
    limits: Limits,
) -> None:
    limits.repeat_refusal(WANG)
    limits.pass_until_refused(WANG)
    asked = limits.counted.asked
    with pytest.raises(TooManyTries):
        limits.repeat_refusal(WANG)
    limits.repeat_refusal(Attempt("wang", "10.0.0.2"))
    limits.repeat_refusal(Attempt("wang", WANG.address, "device"))
    limits.time.now += REFUSED_SECONDS
    limits.repeat_refusal(WANG)
    assert limits.counted.asked == asked


def test_new_passwords_are_counted_by_account(limits: Limits) -> None:
    for _ in range(SETTING):
        limits.count_new_password("p1")
    with pytest.raises(TooManyTries):
        limits.count_new_password("p1")
    limits.count_new_password("p2")


def test_what_is_counted_names_nobody(limits: Limits) -> None:
    limits.count_attempt(Attempt("13512347784", "10.0.0.1", "device"))
    limits.count_attempt(Attempt("13512347784", "10.0.0.1"))
    kept = " ".join(limits.counted.counts)
    assert not [part for part in ("13512347784", "10.0.0.1", "device") if part in kept]
