"""A second factor is proven: by a code of an app, a recovery code, or a passkey."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from gateway.identity.activation_codes import plain_code
from gateway.identity.known_devices import KnownDevices
from gateway.identity.one_time_codes import plain_digits
from gateway.identity.pseudonyms import Pseudonyms
from gateway.identity.security_events import FAILED, LIMITED, OK, SecurityEvents
from gateway.identity.sign_in import Origin
from gateway.identity.tokens import moment_in
from gateway.second_factor.challenges import Challenges
from gateway.second_factor.errors import (
    PasskeyRefused,
    SecondFactorRefused,
    SecondTooOften,
)
from gateway.second_factor.factor_store import StoredFactors
from gateway.second_factor.factors import SecondFactors
from gateway.second_factor.passkey_ceremonies import WRONG, Answer, PasskeyCeremonies
from gateway.second_factor.sealed_secrets import SealedSecrets
from gateway.second_factor.second_limits import SecondLimits
from gateway.second_factor.totp_codes import find_step

REFUSED = "验证码不对或已用过：请等验证器换出下一个，或用恢复码"


@dataclass(frozen=True)
class Provable:
    """What a proof is checked against; one of it for the whole gateway."""

    factors: StoredFactors
    secrets: SealedSecrets
    names: Pseudonyms
    challenges: Challenges
    ceremonies: PasskeyCeremonies


class ProveSecond:
    """Checks a proof and uses it up. What is wrong counts where it can be guessed."""

    def __init__(
        self,
        parts: Provable,
        devices: KnownDevices,
        limits: SecondLimits,
        events: SecurityEvents,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.parts, self.devices = parts, devices
        self.limits, self.events, self.now = limits, events, now

    def prove_code(
        self, account_id: str, written: str, origin: Origin, *, only_app: bool = False
    ) -> None:
        """The code is the app's present one, or a recovery code; it is used up.

        Raises SecondFactorRefused, SecondTooOften.
        """
        is_known = self.devices.is_known(origin.device, account_id)
        place = {"address": origin.address, "who": account_id}
        try:
            taken = self.limits.count_code(
                account_id, origin.device if is_known else ""
            )
        except SecondTooOften:
            self.events.add_event_once("second-factor", LIMITED, **place)
            raise
        digits = plain_digits(written)
        code = "" if digits or only_app else plain_code(written)

        def use_code(factors: SecondFactors) -> SecondFactors:
            if digits:
                return self._use_digits(factors, digits)
            return self._use_recovery_code(factors, code)

        try:
            self.parts.factors.change(account_id, use_code)
        except SecondFactorRefused:
            self.events.add_event("second-factor", FAILED, **place)
            raise
        self.limits.give_back(taken)
        what = "second-factor" if digits else "recovery-code-used"
        self.events.add_event(what, OK, **place)

    def prove_passkey(
        self, account_id: str, text: str, purpose: str, whom: str, origin: Origin
    ) -> None:
        """The passkey is one of the account's and signed a challenge of this purpose,
        given to `whom`. Raises PasskeyRefused."""
        place = {"address": origin.address, "who": account_id}
        try:
            answer = self.parts.ceremonies.read_answer(text)
            self.parts.challenges.check_challenge(purpose, whom, answer.challenge)
            self.parts.factors.change(
                account_id, lambda factors: self._use_passkey(factors, answer)
            )
            self.parts.challenges.spend(answer.challenge)
        except PasskeyRefused:
            self.events.add_event_once("passkey-used", FAILED, **place)
            raise
        self.events.add_event("passkey-used", OK, **place)

    def _use_digits(self, factors: SecondFactors, digits: str) -> SecondFactors:
        secret = self.parts.secrets.unseal(factors.account_id, factors.totp)
        step = (
            find_step(secret, digits, self.now(), factors.totp_step) if secret else None
        )
        if step is None:
            raise SecondFactorRefused(REFUSED)
        return replace(factors, totp_step=step)

    def _use_recovery_code(self, factors: SecondFactors, code: str) -> SecondFactors:
        hidden = hide_recovery_code(self.parts.names, factors.account_id, code)
        if not code or hidden not in factors.recovery:
            raise SecondFactorRefused(REFUSED)
        left = tuple(other for other in factors.recovery if other != hidden)
        return replace(factors, recovery=left)

    def _use_passkey(self, factors: SecondFactors, answer: Answer) -> SecondFactors:
        passkey = factors.get_passkey(answer.credential)
        if passkey is None:
            raise PasskeyRefused(WRONG)
        count = self.parts.ceremonies.verify_use(answer, passkey)
        used = replace(passkey, sign_count=count, used=moment_in(0))
        return factors.with_passkey(used)


def hide_recovery_code(names: Pseudonyms, account_id: str, code: str) -> str:
    """What is stored of a recovery code."""
    return names.of("recovery", account_id, code)
