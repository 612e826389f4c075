"""How many wrong passwords from where, so that guessing is slow and nobody is shut out.

What a stranger does counts against the stranger's address. A device that signed in
before has tries of its own, so the right password passes there whatever others did.
"""

from dataclasses import dataclass

from gateway.identity.errors import TooManyTries
from gateway.identity.pseudonyms import Pseudonyms, site_of
from gateway.identity.tries import OverLimit, Tries

FROM_ONE_PLACE = 10
"""Wrong tries for a login by one device, or by strangers at one address."""
FROM_ONE_PLACE_UNDER_ATTACK = 2
"""The same once many addresses try: each new one is still heard, but a guesser needs an
address for every second password, and the owner one."""
OF_ONE_ADDRESS = 100
"""Over all logins: a hundred people behind one office's address may each err once."""
ATTACKED_LOGIN, ATTACKED_PLATFORM = 100, 3_000
"""From so many strangers' wrong tries in a quarter of an hour on, for one login or over
all, an address gets the few. 3,000 are three a second: no honest morning has them."""
SETTING = 30
"""New passwords an account may try to set; judging one costs some processor time."""
EVERYTHING = 10**9


@dataclass(frozen=True)
class Attempt:
    """One try: which login, from which address, by which known device (or none)."""

    login: str
    address: str
    device: str = ""


class SignInLimits:
    """Counts tries under pseudonyms, before any password is looked at."""

    def __init__(self, tries: Tries, names: Pseudonyms) -> None:
        self.tries, self.names = tries, names

    def take(self, attempt: Attempt) -> tuple[str, ...]:
        """Count it; what `give_back` takes. Raises TooManyTries."""
        try:
            return self.tries.take(self._limits(attempt))
        except OverLimit as over:
            raise TooManyTries(
                "密码错了太多次：请过一会儿再试，或用以前登录过的设备登录",
                over.retry_after,
            ) from over

    def take_setting(self, account_id: str) -> None:
        """Count that an account sets a password. Raises TooManyTries."""
        try:
            self.tries.take({self.names.of("setting", account_id): SETTING})
        except OverLimit as over:
            line = "换了太多次密码：请过一会儿再试"
            raise TooManyTries(line, over.retry_after) from over

    def give_back(self, taken: tuple[str, ...]) -> None:
        """The password was right, or nobody looked at it."""
        self.tries.give_back(taken)

    def _limits(self, attempt: Attempt) -> dict[str, int]:
        """Key → how many."""
        if attempt.device:
            place = self.names.of("device", attempt.login, attempt.device)
            return {place: FROM_ONE_PLACE}
        site = site_of(attempt.address)
        login, everybody = self.names.of("login", attempt.login), self.names.of("all")
        counts = self.tries.counts([login, everybody])
        is_attacked = (
            counts[login] >= ATTACKED_LOGIN or counts[everybody] >= ATTACKED_PLATFORM
        )
        most = FROM_ONE_PLACE_UNDER_ATTACK if is_attacked else FROM_ONE_PLACE
        return {
            self.names.of("place", attempt.login, site): most,
            self.names.of("address", site): OF_ONE_ADDRESS,
            login: EVERYTHING,
            everybody: EVERYTHING,
        }
