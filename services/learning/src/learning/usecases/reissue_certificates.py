"""A name was corrected: certificates are issued anew with the right one."""

from collections.abc import Sequence
from dataclasses import replace

from learning.domain import hours
from learning.domain.certificate import Certificate, number_for
from learning.domain.errors import NotConsumedYet
from learning.usecases.complete_lecture import Certify
from learning.usecases.ports import Audit

BY = "learning"
"""Who issues anew by itself: who corrected the name stands in enrollment's log."""


class ReissueCertificates:
    """Issues with the means by which they were issued first; every step is found done
    when it is repeated."""

    def __init__(self, certify: Certify, audit: Audit) -> None:
        self.certify, self.audit = certify, audit
        self.certificates = certify.certificates
        self.names, self.now, self.secret = certify.names, certify.now, certify.secret

    def __call__(self, person_id: str) -> None:
        """Issue anew what prints another name than the person has.

        What is revoked stays as it is. Whom enrollment knows no more was deleted: the
        event of that waits behind this one, and takes the names away. It may have come
        before a repeat of this one, which takes away what this one had left.
        """
        is_deleted = self.certify.remove_deleted(person_id)
        standing = [
            certificate
            for certificate in self.certificates.find_by_person(person_id)
            if not certificate.revoked_on
        ]
        if is_deleted:
            self._end_replacing(standing)
        elif standing:
            self._replace_misnamed(standing, person_id)

    def _end_replacing(self, standing: Sequence[Certificate]) -> None:
        """Of two that stand, one issued instead of the other, only that one stays."""
        for certificate in standing:
            if certificate.replaces:
                self._note_replaced(certificate.replaces, certificate.number)

    def _replace_misnamed(self, standing: Sequence[Certificate], person: str) -> None:
        try:
            name = self.names.get_name(person)
        except NotConsumedYet:
            return
        for certificate in standing:
            if certificate.name != name:
                self._replace(certificate, name)

    def _replace(self, old: Certificate, name: str) -> None:
        """The audit line, then the new one, so that at no moment is there none."""
        today = self.now().astimezone(hours.ZONE).date()
        number = number_for(
            self.secret, today.year, old.class_id, old.person_id, old.number
        )
        new = replace(
            old,
            number=number,
            name=name,
            issued_on=today.isoformat(),
            replaces=old.number,
            replaced_by="",
            key_id="",
            signature="",
        )
        self.audit.add(
            BY,
            "certificate-reissued",
            old.person_id,
            key=f"reissue-{number}",
            number=number,
            replaces=old.number,
        )
        self.certify.issue(new)
        self._note_replaced(old.number, number)

    def _note_replaced(self, old_number: str, number: str) -> None:
        self.certificates.change(old_number, lambda old: old.replace_by(number))
