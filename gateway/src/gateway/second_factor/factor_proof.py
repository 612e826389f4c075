"""Whoever is signed in proves once more to be the one, by a second factor."""

from gateway.identity.account import Account
from gateway.identity.login_sessions import LoginSessions
from gateway.identity.sign_in import Origin, Visitor, account_of
from gateway.second_factor.prove_second import ProveSecond

FRESH = "fresh-proof"
"""What a challenge is for."""


class FactorProof:
    """A fresh proof of a session, as `ProveAgain` gives one by a code that is sent."""

    def __init__(self, prove: ProveSecond, sessions: LoginSessions) -> None:
        self.prove, self.sessions = prove, sessions

    def has_factor(self, account: Account) -> bool:
        """Whether the account can prove itself so."""
        return self.prove.parts.factors.get(account.id).has_any

    def offer_passkeys(self, visitor: Visitor) -> str:
        """What a browser is asked to use a passkey by; empty where there is none."""
        known = self.prove.parts.factors.get(account_of(visitor).id).passkeys
        if not known:
            return ""
        challenge = self.prove.parts.challenges.create_challenge(FRESH, visitor.session)
        return self.prove.parts.ceremonies.offer_use(known, challenge)

    def prove_by_code(self, visitor: Visitor, written: str, origin: Origin) -> None:
        """The session is proven anew. Raises SecondFactorRefused, SecondTooOften."""
        self.prove.prove_code(account_of(visitor).id, written, origin)
        self.sessions.note_proof(visitor.token)

    def prove_by_passkey(self, visitor: Visitor, text: str, origin: Origin) -> None:
        """The session is proven anew. Raises PasskeyRefused."""
        account, session = account_of(visitor), visitor.session
        self.prove.prove_passkey(account.id, text, FRESH, session, origin)
        self.sessions.note_proof(visitor.token)
