"""Second factors are added by their owner, and recovery codes are made."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from fields.codes import masked_phone

from gateway.identity.account import Account
from gateway.identity.activation_codes import create_code, written_code
from gateway.identity.manage_accounts import Actor
from gateway.identity.one_time_codes import plain_digits
from gateway.identity.security_events import OK, SecurityEvents
from gateway.identity.tokens import moment_in
from gateway.second_factor.errors import (
    PasskeysFull,
    SecondFactorRefused,
    SetupLapsed,
)
from gateway.second_factor.factors import MOST_PASSKEYS, Passkey, SecondFactors
from gateway.second_factor.prove_second import REFUSED, Provable, hide_recovery_code
from gateway.second_factor.totp_codes import (
    SECRET_BYTES,
    app_address,
    create_totp_secret,
    find_step,
    written_secret,
)

RECOVERY_CODES = 10
SETUP_SECONDS = 30 * 60
"""So long an app may take to be installed."""
MOMENT_BYTES = 8
LONGEST_NAME = 60
CREATION = "creation"
"""What a challenge is for."""
LAPSED = "这个二维码已过期：请用页面上新的一个再扫一次"
FULL = "通行密钥已有十个：请先删去不用的"
Decide = Callable[[SecondFactors], SecondFactors]


@dataclass(frozen=True)
class OfferedApp:
    """A secret to take into an app: written, as an address for a QR code, and sealed
    for the way to the browser and back, so that nothing is stored before it works."""

    secret: str
    address: str
    sealed: str


class AddFactors:
    """What an account's owner adds, signed in or in the half session of who must."""

    def __init__(
        self,
        parts: Provable,
        events: SecurityEvents,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.parts, self.events, self.now = parts, events, now

    def offer_app(self, account: Account, sealed: str = "") -> OfferedApp:
        """A secret to take into an app: a new one, or the one that was sealed here."""
        secret = self._unseal_offer(account, sealed) or create_totp_secret()
        until = int(self.now()) + SETUP_SECONDS
        content = secret + until.to_bytes(MOMENT_BYTES, "big")
        site = self.parts.ceremonies.name
        return OfferedApp(
            written_secret(secret),
            app_address(secret, _shown_login(account), site),
            self.parts.secrets.seal(_place_of_offer(account), content).hex(),
        )

    def add_app(self, by: Actor, sealed: str, written: str) -> list[str]:
        """The app is the account's; recovery codes if this is the first factor.

        Raises SetupLapsed, SecondFactorRefused.
        """
        secret = self._unseal_offer(by.account, sealed)
        if secret is None:
            raise SetupLapsed(LAPSED)
        step = find_step(secret, plain_digits(written), self.now(), 0)
        if step is None:
            raise SecondFactorRefused(REFUSED)
        stored = self.parts.secrets.seal(by.account.id, secret)

        def with_app(factors: SecondFactors) -> SecondFactors:
            return factors.with_totp(stored, step, moment_in(0))

        return self._add(by, "totp-added", with_app)

    def offer_passkey(self, account: Account, session: str) -> str:
        """What a browser is asked to make a passkey by."""
        known = self.parts.factors.get(account.id).passkeys
        challenge = self.parts.challenges.create_challenge(CREATION, session)
        return self.parts.ceremonies.offer_creation(
            account.id, _shown_login(account), known, challenge
        )

    def add_passkey(self, by: Actor, session: str, text: str, name: str) -> list[str]:
        """A passkey more; recovery codes if this is the first factor.

        Raises PasskeyRefused, PasskeysFull.
        """
        answer = self.parts.ceremonies.read_answer(text)
        challenges = self.parts.challenges
        challenges.check_challenge(CREATION, session, answer.challenge)
        credential, public_key, count = self.parts.ceremonies.verify_creation(answer)
        challenges.spend(answer.challenge)
        id_ = hashlib.sha256(credential).hexdigest()[:16]
        passkey = Passkey(
            id_, credential, public_key, count, name[:LONGEST_NAME], moment_in(0)
        )

        def with_passkey(factors: SecondFactors) -> SecondFactors:
            if len(factors.passkeys) >= MOST_PASSKEYS:
                raise PasskeysFull(FULL)
            return factors.with_passkey(passkey)

        return self._add(by, "passkey-added", with_passkey)

    def make_recovery_codes(self, by: Actor) -> list[str]:
        """Ten fresh codes, and those before are void; none without a second factor."""

        def without_codes(factors: SecondFactors) -> SecondFactors:
            return replace(factors, recovery=())

        return self._add(by, "recovery-codes-made", without_codes)

    def _add(self, by: Actor, what: str, decide: Decide) -> list[str]:
        """The factors as decided; who has one and no codes gets ten, shown once."""
        id_, names = by.account.id, self.parts.names
        codes = [create_code() for _ in range(RECOVERY_CODES)]
        hidden = tuple(hide_recovery_code(names, id_, code) for code in codes)

        def decide_with_codes(factors: SecondFactors) -> SecondFactors:
            decided = decide(factors)
            lacks_codes = decided.has_any and not decided.recovery
            return replace(decided, recovery=hidden) if lacks_codes else decided

        added = self.parts.factors.change(id_, decide_with_codes)
        self.events.add_event(what, OK, address=by.origin.address, who=id_)
        if added.recovery != hidden:
            return []
        return [written_code(code) for code in codes]

    def _unseal_offer(self, account: Account, sealed: str) -> bytes | None:
        """The secret of an offer to this account whose time is not over."""
        try:
            sent = bytes.fromhex(sealed)
        except ValueError:
            return None
        content = self.parts.secrets.unseal(_place_of_offer(account), sent)
        if content is None:
            return None
        until = int.from_bytes(content[SECRET_BYTES:], "big")
        return content[:SECRET_BYTES] if until >= self.now() else None


def _place_of_offer(account: Account) -> str:
    return f"offer {account.id}"


def _shown_login(account: Account) -> str:
    """The login as an app lists it, where others may look on: a phone masked."""
    login = account.login
    return masked_phone(login) if login.isdigit() else login
