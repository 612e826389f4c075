"""/record, /hours and /certificates: what a person has earned, and whether it holds."""

import base64

from chassis.http.auth import current_caller, require_roles, require_services
from chassis.http.routing import Routes, get, post
from contracts.http.learning import (
    CertificateOut,
    ClassCertificateOut,
    CourseRecordOut,
    HoursOut,
    HoursQuery,
    PublicKeyOut,
    PublicKeysOut,
    RecordOut,
    RevocationIn,
    VerdictOut,
)

from learning.api.hours_shown import show_year
from learning.domain.hours import ZONE
from learning.usecases.join_human import (
    find_certificates,
    find_percents,
    find_records,
)
from learning.usecases.ports import (
    Certificates,
    Groups,
    Ledger,
    NoteRevocation,
    Now,
    Projections,
    Records,
    Seal,
)
from learning.usecases.revoke_certificate import revoke_certificate
from learning.usecases.verify_certificate import verify_certificate


class RecordRoutes(Routes):
    """Routes for the record."""

    name = "records"

    def __init__(
        self,
        projections: Projections,
        records: Records,
        ledger: Ledger,
        certificates: Certificates,
        seal: Seal,
        note: NoteRevocation,
        now: Now,
        groups: Groups,
    ) -> None:
        self.groups = groups
        self.projections = projections
        self.records = records
        self.ledger = ledger
        self.certificates = certificates
        self.seal = seal
        self.note = note
        self.now = now

    def _own_group(self) -> tuple[str, ...]:
        """All records of the human who asks."""
        return self.groups.find_group(current_caller().person)

    @get("/record")
    @require_roles("trainee")
    def show_record(self) -> RecordOut:
        """What the person who asks has done and watched."""
        own = self._own_group()
        found = find_records(self.records, self.projections, own)
        return RecordOut(
            courses=[CourseRecordOut.of(record) for record in found],
            watched=find_percents(self.projections, own),
        )

    @get("/hours")
    @require_roles("trainee")
    def show_hours(self, asked: HoursQuery) -> HoursOut:
        """The hours of the person who asks, of one year, with every entry."""
        year = asked.year or self.now().astimezone(ZONE).year
        own = self._own_group()
        return show_year(self.ledger, own, year)

    @get("/certificates")
    @require_roles("trainee")
    def list_certificates(self) -> list[CertificateOut]:
        """The certificates of the person who asks."""
        issued = find_certificates(self.certificates, self._own_group())
        return [CertificateOut.of(certificate) for certificate in issued]

    @get("/certificates/<number>")
    @require_roles("visitor", "trainee", "officer", "staff", "operator")
    def show_certificate(self, number: str) -> VerdictOut:
        """Whether a certificate is genuine, for anybody who has its number."""
        verdict = verify_certificate(self.certificates, self.seal, number)
        return VerdictOut.of(
            verdict.certificate,
            genuine=verdict.genuine,
            signed_text=verdict.certificate.signed_text().decode(),
        )

    @get("/certificates/keys")
    @require_roles("visitor", "trainee", "officer", "staff", "operator")
    def list_keys(self) -> PublicKeysOut:
        """The public keys by which anybody checks certificates without the platform."""
        found = self.seal.find_public_keys()
        return PublicKeysOut(
            keys=[PublicKeyOut(kid=kid, x=_dump_key(key)) for kid, key in found.items()]
        )

    @post("/certificates/<number>/revocation")
    @require_roles("staff")
    def post_revocation(self, number: str, asked: RevocationIn) -> CertificateOut:
        """Make a certificate void, for a reason that everybody may read."""
        today = self.now().astimezone(ZONE).date()
        revoked = revoke_certificate(
            self.certificates, self.note, number, asked.reason, _who_asks(), today
        )
        return CertificateOut.of(revoked)

    @get("/classes/<class_id>/certificates/<person_id>")
    @require_services("enrollment")
    def of_class(self, class_id: str, person_id: str) -> ClassCertificateOut:
        """Whether a person holds a certificate of a class."""
        group = self.groups.find_group(person_id)
        issued = find_certificates(self.certificates, group)
        of_class = [one for one in issued if one.class_id == class_id]
        return ClassCertificateOut(is_issued=bool(of_class))


def _dump_key(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _who_asks() -> str:
    """The account that an audit entry names."""
    return current_caller().account or current_caller().login
