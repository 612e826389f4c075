"""Limits of codes that are sent: strangers cost little and shut nobody out.

As with passwords, what a stranger asks for counts against the stranger's address, and a
device that signed in before has a count of its own. Messages cost by the day, so the
codes that strangers of one network leave unanswered are counted by the day too.
"""

from collections.abc import Mapping, Sequence

from gateway.identity.errors import TooManyCodes
from gateway.identity.pseudonyms import Pseudonyms, cost_network_of, site_of
from gateway.identity.sign_in_limits import Attempt
from gateway.identity.tries import OverLimit, Tries

FROM_ONE_PLACE = 5
"""Codes for a login by one device, or by strangers at one address, in a quarter of an
hour: a message that does not come is asked for again, and then once more."""
FROM_ONE_PLACE_UNDER_ATTACK = 1
OF_ONE_ACCOUNT = 10
"""To whatever new contacts: two that were mistyped and the right one. Each may be
anybody's phone, and each message costs."""
OF_ONE_LOGIN = 100
"""From all strangers: five guesses each are five hundred in a million. Beyond it only
devices that signed in before get codes; the password works from everywhere."""
OF_ONE_ADDRESS = 100
"""Over all logins: a class of a hundred behind one address signs in at once."""
ATTACKED_LOGIN, ATTACKED_PLATFORM = 20, 2_000
"""From so many strangers' codes in a quarter of an hour on, for one login or over all,
an address gets one: twenty messages are a nuisance, two thousand are a bill."""
UNANSWERED_OF_ONE_NETWORK = 250
"""In a day, by strangers of one /24 or /64: the twentieth part of the messages that
notify sends in a day (SMS_PER_DAY, 5,000). Answered ones are given back: a college
behind one address signs in by the thousand, and who sends to the phones of others has
no answers."""
NEW_CONTACTS_A_DAY = 20
"""Of one account: as many as one phone gets in a day. Who is in an account can answer,
so none is given back."""
TOO_OFTEN = "验证码发得太频繁：请用最近收到的那一条，或过一会儿再试"


class CodeLimits:
    """Counts codes under pseudonyms before any is sent, whoever they are for; `by_day`
    forgets a try after a day."""

    def __init__(self, tries: Tries, by_day: Tries, names: Pseudonyms) -> None:
        self.tries, self.by_day, self.names = tries, by_day, names

    def count_code(self, attempt: Attempt) -> tuple[str, ...]:
        """One more code for this login from there; what `give_back` takes once it is
        answered. Raises TooManyCodes."""
        if attempt.device:
            place = self.names.of("code-device", attempt.login, attempt.device)
            self._count_or_refuse([place], {place: FROM_ONE_PLACE}, {})
            return ()
        address = site_of(attempt.address)
        place = self.names.of("code-place", attempt.login, address)
        site = self.names.of("code-address", address)
        login = self.names.of("code-login", attempt.login)
        attacked = {
            login: ATTACKED_LOGIN,
            self.names.of("code-everybody"): ATTACKED_PLATFORM,
        }
        most = {place: FROM_ONE_PLACE, site: OF_ONE_ADDRESS, login: OF_ONE_LOGIN}
        self._count_or_refuse([place, site, *attacked], most, attacked)
        network = self.names.of("code-network", cost_network_of(attempt.address))
        return self._count_by_day(network, UNANSWERED_OF_ONE_NETWORK)

    def give_back(self, taken: Sequence[str]) -> None:
        """The code was answered by whom it went to: nobody was bothered by it."""
        self.by_day.give_back(taken)

    def count_new_contact(self, account_id: str, address: str) -> None:
        """One more code of this account to what is to be its contact. Raises
        TooManyCodes."""
        place = self.names.of("code-device", address, account_id)
        account = self.names.of("code-account", account_id)
        most = {place: FROM_ONE_PLACE, account: OF_ONE_ACCOUNT}
        self._count_or_refuse([place, account], most, {})
        self._count_by_day(account, NEW_CONTACTS_A_DAY)

    def _count_by_day(self, key: str, most: int) -> tuple[str, ...]:
        try:
            return self.by_day.count_tries(
                [f"{key}.day"], lambda _: {f"{key}.day": most}
            )
        except OverLimit as over:
            raise TooManyCodes(TOO_OFTEN, over.retry_after) from over

    def _count_or_refuse(
        self, keys: list[str], most: Mapping[str, int], attacked: Mapping[str, int]
    ) -> None:
        def limits(counts: Mapping[str, int]) -> Mapping[str, int]:
            if any(counts[key] >= many for key, many in attacked.items()):
                return {**most, keys[0]: FROM_ONE_PLACE_UNDER_ATTACK}
            return most

        try:
            self.tries.count_tries(keys, limits)
        except OverLimit as over:
            raise TooManyCodes(TOO_OFTEN, over.retry_after) from over
