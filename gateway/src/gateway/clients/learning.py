"""The client of learning: what a person has earned, and whether it holds."""

from dataclasses import dataclass

from contracts.http.learning import (
    CertificateOut,
    CertificatesQuery,
    ExplanationOut,
    HoursAdditionIn,
    HoursCorrectionIn,
    HoursEntryOut,
    HoursOut,
    HoursQuery,
    IssuedOut,
    KeyUseOut,
    PublicKeysOut,
    RecordOut,
    RevocationIn,
    VerdictOut,
)
from contracts.http.shape import Page

from gateway.clients.participants import StandingsClient
from gateway.clients.reports import ReportsClient


@dataclass(frozen=True)
class LearningClient(StandingsClient, ReportsClient):
    """Questions to learning; those about people of classes and branches stand in files
    of their own."""

    def show_record(self) -> RecordOut:
        """What the visitor has done and watched."""
        return self.ask.get(RecordOut, "record")

    def show_hours(self, asked: HoursQuery | None = None) -> HoursOut:
        """The visitor's hours of a year, with every entry."""
        return self.ask.get(HoursOut, "hours", query=asked)

    def list_certificates(self) -> list[CertificateOut]:
        """The visitor's certificates."""
        return self.ask.get(list[CertificateOut], "certificates")

    def show_certificate(self, number: str) -> VerdictOut:
        """Whether a certificate is genuine. Raises Problem 404."""
        return self.ask.get(VerdictOut, "certificates", number)

    def list_keys(self) -> PublicKeysOut:
        """The public keys of certificates."""
        return self.ask.get(PublicKeysOut, "certificates", "keys")

    def post_revocation(self, number: str, asked: RevocationIn) -> CertificateOut:
        """Make a certificate void."""
        path = ("certificates", number, "revocation")
        return self.ask.send("POST", CertificateOut, *path, body=asked)

    def explain_own(self, entry_id: str) -> ExplanationOut:
        """Why an hours entry of the visitor stands. Raises Problem 404."""
        return self.ask.get(ExplanationOut, "hours", entry_id)

    def show_hours_of(self, person_id: str, asked: HoursQuery) -> HoursOut:
        """A person's hours of a year, for staff."""
        return self.ask.get(HoursOut, "people", person_id, "hours", query=asked)

    def explain_of(self, person_id: str, entry_id: str) -> ExplanationOut:
        """Why an hours entry of a person stands, for staff. Raises Problem 404."""
        return self.ask.get(ExplanationOut, "people", person_id, "hours", entry_id)

    def post_addition(
        self, person_id: str, asked: HoursAdditionIn, key: str
    ) -> HoursEntryOut:
        """Add hours that were earned elsewhere. Raises Problem 404, 409."""
        path = ("people", person_id, "hours")
        return self.ask.send("POST", HoursEntryOut, *path, body=asked, key=key)

    def post_correction(
        self, person_id: str, entry_id: str, asked: HoursCorrectionIn, key: str
    ) -> HoursEntryOut:
        """Correct an entry, or take a correction back. Raises Problem 404, 409."""
        path = ("people", person_id, "hours", entry_id, "corrections")
        return self.ask.send("POST", HoursEntryOut, *path, body=asked, key=key)

    def list_issued(self, asked: CertificatesQuery) -> Page[IssuedOut]:
        """Certificates as staff look for them."""
        return self.ask.get(Page[IssuedOut], "certificates", "issued", query=asked)

    def list_key_uses(self) -> list[KeyUseOut]:
        """The keys of certificates, since when they sign, and which does now."""
        return self.ask.get(list[KeyUseOut], "certificates", "keys", "uses")
