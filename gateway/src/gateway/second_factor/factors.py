"""Second factors: what an account proves itself by beside its first proof."""

import datetime
from dataclasses import dataclass, replace

MOST_PASSKEYS = 10
"""A phone, a desk, a security key, each with its spare; documents stay short."""


@dataclass(frozen=True)
class Passkey:
    """A passkey: `id` names it on pages, `credential` is the authenticator's own id.

    `sign_count` is how often the authenticator says it was used; 0 where it does not
    count, as passkeys that travel between devices.
    """

    id: str
    credential: bytes
    public_key: bytes
    sign_count: int
    name: str
    added: datetime.datetime
    used: datetime.datetime | None = None


@dataclass(frozen=True)
class SecondFactors:
    """All second factors of one account.

    `totp` is the sealed secret of an authenticator app, `totp_step` the last step of
    time whose code was used; `recovery` are pseudonyms of the codes not yet used.
    """

    account_id: str
    version: int = 0
    totp: bytes = b""
    totp_step: int = 0
    totp_added: datetime.datetime | None = None
    passkeys: tuple[Passkey, ...] = ()
    recovery: tuple[str, ...] = ()

    @property
    def has_any(self) -> bool:
        """Whether there is one; recovery codes alone are none."""
        return bool(self.totp or self.passkeys)

    def get_passkey(self, credential: bytes) -> Passkey | None:
        """The passkey of an authenticator's id, or None."""
        found = (key for key in self.passkeys if key.credential == credential)
        return next(found, None)

    def with_totp(
        self, sealed: bytes, step: int, added: datetime.datetime
    ) -> "SecondFactors":
        """With this app in place of any other; the code of `step` is used."""
        return replace(self, totp=sealed, totp_step=step, totp_added=added)

    def with_passkey(self, passkey: Passkey) -> "SecondFactors":
        """With one passkey more, or changed."""
        others = [key for key in self.passkeys if key.id != passkey.id]
        return replace(self, passkeys=(*others, passkey))

    def without_totp(self) -> "SecondFactors":
        """Without the app."""
        bare = replace(self, totp=b"", totp_step=0, totp_added=None)
        return bare._without_idle_codes()

    def without_passkey(self, id_: str) -> "SecondFactors":
        """Without that passkey."""
        others = tuple(key for key in self.passkeys if key.id != id_)
        return replace(self, passkeys=others)._without_idle_codes()

    def _without_idle_codes(self) -> "SecondFactors":
        """Recovery codes end with the last factor that they stand in for."""
        return self if self.has_any else replace(self, recovery=())
