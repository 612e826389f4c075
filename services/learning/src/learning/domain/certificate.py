"""Certificates: numbered, signed, verified by anyone."""

import datetime
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, replace

from fields.codes import CERTIFICATE_LETTERS

from learning.domain import events


@dataclass(frozen=True)
class Certificate:
    """A certificate: what is printed, and the signature over all of it.

    `issued_on` and `hours` are as printed: an ISO date, hours with two decimals.
    """

    number: str
    person_id: str
    class_id: str
    name: str
    title: str
    hours: str
    issued_on: str
    issuer: str
    key_id: str = ""
    signature: str = ""
    revoked_on: str = ""
    revoked_for: str = ""

    @property
    def id(self) -> str:
        """The number names it."""
        return self.number

    def signed_text(self) -> bytes:
        """The bytes that are signed: every printed field, in one fixed form."""
        unsigned = ("signature", "revoked_on", "revoked_for")
        printed = {k: v for k, v in asdict(self).items() if k not in unsigned}
        text = json.dumps(printed, ensure_ascii=False, sort_keys=True)
        return text.encode()

    def creation_events(self) -> list[object]:
        """The event of a certificate that is issued."""
        return [
            events.CertificateIssued(
                self.number, self.person_id, self.class_id, self.title
            )
        ]

    def revoke(
        self, reason: str, today: datetime.date
    ) -> tuple["Certificate", list[object]] | None:
        """Make it void, for a reason that everybody may read; None if it is."""
        if self.revoked_on:
            return None
        return replace(self, revoked_on=today.isoformat(), revoked_for=reason), []


def number_for(secret: bytes, year: int, class_id: str, person_id: str) -> str:
    """The number of this person's certificate for this class; there is one.

    Twelve letters and digits that are not mistaken for each other, 60 bits, keyed: who
    knows class and person cannot compute it without the secret.
    """
    text = f"{class_id}/{person_id}".encode()
    digest = hmac.digest(secret, text, hashlib.sha256)
    code = "".join(CERTIFICATE_LETTERS[byte & 31] for byte in digest[:12])
    return f"BY-{year}-{code[:4]}-{code[4:8]}-{code[8:]}"
