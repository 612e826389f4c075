"""Certificates: numbered, signed, verified by anyone."""

import datetime
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, replace

from fields.codes import CERTIFICATE_LETTERS

from learning.domain import events

UNJOINED = "合并已撤销：凭以签发的学习记录不属同一人"
"""Why a certificate is void that was earned by two records together, taken for one."""

UNSIGNED = frozenset(
    {"signature", "revoked_on", "revoked_for", "replaced_by", "joined"}
)
"""What is written on a certificate after it was signed, or never printed."""
SIGNED_IF_THERE = frozenset({"replaces", "branch_name", "starts_on", "ends_on"})
"""Fields that came later: without a value they are not signed, so that what was signed
before they were there verifies as it did."""


@dataclass(frozen=True)
class Certificate:
    """A certificate: what is printed, and the signature over all of it.

    `issued_on` and `hours` are as printed: an ISO date, hours with two decimals.
    `replaces` is the number of the one that it was issued instead of, with the right
    name; `replaced_by` that of the one issued instead of it. `joined` are the other
    records of the human, merged with this person's, that it was earned with.
    `branch_name` is what the branch was called that asked for the seat, `starts_on` and
    `ends_on` are the days of the class, all as they were on the day of issue.
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
    replaces: str = ""
    replaced_by: str = ""
    joined: tuple[str, ...] = ()
    branch_name: str = ""
    starts_on: str = ""
    ends_on: str = ""

    @property
    def is_lapsed(self) -> bool:
        """Whether it was earned with records that turned out to be another human's."""
        return self.revoked_for == UNJOINED

    @property
    def is_current(self) -> bool:
        """Whether no other was issued instead of it."""
        return not self.replaced_by

    @property
    def id(self) -> str:
        """The number names it."""
        return self.number

    def signed_text(self) -> bytes:
        """The bytes that are signed: every printed field, in one fixed form."""
        printed = {
            field: text
            for field, text in asdict(self).items()
            if field not in UNSIGNED and (text or field not in SIGNED_IF_THERE)
        }
        text = json.dumps(printed, ensure_ascii=False, sort_keys=True)
        return text.encode()

    def creation_events(self, *, imported: bool = False) -> list[object]:
        """The event of a certificate that is issued, perhaps for an imported record."""
        return [
            events.CertificateIssued(
                self.number, self.person_id, self.class_id, self.title, imported
            )
        ]

    def revoke(
        self, reason: str, today: datetime.date
    ) -> tuple["Certificate", list[object]] | None:
        """Make it void, for a reason that everybody may read; None if it is."""
        if self.revoked_on:
            return None
        revoked = events.CertificateRevoked(
            self.number, self.person_id, self.class_id, self.title
        )
        made_void = replace(self, revoked_on=today.isoformat(), revoked_for=reason)
        return made_void, [revoked]

    def replace_by(self, number: str) -> tuple["Certificate", list[object]] | None:
        """Another was issued instead of it; None if one was before."""
        if self.replaced_by:
            return None
        return replace(self, replaced_by=number), []


def number_for(
    secret: bytes, year: int, class_id: str, person_id: str, replaced: str = ""
) -> str:
    """The number of this person's certificate for this class; there is one, and one
    for each that is `replaced`.

    Twelve letters and digits that are not mistaken for each other, 60 bits, keyed: who
    knows class and person cannot compute it without the secret.
    """
    text = f"{class_id}/{person_id}{replaced and f'/{replaced}'}".encode()
    digest = hmac.digest(secret, text, hashlib.sha256)
    code = "".join(CERTIFICATE_LETTERS[byte & 31] for byte in digest[:12])
    return f"BY-{year}-{code[:4]}-{code[4:8]}-{code[8:]}"
