"""Limits of second codes: only who has the first proof can use them up."""

from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.tries import OverLimit, Tries
from gateway.second_factor.errors import SecondTooOften

WRONG_CODES = 6
"""Wrong codes for an account in a quarter of an hour, by all strange devices together:
three codes are right at a time, so who has the password guesses for over a year. Each
known device has as many of its own, and passkeys are not counted: the owner gets in."""
TOO_OFTEN = "验证码错了太多次：请过一会儿再试，或用通行密钥、用以前登录过的设备"


class SecondLimits:
    """Counts second codes before they are looked at, under pseudonyms."""

    def __init__(self, tries: Tries, names: Pseudonyms) -> None:
        self.tries, self.names = tries, names

    def count_code(self, account_id: str, known_device: str) -> tuple[str, ...]:
        """A code is counted; what `give_back` takes. Raises SecondTooOften."""
        key = self.names.of("second", account_id, known_device)
        try:
            return self.tries.count_tries([key], lambda _: {key: WRONG_CODES})
        except OverLimit as over:
            raise SecondTooOften(TOO_OFTEN, over.retry_after) from over

    def give_back(self, taken: tuple[str, ...]) -> None:
        """A right code counts no longer."""
        self.tries.give_back(taken)
