"""/record, /hours and /certificates: what a person has earned, and whether it holds."""

from chassis.http.auth import current_caller, require_roles, require_services
from chassis.http.routing import Routes, get, post
from contracts.http.learning import (
    CertificateOut,
    ClassCertificateOut,
    CourseRecordOut,
    HoursEntryOut,
    HoursOut,
    HoursQuery,
    RecordOut,
    RevocationIn,
    VerdictOut,
)

from learning.domain.hours import YEARLY_TARGET_QUARTERS, ZONE, HoursEntry
from learning.usecases.ports import (
    Certificates,
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
    ) -> None:
        self.projections = projections
        self.records = records
        self.ledger = ledger
        self.certificates = certificates
        self.seal = seal
        self.note = note
        self.now = now

    @get("/record")
    @require_roles("trainee")
    def show_record(self) -> RecordOut:
        """What the person who asks has done and watched."""
        person = current_caller().person
        return RecordOut(
            courses=[
                CourseRecordOut.of(record)
                for record in self.records.find_by_person(person)
            ],
            watched=self.projections.find_watched_percents(person),
        )

    @get("/hours")
    @require_roles("trainee")
    def show_hours(self, asked: HoursQuery) -> HoursOut:
        """The hours of the person who asks, of one year, with every entry."""
        year = asked.year or self.now().astimezone(ZONE).year
        entries = self.ledger.find_by_person(current_caller().person, year)
        return HoursOut(
            year=year,
            target=YEARLY_TARGET_QUARTERS / 4,
            hours=sum(entry.quarters for entry in entries) / 4,
            entries=[_show_entry(entry) for entry in entries],
        )

    @get("/certificates")
    @require_roles("trainee")
    def list_certificates(self) -> list[CertificateOut]:
        """The certificates of the person who asks."""
        issued = self.certificates.find_by_person(current_caller().person)
        return [CertificateOut.of(certificate) for certificate in issued]

    @get("/certificates/<number>")
    @require_roles("visitor", "trainee", "officer", "staff", "operator")
    def show_certificate(self, number: str) -> VerdictOut:
        """Whether a certificate is genuine, for anybody who has its number."""
        verdict = verify_certificate(self.certificates, self.seal, number)
        return VerdictOut.of(verdict.certificate, genuine=verdict.genuine)

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
        certificate = self.certificates.get_by_class(person_id, class_id)
        return ClassCertificateOut(is_issued=certificate is not None)


def _who_asks() -> str:
    """The account that an audit line names."""
    return current_caller().login or current_caller().account


def _show_entry(entry: HoursEntry) -> HoursEntryOut:
    return HoursEntryOut.of(entry, hours=entry.quarters / 4)
