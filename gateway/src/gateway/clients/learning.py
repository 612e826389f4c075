"""The client of learning: what a person has earned, and whether it holds."""

from dataclasses import dataclass

from contracts.http.learning import (
    CertificateOut,
    HoursOut,
    HoursQuery,
    PublicKeysOut,
    RecordOut,
    RevocationIn,
    VerdictOut,
)

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
