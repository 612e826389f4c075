"""Whoever does what cannot be undone proves once more whose account it is."""

from gateway.identity.account import Account
from gateway.identity.own_password import OwnPassword, require_fresh_proof
from gateway.identity.sign_in import Origin, Visitor, account_of


class ProveOwner:
    """By the password; or without one by a proof, or a sign-in, of a moment ago."""

    def __init__(self, own_password: OwnPassword) -> None:
        self.own_password = own_password

    def __call__(self, visitor: Visitor, password: str, origin: Origin) -> Account:
        """The proven account. Raises OldPasswordWrong, ProofNeeded, TooManyTries,
        PasswordsBusy, and SignInRefused for a stranger."""
        if not password:
            return require_fresh_proof(visitor)
        self.own_password.prove_again(visitor, password, origin)
        return account_of(visitor)
