"""A certificate that must not hold any more is made void."""

import datetime

from learning.domain.certificate import Certificate
from learning.usecases.ports import Certificates, NoteRevocation
from learning.usecases.verify_certificate import require_certificate


def revoke_certificate(
    certificates: Certificates,
    note: NoteRevocation,
    number: str,
    reason: str,
    who: str,
    today: datetime.date,
) -> Certificate:
    """Revoke it once; one that is revoked keeps its day and reason.

    Noted first, so that none is ever revoked without a line that says by whom. Raises
    UnknownCertificate.
    """
    certificate = require_certificate(certificates, number)
    if certificate.revoked_on:
        return certificate
    note(who, certificate.number, reason)
    return certificates.change(
        certificate.number, lambda issued: issued.revoke(reason, today)
    )
