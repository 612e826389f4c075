"""Limits of sign-in tries: guessing is slow and nobody is shut out.

What a stranger does counts against the stranger's address. A device that signed in
before has tries of its own, so the right password passes there whatever others did.
"""

import time
from collections.abc import Callable, Mapping
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
LEAVING = 300
"""Sign-ins that an address may begin at a provider and not bring back. Another site's
page can make a browser begin one, so they take nothing from the tries of passwords."""
SETTING = 30
"""New passwords an account may try to set; judging one costs some processor time."""
REFUSED_SECONDS = 5.0
"""So long a refusal is repeated without asking the store; then it is counted anew."""
REMEMBERED = 10_000
"""Refusals kept in memory, about two megabytes."""
TOO_OFTEN = "密码错了太多次：请过一会儿再试，或用以前登录过的设备登录"


@dataclass(frozen=True)
class Attempt:
    """One try: which login, from which address, by which known device (or none)."""

    login: str
    address: str
    device: str = ""


class SignInLimits:
    """Counts tries under pseudonyms, before any password is looked at."""

    def __init__(
        self,
        tries: Tries,
        names: Pseudonyms,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tries, self.names, self.clock = tries, names, clock
        self.refused: dict[str, tuple[float, int]] = {}

    def repeat_refusal(self, attempt: Attempt) -> None:
        """An attempt that was refused a moment ago is refused without asking the store.

        So whoever goes on regardless costs next to nothing. Raises TooManyTries.
        """
        for key in self._limits_of(attempt):
            until, retry_after = self.refused.get(key, (0.0, 0))
            if self.clock() < until:
                raise TooManyTries(TOO_OFTEN, retry_after)

    def count_attempt(self, attempt: Attempt) -> tuple[str, ...]:
        """The attempt is counted; what `give_back` takes. Raises TooManyTries."""
        limits = self._limits_of(attempt)
        if attempt.device:
            return self._count_or_refuse(list(limits), lambda _: limits)
        login = self.names.of("login", attempt.login)
        everybody = self.names.of("everybody")

        def limits_now(counts: Mapping[str, int]) -> Mapping[str, int]:
            is_attacked = (
                counts[login] >= ATTACKED_LOGIN
                or counts[everybody] >= ATTACKED_PLATFORM
            )
            few = {self._place_of(attempt): FROM_ONE_PLACE_UNDER_ATTACK}
            return limits | few if is_attacked else limits

        return self._count_or_refuse([*limits, login, everybody], limits_now)

    def count_new_password(self, account_id: str) -> None:
        """An account's new password is counted. Raises TooManyTries."""
        key = self.names.of("setting", account_id)
        self._count_or_refuse([key], lambda _: {key: SETTING})

    def count_code(self, address: str) -> tuple[str, ...]:
        """An activation code from this address is counted; what `give_back` takes.
        Raises TooManyTries."""
        site = self.names.of("address", site_of(address))
        return self._count_or_refuse([site], lambda _: {site: OF_ONE_ADDRESS})

    def count_leaving(self, address: str) -> tuple[str, ...]:
        """A sign-in that this address begins at a provider is counted; what `give_back`
        takes. Raises TooManyTries."""
        site = self.names.of("leaving", site_of(address))
        return self._count_or_refuse([site], lambda _: {site: LEAVING})

    def give_back(self, taken: tuple[str, ...]) -> None:
        """The tries of a right password are given back."""
        self.tries.give_back(taken)

    def _limits_of(self, attempt: Attempt) -> dict[str, int]:
        """The limits of this attempt while nobody attacks."""
        place = {self._place_of(attempt): FROM_ONE_PLACE}
        if attempt.device:
            return place
        site = self.names.of("address", site_of(attempt.address))
        return place | {site: OF_ONE_ADDRESS}

    def _place_of(self, attempt: Attempt) -> str:
        if attempt.device:
            return self.names.of("device", attempt.login, attempt.device)
        return self.names.of("place", attempt.login, site_of(attempt.address))

    def _count_or_refuse(
        self,
        keys: list[str],
        limits: Callable[[Mapping[str, int]], Mapping[str, int]],
    ) -> tuple[str, ...]:
        try:
            return self.tries.count_tries(keys, limits)
        except OverLimit as over:
            if len(self.refused) >= REMEMBERED:
                self.refused.clear()
            until = self.clock() + min(REFUSED_SECONDS, over.retry_after)
            self.refused[over.key] = until, over.retry_after
            raise TooManyTries(TOO_OFTEN, over.retry_after) from over
